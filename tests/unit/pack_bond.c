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
#define RAISED                                                                                  \
    "mechanism: m\ntitle: {zh: 试, en: M}\nopens: secretary of street\nlate: [{after: 0, do: " \
    "remind}]\nsteps:\n  s:\n    title: {zh: 办, en: S}\n    who: dispatcher of street\n"      \
    "    within: 1 day\n    actions: {solve: {end: solved}}\n"
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
    {BOND TERM SIDES "duties: [{name: d, title: {zh: 访, en: D}, every: month, who: b, raises: "
                     "[m]}]\n---\n" RAISED,
     "duty d raises m, which a dispatcher may not open"},
    {BOND TERM SIDES "alarm: 2 months\n", "write it in days"},
    {BOND TERM SIDES "alarm: 1001 days\n", "write it in days"},
    {BOND TERM SIDES "alarm: 21 days\n", "'contact' must say"},
    {BOND TERM SIDES "notes:\n  stop: {title: {zh: 记, en: N}, who: a, ask: [{name: x, title: {zh: "
                     "项, en: X}, kind: text}]}\n",
     "cannot be called stop"},
    {"figure: f\n" T "count: bonds\nwhere: {state: asleep}\n", "asleep"},
    {"figure: f\n" T "count: bonds\nwhere: {kind: nothing}\n", "nothing"},
    {"figure: f\n" T "count: entries\nwhere: {roll: nothing}\n", "nothing"},
    {"figure: f\n" T "count: entries\nwhere: {state: nothing}\n", "nothing"},
    {"figure: f\n" T "count: entries\nwhere: {born: \"-\"}\n", "a number or a range"},
    {"figure: f\n" T "count: duties\nat: due_at\nwhere: {state: asleep}\n", "asleep"},
    {"figure: f\n" T "count: units\ndistinct: colour\n", "colour"},
    {"figure: f\n" T "count: duties\nat: done_at\ndistinct: colour\n", "colour"},
    {"figure: f\n" T "count: duties\nat: done_at\nwhere: {by: li}\n", "no fact 'by'"},
    {"figure: f\n" T "count: bonds\ndistinct: source\n", "no fact 'source'"},
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

/* ---- cases ---------------------------------------------------------------- */

#define PAIR                                                               \
    "case: x\nbond: pair\nposts: {zu: organiser of S1, shi: sage of S1}\n" \
    "entries: {tu: {roll: pool, kind: near, state: active}}\n"
#define MAKE "- {at: \"2026-05-11 09:00\", who: zu, does: make, sage: shi, pupil: tu"

static const struct {
    const char *text, *what;
} told[] = {
    {"case: x\nbond: peer\ngives: {state: active}\n", "there is no such bond"},
    {PAIR, "gives is missing"},
    {PAIR "when: now\ngives: {state: \"\"}\n", "unknown key 'when'"},
    {PAIR
     "also: [{bond: peer, from: \"2026-01-01\", until: \"2026-02-01\"}]\ngives: {state: \"\"}\n",
     "also: each is"},
    {PAIR "events: [soon]\ngives: {state: \"\"}\n", "line 5: an event needs at and does"},
    {PAIR "events:\n- {at: \"2026-05-11 09:00\", who: zu, does: stop}\ngives: {state: \"\"}\n",
     "the bond is not made yet, or twice"},
    {PAIR "events:\n" MAKE "}\n" MAKE "}\ngives: {state: \"\"}\n",
     "the bond is not made yet, or twice"},
    {PAIR "events:\n" MAKE ", span: \"2026-05-11\"}\ngives: {state: \"\"}\n", "unknown key 'span'"},
    {PAIR "events:\n" MAKE ", refused: denied}\ngives: {state: active}\n",
     "make should have been refused"},
    {PAIR "events:\n" MAKE ", until: soon}\ngives: {state: active}\n",
     "make was refused (invalid until): This is not a day."},
    {PAIR "events:\n" MAKE "}\nat: never\ngives: {state: active}\n", "at: is not a time"},
    {PAIR "events:\n" MAKE "}\ngives: {state: closing}\n", "wanted “closing”, got “active”"},
    {PAIR "events:\n" MAKE "}\ngives: {mood: good}\n", "gives: 'mood' is none of"},
};

/* Over the base pack, which has a calendar. */
static const struct pack *pair(void)
{
    struct memory_pack m = {.yaml = S(PEOPLE_YAML)};
    struct val *faults;
    struct pack *p;

    arena_init(&arena, (size_t)512 << 20);
    faults = val_list(&arena);
    cr_assert(memory_pack_read(&arena, &m, &p, faults), "%s",
              faults->first ? val_text(&faults->first->val, "what").p : "");
    return p;
}

Test(pack_bond, a_case_of_a_bond_that_is_wrong_is_told_what)
{
    const struct pack *p = pair();

    for (size_t i = 0; i < COUNT(told); i++) {
        struct val *results = val_list(&arena);
        struct str what;

        cr_expect(!pack_cases(&arena, p, S("t/x.test.yaml"), str_of(told[i].text), results),
                  "row %zu", i);
        what = val_text(&results->first->val, "what");
        cr_expect(memmem(what.p, what.n, told[i].what, strlen(told[i].what)), "row %zu: %.*s", i,
                  STR_ARG(what));
    }
}

static bool named(const struct val *results, const char *what)
{
    for (const struct item *it = results->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "what"), str_of(what)))
            return true;
    }
    return false;
}

Test(pack_bond, a_kind_without_a_case_or_without_a_refusal_is_named)
{
    const struct pack *p = pair();
    struct val *results = val_list(&arena);

    cr_expect(pack_cases(&arena, p, S("t/x.test.yaml"),
                         S(PAIR "events:\n" MAKE "}\ngives: {state: active}\n"), results),
              "%s", val_text(&results->first->val, "what").p);
    cr_expect(!pack_tested(&arena, p, results));
    cr_expect(named(results, "no case of bond pair refuses anything"));
    cr_expect(named(results, "bond stay has no case"));
}
