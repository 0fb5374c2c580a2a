/* Limits, hours of work, moments and calendars in CSV: what is read is written and read again the
 * same, and gives a deadline after its start or a refusal. */
#include "cal/cal.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void try_limit(struct arena *a, struct str s)
{
    struct limit l, again;
    struct err e = {0};

    if (!limit_parse(s, &l, &e))
        return;
    if (!limit_parse(limit_text(a, l), &again, &e) || l.n != again.n || l.unit != again.unit)
        abort();
}

static void try_moment(struct arena *a, struct str s)
{
    int64_t at, again;

    if (when_parse(s, &at) && day_of(at) < day_from(2200, 1, 1) &&
        (!when_parse(when_text(a, at), &again) || at != again))
        abort();
}

static void try_deadline(const struct calendar *c, const struct hours *h, enum limit_unit unit)
{
    struct term t = {.start_ms = day_start_ms(day_from(2024, 1, 1)), .hours = h};
    struct err e = {0};
    int64_t due_ms;

    t.limit = (struct limit){3, unit};
    if (cal_deadline(c, &t, &due_ms, &e) ? due_ms <= t.start_ms : e.kind == ERR_NONE)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str s = {(const char *)data, n};
    struct arena a;
    struct calendar *c;
    struct hours h;
    struct err e = {0};

    arena_init(&a, (size_t)1 << 30);
    c = calendar_new(&a);
    try_limit(&a, s);
    try_moment(&a, s);
    if (hours_parse(s, &h, &e))
        try_deadline(c, &h, LIMIT_WORKING_HOURS);
    e = (struct err){0};
    calendar_know(c, 2024);
    if (calendar_read_csv(c, s, &e))
        try_deadline(c, NULL, LIMIT_WORKING_DAYS);
    arena_reset(&a);
    return 0;
}
