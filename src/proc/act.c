/* Doing an action of the pack, or one of those that a kind of step brings by itself. */
#include "proc/engine.h"

const struct step *step_now(const struct proc *def, const struct proc_state *s)
{
    return s->step >= 0 && s->step < def->steps ? &def->step[s->step] : NULL;
}

const struct step *part_step_now(const struct proc *def, const struct proc_state *s, int part)
{
    const struct step *st = step_now(def, s);

    if (!st || st->kind != STEP_PARTS || part < 0 || part >= s->parts || s->part[part].step < 0)
        return NULL;
    return &st->part[s->part[part].step];
}

const struct action *action_find(const struct step *st, struct str name)
{
    for (int i = 0; i < st->actions; i++) {
        if (str_eq(st->action[i].name, name))
            return &st->action[i];
    }
    return NULL;
}

const struct action *proc_action(const struct proc *def, const struct proc_state *s,
                                 struct str name, int part)
{
    const struct step *st = part >= 0 ? part_step_now(def, s, part) : step_now(def, s);

    return st ? action_find(st, name) : NULL;
}

/* Which step it is in now stands on the page, in the reader's own language. */
bool moved_on(struct work *w)
{
    if (w->s->step < 0)
        return refuse(w->e, ERR_CONFLICT, NULL, "This matter has not been opened.");
    if (!step_now(w->def, w->s))
        return refuse(w->e, ERR_CONFLICT, NULL, "This matter has ended.");
    return refuse(w->e, ERR_CONFLICT, NULL,
                  "This has moved on meanwhile. Please look at where it is now.");
}

static bool has_right(const struct action *act, struct str role)
{
    return !act->right.n || str_among(role, act->may, act->mays);
}

static int used(const struct work *w, const struct action *act, int part)
{
    return part >= 0 ? w->s->part[part].returns : w->s->count[act->index];
}

static bool denied(struct work *w)
{
    return refuse(w->e, ERR_DENIED, NULL, "This is not yours to do.");
}

bool action_may(struct work *w, const struct step *st, const struct action *act, int part,
                struct proc_post *by)
{
    const struct who *who = act->who ? act->who : &st->who;

    if (!who_is(w->env, w->s, who, part, by))
        return denied(w);
    if (!has_right(act, by->role))
        return refuse(w->e, ERR_DENIED, NULL, "Your post does not have the right to do this.");
    if (act->times && part >= 0 && w->s->part[part].bound)
        return refuse(w->e, ERR_CONFLICT, NULL,
                      "The arbitration binds: this part must be carried out.");
    if (act->times && act->beyond.step == TARGET_NONE && used(w, act, part) >= act->times)
        return refuse(w->e, ERR_CONFLICT, NULL, "This can be done %d times only, and has been.",
                      act->times);
    return true;
}

int grade_named(const struct work *w)
{
    const struct val *v = val_get(w->ev->fields, S("grade"));

    for (int i = 0; v && v->kind == VAL_STR && i < w->def->grades; i++) {
        if (str_eq(w->def->grade[i].name, v->str))
            return i;
    }
    return -1;
}

static bool take_grade(struct work *w)
{
    int grade = grade_named(w);

    if (grade < 0 || grade == w->s->grade)
        return true;
    w->s->grade = grade;
    return clocks_recompute(w, true);
}

static bool is_solving(const struct work *w, const struct action *act, int part,
                       const struct target *to)
{
    const struct step *st = part >= 0 ? part_step_now(w->def, w->s, part) : NULL;

    if (part >= 0)
        return to->step == TARGET_END && st->who.place == PLACE_PART && !act->assigns;
    if (to->step == TARGET_END)
        return str_eq(to->outcome, S("solved"));
    return to->step >= 0 &&
           (w->def->step[to->step].kind == STEP_CHECK || w->def->step[to->step].kind == STEP_RATE);
}

static int64_t unit_named(const struct work *w)
{
    return field_number(val_get(w->ev->fields, S("unit")));
}

/* The unit of an assigning action gets the part, at its first step; the returns count on. */
static bool assign(struct work *w, int part)
{
    int64_t unit = unit_named(w);
    struct proc_part old = w->s->part[part];

    for (int i = 0; i < w->s->parts; i++) {
        if (w->s->part[i].unit == unit && (i == part || w->s->part[i].step >= 0))
            return refuse(w->e, ERR_INVALID, "unit", "That unit has a part already.");
    }
    w->s->part[part].excused = true;
    if (!part_begin(w, unit, old.lead, old.returns))
        return false;
    w->s->part[w->s->parts - 1].bound = old.bound;
    return true;
}

