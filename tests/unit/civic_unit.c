/* Which unit belongs to which. */
#include "civic/unit.h"

#include "civic/area.h"
#include "civic/import.h"
#include "civic/list.h"
#include "civic/method.h"
#include "civic/person.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

STMT(test_last_event, "SELECT kind, content FROM event WHERE district = $1 AND noun = 'unit' ORDER "
                      "BY id DESC LIMIT 1");

static const char more_csv[] = "code,name,kind,parent,serves\n"
                               "dw1,东街党委,party_committee,140214001,\n"
                               "zb1,一社区党支部,party_branch,dw1,140214001001\n"
                               "140214001003,三社区居委会,community,140214001,\n"
                               "zb3,三社区党支部,party_branch,140214001003,\n"
                               "140214001003-01,三社区第1网格,grid,140214001003,\n"
                               "140214001004,四社区居委会,community,140214001,\n"
                               "zb4a,四社区一支部,party_branch,140214001004,\n"
                               "zb4b,四社区二支部,party_branch,140214001004,\n"
                               "140214001004-01,四社区第1网格,grid,140214001004,\n"
                               "lh,东街联合体,alliance,140214,140214001\n"
                               "140214001005,五社区居委会,community,140214001,\n";

static struct import_report take_rows(struct town *t, const char *noun, const char *csv)
{
    struct import_job job = {.noun = str_of(noun), .bytes = str_of(csv)};
    struct import_report report;

    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    district_refresh(t->k.a, t->k.db, t->k.d);
    return report;
}

static void take_units(struct town *t, const char *csv)
{
    cr_assert_eq(take_rows(t, "units", csv).rejected, 0);
}

TEST_IN_DISTRICT(unit, a_unit_has_its_own_of_another_kind)
{
    static const struct {
        const char *of, *kind, *own, *why;
    } cases[] = {
        {"zb3", "party_branch", "zb3", "itself"},
        {"140214001003-01", "street", "140214001", "the nearest above"},
        {"zb1", "community", "140214001001", "the one that it serves"},
        {"zb1", "street", "140214001", "above comes before serving"},
        {"lh", "street", "140214001", "the one that it serves, at the top of the tree"},
        {"140214001001", "party_branch", "zb1", "the one that serves it"},
        {"140214001001-01", "party_branch", "zb1", "the one that serves a unit above it"},
        {"140214001003", "party_branch", "zb3", "the only one below"},
        {"140214001003-01", "party_branch", "zb3", "the only one directly below a unit above"},
        {"140214001001-01", "party_committee", "dw1", "two above"},
        {"140214001004", "party_branch", NULL, "two below: nobody knows which"},
        {"140214001004-01", "party_branch", NULL, "two below a unit above"},
        {"140214001005", "party_branch", NULL, "a neighbour's is not its own"},
        {"140214002001", "market", NULL, "there is none"},
        {"140214002001", "alliance", NULL, "what stands below the district is everybody's"},
    };

    take_units(t, more_csv);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct units *us = t->k.d->units;
        const struct unit *own =
            unit_own(us, unit_by_code(us, str_of(cases[i].of)), str_of(cases[i].kind));

        cr_expect(cases[i].own ? own && str_eq(own->code, str_of(cases[i].own)) : !own,
                  "%s of %s (%s) is %.*s", cases[i].kind, cases[i].of, cases[i].why,
                  own ? (int)own->code.n : 4, own ? own->code.p : "none");
    }
}

/* ---- facts ---------------------------------------------------------------- */

static const char market_csv[] = "code,name,kind,parent,商铺,floor_area,Parking places\n"
                                 "sc1,一号菜市场,market,140214001001,100,5200,300\n";

static int64_t fact(struct town *t, const char *code, const char *name)
{
    return facts_number(unit_by_code(t->k.d->units, str_of(code))->facts, str_of(name));
}

TEST_IN_DISTRICT(unit,
                 facts_come_in_by_their_names_or_titles_and_change_when_the_row_says_otherwise)
{
    struct import_report r = take_rows(t, "units", market_csv);

    cr_assert_eq(r.accepted, 1);
    cr_expect_eq(fact(t, "sc1", "shops"), 100);
    cr_expect_eq(fact(t, "sc1", "floor_area"), 5200);
    cr_expect_eq(fact(t, "sc1", "parking"), 300);
    cr_expect_eq(take_rows(t, "units", market_csv).skipped, 1, "the same again is no change");
    r = take_rows(t, "units",
                  "code,name,kind,parent,shops\nsc1,一号菜市场,market,140214001001,98\n");
    cr_expect_eq(r.accepted, 1);
    cr_expect_eq(fact(t, "sc1", "shops"), 98);
    cr_expect_eq(fact(t, "sc1", "parking"), 300, "what a row does not say stays");
}

struct change {
    const char *code, *name;
    struct val value;
    bool changed;
};

static bool say(struct desk *k, void *arg, struct err *e)
{
    struct change *c = arg;
    struct val *said = val_map(k->a);

    set_val(said, str_of(c->name), c->value);
    return unit_change(k, str_of(c->code), said, &c->changed, e);
}

