/*
 * driver.h - what db.c, group.c and migrate.c ask of a database; inside db/ only.
 *
 * Every function may fail with db_fail(), which does not return.
 */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include "db/db.h"

#include <setjmp.h>

/* Why a statement could not be carried out. */
enum db_why {
    WHY_NOT,
    WHY_CLASH,   /* a constraint: the job's fault, the transaction may go on without it */
    WHY_AGAIN,   /* serialisation failure, deadlock, on PostgreSQL a key taken at the first run:
                    run the whole group again */
    WHY_CAREFUL, /* group.c: run the group again with savepoints */
    WHY_BUSY,    /* locked for too long */
    WHY_FULL,    /* no room on the disk */
    WHY_IO,      /* disk or connection in trouble; nothing was committed */
    WHY_LOST,    /* the connection went while committing: it may or may not be saved */
    WHY_BUG      /* a statement that cannot be right: always die()s */
};

enum db_column { COLUMN_NULL, COLUMN_INT, COLUMN_TEXT };

struct driver {
    void (*query)(struct db *db, struct rows *r, const struct stmt *st, const struct arg *args,
                  size_t n);
    int64_t (*run)(struct db *db, const struct stmt *st, const struct arg *args, size_t n);
    bool (*next)(struct rows *r);
    void (*end)(struct rows *r);
    int64_t (*column_int)(const struct rows *r, int column);
    struct str (*column_str)(const struct rows *r, int column); /* not copied */
    enum db_column (*column_kind)(const struct rows *r, int column);
    int (*columns)(const struct rows *r);
    const char *(*column_name)(const struct rows *r, int column);
    void (*prepare)(struct db *db, const struct stmt *st); /* for the drift test */
    void (*settle)(struct db *db);                         /* end every result still open */

    void (*begin_write)(struct db *db);
    void (*begin_read)(struct db *db);
    void (*savepoint)(struct db *db);
    void (*release)(struct db *db);
    void (*back_to_savepoint)(struct db *db);
    void (*commit)(struct db *db);
    void (*rollback)(struct db *db);       /* never fails; ok outside of a transaction */
    bool (*in_transaction)(struct db *db); /* false too if the database ended it by itself */

    void (*exec)(struct db *db, const char *sql);
    void (*checkpoint)(struct db *db, int least_pages);
    bool (*backup)(struct db *db, const char *path, struct err *e);
};

struct db {
    const struct driver *driver;
    void *handle;    /* sqlite3 or PGconn */
    void *prepared;  /* by slot; the driver's */
    int open;        /* results not read to their end */
    int wal_pages;   /* SQLite: in the write-ahead log after the last commit */
    int64_t changes; /* grows when something may have been written */
    bool scrub;      /* the log must be emptied at the next checkpoint: db_scrub() */
    bool guarded;    /* a failure jumps to env */
    bool committing;
    bool first; /* run of a group: a key that is taken may have been taken since it began */
    enum db_why why;
    jmp_buf env;
};

void sqlite_begin(void); /* once, before all else */
struct db *sqlite_open(struct arena *boot, const char *path, bool reader, struct err *e);
struct db *postgres_open(struct arena *boot, const char *where, bool reader, struct err *e);

size_t stmt_count(void);

/* where: of the statement; what: what a log may know (no values). */
_Noreturn void db_fail(struct db *db, enum db_why why, const char *where, const char *what);

/* Runs fn; a failure in it comes back as its reason. */
enum db_why db_guard(struct db *db, void (*fn)(struct db *db, void *arg), void *arg);

/* Always false. */
bool why_refuse(struct err *e, enum db_why why);

struct migration {
    struct str name, sql; /* "schema/0001-foundation.sql" */
};
bool migrate_files(struct db *db, const struct migration *files, size_t n, struct err *e) MUST_USE;

#endif
