#include "db_fixture.h"

#include <stdio.h>
#include <string.h>

STMT(box_put, "INSERT INTO box (id, word) VALUES ($1, $2)");
STMT(box_count, "SELECT count(*) FROM box");
STMT(box_sum, "SELECT CAST(coalesce(sum(id), 0) AS BIGINT) FROM box");
STMT(box_add, "UPDATE box SET n = n + 1 WHERE id = $1");
STMT(box_n, "SELECT n FROM box WHERE id = 1");

static void make_box(struct fixture *f)
{
    struct err e = {0};

    cr_assert(db_script(f->db,
                        "CREATE TABLE box (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL"
                        " DEFAULT 0, word TEXT NOT NULL CHECK (length(word) <= 9))",
                        &e),
              "%s", e.text);
}

struct put {
    int64_t id;
    struct str word;
    bool refused, refused_first;
    struct db_job job;
    struct err e;
};

static bool put_run(struct db *db, void *arg, struct err *e)
{
    const struct put *p = arg;

    if (p->refused_first)
        return refuse(e, ERR_DENIED, "id", "You may not.");
    db_run(db, box_put, ARG(p->id), ARG(p->word));
    return !p->refused || refuse(e, ERR_DENIED, "id", "You may not.");
}

struct told {
    char log[64];
};

static void tell(struct told *t, const char *word)
{
    size_t n = strlen(t->log);

    (void)snprintf(t->log + n, sizeof(t->log) - n, "%s", word);
}

static void on_group(void *arg)
{
    tell(arg, "(");
}

static void on_job(void *arg)
{
    tell(arg, "j");
}

static void on_drop(void *arg)
{
    tell(arg, "d");
}

static void on_commit(struct db *db, void *arg)
{
    tell(arg, "c)");
    db_run(db, box_put, ARG(1000), ARG(S("sum")));
}

static void on_commit_twice(struct db *db, void *arg)
{
    on_commit(db, arg);
    on_commit(db, arg);
}

static void put_all(struct fixture *f, struct put *put, size_t n, const struct db_hooks *hooks)
{
    struct db_job *jobs[16];

    for (size_t i = 0; i < n; i++) {
        put[i].job = (struct db_job){.run = put_run, .arg = &put[i], .e = &put[i].e};
        jobs[i] = &put[i].job;
    }
    db_group(f->db, jobs, n, hooks);
}

TEST_ON_BOTH_EMPTY(group, a_refused_or_clashing_job_leaves_nothing_and_the_others_stay)
{
    struct put put[] = {{.id = 1, .word = S("a")},
                        {.id = 2, .word = S("b"), .refused = true},
                        {.id = 4, .word = S("c")},
                        {.id = 1, .word = S("the same key")},
                        {.id = 8, .word = S("longer than nine")},
                        {.id = 16, .word = S("d")}};
    static const enum err_kind kinds[] = {ERR_NONE,     ERR_DENIED,   ERR_NONE,
                                          ERR_CONFLICT, ERR_CONFLICT, ERR_NONE};
    struct told told = {0};
    const struct db_hooks hooks = {on_group, on_job, on_drop, on_commit, &told};

    make_box(f);
    put_all(f, put, COUNT(put), &hooks);
    for (size_t i = 0; i < COUNT(put); i++) {
        cr_assert_eq(put[i].e.kind, kinds[i], "job %zu: %s", i, put[i].e.text);
        cr_assert_eq(put[i].job.done, kinds[i] == ERR_NONE);
    }
    cr_assert_str_eq(told.log, "(jjdjjdjdjc)");
    cr_assert_eq(fixture_int(f, &box_sum), 1 + 4 + 16 + 1000);
}

static void repeat_all(struct fixture *f, struct put *put, size_t n, const struct db_hooks *hooks)
{
    struct db_job *jobs[16];

    for (size_t i = 0; i < n; i++) {
        put[i].job =
            (struct db_job){.run = put_run, .arg = &put[i], .e = &put[i].e, .repeatable = true};
        jobs[i] = &put[i].job;
    }
    db_group(f->db, jobs, n, hooks);
}

/* On PostgreSQL another writer may have taken a key since the group began: it is run up to there,
 * and once more, before it is known that the clash is the group's own. */
static const char *once_more(struct fixture *f, const char *until, const char *whole)
{
    return f->kind == ON_POSTGRES ? str_format(&f->a, "%s%s", until, whole).p : whole;
}

