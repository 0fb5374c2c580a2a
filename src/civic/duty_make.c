/* Making duties: one row for each span that has begun, once, from rolls, bonds and units alike. */
#include "cal/rhythm.h"
#include "civic/district.h"
#include "civic/duty.h"
#include "civic/job.h"

#include <string.h>

#define SOURCES_AT_ONCE 1500
#define UNITS_AT_ONCE   500
#define TERMS_MAX       32
#define OLDEST_MS       (400 * DAY_MS) /* of what ended before that nobody asks any more */

STMT(duty_insert,
     "INSERT INTO duty (district, source_id, name, from_at, noun, kind, unit_id, unit_path, "
     "person_id, role_unit_id, role, due_at, shut_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
     "$10, $11, $12, $13) ON CONFLICT DO NOTHING");
STMT(entries_due,
     "SELECT id, roll, kind, unit_id, person_id, keeper_id, until_at, duty_at FROM roll_entry "
     "WHERE district = $1 AND duty_at > 0 AND duty_at <= $2 ORDER BY duty_at LIMIT $3");
STMT(bonds_due, "SELECT id, kind, unit_id, until_at, duty_at, one_person_id, one_unit_id, "
                "other_person_id, other_unit_id FROM bond WHERE district = $1 AND duty_at > 0 AND "
                "duty_at <= $2 ORDER BY duty_at LIMIT $3");
STMT(bond_next, "UPDATE bond SET duty_at = $3 WHERE district = $1 AND id = $2");
STMT(entry_next, "UPDATE roll_entry SET duty_at = $3 WHERE district = $1 AND id = $2");

/* Whose it is: a person's, or a role's in a unit; neither: nobody's, and none is made. */
struct owner {
    int64_t person_id, role_unit_id;
    struct str role;
};

struct source {
    int64_t id, since,
        until; /* spans that begin in [since, until) are to be made; until 0: no end */
    struct str noun, kind, also; /* also: another kind whose duties it has; empty: none */
    const struct unit *unit;
    int64_t self_id, keeper_id;
    const struct bond_kind *bond; /* and who stands on its sides; NULL: it is none */
    struct owner side[2];
};

/* All sources of a pack share the spans, so due and shut are worked out once a piece. */
struct term_of {
    const struct duty_def *def;
    int64_t from_ms, due_ms, shut_ms;
};

struct making {
    struct desk *k;
    struct term_of term[TERMS_MAX];
    int terms;
    int64_t made;
};

/* ---- when ----------------------------------------------------------------- */

static struct term_of *term_of(struct making *m, const struct duty_def *def, const struct span *in)
{
    struct term_of *t;
    struct duty_term is;

    for (int i = 0; i < m->terms; i++) {
        if (m->term[i].def == def && m->term[i].from_ms == in->from_ms)
            return &m->term[i];
    }
    if (m->terms == TERMS_MAX)
        m->terms = 0;
    is = duty_term(m->k->d->calendar, &m->k->d->pack->hours, def, in);
    t = &m->term[m->terms++];
    *t = (struct term_of){def, in->from_ms, is.due_ms, is.shut_ms};
    return t;
}

/* ---- whose ---------------------------------------------------------------- */

/* A side's person, or who acts for its unit. */
static struct owner side_of(const struct source *s, struct str name)
{
    for (int i = 0; s->bond && i < 2; i++) {
        if (str_eq(s->bond->side[i].name, name))
            return s->side[i];
    }
    return (struct owner){.role = S("")};
}

static struct owner owner_of(const struct desk *k, const struct source *s,
                             const struct duty_def *def)
{
    const struct units *us = k->d->units;
    const struct unit *u;

    if (str_eq(def->who, S("self")))
        return (struct owner){.person_id = s->self_id, .role = S("")};
    if (str_eq(def->who, S("keeper")))
        return (struct owner){.person_id = s->keeper_id, .role = S("")};
    if (def->who.n)
        return side_of(s, def->who);
    u = def->own ? unit_own(us, s->unit, def->body.kind) : unit_above(us, s->unit, def->body.kind);
    return (struct owner){.role_unit_id = u ? u->id : 0, .role = def->body.role};
}

