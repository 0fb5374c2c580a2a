#include "civic/duty_figure.h"

#include "civic/duty.h"
#include "civic/list.h"
#include "pack/stock.h"

#define BELOW "d.unit_path >= $5 AND d.unit_path < $6 AND d.state <> 'moot'"
#define KINDS                                                                                   \
    "SELECT d.name, d.state, CASE WHEN d.done_at > d.due_at THEN 1 ELSE 0 END, CASE WHEN "      \
    "d.due_at < $7 THEN 1 ELSE 0 END, count(*) FROM duty d WHERE d.district = $1 AND d.kind = " \
    "$2 AND "
#define ROWS "SELECT " DUTY_COLUMNS " FROM duty d WHERE d.district = $1 AND d.kind = $2 AND "
#define DUE  "d.due_at >= $3 AND d.due_at < $4 AND "
#define DONE "d.done_at > 0 AND d.done_at >= $3 AND d.done_at < $4 AND "

STMT(duties_sum_due, KINDS DUE BELOW " GROUP BY 1, 2, 3, 4");
STMT(duties_sum_done, KINDS DONE BELOW " GROUP BY 1, 2, 3, 4");
STMT(duties_rows_due, ROWS DUE BELOW " ORDER BY d.due_at, d.source_id, d.name, d.from_at");
STMT(duties_rows_done, ROWS DONE BELOW " ORDER BY d.done_at, d.source_id, d.name, d.from_at");

struct counting {
    struct desk *k;
    const struct figure *f;
    const struct unit *u;
    const struct period *p;
    int64_t n;
    struct seen seen;        /* of `distinct` */
    struct figure_page page; /* of records */
};

/* A roll stands for its kinds too. */
static bool names_kind(const struct condition *c, struct str kind)
{
    struct str roll;

    (void)str_cut(kind, '/', &roll);
    return condition_names(c, kind) || condition_names(c, roll);
}

static bool is_plain(struct str fact)
{
    return str_eq(fact, S("kind")) || str_eq(fact, S("name")) || str_eq(fact, S("state"));
}

/* What can be said of a duty without its row. */
struct plain {
    struct str kind, name, state;
};

static bool plain_holds(const struct figure *f, const struct plain *d)
{
    for (int i = 0; i < f->wheres; i++) {
        const struct condition *c = &f->where[i];
        bool is = str_eq(c->fact, S("kind"))    ? names_kind(c, d->kind)
                  : str_eq(c->fact, S("name"))  ? condition_names(c, d->name)
                  : str_eq(c->fact, S("state")) ? condition_names(c, d->state)
                                                : !c->not ;

        if (is == c->not )
            return false;
    }
    return true;
}

static bool asks_rows(const struct figure *f)
{
    for (int i = 0; i < f->wheres; i++) {
        if (!is_plain(f->where[i].fact))
            return true;
    }
    return f->kind == FIGURE_SUM || f->distinct.n;
}

/* All kinds of the pack that the figure may count, each once. */
static bool kind_holds(const struct figure *f, struct str kind)
{
    for (int i = 0; i < f->wheres; i++) {
        if (str_eq(f->where[i].fact, S("kind")) &&
            names_kind(&f->where[i], kind) == f->where[i].not )
            return false;
    }
    return true;
}

static struct rows query(const struct counting *c, struct str kind, bool rows)
{
    struct desk *k = c->k;
    bool done = c->f->at == FIGURE_AT_DONE;
    const struct stmt *st = rows ? (done ? &duties_rows_done : &duties_rows_due)
                                 : (done ? &duties_sum_done : &duties_sum_due);
    const struct arg args[] = {ARG(k->d->code),  ARG(kind),       ARG(c->p->from_ms),
                               ARG(c->p->to_ms), ARG(c->u->path), ARG(path_end(k->a, c->u->path)),
                               ARG(k->now)};

    return db_query_args(k->db, k->a, st, args, rows ? 6 : 7);
}

static void sum_kind(struct counting *c, struct str kind)
{
    struct rows r = query(c, kind, false);

    while (rows_next(&r)) {
        struct str state = row_str(&r, 1);
        struct plain d = {kind, row_str(&r, 0), state};

        if (str_eq(state, S("done")) && row_int(&r, 2))
            d.state = S("late");
        if (!state.n)
            d.state = row_int(&r, 3) ? S("missed") : S("open");
        if (plain_holds(c->f, &d))
            c->n += row_int(&r, 4);
    }
}

