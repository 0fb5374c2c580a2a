/* Keeping what can be given: adding, changing, ending; and what matters take of it. */
#include "civic/resource.h"

#include "base/utf8.h"
#include "civic/district.h"
#include "civic/job.h"
#include "pack/kind.h"
#include "val/json.h"

#include <string.h>

#define FIELDS_MAX 100000 /* bytes of what a kind asks */
#define TITLE_MAX  100
#define UNITS_MAX  500

STMT(resource_get,
     "SELECT " RESOURCE_COLUMNS " FROM resource r WHERE r.district = $1 AND r.id = $2");
STMT(
    resource_insert,
    "INSERT INTO resource (district, id, kind, unit_id, unit_path, title, fields, capacity, taken, "
    "from_at, ended_at, seq, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
    "$13)");
STMT(resource_update, "UPDATE resource SET title = $3, fields = $4, capacity = $5, taken = $6, "
                      "ended_at = $7, seq = $8, head = $9 WHERE district = $1 AND id = $2");
STMT(
    allotment_put,
    "INSERT INTO allotment (district, resource_id, matter_id, from_at, until_at, tell_at) VALUES ($1, "
    "$2, $3, $4, $5, $6) ON CONFLICT (district, resource_id, matter_id) DO UPDATE SET from_at = "
    "excluded.from_at, until_at = excluded.until_at, ended_at = 0, tell_at = excluded.tell_at");
STMT(allotment_end, "UPDATE allotment SET ended_at = $4 WHERE district = $1 AND resource_id = $2 "
                    "AND matter_id = $3 AND ended_at = 0");
STMT(allotment_open, "SELECT 1 FROM allotment WHERE district = $1 AND resource_id = $2 AND "
                     "matter_id = $3 AND ended_at = 0");
STMT(allotments_of_matter, "SELECT resource_id FROM allotment WHERE district = $1 AND matter_id = "
                           "$2 AND ended_at = 0");
STMT(allotments_over,
     "SELECT resource_id, matter_id, until_at FROM allotment WHERE district = $1 AND until_at > 0 "
     "AND until_at <= $2 AND ended_at = 0 ORDER BY until_at LIMIT $3");
STMT(entries_of_opener,
     "SELECT roll, kind FROM roll_entry WHERE district = $1 AND person_id = $2 AND person_id > 0 "
     "AND active_at > 0 AND to_at = 0 AND (until_at = 0 OR until_at > $3)");

/* ---- rows ------------------------------------------------------------- */

void resource_read_row(const struct desk *k, const struct rows *rows, struct resource *r)
{
    struct str head = row_str(rows, 11);

    *r = (struct resource){.id = row_int(rows, 0),
                           .kind = row_str(rows, 1),
                           .unit_id = row_int(rows, 2),
                           .unit_path = row_str(rows, 3),
                           .title = row_str(rows, 4),
                           .fields = json_map(k->a, row_str(rows, 5), FIELDS_MAX),
                           .capacity = row_int(rows, 6),
                           .taken = row_int(rows, 7),
                           .from_at = row_int(rows, 8),
                           .ended_at = row_int(rows, 9),
                           .head = {.seq = row_int(rows, 10)}};
    if (head.n == sizeof(r->head.hash))
        memcpy(r->head.hash, head.p, head.n);
    r->def = pack_resource(k->d->pack, r->kind);
}

static void save(struct desk *k, struct resource *r, const char *kind, const struct val *content)
{
    struct event ev = {.subject = r->id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = S("resource"),
                       .kind = str_of(kind),
                       .content = content,
                       .as_unit = r->unit_id};
    struct str head = {(const char *)r->head.hash, sizeof(r->head.hash)};
    struct str fields = facts_write(k->a, r->fields);

    (void)ledger_append(k->db, k->d, k->a, &ev, &r->head);
    if (r->fresh)
        db_run(k->db, resource_insert, ARG(k->d->code), ARG(r->id), ARG(r->kind), ARG(r->unit_id),
               ARG(r->unit_path), ARG(r->title), ARG(fields), ARG(r->capacity), ARG(r->taken),
               ARG(r->from_at), ARG(r->ended_at), ARG(r->head.seq), arg_blob(head));
    else
        db_run(k->db, resource_update, ARG(k->d->code), ARG(r->id), ARG(r->title), ARG(fields),
               ARG(r->capacity), ARG(r->taken), ARG(r->ended_at), ARG(r->head.seq), arg_blob(head));
    r->fresh = false;
}

