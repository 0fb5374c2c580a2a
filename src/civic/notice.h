/*
 * notice.h - what somebody is told: a unit's people, or a reporter. Shown in inboxes; an outbox to
 * message services can be fed from it.
 */
#ifndef NOTICE_H
#define NOTICE_H

#include "civic/matter.h"

/* To whoever's turn it is (of this part, or -1: any). at_ms: the moment it is about. */
void notice_turns(struct desk *k, const struct matter *m, int part, struct str kind, int64_t at_ms);
void notice_unit(struct desk *k, const struct matter *m, int64_t unit, struct str kind,
                 int64_t at_ms);
/* To every reporter of the matter and of those bundled into it. */
void notice_reports(struct desk *k, const struct matter *m, struct str kind, struct str content);
void notice_report(struct desk *k, const struct matter *m, int64_t report_id, struct str kind,
                   struct str content);

/* To one person, about a gathering: moved, cancelled, place. */
void notice_person(struct desk *k, int64_t person, int64_t gathering, struct str kind);

/* Of a duty, or of what a matter holds: a person, or who holds a role in a unit. */
struct told_to {
    int64_t person_id, unit_id;
    struct str role;
};
struct told_what {
    int64_t matter_id; /* 0: of none */
    struct str kind, content;
};
void notice_tell(struct desk *k, const struct told_to *to, const struct told_what *what);

#endif
