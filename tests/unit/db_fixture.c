#include "db_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool script_elsewhere(const char *where, const char *before, const char *name,
                             const char *after)
{
    struct arena a;
    struct err e = {0};
    char sql[200];
    struct db *db;
    bool ok;

    arena_init(&a, 1 << 20);
    (void)snprintf(sql, sizeof(sql), "%s SCHEMA %s%s", before, name, after);
    db = db_open(&a, where, &e);
    ok = db && db_script(db, sql, &e);
    arena_reset(&a);
    return ok;
}

static bool place_find(struct fixture *f)
{
    const char *server = getenv("YINGSHAO_TEST_PG");

    if (f->kind == ON_SQLITE) {
        (void)snprintf(f->dir, sizeof(f->dir), "/tmp/yingshao-test.XXXXXX");
        cr_assert(mkdtemp(f->dir));
        (void)snprintf(f->where, sizeof(f->where), "%s/data.db", f->dir);
        return true;
    }
    if (!server)
        return false;
    (void)snprintf(f->schema, sizeof(f->schema), "test_%d", (int)getpid());
    (void)snprintf(f->where, sizeof(f->where), "%s application_name=%s options=-csearch_path=%s",
                   server, f->schema, f->schema);
    cr_assert(script_elsewhere(server, "CREATE", f->schema, ""));
    return true;
}

bool fixture_open(struct fixture *f, enum fixture_kind kind)
{
    struct err e = {0};

    *f = (struct fixture){.kind = kind};
    if (!place_find(f))
        return false;
    arena_init(&f->a, (size_t)64 << 20);
    f->db = db_open(&f->a, f->where, &e);
    cr_assert(f->db, "%s", e.text);
    return true;
}

void fixture_migrate(struct fixture *f)
{
    struct err e = {0};

    cr_assert(db_migrate(f->db, &e), "%s", e.text);
}

struct db *fixture_reader(struct fixture *f)
{
    struct err e = {0};
    struct db *db = db_open_reader(&f->a, f->where, &e);

    cr_assert(db, "%s", e.text);
    return db;
}

void fixture_close(struct fixture *f)
{
    static const char *const files[] = {"data.db", "data.db-wal", "data.db-shm", "copy.db"};
    char path[128];

    arena_reset(&f->a);
    if (f->kind == ON_POSTGRES) {
        cr_assert(script_elsewhere(getenv("YINGSHAO_TEST_PG"), "DROP", f->schema, " CASCADE"));
        return;
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", f->dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(f->dir);
}

int64_t fixture_int(struct fixture *f, const struct stmt *st)
{
    struct rows r = db_query_args(f->db, &f->a, st, NULL, 0);
    int64_t i = rows_next(&r) ? row_int(&r, 0) : -1;

    rows_end(&r);
    return i;
}

void on_both(void (*test)(struct fixture *f), bool migrated)
{
    for (enum fixture_kind kind = ON_SQLITE; kind < FIXTURE_KINDS; kind++) {
        struct fixture f;

        if (!fixture_open(&f, kind))
            continue;
        if (migrated)
            fixture_migrate(&f);
        test(&f);
        fixture_close(&f);
    }
}

Test(db_fixture, postgres_takes_part)
{
    if (!getenv("YINGSHAO_TEST_PG"))
        cr_skip_test("only SQLite is tested; run through tests/with-postgres for both");
}
