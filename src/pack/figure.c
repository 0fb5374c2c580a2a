/* Figures: what is counted, where, and by which moment. */
#include "pack/read.h"

/* One of the pack's lists of what is asked, by its number: false past the last. */
struct asked {
    const struct field *field;
    int n;
};

static bool asks_of_units(const struct pack *p, int which, struct asked *out)
{
    if (which < p->unit_kinds)
        *out = (struct asked){p->unit_kind[which].ask, p->unit_kind[which].asks};
    return which < p->unit_kinds;
}

static bool asks_of_posts(const struct pack *p, int which, struct asked *out)
{
    if (which < p->roles)
        *out = (struct asked){p->role[which].ask, p->role[which].asks};
    return which < p->roles;
}

static bool asks_of_gatherings(const struct pack *p, int which, struct asked *out)
{
    const struct gathering_kind *g = &p->gathering[which / 2];

    if (which < 2 * p->gatherings)
        *out = which % 2 ? (struct asked){g->close, g->closes} : (struct asked){g->ask, g->asks};
    return which < 2 * p->gatherings;
}

static const struct roll_part *part_of(const struct pack *p, int which)
{
    for (int i = 0; i < p->rolls; i++) {
        if (which-- == 0)
            return &p->roll[i].part;
        if (which < p->roll[i].kinds)
            return &p->roll[i].kind[which].part;
        which -= p->roll[i].kinds;
    }
    return NULL;
}

static bool asks_of_rolls(const struct pack *p, int which, struct asked *out)
{
    const struct roll_part *part = part_of(p, which);

    if (part)
        *out = (struct asked){part->ask, part->asks};
    return part != NULL;
}

static bool asks_of_bonds(const struct pack *p, int which, struct asked *out)
{
    if (which < p->bonds)
        *out = (struct asked){p->bond[which].ask, p->bond[which].asks};
    return which < p->bonds;
}

static bool asks_of_duties(const struct pack *p, int which, struct asked *out)
{
    const struct duty_kind d = pack_duty_nth(p, which);

    if (d.def)
        *out = (struct asked){d.def->ask, d.def->asks};
    return d.def != NULL;
}

/* The facts that a condition may ask of each noun, and choices that the pack asks for (asks);
 * civic/fact.c and civic/stock.c answer exactly these. */
static const struct {
    const char *noun, *facts, *moments;
    bool stock; /* without `at` it is what there is at the end of the period */
    bool (*asks)(const struct pack *p, int which, struct asked *out);
    const char *tells_apart; /* facts for `distinct` alone: no condition names one of them */
} nouns[] = {
    {"matters",
     "mechanism channel subject grade key outcome ended late paused supervised round "
     "rated",
     "opened_at ended_at due_at", .asks = NULL},
    {"parts", "mechanism channel subject grade lead excused outcome report_in ended returned bound",
     "opened_at ended_at due_at", .asks = NULL},
    {"ratings", "mechanism channel subject grade contacted solved satisfied outcome",
     "rated_at opened_at", .asks = NULL},
    {"gatherings", "kind online unit_kind", "started_at ended_at", .asks = asks_of_gatherings},
    {"units", "kind has", "began_at", .stock = true, .asks = asks_of_units},
    {"posts", "role unit_kind born age", "began_at", .stock = true, .asks = asks_of_posts},
    {"people", "role unit_kind born age", "began_at", .stock = true, .asks = asks_of_posts},
    {"entries", "roll kind state unit_kind born age", "began_at", .stock = true,
     .asks = asks_of_rolls},
    {"bonds", "kind state unit_kind one other", "began_at", .stock = true, .asks = asks_of_bonds},
    {"booths", "kind unit unit_kind", "started_at", .stock = true, .asks = asks_of_gatherings},
    {"duties", "kind name state unit_kind", "due_at done_at", .stock = true, .asks = asks_of_duties,
     .tells_apart = "unit source by"},
    {"service", "mechanism unit_kind", "done_at", .stock = true},
};

