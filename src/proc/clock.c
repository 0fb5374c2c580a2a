#include "proc/engine.h"

#include <assert.h>
#include <string.h>

bool is_paused(const struct proc_state *s)
{
    return s->pauses && s->pause[s->pauses - 1].to_ms == 0;
}

/* Until somebody grades it, the mildest grade holds, which a pack names last. */
static const struct limit *limit_of(const struct proc *def, const struct proc_state *s,
                                    const struct limits *l)
{
    int grade = s->grade >= 0 ? s->grade : def->grades ? def->grades - 1 : 0;

    return &l->grade[grade];
}

const struct step *clock_step(const struct proc *def, const struct proc_clock *c)
{
    assert(c->step < 0 || def->step);
    assert(c->part < 0 || (c->step >= 0 && def->step[c->step].part));
    if (c->step < 0)
        return NULL;
    return c->part < 0 ? &def->step[c->step] : &def->step[c->step].part[c->part_step];
}

/* A limit that runs from a moment in the hours of a unit. */
struct run {
    int64_t unit, start_ms;
    struct limit limit;
};

static bool reckon(const struct proc_env *env, const struct proc_state *s, struct run r,
                   int64_t *due_ms, struct err *e)
{
    const struct proc_unit *u = NULL;
    struct term t = {.start_ms = r.start_ms, .limit = r.limit};
    int first = 0;

    if (r.limit.n == 0) {
        *due_ms = r.start_ms;
        return true;
    }
    while (first < s->pauses && s->pause[first].to_ms <= r.start_ms)
        first++;
    t.pause = s->pause + first;
    t.pauses = (size_t)(s->pauses - first);
    if (r.unit)
        u = env->places.unit(env->places.arg, r.unit);
    t.hours = u ? u->hours : NULL;
    return cal_deadline(env->calendar, &t, due_ms, e);
}

static const struct limits *extension_of(const struct proc *def, const struct proc_clock *c)
{
    const struct step *st = clock_step(def, c);

    return st && st->extend.times && !c->period && !c->objection ? &st->extend.by : NULL;
}

/* Start, limit, calendar, pauses and extensions: nothing else makes a deadline. */
bool clock_due(const struct proc_env *env, const struct proc_state *s, const struct proc_clock *c,
               int64_t *due_ms, struct err *e)
{
    const struct limits *by = extension_of(env->def, c);
    const struct step *st = clock_step(env->def, c);

    if (c->period)
        return true;
    if (st && st->by.n && !c->objection)
        *due_ms = s->given_ms;
    else if (!reckon(env, s, (struct run){c->unit, c->started_ms, c->limit}, due_ms, e))
        return false;
    for (int i = 0; i < c->extensions && by; i++) {
        struct run more = {c->unit, *due_ms, *limit_of(env->def, s, by)};

        if (!reckon(env, s, more, due_ms, e))
            return false;
    }
    return true;
}

/* The oldest stopped clock gives way; the ledger keeps what it was. */
static struct proc_clock *make_room(struct work *w)
{
    struct proc_state *s = w->s;

    for (int i = 0; s->clocks == CLOCKS_MAX && i < s->clocks; i++) {
        if (s->clock[i].stopped_ms) {
            memmove(&s->clock[i], &s->clock[i + 1],
                    (size_t)(s->clocks - i - 1) * sizeof(s->clock[0]));
            s->clocks--;
        }
    }
    return s->clocks < CLOCKS_MAX ? &s->clock[s->clocks++] : NULL;
}

static void mirror(struct proc_state *s, const struct proc_clock *c)
{
    if (c->step < 0)
        s->due_ms = c->due_ms;
    else if (c->part >= 0) {
        s->part[c->part].due_ms = c->due_ms;
        if (c->part_step == 0)
            s->part[c->part].report_due_ms = c->due_ms;
    }
}

