/* Matters from their opening to their end, through the real pack, on both databases. */
#include "civic/calendars.h"
#include "civic/figure.h"
#include "civic/import.h"
#include "civic/job.h"
#include "civic/report.h"
#include "civic_fixture.h"

#include <stdio.h>
#include <string.h>

STMT(test_notices, "SELECT count(*) FROM notice WHERE kind = 'supervise'");
STMT(test_notice_at, "SELECT max(at) FROM notice WHERE kind = 'supervise'");
STMT(test_break, "UPDATE matter SET outcome = 'declined' WHERE district = $1 AND id = $2");
STMT(test_phone, "SELECT phone_sealed FROM report WHERE district = $1 AND matter_id = $2");

static int64_t number(struct town *t, const struct stmt *st)
{
    struct rows r = db_query_args(t->k.db, t->k.a, st, NULL, 0);
    int64_t n = rows_next(&r) ? row_int(&r, 0) : -1;

    rows_end(&r);
    return n;
}

static void must(struct town *t, bool ok)
{
    cr_assert(ok, "%s (field %s)", t->e.text, t->e.field ? t->e.field : "-");
}

/* From the report to the moment at which departments are at work. */
static int64_t whistled(struct town *t)
{
    int64_t id = opened(t, "大树倒了压着电线");

    must(t, acts(t, "wang", id, "call", -1, "reason=需要园林"));
    must(t,
         acts(t, "li", id, "whistle", -1, "whistle_kind=enforcement grade=normal reason=超出能力"));
    must(t, acts(t, "zhao", id, "assign", -1, "lead=@140214-a joint=@140214-b"));
    return id;
}

static void work_done(struct town *t, int64_t id)
{
    must(t, acts(t, "sun", id, "arrive", 0, "position=楼下"));
    must(t, acts(t, "qian", id, "arrive", 1, "position=楼下"));
    must(t, acts(t, "sun", id, "done", 0, "done_text=已清理 photo_after=#"));
    must(t, acts(t, "qian", id, "done", 1, "done_text=已断电 photo_after=#"));
}

struct answering {
    struct report r;
    struct rating answer;
};

static bool run_rate(struct desk *k, void *arg, struct err *e)
{
    struct answering *a = arg;

    return report_rate(k, &a->r, &a->answer, e);
}

static bool rates(struct town *t, int64_t id, const char *solved)
{
    struct answering a = {.answer = {.contacted = S("yes"),
                                     .solved = str_of(solved),
                                     .satisfied = S("very"),
                                     .word = S("")}};

    as(t, NULL);
    cr_assert(report_first(&t->k, id, &a.r));
    return writes(t, run_rate, &a);
}

TEST_IN_DISTRICT(matter, a_whistle_goes_from_the_report_to_the_rating)
{
    struct matter *m = NEW(t->k.a, struct matter);
    int64_t id = whistled(t);

    t->k.now += HOUR_MS;
    load(t, id, m);
    cr_assert(str_eq(m->stage, S("doing")));
    cr_assert_eq(m->state.parts, 2);
    work_done(t, id);
    cr_assert_not(acts(t, "sun", id, "pass", -1, "photo_check=#"),
                  "who solved it may not check it");
    must(t, acts(t, "wang", id, "pass", -1, "photo_check=#"));
    must(t, rates(t, id, "yes"));
    load(t, id, m);
    cr_assert(str_eq(m->stage, S("ended")));
    cr_assert(str_eq(m->outcome, S("solved")));
    cr_assert_not(rates(t, id, "yes"), "rated twice");
    cr_assert_eq(t->e.kind, ERR_CONFLICT);
    clean(t);
}

static int64_t counted(struct town *t, const char *figure)
{
    struct figure_value v;
    struct period p;

    as(t, "zhao");
    must(t, period_parse(&t->k, S("2026"), &p, &t->e));
    figure_read(&t->k, pack_figure(t->k.d->pack, str_of(figure)),
                unit_by_code(t->k.d->units, S("140214001")), &p, S(""), &v);
    return v.n;
}

