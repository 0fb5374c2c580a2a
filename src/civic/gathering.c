/* The life of a gathering: prepared, called, moved, opened, closed. */
#include "civic/gathering.h"

#include "base/utf8.h"
#include "civic/contest.h"
#include "civic/method.h"
#include "civic/paper.h"
#include "civic/picture.h"
#include "civic/seat.h"
#include "civic/tally.h"
#include "val/json.h"

#include <string.h>

#define FIELDS_MAX 100000 /* bytes of what a kind asks */
#define TITLE_MAX  60
#define PLACE_MAX  100
#define USUAL_MS   (2 * HOUR_MS)
#define LONGEST_MS (400 * DAY_MS)

STMT(gathering_get,
     "SELECT " GATHERING_COLUMNS " FROM gathering g WHERE g.district = $1 AND g.id = $2");
STMT(gathering_insert,
     "INSERT INTO gathering (district, id, kind, def_hash, title, place, online, fields, unit_id, "
     "unit_path, opener_id, state, prepared_at, called_at, starts_at, ends_at, opened_at, "
     "closed_at, changed_at, capacity, should_attend, present, heads, numbers, seq, head, counts) "
     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
     "$19, $20, $21, $22, $23, $24, $25, $26, $27)");
STMT(gathering_update,
     "UPDATE gathering SET place = $3, fields = $4, state = $5, called_at = $6, starts_at = $7, "
     "ends_at = $8, opened_at = $9, closed_at = $10, changed_at = $11, capacity = $12, "
     "should_attend = $13, present = $14, heads = $15, numbers = $16, seq = $17, head = $18, "
     "counts = $19 WHERE district = $1 AND id = $2");
STMT(gathering_voting, "SELECT n FROM motion WHERE district = $1 AND gathering_id = $2 AND state = "
                       "'open' ORDER BY n LIMIT 1");

int64_t gathering_attendance(const struct gathering *g)
{
    return g->heads ? g->heads : g->present;
}

bool gathering_in(const struct gathering *g, const char *state)
{
    return str_eq(g->state, str_of(state));
}

/* ---- rows ------------------------------------------------------------- */

void gathering_read_row(struct desk *k, const struct rows *r, struct gathering *g)
{
    struct str head = row_str(r, 24);

    *g = (struct gathering){.id = row_int(r, 0),
                            .kind = row_str(r, 1),
                            .def_hash = row_str(r, 2),
                            .title = row_str(r, 3),
                            .place = row_str(r, 4),
                            .online = row_int(r, 5) != 0,
                            .fields = json_map(k->a, row_str(r, 6), FIELDS_MAX),
                            .unit_id = row_int(r, 7),
                            .unit_path = row_str(r, 8),
                            .opener_id = row_int(r, 9),
                            .state = row_str(r, 10),
                            .prepared_at = row_int(r, 11),
                            .called_at = row_int(r, 12),
                            .starts_at = row_int(r, 13),
                            .ends_at = row_int(r, 14),
                            .opened_at = row_int(r, 15),
                            .closed_at = row_int(r, 16),
                            .changed_at = row_int(r, 17),
                            .capacity = row_int(r, 18),
                            .should_attend = row_int(r, 19),
                            .present = row_int(r, 20),
                            .heads = row_int(r, 21),
                            .numbers = json_map(k->a, row_str(r, 22), FIELDS_MAX),
                            .counts = row_str(r, 25)};
    g->head.seq = row_int(r, 23);
    if (head.n == sizeof(g->head.hash))
        memcpy(g->head.hash, head.p, head.n);
    g->def = pack_gathering(k->d->pack, g->kind);
}

static void insert_row(struct desk *k, const struct gathering *g, struct str head)
{
    db_run(k->db, gathering_insert, ARG(k->d->code), ARG(g->id), ARG(g->kind), ARG(g->def_hash),
           ARG(g->title), ARG(g->place), ARG(g->online), ARG(json_text(k->a, g->fields)),
           ARG(g->unit_id), ARG(g->unit_path), ARG(g->opener_id), ARG(g->state),
           ARG(g->prepared_at), ARG(g->called_at), ARG(g->starts_at), ARG(g->ends_at),
           ARG(g->opened_at), ARG(g->closed_at), ARG(g->changed_at), ARG(g->capacity),
           ARG(g->should_attend), ARG(g->present), ARG(g->heads), ARG(json_text(k->a, g->numbers)),
           ARG(g->head.seq), arg_blob(head), ARG(g->counts));
}

