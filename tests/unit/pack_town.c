/* Cases of towns and names that are wrong say what is wrong; what of a pack's figures no case tells
 * is named. */
#include "pack/stock.h"
#include "unit/pack_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
    const char *text, *what; /* what must be said */
} wrong[] = {
    {"case: a\ntown: {D1: district}\ngives: {D1: {firms: 1}}", "firms: wanted “1”, got “0”"},
    {"case: a\ntown: {D1: district}\ngives: {D2: {firms: 0}}", "there is no unit 'D2'"},
    {"case: a\ntown: {D1: district}\ngives: {D1: {received: 0}}", "'received' is none of"},
    {"case: a\ntown: {D1: district}", "gives is missing"},
    {"case: a\ntown: {}\ngives: {D1: {firms: 0}}", "there is no unit"},
    {"case: a\ntown: {D1: district, D1b: {kind: district, under: D1}}\ngives: {D1: {firms: 0}}",
     "D1b was refused (invalid parent)"},
    {"case: a\ntown: {D1: {kind: district, refused: kind}}\ngives: {D1: {firms: 0}}",
     "D1 should have been refused"},
    {"case: a\ntown: {F1: {kind: enterprise, under: D9}}\ngives: {F1: {firms: 1}}",
     "under nothing that is there yet"},
    {"case: a\ntown: {D1: {kind: district, since: soon}}\ngives: {D1: {firms: 0}}",
     "since is not a time"},
    {"case: a\ntown: {D1: district}\nposts: {li: secretary of S1}\ngives: {D1: {firms: 0}}",
     "a post is ROLE of UNIT"},
    {"case: a\ntown: {D1: district}\nposts: {li: secretary of D1}\ngives: {D1: {firms: 0}}",
     "li was refused (invalid role)"},
    {"case: a\ntown: {D1: district}\nentries: [{roll: talents, unit: D1, kind: none}]\ngives: {D1: "
     "{firms: 0}}",
     "talents was refused (invalid kind)"},
    {"case: a\ntown: {D1: district}\nentries: [{roll: moon, unit: D1}]\ngives: {D1: {firms: 0}}",
     "an entry names a roll of the pack and a unit"},
    {"case: a\nnames: {mechanism project: 月亮}", "wanted “月亮”, got “书记项目”"},
    {"case: a\nnames: {mechanism moon: {zh: 月亮}}", "wanted “月亮”, got “none”"},
    {"case: a\nnames: {planet moon: 月亮}", "there is nothing called 'planet'"},
    {"case: a\nnames: {brand: {ja: 月}}", "'ja' is none of zh, en, icon"},
    {"case: a\nnames: {}", "there is none"},
};

static struct pack *base_pack(struct arena *a)
{
    struct pack *p;

    arena_init(a, (size_t)256 << 20);
    cr_assert(pack_read(a, &pack_embedded, S("base"), &p, val_list(a)));
    return p;
}

Test(pack_town, a_case_that_is_wrong_says_what)
{
    struct arena a;
    const struct pack *p = base_pack(&a);

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct val *results = val_list(&a);
        struct str what;

        cr_expect(!pack_cases(&a, p, S("town.test.yaml"), str_of(wrong[i].text), results), "%s",
                  wrong[i].text);
        what = val_text(&results->first->val, "what");
        cr_expect(memmem(what.p, what.n, wrong[i].what, strlen(wrong[i].what)), "%s\ngave %.*s",
                  wrong[i].text, STR_ARG(what));
    }
    arena_reset(&a);
}

#define FIGURES                                                              \
    "figure: halls\ntitle: {zh: 站, en: S}\ncount: units\nwhere: {kind: "   \
    "station}\n---\nfigure: keepers\ntitle: {zh: 人, en: P}\ncount: people" \
    "\n---\nfigure: share\ntitle: {zh: 比, en: R}\nratio: {over: keepers, under: halls}\n"

static void expect_named(const char *text, const char *const *what, size_t n)
{
    struct memory_pack m = {.yaml = S(FIGURES)};
    struct arena a;
    struct val *results;
    const struct item *it;
    struct pack *p;

    arena_init(&a, (size_t)256 << 20);
    results = val_list(&a);
    cr_assert(memory_pack_read(&a, &m, &p, results), "%.*s",
              STR_ARG(val_text(&results->first->val, "what")));
    cr_assert(!text || pack_cases(&a, p, S("x.test.yaml"), str_of(text), results), "%.*s",
              STR_ARG(val_text(&results->first->val, "what")));
    cr_expect_eq(pack_tested(&a, p, results), n == 0);
    it = text ? results->first->next : results->first;
    for (size_t i = 0; i < n; i++, it = it->next) {
        cr_assert(it, "%s is not said", what[i]);
        cr_expect(str_eq(val_text(&it->val, "what"), str_of(what[i])), "%.*s",
                  STR_ARG(val_text(&it->val, "what")));
        cr_expect(str_eq(val_text(&it->val, "file"), S("t/x.yaml")));
    }
    cr_expect(!it);
    arena_reset(&a);
}

Test(pack_town, a_figure_of_what_there_is_needs_a_case_and_its_file_a_refusal)
{
    static const char *const none[] = {"figure halls has no case", "figure keepers has no case",
                                       "figure share has no case"};
    static const char *const two[] = {"figure keepers has no case", "figure share has no case"};
    static const char *const mild[] = {"no case of the figures in t/x.yaml refuses anything"};

    expect_named(NULL, none, 3);
    expect_named("case: a\ntown: {D1: district}\ngives: {D1: {halls: 0}}\n", two, 2);
    expect_named("case: a\ntown: {D1: district}\ngives: {D1: {share: '-'}}\n", mild, 1);
    expect_named("case: a\ntown: {D1: district, G1: {kind: grid, under: D1, refused: parent}}\n"
                 "gives: {D1: {share: '-'}}\n",
                 NULL, 0);
}

#define NUMBERS                                                                         \
    "figure: f\ntitle: {zh: 数, en: F}\ncount: bonds\nwhere: {times: [3-5, 9]}\n---\n" \
    "bond: pair\ntitle: {zh: 对, en: P}\nwho: [organiser of district]\nsides:\n"       \
    "  a: {title: {zh: 甲, en: A}, of: person, role: [secretary]}\n"                   \
    "  b: {title: {zh: 乙, en: B}, of: unit, kind: [village], by: head}\n"             \
    "term: 1 year\nask: [{name: times, title: {zh: 次, en: T}, kind: number}]\n"

Test(pack_town, a_condition_on_a_number_holds_within_its_ranges_of_bonds_too)
{
    static const struct {
        const char *word;
        bool holds;
    } rows[] = {{"2", false}, {"3", true},   {"5", true}, {"6", false},
                {"9", true},  {"10", false}, {"", false}, {"many", false}};
    struct memory_pack m = {.yaml = S(NUMBERS)};
    const struct figure *f;
    struct condition other;
    struct val *faults;
    struct arena a;
    struct pack *p;

    arena_init(&a, (size_t)256 << 20);
    faults = val_list(&a);
    cr_assert(memory_pack_read(&a, &m, &p, faults), "%.*s",
              STR_ARG(val_text(&faults->first->val, "what")));
    f = pack_figure(p, S("f"));
    other = f->where[0];
    other.not = true;
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(condition_holds(&f->where[0], str_of(rows[i].word)), rows[i].holds, "%s",
                     rows[i].word);
        cr_expect_eq(condition_holds(&other, str_of(rows[i].word)), !rows[i].holds, "not %s",
                     rows[i].word);
    }
    arena_reset(&a);
}
