/*
 * calendars.h - the calendar as it was known at a moment.
 *
 * Holidays are named a year ahead, and a deadline is computed from what was known when it was. So a
 * new calendar (imported days, a newer pack) counts from its day on, and replaying an event uses
 * the calendar of the event's time: verify stays clean when next year's holidays come in.
 */
#ifndef CALENDARS_H
#define CALENDARS_H

#include "civic/desk.h"

/* Today's, into d->calendar. Refused if the pack's calendar cannot be read. */
bool calendar_load(struct arena *a, struct db *db, struct district *d, struct err *e) MUST_USE;

/* All there ever were, in k->a; a version that cannot be read any more is today's. */
const struct calendars *calendars_load(struct desk *k);
struct calendar *calendar_at(const struct calendars *cs, int64_t at_ms);

#endif
