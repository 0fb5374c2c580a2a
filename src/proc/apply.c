/* One event: what is due goes first, then the event, on a copy that a refusal throws away. */
#include "proc/engine.h"

#include <stdio.h>
#include <string.h>

void proc_state_init(struct proc_state *s)
{
    *s = (struct proc_state){.step = -1, .grade = -1, .from_step = -1, .round = 1};
}

static int start_of(const struct proc *def, struct str channel)
{
    for (int i = 0; i < def->starts; i++) {
        for (int k = 0; k < def->start[i].channels; k++) {
            if (str_eq(def->start[i].channel[k], channel))
                return def->start[i].step;
        }
    }
    return 0;
}

/* On the days of the year on which it can be opened, if the pack names some; from 11-01 to 01-31
 * is over the new year. */
static bool in_window(struct work *w)
{
    struct civil c = civil_of(w->at_ms);
    struct str from = w->def->window_from, to = w->def->window_to;
    char today[16];
    bool after, before;

    if (!from.n)
        return true;
    (void)snprintf(today, sizeof(today), "%02d-%02d", c.month, c.day);
    after = memcmp(today, from.p, from.n) >= 0;
    before = memcmp(today, to.p, to.n) <= 0;
    if (memcmp(from.p, to.p, to.n) <= 0 ? after && before : after || before)
        return true;
    return refuse(w->e, ERR_CONFLICT, NULL, "This can be opened from %.*s to %.*s of each year.",
                  STR_ARG(from), STR_ARG(to));
}

static bool allowed(struct work *w, const struct who *who, int part)
{
    struct proc_post by;

    return who_is(w->env, w->s, who, part, &by) ||
           refuse(w->e, ERR_DENIED, NULL, "This is not yours to do.");
}

static bool open_apply(struct work *w)
{
    struct str channel = val_text(w->ev->fields, "channel");
    int step = start_of(w->def, channel);

    if (w->s->step != -1)
        return refuse(w->e, ERR_CONFLICT, NULL, "This matter has been opened already.");
    if (!in_window(w))
        return false;
    if (w->def->opens.place != PLACE_NONE && !proc_public(w->def) &&
        !allowed(w, &w->def->opens, -1))
        return false;
    if (!fields_check(w->env, w->ev->fields, w->def->field, w->def->fields, channel, w->e) ||
        !numbers_take(w, w->def->field, w->def->fields))
        return false;
    w->s->opened_ms = w->at_ms;
    w->s->grade = grade_named(w);
    for (const struct who *who = &w->def->step[step].who; who && !w->s->first_unit;
         who = who->other)
        w->s->first_unit = who_unit(w->env, w->s, who, -1);
    return clock_start(w, -1, -1, 0, &w->def->within) && move_to(w, (struct target){.step = step});
}

static bool reasoned(struct work *w)
{
    return fields_check(w->env, w->ev->fields, &field_reason, 1, S(""), w->e);
}

static bool pause_apply(struct work *w)
{
    const struct step *st = step_now(w->def, w->s);

    if (!st)
        return moved_on(w);
    if (!allowed(w, &st->pause, -1) || !reasoned(w))
        return false;
    if (w->s->pauses == PAUSES_MAX)
        return refuse(w->e, ERR_CONFLICT, NULL, "This matter has been paused too often.");
    w->s->pause[w->s->pauses++] = (struct pause){.from_ms = w->at_ms};
    return true;
}

static bool resume_apply(struct work *w)
{
    const struct step *st = step_now(w->def, w->s);
    struct pause *p;

    if (!st)
        return moved_on(w);
    if (!allowed(w, &st->pause, -1))
        return false;
    if (!is_paused(w->s))
        return refuse(w->e, ERR_CONFLICT, NULL, "The clock is not paused.");
    p = &w->s->pause[w->s->pauses - 1];
    if (w->at_ms <= p->from_ms)
        w->at_ms = p->from_ms + 1;
    p->to_ms = w->at_ms;
    return period_resume(w, p) && clocks_recompute(w, false);
}

static bool extend_apply(struct work *w)
{
    int part = w->ev->part;
    const struct step *st = part >= 0 ? part_step_now(w->def, w->s, part) : step_now(w->def, w->s);
    struct proc_clock *c = st ? clock_running(w->s, w->s->step, part) : NULL;

    if (!c)
        return moved_on(w);
    if (!st->extend.times)
        return refuse(w->e, ERR_CONFLICT, NULL, "This time limit cannot be extended.");
    if (!allowed(w, &st->extend.who, part) || !reasoned(w))
        return false;
    if (w->at_ms > c->due_ms)
        return refuse(w->e, ERR_CONFLICT, NULL,
                      "The time limit has run out; it can be extended only before.");
    if (c->extensions >= st->extend.times)
        return refuse(w->e, ERR_CONFLICT, NULL, "It has been extended %d times already.",
                      c->extensions);
    c->extended_ms = c->due_ms;
    c->extensions++;
    if (part >= 0)
        w->s->part[part].extensions++;
    return clocks_recompute(w, false);
}

static bool release_apply(struct work *w)
{
    const struct step *st = step_now(w->def, w->s);
    int part = w->ev->part;

    if (!part_step_now(w->def, w->s, part))
        return moved_on(w);
    if (!allowed(w, &st->release, part) || !reasoned(w))
        return false;
    if (w->s->part[part].lead)
        return refuse(w->e, ERR_CONFLICT, NULL,
                      "The lead unit cannot be excused; its part can only go to another unit.");
    w->s->part[part].excused = true;
    part_close(w, part, S("excused"));
    return parts_settle(w);
}

