/*
 * verify.h - one gathering once more from its own events, for `yingshao verify`: its row, its
 * seats, its papers and its contest. What gathering_verify.c, seat_verify.c, paper_verify.c and
 * contest_verify.c share.
 *
 * The events are heard in their order, and then what they add up to is laid beside the rows. A
 * gathering is looked at in memory of its own, which is given back before the next one.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "civic/contest.h"
#include "civic/paper.h"

struct checking {
    struct desk *k; /* memory of one gathering */
    struct gathering *g;
    struct val *faults; /* as replay_all() */
    int n;              /* how many there are */
};
/* The sentence is kept with the faults. */
void wrong(struct checking *c, int64_t seq, const char *format, ...) PRINTF_LIKE(3, 4);

struct told { /* an event */
    int64_t seq, at, who;
    struct str kind;
    const struct val *content;
};
bool told_is(const struct told *t, const char *kind);

/* ---- seats ------------------------------------------------------------- */

struct seats_told *seats_told(struct checking *c);
void seats_hear(struct checking *c, struct seats_told *all, const struct told *t);
/* roll: the digest that was told at the call; "" before it. */
void seats_compare(struct checking *c, const struct seats_told *all, struct str roll);

/* ---- contests ---------------------------------------------------------- */

struct contest_told *contest_told(struct checking *c); /* NULL: it is none */
void contest_hear(struct checking *c, struct contest_told *s, const struct told *t);
void contest_compare(struct checking *c, struct contest_told *s);

/* ---- booths -------------------------------------------------------------- */

struct booths_told *booths_told(struct checking *c); /* NULL: there are none */
void booths_hear(struct checking *c, struct booths_told *all, const struct told *t);
void booths_compare(struct checking *c, struct booths_told *all);

/* ---- surveys and tests ---------------------------------------------------- */

/* told: the hash of the seed that was told at the call; "" before it. */
void paper_verify(struct checking *c, struct str told);

/* Every question against the event by which it was written; the subject is the question. */
void questions_verify(struct checking *c);

#endif