/* ---- by their rows -------------------------------------------------------- */

/* Whether it can still be done is all one here. */
static struct str state_of(const struct counting *c, const struct duty *d)
{
    struct str state = duty_state(c->k, d);

    return str_eq(state, S("shut")) ? S("missed") : state;
}

static struct str number(const struct counting *c, int64_t n)
{
    return n ? str_format(c->k->a, "%lld", (long long)n) : S("");
}

static struct str fact_of(const struct counting *c, const struct duty *d, const struct val *note,
                          struct str fact)
{
    const struct unit *u = unit_by_id(c->k->d->units, d->unit_id);

    if (str_eq(fact, S("unit_kind")))
        return u ? u->kind : S("");
    if (str_eq(fact, S("kind")))
        return d->kind;
    if (str_eq(fact, S("name")))
        return d->key.name;
    if (str_eq(fact, S("state")))
        return state_of(c, d);
    if (str_eq(fact, S("unit")))
        return number(c, d->unit_id);
    if (str_eq(fact, S("source")))
        return number(c, d->key.source_id);
    if (str_eq(fact, S("by")))
        return number(c, d->by_id);
    return facts_word(c->k->a, note, fact);
}

static bool row_holds(struct counting *c, const struct duty *d, const struct val *note)
{
    struct plain plain = {d->kind, d->key.name, state_of(c, d)};

    if (!plain_holds(c->f, &plain))
        return false;
    for (int i = 0; i < c->f->wheres; i++) {
        const struct condition *w = &c->f->where[i];

        if (!is_plain(w->fact) && !condition_holds(w, fact_of(c, d, note, w->fact)))
            return false;
    }
    return !c->f->distinct.n || seen_new(&c->seen, fact_of(c, d, note, c->f->distinct));
}

static void put_row(struct counting *c, const struct duty *d, int64_t value, struct val *v)
{
    struct val *full = val_map(c->k->a);
    const struct unit *u = unit_by_id(c->k->d->units, d->unit_id);

    duty_row_view(c->k, d, full);
    set_int(v, "id", d->key.source_id);
    set_str(v, "number", u ? u->code : S(""));
    set_str(v, "title", val_text(full, "title"));
    set_str(v, "step_title", val_text(full, "kind_title"));
    set_str(v, "unit", val_text(full, "unit"));
    set_int(v, "unit_id", d->unit_id);
    set_str(v, "opened_at", val_text(full, c->f->at == FIGURE_AT_DONE ? "done_at" : "due_at"));
    facts_view(c->k, (struct facts_ask){d->def ? d->def->ask : NULL, d->def ? d->def->asks : 0},
               facts_read(c->k->a, d->note), set_list(v, "facts"));
    if (c->f->kind == FIGURE_SUM)
        set_int(v, "value", value);
}

static void count_rows(struct counting *c, struct str kind)
{
    struct rows r = query(c, kind, true);

    while (rows_next(&r)) {
        const struct val *note;
        int64_t value = 1;
        struct val *row;
        struct duty d;

        duty_read_row(c->k, &r, &d);
        note = facts_read(c->k->a, d.note);
        if (!row_holds(c, &d, note))
            continue;
        if (c->f->kind == FIGURE_SUM)
            value = facts_number(note, c->f->sum);
        c->n += value;
        row = value ? figure_page_next(&c->page) : NULL;
        if (row)
            put_row(c, &d, value, row);
    }
}

static void count(struct counting *c)
{
    int n;
    const struct duty_kind *all = pack_duties(c->k->a, c->k->d->pack, &n);

    for (int i = 0; i < n; i++) {
        if ((i && str_eq(all[i].kind, all[i - 1].kind)) || !kind_holds(c->f, all[i].kind))
            continue;
        if (c->page.rows || asks_rows(c->f))
            count_rows(c, all[i].kind);
        else
            sum_kind(c, all[i].kind);
    }
}

int64_t duties_count(struct desk *k, const struct figure *f, const struct unit *u,
                     const struct period *p)
{
    struct counting c = {.k = k, .f = f, .u = u, .p = p, .seen = {.a = k->a}};

    count(&c);
    return c.n;
}

void duties_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                    struct val *rows)
{
    struct counting c = {.k = k,
                         .f = f,
                         .u = ask->u,
                         .p = ask->p,
                         .seen = {.a = k->a},
                         .page = figure_page_of(ask, rows)};

    count(&c);
    figure_page_end(&c.page, ask);
}
