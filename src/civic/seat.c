/* The roll of a gathering, and presence. */
#include "civic/seat.h"

#include "base/utf8.h"
#include "civic/list.h"
#include "civic/notice.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX   100
#define SEATS_PAGE 200

STMT(seat_get, "SELECT " SEAT_COLUMNS " FROM seat s WHERE s.district = $1 AND s.gathering_id = $2 "
               "AND s.n = $3");
STMT(seat_of_person, "SELECT " SEAT_COLUMNS " FROM seat s WHERE s.district = $1 AND s.person_id = "
                     "$3 AND s.gathering_id = $2 ORDER BY s.n LIMIT 1");
STMT(seat_of_name, "SELECT " SEAT_COLUMNS " FROM seat s WHERE s.district = $1 AND s.gathering_id = "
                   "$2 AND s.name = $3 LIMIT 2");
STMT(seat_page, "SELECT " SEAT_COLUMNS " FROM seat s WHERE s.district = $1 AND s.gathering_id = $2 "
                "AND s.n > $3 ORDER BY s.n LIMIT $4");
STMT(seat_last, "SELECT coalesce(max(n), 0) FROM seat WHERE district = $1 AND gathering_id = $2");
STMT(seat_insert,
     "INSERT INTO seat (district, gathering_id, n, part, person_id, unit_id, roll_entry_id, name, "
     "area, state, way, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
STMT(seat_state, "UPDATE seat SET state = $4, way = $5, at = $6 WHERE district = $1 AND "
                 "gathering_id = $2 AND n = $3");
STMT(seat_stands, "UPDATE seat SET proxy_n = $4 WHERE district = $1 AND gathering_id = $2 AND n = "
                  "$3");
STMT(seat_stood, "SELECT count(*) FROM seat WHERE district = $1 AND gathering_id = $2 AND proxy_n "
                 "= $3");
STMT(seat_taken, "SELECT count(*) FROM seat WHERE district = $1 AND gathering_id = $2 AND part = "
                 "'attendee' AND state IN ('', 'present')");
STMT(seat_waiting, "SELECT " SEAT_COLUMNS " FROM seat s WHERE s.district = $1 AND s.gathering_id = "
                   "$2 AND s.state = 'waiting' ORDER BY s.at, s.n LIMIT 1");
/* A person is on the roll once, whichever of the posts brings them. */
STMT(seat_freeze,
     "INSERT INTO seat (district, gathering_id, n, part, person_id, unit_id, name) SELECT $1, $2, "
     "$3 + row_number() OVER (ORDER BY min(u.path), min(n.name), p.person_id), 'member', "
     "p.person_id, min(p.unit_id), min(n.name) FROM unit u JOIN post p ON p.district = $1 AND "
     "p.unit_id = u.id AND p.role = $6 AND p.from_at <= $7 AND (p.to_at = 0 OR p.to_at > $7) JOIN "
     "person n ON n.district = $1 AND n.id = p.person_id WHERE u.district = $1 AND u.path >= $4 "
     "AND u.path < $5 AND u.kind = $8 AND NOT EXISTS (SELECT 1 FROM seat s WHERE s.district = $1 "
     "AND s.person_id = p.person_id AND s.gathering_id = $2) GROUP BY "
     "p.person_id");
STMT(seat_freeze_roll,
     "INSERT INTO seat (district, gathering_id, n, part, person_id, unit_id, roll_entry_id, name, "
     "area) SELECT $1, $2, $3 + row_number() OVER (ORDER BY e.unit_path, e.id), 'member', "
     "e.person_id, e.unit_id, e.id, e.label, e.area FROM roll_entry e WHERE e.district = $1 AND "
     "e.roll = $4 AND e.unit_path >= $5 AND e.unit_path < $6 AND e.to_at = 0");
STMT(seat_expected_roll, "SELECT count(*) FROM roll_entry WHERE district = $1 AND roll = $2 AND "
                         "unit_path >= $3 AND unit_path < $4 AND to_at = 0");
STMT(seat_expected,
     "SELECT DISTINCT p.person_id FROM unit u CROSS JOIN post p WHERE p.district = $1 AND "
     "p.unit_id = u.id AND p.role = $4 AND p.from_at <= $5 AND (p.to_at = 0 OR p.to_at > $5) AND "
     "u.district = $1 AND u.path >= $2 AND u.path < $3 AND u.kind = $6");

void seat_read_row(const struct rows *r, struct seat *s)
{
    *s = (struct seat){row_int(r, 0), row_int(r, 1), row_str(r, 2),  row_int(r, 3),
                       row_int(r, 4), row_int(r, 5), row_str(r, 6),  row_int(r, 7),
                       row_str(r, 8), row_str(r, 9), row_int(r, 10), row_int(r, 11)};
}

static bool read_one(struct rows r, struct seat *out)
{
    bool there = rows_next(&r);

    if (there) {
        seat_read_row(&r, out);
        rows_end(&r);
    }
    return there;
}

bool seat_load(struct desk *k, int64_t gathering, int64_t n, struct seat *out, struct err *e)
{
    return read_one(db_query(k->db, k->a, seat_get, ARG(k->d->code), ARG(gathering), ARG(n)),
                    out) ||
           refuse(e, ERR_NOT_FOUND, "seat", "There is no such place on the roll.");
}

bool seat_own(struct desk *k, int64_t gathering, struct seat *out)
{
    return k->actor->person && read_one(db_query(k->db, k->a, seat_of_person, ARG(k->d->code),
                                                 ARG(gathering), ARG(k->actor->person)),
                                        out);
}

/* ---- the roll --------------------------------------------------------- */

/* The paths of the body's units: one, or for `every` and for rolls a subtree; false: none. */
static bool body_paths(struct desk *k, const struct gathering *g, const struct body *b,
                       struct str *from, struct str *to)
{
    const struct unit *u = unit_by_id(k->d->units, g->unit_id);

    if (u && !b->every)
        u = unit_own(k->d->units, u, b->kind);
    if (!u)
        return false;
    *from = u->path;
    *to = b->every || b->roll.n ? path_end(k->a, u->path)
                                : str_format(k->a, "%.*s ", STR_ARG(u->path));
    return true;
}

struct people {
    int64_t *id;
    size_t n, room;
};

static void people_add(struct arena *a, struct people *p, int64_t id)
{
    if (p->n == p->room) {
        int64_t *more = NEW_ARRAY(a, int64_t, 2 * p->room + 16);

        if (p->n)
            memcpy(more, p->id, p->n * sizeof(*more));
        p->id = more;
        p->room = 2 * p->room + 16;
    }
    p->id[p->n++] = id;
}

static int by_id(const void *x, const void *y)
{
    int64_t one = *(const int64_t *)x, two = *(const int64_t *)y;

    return (one > two) - (one < two);
}

/* Each once, whichever of the posts brings them. */
static int64_t people_count(struct people *p)
{
    int64_t n = 0;

    if (p->n)
        qsort(p->id, p->n, sizeof(*p->id), by_id);
    for (size_t i = 0; i < p->n; i++)
        n += !i || p->id[i] != p->id[i - 1];
    return n;
}

/* Adds those who hold the post to `people`; how many stand on the roll, who are nobody twice. */
static int64_t body_expected(struct desk *k, const struct gathering *g, const struct body *b,
                             struct people *people)
{
    struct str from, to;
    struct rows r;

    if (!body_paths(k, g, b, &from, &to))
        return 0;
    if (b->roll.n)
        return rows_int(db_query(k->db, k->a, seat_expected_roll, ARG(k->d->code), ARG(b->roll),
                                 ARG(from), ARG(to)));
    r = db_query(k->db, k->a, seat_expected, ARG(k->d->code), ARG(from), ARG(to), ARG(b->role),
                 ARG(k->now), ARG(b->kind));
    while (rows_next(&r))
        people_add(k->a, people, row_int(&r, 0));
    return 0;
}

int64_t seats_expected(struct desk *k, const struct gathering *g)
{
    struct people people = {0};
    int64_t n = 0;

    for (int i = 0; g->def && i < g->def->bodies; i++)
        n += body_expected(k, g, &g->def->body[i], &people);
    return n + people_count(&people);
}

static int64_t last_seat(struct desk *k, int64_t gathering)
{
    return rows_int(db_query(k->db, k->a, seat_last, ARG(k->d->code), ARG(gathering)));
}

static int64_t body_freeze(struct desk *k, const struct gathering *g, const struct body *b)
{
    struct str from, to;

    if (!body_paths(k, g, b, &from, &to))
        return 0;
    if (b->roll.n)
        return db_run(k->db, seat_freeze_roll, ARG(k->d->code), ARG(g->id),
                      ARG(last_seat(k, g->id)), ARG(b->roll), ARG(from), ARG(to));
    return db_run(k->db, seat_freeze, ARG(k->d->code), ARG(g->id), ARG(last_seat(k, g->id)),
                  ARG(from), ARG(to), ARG(b->role), ARG(k->now), ARG(b->kind));
}

int64_t seats_freeze(struct desk *k, const struct gathering *g)
{
    int64_t n = 0;

    for (int i = 0; g->def && i < g->def->bodies; i++)
        n += body_freeze(k, g, &g->def->body[i]);
    return n;
}

int64_t seat_put(struct desk *k, const struct gathering *g, const struct seat *s)
{
    int64_t n = last_seat(k, g->id) + 1;

    db_run(k->db, seat_insert, ARG(k->d->code), ARG(g->id), ARG(n), ARG(s->part), ARG(s->person_id),
           ARG(s->unit_id), ARG(s->roll_entry_id), ARG(utf8_cut(s->name, NAME_MAX)), ARG(s->area),
           ARG(s->state), ARG(s->way), ARG(s->at));
    return n;
}

/* ---- presence --------------------------------------------------------- */

/* How many seats this one fills when it is there: itself, and those that it stands for. */
static int64_t fills(struct desk *k, const struct gathering *g, int64_t n)
{
    if (!g->def || !g->def->proxies)
        return 1;
    return 1 + rows_int(db_query(k->db, k->a, seat_stood, ARG(k->d->code), ARG(g->id), ARG(n)));
}

/* Changes a seat's state; the gathering's count follows, its row is not saved yet. */
static void set_state(struct desk *k, struct gathering *g, struct seat *s, struct str state,
                      struct str way)
{
    bool was = str_eq(s->state, S("present")), is = str_eq(state, S("present"));

    if (was != is)
        g->present += (is ? 1 : -1) * fills(k, g, s->n);
    s->state = state;
    s->way = way;
    s->at = k->now;
    db_run(k->db, seat_state, ARG(k->d->code), ARG(g->id), ARG(s->n), ARG(state), ARG(way),
           ARG(k->now));
}

/* 李** */
static struct str guest_name(struct arena *a, struct str name)
{
    name = str_trim(name);
    return name.n ? str_format(a, "%.*s**", STR_ARG(utf8_cut(name, 1))) : S("");
}

/* Whoever came where anybody may come. */
static void walk_in(struct desk *k, const struct gathering *g, struct str name, struct seat *out)
{
    *out = (struct seat){.gathering_id = g->id,
                         .part = S("attendee"),
                         .person_id = k->actor->person,
                         .name = k->actor->person ? k->actor->name : guest_name(k->a, name),
                         .state = S(""),
                         .way = S("")};
    out->n = seat_put(k, g, out);
}

static bool by_name(struct desk *k, const struct gathering *g, struct str name, struct seat *out,
                    struct err *e)
{
    struct rows r =
        db_query(k->db, k->a, seat_of_name, ARG(k->d->code), ARG(g->id), ARG(str_trim(name)));
    int n = 0;

    while (rows_next(&r)) {
        if (n++ == 0)
            seat_read_row(&r, out);
    }
    if (n > 1)
        return refuse(e, ERR_CONFLICT, "name",
                      "Two on the roll have this name; please sign in with the clerk.");
    return n == 1 || refuse(e, ERR_NOT_FOUND, "name",
                            "This name is not on the roll; please write it as it stands there.");
}

static bool whose_seat(struct desk *k, const struct gathering *g, const struct seat_here *here,
                       struct seat *out, struct err *e)
{
    bool open_to_all = g->def && !g->def->bodies;

    if (here->seat.n)
        return seat_by_code(k, g->id, here->seat, out, e);
    if (seat_own(k, g->id, out))
        return true;
    if (open_to_all) {
        if (g->def->sign_up && !k->actor->person && !here->fresh)
            return refuse(e, ERR_INVALID, "seat",
                          "Who has signed up gives the code of their seat; who has not, says so.");
        walk_in(k, g, here->name, out);
        return true;
    }
    if (k->actor->person)
        return refuse(e, ERR_DENIED, NULL, "You are not on the roll of this gathering.");
    if (!str_trim(here->name).n)
        return refuse(e, ERR_INVALID, "name", "Please give your name as it stands on the roll.");
    return by_name(k, g, here->name, out, e);
}

bool seat_sign_in(struct desk *k, const struct seat_here *here, struct seat *out, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);

    if (!gathering_load(k, here->gathering, g, e))
        return false;
    if (gathering_in(g, "closed"))
        return refuse(e, ERR_CONFLICT, NULL, "This gathering has been closed.");
    if (!gathering_in(g, "open"))
        return refuse(e, ERR_CONFLICT, NULL, "This gathering has not been opened yet.");
    if (!g->def || !kind_takes_check(g->def, ATTEND_CODE, e))
        return false;
    if (!room_code_is(k, g, here->room))
        return refuse(e, ERR_INVALID, "code",
                      "This is not the code that is shown in the room now.");
    if (!whose_seat(k, g, here, out, e))
        return false;
    if (str_eq(out->state, S("present")))
        return true;
    if (str_eq(out->state, S("left")) || str_eq(out->state, S("waiting")))
        return refuse(e, ERR_CONFLICT, NULL, "You have no place here; please ask the clerk.");
    set_state(k, g, out, S("present"), S("code"));
    set_int(c, "n", out->n);
    set_str(c, "way", S("code"));
    gathering_save(k, g, S("sign"), c);
    return true;
}

