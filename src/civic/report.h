/*
 * report.h - everybody who reported a matter: their receipt, what they are told, how they rate.
 *
 * A report belongs to one matter for ever. When that matter is bundled into another, its reporter
 * follows the other by the same receipt and is asked for their own rating.
 */
#ifndef REPORT_H
#define REPORT_H

#include "civic/look.h"

struct report {
    int64_t id, matter_id, person_id, at;
    int64_t asked_at, asked_until, rated_at, round;
    struct str name_sealed, phone_sealed;
    struct str contacted, solved, satisfied, word;
    int64_t stars;
    struct str body; /* their own words, if they joined a matter that was there */
};

/* Stores a reporter of a matter; the receipt code is told only here and kept as a keyed hash. */
int64_t report_add(struct desk *k, int64_t matter_id, struct str name, struct str phone,
                   struct str *code);

/* One more reporter of an open matter: their words (n->body) and pictures stay with it, and the
 * ledger has a digest of the words. The same n->request_key again answers the same and does
 * nothing. Refused: NOT_FOUND, CONFLICT (closed by now), INVALID (body). */
bool report_join(struct desk *k, int64_t into, const struct matter_new *n,
                 struct matter_receipt *out, struct err *e) MUST_USE;
/* Are the words still those of the event `join`? */
bool report_words_hold(struct desk *k, const struct val *join);

/* By receipt code as typed. NOT_FOUND also for a code whose check character is wrong (it says so).
 */
bool report_by_code(struct desk *k, struct str typed, struct report *out, struct err *e) MUST_USE;
bool report_load(struct desk *k, int64_t id, struct report *out, struct err *e) MUST_USE;

/* The first report of a matter; false if nobody waits for an answer. */
bool report_first(struct desk *k, int64_t matter_id, struct report *out);

/* The matter that a report follows now: its own, or the one that was bundled into. */
bool report_matter(struct desk *k, const struct report *r, struct matter *m,
                   struct err *e) MUST_USE;

/* Ask every reporter of the matter and of those bundled into it; a notice with a one-time code
 * each. */
void report_ask_all(struct desk *k, const struct matter *m, int64_t until_ms);
/* Their questions start again after a reopening. */
void report_reset_all(struct desk *k, const struct matter *m);

/* The one-time code of an asked report, for the message to the person; and back. */
struct str report_rate_code(struct desk *k, const struct report *r);
bool report_by_rate_code(struct desk *k, struct str typed, struct report *out,
                         struct err *e) MUST_USE;

/* What the matter's rating step asks must be there: contacted, solved (yes or no), satisfied (very,
 * mostly, no), stars (1 to 5). The first reporter's answer moves the matter on (the engine's
 * `rate`); the others' are kept beside it. Once only: CONFLICT. */
struct rating {
    struct str contacted, solved, satisfied, word;
    int64_t stars; /* 0: not given */
};
bool report_rate(struct desk *k, const struct report *r, const struct rating *rating,
                 struct err *e) MUST_USE;

/* The reporter takes it back before anything was done: the engine's `withdraw`. */
bool report_withdraw(struct desk *k, const struct report *r, struct str reason,
                     struct err *e) MUST_USE;

/* Reports of a matter and of those bundled into it: list of {id, at, name, phone (masked),
 * has_phone, rated_at, contacted, solved, satisfied, word, body}. */
void report_list(struct desk *k, const struct matter *m, struct val *list);

/* One personal field of a reporter in clear. Right personal.reveal in the matter's unit. */
bool report_reveal(struct desk *k, const struct matter *m, const struct reveal *ask,
                   struct str *plain, struct err *e) MUST_USE;

#endif
