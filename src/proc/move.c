#include "proc/engine.h"

#include <assert.h>

struct proc_effect *effect_add(struct work *w, enum effect_kind kind, int part)
{
    struct proc_effect *f;

    assert(w->out->n < EFFECTS_MAX);
    f = &w->out->effect[w->out->n++];
    *f = (struct proc_effect){
        .kind = kind, .step = w->s->step, .part = part, .round = w->s->round, .at_ms = w->at_ms};
    if (part >= 0)
        f->unit = w->s->part[part].unit;
    return f;
}

static bool finish(struct work *w, struct str outcome)
{
    for (int i = 0; i < w->s->clocks; i++) {
        if (!w->s->clock[i].stopped_ms)
            w->s->clock[i].stopped_ms = w->at_ms;
    }
    w->s->step = w->def->steps;
    w->s->outcome = outcome;
    w->s->ended_ms = w->at_ms;
    effect_add(w, EFFECT_END, -1)->outcome = outcome;
    if (w->def->takes && !str_among(outcome, w->def->keeps, w->def->keeps_n))
        effect_add(w, EFFECT_GIVE_BACK, -1);
    return true;
}

void part_close(struct work *w, int part, struct str outcome)
{
    struct proc_part *p = &w->s->part[part];

    clock_stop(w, w->s->step, part);
    p->last_step = p->step;
    p->step = -1;
    p->outcome = outcome;
    p->ended_ms = w->at_ms;
    effect_add(w, EFFECT_PART_END, part)->outcome = outcome;
}

/* Its days have run, or an objection was upheld, or something else took it away. */
static void take_down(struct work *w)
{
    const struct proc_clock *c = clock_running(w->s, w->s->step, -1);
    bool ran = !c || c->due_ms <= w->at_ms;

    effect_add(w, EFFECT_TAKE_DOWN, -1)->outcome = w->upheld          ? S("upheld")
                                                   : ran || w->enough ? S("done")
                                                                      : S("stopped");
    objections_stop(w);
}

/* The step's own clock, and parts that are still at work, stop when it is left. */
static void leave(struct work *w)
{
    const struct step *st = step_now(w->def, w->s);

    if (!st)
        return;
    if (st->kind == STEP_NOTICE)
        take_down(w);
    clock_stop(w, w->s->step, -1);
    period_stop(w);
    for (int i = 0; i < w->s->parts; i++) {
        if (w->s->part[i].step >= 0) {
            part_close(w, i, S("stopped"));
            w->s->part[i].excused = true;
        }
    }
}

static bool works(const struct step *st)
{
    return st->kind == STEP_ACT || st->kind == STEP_PARTS || st->kind == STEP_CLAIM;
}

/* A check that follows a check sends back to where the first of them came from; no matter begins
 * with one. */
static void remember(struct work *w, const struct step *to)
{
    const struct step *from = step_now(w->def, w->s);

    if (to->kind == STEP_CHECK && from->kind != STEP_CHECK)
        w->s->from_step = w->s->step;
}

static bool enter(struct work *w, int step)
{
    const struct step *st = &w->def->step[step];

    remember(w, st);
    leave(w);
    w->s->step = step;
    if (works(st))
        w->s->checked = false;
    if (st->kind == STEP_CLAIM) {
        w->s->holder_person = 0;
        w->s->holder_role = S("");
    }
    for (int i = 0; i < GATES_MAX; i++)
        w->s->gate[i] = 0;
    effect_add(w, EFFECT_ENTER, -1);
    if (!clock_start(w, step, -1, 0, &st->within) || !period_begin(w, step))
        return false;
    if (st->kind == STEP_RATE) {
        w->s->rated = false;
        effect_add(w, EFFECT_ASK_RATING, -1);
    } else if (st->kind == STEP_NOTICE) {
        effect_add(w, EFFECT_PUBLISH, -1);
    } else if (st->kind == STEP_MEET) {
        effect_add(w, EFFECT_MEET, -1);
    }
    return true;
}

static bool part_enter(struct work *w, int part, int part_step)
{
    const struct step *st = step_now(w->def, w->s);
    struct proc_part *p = &w->s->part[part];

    p->step = part_step;
    effect_add(w, EFFECT_ENTER, part);
    return clock_start(w, w->s->step, part, part_step, &st->part[part_step].within);
}

bool move_part(struct work *w, int part, struct target to)
{
    if (to.step == TARGET_STAY)
        return true;
    if (to.step == TARGET_END) {
        part_close(w, part, to.outcome);
        return true;
    }
    clock_stop(w, w->s->step, part);
    return part_enter(w, part, to.step);
}

