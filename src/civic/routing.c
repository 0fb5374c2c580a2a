#include "civic/routing.h"

#include "base/utf8.h"

#include <string.h>

STMT(duty_find,
     "SELECT unit_id, area_path, subject FROM duty_list WHERE district = $1 AND subject IN ($2, "
     "$3) AND confirmed_at > 0 AND ended_at = 0");
STMT(duty_propose, "INSERT INTO duty_list (district, id, subject, area_path, unit_id, matter_id, "
                   "proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)");
STMT(duty_same, "SELECT id FROM duty_list WHERE district = $1 AND subject = $2 AND area_path = $3 "
                "AND unit_id = $4 AND ended_at = 0");
STMT(duty_get, "SELECT subject, area_path, unit_id, confirmed_at FROM duty_list WHERE district = "
               "$1 AND id = $2 AND ended_at = 0");
STMT(duty_end_older, "UPDATE duty_list SET ended_at = $4 WHERE district = $1 AND subject = $2 AND "
                     "area_path = $3 AND confirmed_at > 0 AND ended_at = 0");
STMT(duty_set, "UPDATE duty_list SET confirmed_at = $3, confirmed_by = $4 WHERE district = $1 AND "
               "id = $2");
STMT(duty_set_all, "UPDATE duty_list SET confirmed_at = $2, confirmed_by = $3 WHERE district = $1 "
                   "AND confirmed_at = 0 AND ended_at = 0");
STMT(duty_end, "UPDATE duty_list SET ended_at = $3 WHERE district = $1 AND id = $2");
STMT(duty_rows, "SELECT d.id, d.subject, d.area_path, d.unit_id, d.matter_id, d.proposed_at, "
                "d.confirmed_at, p.name FROM duty_list d LEFT JOIN person p ON p.district = $1 AND "
                "p.id = d.confirmed_by WHERE d.district = $1 AND d.ended_at = 0 ORDER BY "
                "d.subject, d.area_path, d.id");

/* ---- which procedure -------------------------------------------------- */

static const struct proc *usual(const struct pack *p)
{
    const struct val *v = p->setting ? val_get(p->setting, S("mechanism")) : NULL;
    const struct proc *def = v && v->kind == VAL_STR ? pack_proc(p, v->str) : NULL;

    return def ? def : &p->proc[0];
}

const struct proc *routing_mechanism(const struct district *d, const struct matter_new *n)
{
    const struct subject *s = n->subject.n ? pack_subject(d->pack, n->subject) : NULL;
    const struct proc *def = n->mechanism.n ? pack_proc(d->pack, n->mechanism) : NULL;

    if (!def && s && s->mechanism.n)
        def = pack_proc(d->pack, s->mechanism);
    for (int i = 0; !def && i < d->pack->channels; i++) {
        if (str_eq(d->pack->channel[i].name, n->channel))
            def = pack_proc(d->pack, d->pack->channel[i].mechanism);
    }
    return def ? def : usual(d->pack);
}

/* ---- which unit ------------------------------------------------------- */

static bool found_in(struct str hay, struct str needle)
{
    return needle.n && hay.n >= needle.n && memmem(hay.p, hay.n, needle.p, needle.n) != NULL;
}

struct str unit_spoken_name(const struct district *d, struct str name)
{
    const struct val *tails = d->pack->setting ? val_get(d->pack->setting, S("unit_tails")) : NULL;

    for (const struct item *it = tails ? tails->first : NULL; it; it = it->next) {
        struct str tail = it->val.str;

        if (name.n > tail.n && memcmp(name.p + name.n - tail.n, tail.p, tail.n) == 0)
            return (struct str){name.p, name.n - tail.n};
    }
    return name;
}

/* The deepest unit of the tree whose name stands in the text; longer names win. */
static const struct unit *unit_named(const struct district *d, struct str text)
{
    const struct units *us = d->units;
    const struct unit *best = NULL;
    size_t best_n = 0;

    for (size_t i = 0; text.n && i < units_count(us); i++) {
        const struct unit *u = units_at(us, i);
        struct str name = unit_spoken_name(d, u->name);

        if (u->depth == 0 || str_eq(u->kind, S("department")) || utf8_count(name) < 3)
            continue;
        if (name.n > best_n && found_in(text, name)) {
            best = u;
            best_n = name.n;
        }
    }
    return best;
}

/* A building of the same community says more than the grid that holds the point. */
static bool says_more(const struct units *us, const struct unit *given, const struct unit *grid)
{
    return str_eq(given->kind, S("building")) &&
           unit_above(us, given, S("community")) == unit_above(us, grid, S("community"));
}

const struct unit *routing_unit(const struct district *d, const struct matter_new *n)
{
    const struct unit *u = NULL, *given = n->unit_id ? unit_by_id(d->units, n->unit_id) : NULL;
    int at = -1;

    if (d->areas && (n->lon || n->lat))
        at = areas_find(d->areas, (struct point){(double)n->lon / 1e6, (double)n->lat / 1e6});
    if (at >= 0)
        u = unit_by_id(d->units, d->area_unit[at]);
    if (given && (!u || says_more(d->units, given, u)))
        u = given;
    if (!u)
        u = unit_named(d, n->place);
    return u ? u : unit_root(d->units);
}