static void make_one(struct making *m, const struct source *s, const struct duty_kind *of,
                     const struct owner *o, const struct span *in)
{
    const struct term_of *t = term_of(m, of->def, in);
    struct desk *k = m->k;

    m->made += db_run(k->db, duty_insert, ARG(k->d->code), ARG(s->id), ARG(of->def->name),
                      ARG(in->from_ms), ARG(s->noun), ARG(of->kind), ARG(s->unit->id),
                      ARG(s->unit->path), ARG(o->person_id), ARG(o->role_unit_id), ARG(o->role),
                      ARG(t->due_ms), ARG(t->shut_ms));
}

/* Every span of one duty that has begun; when the next one begins. */
static int64_t make_spans(struct making *m, const struct source *s, const struct duty_kind *of)
{
    int64_t oldest = m->k->now - OLDEST_MS;
    const struct duty_reach reach = {s->since > oldest ? s->since : oldest, s->until, m->k->now};
    struct owner o = owner_of(m->k, s, of->def);
    struct span in;

    if (!rhythm_from(of->def->every, reach.since, &in))
        return 0;
    for (; duty_begun(&reach, &in); (void)rhythm_span(of->def->every, in.to_ms, &in)) {
        if (o.person_id || o.role_unit_id)
            make_one(m, s, of, &o, &in);
    }
    return in.from_ms;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return !a || (b && b < a) ? b : a;
}

static int64_t make_kind(struct making *m, const struct source *s, struct str kind)
{
    int n;
    const struct duty_def *def = pack_source_duties(m->k->d->pack, s->noun, kind, &n);
    int64_t next = 0;

    for (int i = 0; i < n; i++)
        next = sooner(next, make_spans(m, s, &(struct duty_kind){s->noun, kind, &def[i]}));
    return next;
}

/* All duties of a source; when the next span of any begins, 0: never. */
static int64_t make_source(struct making *m, const struct source *s)
{
    int64_t next = 0;

    if (!s->unit)
        return 0;
    next = make_kind(m, s, s->kind);
    if (s->also.n)
        next = sooner(next, make_kind(m, s, s->also));
    return next && (!s->until || next < s->until) ? next : 0;
}

/* ---- entries of rolls ----------------------------------------------------- */

static struct source entry_of(const struct desk *k, const struct rows *r)
{
    struct str roll = row_str(r, 1), kind = row_str(r, 2);

    return (struct source){
        .id = row_int(r, 0),
        .since = row_int(r, 7),
        .until = row_int(r, 6),
        .noun = S("roll_entry"),
        .kind = roll,
        .also = kind.n ? str_format(k->a, "%.*s/%.*s", STR_ARG(roll), STR_ARG(kind)) : S(""),
        .unit = unit_by_id(k->d->units, row_int(r, 3)),
        .self_id = row_int(r, 4),
        .keeper_id = row_int(r, 5)};
}

static int64_t make_entries(struct making *m)
{
    struct desk *k = m->k;
    struct source *s = NEW_ARRAY(k->a, struct source, SOURCES_AT_ONCE);
    struct rows r =
        db_query(k->db, k->a, entries_due, ARG(k->d->code), ARG(k->now), ARG(SOURCES_AT_ONCE));
    int n = 0;

    while (rows_next(&r))
        s[n++] = entry_of(k, &r);
    for (int i = 0; i < n; i++)
        db_run(k->db, entry_next, ARG(k->d->code), ARG(s[i].id), ARG(make_source(m, &s[i])));
    return n;
}

/* ---- bonds ---------------------------------------------------------------- */

static struct owner side_read(const struct bond_side *def, int64_t person, int64_t unit)
{
    if (person)
        return (struct owner){.person_id = person, .role = S("")};
    return (struct owner){.role_unit_id = def->by.n ? unit : 0, .role = def->by};
}

static struct source bond_of(const struct desk *k, const struct rows *r)
{
    struct str kind = row_str(r, 1);
    const struct bond_kind *def = pack_bond(k->d->pack, kind);
    struct source s = {.id = row_int(r, 0),
                       .since = row_int(r, 4),
                       .until = row_int(r, 3),
                       .noun = S("bond"),
                       .kind = kind,
                       .also = S(""),
                       .unit = unit_by_id(k->d->units, row_int(r, 2)),
                       .bond = def};

    if (!def)
        return s;
    s.side[0] = side_read(&def->side[0], row_int(r, 5), row_int(r, 6));
    s.side[1] = side_read(&def->side[1], row_int(r, 7), row_int(r, 8));
    return s;
}

