#include "civic/booth.h"

#define AT_ONCE 100

STMT(booth_all,
     "SELECT n, unit_id FROM booth WHERE district = $1 AND gathering_id = $2 ORDER BY n");
STMT(booth_of_unit,
     "SELECT n FROM booth WHERE district = $1 AND gathering_id = $2 AND unit_id = $3");
STMT(booth_put,
     "INSERT INTO booth (district, gathering_id, n, unit_id, at) VALUES ($1, $2, $3, $4, "
     "$5)");
STMT(booth_drop, "DELETE FROM booth WHERE district = $1 AND gathering_id = $2 AND n = $3");
STMT(applied_put, "INSERT INTO link (district, from_id, to_id, kind, at) VALUES ($1, $2, $3, "
                  "'applied', $4)");
STMT(applied_at, "SELECT to_id FROM link WHERE district = $1 AND from_id = $2 AND kind = 'applied' "
                 "AND to_id > $3 ORDER BY to_id LIMIT $4");
STMT(applied_is, "SELECT 1 FROM link WHERE district = $1 AND from_id = $2 AND to_id = $3 AND kind "
                 "= 'applied'");

static const struct booths *booths_of(const struct gathering *g)
{
    return g->def ? g->def->booths : NULL;
}

static int64_t number_of(struct desk *k, int64_t gathering, int64_t unit)
{
    struct rows r =
        db_query(k->db, k->a, booth_of_unit, ARG(k->d->code), ARG(gathering), ARG(unit));
    int64_t n = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return n;
}

/* The gaps that those who left made are filled first. */
static int64_t number_free(struct desk *k, const struct gathering *g)
{
    struct rows r = db_query(k->db, k->a, booth_all, ARG(k->d->code), ARG(g->id));
    int64_t n = 1;

    while (rows_next(&r))
        n += row_int(&r, 0) == n;
    return n;
}

/* ---- booking ------------------------------------------------------------ */

static bool is_of_kind(const struct booths *b, const struct unit *u)
{
    for (int i = 0; i < b->whos; i++) {
        if (str_eq(b->who[i].kind, u->kind))
            return true;
    }
    return false;
}

static bool may_book(struct desk *k, const struct gathering *g, const struct unit *u)
{
    const struct booths *b = booths_of(g);

    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];

        if (h->unit == u->id && bodies_name(b->who, b->whos, h->role, u->kind))
            return true;
    }
    return gathering_runs(k, g);
}

static bool take(struct desk *k, int64_t gathering, int64_t unit, struct gathering *g,
                 struct err *e)
{
    const struct unit *u = unit_by_id(k->d->units, unit);

    if (!gathering_load(k, gathering, g, e))
        return false;
    if (!gathering_visible(k, g))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such gathering.");
    if (!booths_of(g))
        return refuse(e, ERR_CONFLICT, NULL, "There are no booths at this gathering.");
    if (!u || !is_of_kind(booths_of(g), u))
        return refuse(e, ERR_INVALID, "unit", "No booth can be booked for such a unit.");
    if (!may_book(k, g, u))
        return refuse(e, ERR_DENIED, NULL, "The unit itself books its booth, or who runs this.");
    return gathering_in(g, "called") ||
           refuse(e, ERR_CONFLICT, NULL, "Booths are booked, and left, before it begins.");
}

bool booth_book(struct desk *k, int64_t gathering, int64_t unit, int64_t *n, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);

    if (!take(k, gathering, unit, g, e))
        return false;
    *n = number_of(k, g->id, unit);
    if (*n)
        return refuse(e, ERR_CONFLICT, NULL, "This unit has booth %lld already.", (long long)*n);
    *n = number_free(k, g);
    if (*n > booths_of(g)->most)
        return refuse(e, ERR_CONFLICT, NULL, "All %d booths are taken.", booths_of(g)->most);
    db_run(k->db, booth_put, ARG(k->d->code), ARG(g->id), ARG(*n), ARG(unit), ARG(k->now));
    set_int(c, "n", *n);
    set_int(c, "unit", unit);
    gathering_save(k, g, S("booth"), c);
    return true;
}

bool booth_leave(struct desk *k, int64_t gathering, int64_t unit, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    int64_t n;

    if (!take(k, gathering, unit, g, e))
        return false;
    n = number_of(k, g->id, unit);
    if (!n)
        return refuse(e, ERR_CONFLICT, NULL, "This unit has no booth here.");
    db_run(k->db, booth_drop, ARG(k->d->code), ARG(g->id), ARG(n));
    set_int(c, "n", n);
    set_int(c, "unit", unit);
    gathering_save(k, g, S("unbooth"), c);
    return true;
}

/* ---- applying there ----------------------------------------------------- */

bool booth_takes(struct desk *k, int64_t gathering, const struct proc *def, int64_t unit,
                 struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);

    if (!gathering_load(k, gathering, g, e))
        return false;
    if (!booths_of(g) || booths_of(g)->asks == NULL ||
        !str_eq(booths_of(g)->asks->mechanism, def->mechanism))
        return refuse(e, ERR_CONFLICT, NULL, "Nothing of this kind is handed in there.");
    if (gathering_in(g, "draft") || gathering_in(g, "cancelled"))
        return refuse(e, ERR_CONFLICT, NULL, "This fair does not take place.");
    if (gathering_in(g, "closed"))
        return refuse(e, ERR_CONFLICT, NULL,
                      "This fair is over; what is still offered is applied for directly.");
    return number_of(k, g->id, unit) ||
           refuse(e, ERR_CONFLICT, NULL, "Whom you apply to has no booth at this fair.");
}