static bool mark_check(const struct gathering *g, const struct seat_mark *mark, struct err *e)
{
    if (!gathering_in(g, "open") && !gathering_in(g, "called"))
        return refuse(e, ERR_CONFLICT, NULL, "There is no roll yet: call the gathering first.");
    if (str_eq(mark->state, S("present")) && !gathering_in(g, "open"))
        return refuse(e, ERR_CONFLICT, NULL, "This gathering has not been opened yet.");
    if (str_eq(mark->state, S("present")) && !kind_takes_check(g->def, ATTEND_ROLL, e))
        return false;
    if (!str_eq(mark->state, S("present")) && !str_eq(mark->state, S("excused")) && mark->state.n)
        return refuse(e, ERR_INVALID, "state", "Say present, excused or expected.");
    if (str_eq(mark->state, S("excused")) && !str_trim(mark->reason).n)
        return refuse(e, ERR_INVALID, "reason", "Please say why.");
    return mark->count || refuse(e, ERR_INVALID, "n", "Please choose who.");
}

bool seat_mark(struct desk *k, const struct seat_mark *mark, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a), *list;

    if (!gathering_take(k, mark->gathering, mark->seen, "", g, e) || !mark_check(g, mark, e))
        return false;
    list = set_list(c, "n");
    set_str(c, "state", mark->state);
    if (mark->reason.n)
        set_str(c, "reason", str_trim(mark->reason));
    for (size_t i = 0; i < mark->count; i++) {
        struct seat s;

        if (!seat_load(k, g->id, mark->n[i], &s, e))
            return false;
        set_state(k, g, &s, mark->state, S("roll"));
        add_val(list, (struct val){.kind = VAL_INT, .integer = s.n});
    }
    gathering_save(k, g, S("mark"), c);
    return true;
}

