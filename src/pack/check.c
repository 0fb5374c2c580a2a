/* What can be said of a procedure by looking at it; walk.c then tries it out. */
#include "pack/read.h"

#include <string.h>

struct looking {
    struct pack_reader *r;
    const struct proc *def;
    int file; /* high bits for the line */
};

static int in_file(const struct looking *l, int line)
{
    return line >> LINE_BITS ? line : line | l->file;
}

#define BLAME(l, line, ...) FAULT((l)->r, in_file(l, line), __VA_ARGS__)

static bool is_outside(const struct step *st)
{
    return st->kind != STEP_MEET && st->who.place != PLACE_NONE;
}

/* Somebody outside must act: then there is a limit, or it waits for ever unseen. */
static void check_limit(struct looking *l, const struct step *st)
{
    if (st->kind == STEP_PARTS)
        return;
    if (is_outside(st) && !st->within.given)
        BLAME(l, st->line, "step %.*s: 'within' is missing: somebody must act here",
              STR_ARG(st->name));
    if (st->kind == STEP_NOTICE && !st->within.given)
        BLAME(l, st->line, "step %.*s: 'days' is missing", STR_ARG(st->name));
    if (st->kind == STEP_ACT && st->within.given && !st->rungs)
        BLAME(l, st->line, "step %.*s: 'late' is missing: nothing happens when it is late",
              STR_ARG(st->name));
}

/* What falls due again and again must be possible to do, and late must lead somewhere. */
static void check_every(struct looking *l, const struct step *st, bool in_part)
{
    bool renews = false;

    for (int i = 0; i < st->actions; i++)
        renews = renews || st->action[i].renews;
    if (st->every && in_part)
        BLAME(l, st->line, "step %.*s: 'every' is not for the steps of a part", STR_ARG(st->name));
    if (st->every && !renews)
        BLAME(l, st->line, "step %.*s: 'every' needs an action with 'renews: true'",
              STR_ARG(st->name));
    if (renews && !st->every)
        BLAME(l, st->line, "step %.*s: an action renews, but 'every' is missing",
              STR_ARG(st->name));
    if (st->every && !st->rungs)
        BLAME(l, st->line, "step %.*s: 'late' is missing: nothing happens when it is late",
              STR_ARG(st->name));
}

static void check_target(struct looking *l, const struct step *st, const struct target *t,
                         const char *key)
{
    if (t->step == TARGET_NONE)
        BLAME(l, st->line, "step %.*s: '%s' is missing", STR_ARG(st->name), key);
}

/* Besides its actions, where a step leads; fail last. */
#define LEADS 9
static void leads_of(const struct step *st, const struct target *to[LEADS])
{
    const struct target *all[LEADS] = {
        &st->then, &st->unsolved,         &st->exhausted,    &st->unclaimed, &st->carried,
        &st->lost, &st->objection.upheld, &st->support.then, &st->fail};

    memcpy(to, all, sizeof(all));
}

/* What time or an answer brings about must be somewhere else, or it would be brought about for
 * ever. */
static void check_leads(struct looking *l, const struct step *st)
{
    const struct target *to[LEADS];

    leads_of(st, to);
    for (int i = 0; i < LEADS; i++) {
        if (to[i]->step == TARGET_STAY)
            BLAME(l, to[i]->line, "step %.*s: only an action can 'stay'", STR_ARG(st->name));
        if (to[i]->step == TARGET_BACK && to[i] != &st->fail)
            BLAME(l, to[i]->line, "step %.*s: only 'fail' of a check can send 'back'",
                  STR_ARG(st->name));
    }
}

static const struct field *asked_in(const struct field *f, int n, struct str name)
{
    for (int i = 0; i < n; i++) {
        if (str_eq(f[i].name, name))
            return &f[i];
    }
    return NULL;
}

/* The field of that name, at the opening or in any step before parts are opened; or NULL. */
static const struct field *asked(const struct proc *def, struct str name)
{
    const struct field *f = asked_in(def->field, def->fields, name);

    for (int i = 0; i < def->steps && !f; i++) {
        const struct step *st = &def->step[i];

        f = asked_in(st->field, st->fields, name);
        for (int k = 0; k < st->actions && !f; k++)
            f = asked_in(st->action[k].field, st->action[k].fields, name);
    }
    return f;
}

/* What is personal is shown to nobody; what is nowhere asked would be missing unseen. */
static void check_shown(struct looking *l, const struct step *st)
{
    for (int i = 0; i < st->shows; i++) {
        const struct field *f = asked(l->def, st->show[i]);

        if (f ? f->personal
              : !in_words(st->show[i], proc_counts) && !str_eq(st->show[i], S(SUPPORTERS)))
            BLAME(l, st->line,
                  f ? "step %.*s: '%.*s' is personal and cannot be shown to everybody"
                    : "step %.*s: '%.*s' is shown, but nobody is asked for it",
                  STR_ARG(st->name), STR_ARG(st->show[i]));
    }
}

