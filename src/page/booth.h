/*
 * booth.h - the booths of a fair, for the pages of gatherings.
 */
#ifndef PAGE_BOOTH_H
#define PAGE_BOOTH_H

#include "civic/booth.h"
#include "http/page.h"

/* fair: {booths: booths_view(), booths_any, sum: of the same, open_to: choices of units, open_any:
 * bool, book_at, leave_at, sheets_at: texts; columns: titles of what is counted} or false. */
void booths_show(struct req *q, const struct gathering *g);
/* … for everybody: the same booths each with apply_at, without counts. */
void booths_show_public(struct req *q, const struct gathering *g);

#endif
