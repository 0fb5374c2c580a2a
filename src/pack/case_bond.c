/* A case of a bond: {case, bond, posts, units, entries, also, events, at, gives}. Events: {at, who,
 * does, refused, …}, `does` being make (with both sides, from, until), what bond_step() knows, or
 * one of its duties (with span, a day in it). It is kept by the unit of whoever makes it. */
#include "pack/case.h"

#define DONE_MAX   400
#define LOOKED_AT  4000 /* spans of one duty */
#define ENTRY_ID   1000000
#define DATE_BYTES 10

struct duty_done {
    const struct duty_def *def;
    int64_t from_ms, at_ms;
};

struct bond_case {
    struct case_run *c;
    const struct val *entries, *also;
    const struct bond_kind *def;
    struct bond_env env;
    struct bond_now now;
    struct bond_stander who[2];
    int64_t unit, at, since; /* since: it is active and brings duties */
    struct duty_done done[DONE_MAX];
    int n_done;
};

struct deed { /* one event */
    const struct val *v;
    struct str who, does;
};

/* ---- who ------------------------------------------------------------------- */

static bool holds(const struct bond_case *t, struct str who, const struct body *body, int n,
                  int64_t *unit)
{
    const struct case_person *p = case_person(t->c, who);

    for (int i = 0; p && i < p->posts; i++) {
        const struct proc_unit *u = t->c->env.places.unit(t->c, p->post[i].unit);

        if (u && bodies_name(body, n, p->post[i].role, u->kind) && (!*unit || *unit == u->id)) {
            *unit = u->id;
            return true;
        }
    }
    return false;
}

static bool acts_for_unit(const struct bond_case *t, struct str who, int side)
{
    const struct case_person *p = case_person(t->c, who);

    for (int i = 0; p && i < p->posts; i++) {
        if (p->post[i].unit == t->who[side].party.unit_id &&
            str_eq(p->post[i].role, t->def->side[side].by))
            return true;
    }
    return false;
}

static bool is_side(const struct bond_case *t, struct str who, int side)
{
    const struct case_person *p = case_person(t->c, who);

    if (t->def->side[side].of == SIDE_UNIT)
        return acts_for_unit(t, who, side);
    return p && p->id == t->who[side].party.person_id;
}

static unsigned stands_as(const struct bond_case *t, struct str who)
{
    int64_t unit = t->unit;

    return (holds(t, who, t->def->who, t->def->whos, &unit) ? BY_KEEPER : 0) |
           (is_side(t, who, 0) ? BY_ONE : 0) | (is_side(t, who, 1) ? BY_OTHER : 0);
}

/* ---- who is to stand there -------------------------------------------------- */

static void put_person(struct bond_case *t, struct str name, struct bond_stander *who)
{
    const struct case_person *p = case_person(t->c, name);
    struct str *role = NEW_ARRAY(t->c->a, struct str, CASE_POSTS);

    for (int i = 0; p && i < p->posts; i++)
        role[who->roles++] = p->post[i].role;
    who->party.person_id = p ? p->id : 0;
    who->role = role;
}

static void put_unit(struct bond_case *t, struct str name, struct bond_stander *who)
{
    who->party.unit_id = name.n ? case_unit(t->c, name) : 0;
    who->kind = name.n ? t->c->env.places.unit(t->c, who->party.unit_id)->kind : S("");
}

/* entries: {NAME: {roll, kind, state, person}}; without a state it counts. */
static void put_entry(struct bond_case *t, struct str name, struct bond_stander *who)
{
    const struct val *v = NULL;
    const struct case_person *p;
    const struct roll *roll;
    int64_t id = ENTRY_ID;
    int state;

    for (const struct item *it = map_of(t->entries); it && !v; it = it->next, id++)
        v = str_eq(it->key, name) && it->val.kind == VAL_MAP ? &it->val : NULL;
    if (!v)
        return;
    p = case_person(t->c, val_text(v, "person"));
    who->party = (struct party){.person_id = p ? p->id : 0, .entry_id = id};
    who->roll = val_text(v, "roll");
    who->kind = val_text(v, "kind");
    roll = pack_roll(t->c->pack, who->roll);
    state = roll ? roll_state_find(roll, val_text(v, "state")) : ROLL_ENDED;
    who->active = !take(v, "state") || (state != ROLL_ENDED && roll->state[state].active);
}

