#include "cal/walk.h"

bool cal_deadline(const struct calendar *c, const struct term *t, int64_t *due_ms, struct err *e)
{
    struct walk w = {.calendar = c, .term = t, .e = e};

    return walk_run(&w, due_ms);
}

static int64_t overlap_ms(int64_t a_from, int64_t a_to, int64_t b_from, int64_t b_to)
{
    int64_t from = a_from > b_from ? a_from : b_from, to = a_to < b_to ? a_to : b_to;

    return to > from ? to - from : 0;
}

static int64_t working_ms(const struct calendar *c, const struct hours *h, int64_t from_ms,
                          int64_t to_ms)
{
    int64_t ms = 0;

    for (int32_t day = day_of(from_ms); day_start_ms(day) < to_ms; day++) {
        if (!calendar_works(c, day))
            continue;
        for (int i = 0; i < h->n; i++) {
            int64_t open_ms = day_start_ms(day) + h->span[i].from * MINUTE_MS;
            int64_t close_ms = day_start_ms(day) + h->span[i].to * MINUTE_MS;

            ms += overlap_ms(open_ms, close_ms, from_ms, to_ms);
        }
    }
    return ms;
}

int64_t cal_between_ms(const struct calendar *c, const struct hours *h, enum limit_unit unit,
                       int64_t from_ms, int64_t to_ms)
{
    if (!limit_is_working(unit))
        return to_ms - from_ms;
    if (!h)
        h = hours_usual();
    return to_ms < from_ms ? -working_ms(c, h, to_ms, from_ms) : working_ms(c, h, from_ms, to_ms);
}
