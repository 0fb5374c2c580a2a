/* Duties seen from above: who is told, what is missed, what figures say, and what verify finds. */
#include "civic/duty_figure.h"
#include "civic/duty_tell.h"
#include "civic/duty_view.h"
#include "duty_fixture.h"

#include <criterion/criterion.h>

STMT(test_notices, "SELECT count(*) FROM notice WHERE district = $1 AND kind = $2");

static const struct duty_def weekly = {.name = {"visit", 5},
                                       .title = {{"走访", 6}, {"Visit", 5}},
                                       .every = {"week", 4},
                                       .who = {"", 0},
                                       .body = {.role = {"dispatcher", 10}, .kind = {"street", 6}},
                                       .within = {2, LIMIT_DAYS},
                                       .grace = {2, LIMIT_DAYS}};

static void begin(struct town *t)
{
    streets_have(t, &weekly, 1);
    duties_begin(t);
}

static int64_t notices(struct town *t, const char *kind)
{
    struct rows r = db_query(t->k.db, t->k.a, test_notices, ARG(t->k.d->code), ARG(str_of(kind)));
    int64_t n = rows_next(&r) ? row_int(&r, 0) : -1;

    rows_end(&r);
    return n;
}

static bool run_tell(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    *(int64_t *)arg = duties_tell(k);
    return true;
}

static void tell(struct town *t, const char *when)
{
    int64_t n = 1;

    (void)made_at(t, when);
    for (int i = 0; n && i < 1000; i++)
        cr_assert(writes(t, run_tell, &n));
}

TEST_IN_DISTRICT(duty_tell, whose_it_is_the_day_before_and_who_supervises_after_once_each)
{
    begin(t);
    tell(t, "2026-03-08 12:00");
    tell(t, "2026-03-09 00:00");
    cr_expect_eq(notices(t, "duty_soon"), 0, "due in two days");
    tell(t, "2026-03-10 00:00");
    cr_expect_eq(notices(t, "duty_soon"), 2);
    tell(t, "2026-03-10 12:00");
    cr_expect_eq(notices(t, "duty_soon"), 2);
    cr_expect_eq(notices(t, "duty_missed"), 0);
    tell(t, "2026-03-11 00:00");
    tell(t, "2026-03-12 00:00");
    cr_expect_eq(notices(t, "duty_missed"), 2);
}

TEST_IN_DISTRICT(duty_tell, after_three_weeks_of_standstill_each_that_was_missed_once)
{
    begin(t);
    tell(t, "2026-03-08 12:00");
    tell(t, "2026-03-29 12:00");
    tell(t, "2026-03-29 12:01");
    cr_expect_eq(notices(t, "duty_missed"), 6, "three weeks, two streets");
    cr_expect_eq(notices(t, "duty_soon"), 0, "it was too late for that");
}

static bool run_done(struct desk *k, void *arg, struct err *e)
{
    const struct duty_act act = {.key = *(const struct duty_key *)arg};

    return duty_done(k, &act, NULL, e);
}

static void done(struct town *t, const char *day, const char *when)
{
    struct duty_key key = key_of(t, "visit", day);

    as(t, "zhao");
    cr_assert(when_parse(str_of(when), &t->k.now));
    cr_assert(writes(t, run_done, &key), "%s", t->e.text);
}

/* Weeks 9, 16 and 23 March of two streets: done in time, done late, missed; the other's three are
 * missed. */
static void three_weeks(struct town *t)
{
    begin(t);
    (void)made_at(t, "2026-03-09 00:00");
    done(t, "2026-03-09", "2026-03-09 10:00");
    (void)made_at(t, "2026-03-16 00:00");
    done(t, "2026-03-16", "2026-03-18 10:00");
    (void)made_at(t, "2026-03-29 12:00");
}

static int64_t figure_of(struct town *t, enum figure_at at, const char *state, const char *unit,
                         const char *distinct)
{
    const struct str of[] = {str_of(state)};
    const struct condition where = {.fact = S("state"), .of = of, .ofs = 1};
    const struct figure f = {.kind = FIGURE_COUNT,
                             .at = at,
                             .noun = S("duties"),
                             .stock = true,
                             .distinct = str_of(distinct),
                             .where = &where,
                             .wheres = *state ? 1 : 0};
    struct figure_query ask = {.f = &f, .most = 50};
    struct val *rows = val_list(t->k.a);
    struct period p = {0};
    int64_t n, listed = 0;

    cr_assert(when_parse(S("2026-03-01"), &p.from_ms));
    cr_assert(when_parse(S("2026-04-01"), &p.to_ms));
    ask.u = unit_by_code(t->k.d->units, str_of(unit));
    ask.p = &p;
    n = duties_count(&t->k, &f, ask.u, &p);
    duties_records(&t->k, &f, &ask, rows);
    for (const struct item *it = rows->first; it; it = it->next)
        listed++;
    cr_expect_eq(n, listed, "its records are as many");
    return n;
}

static int64_t figure(struct town *t, enum figure_at at, const char *state, const char *unit)
{
    return figure_of(t, at, state, unit, "");
}

