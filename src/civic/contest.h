/*
 * contest.h - a gathering whose kind has a `contest`: contestants and judges have seats, judges
 * mark one contestant at a time, and marks become points and ranks (proc/rank.h).
 *
 * While the gathering is a draft, whoever runs it enters contestants and judges. Once it is open,
 * one contestant is on at a time; a judge marks and changes marks until that contestant is closed.
 * A judge with a conflict of interest does not mark: of their own unit and against themselves by
 * the rule (written down when the contestant comes on), else by a recusal with its reason. When the
 * gathering is closed the ranking stands as a draft; contestants may appeal once each within the
 * pack's time, and after that it is final by itself. Every change is an event of the gathering.
 *
 * Judges and contestants act by their login or by the code of their seat (civic/seat.h): both come
 * here as `own`. Points and marks are in hundredths.
 */
#ifndef CONTEST_H
#define CONTEST_H

#include "civic/seat.h"
#include "pack/contest.h"

#define ENTRANTS_MAX 500

struct entrant {
    int64_t n; /* of the seat */
    struct str name, title;
    int64_t person_id, unit_id, matter_id;
    struct str state; /* "" waits, on, closed, withdrawn */
    int64_t points;   /* -1: too few marks, or not closed */
    int64_t rank;     /* 0: none */
    int64_t marks, kept;
};

struct contest_state {
    int64_t on; /* seat of the contestant who is on, 0: none */
    int64_t appeal_until, final_at;
};
struct contest_state contest_state(struct desk *k, int64_t gathering);

/* gathering_load of a contest that the actor may know of, or whose `own` seat came by a code.
 * NOT_FOUND also if it is no contest. */
bool contest_load(struct desk *k, int64_t gathering, const struct seat *own, struct gathering *g,
                  struct err *e) MUST_USE;
/* The seat by which the caller acts: by its code as typed, or else the actor's. n 0: none. */
bool contest_seat(struct desk *k, int64_t gathering, struct str code, struct seat *out,
                  struct err *e) MUST_USE;

/* ---- who takes part (draft) ---- */

struct entering {
    int64_t person_id, unit_id, matter_id; /* as far as there are any */
    struct str name;                       /* empty: the person's, the unit's, or the matter's */
    struct str title;                      /* of what is presented; may be empty */
};
/* Refused: INVALID (nobody named, too long), CONFLICT (not a draft, is in it already). */
bool contest_enter(struct desk *k, int64_t gathering, const struct entering *entry,
                   struct err *e) MUST_USE;
/* Only a holder of a post that the pack lets judge. */
bool contest_name_judge(struct desk *k, int64_t gathering, int64_t person, struct err *e) MUST_USE;
/* Until it is closed; is ranked no more. */
bool contest_withdraw(struct desk *k, int64_t gathering, int64_t n, struct str reason,
                      struct err *e) MUST_USE;

/* ---- marking (open) ---- */

/* The next contestant; the one before must be closed. Conflicts by the rule become recusals. */
bool contest_on(struct desk *k, int64_t gathering, int64_t n, struct err *e) MUST_USE;
/* Marks as typed, {"item_NAME": "92.5"}; items that are not in it, or empty, stay as they were.
 * Refused: DENIED (no judge, recused), CONFLICT (not on), INVALID (out of range). */
bool contest_mark(struct desk *k, int64_t gathering, const struct seat *own, int64_t n,
                  const struct val *marks, struct err *e) MUST_USE;
/* One mark as typed and where it goes; `changed` gets {judge, item, value, was} if it is new. For
 * corrections after an appeal too. */
struct mark_at {
    int64_t n, judge_n;
    const struct rank_item *item;
};
bool contest_mark_read(struct desk *k, const struct rank_item *item, struct str typed,
                       int64_t *value, struct err *e) MUST_USE;
bool contest_mark_put(struct desk *k, const struct gathering *g, const struct mark_at *at,
                      int64_t value, struct val *changed);
/* The judge does not mark `n`: said by that judge (own), or by who runs it (own NULL).
 * Marks that were given are counted no more. Until the contestant is closed. */
