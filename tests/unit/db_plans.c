/*
 * How SQLite means to find what each statement asks for. It plans without statistics, from the
 * schema alone: what it says here it does with a million rows too.
 */
#include "db_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* Statements that sort or read a whole table on purpose, by what they say. */
static const struct {
    const char *sql, *why;
} allowed[] = {
    {"b.id + 0 < $2", "bonds of a few units"},
    {"FROM question WHERE", "a bank has some thousands"},
    {"FROM post p JOIN person n ON n.district = $1 AND n.id = p.person_id WHERE p.district = $1 ORDER",
     "all who hold posts are kept in memory"},
    {"FROM calendar_day", "a few hundred days"},
    {"FROM pack_version", "a few packs"},
    {"FROM session WHERE district = $1 AND person_id", "one person's"},
    {"SELECT count(*) FROM entry WHERE district = $1", "verify counts them all"},
    {"SELECT id FROM event WHERE district = $1 ORDER BY id DESC LIMIT 1", "its first row"},
    {"FROM report r JOIN answer a", "one matter's answers"},
    {"AS x JOIN matter m", "the page of records that the inner one found"},
    {"AS x JOIN gathering g", "the page of records that the inner one found"},
    {"ORDER BY CASE WHEN r.matter_id", "one matter's reporters"},
    {"SELECT p.person_id, n.name, u.id, u.name FROM unit u JOIN post p", "who could be named"},
    {"SELECT p.id, p.person_id, n.name, u.id, p.facts FROM unit u JOIN post p", "who is appraised"},
    {"FROM appraised s JOIN appraisal a", "one person's"},
    {"FROM duty d WHERE d.district = $1 AND d.source_id = $2 ORDER BY", "one source's duties"},
    {"FROM disclosure d JOIN objection o", "one matter's objections"},
    {"AND matter_id > 0 ORDER BY id LIMIT", "one matter's motions"},
    {"s.state = 'waiting' ORDER BY s.at", "one gathering's waiting list"},
    {"SELECT building, count(*)", "one unit's buildings"},
    {"FROM gathering g WHERE g.district = $1 AND g.id IN (SELECT o.gathering_id",
     "one matter's meetings"},
    {"INSERT INTO seat (district, gathering_id, n, part, person_id, unit_id, name) SELECT",
     "one roll, in the order of names"},
};

/* Tables that grow with the years. */
static const char *const growing[] = {
    "matter",   "gathering",  "seat",       "motion",         "event",           "report",
    "entry",    "turn",       "part",       "look",           "notice",          "handled",
    "picture",  "duty",       "bond",       "roll_entry",     "allotment",       "concern",
    "link",     "answer",     "vote",       "sheet",          "ballot",          "mark",
    "keying",   "attachment", "evidence",   "appraised",      "appraisal_input", "appraisal_appeal",
    "service",  "supporter",  "disclosure", "objection",      "resource",        "paper_question",
    "question", "entrant",    "recusal",    "appeal",         "contest",         "paper",
    "person",   "post",       "session",    "foreign_number", "request_key"};

static bool is_allowed(const char *sql)
{
    for (size_t i = 0; i < COUNT(allowed); i++) {
        if (strstr(sql, allowed[i].sql))
            return true;
    }
    return false;
}

/* "SCAN m" reads all of a table or index, "SEARCH m … (district=?)" too, as all rows have one
 * district. The name is the alias where there is one. */
static bool scans_growing(const char *sql, const char *detail)
{
    char from[80];

    if (strncmp(detail, "SEARCH ", 7) == 0 && strstr(detail, "(district=?)"))
        detail += 2;
    else if (strncmp(detail, "SCAN ", 5) != 0)
        return false;
    for (size_t i = 0; i < COUNT(growing); i++) {
        size_t n = strcspn(detail + 5, " ");

        (void)snprintf(from, sizeof(from), "%s %.*s ", growing[i], (int)n, detail + 5);
        if (strstr(sql, from) ||
            (strlen(growing[i]) == n && strncmp(growing[i], detail + 5, n) == 0))
            return true;
    }
    return false;
}

static int look_at(sqlite3 *h, const struct stmt *st)
{
    char text[8192];
    sqlite3_stmt *plan;
    int bad = 0;

    (void)snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", st->sql);
    cr_assert_eq(sqlite3_prepare_v2(h, text, -1, &plan, NULL), SQLITE_OK, "%s: %s", st->where,
                 sqlite3_errmsg(h));
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);

        if (is_allowed(st->sql) ||
            !(scans_growing(st->sql, detail) || strstr(detail, "TEMP B-TREE FOR ORDER BY")))
            continue;
        cr_log_error("%s: %s\n  %s", st->where, detail, st->sql);
        bad++;
    }
    sqlite3_finalize(plan);
    return bad;
}

Test(db, no_statement_reads_or_sorts_a_whole_table_that_grows)
{
    struct fixture f = {0};
    sqlite3 *h;
    int bad = 0;

    cr_assert(fixture_open(&f, ON_SQLITE));
    fixture_migrate(&f);
    cr_assert_eq(sqlite3_open_v2(f.where, &h, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL),
                 SQLITE_OK);
    LIST_EACH (stmts, struct stmt, it) {
        if (strncmp((*it)->where, "tests/", 6) != 0)
            bad += look_at(h, *it);
    }
    sqlite3_close(h);
    fixture_close(&f);
    cr_assert_eq(bad, 0, "%d plans are bad", bad);
}
