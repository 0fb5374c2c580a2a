/*
 * service.h - hours of service that people gave in matters, in minutes, as the action said that
 * asked for them: a person's own, and figures over those of a unit.
 *
 * They count for the unit that held the matter, or in which it lies if none held it.
 */
#ifndef CIVIC_SERVICE_H
#define CIVIC_SERVICE_H

#include "civic/figure.h"
#include "civic/matter.h"

struct served {
    int64_t person, at, minutes, unit;
    struct str mechanism, path;
    struct served *next;
};
/* What who acts served by this action, now, the matter as it is after it; false: nothing. */
bool service_in(struct desk *k, const struct matter *m, const struct action *action,
                const struct val *fields, struct served *out);
void service_note(struct desk *k, const struct matter *m, const struct action *action,
                  const struct val *fields);

/* All of somebody's, in minutes. */
int64_t service_minutes(struct desk *k, int64_t person);
/* Rows {matter_id, number, title, unit, at, minutes}, newest first, `most` at most. */
void service_of(struct desk *k, int64_t person, int64_t most, struct val *rows);

/* How often people served, or minutes added up. */
int64_t service_count(struct desk *k, const struct figure *f, const struct unit *u,
                      const struct period *p);
/* Rows {id (of the matter), number, title (who), step_title (the mechanism), unit, unit_id,
 * opened_at (when), facts: none, value (minutes)}, newest first; else as stock_records(). */
void service_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                     struct val *rows);

/* Rows of matters that are not there: {subject, seq, what}. */
void services_verify(struct desk *k, struct val *faults);
/* Of a matter that is heard again, event by event (replay.h): the desk is of who acted, then. */
struct service_told {
    struct served *first;
};
void service_hear(struct desk *k, struct service_told *all, const struct matter *m,
                  const struct action *action, const struct val *fields);
/* Faults where its rows are not what was told. */
void service_compare(struct desk *k, struct service_told *all, int64_t matter, struct val *faults);

#endif
