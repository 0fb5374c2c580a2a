/* What there is to be given, who holds what, and what was recorded of it. */
#include "civic/list.h"
#include "civic/resource.h"

#include "val/json.h"

#define CHOICES_MAX 300
#define HELD_SHOWN  200
#define CONTENT_MAX 100000

STMT(resources_of_kind, "SELECT " RESOURCE_COLUMNS " FROM resource r WHERE r.district = $1 AND "
                        "r.kind = $2 ORDER BY r.unit_path, r.id");
STMT(resources_of_unit, "SELECT " RESOURCE_COLUMNS " FROM resource r WHERE r.district = $1 AND "
                        "r.kind = $2 AND r.unit_path = $3 ORDER BY r.id");
STMT(resource_name, "SELECT title FROM resource WHERE district = $1 AND id = $2");
#define HELD                                                                                        \
    "SELECT a.matter_id, m.number, a.from_at, a.until_at, a.ended_at FROM allotment a JOIN matter " \
    "m ON m.district = $1 AND m.id = a.matter_id WHERE a.district = $1 AND a.resource_id = $2 AND "
#define NEWEST " ORDER BY a.matter_id DESC LIMIT $3"
STMT(held_now, HELD "a.ended_at = 0" NEWEST);
STMT(held_before, HELD "a.ended_at > 0" NEWEST);
STMT(held_by_matter,
     "SELECT " RESOURCE_COLUMNS
     ", a.from_at, a.until_at, a.ended_at FROM allotment a JOIN resource "
     "r ON r.district = $1 AND r.id = a.resource_id WHERE a.district = $1 AND a.matter_id = $2");
STMT(
    resource_ledger,
    "SELECT e.kind, e.at, e.content, n.name FROM event e LEFT JOIN person n ON n.district = $1 AND "
    "n.id = e.who WHERE e.district = $1 AND e.subject = $2 ORDER BY e.seq DESC LIMIT 200");
STMT(matter_number, "SELECT number FROM matter WHERE district = $1 AND id = $2");

void resource_row_view(struct desk *k, const struct resource *r, struct val *row)
{
    const struct unit *u = unit_by_id(k->d->units, r->unit_id);
    const struct resource_kind *def = r->def;

    set_int(row, "id", r->id);
    set_str(row, "kind", r->kind);
    set_str(row, "kind_title", def ? desk_title(k, &def->title) : r->kind);
    set_str(row, "icon", def ? def->icon : S("key"));
    set_str(row, "title", r->title);
    set_str(row, "unit", u ? u->name : S(""));
    set_int(row, "unit_id", r->unit_id);
    set_str(row, "counted", def ? desk_title(k, &def->unit) : S(""));
    set_int(row, "capacity", r->capacity);
    set_int(row, "taken", r->taken);
    set_int(row, "free", r->capacity - r->taken);
    set_str(row, "whom",
            def ? resource_for_words(k->a, def, facts_word(k->a, r->fields, def->only.by),
                                     str_eq(k->lang, S("en")))
                : S(""));
    set_bool(row, "ended", r->ended_at > 0);
}

/* Rows of a kind after `skip`, until there are `most` and one more is there. */
struct listing {
    struct desk *k;
    bool ended;
    int64_t skip, most, seen;
    int64_t unit_id; /* 0: whoever keeps it */
    struct val *rows;
};

static void list_kind(struct listing *l, struct str kind)
{
    struct desk *k = l->k;
    const struct unit *u = unit_by_id(k->d->units, l->unit_id);
    struct rows rows =
        u ? db_query(k->db, k->a, resources_of_unit, ARG(k->d->code), ARG(kind), ARG(u->path))
          : db_query(k->db, k->a, resources_of_kind, ARG(k->d->code), ARG(kind));
    struct resource *r = NEW(k->a, struct resource);

    while (l->seen <= l->skip + l->most && rows_next(&rows)) {
        resource_read_row(k, &rows, r);
        if ((r->ended_at > 0) != l->ended)
            continue;
        if (l->seen >= l->skip && l->seen < l->skip + l->most)
            resource_row_view(k, r, add_map(l->rows));
        l->seen++;
    }
    rows_end(&rows);
}

