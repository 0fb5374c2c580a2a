/*
 * offer.h - what somebody may do now, as forms; and what they filled in, as the engine wants it.
 */
#ifndef OFFER_H
#define OFFER_H

#include "civic/facts.h"
#include "page/show.h"
#include "page/upload.h"

/* offers, offers_any: part/offer, of matter_offers(). `at`: where they are posted; a meeting is not
 * posted but called, at /gatherings/new. After a refusal
 * (q->refused) the one that was tried is open, with what was typed. */
void offers_show(struct req *q, const struct matter *m, struct str at);

/* One field of proc_field_offer() as part/field; value and error as above. */
struct val *field_show(struct req *q, const struct val *field, const struct val *typed,
                       struct val *list);
/* The same for what a pack asks outside of matters; prefix: of ids on the page. typed NULL: was. */
void fields_show(struct req *q, struct facts_ask ask, const char *prefix, const struct val *typed,
                 struct val *list);

/* The same on the form of a unit for everybody: of resources those that it keeps; u NULL: all. */
void fields_show_of(struct req *q, struct facts_ask ask, const struct unit *u, struct val *list);

/*
 * The fields of an offered action from q->params (`rest`, `lon`, `lat`) and the uploaded pictures:
 * units and numbers as integers, a place as {text, lon, lat} in millionths of a degree, pictures
 * stored and as ids. What was not offered goes through as it was typed: the engine refuses it.
 */
struct val *offer_fields(struct req *q, const struct matter *m, struct str action, int part);

/* The same for fields that a pack asks outside of a procedure. */
struct val *fields_typed(struct req *q, const struct field *field, int n);

#endif
