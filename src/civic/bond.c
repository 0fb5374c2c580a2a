/* The life of a bond: proposed, made, planned, noted in, assessed, over. */
#include "civic/bond.h"

#include "civic/district.h"
#include "civic/duty.h"
#include "civic/job.h"
#include "civic/method.h"
#include "pack/kind.h"
#include "val/json.h"

#include <string.h>

#define FIELDS_MAX 100000 /* bytes of what a kind asks */
#define AT_ONCE    200    /* terms and alarms in one run of the job */

STMT(bond_get, "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.id = $2");
STMT(
    bond_insert,
    "INSERT INTO bond (district, id, kind, def_hash, unit_id, unit_path, one_person_id, "
    "one_unit_id, one_entry_id, other_person_id, other_unit_id, other_entry_id, state, from_at, "
    "until_at, ended_at, outcome, fields, plan, plan_at, assessment, contact_at, alarm, "
    "alarm_at, duty_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
    "$18, $19, $20, $21, $22, $23, $24, $25)");
STMT(
    bond_update,
    "UPDATE bond SET state = $3, ended_at = $4, outcome = $5, fields = $6, plan = $7, plan_at = "
    "$8, assessment = $9, contact_at = $10, alarm = $11, alarm_at = $12, duty_at = $13 WHERE district = $1 AND "
    "id = $2");
STMT(bond_last_event, "SELECT seq, hash FROM event WHERE district = $1 AND subject = $2 ORDER BY "
                      "seq DESC LIMIT 1");
STMT(bond_touch, "UPDATE bond SET contact_at = $3, alarm = $4, alarm_at = $5 WHERE "
                 "district = $1 AND id = $2");
STMT(bond_one_moved, "UPDATE bond SET alarm_at = $3 WHERE district = $1 AND one_entry_id = $2 AND "
                     "one_entry_id > 0 AND state = 'active'");
STMT(bond_other_moved, "UPDATE bond SET alarm_at = $3 WHERE district = $1 AND other_entry_id = $2 "
                       "AND other_entry_id > 0 AND state = 'active'");
STMT(bonds_over, "SELECT id FROM bond WHERE district = $1 AND until_at <= $2 AND state = 'active' "
                 "ORDER BY until_at LIMIT $3");
STMT(bonds_silent, "SELECT id FROM bond WHERE district = $1 AND alarm_at > 0 AND alarm_at <= $2 "
                   "ORDER BY alarm_at LIMIT $3");

bool bond_in(const struct bond *b, const char *state)
{
    return str_eq(b->now.state, str_of(state));
}

/* ---- alarms ----------------------------------------------------------- */

static struct bond_env env_of(struct desk *k, const struct bond *b)
{
    return (struct bond_env){b->def, k->d->calendar, k->a};
}

struct str bond_alarm(struct desk *k, const struct bond *b)
{
    struct bond_env env = env_of(k, b);

    if (b->def && bond_in(b, "active") && !parties_count(k, b))
        return S("entry_left");
    return b->def ? bond_wrong(&env, &b->now, k->now) : S("");
}

static int64_t next_alarm(struct desk *k, const struct bond *b)
{
    struct bond_env env = env_of(k, b);

    return b->def ? bond_wrong_next(&env, &b->now, k->now) : 0;
}

/* ---- rows ------------------------------------------------------------- */

static struct party party_at(const struct rows *r, int column)
{
    return (struct party){row_int(r, column), row_int(r, column + 1), row_int(r, column + 2)};
}

void bond_read_row(struct desk *k, const struct rows *r, struct bond *b)
{
    *b = (struct bond){.id = row_int(r, 0),
                       .kind = row_str(r, 1),
                       .def_hash = row_str(r, 2),
                       .unit_id = row_int(r, 3),
                       .unit_path = row_str(r, 4),
                       .side = {party_at(r, 5), party_at(r, 8)},
                       .now = {.state = row_str(r, 11),
                               .from_at = row_int(r, 12),
                               .until_at = row_int(r, 13),
                               .ended_at = row_int(r, 14),
                               .outcome = row_str(r, 15),
                               .plan_at = row_int(r, 18),
                               .contact_at = row_int(r, 20)},
                       .fields = json_map(k->a, row_str(r, 16), FIELDS_MAX),
                       .plan = json_map(k->a, row_str(r, 17), FIELDS_MAX),
                       .end = json_map(k->a, row_str(r, 19), FIELDS_MAX),
                       .alarm_at = row_int(r, 21),
                       .duty_at = row_int(r, 22)};
    b->def = pack_bond(k->d->pack, b->kind);
}

