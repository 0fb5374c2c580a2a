/*
 * scope.h - what the pages of figures share: which unit, which period, and how both stand in a
 * link.
 */
#ifndef SCOPE_H
#define SCOPE_H

#include "civic/figure.h"
#include "http/page.h"

#define SCOPE_PARAMS                    \
    {"unit", PARAM_TEXT, .max = 40},    \
    {                                   \
        "period", PARAM_TEXT, .max = 40 \
    }

struct scope {
    struct desk k;
    const struct unit *unit;
    struct period period;
};

/* unit by code, usually that of the actor's first post with this right; period, usually this month.
 * Refused: NOT_FOUND, DENIED without the right there, INVALID; BUSY while they are counted again.
 */
bool scope_read(struct req *q, const char *right, struct scope *s) MUST_USE;

/* Sets periods: this week, month, quarter and year, as links to this path. */
void scope_periods(struct req *q, const struct scope *s, struct str path);

/* path?unit=…&period=… */
struct str scope_link(const struct scope *s, struct str path);
struct str scope_link_of(const struct scope *s, struct str path, const struct unit *u,
                         struct str period);

/* Sets figures: {title, text, at} of each of these names, of this year; none without the right
 * figures.read there. */
void scope_figures(struct req *q, const struct unit *u, const struct str *name, int n);

/* A period as people write it. */
struct str scope_period(struct req *q, const struct period *p);

/* A label with {1} and {2} filled in. */
struct str scope_say(struct req *q, const char *key, struct str one, struct str two);

/* 0 to 100 of a value among values up to most. */
int64_t scope_share(int64_t n, int64_t most);

#endif
