/*
 * roll.h - what the pages of rolls share: where they stand, rows with links.
 */
#ifndef PAGE_ROLL_H
#define PAGE_ROLL_H

#include "civic/roll.h"
#include "page/show.h"

struct str roll_at(const struct req *q, int64_t unit, struct str roll); /* /units/1/rolls/talents */
struct str entry_at(const struct req *q, int64_t id);                   /* /entries/1 */
/* Adds at, ask_title and a word for who has no name (any more) to rows of roll_rows(). */
void rolls_link(struct req *q, struct val *rows);

#endif