static void update_row(struct desk *k, const struct gathering *g, struct str head)
{
    db_run(k->db, gathering_update, ARG(k->d->code), ARG(g->id), ARG(g->place),
           ARG(json_text(k->a, g->fields)), ARG(g->state), ARG(g->called_at), ARG(g->starts_at),
           ARG(g->ends_at), ARG(g->opened_at), ARG(g->closed_at), ARG(g->changed_at),
           ARG(g->capacity), ARG(g->should_attend), ARG(g->present), ARG(g->heads),
           ARG(json_text(k->a, g->numbers)), ARG(g->head.seq), arg_blob(head), ARG(g->counts));
}

void gathering_save(struct desk *k, struct gathering *g, struct str kind, struct val *content)
{
    struct str head = {(const char *)g->head.hash, sizeof(g->head.hash)};
    struct event ev = {.subject = g->id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = S("gathering"),
                       .kind = kind,
                       .content = content,
                       .as_unit = g->unit_id};

    g->changed_at = k->now;
    (void)ledger_append(k->db, k->d, k->a, &ev, &g->head);
    tally_gathering(k, g);
    if (g->fresh)
        insert_row(k, g, head);
    else
        update_row(k, g, head);
    g->fresh = false;
}

/* ---- who may ---------------------------------------------------------- */

bool gathering_caller(const struct desk *k, const struct gathering_kind *def,
                      const struct holding *h)
{
    const struct unit *u = unit_by_id(k->d->units, h->unit);

    return u && def && bodies_name(def->who, def->whos, h->role, u->kind);
}

bool gathering_runs(const struct desk *k, const struct gathering *g)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        if (k->actor->post[i].unit == g->unit_id && gathering_caller(k, g->def, &k->actor->post[i]))
            return true;
    }
    return false;
}

bool gathering_visible(struct desk *k, const struct gathering *g)
{
    struct seat own;

    if ((g->def && g->def->is_public && !gathering_in(g, "draft")) || gathering_runs(k, g) ||
        actor_may(k->actor, S("matter.read"), g->unit_path))
        return true;
    return k->actor->person && seat_own(k, g->id, &own);
}

bool gathering_load(struct desk *k, int64_t id, struct gathering *g, struct err *e)
{
    struct rows r = db_query(k->db, k->a, gathering_get, ARG(k->d->code), ARG(id));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such gathering.");
    gathering_read_row(k, &r, g);
    rows_end(&r);
    return true;
}

bool gathering_take(struct desk *k, int64_t id, int64_t seen, const char *state,
                    struct gathering *g, struct err *e)
{
    if (!gathering_load(k, id, g, e))
        return false;
    if (!gathering_visible(k, g))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such gathering.");
    if (!gathering_runs(k, g))
        return refuse(e, ERR_DENIED, NULL, "This gathering is called and held by somebody else.");
    if (seen && seen != g->head.seq)
        return refuse(e, ERR_CONFLICT, NULL,
                      "Somebody was faster: the gathering has changed. Please look again.");
    if (gathering_in(g, "closed"))
        return refuse(e, ERR_CONFLICT, NULL, "This gathering has been closed.");
    if (gathering_in(g, "cancelled"))
        return refuse(e, ERR_CONFLICT, NULL, "This gathering was cancelled.");
    if (*state && !gathering_in(g, state))
        return refuse(e, ERR_CONFLICT, NULL,
                      "This gathering is not at that point. Please look at where it is now.");
    return true;
}

/* ---- preparing -------------------------------------------------------- */

static const struct unit *unit_to_call(struct desk *k, const struct gathering_kind *def,
                                       int64_t unit_id)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];

        if ((!unit_id || h->unit == unit_id) && gathering_caller(k, def, h))
            return unit_by_id(k->d->units, h->unit);
    }
    return NULL;
}

static bool times_check(struct desk *k, const struct gathering_kind *def, int64_t starts_at,
                        int64_t ends_at, struct err *e)
{
    if (!starts_at)
        return refuse(e, ERR_INVALID, "starts_at", "Please say when it begins.");
    if (starts_at < k->now && kind_needs_notice(def))
        return refuse(e, ERR_INVALID, "starts_at", "The beginning is in the past.");
    if (starts_at > k->now + LONGEST_MS || starts_at < k->now - LONGEST_MS)
        return refuse(e, ERR_INVALID, "starts_at", "The beginning is too far from today.");
    if (ends_at <= starts_at || ends_at > starts_at + LONGEST_MS)
        return refuse(e, ERR_INVALID, "ends_at", "It must end after it begins.");
    return true;
}