static const struct {
    const char *fact, *values;
} values[] = {
    {"ended", "in_time late no"},
    {"report_in", "in_time late no"},
    {"contacted", "yes no"},
    {"solved", "yes no"},
    {"satisfied", "very mostly no"},
    {"key", "0 1"},
    {"late", "0 1"},
    {"paused", "0 1"},
    {"lead", "0 1"},
    {"excused", "0 1"},
    {"rated", "0 1"},
    {"bound", "0 1"},
    {"returned", "0 1"},
    {"supervised", "0 1 2"},
    {"online", "0 1"},
};

static const struct field *asked_of(struct pack_reader *r, int noun, struct str name)
{
    struct asked list;

    for (int i = 0; nouns[noun].asks && nouns[noun].asks(r->pack, i, &list); i++) {
        for (int k = 0; k < list.n; k++) {
            if (str_eq(list.field[k].name, name))
                return &list.field[k];
        }
    }
    return NULL;
}

static int noun_find(struct str noun)
{
    for (size_t i = 0; i < COUNT(nouns); i++) {
        if (str_eq(noun, str_of(nouns[i].noun)))
            return (int)i;
    }
    return -1;
}

static bool is_noun(int noun, const char *name)
{
    return str_eq(str_of(nouns[noun].noun), str_of(name));
}

static bool subject_known(struct pack_reader *r, struct str name)
{
    return pack_subject(r->pack, name) != NULL;
}

static bool outcome_known(struct pack_reader *r, struct str name)
{
    for (int i = 0; i < r->pack->procs; i++) {
        for (int k = 0; k < r->pack->proc[i].outcomes; k++) {
            if (str_eq(r->pack->proc[i].outcome[k].name, name))
                return true;
        }
    }
    return in_words(name, "moved excused done stopped");
}

/* A figure whose source does not exist would be 0 for ever, and nobody would see why. */
static bool kind_known(struct pack_reader *r, int noun, struct str value)
{
    bool known = false;

    for (int i = 0; is_noun(noun, "entries") && i < r->pack->rolls; i++)
        known = known || roll_kind_find(&r->pack->roll[i], value);
    if (is_noun(noun, "entries"))
        return known;
    if (is_noun(noun, "booths"))
        return pack_gathering(r->pack, value) && pack_gathering(r->pack, value)->booths;
    return nouns[noun].stock ? pack_unit_kind(r->pack, value) != NULL
                             : pack_gathering(r->pack, value) != NULL;
}

static bool state_known(struct pack_reader *r, struct str value)
{
    for (int i = 0; i < r->pack->rolls; i++) {
        if (roll_word_title(&r->pack->roll[i], value))
            return true;
    }
    return false;
}

static bool is_choice_of(const struct field *f, struct str value)
{
    for (int i = 0; i < f->ofs; i++) {
        if (str_eq(f->of[i].name, value))
            return true;
    }
    return false;
}

/* A roll stands for its kinds too. */
static bool duty_value_known(const struct pack *p, struct str fact, struct str value)
{
    if (str_eq(fact, S("state")))
        return in_words(value, "open missed done late excused");
    for (int i = 0; pack_duty_nth(p, i).def; i++) {
        struct duty_kind d = pack_duty_nth(p, i);
        struct str roll;

        (void)str_cut(d.kind, '/', &roll);
        if (str_eq(fact, S("name")) ? str_eq(d.def->name, value)
                                    : str_eq(d.kind, value) || str_eq(roll, value))
            return true;
    }
    return false;
}