static int64_t make_bonds(struct making *m)
{
    struct desk *k = m->k;
    struct source *s = NEW_ARRAY(k->a, struct source, SOURCES_AT_ONCE);
    struct rows r =
        db_query(k->db, k->a, bonds_due, ARG(k->d->code), ARG(k->now), ARG(SOURCES_AT_ONCE));
    int n = 0;

    while (rows_next(&r))
        s[n++] = bond_of(k, &r);
    for (int i = 0; i < n; i++)
        db_run(k->db, bond_next, ARG(k->d->code), ARG(s[i].id), ARG(make_source(m, &s[i])));
    return n;
}

/* ---- units ---------------------------------------------------------------- */

/*
 * Units have no row to keep a moment in: the setting duties_of_units says until when their spans
 * have been made ("UNTIL"), and, while that is going on, up to where and which unit is next
 * ("UNTIL UPTO PATH").
 */
struct round {
    int64_t since, upto;
    struct str path; /* of the last unit that is done; empty: none yet */
};

static struct round round_read(struct desk *k)
{
    struct str rest = setting_get(k, S("duties_of_units")), word;
    struct round out = {.since = 0, .path = S("")};

    rest = str_cut(rest, ' ', &word);
    if (!str_int(word, &out.since))
        out.since = 0;
    out.path = str_cut(rest, ' ', &word);
    if (!str_int(word, &out.upto))
        out.upto = 0;
    return out;
}

static void round_write(struct desk *k, const struct round *o)
{
    struct str s = o->upto ? str_format(k->a, "%lld %lld %.*s", (long long)o->since,
                                        (long long)o->upto, STR_ARG(o->path))
                           : str_format(k->a, "%lld", (long long)o->since);

    setting_put(k, S("duties_of_units"), s);
}

/* Does any span of the pack's units begin in (since, now]? */
static bool units_due(const struct desk *k, int64_t since)
{
    const struct pack *p = k->d->pack;
    struct span in;

    for (int i = 0; i < p->unit_kinds; i++) {
        for (int n = 0; n < p->unit_kind[i].duties; n++) {
            if (rhythm_from(p->unit_kind[i].duty[n].every, since, &in) && in.from_ms <= k->now)
                return true;
        }
    }
    return false;
}

/* Spans from `since` on, of which a unit has those that began while it was there. */
static int64_t make_unit(struct making *m, const struct unit *u, int64_t since)
{
    const struct source s = {.id = u->id,
                             .since = u->from_at > since ? u->from_at : since,
                             .noun = S("unit"),
                             .kind = u->kind,
                             .also = S(""),
                             .unit = u};
    int64_t before = m->made;

    (void)make_source(m, &s);
    return m->made - before;
}

/* Is it done already? Paths are in the order of their bytes. */
static bool is_before(struct str path, struct str last)
{
    int order = memcmp(path.p, last.p, path.n < last.n ? path.n : last.n);

    return order < 0 || (order == 0 && path.n <= last.n);
}

static int64_t make_units(struct making *m)
{
    struct desk *k = m->k;
    struct round o = round_read(k);
    struct desk then = *k;
    int64_t done = 0;
    size_t i = 0, n = units_count(k->d->units);

    if (!o.since) { /* the first time: what begins from now on */
        o.since = k->now;
        round_write(k, &o);
    }
    if (!o.upto && !units_due(k, o.since))
        return 0;
    o.upto = o.upto ? o.upto : k->now;
    then.now = o.upto;
    m->k = &then;
    while (i < n && is_before(units_at(k->d->units, i)->path, o.path))
        i++;
    for (; i < n && done < UNITS_AT_ONCE; i++) {
        done += make_unit(m, units_at(k->d->units, i), o.since);
        o.path = units_at(k->d->units, i)->path;
    }
    m->k = k;
    if (i == n)
        o = (struct round){.since = o.upto + 1, .path = S("")};
    round_write(k, &o);
    return 1;
}

int64_t duties_make(struct desk *k)
{
    struct making m = {.k = k};
    int64_t n = k->d->units ? make_units(&m) : 0; /* a district may have none yet */

    return n + make_bonds(&m) + make_entries(&m);
}

/* Before the first request too, so that whoever ends a source finds what fell due while the server
 * was off. */
JOB(duties_made, .every_ms = SECOND_MS, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return duties_make(&k);
}