static void check_notice(struct looking *l, const struct step *st)
{
    const struct objection_spec *o = &st->objection;

    check_target(l, st, &st->then, "then");
    check_shown(l, st);
    if (st->support.least)
        check_target(l, st, &st->support.then, "then of support");
    if (st->support.least && st->who.place == PLACE_NONE)
        BLAME(l, st->line, "step %.*s: 'who' answers for its support is missing",
              STR_ARG(st->name));
    if (!o->given)
        return;
    check_target(l, st, &o->upheld, "upheld");
    if (o->who.place == PLACE_NONE)
        BLAME(l, st->line, "step %.*s: 'who' answers objections is missing", STR_ARG(st->name));
    if (!o->within.given)
        BLAME(l, st->line, "step %.*s: 'answer_within' is missing", STR_ARG(st->name));
    else if (!o->rungs)
        BLAME(l, st->line, "step %.*s: 'late' is missing: nothing happens when an answer is late",
              STR_ARG(st->name));
}

/* One gathering decides this step and the one that leads here. */
static void check_merge(struct looking *l, const struct step *st)
{
    const struct step *with = st->merge_with >= 0 ? &l->def->step[st->merge_with] : NULL;

    if (with && (with->kind != STEP_MEET || with->carried.step != st - l->def->step))
        BLAME(l, st->line, "step %.*s: merge_with must name the meeting that leads here",
              STR_ARG(st->name));
}

static void check_kind(struct looking *l, const struct step *st)
{
    switch (st->kind) {
    case STEP_PARTS:
        check_target(l, st, &st->then, "then");
        if (!st->opens.given)
            BLAME(l, st->line, "step %.*s: no action opens its parts", STR_ARG(st->name));
        break;
    case STEP_CLAIM:
        check_target(l, st, &st->then, "then");
        check_target(l, st, &st->unclaimed, "unclaimed");
        break;
    case STEP_MEET:
        check_target(l, st, &st->carried, "carried");
        check_target(l, st, &st->lost, "lost");
        check_merge(l, st);
        break;
    case STEP_NOTICE: check_notice(l, st); break;
    case STEP_CHECK:
    case STEP_RATE: check_target(l, st, &st->then, "then"); break;
    case STEP_ACT:
        if (!st->actions)
            BLAME(l, st->line, "step %.*s: nothing can be done here: no actions",
                  STR_ARG(st->name));
        break;
    }
}

static bool needs_who(const struct step *st)
{
    return st->kind != STEP_PARTS && st->kind != STEP_NOTICE && !st->checkers;
}

static void check_twice(struct looking *l, const struct step *st, const struct action *act)
{
    for (const struct action *other = st->action; other < act; other++) {
        if (str_eq(other->name, act->name))
            BLAME(l, act->line, "action %.*s is there twice in step %.*s", STR_ARG(act->name),
                  STR_ARG(st->name));
    }
}

static void check_action(struct looking *l, const struct step *st, const struct action *act,
                         bool in_part)
{
    check_twice(l, st, act);
    if (!act->who && st->who.place == PLACE_NONE)
        BLAME(l, act->line, "action %.*s: nobody may do it: 'who' is missing", STR_ARG(act->name));
    if (act->beyond.step != TARGET_NONE && !act->times)
        BLAME(l, act->line, "action %.*s: 'beyond' needs 'times'", STR_ARG(act->name));
    if (act->right.n && act->mays == 0)
        BLAME(l, act->line, "action %.*s: no role has the right %.*s", STR_ARG(act->name),
              STR_ARG(act->right));
    if (act->to.step == TARGET_BACK || act->beyond.step == TARGET_BACK)
        BLAME(l, act->line, "action %.*s: only 'fail' of a check can send 'back'",
              STR_ARG(act->name));
    if (!in_part && act->to.step >= 0 && l->def->step[act->to.step].kind == STEP_PARTS &&
        !act->parts.given)
        BLAME(l, act->line, "action %.*s leads to parts, but names none: 'parts' is missing",
              STR_ARG(act->name));
}

static void check_step(struct looking *l, const struct step *st, bool in_part)
{
    if (needs_who(st) && st->who.place == PLACE_NONE)
        BLAME(l, st->line, "step %.*s: 'who' is missing", STR_ARG(st->name));
    check_limit(l, st);
    check_every(l, st, in_part);
    check_kind(l, st);
    check_leads(l, st);
    for (int i = 0; i < st->actions; i++)
        check_action(l, st, &st->action[i], in_part);
    for (int i = 0; i < st->parts; i++)
        check_step(l, &st->part[i], true);
}

