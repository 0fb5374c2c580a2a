/* A gathering on the phone of who comes: when and where, signing up, "I am here", the calendar. */
#include "page/booth.h"
#include "page/gathering.h"
#include "page/motion.h"

#include "civic/person.h"

#include <string.h>

#define SEAT_COOKIE_S (180 * 24 * 3600) /* people sign up long before */

#define OF_GUEST                      \
    {"seat", PARAM_TEXT, .max = 24},  \
    {                                 \
        "other", PARAM_TEXT, .max = 1 \
    }

/* A guest's browser keeps the code of their seat for the addresses of the gathering, so that they
 * need not come back by the address with the code. `other`: somebody else is at this phone. One
 * that does not fit (any more) counts for nothing. */
static struct str own_code(struct req *q, int64_t gathering)
{
    struct str code = param_str(q, "seat"), kept = req_cookie(q, "seat");
    struct desk k = req_desk(q);
    struct err none = {0};
    struct seat s;

    if (code.n && (!q->refused || seat_by_code(&k, gathering, code, &s, &none)))
        return code; /* one that is wrong is refused, and then the form is shown without it */
    if (q->actor->person || param_str(q, "other").n || !kept.n)
        return S("");
    return seat_by_code(&k, gathering, kept, &s, &none) ? kept : S("");
}

/* Anybody may know of a public one; of others, who has a seat: by login or by its code. */
static bool get(struct req *q, struct gathering *g, struct seat *own)
{
    struct desk k = req_desk(q);
    struct str code;

    *own = (struct seat){0};
    if (!gathering_load(&k, param_int(q, "id"), g, &q->err))
        return false;
    code = own_code(q, g->id);
    if (code.n) {
        if (!seat_by_code(&k, g->id, code, own, &q->err))
            return false;
    } else if (!seat_own(&k, g->id, own)) {
        *own = (struct seat){0};
    }
    if (own->n || gathering_visible(&k, g) || room_code_is(&k, g, param_str(q, "room")) ||
        (gathering_in(g, "open") && g->def && (g->def->attendance & ATTEND_CODE)))
        return true;
    return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such gathering.");
}

static void put_own(struct req *q, const struct gathering *g, const struct seat *own)
{
    struct desk k = req_desk(q);
    struct val *v;

    if (!own->n) {
        set_bool(q->view, "own", false);
        return;
    }
    v = set_map(q->view, "own");
    set_int(v, "n", own->n);
    set_str(v, "name", own->name);
    set_str(v, "code", seat_code(&k, g->id, own->n));
    set_str(v, "state", own->state);
    set_str(v, "state_title",
            req_text(q, own->state.n
                            ? str_format(q->a, "gathering.seat_%.*s", STR_ARG(own->state)).p
                            : "gathering.seat_expected"));
    set_bool(v, "here", str_eq(own->state, S("present")));
    set_bool(v, "waiting", str_eq(own->state, S("waiting")));
    set_bool(v, "may_leave",
             str_eq(own->part, S("attendee")) && gathering_in(g, "called") &&
                 !str_eq(own->state, S("left")));
}

static bool takes_up(const struct gathering *g)
{
    return g->def && g->def->sign_up;
}

static bool show(struct req *q)
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct desk k = req_desk(q);
    struct seat own;
    bool guest = q->actor->person == 0;

    if (!get(q, g, &own))
        return false;
    gathering_facts(q, g);
    put_own(q, g, &own);
    booths_show_public(q, g);
    agenda_view(q, g, str_eq(own.state, S("present")),
                guest && own.n ? seat_code(&k, g->id, own.n) : S(""));
    set_str(q->view, "room", param_str(q, "room"));
    set_str(q->view, "seat", own_code(q, g->id));
    set_str(q->view, "other", param_str(q, "other"));
    set_str(q->view, "other_at",
            guest && own.n && takes_up(g) && (gathering_in(g, "called") || gathering_in(g, "open"))
                ? str_format(q->a, "/g/%lld?other=1", (long long)g->id)
                : S(""));
    set_str(q->view, "typed_name", param_str(q, "name"));
    set_bool(q->view, "guest", guest);
    set_bool(q->view, "ask_name", guest && !own.n && g->def && g->def->bodies > 0);
    set_bool(q->view, "ask_seat", guest && !own.n && takes_up(g) && !g->def->bodies);
    set_bool(q->view, "may_sign_in",
             gathering_in(g, "open") && g->def && (g->def->attendance & ATTEND_CODE) &&
                 !str_eq(own.state, S("present")));
    set_bool(q->view, "may_sign_up",
             gathering_in(g, "called") && takes_up(g) && g->starts_at > q->now &&
                 (!own.n || str_eq(own.state, S("left"))));
    set_str(q->view, "ics_at", str_format(q->a, "/g/%lld.ics", (long long)g->id));
    return true;
}

