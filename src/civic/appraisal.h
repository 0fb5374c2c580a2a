/*
 * appraisal.h - a round in which posts, units, entries of a roll or bonds are scored by a visible
 * formula (proc/score.h).
 *
 * A round is opened for a unit's subtree and a period; who is appraised is frozen then. While it is
 * open, judges and checkers give their inputs and may change them. When it becomes a draft the
 * figures are read from the ledger and kept as inputs beside the judges', and everything is
 * reckoned. Shown, everybody appraised sees their own sheet and may appeal, in up to two instances,
 * each in its time; where an appeal is upheld an input is corrected by a further one, and all is
 * reckoned again. Published, it stays: the formula and the inputs are stored with it, so that it
 * comes out the same a year later (appraisals_verify).
 *
 * Every change is an event of the round. Points and values are in hundredths.
 */
#ifndef APPRAISAL_H
#define APPRAISAL_H

#include "civic/figure.h"
#include "pack/appraisal.h"

#define APPRAISED_MAX 2000

struct appraisal {
    int64_t id, unit_id;
    struct str kind, def_hash, formula, unit_path, period, state;
    int64_t from_at, to_at; /* of the period; to is not in it */
    int64_t opened_at, shown_at, appeal_until, closes_at, published_at;
    struct head head;
    const struct appraisal_def *def; /* today's; NULL: the pack has none of that name any more */
    struct score_rule rule;          /* its own, as stored */
    bool fresh;                      /* not in the database yet */
};

bool appraisal_in(const struct appraisal *x, const char *state);

struct appraised {
    int64_t n, subject_id, person_id, unit_id;
    struct str unit_path, name, class;
    struct score_result result;
};

struct appraisal_new {
    struct str kind, period;
    int64_t unit_id; /* 0: the first of the actor's whose post may open one */
};

/* Refused: INVALID (no such kind; the period, which must be of the pack's length and have begun;
 * nobody to appraise), DENIED, CONFLICT (there is one of that unit and period). */
bool appraisal_open(struct desk *k, const struct appraisal_new *n, struct appraisal *out,
                    struct err *e) MUST_USE;

/* NOT_FOUND also for who may not know of it. */
bool appraisal_load(struct desk *k, int64_t id, struct appraisal *out, struct err *e) MUST_USE;
/* May the actor open, close and publish it? */
bool appraisal_runs(const struct desk *k, const struct appraisal *x);
/* Is this post one that opens appraisals of the kind, for its own unit? */
bool appraisal_opener(const struct desk *k, const struct appraisal_def *def,
                      const struct holding *h);
/* Is this post one of a body's, as seen from `of`: in its own unit of that kind, or in any? */
bool post_is_of(const struct desk *k, const struct holding *h, const struct body *body, int n,
                const struct unit *of);

/* ---- from open to published; `seen` is the head.seq that was looked at, 0: any ---- */

/* Reads the figures; the period must be over. */
bool appraisal_draft(struct desk *k, int64_t id, int64_t seen, struct err *e) MUST_USE;
/* Back to open, so that what is missing can be given; while nobody has seen it. */
bool appraisal_reopen(struct desk *k, int64_t id, int64_t seen, struct str reason,
                      struct err *e) MUST_USE;
bool appraisal_show(struct desk *k, int64_t id, int64_t seen, struct err *e) MUST_USE;
/* After the time of appeal, when every appeal is answered. */
bool appraisal_publish(struct desk *k, int64_t id, int64_t seen, struct err *e) MUST_USE;
/* Given up before it was published. */
bool appraisal_drop(struct desk *k, int64_t id, int64_t seen, struct str reason,
                    struct err *e) MUST_USE;

/* ---- inputs ---- */

struct appraisal_input {
    int64_t n, by_id, instance, value, over, under, at;
    struct str item, word;
};
/* Of one subject, or of all (n 0), in order of n, item, by_id, instance. */
struct appraisal_input *appraisal_inputs(struct desk *k, int64_t id, int64_t n, size_t *count);
/* Another instance of the same input follows it and holds instead. */
bool input_is_replaced(const struct appraisal_input *in, size_t count, size_t i);

/* May the actor give this item of this subject? Nobody for themselves or for their own unit.
 * Refused: DENIED. */
bool appraisal_may_give(struct desk *k, const struct appraisal *x, const struct appraised *s,
                        int item, struct err *e) MUST_USE;
/* As typed, {"item_NAME": "92.5", "word_NAME": "why"}; what is not in it, or empty, stays as it
 * was. A check is yes or no. Refused: DENIED, CONFLICT (not open), INVALID (out of range, no
 * reason). */
bool appraisal_give(struct desk *k, int64_t id, int64_t n, const struct val *typed,
                    struct err *e) MUST_USE;
/* What the actor can still give or change: {id, kind_title, period, n, name, unit} of open rounds,
 * `most` at most; returns how many of them nothing was given to by the actor yet. */
int64_t appraisal_to_give(struct desk *k, struct val *rows, int most);

/* ---- results ---- */

struct appraised *appraisal_subjects(struct desk *k, int64_t id, int *n);
/* NOT_FOUND. */
bool appraisal_subject(struct desk *k, int64_t id, int64_t n, struct appraised *out,
                       struct err *e) MUST_USE;
/* Of all subjects by this rule, from the stored inputs; nothing is written. The subjects' results
 * are what comes out. */
void appraisal_reckon(struct desk *k, int64_t id, const struct score_rule *rule,
                      struct appraised *subject, int n);
/* Keeps them; list gets {n, points, stars, rank} of each. */
void appraisal_keep_results(struct desk *k, const struct appraisal *x, struct val *list);
/* The parts of one subject's result, by item of the rule. */
struct score_result appraisal_parts(struct desk *k, const struct appraisal *x, int64_t n,
                                    struct score_part part[SCORE_ITEMS_MAX]);