struct recusal {
    int64_t judge_n, n;
    struct str reason;
};
bool contest_recuse(struct desk *k, int64_t gathering, const struct seat *own,
                    const struct recusal *r, struct err *e) MUST_USE;
/* Its marks stand from now on. */
bool contest_shut(struct desk *k, int64_t gathering, int64_t n, struct err *e) MUST_USE;

/* ---- the result ---- */

/* For gathering_close(): refused while a contestant is not closed; ranks, numbers, time of appeal.
 * Into `content` goes the ranking. */
bool contest_finish(struct desk *k, struct gathering *g, struct val *content,
                    struct err *e) MUST_USE;
/* In order of seats; points and ranks as they are kept. */
struct entrant *contest_entrants(struct desk *k, const struct gathering *g, int *n);
/* … as the marks come to now; and keeps them. */
struct entrant *contest_points(struct desk *k, const struct gathering *g, int *n);
void contest_reckon(struct desk *k, const struct gathering *g);

/* By the contestant's own seat, once, in time. */
bool contest_appeal(struct desk *k, int64_t gathering, const struct seat *own, struct str reason,
                    struct err *e) MUST_USE;
/* May the actor answer appeals, as the pack names it? Nobody answers who judged or competed. */
bool contest_answers(struct desk *k, const struct gathering *g);
struct appeal_answer {
    int64_t n;
    bool upheld;
    struct str text;
    const struct val *marks; /* corrected: {"JUDGE_ITEM": "92.5"}; only if upheld; may be NULL */
};
bool contest_answer(struct desk *k, int64_t gathering, const struct appeal_answer *answer,
                    struct err *e) MUST_USE;
/* Makes final whose time of appeal is over and whose appeals are all answered, at the moment at
 * which that was so, and tells the matters that competed; how many, `most` at most. Without appeals
 * closing has done it. */
int contests_tick(struct desk *k, int most);

/* ---- looking ---- */

/* The marks of one contestant, judge by judge, those who are recused as well; in order of seats. */
struct judge_mark {
    int64_t judge_n;
    struct str name;
    int64_t value[RANK_ITEMS_MAX]; /* -1: not given */
    bool whole;                    /* every item is marked */
    int64_t points;                /* if whole */
    struct str recused, reason;    /* "" : may mark */
    bool dropped;                  /* as one of the highest or lowest */
};
struct judge_mark *contest_marks(struct desk *k, const struct gathering *g, int64_t n, int *judges);

/*
 * The rule and the ranking, for everybody: items [{name, title, max, weight}], formula, full,
 * least, drops, highest, lowest, drop_from, decimals, pass, open_marks, unit_conflict; on {an
 * entrant, done, may: judges} or false; entrants [{n, name, title, unit, matter_id, state, waits,
 * on, closed, withdrawn, points, rank, top, too_few, passed, marks, kept}], entrants_n, waiting_n;
 * shown: points are; is_draft, is_open, is_closed, is_final, appeal_until, may_appeal.
 */
void contest_view(struct desk *k, const struct gathering *g, struct val *view);
/* One contestant: entrant, mean, appeal {reason, at, answer, upheld, answered} or false, judges as
 * below. For who runs it, who answers, and the contestant. */
bool contest_marks_view(struct desk *k, const struct gathering *g, int64_t n, struct val *view,
                        struct err *e) MUST_USE;
/* {judge_n, name, whole, points, recused, by_unit, by_self, reason, dropped, items [{name, title,
 * max, value}]} of each judge; n 0: of nobody yet. */
void contest_judges_view(struct desk *k, const struct gathering *g, int64_t n, struct val *list);
/* `own`: the same of one judge for the contestant who is on; false if it is no judge. */
void contest_own_view(struct desk *k, const struct gathering *g, const struct seat *own,
                      struct val *view);
/* Who may be entered and named: {person, name, unit, unit_id}, as many as 500. */
void contest_may_judge(struct desk *k, const struct gathering *g, struct val *list);
void contest_may_compete(struct desk *k, const struct gathering *g, struct val *list);

#endif
