/* What a case says must have come of it. */
#include "pack/case.h"

#include <stdio.h>

static int count_effects(const struct case_run *c, enum effect_kind kind)
{
    int n = 0;

    for (int i = 0; i < c->n_effects; i++)
        n += c->effect[i].kind == kind;
    return n;
}

static struct str step_word(const struct case_run *c)
{
    const struct proc *def = c->env.def;
    int step = c->state.step;

    return step < 0 ? S("unopened") : step >= def->steps ? S("ended") : def->step[step].name;
}

static struct str part_word(const struct case_run *c, const struct proc_part *p)
{
    const struct proc *def = c->env.def;

    for (int i = 0; i < def->steps; i++) {
        if (def->step[i].kind == STEP_PARTS && p->step >= 0)
            return def->step[i].part[p->step].name;
    }
    return p->outcome;
}

static struct str clock_word(struct case_run *c, const struct proc_clock *k, const char *between)
{
    const struct proc *def = c->env.def;
    const struct step *st = &def->step[k->step];
    struct str when = when_text(c->a, k->due_ms);

    if (k->objection)
        return str_format(c->a, "objection %d%s%.*s", k->objection, between, STR_ARG(when));
    if (k->part < 0)
        return str_format(c->a, "%.*s%s%.*s", STR_ARG(st->name), between, STR_ARG(when));
    return str_format(c->a, "%.*s of %.*s%s%.*s", STR_ARG(st->part[k->part_step].name),
                      STR_ARG(case_unit_name(c, c->state.part[k->part].unit)), between,
                      STR_ARG(when));
}

void case_join(struct buf *b, struct str s)
{
    if (b->n)
        buf_put(b, S("; "));
    buf_put(b, s);
}

/* Without quotes, so that `since "…"` and `since …` are the same. */
static struct str unquoted(struct arena *a, struct str s)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '"')
            buf_put(&b, (struct str){s.p + i, 1});
    }
    return buf_str(&b);
}

static struct str wanted_list(struct case_run *c, const struct val *v)
{
    struct buf b = {.arena = c->a};

    if (v->kind == VAL_INT)
        return str_format(c->a, "%lld", (long long)v->integer);
    if (v->kind == VAL_STR)
        return unquoted(c->a, v->str);
    for (const struct item *it = list_of(v); it; it = it->next)
        case_join(&b, it->val.kind == VAL_STR ? unquoted(c->a, it->val.str) : S("?"));
    return buf_str(&b);
}

static struct str clocks_list(struct case_run *c, bool late)
{
    struct buf b = {.arena = c->a};

    for (int i = 0; i < c->state.clocks; i++) {
        const struct proc_clock *k = &c->state.clock[i];

        if (k->stopped_ms || k->step < 0 || (late && k->due_ms > c->now_ms))
            continue;
        case_join(&b, clock_word(c, k, late ? " since " : " by "));
    }
    return buf_str(&b);
}

/* "2026-05-31 reported"; what is late and not yet reported is "runs". */
static struct str periods_list(struct case_run *c)
{
    static const char *const how[] = {"", "runs", "reported", "missed", "left"};
    struct buf b = {.arena = c->a};

    for (int i = 0; i < c->state.clocks; i++) {
        const struct proc_clock *k = &c->state.clock[i];
        bool late = k->period == PERIOD_REPORTED && k->stopped_ms > k->due_ms;
        struct str day = day_text(c->a, day_of(k->due_ms));

        if (k->period)
            case_join(&b, str_format(c->a, "%.*s %s%s", STR_ARG(day), how[k->period],
                                     late ? " late" : ""));
    }
    return buf_str(&b);
}

static struct str effects_list(struct case_run *c, enum effect_kind kind)
{
    struct buf b = {.arena = c->a};

    for (int i = 0; i < c->n_effects; i++) {
        if (c->effect[i].kind == kind)
            case_join(&b, when_text(c->a, c->effect[i].at_ms));
    }
    return buf_str(&b);
}