TEST_IN_DISTRICT(matter, not_solved_reopens_it_with_a_new_clock)
{
    struct matter *m = NEW(t->k.a, struct matter);
    int64_t id = whistled(t), due;

    work_done(t, id);
    must(t, acts(t, "wang", id, "pass", -1, "photo_check=#"));
    load(t, id, m);
    due = m->due_at;
    t->k.now += DAY_MS;
    must(t, rates(t, id, "no"));
    load(t, id, m);
    cr_assert_eq(m->round, 2);
    cr_assert_eq(m->ended_at, 0);
    cr_assert_gt(m->due_at, due, "the new round has a clock of its own");
    cr_assert_eq(counted(t, "rated"), 1, "what was said was said, also once it is asked again");
    cr_assert_eq(counted(t, "solved"), 0);
    clean(t);
}

TEST_IN_DISTRICT(matter, who_has_no_business_with_it_learns_nothing)
{
    int64_t id = opened(t, "路灯不亮");

    cr_assert_not(acts(t, "far", id, "call", -1, "reason=x"));
    cr_assert_eq(t->e.kind, ERR_NOT_FOUND);
    cr_assert_not(acts(t, "li", id + 1, "call", -1, "reason=x"));
    cr_assert_eq(t->e.kind, ERR_NOT_FOUND);
    cr_assert_not(acts(t, "zhao", id, "pass", -1, ""), "not possible in this step");
    cr_assert_neq(t->e.kind, ERR_NONE);
}

static bool run_stale(struct desk *k, void *arg, struct err *e)
{
    return matter_act(k, arg, e);
}

TEST_IN_DISTRICT(matter, of_two_people_at_once_one_wins_and_the_other_is_told)
{
    int64_t id = opened(t, "路灯不亮");
    struct val *f = val_map(t->k.a);
    struct matter_act act = {
        .id = id, .kind = PROC_ACT, .action = S("call"), .part = -1, .fields = f, .seq = 1};

    set_str(f, "reason", S("needs the community"));
    as(t, "wang");
    must(t, writes(t, run_stale, &act));
    cr_assert_not(writes(t, run_stale, &act));
    cr_assert_eq(t->e.kind, ERR_CONFLICT);
    clean(t);
}

TEST_IN_DISTRICT(matter, the_same_request_key_opens_it_once)
{
    struct matter_new n = {.body = S("垃圾没人清运"), .channel = S("qr"), .request_key = S("k-1")};
    struct matter_receipt one, two;

    n.unit_id = unit_id(t, "140214001001-01");
    as(t, NULL);
    must(t, opens(t, &n, &one));
    must(t, opens(t, &n, &two));
    cr_assert_eq(one.id, two.id);
    cr_assert(str_eq(one.code, two.code));
    cr_assert(two.again && !one.again);
    n.body = S("垃圾还是没人清运");
    must(t, opens(t, &n, &two));
    cr_assert_neq(one.id, two.id, "a key that somebody else thought of too");
    clean(t);
}

TEST_IN_DISTRICT(matter, what_fell_due_while_nobody_ran_it_is_supervised_once_at_its_own_time)
{
    int64_t id = whistled(t), at;
    struct matter *m = NEW(t->k.a, struct matter);

    t->k.now += 30 * DAY_MS;
    cr_assert_gt(ticks(t), 0);
    at = number(t, &test_notice_at);
    cr_assert_eq(number(t, &test_notices) > 0, true);
    cr_assert_lt(at, t->k.now - 7 * DAY_MS, "dated when it fell due, not when somebody looked");
    load(t, id, m);
    cr_assert_eq(m->supervised, 2);
    cr_assert(m->late);
    at = number(t, &test_notices);
    t->k.now += DAY_MS;
    (void)ticks(t);
    cr_assert_eq(number(t, &test_notices), at, "once");
    clean(t);
}

struct joining {
    int64_t id, into;
};

static bool run_join(struct desk *k, void *arg, struct err *e)
{
    struct joining *j = arg;

    return matter_bundle(k, j->id, j->into, e);
}

