/* Who is appraised where it is not a post: entries of a roll, and bonds. */
#include "civic/appraisal.h"
#include "civic/bond.h"
#include "civic/person.h"
#include "civic/roll.h"
#include "civic_fixture.h"
#include "pack_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

/* The base pack, and a yearly appraisal of those in the reserve pool, which no pack has. */
static const char pool_yaml[] =
    "appraisal: pool_year\ntitle: {zh: 后备干部年度评议, en: Reserve pool by the year}\n"
    "purpose: {zh: 试, en: A trial}\nof: roll reserve_pool\nin: [community]\nperiod: year\n"
    "who: [organiser of district]\nscore:\n"
    "  - {name: work, title: {zh: 工作, en: Work}, marks: {from: [leader of district], least: 1}, "
    "weight: 60}\n"
    "  - {name: study, title: {zh: 学习, en: Study}, check: [organiser of district], points: 40}\n"
    "pass: 60\nappeal: [{within: 5 working days, to: [supervisor of district]}]\nshows: own\n";

static void at(struct town *t, const char *when)
{
    cr_assert(when_parse(str_of(when), &t->k.now));
}

static void as_program(struct town *t)
{
    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
}

static void must(struct town *t, bool ok)
{
    cr_assert(ok, "%s (field %s)", t->e.text, t->e.field ? t->e.field : "-");
}

/* ---- people, entries and bonds ---------------------------------------------- */

struct entry_of {
    const char *name, *unit, *does;
    int64_t person, id;
};

static bool run_entry(struct desk *k, void *arg, struct err *e)
{
    struct entry_of *x = arg;
    struct val *said = val_map(k->a);
    struct roll_new n = {.roll = S("reserve_pool"),
                         .kind = S("veteran"),
                         .unit = unit_by_code(k->d->units, str_of(x->unit)),
                         .person = x->person,
                         .name = str_of(x->name ? x->name : ""),
                         .said = said};
    struct val *why = val_map(k->a);
    struct roll_step s = {.what = str_of(x->does ? x->does : ""), .said = why};
    bool added;

    set_str(said, "birth_date", S("1990-05-01"));
    if (!x->id && !roll_add(k, &n, &x->id, &added, e))
        return false;
    s.id = x->id;
    if (!x->name)
        set_str(why, "reason", S("调离"));
    return !x->does || roll_do(k, &s, e);
}

static int64_t entry(struct town *t, const char *name, int64_t who, const char *does)
{
    struct entry_of x = {name, "140214001001", does, who, 0};

    as_program(t);
    must(t, writes(t, run_entry, &x));
    return x.id;
}

struct bond_of {
    int64_t cadre, office;
    const char *stop;
    struct bond b;
};

static bool run_bond(struct desk *k, void *arg, struct err *e)
{
    struct bond_of *x = arg;
    struct bond_new n = {.kind = S("rotation")};
    struct bond_act stop = {
        .id = x->b.id, .does = S("stop"), .reason = str_of(x->stop ? x->stop : "")};

    n.side[0] = (struct party){.person_id = x->cadre};
    n.side[1] = (struct party){.unit_id = x->office};
    return x->stop ? bond_do(k, &stop, e) : bond_make(k, &n, &x->b, e);
}

/* ---- rounds ------------------------------------------------------------------ */

struct turn {
    const char *kind, *period, *what;
    int64_t id, n;
    bool (*to)(struct desk *k, int64_t id, int64_t seen, struct err *e);
    struct appraisal x;
};

static bool run_open(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return appraisal_open(
        k, &(struct appraisal_new){.kind = str_of(s->kind), .period = str_of(s->period)}, &s->x, e);
}

static bool run_give(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct val *typed = val_map(k->a);
    struct str name, value = str_cut(str_of(s->what), '=', &name);

    set_val(typed, str_format(k->a, "item_%.*s", STR_ARG(name)),
            (struct val){.kind = VAL_STR, .str = value});
    return appraisal_give(k, s->id, s->n, typed, e);
}

static bool run_to(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return s->to(k, s->id, 0, e);
}

static bool run_appeal(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return appraisal_appeal(k, s->id, s->n, str_of(s->what), e);
}

static void gives(struct town *t, int64_t who, int64_t id, int64_t n, const char *what)
{
    as_somebody(t, who);
    must(t, writes(t, run_give, &(struct turn){.id = id, .n = n, .what = what}));
}

static void goes(struct town *t, int64_t who, int64_t id,
                 bool (*to)(struct desk *k, int64_t id, int64_t seen, struct err *e))
{
    as_somebody(t, who);
    must(t, writes(t, run_to, &(struct turn){.id = id, .to = to}));
}

static void expect_names(struct town *t, int64_t id, const char *const *name, int n)
{
    int there;
    const struct appraised *s = appraisal_subjects(&t->k, id, &there);

    cr_assert_eq(there, n, "%d are appraised", there);
    for (int i = 0; i < n; i++)
        cr_expect(str_eq(s[i].name, str_of(name[i])), "%d is %.*s", i + 1, STR_ARG(s[i].name));
}

static void expect_verified(struct town *t)
{
    struct val *faults = val_list(t->k.a);

    appraisals_verify(&t->k, faults);
    cr_expect_null(faults->first);
}