/* "upheld 2026-05-11 09:00; done …" */
static struct str taken_down(struct case_run *c)
{
    struct buf b = {.arena = c->a};

    for (int i = 0; i < c->n_effects; i++) {
        const struct proc_effect *f = &c->effect[i];

        if (f->kind == EFFECT_TAKE_DOWN)
            case_join(&b, str_format(c->a, "%.*s %.*s", STR_ARG(f->outcome),
                                     STR_ARG(when_text(c->a, f->at_ms))));
    }
    return buf_str(&b);
}

static struct str turns_list(struct case_run *c)
{
    struct proc_turn turn[TURNS_MAX];
    struct buf b = {.arena = c->a};
    int n = proc_turns(&c->env, &c->state, turn);

    for (int i = 0; i < n; i++) {
        if (!turn[i].role.n)
            case_join(&b, S("reporter"));
        else
            case_join(&b, str_format(c->a, "%.*s of %.*s", STR_ARG(turn[i].role),
                                     STR_ARG(turn[i].kind.n ? turn[i].kind
                                                            : case_unit_name(c, turn[i].unit))));
    }
    return buf_str(&b);
}

static struct str offers_list(struct case_run *c, struct str who)
{
    struct val *list = val_list(c->a);
    struct buf b = {.arena = c->a};

    case_actor(c, who);
    proc_offers(&c->env, &c->state, c->now_ms, list);
    for (const struct item *it = list->first; it; it = it->next) {
        int64_t unit = take(&it->val, "unit")->integer;
        struct str name = take(&it->val, "name")->str;

        case_join(&b, unit ? str_format(c->a, "%.*s of %.*s", STR_ARG(name),
                                        STR_ARG(case_unit_name(c, unit)))
                           : name);
    }
    return buf_str(&b);
}

static struct str parts_list(struct case_run *c)
{
    struct buf b = {.arena = c->a};

    for (int i = 0; i < c->state.parts; i++)
        case_join(&b,
                  str_format(c->a, "%.*s %.*s", STR_ARG(case_unit_name(c, c->state.part[i].unit)),
                             STR_ARG(part_word(c, &c->state.part[i]))));
    return buf_str(&b);
}

static struct str holder_word(const struct case_run *c)
{
    for (int i = 0; i < c->people; i++) {
        if (c->person[i].id == c->state.holder_person)
            return c->person[i].name;
    }
    return S("nobody");
}

static bool got_text(struct case_run *c, struct str key, struct str *got)
{
    const struct proc_state *s = &c->state;

    if (str_eq(key, S("step")))
        *got = step_word(c);
    else if (str_eq(key, S("outcome")))
        *got = s->outcome;
    else if (str_eq(key, S("grade")))
        *got = s->grade < 0 ? S("none") : c->env.def->grade[s->grade].name;
    else if (str_eq(key, S("late")))
        *got = clocks_list(c, true);
    else if (str_eq(key, S("due")))
        *got = clocks_list(c, false);
    else if (str_eq(key, S("periods")))
        *got = periods_list(c);
    else if (str_eq(key, S("promised")))
        *got = s->due_ms ? when_text(c->a, s->due_ms) : S("");
    else if (str_eq(key, S("supervised_at")))
        *got = effects_list(c, EFFECT_SUPERVISE);
    else if (str_eq(key, S("reminded_at")))
        *got = effects_list(c, EFFECT_REMIND);
    else if (str_eq(key, S("published_at")))
        *got = effects_list(c, EFFECT_PUBLISH);
    else if (str_eq(key, S("taken_down")))
        *got = taken_down(c);
    else if (str_eq(key, S("ended_at")))
        *got = s->ended_ms ? when_text(c->a, s->ended_ms) : S("");
    else if (str_eq(key, S("turns")))
        *got = turns_list(c);
    else if (str_eq(key, S("parts")))
        *got = parts_list(c);
    else if (str_eq(key, S("holder")))
        *got = holder_word(c);
    else if (str_eq(key, S("held")))
        *got = case_held(c);
    else if (str_eq(key, S("first")))
        *got = case_unit_name(c, s->first_unit);
    else
        return false;
    return true;
}

