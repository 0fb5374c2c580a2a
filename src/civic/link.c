#include "civic/link.h"

#include "civic/list.h"
#include "civic/notice.h"

#define LINKS_MAX 200 /* of one project */

STMT(link_put, "INSERT INTO link (district, from_id, to_id, kind, at) VALUES ($1, $2, $3, $4, $5) "
               "ON CONFLICT DO NOTHING");
STMT(link_drop, "DELETE FROM link WHERE district = $1 AND from_id = $2 AND to_id = $3");
STMT(link_from, "SELECT to_id FROM link WHERE district = $1 AND from_id = $2 ORDER BY to_id");
STMT(link_to, "SELECT from_id FROM link WHERE district = $1 AND to_id = $2 ORDER BY from_id");
STMT(matter_numbered, "SELECT id FROM matter WHERE district = $1 AND number = $2");

static int linked_to(struct desk *k, int64_t from, int64_t out[LINKS_MAX])
{
    struct rows r = db_query(k->db, k->a, link_from, ARG(k->d->code), ARG(from));

    return rows_ints(&r, out, LINKS_MAX);
}

/* ---- changing --------------------------------------------------------- */

bool link_may(struct desk *k, const struct matter *m)
{
    struct val *offers = val_list(k->a);

    if (!m->def->closes_n || m->ended_at || m->bundle_id || !k->actor->person)
        return false;
    matter_offers(k, m, offers);
    return offers->first || k->actor->person == m->opener_id;
}

static bool may_link(struct desk *k, int64_t id, struct matter *m, struct err *e)
{
    if (!matter_load(k, id, m, e))
        return false;
    if (!matter_visible(k, m))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such matter.");
    if (m->ended_at || m->bundle_id)
        return refuse(e, ERR_CONFLICT, NULL, "The matter is closed.");
    return link_may(k, m) || refuse(e, ERR_DENIED, NULL, "This is not yours to do.");
}

/* By its number, or by its id as addresses have it. */
static bool find(struct desk *k, struct str typed, struct matter *m, struct err *e)
{
    struct str number = str_trim(typed);
    struct rows r = db_query(k->db, k->a, matter_numbered, ARG(k->d->code), ARG(number));
    struct err none = {0};
    int64_t id = 0;

    if (rows_next(&r))
        id = row_int(&r, 0);
    rows_end(&r);
    if (!id && !str_int(number, &id))
        id = 0;
    return (id > 0 && matter_load(k, id, m, &none) && matter_visible(k, m)) ||
           refuse(e, ERR_INVALID, "with", "There is no matter with this number that you may see.");
}

static bool may_be_closed(const struct matter *m, const struct matter *by, struct err *e)
{
    if (m->id == by->id)
        return refuse(e, ERR_INVALID, "with", "A project cannot close itself.");
    if (m->ended_at || m->bundle_id)
        return refuse(e, ERR_CONFLICT, "with", "That matter is closed already.");
    return true;
}

/* Both ledgers have it. */
static void write_down(struct desk *k, struct matter *from, struct matter *to, const char *kind,
                       const char *back)
{
    struct val *there = val_map(k->a), *here = val_map(k->a);

    set_int(there, "to", to->id);
    matter_put_actor(k, from, there);
    set_int(here, "from", from->id);
    matter_put_actor(k, to, here);
    matter_save(k, from, str_of(kind), there);
    matter_save(k, to, str_of(back), here);
}

bool link_add(struct desk *k, int64_t id, struct str typed, struct err *e)
{
    struct matter *from = NEW(k->a, struct matter), *to = NEW(k->a, struct matter);
    int64_t there[LINKS_MAX];

    if (!may_link(k, id, from, e) || !find(k, typed, to, e) || !may_be_closed(to, from, e))
        return false;
    if (linked_to(k, id, there) == LINKS_MAX)
        return refuse(e, ERR_CONFLICT, NULL, "A project can close at most %d matters.", LINKS_MAX);
    if (!db_run(k->db, link_put, ARG(k->d->code), ARG(id), ARG(to->id), ARG(S("closes")),
                ARG(k->now)))
        return true; /* it is there already */
    write_down(k, from, to, "link", "linked");
    return true;
}

bool link_remove(struct desk *k, int64_t id, int64_t to_id, struct err *e)
{
    struct matter *from = NEW(k->a, struct matter), *to = NEW(k->a, struct matter);

    if (!may_link(k, id, from, e) || !matter_load(k, to_id, to, e))
        return false;
    if (!db_run(k->db, link_drop, ARG(k->d->code), ARG(id), ARG(to_id)))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such link.");
    write_down(k, from, to, "unlink", "unlinked");
    return true;
}

/* ---- showing ---------------------------------------------------------- */

static void put_one(struct desk *k, int64_t id, struct val *list)
{
    struct matter *m = NEW(k->a, struct matter);
    struct err e = {0};
    struct val *v;
    bool seen;

    if (!matter_load(k, id, m, &e))
        return;
    seen = matter_visible(k, m);
    v = add_map(list);
    set_int(v, "id", id);
    set_str(v, "number", m->number);
    set_bool(v, "seen", seen);
    set_str(v, "title", seen ? text_mask(k->a, m->title) : S(""));
    set_str(v, "step_title",
            m->ended_at ? outcome_title(k, m->def, m->outcome) : step_title(k, m->def, m->step));
    set_bool(v, "ended", m->ended_at || m->bundle_id);
}

void links_view(struct desk *k, const struct matter *m, struct val *closes, struct val *closed_by)
{
    int64_t id[LINKS_MAX];
    int n = linked_to(k, m->id, id);
    struct rows r;

    for (int i = 0; i < n; i++)
        put_one(k, id[i], closes);
    r = db_query(k->db, k->a, link_to, ARG(k->d->code), ARG(m->id));
    n = rows_ints(&r, id, LINKS_MAX);
    for (int i = 0; i < n; i++)
        put_one(k, id[i], closed_by);
}

/* ---- the project has ended -------------------------------------------- */

/* What was merged into another is settled there. */
static bool load_open(struct desk *k, int64_t id, struct matter *m)
{
    struct err e = {0};

    return matter_load(k, id, m, &e) && (!m->bundle_id || matter_load(k, m->bundle_id, m, &e)) &&
           !m->ended_at && !m->bundle_id;
}

static void tell(struct desk *k, const struct matter *project, int64_t id)
{
    struct matter *m = NEW(k->a, struct matter);
    struct proc_effects *effects = NEW(k->a, struct proc_effects);
    struct proc_event ev = {.kind = PROC_SETTLE, .at_ms = k->now, .part = -1, .action = S("")};
    struct val *c = val_map(k->a);
    struct proc_env env;
    struct err e = {0};
    bool moved;

    if (!load_open(k, id, m))
        return;
    ev.fields = val_map(k->a);
    matter_env(k, m, &env);
    set_int(c, "by", project->id);
    matter_put_actor(k, m, c);
    effects->n = 0;
    moved = proc_apply(&env, &m->state, &ev, effects, &e);
    matter_save(k, m, moved ? S("settle") : S("told"), c);
    matter_carry_out(k, m, effects);
    notice_turns(k, m, -1, S("project_done"), k->now);
    notice_reports(k, m, S("project_done"), S(""));
}

void links_tell(struct desk *k, const struct matter *m)
{
    int64_t id[LINKS_MAX];
    int n = str_among(m->outcome, m->def->closes, m->def->closes_n) ? linked_to(k, m->id, id) : 0;

    for (int i = 0; i < n; i++)
        tell(k, m, id[i]);
}
