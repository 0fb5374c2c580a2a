/* mutate.h - one value of a tree put to another kind or taken away, tree by tree: what people type
 * into a pack, a case or a request when they are tired. */
#ifndef MUTATE_H
#define MUTATE_H

#include "val/yaml.h"

#include <assert.h>

#define MUTATIONS 19

static inline struct val mutation(struct arena *a, int which)
{
    static const char *const texts[] = {
        "",  "x y",      "lead",           "back",           "remove",           "3-40",
        "A", "of of of", "1/2 of present", "supervise moon", "2026-05-11 09:00", "reporter or"};
    struct val v = {.kind = VAL_STR};
    struct val *tree;

    if (which < (int)COUNT(texts)) {
        v.str = str_of(texts[which]);
        return v;
    }
    switch (which - (int)COUNT(texts)) {
    case 0: return (struct val){.kind = VAL_INT, .integer = 7};
    case 1: return (struct val){.kind = VAL_INT, .integer = -1};
    case 2: return (struct val){.kind = VAL_BOOL, .boolean = true};
    case 3: return *val_list(a);
    case 4: return *val_map(a);
    case 5:
        tree = val_list(a);
        (void)add_val(tree, (struct val){.kind = VAL_INT, .integer = 7});
        return *tree;
    default:
        tree = val_map(a);
        set_int(tree, "x", 7);
        return *tree;
    }
}

/* The tree with its value number `at` (counted down through it, in order) as `which` says; *n comes
 * back as the number of values. */
static inline struct val mutated(struct arena *a, const struct val *v, int at, int which, int *n)
{
    struct val out = *v;

    if ((*n)++ == at)
        return mutation(a, which);
    if (v->kind != VAL_LIST && v->kind != VAL_MAP)
        return out;
    out = v->kind == VAL_MAP ? *val_map(a) : *val_list(a);
    for (const struct item *it = v->first; it; it = it->next) {
        struct val one = mutated(a, &it->val, at, which, n);

        if (v->kind == VAL_MAP)
            (void)set_val(&out, it->key, one);
        else
            (void)add_val(&out, one);
    }
    return out;
}

static inline int values_in(struct arena *a, const struct val *v)
{
    int n = 0;

    (void)mutated(a, v, -1, 0, &n);
    return n;
}

#endif