static bool got_number(const struct case_run *c, struct str key, int64_t *got)
{
    const struct proc_state *s = &c->state;

    if (str_eq(key, S("round")))
        *got = s->round;
    else if (str_eq(key, S(SUPPORTERS)))
        *got = s->supporters;
    else if (str_eq(key, S("supervised")))
        *got = count_effects(c, EFFECT_SUPERVISE);
    else if (str_eq(key, S("reminded")))
        *got = count_effects(c, EFFECT_REMIND);
    else if (str_eq(key, S("proposed")))
        *got = count_effects(c, EFFECT_PROPOSE_DUTY);
    else if (str_eq(key, S("asked")))
        *got = count_effects(c, EFFECT_ASK_RATING);
    else if (str_eq(key, S("level")))
        *got = s->supervised;
    else if (str_eq(key, S("pauses")))
        *got = s->pauses;
    else if (str_eq(key, S("rated")))
        *got = s->rated;
    else if (str_eq(key, S("checked")))
        *got = s->checked;
    else
        return false;
    return true;
}

static bool differs(struct case_run *c, struct str key, struct str want, struct str got,
                    struct str *what)
{
    *what = str_format(c->a, "%.*s: wanted “%.*s”, got “%.*s”", STR_ARG(key), STR_ARG(want),
                       STR_ARG(got));
    return false;
}

bool case_fits(struct case_run *c, struct str key, const struct val *want, struct str got,
               struct str *what)
{
    struct str wanted = wanted_list(c, want);

    return str_eq(got, wanted) || differs(c, key, wanted, got, what);
}

static bool may_fit(struct case_run *c, const struct val *v, struct str *what)
{
    for (const struct item *it = map_of(v); it; it = it->next) {
        if (!case_fits(c, it->key, &it->val, offers_list(c, it->key), what))
            return false;
    }
    return true;
}

/* Those that are named; money in fen. */
static bool numbers_fit(struct case_run *c, const struct val *v, struct str *what)
{
    for (const struct item *it = map_of(v); it; it = it->next) {
        int at = proc_number_find(c->env.def, it->key);
        int64_t got = at < 0 ? -1 : c->state.number[at];
        int64_t want = it->val.kind == VAL_INT ? it->val.integer : 0;

        if (got != want)
            return differs(c, it->key, str_format(c->a, "%lld", (long long)want),
                           str_format(c->a, "%lld", (long long)got), what);
    }
    return true;
}

static bool one_fits(struct case_run *c, struct str key, const struct val *v, struct str *what)
{
    struct str got, want;
    int64_t n;

    if (str_eq(key, S("may")))
        return may_fit(c, v, what);
    if (str_eq(key, S("numbers")))
        return numbers_fit(c, v, what);
    if (got_number(c, key, &n)) {
        got = str_format(c->a, "%lld", (long long)n);
        want = v->kind == VAL_INT    ? str_format(c->a, "%lld", (long long)v->integer)
               : v->kind == VAL_BOOL ? (v->boolean ? S("1") : S("0"))
                                     : S("?");
        return str_eq(got, want) || differs(c, key, want, got, what);
    }
    if (!got_text(c, key, &got)) {
        *what = str_format(c->a, "gives: unknown key '%.*s'", STR_ARG(key));
        return false;
    }
    return case_fits(c, key, v, got, what);
}

bool case_gives(struct case_run *c, const struct val *gives, struct str *what)
{
    for (const struct item *it = gives->first; it; it = it->next) {
        if (!one_fits(c, it->key, &it->val, what))
            return false;
    }
    return true;
}
