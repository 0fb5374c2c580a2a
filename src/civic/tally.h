/*
 * tally.h - what a matter counts for, and the sums.
 *
 * A matter's entries are a pure function of its facts and the pack's figures: one row {figure,
 * unit, when, value} for each figure it counts for. When it changes, old and new are compared and
 * the difference is added to the counters of its unit and every unit above. Counters are summed up
 * in memory over a group commit and written once, in the order of their keys (two writers on
 * PostgreSQL so never wait for each other in a circle).
 *
 * Kept per unit and month: the sum of all; from communities up also by class of subject; for
 * streets and districts besides by subject and by day. What is finer is counted from the entries.
 */
#ifndef TALLY_H
#define TALLY_H

#include "civic/matter.h"

struct tally *tally_new(struct arena *boot);
/* For db_group: what this district's writer must do between jobs. Lives as long as the tally. */
struct db_hooks tally_hooks(struct district *d);

/* The next human number of the day; written once a group, never given twice. */
int64_t tally_number(struct desk *k);

/* For db_try(): where the sums of the group stand, and back to there. */
struct tally_mark {
    size_t n;
    int64_t day, last;
};
struct tally_mark tally_mark(const struct district *d);
void tally_back(struct district *d, const struct tally_mark *mark);

/* Bring the entries of m in line with its facts, note the differences and list them in m->counts;
 * before its row is written. */
void tally_matter(struct desk *k, struct matter *m);

/* Adds the entries up again and lists where the counters differ: {unit, figure, period, subject,
 * is, should}. Streams; for verify. */
void tally_check(struct desk *k, struct val *faults);

int64_t period_month(int64_t at_ms); /* 202611 */
int64_t period_day(int64_t at_ms);   /* 20261121 */

#endif