#define TEXT(s)                                      \
    {                                                \
        .kind = VAL_STR, .str = { s, sizeof(s) - 1 } \
    }

TEST_IN_DISTRICT(unit, a_unit_lies_under_a_kind_that_the_pack_names_and_under_no_other)
{
    static const char csv[] = "code,name,kind,parent\n"
                              "m1,市场里的街道,street,140214001001\n"
                              "m2,没有上级,market,\n"
                              "m3,区里的市场,market,140214\n"
                              "m4,社区的市场,market,140214001001\n";
    struct import_report report = take_rows(t, "units", csv);

    cr_expect_eq(report.rejected, 3);
    cr_expect(!unit_by_code(t->k.d->units, S("m1")) && unit_by_code(t->k.d->units, S("m4")));
}

TEST_IN_DISTRICT(unit, a_fact_that_cannot_be_is_refused_and_nothing_is_changed)
{
    static const struct {
        const char *name;
        struct val value;
        const char *because;
    } cases[] = {
        {"shops",
         {.kind = VAL_INT, .integer = -5},
         "A whole number of 0 or more is expected here."},
        {"shops", TEXT("-5"), "A whole number of 0 or more is expected here."},
        {"shops", TEXT("about 100"), "A whole number of 0 or more is expected here."},
        {"shops", TEXT("99.5"), "A whole number of 0 or more is expected here."},
        {"quarter_sort", TEXT("old"), "This is not asked here: quarter_sort."},
        {"serves", TEXT("nowhere"), "There is no unit with the code nowhere."},
        {"serves", TEXT("sc1"), "A unit does not serve itself."},
    };

    take_units(t, market_csv);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct change c = {.code = "sc1", .name = cases[i].name, .value = cases[i].value};

        cr_expect(!writes(t, say, &c), "%s is taken", cases[i].because);
        cr_expect_str_eq(t->e.text, cases[i].because);
        district_refresh(t->k.a, t->k.db, t->k.d);
        cr_expect_eq(fact(t, "sc1", "shops"), 100);
    }
}

TEST_IN_DISTRICT(unit, who_changes_a_fact_needs_the_right_and_stands_in_the_ledger)
{
    struct change c = {.code = "sc1", .name = "shops", .value = TEXT("120")};
    struct rows r;

    take_units(t, market_csv);
    as(t, "li");
    cr_expect(!writes(t, say, &c) && t->e.kind == ERR_DENIED, "a dispatcher manages no units");
    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
    cr_assert(writes(t, say, &c), "%s", t->e.text);
    r = db_query(t->k.db, t->k.a, test_last_event, ARG(t->k.d->code));
    cr_assert(rows_next(&r));
    cr_expect(str_eq(row_str(&r, 0), S("change")));
    cr_expect(str_eq(row_str(&r, 1), S("{\"shops\":120}")), "%.*s", STR_ARG(row_str(&r, 1)));
    rows_end(&r);
    clean(t);
}

static int posts(struct town *t, const char *code, const char *role)
{
    struct val *list = val_list(t->k.a);
    int n = 0;

    posts_of_unit(&t->k, unit_id(t, code), list);
    for (const struct item *it = list->first; it; it = it->next)
        n += str_eq(val_text(&it->val, "role"), str_of(role));
    return n;
}

TEST_IN_DISTRICT(unit, a_post_has_a_term_and_who_sits_in_a_joint_committee_keeps_the_own_post)
{
    struct import_report r;

    take_units(t, "code,name,kind,parent\ndgw,东街大工委,joint_committee,140214001\n"
                  "qy,某企业,enterprise,140214001\n");
    r = take_rows(t, "people",
                  "name,unit,role,until,known_in,共建领域\n"
                  "li,dgw,joint_seat,,140214001001,资源联享\n"
                  "ghost,dgw,joint_seat,,140214001001,\n"
                  "wu,140214001,rotating_cadre,2026-09-02,,\n"
                  "wu,140214001,rotating_cadre,2026-02-02,,\n");
    cr_expect_eq(r.accepted, 2);
    cr_expect_eq(r.rejected, 2, "nobody of that name there, and a term that is over");
    cr_expect_eq(posts(t, "dgw", "joint_seat"), 1);
    as(t, "li");
    cr_expect_eq(t->k.actor->posts, 2, "dispatcher and seat");
    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
    cr_expect_eq(posts(t, "140214001", "rotating_cadre"), 1);
    t->k.now += 190 * DAY_MS;
    cr_expect_eq(posts(t, "140214001", "rotating_cadre"), 0, "the term ran out by itself");
}

/* ---- ways of working -------------------------------------------------------- */

struct switching {
    const char *unit;
    bool on;
};

static bool switch_it(struct desk *k, void *arg, struct err *e)
{
    const struct switching *s = arg;

    return method_switch(k, S("whistle"), unit_by_code(k->d->units, str_of(s->unit)), s->on, e);
}

