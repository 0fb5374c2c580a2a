/*
 * duty_figure.h - figures over duties: by kind, name and state, when they were due or done.
 *
 * Counted when they are read, out of the indexes alone where a figure asks nothing of what was
 * noted and tells nothing apart (`distinct`). Those that became moot are none. state: open, missed,
 * done (in time), late, excused.
 */
#ifndef DUTY_FIGURE_H
#define DUTY_FIGURE_H

#include "civic/figure.h"

int64_t duties_count(struct desk *k, const struct figure *f, const struct unit *u,
                     const struct period *p);
/* Rows as stock_records() has them. */
void duties_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                    struct val *rows);

#endif
