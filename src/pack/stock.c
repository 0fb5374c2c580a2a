#include "pack/stock.h"

#include "pack/facts.h"

#include <string.h>

bool path_holds(struct str path, struct str below)
{
    return below.n >= path.n && memcmp(below.p, path.p, path.n) == 0;
}

/* ---- when ----------------------------------------------------------------- */

struct stock_span stock_span(const struct figure *f, int64_t from_ms, int64_t to_ms, int64_t now_ms)
{
    struct civil since = {.year = f->since, .month = 1, .day = 1};
    int64_t end = to_ms <= now_ms ? to_ms : now_ms + 1;

    if (f->at == FIGURE_AT_BEGAN)
        return (struct stock_span){f->since ? civil_ms(&since) : from_ms, to_ms, 0};
    return (struct stock_span){0, end, end - 1};
}

bool stock_began(const struct stock_span *s, int64_t from_at)
{
    return from_at >= s->from && from_at < s->upto;
}

bool stock_post_held(const struct stock_span *s, int64_t from_at, int64_t to_at)
{
    return stock_began(s, from_at) && (!to_at || to_at > s->held);
}

static bool asks_state(const struct figure *f)
{
    for (int i = 0; i < f->wheres; i++) {
        if (str_eq(f->where[i].fact, S("state")))
            return true;
    }
    return false;
}

bool stock_entry_counts(const struct figure *f, const struct stock_span *s,
                        const struct stock_entry *it, int64_t *from_at)
{
    bool all = asks_state(f);

    *from_at = all ? it->from_at : it->active_at;
    if (it->to_at && it->to_at <= s->held)
        return false;
    if (!all && (!it->active_at || (it->review_at && s->held && it->review_at <= s->held)))
        return false;
    return stock_began(s, *from_at);
}

/* ---- which ---------------------------------------------------------------- */

static bool in_range(const struct condition *c, struct str word)
{
    int64_t n;

    for (int i = 0; i < c->ofs && str_int(word, &n); i++) {
        if (n >= c->range[i].from && n <= c->range[i].to)
            return true;
    }
    return false;
}

bool condition_holds(const struct condition *c, struct str word)
{
    return (c->range ? in_range(c, word) : condition_names(c, word)) != c->not ;
}

bool stock_allows(const struct figure *f, const char *fact, struct str word)
{
    for (int i = 0; i < f->wheres; i++) {
        if (str_eq(f->where[i].fact, str_of(fact)) && !condition_holds(&f->where[i], word))
            return false;
    }
    return true;
}

static struct str number_of(struct arena *a, int64_t n)
{
    return str_format(a, "%lld", (long long)n);
}

/* "" where it is not known. An age is that in the year in which the post or entry began. */
static struct str fact_of(struct arena *a, const struct stock_thing *it, struct str fact)
{
    if (str_eq(fact, S("unit_kind")))
        return it->unit_kind;
    if (str_eq(fact, S("kind")))
        return it->roll ? it->kind : it->unit_kind;
    if (str_eq(fact, S("role")))
        return it->role ? it->role->name : S("");
    if (str_eq(fact, S("roll")))
        return it->roll ? it->roll->name : S("");
    if (str_eq(fact, S("state")))
        return it->state;
    if (str_eq(fact, S("born")))
        return it->born ? number_of(a, it->born) : S("");
    if (str_eq(fact, S("age")))
        return it->born ? number_of(a, civil_of(it->from_at).year - it->born) : S("");
    return facts_word(a, it->facts, fact);
}

bool stock_holds(struct arena *a, const struct figure *f, const struct stock_thing *it)
{
    for (int i = 0; i < f->wheres; i++) {
        const struct condition *c = &f->where[i];

        if (!str_eq(c->fact, S("has")) && !condition_holds(c, fact_of(a, it, c->fact)))
            return false;
    }
    return true;
}

static bool has_one(struct str path, const struct stock_thing *of, size_t ofs)
{
    for (size_t i = 0; i < ofs; i++) {
        if (path_holds(path, of[i].path))
            return true;
    }
    return false;
}

size_t stock_having(const struct condition *has, struct stock_thing *it, size_t n,
                    const struct stock_thing *of, size_t ofs)
{
    size_t left = 0;

    for (size_t i = 0; i < n; i++) {
        if (has_one(it[i].path, of, ofs) != has->not )
            it[left++] = it[i];
    }
    return left;
}

/* ---- how many ------------------------------------------------------------- */

struct seen_value {
    struct str value;
    struct seen_value *before;
};

bool seen_new(struct seen *s, struct str value)
{
    struct seen_value *it, **last;
    unsigned hash = 0;

    for (size_t i = 0; i < value.n; i++)
        hash = hash * 31 + (unsigned char)value.p[i];
    last = &s->last[hash % COUNT(s->last)];
    for (it = *last; it; it = it->before) {
        if (str_eq(it->value, value))
            return false;
    }
    if (!value.n)
        return false;
    it = NEW(s->a, struct seen_value);
    *it = (struct seen_value){value, *last};
    *last = it;
    return true;
}

size_t stock_distinct(struct arena *a, struct str fact, struct stock_thing *it, size_t n)
{
    struct seen seen = {.a = a};
    size_t left = 0;

    for (size_t i = 0; i < n; i++) {
        if (seen_new(&seen, fact_of(a, &it[i], fact)))
            it[left++] = it[i];
    }
    return left;
}

int64_t stock_total(const struct figure *f, const struct stock_thing *it, size_t n)
{
    int64_t sum = 0;

    if (f->kind == FIGURE_COUNT)
        return (int64_t)n;
    for (size_t i = 0; i < n; i++)
        sum += facts_number(it[i].facts, f->sum);
    return sum;
}