/* The head of its ledger: duties of a bond are done there too, beside its row. */
static void read_head(struct desk *k, struct bond *b)
{
    struct rows r = db_query(k->db, k->a, bond_last_event, ARG(k->d->code), ARG(b->id));

    b->head = (struct head){0};
    if (rows_next(&r)) {
        struct str hash = row_str(&r, 1);

        b->head.seq = row_int(&r, 0);
        if (hash.n == sizeof(b->head.hash))
            memcpy(b->head.hash, hash.p, hash.n);
    }
    rows_end(&r);
}

static void insert_row(struct desk *k, const struct bond *b)
{
    const struct party *one = &b->side[0], *other = &b->side[1];

    db_run(k->db, bond_insert, ARG(k->d->code), ARG(b->id), ARG(b->kind), ARG(b->def_hash),
           ARG(b->unit_id), ARG(b->unit_path), ARG(one->person_id), ARG(one->unit_id),
           ARG(one->entry_id), ARG(other->person_id), ARG(other->unit_id), ARG(other->entry_id),
           ARG(b->now.state), ARG(b->now.from_at), ARG(b->now.until_at), ARG(b->now.ended_at),
           ARG(b->now.outcome), ARG(facts_write(k->a, b->fields)), ARG(facts_write(k->a, b->plan)),
           ARG(b->now.plan_at), ARG(facts_write(k->a, b->end)), ARG(b->now.contact_at),
           ARG(bond_alarm(k, b)), ARG(b->alarm_at), ARG(b->duty_at));
}

static void save(struct desk *k, struct bond *b, const char *kind, struct val *content)
{
    struct event ev = {.subject = b->id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = S("bond"),
                       .kind = str_of(kind),
                       .content = content,
                       .as_unit = b->unit_id};

    (void)ledger_append(k->db, k->d, k->a, &ev, &b->head);
    if (b->fresh)
        insert_row(k, b);
    else
        db_run(k->db, bond_update, ARG(k->d->code), ARG(b->id), ARG(b->now.state),
               ARG(b->now.ended_at), ARG(b->now.outcome), ARG(facts_write(k->a, b->fields)),
               ARG(facts_write(k->a, b->plan)), ARG(b->now.plan_at), ARG(facts_write(k->a, b->end)),
               ARG(b->now.contact_at), ARG(bond_alarm(k, b)), ARG(b->alarm_at), ARG(b->duty_at));
    b->fresh = false;
}

bool bond_load(struct desk *k, int64_t id, struct bond *b, struct err *e)
{
    struct rows r = db_query(k->db, k->a, bond_get, ARG(k->d->code), ARG(id));
    bool there = rows_next(&r);

    if (there)
        bond_read_row(k, &r, b);
    rows_end(&r);
    if (!there)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such bond.");
    read_head(k, b);
    return true;
}

/* ---- who may ---------------------------------------------------------- */

static bool post_is(struct desk *k, const struct holding *h, const struct body *who, int whos)
{
    const struct unit *u = unit_by_id(k->d->units, h->unit);

    return u && bodies_name(who, whos, h->role, u->kind);
}

static bool holds(const struct desk *k, struct str role, int64_t unit)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        if (k->actor->post[i].unit == unit && str_eq(k->actor->post[i].role, role))
            return true;
    }
    return false;
}

bool party_is_actor(struct desk *k, const struct bond_side *s, const struct party *p)
{
    if (s->of == SIDE_UNIT)
        return p->unit_id && holds(k, s->by, p->unit_id);
    return k->actor->person && p->person_id == k->actor->person;
}

bool bond_keeps(struct desk *k, const struct bond_kind *def, int64_t unit)
{
    for (size_t i = 0; def && i < k->actor->posts; i++) {
        if (k->actor->post[i].unit == unit && post_is(k, &k->actor->post[i], def->who, def->whos))
            return true;
    }
    return false;
}

unsigned bond_stands(struct desk *k, const struct bond *b)
{
    unsigned as = bond_keeps(k, b->def, b->unit_id) ? BY_KEEPER : 0;

    for (int i = 0; b->def && i < 2; i++) {
        if (party_is_actor(k, &b->def->side[i], &b->side[i]))
            as |= i ? BY_OTHER : BY_ONE;
    }
    return as;
}

bool bond_visible(struct desk *k, const struct bond *b)
{
    return bond_stands(k, b) || actor_may(k->actor, S("supervise"), b->unit_path);
}

