/*
 * search.h - finding matters by words: a derived index in a file of its own, never in the intake
 * transaction, filled behind a high-water mark and rebuildable at any time.
 */
#ifndef SEARCH_H
#define SEARCH_H

#include "civic/matter.h"

/* Ids of matters that may hold all the words, newest first, below `before`; the caller rechecks. */
int search_words(struct desk *k, struct str words, int64_t before, int64_t *id, int most);

/* Index what was opened since the mark, at most `most`; how many. Run by a job within two seconds.
 */
int search_index(struct desk *k, int most);

/* Likely duplicates of a text here and now: open matters of the last 30 days, near or alike. List
 * of {id, number, title, place, score, opened_at, metres}. exclude: the matter itself, or 0. */
void search_duplicates(struct desk *k, const struct matter_new *n, int64_t exclude,
                       struct val *list);

#endif
