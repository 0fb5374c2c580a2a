#include "pack/read.h"

#include <string.h>

#define EXTENDS_MAX 8

void pack_fault(struct pack_reader *r, int line, struct str what)
{
    int file = line >> LINE_BITS;
    struct val *f;

    if (r->n_faults++ >= FAULTS_MAX)
        return;
    f = add_map(r->faults);
    set_str(f, "file", file < r->files ? r->file[file] : S(""));
    set_int(f, "line", line & LINE_MASK);
    set_str(f, "what", what);
}

const struct val *take(const struct val *map, const char *key)
{
    return map && map->kind == VAL_MAP ? val_get(map, str_of(key)) : NULL;
}

const struct item *list_of(const struct val *v)
{
    return v && v->kind == VAL_LIST ? v->first : NULL;
}

const struct item *map_of(const struct val *v)
{
    return v && v->kind == VAL_MAP ? v->first : NULL;
}

struct str word_of(const struct val *v)
{
    return v && v->kind == VAL_STR ? v->str : S("");
}

int val_count(const struct val *v)
{
    int n = 0;

    if (!v || (v->kind != VAL_LIST && v->kind != VAL_MAP))
        return 0;
    for (const struct item *it = v->first; it; it = it->next)
        n++;
    return n;
}

bool in_words(struct str s, const char *words)
{
    struct str rest = str_of(words), head;

    while (rest.n) {
        rest = str_cut(rest, ' ', &head);
        if (str_eq(head, s))
            return true;
    }
    return false;
}

bool is_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-' || c == '/' || c == '.'))
            return false;
    }
    return s.n > 0 && s.n <= 64;
}

bool take_map(struct pack_reader *r, const struct val *v, const char *what)
{
    if (v && v->kind == VAL_MAP)
        return true;
    if (v)
        FAULT(r, v->line, "%s must be a map", what);
    return false;
}

void take_keys(struct pack_reader *r, const struct val *map, const char *what, const char *keys)
{
    for (const struct item *it = map->first; it; it = it->next) {
        if (!in_words(it->key, keys))
            FAULT(r, it->val.line, "%s: unknown key '%.*s' (possible: %s)", what, STR_ARG(it->key),
                  keys);
    }
}

struct str take_text(struct pack_reader *r, const struct val *map, const char *key)
{
    const struct val *v = take(map, key);

    if (!v)
        return S("");
    if (v->kind != VAL_STR) {
        FAULT(r, v->line, "%s must be a text", key);
        return S("");
    }
    return v->str;
}

struct str take_word(struct pack_reader *r, const struct val *map, const char *key)
{
    const struct val *v = take(map, key);
    struct str s = take_text(r, map, key);

    if (s.n && !is_word(s)) {
        FAULT(r, v->line, "%s: '%.*s' is not a word of letters, digits, _ and -", key, STR_ARG(s));
        return S("");
    }
    return s;
}

int64_t take_int(struct pack_reader *r, const struct val *map, const char *key, int64_t least,
                 int64_t most)
{
    const struct val *v = take(map, key);

    if (!v)
        return 0;
    if (v->kind != VAL_INT || v->integer < least || v->integer > most) {
        FAULT(r, v->line, "%s must be a number from %lld to %lld", key, (long long)least,
              (long long)most);
        return least;
    }
    return v->integer;
}

bool take_bool(struct pack_reader *r, const struct val *map, const char *key, bool otherwise)
{
    const struct val *v = take(map, key);

    if (!v)
        return otherwise;
    if (v->kind != VAL_BOOL) {
        FAULT(r, v->line, "%s must be true or false", key);
        return otherwise;
    }
    return v->boolean;
}

struct title read_title(struct pack_reader *r, const struct val *v, struct str name)
{
    struct title t = {name, name};

    if (!take_map(r, v, "title"))
        return t;
    take_keys(r, v, "title", "zh en");
    t = (struct title){take_text(r, v, "zh"), take_text(r, v, "en")};
    if (!t.zh.n || !t.en.n)
        FAULT(r, v->line, "%.*s: the title is needed in zh and in en", STR_ARG(name));
    return t;
}

/* From `title`, or from the pack's words. */
struct title take_title(struct pack_reader *r, const struct val *map, struct str name)
{
    const struct val *v = take(map, "title");

    if (!v)
        v = val_get(r->words, name);
    if (!v)
        FAULT(r, map->line, "%.*s: the title is needed in zh and in en", STR_ARG(name));
    return read_title(r, v, name);
}

const struct str *take_words(struct pack_reader *r, const struct val *map, const char *key, int *n)
{
    const struct val *v = take(map, key);
    struct str *out = NEW_ARRAY(r->a, struct str, (size_t)val_count(v) + 1);

    *n = 0;
    if (v && v->kind == VAL_STR) {
        out[(*n)++] = v->str;
        return out;
    }
    if (v && v->kind != VAL_LIST)
        FAULT(r, v->line, "%s must be a list of words", key);
    for (const struct item *it = list_of(v); it; it = it->next) {
        if (it->val.kind != VAL_STR || !is_word(it->val.str))
            FAULT(r, it->val.line, "%s must be a list of words", key);
        else
            out[(*n)++] = it->val.str;
    }
    return out;
}

static const struct val *extended_by(struct pack_reader *r, const struct val *all,
                                     const struct val *v, int depth)
{
    const struct val *from = take(v, "extends"), *base;
    struct val *own;

    if (!from)
        return v;
    base = from->kind == VAL_STR ? val_get(all, bare_name(from->str)) : NULL;
    if (!base || base == v || depth == EXTENDS_MAX) {
        FAULT(r, from->line,
              base ? "they extend each other in a circle, or too deep"
                   : "extends: there is nothing of that name");
        return v;
    }
    own = val_map(r->a);
    own->line = v->line; /* what differs is blamed on who extends it */
    set_str(own, "extends", S("remove"));
    return merge(r->a, merge(r->a, extended_by(r, all, base, depth + 1), v), own);
}

const struct val *extended(struct pack_reader *r, const struct val *all, const struct val *v)
{
    return extended_by(r, all, v, 0);
}
