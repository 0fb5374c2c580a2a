#include "http/call.h"

#include <string.h>

struct call *call_new(struct app *app)
{
    struct arena a;
    struct call *c;

    if (app->spares)
        a = app->spare[--app->spares];
    else
        arena_init(&a, ARENA_MAX_CALL);
    c = NEW(&a, struct call);
    c->a = a; /* the arena lies in its own first chunk from here on */
    c->app = app;
    c->form.a = c->q.a = &c->a;
    c->q.session = c->key;
    c->body.arena = &c->a;
    return c;
}

void call_end(struct call *c)
{
    struct app *app = c->app;
    struct arena a = c->a; /* c lies in it, and goes with it */

    if (c->q.district)
        app_let_go(app, c->q.district);
    if (app->spares == SPARE_MAX) {
        arena_reset(&a);
        return;
    }
    arena_clear(&a);
    app->spare[app->spares++] = a;
}

/* ?lang= changes the language, now and from now on. */
static void take_lang(struct call *c)
{
    const struct sent *lang = form_find(&c->form, S("lang"));
    struct str cookie = cookie_get(c->asked.cookie, S("lang"));

    if (lang && (str_eq(lang->val.str, S("zh")) || str_eq(lang->val.str, S("en"))))
        cookie = c->lang_cookie = lang->val.str;
    c->lang = lang_of(cookie.n ? cookie : accept_lang(c->asked.accept_language));
    c->q.lang = c->lang == LANG_EN ? S("en") : S("zh");
}

static bool is_method_get(struct str m)
{
    return str_eq(m, S("GET")) || str_eq(m, S("HEAD"));
}

static bool takes_files(const struct page *p)
{
    for (size_t i = 0; p && i < p->n_params; i++) {
        if (p->params[i].kind == PARAM_FILES)
            return true;
    }
    return false;
}

void call_route(struct call *c)
{
    struct str path;

    c->q.query = str_cut(c->asked.target, '?', &path);
    route_find(c->app->routes, &c->a, c->asked.method, path, &c->route);
    c->q.method = c->asked.method;
    c->q.path = c->route.path;
    c->is_get = is_method_get(c->asked.method);
    c->body_max = takes_files(c->route.page) ? BODY_FILES_MAX : BODY_MAX;
}

static bool is_asset(struct call *c)
{
    struct str prefix = S("/assets/"), path, first, rest;
    const struct asset *as;

    (void)str_cut(c->asked.target, '?', &path);
    if (!c->is_get || !str_starts(path, prefix))
        return false;
    path = (struct str){path.p + prefix.n, path.n - prefix.n};
    rest = str_cut(path, '/', &first);
    /* /assets/HASH/gov.css may be kept for ever: another content has another hash. */
    c->asset_forever = str_eq(first, c->app->assets_hash);
    as = app_asset(c->app, c->asset_forever ? rest : path);
    if (as)
        reply_asset(c, as);
    return as != NULL;
}

static bool read_form(struct call *c)
{
    if (!form_query(&c->form, c->q.query, &c->refused))
        return false;
    take_lang(c);
    return c->is_get || form_body(&c->form, c->asked.content_type, c->asked.body, &c->refused);
}

/* Who asks is known: may they, and did they say what the page needs? */
static void enter(struct call *c)
{
    struct str key = c->asked.request_key;
    const struct sent *f = form_find(&c->form, S("request_key"));

    if (c->refused.kind)
        return;
    if (!c->route.page) {
        if (c->route.known)
            (void)refuse(&c->refused, ERR_NOT_FOUND, NULL, "This page cannot be used that way.");
        else
            (void)refuse(&c->refused, ERR_NOT_FOUND, NULL, "There is no such page.");
        return;
    }
    if (f && f->val.kind == VAL_STR)
        key = f->val.str;
    if (key.n <= 80)
        c->q.request_key = key;
    c->q.actor = &c->actor;
    c->q.params = val_map(&c->a);
    if (call_guard(c))
        (void)call_params(c);
}