/* bond_load for who does something in it, as it was `seen`. */
static bool take(struct desk *k, const struct bond_act *act, struct bond *b, struct err *e)
{
    if (!bond_load(k, act->id, b, e))
        return false;
    if (!bond_visible(k, b))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such bond.");
    if (!b->def)
        return refuse(e, ERR_DENIED, NULL, "This is not yours to do.");
    if (!bond_may(b->def, act->does, bond_stands(k, b), e))
        return false;
    return !act->seen || act->seen == b->head.seq ||
           refuse(e, ERR_CONFLICT, NULL,
                  "Somebody was faster: the bond has changed. Please look again.");
}

/* ---- making ----------------------------------------------------------- */

/* The nearest unit above whose posts may make one. */
static const struct unit *keeper_above(struct desk *k, const struct bond_kind *def,
                                       const struct unit *u)
{
    const struct unit *best = NULL;

    for (int i = 0; i < def->whos; i++) {
        const struct unit *above = unit_above(k->d->units, u, def->who[i].kind);

        if (above && (!best || above->depth > best->depth))
            best = above;
    }
    return best;
}

/* The unit that keeps it, and whether the actor may only propose it. */
static const struct unit *keeper_for(struct desk *k, const struct bond_kind *def, int64_t unit_id,
                                     bool *proposed)
{
    *proposed = false;
    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];

        if ((!unit_id || h->unit == unit_id) && post_is(k, h, def->who, def->whos))
            return unit_by_id(k->d->units, h->unit);
    }
    *proposed = true;
    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];
        const struct unit *u = unit_by_id(k->d->units, h->unit);

        if (u && post_is(k, h, def->propose, def->proposes))
            return keeper_above(k, def, u);
    }
    return NULL;
}

const struct unit *bond_maker(struct desk *k, const struct bond_kind *def, bool *propose)
{
    return keeper_for(k, def, 0, propose);
}

static struct val *content_of(struct desk *k, const struct bond *b)
{
    struct val *c = val_map(k->a);
    const char *const names[] = {"one", "other"};

    set_str(c, "kind", b->kind);
    for (int i = 0; i < 2; i++) {
        struct val *side = set_map(c, names[i]);

        set_int(side, "person", b->side[i].person_id);
        set_int(side, "unit", b->side[i].unit_id);
        set_int(side, "entry", b->side[i].entry_id);
    }
    set_int(c, "from", b->now.from_at);
    set_int(c, "until", b->now.until_at);
    set_val(c, S("fields"), *b->fields);
    return c;
}

static void activate(struct desk *k, struct bond *b)
{
    b->duty_at = b->def->duties ? (b->now.from_at > k->now ? b->now.from_at : k->now) : 0;
    b->alarm_at = next_alarm(k, b);
}

static void fill(struct desk *k, const struct bond_new *n, const struct bond_kind *def,
                 const struct unit *u, struct bond *b)
{
    *b = (struct bond){.id = id_next(k->d->ids, k->now),
                       .kind = def->name,
                       .def_hash = def->hash,
                       .unit_id = u->id,
                       .unit_path = u->path,
                       .side = {n->side[0], n->side[1]},
                       .now = {.from_at = n->from_at, .until_at = n->until_at},
                       .fields = val_map(k->a),
                       .plan = val_map(k->a),
                       .end = val_map(k->a),
                       .def = def,
                       .fresh = true};
    facts_keep(b->fields, (struct facts_ask){def->ask, def->asks}, n->fields);
}

/* Whoever may make one approves of it at once. */
static bool begins(struct desk *k, struct bond *b, bool proposed, struct err *e)
{
    struct bond_env env = env_of(k, b);
    const struct bond_doing yes = {.does = S("approve"), .reason = S(""), .at = k->now};

    if (!bond_begin(&env, &b->now, k->now, e) || !parties_check(k, b, e))
        return false;
    return proposed || bond_step(&env, &b->now, &yes, e);
}

bool bond_make(struct desk *k, const struct bond_new *n, struct bond *out, struct err *e)
{
    const struct bond_kind *def = pack_bond(k->d->pack, n->kind);
    const struct unit *u;
    bool proposed;

    if (!def)
        return refuse(e, ERR_INVALID, "kind", "There is no kind of bond called %.*s.",
                      STR_ARG(n->kind));
    u = keeper_for(k, def, n->unit_id, &proposed);
    if (!u)
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow you to make this.");
    fill(k, n, def, u, out);
    if (!method_check(k, def->name, u->path, e) || !begins(k, out, proposed, e) ||
        !facts_check(k, (struct facts_ask){def->ask, def->asks}, n->fields, e))
        return false;
    if (!proposed)
        activate(k, out);
    save(k, out, proposed ? "propose" : "make", content_of(k, out));
    return true;
}