static bool proxy_check(struct desk *k, const struct gathering *g, const struct seat *s, int64_t to,
                        struct err *e)
{
    struct seat other;

    if (!g->def || !g->def->proxies)
        return refuse(e, ERR_CONFLICT, NULL, "Nobody can stand for another here.");
    if (!gathering_in(g, "called") && !gathering_in(g, "open"))
        return refuse(e, ERR_CONFLICT, NULL, "There is no roll yet: call the gathering first.");
    if (str_eq(s->state, S("present")))
        return refuse(e, ERR_CONFLICT, NULL, "Who is present needs nobody to stand for them.");
    if (!to)
        return true;
    if (to == s->n)
        return refuse(e, ERR_INVALID, "to", "Nobody can stand for themselves.");
    if (!seat_load(k, g->id, to, &other, e))
        return false;
    if (other.proxy_n || fills(k, g, s->n) > 1)
        return refuse(e, ERR_CONFLICT, "to", "Who is represented cannot stand for another.");
    return kind_proxy_check(g->def, fills(k, g, to) - 1, e);
}

/* Who was counted through the old proxy no longer is; who is through the new one, is. */
static void stand(struct desk *k, struct gathering *g, const struct seat *s, int64_t to)
{
    int64_t ends[] = {s->proxy_n, to};

    for (int i = 0; i < 2; i++) {
        struct seat other;
        struct err e = {0};

        if (ends[i] && seat_load(k, g->id, ends[i], &other, &e) &&
            str_eq(other.state, S("present")))
            g->present += i ? 1 : -1;
    }
    db_run(k->db, seat_stands, ARG(k->d->code), ARG(g->id), ARG(s->n), ARG(to));
}

