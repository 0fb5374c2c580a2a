/*
 * PostgreSQL through libpq. Integers go as text (the server knows the column's width), texts and
 * blobs as bytes; results come in binary. Writers run SERIALIZABLE, so that two of them are what
 * one writer is on SQLite; what fails by that is run again by group.c.
 */
#include "db/driver.h"

#include <assert.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETERS_MAX 64

/* pg_type.h */
enum { OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25 };

struct result { /* tied to the arena of the rows */
    PGresult *h;
    const char *where;
};

static const char session_sql[] = "SET TIME ZONE 'UTC'; SET client_encoding = 'UTF8';"
                                  "SET standard_conforming_strings = on;"
                                  "SET synchronous_commit = on; SET client_min_messages = error";

static enum db_why why_of(const struct db *db, const char *state)
{
    if (!state || strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0)
        return db->committing ? WHY_LOST : WHY_IO;
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0)
        return WHY_AGAIN;
    if (strcmp(state, "23505") == 0 && db->first)
        return WHY_AGAIN; /* whoever comes after sees what the faster one wrote, and is told that */
    if (strncmp(state, "23", 2) == 0 || strncmp(state, "22", 2) == 0)
        return WHY_CLASH;
    if (strcmp(state, "53100") == 0)
        return WHY_FULL;
    if (strncmp(state, "53", 2) == 0 || strcmp(state, "55P03") == 0 || strcmp(state, "57014") == 0)
        return WHY_BUSY;
    if (strncmp(state, "58", 2) == 0 || strcmp(state, "25006") == 0)
        return WHY_IO;
    return WHY_BUG;
}

/* Never the message: its DETAIL prints the row. Class 42 (wrong SQL) is about our own text. */
static _Noreturn void fail(struct db *db, PGresult *res, const char *where)
{
    char what[400];
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *constraint = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
    const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    enum db_why why = why_of(db, state);

    if (!constraint)
        constraint = state && strncmp(state, "42", 2) == 0 && message ? message : "";
    (void)snprintf(what, sizeof(what), "%s %s", state ? state : "connection lost", constraint);
    PQclear(res);
    db_fail(db, why, where, what);
}

static bool succeeded(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static PGresult *checked(struct db *db, PGresult *res, const char *where)
{
    if (!succeeded(res))
        fail(db, res, where);
    return res;
}

static void exec(struct db *db, const char *sql)
{
    PQclear(checked(db, PQexec(db->handle, sql), "script"));
    db->changes++;
}

static void name_of(const struct stmt *st, char name[24])
{
    (void)snprintf(name, 24, "s%d", *st->slot);
}

static void prepare(struct db *db, const struct stmt *st)
{
    bool *ready = &((bool *)db->prepared)[*st->slot];
    char name[24];

    if (*ready)
        return;
    name_of(st, name);
    PQclear(checked(db, PQprepare(db->handle, name, st->sql, 0, NULL), st->where));
    *ready = true;
}

struct params {
    const char *value[PARAMETERS_MAX];
    int length[PARAMETERS_MAX], format[PARAMETERS_MAX];
    char digits[PARAMETERS_MAX][24];
};

static void params_set(struct params *p, const struct arg *args, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p->length[i] = (int)args[i].s.n;
        p->format[i] = args[i].kind != ARG_INT;
        switch (args[i].kind) {
        case ARG_INT:
            (void)snprintf(p->digits[i], sizeof(p->digits[i]), "%lld", (long long)args[i].i);
            p->value[i] = p->digits[i];
            break;
        case ARG_STR:
        case ARG_BLOB: p->value[i] = args[i].s.p ? args[i].s.p : ""; break;
        default: p->value[i] = NULL; break;
        }
    }
}

static PGresult *execute(struct db *db, const struct stmt *st, const struct arg *args, size_t n)
{
    struct params p;
    char name[24];

    if (n > PARAMETERS_MAX)
        die("%s: more than %d arguments", st->where, PARAMETERS_MAX);
    prepare(db, st);
    name_of(st, name);
    params_set(&p, args, n);
    return checked(db, PQexecPrepared(db->handle, name, (int)n, p.value, p.length, p.format, 1),
                   st->where);
}

static void clear_result(void *arg)
{
    struct result *result = arg;

    PQclear(result->h);
    result->h = NULL;
}

static void query(struct db *db, struct rows *r, const struct stmt *st, const struct arg *args,
                  size_t n)
{
    struct result *result = NEW(r->arena, struct result);

    arena_defer(r->arena, clear_result, result);
    result->where = st->where;
    result->h = execute(db, st, args, n);
    r->h = result;
    db->open++;
    db->changes += strncmp(PQcmdStatus(result->h), "SELECT", 6) != 0;
}

static void end(struct rows *r)
{
    if (!r->h)
        return;
    clear_result(r->h);
    r->h = NULL;
    r->db->open--;
}

static PGresult *result_of(const struct rows *r)
{
    return ((struct result *)r->h)->h;
}

static bool next(struct rows *r)
{
    assert(r->h); /* read past the end */
    if (++r->row < PQntuples(result_of(r)))
        return true;
    end(r);
    return false;
}

static int64_t run(struct db *db, const struct stmt *st, const struct arg *args, size_t n)
{
    PGresult *res = execute(db, st, args, n);
    int64_t changed = strtoll(PQcmdTuples(res), NULL, 10);

    if (PQresultStatus(res) == PGRES_TUPLES_OK)
        die("%s: has rows, ask it with db_query", st->where);
    PQclear(res);
    db->changes += changed;
    return changed;
}