TEST_ON_BOTH_EMPTY(group, of_repeatable_jobs_is_run_again_only_if_a_job_wrote_before_it_refused)
{
    static const struct {
        struct put put[3];
        const char *told;
        int64_t sum;
    } cases[] = {
        {{{.id = 1, .word = S("a")}, {.id = 2, .word = S("b")}, {.id = 4, .word = S("c")}},
         "(jjjc)",
         1007},
        {{{.id = 1, .word = S("a")},
          {.id = 2, .word = S("b"), .refused = true},
          {.id = 4, .word = S("c")}},
         "(jj(jjdjc)",
         1005},
        {{{.id = 1, .word = S("a")}, {.id = 1, .word = S("b")}, {.id = 4, .word = S("c")}},
         "(jj(jjdjc)",
         1005},
        {{{.id = 1, .word = S("a")},
          {.id = 2, .refused_first = true, .refused = true},
          {.id = 4, .word = S("c")}},
         "(jjdjc)",
         1005},
    };
    enum { TAKEN = 2 };
    struct err e = {0};

    make_box(f);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct told told = {0};
        const struct db_hooks hooks = {on_group, on_job, on_drop, on_commit, &told};
        struct put put[3];

        memcpy(put, cases[i].put, sizeof(put));
        repeat_all(f, put, COUNT(put), &hooks);
        cr_expect_str_eq(told.log, i == TAKEN ? once_more(f, "(jj", cases[i].told) : cases[i].told,
                         "case %zu: %s", i, told.log);
        cr_expect_eq(fixture_int(f, &box_sum), cases[i].sum, "case %zu", i);
        cr_assert(put[0].job.done && put[2].job.done);
        cr_assert_eq(put[1].job.done, i == 0);
        cr_assert(db_script(f->db, "DELETE FROM box", &e));
    }
}

TEST_ON_BOTH_EMPTY(group, when_the_hook_before_commit_fails_nothing_is_saved)
{
    struct put put[] = {{.id = 1, .word = S("a")}, {.id = 2, .word = S("b"), .refused = true}};
    struct told told = {0};
    struct db_hooks hooks = {on_group, on_job, on_drop, on_commit_twice, &told};

    make_box(f);
    put_all(f, put, COUNT(put), &hooks);
    cr_assert_not(put[0].job.done);
    cr_assert_eq(put[0].e.kind, ERR_CONFLICT);
    cr_assert_eq(put[1].e.kind, ERR_DENIED); /* its own answer stands */
    cr_assert_eq(fixture_int(f, &box_count), 0);
    hooks.before_commit = on_commit;
    put_all(f, put, 1, &hooks);
    cr_assert(put[0].job.done);
    cr_assert_eq(fixture_int(f, &box_count), 2);
}

static bool leaves_rows_open(struct db *db, void *arg, struct err *e)
{
    struct rows r = db_query(db, arg, box_count);

    (void)e;
    return rows_next(&r);
}

TEST_ON_BOTH_EMPTY(group, rows_left_open_do_not_hinder_the_next_job)
{
    struct err e = {0};

    make_box(f);
    for (int i = 0; i < 3; i++)
        cr_assert(db_write(f->db, leaves_rows_open, &f->a, NULL, &e), "%s", e.text);
}

static bool put_many(struct db *db, void *arg, struct err *e)
{
    (void)e;
    for (int64_t i = *(int64_t *)arg; i < 200000; i++)
        db_run(db, box_put, ARG(i), ARG(S("123456789")));
    return true;
}

Test(group, a_full_disk_refuses_and_goes_on_when_there_is_room)
{
    struct fixture f;
    struct put put[] = {{.id = 1, .word = S("a")}, {.id = 2, .word = S("b"), .refused = true}};
    struct db_job many, *jobs[3] = {&put[0].job, &put[1].job, &many};
    struct err e = {0};
    int64_t from = 10;

    cr_assert(fixture_open(&f, ON_SQLITE));
    make_box(&f);
    cr_assert(db_script(f.db, "PRAGMA max_page_count = 100", &e));
    for (size_t i = 0; i < 2; i++)
        put[i].job = (struct db_job){.run = put_run, .arg = &put[i], .e = &put[i].e};
    many = (struct db_job){.run = put_many, .arg = &from, .e = &e};
    db_group(f.db, jobs, 3, NULL);
    cr_assert_not(put[0].job.done);
    cr_assert_eq(put[0].e.kind, ERR_BUSY);
    cr_assert_eq(put[1].e.kind, ERR_DENIED);
    cr_assert_eq(e.kind, ERR_BUSY);
    cr_assert_str_eq(e.text, "The disk is full. Nothing was saved; please try again in a moment.");
    cr_assert_eq(fixture_int(&f, &box_count), 0);
    put_all(&f, put, 2, NULL); /* a small one has room */
    cr_assert(put[0].job.done);
    e = (struct err){0};
    cr_assert(db_script(f.db, "PRAGMA max_page_count = 100000", &e));
    from = 199000;
    cr_assert(db_write(f.db, put_many, &from, NULL, &e), "%s", e.text);
    cr_assert_eq(fixture_int(&f, &box_count), 1001);
    fixture_close(&f);
}

struct rival {
    struct fixture *f;
    struct db *other;
    int runs;
};

static bool add_one(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    cr_assert_eq(1, db_run(db, box_add, ARG(1)));
    return true;
}

