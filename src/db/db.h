/*
 * db.h - SQLite and PostgreSQL, with everything we do not need left out.
 *
 * A statement is a constant beside the function that runs it. Its text is a literal, so nothing a
 * person typed can become SQL; values go in as args, numbered densely $1, $2 … The same text runs
 * on both databases (see docs/decisions and tests/unit/db_*): a test prepares every STMT of the
 * program on both, so a misspelt column fails the build, not a page.
 *
 * The database failing is the machine failing, and no caller can act upon it. So these functions
 * do not return errors: inside db_group() and db_read() a failed statement leaves straight to the
 * end of the job (longjmp; memory is the arena's, so nothing leaks), which is refused with
 * ERR_BUSY (disk full, locked), with ERR_CONFLICT (a constraint; only that job), or run again
 * (serialisation failure). Outside of both it die()s.
 */
#ifndef DB_H
#define DB_H

#include "base/err.h"
#include "val/val.h"

struct db; /* one connection; one thread at a time */

struct stmt {
    const char *sql, *where;
    int *slot; /* numbered at the first db_open, the same for all connections */
};

#define STMT(name, text)                                           \
    static int name##_slot;                                        \
    static const struct stmt name = {"" text, HERE, &name##_slot}; \
    LIST_ADD(stmts, struct stmt, name)

LIST_DECLARE(stmts, struct stmt);

/* A sum in a statement, whole on PostgreSQL too, whose sum() is a numeric; 0 of nothing. */
#define WHOLE(what) "CAST(coalesce(sum(" what "), 0) AS BIGINT)"

struct arg {
    enum { ARG_NONE, ARG_INT, ARG_STR, ARG_BLOB, ARG_NULL } kind;
    int64_t i;
    struct str s; /* not copied: lives until the rows are read */
};

#define ARG(x) _Generic((x), struct str : arg_str, default : arg_int)(x)
struct arg arg_int(int64_t i);
struct arg arg_str(struct str s); /* TEXT, valid UTF-8 without NUL */
struct arg arg_blob(struct str s);
struct arg arg_null(void);

/* A path or file: name opens SQLite (made if absent, readable by its owner only), postgresql://… or
 * "host=… dbname=…" opens PostgreSQL. Refused (INVALID) if it cannot be opened. Closed when the
 * arena is reset. */
struct db *db_open(struct arena *boot, const char *where, struct err *e) MUST_USE;
/* The same for reading only (on SQLite with a smaller cache); writing through it is a bug. */
struct db *db_open_reader(struct arena *boot, const char *where, struct err *e) MUST_USE;
bool db_is_postgres(const struct db *db);

/* Apply what is missing of schema/NNNN-*.sql (embedded); forward only, each statement guarded, so
 * that an interrupted run goes on. Refused (CONFLICT) if the database is newer than the program. */
bool db_migrate(struct db *db, struct err *e) MUST_USE;

/* Statements and scripts. Result texts live in `a`. rows must be read to the end or the job ended
 * before the same statement runs again on this connection. */
struct rows {
    struct db *db;
    void *h; /* sqlite3_stmt or PGresult */
    int row;
    struct arena *arena;
};

#define db_query(db, a, st, ...) \
    db_query_args(db, a, &(st), ARGS_(__VA_ARGS__), NARGS_(__VA_ARGS__))
struct rows db_query_args(struct db *db, struct arena *a, const struct stmt *st,
                          const struct arg *args, size_t n);

/* The same for a statement without result; how many rows it changed. A unique constraint in the
 * way is a refusal, not a failure: use ON CONFLICT DO NOTHING and look at the number. */
#define db_run(db, st, ...) db_run_args(db, &(st), ARGS_(__VA_ARGS__), NARGS_(__VA_ARGS__))
int64_t db_run_args(struct db *db, const struct stmt *st, const struct arg *args, size_t n);

/* A first dummy lets the list be empty. */
#define ARGS_(...)  ((struct arg[]){{.kind = ARG_NONE}, __VA_ARGS__} + 1)
#define NARGS_(...) (COUNT(((struct arg[]){{.kind = ARG_NONE}, __VA_ARGS__})) - 1)

bool rows_next(struct rows *r);
void rows_end(struct rows *r);                         /* before the end is reached */
int64_t rows_int(struct rows r);                       /* the first number, 0: no row; and ends */
int rows_ints(struct rows *r, int64_t *out, int most); /* the first column; and ends */
int64_t row_int(const struct rows *r, int column);     /* NULL is 0 */
struct str row_str(const struct rows *r, int column);  /* TEXT or BLOB; NULL is "" */
bool row_is_null(const struct rows *r, int column);

/* Every remaining row as a map keyed by column name: the query is the view. */
void rows_to_list(struct rows *r, struct val *list);

/*
 * Writing. One group is one transaction (BEGIN IMMEDIATE) of many jobs, each under its savepoint:
 * a job that refuses leaves nothing behind and does not hurt the others. When db_group returns,
 * what was done is on disk; a job whose group could not be committed has done == false and e set
 * (ERR_BUSY). A job may be run twice (serialisation failure): it must not keep state outside the
 * database and its own arena, and starts from nothing (an empty view). Jobs that set `repeatable`
 * vouch for that; a group of such jobs goes without savepoints, a third faster, and is run again
 * with them if one of them refuses after it wrote.
 */
struct db_job {
    bool (*run)(struct db *db, void *arg, struct err *e);
    void *arg;
    struct err *e;
    bool done;
    bool repeatable; /* see below */
};

struct db_hooks { /* how civic/ adds up counters once a group instead of once a job; each may be
                     NULL */
    void (*group_begin)(
        void *arg); /* start from nothing: also before a group is run again, and after it failed */
    void (*job_begin)(void *arg);
    void (*job_dropped)(void *arg); /* forget what the job since job_begin added */
    void (*before_commit)(struct db *db, void *arg);
    void *arg;
};

void db_group(struct db *db, struct db_job *const *jobs, size_t n, const struct db_hooks *hooks);

/* A piece of a job that is taken back by itself when it refuses, or when it is only tried (keep
 * false); the job goes on. Inside db_group() only, in a job that is not repeatable. */
struct db_piece {
    bool (*run)(struct db *db, void *arg, struct err *e);
    void *arg;
    bool keep;
};
bool db_try(struct db *db, const struct db_piece *piece, struct err *e) MUST_USE;

/* One job by itself, for commands and tests. */
bool db_write(struct db *db, bool (*run)(struct db *db, void *arg, struct err *e), void *arg,
              const struct db_hooks *hooks, struct err *e) MUST_USE;

/* Reading on one short snapshot. */
bool db_read(struct db *db, bool (*run)(struct db *db, void *arg, struct err *e), void *arg,
             struct err *e) MUST_USE;

/*
 * The writer calls this after each group, once its answers are on their way: when the write-ahead
 * log has grown by DB_CHECKPOINT_PAGES, it is moved into the file. No-op on PostgreSQL.
 */
#define DB_CHECKPOINT_PAGES 8000
void db_checkpoint(struct db *db);
/* Something was erased: the next db_checkpoint() empties the log, so that no old page of it stays;
 * while a reader holds it, the one after. PostgreSQL's own vacuum does as much. */
void db_scrub(struct db *db);

/* A copy that is whole while writing goes on. SQLite: VACUUM INTO a file that must not exist. */
bool db_backup(struct db *db, const char *path, struct err *e) MUST_USE;

/* For import, tests and tools only: SQL that is no STMT (PRAGMAs, DDL). Refused only for what the
 * machine cannot do (ERR_BUSY) or a constraint (ERR_CONFLICT); SQL that is wrong die()s. */
bool db_script(struct db *db, const char *sql, struct err *e) MUST_USE;

/* For the drift test: die()s if the statement does not fit the schema. */
void db_prepare(struct db *db, const struct stmt *st);

#endif
