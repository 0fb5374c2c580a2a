/* Rolls: who is kept count of by name, beside the posts that people hold. */
#include "cal/rhythm.h"
#include "pack/read.h"

/* Outcomes that the language itself brings. */
static const char *const own_outcomes[] = {"ended", "expired", "erased"};

#define OUTCOMES_MAX 20

/* ---- kinds ---------------------------------------------------------------- */

/* 18-35, 18-, -35 */
static struct ages ages_read(struct pack_reader *r, const struct val *v)
{
    struct str s = word_of(v), low, high = str_cut(s, '-', &low);
    int64_t least = 0, most = 150;

    if (!v)
        return (struct ages){0};
    if (v->kind != VAL_STR || low.n == s.n || (low.n && !str_int(low, &least)) ||
        (high.n && !str_int(high, &most)) || least < 0 || most > 150 || least > most)
        FAULT(r, v->line, "age is written like 18-35, 18- or -35");
    return (struct ages){true, (int)least, (int)most, s};
}

static void gives_check(struct pack_reader *r, const struct val *v, const struct roll *roll,
                        struct str role)
{
    const struct val *def = val_get(r->roles, role);
    int n = 0;
    const struct str *of = def ? take_words(r, def, "of", &n) : NULL;

    if (!def)
        FAULT(r, v->line, "there is no role '%.*s'", STR_ARG(role));
    if (!str_eq(roll->of, S("person")))
        FAULT(r, v->line, "roll %.*s: only a person can hold a role", STR_ARG(roll->name));
    for (int i = 0; def && i < roll->ins; i++) {
        bool held = false;

        for (int k = 0; k < n; k++)
            held = held || str_eq(of[k], roll->in[i]);
        if (!held)
            FAULT(r, v->line, "there is no %.*s in a %.*s", STR_ARG(role), STR_ARG(roll->in[i]));
    }
}

static void part_read(struct pack_reader *r, const struct val *v, const struct roll *roll,
                      struct roll_part *out)
{
    out->age = ages_read(r, take(v, "age"));
    out->ask = facts_ask_read(r, v, true, &out->asks);
    out->source = roll->name;
    out->duty =
        duties_read(r, v, str_eq(roll->of, S("person")) ? "self keeper" : "keeper", &out->duties);
    out->gives = take_word(r, v, "gives");
    if (out->gives.n)
        gives_check(r, v, roll, out->gives);
    for (int i = 0; i < out->asks; i++) {
        if (in_words(out->ask[i].name,
                     "label building people area about keeper known_in phone state roll born age"))
            FAULT(r, out->ask[i].line, "roll %.*s: '%.*s' is part of every entry",
                  STR_ARG(roll->name), STR_ARG(out->ask[i].name));
    }
}

/* What falls due of every entry falls due of each kind. */
static void add_duties(struct pack_reader *r, const struct roll_part *all, struct roll_part *kind)
{
    int n = all->duties + kind->duties;
    struct duty_def *duty = NEW_ARRAY(r->a, struct duty_def, (size_t)n + 1);

    for (int i = 0; i < n; i++)
        duty[i] = i < all->duties ? all->duty[i] : kind->duty[i - all->duties];
    kind->duty = duty;
    kind->duties = n;
}

static void kinds_read(struct pack_reader *r, const struct val *v, struct roll *out)
{
    const struct val *kinds = take(v, "kinds");
    struct roll_kind *kind = NEW_ARRAY(r->a, struct roll_kind, (size_t)val_count(kinds) + 1);

    if (kinds && !take_map(r, kinds, "kinds"))
        return;
    for (const struct item *it = map_of(kinds); it; it = it->next) {
        struct roll_kind *k = &kind[out->kinds++];

        *k = (struct roll_kind){.name = it->key, .line = it->val.line};
        if (!is_word(it->key))
            FAULT(r, it->val.line, "the name of a kind must be a word, not '%.*s'",
                  STR_ARG(it->key));
        if (!take_map(r, &it->val, "a kind"))
            continue;
        take_keys(r, &it->val, "kind", "title way age ask duties gives");
        k->title = take_title(r, &it->val, it->key);
        if (take(&it->val, "way"))
            k->way = read_title(r, take(&it->val, "way"), it->key);
        part_read(r, &it->val, out, &k->part);
        k->part.source = str_format(r->a, "%.*s/%.*s", STR_ARG(out->name), STR_ARG(it->key));
        add_duties(r, &out->part, &k->part);
    }
    out->kind = kind;
}

/* ---- states --------------------------------------------------------------- */

static void outcome_add(struct pack_reader *r, struct roll *out, struct choice *list,
                        struct str name, int line)
{
    for (int i = 0; i < out->outcomes; i++) {
        if (str_eq(list[i].name, name))
            return;
    }
    if (out->outcomes == OUTCOMES_MAX || !val_get(r->words, name)) {
        FAULT(r, line, "%.*s: the title is needed in zh and in en", STR_ARG(name));
        return;
    }
    list[out->outcomes++] = (struct choice){name, read_title(r, val_get(r->words, name), name)};
}

