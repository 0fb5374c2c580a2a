/*
 * figure.h - named numbers over the ledger by unit and period, each of which leads to its records.
 */
#ifndef FIGURE_H
#define FIGURE_H

#include "civic/list.h"

/* "2026-10", "2026-Q4", "2026", "2026-W47", "2026-11-21", "2026-10-01..2026-10-31"; empty: this
 * month. */
struct period {
    int64_t from_ms, to_ms; /* to is not in it */
    struct str text;
    enum { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR, PERIOD_SPAN } kind;
};
bool period_parse(struct desk *k, struct str s, struct period *out, struct err *e) MUST_USE;
struct period period_before(struct desk *k,
                            const struct period *p); /* the one before, for comparisons */

struct figure_value {
    int64_t n;            /* count or sum */
    int64_t over, under;  /* of a ratio */
    bool is_ratio, empty; /* empty: a ratio over nothing, which has no value */
};

/* subject: empty for all. NOT_FOUND: no such figure. Ratios are of whole counts; nothing is rounded
 * here. */
bool figure_read(struct desk *k, struct str id, const struct unit *u, const struct period *p,
                 struct str subject, struct figure_value *out, struct err *e) MUST_USE;

/* "93.72" of 911/972: percent with two places, halves up, in integers. */
struct str ratio_percent(struct arena *a, int64_t over, int64_t under);
struct str figure_text(struct arena *a, const struct figure_value *v); /* "1,234", "93.72%", "-" */

/* By unit directly below, by subject (top class), by day: rows {key, title, value, text, n}. */
void figure_by_unit(struct desk *k, const struct figure *f, const struct unit *u,
                    const struct period *p, struct val *rows);
void figure_by_subject(struct desk *k, const struct figure *f, const struct unit *u,
                       const struct period *p, struct val *rows);
void figure_by_day(struct desk *k, const struct figure *f, const struct unit *u,
                   const struct period *p, struct val *rows);

/* The matters behind it, newest first; for a ratio those of its base. */
bool figure_records(struct desk *k, const struct figure *f, const struct unit *u,
                    const struct period *p, struct str subject, int64_t before, struct val *rows,
                    int64_t *next, struct err *e) MUST_USE;

#endif