TEST_IN_DISTRICT(duty_figure, says_what_was_done_in_time_late_and_missed)
{
    three_weeks(t);
    cr_expect_eq(figure(t, FIGURE_AT_DUE, "", "140214"), 6);
    cr_expect_eq(figure(t, FIGURE_AT_DUE, "done", "140214"), 1);
    cr_expect_eq(figure(t, FIGURE_AT_DUE, "late", "140214"), 1);
    cr_expect_eq(figure(t, FIGURE_AT_DUE, "missed", "140214"), 4);
    cr_expect_eq(figure(t, FIGURE_AT_DUE, "missed", "140214001"), 1);
    cr_expect_eq(figure(t, FIGURE_AT_DONE, "", "140214"), 2);
    cr_expect_eq(figure(t, FIGURE_AT_DONE, "late", "140214002"), 0);
}

TEST_IN_DISTRICT(duty_figure, counts_units_sources_and_people_each_once)
{
    three_weeks(t);
    cr_expect_eq(figure_of(t, FIGURE_AT_DUE, "missed", "140214", "source"), 2, "of four missed");
    cr_expect_eq(figure_of(t, FIGURE_AT_DUE, "missed", "140214001", "unit"), 1);
    cr_expect_eq(figure_of(t, FIGURE_AT_DUE, "", "140214", "state"), 3, "done, late, missed");
    cr_expect_eq(figure_of(t, FIGURE_AT_DUE, "", "140214", "name"), 1);
    cr_expect_eq(figure_of(t, FIGURE_AT_DUE, "", "140214", "kind"), 1);
    cr_expect_eq(figure_of(t, FIGURE_AT_DUE, "", "140214", "unit_kind"), 1);
    cr_expect_eq(figure_of(t, FIGURE_AT_DONE, "", "140214", "by"), 1, "twice, by one");
    cr_expect_eq(figure_of(t, FIGURE_AT_DUE, "missed", "140214", "by"), 0, "by nobody");
}

static int64_t listed(struct town *t, const char *state, int64_t most, struct str *before)
{
    struct val *rows = val_list(t->k.a);
    const struct duty_filter f = {.unit = unit_by_code(t->k.d->units, S("140214")),
                                  .state = str_of(state),
                                  .kind = S(""),
                                  .name = S(""),
                                  .before = *before,
                                  .most = most};
    int64_t n = 0;

    t->e = (struct err){0};
    if (!duties_below(&t->k, &f, rows, before, &t->e))
        return -1;
    for (const struct item *it = rows->first; it; it = it->next)
        n++;
    return n;
}

TEST_IN_DISTRICT(duty_view, what_is_missed_below_page_by_page)
{
    struct str before = S("");

    three_weeks(t);
    as(t, "gao");
    cr_expect_eq(listed(t, "missed", 3, &before), 3);
    cr_expect_gt(before.n, 0);
    cr_expect_eq(listed(t, "missed", 3, &before), 1, "the fourth");
    cr_expect_eq(before.n, 0);
    cr_expect_eq(listed(t, "late", 20, &before), 1);
    cr_expect_eq(listed(t, "done", 20, &before), 1);
    before = S("nonsense");
    cr_expect_eq(listed(t, "missed", 3, &before), -1);
    cr_expect_str_eq(t->e.field, "before");
    before = S("");
    cr_expect_eq(listed(t, "lost", 3, &before), -1);
    as(t, "min");
    cr_expect_eq(listed(t, "missed", 3, &before), -1);
    cr_expect_eq(t->e.kind, ERR_DENIED);
}

TEST_IN_DISTRICT(duty_view, ones_own_until_the_time_for_it_is_over)
{
    struct duty_counts n;

    begin(t);
    (void)made_at(t, "2026-03-09 08:00");
    as(t, "zhao");
    n = duties_mine_count(&t->k);
    cr_expect(n.open == 1 && n.missed == 0);
    t->k.now += 2 * DAY_MS;
    n = duties_mine_count(&t->k);
    cr_expect(n.open == 1 && n.missed == 1, "past due, it can still be done");
    t->k.now += 2 * DAY_MS;
    cr_expect_eq(duties_mine_count(&t->k).open, 0);
    as(t, "li");
    cr_expect_eq(duties_mine_count(&t->k).open, 0);
}

TEST_IN_DISTRICT(duty_verify, names_what_the_ledger_does_not_bear_out)
{
    static const char *const forged[] = {
        "UPDATE duty SET done_at = done_at - 86400000 WHERE state = 'done' AND done_at > due_at",
        "UPDATE duty SET state = 'excused' WHERE done_at > due_at",
        "UPDATE duty SET state = '', done_at = 0, by_id = 0 WHERE done_at > due_at",
        "UPDATE duty SET from_at = 1 WHERE state = ''"};
    struct val *found = val_list(t->k.a);

    three_weeks(t);
    duties_verify(&t->k, found);
    cr_expect_null(found->first);
    for (size_t i = 0; i + 1 < COUNT(forged); i++) {
        found = val_list(t->k.a);
        cr_assert(db_script(t->k.db, forged[i], &t->e), "%s", t->e.text);
        duties_verify(&t->k, found);
        cr_expect_not_null(found->first, "%s is not found", forged[i]);
    }
}
