#include "db/driver.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static size_t stmt_total;

/* Before the first connection: each statement gets its place in every connection's cache. */
static void begin_all(void)
{
    sqlite_begin();
    LIST_EACH (stmts, struct stmt, it)
        *(*it)->slot = (int)stmt_total++;
}

size_t stmt_count(void)
{
    return stmt_total;
}

static struct db *open_as(struct arena *boot, const char *where, bool reader, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, begin_all);
    if (strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0 ||
        strstr(where, "dbname="))
        return postgres_open(boot, where, reader, e);
    return sqlite_open(boot, where, reader, e);
}

struct db *db_open(struct arena *boot, const char *where, struct err *e)
{
    return open_as(boot, where, false, e);
}

struct db *db_open_reader(struct arena *boot, const char *where, struct err *e)
{
    return open_as(boot, where, true, e);
}

struct arg arg_int(int64_t i)
{
    return (struct arg){.kind = ARG_INT, .i = i};
}

struct arg arg_str(struct str s)
{
    return (struct arg){.kind = ARG_STR, .s = s};
}

struct arg arg_blob(struct str s)
{
    return (struct arg){.kind = ARG_BLOB, .s = s};
}

struct arg arg_null(void)
{
    return (struct arg){.kind = ARG_NULL};
}

struct rows db_query_args(struct db *db, struct arena *a, const struct stmt *st,
                          const struct arg *args, size_t n)
{
    struct rows r = {.db = db, .row = -1, .arena = a};

    db->driver->query(db, &r, st, args, n);
    return r;
}

int64_t db_run_args(struct db *db, const struct stmt *st, const struct arg *args, size_t n)
{
    return db->driver->run(db, st, args, n);
}

bool rows_next(struct rows *r)
{
    return r->db->driver->next(r);
}

void rows_end(struct rows *r)
{
    r->db->driver->end(r);
}

int64_t row_int(const struct rows *r, int column)
{
    return r->db->driver->column_int(r, column);
}

int64_t rows_int(struct rows r)
{
    int64_t n = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return n;
}

int rows_ints(struct rows *r, int64_t *out, int most)
{
    int n = 0;

    while (n < most && rows_next(r))
        out[n++] = row_int(r, 0);
    rows_end(r);
    return n;
}

struct str row_str(const struct rows *r, int column)
{
    return str_copy(r->arena, r->db->driver->column_str(r, column));
}

bool row_is_null(const struct rows *r, int column)
{
    return r->db->driver->column_kind(r, column) == COLUMN_NULL;
}

static void row_to_map(const struct rows *r, struct val *map)
{
    const struct driver *driver = r->db->driver;

    for (int i = 0; i < driver->columns(r); i++) {
        struct str name = str_copy(r->arena, str_of(driver->column_name(r, i)));

        switch (driver->column_kind(r, i)) {
        case COLUMN_INT: set_int(map, name.p, row_int(r, i)); break;
        case COLUMN_TEXT: set_str(map, name.p, row_str(r, i)); break;
        case COLUMN_NULL: set_val(map, name, (struct val){.kind = VAL_NULL}); break;
        }
    }
}

void rows_to_list(struct rows *r, struct val *list)
{
    while (rows_next(r))
        row_to_map(r, add_map(list));
}

void db_fail(struct db *db, enum db_why why, const char *where, const char *what)
{
    if (why == WHY_BUG || !db->guarded)
        die("database: %s: %s", where, what);
    (void)fprintf(stderr, "database: %s: %s\n", where, what);
    db->why = why;
    longjmp(db->env, 1);
}

enum db_why db_guard(struct db *db, void (*fn)(struct db *db, void *arg), void *arg)
{
    assert(!db->guarded); /* a transaction inside a transaction */
    db->guarded = true;
    db->why = WHY_NOT;
    if (setjmp(db->env) == 0)
        fn(db, arg);
    db->guarded = false;
    if (db->open)
        db->driver->settle(db);
    assert(!db->open);
    return db->why;
}

bool why_refuse(struct err *e, enum db_why why)
{
    *e = (struct err){0};
    switch (why) {
    case WHY_CLASH:
        return refuse(e, ERR_CONFLICT, NULL,
                      "This does not fit what is recorded already. Nothing was saved.");
    case WHY_FULL:
        return refuse(e, ERR_BUSY, NULL,
                      "The disk is full. Nothing was saved; please try again in a moment.");
    case WHY_IO:
        return refuse(e, ERR_BUSY, NULL,
                      "The data cannot be reached. Nothing was saved; please try again in a "
                      "moment.");
    case WHY_LOST:
        return refuse(e, ERR_BUSY, NULL,
                      "The connection was lost while saving. Please look whether it was saved "
                      "before you try again.");
    default:
        return refuse(e, ERR_BUSY, NULL,
                      "Too much is going on. Nothing was saved; please try again in a moment.");
    }
}

void db_scrub(struct db *db)
{
    db->scrub = true;
}

void db_checkpoint(struct db *db)
{
    db->driver->checkpoint(db, DB_CHECKPOINT_PAGES);
}

bool db_backup(struct db *db, const char *path, struct err *e)
{
    return db->driver->backup(db, path, e);
}

struct script {
    const char *sql;
};

static void run_script(struct db *db, void *arg)
{
    db->driver->exec(db, ((struct script *)arg)->sql);
}

bool db_script(struct db *db, const char *sql, struct err *e)
{
    struct script script = {sql};
    enum db_why why;

    if (db->guarded) { /* in a job: leaves as a statement does */
        db->driver->exec(db, sql);
        return true;
    }
    why = db_guard(db, run_script, &script);
    return !why || why_refuse(e, why);
}

void db_prepare(struct db *db, const struct stmt *st)
{
    db->driver->prepare(db, st);
}
