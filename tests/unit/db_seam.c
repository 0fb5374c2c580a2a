#include "db_fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

STMT(thing_add, "INSERT INTO thing (id, small, word, bytes) VALUES ($1, $2, $3, $4)");
STMT(thing_all, "SELECT id, small, word, bytes FROM thing ORDER BY id");
STMT(thing_count, "SELECT count(*) FROM thing");
STMT(thing_word,
     "SELECT word FROM thing WHERE word >= $3 AND id = $1 AND small < $2 AND $3 <= word");
STMT(thing_set, "UPDATE thing SET small = $2 WHERE id = $1");
STMT(thing_get, "SELECT small FROM thing WHERE id = $1");
STMT(thing_order, "SELECT word FROM thing ORDER BY word");
STMT(thing_like, "SELECT count(*) FROM thing WHERE word LIKE $1 ESCAPE '!'");
STMT(thing_put, "INSERT INTO thing (id, small) VALUES ($1, $2) ON CONFLICT DO NOTHING");

static void make_thing(struct fixture *f)
{
    struct err e = {0};
    const char *sql = f->kind == ON_POSTGRES
                          ? "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, small SMALLINT,"
                            " word TEXT CHECK (length(word) <= 40), bytes BYTEA)"
                          : "CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, small INTEGER,"
                            " word TEXT CHECK (length(word) <= 40), bytes BLOB) STRICT";

    cr_assert(db_script(f->db, sql, &e), "%s", e.text);
}

TEST_ON_BOTH(db, every_statement_of_the_program_prepares)
{
    size_t n = 0;

    LIST_EACH (stmts, struct stmt, it) {
        if (strncmp((*it)->where, "tests/", 6) == 0)
            continue;
        db_prepare(f->db, *it);
        n++;
    }
    cr_assert_gt(n, 1);
}

TEST_ON_BOTH_EMPTY(db, values_come_back_as_they_went)
{
    const struct {
        int64_t id;
        struct arg small, word, bytes;
    } cases[] = {
        {INT64_MIN, ARG(-32768), ARG(S("")), arg_blob(S(""))},
        {-1, ARG(0), ARG(S("街道吹哨，部门报到 𠮷")), arg_blob(S("a\0b\xff\x80"))},
        {0, arg_null(), arg_null(), arg_null()},
        {1, arg_null(), arg_null(), arg_blob(S("\0"))},
        {(int64_t)1 << 53, ARG(7), ARG(S("x'; --")), arg_blob(S("b"))},
        {INT64_MAX, ARG(32767), ARG(S("é")), arg_blob(S("\\x00"))},
    };
    struct rows r;

    make_thing(f);
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert_eq(1, db_run(f->db, thing_add, ARG(cases[i].id), cases[i].small, cases[i].word,
                               cases[i].bytes));
    r = db_query(f->db, &f->a, thing_all);
    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_assert(rows_next(&r));
        cr_assert_eq(row_int(&r, 0), cases[i].id);
        cr_assert_eq(row_is_null(&r, 1), cases[i].small.kind == ARG_NULL);
        cr_assert_eq(row_int(&r, 1), cases[i].small.i);
        cr_assert_eq(row_is_null(&r, 2), cases[i].word.kind == ARG_NULL);
        cr_assert(str_eq(row_str(&r, 2), cases[i].word.s), "word %zu", i);
        cr_assert_eq(row_is_null(&r, 3), cases[i].bytes.kind == ARG_NULL);
        cr_assert(str_eq(row_str(&r, 3), cases[i].bytes.s), "bytes %zu", i);
    }
    cr_assert_not(rows_next(&r));
}

/* Each allocation would take a lock for them, and nobody reads them. */
TEST_ON_BOTH_EMPTY(db, sqlite_keeps_no_statistics_of_memory)
{
    make_thing(f);
    cr_expect_eq(sqlite3_memory_used(), 0);
}

TEST_ON_BOTH_EMPTY(db, parameters_may_come_out_of_order_and_twice)
{
    struct rows r;

    make_thing(f);
    db_run(f->db, thing_add, ARG(5), ARG(1), ARG(S("word")), arg_null());
    r = db_query(f->db, &f->a, thing_word, ARG(5), ARG(2), ARG(S("word")));
    cr_assert(rows_next(&r));
    cr_assert(str_eq(row_str(&r, 0), S("word")));
    rows_end(&r);
    r = db_query(f->db, &f->a, thing_word, ARG(5), ARG(1), ARG(S("word")));
    cr_assert_not(rows_next(&r));
}

TEST_ON_BOTH_EMPTY(db, rows_become_maps_keyed_by_column)
{
    struct val *list = val_list(&f->a);
    struct buf out = {.arena = &f->a};
    struct rows r;

    make_thing(f);
    db_run(f->db, thing_add, ARG(1), ARG(2), ARG(S("水")), arg_null());
    db_run(f->db, thing_add, ARG(2), arg_null(), arg_null(), arg_blob(S("b")));
    r = db_query(f->db, &f->a, thing_all);
    rows_to_list(&r, list);
    json_write(&out, list);
    cr_assert_str_eq(str_copy(&f->a, buf_str(&out)).p,
                     "[{\"id\":1,\"small\":2,\"word\":\"水\",\"bytes\":null},"
                     "{\"id\":2,\"small\":null,\"word\":null,\"bytes\":\"b\"}]");
}

