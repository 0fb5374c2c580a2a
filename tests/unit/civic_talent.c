/* Experts by project, studios and projects brought home: what Daxiang published about them comes
 * out of a district that holds exactly those. */
#include "civic/bond.h"
#include "civic/figure.h"
#include "civic/matter.h"
#include "civic/person.h"
#include "civic/tally.h"
#include "people_fixture.h"

#include <criterion/criterion.h>

#define YEAR "2026"

static void as_holder(struct town_of *t, const char *name, const char *unit, struct actor *who)
{
    const struct unit *u = unit_by_code(t->k.d->units, str_of(unit));

    actor_load(&t->k, person_find(&t->k, str_of(name), u->id), who);
    cr_assert(who->person, "%s", name);
    t->k.actor = who;
}

struct writing {
    struct town_of *t;
    bool (*run)(struct desk *k, void *arg, struct err *e);
    void *arg;
};

static bool run_writing(struct db *db, void *arg, struct err *e)
{
    struct writing *w = arg;
    struct desk k = w->t->k;

    k.db = db;
    return w->run(&k, w->arg, e);
}

static void write_it(struct town_of *t, bool (*run)(struct desk *k, void *arg, struct err *e),
                     void *arg)
{
    struct db_hooks hooks = tally_hooks(t->k.d);
    struct writing w = {t, run, arg};
    struct err e = {0};

    cr_assert(db_write(t->k.db, run_writing, &w, &hooks, &e), "%s (%s)", e.text, e.field);
}

static void expect_text(struct town_of *t, const char *id, const char *text)
{
    const struct figure *f = pack_figure(t->k.d->pack, str_of(id));
    struct figure_value v;
    struct err e = {0};
    struct period p;

    cr_assert(f && period_parse(&t->k, S(YEAR), &p, &e), "%s", id);
    figure_read(&t->k, f, unit_root(t->k.d->units), &p, S(""), &v);
    cr_expect(str_eq(figure_text(&t->a, &v), str_of(text)), "%s is %.*s", id,
              STR_ARG(figure_text(&t->a, &v)));
}

/* ---- engagements ------------------------------------------------------------ */

static bool run_engage(struct desk *k, void *arg, struct err *e)
{
    struct bond b;

    return bond_make(k, arg, &b, e);
}

STMT(test_entries, "SELECT id FROM roll_entry WHERE district = $1 AND kind = 'expert' ORDER BY id");

/* The n-th expert of the database, in a year. */
static void engage(struct town_of *t, int n, const char *sort, const char *from)
{
    struct rows r = db_query(t->k.db, &t->a, test_entries, ARG(t->k.d->code));
    struct bond_new bond = {.kind = S("engagement")};
    struct val *fields = val_map(&t->a);

    while (n-- && rows_next(&r))
        bond.side[0].entry_id = row_int(&r, 0);
    rows_end(&r);
    bond.side[1].unit_id = unit_by_code(t->k.d->units, S("f1"))->id;
    set_str(fields, "project", S("新品种选育"));
    set_str(fields, "expert_sort", str_of(sort));
    bond.fields = fields;
    cr_assert(when_parse(str_of(from), &bond.from_at));
    write_it(t, run_engage, &bond);
}

Test(talent, one_supervisor_is_engaged_and_one_studio_is_new)
{
    struct actor organiser;
    struct town_of t;

    town_open(&t, "daxiang", 430503);
    sheet_in(&t, "units", "code,name,kind,parent,from",
             S("s1,一街,street,430503,\nf1,药业,enterprise,s1,\nj1,教育局,department,430503,\n"
               "w1,名师工作室,studio,j1,2026-04-01\nw2,老工作室,studio,j1,2024-04-01\n"));
    sheet_in(&t, "people", "name,unit,role", S("组织,430503,organiser\n"));
    sheet_in(&t, "rolls", "name,unit,roll,kind",
             S("甲博导,430503,talents,expert\n乙教授,430503,talents,expert\n"
               "丙博导,430503,talents,expert\n丁工,430503,talents,local\n"));
    as_holder(&t, "组织", "430503", &organiser);
    engage(&t, 1, "doctoral_tutor", "2026-03-01");
    engage(&t, 2, "professor", "2026-03-01");      /* no supervisor */
    engage(&t, 3, "doctoral_tutor", "2025-12-01"); /* before this year */
    expect(&t, "D-12a", YEAR, 1);
    expect(&t, "D-12b", YEAR, 1);
    expect_text(&t, "D-12", "1/1");
    town_close(&t);
}

/* ---- projects brought home ---------------------------------------------------- */

struct project {
    struct matter_new n;
    struct matter_receipt out;
    struct matter_act act;
};

static bool run_open(struct desk *k, void *arg, struct err *e)
{
    struct project *p = arg;

    return matter_open(k, &p->n, &p->out, e);
}

static bool run_act(struct desk *k, void *arg, struct err *e)
{
    struct project *p = arg;

    return matter_act(k, &p->act, e);
}

static void act(struct town_of *t, struct project *p, const char *action, const struct val *fields)
{
    p->act = (struct matter_act){.id = p->out.id,
                                 .kind = PROC_ACT,
                                 .action = str_of(action),
                                 .part = -1,
                                 .fields = fields ? fields : val_map(&t->a)};
    write_it(t, run_act, p);
}

static const struct val *said(struct town_of *t, const char *name, const char *text)
{
    struct val *v = val_map(&t->a);

    set_str(v, name, str_of(text));
    return v;
}

/* Brought home, with what it came to; checked, or still being built. */
static void project(struct town_of *t, const char *invested, const char *hired, bool checked)
{
    struct actor organiser, officer;
    struct val *native = val_map(&t->a), *came = val_map(&t->a);
    struct project p = {.n = {.mechanism = S("homecoming"),
                              .title = S("药材加工厂"),
                              .body = S("回乡办厂"),
                              .channel = S("office"),
                              .unit_id = unit_by_code(t->k.d->units, S("s1"))->id,
                              .fields = native,
                              .without_report = true}};

    set_str(native, "native", S("罗某"));
    set_str(came, "invested", str_of(invested));
    set_str(came, "hired", str_of(hired));
    as_holder(t, "街组织", "s1", &organiser);
    write_it(t, run_open, &p);
    act(t, &p, "sign", NULL);
    act(t, &p, "report", came);
    if (!checked)
        return;
    act(t, &p, "finish", said(t, "done_text", "已投产"));
    as_holder(t, "质量", "s1", &officer);
    act(t, &p, "pass", NULL);
}

Test(talent, what_natives_brought_home_is_funds_and_work)
{
    struct town_of t;

    town_open(&t, "daxiang", 430503);
    sheet_in(&t, "units", "code,name,kind,parent", S("s1,一街,street,430503\n"));
    sheet_in(&t, "people", "name,unit,role", S("街组织,s1,organiser\n质量,s1,quality_officer\n"));
    project(&t, "80,000,000", "100", true);
    project(&t, "39,999,999.50", "20", true);
    project(&t, "0.50", "6", true);
    project(&t, "5,000,000", "40", false); /* not settled yet */
    expect_text(&t, "D-23", "120,000,000.00/126");
    town_close(&t);
}
