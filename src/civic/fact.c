#include "civic/fact.h"

#include <string.h>

struct subject_of_count { /* what is counted: the matter, one part of it, or one rating */
    const struct matter *m;
    const struct proc_part *part;
    const struct rating_fact *rating;
};

static struct str flag(bool is)
{
    return is ? S("1") : S("0");
}

static struct str in_time(int64_t at, int64_t due)
{
    if (!at)
        return S("no");
    return due && at > due ? S("late") : S("in_time");
}

static struct str digit(int64_t n)
{
    static const char digits[] = "0123456789";

    return (struct str){&digits[n < 0 ? 0 : n > 9 ? 9 : n], 1};
}

static bool is_paused(const struct matter *m)
{
    return m->state.pauses > 0 && m->state.pause[m->state.pauses - 1].to_ms == 0;
}

struct str matter_fact(const struct matter *m, struct str name)
{
    const struct {
        const char *name;
        struct str value;
    } facts[] = {
        {"mechanism", m->mechanism},
        {"channel", m->channel},
        {"subject", m->subject},
        {"grade", m->grade},
        {"outcome", m->outcome},
        {"key", flag(m->key_matter)},
        {"ended", in_time(m->ended_at, m->due_at)},
        {"paused", flag(is_paused(m))},
        {"supervised", digit(m->supervised)},
        {"late", flag(m->late)},
        {"round", digit(m->round)},
        {"rated", flag(m->rated_at)},
    };

    for (size_t i = 0; i < COUNT(facts); i++) {
        if (str_eq(name, str_of(facts[i].name)))
            return facts[i].value;
    }
    return S("");
}

static struct str part_fact(const struct matter *m, const struct proc_part *p, struct str name)
{
    const struct {
        const char *name;
        struct str value;
    } facts[] = {
        {"lead", flag(p->lead)},
        {"excused", flag(p->excused)},
        {"outcome", p->outcome},
        {"report_in", in_time(p->reported_in_ms, p->report_due_ms)},
        {"ended", in_time(p->ended_ms, p->due_ms)},
        {"returned", flag(p->returns > 0)},
        {"bound", flag(p->bound)},
    };

    for (size_t i = 0; i < COUNT(facts); i++) {
        if (str_eq(name, str_of(facts[i].name)))
            return facts[i].value;
    }
    return matter_fact(m, name);
}

static struct str rating_fact(const struct matter *m, const struct rating_fact *r, struct str name)
{
    if (str_eq(name, S("contacted")))
        return r->contacted;
    if (str_eq(name, S("solved")))
        return r->solved;
    if (str_eq(name, S("satisfied")))
        return r->satisfied;
    return matter_fact(m, name);
}

/* A subject holds for itself and for every subject below it. */
static bool fact_is(struct str fact, struct str value, struct str wanted)
{
    if (str_eq(value, wanted))
        return true;
    return str_eq(fact, S("subject")) && value.n > wanted.n && value.p[wanted.n] == '/' &&
           memcmp(value.p, wanted.p, wanted.n) == 0;
}

static bool holds(const struct subject_of_count *s, const struct condition *c)
{
    struct str value = s->part     ? part_fact(s->m, s->part, c->fact)
                       : s->rating ? rating_fact(s->m, s->rating, c->fact)
                                   : matter_fact(s->m, c->fact);
    bool any = false;

    for (int i = 0; i < c->ofs; i++)
        any = any || fact_is(c->fact, value, c->of[i]);
    return any != c->not ;
}

static int64_t moment(const struct subject_of_count *s, enum figure_at at)
{
    switch (at) {
    case FIGURE_AT_OPENED: return s->part ? s->part->started_ms : s->m->reported_at;
    case FIGURE_AT_ENDED: return s->part ? s->part->ended_ms : s->m->ended_at;
    case FIGURE_AT_DUE: return s->part ? s->part->report_due_ms : s->m->due_at;
    case FIGURE_AT_RATED: return s->rating ? s->rating->rated_at : s->m->rated_at;
    case FIGURE_AT_STARTED:
    case FIGURE_AT_BEGAN:
    case FIGURE_AT_DONE:
    case FIGURE_AT_END: break; /* of other nouns */
    }
    return 0;
}

