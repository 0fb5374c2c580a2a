/* Lists of bonds, one's own, and what was recorded of one. */
#include "civic/bond.h"
#include "civic/list.h"

#include "val/json.h"

#define MINE_MAX    50
#define CONTENT_MAX 100000

STMT(bonds_in,
     "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.id < $2 AND b.unit_path >= "
     "$3 AND b.unit_path < $4 ORDER BY b.id DESC LIMIT $5");
STMT(bonds_mine,
     "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.one_person_id = $2 AND "
     "b.one_person_id > 0 UNION ALL SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND "
     "b.other_person_id = $2 AND b.other_person_id > 0");
STMT(bonds_of_unit,
     "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.one_unit_id = $2 AND "
     "b.one_unit_id > 0 UNION ALL SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND "
     "b.other_unit_id = $2 AND b.other_unit_id > 0");
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

bool bond_list(struct desk *k, const struct bond_filter *f, struct val *rows, int64_t *next,
               struct err *e)
{
    const struct unit *u =
        f->unit_id ? unit_by_id(k->d->units, f->unit_id) : unit_root(k->d->units);
    int64_t shown = 0, looked = 0, id = f->before ? f->before : INT64_MAX;
    struct bond *b = NEW(k->a, struct bond);
    struct rows r;

    *next = 0;
    if (!u)
        return refuse(e, ERR_NOT_FOUND, "unit", "There is no such unit.");
    r = db_query(k->db, k->a, bonds_in, ARG(k->d->code), ARG(id), ARG(u->path),
                 ARG(path_end(k->a, u->path)), ARG(LIST_SCAN));
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

/* ---- what was recorded ---------------------------------------------------- */

static struct str note_title(struct desk *k, const struct bond_kind *def, struct str name)
{
    const struct bond_note *note = bond_note_find(def, name);

    return note ? desk_title(k, &note->title) : name;
}

static struct str said(const struct val *c, const char *key)
{
    const struct val *v = val_get(c, str_of(key));

    return v && v->kind == VAL_STR ? v->str : S("");
}

void bond_events(struct desk *k, const struct bond *b, struct val *list)
{
    struct rows r = db_query(k->db, k->a, bond_ledger, ARG(k->d->code), ARG(b->id));

    while (rows_next(&r)) {
        struct val *v = add_map(list), *c = NULL, *fields;
        struct str kind = row_str(&r, 0);
        struct facts_ask ask;
        struct err none = {0};

        if (!json_read(k->a, row_str(&r, 2), CONTENT_MAX, &c, &none))
            c = val_map(k->a);
        set_str(v, "kind", kind);
        set_str(v, "at", when_minute(k->a, row_int(&r, 1)));
        set_str(v, "who", row_str(&r, 3));
        set_str(v, "note", b->def ? note_title(k, b->def, said(c, "note")) : S(""));
        set_str(v, "reason", said(c, "reason"));
        set_str(v, "alarm", said(c, "alarm"));
        fields = set_list(v, "fields");
        if (!b->def)
            continue;
        ask.field = bond_asked(b->def, str_eq(kind, S("note")) ? said(c, "note") : kind, &ask.n);
        facts_view(k, ask, val_get(c, S("fields")), fields);
    }
}