static void no_every(struct pack_reader *r, const struct body *body, int n)
{
    for (int i = 0; i < n; i++) {
        if (body[i].every || body[i].roll.n)
            FAULT(r, body[i].line, "who: write 'ROLE of KIND'");
    }
}

static void action_of(struct pack_reader *r, const struct item *it, const struct val *states,
                      struct roll_action *out)
{
    const struct val *v = &it->val;
    int n = 0;

    *out = (struct roll_action){.name = it->key, .to = ROLL_ENDED, .line = v->line};
    if (!take_map(r, v, "an action"))
        return;
    take_keys(r, v, "action", "title to end who ask");
    out->title = take_title(r, v, it->key);
    out->outcome = take_word(r, v, "end");
    out->who = bodies_read(r, v, "who", &out->whos);
    no_every(r, out->who, out->whos);
    out->ask = facts_ask_read(r, v, false, &out->asks);
    if (!take(v, "to") == !out->outcome.n)
        FAULT(r, v->line, "action %.*s: it leads to a state (to) or to an end (end)",
              STR_ARG(it->key));
    for (const struct item *s = map_of(states); s && take(v, "to"); s = s->next, n++) {
        if (str_eq(s->key, take_word(r, v, "to")))
            out->to = n;
    }
    if (take(v, "to") && out->to == ROLL_ENDED)
        FAULT(r, v->line, "there is no state '%.*s'", STR_ARG(take_word(r, v, "to")));
}

static void state_of(struct pack_reader *r, const struct item *it, const struct val *states,
                     struct roll_state *out)
{
    const struct val *actions = take(&it->val, "actions");
    struct roll_action *action =
        NEW_ARRAY(r->a, struct roll_action, (size_t)val_count(actions) + 1);

    *out = (struct roll_state){.name = it->key, .line = it->val.line, .action = action};
    if (!is_word(it->key))
        FAULT(r, it->val.line, "the name of a state must be a word, not '%.*s'", STR_ARG(it->key));
    if (!take_map(r, &it->val, "a state"))
        return;
    take_keys(r, &it->val, "state", "title active actions");
    out->title = take_title(r, &it->val, it->key);
    out->active = take_bool(r, &it->val, "active", false);
    if (actions && !take_map(r, actions, "actions"))
        return;
    for (const struct item *a = map_of(actions); a; a = a->next)
        action_of(r, a, states, &action[out->actions++]);
}

/* Without states an entry is on the roll at once. */
static void states_read(struct pack_reader *r, const struct val *v, struct roll *out)
{
    static const struct roll_state only = {
        .name = {"active", 6}, .title = {{"active", 6}, {"active", 6}}, .active = true};
    const struct val *states = take(v, "states");
    struct roll_state *state = NEW_ARRAY(r->a, struct roll_state, (size_t)val_count(states) + 1);
    bool any = false;

    if (!states) {
        state[0] = only;
        if (val_get(r->words, S("active")))
            state[0].title = read_title(r, val_get(r->words, S("active")), S("active"));
        out->state = state;
        out->states = 1;
        return;
    }
    if (!take_map(r, states, "states"))
        return;
    for (const struct item *it = states->first; it; it = it->next) {
        state_of(r, it, states, &state[out->states]);
        any = any || state[out->states].active;
        out->states++;
    }
    if (!any)
        FAULT(r, states->line, "roll %.*s: one state must be active", STR_ARG(out->name));
    out->state = state;
}

static bool reached(const struct roll *roll, int state)
{
    bool is = state == 0;

    for (int i = 0; i < roll->states; i++) {
        for (int k = 0; k < roll->state[i].actions; k++)
            is = is || (i != state && roll->state[i].action[k].to == state);
    }
    return is;
}

static void outcomes_read(struct pack_reader *r, struct roll *out)
{
    struct choice *list = NEW_ARRAY(r->a, struct choice, OUTCOMES_MAX);

    for (size_t i = 0; i < COUNT(own_outcomes); i++)
        outcome_add(r, out, list, str_of(own_outcomes[i]), out->line);
    for (int i = 0; i < out->states; i++) {
        const struct roll_state *s = &out->state[i];

        if (!reached(out, i))
            FAULT(r, s->line, "roll %.*s: nothing leads to state %.*s", STR_ARG(out->name),
                  STR_ARG(s->name));
        for (int k = 0; k < s->actions; k++) {
            if (s->action[k].outcome.n)
                outcome_add(r, out, list, s->action[k].outcome, s->action[k].line);
        }
    }
    out->outcome = list;
}

/* ---- rolls ---------------------------------------------------------------- */

static struct stretch stretch_of(struct pack_reader *r, const struct val *map, const char *key)
{
    struct stretch out = {0};
    struct err e = {0};

    if (take(map, key) && !stretch_parse(word_of(take(map, key)), &out, &e))
        FAULT(r, take(map, key)->line, "%s: %s", key, e.text);
    return out;
}