static bool is_arrival(const struct work *w, const struct step *st, const struct action *act,
                       int part)
{
    return part >= 0 && st == step_now(w->def, w->s)->part && st->who.place == PLACE_PART &&
           !act->times && !w->s->part[part].reported_in_ms;
}

/* What is said now, or was said before, of which one is taken. */
static bool take_resource(struct work *w, const struct action *act)
{
    int at = proc_number_find(w->def, act->takes);
    int64_t id = at < 0 ? 0 : w->s->number[at];

    if (!id)
        return refuse(w->e, ERR_INVALID, act->takes.p, "Please fill this in.");
    effect_add(w, EFFECT_TAKE, -1)->resource = id;
    return true;
}

static bool carry_out(struct work *w, const struct step *st, const struct action *act, int part,
                      int64_t by_unit)
{
    struct target to = act->to;
    int *count = part >= 0 ? &w->s->part[part].returns : &w->s->count[act->index];

    if (act->times && *count >= act->times)
        to = act->beyond;
    if (act->times)
        (*count)++;
    if ((act->renews || is_solving(w, act, part, &to)) && !solver_add(w, by_unit))
        return false;
    if (act->renews && !period_renew(w))
        return false;
    if (act->sets_grade && !take_grade(w))
        return false;
    if (act->gives_back)
        effect_add(w, EFFECT_GIVE_BACK, -1);
    if (act->takes.n && !take_resource(w, act))
        return false;
    if (act->proposes_duty)
        effect_add(w, EFFECT_PROPOSE_DUTY, part);
    if (act->binds)
        w->s->part[part].bound = true;
    if (is_arrival(w, st, act, part))
        w->s->part[part].reported_in_ms = w->at_ms;
    w->parts = act->parts.given ? &act->parts : NULL;
    if (part < 0) {
        if (act->assigns)
            w->s->holder_unit = unit_named(w);
        return move_to(w, to);
    }
    return move_part(w, part, to) && (!act->assigns || assign(w, part)) && parts_settle(w);
}

static bool pack_action(struct work *w, const struct step *st, const struct action *act, int part)
{
    struct proc_post by;

    if (!action_may(w, st, act, part, &by) ||
        !fields_check(w->env, w->ev->fields, act->field, act->fields, S(""), w->e) ||
        !numbers_take(w, act->field, act->fields))
        return false;
    return carry_out(w, st, act, part, by.unit);
}

/* Rule 7, whatever a pack says: who solved it does not check it; nor does one person open two
 * gates. */
bool check_may(struct work *w, const struct step *st, int *gate)
{
    const struct who *who = st->checkers ? st->all_of : &st->who;
    int n = st->checkers ? st->checkers : 1;
    int64_t person = w->env->actor.person;
    struct proc_post by;
    bool theirs = false;

    *gate = -1;
    for (int i = 0; i < n; i++) {
        if (w->s->gate[i] && w->s->gate[i] == person)
            return refuse(w->e, ERR_CONFLICT, NULL, "You have passed it; another must check too.");
        if (!who_is(w->env, w->s, &who[i], -1, &by))
            continue;
        theirs = true;
        if (*gate < 0 && !w->s->gate[i])
            *gate = i;
    }
    if (!theirs || person == 0)
        return denied(w);
    if (*gate < 0)
        return refuse(w->e, ERR_CONFLICT, NULL, "Your check is done already.");
    if (solver_is(w->s, person))
        return refuse(w->e, ERR_DENIED, NULL,
                      "Who solved a matter cannot check it; somebody else must.");
    return true;
}

static bool check_pass(struct work *w, const struct step *st, int gate)
{
    int n = st->checkers ? st->checkers : 1;

    if (!fields_check(w->env, w->ev->fields, st->field, st->fields, S(""), w->e) ||
        !numbers_take(w, st->field, st->fields))
        return false;
    w->s->gate[gate] = w->env->actor.person;
    for (int i = 0; i < n; i++) {
        if (!w->s->gate[i])
            return true;
    }
    w->s->checked = true;
    return move_to(w, st->then);
}

