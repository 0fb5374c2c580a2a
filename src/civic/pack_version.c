#include "civic/pack_version.h"

#include "val/json.h"

#include <stdio.h>
#include <string.h>

#define FILES_MAX    ((size_t)16 << 20)
#define VERSIONS_MAX 64

STMT(version_put, "INSERT INTO pack_version (district, hash, name, files, at) VALUES ($1, $2, $3, "
                  "$4, $5) ON CONFLICT DO NOTHING");
STMT(version_all,
     "SELECT hash, name, files, at FROM pack_version WHERE district = $1 AND hash <> $2 "
     "ORDER BY at");

/* ---- remembering what is read ------------------------------------------- */

struct recorder {
    const struct pack_source *from;
    struct val *files;
};

static bool recorded_read(void *arg, struct str path, struct str *text)
{
    struct recorder *r = arg;

    if (!r->from->read(r->from->arg, path, text))
        return false;
    if (!val_get(r->files, path))
        set_str(r->files, str_copy(r->files->arena, path).p, *text);
    return true;
}

static bool recorded_list(void *arg, struct str pack, struct arena *a, struct str **path, size_t *n)
{
    struct recorder *r = arg;

    return r->from->list(r->from->arg, pack, a, path, n);
}

bool pack_read_recorded(struct arena *a, const struct pack_source *from, struct str name,
                        struct pack **out, struct val **files, struct val *faults)
{
    struct recorder r = {from, val_map(a)};
    struct pack_source source = {recorded_read, recorded_list, &r};

    *files = r.files;
    return pack_read(a, &source, name, out, faults);
}

void pack_version_keep(struct desk *k, const struct val *files)
{
    struct buf b = {.arena = k->a};

    json_write(&b, files);
    db_run(k->db, version_put, ARG(k->d->code), ARG(k->d->pack->hash), ARG(k->d->pack->name),
           ARG(buf_str(&b)), ARG(k->now));
}

/* ---- reading them again -------------------------------------------------- */

static bool kept_read(void *arg, struct str path, struct str *text)
{
    const struct val *v = val_get(arg, path);

    if (v)
        *text = v->str;
    return v != NULL;
}

static bool kept_list(void *arg, struct str pack, struct arena *a, struct str **path, size_t *n)
{
    const struct val *files = arg;
    size_t all = 0;

    for (const struct item *it = files->first; it; it = it->next)
        all++;
    *path = NEW_ARRAY(a, struct str, all + 1);
    *n = 0;
    for (const struct item *it = files->first; it; it = it->next) {
        if (it->key.n > pack.n && it->key.p[pack.n] == '/' &&
            memcmp(it->key.p, pack.p, pack.n) == 0)
            (*path)[(*n)++] = it->key;
    }
    return *n > 0;
}

/* NULL if it cannot be read any more: the language of packs has moved on. */
static const struct pack *load_one(struct arena *a, struct str name, struct str json)
{
    struct val *files, *faults = val_list(a);
    struct pack_source source = {kept_read, kept_list, NULL};
    struct err e = {0};
    struct pack *pack;

    if (!json_read(a, json, FILES_MAX, &files, &e))
        return NULL;
    source.arg = files;
    return pack_read(a, &source, name, &pack, faults) ? pack : NULL;
}

void pack_versions_load(struct arena *a, struct db *db, struct district *d)
{
    const struct pack **old = NEW_ARRAY(a, const struct pack *, VERSIONS_MAX);
    int64_t *since = NEW_ARRAY(a, int64_t, VERSIONS_MAX);
    struct rows r = db_query(db, a, version_all, ARG(d->code), ARG(d->pack->hash));

    d->old = old;
    d->old_since = since;
    d->olds = 0;
    while (rows_next(&r)) {
        const struct pack *p = load_one(a, row_str(&r, 1), row_str(&r, 2));

        if (!p)
            (void)fprintf(stderr,
                          "yingshao: the pack %.*s of an earlier version cannot be read; "
                          "what began under it goes on under today's\n",
                          STR_ARG(row_str(&r, 1)));
        else if (d->olds < VERSIONS_MAX) {
            since[d->olds] = row_int(&r, 3);
            old[d->olds++] = p;
        }
    }
}
