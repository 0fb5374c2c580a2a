/*
 * look.h - looks at sealed fields: of who reported, who objected, who stands on a roll, who holds a
 * post. Each needs a reason and leaves a `look` event on what it is about, and a row that the
 * unit's people can list. Who may look is said where the field is.
 */
#ifndef LOOK_H
#define LOOK_H

#include "civic/matter.h"

/* One personal field that somebody wants to see in clear. */
struct reveal {
    int64_t id;       /* of the report, the objection, the entry, the person */
    struct str field; /* name or phone */
    struct str reason;
};
/* Refused: INVALID without a reason, or for another field. */
bool reveal_check(const struct reveal *ask, struct err *e) MUST_USE;

struct look {
    struct str unit_path;
    int64_t matter, roll_entry, person; /* one of them */
    int64_t evidence;                   /* of a matter as well: civic/evidence.h */
    struct str field, reason;
};
/* Into the unit's list of looks; the ledger is the caller's. */
void look_put(struct desk *k, const struct look *look);
/* … of a matter, into its ledger as well; `what` (report, objection) has this id. */
void look_record(struct desk *k, const struct matter *m, const char *what,
                 const struct reveal *ask);
/* Looks in a unit's subtree, newest first, before id `before` (0: all): rows {id, at, who,
 * matter_id, number (of an entry of a roll its label, of a person their name), see_at, field,
 * reason}. Right look.list in the unit. Reads of evidence are not among them: not even that there
 * is any may be seen. */
void look_list(struct desk *k, struct str unit_path, int64_t before, struct val *list);

#endif