static bool check_apply(struct work *w, const struct step *st)
{
    int gate;

    if (!check_may(w, st, &gate))
        return false;
    if (str_eq(w->ev->action, S("pass")))
        return check_pass(w, st, gate);
    return fields_check(w->env, w->ev->fields, &field_reason, 1, S(""), w->e) &&
           move_to(w, st->fail);
}

static bool claim_apply(struct work *w, const struct step *st)
{
    struct proc_post by;

    if (!who_is(w->env, w->s, &st->who, -1, &by) || !w->env->actor.person)
        return denied(w);
    w->s->holder_person = w->env->actor.person;
    w->s->holder_unit = by.unit;
    w->s->holder_role = str_copy(w->env->arena, by.role);
    return move_to(w, st->then);
}

int proc_merges(const struct proc_env *env, const struct proc_state *s, int step)
{
    int next = env->def->step[step].carried.step;
    const struct step *st = next >= 0 ? &env->def->step[next] : NULL;
    struct proc_post by;

    if (!st || st->kind != STEP_MEET || st->merge_with != step)
        return -1;
    for (int i = 0; i < st->posts; i++) {
        if (!who_is(env, s, &st->holds[i], -1, &by))
            return -1;
    }
    return next;
}

/* The step whose rule holds: its own, or the next one's, which is decided with it. */
static bool deciding_step(struct work *w, int *step)
{
    const struct val *v = val_get(w->ev->fields, S("merged"));
    int next = proc_merges(w->env, w->s, w->s->step);

    *step = w->s->step;
    if (!v || v->kind != VAL_BOOL || !v->boolean)
        return true;
    if (next < 0)
        return refuse(w->e, ERR_DENIED, "merged",
                      "Two steps can be decided together only where one person holds both posts.");
    *step = next;
    return true;
}

/* What became final by itself is said by nobody. A guest never comes here: only what a gathering
 * decided is let through as a decision (civic/act.c). */
static bool is_system(const struct proc_actor *who)
{
    return !who->person && !who->reporter && !who->posts;
}

/* The counts must bear out what is said to have been decided; without quorum nothing is. */
static bool meet_apply(struct work *w, const struct step *st, bool carried)
{
    const struct rule *rule;
    struct votes votes;
    struct proc_post by;
    enum decision is;
    int step;

    if (!is_system(&w->env->actor) && !who_is(w->env, w->s, &st->who, -1, &by))
        return denied(w);
    if (!deciding_step(w, &step))
        return false;
    rule = &w->def->step[step].rule;
    if (!votes_read(w->ev->fields, rule->by_area, &votes, w->e))
        return false;
    is = votes_decide(rule, &votes);
    if (is == DECIDED_NOT)
        return refuse(w->e, ERR_CONFLICT, "present", "Too few are present to decide.");
    if (carried != (is == DECIDED_CARRIED))
        return refuse(w->e, ERR_INVALID, "in_favour",
                      "The votes do not bear out what is said to have been decided.");
    if (step != w->s->step && carried && !move_to(w, st->carried))
        return false;
    st = &w->def->step[step];
    return move_to(w, carried ? st->carried : st->lost);
}

static bool kind_apply(struct work *w, const struct step *st)
{
    struct str name = w->ev->action;

    if (st->kind == STEP_CHECK && (str_eq(name, S("pass")) || str_eq(name, S("fail"))))
        return check_apply(w, st);
    if (st->kind == STEP_CLAIM && str_eq(name, S("claim")))
        return claim_apply(w, st);
    if (st->kind == STEP_MEET && (str_eq(name, S("carried")) || str_eq(name, S("lost"))))
        return meet_apply(w, st, str_eq(name, S("carried")));
    if (st->objection.given && (str_eq(name, S("dismiss")) || str_eq(name, S("uphold"))))
        return answer_apply(w, st, str_eq(name, S("uphold")));
    return moved_on(w);
}

bool act_apply(struct work *w)
{
    int part = w->ev->part;
    const struct step *st = part >= 0 ? part_step_now(w->def, w->s, part) : step_now(w->def, w->s);
    const struct action *act;

    if (!st)
        return moved_on(w);
    act = action_find(st, w->ev->action);
    if (act)
        return pack_action(w, st, act, part);
    return part >= 0 ? moved_on(w) : kind_apply(w, st);
}
