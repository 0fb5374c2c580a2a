/* The life of a bond: proposed, made, planned, noted in, assessed, over. */
#include "civic/bond.h"

#include "base/utf8.h"
#include "civic/district.h"
#include "civic/duty.h"
#include "civic/job.h"
#include "civic/method.h"
#include "pack/kind.h"
#include "val/json.h"

#include <string.h>

#define FIELDS_MAX  100000 /* bytes of what a kind asks */
#define EARLIEST_MS (400 * DAY_MS)
#define AT_ONCE     200 /* terms and alarms in one run of the job */

STMT(bond_get, "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.id = $2");
STMT(bond_insert,
     "INSERT INTO bond (district, id, kind, def_hash, unit_id, unit_path, one_person_id, "
     "one_unit_id, one_entry_id, other_person_id, other_unit_id, other_entry_id, state, from_at, "
     "until_at, ended_at, outcome, fields, plan, plan_at, assessment, contact_at, alarm_at, "
     "duty_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
     "$18, $19, $20, $21, $22, $23, $24)");
STMT(bond_update,
     "UPDATE bond SET state = $3, ended_at = $4, outcome = $5, fields = $6, plan = $7, plan_at = "
     "$8, assessment = $9, contact_at = $10, alarm_at = $11, duty_at = $12 WHERE district = $1 AND "
     "id = $2");
STMT(bond_last_event, "SELECT seq, hash FROM event WHERE district = $1 AND subject = $2 ORDER BY "
                      "seq DESC LIMIT 1");
STMT(bond_touch, "UPDATE bond SET contact_at = $3, alarm_at = $4 WHERE district = $1 AND id = $2");
STMT(bonds_over, "SELECT id FROM bond WHERE district = $1 AND until_at <= $2 AND state = 'active' "
                 "ORDER BY until_at LIMIT $3");
STMT(bonds_silent, "SELECT id FROM bond WHERE district = $1 AND alarm_at > 0 AND alarm_at <= $2 "
                   "ORDER BY alarm_at LIMIT $3");

bool bond_in(const struct bond *b, const char *state)
{
    return str_eq(b->state, str_of(state));
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
                       .state = row_str(r, 11),
                       .from_at = row_int(r, 12),
                       .until_at = row_int(r, 13),
                       .ended_at = row_int(r, 14),
                       .outcome = row_str(r, 15),
                       .fields = json_map(k->a, row_str(r, 16), FIELDS_MAX),
                       .plan = json_map(k->a, row_str(r, 17), FIELDS_MAX),
                       .plan_at = row_int(r, 18),
                       .end = json_map(k->a, row_str(r, 19), FIELDS_MAX),
                       .contact_at = row_int(r, 20),
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
           ARG(b->state), ARG(b->from_at), ARG(b->until_at), ARG(b->ended_at), ARG(b->outcome),
           ARG(facts_write(k->a, b->fields)), ARG(facts_write(k->a, b->plan)), ARG(b->plan_at),
           ARG(facts_write(k->a, b->end)), ARG(b->contact_at), ARG(b->alarm_at), ARG(b->duty_at));
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
        db_run(k->db, bond_update, ARG(k->d->code), ARG(b->id), ARG(b->state), ARG(b->ended_at),
               ARG(b->outcome), ARG(facts_write(k->a, b->fields)), ARG(facts_write(k->a, b->plan)),
               ARG(b->plan_at), ARG(facts_write(k->a, b->end)), ARG(b->contact_at),
               ARG(b->alarm_at), ARG(b->duty_at));
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

