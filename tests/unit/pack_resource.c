/* Resources: what a pack may not say of them, what a matter takes and gives back, and every value
 * of both put to something else. */
#include "unit/mutate.h"
#include "unit/pack_fixture.h"
#include "val/json.h"

#include <criterion/criterion.h>
#include <string.h>

#define HEAD "resource: bed\ntitle: {zh: 床, en: Beds}\n"
#define UNIT "unit: {zh: 张, en: beds}\n"
#define IN   "in: [street]\n"
#define WHO  "who: [organiser of street]\n"
#define BED  HEAD UNIT IN WHO
#define ROLL                                                                                        \
    "---\nroll: pool\ntitle: {zh: 库, en: Pool}\nof: person\npurpose: {zh: 用, en: Use}\nin: "    \
    "[street]\nwho: [organiser of street]\n"                                                        \
    "kinds: {a: {title: {zh: 甲, en: A}}, b: {title: {zh: 乙, en: B}}}\n"                         \
    "states: {active: {title: {zh: 在, en: On}, active: true, actions: {leave: {title: {zh: 离, " \
    "en: Leave}, end: solved}}}}\n"
#define TIER(names)     "ask: [{name: tier, title: {zh: 档, en: T}, kind: choice, of: {" names "}}]\n"
#define A_AND_C         "a: {zh: 甲, en: A}, c: {zh: 丙, en: C}"
#define FIELD           "{name: bed, title: {zh: 床, en: Bed}, kind: resource, of: [bed], need: true}"
#define ACT(name, more) "      " name ": {title: {zh: 办, en: Do}, " more "}\n"
#define STEP(name) \
    "  " name      \
    ":\n    title: {zh: 步, en: S}\n    who: organiser of street\n    within: 30 days\n    actions:\n"
#define MECHANISM(keeps, actions)                                                        \
    "---\nmechanism: stay\ntitle: {zh: 住, en: Stay}\n" keeps                            \
    "late: [{after: 0, do: remind}]\nask: [" FIELD ", {name: note, "                     \
    "title: {zh: 注, en: N}, kind: text}]\nsteps:\n" STEP("asked") actions STEP("stays") \
        ACT("leave", "end: withdrawn")                                                   \
            ACT("swap", "to: stay, gives_back: true, takes: bed, ask: [" FIELD "]")      \
                ACT("free", "to: stay, gives_back: true") ACT("done", "end: solved")
#define MOVES ACT("move_in", "to: stays, takes: bed")
#define WHOLE                                                                            \
    BED "capacity: 5\npublic: true\nholds: 2 years\nremind: 60 days\nicon: home\n" TIER( \
        "a: {zh: 甲, en: A}") "for: {roll: pool, kinds: [a, b], by: tier}\n" ROLL        \
        MECHANISM("keeps: [solved]\n",                                                   \
                  MOVES) "---\ncalendar: {\"2026\": {holidays: [], work: []}}\n"

#define FAIR(booths)                                                               \
    BED "---\ngathering: g\ntitle: {zh: 集, en: G}\nwho: [organiser of street]\n" \
        "attendance: count\nbooths: " booths "\n"
#define HOST "who: [organiser of street]"

