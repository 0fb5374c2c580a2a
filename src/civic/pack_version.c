#include "civic/pack_version.h"

#include "val/json.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define FILES_MAX ((size_t)16 << 20)
#define PACKS_MAX ((size_t)1 << 30)

STMT(version_put, "INSERT INTO pack_version (district, hash, name, definitions, files, at) VALUES "
                  "($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING");
STMT(version_one, "SELECT name, files FROM pack_version WHERE district = $1 AND hash = $2");
STMT(version_with, "SELECT hash FROM pack_version WHERE district = $1 AND definitions LIKE $2 "
                   "ORDER BY at DESC LIMIT 1");

struct version {
    struct str hash;
    const struct pack *pack; /* NULL: it cannot be read any more */
    struct version *next;
};

struct pack_versions {
    pthread_mutex_t lock;
    struct arena a; /* of all that were read */
    struct version *first;
};

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

/* The hashes of all definitions, so that the version that has one is found without reading it. */
static struct str definitions_of(struct arena *a, const struct pack *p)
{
    struct buf b = {.arena = a};

    for (int i = 0; i < p->procs; i++) {
        buf_put(&b, p->proc[i].hash);
        buf_put(&b, S(" "));
    }
    return buf_str(&b);
}

void pack_version_keep(struct desk *k, const struct val *files)
{
    struct buf b = {.arena = k->a};

    json_write(&b, files);
    db_run(k->db, version_put, ARG(k->d->code), ARG(k->d->pack->hash), ARG(k->d->pack->name),
           ARG(definitions_of(k->a, k->d->pack)), ARG(buf_str(&b)), ARG(k->now));
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
static const struct pack *read_one(struct arena *a, struct str name, struct str json)
{
    struct val *files, *faults = val_list(a);
    struct pack_source source = {kept_read, kept_list, NULL};
    struct err e = {0};
    struct pack *pack;

    if (!json_read(a, json, FILES_MAX, &files, &e))
        return NULL;
    source.arg = files;
    if (pack_read(a, &source, name, &pack, faults))
        return pack;
    (void)fprintf(stderr,
                  "yingshao: the pack %.*s of an earlier version cannot be read; what began under "
                  "it goes on under today's\n",
                  STR_ARG(name));
    return NULL;
}

static void versions_free(void *versions)
{
    arena_reset(&((struct pack_versions *)versions)->a);
}

struct pack_versions *pack_versions_new(struct arena *boot)
{
    struct pack_versions *v = NEW(boot, struct pack_versions);

    pthread_mutex_init(&v->lock, NULL);
    arena_init(&v->a, PACKS_MAX);
    arena_defer(boot, versions_free, v);
    return v;
}

/* Held: the lock. */
static const struct version *find(const struct pack_versions *v, struct str hash)
{
    const struct version *it = v->first;

    while (it && !str_eq(it->hash, hash))
        it = it->next;
    return it;
}

/* Reads it, unless another thread was faster. */
static const struct pack *add(struct pack_versions *v, struct str hash, struct str name,
                              struct str json)
{
    const struct version *known;
    struct version *it;

    pthread_mutex_lock(&v->lock);
    known = find(v, hash);
    if (!known) {
        it = NEW(&v->a, struct version);
        *it = (struct version){str_copy(&v->a, hash), NULL, v->first};
        it->pack = read_one(&v->a, str_copy(&v->a, name), str_copy(&v->a, json));
        known = v->first = it;
    }
    pthread_mutex_unlock(&v->lock);
    return known->pack;
}

/* The database is asked without the lock: what fails there leaves by a long way. */
const struct pack *pack_version_read(struct desk *k, struct str hash)
{
    struct pack_versions *v = k->d->versions;
    const struct version *known;
    const struct pack *pack = NULL;
    struct rows r;

    if (str_eq(hash, k->d->pack->hash))
        return k->d->pack;
    pthread_mutex_lock(&v->lock);
    known = find(v, hash);
    pthread_mutex_unlock(&v->lock);
    if (known)
        return known->pack;
    r = db_query(k->db, k->a, version_one, ARG(k->d->code), ARG(hash));
    if (rows_next(&r))
        pack = add(v, hash, row_str(&r, 0), row_str(&r, 1));
    rows_end(&r);
    return pack;
}

/* Among those that were read already; what a list or inbox asks for again and again. */
static const struct proc *find_definition(struct pack_versions *v, struct str mechanism,
                                          struct str hash)
{
    const struct proc *def = NULL;

    pthread_mutex_lock(&v->lock);
    for (const struct version *it = v->first; it; it = it->next) {
        def = it->pack ? pack_proc(it->pack, mechanism) : NULL;
        if (def && str_eq(def->hash, hash))
            break;
        def = NULL;
    }
    pthread_mutex_unlock(&v->lock);
    return def;
}

const struct proc *pack_version_definition(struct desk *k, struct str mechanism, struct str hash)
{
    const struct proc *def = find_definition(k->d->versions, mechanism, hash);
    struct str with = S("");
    struct rows r;

    if (def)
        return def;
    r = db_query(k->db, k->a, version_with, ARG(k->d->code),
                 ARG(str_format(k->a, "%%%.*s%%", STR_ARG(hash))));
    if (rows_next(&r))
        with = row_str(&r, 0);
    rows_end(&r);
    if (with.n)
        (void)pack_version_read(k, with);
    return with.n ? find_definition(k->d->versions, mechanism, hash) : NULL;
}
