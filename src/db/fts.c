#include "db/fts.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define ROWS_A_STATEMENT 100
#define TOKENS_MAX       64 /* of one query; more would not find less */

static const char *const schema =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -2048;"
    "CREATE TABLE IF NOT EXISTS mark (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT "
    "NULL);"
    "INSERT OR IGNORE INTO mark VALUES (1, 0);"
    "CREATE VIRTUAL TABLE IF NOT EXISTS word USING fts5(tokens, content='', detail=none, "
    "tokenize=\"unicode61 remove_diacritics 0\")";

struct side { /* one connection: the writer's or the readers' */
    sqlite3 *h;
    pthread_mutex_t lock;
};

struct fts {
    struct side write, read;
};

static void fts_close(void *arg)
{
    struct fts *f = arg;

    (void)sqlite3_close_v2(f->write.h);
    (void)sqlite3_close_v2(f->read.h);
    (void)pthread_mutex_destroy(&f->write.lock);
    (void)pthread_mutex_destroy(&f->read.lock);
}

static bool side_open(struct side *s, const char *path)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;

    (void)pthread_mutex_init(&s->lock, NULL);
    if (sqlite3_open_v2(path, &s->h, flags, NULL) != SQLITE_OK)
        return false;
    (void)sqlite3_busy_timeout(s->h, 5000);
    return sqlite3_exec(s->h, schema, NULL, NULL, NULL) == SQLITE_OK;
}

static void put_aside(const char *path)
{
    char name[4096], aside[4096];
    static const char *const tail[] = {"", "-wal", "-shm"};

    for (int i = 0; i < 3; i++) {
        (void)snprintf(name, sizeof(name), "%s%s", path, tail[i]);
        (void)snprintf(aside, sizeof(aside), "%s.damaged%s", path, tail[i]);
        (void)rename(name, aside);
    }
}

struct fts *fts_open(struct arena *boot, const char *path)
{
    struct fts *f = NEW(boot, struct fts);

    arena_defer(boot, fts_close, f);
    if (!side_open(&f->write, path)) {
        (void)sqlite3_close_v2(f->write.h);
        put_aside(path);
        if (!side_open(&f->write, path))
            return NULL;
    }
    return side_open(&f->read, path) ? f : NULL;
}

int64_t fts_mark(struct fts *f)
{
    sqlite3_stmt *q;
    int64_t id = 0;

    (void)pthread_mutex_lock(&f->write.lock);
    if (sqlite3_prepare_v2(f->write.h, "SELECT id FROM mark", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW)
        id = sqlite3_column_int64(q, 0);
    (void)sqlite3_finalize(q);
    (void)pthread_mutex_unlock(&f->write.lock);
    return id;
}

/*
 * Many rows a statement: each statement on a virtual table is a savepoint, and at each of those
 * FTS5 writes out what it had gathered.
 */
static sqlite3_stmt *prepare_rows(sqlite3 *h, size_t n)
{
    char sql[64 + ROWS_A_STATEMENT * 6] = "INSERT INTO word (rowid, tokens) VALUES (?,?)";
    size_t at = strlen(sql);
    sqlite3_stmt *q = NULL;

    for (size_t i = 1; i < n; i++, at += 6)
        memcpy(sql + at, ",(?,?)", 7);
    return sqlite3_prepare_v2(h, sql, -1, &q, NULL) == SQLITE_OK ? q : NULL;
}

static bool put_some(sqlite3 *h, const struct fts_row *rows, size_t n)
{
    sqlite3_stmt *q = prepare_rows(h, n);
    bool ok;

    for (size_t i = 0; q && i < n; i++) {
        (void)sqlite3_bind_int64(q, (int)i * 2 + 1, rows[i].id);
        (void)sqlite3_bind_text64(q, (int)i * 2 + 2, rows[i].tokens.p, rows[i].tokens.n,
                                  SQLITE_STATIC, SQLITE_UTF8);
    }
    ok = q && sqlite3_step(q) == SQLITE_DONE;
    (void)sqlite3_finalize(q);
    return ok;
}

static bool put_rows(sqlite3 *h, const struct fts_row *rows, size_t n)
{
    bool ok = true;

    for (size_t i = 0; ok && i < n; i += ROWS_A_STATEMENT)
        ok = put_some(h, rows + i, n - i < ROWS_A_STATEMENT ? n - i : ROWS_A_STATEMENT);
    return ok;
}

static bool put_mark(sqlite3 *h, int64_t mark)
{
    sqlite3_stmt *q;
    bool ok = sqlite3_prepare_v2(h, "UPDATE mark SET id = ?1", -1, &q, NULL) == SQLITE_OK;

    if (ok) {
        (void)sqlite3_bind_int64(q, 1, mark);
        ok = sqlite3_step(q) == SQLITE_DONE;
    }
    (void)sqlite3_finalize(q);
    return ok;
}

bool fts_put(struct fts *f, const struct fts_row *rows, size_t n, int64_t mark)
{
    sqlite3 *h = f->write.h;
    bool ok;

    (void)pthread_mutex_lock(&f->write.lock);
    ok = sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    if (ok) {
        ok = put_rows(h, rows, n) && put_mark(h, mark) &&
             sqlite3_exec(h, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
        if (!ok)
            (void)sqlite3_exec(h, "ROLLBACK", NULL, NULL, NULL);
    }
    (void)pthread_mutex_unlock(&f->write.lock);
    return ok;
}

/* "树倒 倒了" as "树倒" AND "倒了": quoted, so that no token is an operator. */
static bool match_text(struct str tokens, char *out, size_t room)
{
    size_t n = 0;
    struct str token;

    for (int count = 0; tokens.n && count < TOKENS_MAX;) {
        tokens = str_cut(tokens, ' ', &token);
        if (!token.n || memchr(token.p, '"', token.n))
            continue;
        if (n + token.n + 4 > room)
            break;
        n += (size_t)snprintf(out + n, room - n, "%s\"%.*s\"", count ? " " : "", STR_ARG(token));
        count++;
    }
    return n > 0;
}

int fts_find(struct fts *f, struct str tokens, int64_t before, int64_t *id, int most)
{
    char match[4096];
    sqlite3_stmt *q;
    int n = 0;

    if (!match_text(tokens, match, sizeof(match)))
        return 0;
    (void)pthread_mutex_lock(&f->read.lock);
    if (sqlite3_prepare_v2(f->read.h,
                           "SELECT rowid FROM word WHERE word MATCH ?1 AND rowid < ?2 ORDER BY "
                           "rowid DESC LIMIT ?3",
                           -1, &q, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, match, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int64(q, 2, before);
        (void)sqlite3_bind_int(q, 3, most);
        while (n < most && sqlite3_step(q) == SQLITE_ROW)
            id[n++] = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    (void)pthread_mutex_unlock(&f->read.lock);
    return n;
}
