/*
 * Every page template renders with its sample, in both languages, as the server would: strict, with
 * typed and wrong set, [[labels]] filled in. With PAGES_TO=DIR the pages are written there, to be
 * looked at.
 */
#include "base/embed.h"
#include "base/file.h"
#include "tmpl/tmpl.h"
#include "val/json.h"
#include "val/yaml.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char *const langs[] = {"zh-CN", "en"};

struct words { /* one language's labels, as maps of files */
    struct arena *a;
    struct val *files;
    const char *lang;
};

static void load_words(struct words *w, struct arena *a, const char *lang)
{
    struct str prefix = str_format(a, "text/%s/", lang);
    const struct embedded *it = NULL;
    struct err e = {0};

    *w = (struct words){a, val_list(a), lang};
    while ((it = embed_next(it, prefix))) {
        struct val *map;

        cr_assert(yaml_read(a, str_of(it->name), (struct str){it->bytes, it->n}, &map, &e), "%s",
                  e.text);
        add_val(w->files, *map);
    }
}

static const struct val *word(const struct words *w, struct str key)
{
    const struct val *found = NULL;

    for (const struct item *it = w->files->first; it && !found; it = it->next)
        found = val_get(&it->val, key);
    return found;
}

static struct str fill(const struct words *w, struct str name, struct str source)
{
    struct buf b = {.arena = w->a};

    for (const char *at; source.n && (at = memmem(source.p, source.n, "[[", 2));) {
        const char *end = memmem(at, source.n - (size_t)(at - source.p), "]]", 2);
        struct str key = {at + 2, end ? (size_t)(end - at) - 2 : 0};
        const struct val *text = word(w, key);

        cr_assert(text, "%.*s: no text '%.*s' in %s", STR_ARG(name), STR_ARG(key), w->lang);
        buf_put(&b, (struct str){source.p, (size_t)(at - source.p)});
        buf_html(&b, text->str);
        source = (struct str){end + 2, source.n - (size_t)(end + 2 - source.p)};
    }
    buf_put(&b, source);
    return buf_str(&b);
}

static bool source(void *arg, struct str name, struct str *text)
{
    const struct words *w = arg;
    const struct embedded *it = embed_get(str_format(w->a, "templates/%.*s.html", STR_ARG(name)));

    if (it)
        *text = fill(w, name, (struct str){it->bytes, it->n});
    return it != NULL;
}

/* {"html": "<svg…"} alone in a map stands for markup that the program made. */
static void mark_html(struct val *v)
{
    if (v->kind != VAL_MAP && v->kind != VAL_LIST)
        return;
    if (v->kind == VAL_MAP && v->first && !v->first->next && str_eq(v->first->key, S("html"))) {
        *v = (struct val){.kind = VAL_HTML, .str = v->first->val.str, .arena = v->arena};
        return;
    }
    for (struct item *it = v->first; it; it = it->next)
        mark_html(&it->val);
}

static struct val *sample(struct arena *a, const char *name)
{
    struct str path = str_format(a, "templates/sample/%s.json", name), text;
    struct err e = {0};
    struct val *v;

    cr_assert(file_read(a, path.p, 1 << 20, &text, &e), "%s has no sample", path.p);
    cr_assert(json_read(a, text, 1 << 20, &v, &e), "%s: %s", path.p, e.text);
    mark_html(v);
    return v;
}

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

static bool for_residents(const char *name)
{
    return begins(name, "report/") || begins(name, "public/") || strcmp(name, "home") == 0 ||
           strcmp(name, "login") == 0 || strcmp(name, "error") == 0;
}

static struct val *view_of(struct arena *a, const char *name, const char *lang)
{
    struct val *page = sample(a, for_residents(name) ? "page-guest" : "page-staff");
    struct val *view = sample(a, name);

    for (struct item *it = page->first; it; it = it->next) {
        if (str_eq(it->key, S("lang")))
            it->val.str = str_of(lang);
    }
    set_val(view, S("page"), *page);
    return view;
}

static void keep(struct arena *a, const char *name, const char *lang, struct str html)
{
    const char *dir = getenv("PAGES_TO");
    struct str file = str_copy(a, str_of(name));
    struct err e = {0};

    if (!dir)
        return;
    for (char *p = strchr(file.p, '/'); p; p = strchr(p, '/'))
        *p = '-';
    cr_assert(file_write(str_format(a, "%s/%s.%s.html", dir, file.p, lang).p, html, 0644, &e), "%s",
              e.text);
}

/* The name of the n-th page template ("matter/show"), or NULL. */
static const struct embedded *next_page(struct arena *a, const struct embedded *it,
                                        struct str *name)
{
    while ((it = embed_next(it, S("templates/")))) {
        size_t n = strlen(it->name);

        if (begins(it->name, "templates/part/") || strcmp(it->name + n - 5, ".html") != 0)
            continue;
        *name = str_copy(a, (struct str){it->name + 10, n - 15});
        return it;
    }
    return NULL;
}

Test(page, every_template_renders_its_sample_in_both_languages)
{
    struct arena a;
    int pages = 0;

    arena_init(&a, (size_t)256 << 20);
    for (size_t l = 0; l < COUNT(langs); l++) {
        const struct embedded *it = NULL;
        struct words w;
        struct tmpl_set set = {&a, true, source, &w, NULL, 0};
        struct str name;

        load_words(&w, &a, langs[l]);
        while ((it = next_page(&a, it, &name))) {
            struct err e = {0};
            struct buf out = {.arena = &a};
            const struct tmpl *t = tmpl_get(&set, name, &e);

            cr_assert(t && tmpl_render(&out, t, view_of(&a, name.p, langs[l]), &e), "%s: %s",
                      name.p, e.text);
            cr_expect(begins(out.p, "<!doctype html>"), "%s begins with part/head", name.p);
            cr_expect(memmem(out.p, out.n, "</html>", 7), "%s ends with part/foot", name.p);
            keep(&a, name.p, langs[l], buf_str(&out));
            pages++;
        }
    }
    cr_expect(pages >= 2 * 28, "%d pages", pages);
    arena_reset(&a);
}

Test(page, no_template_says_what_a_strict_policy_forbids)
{
    static const char *const never[] = {" style=",     "<style",   " onclick=", " onchange=",
                                        "javascript:", "<script>", "http://",   "https://"};
    const struct embedded *it = NULL;

    while ((it = embed_next(it, S("templates/")))) {
        if (begins(it->name, "templates/sample/"))
            continue;
        for (size_t i = 0; i < COUNT(never); i++)
            cr_expect(!memmem(it->bytes, it->n, never[i], strlen(never[i])), "%s says %s", it->name,
                      never[i]);
    }
}

/* A form that changes something carries the token; one that takes files says so. */
Test(page, every_form_that_posts_carries_the_token)
{
    const struct embedded *it = NULL;

    while ((it = embed_next(it, S("templates/")))) {
        const char *at = it->bytes;

        while ((at = strstr(at, "method=\"post\""))) {
            const char *end = strstr(at, "</form>");

            cr_assert(end, "%s: a form without its end", it->name);
            cr_expect(memmem(at, (size_t)(end - at), "name=\"csrf\"", 11),
                      "%s: a form without token", it->name);
            if (memmem(at, (size_t)(end - at), "type=\"file\"", 11))
                cr_expect(memmem(at, (size_t)(end - at), "multipart/form-data", 19),
                          "%s: files need multipart", it->name);
            at = end;
        }
    }
}
