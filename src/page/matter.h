/* matter.h - what the pages about one matter share. */
#ifndef PAGE_MATTER_H
#define PAGE_MATTER_H

#include "civic/report.h"
#include "page/offer.h"

/* NOT_FOUND into q->err also where the person may not know of it. */
bool matter_get(struct req *q, int64_t id, struct matter *m) MUST_USE;

/* What matter/show says of other matters, of numbers and resources, and of where it came from. */
void matter_around(struct req *q, const struct matter *m);

/* holds, holds_any: what it holds of resources and until when, as part/holds, linked to where
 * everybody may read of it (is_public) or to where staff does. */
void holds_show(struct req *q, const struct matter *m, bool is_public);

/* Where the person opens one of this procedure; "" if they may not. */
struct str begin_at(const struct req *q, const struct proc *def);
/* begins, begins_any: all that they may open, {title, at}. */
void begins_show(struct req *q, struct val *view);
/* begun: what the actor opened of these, the newest, as part/rows; begun_any. */
void begun_show(struct req *q, struct val *view);

/* What was filled in of what the procedure asks; whoever opens it follows it in their inbox. */
void begun_new(struct req *q, const struct proc *def, struct matter_new *n);

/* The view of matter/show, to be printed: oldest event first, with {printed, by}. */
bool matter_paper(struct req *q, const struct matter *m) MUST_USE;

/* support_at, supporters_at: where papers are brought in, and who supports it is seen; "" for who
 * may not. */
void support_put(struct req *q, const struct matter *m);
/* note_at: where a note about a cadre at work is written that belongs to it; "" for everybody who
 * writes none, and who does not learn that there are any. */
void evidence_put(struct req *q, const struct matter *m);

/* report/sent: the receipt, told this once. What *r lacks is read from its matter. */
bool show_receipt(struct req *q, struct matter_receipt *r, bool joined) MUST_USE;
/* Whoever has the receipt may look; of one that was told before, the code says whose it is. */
void remember_reporter(struct req *q, const struct matter_receipt *r);

#endif