/* A figure's value of a subject as an input. */
struct appraisal_input appraisal_figure(struct desk *k, const struct appraisal *x,
                                        const struct appraised *s, struct str figure);

/*
 * Another formula over a round's stored inputs, without keeping anything. Figures that the round
 * did not read are read now, for its period; any other input that it does not have is refused
 * (INVALID). view: {changed, stars_changed: how many, rows: [{n, name, unit, class, was_points,
 * points, was_stars, stars, was_rank, rank, other: bool}]}, those with other stars first.
 */
bool appraisal_try(struct desk *k, const struct appraisal *x, const struct score_rule *rule,
                   struct val *view, struct err *e) MUST_USE;
/* A formula as YAML text; empty: today's pack's. Refused INVALID with the first fault. */
bool appraisal_formula(struct desk *k, const struct appraisal *x, struct str yaml,
                       struct score_rule *out, struct err *e) MUST_USE;

/* Reckons every published round again: {subject, seq, what} where it does not come out as stored,
 * or where its inputs are not those that it was published with. */
void appraisals_verify(struct desk *k, struct val *faults);
/* A BLAKE2b over the inputs of a round, as its publication notes it. */
struct str appraisal_inputs_hash(struct desk *k, int64_t id);

/* ---- appeals ---- */

struct appraisal_appeal_row {
    int64_t n, instance, by_id, at, due_at, answered_at, until_at;
    struct str reason, answer;
    bool upheld;
};
/* Of one subject, or all (n 0), in order. */
struct appraisal_appeal_row *appraisal_appeals(struct desk *k, int64_t id, int64_t n, int *count);
/* Is the actor who is appraised, or, of a unit, somebody who works in it? Nobody is a person who
 * stands on a roll and is not known besides. */
bool appraisal_is_own(const struct desk *k, const struct appraisal *x, const struct appraised *s);
/* The instance that the appraised can call now, 1 or 2, and until when; 0: none. */
int appraisal_may_appeal(struct desk *k, const struct appraisal *x, const struct appraised *s,
                         int64_t *until);
/* By who is appraised. Refused: DENIED, CONFLICT (too late, appealed already), INVALID (reason). */
bool appraisal_appeal(struct desk *k, int64_t id, int64_t n, struct str reason,
                      struct err *e) MUST_USE;
/* May the actor answer this instance of the subject's? Not who gave an input to it. */
bool appraisal_answers(struct desk *k, const struct appraisal *x, const struct appraised *s,
                       int64_t instance);
struct appraisal_answer {
    int64_t n, instance;
    bool upheld;
    struct str text;
    const struct val *corrected; /* {"BY_ITEM": "92.5"} by the input's giver; only if upheld */
};
bool appraisal_answer(struct desk *k, int64_t id, const struct appraisal_answer *a,
                      struct err *e) MUST_USE;

/* ---- looking ---- */

/* Rows {id, kind, kind_title, unit, period, state, opened_on, published_on}, newest first; those
 * that were given up only for who runs them. Staff may know of every round and its formula. */
void appraisal_list(struct desk *k, struct val *rows);
/* What was shown or published about a person: {id, n, kind_title, period, published, points, stars,
 * passed, has_points}, newest first. */
void appraisal_of_person(struct desk *k, int64_t person, struct val *rows);
/* {id, kind, kind_title, purpose, unit, period, state and is_STATE, …_on, appeal_until, closes_at,
 * time_over, seq, runs, may_draft, formula, subjects: those rows that the actor may see}. */
void appraisal_view(struct desk *k, const struct appraisal *x, struct val *view);
/* items [{name, title, weight, is_figure, is_marks, is_check, is_bonus, is_deduct, figure, zero_at,
 * full_at, least, drops, highest, lowest}], stars [{at, stars}], pass, most, volume, volume_least,
 * appeals [{n, within, answer}]. */
void appraisal_formula_view(struct desk *k, const struct appraisal *x, struct val *view);
/* May the actor see the whole sheet of this subject? */
bool appraisal_sees(struct desk *k, const struct appraisal *x, const struct appraised *s);
/* subject {n, name, unit, class, points, stars, rank, passed, why}, items as in the formula with
 * {known, value, points, work, over, under, is_share, records, inputs [{who, value, word,
 * corrected, was, key}]}, sum, appeals [{instance, reason, at, due_at, answered, answer, upheld,
 * late}], may_appeal (instance or 0), appeal_until, may_answer (instance or 0). Who is appraised
 * does not see who gave an input: who and key are empty then. */
void appraisal_sheet(struct desk *k, const struct appraisal *x, const struct appraised *s,
                     struct val *view);
/* subjects [{n, name, unit, done, items [{name, title, weight, most, is_check, …, value, word}]}]
 * that the actor may give something to. */
void appraisal_judge_view(struct desk *k, const struct appraisal *x, struct val *view);

/* n, or false where it is 0, of which a template shows nothing. */
void set_unless_0(struct val *map, const char *key, int64_t n);

/* Row and one event with it; for civic/appraisal*.c. */
void appraisal_save(struct desk *k, struct appraisal *x, struct str kind, struct val *content);
/* appraisal_load for who runs it, in one of these states ("open draft"), as it was `seen`. */
bool appraisal_take(struct desk *k, int64_t id, int64_t seen, const char *states,
                    struct appraisal *x, struct err *e) MUST_USE;
/* Who is in the subtree, written when the round is opened; how many. */
int appraisal_freeze(struct desk *k, const struct appraisal *x);
bool appraisal_text_check(struct str *text, const char *field, struct err *e) MUST_USE;

#endif
