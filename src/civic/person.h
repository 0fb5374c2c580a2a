/*
 * person.h - people and the posts they hold. Rights come from posts and from nothing else.
 */
#ifndef PERSON_H
#define PERSON_H

#include "civic/unit.h"

/* Refused: INVALID (name, phone). The phone is sealed. */
bool person_add(struct desk *k, struct str name, struct str phone, int64_t *id,
                struct err *e) MUST_USE;

/* A role in a unit from now on. Refused: INVALID (no such role or unit, or no such role in that
 * kind of unit), DENIED without users.manage there. The same again is no change. */
bool post_give(struct desk *k, int64_t person, struct str role, int64_t unit,
               struct err *e) MUST_USE;
/* Does the person hold this post now? */
bool post_held(struct desk *k, int64_t person, struct str role, int64_t unit);
bool post_end(struct desk *k, int64_t post, struct err *e) MUST_USE;

/* The person who holds this role in this unit under this name, or 0: for imports. */
int64_t person_find(struct desk *k, struct str name, int64_t unit);

/* Everything about who acts: posts held at k->now, with paths and roles. Empty if there is no such
 * person. */
void actor_load(struct desk *k, int64_t person, struct actor *out);

/* Rows {id, person_id, name, role, role_title, from} of the posts in a unit. */
void posts_of_unit(struct desk *k, int64_t unit, struct val *list);

#endif
