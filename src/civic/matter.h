/*
 * matter.h - something that someone asks or decides and that goes through a procedure to an end.
 *
 * Opening and acting load, ask the engine (proc/), write the row and the event, and carry out the
 * effects, all in the caller's transaction. The row's `state` is the engine's; every other column
 * is derived from state and events (matter_save) for lists and figures.
 */
#ifndef MATTER_H
#define MATTER_H

#include "civic/unit.h"

struct matter {
    int64_t id;
    struct str number, mechanism, def_hash;
    struct str title, body, channel, subject, place;
    int64_t lon, lat; /* millionths of a degree */
    int64_t unit_id, grid_id, community_id, street_id;
    struct str unit_path;
    struct str step, stage, grade, outcome;
    int64_t round, key_matter, supervised, late, bundle_id, opener_id, first_unit_id;
    int64_t reported_at, opened_at, due_at, timer_at, ended_at, changed_at;
    struct head head;
    struct str counts; /* its entries, as tally.c lists them */
    struct proc_state state;
    const struct proc *def;
    /* How the reporters answered; of the main report. "", yes, no; satisfied: "", very, mostly, no.
     */
    struct str contacted, solved, satisfied;
    int64_t asked_at, rated_at;
    bool fresh; /* not in the database yet */
};

/* Stages, for chips and filters: new, assigned, doing, check, rating, paused, ended. */
struct str matter_stage(const struct matter *m);

struct matter_new {
    struct str mechanism;   /* empty: from subject or channel, else the pack's usual */
    struct str title, body; /* one of them; a missing title is cut from the body */
    struct str channel, subject, place, grade;
    int64_t lon, lat;         /* millionths of a degree; 0,0: unknown */
    int64_t unit_id;          /* a grid or any unit above; 0: by the point, else the district */
    int64_t reported_at;      /* 0: now */
    struct str number;        /* another system's, taken once for its channel */
    struct str name, phone;   /* the reporter's, sealed; may be empty */
    const struct val *fields; /* further fields that the mechanism asks for; may be NULL */
    const int64_t *picture;   /* ids of pictures already stored */
    size_t pictures;
    struct str request_key; /* the same key again answers the same and does nothing */
    bool without_report;    /* bulk import: nobody waits for a receipt */
    int64_t gathering_id;   /* a fair at which it is handed in (civic/booth.h); 0: none */
    int64_t from_unit_id;   /* for which unit it is opened; 0: that of the actor's post */
};

struct matter_receipt {
    int64_t id, due_at;
    int64_t unit_id;         /* who answers for it first */
    int64_t report_id;       /* of who reported; 0: nobody waits for an answer */
    struct str title;        /* as it is stored */
    struct str number, code; /* code: the reporter's receipt, XXXX-XXXX-XXXX; told only now */
    bool again;              /* it was there already */
};

/* Refused: INVALID (field named), CONFLICT (foreign number is there: receipt->id says which). */
bool matter_open(struct desk *k, const struct matter_new *n, struct matter_receipt *out,
                 struct err *e) MUST_USE;

/* NOT_FOUND if it is not there. */
bool matter_load(struct desk *k, int64_t id, struct matter *m, struct err *e) MUST_USE;

/* May the actor know of it: by a post in whose subtree it lies or in its own unit of a kind that
 * has a say in it (the branch of its village), or in a unit that it concerns, or as
 * its opener. */
bool matter_visible(struct desk *k, const struct matter *m);

/* May the actor take it: by a post in a unit of a kind that its step is open to. Then title, body
 * and place are theirs to read, and nothing else of it. */
bool matter_claimable(struct desk *k, const struct matter *m);

/* Refuses what the actor may not know of: CONFLICT to those who might have taken it, and somebody
 * else has; NOT_FOUND to all others. */
bool matter_hidden(struct desk *k, const struct matter *m, struct err *e) MUST_USE;