TEST_IN_DISTRICT(appraised, of_a_roll_are_those_who_were_on_it_when_the_period_ended)
{
    static const char *const names[] = {"郑有为", "吴**", "王**"};
    struct memory_pack m = {.yaml = str_of(pool_yaml)};
    struct turn s = {.kind = "pool_year", .period = "2025"};
    struct val *faults = val_list(t->k.a);
    int64_t org, boss, own, left;
    struct appraised one;
    struct pack *p;

    cr_assert(memory_pack_read(t->k.a, &m, &p, faults), "%.*s",
              STR_ARG(val_text(&faults->first->val, "what")));
    t->k.d->pack = p;
    at(t, "2025-03-03 09:00");
    org = somebody(t, "org", "organiser", "140214");
    boss = somebody(t, "boss", "leader", "140214");
    own = somebody(t, "郑有为", "committee_member", "140214001001");
    (void)entry(t, "郑有为", own, "approve");
    (void)entry(t, "吴小刚", 0, "approve");
    (void)entry(t, "周只提名", 0, NULL);
    left = entry(t, "冯离任", 0, "approve");
    (void)entry(t, "王后离", 0, "approve");
    at(t, "2025-11-03 09:00");
    as_program(t);
    must(t,
         writes(t, run_entry, &(struct entry_of){.does = "leave", .unit = "140214", .id = left}));
    at(t, "2026-01-12 09:00");
    (void)entry(t, "陈新来", 0, "approve");
    at(t, "2026-03-02 09:00");
    as(t, "li");
    cr_assert_not(writes(t, run_open, &s), "a dispatcher opens none");
    as_somebody(t, org);
    must(t, writes(t, run_open, &s));
    s.id = s.x.id;
    expect_names(t, s.id, names, 3);
    for (int n = 1; n <= 3; n++)
        gives(t, org, s.id, n, n == 2 ? "study=no" : "study=yes");
    gives(t, boss, s.id, 1, "work=90");
    gives(t, boss, s.id, 2, "work=80");
    goes(t, org, s.id, appraisal_draft);
    must(t, appraisal_subject(&t->k, s.id, 1, &one, &t->e));
    cr_expect(one.result.points == 9400 && one.result.passed && one.result.rank == 1, "%lld",
              (long long)one.result.points);
    must(t, appraisal_subject(&t->k, s.id, 2, &one, &t->e));
    cr_expect(one.result.points == 4800 && !one.result.passed);
    must(t, appraisal_subject(&t->k, s.id, 3, &one, &t->e));
    cr_expect(one.result.points == -1 && one.result.why == SCORE_NO_MARKS, "nobody marked it");
    goes(t, org, s.id, appraisal_show);
    as_somebody(t, own);
    must(t, appraisal_subject(&t->k, s.id, 1, &one, &t->e));
    must(t, appraisal_load(&t->k, s.id, &s.x, &t->e));
    cr_expect(appraisal_sees(&t->k, &s.x, &one) && appraisal_is_own(&t->k, &s.x, &one));
    s.n = 2;
    s.what = "不公平";
    cr_assert_not(writes(t, run_appeal, &s), "of somebody else");
    at(t, "2026-03-10 09:00");
    goes(t, org, s.id, appraisal_publish);
    expect_verified(t);
}

TEST_IN_DISTRICT(appraised, of_bonds_are_those_that_lasted_in_the_period_under_both_names)
{
    static const char *const names[] = {"郑轮岗 – 甲局", "吴半年 – 乙局"};
    struct turn s = {.kind = "rotation_assessment", .period = "2025"};
    struct bond_of stays = {0}, ends = {0}, late = {0}, early = {0};
    int64_t org, boss, one_id;
    struct appraised one;

    at(t, "2024-06-03 09:00");
    org = somebody(t, "org", "organiser", "140214");
    boss = somebody(t, "boss", "leader", "140214001");
    early.cadre = somebody(t, "冯上年", "young_cadre", "140214");
    ends.cadre = somebody(t, "吴半年", "young_cadre", "140214");
    stays.cadre = one_id = somebody(t, "郑轮岗", "young_cadre", "140214");
    late.cadre = somebody(t, "陈次年", "young_cadre", "140214");
    early.office = stays.office = unit_id(t, "140214-a");
    ends.office = late.office = unit_id(t, "140214-b");
    as_somebody(t, org);
    must(t, writes(t, run_bond, &early));
    at(t, "2024-09-02 09:00");
    early.stop = "提前结束";
    must(t, writes(t, run_bond, &early));
    at(t, "2025-09-01 09:00");
    must(t, writes(t, run_bond, &stays));
    must(t, writes(t, run_bond, &ends));
    at(t, "2025-12-01 09:00");
    ends.stop = "提前结束"; /* it waits for its assessment, and is not ended before */
    must(t, writes(t, run_bond, &ends));
    at(t, "2026-02-02 09:00");
    must(t, writes(t, run_bond, &late));
    at(t, "2026-03-02 09:00");
    must(t, writes(t, run_open, &s));
    s.id = s.x.id;
    expect_names(t, s.id, names, 2);
    gives(t, org, s.id, 1, "tasks=yes");
    gives(t, boss, s.id, 1, "achievements=85");
    as(t, "sun");
    must(t, writes(t, run_give, &(struct turn){.id = s.id, .n = 1, .what = "colleagues=90"}));
    as_somebody(t, one_id);
    cr_assert_not(
        writes(t, run_give, &(struct turn){.id = s.id, .n = 1, .what = "colleagues=100"}));
    goes(t, org, s.id, appraisal_draft);
    must(t, appraisal_subject(&t->k, s.id, 1, &one, &t->e));
    cr_expect(one.person_id == one_id, "the person is appraised, not the office");
    cr_expect_eq(one.result.points, 9100, "30 + 85 x 0.4 + 90 x 0.3 is %lld",
                 (long long)one.result.points);
    must(t, appraisal_subject(&t->k, s.id, 2, &one, &t->e));
    cr_expect(one.result.points == -1 && one.result.why != SCORE_FINE);
    goes(t, org, s.id, appraisal_show);
    at(t, "2026-03-10 09:00");
    goes(t, org, s.id, appraisal_publish);
    expect_verified(t);
}
