/*
 * match.h - whom somebody could be tied with: from what both have said, and nothing else. Pure.
 *
 * The program proposes and says why; a person decides. Points are there to put the proposals in
 * order and mean nothing beside that: ten for each wish that is answered, five for being near, one
 * less for each tie that somebody has already.
 */
#ifndef MATCH_H
#define MATCH_H

#include "base/str.h"

#define MATCH_WORDS_MAX 20 /* of one party; more are not looked at */

struct match_party {
    int64_t id;
    struct str word[MATCH_WORDS_MAX]; /* wishes, or what is offered */
    int words;
    int64_t near;   /* the unit that counts as near; 0: none */
    int load, most; /* ties now, and at most; most 0: any number */
};

struct match {
    int64_t id;
    struct str answered[MATCH_WORDS_MAX]; /* the wishes that are */
    int answers, points, load;
    bool near;
};

/* "养老、法律 调解" or "a, b; c": the words of a text, each once; how many. */
int match_words(struct str text, struct str word[MATCH_WORDS_MAX]);

/* The best `most` of n candidates for `who`, best first, equal ones by load and then by id; how
 * many. Left out: who has no tie free, and who neither answers a wish nor is near. */
int match_best(const struct match_party *who, const struct match_party *candidate, int n,
               struct match *out, int most);

#endif
