#include "civic/district.h"

#include "base/embed.h"
#include "base/file.h"
#include "civic/area.h"
#include "civic/calendars.h"
#include "civic/keys.h"
#include "civic/pack_version.h"
#include "civic/recount.h"
#include "civic/stock.h"
#include "civic/tally.h"
#include "db/fts.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#define RENEWED_MAX ((size_t)1 << 30)

STMT(setting_select, "SELECT value FROM setting WHERE district = $1 AND name = $2");
STMT(setting_upsert, "INSERT INTO setting (district, name, value) VALUES ($1, $2, $3) ON CONFLICT "
                     "(district, name) DO UPDATE SET value = excluded.value");
STMT(generation_raise,
     "INSERT INTO setting (district, name, value) VALUES ($1, 'generation', '1') ON CONFLICT "
     "(district, name) DO UPDATE SET value = CAST(CAST(setting.value AS BIGINT) + 1 AS TEXT)");
STMT(district_codes, "SELECT district, value FROM setting WHERE name = 'pack' AND (CAST($1 AS "
                     "BIGINT) = 0 OR district = $1) ORDER BY district");
STMT(model_put, "INSERT INTO model (district, name, bytes, at) VALUES ($1, 'subjects', $2, $3) ON "
                "CONFLICT (district, name) DO UPDATE SET bytes = excluded.bytes, at = excluded.at");
STMT(model_get, "SELECT bytes FROM model WHERE district = $1 AND name = 'subjects'");

/* ---- where things are -------------------------------------------------- */

static const char *file_in(struct arena *a, const struct place_of_data *where, const char *name)
{
    return str_format(a, "%s/%s", where->dir, name).p;
}

static const char *database(struct arena *a, const struct place_of_data *where)
{
    return where->database ? where->database : file_in(a, where, "yingshao.db");
}

bool district_connect(struct arena *a, const struct place_of_data *where, struct db **db,
                      struct err *e)
{
    *db = db_open_reader(a, database(a, where), e);
    return *db != NULL;
}

struct str setting_get(struct desk *k, struct str name)
{
    struct rows r = db_query(k->db, k->a, setting_select, ARG(k->d->code), ARG(name));
    struct str value = rows_next(&r) ? row_str(&r, 0) : S("");

    rows_end(&r);
    return value;
}

void setting_put(struct desk *k, struct str name, struct str value)
{
    db_run(k->db, setting_upsert, ARG(k->d->code), ARG(name), ARG(value));
}

static const struct actor the_program = {.name = {"", 0}, .csrf = {"", 0}};

struct desk district_desk(struct district *d, struct db *db, struct arena *a, int64_t now)
{
    return (struct desk){
        .db = db, .d = d, .a = a, .actor = &the_program, .now = now, .lang = S("zh")};
}

bool desk_may(const struct desk *k, struct str right, struct str path, struct err *e)
{
    return k->actor == &the_program || actor_may(k->actor, right, path) ||
           refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
}

/* ---- what changed in the meantime --------------------------------------- */

void district_raise(struct desk *k)
{
    db_run(k->db, generation_raise, ARG(k->d->code));
}

static int64_t generation_of(struct arena *a, struct db *db, const struct district *d)
{
    struct rows r = db_query(db, a, setting_select, ARG(d->code), ARG(S("generation")));
    int64_t n = 0;

    if (rows_next(&r) && !str_int(row_str(&r, 0), &n))
        n = 0;
    rows_end(&r);
    return n;
}

/* ---- the pack and its calendar ----------------------------------------- */

/* The first fault as the refusal; `yingshao pack check` lists them all. */
static bool refuse_faults(const struct val *faults, struct err *e)
{
    const struct val *first = faults->first ? &faults->first->val : NULL;
    const struct val *file = first ? val_get(first, S("file")) : NULL;
    const struct val *line = first ? val_get(first, S("line")) : NULL;
    const struct val *what = first ? val_get(first, S("what")) : NULL;

    return refuse(e, ERR_INVALID, "pack", "The pack has a fault: %.*s:%lld: %.*s",
                  STR_ARG(file ? file->str : S("?")), (long long)(line ? line->integer : 0),
                  STR_ARG(what ? what->str : S("?")));
}

