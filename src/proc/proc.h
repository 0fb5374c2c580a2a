/*
 * proc.h - the procedure engine: (definition, state, event) → new state and effects, or a refusal.
 *
 * Pure: no clock, no database, no network. The caller reads the rows, asks here, and carries out
 * the effects in the transaction that records the event. So a matter can be replayed from its
 * ledger (yingshao verify does) and every definition can be walked through all its states
 * (proc_walk does, for pack check).
 *
 * Times are in the event; late marks too: proc_next_ms() says when the engine wants to be woken,
 * and the caller then sends an event of kind PROC_TICK whose `at_ms` is that very moment, however
 * late it comes. A rung of a ladder thus fires once and at the time at which it was due.
 */
#ifndef PROC_H
#define PROC_H

#include "cal/cal.h"
#include "proc/def.h"

#define PARTS_MAX   40
#define CLOCKS_MAX  64
#define PAUSES_MAX  32
#define SOLVERS_MAX 32
#define COUNTS_MAX  64
#define EFFECTS_MAX 128
#define GATES_MAX   8

/* Who signed on one paper. */
#define SUPPORTERS_AT_ONCE 100

/* Objections that wait for their answers at once; one clock each. */
#define OBJECTIONS_OPEN_MAX 40

/* Who acts. Posts are those valid at the moment of the event; a resident with a code has none and
 * is `reporter`; so is a person who reported in their own name (not who wrote it down for another).
 * The engine compares unit ids; ancestors are the caller's business. */
struct proc_post {
    struct str role;
    int64_t unit;
};

struct proc_actor {
    int64_t person; /* 0: a resident who came by code, or the system */
    bool reporter, opener;
    const struct proc_post *post;
    size_t posts;
};

/* Where the matter is and what units there are: ids, 0 where there is none. */
struct proc_places {
    int64_t grid, community, street, district;
    /* What kind a unit named in an event has, and its hours; NULL if there is none. Never NULL
     * itself. */
    const struct proc_unit *(*unit)(void *arg, int64_t id);
    void *arg;
    /* The matter's own unit of a kind; 0 if it has none. Never NULL itself. */
    int64_t (*own)(void *arg, struct str kind);
};

struct proc_unit {
    int64_t id;
    struct str kind; /* department, team, … */
    const struct hours *hours;
};

enum proc_event_kind {
    PROC_OPEN,
    PROC_ACT,
    PROC_TICK,
    PROC_PAUSE,
    PROC_RESUME,
    PROC_EXTEND,
    PROC_RELEASE,
    PROC_RATE,
    PROC_BUNDLE,
    PROC_OBJECT,
    PROC_SETTLE,
    PROC_SUPPORT
};

struct proc_event {
    enum proc_event_kind kind;
    int64_t at_ms;
    struct str action; /* PROC_ACT: as the pack names it; PROC_EXTEND/PAUSE may leave it empty */
    int part;          /* index into state.part, or -1: the matter as a whole */
    const struct val *fields; /* what was filled in, by field name; never NULL */
};

struct proc_part {
    int64_t unit;
    int round; /* in which it was opened */
    bool lead, excused;
    int step; /* index into the step's part steps; -1 when ended */
    struct str outcome;
    int last_step; /* the one it was in when it ended: rework goes on there */
    int64_t started_ms, reported_in_ms, ended_ms;
    int64_t report_due_ms, due_ms; /* of its first step; of the step that it is or was in last */
    int returns;                   /* uses of an action with `times`, through all transfers */
    int extensions;
    bool bound; /* a verdict binds it: it cannot be returned any more */
};

enum owed { PERIOD_NONE, PERIOD_RUNS, PERIOD_REPORTED, PERIOD_MISSED, PERIOD_LEFT };

struct proc_clock {
    int step, part, part_step;              /* step -1: whole matter; part -1: the step itself */
    int64_t started_ms, due_ms, stopped_ms; /* due 0: no limit; stopped 0: runs */
    struct limit limit;
    int64_t extended_ms; /* due before the last extension, 0: none */
    int extensions;
    int64_t unit;     /* whose hours count */
    int rungs;        /* rungs of the ladder that have fired */
    enum owed period; /* of a step with `every`: how the period that ends when it is due went */
    int objection;    /* of a notice, from 1: until when this one is answered; 0: none */
};