static bool texts_check(const struct gathering_new *n, struct err *e)
{
    if (!str_trim(n->title).n)
        return refuse(e, ERR_INVALID, "title", "Please say what it is about.");
    if (utf8_count(n->title) > TITLE_MAX)
        return refuse(e, ERR_INVALID, "title", "The title may have at most %d characters.",
                      TITLE_MAX);
    if (utf8_count(n->place) > PLACE_MAX)
        return refuse(e, ERR_INVALID, "place", "The place may have at most %d characters.",
                      PLACE_MAX);
    if (n->capacity < 0 || n->capacity > 1000000)
        return refuse(e, ERR_INVALID, "capacity", "The number of places cannot be this.");
    return true;
}

static struct facts_ask asked_of(const struct gathering_kind *def)
{
    return (struct facts_ask){def->ask, def->asks};
}

static struct facts_ask asked_at_end(const struct gathering_kind *def)
{
    return (struct facts_ask){def->close, def->closes};
}

static void fill(struct desk *k, const struct gathering_new *n, const struct unit *u,
                 const struct gathering_kind *def, struct gathering *g)
{
    *g = (struct gathering){.id = id_next(k->d->ids, k->now),
                            .kind = def->name,
                            .def_hash = def->hash,
                            .title = str_trim(n->title),
                            .place = str_trim(n->place),
                            .online = n->online,
                            .fields = val_map(k->a),
                            .numbers = val_map(k->a),
                            .unit_id = u->id,
                            .unit_path = u->path,
                            .opener_id = k->actor->person,
                            .state = S("draft"),
                            .prepared_at = k->now,
                            .starts_at = n->starts_at,
                            .ends_at = n->ends_at ? n->ends_at : n->starts_at + USUAL_MS,
                            .capacity = n->capacity ? n->capacity : def->capacity,
                            .counts = S(""),
                            .def = def,
                            .fresh = true};
    facts_keep(g->fields, asked_of(def), n->fields);
}

static struct val *content_of(struct desk *k, const struct gathering *g)
{
    struct val *c = val_map(k->a);

    set_str(c, "kind", g->kind);
    set_str(c, "title", g->title);
    set_int(c, "starts_at", g->starts_at);
    set_int(c, "ends_at", g->ends_at);
    set_str(c, "place", g->place);
    set_val(c, S("fields"), *g->fields);
    return c;
}

bool gathering_prepare(struct desk *k, const struct gathering_new *n, struct gathering *out,
                       struct err *e)
{
    const struct gathering_kind *def = pack_gathering(k->d->pack, n->kind);
    const struct val *fields = n->fields ? n->fields : val_map(k->a);
    const struct unit *u;

    if (!def)
        return refuse(e, ERR_INVALID, "kind", "There is no kind of gathering called %.*s.",
                      STR_ARG(n->kind));
    u = unit_to_call(k, def, n->unit_id);
    if (!u)
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow you to call this.");
    if (!method_check(k, def->name, u->path, e) || !texts_check(n, e) ||
        !times_check(k, def, n->starts_at, n->ends_at ? n->ends_at : n->starts_at + 1, e) ||
        !facts_check(k, asked_of(def), fields, e))
        return false;
    fill(k, n, u, def, out);
    if (!def->bodies && !def->contest && !def->paper) {
        out->state = S("called");
        out->called_at = k->now;
        if (def->notice.n &&
            !kind_notice_check(k->a, out->starts_at, gathering_earliest(k, out), e))
            return false;
    }
    gathering_save(k, out, S("prepare"), content_of(k, out));
    return true;
}

/* ---- notice ----------------------------------------------------------- */

int64_t gathering_earliest(struct desk *k, const struct gathering *g)
{
    return g->def ? kind_earliest(g->def, k->d->calendar, k->now) : k->now;
}

static bool notice_holds(struct desk *k, const struct gathering *g, struct err *e)
{
    return kind_notice_check(k->a, g->starts_at, gathering_earliest(k, g), e);
}

bool gathering_call(struct desk *k, int64_t id, int64_t seen, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c;

    if (!gathering_take(k, id, seen, "draft", g, e) || !notice_holds(k, g, e))
        return false;
    if (g->starts_at < k->now)
        return refuse(e, ERR_INVALID, "starts_at", "The beginning is in the past.");
    g->should_attend = seats_freeze(k, g);
    if (g->def->bodies && !g->should_attend)
        return refuse(e, ERR_CONFLICT, NULL,
                      "Nobody is on the roll: enter who holds these posts first.");
    if (!paper_draw(k, g, e))
        return false;
    g->state = S("called");
    g->called_at = k->now;
    c = content_of(k, g);
    set_int(c, "should_attend", g->should_attend);
    set_str(c, "roll", seats_digest(k, g->id));
    set_str(c, "paper", paper_hash(k, g->id));
    gathering_save(k, g, S("call"), c);
    seats_tell(k, g, S("called"));
    return true;
}

