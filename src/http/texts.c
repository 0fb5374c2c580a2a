#include "http/texts.h"

#include "base/embed.h"
#include "val/yaml.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    struct str key, text, file;
    int line;
};

struct texts {
    struct arena *arena;
    struct entry *entry[LANGS]; /* by key */
    size_t n[LANGS];
};

static const char *const folders[LANGS] = {"text/zh-CN/", "text/en/"};

static int compare(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return compare(x->key, y->key);
}

static const struct entry *find(const struct texts *t, enum lang lang, struct str key)
{
    struct entry want = {.key = key};

    return t->n[lang] ? bsearch(&want, t->entry[lang], t->n[lang], sizeof(want), compare_entries)
                      : NULL;
}

static bool is_label(struct str key)
{
    return key.n && !memchr(key.p, ' ', key.n) && !memchr(key.p, '%', key.n);
}

/* ---- loading ----------------------------------------------------------- */

struct loading {
    struct arena *a;
    struct entry *entry;
    size_t n, room;
    struct err *e;
};

static bool fault(struct loading *l, const struct entry *at, const char *what)
{
    return refuse(l->e, ERR_INVALID, NULL, "%.*s:%d: %s: %.*s", STR_ARG(at->file), at->line, what,
                  STR_ARG(at->key));
}

static void add(struct loading *l, struct entry it)
{
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 256;
        struct entry *more = NEW_ARRAY(l->a, struct entry, room);

        if (l->n)
            memcpy(more, l->entry, l->n * sizeof(*more));
        l->entry = more;
        l->room = room;
    }
    l->entry[l->n++] = it;
}

/* Every {n} stands for a % that the format has. */
static bool fits(const struct entry *it)
{
    int args = 0;

    for (size_t i = 0; i < it->key.n; i++)
        args += it->key.p[i] == '%';
    for (size_t i = 0; i + 2 < it->text.n; i++) {
        const char *p = it->text.p + i;

        if (p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}' &&
            (p[1] == '0' || p[1] - '0' > args))
            return false;
    }
    return true;
}

static bool read_file(struct loading *l, const struct embedded *file)
{
    struct str name = str_of(file->name), text = {file->bytes, file->n};
    struct val *root;

    if (!yaml_read(l->a, name, text, &root, l->e))
        return false;
    if (root->kind != VAL_MAP)
        return refuse(l->e, ERR_INVALID, NULL, "%.*s: a map of texts is expected", STR_ARG(name));
    for (const struct item *it = root->first; it; it = it->next) {
        struct entry one = {it->key, it->val.str, name, it->val.line};

        if (it->val.kind != VAL_STR)
            return fault(l, &one, "put the text in quotes");
        if (!is_label(it->key) && !fits(&one))
            return fault(l, &one, "a {number} that the sentence does not have");
        add(l, one);
    }
    return true;
}

static bool no_doubles(struct loading *l)
{
    for (size_t i = 1; i < l->n; i++) {
        if (compare_entries(&l->entry[i - 1], &l->entry[i]) == 0)
            return fault(l, &l->entry[i], "this text is there already");
    }
    return true;
}

static bool in_both(struct loading *l, const struct texts *t)
{
    for (enum lang lang = 0; lang < LANGS; lang++) {
        for (size_t i = 0; i < t->n[lang]; i++) {
            const struct entry *it = &t->entry[lang][i];

            if (is_label(it->key) && !find(t, lang == LANG_ZH ? LANG_EN : LANG_ZH, it->key))
                return fault(l, it, "this text is missing in the other language");
        }
    }
    return true;
}

bool texts_load(struct arena *boot, struct texts **out, struct err *e)
{
    struct texts *t = NEW(boot, struct texts);
    struct loading l = {.a = boot, .e = e};

    t->arena = boot;
    for (enum lang lang = 0; lang < LANGS; lang++) {
        const struct embedded *file = NULL;

        l.entry = NULL;
        l.n = l.room = 0;
        while ((file = embed_next(file, str_of(folders[lang])))) {
            if (!read_file(&l, file))
                return false;
        }
        if (l.n)
            qsort(l.entry, l.n, sizeof(*l.entry), compare_entries);
        if (!no_doubles(&l))
            return false;
        t->entry[lang] = l.entry;
        t->n[lang] = l.n;
    }
    *out = t;
    return in_both(&l, t);
}