static const struct {
    const char *yaml, *what;
} rows[] = {
    {FAIR("{most: 3}"), "'who' must say whose they are"},
    {FAIR("{who: [organiser of every street], most: 3}"), "a post books for its own unit"},
    {FAIR("{who: [roll pool of street], most: 3}") ROLL, "a post books for its own unit"},
    {FAIR("{" HOST "}"), "'most' must say"},
    {FAIR("{" HOST ", most: 0}"), "most must be a number"},
    {FAIR("{" HOST ", most: 3, asks: moon}"), "no mechanism 'moon'"},
    {FAIR("{" HOST ", most: 3, counts: [moon]}"), "no action and no outcome 'moon'"},
    {FAIR("{" HOST ", most: 3, counts: [a, b, c, d, e, f, g, h, i, j, k, l]}"), "at most"},
    {FAIR("3"), "booths must be a map"},
    {BED "ask: [{name: p, title: {zh: 图, en: P}, kind: pictures}]\n", "there are no pictures"},
    {BED "ask: [{name: p, title: {zh: 件, en: P}, kind: file, keep: 1 year}]\n", "file"},
    {BED "apply: moon\n", "'apply' must name a mechanism"},
    {BED "apply: stay\n" MECHANISM("", MOVES), "'apply' must name a mechanism"},
    {BED "apply: suggestion\n", "'apply' must name a mechanism"},
    {HEAD IN WHO, "'unit' must say what is counted"},
    {HEAD UNIT WHO, "'in' must say which kinds of units"},
    {HEAD UNIT IN, "'who' must say whose it is to give"},
    {HEAD UNIT WHO "in: [moon]\n", "no kind of unit 'moon'"},
    {BED "capacity: 0\n", "capacity must be a number from 1"},
    {BED "capacity: -3\n", "capacity must be a number from 1"},
    {BED "holds: for ever\n", "no stretch of time"},
    {BED "remind: 9 days\n", "shorter than what 'holds' says"},
    {BED "holds: 30 days\nremind: 30 days\n", "shorter than what 'holds' says"},
    {BED "holds: 1 year\nremind: 2 months\n", "write it in days"},
    {BED "holds: 1 year\nremind: soon\n", "write it in days"},
    {BED "colour: red\n", "unknown key 'colour'"},
    {BED "for: {roll: nobody}\n", "no roll 'nobody'"},
    {BED "for: {roll: pool, kinds: [z]}\n" ROLL, "the roll has no kind 'z'"},
    {BED "for: {roll: pool, by: tier}\n" ROLL, "'by' must name a choice"},
    {BED TIER(A_AND_C) "for: {roll: pool, by: tier}\n" ROLL, "'c' is none of the kinds"},
    {BED "ask: [{name: id_number}]\n", "nothing is personal"},
    {BED "ask: [" FIELD "]\n", "only a mechanism can ask for a resource"},
    {BED MECHANISM("", ACT("move_in", "to: stays, takes: note")), "no resource 'note'"},
    {BED MECHANISM("", ACT("move_in", "to: stays, takes: moon")), "no resource 'moon'"},
    {BED MECHANISM("", ACT("move_in", "end: solved, takes: bed")), "given back at once"},
    {BED MECHANISM("keeps: [moon]\n", MOVES), "it never ends as 'moon'"},
    {"resource: other\n" UNIT IN WHO "title: {zh: 床, en: B}\n" MECHANISM("", MOVES),
     "no kind of resource 'bed'"},
    {BED MECHANISM("", ACT("ask", "to: stays, ask: [{name: x, title: {zh: 项, en: X}, kind: "
                                  "resource}]")),
     "'of' must name the kinds of resources"},
    {BED "---\nfigure: f\ntitle: {zh: 数, en: F}\nsum: bed\nof: matters\nat: ended_at\n" MECHANISM(
         "", MOVES),
     "no number 'bed' to add up"},
};

#define OPEN  "  - {at: \"2026-05-11 09:00\", who: zu, does: open, bed: "
#define CASE  "case: c\nmechanism: stay\nposts: {zu: organiser of S1}\nentries: {zu: a}\n"
#define TWO   "resources: {one: {kind: bed, by: a}, two: {kind: bed, capacity: 2, taken: 1}}\n"
#define GO(n) "  - {at: \"2026-05-1" n " 09:00\", who: zu, does: "

/* Told as it is, or not at all. */
static const char told[] = CASE TWO "events:\n" OPEN "one}\n" GO("2") "move_in}\n" GO(
    "3") "swap, bed: two}\n"
         "gives: {step: stays, held: two}\n---\n" CASE TWO "events:\n" OPEN
         "one}\n" GO("2") "move_in}\n" GO("3") "free}\ngives: {held: \"\"}\n---\n" CASE
             TWO "events:\n" OPEN "one}\n" GO("2") "move_in}\n" GO(
                 "3") "leave}\n"
                      "gives: {outcome: withdrawn, held: \"\"}\n---\n" CASE TWO "events:\n" OPEN
                      "one}\n" GO("2") "move_in}\n" GO(
                          "3") "done}\n"
                               "gives: {outcome: solved, held: one}\n---\n" CASE TWO
                               "events:\n" OPEN "one}\n" GO("2") "move_in}\n" GO(
                                   "3") "swap, bed: three, refused: bed}\n"
                                        "gives: {step: stays, held: one}\n---\n"
                                        "case: b\nmechanism: stay\nposts: {zu: organiser of S1}\nentries: {zu: b}\n" TWO
                                        "events:\n" OPEN "one, refused: denied}\n" OPEN "two}\n" GO(
                                            "2") "move_in}\ngives: {held: two}\n---\n"
                                                 "case: full\nmechanism: stay\nposts: {zu: organiser of S1}\nentries: {zu: a}\n"
                                                 "resources: {one: {kind: bed, taken: 1}}\nevents:\n" OPEN
                                                 "one}\n" GO(
                                                     "2") "move_in, refused: conflict}\n"
                                                          "gives: {step: asked, held: \"\"}\n";

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

