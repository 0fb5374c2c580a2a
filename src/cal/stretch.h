/*
 * stretch.h - how long something holds: "90 days", "6 months", "1 year". Pure.
 *
 * A limit (cal.h) says when somebody is late; a stretch says until when a placement, an entry of a
 * roll or a benefit lasts.
 */
#ifndef STRETCH_H
#define STRETCH_H

#include "base/err.h"
#include "base/when.h"

struct stretch {
    int32_t n; /* 1 to 1,000; 0: none */
    enum stretch_unit { STRETCH_DAYS, STRETCH_MONTHS, STRETCH_YEARS } unit;
};

/* "1 day", "90 days", "6 months", "1 year"; refused (INVALID) with what is possible. */
bool stretch_parse(struct str s, struct stretch *out, struct err *e) MUST_USE;

/* The first moment that is not in it any more: the same time of day, n days, months or years later;
 * where that month has no such day, on its last (31 January and a month: 28 February). */
int64_t stretch_end(int64_t from_ms, struct stretch s);

#endif
