/*
 * duty_view.h - whose turn it is: one's own duties, and what is missed or done below.
 *
 * Rows are those of duty_row_view() (civic/duty.h). Lists page by key and read by their index
 * alone.
 */
#ifndef DUTY_VIEW_H
#define DUTY_VIEW_H

#include "civic/duty.h"

#define DUTIES_MINE 200

/* To be done by the actor and begun, the soonest due first, DUTIES_MINE at most. */
void duties_mine(struct desk *k, struct val *rows);
/* Adds to rows what they are about, as far as the actor may know: about (who is on the roll,
 * masked; who is tied to whom), about_at (its page; "" for a unit's own). */
void duties_about(struct desk *k, struct val *rows);
/* How many these are, and how many of them are past due. */
struct duty_counts {
    int64_t open, missed;
};
struct duty_counts duties_mine_count(struct desk *k);

struct duty_filter {
    const struct unit *unit; /* its subtree */
    struct str state;        /* open, missed, done, late, excused */
    struct str kind, name;   /* of struct duty_kind; empty: all. A roll stands for its kinds too */
    int64_t from_ms, to_ms;  /* due; of what is done, done; 0: any */
    struct str before;       /* where the page begins, as `before` said; empty: at the beginning */
    int64_t most;
};

/*
 * open, missed: by unit, as the tree has them, and by what they are of. done, late, excused: newest
 * first. *before: where the next page begins, empty: there is none. Refused: INVALID (state,
 * before), DENIED without supervise or matter.read there.
 */
bool duties_below(struct desk *k, const struct duty_filter *f, struct val *rows, struct str *before,
                  struct err *e) MUST_USE;

#endif
