/*
 * def.h - a procedure as a pack defines it, after pack/ has read and checked it.
 *
 * Everything lives in the pack's arena and never changes. Indexes count from 0; the order is the
 * file's. The meaning of each part is told in docs/pack-author.md.
 */
#ifndef PROC_DEF_H
#define PROC_DEF_H

#include "cal/cal.h"

#define GRADES_MAX 8

struct title { /* a name on screens */
    struct str zh, en;
};

/* Relative to the matter, or a named kind of unit (then `kind` is set). */
enum place {
    PLACE_NONE,
    PLACE_GRID,
    PLACE_COMMUNITY,
    PLACE_STREET,
    PLACE_DISTRICT,
    PLACE_LEAD,
    PLACE_JOINT,
    PLACE_PART,
    PLACE_HOLDER,
    PLACE_OPENER,
    PLACE_REPORTER,
    PLACE_KIND
};

struct who {
    struct str role; /* empty for reporter, opener */
    enum place place;
    struct str kind;
    int line;
};

struct limits { /* one for all grades, or one a grade */
    bool given;
    struct limit grade[GRADES_MAX];
};

enum field_kind {
    FIELD_TEXT,
    FIELD_CHOICE,
    FIELD_NUMBER,
    FIELD_DATE,
    FIELD_PLACE,
    FIELD_PICTURES,
    FIELD_FILES,
    FIELD_CATEGORY,
    FIELD_PERSON,
    FIELD_UNIT,
    FIELD_LIST,
    FIELD_YES_NO
};

struct choice {
    struct str name;
    struct title title;
};

struct field {
    struct str name;
    struct title title;
    enum field_kind kind;
    bool need, personal, suggest;
    int64_t max; /* characters, pictures, or largest number */
    const struct choice *of;
    int ofs;
    struct str tree;    /* FIELD_CATEGORY: which tree */
    struct str picture; /* FIELD_PICTURES: before, after, check */
    int line;
};

enum rung_do { RUNG_REMIND, RUNG_SUPERVISE };

struct rung {
    struct limit after; /* n may be 0: at the deadline itself */
    enum rung_do what;
    enum place place;
};

/* Where an action leads: a step of the same list, or an end with its outcome. */
struct target {
    int step; /* -1: ends */
    struct str outcome;
    int line;
};

struct parts_spec {
    bool given;
    int lead_least, lead_most, joint_least, joint_most;
    const struct str *of; /* unit kinds */
    int ofs;
    bool suggest; /* from the duty list */
};

struct action {
    struct str name;
    struct title title;
    struct target to;
    const struct field *field;
    int fields;
    int times;        /* 0: any number */
    struct str right; /* besides the step's who; empty: none */
    struct parts_spec parts;
    bool proposes_duty, assigns, sets_grade;
    int index; /* into proc_state.count */
    int line;
};

enum step_kind { STEP_ACT, STEP_PARTS, STEP_CLAIM, STEP_MEET, STEP_NOTICE, STEP_CHECK, STEP_RATE };

struct extend {
    int times; /* 0: never */
    struct who who;
};

struct step {
    struct str name;
    struct title title;
    enum step_kind kind;
    struct who who;
    bool not_solver;
    struct limits within;
    const struct rung *late;
    int rungs;
    const struct action *action;
    int actions;
    struct extend extend;
    struct who pause; /* who may pause; role empty: nobody */
    /* STEP_PARTS */
    const struct step *part;
    int parts;
    struct who release; /* who may excuse a joint unit */
    /* STEP_PARTS, STEP_CHECK, STEP_RATE, STEP_NOTICE */
    struct target then;
    /* STEP_CHECK */
    struct target fail;
    const struct who *all_of; /* several checkers: each must pass it */
    int checkers;
    /* STEP_RATE */
    struct target unsolved;
    int unsolved_times;
    const struct field *field; /* STEP_CHECK, STEP_RATE: what is asked */
    int fields;
    /* STEP_CLAIM */
    struct target unclaimed;
    int line;
};

struct proc {
    struct str mechanism;
    struct title title;
    struct str file;
    int version;               /* of this mechanism in this pack */
    struct str hash;           /* BLAKE2b of the merged definition: two servers agree, or do not */
    const struct field *field; /* what is asked at the opening */
    int fields;
    const struct choice *grade;
    int grades;
    struct limits within; /* the whole matter, as promised to the person */
    const struct step *step;
    int steps;
    const struct choice *outcome;
    int outcomes;
    int actions; /* all, counted through, parts included */
    int line;
};

/* By name, or -1. */
int proc_step_find(const struct proc *def, struct str name);

#endif
