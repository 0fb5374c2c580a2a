/* motion.h - what gatherings vote on, for pages that show it. */
#ifndef PAGE_MOTION_H
#define PAGE_MOTION_H

#include "civic/motion.h"
#include "page/show.h"

/* motions, motions_any for part/motions. */
void motions_view(struct req *q, const struct gathering *g);

/* The view of gathering/motion; `code` is that of the actor's seat, empty: none. */
bool motion_view(struct req *q, int64_t gathering, int64_t n, struct str code);

/* /gatherings/7/motions/2 with what follows. */
struct str motion_at(const struct req *q, int64_t gathering, int64_t n, const char *rest);
struct str motion_word(const struct req *q, const char *of, struct str name); /* motion.OF_NAME */

#endif
