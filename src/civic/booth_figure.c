#include "civic/booth_figure.h"

#include "civic/gathering.h"
#include "civic/list.h"
#include "pack/booth.h"
#include "pack/stock.h"

STMT(
    booths_held,
    "SELECT " GATHERING_COLUMNS ", b.unit_id, b.at FROM gathering g JOIN booth b ON b.district "
    "= $1 AND b.gathering_id = g.id WHERE g.district = $1 AND g.kind = $2 AND g.starts_at >= $3 AND "
    "g.starts_at < $4 AND g.unit_path >= $5 AND g.unit_path < $6 AND g.state = 'closed' ORDER BY "
    "g.starts_at, g.id, b.n");

struct looking {
    struct desk *k;
    const struct figure *f;
    const struct unit *u;
    const struct period *p;
    struct seen seen;
    struct figure_page page;
};

static struct str fact_of(const struct looking *l, const struct gathering *g,
                          const struct unit *firm, struct str fact)
{
    if (str_eq(fact, S("kind")))
        return g->kind;
    if (str_eq(fact, S("unit")))
        return firm->code;
    if (str_eq(fact, S("unit_kind")))
        return firm->kind;
    return facts_word(l->k->a, g->fields, fact);
}

static bool holds(struct looking *l, const struct gathering *g, const struct unit *firm)
{
    for (int i = 0; i < l->f->wheres; i++) {
        const struct condition *c = &l->f->where[i];

        if (!condition_holds(c, fact_of(l, g, firm, c->fact)))
            return false;
    }
    return !l->f->distinct.n || seen_new(&l->seen, fact_of(l, g, firm, l->f->distinct));
}

static void put_row(struct looking *l, const struct gathering *g, const struct unit *firm,
                    const struct rows *r, struct val *v)
{
    const struct unit *u = unit_by_id(l->k->d->units, g->unit_id);

    set_int(v, "id", g->id);
    set_str(v, "number", firm->code);
    set_str(v, "title", str_format(l->k->a, "%.*s — %.*s", STR_ARG(firm->name), STR_ARG(g->title)));
    set_str(v, "step_title", g->def ? desk_title(l->k, &g->def->title) : g->kind);
    set_str(v, "unit", u ? u->name : S(""));
    set_int(v, "unit_id", g->unit_id);
    set_str(v, "opened_at", when_minute(l->k->a, row_int(r, GATHERING_COLUMN_COUNT + 1)));
    facts_view(l->k, (struct facts_ask){g->def ? g->def->ask : NULL, g->def ? g->def->asks : 0},
               g->fields, set_list(v, "facts"));
}

static void look_at_kind(struct looking *l, struct str kind)
{
    struct desk *k = l->k;
    struct rows r =
        db_query(k->db, k->a, booths_held, ARG(k->d->code), ARG(kind), ARG(l->p->from_ms),
                 ARG(l->p->to_ms), ARG(l->u->path), ARG(path_end(k->a, l->u->path)));

    while (rows_next(&r)) {
        const struct unit *firm = unit_by_id(k->d->units, row_int(&r, GATHERING_COLUMN_COUNT));
        struct gathering *g = NEW(k->a, struct gathering);
        struct val *row;

        gathering_read_row(k, &r, g);
        if (!firm || !holds(l, g, firm))
            continue;
        row = figure_page_next(&l->page);
        if (row)
            put_row(l, g, firm, &r, row);
    }
}

static void look(struct looking *l)
{
    const struct pack *p = l->k->d->pack;

    for (int i = 0; i < p->gatherings; i++) {
        if (p->gathering[i].booths)
            look_at_kind(l, p->gathering[i].name);
    }
}

int64_t booths_count(struct desk *k, const struct figure *f, const struct unit *u,
                     const struct period *p)
{
    struct looking l = {.k = k, .f = f, .u = u, .p = p, .seen = {.a = k->a}};

    look(&l);
    return l.page.n;
}

void booths_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                    struct val *rows)
{
    struct looking l = {.k = k,
                        .f = f,
                        .u = ask->u,
                        .p = ask->p,
                        .seen = {.a = k->a},
                        .page = figure_page_of(ask, rows)};

    look(&l);
    figure_page_end(&l.page, ask);
}