bool part_begin(struct work *w, int64_t unit, bool lead, int returns)
{
    int part = w->s->parts;

    if (part == PARTS_MAX)
        return refuse(w->e, ERR_CONFLICT, NULL,
                      "This matter has had too many parts; start a new one for what is left.");
    w->s->part[w->s->parts++] = (struct proc_part){.unit = unit,
                                                   .round = w->s->round,
                                                   .lead = lead,
                                                   .started_ms = w->at_ms,
                                                   .returns = returns};
    effect_add(w, EFFECT_PART_OPEN, part);
    return part_enter(w, part, 0);
}

static bool assign_joint(struct work *w, const struct parts_spec *spec, int64_t lead)
{
    const struct val *list = field_get(w->ev->fields, &field_joint);
    int n = 0, first = w->s->parts;

    if (list && list->kind != VAL_LIST)
        return refuse(w->e, ERR_INVALID, "joint", "A list is expected here.");
    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        int64_t unit = field_number(&it->val);

        if (n++ == spec->joint_most)
            return refuse(w->e, ERR_INVALID, "joint", "At most %d joint units can be named.",
                          spec->joint_most);
        if (!unit_of_kind(w->env, unit, spec->of, spec->ofs))
            return refuse(w->e, ERR_INVALID, "joint", "Choose units that can take this.");
        for (int i = first; i < w->s->parts; i++) {
            if (w->s->part[i].unit == unit)
                return refuse(w->e, ERR_INVALID, "joint", "A unit is named twice.");
        }
        if (unit == lead)
            return refuse(w->e, ERR_INVALID, "joint", "The lead unit cannot be a joint unit too.");
        if (!part_begin(w, unit, false, 0))
            return false;
    }
    if (n < spec->joint_least)
        return refuse(w->e, ERR_INVALID, "joint", "At least %d joint units must be named.",
                      spec->joint_least);
    return true;
}

/* The step has been entered; now its parts. The lead's comes first. */
static bool parts_assign(struct work *w, const struct parts_spec *spec)
{
    const struct val *v = field_get(w->ev->fields, &field_lead);
    int64_t lead = v ? field_number(v) : 0;

    if (!v && spec->lead_least)
        return refuse(w->e, ERR_INVALID, "lead", "Please name the unit that leads.");
    if (v && !unit_of_kind(w->env, lead, spec->of, spec->ofs))
        return refuse(w->e, ERR_INVALID, "lead", "Choose a unit that can take this.");
    if (v && !part_begin(w, lead, true, 0))
        return false;
    return assign_joint(w, spec, lead);
}

static bool is_named(const struct val *list, int64_t unit)
{
    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        if (field_number(&it->val) == unit)
            return true;
    }
    return false;
}

/*
 * Work comes back to units that had ended: the lead's part, and those that the checker names. Each
 * goes on in the step in which it ended, with a fresh clock.
 */
static bool parts_rework(struct work *w)
{
    const struct val *named = field_get(w->ev->fields, &field_rework);
    int n = w->s->parts, again = 0;

    if (named && named->kind != VAL_LIST)
        return refuse(w->e, ERR_INVALID, "rework", "A list is expected here.");
    for (int i = 0; i < n; i++) {
        struct proc_part *p = &w->s->part[i];

        if (p->excused || p->round != w->s->round || !(p->lead || is_named(named, p->unit)))
            continue;
        p->outcome = S("");
        p->ended_ms = 0;
        again++;
        if (!part_enter(w, i, p->last_step))
            return false;
    }
    if (!again)
        return refuse(w->e, ERR_CONFLICT, NULL, "There is no part that could be done again.");
    return true;
}

bool move_to(struct work *w, struct target to)
{
    if (to.step == TARGET_STAY)
        return true;
    if (to.step == TARGET_END) {
        leave(w);
        return finish(w, to.outcome);
    }
    if (to.step == TARGET_BACK)
        to.step = w->s->from_step;
    assert(to.step >= 0 && to.step < w->def->steps);
    if (!enter(w, to.step))
        return false;
    if (w->def->step[to.step].kind != STEP_PARTS)
        return true;
    return (w->parts ? parts_assign(w, w->parts) : parts_rework(w)) && parts_settle(w);
}

bool parts_settle(struct work *w)
{
    const struct step *st = step_now(w->def, w->s);

    for (int i = 0; i < w->s->parts; i++) {
        if (w->s->part[i].step >= 0)
            return true;
    }
    return move_to(w, st->then);
}

/* A new round with a new clock: for the person it starts again, the ledger keeps the old one. */
bool reopen(struct work *w, const struct step *st)
{
    w->s->round++;
    effect_add(w, EFFECT_REOPEN, -1);
    clock_stop(w, -1, -1);
    return move_to(w, st->unsolved) && clock_start(w, -1, -1, 0, &w->def->within);
}
