#include "http/route.h"

#include <string.h>

#define SEGMENTS_MAX 16

struct spot {        /* one segment of some pattern */
    struct str text; /* the word, or the name in braces */
    bool is_name;
    struct str suffix; /* after the braces */
    const struct page *page[METHODS];
    struct spot *kids, *next;
};

struct routes {
    struct spot root;
};

static const char *const method_names[METHODS] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

enum method page_method(const struct page *p, struct str *pattern)
{
    struct str method;

    *pattern = str_cut(str_of(p->at), ' ', &method);
    for (enum method m = 0; m < METHODS; m++) {
        if (str_eq(method, str_of(method_names[m])) && pattern->n && pattern->p[0] == '/')
            return m;
    }
    die("%s: a page's pattern is METHOD /path, not '%s'", p->where, p->at);
}

static struct spot segment(const struct page *p, struct str text)
{
    struct spot s = {.text = text};
    const char *end;

    if (!text.n || text.p[0] != '{')
        return s;
    end = memchr(text.p, '}', text.n);
    if (!end)
        die("%s: a brace is not closed in '%s'", p->where, p->at);
    s.is_name = true;
    s.text = (struct str){text.p + 1, (size_t)(end - text.p) - 1};
    s.suffix = (struct str){end + 1, text.n - s.text.n - 2};
    for (size_t i = 0; i < p->n_params; i++) {
        if (str_eq(str_of(p->params[i].name), s.text))
            return s;
    }
    die("%s: {%.*s} of '%s' is not among its params", p->where, STR_ARG(s.text), p->at);
}

static struct spot *child(struct arena *boot, struct spot *at, struct spot want)
{
    struct spot **end = &at->kids;

    for (; *end; end = &(*end)->next) {
        if ((*end)->is_name == want.is_name && str_eq((*end)->text, want.text) &&
            str_eq((*end)->suffix, want.suffix))
            return *end;
        if ((*end)->is_name && want.is_name && str_eq((*end)->suffix, want.suffix))
            die("two names for one place: {%.*s} and {%.*s}", STR_ARG((*end)->text),
                STR_ARG(want.text));
        if ((*end)->is_name && (!want.is_name || want.suffix.n > (*end)->suffix.n))
            break; /* words first, then names with the longest suffix */
    }
    want.next = *end;
    *end = NEW(boot, struct spot);
    **end = want;
    return *end;
}

struct routes *routes_build(struct arena *boot)
{
    struct routes *r = NEW(boot, struct routes);

    LIST_EACH (pages, struct page, it) {
        struct str path, text;
        enum method m = page_method(*it, &path);
        struct spot *at = &r->root;

        path = str_cut(path, '/', &text);
        while (path.n) {
            path = str_cut(path, '/', &text);
            at = child(boot, at, segment(*it, text));
        }
        if (at->page[m])
            die("%s: '%s' is at %s already", (*it)->where, (*it)->at, at->page[m]->where);
        if ((*it)->again && !(*it)->template)
            die("%s: '%s' has .again and no .template", (*it)->where, (*it)->at);
        at->page[m] = *it;
    }
    return r;
}

static bool has_pages(const struct spot *s)
{
    for (enum method m = 0; m < METHODS; m++) {
        if (s->page[m])
            return true;
    }
    return false;
}

static const struct spot *walk(const struct spot *at, const struct str *seg, size_t n,
                               struct str *taken)
{
    if (n == 0)
        return has_pages(at) ? at : NULL;
    for (const struct spot *s = at->kids; s; s = s->next) {
        const struct spot *found;

        if (!s->is_name && !str_eq(s->text, seg[0]))
            continue;
        if (s->is_name && (seg[0].n <= s->suffix.n || memcmp(seg[0].p + seg[0].n - s->suffix.n,
                                                             s->suffix.p, s->suffix.n) != 0))
            continue;
        found = walk(s, seg + 1, n - 1, taken + 1);
        if (found) {
            *taken = s->is_name ? (struct str){seg[0].p, seg[0].n - s->suffix.n} : S("");
            return found;
        }
    }
    return NULL;
}

/* The names on the way are those of the page's own pattern. */
static struct sent *name_params(struct arena *a, const struct page *p, const struct str *taken)
{
    struct sent *first = NULL, **end = &first;
    struct str path, text;

    (void)page_method(p, &path);
    path = str_cut(path, '/', &text);
    for (size_t i = 0; path.n; i++) {
        path = str_cut(path, '/', &text);
        if (text.n && text.p[0] == '{') {
            *end = NEW(a, struct sent);
            (*end)->name = segment(p, text).text;
            (*end)->val = (struct val){.kind = VAL_STR, .str = taken[i]};
            end = &(*end)->next;
        }
    }
    return first;
}

static struct str allowed(struct arena *a, const struct spot *s)
{
    struct buf b = {.arena = a};

    for (enum method m = 0; m < METHODS; m++) {
        if (!s->page[m])
            continue;
        buf_put(&b, b.n ? S(", ") : S(""));
        buf_put(&b, m == METHOD_GET ? S("GET, HEAD") : str_of(method_names[m]));
    }
    return buf_str(&b);
}

/* Cut into decoded segments; SIZE_MAX if they cannot be. */
static size_t split(struct arena *a, struct str path, struct str seg[SEGMENTS_MAX])
{
    struct str text;
    size_t n = 0;

    if (!path.n || path.p[0] != '/')
        return SIZE_MAX;
    path = (struct str){path.p + 1, path.n - 1};
    if (!path.n)
        return 0;
    for (bool more = true; more;) {
        more = memchr(path.p, '/', path.n) != NULL;
        path = str_cut(path, '/', &text);
        if (n == SEGMENTS_MAX || !text.n || !percent_decode(a, text, false, &seg[n]) ||
            memchr(seg[n].p, '/', seg[n].n))
            return SIZE_MAX;
        n++;
        if (more && !path.n)
            return SIZE_MAX;
    }
    return n;
}

void route_find(const struct routes *r, struct arena *a, struct str method, struct str path,
                struct route *out)
{
    struct str seg[SEGMENTS_MAX], taken[SEGMENTS_MAX + 1];
    size_t n = split(a, path, seg);
    struct buf whole = {.arena = a};
    const struct spot *s;
    struct str json = S(".json");

    *out = (struct route){.path = S("/")};
    if (n == SIZE_MAX)
        return;
    if (n && seg[n - 1].n > json.n &&
        memcmp(seg[n - 1].p + seg[n - 1].n - json.n, json.p, json.n) == 0) {
        seg[n - 1].n -= json.n;
        out->as_json = true;
    }
    for (size_t i = 0; i < n; i++) {
        buf_put(&whole, S("/"));
        buf_put(&whole, seg[i]);
    }
    if (n)
        out->path = buf_str(&whole);
    s = walk(&r->root, seg, n, taken);
    if (!s)
        return;
    out->known = true;
    if (str_eq(method, S("HEAD")))
        method = S("GET");
    for (enum method m = 0; m < METHODS; m++) {
        if (str_eq(method, str_of(method_names[m])))
            out->page = s->page[m];
    }
    if (out->page)
        out->params = name_params(a, out->page, taken);
    else
        out->allow = allowed(a, s);
}