/* "Not solved", or a mark as low as the pack says. */
static bool is_low(const struct work *w, const struct step *st)
{
    const struct val *v = val_get(w->ev->fields, S("solved"));
    const struct val *mark = val_get(w->ev->fields, st->low_field);

    if (v &&
        ((v->kind == VAL_BOOL && !v->boolean) || (v->kind == VAL_STR && str_eq(v->str, S("no")))))
        return true;
    return st->low_field.n && mark && field_number(mark) <= st->low_most;
}

static bool rate_apply(struct work *w)
{
    const struct step *st = step_now(w->def, w->s);

    if (!st || st->kind != STEP_RATE)
        return moved_on(w);
    if (!allowed(w, &st->who, -1))
        return false;
    if (w->env->actor.person && solver_is(w->s, w->env->actor.person))
        return refuse(w->e, ERR_DENIED, NULL, "Who solved a matter cannot rate it.");
    if (!fields_check(w->env, w->ev->fields, st->field, st->fields, S(""), w->e))
        return false;
    w->s->rated = true;
    if (!is_low(w, st) || st->unsolved.step == TARGET_NONE)
        return move_to(w, st->then);
    if (w->s->round <= st->unsolved_times)
        return reopen(w, st);
    w->s->supervised = 2;
    effect_add(w, EFFECT_SUPERVISE, -1)->place = PLACE_DISTRICT;
    return move_to(w, st->exhausted);
}

static bool bundle_apply(struct work *w)
{
    if (!step_now(w->def, w->s))
        return moved_on(w);
    return move_to(w, (struct target){.step = TARGET_END, .outcome = S("bundled")});
}

/* The check, or else the rating, to which work done elsewhere leads; -1: there is neither. */
static int settled_at(const struct proc *def)
{
    int rate = -1;

    for (int i = def->steps; i-- > 0;) {
        if (def->step[i].kind == STEP_RATE)
            rate = i;
    }
    for (int i = 0; i < def->steps; i++) {
        if (def->step[i].kind == STEP_CHECK)
            return i;
    }
    return rate;
}

/* Out of a step in which one person works: units at work are not called off, what is decided, shown
 * or checked goes its way. */
static bool settle_apply(struct work *w)
{
    const struct step *st = step_now(w->def, w->s);
    int to = settled_at(w->def);

    if (!st)
        return moved_on(w);
    if (to < 0 || (st->kind != STEP_ACT && st->kind != STEP_CLAIM))
        return refuse(w->e, ERR_CONFLICT, NULL, "Its own procedure goes on where it is.");
    return solver_add(w, 0) && move_to(w, (struct target){.step = to});
}

static bool tick_apply(struct work *w)
{
    struct due d;

    if (!due_next(w->env, w->s, &d) || d.at_ms > w->at_ms)
        return refuse(w->e, ERR_CONFLICT, NULL, "Nothing is due yet.");
    return tick_one(w, &d);
}

static bool dispatch(struct work *w)
{
    if (is_paused(w->s) && w->ev->kind != PROC_RESUME && w->ev->kind != PROC_BUNDLE)
        return refuse(w->e, ERR_CONFLICT, NULL, "The clock is paused; resume it first.");
    switch (w->ev->kind) {
    case PROC_OPEN: return open_apply(w);
    case PROC_ACT: return act_apply(w);
    case PROC_PAUSE: return pause_apply(w);
    case PROC_RESUME: return resume_apply(w);
    case PROC_EXTEND: return extend_apply(w);
    case PROC_RELEASE: return release_apply(w);
    case PROC_RATE: return rate_apply(w);
    case PROC_BUNDLE: return bundle_apply(w);
    case PROC_SETTLE: return settle_apply(w);
    case PROC_OBJECT: return object_apply(w);
    case PROC_SUPPORT: return support_apply(w);
    case PROC_TICK: break;
    }
    return tick_apply(w);
}

/* Everything strictly before the event has happened before it; a deadline is kept at its very end.
 */
static bool catch_up(struct work *w)
{
    int64_t at_ms = w->at_ms;
    struct due d;

    while (w->ev->kind != PROC_TICK && due_next(w->env, w->s, &d) && d.at_ms < at_ms) {
        if (w->out->n > EFFECTS_MAX / 2)
            return refuse(w->e, ERR_BUSY, NULL,
                          "Much has fallen due here meanwhile. Please try again in a minute.");
        if (!tick_one(w, &d))
            return false;
    }
    w->at_ms = at_ms;
    return true;
}

bool proc_apply(const struct proc_env *env, struct proc_state *s, const struct proc_event *ev,
                struct proc_effects *out, struct err *e)
{
    struct proc_state copy = *s;
    struct work w = {.env = env, .def = env->def, .s = &copy, .ev = ev, .out = out, .e = e};

    out->n = 0;
    w.at_ms = ev->at_ms > s->changed_ms ? ev->at_ms : s->changed_ms;
    if (!catch_up(&w) || !dispatch(&w)) {
        out->n = 0;
        return false;
    }
    if (w.at_ms > copy.changed_ms)
        copy.changed_ms = w.at_ms;
    *s = copy;
    return true;
}