bool seat_proxy(struct desk *k, int64_t gathering, int64_t n, int64_t to, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct seat s;

    if (!gathering_load(k, gathering, g, e) || !seat_load(k, gathering, n, &s, e))
        return false;
    if (!gathering_runs(k, g) && (!k->actor->person || k->actor->person != s.person_id))
        return refuse(e, ERR_DENIED, NULL,
                      "Only the clerk or the person can say who stands for them.");
    if (!proxy_check(k, g, &s, to, e))
        return false;
    stand(k, g, &s, to);
    set_int(c, "n", n);
    set_int(c, "to", to);
    gathering_save(k, g, S("proxy"), c);
    return true;
}

/* ---- signing up ------------------------------------------------------- */

static bool has_room(struct desk *k, const struct gathering *g)
{
    return !g->capacity ||
           rows_int(db_query(k->db, k->a, seat_taken, ARG(k->d->code), ARG(g->id))) < g->capacity;
}

static bool sign_up_check(struct desk *k, const struct gathering *g, const struct seat_wish *wish,
                          struct err *e)
{
    if (!g->def || !g->def->sign_up)
        return refuse(e, ERR_CONFLICT, NULL, "Nobody needs to sign up for this.");
    if (!gathering_in(g, "called") || g->starts_at <= k->now)
        return refuse(e, ERR_CONFLICT, NULL, "It is not possible to sign up for this any more.");
    if (!k->actor->person && !wish->seat.n && !str_trim(wish->name).n)
        return refuse(e, ERR_INVALID, "name", "Please say what to call you.");
    return utf8_count(wish->name) <= 30 ||
           refuse(e, ERR_INVALID, "name", "The name may have at most %d characters.", 30);
}

