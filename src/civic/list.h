/*
 * list.h - lists of matters: inboxes, filtered lists, records behind a figure, one matter's
 * timeline.
 *
 * Every list pages by key, newest first, and does a bounded amount of work: at most LIST_SCAN rows
 * are looked at for one page. `next` is what to pass as `before` for the page after; when a filter
 * is rare, a page may be short (even empty) and still have a next.
 */
#ifndef LIST_H
#define LIST_H

#include "civic/matter.h"

#define LIST_ROWS 20
#define LIST_SCAN 4000

/* What a unit has to do with a matter. */
enum list_how {
    LIST_LIES,  /* it lies in the unit's subtree; of a unit without ground (what is neither district
                   nor street nor in a community): as LIST_DOING */
    LIST_DOING, /* the unit is at work on it or holds it, or it lies with it and with no community
                 */
    LIST_HANDED /* the unit opened it for others */
};

struct list_filter {
    int64_t unit_id; /* 0: the whole district; of `mine`, wherever it is */
    enum list_how how;
    struct str stage, subject, channel, grade, mechanism;
    bool late, supervised, open, mine; /* mine: opened by the actor */
    int64_t from_ms, to_ms;            /* opened; 0: any */
    struct str words;                  /* through the search index */
    int64_t before;                    /* id; 0: from the newest */
};

/*
 * Each row: {id, number, title, place, unit, step, step_title, stage, channel_title, subject_title,
 * grade, grade_title, late, supervised, key, reported_at, opened_at, due_at, due: {…as
 * deadline_view}}.
 */
void matter_row_view(struct desk *k, const struct matter *m, struct val *row);

/* Refused (DENIED) if the actor may not read in that unit. What lies elsewhere is listed to whoever
 * has a post in the unit or may read there. */
bool matter_list(struct desk *k, const struct list_filter *f, struct val *rows, int64_t *next,
                 struct err *e) MUST_USE;

/*
 * How much of each mechanism is open with a unit and how much of it late, in the order of the pack;
 * mechanisms of which nothing is open are left out: {mechanism, title, n, late}.
 * At last, with no mechanism, what it handed to others (LIST_HANDED). Lists of the same filter have
 * as many rows. true: there is more than was counted (OPEN_COUNTED).
 */
#define OPEN_COUNTED 20000
bool open_counts(struct desk *k, const struct unit *u, struct val *rows);

enum inbox { INBOX_TODO, INBOX_OPEN, INBOX_DONE, INBOX_SUPERVISED };

/* TODO: the turns of the actor's posts, soonest due first, at most 400. OPEN: what a step opens to
 * all who hold such a post in such a kind of unit, whoever is first. DONE: what the actor had a
 * hand in. SUPERVISED: in the units in which the actor may read. */
void inbox_list(struct desk *k, enum inbox which, int64_t before, struct val *rows, int64_t *next);
void inbox_counts(struct desk *k, struct val *counts); /* {todo, late, open}: to a thousand */
/* The last two, for inbox_list(). */
void list_done(struct desk *k, int64_t before, struct val *rows, int64_t *next);
void list_watched(struct desk *k, int64_t before, struct val *rows, int64_t *next);

/* Where the time stands: {due_at, left: list of {n, day, hour, minute}, working: whether these are
 * of working time, state: ok|soon|late|paused|none, percent, limit}.
 */
void deadline_view(struct desk *k, const struct matter *m, int part, struct val *v);
/* Line by line why: lines of cal_explain; false without a deadline. */
bool deadline_explain(struct desk *k, const struct matter *m, int part, struct val *lines);

/* Events, newest first: {at, who, unit, kind, action, title, text, fields: [{name, title, text}],
 * pictures: [id], hash}. For the reporter (public): names of persons are left out. */
void timeline_view(struct desk *k, const struct matter *m, bool for_public, struct val *list);

/* The parts of a whistle: {n, unit, lead, step, step_title, outcome, reported_in_at, ended_at,
 * excused, due}. */
void parts_view(struct desk *k, const struct matter *m, struct val *list);

/* {id, kind, at} of its pictures. */
void pictures_view(struct desk *k, const struct matter *m, struct val *list);

/* A field of an action, of the opening or of what a check or a rating asks; NULL. */
const struct field *matter_field(const struct matter *m, struct str action, struct str name);
/* What was filled into a field, in words; "" of pictures. */
struct str field_words(const struct desk *k, const struct field *f, const struct val *v);
/* What its fields said in numbers: {name, title, text, lines: [{text, money}], lines_any}. */
void numbers_view(struct desk *k, const struct matter *m, struct val *list);
/* The periods of a step with `every`, newest first: {until: day, state: due, overdue, in_time,
 * late, missed; bad, reported_at}. */
void periods_view(struct desk *k, const struct matter *m, struct val *list);

/* Fields by name, as they were said last in the matter's ledger up to seq. Into fields {name,
 * title, text}, masked, in the order of the names; into pictures the ids of photos. */
struct show_fields {
    const struct str *name;
    int n;
    int64_t seq;
};
void shown_view(struct desk *k, const struct matter *m, const struct show_fields *what,
                struct val *fields, struct val *pictures);

/* Names on screens. */
struct str subject_title(const struct desk *k, struct str subject);
struct str channel_title(const struct desk *k, struct str channel);
struct str step_title(const struct desk *k, const struct proc *def, struct str step);
struct str outcome_title(const struct desk *k, const struct proc *def, struct str outcome);

#endif