static bool load_pack(struct arena *a, struct str name, struct district *d, struct val **files,
                      struct err *e)
{
    struct val *faults = val_list(a);
    struct pack *pack;

    if (!pack_read_recorded(a, &pack_embedded, name, &pack, files, faults))
        return refuse_faults(faults, e);
    d->pack = pack;
    return true;
}

static void load_model(struct arena *a, struct db *db, struct district *d)
{
    struct rows r = db_query(db, a, model_get, ARG(d->code));
    struct err e = {0};

    d->classifier = NULL;
    if (rows_next(&r) && !classifier_read(a, row_str(&r, 0), &d->classifier, &e))
        d->classifier = NULL; /* it only ever suggests: without it everything goes on */
    rows_end(&r);
}

/* What shows which keys these are, and nothing about them. */
static struct str keys_print(struct desk *k)
{
    unsigned char hash[16];
    char hex[2 * sizeof(hash) + 1];

    crypto_generichash(hash, sizeof(hash), k->d->keys.sign_public, sizeof(k->d->keys.sign_public),
                       k->d->keys.seal, sizeof(k->d->keys.seal));
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    return str_copy(k->a, str_of(hex));
}

/* ---- loading ----------------------------------------------------------- */

struct loading {
    struct arena *a;
    struct district *d;
    int64_t code;
    struct val *files;
};

static bool find_district(struct db *db, struct loading *l, struct str *pack, struct err *e)
{
    struct rows r = db_query(db, l->a, district_codes, ARG(l->code));
    int found = 0;

    while (rows_next(&r)) {
        l->d->code = row_int(&r, 0);
        *pack = row_str(&r, 1);
        found++;
    }
    if (!found)
        return refuse(e, ERR_NOT_FOUND, "district",
                      "There is no district here yet; yingshao init makes one.");
    return found == 1 || refuse(e, ERR_INVALID, "district",
                                "There are several districts here; say which with --district.");
}

static bool has_root(const struct district *d, struct err *e)
{
    return unit_root(d->units) ||
           refuse(e, ERR_INVALID, "district", "The district has no unit; the data is damaged.");
}

static bool load_all(struct db *db, void *arg, struct err *e)
{
    struct loading *l = arg;
    struct district *d = l->d;
    struct str pack = S("");

    if (!find_district(db, l, &pack, e) || !load_pack(l->a, pack, d, &l->files, e))
        return false;
    district_refresh(l->a, db, d);
    return has_root(d, e) && calendar_load(l->a, db, d, e);
}

void district_refresh(struct arena *a, struct db *db, struct district *d)
{
    d->generation = generation_of(a, db, d);
    d->units = units_load(db, a, d->code);
    if (unit_root(d->units))
        d->name = unit_root(d->units)->name;
    d->posts = posts_load(db, a, d);
    areas_load(a, db, d);
    load_model(a, db, d);
}

/* A known sentence, sealed at the founding: other keys would only be noticed when it is too late.
 */
static bool keys_fit(struct desk *k, struct err *e)
{
    struct str sealed = setting_get(k, S("keys"));

    if (!sealed.n) {
        setting_put(k, S("keys"), keys_print(k));
        return true;
    }
    return str_eq(sealed, keys_print(k)) ||
           refuse(e, ERR_INVALID, "keys", "The keys do not belong to this data.");
}

static bool keep_pack(struct db *db, void *arg, struct err *e)
{
    struct loading *l = arg;
    struct desk k = district_desk(l->d, db, l->a, when_now());

    ledger_resume(db, l->d, l->a);
    pack_version_keep(&k, l->files);
    return keys_fit(&k, e);
}

bool district_load(struct arena *a, const struct place_of_data *where, int64_t code, struct db **db,
                   struct district **out, struct err *e)
{
    struct district *d = NEW(a, struct district);
    struct loading l = {.a = a, .d = d, .code = code};
    struct stat st;

