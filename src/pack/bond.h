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
    int line;
};

#endif