bool resource_load(struct desk *k, int64_t id, struct resource *r, struct err *e)
{
    struct rows rows = db_query(k->db, k->a, resource_get, ARG(k->d->code), ARG(id));
    bool there = rows_next(&rows);

    if (there)
        resource_read_row(k, &rows, r);
    rows_end(&rows);
    return there || refuse(e, ERR_NOT_FOUND, NULL, "There is no such resource.");
}

/* ---- who may ---------------------------------------------------------- */

static bool keeps_at(struct desk *k, const struct resource_kind *def, struct str path)
{
    for (size_t i = 0; def && i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];
        const struct unit *u = unit_by_id(k->d->units, h->unit);

        if (u && bodies_name(def->who, def->whos, h->role, u->kind) && path_holds(h->path, path))
            return true;
    }
    return false;
}

bool resource_kept(struct desk *k, const struct resource *r)
{
    return keeps_at(k, r->def, r->unit_path);
}

const struct unit **resource_units(struct desk *k, const struct resource_kind *def)
{
    const struct unit **out = NEW_ARRAY(k->a, const struct unit *, UNITS_MAX + 1);
    const struct units *us = k->d->units;
    int n = 0;

    for (size_t i = 0; i < units_count(us) && n < UNITS_MAX; i++) {
        const struct unit *u = units_at(us, i);

        if (str_among(u->kind, def->in, def->ins) && keeps_at(k, def, u->path))
            out[n++] = u;
    }
    out[n] = NULL;
    return out;
}

/* resource_load for who keeps it, as it was `seen`. */
static bool take_up(struct desk *k, const struct resource_act *act, struct resource *r,
                    struct err *e)
{
    if (!resource_load(k, act->id, r, e))
        return false;
    if (!resource_kept(k, r))
        return refuse(e, ERR_DENIED, NULL, "This is not yours to do.");
    if (act->seen && act->seen != r->head.seq)
        return refuse(e, ERR_CONFLICT, NULL,
                      "Somebody was faster: this has changed. Please look again.");
    return true;
}

/* ---- keeping ---------------------------------------------------------- */

static bool said_check(struct desk *k, const struct resource *r, const struct val *fields,
                       struct err *e)
{
    if (utf8_count(r->title) < 2)
        return refuse(e, ERR_INVALID, "title", "Please say what it is.");
    if (utf8_count(r->title) > TITLE_MAX)
        return refuse(e, ERR_INVALID, "title", "The title may have at most %d characters.",
                      TITLE_MAX);
    return resource_capacity_check(r->def, r->capacity, r->taken, e) &&
           facts_check(k, (struct facts_ask){r->def->ask, r->def->asks}, fields, e);
}

static struct val *content_of(struct desk *k, const struct resource *r)
{
    struct val *c = val_map(k->a);

    if (r->fresh) {
        set_str(c, "kind", r->kind);
        set_int(c, "unit", r->unit_id);
    }
    set_str(c, "title", r->title);
    set_int(c, "capacity", r->capacity);
    set_val(c, S("fields"), *r->fields);
    return c;
}

static const struct unit *keeper_for(struct desk *k, const struct resource_kind *def,
                                     int64_t unit_id)
{
    const struct unit **u = resource_units(k, def);

    for (; *u && unit_id && (*u)->id != unit_id; u++)
        ;
    return *u;
}

bool resource_add(struct desk *k, const struct resource_new *n, struct resource *out, struct err *e)
{
    const struct resource_kind *def = pack_resource(k->d->pack, n->kind);
    const struct unit *u = def ? keeper_for(k, def, n->unit_id) : NULL;

    if (!def)
        return refuse(e, ERR_INVALID, "kind", "There is no kind of resource called %.*s.",
                      STR_ARG(n->kind));
    if (!u)
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow you to keep this.");
    *out = (struct resource){.id = id_next(k->d->ids, k->now),
                             .kind = def->name,
                             .unit_id = u->id,
                             .unit_path = u->path,
                             .title = str_trim(n->title),
                             .capacity = n->capacity,
                             .from_at = k->now,
                             .fields = val_map(k->a),
                             .def = def,
                             .fresh = true};
    if (!said_check(k, out, n->fields, e))
        return false;
    facts_keep(out->fields, (struct facts_ask){def->ask, def->asks}, n->fields);
    save(k, out, "add", content_of(k, out));
    return true;
}