/* ---- asking ------------------------------------------------------------ */

enum lang lang_of(struct str code)
{
    return str_eq(code, S("en")) ? LANG_EN : LANG_ZH;
}

bool text_find(const struct texts *t, enum lang lang, struct str key, struct str *text)
{
    const struct entry *it = find(t, lang, key);

    *text = it ? it->text : S("");
    return it != NULL;
}

struct str text_of(const struct texts *t, enum lang lang, const char *key)
{
    struct str text;

    return text_find(t, lang, str_of(key), &text) ? text : str_of(key);
}

static struct str arg_text(struct arena *a, const struct texts *t, enum lang lang,
                           const struct err *e, int i)
{
    struct str text;

    if (i == 0 && e->field && strcmp(e->field, e->arg[0]) == 0 &&
        text_find(t, lang, str_format(a, "field.%s", e->field), &text))
        return text;
    return str_of(e->arg[i]);
}

/* The English format with its arguments put in. */
static struct str fill_format(struct arena *a, const struct texts *t, enum lang lang,
                              const struct err *e)
{
    struct buf b = {.arena = a};
    struct str rest = str_of(e->message), plain;
    static const char *const conversions[] = {".*s", "s", "d", "zu", "lld"};

    for (int i = 0; rest.n; i++) {
        bool more = memchr(rest.p, '%', rest.n) != NULL;

        rest = str_cut(rest, '%', &plain);
        buf_put(&b, plain);
        if (!more)
            break;
        if (i < ERR_ARGS_MAX)
            buf_put(&b, arg_text(a, t, lang, e, i));
        for (size_t k = 0; k < COUNT(conversions); k++) {
            size_t n = strlen(conversions[k]);

            if (rest.n >= n && memcmp(rest.p, conversions[k], n) == 0) {
                rest = (struct str){rest.p + n, rest.n - n};
                break;
            }
        }
    }
    return buf_str(&b);
}

struct str err_text(struct arena *a, const struct texts *t, enum lang lang, const struct err *e)
{
    const struct entry *it = e->message ? find(t, lang, str_of(e->message)) : NULL;
    struct buf b = {.arena = a};

    if (!e->message)
        return str_copy(a, str_of(e->text));
    if (!it)
        return fill_format(a, t, lang, e);
    for (size_t i = 0; i < it->text.n; i++) {
        const char *p = it->text.p + i;

        if (p[0] == '{' && i + 2 < it->text.n && p[1] >= '1' && p[1] <= '0' + ERR_ARGS_MAX &&
            p[2] == '}') {
            buf_put(&b, arg_text(a, t, lang, e, p[1] - '1'));
            i += 2;
        } else {
            buf_put(&b, (struct str){p, 1});
        }
    }
    return buf_str(&b);
}

static int line_of(struct str source, const char *at)
{
    int line = 1;

    for (const char *p = source.p; p < at; p++)
        line += *p == '\n';
    return line;
}

bool text_fill(const struct texts *t, enum lang lang, struct str file, struct str *source,
               struct err *e)
{
    struct buf b = {.arena = t->arena};
    struct str rest = *source, text;

    for (const char *at; rest.n && (at = memmem(rest.p, rest.n, "[[", 2));) {
        size_t left = rest.n - (size_t)(at - rest.p);
        const char *end = memmem(at, left, "]]", 2);
        struct str key = {at + 2, end ? (size_t)(end - at) - 2 : 0};

        if (!end || !text_find(t, lang, key, &text))
            return refuse(e, ERR_INVALID, NULL, "%.*s:%d: there is no text '%.*s' in %s",
                          STR_ARG(file), line_of(*source, at), STR_ARG(key), folders[lang]);
        buf_put(&b, (struct str){rest.p, (size_t)(at - rest.p)});
        buf_html(&b, text);
        rest = (struct str){end + 2, left - (size_t)(end + 2 - at)};
    }
    buf_put(&b, rest);
    *source = buf_str(&b);
    return true;
}