struct proc_state {
    int step;  /* index into def->step; -1 before opening; def->steps when ended */
    int grade; /* index into def->grade, -1: none */
    int round; /* 1, and one more for each reopening */
    struct str outcome;
    int64_t opened_ms, ended_ms;
    int64_t first_unit; /* 首接负责: stays answerable through every transfer */
    int64_t holder_unit, holder_person;
    struct str holder_role;
    int64_t changed_ms;      /* of the last event; time never runs backwards */
    int from_step;           /* the step that led into the check: TARGET_BACK */
    bool checked;            /* a check was passed after the last work */
    bool rated;              /* the reporter has answered in this round */
    int64_t gate[GATES_MAX]; /* STEP_CHECK with all_of: who passed it, 0: open */
    int64_t given_ms;        /* the end of the day that def->by names; 0: not said */
    int64_t due_ms;          /* of the matter as a whole, as promised to the person; 0: none */
    int supervised;          /* 0 no, 1 street, 2 district */
    struct proc_part part[PARTS_MAX];
    int parts;
    struct proc_clock clock[CLOCKS_MAX];
    int clocks;
    struct pause pause[PAUSES_MAX];
    int pauses;
    int64_t solver[SOLVERS_MAX]; /* persons: none of them may check */
    int64_t solver_unit[SOLVERS_MAX];
    int solvers;
    int64_t number[NUMBERS_MAX]; /* def->number: what was said, money in fen */
    int count[COUNTS_MAX];       /* how often each action was used: action.times */
    int objections;              /* that were made, in all its notices: numbers are used once */
    int supporters;              /* who support it, each once, in all its notices */
};

enum effect_kind {
    EFFECT_ENTER,        /* step: now in it; who: who may act (for notices and inboxes) */
    EFFECT_PART_OPEN,    /* part, unit */
    EFFECT_PART_END,     /* part, outcome */
    EFFECT_REMIND,       /* part or -1, at_ms: when it fell due */
    EFFECT_SUPERVISE,    /* part or -1, place: street or district, at_ms */
    EFFECT_ASK_RATING,   /* a one-time code to every reporter */
    EFFECT_PROPOSE_DUTY, /* unit: verdict proposes subject × area → unit */
    EFFECT_REOPEN,       /* round */
    EFFECT_END,          /* outcome */
    EFFECT_PUBLISH,
    EFFECT_TAKE_DOWN, /* what was published; outcome: done, upheld or stopped */
    EFFECT_MEET,
    EFFECT_TAKE,      /* resource: one of it; the event is refused if there is none */
    EFFECT_GIVE_BACK, /* all that the matter holds */
};

struct proc_effect {
    enum effect_kind kind;
    int step, part, round;
    int64_t unit, at_ms, resource;
    enum place place;
    struct str outcome;
};

struct proc_effects {
    struct proc_effect effect[EFFECTS_MAX];
    int n;
};

struct proc_env {
    const struct proc *def;
    const struct calendar *calendar;
    struct proc_places places;
    struct proc_actor actor;
    struct arena *arena; /* texts of the new state */
};

void proc_state_init(struct proc_state *s);

/*
 * On success *s is the new state and *out what follows; on refusal *s is as it was. What had fallen
 * due before the event is fired first, with its own time, whether or not the caller ticked.
 *
 * Fields of the events (ev->fields), besides those that the pack asks for:
 *   PROC_OPEN     channel (text)                     PROC_EXTEND, PROC_PAUSE, PROC_RELEASE  reason
 *   an action that opens parts: lead (unit id), joint (list of unit ids)
 *   an action that assigns: unit (unit id)           fail of a check: rework (list of unit ids
 * whose parts reopen beside the lead's)
 *   a meeting: the counts of struct votes, and merged: true where it decides the next step as well
 * Built-in actions: pass, fail (check); claim; carried, lost (meet: who calls this must have let
 * a gathering vote).
 * PROC_RATE takes what the step asks: contacted, solved, satisfied. PROC_BUNDLE ends a matter that
 * was merged into another, with outcome bundled. PROC_SETTLE sends a matter whose cause another
 * work has done away with to its check, or else to its rating. PROC_OBJECT is anybody's, while a
 * notice that takes objections is up; `dismiss` asks objection (its number) and answer, `uphold`
 * objection and reason. The notice ends when its days have run and no objection is open.
 * PROC_SUPPORT is anybody's, while a notice that asks for support is up: supporters, how many there
 * are with this one; with a reason it is a paper that whoever has the step brings in, of several at
 * once. That each counts once is the caller's business. A place is a map {lon, lat, text} or a
 * text, pictures and files are lists of ids.
 *
 * Refusals: INVALID (a field is missing or
 * wrong; e.field names it), DENIED (not this person's to do), CONFLICT (not possible in this state
 * any more: the matter has moved on).
 */
bool proc_apply(const struct proc_env *env, struct proc_state *s, const struct proc_event *ev,
                struct proc_effects *out, struct err *e) MUST_USE;