/* How much one of them counts for: one, or the number that is added up. */
static int64_t amount(const struct subject_of_count *s, const struct figure *f)
{
    int at;

    if (f->kind == FIGURE_COUNT)
        return 1;
    if (s->part)
        return s->part->returns;
    if (str_eq(f->sum, S("round")))
        return s->m->round;
    if (str_eq(f->sum, S("supervised")))
        return s->m->supervised;
    at = proc_number_find(s->m->def, f->sum);
    return at < 0 ? 0 : s->m->state.number[at];
}

static int add(const struct figure *f, const struct subject_of_count *s, int64_t which,
               struct entry *list, int n)
{
    int64_t at = moment(s, f->at), value;

    if (!at || n == ENTRIES_MAX)
        return n;
    for (int i = 0; i < f->wheres; i++) {
        if (!holds(s, &f->where[i]))
            return n;
    }
    value = amount(s, f);
    if (!value)
        return n;
    list[n] = (struct entry){f->id, s->m->unit_path, s->m->subject, at, value, which};
    return n + 1;
}

int fact_entries(const struct pack *p, const struct matter *m, const struct rating_fact *rating,
                 int ratings, struct entry *list)
{
    int n = 0;

    for (int i = 0; i < p->figures; i++) {
        const struct figure *f = &p->figure[i];
        struct subject_of_count s = {.m = m};

        if (!figure_has_entries(f))
            continue;
        if (str_eq(f->noun, S("matters")))
            n = add(f, &s, 0, list, n);
        for (int k = 0; str_eq(f->noun, S("parts")) && k < m->state.parts; k++) {
            s.part = &m->state.part[k];
            n = add(f, &s, k, list, n);
        }
        for (int k = 0; str_eq(f->noun, S("ratings")) && k < ratings; k++) {
            s.rating = &rating[k];
            n = add(f, &s, k, list, n);
        }
    }
    return n;
}

/* ---- gatherings --------------------------------------------------------- */

static struct str gathering_fact(const struct units *us, const struct gathering *g, struct str name)
{
    const struct unit *u = unit_by_id(us, g->unit_id);
    const struct val *asked;

    if (str_eq(name, S("kind")))
        return g->kind;
    if (str_eq(name, S("online")))
        return flag(g->online);
    if (str_eq(name, S("unit_kind")))
        return u ? u->kind : S("");
    asked = val_get(g->fields, name);
    return asked && asked->kind == VAL_STR ? asked->str : S("");
}

static bool gathering_holds(const struct units *us, const struct gathering *g,
                            const struct condition *c)
{
    struct str value = gathering_fact(us, g, c->fact);
    bool any = false;

    for (int i = 0; i < c->ofs; i++)
        any = any || str_eq(value, c->of[i]);
    return any != c->not ;
}

/* Only what was held and closed counts; it started when it was opened, or was to, where nobody
 * opens it. */
static int64_t gathering_moment(const struct gathering *g, enum figure_at at)
{
    if (!gathering_in(g, "closed"))
        return 0;
    if (at == FIGURE_AT_ENDED)
        return g->closed_at;
    return g->opened_at ? g->opened_at : g->starts_at;
}

static int64_t gathering_amount(const struct gathering *g, const struct figure *f)
{
    const struct val *said;

    if (f->kind == FIGURE_COUNT)
        return 1;
    if (str_eq(f->sum, S("attendance")))
        return gathering_attendance(g);
    said = val_get(g->fields, f->sum);
    return said ? proc_field_number(said) : val_int(g->numbers, f->sum.p);
}

static void add_gathering(const struct figure *f, const struct units *us, const struct gathering *g,
                          struct entry *list, int *n)
{
    int64_t at = gathering_moment(g, f->at), value;

    if (!at || *n == ENTRIES_MAX)
        return;
    for (int i = 0; i < f->wheres; i++) {
        if (!gathering_holds(us, g, &f->where[i]))
            return;
    }
    value = gathering_amount(g, f);
    if (value > 0)
        list[(*n)++] = (struct entry){f->id, g->unit_path, S(""), at, value, 0};
}

int fact_gathering(const struct pack *p, const struct units *us, const struct gathering *g,
                   struct entry *list)
{
    int n = 0;

    for (int i = 0; i < p->figures; i++) {
        if (figure_has_entries(&p->figure[i]) && str_eq(p->figure[i].noun, S("gatherings")))
            add_gathering(&p->figure[i], us, g, list, &n);
    }
    return n;
}
