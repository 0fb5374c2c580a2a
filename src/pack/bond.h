/*
 * bond.h - a kind of tie between two parties for a term, as a pack defines it: who may stand on
 * either side, who makes it, its plan, its notes, what ends it.
 *
 * Lives in the pack's arena and never changes; docs/pack-author.md tells the language.
 */
#ifndef PACK_BOND_H
#define PACK_BOND_H

#include "cal/stretch.h"
#include "pack/duty.h"

enum side_of { SIDE_PERSON, SIDE_UNIT, SIDE_ENTRY };

struct bond_side {
    struct str name;
    struct title title;
    enum side_of of;
    const struct str *role; /* SIDE_PERSON: holders of one of these; 0: of any post */
    int roles;
    const struct str *kind; /* SIDE_UNIT: units of one of these kinds */
    int kinds;
    struct str by;   /* SIDE_UNIT: the role that acts for it */
    struct str roll; /* SIDE_ENTRY: who is on this roll, in one of these of its kinds (0: any) */
    const struct str *roll_kind;
    int roll_kinds;
    int most; /* bonds of this kind at a time; 0: any number */
    int line;
};

/* Who does something in a bond: the unit that keeps it, or one of the sides. */
enum { BY_KEEPER = 1, BY_ONE = 2, BY_OTHER = 4 };

struct bond_note { /* something that is written down while it lasts: a task, an achievement */
    struct str name;
    struct title title;
    unsigned by;
    const struct field *ask;
    int asks;
    int line;
};

/* Whom the program proposes: for who stands on side `of`, those of the other side. */
struct bond_match {
    bool given;
    int of;                /* the side for which somebody is looked for: 0 one, 1 other */
    struct str wish, with; /* a field of that side, and the field of the other that answers it */
    struct str near;       /* kind of unit: being in the same one counts; empty: it does not */
};

struct bond_kind {
    struct str name, hash, icon;
    struct title title;
    struct bond_side side[2];
    const struct body *who; /* whose post makes, approves and ends it; it belongs to that unit */
    int whos;
    const struct body *propose; /* who may propose one to the keeper's unit above */
    int proposes;
    struct stretch term; /* at most that long */
    const struct str
        *excludes; /* kinds of bonds in which neither side's person may stand meanwhile */
    int exclude;
    const struct field *ask; /* when it is made */
    int asks;
    struct {
        bool given;
        struct limit within; /* of its beginning */
        unsigned by;
        const struct field *ask;
        int asks;
    } plan;
    const struct bond_note *note;
    int notes;
    const struct duty_def *duty;
    int duties;
    const struct str *contact; /* duties and notes that are contact */
    int contacts;
    int alarm_days;          /* without any contact; 0: never */
    const struct field *end; /* assessment */
    int ends;
    struct bond_match match;
    struct str file; /* that defines it: folder/name.yaml */
    int line;
};

/* ---- what becomes of a bond (bond_step.c): pure, so that cases can tell it ---- */

struct party {
    int64_t person_id, unit_id, entry_id; /* of an entry, person_id too if it has one */
};

/* One in which somebody stands, proposed or active. */
struct bond_tie {
    int64_t id, from_at, until_at;
    struct str kind;
    int side;
};

/* Who is to stand on a side, as they are now. */
struct bond_stander {
    struct party party;
    struct str name, title; /* as refusals call them, and the side */
    const struct str *role; /* of a person: what they hold */
    int roles;
    struct str kind; /* of a unit or an entry */
    struct str roll; /* of an entry */
    bool active;     /* of an entry: it counts */
    const struct bond_tie *tie;
    int ties;
};

struct bond_now {
    struct str state;                    /* proposed, active, closing, ended, declined */
    struct str outcome;                  /* once it ended: term, early, assessed, declined */
    int64_t from_at, until_at, ended_at; /* ended_at 0: it has not */
    int64_t plan_at, contact_at;         /* of the last; 0: none yet */
};

struct bond_doing {
    struct str does;   /* approve, decline, plan, assess, stop or the name of a note */
    struct str reason; /* of decline and stop */
    int64_t at;
};

struct calendar;
struct bond_env {
    const struct bond_kind *def;
    const struct calendar *calendar;
    struct arena *arena;
};

bool bond_is(const struct bond_now *now, const char *states); /* one of these, blank-separated */
/* May they stand there, together, as long as that? Refused: INVALID (the side's name: nobody who
 * may), CONFLICT (an entry that does not count; one with oneself; elsewhere meanwhile, or as often
 * as is allowed). `id` is the bond's own, whose ties do not hinder it. */
bool bond_sides_check(const struct bond_env *env, const struct bond_stander who[2],
                      const struct bond_now *now, int64_t id, struct err *e) MUST_USE;
/* Proposed. from_at and until_at as wished; 0: now, as long as the kind allows. Refused: INVALID
 * (from, until). */
bool bond_begin(const struct bond_env *env, struct bond_now *now, int64_t at,
                struct err *e) MUST_USE;
/* May who stands to it `as` BY_… do that? Refused: INVALID (note: there is nothing of that name),
 * DENIED. */
bool bond_may(const struct bond_kind *def, struct str does, unsigned as, struct err *e) MUST_USE;
const struct bond_note *bond_note_find(const struct bond_kind *def, struct str name);
/* What is asked then; of make and propose what is asked of every bond. *n 0: nothing. */
const struct field *bond_asked(const struct bond_kind *def, struct str does, int *n);
bool bond_wants_reason(struct str does);
/* On refusal *now is as it was. Refused: CONFLICT (not at that point), INVALID (no plan, no
 * assessment, reason). Fields are the caller's to check. */
bool bond_step(const struct bond_env *env, struct bond_now *now, const struct bond_doing *d,
               struct err *e) MUST_USE;
/* A duty or a note of that name was done: contact, if the kind says so (false: it does not). */
bool bond_touched(const struct bond_kind *def, struct bond_now *now, struct str name, int64_t at);
/* Its term is over (until_at <= at): it ends at until_at, or waits to be assessed. */
bool bond_tick(const struct bond_kind *def, struct bond_now *now, int64_t at);
/* What waits for its keeper at that moment: undecided, plan_missing, no_contact, unassessed; ""
 * nothing. */
struct str bond_wrong(const struct bond_env *env, const struct bond_now *now, int64_t at);
/* The next moment after `at` at which something will be; 0: none. */
int64_t bond_wrong_next(const struct bond_env *env, const struct bond_now *now, int64_t at);

#endif
