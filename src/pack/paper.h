/*
 * paper.h - what a kind of gathering adds if those on its roll are asked: a survey of fields, or a
 * test of questions drawn from a bank.
 *
 * Lives in the pack's arena and never changes; docs/pack-author.md tells the language.
 */
#ifndef PACK_PAPER_H
#define PACK_PAPER_H

#include "proc/def.h"

#define PAPER_KINDS \
    5 /* of questions: single multi judge text number, as civic/question.h has them */
#define PAPER_QUESTIONS_MAX 200

struct paper {
    const struct field *ask; /* of a survey; asks 0: it is a test */
    int asks;
    const struct str *by; /* roles that ask at the door, in the seat's own units */
    int bys;
    struct str bank; /* of a test, where its gathering does not name another one (field `bank`) */
    int draw[PAPER_KINDS]; /* how many of each kind of question */
    int draws;             /* in all */
    int64_t minutes;       /* from opening the paper; 0: until the end */
    int64_t pass;          /* per cent of all marks; 0: nobody fails */
    bool closed;           /* closed book 闭卷 */
    bool twice;            /* paper sheets are keyed by two people */
};

#endif
