/* Lists of bonds, one's own, and what was recorded of one. */
#include "civic/bond.h"
#include "civic/list.h"

#include "val/json.h"

#define MINE_MAX    50
#define NEAR_UNITS  20
#define WAITING_MAX 200
#define CONTENT_MAX 100000

STMT(bonds_in,
     "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.id < $2 AND b.unit_path >= "
     "$3 AND b.unit_path < $4 ORDER BY b.id DESC LIMIT $5");
/* Of a few units there are few: from their rows, as by id all others would be read on the way. */
STMT(bonds_near,
     "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.id + 0 < $2 AND b.unit_path "
     ">= $3 AND b.unit_path < $4 ORDER BY b.id + 0 DESC LIMIT $5");
STMT(bonds_mine,
     "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.one_person_id = $2 AND "
     "b.one_person_id > 0 UNION ALL SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND "
     "b.other_person_id = $2 AND b.other_person_id > 0");
STMT(bonds_of_unit,
     "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.one_unit_id = $2 AND "
     "b.one_unit_id > 0 UNION ALL SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND "
     "b.other_unit_id = $2 AND b.other_unit_id > 0");
STMT(bonds_wrong,
     "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.unit_id = $2 AND "
     "b.alarm <> '' ORDER BY b.id DESC LIMIT $3");
STMT(bonds_wrong_kinds, "SELECT kind, count(*) FROM bond WHERE district = $1 AND unit_id = $2 AND "
                        "alarm <> '' GROUP BY kind");
STMT(bond_ledger, "SELECT e.kind, e.at, e.content, n.name FROM event e LEFT JOIN person n ON "
                  "n.district = $1 AND n.id = e.who WHERE e.district = $1 AND e.subject = $2 ORDER "
                  "BY e.seq DESC LIMIT 200");

void bond_row_view(struct desk *k, const struct bond *b, struct val *row)
{
    const struct unit *u = unit_by_id(k->d->units, b->unit_id);
    const char *const keys[] = {"one", "other"}, *const titles[] = {"one_title", "other_title"};

    set_int(row, "id", b->id);
    set_str(row, "kind", b->kind);
    set_str(row, "kind_title", b->def ? desk_title(k, &b->def->title) : b->kind);
    set_str(row, "icon", b->def ? b->def->icon : S("users"));
    for (int i = 0; i < 2; i++) {
        set_str(row, keys[i], party_name(k, &b->side[i]));
        set_str(row, titles[i], b->def ? desk_title(k, &b->def->side[i].title) : S(""));
    }
    set_str(row, "unit", u ? u->name : S(""));
    set_int(row, "unit_id", b->unit_id);
    set_str(row, "state", b->now.state);
    set_str(row, "from", day_text(k->a, day_of(b->now.from_at)));
    set_str(row, "until", day_text(k->a, day_of(b->now.until_at - 1)));
    set_str(row, "alarm", bond_alarm(k, b));
}

static bool matches(struct desk *k, const struct bond_filter *f, const struct bond *b)
{
    if ((f->kind.n && !str_eq(f->kind, b->kind)) || (f->state.n && !str_eq(f->state, b->now.state)))
        return false;
    return (!f->alarm || bond_alarm(k, b).n) && bond_visible(k, b);
}

/* The lowest unit that holds all of the actor's posts: what is kept elsewhere they see only if they
 * stand in it, and then it is among their own. */
static const struct unit *home(const struct desk *k)
{
    const struct actor *who = k->actor;
    const struct unit *u = who->posts ? unit_by_id(k->d->units, who->post[0].unit) : NULL;

    for (size_t i = 1; u && i < who->posts; i++) {
        while (u && !path_holds(u->path, who->post[i].path))
            u = unit_by_id(k->d->units, u->parent_id);
    }
    return u ? u : unit_root(k->d->units);
}

static bool is_small(const struct desk *k, const struct unit *u)
{
    const struct unit *end = units_at(k->d->units, 0) + units_count(k->d->units),
                      *last = u + NEAR_UNITS;

    return last >= end || !path_holds(u->path, last->path);
}

bool bond_list(struct desk *k, const struct bond_filter *f, struct val *rows, int64_t *next,
               struct err *e)
{
    const struct unit *u = f->unit_id ? unit_by_id(k->d->units, f->unit_id) : home(k);
    int64_t shown = 0, looked = 0, id = f->before ? f->before : INT64_MAX;
    struct bond *b = NEW(k->a, struct bond);
    struct rows r;