/* Reads, then another writer changes what was read, then writes. */
static bool add_late(struct db *db, void *arg, struct err *e)
{
    struct rival *rival = arg;
    struct rows r = db_query(db, &rival->f->a, box_n);
    struct err other = {0};

    cr_assert(rows_next(&r));
    rows_end(&r);
    if (rival->runs++ == 0)
        cr_assert(db_write(rival->other, add_one, NULL, NULL, &other), "%s", other.text);
    return add_one(db, NULL, e);
}

Test(group, a_serialisation_failure_runs_the_group_again)
{
    struct fixture f;
    struct err e = {0};
    struct rival rival = {.f = &f};
    struct told told = {0};
    const struct db_hooks hooks = {on_group, on_job, on_drop, NULL, &told};

    if (!fixture_open(&f, ON_POSTGRES))
        cr_skip_test("no PostgreSQL");
    make_box(&f);
    db_run(f.db, box_put, ARG(1), ARG(S("a")));
    rival.other = db_open(&f.a, f.where, &e);
    cr_assert(db_write(f.db, add_late, &rival, &hooks, &e), "%s", e.text);
    cr_assert_eq(rival.runs, 2);
    cr_assert_str_eq(told.log, "(j(j");
    cr_assert_eq(fixture_int(&f, &box_n), 2);
    fixture_close(&f);
}

/* Looks whether the key is free; another writer takes it; then it is taken again. */
static bool put_if_free(struct db *db, void *arg, struct err *e)
{
    struct rival *rival = arg;
    struct put other = {.id = 7, .word = S("faster")};
    struct err own = {0};
    struct rows r = db_query(db, &rival->f->a, box_count);
    bool free;

    cr_assert(rows_next(&r));
    free = row_int(&r, 0) == 0;
    rows_end(&r);
    if (!free)
        return refuse(e, ERR_CONFLICT, NULL, "It is there.");
    if (rival->runs++ == 0)
        cr_assert(db_write(rival->other, put_run, &other, NULL, &own), "%s", own.text);
    db_run(db, box_put, ARG(7), ARG(S("slower")));
    return true;
}

Test(group, who_is_slower_to_take_a_key_is_told_in_the_words_of_the_job)
{
    struct fixture f;
    struct err e = {0};
    struct rival rival = {.f = &f};

    if (!fixture_open(&f, ON_POSTGRES))
        cr_skip_test("no PostgreSQL");
    make_box(&f);
    rival.other = db_open(&f.a, f.where, &e);
    cr_assert_not(db_write(f.db, put_if_free, &rival, NULL, &e));
    cr_assert_str_eq(e.text, "It is there.");
    cr_assert_eq(rival.runs, 1);
    fixture_close(&f);
}

static bool lose_connection(struct db *db, void *arg, struct err *e)
{
    const struct rival *rival = arg;
    char sql[200];

    (void)snprintf(sql, sizeof(sql),
                   "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE"
                   " application_name = '%s' AND pid <> pg_backend_pid()",
                   rival->f->schema);
    cr_assert(db_script(rival->other, sql, e), "%s", e->text);
    return add_one(db, NULL, e);
}

Test(group, a_lost_connection_refuses_and_the_next_group_has_a_new_one)
{
    struct fixture f;
    struct err e = {0};
    struct rival rival = {.f = &f};

    if (!fixture_open(&f, ON_POSTGRES))
        cr_skip_test("no PostgreSQL");
    make_box(&f);
    db_run(f.db, box_put, ARG(1), ARG(S("a")));
    rival.other = db_open(&f.a, f.where, &e);
    cr_assert_not(db_write(f.db, lose_connection, &rival, NULL, &e));
    cr_assert_eq(e.kind, ERR_BUSY);
    e = (struct err){0};
    cr_assert(db_write(f.db, add_one, NULL, NULL, &e), "%s", e.text);
    cr_assert_eq(fixture_int(&f, &box_n), 1);
    fixture_close(&f);
}

static bool lock_it(struct db *db, void *arg, struct err *e)
{
    struct rival *rival = arg;
    struct err other = {0};

    (void)e;
    db_run(db, box_add, ARG(1));
    cr_assert_not(db_write(rival->other, add_one, NULL, NULL, &other));
    cr_assert_eq(other.kind, ERR_BUSY);
    return true;
}

Test(group, a_second_writer_on_sqlite_is_told_to_try_again)
{
    struct fixture f;
    struct err e = {0};
    struct rival rival = {.f = &f};

    cr_assert(fixture_open(&f, ON_SQLITE));
    make_box(&f);
    db_run(f.db, box_put, ARG(1), ARG(S("a")));
    rival.other = db_open(&f.a, f.where, &e);
    cr_assert(db_script(rival.other, "PRAGMA busy_timeout = 0", &e));
    cr_assert(db_write(f.db, lock_it, &rival, NULL, &e), "%s", e.text);
    cr_assert_eq(fixture_int(&f, &box_n), 1);
    fixture_close(&f);
}
