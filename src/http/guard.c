/*
 * Who may: one place. Tokens: a session's own csrf for those signed in; for guests a form token,
 * which is the time and a keyed hash of it, so that a form can only have come from a page of ours
 * that is at most 12 hours old. A receipt cookie is made the same way over the report's id.
 */
#include "http/call.h"

#include "civic/session.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define FORM_TOKEN_MS     (12 * HOUR_MS)
#define RECEIPT_COOKIE_MS (2 * HOUR_MS)
#define GUEST_PER_MINUTE  240

/* ---- signed words ------------------------------------------------------ */

/* "purpose.number.until.mac" without the purpose, which only goes into the hash. */
static struct str sign(const struct app *app, struct arena *a, const char *purpose, int64_t number,
                       int64_t until)
{
    struct str text = str_format(a, "%s.%lld.%lld", purpose, (long long)number, (long long)until);
    unsigned char mac[16];
    char hex[33];

    crypto_generichash(mac, sizeof(mac), (const unsigned char *)text.p, text.n, app->form_key,
                       sizeof(app->form_key));
    sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
    return str_format(a, "%lld.%lld.%s", (long long)number, (long long)until, hex);
}

static bool read_digits(struct str s, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || i == 17)
            return false;
        *out = *out * 10 + (s.p[i] - '0');
    }
    return s.n > 0;
}

static bool same(struct str a, struct str b)
{
    return a.n == b.n && a.n && sodium_memcmp(a.p, b.p, a.n) == 0;
}

static bool signed_well(const struct app *app, struct arena *a, const char *purpose, int64_t now,
                        struct str text, int64_t *number)
{
    struct str first, second, rest = str_cut(text, '.', &first);
    int64_t until;

    (void)str_cut(rest, '.', &second);
    return read_digits(first, number) && read_digits(second, &until) && now < until &&
           same(sign(app, a, purpose, *number, until), text);
}

struct str form_token(const struct app *app, struct arena *a, int64_t now)
{
    /* By the minute, so that a page shown twice is the same page. */
    return sign(app, a, "form", 0, (now / MINUTE_MS) * MINUTE_MS + FORM_TOKEN_MS);
}

/* ---- who asks ---------------------------------------------------------- */

static const struct call *call_of(const struct req *q)
{
    return (const struct call *)(const void *)((const char *)q - offsetof(struct call, q));
}

struct str req_cookie(const struct req *q, const char *name)
{
    return cookie_get(call_of(q)->asked.cookie, str_of(name));
}

void report_remember(struct req *q, int64_t report)
{
    const struct app *app = call_of(q)->app;
    struct str text = sign(app, q->a, "report", report, q->now + RECEIPT_COOKIE_MS);

    q->cookie = str_format(q->a, "report=%.*s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld",
                           STR_ARG(text), (long long)(RECEIPT_COOKIE_MS / 1000));
}

static struct str bearer(struct str authorization)
{
    struct str scheme, token = str_cut(authorization, ' ', &scheme);

    return str_eq_nocase(scheme, S("Bearer")) ? str_trim(token) : S("");
}

struct opening {
    struct call *c;
    struct session session;
    bool found;
};

static bool open_session(struct db *db, void *arg, struct err *e)
{
    struct opening *o = arg;
    struct desk k = req_desk(&o->c->q);

    (void)e;
    k.db = db;
    o->found = session_open(&k, o->c->key, &o->session);
    return true;
}

static bool load(struct call *c, struct db *db)
{
    struct opening o = {.c = c};
    uint64_t version = actors_version(c->app->actors);

    if (!db_read(db, open_session, &o, &c->refused))
        return false;
    if (!o.found)
        return true;
    c->actor = o.session.actor;
    c->unit = o.session.unit;
    c->touch = !c->actor.by_token && c->q.now - o.session.seen_at > SESSION_TOUCH_MS;
    actors_put(c->app->actors, c->key, c->q.now, version, &(struct known){c->actor, c->unit});
    return true;
}

