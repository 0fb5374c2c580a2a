#include "http/app.h"

#include "base/embed.h"
#include "base/file.h"

#include <sodium.h>
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

bool app_init(struct app *app, struct arena *boot, struct district *d, struct err *e)
{
    static const unsigned char purpose[] = "forms and receipt cookies";

    if (sodium_init() < 0)
        die("libsodium does not start");
    *app = (struct app){.boot = boot};
    atomic_init(&app->district, d);
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
