/* Files → documents → one merged map for each kind of thing. */
#include "pack/read.h"
#include "val/yaml.h"

#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>

#define PARENTS_MAX 8

static void blame(struct val *v, int file)
{
    v->line |= file << LINE_BITS;
    if (v->kind != VAL_LIST && v->kind != VAL_MAP)
        return;
    for (struct item *it = v->first; it; it = it->next)
        blame(&it->val, file);
}

static bool is_removed(const struct val *v)
{
    return v->kind == VAL_NULL ||
           (v->kind == VAL_STR && (str_eq(v->str, S("remove")) || str_eq(v->str, S("null"))));
}

/* Maps merge key by key, anything else is replaced; `remove` takes a key away. */
struct val *merge(struct arena *a, const struct val *base, const struct val *over)
{
    struct val *out = val_map(a);

    out->line = over->line;
    for (const struct item *it = base->first; it; it = it->next) {
        const struct val *new = val_get(over, it->key);

        if (!new)
            set_val(out, it->key, it->val);
        else if (new->kind == VAL_MAP && it->val.kind == VAL_MAP)
            set_val(out, it->key, *merge(a, &it->val, new));
        else if (!is_removed(new))
            set_val(out, it->key, *new);
    }
    for (const struct item *it = over->first; it; it = it->next) {
        if (!val_get(base, it->key) && !is_removed(&it->val))
            set_val(out, it->key, it->val);
    }
    return out;
}

struct str pack_hash(struct arena *a, const struct val *v)
{
    unsigned char hash[crypto_generichash_BYTES];
    struct buf b = {.arena = a};
    char *hex = NEW_ARRAY(a, char, 2 * sizeof(hash) + 1);

    json_write(&b, v);
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)b.p, b.n, NULL, 0);
    sodium_bin2hex(hex, 2 * sizeof(hash) + 1, hash, sizeof(hash));
    return str_of(hex);
}

struct str bare_name(struct str name)
{
    struct str head, rest = str_cut(name, '/', &head);

    return rest.n ? rest : name;
}

/* Keep `v` under its name, replacing what a parent had, without `extends` of itself. */
static void keep(struct pack_reader *r, struct val **in, struct str name, struct val *v)
{
    struct val *one = val_map(r->a);
    const struct val *old = val_get(*in, name), *from = take(v, "extends");

    if (old && from && from->kind == VAL_STR && str_eq(bare_name(from->str), name)) {
        struct val *less = val_map(r->a);

        less->line = v->line;
        set_str(less, "extends", S("remove"));
        v = merge(r->a, old, v);
        v = merge(r->a, v, less);
    } else if (old && (old->line >> LINE_BITS) == (v->line >> LINE_BITS)) {
        FAULT(r, v->line, "'%.*s' is defined twice", STR_ARG(name));
        return;
    } else if (old) {
        struct val *gone = val_map(r->a);

        set_val(gone, name, (struct val){.kind = VAL_NULL});
        *in = merge(r->a, *in, gone);
    }
    set_val(one, name, *v);
    *in = merge(r->a, *in, one);
}

static void keep_named(struct pack_reader *r, struct val **in, const char *key, struct val *doc)
{
    const struct val *v = take(doc, key);

    if (v->kind != VAL_STR || !is_word(v->str)) {
        FAULT(r, v->line, "%s must be a word of letters, digits, _ and -", key);
        return;
    }
    keep(r, in, v->str, doc);
}

