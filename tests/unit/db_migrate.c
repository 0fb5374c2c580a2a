#include "db/driver.h"
#include "db_fixture.h"

#include "base/embed.h"

#include <string.h>

STMT(tree_all, "SELECT id, high, bark, leaf FROM tree ORDER BY id");

#define FIRST                                                                                  \
    "-- A comment; with a semicolon;\n"                                                        \
    "CREATE TABLE tree (\n    id @INT NOT NULL PRIMARY KEY, high @FLAG NOT NULL, bark @BLOB\n" \
    ") @TABLE;\n"                                                                              \
    "CREATE INDEX tree_high ON tree (high);\n\n"                                               \
    "INSERT INTO tree (id, high) VALUES (1, 1);\n"                                             \
    "INSERT INTO tree (id, high) VALUES (2, 0);\n"
#define SECOND                                                                            \
    "ALTER TABLE tree ADD COLUMN leaf TEXT NOT NULL DEFAULT '叶';\n"                     \
    "CREATE TABLE twig (a @INT NOT NULL, b @INT NOT NULL, PRIMARY KEY (a, b)) @NARROW;\n" \
    "UPDATE tree SET leaf = ';' WHERE id = 2;\n"                                          \
    "-- The end.\n"

static const struct migration both[] = {{S("schema/1.sql"), S(FIRST)},
                                        {S("schema/2.sql"), S(SECOND)}};

static void expect_tree(struct fixture *f)
{
    struct val *list = val_list(&f->a);
    struct buf out = {.arena = &f->a};
    struct rows r = db_query(f->db, &f->a, tree_all);

    rows_to_list(&r, list);
    json_write(&out, list);
    cr_assert_str_eq(str_copy(&f->a, buf_str(&out)).p,
                     "[{\"id\":1,\"high\":1,\"bark\":null,\"leaf\":\"叶\"},"
                     "{\"id\":2,\"high\":0,\"bark\":null,\"leaf\":\";\"}]");
}

/* A run that ended after some statements is a run of a shorter text. */
static struct str shorter(struct str sql, int statements)
{
    size_t n = 0;

    while (n < sql.n && statements > 0) {
        n++;
        if (sql.p[n - 1] == ';' && n < sql.n && sql.p[n] == '\n' && sql.p[n - 2] != 'n')
            statements--;
    }
    return (struct str){sql.p, n};
}

static void interrupted_after(enum fixture_kind kind, size_t file, int statements)
{
    struct fixture f;
    struct migration part[2] = {both[0], both[1]};
    struct err e = {0};

    if (!fixture_open(&f, kind))
        return;
    part[file].sql = shorter(part[file].sql, statements);
    cr_assert(migrate_files(f.db, part, file + 1, &e), "%s", e.text);
    cr_assert(migrate_files(f.db, both, 2, &e), "%s", e.text);
    cr_assert(migrate_files(f.db, both, 2, &e), "%s", e.text);
    expect_tree(&f);
    fixture_close(&f);
}

Test(migrate, goes_on_after_each_statement_at_which_it_was_interrupted)
{
    for (enum fixture_kind kind = ON_SQLITE; kind < FIXTURE_KINDS; kind++) {
        for (int statements = 0; statements < 4; statements++)
            interrupted_after(kind, 0, statements);
        for (int statements = 0; statements < 3; statements++)
            interrupted_after(kind, 1, statements);
    }
}

TEST_ON_BOTH_EMPTY(migrate, a_step_that_fails_leaves_nothing_and_is_tried_again)
{
    struct migration bad[2] = {both[0], both[1]};
    struct err e = {0};

    bad[0].sql = S("CREATE TABLE tree (id @INT NOT NULL PRIMARY KEY, high @FLAG, bark @BLOB) "
                   "@TABLE;\nINSERT INTO tree (id, high) VALUES (1, 1), (1, 1);\n");
    cr_assert_not(migrate_files(f->db, bad, 1, &e));
    cr_assert_eq(e.kind, ERR_CONFLICT);
    e = (struct err){0};
    cr_assert(migrate_files(f->db, both, 2, &e), "%s", e.text);
    cr_assert(migrate_files(f->db, both, 2, &e), "%s", e.text);
}

TEST_ON_BOTH_EMPTY(migrate, a_newer_database_is_refused)
{
    struct migration older[1] = {both[0]};
    struct err e = {0};

    cr_assert(migrate_files(f->db, both, 2, &e), "%s", e.text);
    cr_assert_not(migrate_files(f->db, older, 1, &e)); /* a file that we do not know */
    cr_assert_eq(e.kind, ERR_CONFLICT);
    older[0].sql = shorter(older[0].sql, 2);
    e = (struct err){0};
    cr_assert_not(
        migrate_files(f->db, (struct migration[]){older[0], both[1]}, 2, &e)); /* a step */
    cr_assert_eq(e.kind, ERR_CONFLICT);
    expect_tree(f);
}

TEST_ON_BOTH_EMPTY(migrate, the_schema_of_the_program_runs_twice)
{
    struct err e = {0};

    cr_assert(db_migrate(f->db, &e), "%s", e.text);
    cr_assert(db_migrate(f->db, &e), "%s", e.text);
}
