#include "db/driver.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 5000

#define PARAMETERS_MAX 64
#define CELL_BYTES     1200 /* what a running statement takes and gives back, without malloc */
#define CELLS          400

/* The transaction words are statements of the driver's own, before the program's. */
enum word {
    WORD_BEGIN_WRITE,
    WORD_BEGIN_READ,
    WORD_SAVEPOINT,
    WORD_RELEASE,
    WORD_BACK,
    WORD_COMMIT,
    WORD_ROLLBACK,
    WORD_COUNT
};

static const char *const word_sql[WORD_COUNT] = {[WORD_BEGIN_WRITE] = "BEGIN IMMEDIATE",
                                                 [WORD_BEGIN_READ] = "BEGIN",
                                                 [WORD_SAVEPOINT] = "SAVEPOINT job",
                                                 [WORD_RELEASE] = "RELEASE job",
                                                 [WORD_BACK] = "ROLLBACK TO job",
                                                 [WORD_COMMIT] = "COMMIT",
                                                 [WORD_ROLLBACK] = "ROLLBACK"};

/* Parameters are bound by their name: SQLite numbers $2, $1 in order of appearance. */
struct prepared {
    sqlite3_stmt *h;
    unsigned char *argument; /* index into args of parameter 1, 2, … */
    int parameters;
    bool writes;
    const char *where;
};

struct cache {
    sqlite3_stmt *word[WORD_COUNT];
    struct arena *boot;
    struct prepared of[];
};

static struct cache *cache_of(struct db *db)
{
    return db->prepared;
}

static enum db_why why_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG: return WHY_CLASH;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return WHY_BUSY;
    case SQLITE_FULL: return WHY_FULL;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY: return WHY_IO;
    default: return WHY_BUG;
    }
}

/* SQLite's messages name tables, columns and constraints, never values. */
static _Noreturn void fail(struct db *db, int rc, const char *where)
{
    db_fail(db, why_of(rc), where, sqlite3_errmsg(db->handle));
}

static void close_handle(void *arg)
{
    struct db *db = arg;
    struct cache *cache = cache_of(db);

    for (size_t i = 0; cache && i < stmt_count(); i++)
        sqlite3_finalize(cache->of[i].h);
    for (int i = 0; cache && i < WORD_COUNT; i++)
        sqlite3_finalize(cache->word[i]);
    sqlite3_close(db->handle);
}

static struct prepared *prepared_of(struct db *db, const struct stmt *st)
{
    struct prepared *p = &cache_of(db)->of[*st->slot];
    const char *rest;
    int rc;

    if (p->h)
        return p;
    rc = sqlite3_prepare_v3(db->handle, st->sql, -1, SQLITE_PREPARE_PERSISTENT, &p->h, &rest);
    if (rc != SQLITE_OK)
        fail(db, rc, st->where);
    if (*rest)
        die("%s: one statement per STMT", st->where);
    p->where = st->where;
    p->writes = !sqlite3_stmt_readonly(p->h);
    p->parameters = sqlite3_bind_parameter_count(p->h);
    p->argument = NEW_ARRAY(cache_of(db)->boot, unsigned char, (size_t)p->parameters);
    for (int i = 1; i <= p->parameters; i++) {
        const char *name = sqlite3_bind_parameter_name(p->h, i);
        long n = name && *name == '$' ? strtol(name + 1, NULL, 10) : 0;

        if (n < 1 || n > p->parameters || n > PARAMETERS_MAX)
            die("%s: parameters are numbered $1 to $%d without gaps", st->where, p->parameters);
        p->argument[i - 1] = (unsigned char)(n - 1);
    }
    return p;
}

