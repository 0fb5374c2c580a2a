#include "civic/unit.h"

#include "civic/district.h"

#include <stdlib.h>
#include <string.h>

struct units {
    struct unit *unit; /* by path */
    size_t n;
    uint32_t *by_id, *by_code; /* open addressing, index + 1 */
    size_t slots;
};

STMT(unit_all, "SELECT id, parent_id, serves_id, code, kind, path, name, place, depth, lon, lat, "
               "hours, from_at, facts FROM unit WHERE district = $1 AND to_at = 0 ORDER BY path");
STMT(unit_find, "SELECT id, kind, parent_id, path, depth, serves_id, facts FROM unit WHERE "
                "district = $1 AND code = $2");
STMT(unit_describe, "UPDATE unit SET facts = $3, serves_id = $4 WHERE district = $1 AND id = $2");
STMT(unit_insert,
     "INSERT INTO unit (district, id, code, kind, parent_id, path, depth, name, place, hours, "
     "lon, lat, serves_id, from_at, facts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
     "$12, $13, $14, $15)");

static size_t hash_bytes(const void *p, size_t n)
{
    const unsigned char *c = p;
    uint64_t h = 14695981039346656037ULL;

    while (n--)
        h = (h ^ *c++) * 1099511628211ULL;
    return (size_t)(h ^ h >> 29);
}

static void index_put(const struct units *us, uint32_t *slots, size_t hash, size_t i)
{
    while (slots[hash & (us->slots - 1)])
        hash++;
    slots[hash & (us->slots - 1)] = (uint32_t)i + 1;
}

static void index_all(struct units *us, struct arena *a)
{
    us->slots = 16;
    while (us->slots < us->n * 2)
        us->slots *= 2;
    us->by_id = NEW_ARRAY(a, uint32_t, us->slots);
    us->by_code = NEW_ARRAY(a, uint32_t, us->slots);
    for (size_t i = 0; i < us->n; i++) {
        const struct unit *u = &us->unit[i];

        index_put(us, us->by_id, hash_bytes(&u->id, sizeof(u->id)), i);
        index_put(us, us->by_code, hash_bytes(u->code.p, u->code.n), i);
    }
}

static void read_unit(struct arena *a, const struct rows *r, struct unit *u)
{
    struct err e = {0};
    struct str hours = row_str(r, 11);

    *u = (struct unit){.id = row_int(r, 0),
                       .parent_id = row_int(r, 1),
                       .serves_id = row_int(r, 2),
                       .code = row_str(r, 3),
                       .kind = row_str(r, 4),
                       .path = row_str(r, 5),
                       .name = row_str(r, 6),
                       .place = row_str(r, 7),
                       .depth = row_int(r, 8),
                       .lon = row_int(r, 9),
                       .lat = row_int(r, 10),
                       .from_at = row_int(r, 12),
                       .facts = facts_read(a, row_str(r, 13))};
    if (hours.n && !hours_parse(hours, &u->hours, &e))
        u->hours.n = 0;
}

struct units *units_load(struct db *db, struct arena *a, int64_t district)
{
    struct units *us = NEW(a, struct units);
    struct rows r = db_query(db, a, unit_all, ARG(district));
    size_t room = 0;

    while (rows_next(&r)) {
        if (us->n == room) {
            struct unit *more = NEW_ARRAY(a, struct unit, room = room ? room * 2 : 512);

            if (us->n)
                memcpy(more, us->unit, us->n * sizeof(*more));
            us->unit = more;
        }
        read_unit(a, &r, &us->unit[us->n++]);
    }
    index_all(us, a);
    return us;
}

size_t units_count(const struct units *us)
{
    return us->n;
}

const struct unit *units_at(const struct units *us, size_t i)
{
    return &us->unit[i];
}

const struct unit *unit_by_id(const struct units *us, int64_t id)
{
    for (size_t h = hash_bytes(&id, sizeof(id));; h++) {
        uint32_t i = us->by_id[h & (us->slots - 1)];

        if (i == 0)
            return NULL;
        if (us->unit[i - 1].id == id)
            return &us->unit[i - 1];
    }
}