/* also: [{bond, from, until, SIDE: NAME, SIDE: NAME}]: in what they stand besides. */
static void put_ties(struct bond_case *t, struct str name, struct bond_stander *who)
{
    struct bond_tie *tie = NEW_ARRAY(t->c->a, struct bond_tie, 2 * (size_t)val_count(t->also) + 1);

    for (const struct item *it = list_of(t->also); it; it = it->next) {
        const struct bond_kind *def = pack_bond(t->c->pack, val_text(&it->val, "bond"));
        struct bond_tie one = {.id = -1, .kind = def ? def->name : S("")};

        if (!def || !when_parse(val_text(&it->val, "from"), &one.from_at) ||
            !when_parse(val_text(&it->val, "until"), &one.until_at))
            continue;
        for (one.side = 0; one.side < 2; one.side++) {
            const char *side = str_copy(t->c->a, def->side[one.side].name).p;

            if (str_eq(val_text(&it->val, side), name))
                tie[who->ties++] = one;
        }
    }
    who->tie = tie;
}

static void stander(struct bond_case *t, const struct deed *d, int side)
{
    const struct bond_side *s = &t->def->side[side];
    struct bond_stander *who = &t->who[side];
    struct str name = val_text(d->v, str_copy(t->c->a, s->name).p);

    *who = (struct bond_stander){
        .name = name, .title = s->name, .kind = S(""), .roll = S(""), .party = {0}};
    if (s->of == SIDE_PERSON)
        put_person(t, name, who);
    else if (s->of == SIDE_UNIT)
        put_unit(t, name, who);
    else
        put_entry(t, name, who);
    put_ties(t, name, who);
}

/* ---- making and what follows ------------------------------------------------ */

static bool fields_hold(struct bond_case *t, const struct deed *d, const struct field *f, int n,
                        struct err *e)
{
    return proc_fields_check(&t->c->env, case_fields(t->c, d->v, f, n), f, n, e);
}

/* A day alone is the whole day: its end, where something ends. */
static bool moment(const struct deed *d, const char *key, bool over, int64_t *out, struct err *e)
{
    struct str s = val_text(d->v, key);

    *out = 0;
    if (!take(d->v, key))
        return true;
    if (!when_parse(s, out))
        return refuse(e, ERR_INVALID, key, "This is not a day.");
    *out += over && s.n == DATE_BYTES ? DAY_MS : 0;
    return true;
}

static void activate(struct bond_case *t)
{
    t->since = t->now.from_at > t->at ? t->now.from_at : t->at;
}

static bool step(struct bond_case *t, struct str does, struct str reason, struct err *e)
{
    const struct bond_doing doing = {.does = does, .reason = reason, .at = t->at};

    return bond_step(&t->env, &t->now, &doing, e);
}

static bool make(struct bond_case *t, const struct deed *d, struct err *e)
{
    bool makes = holds(t, d->who, t->def->who, t->def->whos, &t->unit);
    int64_t by = 0;

    if (!makes && !holds(t, d->who, t->def->propose, t->def->proposes, &by))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow you to make this.");
    stander(t, d, 0);
    stander(t, d, 1);
    if (!moment(d, "from", false, &t->now.from_at, e) ||
        !moment(d, "until", true, &t->now.until_at, e) || !bond_begin(&t->env, &t->now, t->at, e) ||
        !bond_sides_check(&t->env, t->who, &t->now, 0, e) ||
        !fields_hold(t, d, t->def->ask, t->def->asks, e))
        return false;
    if (makes)
        activate(t);
    return !makes || step(t, S("approve"), S(""), e);
}

static bool carry_out(struct bond_case *t, const struct deed *d, struct err *e)
{
    int asks;
    const struct field *ask = bond_asked(t->def, d->does, &asks);

    if (!bond_may(t->def, d->does, stands_as(t, d->who), e) ||
        !step(t, d->does, val_text(d->v, "reason"), e) || !fields_hold(t, d, ask, asks, e))
        return false;
    if (!str_eq(d->does, S("approve")))
        return true;
    activate(t);
    return bond_sides_check(&t->env, t->who, &t->now, 0, e);
}

/* ---- duties ------------------------------------------------------------------ */

static const struct duty_def *duty_named(const struct bond_case *t, struct str name)
{
    for (int i = 0; i < t->def->duties; i++) {
        if (str_eq(t->def->duty[i].name, name))
            return &t->def->duty[i];
    }
    return NULL;
}

/* As it stands now: what was not due yet when the bond was over is not asked for any more. */
static struct duty_now duty_at(const struct bond_case *t, const struct duty_def *def,
                               const struct span *in)
{
    struct duty_term term = duty_term(t->env.calendar, &t->c->pack->hours, def, in);
    struct duty_now out = {S(""), in->from_ms, term.due_ms, term.shut_ms, 0};

    for (int i = 0; i < t->n_done; i++) {
        if (t->done[i].def == def && t->done[i].from_ms == in->from_ms) {
            out.state = S("done");
            out.done_ms = t->done[i].at_ms;
        }
    }
    if (!out.state.n && t->now.ended_at && out.due_ms > t->now.ended_at)
        out.state = S("moot");
    return out;
}