static int bind_one(sqlite3_stmt *h, int at, const struct arg *arg)
{
    const char *p = arg->s.p ? arg->s.p : "";

    switch (arg->kind) {
    case ARG_INT: return sqlite3_bind_int64(h, at, arg->i);
    case ARG_STR: return sqlite3_bind_text64(h, at, p, arg->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case ARG_BLOB: return sqlite3_bind_blob64(h, at, p, arg->s.n, SQLITE_STATIC);
    default: return sqlite3_bind_null(h, at);
    }
}

static struct prepared *bind(struct db *db, const struct stmt *st, const struct arg *args, size_t n)
{
    struct prepared *p = prepared_of(db, st);

    if ((size_t)p->parameters != n)
        die("%s: %d parameters, %zu arguments", st->where, p->parameters, n);
    if (sqlite3_stmt_busy(p->h))
        die("%s: its rows were not read to the end", st->where);
    for (int i = 0; i < p->parameters; i++) {
        int rc = bind_one(p->h, i + 1, &args[p->argument[i]]);

        if (rc != SQLITE_OK)
            fail(db, rc, st->where);
    }
    return p;
}

static void query(struct db *db, struct rows *r, const struct stmt *st, const struct arg *args,
                  size_t n)
{
    struct prepared *p = bind(db, st, args, n);

    r->h = p;
    db->open++;
    db->changes += p->writes;
}

static void end(struct rows *r)
{
    struct prepared *p = r->h;

    if (!p)
        return;
    (void)sqlite3_reset(p->h);
    r->h = NULL;
    r->db->open--;
}

static bool next(struct rows *r)
{
    struct prepared *p = r->h;
    int rc;

    assert(p); /* read past the end */
    rc = sqlite3_step(p->h);
    if (rc == SQLITE_ROW)
        return true;
    end(r);
    if (rc != SQLITE_DONE)
        fail(r->db, rc, p->where);
    return false;
}

static int64_t run(struct db *db, const struct stmt *st, const struct arg *args, size_t n)
{
    struct prepared *p = bind(db, st, args, n);
    int rc = sqlite3_step(p->h);
    int changed = sqlite3_changes(db->handle);

    if (rc == SQLITE_ROW)
        die("%s: has rows, ask it with db_query", st->where);
    (void)sqlite3_reset(p->h);
    if (rc != SQLITE_DONE)
        fail(db, rc, st->where);
    db->changes += changed;
    return changed;
}

static sqlite3_stmt *stmt_of(const struct rows *r)
{
    return ((struct prepared *)r->h)->h;
}

static int64_t column_int(const struct rows *r, int column)
{
    return sqlite3_column_int64(stmt_of(r), column);
}

static struct str column_str(const struct rows *r, int column)
{
    sqlite3_stmt *h = stmt_of(r);
    const void *p = sqlite3_column_type(h, column) == SQLITE_BLOB
                        ? sqlite3_column_blob(h, column)
                        : (const void *)sqlite3_column_text(h, column);

    return (struct str){p, (size_t)sqlite3_column_bytes(h, column)};
}

static enum db_column column_kind(const struct rows *r, int column)
{
    switch (sqlite3_column_type(stmt_of(r), column)) {
    case SQLITE_INTEGER: return COLUMN_INT;
    case SQLITE_NULL: return COLUMN_NULL;
    case SQLITE_FLOAT: die("a fraction: figures are integers");
    default: return COLUMN_TEXT;
    }
}

static int columns(const struct rows *r)
{
    return sqlite3_column_count(stmt_of(r));
}

static const char *column_name(const struct rows *r, int column)
{
    return sqlite3_column_name(stmt_of(r), column);
}

static void prepare(struct db *db, const struct stmt *st)
{
    (void)prepared_of(db, st);
}

static void settle(struct db *db)
{
    for (size_t i = 0; i < stmt_count(); i++) {
        sqlite3_stmt *h = cache_of(db)->of[i].h;

        if (h)
            (void)sqlite3_reset(h);
    }
    db->open = 0;
}

static int try_word(struct db *db, enum word w)
{
    sqlite3_stmt **h = &cache_of(db)->word[w];
    int rc;

    if (!*h && (rc = sqlite3_prepare_v3(db->handle, word_sql[w], -1, SQLITE_PREPARE_PERSISTENT, h,
                                        NULL)) != SQLITE_OK)
        return rc;
    (void)sqlite3_step(*h);
    return sqlite3_reset(*h);
}

static void say(struct db *db, enum word w)
{
    int rc = try_word(db, w);

    if (rc != SQLITE_OK)
        fail(db, rc, word_sql[w]);
}

static void begin_write(struct db *db)
{
    say(db, WORD_BEGIN_WRITE);
}

static void begin_read(struct db *db)
{
    say(db, WORD_BEGIN_READ);
}

static void savepoint(struct db *db)
{
    say(db, WORD_SAVEPOINT);
}

static void release(struct db *db)
{
    say(db, WORD_RELEASE);
}

static void back_to_savepoint(struct db *db)
{
    say(db, WORD_BACK);
}

static void commit(struct db *db)
{
    say(db, WORD_COMMIT);
}

static bool in_transaction(struct db *db)
{
    return !sqlite3_get_autocommit(db->handle);
}

static void rollback(struct db *db)
{
    if (in_transaction(db))
        (void)try_word(db, WORD_ROLLBACK);
    if (in_transaction(db))
        die("sqlite: cannot roll back: %s", sqlite3_errmsg(db->handle));
}

static void exec(struct db *db, const char *sql)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

    db->changes++;
    if (rc != SQLITE_OK)
        fail(db, rc, "script");
}

