/* A template, a NUL, and JSON to show through it: parsed and rendered, both strict and not. */
#include "tmpl/tmpl.h"
#include "val/json.h"

#include <string.h>

struct two {
    struct str main, part;
};

static bool source(void *arg, struct str name, struct str *text)
{
    const struct two *t = arg;

    *text = str_eq(name, S("main")) ? t->main : t->part;
    return true;
}

static void show(struct arena *a, struct two *t, bool strict, const struct val *view)
{
    struct tmpl_set set = {.arena = a, .strict = strict, .source = source, .arg = t};
    struct buf out = {.arena = a};
    struct err e = {0};
    const struct tmpl *main = tmpl_get(&set, S("main"), &e);

    if (main)
        (void)!tmpl_render(&out, main, view, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str all = {(const char *)data, n}, json;
    struct arena a;
    struct two t;
    struct val *view;
    struct err e = {0};

    if (n > 2000)
        return 0;
    json = str_cut(all, '\0', &t.main);
    t.part = (struct str){t.main.p, t.main.n / 2};
    arena_init(&a, (size_t)1 << 30);
    if (!json_read(&a, json, 2000, &view, &e) || view->kind != VAL_MAP)
        view = val_map(&a);
    show(&a, &t, false, view);
    show(&a, &t, true, view);
    arena_reset(&a);
    return 0;
}