TEST_ON_BOTH_EMPTY(db, run_tells_how_many_rows_it_changed)
{
    make_thing(f);
    cr_assert_eq(1, db_run(f->db, thing_put, ARG(1), ARG(1)));
    cr_assert_eq(0, db_run(f->db, thing_put, ARG(1), ARG(2)));
    cr_assert_eq(1, db_run(f->db, thing_set, ARG(1), ARG(9)));
    cr_assert_eq(0, db_run(f->db, thing_set, ARG(2), ARG(9)));
}

TEST_ON_BOTH_EMPTY(db, texts_are_ordered_by_their_bytes_and_like_minds_case)
{
    static const char *const sorted[] = {"A", "Z", "a", "é", "区", "街"};
    struct rows r;

    make_thing(f);
    for (size_t i = COUNT(sorted); i-- > 0;)
        db_run(f->db, thing_add, ARG((int64_t)i), arg_null(), ARG(str_of(sorted[i])), arg_null());
    r = db_query(f->db, &f->a, thing_order);
    for (size_t i = 0; i < COUNT(sorted); i++) {
        cr_assert(rows_next(&r));
        cr_assert(str_eq(row_str(&r, 0), str_of(sorted[i])), "%zu", i);
    }
    rows_end(&r);
    r = db_query(f->db, &f->a, thing_like, ARG(S("a%")));
    cr_assert(rows_next(&r));
    cr_assert_eq(row_int(&r, 0), 1);
    rows_end(&r);
}

static bool look_twice(struct db *db, void *arg, struct err *e)
{
    struct fixture *f = arg;
    struct rows r = db_query(db, &f->a, thing_get, ARG(1));
    int64_t before, after;

    (void)e;
    cr_assert(rows_next(&r));
    before = row_int(&r, 0);
    rows_end(&r);
    db_run(f->db, thing_set, ARG(1), ARG(77)); /* the other connection */
    r = db_query(db, &f->a, thing_get, ARG(1));
    cr_assert(rows_next(&r));
    after = row_int(&r, 0);
    rows_end(&r);
    cr_assert_eq(before, after);
    return true;
}

TEST_ON_BOTH_EMPTY(db, a_reader_sees_one_snapshot)
{
    struct err e = {0};
    struct db *reader;

    make_thing(f);
    db_run(f->db, thing_put, ARG(1), ARG(1));
    reader = fixture_reader(f);
    cr_assert(db_read(reader, look_twice, f, &e), "%s", e.text);
    cr_assert_eq(fixture_int(f, &thing_count), 1);
}

static bool refuse_to_read(struct db *db, void *arg, struct err *e)
{
    struct rows r = db_query(db, arg, thing_count);

    (void)rows_next(&r); /* left open on purpose */
    return refuse(e, ERR_NOT_FOUND, NULL, "Not there.");
}

TEST_ON_BOTH_EMPTY(db, a_refused_reading_leaves_the_connection_usable)
{
    struct err e = {0}, again = {0};

    make_thing(f);
    cr_assert_not(db_read(f->db, refuse_to_read, &f->a, &e));
    cr_assert_eq(e.kind, ERR_NOT_FOUND);
    cr_assert_not(db_read(f->db, refuse_to_read, &f->a, &again));
    cr_assert_eq(again.kind, ERR_NOT_FOUND);
    cr_assert_eq(fixture_int(f, &thing_count), 0);
}

Test(db, a_place_that_cannot_be_opened_is_refused)
{
    static const char *const nowhere[] = {"/no/such/folder/data.db", "/tmp",
                                          "host=/no/such/folder dbname=x",
                                          "postgresql://nobody@127.0.0.1:1/x"};
    struct arena a;

    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < COUNT(nowhere); i++) {
        struct err e = {0};

        cr_assert_null(db_open(&a, nowhere[i], &e));
        cr_assert_eq(e.kind, ERR_INVALID);
    }
    arena_reset(&a);
}

TEST_ON_BOTH_EMPTY(db, a_backup_is_whole_and_never_overwrites)
{
    char path[128];
    struct err e = {0}, again = {0};
    struct db *copy;
    struct rows r;

    make_thing(f);
    db_run(f->db, thing_put, ARG(1), ARG(41));
    (void)snprintf(path, sizeof(path), "%s/copy.db", f->dir);
    if (f->kind == ON_POSTGRES) {
        cr_assert_not(db_backup(f->db, path, &e));
        cr_assert_eq(e.kind, ERR_INVALID);
        return;
    }
    cr_assert(db_backup(f->db, path, &e), "%s", e.text);
    cr_assert_not(db_backup(f->db, path, &again));
    cr_assert_eq(again.kind, ERR_CONFLICT);
    copy = db_open(&f->a, path, &e);
    r = db_query(copy, &f->a, thing_get, ARG(1));
    cr_assert(rows_next(&r));
    cr_assert_eq(row_int(&r, 0), 41);
    rows_end(&r);
}

/* Another process would take the file for unused, and clear the log away under this one. */
static int see_lock(const char *path)
{
    struct flock all = {.l_type = F_WRLCK};
    int fd = open(path, O_RDWR | O_CLOEXEC);

    return fd >= 0 && fcntl(fd, F_GETLK, &all) == 0 && all.l_type != F_UNLCK ? 0 : 1;
}

TEST_ON_BOTH(db, a_further_connection_leaves_the_first_one_its_lock)
{
    int status = 0;
    pid_t other;

    if (f->kind != ON_SQLITE)
        return;
    make_thing(f);
    (void)fixture_reader(f);
    other = fork();
    if (other == 0)
        _exit(see_lock(f->where));
    cr_assert(other > 0 && waitpid(other, &status, 0) == other);
    cr_expect_eq(WEXITSTATUS(status), 0, "nothing holds %s", f->where);
}
