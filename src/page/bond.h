/* bond.h - what the pages of bonds share. */
#ifndef PAGE_BOND_H
#define PAGE_BOND_H

#include "civic/bond.h"
#include "page/offer.h"

/* Of a row of bond_row_view(): at, chip, state_title, alarm_title. */
void bond_row_show(struct req *q, struct val *v);

#endif
