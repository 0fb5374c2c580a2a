/* A matter as a row: reading it, and writing it with everything that is derived from its state. */
#include "civic/matter.h"
#include "civic/pack_version.h"
#include "civic/tally.h"

#include <string.h>

STMT(matter_by_id,
     "SELECT " MATTER_COLUMNS ", m.state, m.counts FROM matter m WHERE m.district = $1 AND "
     "m.id = $2");
STMT(matter_rating, "SELECT contacted, solved, satisfied, asked_at, rated_at FROM report WHERE "
                    "district = $1 AND matter_id = $2 ORDER BY id LIMIT 1");
STMT(
    matter_insert,
    "INSERT INTO matter (district, id, number, mechanism, def_hash, state, title, body, channel, "
    "subject, place, lon, lat, unit_id, grid_id, community_id, street_id, unit_path, step, "
    "stage, grade, outcome, round, key_matter, supervised, late, bundle_id, opener_id, "
    "first_unit_id, reported_at, opened_at, due_at, timer_at, ended_at, changed_at, seq, head, counts) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
    "$19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, "
    "$37, $38)");
STMT(matter_update,
     "UPDATE matter SET state = $3, subject = $4, place = $5, lon = $6, lat = $7, unit_id = $8, "
     "grid_id = $9, community_id = $10, street_id = $11, unit_path = $12, step = $13, stage = $14, "
     "grade = $15, outcome = $16, round = $17, key_matter = $18, supervised = $19, late = $20, "
     "bundle_id = $21, first_unit_id = $22, due_at = $23, timer_at = $24, ended_at = $25, "
     "changed_at = $26, seq = $27, head = $28, counts = $29 WHERE district = $1 AND id = $2");
STMT(turn_clear, "DELETE FROM turn WHERE district = $1 AND matter_id = $2");
STMT(turn_insert, "INSERT INTO turn (district, unit_id, role, kind, matter_id, part, due_at, "
                  "started_at, term) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO "
                  "NOTHING");
STMT(part_clear, "DELETE FROM part WHERE district = $1 AND matter_id = $2");
STMT(part_insert,
     "INSERT INTO part (district, matter_id, n, round, unit_id, is_lead, step, outcome, "
     "started_at, due_at, reported_in_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
     "$10, $11, $12)");
STMT(concern_clear, "DELETE FROM concern WHERE district = $1 AND matter_id = $2 AND how = 'doing'");
STMT(concern_insert, "INSERT INTO concern (district, unit_id, how, matter_id) VALUES ($1, $2, $3, "
                     "$4) ON CONFLICT DO NOTHING");
STMT(handled_put, "INSERT INTO handled (district, person_id, matter_id, at) VALUES ($1, $2, $3, "
                  "$4) ON CONFLICT (district, person_id, matter_id) DO UPDATE SET at = "
                  "excluded.at");

#define KEY_COUNT 12

void matter_read_keys(const struct rows *r, struct matter *m)
{
    int c = 0;

    m->id = row_int(r, c++);
    m->subject = row_str(r, c++);
    m->unit_path = row_str(r, c++);
    m->stage = row_str(r, c++);
    m->channel = row_str(r, c++);
    m->grade = row_str(r, c++);
    m->mechanism = row_str(r, c++);
    m->supervised = row_int(r, c++);
    m->late = row_int(r, c++);
    m->opened_at = row_int(r, c++);
    m->ended_at = row_int(r, c++);
    m->opener_id = row_int(r, c);
}

void matter_read_row(const struct rows *r, struct matter *m)
{
    struct str head;
    int c = KEY_COUNT;

    *m = (struct matter){.fresh = false};
    matter_read_keys(r, m);
    m->number = row_str(r, c++);
    m->def_hash = row_str(r, c++);
    m->title = row_str(r, c++);
    m->body = row_str(r, c++);
    m->place = row_str(r, c++);
    m->lon = row_int(r, c++);
    m->lat = row_int(r, c++);
    m->unit_id = row_int(r, c++);
    m->grid_id = row_int(r, c++);
    m->community_id = row_int(r, c++);
    m->street_id = row_int(r, c++);
    m->step = row_str(r, c++);
    m->outcome = row_str(r, c++);
    m->round = row_int(r, c++);
    m->key_matter = row_int(r, c++);
    m->bundle_id = row_int(r, c++);
    m->first_unit_id = row_int(r, c++);
    m->reported_at = row_int(r, c++);
    m->due_at = row_int(r, c++);
    m->timer_at = row_int(r, c++);
    m->changed_at = row_int(r, c++);
    m->head.seq = row_int(r, c++);
    head = row_str(r, c);
    if (head.n == sizeof(m->head.hash))
        memcpy(m->head.hash, head.p, head.n);
}

