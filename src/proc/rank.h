/*
 * rank.h - from judges' marks to points and ranks. Pure; exact integers, so that anybody can
 * recompute it with a pencil from what the page shows.
 *
 * Marks and points are in hundredths: 92.5 is 9250. Two roundings, both half up, and both visible:
 * a judge's mark of a contestant, out of the marks of its items, to hundredths; the mean of the
 * judges' marks, to the rule's decimals. What is shown is what decides; nothing hidden breaks a
 * tie.
 */
#ifndef RANK_H
#define RANK_H

#include "proc/def.h"

#define RANK_ITEMS_MAX  20
#define RANK_JUDGES_MAX 100
#define RANK_COMMON_MAX 100000

struct rank_item {
    struct str name;
    struct title title;
    int64_t max;    /* points, 1 to 1,000 */
    int64_t weight; /* what it gives of the whole at its max, 1 to 1,000 points; as max: as is */
};

struct rank_rule {
    const struct rank_item *item;
    int items;
    int64_t common;      /* rank_common() of the items */
    int highest, lowest; /* how many of the highest and lowest marks are dropped */
    int least;           /* fewer marks: no points and no rank; dropping leaves as many */
    int decimals;        /* of points: 0, 1 or 2 */
};

/* The least common multiple of the items' max; 0 if it is beyond RANK_COMMON_MAX. */
int64_t rank_common(const struct rank_item *item, int items);
/* What a contestant can reach: the sum of the weights, in hundredths. */
int64_t rank_full(const struct rank_rule *rule);

/* One judge's mark of one contestant: value has one for each item, 0 to its max. */
int64_t rank_mark(const struct rank_rule *rule, const int64_t *value);

struct rank_points {
    bool valid;      /* there were enough marks */
    int marks, kept; /* kept from mark[first] on, in the sorted list */
    int first;
    int64_t sum, points; /* of those that are kept; rounded to the rule's decimals */
};

/* Sorts the marks, highest first. Drops all that the rule says, or, where fewer than `least` would
 * be left, nothing. */
struct rank_points rank_points(const struct rank_rule *rule, int64_t *mark, int marks);

/* rank[i] of points[i]: 1 for the most; equal points share a rank and the next is left out (1, 2,
 * 2, 4); 0 for points below 0: no rank. */
void rank_order(const int64_t *points, int n, int *rank);

/* "92.5" and back; at most two decimals, no sign, up to nine digits before the point. */
bool rank_read(struct str s, int64_t *hundredths) MUST_USE;
/* A mark of an item as typed: 0 to its max. */
bool rank_value_read(const struct rank_item *item, struct str typed, int64_t *value) MUST_USE;
struct str rank_text(struct arena *a, int64_t hundredths, int decimals);

#endif