static bool is_asked(const struct bond_case *t, const struct span *in)
{
    const struct duty_reach reach = {t->since, t->now.ended_at ? t->now.ended_at : t->now.until_at,
                                     t->at};

    return t->since && duty_begun(&reach, in);
}

static bool duty_is_of(const struct bond_case *t, const struct duty_def *def, struct str who)
{
    int64_t any = 0;

    for (int i = 0; i < 2; i++) {
        if (str_eq(def->who, t->def->side[i].name))
            return is_side(t, who, i);
    }
    return !def->who.n && holds(t, who, &def->body, 1, &any);
}

static bool duty_do(struct bond_case *t, const struct duty_def *def, const struct deed *d,
                    struct err *e)
{
    struct span in;
    int64_t day = t->at;
    struct duty_now now;

    if (!moment(d, "span", false, &day, e))
        return false;
    if (!rhythm_span(def->every, day ? day : t->at, &in) || !is_asked(t, &in) ||
        t->n_done == DONE_MAX)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such duty.");
    if (!duty_is_of(t, def, d->who))
        return refuse(e, ERR_DENIED, NULL, "This is somebody else's to do.");
    now = duty_at(t, def, &in);
    if (!duty_open(&now, t->at, e) || !fields_hold(t, d, def->ask, def->asks, e))
        return false;
    t->done[t->n_done++] = (struct duty_done){def, in.from_ms, t->at};
    (void)bond_touched(t->def, &t->now, def->name, t->at);
    return true;
}

/* ---- events --------------------------------------------------------------------- */

static bool is_asked_there(const struct bond_case *t, const struct deed *d, struct str key)
{
    const struct duty_def *duty = duty_named(t, d->does);
    int n;
    const struct field *f = bond_asked(t->def, d->does, &n);

    return case_asks(f, n, key) || (duty && case_asks(duty->ask, duty->asks, key));
}

static bool is_known(const struct bond_case *t, const struct deed *d, struct str key)
{
    const struct bond_side *side = t->def->side;

    if (in_words(key, "at who does refused fill") || is_asked_there(t, d, key))
        return true;
    if (str_eq(d->does, S("make")))
        return in_words(key, "from until") || str_eq(key, side[0].name) ||
               str_eq(key, side[1].name);
    return str_eq(key, duty_named(t, d->does) ? S("span") : S("reason"));
}

static bool read_deed(struct bond_case *t, const struct val *v, struct deed *d, struct str *what)
{
    *d = (struct deed){v, val_text(v, "who"), val_text(v, "does")};
    if (v->kind != VAL_MAP || !when_parse(val_text(v, "at"), &t->at) || !d->does.n) {
        *what = str_format(t->c->a, "line %d: an event needs at and does", v->line);
        return false;
    }
    if ((t->now.state.n == 0) != str_eq(d->does, S("make"))) {
        *what = str_format(t->c->a, "line %d: the bond is not made yet, or twice", v->line);
        return false;
    }
    for (const struct item *it = v->first; it; it = it->next) {
        if (!is_known(t, d, it->key)) {
            *what =
                str_format(t->c->a, "line %d: unknown key '%.*s'", it->val.line, STR_ARG(it->key));
            return false;
        }
    }
    return true;
}

static bool event(struct bond_case *t, const struct val *v, struct str *what)
{
    struct bond_case *before = NEW(t->c->a, struct bond_case);
    const struct duty_def *duty;
    struct err e = {0};
    struct deed d;
    bool done;

    if (!read_deed(t, v, &d, what))
        return false;
    (void)bond_tick(t->def, &t->now, t->at);
    *before = *t;
    t->c->now_ms = t->at;
    duty = duty_named(t, d.does);
    done = str_eq(d.does, S("make")) ? make(t, &d, &e)
           : duty                    ? duty_do(t, duty, &d, &e)
                                     : carry_out(t, &d, &e);
    if (!done)
        *t = *before;
    return case_judge(t->c, v, done, &e, what);
}

/* ---- what it gives ---------------------------------------------------------------- */

struct counted { /* duties, as they stand */
    struct buf open;
    int done, late, missed;
};