static bool value_known(struct pack_reader *r, int noun, struct str fact, struct str value)
{
    const struct field *f = asked_of(r, noun, fact);

    if (f)
        return is_choice_of(f, value);
    if (str_eq(str_of(nouns[noun].noun), S("duties")) && !str_eq(fact, S("unit_kind")))
        return duty_value_known(r->pack, fact, value);
    if (is_noun(noun, "bonds") && str_eq(fact, S("kind")))
        return pack_bond(r->pack, value) != NULL;
    if (is_noun(noun, "bonds") && str_eq(fact, S("state")))
        return in_words(value, "proposed active closing ended declined");
    if (str_eq(fact, S("kind")))
        return kind_known(r, noun, value);
    if (str_eq(fact, S("roll")))
        return pack_roll(r->pack, value) != NULL;
    if (str_eq(fact, S("state")))
        return state_known(r, value);
    if (str_eq(fact, S("unit_kind")))
        return pack_unit_kind(r->pack, value) != NULL;
    if (str_eq(fact, S("role")) || str_eq(fact, S("has")))
        return pack_role(r->pack, value) != NULL;
    if (str_eq(fact, S("mechanism")))
        return pack_proc(r->pack, value) != NULL;
    if (str_eq(fact, S("channel")))
        return val_get(r->channels, value) != NULL;
    if (str_eq(fact, S("subject")))
        return subject_known(r, value);
    if (str_eq(fact, S("outcome")))
        return outcome_known(r, value);
    for (size_t i = 0; i < COUNT(values); i++) {
        if (str_eq(fact, str_of(values[i].fact)))
            return in_words(value, values[i].values);
    }
    return true;
}

static struct str value_text(struct pack_reader *r, const struct val *v)
{
    if (v->kind == VAL_INT)
        return str_format(r->a, "%lld", (long long)v->integer);
    if (v->kind == VAL_STR)
        return v->str;
    FAULT(r, v->line, "where: a value is a word or a number");
    return S("");
}

/* What a stock knows as a number; the entries of other nouns know words alone. */
static bool is_number(int noun, struct str fact, const struct field *asked)
{
    return nouns[noun].stock && (asked ? asked->kind == FIELD_NUMBER : in_words(fact, "born age"));
}

/* 1990-1999, 35-, -35, 7 */
static struct range range_read(struct pack_reader *r, struct str s, int line)
{
    struct str low, high = str_cut(s, '-', &low);
    struct range out = {0, INT64_MAX};
    bool one = low.n == s.n;

    if ((low.n && !str_int(low, &out.from)) || (high.n && !str_int(high, &out.to)) || !s.n ||
        (!one && !low.n && !high.n))
        FAULT(r, line, "where: a number or a range such as 1990-1999, 36- or -35 is expected");
    if (one)
        out.to = out.from;
    return out;
}

static void ranges_read(struct pack_reader *r, struct condition *out)
{
    struct range *range = NEW_ARRAY(r->a, struct range, (size_t)out->ofs + 1);

    for (int i = 0; i < out->ofs; i++)
        range[i] = range_read(r, out->of[i], out->line);
    out->range = range;
}

static void condition_read(struct pack_reader *r, const struct item *it, int noun,
                           struct condition *out)
{
    const struct val *v = &it->val;
    const struct field *asked = asked_of(r, noun, it->key);
    struct str *of;

    *out = (struct condition){.fact = it->key, .line = v->line};
    if (asked && asked->kind != FIELD_CHOICE && !is_number(noun, it->key, asked))
        FAULT(r, v->line, "where: %.*s is no choice: a condition cannot ask it", STR_ARG(it->key));
    if (!asked && !in_words(it->key, nouns[noun].facts))
        FAULT(r, v->line, "where: %s have no fact '%.*s' (there are: %s)", nouns[noun].noun,
              STR_ARG(it->key), nouns[noun].facts);
    if (v->kind == VAL_MAP) {
        take_keys(r, v, "where", "not");
        out->not = true;
        v = take(v, "not");
        if (!v)
            return;
    }
    of = NEW_ARRAY(r->a, struct str, (size_t)val_count(v) + 1);
    if (v->kind != VAL_LIST)
        of[out->ofs++] = value_text(r, v);
    for (const struct item *k = list_of(v); k; k = k->next)
        of[out->ofs++] = value_text(r, &k->val);
    out->of = of;
    if (is_number(noun, it->key, asked)) {
        ranges_read(r, out);
        return;
    }
    for (int i = 0; i < out->ofs; i++) {
        if (of[i].n && !value_known(r, noun, it->key, of[i]))
            FAULT(r, out->line, "where: there is no %.*s '%.*s'", STR_ARG(it->key), STR_ARG(of[i]));
    }
}

