/*
 * A case of what there is: a small town of units, posts and entries of rolls, and what the figures
 * over them come out as. What the pack does not allow says how it is refused, and is not there.
 *
 *   case: of two firms one has an organisation
 *   town: {D1: district, F1: {kind: enterprise, under: D1}, F2: {kind: grid, refused: parent}}
 *   posts: {wu: secretary of B1, he: {post: honour_post of M1, honour_level: moon, refused:
 *     honour_level}}
 *   entries: [{roll: talents, unit: D1, kind: expert, birth_date: "1990-02-03"}]
 *   gives: {D1: {firms: 1, coverage: 50.00%, cards: [received], posts: [secretary]}}
 */
#include "pack/case.h"

#include "pack/facts.h"
#include "pack/figure_value.h"
#include "pack/stock.h"

#include <string.h>

#define LONG_AGO "2000-01-01"
#define LOOKED   "2026-06-30 12:00"

struct town_unit {
    struct str name, kind, path;
    int64_t from_at;
    const struct val *facts;
};

struct town_post {
    const struct town_unit *unit;
    const struct role *role;
    int64_t person, from_at, to_at, born;
    const struct val *facts;
};

struct town_entry {
    const struct town_unit *unit;
    const struct roll *roll;
    struct roll_now now;
    int64_t from_at, born;
    const struct val *facts;
};

struct town {
    struct case_run *c;
    struct arena *a;
    const struct pack *p;
    struct town_unit *unit;
    struct town_post *post;
    struct town_entry *entry;
    size_t units, posts, entries;
    int64_t from_ms, at_ms; /* the period, up to when one looks */
};

static int count_of(const struct val *v)
{
    int n = 1;

    for (const struct item *it = v ? v->first : NULL;
         it && (v->kind == VAL_MAP || v->kind == VAL_LIST); it = it->next)
        n += count_of(&it->val);
    return n;
}

static const struct town_unit *unit_named(const struct town *t, struct str name)
{
    for (size_t i = 0; i < t->units; i++) {
        if (str_eq(t->unit[i].name, name))
            return &t->unit[i];
    }
    return NULL;
}

/* A moment under this key; `usual` if it is not said. */
static bool moment(struct town *t, const struct val *v, const char *key, const char *usual,
                   int64_t *out, struct str *what)
{
    const struct val *said = take(v, key);

    if (!said && !usual)
        *out = 0;
    else if (!when_parse(said ? word_of(said) : str_of(usual), out))
        *what = str_format(t->a, "line %d: %s is not a time", v->line, key);
    return what->n == 0;
}

/* What stands there besides the language's own keys: facts. */
static const struct val *said_of(struct town *t, const struct val *v, const char *keys)
{
    struct val *out = val_map(t->a);

    for (const struct item *it = map_of(v); it; it = it->next) {
        if (!in_words(it->key, keys))
            set_val(out, it->key, it->val);
    }
    return out;
}

/* ---- units ---------------------------------------------------------------- */

static bool put_unit(struct town *t, const struct item *it, struct str *what)
{
    const struct val *v = &it->val;
    struct str under = v->kind == VAL_MAP ? val_text(v, "under") : S("");
    struct str kind = v->kind == VAL_MAP ? val_text(v, "kind") : word_of(v);
    const struct unit_kind *def = pack_unit_kind(t->p, kind);
    const struct town_unit *up = unit_named(t, under);
    struct facts_ask ask = def ? (struct facts_ask){def->ask, def->asks} : (struct facts_ask){0};
    struct facts_change facts;
    int64_t from_at;
    struct err e = {0};
    bool done;

    if (!moment(t, v, "since", LONG_AGO, &from_at, what))
        return false;
    if ((under.n && !up) || unit_named(t, it->key)) {
        *what = str_format(t->a, "line %d: %.*s is there twice, or under nothing that is there yet",
                           v->line, STR_ARG(it->key));
        return false;
    }
    done = unit_kind_check(t->p, kind, up ? up->kind : S(""), &e) &&
           facts_take(t->a, ask, NULL, said_of(t, v, "kind under since refused"), &facts, &e);
    if (done)
        t->unit[t->units++] = (struct town_unit){
            .name = it->key,
            .kind = kind,
            .path = str_format(t->a, "%.*s%.*s/", STR_ARG(up ? up->path : S("")), STR_ARG(it->key)),
            .from_at = from_at,
            .facts = facts.all};
    return case_refused(t->c, v, it->key, done, &e, what);
}