TEST_IN_DISTRICT(matter, a_joined_reporter_keeps_the_receipt_and_rates_too)
{
    struct joining j = {.id = opened(t, "树倒了"), .into = 0};
    struct matter *m = NEW(t->k.a, struct matter);
    struct report r;

    j.into = whistled(t);
    as(t, "li");
    must(t, writes(t, run_join, &j));
    cr_assert_not(acts(t, "wang", j.id, "call", -1, "reason=x"));
    cr_assert_eq(t->e.kind, ERR_CONFLICT);
    work_done(t, j.into);
    must(t, acts(t, "wang", j.into, "pass", -1, "photo_check=#"));
    cr_assert(report_first(&t->k, j.id, &r));
    must(t, report_matter(&t->k, &r, m, &t->e));
    cr_assert_eq(m->id, j.into);
    must(t, rates(t, j.id, "yes"));
    must(t, rates(t, j.into, "yes"));
    clean(t);
}

TEST_IN_DISTRICT(matter, a_row_that_somebody_changed_is_found)
{
    int64_t id = opened(t, "路灯不亮");

    cr_assert_eq(faults(t), 0);
    db_run(t->k.db, test_break, ARG(t->k.d->code), ARG(id));
    cr_assert_eq(faults(t), 1);
}

TEST_IN_DISTRICT(matter, a_phone_number_is_sealed_and_a_look_at_it_leaves_its_trace)
{
    int64_t id = opened(t, "路灯不亮");
    struct rows r = db_query(t->k.db, t->k.a, test_phone, ARG(t->k.d->code), ARG(id));
    struct val *list = val_list(t->k.a);
    struct matter *m = NEW(t->k.a, struct matter);

    cr_assert(rows_next(&r));
    cr_assert(row_str(&r, 0).n > 20);
    cr_assert_null(memmem(row_str(&r, 0).p, row_str(&r, 0).n, "138", 3));
    rows_end(&r);
    load(t, id, m);
    report_list(&t->k, m, list);
    cr_assert(str_eq(val_get(&list->first->val, S("phone"))->str, S("138****5678")));
}

TEST_IN_DISTRICT(import, each_row_is_accepted_rejected_with_its_place_or_skipped)
{
    static const char csv[] = "number,title,reported_at,lon,lat,phone\n"
                              "A-1,路灯不亮,2026-02-01 10:00,,,\n"
                              "A-2,,2026-02-01 10:00,,,\n"
                              "A-3,垃圾,yesterday,,,\n"
                              "A-4,噪声,2026-02-01 10:00,113.1,,\n"
                              "A-5,停水,2026-02-01 10:00,,,1.38123E+10\n"
                              "A-1,路灯不亮,2026-02-01 10:00,,,\n";
    static const struct {
        int64_t line;
        const char *column;
    } bad[] = {{3, "body"}, {4, "reported_at"}, {5, "lat"}, {6, "phone"}};
    struct import_job job = {.noun = S("matters"), .bytes = str_of(csv)};
    struct import_report report;
    const struct item *it;
    size_t i = 0;

    as(t, NULL);
    must(t, import_run(&t->k, &job, &report, &t->e));
    cr_assert_eq(report.accepted, 1);
    cr_assert_eq(report.rejected, 4);
    cr_assert_eq(report.skipped, 1);
    for (it = report.errors->first; it; it = it->next, i++) {
        cr_assert_eq(val_get(&it->val, S("line"))->integer, bad[i].line);
        cr_assert(str_eq(val_get(&it->val, S("column"))->str, str_of(bad[i].column)));
        cr_assert(val_get(&it->val, S("reason"))->str.n > 0);
    }
    must(t, import_run(&t->k, &job, &report, &t->e));
    cr_assert_eq(report.accepted, 0);
    cr_assert_eq(report.skipped, 2, "the same file again adds nothing");
    clean(t);
}

TEST_IN_DISTRICT(import, a_dry_run_says_the_same_and_changes_nothing)
{
    struct import_job job = {
        .noun = S("matters"), .bytes = S("title\n路灯不亮\n垃圾\n"), .dry_run = true};
    struct import_report report;

    as(t, NULL);
    must(t, import_run(&t->k, &job, &report, &t->e));
    cr_assert_eq(report.accepted, 2);
    job.dry_run = false;
    must(t, import_run(&t->k, &job, &report, &t->e));
    cr_assert_eq(report.accepted, 2);
    cr_assert_eq(report.skipped, 0);
    clean(t);
}

