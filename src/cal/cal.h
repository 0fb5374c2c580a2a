/*
 * cal.h - the working calendar, limits, deadlines and pauses. Pure: no clock, no file.
 *
 * A deadline is a function of start, limit, calendar and pauses and of nothing else, so anybody can
 * recompute it with a pencil; cal_explain() writes the lines they would write.
 */
#ifndef CAL_H
#define CAL_H

#include "base/err.h"
#include "base/when.h"
#include "val/val.h"

/* Hours of work on a working day, as minutes since midnight, in order, not overlapping. */
#define SPANS_MAX 4
struct hours {
    int n;
    struct {
        int from, to;
    } span[SPANS_MAX];
};

/* "08:30-12:00 14:30-18:00" */
bool hours_parse(struct str s, struct hours *out, struct err *e) MUST_USE;

/*
 * Which days are worked: Monday to Friday, except where the State Council says otherwise. A
 * calendar knows whole years; a deadline that runs into a year it does not know is refused
 * (INVALID) with the year, rather than guessed.
 */
struct calendar; /* lives in the arena it was made in; never changed after */

struct calendar *calendar_new(struct arena *a);
/* first..last inclusive; work: a make-up working day, otherwise a holiday. Later marks win. */
void calendar_mark(struct calendar *c, int32_t first, int32_t last, bool work, struct str name);
void calendar_know(struct calendar *c, int year);
bool calendar_knows(const struct calendar *c, int year);
bool calendar_works(const struct calendar *c, int32_t day);
struct calendar_day {
    int year;
    bool known, works; /* known: of its year */
    struct str name;   /* "劳动节", or empty */
};
struct calendar_day calendar_look(const struct calendar *c, int32_t day);

/*
 * From pack data, years: {"2024": {holidays: [{name, from: "02-10", to: "02-17"}], work: ["02-04",
 * …]}}, or from a CSV (date,is_workday[,name] or date,iso_weekday,is_workday,kind,holiday_name).
 */
bool calendar_read(struct calendar *c, const struct val *years, struct err *e) MUST_USE;
bool calendar_read_csv(struct calendar *c, struct str csv, struct err *e) MUST_USE;

enum limit_unit {
    LIMIT_NONE,
    LIMIT_MINUTES,
    LIMIT_HOURS,
    LIMIT_DAYS,
    LIMIT_WORKING_MINUTES,
    LIMIT_WORKING_HOURS,
    LIMIT_WORKING_DAYS
};

struct limit {
    int32_t n; /* 1 to 100,000 */
    enum limit_unit unit;
};

/* "30 minutes", "4 working hours", "5 working days", "7 days", "1 day"; refused with what is
 * possible. */
bool limit_parse(struct str s, struct limit *out, struct err *e) MUST_USE;
struct str limit_text(struct arena *a, struct limit l); /* as limit_parse reads it */

/* A pause: the clock stands from `from` to `to` (0: still standing). Sorted, not overlapping. */
struct pause {
    int64_t from_ms, to_ms;
};

struct term {
    int64_t start_ms;
    struct limit limit;
    const struct hours *hours; /* NULL: the calendar's usual 08:30-12:00 14:30-18:00 */
    const struct pause *pause;
    size_t pauses;
};

/*
 * When the limit runs out. Minutes and hours run on; working minutes and hours run in `hours` on
 * working days; N working days end with the N-th working day after the day of the start, at
 * 23:59:59; N days end N days later at 23:59:59. A pause moves the end by as much counted time as
 * it covered: for working days, by the working days on which it stood at 23:59:59 … (see
 * cal/README.md for the rule and its reasons). Still paused: refused (CONFLICT), there is no
 * deadline.
 */
bool cal_deadline(const struct calendar *c, const struct term *t, int64_t *due_ms,
                  struct err *e) MUST_USE;

/* The same, with a list of {zh, en} lines for a person: start, each stretch counted or left out and
 * why (weekend, 劳动节, make-up day, pause), the end. */
bool cal_explain(const struct calendar *c, const struct term *t, struct val *lines, int64_t *due_ms,
                 struct err *e) MUST_USE;

/* Counted time between two moments in the limit's own unit, for countdowns: working ms for working
 * units, plain ms otherwise. Negative if to < from. */
int64_t cal_between_ms(const struct calendar *c, const struct hours *h, enum limit_unit unit,
                       int64_t from_ms, int64_t to_ms);

#endif
