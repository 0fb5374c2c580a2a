/*
 * picture.h - photos that belong to matters. They are stored re-encoded (form/picture.h) and seen
 * by whoever may see the matter, the gathering or the duty; those on display (disclosure.h) by
 * everybody.
 */
#ifndef CIVIC_PICTURE_H
#define CIVIC_PICTURE_H

#include "civic/facts.h"
#include "civic/matter.h"
#include "form/picture.h"

/* Before the matter is there: it claims it when it opens or acts. kind: before, scene, after,
 * check. */
int64_t picture_put(struct desk *k, struct str kind, const struct picture *p);

/* Ties pictures to a matter or a gathering; those that belong to another stay there. */
void picture_claim(struct desk *k, int64_t id, int64_t matter_id);
/* The same for whatever was asked as pictures, of a gathering or of the source of a duty. */
void pictures_claim(struct desk *k, struct facts_ask ask, const struct val *fields,
                    int64_t subject);

/* NOT_FOUND also for who may not see it. A reporter sees those of the matter they follow. */
bool picture_get(struct desk *k, int64_t id, bool thumb, struct str *jpeg, struct err *e) MUST_USE;

/* Those that nobody claimed within a day. */
int64_t picture_sweep(struct desk *k);

#endif