static void read_rating(struct desk *k, struct matter *m)
{
    struct rows r = db_query(k->db, k->a, matter_rating, ARG(k->d->code), ARG(m->id));

    m->contacted = m->solved = m->satisfied = S("");
    if (rows_next(&r)) {
        m->contacted = row_str(&r, 0);
        m->solved = row_str(&r, 1);
        m->satisfied = row_str(&r, 2);
        m->asked_at = row_int(&r, 3);
        m->rated_at = row_int(&r, 4);
    }
    rows_end(&r);
}

const struct proc *matter_definition(struct desk *k, struct str mechanism, struct str hash)
{
    const struct proc *today = pack_proc(k->d->pack, mechanism), *old;

    if (today && str_eq(today->hash, hash))
        return today;
    old = pack_version_definition(k, mechanism, hash);
    if (!old && !today) /* a mechanism that was dropped while matters of it are kept */
        die("the definition %.*s of %.*s is gone", STR_ARG(hash), STR_ARG(mechanism));
    return old ? old : today;
}

bool matter_load(struct desk *k, int64_t id, struct matter *m, struct err *e)
{
    struct rows r = db_query(k->db, k->a, matter_by_id, ARG(k->d->code), ARG(id));
    struct str state;

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such matter.");
    matter_read_row(&r, m);
    state = row_str(&r, MATTER_COLUMN_COUNT);
    m->counts = row_str(&r, MATTER_COLUMN_COUNT + 1);
    rows_end(&r);
    m->def = matter_definition(k, m->mechanism, m->def_hash);
    read_rating(k, m);
    return proc_state_read(k->a, m->def, state, &m->state, e);
}

/* ---- derived columns -------------------------------------------------- */

struct str matter_stage(const struct matter *m)
{
    const struct proc_state *s = &m->state;

    if (s->ended_ms)
        return S("ended");
    if (s->pauses && !s->pause[s->pauses - 1].to_ms)
        return S("paused");
    if (s->step <= 0)
        return S("new");
    switch (m->def->step[s->step].kind) {
    case STEP_PARTS:
    case STEP_MEET:
    case STEP_NOTICE: return S("doing");
    case STEP_CHECK: return S("check");
    case STEP_RATE: return S("rating");
    case STEP_ACT:
    case STEP_CLAIM: break;
    }
    return s->holder_person ? S("doing") : S("assigned");
}

/* Late is what runs past its due moment; the next due moment or rung is when to look again. */
static void derive_times(struct desk *k, struct matter *m)
{
    struct proc_env env;
    int64_t rung;

    m->late = 0;
    m->timer_at = 0;
    if (m->state.ended_ms || m->bundle_id)
        return;
    matter_env(k, m, &env);
    rung = proc_next_ms(&env, &m->state);
    for (int i = 0; i < m->state.clocks; i++) {
        const struct proc_clock *c = &m->state.clock[i];

        if (c->stopped_ms || !c->due_ms)
            continue;
        if (c->due_ms <= k->now)
            m->late = 1;
        else if (!rung || c->due_ms < rung)
            rung = c->due_ms;
    }
    m->timer_at = rung;
}

static void derive_unit(struct desk *k, struct matter *m)
{
    const struct units *us = k->d->units;
    const struct unit *u = unit_by_id(us, m->unit_id);
    const struct unit *grid = unit_above(us, u, S("grid"));
    const struct unit *community = unit_above(us, u, S("community"));
    const struct unit *street = unit_above(us, u, S("street"));

    if (!u) /* newer than what is in memory; where it is written down, it is right */
        return;
    m->unit_path = u->path;
    m->grid_id = grid ? grid->id : 0;
    m->community_id = community ? community->id : 0;
    m->street_id = street ? street->id : 0;
}

static void derive(struct desk *k, struct matter *m)
{
    const struct proc_state *s = &m->state;

    derive_unit(k, m);
    derive_times(k, m);
    m->step = s->ended_ms || s->step < 0 ? S("ended") : m->def->step[s->step].name;
    m->stage = m->bundle_id ? S("bundled") : matter_stage(m);
    m->grade = s->grade < 0 ? S("") : m->def->grade[s->grade].name;
    m->outcome = s->outcome;
    m->round = s->round;
    m->supervised = s->supervised;
    m->first_unit_id = s->first_unit;
    m->due_at = s->due_ms;
    m->ended_at = s->ended_ms;
    m->changed_at = k->now;
}

/* ---- writing ---------------------------------------------------------- */

static void insert_row(struct desk *k, const struct matter *m, struct str state, struct str head)
{
    db_run(k->db, matter_insert, ARG(k->d->code), ARG(m->id), ARG(m->number), ARG(m->mechanism),
           ARG(m->def_hash), ARG(state), ARG(m->title), ARG(m->body), ARG(m->channel),
           ARG(m->subject), ARG(m->place), ARG(m->lon), ARG(m->lat), ARG(m->unit_id),
           ARG(m->grid_id), ARG(m->community_id), ARG(m->street_id), ARG(m->unit_path),
           ARG(m->step), ARG(m->stage), ARG(m->grade), ARG(m->outcome), ARG(m->round),
           ARG(m->key_matter), ARG(m->supervised), ARG(m->late), ARG(m->bundle_id),
           ARG(m->opener_id), ARG(m->first_unit_id), ARG(m->reported_at), ARG(m->opened_at),
           ARG(m->due_at), ARG(m->timer_at), ARG(m->ended_at), ARG(m->changed_at), ARG(m->head.seq),
           arg_blob(head), ARG(m->counts));
}

