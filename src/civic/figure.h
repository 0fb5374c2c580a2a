/*
 * figure.h - named numbers over the ledger by unit and period, each of which leads to its records.
 */
#ifndef FIGURE_H
#define FIGURE_H

#include "civic/list.h"
#include "pack/figure_value.h"

/* "2026-10", "2026-Q4", "2026", "2026-W47", "2026-11-21", "2026-10-01..2026-10-31", "all"; empty:
 * this month. */
struct period {
    int64_t from_ms, to_ms; /* to is not in it */
    struct str text;
    enum { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR, PERIOD_SPAN } kind;
};
bool period_parse(struct desk *k, struct str s, struct period *out, struct err *e) MUST_USE;
struct period period_before(struct desk *k,
                            const struct period *p); /* the one before, for comparisons */

/* subject: empty for all. Ratios are of whole counts; nothing is rounded here. */
void figure_read(struct desk *k, const struct figure *f, const struct unit *u,
                 const struct period *p, struct str subject, struct figure_value *out);

/* A count of each of these units, from the entries: for what is open now, which are few. `below` is
 * NULL-ended and lies in u. */
void figure_spread(struct desk *k, const struct figure *f, const struct unit *u,
                   const struct period *p, const struct unit *const *below, int64_t *out);

/* Each day's count of a period; days of them. */
void figure_days(struct desk *k, const struct figure *f, const struct unit *u,
                 const struct period *p, int64_t *out, size_t days);

/* By unit directly below, by subject (top class): rows {key, title, value, text, n}. */
void figure_by_unit(struct desk *k, const struct figure *f, const struct unit *u,
                    const struct period *p, struct val *rows);
void figure_by_subject(struct desk *k, const struct figure *f, const struct unit *u,
                       const struct period *p, struct val *rows);

/*
 * The records behind a figure. Of a figure of several values each has its own: it is refused. What
 * there is (units, posts, people): as stock_records(). Matters: newest first by the moment that
 * counts; for a ratio those of its base. What a figure of parts or ratings counts at several
 * moments stands there as often. before and before_at are set to what the next call needs, 0 at the
 * end.
 */
/* Are its records units, posts or gatherings, which have no subject? Else they are matters. */
bool figure_has_things(const struct figure *f);

struct figure_query {
    const struct figure *f;
    const struct unit *u;
    const struct period *p;
    struct str subject;        /* empty: all */
    int64_t before, before_at; /* the last one seen; 0: from the newest */
    int64_t most;              /* 0: LIST_ROWS */
};
/* Which of the records, met one after another in their order, are those that are asked for. */
struct figure_page {
    struct val *rows;      /* NULL: they are only counted */
    int64_t from, most, n; /* n: how many were met */
};
struct figure_page figure_page_of(const struct figure_query *ask, struct val *rows);
/* One more is met: the row to be filled in, NULL if it is not on this page. */
struct val *figure_page_next(struct figure_page *p);
/* Is it known that there is another page? Then nothing more need be looked at. */
bool figure_page_full(const struct figure_page *p);
/* What the next call needs. */
void figure_page_end(const struct figure_page *p, struct figure_query *ask);
/* Refused (DENIED) without matter.read or figures.read in the unit. */
bool figure_records(struct desk *k, struct figure_query *ask, struct val *rows,
                    struct err *e) MUST_USE;

#endif
