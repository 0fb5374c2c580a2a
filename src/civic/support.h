/*
 * support.h - who supports what is on display (附议): a name and a number, sealed; each number
 * once.
 *
 * A number is kept as a keyed hash, so that it cannot be given twice for the same matter, and
 * sealed, so that somebody with a reason can still ask. The ledger has only how many there are.
 * Whoever keeps the topic strikes out who should not count, with a reason; that number counts no
 * more in this matter.
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include "civic/look.h"

#define STRUCK_OUT  "struck" /* in an event: whose support counts no more */
#define SIGNED_MOST 4000     /* characters of a paper's list */

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

/* May the actor see who they are, a name or number in clear against a reason? Who keeps it now, and
 * who has the right personal.reveal there. */
bool support_may_reveal(struct desk *k, const struct matter *m);

#define SUPPORTERS_SHOWN 50
/* Newest first, before the one with id `before` (0: from the newest): rows {id, name, phone (both
 * masked), at, on_paper, struck}. The next `before`; 0: that was all. */
int64_t support_list(struct desk *k, const struct matter *m, int64_t before, struct val *list);

/* Leaves a look in the ledger. Refused: DENIED, INVALID (reason, field), NOT_FOUND. */
bool support_reveal(struct desk *k, const struct matter *m, const struct reveal *ask,
                    struct str *plain, struct err *e) MUST_USE;

struct strike {
    int64_t matter_id, id;
    struct str reason;
};
/* While it is up. Refused: NOT_FOUND, DENIED, INVALID (reason), CONFLICT (struck out already). */
bool support_strike(struct desk *k, const struct strike *n, struct err *e) MUST_USE;

int64_t supporters_count(struct desk *k, int64_t matter_id);
/* Was the one of this event struck out then? True of events that strike nobody. */
bool support_strike_holds(struct desk *k, int64_t matter_id, const struct val *fields, int64_t at);

#endif
