/*
 * disclosure.h - a decision on display (公示), and what anybody says against it.
 *
 * The engine says when a display begins and ends (EFFECT_PUBLISH, EFFECT_TAKE_DOWN) and until when
 * an objection must be answered; this file keeps it readable: for everybody, without login, during
 * the display and after it. Nothing personal is shown: what the pack names, masked, and of an
 * objection its words once somebody has answered them.
 */
#ifndef DISCLOSURE_H
#define DISCLOSURE_H

#include "civic/look.h"

struct disclosure {
    int64_t id, matter_id, seq, round, unit_id;
    int64_t from_at, until_at, ended_at; /* ms; ended_at 0: it is up */
    struct str step, unit_path;
    struct str outcome; /* "", done, upheld, stopped */
};

bool disclosure_load(struct desk *k, int64_t id, struct disclosure *out, struct err *e) MUST_USE;

/* Newest first, at most 50 with an id below `before` (0: all), in a unit's subtree; those that are
 * up, or those that have ended. */
struct disclosure_filter {
    struct str unit_path;
    bool ended;
    int64_t before;
};
size_t disclosure_list(struct desk *k, const struct disclosure_filter *f,
                       struct disclosure out[50]);
/* Of one matter, oldest first; how many there are, the first `most` into out. */
size_t disclosure_of(struct desk *k, int64_t matter_id, struct disclosure *out, size_t most);

/* What everybody may read: {title, procedure, step_title, unit, fields: [{name, title, text}],
 * pictures: [id], takes: objections}, as it was when the display began; of one that asks_support,
 * how many supporters there are and the least it takes. False if the matter is gone. */
bool disclosure_view(struct desk *k, const struct disclosure *d, struct val *v);
/* Is the picture shown in a display of this matter? */
bool disclosure_shows(struct desk *k, const struct matter *m, int64_t picture);

/* [{id, n, at, due_at, late, outcome, answer, answered_at, body}]; for the public the body only
 * once it is answered, and masked; for staff also name and phone, masked, and has_phone. */
void objection_list(struct desk *k, const struct disclosure *d, bool for_public, struct val *list);

struct objection_new {
    int64_t disclosure_id;
    struct str body, name, phone; /* name and phone may be empty; they are sealed */
    struct str request_key;       /* the same again answers the same and does nothing */
};

/* *code: the objector's receipt, told only now. Refused: NOT_FOUND, CONFLICT (it is over, or none
 * are taken), INVALID (body, name, phone). */
bool objection_add(struct desk *k, const struct objection_new *n, struct str *code,
                   struct err *e) MUST_USE;
/* By receipt code as typed: which display it is about, and the one objection as in the list, whole
 * for whoever wrote it. NOT_FOUND. */
bool objection_by_code(struct desk *k, struct str typed, struct disclosure *d, struct val *v,
                       struct err *e) MUST_USE;

/* Name or phone of who made it, in clear: for who answers it, and with personal.reveal in the
 * matter's unit. */
bool objection_reveal(struct desk *k, const struct matter *m, const struct reveal *ask,
                      struct str *plain, struct err *e) MUST_USE;
bool objection_may_reveal(struct desk *k, const struct matter *m);

/* ---- for civic/ itself ------------------------------------------------ */

/* Rows follow what the engine did to the matter; after it was saved. */
void disclosure_begin(struct desk *k, const struct matter *m, const struct proc_effect *f);
void disclosure_end(struct desk *k, const struct matter *m, const struct proc_effect *f);
void disclosure_keep(struct desk *k, const struct matter *m); /* until_at follows the clock */
/* The objection that `act` would answer in the step where m is; 0: it answers none. */
int objection_answered_by(const struct matter *m, const struct matter_act *act);
void objection_answer(struct desk *k, const struct matter *m, int n, const struct matter_act *act);

/* Its displays as a line, to compare with what the events add up to; and the line's next piece. */
struct str disclosure_line(struct desk *k, int64_t matter_id);
void disclosure_line_put(struct buf *b, const struct proc *def, const struct proc_effect *f);
/* Until when it is up, by the clock of the step; true if nothing is up. */
bool disclosure_until_holds(struct desk *k, const struct matter *m);

/* What the events of a matter add up to about its objections (objection_verify.c). `answered`: as
 * objection_answered_by() says before the event is applied. */
struct objections_told {
    struct objection_told *one; /* by n, from 1 */
    int n, room;
};
void objections_hear(struct desk *k, struct objections_told *all, const struct matter *m,
                     const struct matter_act *act, int answered);
void objections_moot(struct objections_told *all, const struct proc_effects *effects);
bool objections_hold(struct desk *k, const struct objections_told *all, int64_t matter_id);
/* Are the words still those of the event? */
bool objection_words_hold(struct desk *k, const struct val *fields);

#endif