bool gathering_move(struct desk *k, int64_t id, int64_t seen, const struct gathering_move *to,
                    struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c;
    int64_t lasts;

    if (!gathering_take(k, id, seen, "", g, e))
        return false;
    if (gathering_in(g, "open"))
        return refuse(e, ERR_CONFLICT, NULL, "It has begun and cannot be moved any more.");
    if (!str_trim(to->reason).n)
        return refuse(e, ERR_INVALID, "reason", "Please say why.");
    lasts = g->ends_at - g->starts_at;
    g->starts_at = to->starts_at;
    g->ends_at = to->ends_at ? to->ends_at : to->starts_at + lasts;
    if (str_trim(to->place).n)
        g->place = str_trim(to->place);
    if (!times_check(k, g->def, g->starts_at, g->ends_at, e) ||
        (gathering_in(g, "called") && !notice_holds(k, g, e)))
        return false;
    if (gathering_in(g, "called"))
        g->called_at = k->now;
    c = content_of(k, g);
    set_str(c, "reason", str_trim(to->reason));
    gathering_save(k, g, S("move"), c);
    seats_tell(k, g, S("moved"));
    return true;
}

bool gathering_cancel(struct desk *k, int64_t id, int64_t seen, struct str reason, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);

    if (!gathering_take(k, id, seen, "", g, e))
        return false;
    if (gathering_in(g, "open"))
        return refuse(e, ERR_CONFLICT, NULL, "It has begun; close it instead.");
    if (!str_trim(reason).n)
        return refuse(e, ERR_INVALID, "reason", "Please say why.");
    g->state = S("cancelled");
    set_str(c, "reason", str_trim(reason));
    gathering_save(k, g, S("cancel"), c);
    seats_tell(k, g, S("cancelled"));
    return true;
}

/* ---- holding it ------------------------------------------------------- */

bool gathering_open(struct desk *k, int64_t id, int64_t seen, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    int64_t doors;

    if (!gathering_take(k, id, seen, "called", g, e))
        return false;
    doors = kind_doors(g->def, k->d->calendar, g->called_at, g->starts_at);
    if (k->now < doors)
        return refuse(e, ERR_CONFLICT, NULL, "It can be opened from %.*s on.",
                      STR_ARG(when_minute(k->a, doors + MINUTE_MS - 1)));
    g->state = S("open");
    g->opened_at = k->now;
    gathering_save(k, g, S("open"), val_map(k->a));
    return true;
}

static bool is_voting(struct desk *k, const struct gathering *g, struct err *e)
{
    struct rows r = db_query(k->db, k->a, gathering_voting, ARG(k->d->code), ARG(g->id));
    bool voting = rows_next(&r);
    int64_t n = voting ? row_int(&r, 0) : 0;

    rows_end(&r);
    return voting &&
           !refuse(e, ERR_CONFLICT, NULL, "Item %lld is still being voted on.", (long long)n);
}

static bool has_begun(struct desk *k, struct gathering *g, struct err *e)
{
    if (gathering_in(g, "open"))
        return true;
    if (gathering_in(g, "draft") || !kind_opens_itself(g->def))
        return refuse(e, ERR_CONFLICT, NULL, "It has not been opened.");
    if (g->starts_at > k->now)
        return refuse(e, ERR_CONFLICT, NULL, "It has not begun.");
    g->opened_at = g->starts_at;
    return true;
}

bool gathering_close(struct desk *k, int64_t id, int64_t seen, int64_t heads,
                     const struct val *fields, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);

    if (!gathering_take(k, id, seen, "", g, e) || !has_begun(k, g, e) ||
        !kind_heads_check(g->def, heads, e) || is_voting(k, g, e) ||
        !facts_check(k, asked_at_end(g->def), fields, e))
        return false;
    facts_keep(g->fields, asked_at_end(g->def), fields);
    pictures_claim(k, asked_at_end(g->def), g->fields, g->id);
    g->state = S("closed");
    g->closed_at = k->now;
    g->heads = heads > 0 ? heads : 0;
    paper_close(k, g);
    if (g->def->contest && !contest_finish(k, g, c, e))
        return false;
    set_int(c, "should_attend", g->should_attend);
    set_int(c, "present", g->present);
    set_int(c, "heads", g->heads);
    set_val(c, S("fields"), *g->fields);
    gathering_save(k, g, S("close"), c);
    return true;
}