/* ---- posts ---------------------------------------------------------------- */

static bool put_post(struct town *t, struct str name, int64_t person, const struct val *v,
                     struct str *what)
{
    struct str role, of,
        at = str_cut(v->kind == VAL_MAP ? val_text(v, "post") : word_of(v), ' ', &role);
    const struct role *def = pack_role(t->p, role);
    struct facts_ask ask = def ? (struct facts_ask){def->ask, def->asks} : (struct facts_ask){0};
    struct town_post post = {.role = def, .person = person};
    const struct val *born = take(v, "born");
    struct facts_change facts;
    struct err e = {0};
    bool done;

    post.unit = unit_named(t, str_cut(at, ' ', &of));
    if (!post.unit || !str_eq(of, S("of"))) {
        *what = str_format(t->a, "line %d: a post is ROLE of UNIT, and the unit is there", v->line);
        return false;
    }
    if (!moment(t, v, "since", LONG_AGO, &post.from_at, what) ||
        !moment(t, v, "until", NULL, &post.to_at, what))
        return false;
    done = role_check(t->p, role, post.unit->kind, &e) &&
           facts_take(t->a, ask, NULL, said_of(t, v, "post since until born refused"), &facts, &e);
    if (done) {
        post.born = born && born->kind == VAL_INT ? born->integer : 0;
        post.facts = facts.all;
        t->post[t->posts++] = post;
    }
    return case_refused(t->c, v, name, done, &e, what);
}

static bool put_person(struct town *t, const struct item *it, int64_t person, struct str *what)
{
    bool all = true;

    if (it->val.kind != VAL_LIST)
        return put_post(t, it->key, person, &it->val, what);
    for (const struct item *k = it->val.first; k && all; k = k->next)
        all = put_post(t, it->key, person, &k->val, what);
    return all;
}

/* ---- entries of rolls ------------------------------------------------------- */

/* Brought in at from_at, and what was done with it then. */
static bool begin_entry(struct town_entry *x, const struct val *v, struct err *e)
{
    struct str kind = val_text(v, "kind"), born = val_text(v, "birth_date");
    const struct val *does = take(v, "does");
    int64_t at = 0;
    bool known = born.n && when_parse(born, &at), done;

    done = roll_keep_check(x->roll, x->unit->kind, e) &&
           roll_age(x->roll, kind, known ? day_of(at) : INT32_MIN, x->from_at, e) &&
           roll_begin(x->roll, kind, x->from_at, &x->now, e);
    x->born = known ? civil_of(at).year : 0;
    for (const struct item *it = list_of(does); it && done; it = it->next)
        done = roll_act(x->roll, &x->now, word_of(&it->val), x->from_at, e);
    return done;
}

static bool put_entry(struct town *t, const struct val *v, struct str *what)
{
    struct town_entry x = {.roll = pack_roll(t->p, word_of(take(v, "roll"))),
                           .unit = unit_named(t, word_of(take(v, "unit")))};
    struct facts_change facts;
    struct err e = {0};
    bool done;

    if (!x.roll || !x.unit) {
        *what = str_format(t->a, "line %d: an entry names a roll of the pack and a unit", v->line);
        return false;
    }
    if (!moment(t, v, "since", LONG_AGO, &x.from_at, what))
        return false;
    done = begin_entry(&x, v, &e) &&
           facts_take(t->a, roll_facts(t->a, x.roll, x.now.kind), NULL,
                      said_of(t, v, "roll unit kind since does refused"), &facts, &e);
    if (done) {
        (void)roll_tick(x.roll, &x.now, t->at_ms);
        x.facts = facts.all;
        t->entry[t->entries++] = x;
    }
    return case_refused(t->c, v, x.roll->name, done, &e, what);
}

/* ---- figures ---------------------------------------------------------------- */

struct tallying {
    const struct town *t;
    const struct figure *f;
    const struct town_unit *u;
    struct stock_span span;
    struct stock_thing *thing;
    size_t n;
};

static void add(struct tallying *y, const struct town_unit *u, struct stock_thing it)
{
    it.unit_kind = u->kind;
    it.path = u->path;
    if (path_holds(y->u->path, u->path) && stock_holds(y->t->a, y->f, &it))
        y->thing[y->n++] = it;
}

