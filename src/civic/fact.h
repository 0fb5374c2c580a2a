/*
 * fact.h - what a matter, its parts and its ratings, or a gathering, count for: a pure function of
 * what was recorded.
 *
 * A figure's conditions name facts (pack/figure.c lists them for each noun); an entry is one thing
 * that counts for one figure at one moment.
 */
#ifndef FACT_H
#define FACT_H

#include "civic/gathering.h"
#include "civic/matter.h"

#define ENTRIES_MAX 256 /* of one matter */

struct entry {
    struct str figure, path, subject;
    int64_t at, value, n; /* n: which part or rating; 0 for the matter itself */
};

/* One rating, as its reporter gave it. */
struct rating_fact {
    struct str contacted, solved, satisfied;
    int64_t rated_at;
};

/* All entries of a matter; at most ENTRIES_MAX. */
int fact_entries(const struct pack *p, const struct matter *m, const struct rating_fact *rating,
                 int ratings, struct entry *list);

/* All entries of a gathering: none before it was closed. */
int fact_gathering(const struct pack *p, const struct units *us, const struct gathering *g,
                   struct entry *list);

/* One fact of a matter by name; "" if there is no such fact. */
struct str matter_fact(const struct matter *m, struct str name);

#endif