static void where_read(struct pack_reader *r, const struct val *v, int noun, struct figure *out)
{
    struct condition *where = NEW_ARRAY(r->a, struct condition, (size_t)val_count(v) + 1);

    if (!v || !take_map(r, v, "where"))
        return;
    for (const struct item *it = v->first; it; it = it->next)
        condition_read(r, it, noun, &where[out->wheres++]);
    out->where = where;
}

static void at_read(struct pack_reader *r, const struct val *v, int noun, struct figure *out)
{
    struct str at = take_word(r, v, "at");
    const char *const names[] = {"opened_at",  "ended_at", "due_at", "rated_at",
                                 "started_at", "began_at", "done_at"};

    if (nouns[noun].stock && !at.n && in_words(S("began_at"), nouns[noun].moments)) {
        out->at = FIGURE_AT_END;
        return;
    }
    if (!in_words(at, nouns[noun].moments)) {
        FAULT(r, v->line, "figure %.*s: 'at' must be one of %s", STR_ARG(out->id),
              nouns[noun].moments);
        return;
    }
    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_eq(at, str_of(names[i])))
            out->at = (enum figure_at)i;
    }
}

/* A number of the noun itself, or what a field of some mechanism says in numbers. */
static bool number_known(struct pack_reader *r, int noun, struct str name, bool *money)
{
    const struct field *asked = asked_of(r, noun, name);

    if (asked)
        return asked->kind == FIELD_NUMBER;
    if (str_eq(str_of(nouns[noun].noun), S("gatherings")))
        return in_words(name, "attendance asked sat passed contestants");
    if (str_eq(str_of(nouns[noun].noun), S("parts")))
        return str_eq(name, S("returned"));
    if (is_noun(noun, "service"))
        return str_eq(name, S("minutes"));
    if (!str_eq(str_of(nouns[noun].noun), S("matters")))
        return false;
    for (int i = 0; i < r->pack->procs; i++) {
        const struct proc *def = &r->pack->proc[i];
        int at = proc_number_find(def, name);

        if (at < 0 || def->number[at]->kind == FIELD_RESOURCE)
            continue;
        *money = def->number[at]->kind != FIELD_NUMBER;
        return true;
    }
    return in_words(name, "round supervised");
}

static void distinct_read(struct pack_reader *r, const struct val *v, int noun, struct figure *out)
{
    if (take(v, "since") && out->at != FIGURE_AT_BEGAN)
        FAULT(r, v->line, "figure %.*s: 'since' goes with 'at: began_at'", STR_ARG(out->id));
    if (take(v, "since"))
        out->since = (int)take_int(r, v, "since", 1950, 2199);
    if (!take(v, "distinct"))
        return;
    out->distinct = take_word(r, v, "distinct");
    if (!nouns[noun].stock || is_noun(noun, "service") || out->kind == FIGURE_SUM)
        FAULT(r, v->line, "figure %.*s: only what there is can be counted by a fact",
              STR_ARG(out->id));
    if (!asked_of(r, noun, out->distinct) && !in_words(out->distinct, nouns[noun].facts) &&
        !(nouns[noun].tells_apart && in_words(out->distinct, nouns[noun].tells_apart)))
        FAULT(r, v->line, "figure %.*s: %s have no fact '%.*s'", STR_ARG(out->id), nouns[noun].noun,
              STR_ARG(out->distinct));
}

static void count_read(struct pack_reader *r, const struct val *v, struct figure *out)
{
    int noun;

    out->kind = take(v, "sum") ? FIGURE_SUM : FIGURE_COUNT;
    out->sum = take_word(r, v, "sum");
    out->noun = take_word(r, v, out->kind == FIGURE_SUM ? "of" : "count");
    noun = noun_find(out->noun);
    if (noun < 0) {
        FAULT(r, v->line,
              "figure %.*s: count must be matters, parts, ratings, gatherings, units, posts, "
              "people, entries, bonds, booths, duties or service",
              STR_ARG(out->id));
        return;
    }
    out->stock = nouns[noun].stock;
    if (out->kind == FIGURE_SUM && !number_known(r, noun, out->sum, &out->money))
        FAULT(r, v->line, "figure %.*s: there is no number '%.*s' to add up", STR_ARG(out->id),
              STR_ARG(out->sum));
    where_read(r, take(v, "where"), noun, out);
    at_read(r, v, noun, out);
    distinct_read(r, v, noun, out);
}

