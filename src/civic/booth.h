/*
 * booth.h - booths of a fair: units book one while it is called, get its number, and may leave
 * again; visitors apply to a unit at its booth, and what becomes of that is counted.
 *
 * Booking and leaving are events of the gathering's ledger; that somebody applied there stands in
 * the opening of their matter.
 */
#ifndef BOOTH_H
#define BOOTH_H

#include "civic/gathering.h"
#include "civic/matter.h"
#include "pack/booth.h"

/* The lowest number that is free. By the unit itself, or by who runs the fair for it. Refused:
 * INVALID (a unit of another kind), DENIED, CONFLICT (not called, none left, has one). */
bool booth_book(struct desk *k, int64_t gathering, int64_t unit, int64_t *n,
                struct err *e) MUST_USE;
bool booth_leave(struct desk *k, int64_t gathering, int64_t unit, struct err *e) MUST_USE;

/* {n, unit_id, unit, code, may_leave}, by number; with {applied, counts: [{title, n}]} if sum is
 * asked for, all of them together: {booths, most, free, applied, counts}. sum NULL: nobody counts
 * who applied. */
void booths_view(struct desk *k, const struct gathering *g, struct val *list, struct val *sum);
/* Units for which the actor may book one now: {id, name}. */
void booths_open_to(struct desk *k, const struct gathering *g, struct val *list);

/* ---- for civic/ itself -------------------------------------------------- */

/* May a matter of this mechanism be handed in there for this unit? */
bool booth_takes(struct desk *k, int64_t gathering, const struct proc *def, int64_t unit,
                 struct err *e) MUST_USE;
void booth_applied(struct desk *k, int64_t gathering, int64_t matter);
bool booth_applied_is(struct desk *k, int64_t gathering, int64_t matter);

#endif
