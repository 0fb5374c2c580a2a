#include "civic/roll.h"

#include "base/utf8.h"
#include "civic/district.h"

#include <string.h>

#define AREA_MAX   100000000 /* 0.01 m²: a square kilometre */
#define PEOPLE_MAX 1000

#define COLUMNS                                                                             \
    "id, unit_id, person_id, area, people, roll, unit_path, building, label, name_sealed, " \
    "phone_sealed"

STMT(entry_insert,
     "INSERT INTO roll_entry (district, id, roll, unit_id, unit_path, building, label, "
     "name_sealed, phone_sealed, area, people, from_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
     "$9, $10, $11, $12)");
STMT(entry_same, "SELECT id FROM roll_entry WHERE district = $1 AND roll = $2 AND unit_path = $3 "
                 "AND label = $4 AND to_at = 0");
STMT(entry_all, "SELECT " COLUMNS " FROM roll_entry WHERE district = $1 AND roll = $2 AND "
                "unit_path >= $3 AND unit_path < $4 AND to_at = 0 ORDER BY unit_path, id LIMIT $5");
STMT(entry_building,
     "SELECT " COLUMNS " FROM roll_entry WHERE district = $1 AND roll = $2 AND "
     "unit_path >= $3 AND unit_path < $4 AND building = $5 AND to_at = 0 ORDER BY unit_path, id");
STMT(entry_get, "SELECT " COLUMNS " FROM roll_entry WHERE district = $1 AND id = $2 AND to_at = 0");
STMT(entry_close, "UPDATE roll_entry SET to_at = $3 WHERE district = $1 AND id = $2");
STMT(
    entry_buildings,
    "SELECT building, count(*), " WHOLE(
        "people") ", min(id) AS first FROM roll_entry WHERE district = $1 "
                  "AND roll = $2 AND unit_path >= $3 AND unit_path < $4 AND to_at = 0 GROUP BY building ORDER "
                  "BY first");

/* ---- hundredths ----------------------------------------------------------- */

bool hundredths_read(struct str s, int64_t *out)
{
    struct str whole, rest = str_cut(s, '.', &whole);
    int64_t units, parts = 0;

    if (!whole.n || whole.n > 12 || rest.n > 2 || (!rest.n && whole.n != s.n) ||
        !str_int(whole, &units) || units < 0 || whole.p[0] == '-')
        return false;
    if (rest.n && (rest.p[0] == '-' || !str_int(rest, &parts)))
        return false;
    *out = units * 100 + (rest.n == 1 ? parts * 10 : parts);
    return true;
}

struct str hundredths_text(struct arena *a, int64_t n)
{
    if (n % 100 == 0)
        return str_format(a, "%lld", (long long)(n / 100));
    return str_format(a, n % 10 ? "%lld.%02d" : "%lld.%d", (long long)(n / 100),
                      (int)(n % 10 ? n % 100 : n % 100 / 10));
}

struct str area_text(struct arena *a, int64_t n)
{
    return str_format(a, "%.*s m²", STR_ARG(hundredths_text(a, n)));
}

/* ---- reading -------------------------------------------------------------- */

static void read_entry(const struct rows *r, struct roll_entry *out)
{
    *out = (struct roll_entry){.id = row_int(r, 0),
                               .unit_id = row_int(r, 1),
                               .person_id = row_int(r, 2),
                               .area = row_int(r, 3),
                               .people = row_int(r, 4),
                               .roll = row_str(r, 5),
                               .unit_path = row_str(r, 6),
                               .building = row_str(r, 7),
                               .label = row_str(r, 8),
                               .name_sealed = row_str(r, 9),
                               .phone_sealed = row_str(r, 10)};
}

struct roll_entry *roll_read(struct desk *k, struct str roll, struct str unit_path, size_t most,
                             size_t *n)
{
    struct roll_entry *list = NEW_ARRAY(k->a, struct roll_entry, most + 1);
    struct rows r = db_query(k->db, k->a, entry_all, ARG(k->d->code), ARG(roll), ARG(unit_path),
                             ARG(path_end(k->a, unit_path)), ARG((int64_t)most + 1));

    for (*n = 0; *n <= most && rows_next(&r);)
        read_entry(&r, &list[(*n)++]);
    rows_end(&r);
    return list;
}

bool roll_entry_load(struct desk *k, int64_t id, struct roll_entry *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, entry_get, ARG(k->d->code), ARG(id));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such entry on a roll.");
    read_entry(&r, out);
    rows_end(&r);
    return true;
}

void roll_buildings(struct desk *k, struct str roll, struct str unit_path, struct val *list)
{
    struct rows r = db_query(k->db, k->a, entry_buildings, ARG(k->d->code), ARG(roll),
                             ARG(unit_path), ARG(path_end(k->a, unit_path)));

    while (rows_next(&r)) {
        struct val *v = add_map(list);

        set_str(v, "building", row_str(&r, 0));
        set_int(v, "n", row_int(&r, 1));
        set_int(v, "people", row_int(&r, 2));
    }
}

static struct str opened(struct desk *k, const struct roll_entry *e, struct str sealed)
{
    return sealed.n ? unseal_text(k->db, k->d, k->a, e->id, sealed) : S("");
}