static int count_pages(void *arg, sqlite3 *h, const char *schema, int pages)
{
    (void)h;
    (void)schema;
    ((struct db *)arg)->wal_pages = pages;
    return SQLITE_OK;
}

/* Failing here costs nothing but room: the log is still there and the next one tries again. */
static void empty_log(struct db *db)
{
    (void)sqlite3_busy_timeout(db->handle, 0);
    if (sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) ==
        SQLITE_OK) {
        db->scrub = false;
        db->wal_pages = 0;
    }
    (void)sqlite3_busy_timeout(db->handle, BUSY_MS);
}

static void checkpoint(struct db *db, int least_pages)
{
    if (db->scrub)
        empty_log(db);
    if (db->wal_pages < least_pages)
        return;
    (void)sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    db->wal_pages = 0;
}

static bool sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool backup(struct db *db, const char *path, struct err *e)
{
    sqlite3_stmt *h = NULL;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int rc;

    if (fd < 0)
        return refuse(e, ERR_CONFLICT, "file", "%s cannot be made: %s.", path, strerror(errno));
    (void)close(fd);
    rc = sqlite3_prepare_v2(db->handle, "VACUUM INTO $1", -1, &h, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(h, 1, path, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK && (rc = sqlite3_step(h)) == SQLITE_DONE)
        rc = SQLITE_OK;
    (void)sqlite3_finalize(h);
    if (rc == SQLITE_OK && sync_file(path))
        return true;
    (void)unlink(path);
    return refuse(e, ERR_BUSY, "file", "The copy %s could not be written: %s.", path,
                  rc == SQLITE_OK ? "sync" : sqlite3_errstr(rc));
}

static const struct driver sqlite_driver = {.query = query,
                                            .run = run,
                                            .next = next,
                                            .end = end,
                                            .column_int = column_int,
                                            .column_str = column_str,
                                            .column_kind = column_kind,
                                            .columns = columns,
                                            .column_name = column_name,
                                            .prepare = prepare,
                                            .settle = settle,
                                            .begin_write = begin_write,
                                            .begin_read = begin_read,
                                            .savepoint = savepoint,
                                            .release = release,
                                            .back_to_savepoint = back_to_savepoint,
                                            .commit = commit,
                                            .rollback = rollback,
                                            .in_transaction = in_transaction,
                                            .exec = exec,
                                            .checkpoint = checkpoint,
                                            .backup = backup};

bool db_is_postgres(const struct db *db)
{
    return db->driver != &sqlite_driver;
}

/* cache_size is where the memory goes: -n is KiB. temp_store keeps savepoints out of files. What is
 * deleted or replaced is overwritten with zeros in the pages that are written anyway. */
static int set_up(struct db *db, bool reader)
{
    sqlite3 *h = db->handle;
    int rc = SQLITE_OK;

    (void)sqlite3_extended_result_codes(h, 1);
    (void)sqlite3_busy_timeout(h, BUSY_MS);
    (void)sqlite3_db_config(h, SQLITE_DBCONFIG_LOOKASIDE, NULL, CELL_BYTES, CELLS);
    (void)sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    (void)sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    (void)sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    rc = sqlite3_exec(h,
                      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON;"
                      "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 134217728;"
                      "PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = FAST",
                      NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(h,
                          reader ? "PRAGMA cache_size = -4096; PRAGMA query_only = ON"
                                 : "PRAGMA cache_size = -16384",
                          NULL, NULL, NULL);
    (void)sqlite3_wal_hook(h, count_pages, db);
    return rc;
}

/* Nobody reads SQLite's memory statistics, and each allocation would take a lock for them. */
void sqlite_begin(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

struct db *sqlite_open(struct arena *boot, const char *path, bool reader, struct err *e)
{
    struct db *db = NEW(boot, struct db);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    sqlite3 *h = NULL;
    int rc, fd;

    /* Made before SQLite makes it readable by all. One that is there must not be opened here:
     * closing it would drop the locks of every connection that this process has to it. */
    if (*path != ':' && strncmp(path, "file:", 5) != 0 &&
        (fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) >= 0)
        (void)close(fd);
    rc = sqlite3_open_v2(path, &h, flags, NULL);
    db->driver = &sqlite_driver;
    db->handle = h;
    arena_defer(boot, close_handle, db);
    if (rc == SQLITE_OK)
        rc = set_up(db, reader);
    if (rc != SQLITE_OK) {
        (void)refuse(e, ERR_INVALID, "data", "The database %s cannot be opened: %s.", path,
                     sqlite3_errstr(rc));
        return NULL;
    }
    db->prepared =
        arena_alloc(boot, 1, sizeof(struct cache) + stmt_count() * sizeof(struct prepared),
                    _Alignof(struct cache));
    cache_of(db)->boot = boot;
    return db;
}
