/*
 * What a request says: the first byte chooses what the rest is taken for. Whatever comes out must
 * be valid text within the bounds.
 */
#include "base/utf8.h"
#include "http/route.h"

#include <assert.h>
#include <string.h>

static void check_text(struct str s)
{
    assert(utf8_valid(s));
}

static void check_form(const struct form *f)
{
    size_t fields = 0, files = 0;

    for (const struct sent *it = f->first; it; it = it->next, fields++) {
        check_text(it->name);
        assert(it->name.n <= FIELD_NAME_MAX);
        if (it->val.kind == VAL_STR)
            check_text(it->val.str);
    }
    for (const struct upload *u = f->files; u; u = u->next, files++) {
        check_text(u->name);
        check_text(u->field);
        check_text(u->type);
        assert(!memchr(u->name.p, '/', u->name.n));
    }
    assert(fields <= FIELDS_MAX && files <= FILES_MAX);
}

static void try_path(struct arena *a, struct str rest)
{
    struct routes *r = routes_build(a);
    struct route found;

    route_find(r, a, S("GET"), rest, &found);
    check_text(found.path);
    for (const struct sent *p = found.params; p; p = p->next)
        check_text(p->val.str);
    if (path_is_local(rest))
        assert(rest.n > 0 && rest.p[0] == '/');
}

static void try_headers(struct arena *a, struct str rest)
{
    struct str lang = accept_lang(rest);

    assert(str_eq(lang, S("zh")) || str_eq(lang, S("en")));
    check_text(cookie_get(rest, S("session")));
    (void)accept_json(rest);
    (void)header_param(a, rest, S("boundary"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const types[] = {"application/x-www-form-urlencoded",
                                        "multipart/form-data; boundary=b", "application/json",
                                        "multipart/form-data; boundary=\"-\"; x", "text/plain"};
    struct arena a;
    struct form f = {.a = &a};
    struct err e = {0};
    struct str rest;

    if (n < 1)
        return 0;
    arena_init(&a, (size_t)256 << 20);
    rest = (struct str){(const char *)data + 1, n - 1};
    switch (data[0] % 8) {
    case 0: try_path(&a, rest); break;
    case 1: try_headers(&a, rest); break;
    case 2: (void)!form_query(&f, rest, &e); break;
    default: (void)!form_body(&f, str_of(types[data[0] % 5]), rest, &e); break;
    }
    check_form(&f);
    arena_reset(&a);
    return 0;
}