/* The next moment at which a PROC_TICK must come, or 0. */
int64_t proc_next_ms(const struct proc_env *env, const struct proc_state *s);

/*
 * What this actor may do now: a list of {name, zh, en, part, unit, kind, fields: [{name, zh, en,
 * kind, need, max, of: [{name, zh, en}]}]}, kind being act, extend, pause, resume, release, rate,
 * meet. The page shows exactly this. One of kind meet has no fields but the kind of gathering that
 * is to be called: gathering, and merged: the kind that may decide the next step with it, or "".
 */
void proc_offers(const struct proc_env *env, const struct proc_state *s, int64_t now_ms,
                 struct val *list);

/* Is everything filled in that these fields need, and as they need it? For what a pack asks outside
 * of a procedure; of env only the units and the arena are looked at. */
bool proc_fields_check(const struct proc_env *env, const struct val *got, const struct field *field,
                       int fields, struct err *e) MUST_USE;

/* One field as it stands in an offer; for forms that open a matter. */
void proc_field_offer(struct val *list, const struct field *f);

/* What is filled in for one field outside of a matter, where nothing names a unit: refused as in
 * one. A number that was typed, as a number; INT64_MIN if it is none. */
bool proc_field_check(const struct val *got, const struct field *f, struct err *e) MUST_USE;
int64_t proc_field_number(const struct val *v);

/* ---- votes ------------------------------------------------------------ */

struct votes { /* heads, and what they own where it counts: any unit of area, the same in all */
    int64_t should_attend, present, in_favour, against, abstain, invalid;
    int64_t area_should, area_present, area_in_favour;
};

enum decision { DECIDED_LOST, DECIDED_CARRIED, DECIDED_NOT /* too few were present */ };

/* Out of the fields of an event, where what is left out is 0; INVALID, naming the field, if they
 * cannot be true: negative, huge, or more than those of whom they are a part. */
bool votes_read(const struct val *fields, bool by_area, struct votes *out, struct err *e) MUST_USE;
bool votes_check(const struct votes *v, bool by_area, struct err *e) MUST_USE;
void votes_write(struct val *fields, const struct votes *v, bool by_area);
enum decision votes_decide(const struct rule *rule, const struct votes *v);

/* The step that one gathering may decide together with `step`, if this actor holds the posts; -1.
 */
int proc_merges(const struct proc_env *env, const struct proc_state *s, int step);

/* Whose turn it is: a list of {role, unit, part, due_ms}; unit 0 where the reporter's, or where
 * anybody's who holds the role in a unit of `kind`. Inboxes follow it. */
#define TURNS_MAX (PARTS_MAX + GATES_MAX + 1)
struct proc_turn {
    struct str role; /* empty: the reporter */
    int64_t unit;
    int part;
    int64_t due_ms;
    int64_t person;  /* 0, or the holder: only they can act */
    struct str kind; /* empty: one unit's */
};
int proc_turns(const struct proc_env *env, const struct proc_state *s,
               struct proc_turn turn[TURNS_MAX]);

/* Is the step that it is in open for the first who takes it, and names holders of this role in
 * units of this kind? Was or will one of its steps be? */
bool proc_open_to(const struct proc *def, const struct proc_state *s, struct str role,
                  struct str kind);
bool proc_opens_to(const struct proc *def, struct str role, struct str kind);

/* The pack's action of this name in the step that the matter, or the part, is in; or NULL. */
const struct action *proc_action(const struct proc *def, const struct proc_state *s,
                                 struct str name, int part);

/* Is the actor one of those whose step it is in? */
bool proc_may(const struct proc_env *env, const struct proc_state *s);

/* Does it say that anybody opens it (`opens: reporter`)? */
bool proc_public(const struct proc *def);
/* Has the actor any step of it, of its parts and checks too, wherever it is now? */
bool proc_takes_part(const struct proc_env *env, const struct proc_state *s);

/* Has anybody a say in it who holds a post in the matter's own unit of this kind? */
bool proc_owns(const struct proc *def, struct str kind);

/* May the actor answer the objections that the step takes where it is? */
bool proc_may_answer(const struct proc_env *env, const struct proc_state *s);
/* Until when an objection must be answered; NULL: it is not open. */
const struct proc_clock *proc_objection(const struct proc_state *s, int objection);

/* The state as one line of JSON and back; what is written reads back equal (tests, fuzz). Step
 * names, not indexes, so that a state says what it means. */
struct str proc_state_write(struct arena *a, const struct proc *def, const struct proc_state *s);
bool proc_state_read(struct arena *a, const struct proc *def, struct str json, struct proc_state *s,
                     struct err *e) MUST_USE;

#endif