static struct tallying tallying(const struct town *t, const struct figure *f,
                                const struct town_unit *u)
{
    return (struct tallying){
        .t = t,
        .f = f,
        .u = u,
        .span = stock_span(f, t->from_ms, t->at_ms + 1, t->at_ms),
        .thing = NEW_ARRAY(t->a, struct stock_thing, t->units + t->posts + t->entries + 1)};
}

static bool met(const struct tallying *y, int64_t person)
{
    for (size_t i = 0; i < y->n; i++) {
        if (y->thing[i].person == person)
            return true;
    }
    return false;
}

static void tally_posts(struct tallying *y)
{
    bool people = str_eq(y->f->noun, S("people"));

    for (size_t i = 0; i < y->t->posts; i++) {
        const struct town_post *p = &y->t->post[i];

        if (stock_post_held(&y->span, p->from_at, p->to_at) && !(people && met(y, p->person)))
            add(y, p->unit,
                (struct stock_thing){.role = p->role,
                                     .person = p->person,
                                     .from_at = p->from_at,
                                     .born = p->born,
                                     .facts = p->facts});
    }
}

/* Who holds one of these posts at the end; what else the figure asks is of the unit. */
static struct tallying holders(const struct tallying *y, const struct condition *has)
{
    static const struct figure any = {.at = FIGURE_AT_END};
    struct tallying out = tallying(y->t, &any, y->u);

    for (size_t i = 0; i < y->t->posts; i++) {
        const struct town_post *p = &y->t->post[i];

        if (stock_post_held(&out.span, p->from_at, p->to_at) && condition_names(has, p->role->name))
            add(&out, p->unit, (struct stock_thing){.role = p->role});
    }
    return out;
}

static void tally_units(struct tallying *y)
{
    for (size_t i = 0; i < y->t->units; i++) {
        const struct town_unit *u = &y->t->unit[i];

        if (stock_began(&y->span, u->from_at))
            add(y, u, (struct stock_thing){.from_at = u->from_at, .facts = u->facts});
    }
    for (int i = 0; i < y->f->wheres; i++) {
        const struct condition *has = &y->f->where[i];
        struct tallying of;

        if (!str_eq(has->fact, S("has")))
            continue;
        of = holders(y, has);
        y->n = stock_having(has, y->thing, y->n, of.thing, of.n);
    }
}

static void tally_entries(struct tallying *y)
{
    for (size_t i = 0; i < y->t->entries; i++) {
        const struct town_entry *x = &y->t->entry[i];
        const struct stock_entry when = {x->from_at, x->now.active_at, x->now.review_at,
                                         x->now.to_at};
        struct stock_thing it = {
            .roll = x->roll, .kind = x->now.kind, .born = x->born, .facts = x->facts};

        it.state = x->now.state < 0 ? x->now.outcome : x->roll->state[x->now.state].name;
        if (stock_entry_counts(y->f, &y->span, &when, &it.from_at))
            add(y, x->unit, it);
    }
}

struct looked {
    const struct town *t;
    const struct town_unit *u;
};

static int64_t count_figure(void *arg, const struct figure *f)
{
    const struct looked *at = arg;
    struct tallying y = tallying(at->t, f, at->u);

    if (str_eq(f->noun, S("units")))
        tally_units(&y);
    else if (str_eq(f->noun, S("entries")))
        tally_entries(&y);
    else
        tally_posts(&y);
    if (f->distinct.n)
        y.n = stock_distinct(at->t->a, f->distinct, y.thing, y.n);
    return stock_total(f, y.thing, y.n);
}

bool case_counts(const struct pack *p, const struct figure *f)
{
    const struct figure *under;

    if (f->kind == FIGURE_RATIO) {
        under = pack_figure(p, f->under);
        return case_counts(p, pack_figure(p, f->over)) && case_counts(p, under);
    }
    for (int i = 0; f->kind == FIGURE_VALUES && i < f->ofs; i++) {
        if (!case_counts(p, pack_figure(p, f->of[i])))
            return false;
    }
    return f->kind == FIGURE_VALUES || in_words(f->noun, "units posts people entries");
}

/* ---- what it gives ------------------------------------------------------------ */

static struct str join(struct arena *a, const struct str *word, int n)
{
    struct buf b = {.arena = a};

    for (int i = 0; i < n; i++)
        case_join(&b, word[i]);
    return buf_str(&b);
}

