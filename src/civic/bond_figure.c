#include "civic/bond_figure.h"

#include "civic/bond.h"
#include "pack/stock.h"

/* Those that began before $5 and had not ended at $6. */
STMT(bonds_then,
     "SELECT " BOND_COLUMNS " FROM bond b WHERE b.district = $1 AND b.unit_path >= $2 AND "
     "b.unit_path < $3 AND b.kind = $4 AND b.from_at < $5 AND (b.ended_at = 0 OR b.ended_at > $6) "
     "ORDER BY b.unit_path, b.kind, b.id");

struct looking {
    struct desk *k;
    const struct figure *f;
    const struct unit *u;
    int64_t from, upto, held;
    struct seen values;
    struct figure_page page;
};

static struct looking looking_at(struct desk *k, const struct figure *f, const struct unit *u,
                                 const struct period *p)
{
    int64_t end = p->to_ms <= k->now ? p->to_ms : k->now + 1;

    if (f->at == FIGURE_AT_BEGAN)
        return (struct looking){
            .k = k, .f = f, .u = u, .from = p->from_ms, .upto = p->to_ms, .values = {.a = k->a}};
    return (struct looking){
        .k = k, .f = f, .u = u, .upto = end, .held = end - 1, .values = {.a = k->a}};
}

/* Who stands there, so that two can be told apart. */
static struct str side_of(const struct looking *l, const struct bond *b, int side)
{
    const struct party *p = &b->side[side];

    return str_format(l->k->a, "%lld %lld %lld", (long long)p->unit_id, (long long)p->entry_id,
                      (long long)(p->entry_id ? 0 : p->person_id));
}

static struct str fact_of(const struct looking *l, const struct bond *b, struct str fact)
{
    const struct unit *u = unit_by_id(l->k->d->units, b->unit_id);

    if (str_eq(fact, S("kind")))
        return b->kind;
    if (str_eq(fact, S("state")))
        return b->now.state;
    if (str_eq(fact, S("one")) || str_eq(fact, S("other")))
        return side_of(l, b, str_eq(fact, S("other")));
    if (str_eq(fact, S("unit_kind")))
        return u ? u->kind : S("");
    return facts_word(l->k->a, b->fields, fact);
}

static bool holds(const struct looking *l, const struct bond *b)
{
    bool asked = false;

    for (int i = 0; i < l->f->wheres; i++) {
        const struct condition *c = &l->f->where[i];

        asked = asked || str_eq(c->fact, S("state"));
        if (!condition_holds(c, fact_of(l, b, c->fact)))
            return false;
    }
    return b->now.from_at >= l->from &&
           (asked || !(bond_in(b, "proposed") || bond_in(b, "declined")));
}

static void put_row(struct looking *l, const struct bond *b, struct val *v)
{
    struct val *full = val_map(l->k->a);
    const struct unit *u = unit_by_id(l->k->d->units, b->unit_id);

    bond_row_view(l->k, b, full);
    set_int(v, "id", b->id);
    set_str(v, "number", u ? u->code : S(""));
    set_str(v, "title",
            str_format(l->k->a, "%.*s — %.*s", STR_ARG(val_text(full, "one")),
                       STR_ARG(val_text(full, "other"))));
    set_str(v, "step_title", val_text(full, "kind_title"));
    set_str(v, "unit", u ? u->name : S(""));
    set_int(v, "unit_id", b->unit_id);
    set_str(v, "opened_at", when_minute(l->k->a, b->now.from_at));
    facts_view(l->k, (struct facts_ask){b->def ? b->def->ask : NULL, b->def ? b->def->asks : 0},
               b->fields, set_list(v, "facts"));
}

static void look_at_kind(struct looking *l, struct str kind)
{
    struct desk *k = l->k;
    struct rows r =
        db_query(k->db, k->a, bonds_then, ARG(k->d->code), ARG(l->u->path),
                 ARG(path_end(k->a, l->u->path)), ARG(kind), ARG(l->upto), ARG(l->held));
    struct bond *b = NEW(k->a, struct bond);

    while (rows_next(&r)) {
        struct val *row;

        bond_read_row(k, &r, b);
        if (!holds(l, b) ||
            (l->f->distinct.n && !seen_new(&l->values, fact_of(l, b, l->f->distinct))))
            continue;
        row = figure_page_next(&l->page);
        if (row)
            put_row(l, b, row);
    }
}

static void look(struct looking *l)
{
    const struct pack *p = l->k->d->pack;

    for (int i = 0; i < p->bonds; i++)
        look_at_kind(l, p->bond[i].name);
}

int64_t bonds_count(struct desk *k, const struct figure *f, const struct unit *u,
                    const struct period *p)
{
    struct looking l = looking_at(k, f, u, p);

    look(&l);
    return l.page.n;
}

void bonds_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                   struct val *rows)
{
    struct looking l = looking_at(k, f, ask->u, ask->p);

    l.page = figure_page_of(ask, rows);
    look(&l);
    figure_page_end(&l.page, ask);
}