TEST_IN_DISTRICT(calendar, holidays_that_come_in_later_count_from_then_on_and_verify_stays_clean)
{
    struct import_job job = {.noun = S("calendar"),
                             .bytes = S("date,is_workday,name\n2026-03-10,0,x\n2026-03-11,0,x\n")};
    struct matter *before = NEW(t->k.a, struct matter), *after = NEW(t->k.a, struct matter);
    int64_t first = opened(t, "路灯不亮"), second;
    struct import_report report;

    t->k = district_desk(t->k.d, t->k.db, t->k.a, t->k.now + HOUR_MS); /* as a command does */
    must(t, import_run(&t->k, &job, &report, &t->e));
    cr_assert_eq(report.accepted, 2);
    must(t, calendar_load(t->k.a, t->k.db, t->k.d, &t->e));
    t->k.now += HOUR_MS;
    second = opened(t, "路灯又不亮");
    load(t, first, before);
    load(t, second, after);
    cr_assert_gt(after->due_at, before->due_at, "two more free days");
    clean(t);
}

TEST_IN_DISTRICT(figure, sums_are_whole_numbers_on_both_databases)
{
    const struct figure *f = pack_figure(t->k.d->pack, S("received"));
    struct figure_value v;
    struct period p;

    (void)opened(t, "路灯不亮");
    (void)opened(t, "垃圾没人清运");
    as(t, "zhao");
    must(t, period_parse(&t->k, S("2026-03"), &p, &t->e));
    figure_read(&t->k, f, unit_by_code(t->k.d->units, S("140214001")), &p, S(""), &v);
    cr_assert_eq(v.n, 2);
    must(t, period_parse(&t->k, S("2026-03-02..2026-03-02"), &p, &t->e));
    figure_read(&t->k, f, unit_by_code(t->k.d->units, S("140214001001")), &p, S(""), &v);
    cr_assert_eq(v.n, 2, "from the entries, where no counter is kept");
}

/* ---- a file between two requests ------------------------------------------ */

STMT(kept_rows, "SELECT count(*) FROM request_key WHERE key LIKE 'import/%'");
STMT(kept_keys, "SELECT count(*) FROM subject_key WHERE at >= 0");

static bool keep_file(struct desk *k, void *arg, struct err *e)
{
    int64_t id = import_keep(k, S("number,title,phone\n1,路灯不亮,13800000000\n"));

    (void)e;
    import_keep_part(k, id, S("name"), S("a.csv"));
    *(int64_t *)arg = id;
    return true;
}

static bool sweep(struct desk *k, void *arg, struct err *e)
{
    (void)arg;
    LIST_EACH (jobs, struct job, it) {
        if (strcmp((*it)->name, "import_sweep") == 0) {
            while ((*it)->run(k->db, k->d, k->a, k->now, e))
                ;
        }
    }
    return e->kind == ERR_NONE;
}

TEST_IN_DISTRICT(import, a_file_that_was_sent_is_gone_after_a_day_with_the_key_that_sealed_it)
{
    int64_t keys = fixture_int(t->f, &kept_keys), old, young;
    struct str text;

    as(t, "li");
    cr_assert(writes(t, keep_file, &old), "%s", t->e.text);
    t->k.now += 20 * HOUR_MS;
    cr_assert(writes(t, keep_file, &young), "%s", t->e.text);
    t->k.now += 5 * HOUR_MS;
    cr_assert(writes(t, sweep, NULL), "%s", t->e.text);
    cr_expect_eq(fixture_int(t->f, &kept_rows), 2);
    cr_expect_eq(fixture_int(t->f, &kept_keys), keys + 1);
    cr_expect(import_kept(&t->k, young, S("name"), &text, &t->e) && str_eq(text, S("a.csv")));
    cr_expect_not(import_kept(&t->k, old, S("file"), &text, &t->e));
}
