/*
 * Schema, forward only. One statement is one step and one transaction, together with the row that
 * says it was done: whatever interrupts, the next start goes on at the step that is missing.
 */
#include "base/embed.h"
#include "db/driver.h"

#include <string.h>

STMT(step_done, "INSERT INTO schema_step (file, step) VALUES ($1, $2) ON CONFLICT DO NOTHING");
STMT(steps_done, "SELECT file, CAST(count(*) AS BIGINT) AS steps FROM schema_step GROUP BY file");

static const struct {
    struct str macro, sqlite, postgres;
} dialect[] = {
    {S("@INT"), S("INTEGER"), S("BIGINT")},
    {S("@FLAG"), S("INTEGER"), S("SMALLINT")},
    {S("@BLOB"), S("BLOB"), S("BYTEA")},
    {S("@TABLE"), S("STRICT"), S("")},
    {S("@ID"), S("INTEGER PRIMARY KEY"), S("BIGINT")},
    {S("@BY_ID"), S("UNIQUE (district, id)"), S("PRIMARY KEY (district, id)")},
    {S("@AT_ID"), S("CHECK (id > 0)"), S("PRIMARY KEY (district, id)")},
    {S("@NARROW"), S("STRICT, WITHOUT ROWID"), S("")},
};

static bool starts(struct str s, struct str with)
{
    return s.n >= with.n && memcmp(s.p, with.p, with.n) == 0;
}

/* The macro that s begins with, spelt out; how many bytes of s it took. */
static size_t put_macro(struct buf *b, struct str s, bool postgres)
{
    for (size_t i = 0; i < COUNT(dialect); i++) {
        if (starts(s, dialect[i].macro)) {
            buf_put(b, postgres ? dialect[i].postgres : dialect[i].sqlite);
            return dialect[i].macro.n;
        }
    }
    die("schema: no macro %.*s", STR_ARG(s));
}

static void put_line(struct buf *b, struct str line, bool postgres)
{
    while (line.n) {
        const char *at = memchr(line.p, '@', line.n);
        size_t plain = at ? (size_t)(at - line.p) : line.n;

        buf_put(b, (struct str){line.p, plain});
        line = (struct str){line.p + plain, line.n - plain};
        if (line.n) {
            size_t took = put_macro(b, line, postgres);

            line = (struct str){line.p + took, line.n - took};
        }
    }
    buf_put(b, S("\n"));
}

/* Takes the next statement off *sql: up to a ; at the end of a line, without comment lines.
 * false at the end. */
static bool take_statement(struct arena *a, struct str *sql, bool postgres, struct str *out)
{
    struct buf b = {.arena = a};

    while (sql->n) {
        struct str line;

        *sql = str_cut(*sql, '\n', &line);
        line = str_trim(line);
        if (!line.n || starts(line, S("--")))
            continue;
        put_line(&b, line, postgres);
        if (line.p[line.n - 1] == ';')
            break;
    }
    *out = str_copy(a, buf_str(&b));
    return out->n > 0;
}

struct step {
    struct str file, sql;
    int64_t number; /* from 1 */
};

static bool step_run(struct db *db, void *arg, struct err *e)
{
    const struct step *s = arg;

    (void)e;
    if (db_is_postgres(db))
        db->driver->exec(db, "SET LOCAL lock_timeout = '10s'");
    if (db_run(db, step_done, ARG(s->file), ARG(s->number)) == 1)
        db->driver->exec(db, s->sql.p);
    return true;
}

struct progress {
    struct arena *a;
    const struct migration *files;
    size_t n;
    int64_t *steps; /* done, by file */
};

/* How far each file is; refused if the database knows a file that we do not have. */
static bool progress_read(struct db *db, void *arg, struct err *e)
{
    struct progress *p = arg;
    struct rows r = db_query(db, p->a, steps_done);

    while (rows_next(&r)) {
        struct str file = row_str(&r, 0);
        size_t i = 0;

        while (i < p->n && !str_eq(p->files[i].name, file))
            i++;
        if (i == p->n)
            return refuse(e, ERR_CONFLICT, "data",
                          "The data were made by a newer version (%.*s). Please use that version.",
                          STR_ARG(file));
        p->steps[i] = row_int(&r, 1);
    }
    return true;
}

static bool file_apply(struct db *db, struct arena *a, const struct migration *file, int64_t done,
                       struct err *e)
{
    struct step s = {.file = file->name};
    struct str rest = file->sql;

    while (take_statement(a, &rest, db_is_postgres(db), &s.sql)) {
        if (++s.number > done && !db_write(db, step_run, &s, NULL, e))
            return false;
    }
    if (s.number < done)
        return refuse(e, ERR_CONFLICT, "data",
                      "The data were made by a newer version (%.*s). Please use that version.",
                      STR_ARG(file->name));
    return true;
}

static bool files_apply(struct db *db, struct arena *a, const struct migration *files, size_t n,
                        struct err *e)
{
    struct progress p = {a, files, n, NEW_ARRAY(a, int64_t, n + 1)};
    const char *versions = "CREATE TABLE IF NOT EXISTS schema_step (file TEXT NOT NULL,"
                           " step BIGINT NOT NULL, PRIMARY KEY (file, step))";

    if (!db_script(db, versions, e) || !db_read(db, progress_read, &p, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!file_apply(db, a, &files[i], p.steps[i], e))
            return false;
    }
    return true;
}

bool migrate_files(struct db *db, const struct migration *files, size_t n, struct err *e)
{
    struct arena scratch;
    bool ok;

    arena_init(&scratch, (size_t)16 << 20);
    ok = files_apply(db, &scratch, files, n, e);
    arena_reset(&scratch);
    return ok;
}

bool db_migrate(struct db *db, struct err *e)
{
    struct migration files[64];
    const struct embedded *it = NULL;
    size_t n = 0;

    while ((it = embed_next(it, S("schema/")))) {
        if (n == COUNT(files))
            die("schema: more than %zu files", COUNT(files));
        files[n++] = (struct migration){str_of(it->name), {it->bytes, it->n}};
    }
    return migrate_files(db, files, n, e);
}