bool seat_sign_up(struct desk *k, const struct seat_wish *wish, struct seat *out, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    bool again, room;

    if (!gathering_load(k, wish->gathering, g, e) || !sign_up_check(k, g, wish, e))
        return false;
    if (wish->seat.n && !seat_by_code(k, g->id, wish->seat, out, e))
        return false;
    again = wish->seat.n || seat_own(k, g->id, out);
    if (again && !str_eq(out->state, S("left")))
        return true;
    room = has_room(k, g);
    if (!again)
        walk_in(k, g, wish->name, out);
    set_state(k, g, out, room ? S("") : S("waiting"), S(""));
    set_int(c, "n", out->n);
    set_bool(c, "waiting", !room);
    gathering_save(k, g, S("sign_up"), c);
    return true;
}

/* Who has waited longest gets the place, and is told. */
static void promote(struct desk *k, struct gathering *g)
{
    struct seat first;
    struct val *c = val_map(k->a);

    if (!has_room(k, g) ||
        !read_one(db_query(k->db, k->a, seat_waiting, ARG(k->d->code), ARG(g->id)), &first))
        return;
    set_state(k, g, &first, S(""), S(""));
    set_int(c, "n", first.n);
    gathering_save(k, g, S("promote"), c);
    if (first.person_id)
        notice_person(k, first.person_id, g->id, S("place"));
}

