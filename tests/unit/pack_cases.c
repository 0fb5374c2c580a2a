/* Every pack's cases, read from packs/ in the working directory: they do not travel in the program.
 */
#include "base/file.h"
#include "pack/pack.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>

static void run_cases(struct arena *a, const struct pack *p, const char *path, struct val *results)
{
    struct err e = {0};
    struct str text;

    cr_assert(file_read(a, path, 1 << 20, &text, &e), "%s", e.text);
    cr_expect(pack_cases(a, p, str_of(path), text, results), "%s", path);
}

static void expect_all(const struct val *results)
{
    cr_expect(results->first, "there are no cases");
    for (const struct item *it = results->first; it; it = it->next)
        cr_expect(val_get(&it->val, S("ok"))->boolean, "%.*s:%lld: %.*s: %.*s",
                  STR_ARG(val_text(&it->val, "file")), (long long)val_int(&it->val, "line"),
                  STR_ARG(val_text(&it->val, "case")), STR_ARG(val_text(&it->val, "what")));
}

static void run_pack(const char *name)
{
    struct arena a;
    struct pack *p;
    struct val *faults, *results;
    glob_t found;
    char pattern[200];

    arena_init(&a, (size_t)512 << 20);
    faults = val_list(&a);
    results = val_list(&a);
    if (!pack_read(&a, &pack_embedded, str_of(name), &p, faults)) {
        const struct val *f = &faults->first->val;

        cr_assert_fail("%.*s:%lld: %.*s", STR_ARG(val_get(f, S("file"))->str),
                       (long long)val_get(f, S("line"))->integer,
                       STR_ARG(val_get(f, S("what"))->str));
    }
    (void)snprintf(pattern, sizeof(pattern), "packs/%s/*.test.yaml", name);
    cr_assert(glob(pattern, 0, NULL, &found) == 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        run_cases(&a, p, found.gl_pathv[i], results);
    cr_expect(pack_tested(&a, p, results));
    expect_all(results);
    globfree(&found);
    arena_reset(&a);
}

Test(pack_cases, every_case_of_the_base_pack_gives_what_it_says)
{
    run_pack("base");
}

Test(pack_cases, every_case_of_the_districts_packs_gives_what_it_says)
{
    static const char *const names[] = {"baohe",   "daguan", "daxiang", "pengjiang",
                                        "shushan", "yaohai", "yungang"};

    for (size_t i = 0; i < COUNT(names); i++)
        run_pack(names[i]);
}