/* Everything that a pack's files can say, by the word that begins it. */
static const struct {
    const char *name;
    size_t at;
    bool document; /* `name: NAME` begins a document; else a map, which grows by merging */
} kept[] = {
    {"mechanism", offsetof(struct pack_reader, mechanism), true},
    {"gathering", offsetof(struct pack_reader, gathering), true},
    {"figure", offsetof(struct pack_reader, figure), true},
    {"appraisal", offsetof(struct pack_reader, appraisal), true},
    {"evidence", offsetof(struct pack_reader, evidence), true},
    {"roll", offsetof(struct pack_reader, roll), true},
    {"bond", offsetof(struct pack_reader, bond), true},
    {"resource", offsetof(struct pack_reader, resource), true},
    {"roles", offsetof(struct pack_reader, roles), false},
    {"unit_kinds", offsetof(struct pack_reader, unit_kinds), false},
    {"subjects", offsetof(struct pack_reader, subjects), false},
    {"channels", offsetof(struct pack_reader, channels), false},
    {"fields", offsetof(struct pack_reader, fields), false},
    {"words", offsetof(struct pack_reader, words), false},
    {"settings", offsetof(struct pack_reader, settings), false},
    {"calendar", offsetof(struct pack_reader, calendar), false},
    {"meta", offsetof(struct pack_reader, meta), false},
};

static struct val **kept_in(struct pack_reader *r, size_t i)
{
    return (struct val **)(void *)((char *)r + kept[i].at);
}

static struct val **collection(struct pack_reader *r, struct str key)
{
    for (size_t i = 0; i < COUNT(kept); i++) {
        if (!kept[i].document && str_eq(str_of(kept[i].name), key))
            return kept_in(r, i);
    }
    return NULL;
}

static struct str words_kept(struct pack_reader *r)
{
    struct buf b = {.arena = r->a};

    for (size_t i = 0; i < COUNT(kept); i++) {
        buf_put(&b, str_of(kept[i].name));
        buf_put(&b, i + 1 < COUNT(kept) ? S(", ") : S(""));
    }
    return buf_str(&b);
}

static void keep_collections(struct pack_reader *r, const struct val *doc)
{
    for (const struct item *it = doc->first; it; it = it->next) {
        struct val **in = collection(r, it->key);

        if (!in && str_eq(it->key, S("hours")))
            continue; /* beside calendar: */
        if (!in)
            FAULT(r, it->val.line, "unknown key '%.*s' (a document starts with one of %.*s)",
                  STR_ARG(it->key), STR_ARG(words_kept(r)));
        else if (take_map(r, &it->val, it->key.p))
            *in = merge(r->a, *in, &it->val);
    }
    if (take(doc, "hours")) {
        struct val *one = val_map(r->a);

        set_val(one, S("hours"), *take(doc, "hours"));
        r->settings = merge(r->a, r->settings, one);
    }
}

static void keep_document(struct pack_reader *r, struct val *doc)
{
    if (doc->kind != VAL_MAP) {
        FAULT(r, doc->line, "a document must be a map");
        return;
    }
    for (size_t i = 0; i < COUNT(kept); i++) {
        if (kept[i].document && take(doc, kept[i].name)) {
            keep_named(r, kept_in(r, i), kept[i].name, doc);
            return;
        }
    }
    keep_collections(r, doc);
}

static struct val *read_file(struct pack_reader *r, struct str path)
{
    struct err e = {0};
    struct val *docs;
    struct str text;
    int file = r->files;

    if (r->files == FILES_MAX) {
        FAULT(r, 0, "the pack has more than %d files", FILES_MAX);
        return NULL;
    }
    r->file[r->files++] = path;
    if (!r->from->read(r->from->arg, path, &text)) {
        FAULT(r, file << LINE_BITS, "there is no such file");
        return NULL;
    }
    if (!yaml_read_all(r->a, S(""), text, &docs, &e)) {
        char *what; /* ":LINE: what", or ": what" of the file as a whole */
        int line = (int)strtol(e.text + 1, &what, 10);

        what += *what == ':';
        FAULT(r, file << LINE_BITS | line, "%.*s", STR_ARG(str_trim(str_of(what))));
        return NULL;
    }
    for (struct item *it = docs->first; it; it = it->next)
        blame(&it->val, file);
    return docs;
}

