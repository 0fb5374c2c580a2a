/*
 * motion.h - what a gathering votes on, by which rule, and what came of it.
 *
 * A motion is brought by a matter that waits at a meeting step, or put by who runs the gathering.
 * Its rule (quorum and majority) is frozen when it is made: from the step, else from the kind of
 * gathering. It is opened under one method, voted on, and decided once: carried, lost, or no_quorum
 * - then nothing is decided, and the matter stays where it is. The matter moves on in the same
 * transaction. Whatever happens is an event of the gathering; `seen` as in gathering.h. Slips of a
 * secret ballot leave none: see ballot.h.
 *
 * By hands: the clerk's counts. By roll: each seat's vote, visible to all. By ballot: slips. On
 * paper: batches that two people have keyed alike.
 */
#ifndef MOTION_H
#define MOTION_H

#include "civic/gathering.h"
#include "civic/matter.h"

struct motion {
    int64_t id, gathering_id, n; /* n counts from 1 in the gathering */
    int64_t matter_id;           /* 0: put by who runs the gathering */
    struct str step;             /* that the matter was in */
    bool merged;                 /* it decides the matter's next step as well */
    struct str text, method;     /* method: hands, roll, ballot, paper */
    struct rule rule;
    struct str state, outcome; /* waiting, open, decided; carried, lost, no_quorum */
    struct votes votes;        /* what it was decided by */
    int64_t slips;             /* printed */
    int64_t opened_at, decided_at;
};

struct motion_ref { /* which one, and as it was seen */
    int64_t gathering, n, seen;
};

/* The meeting step that a matter waits at and that this gathering decides; NULL: none. */
const struct step *motion_step(struct desk *k, const struct matter *m, const struct gathering *g,
                               bool merged);
/* Out of a matter at a meeting step that names this kind of gathering; merged: with the next step,
 * whose kind it is. Refused: CONFLICT (not at such a step, before another gathering already). */
bool motion_bring(struct desk *k, int64_t gathering, int64_t matter, bool merged,
                  struct err *e) MUST_USE;
bool motion_put(struct desk *k, int64_t gathering, int64_t seen, struct str text,
                struct err *e) MUST_USE;

bool motion_load(struct desk *k, int64_t gathering, int64_t n, struct motion *out,
                 struct err *e) MUST_USE;
bool motion_by_id(struct desk *k, int64_t id, struct motion *out, struct err *e) MUST_USE;
/* Those of a gathering, at most `most`; those that a matter brought, oldest first. */
int motions_of(struct desk *k, int64_t gathering, struct motion *out, int most);
#define MOTIONS_OF_MATTER 100
int motions_of_matter(struct desk *k, int64_t matter, struct motion *out, int most);

bool motion_open(struct desk *k, const struct motion_ref *ref, struct str method,
                 struct err *e) MUST_USE;
/* The method is taken back while nobody has voted. */
bool motion_shut(struct desk *k, const struct motion_ref *ref, struct err *e) MUST_USE;

/* choice: favour, against, abstain. By the seat's own holder, by who stands for it, or by the
 * clerk; `own` is the seat that the actor showed the code of (0: none). */
bool motion_vote(struct desk *k, const struct motion_ref *ref, int64_t seat, int64_t own,
                 struct str choice, struct err *e) MUST_USE;

/* A batch of paper ballots, keyed by the actor; again by the same person replaces it. */
struct batch {
    int64_t n, in_favour, against, abstain, invalid, area_in_favour;
};
bool motion_key(struct desk *k, const struct motion_ref *ref, const struct batch *b,
                struct err *e) MUST_USE;
/* Rows {batch, first, second: {name, in_favour, …}, equal}; how many of them differ or lack the
 * second keying. */
int64_t motion_batches(struct desk *k, const struct motion *m, struct val *rows);

/* Counts, decides, moves the matter. `counted`: by hands only (in_favour, against, abstain,
 * invalid, area_in_favour); NULL otherwise. */
bool motion_decide(struct desk *k, const struct motion_ref *ref, const struct votes *counted,
                   struct err *e) MUST_USE;

/* ---- for civic/ itself ------------------------------------------------ */

/* motion_load with gathering_take, in this state ("": any but decided). */
bool motion_take(struct desk *k, const struct motion_ref *ref, const char *state,
                 struct gathering *g, struct motion *m, struct err *e) MUST_USE;
void motion_event(struct desk *k, struct gathering *g, const struct motion *m, const char *kind,
                  struct val *content);
/* From what was voted: favour, against, abstain, invalid and area in favour. */
void motion_count(struct desk *k, const struct motion *m, struct votes *out);
/* Every decided motion counted once more against its row and its event; faults as replay_all(). */
void motions_verify(struct desk *k, struct val *faults);

#endif
