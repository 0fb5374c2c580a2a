/* What may be done now, and whose turn it is: the same rules as the engine's, asked beforehand. */
#include "proc/engine.h"

static const char *const kind_names[] = {"text",     "choice", "number",   "date",   "place",
                                         "pictures", "file",   "category", "person", "unit",
                                         "list",     "yes_no", "money",    "lines",  "resource"};

static void put_title(struct val *to, struct title t)
{
    set_str(to, "zh", t.zh);
    set_str(to, "en", t.en);
}

static void put_choices(struct val *to, const struct field *f)
{
    struct val *of = set_list(to, "of");

    for (int i = 0; i < f->ofs; i++) {
        struct val *c = add_map(of);

        set_str(c, "name", f->of[i].name);
        put_title(c, f->of[i].title);
    }
}

void proc_field_offer(struct val *list, const struct field *f)
{
    struct val *to = add_map(list);

    set_str(to, "name", f->name);
    put_title(to, f->title);
    set_str(to, "kind", str_of(kind_names[f->kind]));
    set_bool(to, "need", f->need);
    set_bool(to, "personal", f->personal);
    set_str(to, "suggest", f->suggest);
    set_int(to, "max", f->max);
    set_int(to, "min", f->min);
    set_str(to, "tree", f->tree);
    set_str(to, "picture", f->picture);
    put_choices(to, f);
    if (f->kind == FIELD_FILE) {
        put_title(set_map(to, "consent"), f->consent);
        set_int(to, "keep", f->keep.n);
        set_int(to, "keep_unit", (int64_t)f->keep.unit);
    }
}

static struct val *offer(struct val *list, const struct proc_state *s, struct str name,
                         struct title title, int part, const char *kind)
{
    struct val *to = add_map(list);

    set_str(to, "name", name);
    put_title(to, title);
    set_int(to, "part", part);
    set_int(to, "unit", part >= 0 ? s->part[part].unit : 0);
    set_str(to, "kind", str_of(kind));
    return set_list(to, "fields");
}

/* What the language itself brings, by its name. */
static struct val *offer_word(const struct work *w, struct val *list, const char *name, int part,
                              const char *kind)
{
    return offer(list, w->s, str_of(name), proc_word(w->def, str_of(name)), part, kind);
}

static void put_fields(struct val *fields, const struct field *f, int n)
{
    for (int i = 0; i < n; i++)
        proc_field_offer(fields, &f[i]);
}

static void put_own_field(struct val *fields, const struct proc *def, const struct field *own)
{
    struct field f = proc_own_field(def, own);

    proc_field_offer(fields, &f);
}

static void put_parts(struct work *w, struct val *fields, const struct parts_spec *spec)
{
    struct field lead = proc_own_field(w->def, &field_lead);
    struct field joint = proc_own_field(w->def, &field_joint);

    lead.need = spec->lead_least > 0;
    lead.suggest = joint.suggest = spec->suggest ? S("duty_list") : S("");
    joint.need = spec->joint_least > 0;
    joint.max = spec->joint_most;
    lead.of = joint.of = spec->of;
    lead.ofs = joint.ofs = spec->ofs;
    proc_field_offer(fields, &lead);
    if (spec->joint_most)
        proc_field_offer(fields, &joint);
}

/* A question put to the engine: its refusal is an answer, not an error. */
static bool asks_ok(struct work *w, const struct step *st, const struct action *act, int part)
{
    struct proc_post by;
    struct err e = {0};
    bool ok;

    w->e = &e;
    ok = action_may(w, st, act, part, &by);
    w->e = NULL;
    return ok;
}

static void offer_actions(struct work *w, const struct step *st, int part, struct val *list)
{
    for (int i = 0; i < st->actions; i++) {
        const struct action *act = &st->action[i];
        struct val *fields;

        if (!asks_ok(w, st, act, part))
            continue;
        fields = offer(list, w->s, act->name, act->title, part, "act");
        put_fields(fields, act->field, act->fields);
        if (act->parts.given)
            put_parts(w, fields, &act->parts);
    }
}

static void offer_check(struct work *w, const struct step *st, struct val *list)
{
    struct err e = {0};
    struct val *fields;
    int gate;
    bool ok;

    w->e = &e;
    ok = check_may(w, st, &gate);
    w->e = NULL;
    if (!ok)
        return;
    fields = offer_word(w, list, "pass", -1, "act");
    put_fields(fields, st->field, st->fields);
    fields = offer_word(w, list, "fail", -1, "act");
    put_own_field(fields, w->def, &field_reason);
    if (w->def->step[w->s->from_step].kind == STEP_PARTS)
        put_own_field(fields, w->def, &field_rework);
}