void booth_applied(struct desk *k, int64_t gathering, int64_t matter)
{
    db_run(k->db, applied_put, ARG(k->d->code), ARG(gathering), ARG(matter), ARG(k->now));
}

bool booth_applied_is(struct desk *k, int64_t gathering, int64_t matter)
{
    struct rows r = db_query(k->db, k->a, applied_is, ARG(k->d->code), ARG(gathering), ARG(matter));
    bool is = rows_next(&r);

    rows_end(&r);
    return is;
}

/* ---- showing ------------------------------------------------------------ */

struct sums { /* of one unit (0: of all) */
    int64_t unit, applied, count[8];
};

static void sum_matter(struct desk *k, const struct booths *b, int64_t id, struct sums *s, size_t n)
{
    struct matter *m = NEW(k->a, struct matter);
    struct err none = {0};

    if (!matter_load(k, id, m, &none))
        return;
    for (size_t at = 0; at < n; at++) {
        if (s[at].unit && s[at].unit != m->unit_id)
            continue;
        s[at].applied++;
        for (int c = 0; c < b->counts; c++)
            s[at].count[c] += booths_counts(&m->state, m->def, b->count[c]);
    }
}

/* A page of those who applied at a time, in memory of its own. */
static void sum_up(struct desk *k, const struct gathering *g, struct sums *s, size_t n)
{
    struct desk page = *k;
    int64_t id[AT_ONCE], last = 0;
    int ids;

    page.a = arena_within(k->a);
    do {
        struct rows r = db_query(k->db, page.a, applied_at, ARG(k->d->code), ARG(g->id), ARG(last),
                                 ARG(AT_ONCE));

        ids = rows_ints(&r, id, AT_ONCE);
        for (int i = 0; i < ids; i++)
            sum_matter(&page, booths_of(g), last = id[i], s, n);
        arena_clear(page.a);
    } while (ids == AT_ONCE);
}

static void put_sums(const struct desk *k, const struct booths *b, const struct sums *s,
                     struct val *v)
{
    struct val *counts = set_list(v, "counts");

    set_int(v, "applied", s->applied);
    for (int c = 0; c < b->counts; c++) {
        struct val *one = add_map(counts);
        struct title title = {b->count[c], b->count[c]};

        (void)booths_title(b->asks, b->count[c], &title);
        set_str(one, "title", desk_title(k, &title));
        set_int(one, "n", s->count[c]);
    }
}

static size_t units_there(struct desk *k, const struct gathering *g, struct sums *s,
                          int64_t *number)
{
    struct rows r = db_query(k->db, k->a, booth_all, ARG(k->d->code), ARG(g->id));
    size_t n = 0, most = (size_t)booths_of(g)->most;

    while (n < most && rows_next(&r)) {
        number[n] = row_int(&r, 0);
        s[n++].unit = row_int(&r, 1);
    }
    rows_end(&r);
    return n;
}

static bool is_among(const struct sums *s, size_t n, int64_t unit)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i].unit == unit)
            return true;
    }
    return false;
}

static struct val *put_booth(struct desk *k, const struct gathering *g, int64_t number,
                             int64_t unit, struct val *list)
{
    const struct unit *u = unit_by_id(k->d->units, unit);
    struct val *v = u ? add_map(list) : NULL;

    if (!v)
        return NULL;
    set_int(v, "n", number);
    set_int(v, "unit_id", u->id);
    set_str(v, "unit", u->name);
    set_str(v, "code", u->code);
    set_bool(v, "may_leave", gathering_in(g, "called") && may_book(k, g, u));
    return v;
}

void booths_view(struct desk *k, const struct gathering *g, struct val *list, struct val *sum)
{
    const struct booths *b = booths_of(g);
    size_t most = b ? (size_t)b->most : 0, n;
    struct sums *s = NEW_ARRAY(k->a, struct sums, most + 1);
    int64_t *number = NEW_ARRAY(k->a, int64_t, most + 1);

    if (!b)
        return;
    n = units_there(k, g, s, number);
    if (sum)
        sum_up(k, g, s, n + 1); /* the last is of all */
    for (size_t i = 0; i < n; i++) {
        struct val *v = put_booth(k, g, number[i], s[i].unit, list);

        if (v && sum)
            put_sums(k, b, &s[i], v);
    }
    if (!sum)
        return;
    set_int(sum, "booths", (int64_t)n);
    set_int(sum, "most", b->most);
    set_int(sum, "free", b->most - (int64_t)n);
    put_sums(k, b, &s[n], sum);
}

void booths_open_to(struct desk *k, const struct gathering *g, struct val *list)
{
    const struct booths *b = booths_of(g);
    size_t most = b ? (size_t)b->most : 0, n;
    struct sums *s = NEW_ARRAY(k->a, struct sums, most + 1);

    if (!b || !gathering_in(g, "called"))
        return;
    n = units_there(k, g, s, NEW_ARRAY(k->a, int64_t, most + 1));
    for (size_t i = 0; n < most && i < units_count(k->d->units); i++) {
        const struct unit *u = units_at(k->d->units, i);
        struct val *v;

        if (!is_of_kind(b, u) || !may_book(k, g, u) || is_among(s, n, u->id))
            continue;
        v = add_map(list);
        set_int(v, "id", u->id);
        set_str(v, "name", u->name);
    }
}