static struct str roles_in(const struct town *t, struct str kind)
{
    struct buf b = {.arena = t->a};

    for (int i = 0; i < t->p->roles; i++) {
        if (role_held_in(&t->p->role[i], kind))
            case_join(&b, t->p->role[i].name);
    }
    return buf_str(&b);
}

static struct str asked_of(const struct town *t, const struct unit_kind *kind)
{
    struct buf b = {.arena = t->a};

    for (int i = 0; i < kind->asks; i++)
        case_join(&b, kind->ask[i].name);
    return buf_str(&b);
}

/* What a page of such a unit shows first, and what it has besides; which posts there are, and what
 * is asked; or a figure of it. */
static bool got(struct town *t, const struct town_unit *u, struct str key, struct str *out)
{
    const struct unit_kind *kind = pack_unit_kind(t->p, u->kind);
    const struct unit_kind *cards = pack_cards_of(t->p, u->kind);
    const struct figure *f = pack_figure(t->p, key);
    struct looked at = {t, u};
    struct figure_value v;

    if (str_eq(key, S("cards")))
        *out = cards ? join(t->a, cards->card, cards->cards) : S("");
    else if (str_eq(key, S("figures")))
        *out = join(t->a, kind->figure, kind->figures);
    else if (str_eq(key, S("posts")))
        *out = roles_in(t, u->kind);
    else if (str_eq(key, S("asks")))
        *out = asked_of(t, kind);
    else if (f && case_counts(t->p, f)) {
        figure_reckon(t->p, f, count_figure, &at, &v);
        *out = figure_text(t->a, &v);
    } else
        return false;
    return true;
}

static bool unit_gives(struct town *t, const struct item *want, struct str *what)
{
    const struct town_unit *u = unit_named(t, want->key);

    if (!u)
        *what = str_format(t->a, "gives: there is no unit '%.*s'", STR_ARG(want->key));
    else if (want->val.kind != VAL_MAP)
        *what = str_format(t->a, "gives: what %.*s gives must be a map", STR_ARG(want->key));
    for (const struct item *it = u ? map_of(&want->val) : NULL; it && !what->n; it = it->next) {
        struct str is;

        if (!got(t, u, it->key, &is))
            *what = str_format(t->a,
                               "gives: '%.*s' is none of cards, figures, posts, asks, and no "
                               "figure over units, posts, people or entries",
                               STR_ARG(it->key));
        else if (!case_fits(t->c, it->key, &it->val, is, what))
            break;
    }
    return what->n == 0;
}

static bool build(struct town *t, const struct val *v, struct str *what)
{
    const struct val *units = take(v, "town"), *posts = take(v, "posts");
    const struct val *entries = take(v, "entries");
    int64_t person = 0;
    bool all = true;

    t->unit = NEW_ARRAY(t->a, struct town_unit, (size_t)count_of(units));
    t->post = NEW_ARRAY(t->a, struct town_post, (size_t)count_of(posts));
    t->entry = NEW_ARRAY(t->a, struct town_entry, (size_t)count_of(entries));
    for (const struct item *it = map_of(units); it && all; it = it->next)
        all = put_unit(t, it, what);
    for (const struct item *it = map_of(posts); it && all; it = it->next)
        all = put_person(t, it, ++person, what);
    for (const struct item *it = list_of(entries); it && all; it = it->next)
        all = put_entry(t, &it->val, what);
    if (all && !t->units)
        *what = S("town: there is no unit");
    else if (all && entries && entries->kind != VAL_LIST)
        *what = S("entries must be a list");
    return what->n == 0;
}

static const char *year_of(struct arena *a, int64_t at_ms)
{
    return str_format(a, "%04d-01-01", civil_of(at_ms).year).p;
}

struct str case_town(struct arena *a, const struct pack *p, const struct val *v)
{
    struct case_run *c = NEW(a, struct case_run);
    struct town t = {.c = c, .a = a, .p = p};
    struct str what = S("");

    c->a = a;
    if (!moment(&t, v, "at", LOOKED, &t.at_ms, &what) ||
        !moment(&t, v, "from", year_of(a, t.at_ms), &t.from_ms, &what) || !build(&t, v, &what))
        return what;
    for (const struct item *it = map_of(take(v, "gives")); it && !what.n; it = it->next)
        (void)unit_gives(&t, it, &what);
    return what;
}
