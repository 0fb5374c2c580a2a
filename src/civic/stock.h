/*
 * stock.h - figures over what there is: units, posts, people. Counted when they are read, from the
 * tree and the posts in memory (some ten thousand), without entries.
 *
 * Of a period that is still running, what there is now is counted; with `at: began_at` what began
 * in it. A unit's facts are those of today: how they were is told by the ledger.
 */
#ifndef STOCK_H
#define STOCK_H

#include "civic/figure.h"

/* Every post that somebody holds or held in a unit of today, for district_refresh(). */
const struct posts *posts_load(struct db *db, struct arena *a, const struct district *d);

/* Of the noun that f counts: how many, or the sum. People are counted once, whatever they hold. */
int64_t stock_count(struct desk *k, const struct figure *f, const struct unit *u,
                    const struct period *p);

/*
 * Rows {id, number (code of the unit), title, step_title (kind or role), unit, unit_id, opened_at
 * (since when), facts: [{name, title, value}], value (of a sum)} of exactly those, in the order of
 * the tree. ask->before: how many were seen.
 */
void stock_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                   struct val *rows);

#endif