static enum db_column column_kind(const struct rows *r, int column)
{
    if (PQgetisnull(result_of(r), r->row, column))
        return COLUMN_NULL;
    switch (PQftype(result_of(r), column)) {
    case OID_INT8:
    case OID_INT4:
    case OID_INT2: return COLUMN_INT;
    default: return COLUMN_TEXT;
    }
}

static int64_t column_int(const struct rows *r, int column)
{
    const PGresult *res = result_of(r);
    const unsigned char *p = (const unsigned char *)PQgetvalue(res, r->row, column);
    uint64_t bits = 0;
    int bytes = PQgetlength(res, r->row, column);

    switch (column_kind(r, column)) {
    case COLUMN_NULL: return 0;
    case COLUMN_INT: break;
    default: die("%s: column %d is no integer", ((struct result *)r->h)->where, column);
    }
    if (p[0] & 0x80)
        bits = ~(uint64_t)0;
    for (int i = 0; i < bytes; i++)
        bits = bits << 8 | p[i];
    return (int64_t)bits;
}

static struct str column_str(const struct rows *r, int column)
{
    const PGresult *res = result_of(r);

    switch (PQftype(res, column)) {
    case OID_TEXT:
    case OID_NAME:
    case OID_BYTEA: break;
    default: die("%s: column %d is no text", ((struct result *)r->h)->where, column);
    }
    return (struct str){PQgetvalue(res, r->row, column), (size_t)PQgetlength(res, r->row, column)};
}

static int columns(const struct rows *r)
{
    return PQnfields(result_of(r));
}

static const char *column_name(const struct rows *r, int column)
{
    return PQfname(result_of(r), column);
}

/* The results themselves are their arenas' to clear. */
static void settle(struct db *db)
{
    db->open = 0;
}

/* What a new connection is told, also after one was lost. */
static void session_begin(struct db *db)
{
    memset(db->prepared, 0, stmt_count() * sizeof(bool));
    exec(db, session_sql);
}

static void reconnect(struct db *db)
{
    if (PQstatus(db->handle) == CONNECTION_OK)
        return;
    PQreset(db->handle);
    if (PQstatus(db->handle) != CONNECTION_OK)
        db_fail(db, WHY_IO, "connect", "the server does not answer");
    session_begin(db);
}

static void begin_write(struct db *db)
{
    reconnect(db);
    exec(db, "BEGIN ISOLATION LEVEL SERIALIZABLE");
}

static void begin_read(struct db *db)
{
    reconnect(db);
    exec(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

static void savepoint(struct db *db)
{
    exec(db, "SAVEPOINT job");
}

static void release(struct db *db)
{
    exec(db, "RELEASE job");
}

static void back_to_savepoint(struct db *db)
{
    exec(db, "ROLLBACK TO job");
}

/* COMMIT of a transaction that has failed answers ROLLBACK and no error. */
static void commit(struct db *db)
{
    PGresult *res = checked(db, PQexec(db->handle, "COMMIT"), "COMMIT");
    bool done = strcmp(PQcmdStatus(res), "COMMIT") == 0;

    PQclear(res);
    if (!done)
        db_fail(db, WHY_IO, "COMMIT", "rolled back");
}

static bool in_transaction(struct db *db)
{
    PGTransactionStatusType status = PQtransactionStatus(db->handle);

    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static void rollback(struct db *db)
{
    if (in_transaction(db))
        PQclear(PQexec(db->handle, "ROLLBACK"));
}

static void checkpoint(struct db *db, int least_pages)
{
    (void)db;
    (void)least_pages;
}

static bool backup(struct db *db, const char *path, struct err *e)
{
    (void)db;
    (void)path;
    return refuse(e, ERR_INVALID, "data",
                  "PostgreSQL is backed up with its own pg_dump or "
                  "pg_basebackup.");
}

static const struct driver postgres_driver = {.query = query,
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

static void close_handle(void *arg)
{
    PQfinish(((struct db *)arg)->handle);
}

static void say_nothing(void *arg, const char *message)
{
    (void)arg;
    (void)message;
}

/* Its order of texts must be that of the bytes, as on SQLite. */
static bool sorts_by_bytes(PGconn *h)
{
    PGresult *res = PQexec(h, "SELECT datcollate FROM pg_database WHERE datname = "
                              "current_database()");
    bool ok = PQntuples(res) == 1 && (strcmp(PQgetvalue(res, 0, 0), "C") == 0 ||
                                      strncmp(PQgetvalue(res, 0, 0), "C.", 2) == 0);

    PQclear(res);
    return ok;
}

static bool suits(PGconn *h, struct err *e)
{
    const char *encoding;

    if (PQstatus(h) != CONNECTION_OK)
        return refuse(e, ERR_INVALID, "database", "The PostgreSQL server does not let us in.");
    if (PQserverVersion(h) < 150000)
        return refuse(e, ERR_INVALID, "database", "PostgreSQL 15 or later is needed.");
    encoding = PQparameterStatus(h, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8") != 0 || !sorts_by_bytes(h))
        return refuse(e, ERR_INVALID, "database",
                      "The PostgreSQL database must be created with ENCODING UTF8 and LOCALE "
                      "C.UTF-8 from template0.");
    return true;
}

struct db *postgres_open(struct arena *boot, const char *where, bool reader, struct err *e)
{
    struct db *db = NEW(boot, struct db);
    PGconn *h = PQconnectdb(where);

    db->driver = &postgres_driver;
    db->handle = h;
    arena_defer(boot, close_handle, db);
    (void)PQsetNoticeProcessor(h, say_nothing, NULL);
    if (!suits(h, e))
        return NULL;
    db->prepared = NEW_ARRAY(boot, bool, stmt_count());
    session_begin(db);
    if (reader)
        exec(db, "SET default_transaction_read_only = on");
    return db;
}
