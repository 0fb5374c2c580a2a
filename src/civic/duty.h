/*
 * duty.h - what falls due again and again: out of an entry of a roll, a bond or a unit.
 *
 * A row is one span of one duty of one source. Rows are made by the clock (job duties_made), each
 * once: units' by the tree, those of entries and bonds by their column duty_at, which says from
 * when on spans have not been made yet.
 *
 * Whoever keeps a source (civic/roll.c, civic/bond.c) does two things and no more:
 * - sets duty_at = k->now where it becomes active, or becomes of another kind (then after
 *   duties_stop()). The first duty is that of the first whole span from then on. The job reads
 *   from the row: kind, unit, until when it holds, and whose it is (person_id for self, keeper_id
 *   for keeper, the side's person, or its unit with the side's role).
 * - sets duty_at = 0 and calls duties_stop() where it ends.
 *
 * Missed is no state: what is to be done and past due_at is missed, by the clock. Between due_at
 * and shut_at it can still be done, and is late for ever; after shut_at nobody can change it.
 */
#ifndef CIVIC_DUTY_H
#define CIVIC_DUTY_H

#include "civic/unit.h"

struct duty_key { /* which one: a span begins at from_at */
    int64_t source_id, from_at;
    struct str name;
};

struct duty {
    struct duty_key key;
    struct str noun, kind; /* unit, roll_entry, bond; kind as in struct duty_kind */
    int64_t unit_id;       /* where its source is kept */
    struct str unit_path;
    int64_t person_id; /* whose it is; 0: of who holds role in role_unit_id */
    int64_t role_unit_id;
    struct str role;
    int64_t due_at, shut_at, done_at, by_id, matter_id;
    struct str state, note;     /* '' to be done, done, excused, moot; note: JSON, by field */
    const struct duty_def *def; /* NULL if the pack has it no more */
};

/* Makes the next piece of what has begun; how much it did, 0: nothing is left. */
int64_t duties_make(struct desk *k);

/* The source ends or changes its kind: what is not due yet becomes moot, what is missed stays so.
 */
void duties_stop(struct desk *k, int64_t source_id);

/* NOT_FOUND. */
bool duty_load(struct desk *k, const struct duty_key *key, struct duty *out,
               struct err *e) MUST_USE;

/* Is it the actor's to do: as the person, or by a post held now? */
bool duty_is_mine(const struct desk *k, const struct duty *d);
bool duty_visible(struct desk *k, const struct duty *d);
/* open, missed (past due, can still be done), shut (missed for good), done, late, excused, moot. */
struct str duty_state(const struct desk *k, const struct duty *d);
/* Was the picture sent along with one of the source's that the actor may see? */
bool duty_shows(struct desk *k, int64_t source_id, int64_t picture);
/* May the actor excuse it: right supervise where its source is kept, and not whose it is. */
bool duty_may_excuse(const struct desk *k, const struct duty *d);

/*
 * Fields as the pack asks. raise, body: a mechanism of the duty's `raises`, and what it is about;
 * both empty: none. Refused: NOT_FOUND, DENIED (not yours), INVALID (a field), CONFLICT (done
 * already, shut, not begun). One event in the source's ledger; *matter_id (0: none) may be NULL.
 */
struct duty_act {
    struct duty_key key;
    const struct val *fields;
    struct str raise, title, body;
};
bool duty_done(struct desk *k, const struct duty_act *act, int64_t *matter_id,
               struct err *e) MUST_USE;
bool duty_excuse(struct desk *k, const struct duty_key *key, struct str reason,
                 struct err *e) MUST_USE;

/*
 * {source_id, name, from_at, at (path of its page), title, noun, kind, kind_title, unit, unit_id,
 * from, to (days), due_at, shut_at, state (duty_state), who, done_at, by, note: [{name, title,
 * text}], reason (why excused), matter_id} of a source, newest first, 50 at most.
 */
void duties_of(struct desk *k, int64_t source_id, struct val *list);

/* {subject, seq, what} of every duty that its source's ledger does not bear out. */
void duties_verify(struct desk *k, struct val *faults);

#define DUTY_COLUMNS                                                                        \
    "d.source_id, d.name, d.from_at, d.noun, d.kind, d.unit_id, d.unit_path, d.person_id, " \
    "d.role_unit_id, d.role, d.due_at, d.shut_at, d.state, d.done_at, d.by_id, d.note, "    \
    "d.matter_id"
#define DUTY_COLUMN_COUNT 17
void duty_read_row(const struct desk *k, const struct rows *r, struct duty *out);
void duty_row_view(struct desk *k, const struct duty *d, struct val *row);
/* The duty in which a matter was raised. */
bool duty_of_matter(struct desk *k, int64_t matter, struct duty *out);

#endif