/* ---- while it lasts --------------------------------------------------- */

/* It is over, or nearly. */
static void wind_up(struct desk *k, struct bond *b)
{
    b->duty_at = b->alarm_at = 0;
    duties_stop(k, b->id);
}

/* What follows from where it stands now. */
static void settle(struct desk *k, struct bond *b)
{
    if (bond_in(b, "active"))
        b->alarm_at = next_alarm(k, b);
    else
        wind_up(k, b);
}

/* What was said, where it belongs, and what the ledger tells of it. */
static struct val *keep(struct desk *k, struct bond *b, const struct bond_act *act,
                        struct facts_ask ask)
{
    struct val *c = val_map(k->a), *said = val_map(k->a);

    facts_keep(said, ask, act->fields);
    if (ask.n)
        set_val(c, S("fields"), *said);
    if (bond_wants_reason(act->does))
        set_str(c, "reason", str_trim(act->reason));
    if (str_eq(act->does, S("plan")))
        b->plan = said;
    if (str_eq(act->does, S("assess")))
        b->end = said;
    if (bond_note_find(b->def, act->does))
        set_str(c, "note", act->does);
    return c;
}

bool bond_do(struct desk *k, const struct bond_act *act, struct err *e)
{
    const struct bond_doing d = {.does = act->does, .reason = act->reason, .at = k->now};
    struct bond *b = NEW(k->a, struct bond);
    struct bond_env env;
    struct facts_ask ask;
    struct val *content;

    if (!take(k, act, b, e))
        return false;
    env = env_of(k, b);
    ask.field = bond_asked(b->def, act->does, &ask.n);
    if (!bond_step(&env, &b->now, &d, e) || !facts_check(k, ask, act->fields, e))
        return false;
    if (str_eq(act->does, S("approve"))) {
        if (!parties_check(k, b, e))
            return false;
        activate(k, b);
    }
    content = keep(k, b, act, ask);
    settle(k, b);
    save(k, b, bond_note_find(b->def, act->does) ? "note" : str_copy(k->a, act->does).p, content);
    return true;
}

/* Contact and alarms are beside the ledger: the duty's own event tells of it. */
static void touch(struct desk *k, struct bond *b)
{
    b->alarm_at = next_alarm(k, b);
    db_run(k->db, bond_touch, ARG(k->d->code), ARG(b->id), ARG(b->now.contact_at),
           ARG(bond_alarm(k, b)), ARG(b->alarm_at));
}

void bond_contact(struct desk *k, int64_t id, struct str duty)
{
    struct bond *b = NEW(k->a, struct bond);
    struct err none = {0};

    if (!bond_load(k, id, b, &none) || !b->def || !bond_touched(b->def, &b->now, duty, k->now))
        return;
    touch(k, b);
}

void bonds_entry_moved(struct desk *k, int64_t entry)
{
    db_run(k->db, bond_one_moved, ARG(k->d->code), ARG(entry), ARG(k->now));
    db_run(k->db, bond_other_moved, ARG(k->d->code), ARG(entry), ARG(k->now));
}

/* ---- by itself -------------------------------------------------------- */

/* Its term is over, at its own moment, whenever that is seen. */
static void expire(struct desk *k, struct bond *b)
{
    if (!bond_tick(b->def, &b->now, k->now))
        return;
    wind_up(k, b);
    save(k, b, "term", val_map(k->a));
}

/* It is said once; an entry that counts again is nothing to be told. */
static void ring(struct desk *k, struct bond *b)
{
    struct str alarm = bond_alarm(k, b);
    struct val *c = val_map(k->a);

    if (!alarm.n) {
        touch(k, b);
        return;
    }
    set_str(c, "alarm", alarm);
    b->alarm_at = next_alarm(k, b);
    save(k, b, "alarm", c);
}

static int64_t each_due(struct desk *k, const struct stmt *due,
                        void (*act)(struct desk *, struct bond *))
{
    struct rows r = db_query(k->db, k->a, *due, ARG(k->d->code), ARG(k->now), ARG(AT_ONCE));
    struct bond *b = NEW(k->a, struct bond);
    int64_t id[AT_ONCE];
    int n = rows_ints(&r, id, AT_ONCE);

    for (int i = 0; i < n; i++) {
        struct err none = {0};

        if (bond_load(k, id[i], b, &none))
            act(k, b);
    }
    return n;
}

int64_t bonds_tick(struct desk *k)
{
    return each_due(k, &bonds_over, expire) + each_due(k, &bonds_silent, ring);
}

JOB(bonds_due, .every_ms = SECOND_MS, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return bonds_tick(&k);
}