void roll_list(struct desk *k, const struct roll_entry *of, struct val *list)
{
    struct rows r =
        db_query(k->db, k->a, entry_building, ARG(k->d->code), ARG(of->roll), ARG(of->unit_path),
                 ARG(path_end(k->a, of->unit_path)), ARG(of->building));
    struct roll_entry one;

    while (rows_next(&r)) {
        struct val *v = add_map(list);

        read_entry(&r, &one);
        set_int(v, "id", one.id);
        set_str(v, "label", one.label);
        set_int(v, "unit_id", one.unit_id);
        set_str(v, "name", text_mask_name(k->a, opened(k, &one, one.name_sealed)));
        set_str(v, "phone", text_mask(k->a, opened(k, &one, one.phone_sealed)));
        set_int(v, "people", one.people);
        set_str(v, "area", one.area ? hundredths_text(k->a, one.area) : S(""));
    }
}

/* ---- writing -------------------------------------------------------------- */

static void record(struct desk *k, int64_t id, struct str kind, const struct val *content)
{
    struct event ev = {.subject = id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = S("roll_entry"),
                       .kind = kind,
                       .content = content};

    (void)ledger_append(k->db, k->d, k->a, &ev, NULL);
}

static bool kept_in(const struct roll *def, struct str kind)
{
    for (int i = 0; i < def->ins; i++) {
        if (str_eq(def->in[i], kind))
            return true;
    }
    return false;
}

static bool check_new(struct desk *k, const struct roll_new *n, struct err *e)
{
    const struct roll *def = pack_roll(k->d->pack, n->roll);

    if (!def)
        return refuse(e, ERR_INVALID, "roll", "There is no roll called %.*s.", STR_ARG(n->roll));
    if (!n->unit)
        return refuse(e, ERR_INVALID, "unit", "There is no such unit.");
    if (!kept_in(def, n->unit->kind))
        return refuse(e, ERR_INVALID, "unit", "A unit of this kind keeps no such roll.");
    if (!n->label.n || utf8_count(n->label) > 60 || utf8_count(n->building) > 30)
        return refuse(e, ERR_INVALID, "label",
                      "Please say which one it is, in at most %d characters.", 60);
    if (n->area < 0 || n->area > AREA_MAX)
        return refuse(e, ERR_INVALID, "area", "This is not an area in square metres.");
    if (n->people < 0 || n->people > PEOPLE_MAX)
        return refuse(e, ERR_INVALID, "people", "This is not a number of people.");
    return desk_may(k, S("roll.manage"), n->unit->path, e);
}

static bool is_there(struct desk *k, const struct roll_new *n)
{
    struct rows r = db_query(k->db, k->a, entry_same, ARG(k->d->code), ARG(n->roll),
                             ARG(n->unit->path), ARG(n->label));
    bool there = rows_next(&r);

    rows_end(&r);
    return there;
}

static struct str sealed(struct desk *k, int64_t id, struct str plain)
{
    return plain.n ? seal_text(k->db, k->d, k->a, id, plain) : S("");
}

bool roll_add(struct desk *k, const struct roll_new *n, bool *added, struct err *e)
{
    struct val *c = val_map(k->a);
    int64_t id;

    *added = false;
    if (!check_new(k, n, e))
        return false;
    if (is_there(k, n))
        return true;
    *added = true;
    id = id_next(k->d->ids, k->now);
    db_run(k->db, entry_insert, ARG(k->d->code), ARG(id), ARG(n->roll), ARG(n->unit->id),
           ARG(n->unit->path), ARG(n->building), ARG(n->label), ARG(sealed(k, id, n->name)),
           ARG(sealed(k, id, n->phone)), ARG(n->area), ARG(n->people), ARG(k->now));
    set_str(c, "roll", n->roll);
    set_int(c, "unit", n->unit->id);
    set_str(c, "building", n->building);
    set_str(c, "label", n->label);
    set_int(c, "area", n->area);
    set_int(c, "people", n->people);
    record(k, id, S("add"), c);
    return true;
}

bool roll_end(struct desk *k, int64_t id, struct str reason, struct err *e)
{
    struct val *c = val_map(k->a);
    struct roll_entry it;

    if (!roll_entry_load(k, id, &it, e) || !desk_may(k, S("roll.manage"), it.unit_path, e))
        return false;
    reason = str_trim(reason);
    if (utf8_count(reason) < 2)
        return refuse(e, ERR_INVALID, "reason", "Please say why this entry ends.");
    db_run(k->db, entry_close, ARG(k->d->code), ARG(id), ARG(k->now));
    set_str(c, "reason", reason);
    record(k, id, S("end"), c);
    return true;
}

bool roll_reveal(struct desk *k, const struct reveal *ask, struct str *plain, struct err *e)
{
    bool phone = str_eq(ask->field, S("phone"));
    struct val *c = val_map(k->a);
    struct roll_entry it;

    if (!roll_entry_load(k, ask->id, &it, e) ||
        !desk_may(k, S("personal.reveal"), it.unit_path, e) || !reveal_check(ask, e))
        return false;
    *plain = opened(k, &it, phone ? it.phone_sealed : it.name_sealed);
    look_put(k, &(struct look){.unit_path = it.unit_path,
                               .roll_entry = it.id,
                               .field = ask->field,
                               .reason = str_trim(ask->reason)});
    set_str(c, "field", ask->field);
    set_str(c, "reason", str_trim(ask->reason));
    record(k, it.id, S("look"), c);
    return true;
}