PAGE(gathering_public, .at = "GET /g/{id}", .template = "gathering/public", .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}, {"room", PARAM_TEXT, .max = 12}, OF_GUEST))
{
    return show(q);
}

/* Back to the page, which knows a guest by the code of the seat, now and when they come again. */
static void back(struct req *q, const struct seat *s)
{
    struct desk k = req_desk(q);
    struct str code = seat_code(&k, s->gathering_id, s->n);

    set_int(q->view, "n", s->n);
    set_str(q->view, "seat", code);
    set_str(q->view, "state", s->state);
    q->see_other = str_format(q->a, "/g/%lld", (long long)s->gathering_id);
    if (q->actor->person)
        return;
    q->cookie = str_format(q->a, "seat=%.*s; Path=%.*s; HttpOnly; SameSite=Lax; Max-Age=%d",
                           STR_ARG(code), STR_ARG(q->see_other), SEAT_COOKIE_S);
    q->see_other = str_format(q->a, "%.*s?seat=%.*s", STR_ARG(q->see_other), STR_ARG(code));
}

PAGE(gathering_here, .at = "POST /g/{id}/here", .template = "gathering/public", .who = WHO_ANYONE,
     .per_minute = 60,
     .params = PARAMS({"id", PARAM_ID}, {"room", PARAM_TEXT, .max = 12},
                      {"name", PARAM_TEXT, .max = 60}, {"fresh", PARAM_TEXT, .max = 1}, OF_GUEST),
     .again = show)
{
    struct desk k = req_desk(q);
    struct seat_here here = {param_int(q, "id"), param_str(q, "room"), param_str(q, "name"),
                             own_code(q, param_int(q, "id")), param_str(q, "fresh").n > 0};
    struct seat s = {0};

    if (!seat_sign_in(&k, &here, &s, &q->err))
        return false;
    back(q, &s);
    return true;
}

PAGE(gathering_sign_up, .at = "POST /g/{id}/sign-up", .template = "gathering/public",
     .who = WHO_ANYONE, .per_minute = 60,
     .params = PARAMS({"id", PARAM_ID}, {"name", PARAM_TEXT, .max = 60},
                      {"room", PARAM_TEXT, .max = 12}, OF_GUEST),
     .again = show)
{
    struct desk k = req_desk(q);
    struct seat_wish wish = {param_int(q, "id"), param_str(q, "name"),
                             own_code(q, param_int(q, "id"))};
    struct seat s = {0};

    if (!seat_sign_up(&k, &wish, &s, &q->err))
        return false;
    back(q, &s);
    return true;
}

PAGE(gathering_sign_off, .at = "POST /g/{id}/sign-off", .template = "gathering/public",
     .who = WHO_ANYONE, .per_minute = 60,
     .params = PARAMS({"id", PARAM_ID}, {"room", PARAM_TEXT, .max = 12}, OF_GUEST), .again = show)
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct desk k = req_desk(q);
    struct seat own;

    if (!get(q, g, &own))
        return false;
    if (!own.n)
        return refuse(&q->err, ERR_NOT_FOUND, "seat", "You have not signed up for this.");
    if (!seat_sign_off(&k, &own, &q->err))
        return false;
    back(q, &own);
    return true;
}

/* ---- calendars -------------------------------------------------------- */

static struct str utc_stamp(struct arena *a, int64_t at_ms)
{
    struct civil c = civil_of(at_ms - 8 * HOUR_MS); /* Shanghai is UTC+8 */

    return str_format(a, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.day, c.hour, c.minute,
                      c.second);
}

/* Texts escape what RFC 5545 gives a meaning, and a line is folded after 70 bytes. */
static void put_line(struct buf *b, const char *name, struct str text)
{
    size_t column = strlen(name) + 1;

    buf_put(b, str_of(name));
    buf_put(b, S(":"));
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (column >= 70 && ((unsigned char)c & 0xc0) != 0x80) {
            buf_put(b, S("\r\n "));
            column = 1;
        }
        if (c == '\n') {
            buf_put(b, S("\\n"));
        } else {
            if (c == ',' || c == ';' || c == '\\')
                buf_put(b, S("\\"));
            buf_put(b, (struct str){&c, 1});
        }
        column++;
    }
    buf_put(b, S("\r\n"));
}

