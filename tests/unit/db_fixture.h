/*
 * db_fixture.h - a migrated database for one test, on each of the two kinds in turn.
 *
 *   TEST_ON_BOTH(ledger, an_event_follows_the_one_before)
 *   {
 *       db_run(f->db, …);
 *   }
 *
 * PostgreSQL takes part when tests/with-postgres runs the tests (YINGSHAO_TEST_PG).
 */
#ifndef DB_FIXTURE_H
#define DB_FIXTURE_H

#include "db/db.h"

#include <criterion/criterion.h>

enum fixture_kind { ON_SQLITE, ON_POSTGRES, FIXTURE_KINDS };

struct fixture {
    struct arena a;
    struct db *db;
    enum fixture_kind kind;
    char where[512]; /* to open another connection */
    char dir[64];    /* of the SQLite file */
    char schema[64]; /* on PostgreSQL */
};

/* Empty, without migrations; false: there is no PostgreSQL to test on. */
bool fixture_open(struct fixture *f, enum fixture_kind kind);
void fixture_migrate(struct fixture *f);
struct db *fixture_reader(struct fixture *f); /* one more connection */
void fixture_close(struct fixture *f);

/* The first column of the first row of a query without parameters, or -1. */
int64_t fixture_int(struct fixture *f, const struct stmt *st);

void on_both(void (*test)(struct fixture *f), bool migrated);

#define TEST_ON_BOTH_(suite, name, migrated)            \
    static void suite##_##name##_on(struct fixture *f); \
    Test(suite, name)                                   \
    {                                                   \
        on_both(suite##_##name##_on, migrated);         \
    }                                                   \
    static void suite##_##name##_on(struct fixture *f)
#define TEST_ON_BOTH(suite, name)       TEST_ON_BOTH_(suite, name, true)
#define TEST_ON_BOTH_EMPTY(suite, name) TEST_ON_BOTH_(suite, name, false)

#endif
