/*
 * resolution.h - what a gathering resolved becomes work: a matter with a unit and a date, of the
 * mechanism that the kind of gathering names (`tasks`). It goes its own way to a check and a
 * result; the gathering's page shows how far each one is.
 */
#ifndef RESOLUTION_H
#define RESOLUTION_H

#include "civic/gathering.h"
#include "civic/matter.h"

struct resolution {
    struct str title, body;
    int64_t unit_id;  /* whose it is to carry out */
    struct str until; /* a date as it was typed; the mechanism's field `until` */
};

/* While the gathering is open or after it. Refused: INVALID, DENIED, CONFLICT, and what the
 * mechanism refuses. */
bool resolution_put(struct desk *k, int64_t gathering, const struct resolution *n,
                    struct matter_receipt *out, struct err *e) MUST_USE;

/* Rows {id, number, title, unit, step_title, stage, outcome_title, ended}. */
void resolutions_view(struct desk *k, const struct gathering *g, struct val *rows);
/* The gathering that a matter came out of, as gathering_row_view(); false if it came out of none,
 * or of one that the actor may not know of. */
bool resolution_source(struct desk *k, int64_t matter, struct val *out);

#endif
