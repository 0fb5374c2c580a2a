/* disclosure.h - what the pages that show decisions on display share. */
#ifndef PAGE_DISCLOSURE_H
#define PAGE_DISCLOSURE_H

#include "civic/disclosure.h"
#include "page/show.h"

/* {id, at, title, procedure, step_title, unit, takes, fields, pictures, state, state_text,
 * days_left, up, from, until, ended {iso, text}}; part/disclosure. False if its matter is gone. */
bool disclosure_put(struct req *q, const struct disclosure *d, struct val *v) MUST_USE;
/* objections: [{n, state, body, answer, name, phone, late, moment, due, answered}],
 * objections_any; part/objections. */
void objection_put(struct req *q, struct val *v); /* one of them */
void objections_put(struct req *q, const struct disclosure *d, bool for_public, struct val *v);

/* One display with its objections and forms, for everybody: public/show, of the id in the address.
 */
bool display_show(struct req *q) MUST_USE;

/* disclosures, disclosures_any: all of a matter with their objections, for staff; with {look_at:
 * where name and phone are asked for in clear, "" if I may not; shown}, which is `shown` for the
 * objection shown_of. */
void disclosures_of_matter(struct req *q, const struct matter *m, int64_t shown_of,
                           struct str shown);

#endif
