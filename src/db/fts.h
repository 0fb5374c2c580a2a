/*
 * fts.h - a search index: FTS5 in a file of its own, derived and rebuildable at any time.
 *
 * Rows are ids with blank-separated tokens that the caller made; no text is kept, so what is found
 * must be checked against the real row. The file is written with synchronous=NORMAL: what a crash
 * takes away is indexed again from the mark. Safe to use from several threads.
 */
#ifndef FTS_H
#define FTS_H

#include "base/str.h"

struct fts;

/* NULL if the file cannot be used; a damaged one is put aside and begun anew. Closed with the
 * arena. */
struct fts *fts_open(struct arena *boot, const char *path);

/* The mark: the highest id indexed so far. */
int64_t fts_mark(struct fts *f);

/* One batch in one transaction, in order of id; moves the mark to `mark`. */
struct fts_row {
    int64_t id;
    struct str tokens;
};
bool fts_put(struct fts *f, const struct fts_row *rows, size_t n, int64_t mark);

/* Ids that hold every one of the tokens, below `before`, newest first. Returns how many. */
int fts_find(struct fts *f, struct str tokens, int64_t before, int64_t *id, int most);

#endif