bool resource_change(struct desk *k, const struct resource_act *act, struct err *e)
{
    struct resource *r = NEW(k->a, struct resource);

    if (!take_up(k, act, r, e))
        return false;
    if (r->ended_at)
        return refuse(e, ERR_CONFLICT, NULL, "This is not given any more.");
    r->title = str_trim(act->title);
    r->capacity = act->capacity;
    if (!said_check(k, r, act->fields, e))
        return false;
    facts_keep(r->fields = val_map(k->a), (struct facts_ask){r->def->ask, r->def->asks},
               act->fields);
    save(k, r, "change", content_of(k, r));
    return true;
}

static bool reason_check(struct str reason, struct err *e)
{
    return utf8_count(str_trim(reason)) >= 2 || refuse(e, ERR_INVALID, "reason", "Please say why.");
}

bool resource_end(struct desk *k, const struct resource_act *act, struct err *e)
{
    struct resource *r = NEW(k->a, struct resource);
    struct val *c = val_map(k->a);

    if (!take_up(k, act, r, e) || !reason_check(act->reason, e))
        return false;
    if (r->ended_at)
        return refuse(e, ERR_CONFLICT, NULL, "This is not given any more.");
    r->ended_at = k->now;
    set_str(c, "reason", str_trim(act->reason));
    save(k, r, "end", c);
    return true;
}

/* ---- what is held ------------------------------------------------------ */

/* kind: give_back, take_back, expire. False if the matter holds none of it. */
static bool free_one(struct desk *k, struct resource *r, const char *kind, struct val *content,
                     int64_t at)
{
    if (!db_run(k->db, allotment_end, ARG(k->d->code), ARG(r->id), ARG(val_int(content, "matter")),
                ARG(at)))
        return false;
    r->taken--;
    save(k, r, kind, content);
    return true;
}

static struct val *about_matter(struct desk *k, int64_t matter)
{
    struct val *c = val_map(k->a);

    set_int(c, "matter", matter);
    return c;
}

bool resource_take_back(struct desk *k, const struct resource_act *act, struct err *e)
{
    struct resource *r = NEW(k->a, struct resource);
    struct val *c = about_matter(k, act->matter_id);

    if (!take_up(k, act, r, e) || !reason_check(act->reason, e))
        return false;
    set_str(c, "reason", str_trim(act->reason));
    return free_one(k, r, "take_back", c, k->now) ||
           refuse(e, ERR_CONFLICT, NULL, "This matter holds none of it any more.");
}

/* As what whoever opened the matter stands on a roll; NULL: they do not. */
static const struct str *stands_as(struct desk *k, const struct roll *roll, int64_t person)
{
    struct rows rows =
        db_query(k->db, k->a, entries_of_opener, ARG(k->d->code), ARG(person), ARG(k->now));
    struct str *kind = NULL;

    while (rows_next(&rows)) {
        if (!str_eq(row_str(&rows, 0), roll->name))
            continue;
        kind = NEW(k->a, struct str);
        *kind = row_str(&rows, 1);
    }
    return kind;
}

/* May whoever opened the matter have it? */
static bool is_for(struct desk *k, const struct resource *r, const struct matter *m, struct err *e)
{
    const struct roll *roll = r->def->only.roll;
    const struct str *kind = roll && m->opener_id ? stands_as(k, roll, m->opener_id) : NULL;
    struct resource_now now = {.tier = facts_word(k->a, r->fields, r->def->only.by)};

    return resource_is_for(k->a, r->def, &now, kind, str_eq(k->lang, S("en")), e);
}

static bool may_have(struct desk *k, const struct resource *r, const struct matter *m,
                     struct err *e)
{
    if (r->ended_at || !r->def)
        return refuse(e, ERR_CONFLICT, NULL, "This is not given any more.");
    return is_for(k, r, m, e);
}

