/* Duties: made once for each span, done by whose they are, in time or never again. */
#include "duty_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static struct duty_def of_street(const char *every, const char *within, const char *grace)
{
    struct duty_def d = {.name = S("visit"),
                         .title = {S("走访"), S("Visit")},
                         .every = str_of(every),
                         .who = S(""),
                         .body = {.role = S("dispatcher"), .kind = S("street")}};
    struct err e = {0};

    cr_assert(!*within || limit_parse(str_of(within), &d.within, &e));
    cr_assert(!*grace || limit_parse(str_of(grace), &d.grace, &e));
    return d;
}

/* ---- when: pure ----------------------------------------------------------- */

static const struct {
    const char *every, *at, *within, *grace, *from, *due, *shut;
} terms[] = {
    /* the whole span, and nothing after it */
    {"month", "2026-01-31 23:59", "", "", "2026-01-01", "2026-01-31 23:59:59",
     "2026-01-31 23:59:59"},
    {"month", "2024-02-10", "", "", "2024-02-01", "2024-02-29 23:59:59", "2024-02-29 23:59:59"},
    {"month", "2026-02-10", "", "", "2026-02-01", "2026-02-28 23:59:59", "2026-02-28 23:59:59"},
    {"quarter", "2026-06-30 23:59", "", "3 days", "2026-04-01", "2026-06-30 23:59:59",
     "2026-07-03 23:59:59"},
    {"year", "2026-03-02", "", "", "2026-01-01", "2026-12-31 23:59:59", "2026-12-31 23:59:59"},
    /* the first day of the span counts */
    {"week", "2026-03-04", "1 day", "", "2026-03-02", "2026-03-02 23:59:59", "2026-03-08 23:59:59"},
    {"week", "2026-03-04", "5 working days", "1 day", "2026-03-02", "2026-03-06 23:59:59",
     "2026-03-07 23:59:59"},
    /* National Day 2025: holidays 1 to 8 October, 11 October is worked; 28 September too */
    {"month", "2025-10-15", "3 working days", "", "2025-10-01", "2025-10-11 23:59:59",
     "2025-10-31 23:59:59"},
    {"week", "2025-09-30", "5 working days", "", "2025-09-29", "2025-10-11 23:59:59",
     "2025-10-11 23:59:59"},
    {"week", "2025-09-25", "6 working days", "", "2025-09-22", "2025-09-28 23:59:59",
     "2025-09-28 23:59:59"},
    /* fortnights go on over the new year */
    {"fortnight", "2026-01-04", "", "", "2025-12-22", "2026-01-04 23:59:59", "2026-01-04 23:59:59"},
    /* a year whose holidays nobody knows: the span */
    {"week", "2041-03-05", "3 working days", "", "2041-03-04", "2041-03-10 23:59:59",
     "2041-03-10 23:59:59"},
};

static void in_time(struct town *t)
{
    for (size_t i = 0; i < COUNT(terms); i++) {
        struct duty_def def = of_street(terms[i].every, terms[i].within, terms[i].grace);
        struct duty_term term;
        struct span in;
        int64_t at;

        cr_assert(when_parse(str_of(terms[i].at), &at));
        cr_assert(rhythm_span(def.every, at, &in));
        term = duty_term(t->k.d->calendar, &t->k.d->pack->hours, &def, &in);
        cr_expect_str_eq(day_text(t->k.a, day_of(in.from_ms)).p, terms[i].from, "row %zu", i);
        cr_expect_str_eq(when_text(t->k.a, term.due_ms).p, terms[i].due, "row %zu", i);
        cr_expect_str_eq(when_text(t->k.a, term.shut_ms).p, terms[i].shut, "row %zu", i);
    }
}

TEST_IN_DISTRICT(duty, is_due_by_the_calendar)
{
    in_time(t);
}

/* ---- making --------------------------------------------------------------- */

TEST_IN_DISTRICT(duty, is_made_once_for_each_span_and_unit)
{
    struct duty_def def = of_street("week", "", "");

    streets_have(t, &def, 1);
    duties_begin(t);
    cr_expect_eq(made_at(t, "2026-03-08 23:59:59"), 0, "the week that ran already");
    cr_expect_eq(made_at(t, "2026-03-09 00:00"), 2, "two streets");
    cr_expect_eq(made_at(t, "2026-03-09 00:01"), 0);
    cr_expect_eq(made_at(t, "2026-03-15 23:59:59"), 0);
    cr_expect_eq(made_at(t, "2026-03-16 08:00"), 2);
}

