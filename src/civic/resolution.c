#include "civic/resolution.h"

#include "civic/list.h"

#define SHOWN_MAX 200

STMT(arose_put,
     "INSERT INTO link (district, from_id, to_id, kind, at) VALUES ($1, $2, $3, 'arose', "
     "$4)");
STMT(arose_of, "SELECT to_id FROM link WHERE district = $1 AND from_id = $2 AND kind = 'arose' "
               "ORDER BY to_id LIMIT $3");
STMT(arose_from, "SELECT from_id FROM link WHERE district = $1 AND to_id = $2 AND kind = 'arose'");

/* The channel by which such matters come in: the pack's first for the mechanism. */
static struct str channel_of(const struct pack *p, struct str mechanism)
{
    for (int i = 0; i < p->channels; i++) {
        if (str_eq(p->channel[i].mechanism, mechanism))
            return p->channel[i].name;
    }
    return S("");
}

static bool may_resolve(struct desk *k, const struct gathering *g, struct err *e)
{
    if (!gathering_visible(k, g))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such gathering.");
    if (!gathering_runs(k, g))
        return refuse(e, ERR_DENIED, NULL, "This gathering is called and held by somebody else.");
    if (!g->def || !g->def->tasks.n)
        return refuse(e, ERR_CONFLICT, NULL, "Nothing is handed out at this kind of gathering.");
    return gathering_in(g, "open") || gathering_in(g, "closed") ||
           refuse(e, ERR_CONFLICT, NULL, "It has not been opened.");
}

bool resolution_put(struct desk *k, int64_t gathering, const struct resolution *n,
                    struct matter_receipt *out, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *fields = val_map(k->a), *c = val_map(k->a);
    struct matter_new matter = {.title = n->title, .body = n->body, .fields = fields};

    if (!gathering_load(k, gathering, g, e) || !may_resolve(k, g, e))
        return false;
    if (!unit_by_id(k->d->units, n->unit_id))
        return refuse(e, ERR_INVALID, "unit", "Please choose whose it is to carry out.");
    set_str(fields, "until", str_trim(n->until));
    matter.mechanism = g->def->tasks;
    matter.channel = channel_of(k->d->pack, g->def->tasks);
    matter.unit_id = n->unit_id;
    matter.from_unit_id = g->unit_id;
    matter.without_report = true;
    if (!matter_open(k, &matter, out, e))
        return false;
    db_run(k->db, arose_put, ARG(k->d->code), ARG(g->id), ARG(out->id), ARG(k->now));
    set_int(c, "matter", out->id);
    gathering_save(k, g, S("task"), c);
    return true;
}

void resolutions_view(struct desk *k, const struct gathering *g, struct val *rows)
{
    int64_t *id = NEW_ARRAY(k->a, int64_t, SHOWN_MAX);
    struct matter *m = NEW(k->a, struct matter);
    struct rows r = db_query(k->db, k->a, arose_of, ARG(k->d->code), ARG(g->id), ARG(SHOWN_MAX));
    int n = rows_ints(&r, id, SHOWN_MAX);

    for (int i = 0; i < n; i++) {
        struct err e = {0};
        struct val *v;

        if (!matter_load(k, id[i], m, &e))
            continue;
        v = add_map(rows);
        matter_row_view(k, m, v);
        set_bool(v, "ended", m->ended_at != 0);
    }
}

bool resolution_source(struct desk *k, int64_t matter, struct val *out)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct rows r = db_query(k->db, k->a, arose_from, ARG(k->d->code), ARG(matter));
    struct err e = {0};
    int64_t id = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    if (!id || !gathering_load(k, id, g, &e) || !gathering_visible(k, g))
        return false;
    gathering_row_view(k, g, out);
    return true;
}
