/* Bytes as a .test.yaml: each case runs or is told what is wrong with it. Gatherings of every sort
 * (tests/packs/meet.yaml) and a procedure are there to be run. */
#include "base/file.h"
#include "unit/pack_fixture.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Once: what is fuzzed are its cases. */
static const struct pack *kinds(void)
{
    static struct arena a;
    static struct pack *p;
    struct memory_pack files = {0};
    struct err e = {0};

    if (p)
        return p;
    arena_init(&a, (size_t)256 << 20);
    if (!file_read(&a, "tests/packs/meet.yaml", 1 << 20, &files.yaml, &e) ||
        !memory_pack_read(&a, &files, &p, val_list(&a)))
        abort();
    return p;
}

static void check(const struct val *results)
{
    for (const struct item *it = results->first; it; it = it->next) {
        bool ok = val_get(&it->val, S("ok"))->boolean;

        if (ok == (val_text(&it->val, "what").n > 0) || val_int(&it->val, "line") < 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena a;
    struct val *results;

    arena_init(&a, (size_t)1 << 30);
    results = val_list(&a);
    (void)!pack_cases(&a, kinds(), S("t/suggestion.test.yaml"), text, results);
    check(results);
    arena_reset(&a);
    return 0;
}