TEST_IN_DISTRICT(duty, of_three_months_of_standstill_is_made_once_each)
{
    struct duty_def def[2] = {of_street("week", "", ""), of_street("month", "", "")};

    def[1].name = S("report");
    streets_have(t, def, 2);
    duties_begin(t);
    cr_expect_eq(made_at(t, "2026-06-02 09:00"), 2 * (13 + 3), "13 Mondays, 3 firsts, 2 streets");
    cr_expect_eq(made_at(t, "2026-06-02 09:01"), 0);
}

TEST_IN_DISTRICT(duty, is_not_made_again_when_the_clock_goes_back)
{
    struct duty_def def = of_street("week", "", "");

    streets_have(t, &def, 1);
    duties_begin(t);
    cr_expect_eq(made_at(t, "2026-03-16 08:00"), 4);
    cr_expect_eq(made_at(t, "2026-03-09 08:00"), 0);
    cr_expect_eq(made_at(t, "2026-03-16 08:00"), 0);
    cr_expect_eq(made_at(t, "2026-03-23 08:00"), 2);
}

TEST_IN_DISTRICT(duty, of_a_unit_that_came_later_begins_with_its_next_span)
{
    const struct unit_new town = {.code = S("140214009"),
                                  .kind = S("street"),
                                  .parent_code = S("140214"),
                                  .name = S("北街街道")};
    struct duty_def def = of_street("week", "", "");
    bool added;

    streets_have(t, &def, 1);
    duties_begin(t);
    t->k = district_desk(t->k.d, t->k.db, t->k.a, t->k.now);
    cr_assert(when_parse(S("2026-03-11 10:00"), &t->k.now));
    cr_assert(unit_add(&t->k, &town, &added, &t->e), "%s", t->e.text);
    district_refresh(t->k.a, t->k.db, t->k.d);
    streets_have(t, &def, 1);
    cr_expect_eq(made_at(t, "2026-03-11 10:00"), 2);
    cr_expect_eq(made_at(t, "2026-03-16 00:00"), 3);
}

TEST_IN_DISTRICT(duty, of_whom_the_district_does_not_have_is_nobodys)
{
    struct duty_def def = of_street("week", "", "");

    def.body = (struct body){.role = S("secretary"), .kind = S("village")};
    streets_have(t, &def, 1);
    duties_begin(t);
    cr_expect_eq(made_at(t, "2026-03-09 00:00"), 0);
}

/* ---- doing ---------------------------------------------------------------- */

struct doing {
    struct duty_act act;
    struct str reason; /* excuse */
    int64_t matter;
};

static bool run_done(struct desk *k, void *arg, struct err *e)
{
    struct doing *d = arg;

    return duty_done(k, &d->act, &d->matter, e);
}

static bool run_excuse(struct desk *k, void *arg, struct err *e)
{
    struct doing *d = arg;

    return duty_excuse(k, &d->act.key, d->reason, e);
}

static bool does(struct town *t, const char *who, struct duty_key key, const char *when)
{
    struct doing d = {.act = {.key = key}};

    as(t, who);
    cr_assert(when_parse(str_of(when), &t->k.now));
    return writes(t, run_done, &d);
}

static bool excuses(struct town *t, const char *who, struct duty_key key, const char *reason)
{
    struct doing d = {.act = {.key = key}, .reason = str_of(reason)};

    as(t, who);
    return writes(t, run_excuse, &d);
}

static const char *state_of(struct town *t, struct duty_key key)
{
    struct duty d;

    cr_assert(duty_load(&t->k, &key, &d, &t->e));
    return duty_state(&t->k, &d).p;
}

static void visits(struct town *t, struct duty_def *def)
{
    *def = of_street("week", "2 days", "2 days");
    streets_have(t, def, 1);
    duties_begin(t);
    (void)made_at(t, "2026-03-16 00:00");
}

TEST_IN_DISTRICT(duty, is_done_by_whose_it_is_and_by_nobody_else)
{
    struct duty_def def;
    struct duty_key key;

    visits(t, &def);
    key = key_of(t, "visit", "2026-03-16");
    duty_is(t, &key, "2026-03-17 23:59:59", "2026-03-19 23:59:59");
    cr_expect(!does(t, "li", key, "2026-03-16 09:00"));
    cr_expect_eq(t->e.kind, ERR_DENIED);
    cr_expect_str_eq(t->e.text, "This is somebody else's to do.");
    cr_expect(does(t, "zhao", key, "2026-03-17 23:59:59"), "%s", t->e.text);
    cr_expect_str_eq(state_of(t, key), "done");
    cr_expect(!does(t, "zhao", key, "2026-03-17 23:59:59"), "twice");
    cr_expect_str_eq(t->e.text, "This has been done already.");
    clean(t);
}