/* base: our address. */
static void put_event(const struct req *q, struct str base, struct buf *b, const struct val *row)
{
    int64_t id = val_get(row, S("id"))->integer, starts = 0, ends = 0;

    if (!when_parse(val_text(row, "starts_at"), &starts) ||
        !when_parse(val_text(row, "ends_at"), &ends))
        return; /* both were written by gathering_row_view */
    put_line(b, "BEGIN", S("VEVENT"));
    put_line(b, "UID", str_format(q->a, "%lld@yingshao", (long long)id));
    put_line(b, "DTSTAMP", utc_stamp(q->a, q->now));
    put_line(b, "DTSTART", utc_stamp(q->a, starts));
    put_line(b, "DTEND", utc_stamp(q->a, ends));
    put_line(b, "SUMMARY", val_text(row, "title"));
    put_line(b, "LOCATION", val_text(row, "place"));
    put_line(b, "DESCRIPTION",
             str_format(q->a, "%.*s · %.*s", STR_ARG(val_text(row, "kind_title")),
                        STR_ARG(val_text(row, "unit"))));
    put_line(b, "URL", str_format(q->a, "%.*s/g/%lld", STR_ARG(base), (long long)id));
    put_line(b, "STATUS",
             str_eq(val_text(row, "state"), S("cancelled")) ? S("CANCELLED") : S("CONFIRMED"));
    put_line(b, "END", S("VEVENT"));
}

static void calendar_of(struct req *q, struct str name, const struct val *rows)
{
    struct str base = show_address(q, S(""));
    struct buf b = {.arena = q->a};

    put_line(&b, "BEGIN", S("VCALENDAR"));
    put_line(&b, "VERSION", S("2.0"));
    put_line(&b, "PRODID", S("-//yingshao//gatherings//ZH"));
    put_line(&b, "X-WR-CALNAME", name);
    for (const struct item *it = rows->first; it; it = it->next) {
        if (!str_eq(val_text(&it->val, "state"), S("draft")))
            put_event(q, base, &b, &it->val);
    }
    put_line(&b, "END", S("VCALENDAR"));
    q->type = S("text/calendar; charset=utf-8");
    q->bytes = buf_str(&b);
}

PAGE(gathering_ics, .at = "GET /g/{id}.ics", .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}, {"room", PARAM_TEXT, .max = 12}, OF_GUEST))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct val *rows = val_list(q->a);
    struct desk k = req_desk(q);
    struct seat own;

    if (!get(q, g, &own))
        return false;
    gathering_row_view(&k, g, add_map(rows));
    calendar_of(q, g->title, rows);
    q->file_name = str_format(q->a, "%lld.ics", (long long)g->id);
    return true;
}

#define FEED_BACK_MS (90 * DAY_MS)
#define FEED_MOST    200

/* What everybody may know of, to subscribe to; moved and cancelled ones say so. */
PAGE(unit_ics, .at = "GET /units/{id}/gatherings.ics", .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}))
{
    struct desk k = req_desk(q);
    struct gathering_filter f = {.unit_id = param_int(q, "id"),
                                 .from_ms = q->now - FEED_BACK_MS,
                                 .is_public = true,
                                 .most = FEED_MOST};
    const struct unit *u = unit_by_id(q->district->units, f.unit_id);
    struct val *rows = val_list(q->a);

    if (!gathering_list(&k, &f, rows, &q->err))
        return false;
    calendar_of(q, u ? u->name : S(""), rows);
    return true;
}

/* A person's own, by an address that nobody can guess: phones' calendars do not sign in. */
PAGE(person_ics, .at = "GET /calendars/{code}.ics", .who = WHO_ANYONE, .per_minute = 60,
     .params = PARAMS({"code", PARAM_TEXT, .max = 60}))
{
    struct desk k = req_desk(q);
    struct actor *who = NEW(q->a, struct actor);
    struct val *rows = val_list(q->a);
    int64_t person = person_of_feed(&k, param_str(q, "code"));

    if (!person)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such calendar.");
    actor_load(&k, person, who);
    k.actor = who;
    gathering_mine(&k, rows);
    calendar_of(q, who->name, rows);
    return true;
}
