/* A case of a roll: {case, roll, unit, posts, events, at, gives}. Events: {at, who, does, refused},
 * `does` being add (with kind, birth_date), an action of the entry's state, kind (with to), confirm
 * or end. A post of another kind of unit than the entry's is above it. */
#include "pack/case.h"

struct entry_case {
    struct case_run *c;
    const struct roll *def;
    struct roll_now now;
    int64_t unit, at;
    bool begun;
};

static bool in_reach(const struct entry_case *t, const struct proc_post *post)
{
    const struct proc_unit *held = t->c->env.places.unit(t->c, post->unit);
    const struct proc_unit *own = t->c->env.places.unit(t->c, t->unit);

    return post->unit == t->unit || (held && own && !str_eq(held->kind, own->kind));
}

static bool holds(const struct entry_case *t, struct str who, const struct body *body, int n)
{
    const struct case_person *p = case_person(t->c, who);

    for (int i = 0; p && i < p->posts; i++) {
        const struct proc_unit *u = t->c->env.places.unit(t->c, p->post[i].unit);

        if (u && in_reach(t, &p->post[i]) && bodies_name(body, n, p->post[i].role, u->kind))
            return true;
    }
    return false;
}

static bool keeps(const struct entry_case *t, struct str who)
{
    const struct case_person *p = case_person(t->c, who);

    if (t->def->whos)
        return holds(t, who, t->def->who, t->def->whos);
    for (int i = 0; p && i < p->posts; i++) {
        const struct role *role = pack_role(t->c->pack, p->post[i].role);

        if (role && in_reach(t, &p->post[i]) && role_has(role, S("roll.manage")))
            return true;
    }
    return false;
}

/* May they bring a new one? `self`: for themselves. */
static bool may_add(const struct entry_case *t, struct str who)
{
    unsigned join = t->def->join;

    return ((join & JOIN_SELF) && str_eq(who, S("self"))) ||
           ((join & JOIN_RECOMMEND) && holds(t, who, t->def->recommend, t->def->recommends)) ||
           ((join & JOIN_DIRECT) && keeps(t, who));
}

static bool may(const struct entry_case *t, struct str who, struct str does)
{
    const struct roll_action *a = roll_action_find(t->def, t->now.state, does);

    if (str_eq(does, S("add")))
        return may_add(t, who);
    return a && a->whos ? holds(t, who, a->who, a->whos) : keeps(t, who);
}

static bool add(struct entry_case *t, const struct val *v, struct err *e)
{
    struct str born = word_of(take(v, "birth_date")), kind = word_of(take(v, "kind"));
    int64_t at = 0;
    int32_t day = born.n && when_parse(born, &at) ? day_of(at) : INT32_MIN;

    if (!roll_age(t->def, kind, day, t->at, e) || !roll_begin(t->def, kind, t->at, &t->now, e))
        return false;
    t->begun = true;
    return true;
}

static bool does(struct entry_case *t, const struct val *v, struct err *e)
{
    struct str what = word_of(take(v, "does"));

    if (!may(t, word_of(take(v, "who")), what))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (str_eq(what, S("add")))
        return add(t, v, e);
    if (str_eq(what, S("kind")))
        return roll_to_kind(t->def, &t->now, word_of(take(v, "to")), t->at, e);
    if (str_eq(what, S("confirm")))
        return roll_confirm(t->def, &t->now, t->at, e);
    if (str_eq(what, S("end")))
        return roll_stop(t->def, &t->now, S("ended"), t->at, e);
    return roll_act(t->def, &t->now, what, t->at, e);
}

static bool event(struct entry_case *t, const struct val *v, struct str *what)
{
    struct err e = {0};
    bool done;

    if (!when_parse(word_of(take(v, "at")), &t->at) ||
        t->begun == str_eq(word_of(take(v, "does")), S("add"))) {
        *what = str_format(
            t->c->a, "line %d: 'at' is no time, or the entry is not there yet, or twice", v->line);
        return false;
    }
    if (t->begun)
        (void)roll_tick(t->def, &t->now, t->at);
    done = does(t, v, &e);
    return case_judge(t->c, v, done, &e, what);
}

static bool fits(struct entry_case *t, const struct item *want, struct str *what)
{
    const struct {
        const char *key;
        struct str is;
    } all[] = {
        {"state", t->now.state < 0 ? t->now.outcome : t->def->state[t->now.state].name},
        {"kind", t->now.kind},
        {"active", t->now.active_at && !t->now.to_at ? S("yes") : S("no")},
        {"post", t->now.active_at && !t->now.to_at ? roll_gives(t->def, t->now.kind) : S("")},
        {"review", t->now.review_at ? day_text(t->c->a, day_of(t->now.review_at)) : S("")},
        {"asked",
         t->now.review_at ? day_text(t->c->a, day_of(roll_review_from(t->def, &t->now))) : S("")},
        {"until", t->now.until_at ? day_text(t->c->a, day_of(t->now.until_at)) : S("")},
        {"stale", t->now.review_at && t->now.review_at <= t->at ? S("yes") : S("no")},
    };

    for (size_t i = 0; i < COUNT(all); i++) {
        if (!str_eq(want->key, str_of(all[i].key)))
            continue;
        if (str_eq(word_of(&want->val), all[i].is))
            return true;
        *what = str_format(t->c->a, "%s is '%.*s' and not '%.*s'", all[i].key, STR_ARG(all[i].is),
                           STR_ARG(word_of(&want->val)));
        return false;
    }
    *what = str_format(t->c->a,
                       "gives: '%.*s' is none of state, kind, active, post, review, asked, "
                       "until, stale",
                       STR_ARG(want->key));
    return false;
}

struct str case_roll(struct case_run *c, const struct val *v)
{
    struct entry_case t = {.c = c, .def = pack_roll(c->pack, word_of(take(v, "roll")))};
    struct str what = S(""), unit = word_of(take(v, "unit"));
    const struct val *at = take(v, "at");

    if (!t.def)
        return S("there is no such roll");
    t.unit = case_unit(c, unit.n ? unit : S("C1"));
    for (const struct item *it = list_of(take(v, "events")); it; it = it->next) {
        if (it->val.kind != VAL_MAP || !event(&t, &it->val, &what))
            return what.n ? what : S("an event must be a map");
    }
    if (at && !when_parse(word_of(at), &t.at))
        return S("at: is not a time");
    if (t.begun)
        (void)roll_tick(t.def, &t.now, t.at);
    for (const struct item *it = map_of(take(v, "gives")); it; it = it->next) {
        if (!fits(&t, it, &what))
            return what;
    }
    return S("");
}
