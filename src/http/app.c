#include "http/app.h"

#include "base/embed.h"
#include "base/file.h"
#include "civic/district.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static bool template_source(void *arg, struct str name, struct str *text, enum lang lang)
{
    struct app *app = arg;
    struct str file = str_format(app->boot, "templates/%.*s.html", STR_ARG(name));
    const struct embedded *it = embed_get(file);
    struct err e = {0};

    if (!it)
        return false;
    *text = (struct str){it->bytes, it->n};
    if (!text_fill(app->texts, lang, file, text, &e))
        die("%s", e.text);
    return true;
}

static bool source_zh(void *arg, struct str name, struct str *text)
{
    return template_source(arg, name, text, LANG_ZH);
}

static bool source_en(void *arg, struct str name, struct str *text)
{
    return template_source(arg, name, text, LANG_EN);
}

static bool load_templates(struct app *app, struct err *e)
{
    const struct embedded *it = NULL;

    app->set[LANG_ZH] = (struct tmpl_set){app->boot, true, source_zh, app, NULL, 0};
    app->set[LANG_EN] = (struct tmpl_set){app->boot, true, source_en, app, NULL, 0};
    while ((it = embed_next(it, S("templates/")))) {
        struct str name = {it->name + 10, strlen(it->name) - 10};

        if (name.n < 5 || memcmp(name.p + name.n - 5, ".html", 5) != 0)
            continue;
        name.n -= 5;
        for (enum lang lang = 0; lang < LANGS; lang++) {
            if (!tmpl_get(&app->set[lang], name, e))
                return false;
        }
    }
    LIST_EACH (pages, struct page, p) {
        if ((*p)->template && !app_template(app, LANG_ZH, (*p)->template))
            return refuse(e, ERR_NOT_FOUND, NULL, "%s: there is no templates/%s.html", (*p)->where,
                          (*p)->template);
    }
    return true;
}

const struct tmpl *app_template(struct app *app, enum lang lang, const char *name)
{
    for (const struct tmpl *t = app->set[lang].first; t; t = tmpl_next(t)) {
        if (tmpl_is(t, str_of(name)))
            return t;
    }
    return NULL;
}

static struct str type_of(struct str path)
{
    static const struct {
        const char *end, *type;
    } types[] = {
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".webmanifest", "application/manifest+json"},
    };

    for (size_t i = 0; i < COUNT(types); i++) {
        size_t n = strlen(types[i].end);

        if (path.n > n && memcmp(path.p + path.n - n, types[i].end, n) == 0)
            return str_of(types[i].type);
    }
    return S("application/octet-stream");
}

static void load_assets(struct app *app)
{
    const struct embedded *it = NULL;
    crypto_generichash_state all;
    unsigned char hash[16];
    char short_hex[13];
    size_t n = 0;

    crypto_generichash_init(&all, NULL, 0, 16);
    while ((it = embed_next(it, S("assets/"))))
        n++;
    app->asset = NEW_ARRAY(app->boot, struct asset, n + 1);
    while ((it = embed_next(it, S("assets/")))) {
        struct asset *as = &app->asset[app->assets++];
        char hex[33];

        as->path = str_of(it->name + 7);
        as->bytes = (struct str){it->bytes, it->n};
        as->type = type_of(as->path);
        crypto_generichash(hash, sizeof(hash), (const unsigned char *)it->bytes, it->n, NULL, 0);
        sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
        as->etag = str_format(app->boot, "\"%s\"", hex);
        crypto_generichash_update(&all, hash, sizeof(hash));
    }
    crypto_generichash_final(&all, hash, sizeof(hash));
    sodium_bin2hex(short_hex, sizeof(short_hex), hash, 6);
    app->assets_hash = str_copy(app->boot, str_of(short_hex));
    app->assets_at = str_format(app->boot, "/assets/%s", short_hex);
}

const struct asset *app_asset(const struct app *app, struct str path)
{
    for (size_t i = 0; i < app->assets; i++) {
        if (str_eq(app->asset[i].path, path))
            return &app->asset[i];
    }
    return NULL;
}

static void drop_spares(void *arg)
{
    struct app *app = arg;

    while (app->spares)
        arena_reset(&app->spare[--app->spares]);
}

/* ---- the district -------------------------------------------------------- */

struct district *app_district(struct app *app)
{
    struct district *d;

    pthread_mutex_lock(&app->district_lock);
    d = app->district;
    ++*d->holders;
    pthread_mutex_unlock(&app->district_lock);
    return d;
}

void app_let_go(struct app *app, struct district *d)
{
    bool last;

    pthread_mutex_lock(&app->district_lock);
    last = --*d->holders == 0;
    pthread_mutex_unlock(&app->district_lock);
    if (last)
        district_drop(d);
}

void app_renew(struct app *app, struct db *db)
{
    struct district *was = app->district, *now; /* nobody but this thread ever puts another here */
    struct err e = {0};

    if (!district_renew(was, db, &now, &e))
        (void)fprintf(stderr, "yingshao: what changed in the district cannot be taken up: %s\n",
                      e.text);
    if (!now)
        return;
    *now->holders = 1;
    pthread_mutex_lock(&app->district_lock);
    app->district = now;
    pthread_mutex_unlock(&app->district_lock);
    actors_forget(app->actors);
    app_let_go(app, was);
}

static void drop_district(void *arg)
{
    struct app *app = arg;

    app_let_go(app, app->district);
}

/* ---- the beginning ------------------------------------------------------- */

bool app_init(struct app *app, struct arena *boot, struct district *d, struct err *e)
{
    static const unsigned char purpose[] = "forms and receipt cookies";

    if (sodium_init() < 0)
        die("libsodium does not start");
    *app = (struct app){.boot = boot};
    pthread_mutex_init(&app->district_lock, NULL);
    app->district = d;
    d->holders = NEW(boot, int);
    *d->holders = 1; /* the app itself */
    arena_defer(boot, drop_district, app);
    arena_defer(boot, drop_spares, app);
    crypto_generichash(app->form_key, sizeof(app->form_key), purpose, sizeof(purpose), d->keys.code,
                       sizeof(d->keys.code));
    app->routes = routes_build(boot);
    app->actors = actors_new(boot);
    app->buckets = buckets_new(boot);
    load_assets(app);
    return texts_load(boot, &app->texts, e) && load_templates(app, e);
}

int64_t app_now(const struct app *app)
{
    struct arena a;
    struct err e = {0};
    struct str text;
    int64_t ms = 0;

    if (!app->clock_file.n)
        return when_now();
    arena_init(&a, 1 << 17);
    if (file_read(&a, app->clock_file.p, 64, &text, &e)) {
        for (size_t i = 0; i < text.n && i < 15 && text.p[i] >= '0' && text.p[i] <= '9'; i++)
            ms = ms * 10 + (text.p[i] - '0');
    }
    arena_reset(&a);
    return ms ? ms : when_now();
}