/* What this request needs before it may queue for the writer, or NULL. */
static bool (*preparation(const struct call *c))(struct req *q)
{
    const struct page *p = c->route.page;

    return p->prepare_files && c->q.files ? p->prepare_files : p->prepare;
}

static enum stage after_entering(struct call *c)
{
    if (c->refused.kind && call_wants_html(c))
        return STAGE_READER;
    if (c->refused.kind) {
        call_answer(c, NULL);
        return STAGE_DONE;
    }
    return c->is_get || preparation(c) ? STAGE_READER : STAGE_WRITER;
}

/* Only letters that a host can have: it goes into what people print and scan. */
static struct str base_of(struct call *c)
{
    struct str host = c->asked.host;
    bool secure = str_eq(c->asked.proto, S("https"));

    for (size_t i = 0; i < host.n; i++) {
        unsigned char h = (unsigned char)host.p[i] | 0x20;

        if (!(h >= 'a' && h <= 'z') && !(host.p[i] >= '0' && host.p[i] <= ':') &&
            !strchr(".-[]", host.p[i]))
            return S("");
    }
    if (!host.n || host.n > 255)
        return S("");
    return str_format(&c->a, "%s://%.*s", secure ? "https" : "http", STR_ARG(host));
}

enum stage call_begin(struct call *c)
{
    c->q.now = app_now(c->app);
    c->q.done_to = atomic_load(&c->app->done_to);
    c->q.district = app_district(c->app);
    c->q.actor = &c->actor;
    c->q.view = val_map(&c->a);
    c->q.address = c->asked.address;
    c->q.base = base_of(c);
    c->q.texts = c->app->texts;
    c->q.as_json = c->route.as_json || accept_json(c->asked.accept) ||
                   str_starts(c->asked.content_type, S("application/json"));
    if (is_asset(c))
        return STAGE_DONE;
    if (!read_form(c))
        c->q.lang = c->lang == LANG_EN ? S("en") : S("zh");
    if (!call_known(c, NULL))
        return STAGE_READER;
    enter(c);
    return after_entering(c);
}

static bool run_page(struct db *db, void *arg, struct err *e)
{
    struct call *c = arg;

    c->q.db = db;
    c->q.err = (struct err){0};
    c->q.view = val_map(&c->a);
    c->q.template = NULL;
    c->q.see_other = c->q.cookie = c->q.type = c->q.bytes = S("");
    if (c->route.page->run(&c->q))
        return true;
    *e = c->q.err;
    return false;
}

static enum stage finish(struct call *c, struct db *db)
{
    call_answer(c, db);
    return STAGE_DONE;
}

enum stage call_read(struct call *c, struct db *db)
{
    bool (*prepare)(struct req * q);

    if (!c->known) {
        (void)call_known(c, db);
        enter(c);
    }
    if (c->refused.kind || c->ran)
        return finish(c, db);
    if (c->is_get) {
        c->entered = false; /* a refused GET has no form to show again */
        if (db_read(db, run_page, c, &c->refused) && c->q.err.kind)
            c->refused = c->q.err;
        return finish(c, db);
    }
    prepare = preparation(c);
    if (prepare && !c->prepared) {
        c->q.db = db;
        c->prepared = true;
        if (!prepare(&c->q)) {
            c->refused = c->q.err;
            return finish(c, db);
        }
    }
    return STAGE_WRITER;
}

bool call_run(struct db *db, void *call, struct err *e)
{
    return run_page(db, call, e);
}

enum stage call_ran(struct call *c)
{
    c->ran = c->job.done;
    if (!c->job.done)
        c->refused = c->job_err;
    else if (c->q.err.kind) /* what it wrote stays, and it was refused */
        c->refused = c->q.err;
    if (c->q.actors_changed)
        actors_forget(c->app->actors);
    return call_wants_html(c) ? STAGE_READER : STAGE_DONE;
}

void call_done(struct call *c)
{
    if (!c->reply.status)
        call_answer(c, NULL);
}
