/* Counts and shares: whole numbers only, nothing is divided. */
#include "proc/engine.h"

#include <string.h>

#define HEADS_MOST 1000000
#define AREA_MOST  1000000000000 /* times the largest part of a share this fits with room */

#define COUNTS 9
#define AREAS  6 /* from this one on they are areas */

static const char *const names[COUNTS] = {"should_attend", "present",      "in_favour",
                                          "against",       "abstain",      "invalid",
                                          "area_should",   "area_present", "area_in_favour"};

static void counts_of(struct votes *v, int64_t *at[COUNTS])
{
    int64_t *all[COUNTS] = {&v->should_attend, &v->present,      &v->in_favour,
                            &v->against,       &v->abstain,      &v->invalid,
                            &v->area_should,   &v->area_present, &v->area_in_favour};

    memcpy(at, all, sizeof(all));
}

bool votes_check(const struct votes *v, bool by_area, struct err *e)
{
    struct votes copy = *v;
    int64_t *at[COUNTS];

    counts_of(&copy, at);
    for (int i = 0; i < COUNTS; i++) {
        if (*at[i] < 0 || *at[i] > (i < AREAS ? HEADS_MOST : AREA_MOST))
            return refuse(e, ERR_INVALID, names[i],
                          "A count is a whole number, not negative and not that large.");
    }
    if (v->present > v->should_attend)
        return refuse(e, ERR_INVALID, "present", "More are present than should attend.");
    if (v->in_favour + v->against + v->abstain + v->invalid > v->present)
        return refuse(e, ERR_INVALID, "in_favour", "There are more votes than people present.");
    if (by_area && (v->area_present > v->area_should || v->area_in_favour > v->area_present))
        return refuse(e, ERR_INVALID, "area_present",
                      "The area of those present or in favour is more than there is.");
    return true;
}

bool votes_read(const struct val *fields, bool by_area, struct votes *out, struct err *e)
{
    int64_t *at[COUNTS];

    *out = (struct votes){0};
    counts_of(out, at);
    for (int i = 0; i < (by_area ? COUNTS : AREAS); i++) {
        const struct val *v = val_get(fields, str_of(names[i]));

        if (v)
            *at[i] = field_number(v);
        else if (i < 3)
            return refuse(e, ERR_INVALID, names[i],
                          "Please count who should attend, who is present and who is in favour.");
    }
    return votes_check(out, by_area, e);
}

void votes_write(struct val *fields, const struct votes *v, bool by_area)
{
    struct votes copy = *v;
    int64_t *at[COUNTS];

    counts_of(&copy, at);
    for (int i = 0; i < (by_area ? COUNTS : AREAS); i++)
        set_int(fields, names[i], *at[i]);
}

static bool share_met(const struct share *s, int64_t n, int64_t of)
{
    return s->b == 0 || (s->over ? n * s->b > of * s->a : n * s->b >= of * s->a);
}

enum decision votes_decide(const struct rule *rule, const struct votes *v)
{
    bool present = rule->pass.of_present;

    if (v->present < 1 || !share_met(&rule->quorum, v->present, v->should_attend) ||
        (rule->by_area && !share_met(&rule->quorum, v->area_present, v->area_should)))
        return DECIDED_NOT;
    if (!share_met(&rule->pass, v->in_favour, present ? v->present : v->should_attend) ||
        (rule->by_area &&
         !share_met(&rule->pass, v->area_in_favour, present ? v->area_present : v->area_should)))
        return DECIDED_LOST;
    return DECIDED_CARRIED;
}
