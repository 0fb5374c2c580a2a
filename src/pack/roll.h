/*
 * roll.h - a roll as a pack defines it, and what becomes of an entry on it: a pure state machine.
 *
 * Definitions live in the pack's arena and never change; docs/pack-author.md tells the language.
 * Whether somebody keeps or recommends is the caller's to say (roll_body_holds() for the bodies);
 * who wrote a birth date down is, too.
 */
#ifndef PACK_ROLL_H
#define PACK_ROLL_H

#include "cal/stretch.h"
#include "pack/duty.h"
#include "pack/facts.h"
#include "pack/kind.h"

struct ages { /* in completed years, on the day of entry */
    bool given;
    int least, most;
    struct str text; /* as the pack says it: 18-35 */
};

/* What comes with an entry: of a roll as a whole, or of one of its kinds beside that. */
struct roll_part {
    struct ages age;
    const struct field *ask;
    int asks;
    const struct duty_def *duty; /* of a kind: also the roll's own */
    int duties;
    struct str source; /* how duties name it: ROLL, or ROLL/KIND */
    struct str gives;  /* a role that who is on it holds meanwhile; empty: none */
};

struct roll_kind {
    struct str name;
    struct title title, way; /* way: how such ones are looked after; empty: not said */
    struct roll_part part;
    int line;
};

#define ROLL_ENDED (-1)

struct roll_action {
    struct str name;
    struct title title;
    int to; /* index of a state, or ROLL_ENDED with its outcome */
    struct str outcome;
    const struct body *who;
    int whos; /* 0: who keeps the roll */
    const struct field *ask;
    int asks;
    int line;
};

struct roll_state {
    struct str name;
    struct title title;
    bool active; /* it counts, brings duties and gives a post */
    const struct roll_action *action;
    int actions;
    int line;
};

enum { JOIN_DIRECT = 1, JOIN_RECOMMEND = 2, JOIN_SELF = 4 };

struct roll {
    struct str name;
    struct title title, purpose; /* purpose: what it is kept for, as shown to who is on it */
    struct str of;               /* household, person or unit: what an entry is */
    const struct str *in;        /* unit kinds whose rolls these are */
    int ins;
    const struct body *who; /* who keeps it; whos 0: right roll.manage */
    int whos;
    unsigned join;
    const struct body *recommend; /* JOIN_RECOMMEND */
    int recommends;
    struct roll_part part;
    const struct roll_kind *kind; /* kinds 0: all entries are alike */
    int kinds;
    const struct roll_state *state; /* one at least; the first is where an entry begins */
    int states;
    const struct choice *outcome; /* how entries end, with titles: also ended, expired, erased */
    int outcomes;
    struct stretch review;    /* how often an entry is confirmed again; n 0: never */
    int ahead;                /* days before that moment from which on it is asked for */
    struct stretch term;      /* n 0: it does not expire */
    const struct str *figure; /* shown with it */
    int figures;
    int line;
};

const struct roll_kind *roll_kind_find(const struct roll *def, struct str name);
int roll_state_find(const struct roll *def, struct str name); /* or ROLL_ENDED */
const struct roll_action *roll_action_find(const struct roll *def, int state, struct str name);
/* Of a state or an outcome; NULL if it is neither. */
const struct title *roll_word_title(const struct roll *def, struct str name);
/* The role that such an entry gives; empty: none. */
struct str roll_gives(const struct roll *def, struct str kind);
bool roll_asks(const struct roll *def, struct str field); /* anywhere on it */
/* Is it kept in a unit of this kind? Refused: INVALID (unit). */
bool roll_kept_in(const struct roll *def, struct str unit_kind);
bool roll_keep_check(const struct roll *def, struct str unit_kind, struct err *e) MUST_USE;
/* All that is asked of an entry of this kind, the roll's own first. */
struct facts_ask roll_facts(struct arena *a, const struct roll *def, struct str kind);
/* The i-th of what entries can be of in a pack: a roll without kinds, or a kind; NULL past the
 * last.
 */
struct pack;
const struct roll_part *roll_source(const struct pack *p, int i);

/* ---- what becomes of an entry ------------------------------------------- */

struct roll_now {
    struct str kind; /* empty: the roll has none */
    int state;
    struct str outcome;          /* once it has ended */
    int64_t active_at;           /* since when it is active; 0: it is not (yet) */
    int64_t review_at, until_at; /* 0: not while it is not active, or never */
    int64_t to_at;
};

/* The day of birth must be there where a rule asks for an age, and within it. Refused: INVALID
 * (birth_date). born_day INT32_MIN: not known. */
bool roll_age(const struct roll *def, struct str kind, int32_t born_day, int64_t at,
              struct err *e) MUST_USE;

/* Refused: INVALID (kind). */
bool roll_begin(const struct roll *def, struct str kind, int64_t at, struct roll_now *out,
                struct err *e) MUST_USE;
/* On refusal *now is as it was. Refused: CONFLICT (it has ended; not in this state; expired). */
bool roll_act(const struct roll *def, struct roll_now *now, struct str action, int64_t at,
              struct err *e) MUST_USE;
bool roll_to_kind(const struct roll *def, struct roll_now *now, struct str kind, int64_t at,
                  struct err *e) MUST_USE;
bool roll_confirm(const struct roll *def, struct roll_now *now, int64_t at, struct err *e) MUST_USE;
bool roll_stop(const struct roll *def, struct roll_now *now, struct str outcome, int64_t at,
               struct err *e) MUST_USE;
/* What time does by itself: until_at <= at ends it, at until_at. */
bool roll_tick(const struct roll *def, struct roll_now *now, int64_t at);
/* From when on it is asked to be confirmed again; 0: never. */
int64_t roll_review_from(const struct roll *def, const struct roll_now *now);

#endif
