/* One broken mechanism per rule, and the line and sentence that must come of it. */
#include "pack/pack.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *broken;

static bool read_one(void *arg, struct str path, struct str *text)
{
    (void)arg;
    if (str_eq(path, S("t/pack.yaml")))
        *text = S("pack: t\nextends: base\ntitle: {zh: 测, en: T}\n");
    else if (str_eq(path, S("t/x.yaml")))
        *text = str_of(broken);
    else
        return pack_embedded.read(NULL, path, text);
    return true;
}

static bool list_one(void *arg, struct str pack, struct arena *a, struct str **path, size_t *n)
{
    (void)arg;
    if (!str_eq(pack, S("t")))
        return pack_embedded.list(NULL, pack, a, path, n);
    *path = NEW_ARRAY(a, struct str, 1);
    (*path)[0] = S("t/x.yaml");
    *n = 1;
    return true;
}

#define HEAD "mechanism: m\ntitle: {zh: 试, en: M}\nlate: [{after: 0, do: remind}]\n"
#define STEP "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of street\n"

static const struct {
    const char *yaml;
    int line;
    const char *what;
} rows[] = {
    {HEAD STEP "    within: 1 day\n    actions: {solve: {to: b}}\n", 9, "there is no step 'b'"},
    {HEAD STEP "    actions: {solve: {end: solved}}\n", 6, "'within' is missing"},
    {HEAD STEP "    within: soon\n    actions: {solve: {end: solved}}\n", 8, "limit"},
    {HEAD STEP "    within: 1 day\n", 6, "nothing can be done here"},
    {HEAD STEP "    within: 1 day\n    actions: {solve: {to: a}}\n", 6, "no end can be reached"},
    {HEAD STEP "    within: 1 day\n    wihtin: 1 day\n    actions: {solve: {end: solved}}\n", 9,
     "unknown key 'wihtin'"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: king of street\n    within: 1 day\n"
          "    actions: {solve: {end: solved}}\n",
     7, "there is no role 'king'"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: grid_worker of street\n"
          "    within: 1 day\n    actions: {solve: {end: solved}}\n",
     7, "no grid_worker is held in a street"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲}\n    who: dispatcher of street\n    within: 1 day\n"
          "    actions: {solve: {end: solved}}\n",
     6, "in zh and in en"},
    {HEAD STEP "    within: 1 day\n    actions: {solve: {end: solved, ask: [nothing]}}\n", 9,
     "there is no field 'nothing'"},
    {"figure: f\ntitle: {zh: 数, en: F}\ncount: matters\nat: opened_at\nwhere: {mechanism: none}\n",
     5, "there is no mechanism 'none'"},
    {"figure: f\ntitle: {zh: 数, en: F}\nratio: {over: received, under: nothing}\n", 3,
     "must name two figures"},
    {"figure: f\n---\nfigure: f\n", 3, "is defined twice"},
    {"a: 1\na: 2\n", 2, "this key is here already"},
    {"nonsense: {}\n", 1, "unknown key 'nonsense'"},
};

static bool has_fault(const struct val *faults, int line, const char *what)
{
    for (const struct item *it = faults->first; it; it = it->next) {
        struct str s = val_get(&it->val, S("what"))->str;

        if (val_get(&it->val, S("line"))->integer == line &&
            str_eq(val_get(&it->val, S("file"))->str, S("t/x.yaml")) &&
            memmem(s.p, s.n, what, strlen(what)))
            return true;
    }
    return false;
}

Test(pack_check, every_fault_is_named_with_its_file_and_line)
{
    const struct pack_source from = {read_one, list_one, NULL};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a;
        struct val *faults;
        struct pack *p;

        arena_init(&a, (size_t)256 << 20);
        faults = val_list(&a);
        broken = rows[i].yaml;
        cr_expect(!pack_read(&a, &from, S("t"), &p, faults), "row %zu was accepted", i);
        if (!has_fault(faults, rows[i].line, rows[i].what)) {
            struct buf b = {.arena = &a};

            json_write(&b, faults);
            cr_expect(false, "row %zu: no “%s” in line %d: %.*s", i, rows[i].what, rows[i].line,
                      STR_ARG(buf_str(&b)));
        }
        arena_reset(&a);
    }
}

Test(pack_check, every_procedure_of_the_base_pack_can_be_walked_without_a_fault)
{
    struct arena a;
    struct val *faults;
    struct pack *p;

    arena_init(&a, (size_t)1 << 30);
    faults = val_list(&a);
    cr_assert(pack_read(&a, &pack_embedded, S("base"), &p, faults));
    cr_expect(proc_walk(&a, pack_proc(p, S("whistle")), faults));
    cr_expect(proc_walk(&a, pack_proc(p, S("order")), faults));
    cr_expect(proc_walk(&a, pack_proc(p, S("suggestion")), faults));
    cr_expect(proc_walk(&a, pack_proc(p, S("mediation")), faults));
    arena_reset(&a);
}
