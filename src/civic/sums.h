/*
 * sums.h - counters added up in memory, then written in the order of their keys.
 *
 * Kept per unit and month: the sum of all; from communities up also by class of subject; for
 * streets and districts besides by subject and by day. What is finer is counted from the entries.
 */
#ifndef SUMS_H
#define SUMS_H

#include "civic/desk.h"
#include "civic/fact.h"

struct sum {
    int64_t unit, period, value;
    struct str figure, subject;
};

struct sums { /* {.a = …} is none yet; lives in a */
    struct arena *a;
    struct sum *sum; /* one a key */
    size_t n, room;
    uint32_t *slot; /* open addressing over sum: index + 1 */
    size_t slots;
};

/* An entry counts for its unit and for every unit above; value -1 takes it back. false: there is no
 * such unit, and nothing was counted. */
bool sums_count(struct sums *s, const struct units *units, const struct entry *e);

/* In the order of the keys; nothing may be added after. */
void sums_sort(struct sums *s);
int sum_compare(const struct sum *a, const struct sum *b);

/* Adds them to the counters. */
void sums_write(struct sums *s, struct db *db, int64_t district);

#endif
