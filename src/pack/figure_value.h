/*
 * figure_value.h - what a figure comes out as, once what it names has been counted. Pure.
 */
#ifndef PACK_FIGURE_VALUE_H
#define PACK_FIGURE_VALUE_H

#include "pack/pack.h"

struct figure_value {
    int64_t n;           /* count or sum */
    int64_t over, under; /* of a ratio */
    bool is_money;       /* n is in fen */
    int values;          /* of a figure of several; n is the first */
    struct figure_one {
        int64_t n;
        bool is_money;
    } value[FIGURE_VALUES_MAX];
    bool is_ratio, empty; /* empty: a ratio over nothing, which has no value */
};

/* A count or a sum, by the caller: of a ratio and of values those that they name. */
typedef int64_t figure_count(void *arg, const struct figure *f);
void figure_reckon(const struct pack *p, const struct figure *f, figure_count *count, void *arg,
                   struct figure_value *out);

/* "93.72" of 911/972: percent with two places, halves up, in integers. */
struct str ratio_percent(struct arena *a, int64_t over, int64_t under);
/* "1,234", "93.72%", "50/40", "-" */
struct str figure_text(struct arena *a, const struct figure_value *v);

#endif