bool resources_named(struct desk *k, const struct matter *m, struct facts_ask ask,
                     const struct val *got, struct err *e)
{
    for (int i = 0; i < ask.n; i++) {
        const struct field *f = &ask.field[i];
        const struct val *v = f->kind == FIELD_RESOURCE ? val_get(got, f->name) : NULL;
        struct resource r;
        struct err none = {0};

        if (!v || val_is_empty(v))
            continue;
        if (!resource_load(k, proc_field_number(v), &r, &none) || !resource_fits(f, r.kind))
            return refuse(e, ERR_INVALID, f->name.p, "Choose one of what is offered.");
        if (!may_have(k, &r, m, e))
            return false;
    }
    return true;
}

static bool holds(struct desk *k, int64_t id, const struct matter *m)
{
    struct rows rows = db_query(k->db, k->a, allotment_open, ARG(k->d->code), ARG(id), ARG(m->id));
    bool there = rows_next(&rows);

    rows_end(&rows);
    return there;
}

static bool take_one(struct desk *k, const struct matter *m, int64_t id, struct err *e)
{
    struct resource *r = NEW(k->a, struct resource);
    struct val *c = about_matter(k, m->id);
    int64_t until;

    if (!resource_load(k, id, r, e) || !may_have(k, r, m, e) ||
        !resource_free_check(&(struct resource_now){.capacity = r->capacity, .taken = r->taken}, e))
        return false;
    if (holds(k, id, m))
        return refuse(e, ERR_CONFLICT, NULL, "This matter holds one of it already.");
    until = r->def->holds.n ? stretch_end(k->now, r->def->holds) : 0;
    r->taken++;
    set_int(c, "until", until);
    db_run(k->db, allotment_put, ARG(k->d->code), ARG(r->id), ARG(m->id), ARG(k->now), ARG(until),
           ARG(resource_tell_at(r->def, k->now, until)));
    save(k, r, "take", c);
    return true;
}

#define HELD_MAX 100 /* by one matter */

static void give_back(struct desk *k, const struct matter *m)
{
    struct rows rows = db_query(k->db, k->a, allotments_of_matter, ARG(k->d->code), ARG(m->id));
    int64_t id[HELD_MAX];
    int n = rows_ints(&rows, id, HELD_MAX);

    for (int i = 0; i < n; i++) {
        struct resource *r = NEW(k->a, struct resource);
        struct err none = {0};

        if (resource_load(k, id[i], r, &none))
            (void)free_one(k, r, "give_back", about_matter(k, m->id), k->now);
    }
}

bool resources_carry_out(struct desk *k, const struct matter *m, const struct proc_effects *effects,
                         struct err *e)
{
    for (int i = 0; i < effects->n; i++) {
        const struct proc_effect *f = &effects->effect[i];

        if (f->kind == EFFECT_GIVE_BACK)
            give_back(k, m);
        if (f->kind == EFFECT_TAKE && !take_one(k, m, f->resource, e))
            return false;
    }
    return true;
}

/* ---- by itself -------------------------------------------------------- */

int allotments_read(struct rows *rows, struct allotment out[ALLOTMENTS])
{
    int n = 0;

    for (; n < ALLOTMENTS && rows_next(rows); n++)
        out[n] = (struct allotment){row_int(rows, 0), row_int(rows, 1), row_int(rows, 2)};
    rows_end(rows);
    return n;
}

int64_t resources_tick(struct desk *k)
{
    struct rows rows =
        db_query(k->db, k->a, allotments_over, ARG(k->d->code), ARG(k->now), ARG(ALLOTMENTS));
    struct allotment over[ALLOTMENTS];
    int n = allotments_read(&rows, over);

    for (int i = 0; i < n; i++) {
        struct resource *r = NEW(k->a, struct resource);
        struct val *c = about_matter(k, over[i].matter);
        struct err none = {0};

        set_int(c, "until", over[i].until);
        if (resource_load(k, over[i].resource, r, &none) &&
            free_one(k, r, "expire", c, over[i].until))
            resource_tell(k, r, over[i].matter, S("held_over"), over[i].until);
    }
    return n;
}

JOB(resources_due, .every_ms = SECOND_MS, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return resources_tick(&k) + resources_tell(&k);
}