static void review_read(struct pack_reader *r, const struct val *v, struct roll *out)
{
    static const struct {
        struct str every;
        struct stretch is;
    } rhythms[] = {{{"week", 4}, {7, STRETCH_DAYS}},
                   {{"fortnight", 9}, {14, STRETCH_DAYS}},
                   {{"month", 5}, {1, STRETCH_MONTHS}},
                   {{"quarter", 7}, {3, STRETCH_MONTHS}},
                   {{"year", 4}, {1, STRETCH_YEARS}}};
    struct stretch ahead;

    if (!v || !take_map(r, v, "review"))
        return;
    take_keys(r, v, "review", "every within");
    for (size_t i = 0; i < COUNT(rhythms); i++) {
        if (str_eq(take_word(r, v, "every"), rhythms[i].every))
            out->review = rhythms[i].is;
    }
    if (!out->review.n)
        FAULT(r, v->line, "every: must be one of %s", rhythm_words);
    ahead = stretch_of(r, v, "within");
    out->ahead = ahead.n;
    if (ahead.n && ahead.unit != STRETCH_DAYS)
        FAULT(r, v->line, "within: in days, so long before it is due");
}

static void join_read(struct pack_reader *r, const struct val *v, struct roll *out)
{
    static const char *const ways[] = {"direct", "recommend", "self"};
    int n;
    const struct str *named = take_words(r, v, "join", &n);

    for (int i = 0; i < n; i++) {
        if (!in_words(named[i], "direct recommend self"))
            FAULT(r, v->line, "join: '%.*s' is none of direct, recommend, self", STR_ARG(named[i]));
        for (size_t k = 0; k < COUNT(ways); k++)
            out->join |= str_eq(named[i], str_of(ways[k])) ? 1U << k : 0;
    }
    if (!n)
        out->join = JOIN_DIRECT;
    out->recommend = bodies_read(r, v, "recommend", &out->recommends);
    no_every(r, out->recommend, out->recommends);
    if (!out->recommends != !(out->join & JOIN_RECOMMEND))
        FAULT(r, v->line, "roll %.*s: 'recommend' says who recommends, and 'join' that it is done",
              STR_ARG(out->name));
    if ((out->join & JOIN_SELF) && !str_eq(out->of, S("person")))
        FAULT(r, v->line, "roll %.*s: only a person can join it", STR_ARG(out->name));
}

/* How old somebody is must be known where a rule asks for it. */
static void ages_check(struct pack_reader *r, const struct roll *roll)
{
    bool rule = roll->part.age.given;

    for (int i = 0; i < roll->kinds; i++)
        rule = rule || roll->kind[i].part.age.given;
    if (rule && !roll_asks(roll, S("birth_date")) && !roll_asks(roll, S("id_number")))
        FAULT(r, roll->line, "roll %.*s: an age is known by birth_date or id_number: ask one",
              STR_ARG(roll->name));
}

static void roll_read(struct pack_reader *r, const struct item *it, struct roll *out)
{
    const struct val *v = &it->val, *purpose = take(v, "purpose");

    *out = (struct roll){.name = it->key, .line = v->line};
    take_keys(r, v, "roll",
              "roll title of purpose in who join recommend age ask kinds states review term duties "
              "gives figures extends");
    out->title = take_title(r, v, it->key);
    out->of = take_word(r, v, "of");
    if (!in_words(out->of, "household person unit"))
        FAULT(r, v->line, "roll %.*s: 'of' must be household, person or unit", STR_ARG(it->key));
    if (purpose)
        out->purpose = read_title(r, purpose, it->key);
    else
        FAULT(r, v->line, "roll %.*s: 'purpose' must say what the names are kept for",
              STR_ARG(it->key));
    out->in = take_words(r, v, "in", &out->ins);
    if (!out->ins)
        FAULT(r, v->line, "roll %.*s: 'in' must name the kinds of units that keep it",
              STR_ARG(it->key));
    for (int i = 0; i < out->ins; i++) {
        if (!val_get(r->unit_kinds, out->in[i]))
            FAULT(r, v->line, "there is no kind of unit '%.*s'", STR_ARG(out->in[i]));
    }
    out->who = bodies_read(r, v, "who", &out->whos);
    no_every(r, out->who, out->whos);
    join_read(r, v, out);
    part_read(r, v, out, &out->part);
    kinds_read(r, v, out);
    states_read(r, v, out);
    outcomes_read(r, out);
    review_read(r, take(v, "review"), out);
    out->term = stretch_of(r, v, "term");
    out->figure = take_figures(r, v, "figures", &out->figures);
    ages_check(r, out);
}

void rolls_read(struct pack_reader *r)
{
    struct roll *roll = NEW_ARRAY(r->a, struct roll, (size_t)val_count(r->roll) + 1);
    struct pack *p = r->pack;

    for (const struct item *it = r->roll->first; it; it = it->next)
        roll_read(r, it, &roll[p->rolls++]);
    p->roll = roll;
}
