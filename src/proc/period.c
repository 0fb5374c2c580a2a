/* What falls due again and again while a step lasts: one clock for each week, month or quarter. */
#include "proc/engine.h"

#include <string.h>

struct span {
    int64_t from_ms, last_ms; /* the last second of it */
};

static struct span period_of(enum every every, int64_t at_ms)
{
    int32_t day = day_of(at_ms);
    struct civil c = civil_of(at_ms);
    int months = every == EVERY_QUARTER ? 3 : 1, first = (c.month - 1) / months * months + 1;
    int after = first + months; /* the month after it */

    if (every == EVERY_WEEK) {
        day -= day_weekday(day) - 1;
        return (struct span){day_start_ms(day), day_start_ms(day + 7) - SECOND_MS};
    }
    return (struct span){
        day_start_ms(day_from(c.year, first, 1)),
        day_start_ms(day_from(c.year + (after > 12), after > 12 ? after - 12 : after, 1)) -
            SECOND_MS};
}

static int64_t after_ms(enum every every, int64_t due_ms)
{
    return period_of(every, due_ms + SECOND_MS).last_ms;
}

/* A period of which less than half is left does not count: nobody is late on the first day. */
static int64_t first_ms(enum every every, int64_t at_ms)
{
    struct span p = period_of(every, at_ms);

    return (at_ms - p.from_ms) * 2 <= p.last_ms - p.from_ms ? p.last_ms
                                                            : after_ms(every, p.last_ms);
}

static struct proc_clock *running(struct proc_state *s)
{
    for (int i = s->clocks; i-- > 0;) {
        if (s->clock[i].period == PERIOD_RUNS && !s->clock[i].stopped_ms)
            return &s->clock[i];
    }
    return NULL;
}

bool period_begin(struct work *w, int step)
{
    enum every every = w->def->step[step].every;

    return every == EVERY_NONE || clock_start_period(w, step, first_ms(every, w->at_ms));
}

/* The period is over, in one way or the other; the next one's clock runs. */
static bool go_on(struct work *w, struct proc_clock *c, enum owed how)
{
    int step = c->step;
    int64_t next = after_ms(w->def->step[step].every, c->due_ms);

    c->period = how;
    c->stopped_ms = w->at_ms;
    return clock_start_period(w, step, next);
}

/* What comes before its period has begun is a report more, and nothing is owed less. */
bool period_renew(struct work *w)
{
    struct proc_clock *c = running(w->s);

    if (!c || period_of(w->def->step[c->step].every, w->at_ms).last_ms < c->due_ms)
        return true;
    return go_on(w, c, PERIOD_REPORTED);
}

int64_t period_over_ms(const struct step *st, const struct proc_clock *c)
{
    return after_ms(st->every, c->due_ms);
}

bool period_roll(struct work *w, int clock)
{
    return go_on(w, &w->s->clock[clock], PERIOD_MISSED);
}

void period_stop(struct work *w)
{
    struct proc_clock *c = running(w->s);

    if (!c)
        return;
    c->period = c->due_ms < w->at_ms ? PERIOD_MISSED : PERIOD_LEFT;
    c->stopped_ms = w->at_ms;
}

/* While the clock stood nothing fell due: it begins anew, as when the step was entered. What was
 * late before stays late. */
bool period_resume(struct work *w, const struct pause *p)
{
    struct proc_clock *c = running(w->s);
    enum every every = c ? w->def->step[c->step].every : EVERY_NONE;
    bool late = c && c->due_ms <= p->from_ms;

    if (!c || (late ? after_ms(every, c->due_ms) : c->due_ms) > p->to_ms)
        return true;
    c->period = late ? PERIOD_MISSED : PERIOD_LEFT;
    c->stopped_ms = w->at_ms;
    return clock_start_period(w, c->step, first_ms(every, w->at_ms));
}
