/* Lists of gatherings, one's own, and what falls due. */
#include "cal/rhythm.h"
#include "civic/list.h"
#include "civic/method.h"
#include "civic/seat.h"

#include "val/json.h"

#include <stdlib.h>

#define ROW         " FROM gathering g WHERE g.district = $1 AND (g.starts_at, g.id) < ($2, $3) "
#define LAST        " ORDER BY g.starts_at DESC, g.id DESC LIMIT $4"
#define ALL_TIME    ((int64_t)1 << 62)
#define MINE_MAX    50
#define CONTENT_MAX 1000000

STMT(gatherings_all, "SELECT " GATHERING_COLUMNS ROW LAST);
STMT(gatherings_kind, "SELECT " GATHERING_COLUMNS ROW "AND g.kind = $5" LAST);
STMT(gatherings_mine,
     "SELECT " GATHERING_COLUMNS ", s.state FROM seat s JOIN gathering g ON g.district = $1 AND "
     "g.id = s.gathering_id AND g.ends_at > $3 WHERE s.district = $1 AND s.person_id = $2");
STMT(gatherings_been, "SELECT g.kind FROM seat s JOIN gathering g ON g.district = $1 AND g.id = "
                      "s.gathering_id AND g.starts_at >= $3 AND g.state = 'closed' WHERE "
                      "s.district = $1 AND s.person_id = $2 AND s.state = 'present'");
/* Of a kind and a unit, between two moments: is there one that was not cancelled? */
STMT(gathering_there,
     "SELECT 1 FROM gathering WHERE district = $1 AND kind = $2 AND starts_at >= $3 AND starts_at "
     "< $4 AND unit_id = $5 AND state <> 'cancelled' LIMIT 1");
STMT(gathering_held,
     "SELECT 1 FROM gathering WHERE district = $1 AND kind = $2 AND starts_at >= $3 AND starts_at "
     "< $4 AND unit_id = $5 AND state IN ('open', 'closed') LIMIT 1");

STMT(gathering_ledger, "SELECT e.kind, e.at, e.content, n.name FROM event e LEFT JOIN person n ON "
                       "n.district = $1 AND n.id = e.who WHERE e.district = $1 AND e.subject = $2 "
                       "ORDER BY e.seq DESC LIMIT 100");

void gathering_row_view(struct desk *k, const struct gathering *g, struct val *row)
{
    const struct unit *u = unit_by_id(k->d->units, g->unit_id);
    struct str start = when_minute(k->a, g->starts_at), end = when_minute(k->a, g->ends_at);

    set_int(row, "id", g->id);
    set_str(row, "kind", g->kind);
    set_str(row, "kind_title", g->def ? desk_title(k, &g->def->title) : g->kind);
    set_str(row, "icon", g->def ? g->def->icon : S("users"));
    set_str(row, "title", g->title);
    set_str(row, "unit", u ? u->name : S(""));
    set_int(row, "unit_id", g->unit_id);
    set_str(row, "place", g->place);
    set_bool(row, "online", g->online);
    set_str(row, "state", g->state);
    set_str(row, "starts_at", start);
    set_str(row, "ends_at", end);
    set_str(row, "day", (struct str){start.p, 10});
    set_str(row, "hour", (struct str){start.p + 11, 5});
    set_int(row, "should_attend", g->should_attend);
    set_int(row, "present", g->present);
    set_int(row, "heads", g->heads);
    set_int(row, "attendance", gathering_attendance(g));
}

static bool matches(struct desk *k, const struct gathering_filter *f, struct str path,
                    const struct gathering *g)
{
    if ((f->state.n && !str_eq(f->state, g->state)) || !path_holds(path, g->unit_path))
        return false;
    if ((f->from_ms && g->starts_at < f->from_ms) || (f->to_ms && g->starts_at >= f->to_ms))
        return false;
    if (f->is_public)
        return g->def && g->def->is_public && !gathering_in(g, "draft");
    return gathering_visible(k, g);
}

/* Refused only where a unit was named in which the actor has nothing to look for. */
static const struct unit *unit_of(struct desk *k, const struct gathering_filter *f, struct err *e)
{
    const struct unit *u =
        f->unit_id ? unit_by_id(k->d->units, f->unit_id) : unit_root(k->d->units);

    if (!u)
        (void)refuse(e, ERR_NOT_FOUND, "unit", "There is no such unit.");
    return u;
}

bool gathering_list(struct desk *k, struct gathering_filter *f, struct val *rows, struct err *e)
{
    const struct unit *u = unit_of(k, f, e);
    int64_t most = f->most ? f->most : LIST_ROWS, shown = 0, looked = 0;
    int64_t at = f->before_at ? f->before_at : f->to_ms ? f->to_ms : ALL_TIME;
    int64_t id = f->before;
    struct gathering *g = NEW(k->a, struct gathering);
    struct rows r;

    if (!u)
        return false;
    r = f->kind.n ? db_query(k->db, k->a, gatherings_kind, ARG(k->d->code), ARG(at), ARG(id),
                             ARG(LIST_SCAN), ARG(f->kind))
                  : db_query(k->db, k->a, gatherings_all, ARG(k->d->code), ARG(at), ARG(id),
                             ARG(LIST_SCAN));
    f->before = f->before_at = 0;
    while (rows_next(&r)) {
        if (shown == most || row_int(&r, 13) < f->from_ms)
            break;
        gathering_read_row(k, &r, g);
        looked++;
        id = g->id;
        at = g->starts_at;
        if (!matches(k, f, u->path, g))
            continue;
        gathering_row_view(k, g, add_map(rows));
        shown++;
    }
    rows_end(&r);
    if (shown == most || looked == LIST_SCAN) {
        f->before = id;
        f->before_at = at;
    }
    return true;
}