static void ratio_read(struct pack_reader *r, const struct val *v, struct figure *out)
{
    out->kind = FIGURE_RATIO;
    if (!take_map(r, v, "ratio"))
        return;
    take_keys(r, v, "ratio", "over under");
    out->over = take_word(r, v, "over");
    out->under = take_word(r, v, "under");
    if (!val_get(r->figure, out->over) || !val_get(r->figure, out->under))
        FAULT(r, v->line, "figure %.*s: over and under must name two figures", STR_ARG(out->id));
}

static void values_read(struct pack_reader *r, const struct val *v, struct figure *out)
{
    out->kind = FIGURE_VALUES;
    out->of = take_words(r, v, "values", &out->ofs);
    if (out->ofs < 2 || out->ofs > FIGURE_VALUES_MAX)
        FAULT(r, v->line, "figure %.*s: values must name 2 to %d figures", STR_ARG(out->id),
              FIGURE_VALUES_MAX);
    for (int i = 0; i < out->ofs; i++) {
        if (!val_get(r->figure, out->of[i]))
            FAULT(r, v->line, "figure %.*s: there is no figure '%.*s'", STR_ARG(out->id),
                  STR_ARG(out->of[i]));
    }
}

static void figure_read(struct pack_reader *r, const struct item *it, struct figure *out)
{
    const struct val *v = &it->val, *unit = take(v, "unit"), *note = take(v, "note");

    *out = (struct figure){.id = it->key, .file = r->file[v->line >> LINE_BITS], .line = v->line};
    take_keys(
        r, v, "figure",
        "figure title unit note extends count sum of where at distinct since ratio values now "
        "alert");
    out->title = take_title(r, v, it->key);
    if (unit)
        out->unit = read_title(r, unit, it->key);
    if (note)
        out->note = read_title(r, note, it->key);
    out->now = take_bool(r, v, "now", false);
    out->alert = take_bool(r, v, "alert", false);
    if (take(v, "ratio"))
        ratio_read(r, take(v, "ratio"), out);
    else if (take(v, "values"))
        values_read(r, v, out);
    else
        count_read(r, v, out);
    if (out->now && (out->kind != FIGURE_COUNT || out->stock))
        FAULT(r, v->line, "figure %.*s: 'now' is for counts of matters, parts, ratings, gatherings",
              STR_ARG(out->id));
}

static bool is_named(const struct figure *f, struct str id)
{
    bool named = f->kind == FIGURE_RATIO && (str_eq(id, f->over) || str_eq(id, f->under));

    for (int i = 0; f->kind == FIGURE_VALUES && i < f->ofs; i++)
        named = named || str_eq(id, f->of[i]);
    return named;
}

/* Whatever names others names counts and sums. */
static void check_named(struct pack_reader *r, const struct figure *f)
{
    for (int i = 0; i < r->pack->figures; i++) {
        const struct figure *other = &r->pack->figure[i];

        if (other->kind != FIGURE_COUNT && other->kind != FIGURE_SUM && is_named(f, other->id))
            FAULT(r, f->line,
                  f->kind == FIGURE_RATIO
                      ? "figure %.*s: a ratio is over two counts, not over a ratio"
                      : "figure %.*s: values are counts or sums",
                  STR_ARG(f->id));
    }
}

void figures_read(struct pack_reader *r)
{
    struct figure *figure = NEW_ARRAY(r->a, struct figure, (size_t)val_count(r->figure) + 1);
    struct pack *p = r->pack;

    for (const struct item *it = r->figure->first; it; it = it->next) {
        figure_read(r, it, &figure[p->figures]);
        figure[p->figures].index = p->figures;
        p->figures++;
    }
    p->figure = figure;
    for (int i = 0; i < p->figures; i++)
        check_named(r, &figure[i]);
}
