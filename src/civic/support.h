/*
 * support.h - who supports what is on display (附议): a name and a number, sealed; each number
 * once.
 *
 * A number is kept as a keyed hash, so that it cannot be given twice for the same matter, and
 * sealed, so that somebody with a reason could still ask. The ledger has only how many there are.
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include "civic/matter.h"

#define SIGNED_MOST 4000 /* characters of a paper's list */

struct support_new {
    int64_t disclosure_id;
    struct str name, phone; /* a mobile number */
};

/* Refused: NOT_FOUND, INVALID (name, phone), CONFLICT (it is over, or the number was given). */
bool support_add(struct desk *k, const struct support_new *n, struct err *e) MUST_USE;

struct paper_new {
    int64_t matter_id;
    struct str list, reason; /* a line each: a name, a blank, a number */
    struct val *told;        /* {added, there}: how many were new, how many were there already */
};

/* A paper that people have signed, by whoever has the step. INVALID (list, with the line; reason),
 * CONFLICT (all were there already), DENIED, NOT_FOUND. */
bool support_paper(struct desk *k, const struct paper_new *n, struct err *e) MUST_USE;

/* May the actor bring in such a paper now? */
bool support_may(struct desk *k, const struct matter *m);

int64_t supporters_count(struct desk *k, int64_t matter_id);

#endif
