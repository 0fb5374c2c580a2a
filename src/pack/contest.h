/*
 * contest.h - what a kind of gathering adds if it is a contest: what is marked, by whom, how marks
 * become ranks, who answers an appeal.
 *
 * Lives in the pack's arena and never changes; docs/pack-author.md tells the language.
 */
#ifndef PACK_CONTEST_H
#define PACK_CONTEST_H

#include "pack/gathering.h"
#include "proc/rank.h"

struct contest {
    struct rank_rule rule;
    const struct body *judge; /* who may be named a judge */
    int judges;
    const struct body *entrant; /* who competes; 0 of them: whoever is entered by name */
    int entrants;
    bool unit_conflict;  /* a judge does not mark contestants of the judge's own unit */
    bool open_marks;     /* single marks are shown to everybody, at once */
    int64_t pass;        /* points from which a contestant has passed, in hundredths; -1: no bar */
    struct limit appeal; /* after the contest was closed; n 0: no appeals */
    const struct body *answer; /* who answers them */
    int answers;
};

#endif
