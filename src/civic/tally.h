/*
 * tally.h - what a matter or a gathering counts for, and the sums.
 *
 * A matter's entries are a pure function of its facts and the pack's figures: one row {figure,
 * unit, when, value} for each figure it counts for. When it changes, old and new are compared and
 * the entries changed at once. The counters of its unit and every unit above (civic/sums.h) follow
 * in the same group commit, unless there is much to do: then the group's changes are put aside as
 * one row of `uncounted`, and added up for many groups together, at most two seconds later or in a
 * tenth of the time. So a burst pays for its counters once and not once a group, and a crash
 * loses nothing: whoever writes next adds up what lies there. Counters are written in the order of
 * their keys (two writers on PostgreSQL so never wait for each other in a circle).
 */
#ifndef TALLY_H
#define TALLY_H

#include "civic/fact.h"

struct tally *tally_new(struct arena *boot);
/* For db_group: what this district's writer must do between jobs. Lives as long as the tally. */
struct db_hooks tally_hooks(struct district *d);

/* What was put aside is added up with the running group: counters are whole once it is done. */
void tally_fold_now(struct district *d);
/* Adds up what was put aside; for commands that end. */
bool tally_settle(struct db *db, struct district *d, struct err *e) MUST_USE;

/* The next human number of the day; written once a group, never given twice. */
int64_t tally_number(struct desk *k);

/* For db_try(): where the sums of the group stand, and back to there. */
struct tally_mark {
    size_t bytes;
    int lines;
    int64_t day, last;
};
struct tally_mark tally_mark(const struct district *d);
void tally_back(struct district *d, const struct tally_mark *mark);

/* Bring the entries of m in line with its facts, note the differences and list them in m->counts;
 * before its row is written. */
void tally_matter(struct desk *k, struct matter *m);
/* The same of a gathering. */
void tally_gathering(struct desk *k, struct gathering *g);
int tally_gathering_entries(const struct desk *k, const struct gathering *g,
                            struct entry list[ENTRIES_MAX]);

/* What m counts for, by its row and ratings; how many. */
int tally_entries(struct desk *k, const struct matter *m, struct entry list[ENTRIES_MAX]);
/* "received 1764000000000 0;open 1764000000000 0;": figure, moment and n of each, for m->counts. */
struct str tally_list(struct arena *a, const struct entry *list, int n);

/*
 * Compares the entries with what the facts of every matter and gathering say: {subject, figure, at,
 * n, what} for each that is missing, changed or added; and where a matter's own list is wrong, with
 * no figure. At most 1,000. Added ones are looked for only if there are more entries than facts.
 * false: nothing was compared, since matters are being counted again (civic/recount.h).
 */
bool entries_check(struct desk *k, struct val *faults);

/* Adds the entries up again and lists where the counters differ: {unit, figure, period, subject,
 * is, should}. Streams; for verify. */
void tally_check(struct desk *k, struct val *faults);

int64_t period_month(int64_t at_ms); /* 202611 */
int64_t period_day(int64_t at_ms);   /* 20261121 */

#endif
