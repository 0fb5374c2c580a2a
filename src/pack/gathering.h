/*
 * gathering.h - a kind of gathering as a pack defines it: who calls it, who should attend, how
 * presence and votes are taken.
 *
 * Lives in the pack's arena and never changes; docs/pack-author.md tells the language.
 */
#ifndef PACK_GATHERING_H
#define PACK_GATHERING_H

#include "proc/def.h"

/* "secretary of party_branch", "cadre of every department", "roll households of village_group":
 * holders of a role, or entries of a roll, in the gathering's own unit of that kind, or in all of
 * them below it. */
struct body {
    struct str role, roll, kind;
    bool every;
    int line;
};

enum { ATTEND_CODE = 1, ATTEND_ROLL = 2, ATTEND_COUNT = 4 };
enum { VOTE_HANDS = 1, VOTE_ROLL = 2, VOTE_BALLOT = 4, VOTE_PAPER = 8 };

struct gathering_kind {
    struct str name, hash, icon, file;
    struct title title;
    const struct body *who; /* whose post calls, opens and closes it; it belongs to that unit */
    int whos;
    const struct body *body; /* who should attend */
    int bodies;              /* 0: open to all */
    struct limit notice;     /* at least that long between call and start; n 0: none */
    unsigned attendance, votes;
    bool sign_up;
    int64_t capacity; /* of those who sign up; 0: no bound */
    int proxies;      /* how many others one seat may stand for */
    struct share quorum, pass;
    const struct field *ask, *close; /* when it is prepared; when it is closed */
    int asks, closes;
    struct str every;       /* week, fortnight, month, quarter, year; empty: never due */
    const struct str *list; /* mechanisms whose open matters are laid before it */
    int lists;
    struct str tasks; /* the mechanism that its resolutions open; empty: none */
    bool is_public;
    int credits;                   /* that being there is worth; 0: none */
    const struct contest *contest; /* pack/contest.h; NULL: it is none */
    const struct booths *booths;   /* pack/booth.h; NULL: there are none */
    const struct paper *paper;     /* pack/paper.h: of surveys and tests; NULL: it is none */
    int line;
};

#endif
