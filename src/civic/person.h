/*
 * person.h - people and the posts they hold. Rights come from posts and from nothing else.
 */
#ifndef PERSON_H
#define PERSON_H

#include "civic/look.h"
#include "civic/unit.h"

/* Refused: INVALID (name, phone). The phone is sealed. */
bool person_add(struct desk *k, struct str name, struct str phone, int64_t *id,
                struct err *e) MUST_USE;

struct post_new {
    int64_t person, unit;
    struct str role;
    int64_t from_at, until_at; /* 0: now; for good */
    const struct val *facts;   /* NULL: nothing is said of it */
};

/* A role in a unit. Refused: INVALID (no such role or unit, or no such role in that kind of unit;
 * a term that is over before it begins; facts), DENIED without users.manage there. The same again
 * changes only what is said otherwise: term and facts; *changed may be NULL. */
bool post_give(struct desk *k, const struct post_new *p, bool *changed, struct err *e) MUST_USE;
/* What is known of a post of this role; NULL: nothing. */
struct facts_ask post_asks(const struct role *r);
bool post_end(struct desk *k, int64_t post, struct err *e) MUST_USE;
/* As a roll gives and takes it; the right to it comes from there. 0: they hold it already. */
int64_t post_bring(struct desk *k, const struct post_new *p);
void post_take_back(struct desk *k, int64_t post);

/* The year of birth, for figures; 0: not known. Refused: INVALID (born). */
bool person_set_born(struct desk *k, int64_t person, int64_t born, struct err *e) MUST_USE;
/* Name, phone, logins and sessions go, and the key; false if they still hold a post. The year of
 * birth stays. */
bool person_erase(struct desk *k, int64_t person);

/* The person who holds this role in this unit under this name, or 0: for imports. */
int64_t person_find(struct desk *k, struct str name, int64_t unit);

/* Everything about who acts: posts held at k->now, with paths and roles. Empty if there is no such
 * person. */
void actor_load(struct desk *k, int64_t person, struct actor *out);

/* The phone of somebody who holds a post in this unit, in clear; right personal.reveal there. */
bool person_reveal(struct desk *k, const struct unit *u, const struct reveal *ask,
                   struct str *plain, struct err *e) MUST_USE;

/* Rows {id, person_id, name, has_phone, role, role_title, from, until, facts: [{name, title,
 * value}], also: [{role_title, unit}], what the person is elsewhere} of the posts in a unit. */
void posts_of_unit(struct desk *k, int64_t unit, struct val *list);

#endif
