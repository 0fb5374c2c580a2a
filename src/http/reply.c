/*
 * Every byte that leaves: status by the refusal's kind, the view as HTML or JSON, and the headers
 * that keep browsers safe, which are set here and only here.
 */
#include "http/call.h"

#include "base/utf8.h"

#include <string.h>

static const int status_by_kind[ERR_KIND_COUNT] = {
    [ERR_NONE] = 200,     [ERR_INVALID] = 422,   [ERR_DENIED] = 403,   [ERR_NOT_FOUND] = 404,
    [ERR_CONFLICT] = 409, [ERR_TOO_LARGE] = 413, [ERR_TOO_MANY] = 429, [ERR_BUSY] = 503,
};

static const char *const status_titles[ERR_KIND_COUNT] = {
    [ERR_NONE] = "OK",
    [ERR_INVALID] = "Unprocessable Content",
    [ERR_DENIED] = "Forbidden",
    [ERR_NOT_FOUND] = "Not Found",
    [ERR_CONFLICT] = "Conflict",
    [ERR_TOO_LARGE] = "Content Too Large",
    [ERR_TOO_MANY] = "Too Many Requests",
    [ERR_BUSY] = "Service Unavailable",
};

int status_of(const struct err *e)
{
    return status_by_kind[e->kind];
}

static int status_here(const struct call *c)
{
    if (c->refused.kind == ERR_NOT_FOUND && c->route.known && !c->route.page)
        return 405;
    return c->sign_in && c->refused.kind == ERR_DENIED ? 401 : status_of(&c->refused);
}

static void put_header(struct reply *r, const char *name, struct str value)
{
    if (r->headers == HEADERS_MAX)
        die("too many headers");
    r->header[r->headers++] = (struct header){name, value};
}

/* Who has such an address, as /rate/{code}, may answer in somebody's place. */
static bool address_is_secret(const struct call *c)
{
    return c->route.page && strstr(c->route.page->at, "{code}");
}

