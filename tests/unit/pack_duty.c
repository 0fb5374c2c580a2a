/* Duties in a pack: what is read, and line and sentence of what must be refused. */
#include "unit/pack_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define SHOP                                                                                   \
    "unit_kinds:\n  shop:\n    title: {zh: 店, en: Shop}\n    under: [street]\n    duties:\n" \
    "      - "
#define A      "{name: a, title: {zh: 事, en: Thing}, "
#define STREET "every: week, who: dispatcher of street"
#define X      ", ask: [{name: x, title: {zh: 项, en: X}, kind: "

static const struct {
    const char *yaml;
    int line;
    const char *what;
} rows[] = {
    {SHOP "{title: {zh: 事, en: Thing}, " STREET "}\n", 6, "a duty needs a name"},
    {SHOP "{name: a/b, title: {zh: 事, en: Thing}, " STREET "}\n", 6, "a duty needs a name"},
    {SHOP "{name: a, " STREET "}\n", 6, "a: the title is needed in zh and in en"},
    {SHOP A "every: day, who: dispatcher of street}\n", 6,
     "duty a: every must be one of week fortnight month quarter year"},
    {SHOP A "who: dispatcher of street}\n", 6, "duty a: every must be one of"},
    {SHOP A "every: week}\n", 6, "duty a: 'who' must say whose it is: 'ROLE of KIND'"},
    {SHOP A "every: week, who: self}\n", 6, "write 'ROLE of KIND'"},
    {SHOP A "every: week, who: king of street}\n", 6, "there is no role 'king'"},
    {SHOP A "every: week, who: dispatcher of moon}\n", 6, "there is no kind of unit 'moon'"},
    {SHOP A "every: week, who: dispatcher of own moon}\n", 6, "there is no kind of unit 'moon'"},
    {SHOP A "every: week, who: grid_worker of street}\n", 6, "there is no grid_worker in a street"},
    {SHOP A "every: week, who: dispatcher of every street}\n", 6, "duty a: it is one post's"},
    {SHOP A STREET ", within: soon}\n", 6, "limit"},
    {SHOP A STREET ", grace: 3}\n", 6, "a time limit is written like"},
    {SHOP A STREET ", ask: [nothing]}\n", 6, "there is no field 'nothing'"},
    {SHOP A STREET X "text, personal: true}]}\n", 6, "field x: a duty's note is never personal"},
    {SHOP A STREET X "file}]}\n", 6, "field x: a duty asks for text"},
    {SHOP A STREET ", raises: [nothing]}\n", 6, "there is no mechanism 'nothing'"},
    {SHOP A STREET ", wen: 1}\n", 6, "unknown key 'wen'"},
    {SHOP A STREET "}\n      - " A STREET "}\n", 7, "there are two duties 'a'"},
    {SHOP "text\n", 6, "a duty must be a map"},
    {"unit_kinds: {shop: {title: {zh: 店, en: Shop}, duties: {a: 1}}}\n", 1,
     "duties must be a list"},
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

static bool has_fault(const struct val *faults, int line, const char *what)
{
    for (const struct item *it = faults->first; it; it = it->next) {
        struct str s = val_get(&it->val, S("what"))->str;

        if (val_get(&it->val, S("line"))->integer == line && memmem(s.p, s.n, what, strlen(what)))
            return true;
    }
    return false;
}

Test(pack_duty, each_fault_is_said_with_its_line)
{
    arena_init(&arena, (size_t)256 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct val *faults = val_list(&arena);

        cr_expect_null(pack_of(rows[i].yaml, faults), "%s was accepted", rows[i].yaml);
        cr_expect(has_fault(faults, rows[i].line, rows[i].what), "line %d: no “%s”", rows[i].line,
                  rows[i].what);
    }
}

Test(pack_duty, what_is_said_is_read)
{
    const struct duty_def *d;
    const struct duty_kind *all;
    struct pack *p;
    int n;

    arena_init(&arena, (size_t)256 << 20);
    p = pack_of(SHOP A "every: fortnight, who: dispatcher of own street, within: 3 working days, "
                       "grace: 2 days, ask: [note]}\n",
                val_list(&arena));
    cr_assert_not_null(p);
    d = pack_duty(p, S("unit"), S("shop"), S("a"));
    cr_assert_not_null(d);
    cr_expect(str_eq(d->every, S("fortnight")));
    cr_expect(d->own && str_eq(d->body.role, S("dispatcher")) && str_eq(d->body.kind, S("street")));
    cr_expect_eq(d->within.n, 3);
    cr_expect_eq(d->within.unit, LIMIT_WORKING_DAYS);
    cr_expect_eq(d->grace.unit, LIMIT_DAYS);
    cr_expect_eq(d->asks, 1);
    all = pack_duties(&arena, p, &n);
    cr_assert(n > 0);
    cr_expect(all[n - 1].def == d && str_eq(all[n - 1].noun, S("unit")));
    cr_expect(str_eq(all[n - 1].kind, S("shop")));
    cr_expect_null(pack_duty(p, S("unit"), S("street"), S("a")));
    cr_expect_null(pack_duty(p, S("moon"), S("shop"), S("a")));
}
