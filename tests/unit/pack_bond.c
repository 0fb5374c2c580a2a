/* Bonds, and figures over what is said of people: what is refused, and what is found again. */
#include "unit/pack_fixture.h"
#include "unit/pack_people.h"

#include <criterion/criterion.h>
#include <string.h>

#define BOND  "bond: b\ntitle: {zh: 对, en: B}\nwho: [organiser of street]\n"
#define TERM  "term: 1 year\n"
#define ONE   "  a: {title: {zh: 甲, en: A}, of: person}\n"
#define OTHER "  b: {title: {zh: 乙, en: B}, of: unit, kind: [street], by: dispatcher}\n"
#define SIDES "sides:\n" ONE OTHER
#define NOTE(n) \
    "  n" n     \
    ": {title: {zh: 记, en: N}, who: a, ask: [{name: x, title: {zh: 项, en: X}, kind: text}]}\n"
#define T "title: {zh: 数, en: F}\nunit: {zh: 件, en: n}\nnote: {zh: 注, en: N}\n"

static const struct {
    const char *yaml, *what;
} rows[] = {
    {BOND SIDES, "'term' must say"},
    {BOND SIDES "term: soon\n", "is no stretch of time"},
    {BOND TERM "sides:\n" ONE, "must name its two sides"},
    {BOND TERM SIDES "  c: {title: {zh: 丙, en: C}, of: person}\n", "must name its two sides"},
    {BOND TERM "sides:\n" ONE "  keeper: {title: {zh: 乙, en: B}, of: person}\n",
     "cannot be called keeper"},
    {BOND TERM SIDES "plan: {ask: []}\n", "'ask' must say what it holds"},
    {BOND TERM SIDES "notes:\n" NOTE("0") NOTE("1") NOTE("2") NOTE("3") NOTE("4") NOTE("5")
         NOTE("6") NOTE("7") NOTE("8") NOTE("9") NOTE("10"),
     "notes: at most"},
    {BOND TERM SIDES "alarm: 2 months\n", "write it in days"},
    {BOND TERM SIDES "alarm: 1001 days\n", "write it in days"},
    {BOND TERM SIDES "alarm: 21 days\n", "'contact' must say"},
    {"figure: f\n" T "count: bonds\nwhere: {state: asleep}\n", "asleep"},
    {"figure: f\n" T "count: bonds\nwhere: {kind: nothing}\n", "nothing"},
    {"figure: f\n" T "count: entries\nwhere: {roll: nothing}\n", "nothing"},
    {"figure: f\n" T "count: entries\nwhere: {state: nothing}\n", "nothing"},
    {"figure: f\n" T "count: entries\nwhere: {born: \"-\"}\n", "a number or a range"},
    {"figure: f\n" T "count: duties\nat: due_at\nwhere: {state: asleep}\n", "asleep"},
    {"figure: f\n" T "count: units\ndistinct: colour\n", "colour"},
    {"figure: f\n" T "count: units\nsince: 2021\n", "since"},
    {"figure: f\n" T "values: [g]\n", "g"},
};

static struct arena arena;

static struct pack *pack_of(const char *yaml, struct val *faults)
{
    static struct arena keep;
    static const struct pack_base *base;
    struct memory_pack m;
    struct pack *p;

    if (!base) {
        arena_init(&keep, (size_t)1 << 30);
        base = small_base(&keep);
    }
    m = (struct memory_pack){.yaml = str_of(yaml), .base = base};
    return memory_pack_read(&arena, &m, &p, faults) ? p : NULL;
}

Test(pack_bond, each_fault_is_said)
{
    arena_init(&arena, (size_t)256 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct val *faults = val_list(&arena);
        bool said = false;

        cr_expect_null(pack_of(rows[i].yaml, faults), "%s was accepted", rows[i].yaml);
        for (const struct item *it = faults->first; it; it = it->next) {
            struct str s = val_get(&it->val, S("what"))->str;

            said = said || memmem(s.p, s.n, rows[i].what, strlen(rows[i].what));
        }
        cr_expect(said, "row %zu: no “%s”", i, rows[i].what);
    }
}

Test(pack_bond, what_brings_duties_is_found_by_its_noun_and_kind)
{
    struct pack *p;
    int n;

    arena_init(&arena, (size_t)256 << 20);
    p = pack_of(PEOPLE_YAML, val_list(&arena));
    cr_assert_not_null(p);
    cr_expect_not_null(pack_duty(p, S("bond"), S("pair"), S("talk")));
    cr_expect_null(pack_duty(p, S("bond"), S("pair"), S("walk")));
    cr_expect_null(pack_duty(p, S("bond"), S("none"), S("talk")));
    cr_expect_not_null(pack_duty(p, S("roll_entry"), S("pool/near"), S("call")));
    cr_expect_null(pack_duty(p, S("roll_entry"), S("pool/none"), S("call")));
    cr_expect_null(pack_duty(p, S("unit"), S("none"), S("call")));
    (void)pack_source_duties(p, S("bond"), S("pair"), &n);
    cr_expect_eq(n, 1);
    cr_expect_null(pack_bond(p, S("none")));
    cr_expect_eq(pack_bond(p, S("pair"))->alarm_days, 21);
    cr_expect_eq(pack_bond(p, S("stay"))->side[1].kinds, 2);
}