unsigned bond_stands(struct desk *k, const struct bond *b)
{
    unsigned as = 0;

    for (size_t i = 0; b->def && i < k->actor->posts; i++) {
        if (k->actor->post[i].unit == b->unit_id &&
            post_is(k, &k->actor->post[i], b->def->who, b->def->whos))
            as |= BY_KEEPER;
    }
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

/* bond_load for who does something in it: as one of `by`, as it was `seen`, in one of `states`. */
static bool take(struct desk *k, const struct bond_act *act, unsigned by, const char *states,
                 struct bond *b, struct err *e)
{
    if (!bond_load(k, act->id, b, e))
        return false;
    if (!bond_visible(k, b))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such bond.");
    if (!b->def || !(bond_stands(k, b) & by))
        return refuse(e, ERR_DENIED, NULL, "This is not yours to do.");
    if (act->seen && act->seen != b->head.seq)
        return refuse(e, ERR_CONFLICT, NULL,
                      "Somebody was faster: the bond has changed. Please look again.");
    for (struct str rest = str_of(states), one; rest.n;) {
        rest = str_cut(rest, ' ', &one);
        if (str_eq(one, b->state))
            return true;
    }
    return refuse(e, ERR_CONFLICT, NULL,
                  "The bond is not at that point. Please look at where it is now.");
}

/* ---- alarms ----------------------------------------------------------- */

static int64_t plan_due(struct desk *k, const struct bond *b)
{
    struct term t = {.start_ms = b->from_at, .limit = b->def->plan.within};
    struct err e = {0};
    int64_t due;

    if (!b->def->plan.given || b->plan_at || !t.limit.n)
        return 0;
    return cal_deadline(k->d->calendar, &t, &due, &e) ? due : b->from_at + t.limit.n * DAY_MS;
}

static int64_t contact_due(const struct bond *b)
{
    int64_t last = b->contact_at > b->from_at ? b->contact_at : b->from_at;

    return b->def->alarm_days ? last + b->def->alarm_days * DAY_MS : 0;
}

struct str bond_alarm(struct desk *k, const struct bond *b)
{
    int64_t plan, contact;

    if (!b->def || bond_in(b, "closing"))
        return b->def ? S("unassessed") : S("");
    if (!bond_in(b, "active"))
        return S("");
    plan = plan_due(k, b);
    contact = contact_due(b);
    if (contact && contact <= k->now)
        return S("no_contact");
    return plan && plan <= k->now ? S("plan_missing") : S("");
}

/* The next moment after `after` at which something would be wrong; 0: none. */
static int64_t next_alarm(struct desk *k, const struct bond *b, int64_t after)
{
    int64_t plan = plan_due(k, b), contact = contact_due(b);

    plan = plan > after ? plan : 0;
    contact = contact > after ? contact : 0;
    return !plan || (contact && contact < plan) ? contact : plan;
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

static bool term_check(struct desk *k, const struct bond_kind *def, int64_t from, int64_t until,
                       struct err *e)
{
    if (from < k->now - EARLIEST_MS || from > k->now + EARLIEST_MS)
        return refuse(e, ERR_INVALID, "from", "The beginning is too far from today.");
    if (until <= from)
        return refuse(e, ERR_INVALID, "until", "It must end after it begins.");
    if (until > stretch_end(from, def->term))
        return refuse(e, ERR_INVALID, "until", "It may last until %.*s at most.",
                      STR_ARG(when_minute(k->a, stretch_end(from, def->term))));
    return true;
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
    set_int(c, "from", b->from_at);
    set_int(c, "until", b->until_at);
    set_val(c, S("fields"), *b->fields);
    return c;
}

static void activate(struct desk *k, struct bond *b)
{
    b->state = S("active");
    b->duty_at = b->def->duties ? (b->from_at > k->now ? b->from_at : k->now) : 0;
    b->alarm_at = next_alarm(k, b, k->now);
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
                       .state = S("proposed"),
                       .from_at = n->from_at ? n->from_at : k->now,
                       .fields = val_map(k->a),
                       .plan = val_map(k->a),
                       .end = val_map(k->a),
                       .outcome = S(""),
                       .def = def,
                       .fresh = true};
    b->until_at = n->until_at ? n->until_at : stretch_end(b->from_at, def->term);
    facts_keep(b->fields, (struct facts_ask){def->ask, def->asks}, n->fields);
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
    if (!method_check(k, def->name, u->path, e) ||
        !term_check(k, def, out->from_at, out->until_at, e) || !parties_check(k, out, e) ||
        !facts_check(k, (struct facts_ask){def->ask, def->asks}, n->fields, e))
        return false;
    if (!proposed)
        activate(k, out);
    save(k, out, proposed ? "propose" : "make", content_of(k, out));
    return true;
}

bool bond_approve(struct desk *k, const struct bond_act *act, struct err *e)
{
    struct bond *b = NEW(k->a, struct bond);

    if (!take(k, act, BY_KEEPER, "proposed", b, e) || !parties_check(k, b, e))
        return false;
    activate(k, b);
    save(k, b, "approve", val_map(k->a));
    return true;
}

static bool reason_check(struct str reason, struct err *e)
{
    return utf8_count(str_trim(reason)) >= 2 || refuse(e, ERR_INVALID, "reason", "Please say why.");
}

static void end(struct desk *k, struct bond *b, const char *state, const char *outcome, int64_t at)
{
    b->state = str_of(state);
    b->outcome = str_of(outcome);
    b->ended_at = at;
    b->duty_at = b->alarm_at = 0;
    duties_stop(k, b->id);
}

bool bond_decline(struct desk *k, const struct bond_act *act, struct err *e)
{
    struct bond *b = NEW(k->a, struct bond);
    struct val *c = val_map(k->a);

    if (!take(k, act, BY_KEEPER, "proposed", b, e) || !reason_check(act->reason, e))
        return false;
    end(k, b, "declined", "declined", k->now);
    set_str(c, "reason", str_trim(act->reason));
    save(k, b, "decline", c);
    return true;
}

/* ---- while it lasts --------------------------------------------------- */

static unsigned plan_by(const struct bond *b)
{
    return b->def ? b->def->plan.by : BY_KEEPER;
}

bool bond_plan(struct desk *k, const struct bond_act *act, struct err *e)
{
    struct bond *b = NEW(k->a, struct bond);
    struct val *c = val_map(k->a);
    struct facts_ask ask;

    if (!bond_load(k, act->id, b, e) || !take(k, act, plan_by(b), "active", b, e))
        return false;
    ask = (struct facts_ask){b->def->plan.ask, b->def->plan.asks};
    if (!ask.n)
        return refuse(e, ERR_INVALID, NULL, "Bonds of this kind have no plan.");
    if (!facts_check(k, ask, act->fields, e))
        return false;
    facts_keep(b->plan = val_map(k->a), ask, act->fields);
    b->plan_at = k->now;
    b->alarm_at = next_alarm(k, b, k->now);
    set_val(c, S("fields"), *b->plan);
    save(k, b, "plan", c);
    return true;
}

static const struct bond_note *note_named(const struct bond_kind *def, struct str name)
{
    for (int i = 0; def && i < def->notes; i++) {
        if (str_eq(def->note[i].name, name))
            return &def->note[i];
    }
    return NULL;
}

static bool counts_as_contact(const struct bond_kind *def, struct str name)
{
    for (int i = 0; i < def->contacts; i++) {
        if (str_eq(def->contact[i], name))
            return true;
    }
    return false;
}

bool bond_note(struct desk *k, const struct bond_act *act, struct str name, struct err *e)
{
    struct bond *b = NEW(k->a, struct bond);
    struct val *c = val_map(k->a), *fields;
    const struct bond_note *note;

    if (!bond_load(k, act->id, b, e))
        return false;
    note = note_named(b->def, name);
    if (!note)
        return refuse(e, ERR_INVALID, "note", "There is no note called %.*s.", STR_ARG(name));
    if (!take(k, act, note->by, "active closing", b, e) ||
        !facts_check(k, (struct facts_ask){note->ask, note->asks}, act->fields, e))
        return false;
    fields = set_map(c, "fields");
    facts_keep(fields, (struct facts_ask){note->ask, note->asks}, act->fields);
    set_str(c, "note", note->name);
    if (counts_as_contact(b->def, name)) {
        b->contact_at = k->now;
        b->alarm_at = bond_in(b, "active") ? next_alarm(k, b, k->now) : 0;
    }
    save(k, b, "note", c);
    return true;
}

bool bond_assess(struct desk *k, const struct bond_act *act, struct err *e)
{
    struct bond *b = NEW(k->a, struct bond);
    struct val *c = val_map(k->a);
    struct facts_ask ask;

    if (!take(k, act, BY_KEEPER, "active closing", b, e))
        return false;
    ask = (struct facts_ask){b->def->end, b->def->ends};
    if (!ask.n)
        return refuse(e, ERR_INVALID, NULL, "Bonds of this kind are not assessed.");
    if (!facts_check(k, ask, act->fields, e))
        return false;
    facts_keep(b->end, ask, act->fields);
    end(k, b, "ended", "assessed", b->ended_at ? b->ended_at : k->now);
    set_val(c, S("fields"), *b->end);
    save(k, b, "assess", c);
    return true;
}

bool bond_stop(struct desk *k, const struct bond_act *act, struct err *e)
{
    struct bond *b = NEW(k->a, struct bond);
    struct val *c = val_map(k->a);

    if (!take(k, act, BY_KEEPER, "active", b, e) || !reason_check(act->reason, e))
        return false;
    end(k, b, b->def->ends ? "closing" : "ended", "early", k->now);
    set_str(c, "reason", str_trim(act->reason));
    save(k, b, "stop", c);
    return true;
}

void bond_contact(struct desk *k, int64_t id, struct str duty)
{
    struct bond *b = NEW(k->a, struct bond);
    struct err none = {0};

    if (!bond_load(k, id, b, &none) || !b->def || !counts_as_contact(b->def, duty))
        return;
    b->contact_at = k->now;
    b->alarm_at = bond_in(b, "active") ? next_alarm(k, b, k->now) : 0;
    db_run(k->db, bond_touch, ARG(k->d->code), ARG(id), ARG(b->contact_at), ARG(b->alarm_at));
}

/* ---- by itself -------------------------------------------------------- */

/* Its term is over, at its own moment, whenever that is seen. */
static void expire(struct desk *k, struct bond *b)
{
    bool assessed = b->def && b->def->ends;

    end(k, b, assessed ? "closing" : "ended", "term", b->until_at);
    save(k, b, "term", val_map(k->a));
}

static void ring(struct desk *k, struct bond *b)
{
    struct val *c = val_map(k->a);

    set_str(c, "alarm", bond_alarm(k, b));
    b->alarm_at = b->def && bond_in(b, "active") ? next_alarm(k, b, k->now) : 0;
    save(k, b, "alarm", c);
}

static int64_t each_due(struct desk *k, const struct stmt *due,
                        void (*act)(struct desk *, struct bond *))
{
    struct rows r = db_query(k->db, k->a, *due, ARG(k->d->code), ARG(k->now), ARG(AT_ONCE));
    int64_t id[AT_ONCE], n = 0;
    struct bond *b = NEW(k->a, struct bond);

    while (n < AT_ONCE && rows_next(&r))
        id[n++] = row_int(&r, 0);
    rows_end(&r);
    for (int64_t i = 0; i < n; i++) {
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
