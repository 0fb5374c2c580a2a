/*
 * notice.h - what somebody is told: a unit's people, or a reporter. They read it in
 * their inbox; message services can be fed from it.
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

/* ---- who is told ----------------------------------------------------------- */

#define NOTICES_SHOWN 20

/*
 * {id, kind, at (path of what it is about), title, sub, told_at, fresh (not seen yet)} of what the
 * actor was told, as a person or by a post held now, newest first; without what they may not know
 * of any more. *next: what to pass as `before` (0: from the newest) for the next page, 0: none.
 * Returns the newest of this page, also if it was left out; 0: there is none.
 */
int64_t notices_list(struct desk *k, int64_t before, struct val *rows, int64_t *next);
/* How many are not seen yet; of a person and of each post at most 100 are counted. */
int64_t notices_new(struct desk *k);
/* The actor has seen all up to this one. */
void notices_seen(struct desk *k, int64_t until);

#endif
