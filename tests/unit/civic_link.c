/* Projects with the matters that they are to settle, on both databases. */
#include "civic/figure.h"
#include "civic/link.h"
#include "civic/report.h"
#include "civic_fixture.h"

#include <string.h>

STMT(test_link_events,
     "SELECT count(*) FROM event WHERE district = $1 AND subject = $2 AND kind = $3");
STMT(test_link_told, "SELECT count(*) FROM notice WHERE district = $1 AND matter_id = $2 AND kind "
                     "= 'project_done' AND report_id > 0");

static void must(struct town *t, bool ok)
{
    cr_assert(ok, "%s (field %s)", t->e.text, t->e.field ? t->e.field : "-");
}

static int64_t one(struct rows r)
{
    int64_t n = rows_next(&r) ? row_int(&r, 0) : -1;

    rows_end(&r);
    return n;
}

static int64_t events(struct town *t, int64_t id, const char *kind)
{
    return one(
        db_query(t->k.db, t->k.a, test_link_events, ARG(t->k.d->code), ARG(id), ARG(str_of(kind))));
}

struct linking {
    int64_t id, to;
    struct str typed;
};

static bool run_add(struct desk *k, void *arg, struct err *e)
{
    struct linking *l = arg;

    return link_add(k, l->id, l->typed, e);
}

static bool run_remove(struct desk *k, void *arg, struct err *e)
{
    struct linking *l = arg;

    return link_remove(k, l->id, l->to, e);
}

static bool adds(struct town *t, const char *who, int64_t id, struct str typed)
{
    struct linking l = {.id = id, .typed = typed};

    as(t, who);
    return writes(t, run_add, &l);
}

static bool removes(struct town *t, const char *who, int64_t id, int64_t to)
{
    struct linking l = {.id = id, .to = to};

    as(t, who);
    return writes(t, run_remove, &l);
}

static struct str number_of(struct town *t, int64_t id)
{
    struct matter *m = NEW(t->k.a, struct matter);

    load(t, id, m);
    return m->number;
}

static struct str step_of(struct town *t, int64_t id)
{
    struct matter *m = NEW(t->k.a, struct matter);

    load(t, id, m);
    return m->step;
}

static int64_t project(struct town *t)
{
    struct val *fields = val_map(t->k.a);
    struct matter_new n = {.mechanism = S("facility"),
                           .channel = S("office"),
                           .title = S("第二批充电桩"),
                           .fields = fields,
                           .without_report = true};
    struct matter_receipt out = {0};

    set_str(fields, "ends_on", S("2026-06-30"));
    n.unit_id = unit_id(t, "140214001001");
    as(t, "wang");
    cr_assert_not(opens(t, &n, &out), "a grid worker opens no project");
    cr_assert_eq(t->e.kind, ERR_DENIED);
    as(t, "li");
    must(t, opens(t, &n, &out));
    must(t, acts(t, "zhao", out.id, "approve", -1, "unit=@140214-a"));
    return out.id;
}

/* To the last second of its publication. */
static void finish(struct town *t, int64_t id)
{
    must(t, acts(t, "sun", id, "batch", -1, "done_text=四组 charging_sets=4"));
    cr_assert_not(acts(t, "sun", id, "batch", -1, "done_text=错 charging_sets=-1"));
    must(t, acts(t, "sun", id, "batch", -1, "done_text=三组 charging_sets=3"));
    must(t, acts(t, "sun", id, "finish", -1, "done_text=建成 photo_after=#"));
    must(t, acts(t, "li", id, "pass", -1, "photo_check=#"));
    cr_assert(str_eq(step_of(t, id), S("checked")), "one of two checkers is not enough");
    must(t, acts(t, "min", id, "pass", -1, "photo_check=#"));
    cr_assert(str_eq(step_of(t, id), S("published")));
    t->k.now += 8 * DAY_MS;
    (void)ticks(t);
    cr_assert(str_eq(step_of(t, id), S("ended")));
}

