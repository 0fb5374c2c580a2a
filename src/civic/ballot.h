/*
 * ballot.h - secret ballots by slips drawn by hand (docs/decisions/0007).
 *
 * A sheet of slips with random codes is printed; everybody present draws one at the door. Whoever
 * has a slip votes with it once, on any phone, without a login. Stored is a keyed hash of the code
 * and the choice: no order, no time, nobody. After the count every slip's number stands in a
 * public list with its choice, so that its holder can look it up and anybody can add it up.
 */
#ifndef BALLOT_H
#define BALLOT_H

#include "civic/motion.h"

struct slip {
    struct str code;   /* XXXX-XXXX-XXXX: told only when it is printed */
    struct str number; /* six digits, public after the count */
};

/*
 * Prints `count` slips more, at most as many in all as are present; out has room for them. Refused:
 * CONFLICT, INVALID.
 */
bool ballot_print(struct desk *k, const struct motion_ref *ref, int64_t count, struct slip *out,
                  struct err *e) MUST_USE;
/* These seats have drawn; a seat also for those that it stands for, each its own slip. */
bool ballot_drawn(struct desk *k, const struct motion_ref *ref, const int64_t *seat, size_t n,
                  struct err *e) MUST_USE;

struct ballot {
    struct motion motion;
    struct str hash, number, choice; /* choice "": not used yet */
};
/* NOT_FOUND if no slip has this code. */
bool ballot_by_code(struct desk *k, struct str typed, struct ballot *out, struct err *e) MUST_USE;
/* Once; not before it is opened and not after it is decided. Leaves no event. */
bool ballot_cast(struct desk *k, struct str typed, struct str choice, struct err *e) MUST_USE;

/* Of a decided ballot: rows {number, choice} in the order of the numbers; where it is not decided
 * yet, none. Slips that were not used are not in it. */
void ballot_list(struct desk *k, const struct motion *m, struct val *rows);
/* BLAKE2b over all slips and choices in the order of their hashes, in hex. */
struct str ballot_digest(struct desk *k, const struct motion *m);
/* Writes them anew in the order of their hashes, so that no trace of another order stays. */
void ballot_settle(struct desk *k, const struct motion *m);

#endif
