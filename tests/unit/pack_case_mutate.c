/* Cases of rolls, bonds, appraisals, gatherings, towns and names in which one value is something
 * else: each runs to its end, and what is wrong is said in words. */
#include "base/file.h"
#include "unit/mutate.h"
#include "unit/pack_fixture.h"
#include "val/json.h"
#include "val/yaml.h"

#include <criterion/criterion.h>

#define EVERY 3 /* of the mutations of a value one in so many is tried, another for each value */

struct trial {
    const struct pack *p;
    struct str file;
    int failed, all;
};

static void run_mutated(struct trial *t, const struct val *doc, int at, int which)
{
    struct arena a;
    struct buf b;
    struct val one, *results;
    int n = 0;

    arena_init(&a, (size_t)64 << 20);
    b = (struct buf){.arena = &a};
    results = val_list(&a);
    one = mutated(&a, doc, at, which, &n);
    json_write(&b, &one);
    t->all++;
    if (!pack_cases(&a, t->p, t->file, buf_str(&b), results)) {
        cr_expect(results->first && val_get(&results->first->val, S("what"))->str.n, "%.*s",
                  STR_ARG(buf_str(&b)));
        t->failed++;
    }
    arena_reset(&a);
}

static void mutate_file(const struct pack *p, struct arena *a, const char *name)
{
    struct trial t = {.p = p, .file = str_of(name)};
    struct err e = {0};
    struct str text;
    struct val *docs;

    cr_assert(file_read(a, str_format(a, "packs/base/%s", name).p, 1 << 20, &text, &e), "%s",
              e.text);
    cr_assert(yaml_read_all(a, t.file, text, &docs, &e), "%s", e.text);
    for (const struct item *it = docs->first; it; it = it->next) {
        int n = values_in(a, &it->val);

        for (int at = 0; at < n; at++) {
            for (int which = at % EVERY; which < MUTATIONS; which += EVERY)
                run_mutated(&t, &it->val, at, which);
        }
    }
    cr_expect(t.failed > 0 && t.failed < t.all, "%s: %d of %d", name, t.failed, t.all);
}

Test(pack_case_mutate, of_whatever_cases_are_of_says_what_is_wrong)
{
    static const char *const files[] = {"young_pool.test.yaml",
                                        "double_registration.test.yaml",
                                        "reserve_pool.test.yaml",
                                        "talents.test.yaml",
                                        "mentoring.test.yaml",
                                        "placement.test.yaml",
                                        "talent_contact.test.yaml",
                                        "village_pair.test.yaml",
                                        "secretary_stars.test.yaml",
                                        "meetings.test.yaml",
                                        "test.test.yaml",
                                        "contest.test.yaml",
                                        "survey.test.yaml",
                                        "figures.test.yaml",
                                        "units.test.yaml",
                                        "pack.test.yaml",
                                        "fair.test.yaml",
                                        "job_application.test.yaml",
                                        "promotion_figures.test.yaml",
                                        "talent_card.test.yaml",
                                        "order.test.yaml",
                                        "facility.test.yaml",
                                        "owners.test.yaml",
                                        "village_project.test.yaml"};
    struct arena a;
    struct pack *p;

    arena_init(&a, (size_t)512 << 20);
    cr_assert(pack_read(&a, &pack_embedded, S("base"), &p, val_list(&a)));
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
        mutate_file(p, &a, files[i]);
    arena_reset(&a);
}