bool seat_sign_off(struct desk *k, const struct seat *s, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct seat now;

    if (!gathering_load(k, s->gathering_id, g, e) || !seat_load(k, g->id, s->n, &now, e))
        return false;
    if (!str_eq(now.part, S("attendee")))
        return refuse(e, ERR_CONFLICT, NULL, "Who is on the roll is excused by the clerk.");
    if (!gathering_in(g, "called") || str_eq(now.state, S("present")))
        return refuse(e, ERR_CONFLICT, NULL, "It is too late to sign off.");
    if (str_eq(now.state, S("left")))
        return true;
    set_state(k, g, &now, S("left"), S(""));
    set_int(c, "n", now.n);
    gathering_save(k, g, S("sign_off"), c);
    promote(k, g);
    return true;
}

/* ---- telling, counting, showing --------------------------------------- */

void seats_tell(struct desk *k, const struct gathering *g, struct str kind)
{
    int64_t after = 0;

    for (bool more = true; more;) {
        struct rows r = db_query(k->db, k->a, seat_page, ARG(k->d->code), ARG(g->id), ARG(after),
                                 ARG(SEATS_PAGE));

        for (more = false; rows_next(&r); more = true) {
            struct seat s;

            seat_read_row(&r, &s);
            after = s.n;
            if (s.person_id && !str_eq(s.state, S("left")))
                notice_person(k, s.person_id, g->id, kind);
        }
    }
}

static void put_row(struct desk *k, const struct gathering *g, const struct seat *s, bool codes,
                    struct val *rows)
{
    const struct unit *u = unit_by_id(k->d->units, s->unit_id);
    struct val *v = add_map(rows);
    struct seat other = {.name = S("")};
    struct err e = {0};

    if (s->proxy_n && !seat_load(k, g->id, s->proxy_n, &other, &e))
        other.name = S("");
    set_int(v, "n", s->n);
    set_str(v, "part", s->part);
    set_str(v, "name", s->name);
    set_str(v, "unit", u ? u->name : S(""));
    set_str(v, "state", s->state);
    set_str(v, "way", s->way);
    set_str(v, "at", s->at ? when_minute(k->a, s->at) : S(""));
    set_int(v, "proxy_n", s->proxy_n);
    set_str(v, "proxy_name", other.name);
    set_str(v, "code", codes ? seat_code(k, g->id, s->n) : S(""));
}

void seats_view(struct desk *k, const struct gathering *g, const struct seat_filter *f,
                struct val *rows)
{
    struct rows r = db_query(k->db, k->a, seat_page, ARG(k->d->code), ARG(g->id), ARG(f->after),
                             ARG(LIST_SCAN));
    struct seat *found = NEW_ARRAY(k->a, struct seat, (size_t)f->most + 1);
    int64_t n = 0;

    while (n < f->most && rows_next(&r)) {
        seat_read_row(&r, &found[n]);
        if ((!f->state.n || str_eq(f->state, found[n].state)) &&
            text_contains(found[n].name, f->words))
            n++;
    }
    rows_end(&r);
    for (int64_t i = 0; i < n; i++)
        put_row(k, g, &found[i], f->codes, rows);
}