static void count_duty(struct bond_case *t, const struct duty_def *def, struct counted *n)
{
    struct span in;
    int i = 0;

    if (!t->since || !rhythm_from(def->every, t->since, &in))
        return;
    for (; is_asked(t, &in) && i < LOOKED_AT; i++, (void)rhythm_span(def->every, in.to_ms, &in)) {
        struct duty_now now = duty_at(t, def, &in);
        struct str is = duty_stands(&now, t->at);

        n->done += str_eq(is, S("done"));
        n->late += str_eq(is, S("late"));
        n->missed += in_words(is, "missed shut");
        if (str_eq(is, S("open")))
            case_join(&n->open, str_format(t->c->a, "%.*s %.*s", STR_ARG(def->name),
                                           STR_ARG(day_text(t->c->a, day_of(now.due_ms)))));
    }
}

static struct counted count_duties(struct bond_case *t)
{
    struct counted out = {.open = {.arena = t->c->a}};

    for (int i = 0; i < t->def->duties; i++)
        count_duty(t, &t->def->duty[i], &out);
    return out;
}

static struct str number(struct bond_case *t, int n)
{
    return str_format(t->c->a, "%d", n);
}

static struct str day_or_none(struct bond_case *t, int64_t ms)
{
    return ms ? day_text(t->c->a, day_of(ms)) : S("");
}

static bool fits(struct bond_case *t, struct counted *n, const struct item *want, struct str *what)
{
    const struct {
        const char *key;
        struct str is;
    } all[] = {
        {"state", t->now.state},
        {"outcome", t->now.outcome},
        {"from", day_or_none(t, t->now.from_at)},
        {"until", day_or_none(t, t->now.until_at)},
        {"ended", day_or_none(t, t->now.ended_at)},
        {"plan", day_or_none(t, t->now.plan_at)},
        {"contact", day_or_none(t, t->now.contact_at)},
        {"alarm", bond_wrong(&t->env, &t->now, t->at)},
        {"next_alarm", day_or_none(t, bond_wrong_next(&t->env, &t->now, t->at))},
        {"due", buf_str(&n->open)},
        {"done", number(t, n->done)},
        {"late", number(t, n->late)},
        {"missed", number(t, n->missed)},
    };

    for (size_t i = 0; i < COUNT(all); i++) {
        if (str_eq(want->key, str_of(all[i].key)))
            return case_fits(t->c, want->key, &want->val, all[i].is, what);
    }
    *what = str_format(t->c->a,
                       "gives: '%.*s' is none of state, outcome, from, until, ended, plan, "
                       "contact, alarm, next_alarm, due, done, late, missed",
                       STR_ARG(want->key));
    return false;
}

static bool also_hold(const struct bond_case *t, struct str *what)
{
    for (const struct item *it = list_of(t->also); it; it = it->next) {
        int64_t at;

        if (pack_bond(t->c->pack, val_text(&it->val, "bond")) &&
            when_parse(val_text(&it->val, "from"), &at) &&
            when_parse(val_text(&it->val, "until"), &at))
            continue;
        *what = S("also: each is {bond, from, until, and its sides}");
        return false;
    }
    return true;
}

static bool keys_hold(const struct bond_case *t, const struct val *v, struct str *what)
{
    for (const struct item *it = v->first; it; it = it->next) {
        if (!in_words(it->key, "case bond posts units entries also events at gives")) {
            *what =
                str_format(t->c->a, "line %d: unknown key '%.*s'", it->val.line, STR_ARG(it->key));
            return false;
        }
    }
    return also_hold(t, what);
}

struct str case_bond(struct case_run *c, const struct val *v)
{
    struct bond_case *t = NEW(c->a, struct bond_case);
    const struct val *at = take(v, "at");
    struct str what = S("");
    struct counted n;

    *t = (struct bond_case){.c = c,
                            .def = pack_bond(c->pack, val_text(v, "bond")),
                            .entries = take(v, "entries"),
                            .also = take(v, "also")};
    t->env = (struct bond_env){t->def, c->env.calendar, c->a};
    t->now = (struct bond_now){.state = S(""), .outcome = S("")};
    if (!t->def)
        return S("there is no such bond");
    if (!keys_hold(t, v, &what))
        return what;
    for (const struct item *it = list_of(take(v, "events")); it; it = it->next) {
        if (!event(t, &it->val, &what))
            return what;
    }
    if (at && !when_parse(word_of(at), &t->at))
        return S("at: is not a time");
    (void)bond_tick(t->def, &t->now, t->at);
    n = count_duties(t);
    for (const struct item *it = map_of(take(v, "gives")); it; it = it->next) {
        if (!fits(t, &n, it, &what))
            return what;
    }
    return S("");
}