/* ---- reachability over the arrows ---- */

#define STEPS_MAX 64

struct graph {
    uint64_t to[STEPS_MAX]; /* bit i: an arrow to step i */
    bool ends[STEPS_MAX];
    int n;
};

static void arrow(struct graph *g, int from, const struct target *t, uint64_t into_checks)
{
    if (t->step >= 0)
        g->to[from] |= (uint64_t)1 << t->step;
    else if (t->step == TARGET_END)
        g->ends[from] = true;
    else if (t->step == TARGET_BACK)
        g->to[from] |= into_checks;
}

static void arrows(struct graph *g, const struct step *steps, uint64_t into_checks)
{
    for (int i = 0; i < g->n; i++) {
        const struct step *st = &steps[i];
        const struct target *to[LEADS];

        leads_of(st, to);
        for (int k = 0; k < LEADS; k++)
            arrow(g, i, to[k], into_checks);
        for (int k = 0; k < st->actions; k++) {
            arrow(g, i, &st->action[k].to, 0);
            arrow(g, i, &st->action[k].beyond, 0);
        }
    }
}

static void spread(const struct graph *g, uint64_t *reached)
{
    for (int round = 0; round < g->n; round++) {
        for (int i = 0; i < g->n; i++) {
            if (*reached & (uint64_t)1 << i)
                *reached |= g->to[i];
        }
    }
}

static bool end_from(const struct graph *g, int from)
{
    uint64_t reached = (uint64_t)1 << from;

    spread(g, &reached);
    for (int i = 0; i < g->n; i++) {
        if (g->ends[i] && reached & (uint64_t)1 << i)
            return true;
    }
    return false;
}

static void check_reach(struct looking *l, const struct step *steps, int n, uint64_t reached,
                        uint64_t into_checks)
{
    struct graph g = {.n = n};

    if (n > STEPS_MAX) {
        BLAME(l, l->def->line, "more than %d steps", STEPS_MAX);
        return;
    }
    arrows(&g, steps, into_checks);
    spread(&g, &reached);
    for (int i = 0; i < n; i++) {
        if (!(reached & (uint64_t)1 << i))
            BLAME(l, steps[i].line, "step %.*s cannot be reached", STR_ARG(steps[i].name));
        if (!end_from(&g, i))
            BLAME(l, steps[i].line, "step %.*s: no end can be reached from here",
                  STR_ARG(steps[i].name));
    }
}

static void check_parts(struct looking *l)
{
    int at = -1;

    for (int i = 0; i < l->def->steps; i++) {
        const struct step *st = &l->def->step[i];

        if (st->kind != STEP_PARTS)
            continue;
        if (at >= 0)
            BLAME(l, st->line, "step %.*s: a mechanism has at most one step with parts",
                  STR_ARG(st->name));
        at = i;
        check_reach(l, st->part, st->parts, 1, 0);
    }
}

static uint64_t leading_to_checks(const struct proc *def)
{
    uint64_t from = 0;

    for (int i = 0; i < def->steps; i++) {
        const struct step *st = &def->step[i];
        bool leads = st->then.step >= 0 && def->step[st->then.step].kind == STEP_CHECK;

        for (int k = 0; k < st->actions; k++) {
            int to = st->action[k].to.step;

            leads = leads || (to >= 0 && def->step[to].kind == STEP_CHECK);
        }
        if (leads && st->kind != STEP_CHECK)
            from |= (uint64_t)1 << i;
    }
    return from;
}

/* A check sends back to where the work was done; parts are opened by an action. */
static void check_start(struct looking *l, const struct step *st)
{
    if (st->kind == STEP_CHECK || st->kind == STEP_PARTS)
        BLAME(l, st->line, "step %.*s: a matter cannot begin with a check or with parts",
              STR_ARG(st->name));
}

void proc_check(struct pack_reader *r, const struct proc *def)
{
    struct looking l = {.r = r, .def = def};
    uint64_t starts = 1;

    for (int i = 0; i < r->files; i++) {
        if (str_eq(r->file[i], def->file))
            l.file = i << LINE_BITS;
    }
    if (def->steps > STEPS_MAX) {
        BLAME(&l, def->line, "mechanism %.*s: 1 to %d steps are possible", STR_ARG(def->mechanism),
              STEPS_MAX);
        return;
    }
    check_start(&l, &def->step[0]);
    for (int i = 0; i < def->starts; i++) {
        starts |= (uint64_t)1 << def->start[i].step;
        check_start(&l, &def->step[def->start[i].step]);
    }
    for (int i = 0; i < def->steps; i++)
        check_step(&l, &def->step[i], false);
    check_reach(&l, def->step, def->steps, starts, leading_to_checks(def));
    check_parts(&l);
}
