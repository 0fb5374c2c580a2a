/*
 * People on rolls: what districts published about them comes out of districts that hold exactly
 * those people, and what is wrong with a row is said with its line, its column and its reason.
 */
#include "civic/figure.h"

#include "civic/bond.h"
#include "civic/district.h"
#include "civic/import.h"
#include "civic/person.h"
#include "civic/roll.h"
#include "people_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define UNITS   "code,name,kind,parent"
#define PEOPLE  "name,unit,role,from,born,promotion"
#define TALENTS "name,unit,roll,kind,education,study,came"

Test(civic_people, promotions_are_counted_by_age_and_each_person_once)
{
    struct town_of t;

    town_open(&t, "daxiang", 430503);
    sheet_in(&t, "units", UNITS, S("s1,一街,street,430503\n"));
    people_put(&t, 25, "九零", "s1,young_cadre,2022-03-01,1992,promoted");
    people_put(&t, 17, "八零", "s1,young_cadre,2021-01-04,1986,提拔使用");
    people_put(&t, 3, "以前", "s1,young_cadre,2020-12-31,1990,promoted"); /* before 2021 */
    people_put(&t, 4, "年长", "s1,young_cadre,2023-05-01,1980,promoted"); /* 43 by then */
    people_put(&t, 5, "平调", "s1,young_cadre,2023-05-01,1995,");         /* no promotion */
    people_put(&t, 2, "不详", "s1,young_cadre,2023-05-01,,promoted");     /* of unknown age */
    people_put(&t, 72, "讲", "s1,lecturer,,,");
    sheet_in(&t, "people", PEOPLE, buf_str(&t.rows));
    sheet_in(&t, "people", PEOPLE, S("九零1,s1,leader,2024-01-01,,\n"));
    expect(&t, "D-9", "2026-11", 42);
    expect(&t, "D-10", "2026-11", 25);
    expect(&t, "promoted_older", "2026-11", 4);
    expect(&t, "D-4", "2026-11", 72);
    expect(&t, "D-9", "2021-12", 17);
    town_close(&t);
}

Test(civic_people, talents_count_by_what_is_known_of_them)
{
    struct town_of t;

    town_open(&t, "daxiang", 430503);
    sheet_in(&t, "units", UNITS, S("s1,一街,street,430503\n"));
    people_put(&t, 21, "硕", "s1,talents,local,master,full_time,引进");
    people_put(&t, 4, "在职", "s1,talents,local,master,part_time,hired");
    people_put(&t, 6, "博", "s1,talents,expert,doctor,full_time,hired");
    sheet_in(&t, "rolls", TALENTS, buf_str(&t.rows));
    expect(&t, "D-11", "2026-11", 21);
    expect(&t, "D-11", "2026-10", 0);
    t.k.now += 366 * DAY_MS; /* nobody has confirmed them */
    expect(&t, "D-11", "2027-11", 0);
    town_close(&t);
}

Test(civic_people, the_new_trades_have_their_backbone_and_their_grid_workers)
{
    struct town_of t;

    town_open(&t, "yaohai", 340102);
    sheet_in(&t, "units", UNITS, S("s1,一街,street,340102\n"));
    people_put(&t, 35, "骨干", "s1,人才数据库,新就业群体骨干,,,");
    people_put(&t, 7, "乡贤", "s1,talents,outside,,,");
    sheet_in(&t, "rolls", TALENTS, buf_str(&t.rows));
    people_put(&t, 21, "骑手", "s1,mobile_grid_worker,,,");
    sheet_in(&t, "people", PEOPLE, buf_str(&t.rows));
    expect(&t, "H-10", "2026-11", 35);
    expect(&t, "H-11", "2026-11", 21);
    town_close(&t);
}

Test(civic_people, kinds_are_counted_once_each_and_only_where_somebody_is_one)
{
    static const char *const kinds[] = {"employed", "mobile",  "frail",    "retired",
                                        "hardship", "veteran", "community"};
    struct town_of t;

    town_open(&t, "yungang", 140214);
    sheet_in(&t, "units", UNITS, S("s1,一街,street,140214\nb1,一支部,party_branch,s1\n"));
    for (int i = 0; i < 6; i++)
        people_put(&t, i + 1, kinds[i], str_format(&t.a, "b1,party_members,%s,,,", kinds[i]).p);
    sheet_in(&t, "rolls", TALENTS, buf_str(&t.rows));
    expect(&t, "Y-2", "2026-11", 6);
    people_put(&t, 9, "community", "b1,party_members,community,,,");
    sheet_in(&t, "rolls", TALENTS, buf_str(&t.rows));
    expect(&t, "Y-2", "2026-11", 7);
    town_close(&t);
}

/* The organiser of the district places the n-th graduate of the street; when they began is given.
 */
static void place(struct town_of *t, int n, const char *from)
{
    const struct unit *root = unit_root(t->k.d->units),
                      *street = unit_by_code(t->k.d->units, S("s1")),
                      *village = unit_by_code(t->k.d->units, S("v1"));
    struct str name = str_format(&t->a, "选调%d", n);
    struct val *fields = val_map(&t->a);
    struct bond_new placed = {.kind = S("placement"), .fields = fields};
    struct desk k = t->k;
    struct actor organiser;
    struct err e = {0};
    struct bond b;

    set_str(fields, "work", S("村书记助理"));
    actor_load(&k, person_find(&k, S("组织"), root->id), &organiser);
    k.actor = &organiser;
    cr_assert(when_parse(str_of(from), &placed.from_at));
    placed.side[0].person_id = person_find(&k, name, street->id);
    placed.side[1].unit_id = village->id;
    cr_assert(bond_make(&k, &placed, &b, &e), "%s", e.text);
}