    *out = d;
    d->ids = NEW(a, struct id_maker);
    if (stat(file_in(a, where, "keys"), &st) != 0)
        return refuse(e, ERR_INVALID, "data",
                      "There is no district in %s: yingshao init makes one.", where->dir);
    if (!keys_load(a, file_in(a, where, "keys"), &d->keys, e))
        return false;
    *db = db_open(a, database(a, where), e);
    if (!*db || !db_migrate(*db, e))
        return false;
    d->tally = tally_new(a);
    d->versions = pack_versions_new(a);
    d->search = fts_open(a, file_in(a, where, "search.db"));
    return db_read(*db, load_all, &l, e) && db_write(*db, keep_pack, &l, NULL, e);
}

/* ---- loading again ------------------------------------------------------ */

struct renewing {
    const struct district *was;
    struct district *now; /* NULL: it is still the same */
    struct arena *own;
};

static bool renew(struct db *db, void *arg, struct err *e)
{
    struct renewing *r = arg;
    struct district *d;

    if (generation_of(r->own, db, r->was) == r->was->generation)
        return true;
    r->now = d = NEW(r->own, struct district);
    *d = *r->was;
    d->own = r->own;
    d->holders = NEW(r->own, int);
    district_refresh(r->own, db, d);
    return has_root(d, e) && calendar_load(r->own, db, d, e);
}

static void give_back(const struct arena *own)
{
    struct arena a = *own;

    arena_reset(&a);
}

bool district_renew(const struct district *was, struct db *db, struct district **out, struct err *e)
{
    struct renewing r = {.was = was};
    struct arena own;

    arena_init(&own, RENEWED_MAX);
    r.own = NEW(&own, struct arena);
    *r.own = own; /* it lies in its own first chunk from here on */
    *out = db_read(db, renew, &r, e) ? r.now : NULL;
    if (!*out)
        give_back(r.own);
    return e->kind == ERR_NONE;
}

void district_drop(struct district *d)
{
    if (d->own)
        give_back(d->own);
}

/* ---- a new one ---------------------------------------------------------- */

struct founding {
    struct arena *a;
    struct district *d;
    struct str pack;
    struct val *files;
    int64_t now;
};

static bool found(struct db *db, void *arg, struct err *e)
{
    struct founding *f = arg;
    struct desk k = district_desk(f->d, db, f->a, f->now);
    struct unit_new root = {.code = str_format(f->a, "%lld", (long long)f->d->code),
                            .kind = S("district"),
                            .name = f->d->pack->title.zh};
    bool added;

    if (setting_get(&k, S("pack")).n)
        return refuse(e, ERR_CONFLICT, "district", "This district is here already.");
    setting_put(&k, S("pack"), f->pack);
    if (!unit_add(&k, &root, &added, e))
        return false;
    pack_version_keep(&k, f->files);
    recount_done(&k);
    return true;
}

bool district_init(struct arena *a, const struct place_of_data *where, int64_t code,
                   struct str pack, int64_t now, struct err *e)
{
    struct district *d = NEW(a, struct district);
    struct founding f = {.a = a, .d = d, .pack = pack, .now = now};
    struct db_hooks hooks;
    struct stat st;
    struct db *db;

    if (code < 100000 || code > 999999)
        return refuse(e, ERR_INVALID, "district", "A district's code has six digits.");
    if (!load_pack(a, pack, d, &f.files, e))
        return false;
    d->code = code;
    d->ids = NEW(a, struct id_maker);
    if (mkdir(where->dir, 0700) != 0 && errno != EEXIST)
        return refuse(e, ERR_INVALID, "data", "%s cannot be made: %s.", where->dir,
                      strerror(errno));
    if (stat(file_in(a, where, "keys"), &st) == 0
            ? !keys_load(a, file_in(a, where, "keys"), &d->keys, e)
            : !keys_create(a, file_in(a, where, "keys"), &d->keys, e))
        return false;
    db = db_open(a, database(a, where), e);
    if (!db || !db_migrate(db, e))
        return false;
    d->tally = tally_new(a);
    d->units = units_load(db, a, code);
    hooks = tally_hooks(d);
    return db_write(db, found, &f, &hooks, e);
}

void district_put_model(struct desk *k, struct str bytes)
{
    (void)db_run(k->db, model_put, ARG(k->d->code), arg_blob(bytes), ARG(k->now));
    district_raise(k);
}
