/*
 * bond_figure.h - figures over bonds: how many there are, or began, of a kind, in a state.
 *
 * Counted when they are read. What was only proposed, or declined, counts for no figure that does
 * not ask for the state.
 */
#ifndef BOND_FIGURE_H
#define BOND_FIGURE_H

#include "civic/figure.h"

int64_t bonds_count(struct desk *k, const struct figure *f, const struct unit *u,
                    const struct period *p);
/* Rows as stock_records() has them. */
void bonds_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                   struct val *rows);

#endif