static bool is_theirs(const struct work *w, const struct who *who, int part)
{
    struct proc_post by;

    return who_is(w->env, w->s, who, part, &by);
}

/* Those that wait for an answer, by number. */
static void put_objections(const struct work *w, struct val *fields)
{
    struct arena *a = w->env->arena;
    struct choice *of = NEW_ARRAY(a, struct choice, CLOCKS_MAX);
    struct field f = proc_own_field(w->def, &field_objection);

    f.of = of;
    for (int i = 0; i < w->s->clocks; i++) {
        const struct proc_clock *c = &w->s->clock[i];
        struct choice *one = &of[f.ofs];

        if (!c->objection || c->stopped_ms)
            continue;
        one->name = str_format(a, "%d", c->objection);
        one->title.zh = str_format(a, "%.*s %d", STR_ARG(f.title.zh), c->objection);
        one->title.en = str_format(a, "%.*s %d", STR_ARG(f.title.en), c->objection);
        f.ofs++;
    }
    proc_field_offer(fields, &f);
}

static void offer_answers(struct work *w, const struct step *st, struct val *list)
{
    struct val *fields;

    if (!objections_open(w->s) || !answers(w->env, w->s, st))
        return;
    fields = offer_word(w, list, "dismiss", -1, "act");
    put_objections(w, fields);
    put_own_field(fields, w->def, &field_answer);
    fields = offer_word(w, list, "uphold", -1, "act");
    put_objections(w, fields);
    put_own_field(fields, w->def, &field_reason);
}

/* Nobody types what was decided: the gathering is called, and votes. */
static void offer_meeting(struct work *w, const struct step *st, struct val *list)
{
    int next = proc_merges(w->env, w->s, w->s->step);
    struct val *to;

    (void)offer_word(w, list, "meet", -1, "meet");
    to = &list->last->val;
    set_str(to, "gathering", st->gathering);
    set_str(to, "merged", next < 0 ? S("") : w->def->step[next].gathering);
}

static void offer_kind(struct work *w, const struct step *st, struct val *list)
{
    if (st->objection.given) {
        offer_answers(w, st, list);
    } else if (st->kind == STEP_CHECK) {
        offer_check(w, st, list);
    } else if (!is_theirs(w, &st->who, -1)) {
        return;
    } else if (st->kind == STEP_CLAIM && w->env->actor.person) {
        (void)offer_word(w, list, "claim", -1, "act");
    } else if (st->kind == STEP_MEET) {
        offer_meeting(w, st, list);
    } else if (st->kind == STEP_RATE &&
               !(w->env->actor.person && solver_is(w->s, w->env->actor.person))) {
        put_fields(offer_word(w, list, "rate", -1, "rate"), st->field, st->fields);
    }
}

static void offer_reasoned(struct work *w, const char *name, int part, struct val *list)
{
    struct val *fields = offer_word(w, list, name, part, name);

    put_own_field(fields, w->def, &field_reason);
}

static void offer_extend(struct work *w, const struct step *st, int part, struct val *list)
{
    const struct proc_clock *c = clock_running(w->s, w->s->step, part);

    if (c && st->extend.times > c->extensions && w->at_ms <= c->due_ms &&
        is_theirs(w, &st->extend.who, part))
        offer_reasoned(w, "extend", part, list);
}

static void offer_parts(struct work *w, const struct step *st, struct val *list)
{
    for (int i = 0; i < w->s->parts; i++) {
        const struct step *ps = part_step_now(w->def, w->s, i);

        if (!ps)
            continue;
        offer_actions(w, ps, i, list);
        offer_extend(w, ps, i, list);
        if (!w->s->part[i].lead && is_theirs(w, &st->release, i))
            offer_reasoned(w, "release", i, list);
    }
}

void proc_offers(const struct proc_env *env, const struct proc_state *s, int64_t now_ms,
                 struct val *list)
{
    struct proc_state copy = *s; /* nothing here changes it; the questions take a work */
    struct proc_event ev = {.part = -1};
    struct work w = {.env = env, .def = env->def, .s = &copy, .ev = &ev, .at_ms = now_ms};
    const struct step *st = step_now(env->def, s);

    if (!st)
        return;
    if (is_paused(s)) {
        if (is_theirs(&w, &st->pause, -1))
            (void)offer_word(&w, list, "resume", -1, "resume");
        return;
    }
    offer_kind(&w, st, list); /* what the step waits for comes first */
    offer_actions(&w, st, -1, list);
    offer_extend(&w, st, -1, list);
    if (st->kind == STEP_PARTS)
        offer_parts(&w, st, list);
    if (is_theirs(&w, &st->pause, -1))
        offer_reasoned(&w, "pause", -1, list);
}