    *next = 0;
    if (!u)
        return refuse(e, ERR_NOT_FOUND, "unit", "There is no such unit.");
    r = db_query_args(k->db, k->a, is_small(k, u) ? &bonds_near : &bonds_in,
                      (const struct arg[]){ARG(k->d->code), ARG(id), ARG(u->path),
                                           ARG(path_end(k->a, u->path)), ARG(LIST_SCAN)},
                      5);
    while (shown < LIST_ROWS && rows_next(&r)) {
        bond_read_row(k, &r, b);
        looked++;
        id = b->id;
        if (!matches(k, f, b))
            continue;
        bond_row_view(k, b, add_map(rows));
        shown++;
    }
    rows_end(&r);
    if (shown == LIST_ROWS || looked == LIST_SCAN)
        *next = id;
    return true;
}

static bool is_over(const struct bond *b)
{
    return bond_in(b, "ended") || bond_in(b, "declined");
}

static void put_open(struct desk *k, struct rows r, struct val *rows)
{
    struct bond *b = NEW(k->a, struct bond);
    int n = 0;

    while (rows_next(&r)) {
        bond_read_row(k, &r, b);
        if (!is_over(b) && n++ < MINE_MAX && bond_stands(k, b))
            bond_row_view(k, b, add_map(rows));
    }
}

void bond_mine(struct desk *k, struct val *rows)
{
    if (!k->actor->person)
        return;
    put_open(k, db_query(k->db, k->a, bonds_mine, ARG(k->d->code), ARG(k->actor->person)), rows);
    for (size_t i = 0; i < k->actor->posts; i++)
        put_open(k,
                 db_query(k->db, k->a, bonds_of_unit, ARG(k->d->code), ARG(k->actor->post[i].unit)),
                 rows);
}

/* ---- what waits for who keeps it ------------------------------------------- */

/* Is it the first of the actor's posts in its unit? */
static bool is_first(const struct desk *k, size_t post)
{
    for (size_t i = 0; i < post; i++) {
        if (k->actor->post[i].unit == k->actor->post[post].unit)
            return false;
    }
    return true;
}

void bonds_waiting(struct desk *k, struct val *rows)
{
    struct bond *b = NEW(k->a, struct bond);

    for (size_t i = 0; i < k->actor->posts; i++) {
        struct rows r;

        if (!is_first(k, i))
            continue;
        r = db_query(k->db, k->a, bonds_wrong, ARG(k->d->code), ARG(k->actor->post[i].unit),
                     ARG(WAITING_MAX));
        while (rows_next(&r)) {
            bond_read_row(k, &r, b);
            if (bond_keeps(k, b->def, b->unit_id))
                bond_row_view(k, b, add_map(rows));
        }
    }
}

int64_t bonds_waiting_count(struct desk *k)
{
    int64_t n = 0;

    for (size_t i = 0; i < k->actor->posts; i++) {
        int64_t unit = k->actor->post[i].unit;
        struct rows r;

        if (!is_first(k, i))
            continue;
        r = db_query(k->db, k->a, bonds_wrong_kinds, ARG(k->d->code), ARG(unit));
        while (rows_next(&r)) {
            if (bond_keeps(k, pack_bond(k->d->pack, row_str(&r, 0)), unit))
                n += row_int(&r, 1);
        }
    }
    return n;
}

/* ---- what was recorded ---------------------------------------------------- */

struct told { /* what an event is of: a note or a duty by its title, and what was asked */
    struct str title;
    struct facts_ask ask;
};

static struct told told_of(struct desk *k, const struct bond_kind *def, struct str kind,
                           const struct val *c)
{
    const struct duty_def *duty = pack_duty(k->d->pack, S("bond"), def->name, val_text(c, "duty"));
    const struct bond_note *note = bond_note_find(def, val_text(c, "note"));
    struct told out = {.title = S("")};

    if (duty)
        return (struct told){desk_title(k, &duty->title), {duty->ask, duty->asks}};
    if (note)
        return (struct told){desk_title(k, &note->title), {note->ask, note->asks}};
    out.ask.field = bond_asked(def, kind, &out.ask.n);
    return out;
}

void bond_events(struct desk *k, const struct bond *b, struct val *list)
{
    struct rows r = db_query(k->db, k->a, bond_ledger, ARG(k->d->code), ARG(b->id));

    while (rows_next(&r)) {
        struct val *v = add_map(list), *c = NULL, *fields;
        struct str kind = row_str(&r, 0);
        struct told told;
        struct err none = {0};

        if (!json_read(k->a, row_str(&r, 2), CONTENT_MAX, &c, &none))
            c = val_map(k->a);
        set_str(v, "kind", kind);
        set_str(v, "at", when_minute(k->a, row_int(&r, 1)));
        set_str(v, "who", row_str(&r, 3));
        told = b->def ? told_of(k, b->def, kind, c) : (struct told){.title = val_text(c, "note")};
        set_str(v, "note", told.title);
        set_int(v, "matter", val_int(c, "matter"));
        set_str(v, "reason", val_text(c, "reason"));
        set_str(v, "alarm", val_text(c, "alarm"));
        fields = set_list(v, "fields");
        facts_view(k, told.ask, val_get(c, S("fields")), fields);
    }
}
