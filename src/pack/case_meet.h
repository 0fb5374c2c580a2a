/* case_meet.h - a gathering while its case runs; shared by the case_*.c files of gatherings only.
 *
 * What its kind allows is kind.h's, the counting of votes and marks proc/'s; here are only who sits
 * where and what was done. Each doing may be refused, and then nothing has changed. */
#ifndef PACK_CASE_MEET_H
#define PACK_CASE_MEET_H

#include "pack/case.h"
#include "pack/kind.h"

#define CASE_SEATS    1000
#define CASE_ENTRANTS 40
#define CASE_JUDGES   20
#define CASE_BOOTHS   40

enum meet_state { MEET_DRAFT, MEET_CALLED, MEET_OPEN, MEET_CLOSED, MEET_CANCELLED };
enum seat_state { SEAT_EXPECTED, SEAT_PRESENT, SEAT_WAITING, SEAT_LEFT };
enum sheet_state { SHEET_NONE, SHEET_BEGUN, SHEET_HANDED, SHEET_ASKED, SHEET_REFUSED, SHEET_AWAY };

struct case_seat {
    struct str name; /* empty: one of the others, whom the case only counts */
    enum seat_state state;
    int proxy; /* the seat that stands for it; -1: none */
    enum sheet_state sheet;
    bool self, differs; /* answered a survey by itself; two people read its paper differently */
    int64_t due_ms, mark;
    int64_t read[PAPER_KINDS]; /* of a paper sheet, by whoever keyed it first */
    int64_t read_by;
};

struct case_entrant {
    struct str name;
    int64_t person, unit;
    int64_t mark[CASE_JUDGES]; /* -1: none */
    bool recused[CASE_JUDGES], appealed;
};

struct case_meet {
    struct case_run *c;
    const struct gathering_kind *def;
    enum meet_state state;
    int64_t unit, called_ms, starts_ms, ends_ms, capacity, heads, appeal_until;
    const struct val *roll, *bank;
    struct case_seat *seat;
    int seats;
    struct case_entrant entrant[CASE_ENTRANTS];
    int entrants;
    const struct case_person *judge[CASE_JUDGES];
    int judges;
    int64_t booth[CASE_BOOTHS]; /* whose; 0: nobody's any more */
    int booths;
    struct buf votes, tasks;
};

struct doing { /* one event */
    const struct val *v;
    struct str who;
    const struct case_person *person; /* NULL: nobody who holds a post in this case */
    int64_t at_ms;
};

typedef bool meet_do(struct case_meet *m, const struct doing *d, struct err *e);

/* case_meet.c */
bool meet_runs(const struct case_meet *m, const struct doing *d, struct err *e) MUST_USE;
bool meet_holds(const struct case_meet *m, const struct case_person *p, const struct body *body,
                int bodies);
struct str doing_text(const struct doing *d, const char *key);
/* A number of the event; `otherwise` if it says none, INVALID if it is no number or below 0. */
bool doing_number(const struct doing *d, const char *key, int64_t otherwise, int64_t *out,
                  struct err *e) MUST_USE;
/* What the pack asks there, with something plausible where the event is silent. */
struct val *doing_fields(struct case_meet *m, const struct doing *d, const struct field *f, int n);

/* case_seat.c */
int meet_seat(const struct case_meet *m, struct str name); /* -1: none */
bool meet_freeze(struct case_meet *m, struct err *e) MUST_USE;
int meet_count(const struct case_meet *m, enum seat_state state);
int64_t meet_present(const struct case_meet *m); /* proxies included */
meet_do meet_sign_in, meet_roll_call, meet_proxy, meet_sign_up, meet_sign_off, meet_vote;
/* Which of the others: the first `n` nameless seats that stand so. */
bool meet_others(const struct case_meet *m, bool (*so)(const struct case_seat *), int64_t n,
                 int *list, struct err *e) MUST_USE;

/* case_contest.c */
meet_do meet_enter, meet_name, meet_judge, meet_recuse, meet_appeal, meet_answer;
bool meet_rank(struct case_meet *m, int64_t at_ms, struct err *e) MUST_USE;
struct str meet_ranking(struct case_meet *m);
struct str meet_passed(struct case_meet *m);

/* case_booth.c */
meet_do meet_book, meet_leave;
struct str meet_booths(struct case_meet *m); /* "1 E1; 2 E2" */

/* case_paper.c */
meet_do meet_begin, meet_hand_in, meet_key, meet_ask;
bool meet_draw(struct case_meet *m, struct err *e) MUST_USE; /* the bank, at the call */
struct str meet_marks(struct case_meet *m);
int64_t meet_sheets(const struct case_meet *m, struct str what); /* sat passed asked refused away */

/* case_meet_gives.c */
bool meet_gives(struct case_meet *m, const struct val *gives, struct str *what) MUST_USE;

#endif