bool call_known(struct call *c, struct db *db)
{
    struct str token = bearer(c->asked.authorization);
    struct str receipt = cookie_get(c->asked.cookie, S("report"));
    bool by_header = token.n > 0;
    struct known found;
    int64_t report;

    if (c->known)
        return true;
    if (!by_header)
        token = cookie_get(c->asked.cookie, S("session"));
    c->has_key = session_key(token, c->key);
    if (c->has_key && actors_find(c->app->actors, c->key, c->q.now, &c->a, &found)) {
        c->actor = found.actor;
        c->unit = found.unit;
    } else if (c->has_key) {
        if (!db)
            return false;
        c->known = true;
        if (!load(c, db))
            return true; /* refused: busy */
    }
    c->known = true;
    /* A cookie must not carry an API token, nor a header a session: each is guarded its own way. */
    if (c->actor.person && c->actor.by_token != by_header)
        c->actor = (struct actor){0};
    if (receipt.n && signed_well(c->app, &c->a, "report", c->q.now, receipt, &report))
        c->actor.report = report;
    c->sign_in = by_header && !c->actor.person;
    if (c->sign_in)
        (void)refuse(&c->refused, ERR_DENIED, NULL, "This token is not known or has expired.");
    return true;
}

/* ---- what they may ----------------------------------------------------- */

static bool csrf_fits(struct call *c)
{
    const struct sent *f = form_find(&c->form, S("csrf"));
    struct str token = c->asked.csrf.n               ? c->asked.csrf
                       : f && f->val.kind == VAL_STR ? f->val.str
                                                     : S("");
    int64_t zero;

    if (c->actor.by_token)
        return true;
    if (c->actor.person)
        return same(token, c->actor.csrf);
    if (str_starts(c->asked.content_type, S("application/json")))
        return true; /* no other site's form can send it, and a guest has nothing to lose */
    return signed_well(c->app, &c->a, "form", c->q.now, token, &zero);
}

static bool guard_csrf(struct call *c)
{
    if (c->is_get || csrf_fits(c))
        return true;
    if (c->route.page->no_csrf) {
        c->actor = (struct actor){0};
        return true;
    }
    return refuse(&c->refused, ERR_DENIED, NULL,
                  "This form was open for too long. Please check it and send it again.");
}

static bool guard_rate(struct call *c)
{
    const struct page *p = c->route.page;
    int usual = c->is_get || c->actor.person ? 0 : GUEST_PER_MINUTE;
    int most = p->per_minute ? p->per_minute : usual;

    if (!most || c->actor.by_token)
        return true;
    return buckets_take(c->app->buckets, c->asked.address, p->per_minute ? p : NULL, most, c->q.now,
                        &c->wait_s) ||
           refuse(&c->refused, ERR_TOO_MANY, NULL,
                  "Too many requests from your network. Please wait %d seconds.", c->wait_s);
}

bool call_guard(struct call *c)
{
    const struct page *p = c->route.page;

    c->sign_in = p->who == WHO_STAFF && !c->actor.person;
    if (c->sign_in)
        return refuse(&c->refused, ERR_DENIED, NULL, "Please sign in first.");
    if (p->who == WHO_CODE && !c->actor.person && !c->actor.report)
        return refuse(&c->refused, ERR_DENIED, NULL, "Please enter your receipt code first.");
    if (p->right && !actor_may_somewhere(&c->actor, str_of(p->right)))
        return refuse(&c->refused, ERR_DENIED, NULL, "Your posts do not allow this.");
    c->entered = true; /* from here on a refused form may be shown again */
    return guard_rate(c) && guard_csrf(c);
}

bool path_is_local(struct str path)
{
    if (path.n == 0 || path.n > 2000 || path.p[0] != '/' ||
        (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\')))
        return false;
    for (size_t i = 0; i < path.n; i++) {
        if ((unsigned char)path.p[i] <= ' ' || path.p[i] == 127)
            return false;
    }
    return true;
}
