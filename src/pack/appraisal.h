/*
 * appraisal.h - an appraisal as a pack defines it: who or what is scored, by which formula, who
 * opens it, who gives marks, who answers an appeal.
 *
 * Lives in the pack's arena and never changes; docs/pack-author.md tells the language.
 */
#ifndef PACK_APPRAISAL_H
#define PACK_APPRAISAL_H

#include "pack/gathering.h"
#include "proc/score.h"
#include "val/val.h"

struct pack;

#define APPEALS_MAX 2 /* instances */

/* What everybody within the district reads once it is published; one's own sheet is always whole.
 */
enum appraisal_shows { SHOWS_STARS, SHOWS_POINTS, SHOWS_OWN };

struct appraisal_from { /* who gives an item's marks, checks, bonus or deduction; 0: nobody */
    const struct body *body;
    int n;
};

struct appraisal_def {
    struct str name, hash;
    struct title title, purpose; /* purpose: shown to those who are appraised */
    enum appraisal_of { OF_POST, OF_UNIT, OF_ROLL, OF_BOND } of;
    struct str what;      /* the role, kind of unit, roll or bond */
    const struct str *in; /* kinds of units in which it is; 0: any */
    int ins;
    struct str period;      /* month, quarter or year */
    const struct body *who; /* whose post opens, closes and publishes it, for that post's unit */
    int whos;
    struct score_rule rule;
    struct str formula; /* the rule as JSON, as appraisal_rule() reads it again */
    struct appraisal_from from[SCORE_ITEMS_MAX]; /* by item */
    struct str class; /* the fact of the unit, or of the post, within which is ranked; unit_kind; ""
                       */
    struct appraisal_appeal {
        struct limit within, answer; /* to appeal; to answer it */
        const struct body *to;
        int tos;
    } appeal[APPEALS_MAX];
    int appeals;
    enum appraisal_shows shows;
    bool is_public; /* what it shows stands on the public pages, too */
    int line;
};

const struct appraisal_def *pack_appraisal(const struct pack *p, struct str name);

/*
 * A formula by itself: of a stored round, or one that is tried. The map has score, most, decimals,
 * stars, pass and least as an appraisal's document; other keys are passed over. p NULL: figures
 * need not be there (those of an old round may be gone). Faults as pack_read() tells them.
 */
bool appraisal_rule(struct arena *a, const struct pack *p, const struct val *v,
                    struct score_rule *out, struct val *faults) MUST_USE;

/* Is this a value of that item? A mark is 0 to 100, a bonus up to what the item gives, a check 0 or
 * 100. Refused INVALID. `field` must live as long as the refusal. */
bool score_value_check(const struct score_item *it, int64_t value, const char *field,
                       struct err *e) MUST_USE;

#endif