TEST_IN_DISTRICT(duty, done_late_is_late_for_ever_and_past_its_grace_not_done_at_all)
{
    struct duty_def def;
    struct duty_key first, second;

    visits(t, &def);
    first = key_of(t, "visit", "2026-03-16");
    second = key_of(t, "visit", "2026-03-09");
    cr_expect(does(t, "zhao", first, "2026-03-18 00:00:00"), "%s", t->e.text);
    cr_expect_str_eq(state_of(t, first), "late");
    cr_expect(!does(t, "zhao", second, "2026-03-18 00:00:00"));
    cr_expect_str_eq(t->e.text, "The time for this is over: it was missed.");
    cr_expect_str_eq(state_of(t, second), "shut");
    clean(t);
}

TEST_IN_DISTRICT(duty, cannot_be_done_before_it_begins)
{
    struct duty_def def;
    struct duty_key key;

    visits(t, &def);
    key = key_of(t, "visit", "2026-03-16");
    cr_expect(!does(t, "zhao", key, "2026-03-15 23:59:59"), "the clock went back");
    cr_expect_str_eq(t->e.text, "This has not begun yet.");
    key.from_at += 7 * DAY_MS;
    cr_expect(!does(t, "zhao", key, "2026-03-16 10:00"));
    cr_expect_eq(t->e.kind, ERR_NOT_FOUND);
}

TEST_IN_DISTRICT(duty, is_excused_with_a_reason_by_who_supervises_and_never_by_oneself)
{
    struct duty_def def;
    struct duty_key key;

    visits(t, &def);
    key = key_of(t, "visit", "2026-03-16");
    cr_expect(!excuses(t, "zhao", key, "汛期值守"), "one's own");
    cr_expect_eq(t->e.kind, ERR_DENIED);
    cr_expect(!excuses(t, "li", key, "汛期值守"));
    cr_expect(!excuses(t, "gao", key, " "));
    cr_expect_str_eq(t->e.field, "reason");
    cr_expect(excuses(t, "gao", key, "汛期值守"), "%s", t->e.text);
    cr_expect_str_eq(state_of(t, key), "excused");
    cr_expect(!does(t, "zhao", key, "2026-03-16 10:00"));
    cr_expect_str_eq(t->e.text, "This has been excused.");
    clean(t);
}

static bool run_stop(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    duties_stop(k, *(int64_t *)arg);
    return true;
}

TEST_IN_DISTRICT(duty, of_a_source_that_ends_is_moot_unless_it_was_missed)
{
    int64_t source = unit_id(t, "140214001");
    struct duty_def def;

    visits(t, &def);
    cr_assert(writes(t, run_stop, &source));
    cr_expect_str_eq(state_of(t, key_of(t, "visit", "2026-03-16")), "moot");
    cr_expect_str_eq(state_of(t, key_of(t, "visit", "2026-03-09")), "shut");
    cr_expect(!does(t, "zhao", key_of(t, "visit", "2026-03-16"), "2026-03-16 10:00"));
    cr_expect_str_eq(t->e.text, "This is not asked for any more.");
}

/* ---- two at once ------------------------------------------------------------ */

/* zhao and somebody else hold the role whose duty it is. */
TEST_IN_DISTRICT(duty, of_a_role_is_done_by_one_of_two_who_do_it_at_once)
{
    struct rival *d = NEW_ARRAY(t->k.a, struct rival, 2);
    struct doing what = {.act = {.key = key_of(t, "visit", "2026-03-16")}};
    int64_t other = somebody(t, "副手", "dispatcher", "140214001");
    struct duty_def def;
    struct duty row;

    visits(t, &def);
    cr_assert(when_parse(S("2026-03-16 09:00"), &t->k.now));
    for (unsigned i = 0; i < 2; i++) {
        if (i)
            as_somebody(t, other);
        else
            as(t, "zhao");
        town_beside(t, i + 1, &d[i].of);
        d[i].run = run_done;
        d[i].arg = &what;
    }
    rivals_write(d);
    for (int i = 0; i < 2; i++) {
        const struct err *e = &d[i].of.t.e;

        cr_expect(d[i].done || (e->kind == ERR_CONFLICT &&
                                (strstr(e->text, "done already") || strstr(e->text, "was faster"))),
                  "%s", e->text);
    }
    cr_assert(duty_load(&t->k, &what.act.key, &row, &t->e));
    cr_expect((row.by_id == other) == d[1].done, "whoever was told so did it");
    cr_expect_eq(rows_in(t, "done"), 1);
    for (int i = 0; i < 2; i++)
        arena_reset(&d[i].of.memory);
    clean(t);
}