struct matter_act {
    int64_t id;
    enum proc_event_kind kind;
    struct str action;
    int part; /* -1: the whole */
    const struct val *fields;
    int64_t seq;  /* of the head that the person saw; 0: any. Moved on since: CONFLICT */
    bool by_vote; /* carried and lost are said by a motion that was decided, by nobody else */
};

/* One offered action. Refused as matter_hidden() where the actor may not even know of it. */
bool matter_act(struct desk *k, const struct matter_act *act, struct err *e) MUST_USE;

/* Everything that fell due until now, oldest first, at most `most`; how many were done. */
int matter_tick(struct desk *k, int most);

/* Where it is: a grid, or a better known unit above. By right matter.place in both units. */
bool matter_locate(struct desk *k, int64_t id, int64_t unit_id, struct err *e) MUST_USE;

/* `id` becomes one more report of `into`; both open, both visible, right matter.bundle. */
bool matter_bundle(struct desk *k, int64_t id, int64_t into, struct err *e) MUST_USE;

/* Mark as 关键小事 or not; right matter.key. */
bool matter_mark_key(struct desk *k, int64_t id, bool key, struct err *e) MUST_USE;

/* What the actor may do now, for the page (proc_offers). */
void matter_offers(struct desk *k, const struct matter *m, struct val *list);

/* ---- for civic/ itself ------------------------------------------------ */

void matter_env(struct desk *k, const struct matter *m, struct proc_env *env);
/* One event of a matter that was loaded, without asking whether the actor may know of it. */
bool matter_act_on(struct desk *k, struct matter *m, const struct matter_act *act,
                   struct err *e) MUST_USE;
/* 5 to 20 digits, blanks, + and -; empty is fine. INVALID (phone). */
bool phone_check(struct str phone, struct err *e) MUST_USE;
/* Row, turns, parts, entries; one event with it. */
void matter_save(struct desk *k, struct matter *m, struct str kind, const struct val *content);
/* It concerns a unit (0: none) besides those whose ground it lies on; how: doing, handed. */
void matter_concerns(struct desk *k, int64_t unit, struct str how, const struct matter *m);
/* As proc_actor sees k->actor. */
void matter_actor(struct desk *k, const struct matter *m, struct proc_actor *out);
/* The definition a matter began with: today's, or one of a pack that was in use before. */
const struct proc *matter_definition(struct desk *k, struct str mechanism, struct str hash);
/* What follows from an event: notices, rating questions, duty list proposals. */
void matter_carry_out(struct desk *k, struct matter *m, const struct proc_effects *effects);
/* Who acted, as the engine saw them, into an event's content: so that it can be replayed. */
void matter_put_actor(struct desk *k, const struct matter *m, struct val *content);
bool event_kind_find(struct str name, enum proc_event_kind *out);
/* How many were joined to m; the first `most` of them into id. */
int matter_bundled(struct desk *k, const struct matter *m, int64_t *id, int most);
/* The clock that runs for a part (-1: the whole), or NULL. */
const struct proc_clock *matter_clock(const struct matter *m, int part);
struct str matter_digest(struct arena *a, const struct matter *m);
/* Columns for matter_read_row; first among them those that lists filter by, so that rows which are
 * not shown need not be read whole. */
#define MATTER_COLUMNS                                                                                      \
    "m.id, m.subject, m.unit_path, m.stage, m.channel, m.grade, m.mechanism, m.supervised, "                \
    "m.late, m.opened_at, m.ended_at, m.opener_id, m.number, m.def_hash, m.title, m.body, m.place, m.lon, " \
    "m.lat, m.unit_id, m.grid_id, m.community_id, m.street_id, m.step, m.outcome, m.round, "                \
    "m.key_matter, m.bundle_id, m.first_unit_id, m.reported_at, m.due_at, "                                 \
    "m.timer_at, m.changed_at, m.seq, m.head"
#define MATTER_COLUMN_COUNT 35
void matter_read_row(const struct rows *r, struct matter *m);
/* id to opener_id only; the rest of m stays as it was. */
void matter_read_keys(const struct rows *r, struct matter *m);

#endif
