/*
 * bond.h - two parties tied for a term: mentor and cadre, specialist and firm, strong and weak
 * village; a placement ties a person to a unit.
 *
 * It is made by whoever the kind names (the keeper), or proposed by others and approved; it holds
 * from `from_at` until `until_at`, when it ends by itself, or waits to be assessed (closing) where
 * the kind asks for that. Plan, notes and assessment are events of its ledger; `seen` is the seq of
 * the last event that the person saw, 0: any; if it has moved on since, CONFLICT.
 *
 * A side is a person, a unit (for which a role acts) or an entry of a roll (and its person, if it
 * has one).
 */
#ifndef CIVIC_BOND_H
#define CIVIC_BOND_H

#include "civic/unit.h"
#include "pack/bond.h"
#include "proc/match.h"

struct bond {
    int64_t id;
    struct str kind, def_hash;
    int64_t unit_id; /* that keeps it */
    struct str unit_path;
    struct party side[2]; /* one, other: as in the kind's `sides` */
    struct bond_now now;
    struct val *fields, *plan, *end; /* as the kind asks; empty maps: nothing yet */
    int64_t alarm_at;                /* when something will be wrong next; 0: never */
    int64_t duty_at;
    struct head head;
    const struct bond_kind *def; /* today's; NULL: the pack has none of that name any more */
    bool fresh;                  /* not in the database yet */
};

bool bond_in(const struct bond *b, const char *state);

struct bond_new {
    struct str kind;
    int64_t unit_id; /* that keeps it; 0: the first of the actor's that may, or the one above */
    struct party side[2];
    int64_t from_at, until_at; /* 0: now; as long as the kind allows */
    const struct val *fields;  /* may be NULL */
};

/*
 * Refused: INVALID (kind, from, until, a side that may not stand there: its name; fields), DENIED,
 * CONFLICT (one with oneself; a side that has its number of bonds, or stands elsewhere meanwhile).
 * By who may only propose it is proposed.
 */
bool bond_make(struct desk *k, const struct bond_new *n, struct bond *out, struct err *e) MUST_USE;

bool bond_load(struct desk *k, int64_t id, struct bond *b, struct err *e) MUST_USE;
/* BY_KEEPER, BY_ONE, BY_OTHER (pack/bond.h): as what the actor stands to it; 0: as nothing. */
unsigned bond_stands(struct desk *k, const struct bond *b);
/* Does the actor keep bonds of this kind in that unit? */
bool bond_keeps(struct desk *k, const struct bond_kind *def, int64_t unit);
/* Its parties, its keeper, and who supervises there. */
bool bond_visible(struct desk *k, const struct bond *b);

/*
 * approve or decline what was proposed, plan, assess, stop, or one more note: `does` is its name,
 * whose it is the kind says (bond_by()). Refused: INVALID (note, reason, fields), DENIED, CONFLICT
 * (not at that point, or changed since).
 */
struct bond_act {
    int64_t id, seen;
    const struct val *fields;
    struct str does, reason;
};
bool bond_do(struct desk *k, const struct bond_act *act, struct err *e) MUST_USE;

/* A duty of it was done: contact, if its kind says so. For civic/duty.c. */
void bond_contact(struct desk *k, int64_t id, struct str duty);
/* An entry of a roll counts now, or does not any more: its bonds say so. For civic/roll_act.c. */
void bonds_entry_moved(struct desk *k, int64_t entry);
/* May the two sides be tied as they stand in b? Refused as bond_make() says. For civic/. */
bool parties_check(struct desk *k, struct bond *b, struct err *e) MUST_USE;
/* Are those sides that are entries of rolls still in force there? For civic/. */
bool parties_count(struct desk *k, const struct bond *b);

/* What is wrong with it now, a key: as bond_wrong(), or entry_left (a side's entry on its roll does
 * not count any more); "" nothing. */
struct str bond_alarm(struct desk *k, const struct bond *b);

/* What is due by itself at k->now: terms that are over, alarms; how many, a bounded number at once.
 */
int64_t bonds_tick(struct desk *k);

/* A party's name as the actor may read it: a roll's name is masked. */
struct str party_name(struct desk *k, const struct party *p);
/* The person, or who acts for the unit (the first that holds the role); 0: nobody. */
bool party_is_actor(struct desk *k, const struct bond_side *s, const struct party *p);

/* Who may stand on a side, among those in root's subtree, each once; bounded. match.id is what
 * party_of() takes, match.load how many bonds of the kind they have. */
struct candidate {
    struct party party;
    struct str name, unit; /* unit: where they are, for who reads it */
    struct match_party match;
};
struct candidate *bond_candidates(struct desk *k, const struct bond_kind *def, int side,
                                  const struct unit *root, int *n);
/* The party that this id means on that side. */
struct party party_of(const struct bond_side *s, int64_t id);
/* For whom the kind looks (match: of): the best of the other side, {id, name, unit, answered (the
 * wishes that are), near, load, most (0: any number)}. false: nobody with this id is looked for. */
bool bond_proposals(struct desk *k, const struct bond_kind *def, const struct unit *root,
                    int64_t id, struct val *list);
/* May the actor make one (propose: or only propose one) of this kind? The unit that would keep it,
 * or NULL. */
const struct unit *bond_maker(struct desk *k, const struct bond_kind *def, bool *propose);

/*
 * Lists, newest first; each row as bond_row_view(): {id, kind, kind_title, icon, one, other,
 * one_title, other_title (the sides'), unit, unit_id, state, from, until, alarm}. `next` is what to
 * pass as before.
 */
struct bond_filter {
    int64_t unit_id; /* subtree; 0: where the actor has posts */
    struct str kind, state;
    bool alarm;     /* only those with an alarm */
    int64_t before; /* id; 0: from the newest */
};
void bond_row_view(struct desk *k, const struct bond *b, struct val *row);
bool bond_list(struct desk *k, const struct bond_filter *f, struct val *rows, int64_t *next,
               struct err *e) MUST_USE;
/* Those in which the actor stands and that have not ended. */
void bond_mine(struct desk *k, struct val *rows);
/* Those that the actor keeps in which something is wrong, newest first; how many. */
void bonds_waiting(struct desk *k, struct val *rows);
int64_t bonds_waiting_count(struct desk *k);
/* What was recorded of it, newest first: {kind, note, at, who, reason, matter (raised then,
 * or 0), fields: [{name, title, value}]}. */
void bond_events(struct desk *k, const struct bond *b, struct val *list);

/* For yingshao verify: {subject, seq, what} of each whose row is not what its ledger says. */
void bonds_verify(struct desk *k, struct val *faults);

#define BOND_COLUMNS                                                                             \
    "b.id, b.kind, b.def_hash, b.unit_id, b.unit_path, b.one_person_id, b.one_unit_id, "         \
    "b.one_entry_id, b.other_person_id, b.other_unit_id, b.other_entry_id, b.state, b.from_at, " \
    "b.until_at, b.ended_at, b.outcome, b.fields, b.plan, b.plan_at, b.assessment, "             \
    "b.contact_at, b.alarm_at, b.duty_at"
void bond_read_row(struct desk *k, const struct rows *r, struct bond *b);

#endif