/* In the hours of the first of `who` that the matter has. */
static bool run_clock(struct work *w, struct proc_clock new, const struct limits *within,
                      const struct who *who)
{
    struct proc_clock *c = make_room(w);

    if (!c)
        return refuse(w->e, ERR_CONFLICT, NULL, "Too many time limits run at once here.");
    *c = new;
    c->started_ms = w->at_ms;
    c->limit = *limit_of(w->def, w->s, within);
    for (; who && !c->unit; who = who->other)
        c->unit = who_unit(w->env, w->s, who, c->part);
    if (!clock_due(w->env, w->s, c, &c->due_ms, w->e))
        return false;
    mirror(w->s, c);
    return true;
}

bool clock_start(struct work *w, int step, int part, int part_step, const struct limits *within)
{
    struct proc_clock c = {.step = step, .part = part, .part_step = part_step};
    const struct step *st = clock_step(w->def, &c);

    if (!within->given || (st && st->by.n && !w->s->given_ms))
        return true;
    return run_clock(w, c, within, st ? &st->who : NULL);
}

bool clock_start_objection(struct work *w, const struct step *st, int objection)
{
    struct proc_clock c = {.step = w->s->step, .part = -1, .objection = objection};

    return run_clock(w, c, &st->objection.within, &st->objection.who);
}

bool clock_start_period(struct work *w, int step, int64_t due_ms)
{
    static const struct limits none = {0};
    struct proc_clock c = {.step = step, .part = -1, .period = PERIOD_RUNS, .due_ms = due_ms};

    return run_clock(w, c, &none, &w->def->step[step].who);
}

struct proc_clock *clock_running(struct proc_state *s, int step, int part)
{
    for (int i = s->clocks; i-- > 0;) {
        struct proc_clock *c = &s->clock[i];

        if (!c->stopped_ms && c->step == step && c->part == part && !c->objection && !c->period)
            return c;
    }
    return NULL;
}

void clock_stop(struct work *w, int step, int part)
{
    struct proc_clock *c = clock_running(w->s, step, part);

    if (c)
        c->stopped_ms = w->at_ms;
}

static const struct limits *limits_of(const struct proc *def, const struct step *st,
                                      const struct proc_clock *c)
{
    return !st ? &def->within : c->objection ? &st->objection.within : &st->within;
}

/* After a resumption or a new grade. Pauses and the rungs that have fired stay as they are. */
bool clocks_recompute(struct work *w, bool regraded)
{
    for (int i = 0; i < w->s->clocks; i++) {
        struct proc_clock *c = &w->s->clock[i];
        const struct step *st = clock_step(w->def, c);

        if (c->stopped_ms)
            continue;
        if (regraded && !c->period)
            c->limit = *limit_of(w->def, w->s, limits_of(w->def, st, c));
        if (!clock_due(w->env, w->s, c, &c->due_ms, w->e))
            return false;
        mirror(w->s, c);
    }
    return true;
}

static bool ends_by_time(const struct step *st)
{
    return st->kind == STEP_CLAIM || st->kind == STEP_NOTICE || st->kind == STEP_RATE;
}

static void consider(struct due *best, int64_t at_ms, int clock, const struct rung *rung)
{
    if (best->clock < 0 || at_ms < best->at_ms)
        *best = (struct due){at_ms, clock, rung};
}

bool due_next(const struct proc_env *env, const struct proc_state *s, struct due *out)
{
    *out = (struct due){.clock = -1};
    if (is_paused(s) || s->ended_ms)
        return false;
    for (int i = 0; i < s->clocks; i++) {
        const struct proc_clock *c = &s->clock[i];
        const struct step *st = clock_step(env->def, c);
        const struct rung *late;
        struct err e = {0};
        int64_t at;

        if (c->stopped_ms || !st)
            continue;
        late = c->objection ? st->objection.late : st->late;
        if (c->rungs < (c->objection ? st->objection.rungs : st->rungs) &&
            reckon(env, s, (struct run){c->unit, c->due_ms, late[c->rungs].after}, &at, &e))
            consider(out, at, i, &late[c->rungs]);
        if (c->period)
            consider(out, period_over_ms(st, c), i, NULL);
        if (ends_by_time(st) && !c->objection)
            consider(out, c->due_ms, i, NULL);
    }
    return out->clock >= 0;
}

int64_t proc_next_ms(const struct proc_env *env, const struct proc_state *s)
{
    struct due d;

    return due_next(env, s, &d) ? d.at_ms : 0;
}
