/*
 * calendars.h - the calendar as it was known at a moment.
 *
 * Holidays are named a year ahead, and a deadline is computed from what was known when it was. So a
 * new calendar (imported days, a newer pack) counts from its day on, and replaying an event uses
 * the calendar of the event's time: verify stays clean when next year's holidays come in.
 */
#ifndef CALENDARS_H
#define CALENDARS_H

#include "civic/civic.h"

/* After the packs: d->calendar and d->calendars. Refused if the pack's calendar cannot be read. */
bool calendars_load(struct arena *a, struct db *db, struct district *d, struct err *e) MUST_USE;

struct calendar *calendar_at(const struct district *d, int64_t at_ms);

#endif