static void update_row(struct desk *k, const struct matter *m, struct str state, struct str head)
{
    db_run(k->db, matter_update, ARG(k->d->code), ARG(m->id), ARG(state), ARG(m->subject),
           ARG(m->place), ARG(m->lon), ARG(m->lat), ARG(m->unit_id), ARG(m->grid_id),
           ARG(m->community_id), ARG(m->street_id), ARG(m->unit_path), ARG(m->step), ARG(m->stage),
           ARG(m->grade), ARG(m->outcome), ARG(m->round), ARG(m->key_matter), ARG(m->supervised),
           ARG(m->late), ARG(m->bundle_id), ARG(m->first_unit_id), ARG(m->due_at), ARG(m->timer_at),
           ARG(m->ended_at), ARG(m->changed_at), ARG(m->head.seq), arg_blob(head), ARG(m->counts));
}

/* With the clock that the turn runs under, so that an inbox can say how much of it is left. */
static void put_turn(struct desk *k, const struct matter *m, const struct proc_turn *t)
{
    const struct proc_clock *c = matter_clock(m, t->part);
    bool same = c && c->due_ms == t->due_ms && c->limit.unit != LIMIT_NONE;
    int64_t started = same ? c->started_ms : m->opened_at;
    struct str term = same ? limit_text(k->a, c->limit) : S("");

    db_run(k->db, turn_insert, ARG(k->d->code), ARG(t->unit), ARG(t->role), ARG(t->kind),
           ARG(m->id), ARG(t->part), ARG(t->due_ms), ARG(started), ARG(term));
}

static void save_turns(struct desk *k, const struct matter *m)
{
    struct proc_turn turn[TURNS_MAX];
    struct proc_env env;
    int n;

    if (!m->fresh)
        db_run(k->db, turn_clear, ARG(k->d->code), ARG(m->id));
    if (m->ended_at || m->bundle_id)
        return;
    matter_env(k, m, &env);
    n = proc_turns(&env, &m->state, turn);
    for (int i = 0; i < n; i++) {
        if (turn[i].role.n && (turn[i].unit || turn[i].kind.n))
            put_turn(k, m, &turn[i]);
    }
}

static void save_parts(struct desk *k, const struct matter *m)
{
    const struct proc_state *s = &m->state;

    if (m->fresh)
        return;
    db_run(k->db, part_clear, ARG(k->d->code), ARG(m->id));
    for (int i = 0; i < s->parts; i++) {
        const struct proc_part *p = &s->part[i];
        struct str step = p->step < 0 || s->step < 0 || s->step >= m->def->steps ||
                                  p->step >= m->def->step[s->step].parts
                              ? S("ended")
                              : m->def->step[s->step].part[p->step].name;

        db_run(k->db, part_insert, ARG(k->d->code), ARG(m->id), ARG(i), ARG(s->round), ARG(p->unit),
               ARG(p->lead), ARG(step), ARG(p->outcome), ARG(p->started_ms), ARG(p->due_ms),
               ARG(p->reported_in_ms), ARG(p->ended_ms));
    }
}

void matter_concerns(struct desk *k, int64_t unit, struct str how, const struct matter *m)
{
    if (unit)
        db_run(k->db, concern_insert, ARG(k->d->code), ARG(unit), ARG(how), ARG(m->id));
}

static void save_concerns(struct desk *k, const struct matter *m)
{
    const struct proc_state *s = &m->state;

    if (!m->fresh)
        db_run(k->db, concern_clear, ARG(k->d->code), ARG(m->id));
    for (int i = 0; i < s->parts; i++)
        matter_concerns(k, s->part[i].unit, S("doing"), m);
    matter_concerns(k, s->holder_unit, S("doing"), m);
    if (!m->community_id)
        matter_concerns(k, m->unit_id, S("doing"), m);
}

void matter_save(struct desk *k, struct matter *m, struct str kind, const struct val *content)
{
    struct str state, head = {(const char *)m->head.hash, sizeof(m->head.hash)};
    struct event ev = {.subject = m->id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = S("matter"),
                       .kind = kind,
                       .content = content};

    derive(k, m);
    state = proc_state_write(k->a, m->def, &m->state);
    (void)ledger_append(k->db, k->d, k->a, &ev, &m->head);
    tally_matter(k, m);
    if (m->fresh)
        insert_row(k, m, state, head);
    else
        update_row(k, m, state, head);
    save_turns(k, m);
    save_parts(k, m);
    save_concerns(k, m);
    if (k->actor->person)
        db_run(k->db, handled_put, ARG(k->d->code), ARG(k->actor->person), ARG(m->id), ARG(k->now));
    m->fresh = false;
}