/* ---- whose duty ------------------------------------------------------- */

int64_t duty_list_unit(struct desk *k, struct str subject, struct str area_path)
{
    struct str top;
    struct rows r;
    size_t best = 0;
    int64_t unit = 0;

    (void)str_cut(subject, '/', &top);
    r = db_query(k->db, k->a, duty_find, ARG(k->d->code), ARG(subject), ARG(top));
    while (rows_next(&r)) {
        struct str path = row_str(&r, 1);
        size_t weight = path.n * 2 + (row_str(&r, 2).n == subject.n);

        if (path_holds(path, area_path) && weight > best) {
            best = weight;
            unit = row_int(&r, 0);
        }
    }
    return unit;
}

static void record_duty(struct desk *k, int64_t id, struct str kind, struct str subject,
                        struct str area, int64_t unit)
{
    struct val *c = val_map(k->a);

    set_str(c, "subject", subject);
    set_str(c, "area", area);
    set_int(c, "unit", unit);
    (void)ledger_append(k->db, k->d, k->a,
                        &(struct event){.subject = id,
                                        .at = k->now,
                                        .who = k->actor->person,
                                        .noun = S("duty_list"),
                                        .kind = kind,
                                        .content = c},
                        NULL);
}

void duty_list_propose(struct desk *k, struct str subject, int64_t area_unit, int64_t unit,
                       int64_t matter_id)
{
    const struct unit *area = unit_by_id(k->d->units, area_unit);
    int64_t id = id_next(k->d->ids, k->now);
    struct rows r;
    bool there;

    if (!area || !unit || !subject.n)
        return;
    r = db_query(k->db, k->a, duty_same, ARG(k->d->code), ARG(subject), ARG(area->path), ARG(unit));
    there = rows_next(&r);
    rows_end(&r);
    if (there)
        return;
    db_run(k->db, duty_propose, ARG(k->d->code), ARG(id), ARG(subject), ARG(area->path), ARG(unit),
           ARG(matter_id), ARG(k->now));
    record_duty(k, id, S("propose"), subject, area->path, unit);
}

struct duty_entry {
    struct str subject, area;
    int64_t unit;
    bool confirmed;
};

static bool duty_load(struct desk *k, int64_t id, struct duty_entry *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, duty_get, ARG(k->d->code), ARG(id));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such entry.");
    *out = (struct duty_entry){row_str(&r, 0), row_str(&r, 1), row_int(&r, 2), row_int(&r, 3) != 0};
    rows_end(&r);
    if (!actor_may(k->actor, S("duty_list.confirm"), out->area))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    return true;
}

bool duty_list_confirm(struct desk *k, int64_t id, struct err *e)
{
    struct duty_entry d;

    if (!duty_load(k, id, &d, e))
        return false;
    if (d.confirmed)
        return refuse(e, ERR_CONFLICT, NULL, "This entry is confirmed already.");
    db_run(k->db, duty_end_older, ARG(k->d->code), ARG(d.subject), ARG(d.area), ARG(k->now));
    db_run(k->db, duty_set, ARG(k->d->code), ARG(id), ARG(k->now), ARG(k->actor->person));
    record_duty(k, id, S("confirm"), d.subject, d.area, d.unit);
    return true;
}

void duty_list_confirm_all(struct desk *k)
{
    db_run(k->db, duty_set_all, ARG(k->d->code), ARG(k->now), ARG(k->actor->person));
}

bool duty_list_drop(struct desk *k, int64_t id, struct err *e)
{
    struct duty_entry d;

    if (!duty_load(k, id, &d, e))
        return false;
    db_run(k->db, duty_end, ARG(k->d->code), ARG(id), ARG(k->now));
    record_duty(k, id, S("drop"), d.subject, d.area, d.unit);
    return true;
}

static struct str unit_name_of_path(struct desk *k, struct str path)
{
    for (size_t i = 0; i < units_count(k->d->units); i++) {
        if (str_eq(units_at(k->d->units, i)->path, path))
            return units_at(k->d->units, i)->name;
    }
    return path;
}

void duty_list_all(struct desk *k, struct val *confirmed, struct val *proposed)
{
    struct rows r = db_query(k->db, k->a, duty_rows, ARG(k->d->code));

    while (rows_next(&r)) {
        const struct unit *u = unit_by_id(k->d->units, row_int(&r, 3));
        struct str area = row_str(&r, 2);
        struct val *v = add_map(row_int(&r, 6) ? confirmed : proposed);

        set_int(v, "id", row_int(&r, 0));
        set_str(v, "subject", row_str(&r, 1));
        set_str(v, "area", unit_name_of_path(k, area));
        set_str(v, "unit", u ? u->name : S(""));
        set_int(v, "matter_id", row_int(&r, 4));
        set_str(v, "proposed_at", when_minute(k->a, row_int(&r, 5)));
        set_str(v, "confirmed_at", row_int(&r, 6) ? when_minute(k->a, row_int(&r, 6)) : S(""));
        set_str(v, "confirmed_by", row_str(&r, 7));
        set_bool(v, "may_confirm", actor_may(k->actor, S("duty_list.confirm"), area));
    }
}
