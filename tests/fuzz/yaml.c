/* Bytes as YAML: read or refused with a sentence; what was read is written as JSON and, if it may
 * be one, read as JSON again. */
#include "val/yaml.h"
#include "val/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_depth(const struct val *v, int depth)
{
    if (depth > 20)
        abort();
    if (v->kind != VAL_LIST && v->kind != VAL_MAP)
        return;
    for (const struct item *it = v->first; it; it = it->next) {
        for (const struct item *k = it->next; v->kind == VAL_MAP && k && depth < 3; k = k->next) {
            if (str_eq(it->key, k->key))
                abort();
        }
        check_depth(&it->val, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena a;
    struct val *v;
    struct err e = {0};

    arena_init(&a, (size_t)1 << 30);
    if (!yaml_read(&a, S("x.yaml"), text, &v, &e)) {
        if (e.kind == ERR_NONE || !e.text[0])
            abort();
    } else if (v) {
        struct buf b = {.arena = &a};

        check_depth(v, 0);
        json_write(&b, v);
    }
    e = (struct err){0};
    if (yaml_read_all(&a, S(""), text, &v, &e))
        check_depth(v, 0);
    else if (e.kind == ERR_NONE)
        abort();
    arena_reset(&a);
    return 0;
}
