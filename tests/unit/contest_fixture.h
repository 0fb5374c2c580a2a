/*
 * contest_fixture.h - a contest of three secretaries before five judges: who tries what, and what is
 * expected of it.
 */
#ifndef CONTEST_FIXTURE_H
#define CONTEST_FIXTURE_H

#include "civic/contest.h"
#include "civic_fixture.h"

struct show { /* the contest that is tried */
    struct town *t;
    int64_t id, s[3], j[5]; /* seats */
};

struct turn { /* one thing that somebody tries */
    int64_t id, n, person, judge_n;
    const char *reason, *marks; /* "industry=19 talent=18.5" */
    bool upheld, as_clerk;
    struct gathering g;
};

typedef bool tried(struct desk *, void *, struct err *);

bool show_enter(struct desk *k, void *arg, struct err *e);
bool show_name_judge(struct desk *k, void *arg, struct err *e);
bool show_call(struct desk *k, void *arg, struct err *e);
bool show_open_it(struct desk *k, void *arg, struct err *e);
bool show_close_it(struct desk *k, void *arg, struct err *e);
bool show_on(struct desk *k, void *arg, struct err *e);
bool show_shut(struct desk *k, void *arg, struct err *e);
bool show_leave(struct desk *k, void *arg, struct err *e);
bool show_mark(struct desk *k, void *arg, struct err *e);
bool show_recuse(struct desk *k, void *arg, struct err *e);
bool show_appeal(struct desk *k, void *arg, struct err *e);
bool show_answer(struct desk *k, void *arg, struct err *e);

#define STEP(...) ((struct turn){__VA_ARGS__})
void show_goes(struct show *c, const char *who, tried *run, struct turn s);
/* Refused with words that hold these. */
void show_fails(struct show *c, const char *who, tried *run, struct turn s, const char *words);

extern const char *const show_judges[]; /* five */
void show_people(struct town *t);
int64_t show_person(struct town *t, const char *who);
void show_as(struct town *t, const char *who);

/* A draft with three contestants (seats 1 to 3) and five judges (4 to 8). */
struct show drafted_show(struct town *t);
struct show opened_show(struct town *t);
/* s1: 90.83 of three; s2: too few; s3: five marks, two dropped: 80.00. */
struct show closed_show(struct town *t);
/* The same mark for all five items. */
void show_gives(struct show *c, const char *who, int64_t n, const char *each);
struct entrant entrant_now(struct show *c, int i);

#endif