static struct str json_of(const struct val *v)
{
    struct buf b = {.arena = &arena};

    json_write(&b, v);
    return buf_str(&b);
}

Test(pack_resource, each_fault_is_said)
{
    arena_init(&arena, (size_t)512 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct val *faults = val_list(&arena);
        bool said = false;

        cr_expect_null(pack_of(rows[i].yaml, faults), "%s was accepted", rows[i].yaml);
        for (const struct item *it = faults->first; it; it = it->next) {
            struct str s = val_get(&it->val, S("what"))->str;

            said = said || memmem(s.p, s.n, rows[i].what, strlen(rows[i].what));
        }
        cr_expect(said, "row %zu: no “%s” in %.*s", i, rows[i].what, STR_ARG(json_of(faults)));
    }
}

Test(pack_resource, a_matter_takes_gives_back_and_keeps_as_its_procedure_says)
{
    struct val *results, *faults;
    struct pack *p;

    arena_init(&arena, (size_t)512 << 20);
    results = val_list(&arena);
    faults = val_list(&arena);
    p = pack_of(WHOLE, faults);
    cr_assert(p, "%.*s", STR_ARG(json_of(faults)));
    cr_expect(pack_cases(&arena, p, S("t/x.test.yaml"), str_of(told), results), "%.*s",
              STR_ARG(json_of(results)));
    cr_expect_null(pack_resource(p, S("none")));
    cr_expect_eq(pack_resource(p, S("bed"))->most, 5);
}

static struct str written(const struct val *docs)
{
    struct buf b = {.arena = &arena};

    for (const struct item *it = docs->kind == VAL_LIST ? docs->first : NULL; it; it = it->next) {
        buf_put(&b, S("---\n"));
        json_write(&b, &it->val);
        buf_put(&b, S("\n"));
    }
    return buf_str(&b);
}

/* Of a pack: refused with a fault, or taken. Of its cases: a result, whatever it is. */
static void mutate(const char *yaml, bool of_cases)
{
    struct err e = {0};
    struct val *docs;
    int n = 0, all;

    arena_init(&arena, (size_t)512 << 20);
    cr_assert(yaml_read_all(&arena, S("x"), str_of(yaml), &docs, &e), "%s", e.text);
    (void)mutated(&arena, docs, -1, 0, &n);
    for (int at = 1; at < n; at++) {
        for (int which = at % 2; which < MUTATIONS; which += 2) {
            struct val one, *list;
            struct str text;

            arena_reset(&arena);
            arena_init(&arena, (size_t)512 << 20);
            cr_assert(yaml_read_all(&arena, S("x"), str_of(yaml), &docs, &e), "%s", e.text);
            all = 0;
            one = mutated(&arena, docs, at, which, &all);
            text = written(&one);
            list = val_list(&arena);
            if (of_cases)
                (void)!pack_cases(&arena, pack_of(WHOLE, list), S("t/x.test.yaml"), text, list);
            else
                cr_expect(pack_of(str_copy(&arena, text).p, list) || list->first, "%.*s",
                          STR_ARG(text));
            cr_expect(!of_cases || list->first || !text.n, "%.*s", STR_ARG(text));
        }
    }
}

Test(pack_resource, any_value_of_a_pack_may_be_wrong_and_is_then_named)
{
    mutate(WHOLE, false);
}

Test(pack_resource, any_value_of_a_case_may_be_wrong_and_is_then_judged)
{
    mutate(told, true);
}