static int by_start(const void *a, const void *b)
{
    const struct gathering *x = a, *y = b;

    return (x->starts_at > y->starts_at) - (x->starts_at < y->starts_at);
}

void gathering_mine(struct desk *k, struct val *rows)
{
    struct gathering *list = NEW_ARRAY(k->a, struct gathering, MINE_MAX);
    struct rows r = db_query(k->db, k->a, gatherings_mine, ARG(k->d->code), ARG(k->actor->person),
                             ARG(k->now - DAY_MS));
    size_t n = 0;

    while (rows_next(&r)) {
        struct gathering *g = &list[n];

        if (n == MINE_MAX)
            continue;
        gathering_read_row(k, &r, g);
        if (!gathering_in(g, "closed") && !str_eq(row_str(&r, GATHERING_COLUMN_COUNT), S("left")))
            n++;
    }
    qsort(list, n, sizeof(*list), by_start);
    for (size_t i = 0; i < n; i++)
        gathering_row_view(k, &list[i], add_map(rows));
}

int64_t gathering_credits(struct desk *k)
{
    struct span year;
    struct rows r;
    int64_t sum = 0;

    if (!k->actor->person || !rhythm_span(S("year"), k->now, &year))
        return 0;
    r = db_query(k->db, k->a, gatherings_been, ARG(k->d->code), ARG(k->actor->person),
                 ARG(year.from_ms));
    while (rows_next(&r)) {
        const struct gathering_kind *def = pack_gathering(k->d->pack, row_str(&r, 0));

        sum += def ? def->credits : 0;
    }
    return sum;
}

/* ---- what falls due --------------------------------------------------- */

static bool is_there(struct desk *k, const struct gathering_kind *def, int64_t unit,
                     const struct span *in)
{
    struct arg d = ARG(k->d->code), name = ARG(def->name), from = ARG(in->from_ms),
               to = ARG(in->to_ms), u = ARG(unit);
    bool over = in->to_ms <= k->now; /* then it is not enough to have been prepared */
    struct rows r = over ? db_query(k->db, k->a, gathering_held, d, name, from, to, u)
                         : db_query(k->db, k->a, gathering_there, d, name, from, to, u);
    bool there = rows_next(&r);

    rows_end(&r);
    return there;
}

static void put_due(struct desk *k, const struct gathering_kind *def, const struct unit *u,
                    const struct span *in, struct val *rows)
{
    struct val *v = add_map(rows);

    set_str(v, "kind", def->name);
    set_str(v, "title", desk_title(k, &def->title));
    set_str(v, "icon", def->icon);
    set_str(v, "unit", u->name);
    set_int(v, "unit_id", u->id);
    set_str(v, "from", day_text(k->a, day_of(in->from_ms)));
    set_str(v, "to", day_text(k->a, day_of(in->to_ms - 1)));
}

void gathering_due(struct desk *k, struct val *rows, int most)
{
    const struct pack *p = k->d->pack;

    for (int i = 0; i < p->gatherings; i++) {
        const struct gathering_kind *def = &p->gathering[i];
        struct span in;

        if (!rhythm_span(def->every, k->now, &in))
            continue;
        for (size_t h = 0; h < k->actor->posts && most > 0; h++) {
            const struct holding *post = &k->actor->post[h];
            const struct unit *u = unit_by_id(k->d->units, post->unit);

            if (!u || !gathering_caller(k, def, post) || is_there(k, def, u->id, &in))
                continue;
            put_due(k, def, u, &in, rows);
            most--;
        }
    }
}

static bool is_for(const struct gathering_kind *def, const struct unit *u)
{
    for (int i = 0; i < def->whos; i++) {
        if (str_eq(def->who[i].kind, u->kind))
            return true;
    }
    return false;
}

static void put_due_of(struct desk *k, const struct gathering_kind *def, const struct unit *u,
                       bool missed, struct val *rows)
{
    struct span in;
    struct val *v;

    if (!rhythm_span(def->every, k->now, &in) ||
        (missed && !rhythm_span(def->every, in.from_ms - 1, &in)) ||
        (missed && u->from_at > in.from_ms) || is_there(k, def, u->id, &in))
        return;
    put_due(k, def, u, &in, rows);
    v = &rows->last->val;
    set_bool(v, "missed", missed);
}

void gathering_due_of(struct desk *k, const struct unit *u, struct val *rows)
{
    const struct pack *p = k->d->pack;

    for (int i = 0; i < p->gatherings; i++) {
        const struct gathering_kind *def = &p->gathering[i];

        if (!def->every.n || !is_for(def, u) || !method_allowed(k, def->name, u->path))
            continue;
        put_due_of(k, def, u, true, rows);
        put_due_of(k, def, u, false, rows);
    }
}

void gathering_events(struct desk *k, const struct gathering *g, struct val *list)
{
    struct rows r = db_query(k->db, k->a, gathering_ledger, ARG(k->d->code), ARG(g->id));

    while (rows_next(&r)) {
        struct val *v = add_map(list);

        set_str(v, "kind", row_str(&r, 0));
        set_str(v, "at", when_minute(k->a, row_int(&r, 1)));
        set_str(v, "who", row_str(&r, 3));
        set_str(v, "reason", val_text(json_map(k->a, row_str(&r, 2), CONTENT_MAX), "reason"));
    }
}