const struct unit *unit_by_code(const struct units *us, struct str code)
{
    for (size_t h = hash_bytes(code.p, code.n);; h++) {
        uint32_t i = us->by_code[h & (us->slots - 1)];

        if (i == 0)
            return NULL;
        if (str_eq(us->unit[i - 1].code, code))
            return &us->unit[i - 1];
    }
}

const struct unit *unit_by_path(const struct units *us, struct str path)
{
    struct str code = {path.p, path.n ? path.n - 1 : 0};

    while (code.n && memchr(code.p, '/', code.n))
        code = str_cut(code, '/', &(struct str){0});
    return unit_by_code(us, code);
}

const struct unit *unit_root(const struct units *us)
{
    return us->n ? &us->unit[0] : NULL;
}

static bool is_kind(const struct unit *u, struct str kind)
{
    return str_eq(u->kind, kind) || (str_eq(kind, S("street")) && str_eq(u->kind, S("town"))) ||
           (str_eq(kind, S("community")) && str_eq(u->kind, S("village")));
}

const struct unit *unit_above(const struct units *us, const struct unit *u, struct str kind)
{
    while (u && !is_kind(u, kind))
        u = unit_by_id(us, u->parent_id);
    return u;
}

struct str path_end(struct arena *a, struct str path)
{
    return str_format(a, "%.*s0", (int)path.n - 1, path.p); /* '0' follows '/' */
}

const struct unit **units_below(struct arena *a, const struct units *us, const struct unit *u,
                                struct str kind)
{
    const struct unit **list = NEW_ARRAY(a, const struct unit *, us->n + 1);
    size_t n = 0;

    for (const struct unit *it = u + 1; it < us->unit + us->n && path_holds(u->path, it->path);
         it++) {
        if (it->parent_id == u->id && (!kind.n || is_kind(it, kind)))
            list[n++] = it;
    }
    return list;
}

/* ---- belonging -------------------------------------------------------- */

/* What u or a unit above works for, or the nearest above that. */
static const struct unit *served(const struct units *us, const struct unit *u, struct str kind)
{
    const struct unit *found = NULL;

    for (; u && !found; u = unit_by_id(us, u->parent_id))
        found = u->serves_id ? unit_above(us, unit_by_id(us, u->serves_id), kind) : NULL;
    return found;
}

enum bond { SERVES, BELOW, DIRECTLY_BELOW };

static bool bound(const struct unit *it, const struct unit *u, enum bond how)
{
    switch (how) {
    case SERVES: return it->serves_id == u->id;
    case BELOW: return it != u && path_holds(u->path, it->path);
    case DIRECTLY_BELOW: return it->parent_id == u->id;
    }
    return false;
}

/* The only unit of this kind that is bound to u; *many if there are more. */
static const struct unit *only_one(const struct units *us, const struct unit *u, struct str kind,
                                   enum bond how, bool *many)
{
    const struct unit *found = NULL;

    for (size_t i = 0; i < us->n && !*many; i++) {
        const struct unit *it = &us->unit[i];

        if (!is_kind(it, kind) || !bound(it, u, how))
            continue;
        *many = found != NULL;
        found = it;
    }
    return *many ? NULL : found;
}

const struct unit *unit_own(const struct units *us, const struct unit *u, struct str kind)
{
    const struct unit *found = unit_above(us, u, kind), *up;
    bool many = false;

    if (!found)
        found = served(us, u, kind);
    for (up = u; up && !found && !many; up = unit_by_id(us, up->parent_id))
        found = only_one(us, up, kind, SERVES, &many);
    if (!found && !many)
        found = only_one(us, u, kind, BELOW, &many);
    for (up = unit_by_id(us, u->parent_id); up && up->parent_id && !found && !many;
         up = unit_by_id(us, up->parent_id))
        found = only_one(us, up, kind, DIRECTLY_BELOW, &many);
    return found;
}