static bool opens_in(struct town *t, const char *grid)
{
    struct matter_new n = {.mechanism = S("whistle"),
                           .body = S("路灯不亮"),
                           .channel = S("qr"),
                           .unit_id = unit_id(t, grid),
                           .phone = S("13900000009")};
    struct matter_receipt r;

    return opens(t, &n, &r);
}

static bool refused(struct town *t, struct switching s)
{
    return !writes(t, switch_it, &s);
}

TEST_IN_DISTRICT(unit, a_way_of_working_is_tried_in_one_community_and_then_everywhere)
{
    struct val *on = val_list(t->k.a);

    cr_expect(opens_in(t, "140214001001-01"), "nothing was said: everywhere");
    cr_assert(!refused(t, (struct switching){"140214", false}), "%s", t->e.text);
    cr_expect(!opens_in(t, "140214001001-01"));
    cr_expect_str_eq(t->e.text, "This way of working is not in use here yet.");
    cr_assert(!refused(t, (struct switching){"140214001001", true}), "%s", t->e.text);
    cr_expect(opens_in(t, "140214001001-01"), "%s", t->e.text);
    cr_expect(!opens_in(t, "140214002001-01"));
    cr_expect(!refused(t, (struct switching){"140214001", true}));
    cr_expect(method_view(&t->k, S("whistle"), on) && on->first && on->first->next,
              "the day on which the community began stays");
    cr_expect(refused(t, (struct switching){"140214001001", false}), "the street has it on");
    cr_expect(!refused(t, (struct switching){"140214", true}));
    cr_expect(opens_in(t, "140214002001-01"), "%s", t->e.text);
    as(t, "li");
    cr_expect(refused(t, (struct switching){"140214", false}) && t->e.kind == ERR_DENIED);
}

/* ---- buildings ---------------------------------------------------------------- */

static const char buildings_csv[] = "code,name,kind,parent\n"
                                    "lou1,1号楼,building,140214001001-01\n"
                                    "lou2,2号楼,building,140214001001-01\n";

static int64_t opened_in(struct town *t, const char *body, const char *unit)
{
    struct matter_receipt r = {0};
    struct matter_new n = {.body = str_of(body),
                           .channel = S("qr"),
                           .unit_id = unit_id(t, unit),
                           .lon = 113000500,
                           .lat = 40000500};

    as(t, NULL);
    cr_assert(opens(t, &n, &r), "%s", t->e.text);
    return r.id;
}

/* The ground on which the point of opened_in() lies. */
static bool draw(struct desk *k, void *arg, struct err *e)
{
    const int64_t *unit = arg;

    (void)e;
    area_put(k, *unit,
             S("{\"type\":\"Polygon\",\"coordinates\":[[[113,40],[113.001,40],[113.001,40.001],"
               "[113,40.001],[113,40]]]}"),
             false);
    return true;
}

/* How many matters the head of a building finds in the list of the building. */
static int listed(struct town *t, const char *unit)
{
    struct list_filter f = {.unit_id = unit_id(t, unit)};
    struct val *rows = val_list(t->k.a);
    struct err e = {0};
    int64_t next;
    int n = 0;

    if (!matter_list(&t->k, &f, rows, &next, &e))
        return -1;
    for (const struct item *it = rows->first; it; it = it->next)
        n++;
    return n;
}

TEST_IN_DISTRICT(unit, the_head_of_a_building_sees_what_lies_in_it_and_not_the_next_buildings)
{
    struct matter *m = NEW(t->k.a, struct matter);
    struct actor *head = NEW(t->k.a, struct actor);
    int64_t mine, next, grid = unit_id(t, "140214001001-01");

    take_units(t, buildings_csv);
    cr_assert(writes(t, draw, &grid), "%s", t->e.text);
    areas_load(t->k.a, t->k.db, t->k.d);
    cr_assert(t->k.d->areas);
    cr_assert_eq(take_rows(t, "people", "name,unit,role\nlou,lou1,volunteer_head\n").accepted, 1);
    mine = opened_in(t, "楼道灯不亮", "lou1");
    next = opened_in(t, "门禁坏了", "lou2");
    grid = opened_in(t, "路面坑洼", "140214001001-01");
    load(t, mine, m);
    cr_expect_eq(m->unit_id, unit_id(t, "lou1"), "the building and not the grid of the point");
    cr_expect_eq(m->grid_id, unit_id(t, "140214001001-01"));
    *head = (struct actor){.name = S(""), .csrf = S("")};
    actor_load(&t->k, person_find(&t->k, S("lou"), unit_id(t, "lou1")), head);
    t->k.actor = head;
    cr_expect(matter_visible(&t->k, m));
    load(t, next, m);
    cr_expect(!matter_visible(&t->k, m), "the next building's");
    load(t, grid, m);
    cr_expect(!matter_visible(&t->k, m), "in front of the house");
    cr_expect_eq(listed(t, "lou1"), 1);
    cr_expect_eq(listed(t, "lou2"), -1, "refused");
    cr_expect_eq(listed(t, "140214001001-01"), -1, "refused");
    as(t, "li");
    cr_expect_eq(listed(t, "lou2"), 1);
    cr_expect_eq(listed(t, "140214001001-01"), 3, "a grid's are those of its buildings too");
}