static void put_safety(struct call *c, struct reply *r)
{
    put_header(r, "Content-Security-Policy",
               S("default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                 "form-action 'self'; frame-ancestors 'none'"));
    put_header(r, "X-Content-Type-Options", S("nosniff"));
    put_header(r, "Referrer-Policy", address_is_secret(c) ? S("no-referrer") : S("same-origin"));
    if (str_eq(c->asked.proto, S("https")))
        put_header(r, "Strict-Transport-Security", S("max-age=31536000"));
}

static void put_cookie(struct call *c, struct reply *r, struct str cookie)
{
    if (!cookie.n)
        return;
    if (str_eq(c->asked.proto, S("https")))
        cookie = str_format(&c->a, "%.*s; Secure", STR_ARG(cookie));
    put_header(r, "Set-Cookie", cookie);
}

static struct str taste_cookie(struct call *c, const char *name, struct str value)
{
    return value.n ? str_format(&c->a, "%s=%.*s; Path=/; SameSite=Lax; Max-Age=31536000", name,
                                STR_ARG(value))
                   : S("");
}

/* Headers of everything but assets. */
static void put_common(struct call *c, struct reply *r, struct str cache)
{
    put_safety(c, r);
    put_header(r, "Cache-Control", cache);
    put_cookie(c, r, taste_cookie(c, "lang", c->lang_cookie));
    if (c->refused.kind == ERR_NONE || c->ran)
        put_cookie(c, r, c->q.cookie);
    if (c->refused.kind == ERR_BUSY || c->refused.kind == ERR_TOO_MANY)
        put_header(r, "Retry-After", str_format(&c->a, "%d", c->wait_s ? c->wait_s : 1));
    if (r->status == 405)
        put_header(r, "Allow", c->route.allow);
    if (r->status == 401 && c->asked.authorization.n)
        put_header(r, "WWW-Authenticate", S("Bearer"));
}

static struct str refusal_text(struct call *c)
{
    return err_text(&c->a, c->app->texts, c->lang, &c->refused);
}

/* ---- JSON -------------------------------------------------------------- */

/* RFC 9457, with the sentence also under `error` and the field at fault. */
static void reply_problem(struct call *c, struct reply *r)
{
    struct buf b = {.arena = &c->a};
    struct val *v = val_map(&c->a);
    struct str text = refusal_text(c);

    r->status = status_here(c);
    set_str(v, "type", S("about:blank"));
    set_str(v, "title",
            r->status == 401   ? S("Unauthorized")
            : r->status == 405 ? S("Method Not Allowed")
                               : str_of(status_titles[c->refused.kind]));
    set_int(v, "status", r->status);
    set_str(v, "detail", text);
    set_str(v, "error", text);
    set_str(v, "field", str_of(c->refused.field));
    json_write(&b, v);
    r->body = buf_str(&b);
    put_common(c, r, S("no-store"));
    put_header(r, "Content-Type", S("application/problem+json"));
}

static void reply_json(struct call *c, struct reply *r)
{
    struct buf b = {.arena = &c->a};

    if (c->q.see_other.n) {
        struct val v = {.kind = VAL_MAP, .arena = &c->a};

        set_str(&v, "see", c->q.see_other);
        v.first->next = c->q.view->first;
        json_write(&b, &v);
    } else {
        json_write(&b, c->q.view);
    }
    r->status = 200;
    r->body = buf_str(&b);
    put_common(c, r, S("no-store"));
    put_header(r, "Content-Type", S("application/json"));
}

/* ---- HTML -------------------------------------------------------------- */

static struct str typed_text(struct call *c, const char *name)
{
    const struct val *v = c->q.params ? val_get(c->q.params, str_of(name)) : NULL;
    const struct sent *f = form_find(&c->form, str_of(name));

    if (f && f->val.kind == VAL_STR)
        return f->val.str;
    return val_words(&c->a, v);
}

static void type_param(struct call *c, const struct param *p, struct val *typed, struct val *wrong)
{
    bool here = c->refused.field && strcmp(c->refused.field, p->name) == 0;

    if (val_get(wrong, str_of(p->name)))
        return;
    set_str(wrong, p->name, here ? refusal_text(c) : S(""));
    if (p->kind != PARAM_FILES && p->kind != PARAM_REST)
        set_str(typed, p->name, typed_text(c, p->name));
}

/* What any of the pages takes whose form this template shows: one may have several. */
static void set_typed(struct call *c, struct val *root, const char *template)
{
    struct val *typed = NULL, *wrong = NULL;

    LIST_EACH (pages, struct page, it) {
        if (!(*it)->again || strcmp((*it)->template, template) != 0)
            continue;
        if (!typed) {
            typed = set_map(root, "typed");
            wrong = set_map(root, "wrong");
        }
        for (size_t i = 0; i < (*it)->n_params; i++)
            type_param(c, &(*it)->params[i], typed, wrong);
    }
    if (typed && !val_get(c->q.view, S("error")))
        set_str(root, "error", c->refused.kind ? refusal_text(c) : S(""));
}

static bool may_see(const struct call *c, const struct page *p)
{
    return (p->who != WHO_STAFF || c->actor.person) &&
           (!p->right || actor_may_somewhere(&c->actor, str_of(p->right)));
}

#define NAV_MAX 40

/* Whether the page lies at or below this entry: "/matters/12" is in "/matters". */
static bool lies_in(struct str path, struct str entry)
{
    return str_starts(path, entry) && (path.n == entry.n || path.p[entry.n] == '/');
}

static void set_nav(struct call *c, struct val *page)
{
    const struct page *all[NAV_MAX];
    struct val *nav = set_list(page, "nav");
    struct str path, best = S("");
    size_t n = 0;

    LIST_EACH (pages, struct page, it) {
        size_t at = n;

        if (!(*it)->nav || !may_see(c, *it) || n == NAV_MAX)
            continue;
        for (; at > 0 && all[at - 1]->nav_at > (*it)->nav_at; at--)
            all[at] = all[at - 1];
        all[at] = *it;
        n++;
        (void)page_method(*it, &path);
        if (lies_in(c->q.path, path) && path.n > best.n)
            best = path;
    }
    for (size_t i = 0; i < n; i++) {
        struct val *entry = add_map(nav);

        (void)page_method(all[i], &path);
        set_str(entry, "href", path);
        set_str(entry, "text", text_of(c->app->texts, c->lang, all[i]->nav));
        set_str(entry, "tab", all[i]->tab ? text_of(c->app->texts, c->lang, all[i]->tab) : S(""));
        set_bool(entry, "current", str_eq(path, best));
    }
}

static void set_me(struct call *c, struct val *page)
{
    struct val *me;

    if (!c->actor.person) {
        set_str(page, "me", S(""));
        return;
    }
    me = set_map(page, "me");
    set_bool(me, "signed_in", true);
    set_str(me, "name", c->actor.name);
    set_str(me, "unit", c->unit);
}

/* Where this page stands: of a form that was refused, the nearest page above where it was sent to,
 * as that takes no GET. */
static struct str page_path(struct call *c)
{
    struct route above = {0};
    struct str path;

    (void)str_cut(c->asked.target, '?', &path);
    if (c->is_get)
        return c->q.path;
    for (; path.n; path.n--) {
        route_find(c->app->routes, &c->a, S("GET"), path, &above);
        if (above.page && above.page->template)
            return above.path;
        while (path.n > 1 && path.p[path.n - 1] != '/')
            path.n--;
    }
    return S("/");
}

/* The same address in the other language: path and query without lang. */
static void set_other(struct call *c, struct val *page)
{
    struct val *other = set_map(page, "other");
    struct str to = c->lang == LANG_EN ? S("zh") : S("en"), rest = c->q.query, pair;
    struct buf b = {.arena = &c->a};

    percent_encode(&b, page_path(c));
    buf_put(&b, S("?lang="));
    buf_put(&b, to);
    while (rest.n) {
        rest = str_cut(rest, '&', &pair);
        if (str_starts(pair, S("lang=")))
            continue;
        buf_put(&b, S("&"));
        buf_put(&b, pair);
    }
    set_str(other, "lang", c->lang == LANG_EN ? S("zh-CN") : S("en"));
    set_str(other, "href", buf_str(&b));
}

static struct str title_of(struct call *c, const char *template, struct str otherwise)
{
    struct str key = str_format(&c->a, "%s.title", template), text;
    char *p = NEW_ARRAY(&c->a, char, key.n + 1);

    for (size_t i = 0; i < key.n; i++)
        p[i] = key.p[i] == '/' ? '.' : key.p[i];
    return text_find(c->app->texts, c->lang, (struct str){p, key.n}, &text) ? text : otherwise;
}

static void set_page(struct call *c, struct val *root, const char *template)
{
    const struct district *d = c->q.district;
    struct val *page = set_map(root, "page");
    bool en = c->lang == LANG_EN;
    struct str brand = !d->pack ? S("") : en ? d->pack->brand.en : d->pack->brand.zh;

    set_str(page, "lang", en ? S("en") : S("zh-CN"));
    set_bool(page, "en", en);
    set_str(page, "path", c->q.path);
    set_str(page, "assets", c->app->assets_at);
    set_str(page, "title", title_of(c, template, d->name));
    set_str(page, "csrf", c->actor.person ? c->actor.csrf : form_token(c->app, &c->a, c->q.now));
    set_str(page, "district", d->name);
    set_str(page, "brand", brand.n ? brand : d->name);
    set_str(page, "icon",
            d->pack && d->pack->brand_icon.n ? d->pack->brand_icon : S("building-community"));
    set_str(page, "error", c->refused.kind ? refusal_text(c) : S(""));
    set_str(page, "field", str_of(c->refused.field));
    set_me(c, page);
    set_nav(c, page);
    set_other(c, page);
}

static struct str render(struct call *c, const char *template)
{
    const struct tmpl *t = app_template(c->app, c->lang, template);
    struct val root = {.kind = VAL_MAP, .arena = &c->a};
    struct buf b = {.arena = &c->a};
    struct err e = {0};

    set_page(c, &root, template);
    set_typed(c, &root, template);
    root.last->next = c->q.view->first;
    if (!t || !tmpl_render(&b, t, &root, &e))
        die("%s", t ? e.text : template);
    return buf_str(&b);
}

static void reply_html(struct call *c, struct reply *r, const char *template)
{
    r->body = render(c, template);
    put_common(c, r, S("no-store"));
    put_header(r, "Content-Type", S("text/html; charset=utf-8"));
}

static bool run_again(struct db *db, void *arg, struct err *e)
{
    struct call *c = arg;

    c->q.db = db;
    c->q.err = (struct err){0};
    c->q.refused = &c->refused;
    c->q.view = val_map(&c->a);
    c->q.template = NULL;
    if (c->route.page->again(&c->q))
        return true;
    *e = c->q.err;
    return false;
}

/* The form once more, with what was typed. False if it cannot be shown either. */
static bool shown_again(struct call *c, struct reply *r, struct db *db)
{
    struct err e = {0};

    if (!c->entered || !c->route.page->again)
        return false;
    call_typed(c);
    if (!db_read(db, run_again, c, &e))
        return false;
    r->status = status_here(c);
    reply_html(c, r, c->q.template ? c->q.template : c->route.page->template);
    return true;
}

static void reply_refusal(struct call *c, struct reply *r, struct db *db)
{
    if (shown_again(c, r, db))
        return;
    r->status = status_here(c);
    c->q.view = val_map(&c->a);
    set_int(c->q.view, "status", r->status);
    set_str(c->q.view, "error", refusal_text(c));
    set_str(c->q.view, "title",
            req_text(&c->q, r->status == 404   ? "error.missing"
                            : r->status == 403 ? "error.denied"
                            : r->status == 503 ? "error.busy"
                                               : "error.title"));
    reply_html(c, r, "error");
}

/* ---- redirects, bytes -------------------------------------------------- */

/* Bytes past ASCII as percent code: a header is ASCII. */
static struct str ascii_path(struct arena *a, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";
    struct buf b = {.arena = a};

    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        char code[3] = {'%', hex[ch >> 4], hex[ch & 15]};

        buf_put(&b, ch < 128 ? (struct str){s.p + i, 1} : (struct str){code, 3});
    }
    return buf_str(&b);
}

static void reply_see(struct call *c, struct reply *r, struct str where)
{
    if (!path_is_local(where))
        die("%s: redirects to '%.*s'", c->route.page->where, STR_ARG(where));
    r->status = 303;
    put_common(c, r, S("no-store"));
    put_header(r, "Location", ascii_path(&c->a, where));
}

static void reply_bytes(struct call *c, struct reply *r)
{
    struct str cache = S("no-store");

    if (c->q.cache_s)
        cache = str_format(&c->a, "private, max-age=%d, immutable", c->q.cache_s);
    r->status = 200;
    r->body = c->q.bytes;
    put_common(c, r, cache);
    put_header(r, "Content-Type", c->q.type);
    if (c->q.file_name.n) {
        struct buf name = {.arena = &c->a};

        percent_encode(&name, c->q.file_name);
        put_header(r, "Content-Disposition",
                   str_format(&c->a, "attachment; filename*=UTF-8''%.*s", STR_ARG(buf_str(&name))));
    }
}

/* Where somebody who must sign in goes first, and where to afterwards. */
static struct str sign_in_path(struct call *c)
{
    struct buf b = {.arena = &c->a};

    buf_put(&b, S("/login?next="));
    percent_encode(&b, c->q.path);
    if (c->q.query.n) {
        buf_put(&b, S("%3F"));
        percent_encode(&b, c->q.query);
    }
    return buf_str(&b);
}

bool call_wants_html(const struct call *c)
{
    if (c->q.as_json)
        return false;
    if (c->refused.kind)
        return !(c->sign_in && c->is_get);
    return !c->q.see_other.n && !c->q.type.n;
}

void call_answer(struct call *c, struct db *db)
{
    struct reply *r = &c->reply;

    if (c->refused.kind && c->sign_in && c->is_get && !c->q.as_json && c->route.page)
        reply_see(c, r, sign_in_path(c));
    else if (c->refused.kind && c->q.as_json)
        reply_problem(c, r);
    else if (c->refused.kind)
        reply_refusal(c, r, db);
    else if (c->q.type.n)
        reply_bytes(c, r);
    else if (c->q.as_json)
        reply_json(c, r);
    else if (c->q.see_other.n)
        reply_see(c, r, c->q.see_other);
    else {
        r->status = 200;
        reply_html(c, r, c->q.template ? c->q.template : c->route.page->template);
    }
}

void call_refuse(struct call *c, enum err_kind kind, int wait_s)
{
    c->q.as_json = true; /* no time for a page */
    c->refused = (struct err){0};
    c->wait_s = wait_s;
    if (kind == ERR_TOO_LARGE)
        (void)refuse(&c->refused, kind, NULL, "This is too large to be sent.");
    else
        (void)refuse(&c->refused, kind, NULL, "The server is busy. Please try again in a moment.");
    c->reply = (struct reply){0};
    reply_problem(c, &c->reply);
}

void reply_asset(struct call *c, const struct asset *as)
{
    struct reply *r = &c->reply;
    bool same = str_eq(c->asked.if_none_match, as->etag);

    r->status = same ? 304 : 200;
    r->body = same ? S("") : as->bytes;
    r->forever = true;
    put_safety(c, r);
    put_header(r, "Cache-Control",
               c->asset_forever ? S("public, max-age=31536000, immutable")
                                : S("public, max-age=300"));
    put_header(r, "ETag", as->etag);
    put_header(r, "Content-Type", as->type);
}