Test(civic_people, graduates_count_while_they_live_in_their_village)
{
    struct town_of t;

    town_open(&t, "yaohai", 340102);
    sheet_in(&t, "units", UNITS, S("s1,一镇,town,340102\nv1,一村,village,s1\n"));
    people_put(&t, 22, "选调", "s1,graduate,,,");
    buf_put(&t.rows, S("组织,340102,organiser,,,\n"));
    sheet_in(&t, "people", PEOPLE, buf_str(&t.rows));
    for (int i = 1; i <= 20; i++)
        place(&t, i, "2026-03-01");
    expect(&t, "H-5", "2026-11", 20);
    place(&t, 21, "2026-11-20");
    expect(&t, "H-5", "2026-11", 20);
    town_close(&t);
}

/* ---- bad rows ------------------------------------------------------------- */

Test(civic_people, a_bad_row_is_refused_with_line_column_and_reason)
{
    static const struct {
        const char *row, *column, *reason;
    } bad[] = {
        {"张一,b1,mobile,,3.4E+17,", "id_number", "spreadsheet has turned"},
        {"张二,b1,mobile,,11010519491231002,", "id_number", "18 characters"},
        {"张三,b1,mobile,,110105194912310021,", "id_number", "last character"},
        {"张四,b1,mobile,,110105194913310026,", "id_number", "no date of birth"},
        {"张五,b1,mobile,,11010519491231002X,1949-12-30", "birth_date", "does not fit"},
        {"张六,b1,mobile,,,2027-01-01", "birth_date", "still to come"},
        {"张七,b1,mobile,,,1990-02-30", "birth_date", "date"},
        {"张八,b1,cadre,,,", "kind", "no kind called"},
        {"张九,b1,,,,", "kind", "which kind"},
        {",b1,mobile,,,", "name", "needs a name"},
        {"张十,b9,mobile,,,", "unit", "no unit"},
        {"张零,s1,mobile,,,", "unit", "no such roll"},
        {"张甲,b1,mobile,1.38E+10,,", "phone", "spreadsheet has turned"},
        {"李一,b2,mobile,13800138000,,", "name", "on this roll already"},
        {"李一,b1,frail,13800138000,,", "name", "on this roll already"},
    };
    struct import_report r;
    const struct item *it;
    struct town_of t;
    size_t i = 0;

    town_open(&t, "yungang", 140214);
    sheet_in(&t, "units", UNITS,
             S("s1,一街,street,140214\nb1,一支部,party_branch,s1\nb2,二支部,party_branch,s1\n"));
    buf_put(&t.rows, S("李一,b1,mobile,13800138000,,,党员分类名册\n"));
    buf_put(&t.rows, S("王一,b1,mobile,,11010519491231002x,1949/12/31,党员分类名册\n"));
    for (i = 0; i < COUNT(bad); i++)
        buf_put(&t.rows, str_format(&t.a, "%s,party_members\n", bad[i].row));
    buf_put(&t.rows, S("李一,b1,mobile,13800138000,,,party_members\n"));
    r = try_in(&t, "rolls", "name,unit,kind,phone,id_number,birth_date,roll", buf_str(&t.rows));
    cr_expect_eq(r.accepted, 2);
    cr_expect_eq(r.skipped, 1);
    cr_expect_eq(r.rejected, (int64_t)COUNT(bad));
    for (i = 0, it = r.errors->first; it; it = it->next, i++) {
        cr_expect_eq(val_int(&it->val, "line"), (int64_t)i + 4, "%s", bad[i].row);
        cr_expect(str_eq(val_text(&it->val, "column"), str_of(bad[i].column)), "%s: %.*s",
                  bad[i].row, STR_ARG(val_text(&it->val, "column")));
        cr_expect(strstr(str_copy(&t.a, val_text(&it->val, "reason")).p, bad[i].reason), "%s: %.*s",
                  bad[i].row, STR_ARG(val_text(&it->val, "reason")));
    }
    town_close(&t);
}

Test(civic_people, an_age_outside_of_the_rule_is_refused_on_the_day_of_entry)
{
    struct import_report r;
    struct town_of t;

    town_open(&t, "yungang", 140214);
    sheet_in(&t, "units", UNITS, S("s1,一街,street,140214\nc1,一社区,community,s1\n"));
    r = try_in(&t, "rolls", "name,unit,roll,kind,birth_date",
               S("小,c1,reserve_pool,graduate,2008-11-03\n" /* 17 until tomorrow */
                 "中,c1,reserve_pool,graduate,2008-11-02\n"
                 "老,c1,reserve_pool,graduate,1990-11-02\n" /* 36 today */
                 "大,c1,reserve_pool,graduate,1990-11-03\n"
                 "无,c1,reserve_pool,graduate,\n"));
    cr_expect_eq(r.accepted, 2);
    cr_expect_eq(r.rejected, 3);
    town_close(&t);
}