/* ---- writing ---------------------------------------------------------- */

struct parent {
    int64_t id, depth;
    struct str path;
};

static bool code_is_word(struct str code)
{
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              c == '-' || c == '_'))
            return false;
    }
    return code.n > 0 && code.n <= 32;
}

static bool check_unit(const struct desk *k, const struct unit_new *u, struct err *e)
{
    struct hours hours;

    if (!code_is_word(u->code))
        return refuse(e, ERR_INVALID, "code", "A unit's code is up to 32 digits and letters.");
    if (!u->name.n || u->name.n > 300)
        return refuse(e, ERR_INVALID, "name", "A unit needs a name of at most 100 characters.");
    if (u->from_at > k->now)
        return refuse(e, ERR_INVALID, "from", "This day is still to come.");
    return !u->hours.n || hours_parse(u->hours, &hours, e);
}

static bool find_parent(const struct desk *k, const struct unit_new *u, struct parent *p,
                        struct err *e)
{
    struct str kind;
    struct rows r;

    *p = (struct parent){.path = S("")};
    if (!u->parent_code.n || str_eq(u->kind, S("district")))
        return unit_kind_check(k->d->pack, u->kind, S(""), e);
    r = db_query(k->db, k->a, unit_find, ARG(k->d->code), ARG(u->parent_code));
    if (!rows_next(&r))
        return refuse(e, ERR_INVALID, "parent", "There is no unit with the code %.*s.",
                      STR_ARG(u->parent_code));
    *p = (struct parent){.id = row_int(&r, 0), .path = row_str(&r, 3), .depth = row_int(&r, 4) + 1};
    kind = row_str(&r, 1);
    rows_end(&r);
    return unit_kind_check(k->d->pack, u->kind, kind, e);
}

static bool find_served(const struct desk *k, struct str code, int64_t *id, struct err *e)
{
    struct rows r;

    *id = 0;
    if (!code.n)
        return true;
    r = db_query(k->db, k->a, unit_find, ARG(k->d->code), ARG(code));
    *id = rows_next(&r) ? row_int(&r, 0) : 0;
    rows_end(&r);
    return *id ||
           refuse(e, ERR_INVALID, "serves", "There is no unit with the code %.*s.", STR_ARG(code));
}

static void record(struct desk *k, int64_t id, struct str kind, const struct val *content,
                   struct head *head)
{
    ledger_append(k->db, k->d, k->a,
                  &(struct event){.subject = id,
                                  .at = k->now,
                                  .who = k->actor->person,
                                  .noun = S("unit"),
                                  .kind = kind,
                                  .content = content},
                  head);
    district_raise(k);
}

static void record_unit(struct desk *k, const struct unit_new *u, const struct val *facts,
                        int64_t id)
{
    struct val *content = val_map(k->a);
    struct head head = {0};

    set_str(content, "code", u->code);
    set_str(content, "kind", u->kind);
    set_str(content, "parent", u->parent_code);
    set_str(content, "name", u->name);
    if (u->serves_code.n)
        set_str(content, "serves", u->serves_code);
    if (facts->first)
        set_val(content, S("facts"), *facts);
    record(k, id, S("add"), content, &head);
}

struct facts_ask unit_asks(const struct desk *k, struct str kind)
{
    const struct unit_kind *of = pack_unit_kind(k->d->pack, kind);

    return of ? (struct facts_ask){of->ask, of->asks} : (struct facts_ask){0};
}

static bool add_fresh(struct desk *k, const struct unit_new *u, const struct parent *p,
                      struct err *e)
{
    struct facts_change facts;
    int64_t id, serves;

