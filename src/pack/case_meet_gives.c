/* What a case of a gathering says must have come of it. */
#include "cal/rhythm.h"
#include "pack/case_meet.h"

static const char *const states[] = {"draft", "called", "open", "closed", "cancelled"};

/* The last day by which the next one must be held; one that was called is this period's. */
static struct str due_day(const struct case_meet *m)
{
    bool there = m->state != MEET_DRAFT && m->state != MEET_CANCELLED;
    struct span in;

    if (!rhythm_span(m->def->every, m->c->now_ms, &in))
        return S("never");
    if (there && m->starts_ms >= in.from_ms && m->starts_ms < in.to_ms)
        (void)rhythm_span(m->def->every, in.to_ms, &in);
    return day_text(m->c->a, day_of(in.to_ms - 1));
}

static struct str names(const struct case_meet *m, bool waiting)
{
    struct buf b = {.arena = m->c->a};

    for (int i = 0; i < m->seats; i++) {
        const struct case_seat *s = &m->seat[i];

        if (s->name.n && (!waiting || s->state == SEAT_WAITING))
            case_join(&b, s->name);
    }
    return buf_str(&b);
}

/* "chen 2": of those with a name, once it is closed. */
static struct str credits(const struct case_meet *m)
{
    struct buf b = {.arena = m->c->a};

    for (int i = 0; m->state == MEET_CLOSED && m->def->credits && i < m->seats; i++) {
        const struct case_seat *s = &m->seat[i];

        if (s->name.n && s->state == SEAT_PRESENT)
            case_join(&b, str_format(m->c->a, "%.*s %d", STR_ARG(s->name), m->def->credits));
    }
    return buf_str(&b);
}

static struct str moment(const struct case_meet *m, int64_t at_ms)
{
    return at_ms ? when_minute(m->c->a, at_ms) : S("");
}

static bool got_text(struct case_meet *m, struct str key, struct str *got)
{
    if (str_eq(key, S("state")))
        *got = str_of(states[m->state]);
    else if (str_eq(key, S("starts")))
        *got = moment(m, m->starts_ms);
    else if (str_eq(key, S("earliest")))
        *got = moment(m, kind_earliest(m->def, m->c->env.calendar,
                                       m->called_ms ? m->called_ms : m->c->now_ms));
    else if (str_eq(key, S("due")))
        *got = due_day(m);
    else if (str_eq(key, S("roll")))
        *got = names(m, false);
    else if (str_eq(key, S("waiting")))
        *got = names(m, true);
    else if (str_eq(key, S("votes")))
        *got = buf_str(&m->votes);
    else if (str_eq(key, S("tasks")))
        *got = buf_str(&m->tasks);
    else if (str_eq(key, S("credits")))
        *got = credits(m);
    else
        return false;
    return true;
}

static bool got_number(const struct case_meet *m, struct str key, int64_t *got)
{
    if (str_eq(key, S("should_attend")))
        *got = m->def->bodies ? m->seats : 0;
    else if (str_eq(key, S("present")))
        *got = meet_present(m);
    else if (str_eq(key, S("heads")))
        *got = m->heads;
    else if (str_eq(key, S("signed_up")))
        *got = meet_count(m, SEAT_EXPECTED) + meet_count(m, SEAT_PRESENT);
    else if (str_eq(key, S("queue")))
        *got = meet_count(m, SEAT_WAITING);
    else
        return false;
    return true;
}

/* What only contests, tests or surveys have. */
static bool got_special(struct case_meet *m, struct str key, struct str *got)
{
    const struct paper *p = m->def->paper;
    int64_t n;

    if (m->def->contest && str_eq(key, S("ranking")))
        *got = meet_ranking(m);
    else if (m->def->contest && str_eq(key, S("passed")))
        *got = meet_passed(m);
    else if (m->def->contest && str_eq(key, S("appeal_until")))
        *got = moment(m, m->appeal_until);
    else if (m->def->booths && str_eq(key, S("booths")))
        *got = meet_booths(m);
    else if (p && !p->asks && str_eq(key, S("marks")))
        *got = meet_marks(m);
    else if (p && in_words(key, p->asks ? "asked refused away coverage" : "sat passed")) {
        n = meet_sheets(m, str_eq(key, S("coverage")) ? S("asked") : key);
        if (str_eq(key, S("coverage")))
            n = whole_percent(n, m->seats);
        *got = str_format(m->c->a, "%lld", (long long)n);
    } else {
        return false;
    }
    return true;
}

static bool one_fits(struct case_meet *m, struct str key, const struct val *v, struct str *what)
{
    struct str got;
    int64_t n;

    if (got_number(m, key, &n))
        got = str_format(m->c->a, "%lld", (long long)n);
    else if (!got_text(m, key, &got) && !got_special(m, key, &got)) {
        *what = str_format(m->c->a, "line %d: gives: unknown key '%.*s'", v->line, STR_ARG(key));
        return false;
    }
    return case_fits(m->c, key, v, got, what);
}

bool meet_gives(struct case_meet *m, const struct val *gives, struct str *what)
{
    for (const struct item *it = map_of(gives); it; it = it->next) {
        if (!one_fits(m, it->key, &it->val, what))
            return false;
    }
    return true;
}
