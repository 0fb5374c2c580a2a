/* What an appraisal says is read as it stands, and what cannot be meant is refused with its line.
 */
#include "pack/appraisal.h"
#include "unit/pack_fixture.h"
#include "val/json.h"

#include <criterion/criterion.h>
#include <string.h>

#define HEAD                                                                                  \
    "figure: rate\ntitle: {zh: 数, en: Rate}\ncount: matters\nat: opened_at\n---\n"          \
    "appraisal: a\ntitle: {zh: 评, en: A}\npurpose: {zh: 用, en: P}\nof: post dispatcher\n" \
    "period: year\nwho: dispatcher of district\n"                                             \
    "score:\n" /* line 12 */
#define FIGURE "  - {name: f, figure: rate, weight: 60, zero_at: 10, full_at: 92.5}\n"
#define PANEL                                                                                      \
    "  - {name: m, title: {zh: 评委, en: Panel}, marks: {from: dispatcher of street, least: 3, " \
    "drop: [highest, lowest]}, weight: 40}\n"
#define T ", title: {zh: 项, en: I}, "

static const struct {
    const char *yaml;
    int line;
    const char *what;
} rows[] = {
    {HEAD FIGURE, 13, "add up to 60; together they must be 100"},
    {HEAD FIGURE PANEL "  - {name: c" T "check: dispatcher of street, points: 1}\n", 13,
     "add up to 101"},
    {HEAD "  - {name: f, figure: rate, weight: 0, zero_at: 1, full_at: 2}\n" PANEL, 13,
     "from 1 to 100"},
    {HEAD "  - {name: f, figure: rate, weight: 101, zero_at: 1, full_at: 2}\n" PANEL, 13,
     "from 1 to 100"},
    {HEAD "  - {name: f, figure: rate, weight: 60, zero_at: 5, full_at: 5}\n" PANEL, 13,
     "where points begin"},
    {HEAD "  - {name: f, figure: rate, weight: 60, full_at: 5}\n" PANEL, 13, "where points begin"},
    {HEAD "  - {name: f, figure: rate, weight: 60, zero_at: -5, full_at: 5}\n" PANEL, 13,
     "with at most two decimals"},
    {HEAD "  - {name: f, figure: nothing, weight: 60, zero_at: 1, full_at: 5}\n" PANEL, 13,
     "there is no figure 'nothing'"},
    {HEAD "  - {name: f, weight: 60}\n" PANEL, 13, "one of figure, marks, check"},
    {HEAD FIGURE FIGURE, 14, "item f is there twice"},
    {HEAD "  - {name: least, figure: rate, weight: 60, zero_at: 1, full_at: 5}\n" PANEL, 13,
     "not 'least'"},
    {HEAD FIGURE "  - {name: m" T "marks: {least: 3}, weight: 40}\n", 14, "who gives it"},
    {HEAD FIGURE "  - {name: m" T "marks: {from: king of street}, weight: 40}\n", 14,
     "there is no role 'king'"},
    {HEAD FIGURE "  - {name: m" T
                 "marks: {from: dispatcher of street, drop: [best]}, weight: 40}\n",
     14, "neither highest nor lowest"},
    {HEAD FIGURE PANEL "  - {name: b" T "bonus: dispatcher of district}\n", 15, "'most' must say"},
    {HEAD FIGURE PANEL "  - {name: b" T "bonus: dispatcher of district, most: 101}\n", 15,
     "from 1 to 100"},
    {HEAD FIGURE PANEL "most: 99\n", 15, "from 100 to 200"},
    {HEAD FIGURE PANEL "pass: 101\n", 15, "from 0 to 100"},
    {HEAD FIGURE PANEL "stars: [{at: 60, stars: 3}, {at: 60, stars: 2}]\n", 15, "fewer stars"},
    {HEAD FIGURE PANEL "stars: [{at: 60, stars: 6}]\n", 15, "from 1 to 5"},
    {HEAD FIGURE PANEL "stars: [{at: 101, stars: 5}]\n", 15, "from 0 to 100"},
    {HEAD FIGURE PANEL "class: colour\n", 15, "asks 'colour'"},
    {HEAD FIGURE PANEL "least: {figure: rate}\n", 15, "how much there must be"},
    {HEAD FIGURE PANEL "least: {figure: nothing, value: 3}\n", 15, "there is no figure 'nothing'"},
    {HEAD FIGURE PANEL "appeal: [{within: 5 working days}]\n", 15, "how long and who answers"},
    {HEAD FIGURE PANEL "appeal: [{within: soon, to: dispatcher of street}]\n", 15, "limit"},
    {HEAD FIGURE PANEL "shows: everything\n", 15, "stars, points or own"},
    {HEAD FIGURE PANEL "prize: 5\n", 15, "unknown key 'prize'"},
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

Test(pack_appraisal, each_fault_is_told_with_its_line)
{
    arena_init(&arena, (size_t)1 << 30);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct val *faults = val_list(&arena);
        bool told = false;

        cr_assert_null(pack_of(rows[i].yaml, faults), "row %zu is taken", i);
        for (const struct item *it = faults->first; it; it = it->next) {
            struct str what = val_text(&it->val, "what");

            told = told || (val_int(&it->val, "line") == rows[i].line &&
                            memmem(what.p, what.n, rows[i].what, strlen(rows[i].what)));
        }
        cr_assert(told, "row %zu: no fault '%s' in line %d", i, rows[i].what, rows[i].line);
    }
    arena_reset(&arena);
}

