/*
 * method.h - a way of working (a mechanism, a kind of gathering) is tried in one community, then in
 * a street, then everywhere.
 *
 * Of a method nothing is said at first: it is in use everywhere. Once it was switched off for the
 * district it is in use only in the units (and below them) for which it was switched on. A unit
 * that had it before one above keeps its own day: its figures before and after stay to be seen.
 */
#ifndef METHOD_H
#define METHOD_H

#include "civic/unit.h"

/* Is it in use where this path lies? */
bool method_allowed(struct desk *k, struct str name, struct str path);
/* The same as a refusal. */
bool method_check(struct desk *k, struct str name, struct str path, struct err *e) MUST_USE;

/*
 * On or off for a unit, at once; an event of the unit. Refused: INVALID (no such method), DENIED
 * without units.manage there, CONFLICT (off, where a unit above has it on). Off for the district:
 * off everywhere; on for it: everywhere.
 */
bool method_switch(struct desk *k, struct str name, const struct unit *u, bool on,
                   struct err *e) MUST_USE;

/* Where it was switched on: {code, name, unit_id, since (ms)}; false if nothing was ever said. */
bool method_view(struct desk *k, struct str name, struct val *list);

#endif
