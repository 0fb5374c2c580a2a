/*
 * def.h - a procedure as a pack defines it, after pack/ has read and checked it.
 *
 * Everything lives in the pack's arena and never changes. Indexes count from 0; the order is the
 * file's. The meaning of each part is told in docs/pack-author.md.
 */
#ifndef PROC_DEF_H
#define PROC_DEF_H

#include "cal/cal.h"
#include "cal/stretch.h"

#define GRADES_MAX  8
#define NUMBERS_MAX 32

struct title { /* a name on screens */
    struct str zh, en;
};

/* Relative to the matter, or a named kind of unit (OWN, KIND: then `kind` is set). */
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
    PLACE_OWN, /* the matter's own unit of a kind: above, beside or below it */
    PLACE_KIND
};

/* "ROLE of PLACE", or else the next: who may act. The first whose place the matter has gets it into
 * the inbox; the others may act as well (a matter without a grid, a grid worker who may not check
 * their own work). */
struct who {
    struct str role; /* empty for reporter, opener, holder */
    enum place place;
    struct str kind;
    struct title title;      /* "Dispatcher of community", in the pack's own words */
    const struct who *other; /* "… or …", NULL: no more */
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
    FIELD_FILE,
    FIELD_CATEGORY,
    FIELD_PERSON,
    FIELD_UNIT,
    FIELD_LIST,
    FIELD_YES_NO,
    FIELD_MONEY,
    FIELD_LINES,
    FIELD_RESOURCE
};

struct choice {
    struct str name;
    struct title title;
};

struct field {
    struct str name;
    struct title title;
    enum field_kind kind;
    bool need, personal;
    bool adds;      /* a number: what is said each time adds up; else the last one holds */
    bool is_public; /* what is said in it is told to the reporter as well */
    struct str
        suggest; /* who proposes a value: subject (the classifier), duty_list; empty: nobody */
    const struct str *need_for; /* at the opening: needed only when it came by these channels */
    int need_fors;
    int64_t max; /* characters, pictures, or largest number; of money, in yuan */
    int64_t min; /* least number; of money, in yuan */
    /* FIELD_CHOICE: one of these; FIELD_UNIT, FIELD_LIST: unit kinds; FIELD_RESOURCE: kinds of
     * resources */
    const struct choice *of;
    int ofs;
    struct str tree;      /* FIELD_CATEGORY: which tree */
    struct str picture;   /* FIELD_PICTURES: before, after, check */
    struct title consent; /* FIELD_FILE: what a tick agrees to; empty: none is asked for */
    struct stretch keep;  /* FIELD_FILE: then it is erased; n 0: never */
    int line;
};

enum rung_do { RUNG_REMIND, RUNG_SUPERVISE };

struct rung {
    struct limit after; /* n may be 0: at the deadline itself */
    enum rung_do what;
    enum place place;
};

/* Where an action leads: a step of the same list, or an end with its outcome. */
enum { TARGET_END = -1, TARGET_STAY = -2, TARGET_BACK = -3, TARGET_NONE = -4 };
struct target {
    int step; /* or END; STAY: the step goes on as it is; BACK: the step that led into the check */
    struct str outcome;
    int line;
};

struct parts_spec {
    bool given;
    int lead_least, lead_most, joint_least, joint_most;
    const struct choice *of; /* unit kinds */
    int ofs;
    bool suggest; /* from the duty list */
};

struct action {
    struct str name;
    struct title title;
    struct target to;
    const struct field *field;
    int fields;
    int times;             /* 0: any number; in a part: counted through its transfers */
    struct target beyond;  /* where it leads when times are used up; NONE: then it is refused */
    struct str right;      /* besides the step's who; empty: none */
    const struct str *may; /* the roles that have that right */
    int mays;
    const struct who *who; /* NULL: as the step says */
    struct parts_spec parts;
    bool proposes_duty; /* a verdict that proposes subject × area → unit */
    bool binds;         /* a verdict: the part cannot be returned again */
    bool assigns;       /* field `unit`: gets the part, or becomes the holder */
    bool sets_grade;
    bool renews;        /* what the step asks for in every period */
    struct str service; /* the field that says how many minutes who acts served; empty: none */
    struct str takes;   /* the field that says of which resource one is taken; empty: none */
    bool gives_back;    /* what the matter holds of resources */
    int index;          /* into proc_state.count */
    int line;
};

/* A step that lasts asks for something again and again (its actions that renew). */
enum every { EVERY_NONE, EVERY_WEEK, EVERY_MONTH, EVERY_QUARTER };

enum step_kind { STEP_ACT, STEP_PARTS, STEP_CLAIM, STEP_MEET, STEP_NOTICE, STEP_CHECK, STEP_RATE };

struct extend {
    int times; /* 0: never */
    struct limits by;
    struct who who;
};