void resource_list(struct desk *k, const struct resource_filter *f, struct val *rows, int64_t *next)
{
    const struct pack *p = k->d->pack;
    struct listing l = {
        .k = k, .ended = f->ended, .skip = f->skip, .most = LIST_ROWS, .rows = rows};

    for (int i = 0; i < p->resources; i++) {
        const struct resource_kind *def = &p->resource[i];

        if ((!f->kind.n || str_eq(f->kind, def->name)) && (!f->is_public || def->is_public))
            list_kind(&l, def->name);
    }
    *next = l.seen > f->skip + LIST_ROWS ? f->skip + LIST_ROWS : 0;
}

void resource_choices(struct desk *k, const struct val *kinds, int64_t unit_id, struct val *rows)
{
    struct listing l = {.k = k, .most = CHOICES_MAX, .unit_id = unit_id, .rows = rows};

    for (const struct item *it = kinds->first; it; it = it->next)
        list_kind(&l, val_text(&it->val, "name"));
}

struct str resource_title(const struct desk *k, int64_t id)
{
    struct rows rows = db_query(k->db, k->a, resource_name, ARG(k->d->code), ARG(id));
    struct str title = rows_next(&rows) ? row_str(&rows, 0) : S("");

    rows_end(&rows);
    return title;
}

static void put_span(struct desk *k, const struct rows *rows, int column, struct val *v)
{
    int64_t until = row_int(rows, column + 1), ended = row_int(rows, column + 2);
    int64_t last = ended ? ended : until;

    set_str(v, "from", day_text(k->a, day_of(row_int(rows, column))));
    set_str(v, "until", last ? day_text(k->a, day_of(ended ? last : last - 1)) : S(""));
    set_bool(v, "over", ended > 0);
    set_bool(v, "ran_out", ended && ended == until);
}

static void put_holders(struct desk *k, struct rows rows, struct val *list)
{
    while (rows_next(&rows)) {
        struct val *v = add_map(list);

        set_int(v, "matter", row_int(&rows, 0));
        set_str(v, "number", row_str(&rows, 1));
        put_span(k, &rows, 2, v);
    }
}

void resource_held(struct desk *k, const struct resource *r, struct val *list)
{
    put_holders(k, db_query(k->db, k->a, held_now, ARG(k->d->code), ARG(r->id), ARG(HELD_SHOWN)),
                list);
    put_holders(k, db_query(k->db, k->a, held_before, ARG(k->d->code), ARG(r->id), ARG(HELD_SHOWN)),
                list);
}

void matter_holds(struct desk *k, int64_t matter, struct val *list)
{
    struct rows rows = db_query(k->db, k->a, held_by_matter, ARG(k->d->code), ARG(matter));
    struct resource *r = NEW(k->a, struct resource);

    while (rows_next(&rows)) {
        struct val *v = add_map(list);

        resource_read_row(k, &rows, r);
        set_int(v, "id", r->id);
        set_str(v, "title", r->title);
        set_str(v, "kind_title", r->def ? desk_title(k, &r->def->title) : r->kind);
        set_bool(v, "is_public", r->def && r->def->is_public);
        put_span(k, &rows, RESOURCE_COLUMN_COUNT, v);
    }
}

static struct str number_of(struct desk *k, int64_t matter)
{
    struct rows rows = db_query(k->db, k->a, matter_number, ARG(k->d->code), ARG(matter));
    struct str number = rows_next(&rows) ? row_str(&rows, 0) : S("");

    rows_end(&rows);
    return number;
}

void resource_events(struct desk *k, const struct resource *r, struct val *list)
{
    struct rows rows = db_query(k->db, k->a, resource_ledger, ARG(k->d->code), ARG(r->id));

    while (rows_next(&rows)) {
        struct val *v = add_map(list), *c = json_map(k->a, row_str(&rows, 2), CONTENT_MAX);
        int64_t matter = val_int(c, "matter");

        set_str(v, "kind", row_str(&rows, 0));
        set_str(v, "at", when_minute(k->a, row_int(&rows, 1)));
        set_str(v, "who", row_str(&rows, 3));
        set_str(v, "number", matter ? number_of(k, matter) : S(""));
        set_str(v, "reason", val_text(c, "reason"));
        set_str(v, "capacity", facts_word(k->a, c, S("capacity")));
    }
}