static int64_t sets(struct town *t)
{
    struct figure_value v;
    struct period p;

    must(t, period_parse(&t->k, S("2026-03"), &p, &t->e));
    figure_read(&t->k, pack_figure(t->k.d->pack, S("A-2")), unit_root(t->k.d->units), &p, S(""),
                &v);
    return v.n;
}

TEST_IN_DISTRICT(link, what_a_project_settles_is_checked_and_its_reporters_are_asked)
{
    int64_t lamp = opened(t, "充电不方便"), id = project(t);

    cr_assert_not(adds(t, "sun", id, number_of(t, lamp)), "what they may not see is not theirs");
    must(t, adds(t, "li", id, number_of(t, lamp)));
    cr_assert_eq(events(t, lamp, "linked"), 1);
    finish(t, id);
    cr_assert_eq(sets(t), 7, "both batches are added up");
    cr_assert(str_eq(step_of(t, lamp), S("check")), "nothing is closed by itself");
    cr_assert_eq(events(t, lamp, "settle"), 1);
    cr_assert_eq(one(db_query(t->k.db, t->k.a, test_link_told, ARG(t->k.d->code), ARG(lamp))), 1,
                 "the reporter is told");
    must(t, acts(t, "wang", lamp, "pass", -1, "photo_check=#"));
    cr_assert(str_eq(step_of(t, lamp), S("rated")), "the reporter is asked");
    clean(t);
}

TEST_IN_DISTRICT(link, what_is_not_settled_goes_back_to_where_it_was)
{
    int64_t lamp = opened(t, "充电不方便"), id = project(t);

    must(t, adds(t, "li", id, number_of(t, lamp)));
    finish(t, id);
    must(t, acts(t, "wang", lamp, "fail", -1, "reason=还是不够"));
    cr_assert(str_eq(step_of(t, lamp), S("found")));
    clean(t);
}

TEST_IN_DISTRICT(link, departments_at_work_are_not_called_off)
{
    int64_t tree = opened(t, "大树倒了压着电线"), id = project(t);

    must(t, acts(t, "wang", tree, "call", -1, "reason=需要园林"));
    must(t, acts(t, "li", tree, "whistle", -1,
                 "whistle_kind=enforcement grade=normal reason=超出能力"));
    must(t, acts(t, "zhao", tree, "assign", -1, "lead=@140214-b"));
    must(t, adds(t, "li", id, number_of(t, tree)));
    finish(t, id);
    cr_assert(str_eq(step_of(t, tree), S("handled")));
    cr_assert_eq(events(t, tree, "told"), 1);
    clean(t);
}

TEST_IN_DISTRICT(link, who_may_act_on_the_project_links_what_they_may_see_and_is_open)
{
    int64_t lamp = opened(t, "充电不方便"), id = project(t);
    struct str number = number_of(t, lamp);

    cr_assert_not(adds(t, "far", id, number));
    cr_assert_eq(t->e.kind, ERR_NOT_FOUND);
    cr_assert_not(adds(t, "gao", id, number), "who may only read it");
    cr_assert_eq(t->e.kind, ERR_DENIED);
    cr_assert_not(adds(t, "li", id, number_of(t, id)), "itself");
    cr_assert_not(adds(t, "li", id, S("140214-20260302-999999")));
    cr_assert(t->e.field && strcmp(t->e.field, "with") == 0);
    cr_assert_not(adds(t, "li", lamp, number_of(t, id)), "a whistle settles nothing");
    must(t, adds(t, "li", id, number));
    must(t, adds(t, "li", id, number));
    cr_assert_eq(events(t, lamp, "linked"), 1, "twice is once");
    cr_assert_not(removes(t, "gao", id, lamp));
    must(t, removes(t, "li", id, lamp));
    cr_assert_not(removes(t, "li", id, lamp), "it is gone");
    cr_assert_eq(events(t, lamp, "unlinked"), 1);
    finish(t, id);
    cr_assert(str_eq(step_of(t, lamp), S("found")), "it was taken out");
    cr_assert_not(adds(t, "li", id, number), "the project has ended");
    clean(t);
}
