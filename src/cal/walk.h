/*
 * walk.h - the one walk from a start to its deadline, for cal_deadline() and cal_explain() alike,
 * so that what is explained is what was decided. Only cal/ includes it.
 */
#ifndef WALK_H
#define WALK_H

#include "cal/cal.h"

enum stretch_kind { COUNTED, COUNTED_MAKEUP, WEEKEND, HOLIDAY, PAUSED };

/* A stretch of time that was counted or left out. Stretches come in order and do not overlap. */
struct stretch {
    enum stretch_kind kind;
    bool days; /* whole days, from_ms and to_ms at midnight; else an hour of work */
    int64_t from_ms, to_ms;
    struct str name;  /* of the holiday */
    int64_t had, has; /* counted before and after it: days, or ms */
};

struct walk {
    const struct calendar *calendar;
    const struct term *term;
    void (*tell)(void *to, const struct stretch *s); /* may be NULL */
    void *to;
    size_t at_pause; /* the first that has not ended before where the walk is */
    int64_t had;
    struct err *e;
};

bool walk_run(struct walk *w, int64_t *due_ms) MUST_USE;

bool limit_is_working(enum limit_unit unit);
const struct hours *hours_usual(void);

#endif