/* pack.yaml: {pack: NAME, extends: PARENT, title, brand} */
static void read_meta(struct pack_reader *r, struct val *docs, struct str name, struct str *parent)
{
    struct val *doc = docs && docs->first ? &docs->first->val : NULL;

    *parent = S("");
    if (!doc || doc->kind != VAL_MAP) {
        if (docs)
            FAULT(r, (r->files - 1) << LINE_BITS, "pack.yaml must be a map: pack, title, …");
        return;
    }
    take_keys(r, doc, "pack.yaml", "pack title brand extends");
    if (!str_eq(take_word(r, doc, "pack"), name))
        FAULT(r, doc->line, "pack must be the folder's name, '%.*s'", STR_ARG(name));
    *parent = take_word(r, doc, "extends");
    r->meta = merge(r->a, r->meta, doc);
}

static bool is_meta(struct str path)
{
    return path.n >= 9 && str_eq((struct str){path.p + path.n - 9, 9}, S("pack.yaml"));
}

/* ---- a base that many packs are read upon ---- */

struct pack_base {
    struct str name;
    struct pack_reader r;
};

#define BASE_FILE 1 /* file 0 is the pack.yaml of the pack that extends it */

static bool is_prepared(const struct pack_reader *r, struct str name)
{
    return r->base && str_eq(r->base->name, name);
}

static void adopt(struct pack_reader *r, const struct pack_base *base)
{
    struct pack_reader own = *r;

    *r = base->r;
    r->a = own.a;
    r->from = own.from;
    r->base = own.base;
    r->faults = own.faults;
    r->n_faults = own.n_faults;
    r->pack = own.pack;
    r->file[0] = own.file[0];
}

static void load_one(struct pack_reader *r, struct str name, int depth)
{
    struct val *docs;
    struct str parent, *path;
    size_t n;

    if (depth == 1 && is_prepared(r, name)) {
        adopt(r, r->base);
        return;
    }
    if (depth == PARENTS_MAX) {
        FAULT(r, 0, "the packs extend each other in a circle, or too deep");
        return;
    }
    docs = read_file(r, str_format(r->a, "%.*s/pack.yaml", STR_ARG(name)));
    if (docs && docs->first && docs->first->val.kind == VAL_MAP) {
        const struct val *up = take(&docs->first->val, "extends");

        if (up && up->kind == VAL_STR)
            load_one(r, up->str, depth + 1);
    }
    read_meta(r, docs, name, &parent);
    if (!docs || !r->from->list(r->from->arg, name, r->a, &path, &n))
        return;
    for (size_t i = 0; i < n; i++) {
        struct val *file = is_meta(path[i]) ? NULL : read_file(r, path[i]);

        for (struct item *it = file ? file->first : NULL; it; it = it->next)
            keep_document(r, &it->val);
    }
}

static void begin(struct pack_reader *r)
{
    for (size_t i = 0; i < COUNT(kept); i++)
        *kept_in(r, i) = val_map(r->a);
}

void pack_load(struct pack_reader *r, struct str name)
{
    begin(r);
    if (!is_word(name)) {
        FAULT(r, 0, "'%.*s' is not the name of a pack", STR_ARG(name));
        return;
    }
    load_one(r, name, 0);
}

const struct pack_base *pack_base_read(struct arena *a, const struct pack_source *from,
                                       struct str name, struct val *faults)
{
    struct pack_base *base = NEW(a, struct pack_base);

    base->name = str_copy(a, name);
    base->r = (struct pack_reader){.a = a, .from = from, .faults = faults, .files = BASE_FILE};
    begin(&base->r);
    load_one(&base->r, base->name, 0);
    return base->r.n_faults ? NULL : base;
}

struct str pack_merged_hash(struct pack_reader *r)
{
    struct val *whole = val_map(r->a);

    for (size_t i = 0; i < COUNT(kept); i++)
        set_val(whole, str_of(kept[i].name), **kept_in(r, i));
    return pack_hash(r->a, whole);
}
