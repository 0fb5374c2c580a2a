#include "cal/walk.h"

#include <assert.h>

#define END_OF_DAY_MS (DAY_MS - SECOND_MS) /* 23:59:59 */

const struct hours *hours_usual(void)
{
    static const struct hours usual = {.n = 2, .span = {{510, 720}, {870, 1080}}};

    return &usual;
}

bool limit_is_working(enum limit_unit unit)
{
    return unit == LIMIT_WORKING_MINUTES || unit == LIMIT_WORKING_HOURS ||
           unit == LIMIT_WORKING_DAYS;
}

static void tell(struct walk *w, struct stretch s)
{
    s.had = w->had;
    if (s.kind == COUNTED || s.kind == COUNTED_MAKEUP)
        w->had += s.days ? 1 : s.to_ms - s.from_ms;
    s.has = w->had;
    if (w->tell)
        w->tell(w->to, &s);
}

/* The first pause that ends after at_ms, or NULL. Moments only ever go forward. */
static const struct pause *pause_after(struct walk *w, int64_t at_ms)
{
    const struct term *t = w->term;

    while (w->at_pause < t->pauses && t->pause[w->at_pause].to_ms &&
           t->pause[w->at_pause].to_ms <= at_ms)
        w->at_pause++;
    return w->at_pause < t->pauses ? &t->pause[w->at_pause] : NULL;
}

static bool still_paused(struct walk *w)
{
    return refuse(w->e, ERR_CONFLICT, NULL,
                  "The clock is paused: there is no deadline until it "
                  "goes on.");
}

/* What the day is to this limit, apart from pauses; refused if nobody has said yet. */
static bool look_at_day(struct walk *w, int32_t day, struct stretch *s)
{
    struct calendar_day is;

    *s = (struct stretch){.days = true, .from_ms = day_start_ms(day), .name = S("")};
    s->to_ms = s->from_ms + DAY_MS;
    if (!limit_is_working(w->term->limit.unit))
        return true;
    is = calendar_look(w->calendar, day);
    if (!is.known)
        return refuse(w->e, ERR_INVALID, "calendar",
                      "The calendar does not know the holidays of the year %d yet.", is.year);
    s->name = is.name;
    if (is.works)
        s->kind = day_weekday(day) <= 5 ? COUNTED : COUNTED_MAKEUP;
    else
        s->kind = s->name.n || day_weekday(day) <= 5 ? HOLIDAY : WEEKEND;
    return true;
}

static bool is_counted(const struct stretch *s)
{
    return s->kind == COUNTED || s->kind == COUNTED_MAKEUP;
}

/* Days are counted whole, by whether the clock runs over their 23:59:59. */
static bool walk_days(struct walk *w, int64_t *due_ms)
{
    for (int32_t day = day_of(w->term->start_ms) + 1;; day++) {
        int64_t end_ms = day_start_ms(day) + END_OF_DAY_MS;
        const struct pause *p = pause_after(w, end_ms);
        struct stretch s;

        if (!look_at_day(w, day, &s))
            return false;
        if (is_counted(&s) && p && p->from_ms < end_ms) {
            if (!p->to_ms)
                return still_paused(w);
            s.kind = PAUSED;
        }
        tell(w, s);
        if (w->had == w->term->limit.n) {
            *due_ms = end_ms;
            return true;
        }
    }
}

/* Counts on from from_ms to to_ms, without what was paused. Returns true once *left is used up, or
 * after a refusal. */
static bool walk_stretch(struct walk *w, struct stretch s, int64_t *left, int64_t *due_ms)
{
    enum stretch_kind kind = s.kind;
    int64_t end_ms = s.to_ms;

    while (s.from_ms < end_ms) {
        const struct pause *p = pause_after(w, s.from_ms);

        s.kind = kind;
        s.to_ms = p && p->from_ms < end_ms ? p->from_ms : end_ms;
        if (s.from_ms + *left <= s.to_ms)
            s.to_ms = *due_ms = s.from_ms + *left;
        if (s.to_ms > s.from_ms) {
            *left -= s.to_ms - s.from_ms;
            tell(w, s);
            s.from_ms = s.to_ms;
        }
        if (*left == 0)
            return true;
        if (s.to_ms >= end_ms)
            return false;
        if (!p->to_ms)
            return !still_paused(w);
        s.kind = PAUSED;
        s.to_ms = p->to_ms < end_ms ? p->to_ms : end_ms;
        tell(w, s);
        s.from_ms = s.to_ms;
    }
    return false;
}

/* One day's hours. Returns true at the end, as walk_stretch. */
static bool walk_hours(struct walk *w, struct stretch day, int64_t *left, int64_t *due_ms)
{
    const struct hours *h = w->term->hours ? w->term->hours : hours_usual();

    for (int i = 0; i < h->n; i++) {
        struct stretch s = day;

        s.days = false;
        s.from_ms = day.from_ms + h->span[i].from * MINUTE_MS;
        s.to_ms = day.from_ms + h->span[i].to * MINUTE_MS;
        if (s.from_ms < w->term->start_ms)
            s.from_ms = w->term->start_ms;
        if (walk_stretch(w, s, left, due_ms))
            return true;
    }
    return false;
}

static bool walk_working(struct walk *w, int64_t left, int64_t *due_ms)
{
    for (int32_t day = day_of(w->term->start_ms);; day++) {
        struct stretch s;

        if (!look_at_day(w, day, &s))
            return false;
        if (!is_counted(&s))
            tell(w, s);
        else if (walk_hours(w, s, &left, due_ms))
            return w->e->kind == ERR_NONE;
    }
}

static bool walk_plain(struct walk *w, int64_t left, int64_t *due_ms)
{
    struct stretch s = {.kind = COUNTED, .from_ms = w->term->start_ms, .to_ms = INT64_MAX};

    (void)walk_stretch(w, s, &left, due_ms);
    return w->e->kind == ERR_NONE;
}

static bool check(const struct term *t, struct err *e)
{
    int64_t after = INT64_MIN;

    assert(!t->hours || (t->hours->n > 0 && t->hours->n <= SPANS_MAX));
    if (t->limit.n < 1 || t->limit.n > 100000 || t->limit.unit == LIMIT_NONE)
        return refuse(e, ERR_INVALID, "limit", "The number of a limit is from 1 to 100,000.");
    for (size_t i = 0; i < t->pauses; i++) {
        const struct pause *p = &t->pause[i];

        if (p->from_ms < after || (p->to_ms ? p->to_ms <= p->from_ms : i + 1 < t->pauses))
            return refuse(e, ERR_INVALID, "pause",
                          "Pauses end after they begin, come in order and do not overlap.");
        after = p->to_ms;
    }
    return true;
}

bool walk_run(struct walk *w, int64_t *due_ms)
{
    int64_t n = w->term->limit.n;

    if (!check(w->term, w->e))
        return false;
    switch (w->term->limit.unit) {
    case LIMIT_MINUTES: return walk_plain(w, n * MINUTE_MS, due_ms);
    case LIMIT_HOURS: return walk_plain(w, n * HOUR_MS, due_ms);
    case LIMIT_WORKING_MINUTES: return walk_working(w, n * MINUTE_MS, due_ms);
    case LIMIT_WORKING_HOURS: return walk_working(w, n * HOUR_MS, due_ms);
    default: return walk_days(w, due_ms);
    }
}