    if (!desk_may(k, S("units.manage"), p->path, e) ||
        !find_served(k, u->serves_code, &serves, e) ||
        !facts_take(k->a, unit_asks(k, u->kind), NULL, u->facts, &facts, e))
        return false;
    id = id_next(k->d->ids, k->now);
    db_run(k->db, unit_insert, ARG(k->d->code), ARG(id), ARG(u->code), ARG(u->kind), ARG(p->id),
           ARG(str_format(k->a, "%.*s%.*s/", STR_ARG(p->path), STR_ARG(u->code))), ARG(p->depth),
           ARG(u->name), ARG(u->place), ARG(u->hours), ARG(u->lon), ARG(u->lat), ARG(serves),
           ARG(u->from_at ? u->from_at : k->now), ARG(facts_write(k->a, facts.all)));
    record_unit(k, u, facts.changed, id);
    return true;
}

/* What a row that comes again says of the unit. */
static const struct val *said_again(struct desk *k, const struct unit_new *u)
{
    struct val *said = val_map(k->a);

    if (u->serves_code.n)
        set_str(said, "serves", u->serves_code);
    for (const struct item *it = u->facts ? u->facts->first : NULL; it; it = it->next)
        set_val(said, it->key, it->val);
    return said;
}

bool unit_add(struct desk *k, const struct unit_new *u, bool *added, struct err *e)
{
    struct parent p;
    struct rows r;
    bool known, same;

    *added = false;
    if (!check_unit(k, u, e) || !find_parent(k, u, &p, e))
        return false;
    r = db_query(k->db, k->a, unit_find, ARG(k->d->code), ARG(u->code));
    known = rows_next(&r);
    same = known && str_eq(row_str(&r, 1), u->kind) && row_int(&r, 2) == p.id;
    rows_end(&r);
    if (same)
        return unit_change(k, u->code, said_again(k, u), added, e);
    if (known)
        return refuse(e, ERR_CONFLICT, "code", "The code %.*s belongs to another unit.",
                      STR_ARG(u->code));
    *added = add_fresh(k, u, &p, e);
    return *added;
}

/* ---- changing --------------------------------------------------------- */

struct known { /* of a unit that is there */
    int64_t id, serves;
    struct str kind, path;
    const struct val *facts;
};

static bool find_known(struct desk *k, struct str code, struct known *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, unit_find, ARG(k->d->code), ARG(code));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, "unit", "There is no such unit.");
    *out = (struct known){.id = row_int(&r, 0),
                          .serves = row_int(&r, 5),
                          .kind = row_str(&r, 1),
                          .path = row_str(&r, 3),
                          .facts = facts_read(k->a, row_str(&r, 6))};
    rows_end(&r);
    return true;
}

bool unit_change(struct desk *k, struct str code, const struct val *said, bool *changed,
                 struct err *e)
{
    const struct val *serves = val_get(said, S("serves"));
    struct val *rest = val_map(k->a);
    struct facts_change facts;
    struct known u;
    int64_t to;

    *changed = false;
    if (!find_known(k, code, &u, e) || !find_served(k, val_text(said, "serves"), &to, e))
        return false;
    for (const struct item *it = said->first; it; it = it->next) {
        if (&it->val != serves)
            set_val(rest, it->key, it->val);
    }
    if (!facts_take(k->a, unit_asks(k, u.kind), u.facts, rest, &facts, e))
        return false;
    to = serves ? to : u.serves;
    if (to == u.id)
        return refuse(e, ERR_INVALID, "serves", "A unit does not serve itself.");
    if (to != u.serves)
        set_val(facts.changed, S("serves"), *serves);
    if (!facts.changed->first)
        return true;
    if (!desk_may(k, S("units.manage"), u.path, e))
        return false;
    db_run(k->db, unit_describe, ARG(k->d->code), ARG(u.id), ARG(facts_write(k->a, facts.all)),
           ARG(to));
    record(k, u.id, S("change"), facts.changed, NULL);
    *changed = true;
    return true;
}

const struct proc_unit *unit_for_proc(const struct desk *k, int64_t id)
{
    const struct unit *u = unit_by_id(k->d->units, id);
    struct proc_unit *out;

    if (!u)
        return NULL;
    out = NEW(k->a, struct proc_unit);
    *out = (struct proc_unit){u->id, u->kind, u->hours.n ? &u->hours : NULL};
    return out;
}
