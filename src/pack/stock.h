/*
 * stock.h - what counts in a figure of what there is: units, posts and people, entries of rolls.
 * Pure: civic/ holds the real ones, cases those of a .test.yaml.
 */
#ifndef PACK_STOCK_H
#define PACK_STOCK_H

#include "pack/pack.h"

/* What the period of a figure comes down to: it began from … before …, and is still held at `held`.
 */
struct stock_span {
    int64_t from, upto, held;
};
/* Of the period from_ms … before to_ms, seen at now_ms. */
struct stock_span stock_span(const struct figure *f, int64_t from_ms, int64_t to_ms,
                             int64_t now_ms);
bool stock_began(const struct stock_span *s, int64_t from_at);
/* A post held from … until (0: for good). */
bool stock_post_held(const struct stock_span *s, int64_t from_at, int64_t to_at);

struct stock_entry { /* of a roll; 0: not, or never */
    int64_t from_at, active_at, review_at, to_at;
};
/* Those that are active, and were confirmed in time; of a figure that asks for a state, all.
 * *from_at: as which moment it began. */
bool stock_entry_counts(const struct figure *f, const struct stock_span *s,
                        const struct stock_entry *it, int64_t *from_at);

struct stock_thing {                         /* a unit, a post in it, or an entry of a roll of it */
    int64_t id, unit, person, from_at, born; /* born: the year; 0: not known */
    struct str unit_kind, path;              /* of the unit; as in civic/unit.h */
    const struct role *role;                 /* NULL: no post */
    const struct roll *roll;                 /* NULL: no entry */
    struct str kind, state;                  /* of an entry */
    const struct val *facts;
};

/* Values of a fact that were seen before, for `distinct`; {.a = …} is none yet. */
struct seen {
    struct arena *a;
    struct seen_value *last[256]; /* by their hash */
};
/* Is it a new one? What is not known ("") is none. */
bool seen_new(struct seen *s, struct str value);

/* Is the fact, "" where it is not known, as the condition wants it? */
bool condition_holds(const struct condition *c, struct str word);
/* Every condition of this fact; true if there is none. */
bool stock_allows(const struct figure *f, const char *fact, struct str word);
/* All conditions but `has`, which is not of the thing itself. */
bool stock_holds(struct arena *a, const struct figure *f, const struct stock_thing *it);
/* Leaves those that have, or have not, one of these in themselves or below; how many are left. */
size_t stock_having(const struct condition *has, struct stock_thing *it, size_t n,
                    const struct stock_thing *of, size_t ofs);
/* Leaves one of each value; what is not known is none. */
size_t stock_distinct(struct arena *a, struct str fact, struct stock_thing *it, size_t n);
/* How many, or what they add up to. */
int64_t stock_total(const struct figure *f, const struct stock_thing *it, size_t n);

bool path_holds(struct str path, struct str below); /* below lies in the subtree, or is it */

#endif
