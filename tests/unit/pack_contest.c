/* What a contest says is read as it stands, and what cannot be meant is refused with its line. */
#include "pack/contest.h"
#include "unit/pack_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define KIND                                                                                      \
    "gathering: g\ntitle: {zh: 比武, en: Contest}\nwho: dispatcher of town\nattendance: roll\n" \
    "contest:\n"
#define ITEM   "{name: a, title: {zh: 甲, en: A}, max: 20}"
#define ITEM_B "{name: b, title: {zh: 乙, en: B}, max: 30, weight: 10}"
#define ITEMS  "  items: [" ITEM "]\n"
#define JUDGES "  judges: dispatcher of district\n"

static const struct {
    const char *yaml;
    int line;
    const char *what;
} rows[] = {
    {KIND JUDGES, 6, "1 to 20 items are marked"},
    {KIND "  items: []\n" JUDGES, 6, "1 to 20 items are marked"},
    {KIND ITEMS, 6, "'judges' must say who"},
    {KIND ITEMS "  judges: king of district\n", 7, "there is no role 'king'"},
    {KIND "  items: [" ITEM ", " ITEM "]\n" JUDGES, 6, "item a is there twice"},
    {KIND "  items: [{name: a, title: {zh: 甲, en: A}}]\n" JUDGES, 6, "how many points"},
    {KIND "  items: [{title: {zh: 甲, en: A}, max: 3}]\n" JUDGES, 6, "an item needs a name"},
    {KIND "  items: [{name: a, max: 3}]\n" JUDGES, 6, "in zh and in en"},
    {KIND "  items: [{name: a, title: {zh: 甲, en: A}, max: 0}]\n" JUDGES, 6, "from 1 to 1000"},
    {KIND "  items: [{name: a, title: {zh: 甲, en: A}, max: 997}, "
          "{name: b, title: {zh: 乙, en: B}, max: 991}]\n" JUDGES,
     6, "common multiple of at most 100000"},
    {KIND "  items: [nothing]\n" JUDGES, 6, "an item must be a map"},
    {KIND ITEMS JUDGES "  drop: [best]\n", 8, "neither highest nor lowest"},
    {KIND ITEMS JUDGES "  least: 0\n", 8, "from 1 to 100"},
    {KIND ITEMS JUDGES "  decimals: 3\n", 8, "from 0 to 2"},
    {KIND ITEMS JUDGES "  pass: 21\n", 8, "from 1 to 20"},
    {KIND ITEMS JUDGES "  conflict: friend\n", 8, "conflict can only be 'unit'"},
    {KIND ITEMS JUDGES "  appeal: {within: 2 working days}\n", 8, "how long and who answers"},
    {KIND ITEMS JUDGES "  appeal: {who: dispatcher of district}\n", 8, "how long and who answers"},
    {KIND ITEMS JUDGES "  appeal: {within: soon, who: dispatcher of district}\n", 8, "limit"},
    {KIND ITEMS JUDGES "  prize: 5\n", 8, "unknown key 'prize'"},
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

Test(pack_contest, each_fault_is_told_with_its_line)
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

Test(pack_contest, what_stands_there_is_what_is_read)
{
    const struct contest *c;
    struct pack *p;

    arena_init(&arena, (size_t)1 << 30);
    p = pack_of(KIND "  items: [" ITEM ", " ITEM_B "]\n" JUDGES
                     "  drop: [highest, lowest, lowest]\n  least: 5\n  decimals: 1\n  pass: 18\n"
                     "  conflict: unit\n  open_marks: true\n"
                     "  contestants: secretary of every village\n"
                     "  appeal: {within: 2 working days, who: dispatcher of district}\n",
                val_list(&arena));
    cr_assert_not_null(p);
    c = pack_gathering(p, S("g"))->contest;
    cr_assert_eq(c->rule.items, 2);
    cr_assert_eq(c->rule.item[0].weight, 20);
    cr_assert_eq(c->rule.item[1].weight, 10);
    cr_assert_eq(rank_full(&c->rule), 3000);
    cr_assert_eq(c->rule.common, 60);
    cr_assert(c->rule.highest == 1 && c->rule.lowest == 2);
    cr_assert(c->rule.least == 5 && c->rule.decimals == 1 && c->pass == 1800);
    cr_assert(c->unit_conflict && c->open_marks);
    cr_assert(c->judges == 1 && c->answers == 1);
    cr_assert(c->entrants == 1 && c->entrant[0].every && str_eq(c->entrant[0].kind, S("village")));
    cr_assert(c->appeal.n == 2 && c->appeal.unit == LIMIT_WORKING_DAYS);
    arena_reset(&arena);
}
