/* duties.h - rows of duties as pages show them. */
#ifndef PAGE_DUTIES_H
#define PAGE_DUTIES_H

#include "page/show.h"

/* Adds state_title, chip, due and done (moments) to rows of duty_row_view(); part/duties. */
void duties_show(struct req *q, struct val *rows);
/* raised_in: the duty in which a matter was heard, a visit for example; false: in none, or in one
 * that the actor may not see. */
void duties_raised(struct req *q, int64_t matter);

#endif