static int64_t due_of(const struct proc_state *s, int part)
{
    int64_t due = 0; /* the first: of the step itself or of what it asks in every period */

    for (int i = s->clocks; i-- > 0;) {
        const struct proc_clock *c = &s->clock[i];

        if (!c->stopped_ms && c->step == s->step && c->part == part && !c->objection &&
            (!due || c->due_ms < due))
            due = c->due_ms;
    }
    return due;
}

struct turns {
    const struct proc_env *env;
    const struct proc_state *s;
    struct proc_turn *turn;
    int n;
};

static void add_turn(struct turns *to, struct proc_turn t)
{
    for (int i = 0; i < to->n; i++) {
        const struct proc_turn *old = &to->turn[i];

        if (old->unit == t.unit && old->part == t.part && str_eq(old->role, t.role) &&
            str_eq(old->kind, t.kind))
            return;
    }
    if (to->n < TURNS_MAX)
        to->turn[to->n++] = t;
}

static bool unit_solved(const struct proc_state *s, int64_t unit)
{
    for (int i = 0; i < s->solvers; i++) {
        if (s->solver_unit[i] == unit)
            return true;
    }
    return false;
}

static bool claim_names(const struct step *st, struct str role, struct str kind)
{
    const struct who *w = st->kind == STEP_CLAIM ? &st->who : NULL;

    for (; w; w = w->other) {
        if (w->place == PLACE_KIND && str_eq(w->role, role) && str_eq(w->kind, kind))
            return true;
    }
    return false;
}

bool proc_open_to(const struct proc *def, const struct proc_state *s, struct str role,
                  struct str kind)
{
    const struct step *st = step_now(def, s);

    return st && claim_names(st, role, kind);
}

bool proc_may(const struct proc_env *env, const struct proc_state *s)
{
    const struct step *st = step_now(env->def, s);
    struct proc_post by;

    return st && who_is(env, s, &st->who, -1, &by);
}

bool proc_opens_to(const struct proc *def, struct str role, struct str kind)
{
    for (int i = 0; i < def->steps; i++) {
        if (claim_names(&def->step[i], role, kind))
            return true;
    }
    return false;
}

/* The first that is there has the turn; what may be claimed is every one's. At a check the next has
 * it as well, if the first had a hand in solving. */
static void turns_of(struct turns *to, const struct step *st, const struct who *who, int part)
{
    const struct proc_state *s = to->s;

    for (; who && who_given(who); who = who->other) {
        struct proc_turn t = {
            .role = who->role, .kind = S(""), .part = part, .due_ms = due_of(s, part)};

        t.unit = who_unit(to->env, s, who, part);
        if (who->place == PLACE_HOLDER && who->role.n == 0) {
            t.role = s->holder_role;
            t.person = s->holder_person;
        }
        if (who->place == PLACE_KIND)
            t.kind = who->kind;
        else if (t.unit == 0 && t.role.n)
            continue;
        add_turn(to, t);
        if (st->kind != STEP_CLAIM && (st->kind != STEP_CHECK || !unit_solved(s, t.unit)))
            return;
    }
}

/* The answer that is due first. */
static int64_t answer_due(const struct proc_state *s)
{
    int64_t due = 0;

    for (int i = 0; i < s->clocks; i++) {
        const struct proc_clock *c = &s->clock[i];

        if (c->objection && !c->stopped_ms && (!due || c->due_ms < due))
            due = c->due_ms;
    }
    return due;
}

static void answer_turns(struct turns *to, const struct step *st)
{
    turns_of(to, st, &st->objection.who, -1);
    for (int i = 0; i < to->n; i++)
        to->turn[i].due_ms = answer_due(to->s);
}

int proc_turns(const struct proc_env *env, const struct proc_state *s,
               struct proc_turn turn[TURNS_MAX])
{
    const struct step *st = step_now(env->def, s);
    struct turns to = {.env = env, .s = s, .turn = turn};

    if (!st)
        return 0;
    for (int i = 0; i < st->checkers; i++) {
        if (!s->gate[i])
            turns_of(&to, st, &st->all_of[i], -1);
    }
    if (objections_open(s))
        answer_turns(&to, st);
    else if (!st->checkers && st->kind != STEP_PARTS && !st->objection.given)
        turns_of(&to, st, &st->who, -1);
    for (int i = 0; i < s->parts; i++) {
        const struct step *ps = part_step_now(env->def, s, i);

        if (ps)
            turns_of(&to, ps, &ps->who, i);
    }
    return to.n;
}
