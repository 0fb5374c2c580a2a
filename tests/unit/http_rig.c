#include "http_rig.h"

#include "civic/session.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Pages that only tests have. */

STMT(rig_setting_put, "INSERT INTO setting (district, name, value) VALUES ($1, $2, $3)"
                      " ON CONFLICT (district, name) DO UPDATE SET value = excluded.value");
STMT(rig_setting_get, "SELECT s.value FROM setting s WHERE s.district = $1 AND s.name = $2");

PAGE(rig_get, .at = "GET /test/settings/{name}", .template = "error", .who = WHO_ANYONE,
     .params = PARAMS({"name", PARAM_TEXT}))
{
    struct rows r =
        db_query(q->db, q->a, rig_setting_get, ARG(q->district->code), ARG(param_str(q, "name")));

    if (!rows_next(&r))
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
    set_int(q->view, "status", 200);
    set_str(q->view, "error", row_str(&r, 0));
    set_bool(q->view, "sign_in", false);
    rows_end(&r);
    return true;
}

static bool rig_form(struct req *q)
{
    set_str(q->view, "next", param_str(q, "next"));
    return true;
}

/* Shows the login form again: any form will do. */
PAGE(rig_put, .at = "POST /test/settings", .template = "login", .who = WHO_STAFF,
     .params = PARAMS({"name", PARAM_TEXT, .max = 10, .need = true}, {"password", PARAM_TEXT},
                      {"next", PARAM_TEXT}, {"fields", PARAM_REST}, {"files", PARAM_FILES}),
     .again = rig_form)
{
    struct str name = param_str(q, "name");

    (void)db_run(q->db, rig_setting_put, ARG(q->district->code), ARG(name),
                 ARG(param_str(q, "password")));
    if (str_eq(name, S("bad")))
        return refuse(&q->err, ERR_CONFLICT, "name", "This login name belongs to somebody else.");
    set_int(q->view, "files", q->files ? 1 : 0);
    q->see_other = str_format(q->a, "/test/settings/%.*s", STR_ARG(name));
    return true;
}

PAGE(rig_right, .at = "GET /test/right", .template = "error", .who = WHO_STAFF,
     .right = "matter.read")
{
    set_int(q->view, "status", 200);
    set_str(q->view, "error", S("seen"));
    set_bool(q->view, "sign_in", false);
    return true;
}

PAGE(rig_open_door, .at = "POST /test/open", .who = WHO_ANYONE, .no_csrf = true, .per_minute = 3)
{
    set_int(q->view, "person", q->actor->person);
    q->see_other = S("/");
    return true;
}

STMT(rig_person, "INSERT INTO person (district, id, name, at) VALUES ($1, $2, $3, $4)");

void rig_open(struct rig *r)
{
    static const struct pack nothing; /* no mechanisms, no figures */
    struct err e = {0};

    memset(r, 0, sizeof(*r));
    arena_init(&r->boot, (size_t)512 << 20);
    (void)snprintf(r->folder, sizeof(r->folder), "/tmp/yingshao-rig-XXXXXX");
    cr_assert(mkdtemp(r->folder));
    (void)snprintf(r->path, sizeof(r->path), "%s/yingshao.db", r->folder);
    r->db = db_open(&r->boot, r->path, &e);
    cr_assert(r->db && db_migrate(r->db, &e), "%s", e.text);
    r->reader = db_open_reader(&r->boot, r->path, &e);
    cr_assert(r->reader, "%s", e.text);
    r->district = (struct district){.code = 140214, .name = S("Test"), .pack = &nothing};
    cr_assert(app_init(&r->app, &r->boot, &r->district, &e), "%s", e.text);
}

void rig_close(struct rig *r)
{
    char rest[128];

    arena_reset(&r->boot);
    (void)unlink(r->path);
    (void)snprintf(rest, sizeof(rest), "%s-wal", r->path);
    (void)unlink(rest);
    (void)snprintf(rest, sizeof(rest), "%s-shm", r->path);
    (void)unlink(rest);
    (void)rmdir(r->folder);
}

struct making {
    struct rig *r;
    struct str name, token, csrf;
    bool api;
    int64_t now;
};

static bool make_session(struct db *db, void *arg, struct err *e)
{
    struct making *m = arg;
    int64_t id = 0;
    struct session s;
    struct desk k;
    unsigned char key[32];

    (void)e;
    for (size_t i = 0; i < m->name.n; i++)
        id = id * 31 + m->name.p[i];
    (void)db_run(db, rig_person, ARG((int64_t)140214), ARG(id), ARG(m->name), ARG(m->now));
    k = (struct desk){.db = db, .d = &m->r->district, .a = &m->r->boot, .now = m->now};
    m->token = m->api ? token_new(&k, id, S("test"), m->now + DAY_MS) : session_new(&k, id);
    cr_assert(session_key(m->token, key));
    cr_assert(session_open(&k, key, &s));
    m->csrf = s.actor.csrf;
    return true;
}

static struct making make(struct rig *r, const char *name, bool api)
{
    struct making m = {.r = r, .name = str_of(name), .api = api, .now = app_now(&r->app)};
    struct err e = {0};

    cr_assert(db_write(r->db, make_session, &m, NULL, &e), "%s", e.text);
    return m;
}

struct str rig_session(struct rig *r, const char *name, struct str *csrf)
{
    struct making m = make(r, name, false);

    *csrf = m.csrf;
    return str_format(&r->boot, "session=%.*s", STR_ARG(m.token));
}

struct str rig_token(struct rig *r, const char *name)
{
    return make(r, name, true).token;
}
