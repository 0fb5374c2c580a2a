/*
 * link.h - "this work will close these matters": what a project is to settle, seen from both ends.
 *
 * Only a mechanism that says `closes` (with which outcomes) has links, and whoever may act on the
 * project adds and removes them. When it ends with such an outcome nothing is closed by itself:
 * each linked matter that is still open goes on to its own procedure's check, or to its rating if
 * it has no check, so that somebody looks and the reporters are asked; where its procedure does not
 * allow that (units are at work on it, it is checked or rated already, or it knows neither), it
 * stays where it is. Its reporters and whoever has it are told in either case.
 */
#ifndef LINK_H
#define LINK_H

#include "civic/matter.h"

/* May the actor change the links of m? */
bool link_may(struct desk *k, const struct matter *m);

/* `typed` is the number or the id of a matter that the actor may see. Refused: INVALID "with",
 * CONFLICT, DENIED. */
bool link_add(struct desk *k, int64_t id, struct str typed, struct err *e) MUST_USE;
bool link_remove(struct desk *k, int64_t id, int64_t to, struct err *e) MUST_USE;

/* Matters that m is to close, and those that are to close m: {id, number, title, step_title,
 * ended}; what the actor may not see has its number alone (seen: false). */
void links_view(struct desk *k, const struct matter *m, struct val *closes, struct val *closed_by);

/* m has ended. */
void links_tell(struct desk *k, const struct matter *m);

#endif
