/*
 * booth_figure.h - figures over booths: how many units were at fairs of a kind that were held, and
 * with `distinct: unit` each once.
 *
 * Counted when they are read, by the fair's start and of its unit.
 */
#ifndef BOOTH_FIGURE_H
#define BOOTH_FIGURE_H

#include "civic/figure.h"

int64_t booths_count(struct desk *k, const struct figure *f, const struct unit *u,
                     const struct period *p);
/* Rows as stock_records() has them. */
void booths_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                    struct val *rows);

#endif
