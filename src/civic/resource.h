/*
 * resource.h - what can be given, so many of it: flats, places at a school, jobs.
 *
 * A unit keeps it (pack/resource.h says which and whose post); each change is an event of its own
 * ledger. A matter takes one where an action of its procedure says so, in the transaction of that
 * action, and holds it until it gives it back, ends otherwise than by an outcome that keeps it, the
 * keeper takes it back, or its time has run out. Never more are held than there are.
 * `seen` is the seq of the last event that the person saw, 0: any; if it has moved on, CONFLICT.
 */
#ifndef CIVIC_RESOURCE_H
#define CIVIC_RESOURCE_H

#include "civic/matter.h"
#include "pack/resource.h"

struct resource {
    int64_t id;
    struct str kind, unit_path, title;
    int64_t unit_id; /* that keeps it */
    int64_t capacity, taken, from_at, ended_at;
    struct val *fields; /* as the kind asks; empty map: nothing */
    struct head head;
    const struct resource_kind *def; /* today's; NULL: the pack has none of that name any more */
    bool fresh;                      /* not in the database yet */
};

/* ---- keeping -------------------------------------------------------------- */

struct resource_new {
    struct str kind, title;
    int64_t unit_id; /* that keeps it; 0: the first of the actor's that may */
    int64_t capacity;
    const struct val *fields; /* may be NULL */
};

/* Refused: INVALID (kind, unit, title, capacity, fields), DENIED. */
bool resource_add(struct desk *k, const struct resource_new *n, struct resource *out,
                  struct err *e) MUST_USE;
bool resource_load(struct desk *k, int64_t id, struct resource *r, struct err *e) MUST_USE;
/* May the actor keep this one: by a post of its kind's `who`, in its unit or above? */
bool resource_kept(struct desk *k, const struct resource *r);
/* The units in which the actor may keep such ones, in order of the tree; NULL-ended. */
const struct unit **resource_units(struct desk *k, const struct resource_kind *def);

struct resource_act {
    int64_t id, seen;
    struct str title, reason;
    int64_t capacity, matter_id;
    const struct val *fields;
};
/* Title, capacity and fields, all of them. Refused: INVALID (also a capacity below what is held).
 */
bool resource_change(struct desk *k, const struct resource_act *act, struct err *e) MUST_USE;
/* None is given any more; what is held stays held. With a reason. */
bool resource_end(struct desk *k, const struct resource_act *act, struct err *e) MUST_USE;
/* What a matter holds of it is free again. With a reason. */
bool resource_take_back(struct desk *k, const struct resource_act *act, struct err *e) MUST_USE;

/* ---- matters -------------------------------------------------------------- */

/* What was filled into fields of kind resource: there, of the right kind, given still, and for
 * whoever opened the matter? Refused: INVALID (the field), DENIED (for whom it is), CONFLICT. */
struct facts_ask;
bool resources_named(struct desk *k, const struct matter *m, struct facts_ask ask,
                     const struct val *got, struct err *e) MUST_USE;
/* Takes and gives back as the engine says; refused as above, and CONFLICT if none is left. */
bool resources_carry_out(struct desk *k, const struct matter *m, const struct proc_effects *effects,
                         struct err *e) MUST_USE;
struct allotment {
    int64_t resource, matter, until;
};
/* Of rows (resource_id, matter_id, until_at), which end; how many, ALLOTMENTS at most. For civic/.
 */
#define ALLOTMENTS 200
int allotments_read(struct rows *rows, struct allotment out[ALLOTMENTS]);
/* What has run out by k->now is free again, at its own moment; how many, a bounded number. */
int64_t resources_tick(struct desk *k);
/* Who holds what is about to run out, and who keeps it, are told, each once (notices held_soon; of
 * what has run out resources_tick() tells, held_over); how many, a bounded number. */
int64_t resources_tell(struct desk *k);
/* When that is, of what is taken now; 0: never. */
int64_t resource_tell_at(const struct resource_kind *def, int64_t now, int64_t until);
/* One notice to each of them: who opened the matter, its reporters, and the keeper's unit. */
void resource_tell(struct desk *k, const struct resource *r, int64_t matter, struct str kind,
                   int64_t until);

/* ---- reading -------------------------------------------------------------- */

/* {id, kind, kind_title, icon, title, unit, unit_id, counted (the unit of its kind), capacity,
 * taken, free, whom (for whom it is, "" anybody), ended: bool}. */
void resource_row_view(struct desk *k, const struct resource *r, struct val *row);

struct resource_filter {
    struct str kind; /* empty: all */
    bool is_public;  /* only of kinds that everybody may read */
    bool ended;      /* those that have ended instead of those that are given */
    int64_t skip;    /* how many rows were seen before */
};
/* In order of kind and of the tree; *next is what to pass as skip, 0: there are no more. */
void resource_list(struct desk *k, const struct resource_filter *f, struct val *rows,
                   int64_t *next);
/* Those that are given, of these kinds ({name} each), as rows; bounded. unit_id: only those that it
 * keeps; 0: all. */
void resource_choices(struct desk *k, const struct val *kinds, int64_t unit_id, struct val *rows);
struct str resource_title(const struct desk *k, int64_t id); /* "" if there is none */
/* Who holds one: {matter, number, from, until (days, "" open), over, ran_out: bools}, held ones
 * first, each newest first; bounded. */
void resource_held(struct desk *k, const struct resource *r, struct val *list);
/* What a matter holds or held: {id, title, kind_title, is_public, from, until, over, ran_out (over
 * by itself, not given back)}. */
void matter_holds(struct desk *k, int64_t matter, struct val *list);
/* Its ledger, newest first: {kind, at, who, number (of the matter), reason, capacity: texts}. */
void resource_events(struct desk *k, const struct resource *r, struct val *list);

/* For yingshao verify: {subject, seq, what} of each whose rows are not what its ledger says. */
void resources_verify(struct desk *k, struct val *faults);

#define RESOURCE_COLUMNS                                                                        \
    "r.id, r.kind, r.unit_id, r.unit_path, r.title, r.fields, r.capacity, r.taken, r.from_at, " \
    "r.ended_at, r.seq, r.head"
#define RESOURCE_COLUMN_COUNT 12
void resource_read_row(const struct desk *k, const struct rows *rows, struct resource *r);

#endif