struct share { /* a/b of those who should attend, or who are present; over: more than that */
    int a, b;  /* b 0: not asked */
    bool over, of_present;
};

/* While a notice is up anybody may object. Each objection is answered within its time: dismissed,
 * and the notice goes on, or upheld, and the decision goes back. */
struct objection_spec {
    bool given;
    struct who who; /* who answers */
    struct limits within;
    const struct rung *late; /* of an answer that is late */
    int rungs;
    struct target upheld;
};

/* While a notice is up anybody may support it, each once; with the least-th it goes on at once. */
struct support_spec {
    int least; /* 0: none is asked for */
    struct target then;
};

struct rule { /* of a vote; by_area: what is owned must bear it out as well as the heads */
    struct share quorum, pass;
    bool by_area;
};

struct step {
    struct str name;
    struct title title;
    enum step_kind kind;
    struct who who; /* place NONE: nobody acts, time does */
    bool not_solver;
    struct limits within;
    struct str by; /* within: {by: FIELD}: the day that was given is the last; empty: none */
    enum every every;
    const struct rung *late;
    int rungs;
    const struct action *action;
    int actions;
    struct extend extend;
    struct who pause; /* who may pause and resume; place NONE: nobody */
    /* STEP_PARTS */
    const struct step *part;
    int parts;
    struct who release; /* who may excuse a joint unit; place NONE: nobody */
    struct parts_spec opens;
    /* STEP_PARTS, STEP_CHECK, STEP_RATE, STEP_NOTICE */
    struct target then;
    /* STEP_CHECK */
    struct target fail;
    const struct who *all_of; /* several checkers: each must pass it */
    int checkers;
    /* STEP_RATE */
    struct target unsolved;
    int unsolved_times;
    struct target exhausted; /* unsolved once more: supervised, and then here */
    struct str low_field;    /* a number at most low_most counts as unsolved; empty: none */
    int64_t low_most;
    const struct field *field; /* STEP_CHECK, STEP_RATE: what is asked */
    int fields;
    /* STEP_CLAIM */
    struct target unclaimed;
    /* STEP_MEET */
    struct str gathering; /* the kind that decides it */
    struct rule rule;
    struct target carried, lost;
    int merge_with; /* the step before, which the same gathering may decide too; -1: none */
    const struct who *holds; /* … if the one who acts holds all these posts */
    int posts;
    /* STEP_NOTICE */
    struct objection_spec objection;
    struct support_spec support;
    const struct str *show; /* names of fields that everybody may read; the title is always shown */
    int shows;
    int line;
};

struct start { /* an opening by one of these channels begins there and not at the first step */
    const struct str *channel;
    int channels, step;
};

struct proc {
    struct str mechanism;
    struct title title;
    struct str icon; /* its picture: a symbol of assets/icons.svg, without i- */
    struct str file;
    int version;               /* of this mechanism in this pack */
    struct str hash;           /* BLAKE2b of the merged definition: two servers agree, or do not */
    const struct field *field; /* what is asked at the opening */
    int fields;
    const struct choice *grade;
    int grades;
    struct who opens;         /* who opens one from within; place NONE: as its channels say */
    const struct str *closes; /* with which outcomes it settles the matters that are linked to it */
    int closes_n;
    bool takes;              /* one of its actions takes of a resource */
    const struct str *keeps; /* with which outcomes it goes on holding what it took */
    int keeps_n;
    struct str window_from, window_to; /* "03-01": the days of a year on which it can be opened */
    struct str by;                     /* the field of the steps' `within: {by: …}` */
    struct limits within;              /* the whole matter, as promised to the person */
    const struct step *step;
    int steps;
    const struct choice *outcome;
    int outcomes;
    const struct start *start;
    int starts;
    const struct choice *word; /* the titles of proc_words */
    int words;
    const struct field *const *number; /* fields whose numbers (or resources, by id) are kept in the
                                          state, by name */
    int numbers;
    bool checked; /* no way to an end with outcome solved but through a passed check */
    bool dossier; /* its papers are read as one document */
    int actions;  /* all, counted through, parts included */
    int line;
};

/* By name, or -1. */
int proc_number_find(const struct proc *def, struct str name);
int proc_step_find(const struct proc *def, struct str name);
int part_step_find(const struct step *parts, struct str name);

/* What the language itself brings, blank-separated: pass, fail, claim, extend, reason, lead … Its
 * titles are the pack's words, and every pack must have them all. */
extern const char *const proc_words, *const proc_counts; /* counts: of a meeting, in order */
#define SUPPORTERS "supporters"                          /* the word for how many support it */
struct title proc_word(const struct proc *def, struct str name);

/* Fields that the language itself brings; own_field gives one with its title. */
extern const struct field field_reason, field_lead, field_joint, field_rework, field_objection,
    field_answer;
struct field proc_own_field(const struct proc *def, const struct field *own);

#endif
