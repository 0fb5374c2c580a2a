/*
 * score.h - points, stars and ranks by a visible formula over figures, marks and checks. Pure;
 * exact integers, so that anybody can recompute it with a pencil from what the page shows.
 *
 * Values and points are in hundredths: 93.72 per cent is 9372. Rounded, half up, is what the page
 * shows as rounded, and nothing else: a share to hundredths of a per cent, a mean of marks to
 * hundredths, each item's points to hundredths, the total to the rule's decimals. What is shown is
 * what decides.
 */
#ifndef SCORE_H
#define SCORE_H

#include "proc/rank.h"

#define SCORE_ITEMS_MAX 20
#define SCORE_STARS_MAX 5
#define SCORE_FULL      100          /* what weights and points of a rule add up to */
#define SCORE_VALUE_MAX 100000000000 /* of a figure, in hundredths: a thousand million */

enum score_kind {
    SCORE_FIGURE, /* linear from nothing at zero_at to the weight at full_at */
    SCORE_MARKS,  /* the judges' mean of 0 to 100 */
    SCORE_CHECK,  /* the weight, if everybody who checked it says so */
    SCORE_BONUS,  /* what was given, up to the weight */
    SCORE_DEDUCT  /* what was taken, up to the weight */
};

struct score_item {
    struct str name;
    struct title title;
    enum score_kind kind;
    int64_t weight;           /* points, 1 to 100 */
    struct str figure;        /* SCORE_FIGURE */
    int64_t zero_at, full_at; /* … in hundredths; zero_at above full_at: less is better */
    struct rank_rule marks;   /* SCORE_MARKS: highest, lowest, least; decimals 2 */
};

struct score_rule {
    const struct score_item *item;
    int items;
    int64_t most; /* points that nobody gets beyond, 100 to 200 */
    int decimals; /* of the total */
    struct score_star {
        int64_t at; /* hundredths */
        int stars;
    } star[SCORE_STARS_MAX]; /* most stars first */
    int stars;
    int64_t pass;      /* hundredths; -1: nobody passes or fails */
    struct str volume; /* a figure below whose value nothing can be said; empty: none */
    int64_t least;     /* … in hundredths */
};

/* What somebody gave, or a figure said: one for each item and judge. */
struct score_input {
    int item;      /* of the rule; SCORE_VOLUME_ITEM: the volume */
    int64_t value; /* hundredths; a check: 100 yes, 0 no; -1: a share of nothing */
};
#define SCORE_VOLUME_ITEM -1

enum score_why { SCORE_FINE, SCORE_NO_VOLUME, SCORE_NO_FIGURE, SCORE_NO_MARKS, SCORE_NO_CHECK };

struct score_part { /* of one item, for the page that shows it */
    bool known;
    int64_t value, points; /* points are below 0 for a deduction */
    int inputs;
    struct rank_points mean; /* SCORE_MARKS */
};

struct score_result {
    int64_t points; /* hundredths; -1: none, for the first reason below */
    enum score_why why;
    int stars; /* 0: none */
    int rank;  /* score_ranks() */
    bool passed;
};

/* A figure's value as it is stored: of a share in hundredths of a per cent, half up; -1 of nothing.
 */
int64_t score_share(int64_t over, int64_t under);

/* part: one for each item of the rule. Of one subject, in any order of the inputs. */
struct score_result score_reckon(const struct score_rule *rule, const struct score_input *in, int n,
                                 struct score_part *part);

/* Ranks within each class: equal points share a rank; without points there is none. */
void score_ranks(struct score_result *result, const struct str *class, int n);

/* "volume", "figure" …: how a reason is stored; "" for SCORE_FINE. */
struct str score_why_word(enum score_why why);

#endif
