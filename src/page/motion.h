/* motion.h - what gatherings vote on, for pages that show it. */
#ifndef PAGE_MOTION_H
#define PAGE_MOTION_H

#include "civic/motion.h"
#include "page/show.h"

/* motions, motions_any for part/motions. */
void motions_view(struct req *q, const struct gathering *g);

/* One of them: {n, text, state, outcome, method, method_text, merged, matter_at, at, chip, quorum,
 * pass, by_area, decided, counts}. */
void motion_put_view(const struct req *q, const struct motion *m, struct val *v);
/* meetings, meetings_any: those before which the matter was brought, newest first, as
 * part/meetings; meeting_at: the page of the one that is still to vote on it, or "". */
void meetings_view(struct req *q, int64_t matter);
/* agenda: {n, text}; votes_now, votes_now_any: {n, text, at}, where a seat (by its code) votes. */
void agenda_view(struct req *q, const struct gathering *g, bool may_vote, struct str code);

/* The view of gathering/motion; `code` is that of the actor's seat, empty: none. */
bool motion_view(struct req *q, int64_t gathering, int64_t n, struct str code);

/* /gatherings/7/motions/2 with what follows. */
struct str motion_at(const struct req *q, int64_t gathering, int64_t n, const char *rest);
struct str motion_word(const struct req *q, const char *of, struct str name); /* motion.OF_NAME */

#endif
