/*
 * paper.h - those on a gathering's roll are asked: a survey at the door or by their own code, a
 * test against the clock.
 *
 * A seat has one sheet. What was answered is on disk when it is acknowledged. The sheet is a
 * subject of the ledger of its own: begin, hand in (with a hash of the answers), mark, and each
 * visit are its events, so that a thousand people who sit at once do not wait for one row.
 */
#ifndef PAPER_H
#define PAPER_H

#include "civic/question.h"
#include "civic/seat.h"
#include "pack/paper.h"

struct sheet {
    int64_t id, gathering_id, seat_n, by_id, visits, second_by;
    struct str state;             /* asked, refused, away; begun, handed */
    struct str way;               /* self, door, paper */
    struct val *answers, *second; /* maps; second NULL: not keyed twice */
    int64_t begun_at, due_at, handed_at, mark;
    struct str request;
};

/* ---- the paper of a test -------------------------------------------------- */

/* At the call: draws the questions; nothing for a survey or a kind without paper. Refused
 * (CONFLICT) if the bank has too few. */
bool paper_draw(struct desk *k, const struct gathering *g, struct err *e) MUST_USE;
/* The hash of its seed, told with the call; "" without a drawn paper. */
struct str paper_hash(struct desk *k, int64_t gathering);
/* At the close: hands in what is still open, and puts sat and passed, or asked, into g->numbers. */
void paper_close(struct desk *k, struct gathering *g);

struct paper_drawn {
    struct str bank, seed, hash; /* in hex */
    int64_t full_mark;
    const struct question *question; /* in order of n, from 1 */
    size_t n;
};
bool paper_load(struct desk *k, int64_t gathering, struct paper_drawn *out, struct err *e) MUST_USE;

/*
 * Pure, and told in docs/pack-author.md so that anybody can check it: each question's lot is
 * BLAKE2b-256, keyed with the seed's 32 bytes, of "draw" LF kind LF text LF options; those of a
 * kind with the smallest lots are drawn, in order of lots, kinds in the order single, multi, judge,
 * text, number. How many were drawn (fewer if the bank has fewer).
 */
size_t paper_lots(struct arena *a, const unsigned char seed[32], const struct question *bank,
                  size_t n, const int draw[PAPER_KINDS], const struct question **out);
/* The order in which a seat sees them: by the lot of "seat" LF seat's n LF question's n; order[i]
 * is the n of the question shown i-th. */
void paper_order(const unsigned char seed[32], int64_t seat, size_t n, int *order);
bool paper_seed(const struct paper_drawn *p, unsigned char seed[32]);

/* ---- sheets --------------------------------------------------------------- */

bool sheet_find(struct desk *k, int64_t gathering, int64_t seat, struct sheet *out);

/* Opens the test for a seat: its time runs. Again is no change. Refused: CONFLICT before the
 * beginning, after the end, or when it was handed in. */
bool sheet_begin(struct desk *k, const struct gathering *g, const struct seat *s, struct sheet *out,
                 struct err *e) MUST_USE;
/* One answer. Refused: CONFLICT (not begun, handed in, time over), INVALID (no such question, no
 * such option). */
bool sheet_answer(struct desk *k, const struct gathering *g, const struct seat *s, int64_t n,
                  struct str answer, struct err *e) MUST_USE;
/* All that is given ({n: answer}, may be empty), and the end. Marked at once. Again is no change.
 */
bool sheet_hand_in(struct desk *k, const struct gathering *g, const struct seat *s,
                   const struct val *answers, struct sheet *out, struct err *e) MUST_USE;
/* Hands in what the clock has ended, at the moment at which it did; how many, `most` at most. */
int sheet_tick(struct desk *k, int most);

/* A paper answer sheet, by who runs the test. Where the kind wants it twice, the second person's
 * reading must agree; *differ has the numbers where it does not (and nothing is handed in). */
bool sheet_key(struct desk *k, const struct gathering *g, const struct seat *s,
               const struct val *answers, struct val *differ, struct err *e) MUST_USE;

/* A household was asked, refused, or nobody was home; or it answered itself (way self). The same
 * request again is no second visit. Refused: CONFLICT (not begun, over; answered itself before),
 * INVALID (a field), DENIED (may not ask there). */
struct asked {
    struct str state, way, request;
    const struct val *answers;
};
bool sheet_ask(struct desk *k, const struct gathering *g, const struct seat *s,
               const struct asked *what, struct err *e) MUST_USE;
/* May the actor ask this seat at the door? */
bool paper_asks(const struct desk *k, const struct gathering *g, const struct seat *s);

/* ---- what paper*.c share ---------------------------------------------------- */

struct val *sheet_answers(struct arena *a, struct str json);
/* How `record` tells what was answered: a hash. */
struct str sheet_digest(struct desk *k, const struct sheet *s);
/* What the answers are worth. */
int64_t sheet_worth(struct desk *k, const struct paper_drawn *p, const struct sheet *s);
/* Every sheet of a gathering, in order of seats. */
struct sheet *sheets_all(struct desk *k, int64_t gathering, size_t *n);
/* In hex, as a paper's seed is told. */
struct str text_hash(struct arena *a, struct str s);
void sheet_save(struct desk *k, struct sheet *s);
void sheet_record(struct desk *k, const struct sheet *s, const char *kind);
bool paper_is_on(const struct desk *k, const struct gathering *g, struct err *e) MUST_USE;
void sheet_mark(struct desk *k, const struct paper_drawn *p, struct sheet *s, int64_t at);
bool sheet_put_answers(struct desk *k, const struct paper_drawn *p, struct val **into,
                       const struct val *answers, struct err *e) MUST_USE;
struct sheet *sheets_left(struct desk *k, int64_t gathering, size_t most, size_t *n);

/* ---- what came of it ------------------------------------------------------- */

struct sheet_row { /* of every seat on the roll */
    int64_t seat_n, unit_id, visits, mark, handed_at, begun_at;
    struct str name, building, state, way;
    struct val *answers; /* a map, may be empty */
};
struct sheet_row *paper_rows(struct desk *k, const struct gathering *g, size_t *n);

/* Buildings as {building, n, asked, refused, away, open, percent}; the last is all of them,
 * building
 * "". */
void paper_coverage(struct desk *k, const struct sheet_row *row, size_t n, struct val *list);
/* Of each field with choices: {name, title, n, of: [{name, title, n, percent}]}, over the rows that
 * were asked, of one building or ("") of all; fewer than `least` answers are not told. */
struct paper_counts {
    const struct sheet_row *row;
    size_t n;
    struct str building;
    int64_t least;
};
void paper_count(struct desk *k, const struct paper *p, const struct paper_counts *of,
                 struct val *list);
/* Free text of a field in clusters, as text_topics() has them; `id` of a message is its seat's n.
 */
void paper_topics(struct desk *k, const struct sheet_row *row, size_t n, const struct field *f,
                  struct val *list);

#endif