Test(pack_appraisal, the_formula_is_kept_as_it_can_be_read_again)
{
    struct val *faults, *again;
    struct score_rule rule;
    struct err e = {0};
    const struct appraisal_def *def;
    struct pack *p;

    arena_init(&arena, (size_t)1 << 30);
    faults = val_list(&arena);
    p = pack_of(HEAD FIGURE PANEL "decimals: 1\npass: 60\nleast: {figure: rate, value: 20}\n"
                                  "stars: [{at: 90, stars: 5}, {at: 0, stars: 1}]\n",
                faults);
    cr_assert_not_null(p);
    def = pack_appraisal(p, S("a"));
    cr_assert(json_read(&arena, def->formula, 100000, &again, &e), "%s", e.text);
    cr_assert(appraisal_rule(&arena, NULL, again, &rule, faults));
    cr_assert_eq(rule.items, 2);
    cr_assert_eq(rule.item[0].full_at, 9250);
    cr_assert(str_eq(rule.item[0].title.en, S("Rate")), "a figure's title is its item's");
    cr_assert_eq(rule.item[1].marks.highest, 1);
    cr_assert_eq(rule.least, 2000);
    cr_assert_eq(rule.star[0].at, 9000);
    cr_assert_eq(rule.decimals, 1);
    arena_reset(&arena);
}

Test(pack_appraisal, a_formula_that_is_tried_must_name_figures_that_there_are)
{
    struct val *faults, *v;
    struct score_rule rule;
    struct err e = {0};
    struct pack *p;

    arena_init(&arena, (size_t)1 << 30);
    faults = val_list(&arena);
    p = pack_of(HEAD FIGURE PANEL, faults);
    cr_assert(json_read(&arena,
                        S("{\"score\": [{\"name\": \"x\", \"figure\": \"gone\", \"weight\": 100, "
                          "\"zero_at\": 0, \"full_at\": 9, \"title\": {\"zh\": \"x\", \"en\": "
                          "\"x\"}}]}"),
                        100000, &v, &e));
    cr_assert_not(appraisal_rule(&arena, p, v, &rule, faults));
    cr_assert(appraisal_rule(&arena, NULL, v, &rule, faults), "but an old one stays readable");
    arena_reset(&arena);
}
