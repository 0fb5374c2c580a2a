#include "civic/ledger.h"
#include "db_fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define DISTRICT 140214
#define MATTER   1001 /* has a row that knows its head */
#define PERSON   2002 /* has none */
#define START_MS 1790000000000

STMT(matter_put, "INSERT INTO matter (district, id, seq, head) VALUES ($1, $2, $3, $4)");
STMT(event_count, "SELECT count(*) FROM event");
STMT(seal_count, "SELECT count(*) FROM seal");

struct book {
    struct fixture *f;
    struct district d;
    struct val *faults;
};

static struct book book_open(struct fixture *f)
{
    struct book b = {.f = f,
                     .d = {.code = DISTRICT, .ids = NEW(&f->a, struct id_maker)},
                     .faults = val_list(&f->a)};
    struct err e = {0};

    /* Of a matter the ledger knows these columns only; the rest may change without this test. */
    cr_assert(db_script(f->db,
                        f->kind == ON_POSTGRES
                            ? "DROP TABLE IF EXISTS matter; CREATE TABLE matter (district BIGINT,"
                              " id BIGINT, seq BIGINT, head BYTEA, PRIMARY KEY (district, id))"
                            : "DROP TABLE IF EXISTS matter; CREATE TABLE matter (district INTEGER,"
                              " id INTEGER, seq INTEGER, head BLOB, PRIMARY KEY (district, id))",
                        &e),
              "%s", e.text);
    cr_assert(sodium_init() >= 0);
    (void)crypto_sign_keypair(b.d.keys.sign_public, b.d.keys.sign_secret);
    randombytes_buf(b.d.keys.seal, sizeof(b.d.keys.seal));
    return b;
}

static int64_t append(struct book *b, int64_t subject, int64_t at, struct head *head)
{
    struct val *content = val_map(&b->f->a);
    const struct event ev = {.subject = subject,
                             .at = at,
                             .who = 7,
                             .noun = S("matter"),
                             .kind = S("act"),
                             .content = content,
                             .as_unit = 5};

    set_str(content, "say", S("垃圾已清运 \"是\""));
    set_int(content, "n", at);
    return ledger_append(b->f->db, &b->d, &b->f->a, &ev, head);
}

/* Six events on each of the two subjects, in turn; all sealed. */
static bool write_book(struct db *db, void *arg, struct err *e)
{
    struct book *b = arg;
    struct head head = {0};

    (void)e;
    for (int64_t i = 0; i < 6; i++) {
        append(b, MATTER, START_MS + i * 10, &head);
        append(b, PERSON, START_MS + i * 10 + 5, NULL);
    }
    db_run(db, matter_put, ARG(DISTRICT), ARG(MATTER), ARG(head.seq),
           arg_blob((struct str){(const char *)head.hash, sizeof(head.hash)}));
    cr_assert(ledger_seal(db, &b->d, &b->f->a, START_MS + 100));
    cr_assert_not(ledger_seal(db, &b->d, &b->f->a, START_MS + 101));
    return true;
}

static bool verify(struct db *db, void *arg, struct err *e)
{
    struct book *b = arg;

    b->faults = val_list(&b->f->a);
    if (!ledger_verify(db, &b->d, &b->f->a, b->faults))
        return refuse(e, ERR_CONFLICT, NULL, "There are faults.");
    return true;
}

static bool clean(struct book *b)
{
    struct err e = {0};

    return db_read(b->f->db, verify, b, &e);
}

static bool named(const struct book *b, int64_t subject, int64_t seq, const char *what)
{
    for (const struct item *it = b->faults->first; it; it = it->next) {
        if (val_get(&it->val, S("subject"))->integer == subject &&
            val_get(&it->val, S("seq"))->integer == seq &&
            str_eq(val_get(&it->val, S("what"))->str, str_of(what)))
            return true;
    }
    return false;
}

static const char *told(struct book *b)
{
    struct buf out = {.arena = &b->f->a};

    json_write(&out, b->faults);
    return str_copy(&b->f->a, buf_str(&out)).p;
}

#define SEQ3 "WHERE subject = 2002 AND seq = 3"

static const struct {
    const char *sql;
    int64_t subject, seq;
    const char *what;
    int faults; /* in all; 0: several */
} tampering[] = {
    {"UPDATE event SET district = 1 " SEQ3, PERSON, 3, "missing", 2},
    {"UPDATE event SET id = id + 1 " SEQ3, PERSON, 3, "changed", 1},
    {"UPDATE event SET subject = 3003 " SEQ3, PERSON, 3, "missing", 0},
    {"UPDATE event SET subject = 3003 " SEQ3, 3003, 1, "missing", 0},
    {"UPDATE event SET seq = 9 " SEQ3, PERSON, 3, "missing", 0},
    {"UPDATE event SET at = at - 1 " SEQ3, PERSON, 3, "changed", 1},
    {"UPDATE event SET who = 8 " SEQ3, PERSON, 3, "changed", 1},
    {"UPDATE event SET as_unit = 0 " SEQ3, PERSON, 3, "changed", 1},
    {"UPDATE event SET noun = 'matte' " SEQ3, PERSON, 3, "changed", 1},
    {"UPDATE event SET noun = 'mattera', kind = 'ct' " SEQ3, PERSON, 3, "changed", 1},
    {"UPDATE event SET kind = 'acT' " SEQ3, PERSON, 3, "changed", 1},
    {"UPDATE event SET content = replace(content, '{', '{ ') " SEQ3, PERSON, 3, "changed", 1},
    {"UPDATE event SET hash = (SELECT f.hash FROM event f WHERE f.subject = 1001 AND f.seq = 1) "
     "WHERE subject = 2002 AND seq = 3",
     PERSON, 3, "changed", 1},
    {"UPDATE event SET who = 8 WHERE subject = 1001 AND seq = 1", MATTER, 1, "changed", 1},
    {"UPDATE event SET who = 8 WHERE subject = 1001 AND seq = 6", MATTER, 6, "changed", 1},
    {"DELETE FROM event " SEQ3, PERSON, 3, "missing", 2},
    {"DELETE FROM event WHERE subject = 2002 AND seq = 1", PERSON, 1, "missing", 2},
    {"DELETE FROM event WHERE subject = 1001 AND seq >= 5", MATTER, 5, "missing", 0},
    {"DELETE FROM event WHERE subject = 1001 AND seq >= 5", MATTER, 6, "missing", 0},
    {"DELETE FROM event WHERE subject = 1001", MATTER, 6, "missing", 0},
    {"DELETE FROM event WHERE subject = 2002 AND seq = 6", 0, 0, "missing", 1},
    {"UPDATE event SET seq = 33 " SEQ3 ";UPDATE event SET seq = 3 WHERE subject = 2002 AND seq = 4;"
     "UPDATE event SET seq = 4 WHERE subject = 2002 AND seq = 33",
     PERSON, 3, "reordered", 2},
    {"UPDATE event SET seq = 33 " SEQ3 ";UPDATE event SET seq = 3 WHERE subject = 2002 AND seq = 4;"
     "UPDATE event SET seq = 4 WHERE subject = 2002 AND seq = 33",
     PERSON, 4, "reordered", 2},
    {"UPDATE matter SET seq = 5", MATTER, 6, "added", 2},
    {"UPDATE matter SET seq = 7", MATTER, 7, "missing", 1},
    {"UPDATE matter SET head = (SELECT e.hash FROM event e WHERE e.subject = 1001 AND e.seq = 2)",
     MATTER, 6, "changed", 1},
    {"UPDATE seal SET events = events + 1", 0, 0, "seal", 1},
    {"UPDATE seal SET at = at + 1", 0, 0, "seal", 1},
    {"UPDATE seal SET upto_id = upto_id - 1", 0, 0, "seal", 1},
    {"UPDATE seal SET root = signature", 0, 0, "seal", 1},
};

struct tamper {
    struct book *b;
    const char *sql;
    bool clean;
};

/* Does the harm, looks, and takes it back by refusing. */
static bool script_and_refuse(struct db *db, void *arg, struct err *e)
{
    struct tamper *t = arg;
    struct err own = {0};

    cr_assert(db_script(db, t->sql, &own));
    t->clean = verify(db, t->b, &own);
    return refuse(e, ERR_CONFLICT, NULL, "Taken back.");
}

TEST_ON_BOTH(ledger, each_harm_is_found_and_named)
{
    struct book b = book_open(f);
    struct err e = {0};

    cr_assert(db_write(f->db, write_book, &b, NULL, &e), "%s", e.text);
    cr_assert(clean(&b), "%s", told(&b));
    for (size_t i = 0; i < COUNT(tampering); i++) {
        struct tamper t = {&b, tampering[i].sql, true};
        int n = 0;

        cr_assert_not(db_write(f->db, script_and_refuse, &t, NULL, &e));
        e = (struct err){0};
        cr_expect(!t.clean && named(&b, tampering[i].subject, tampering[i].seq, tampering[i].what),
                  "%s: %s", tampering[i].sql, told(&b));
        for (const struct item *it = b.faults->first; it; it = it->next)
            n++;
        cr_expect(!tampering[i].faults || n == tampering[i].faults, "%s: %s", tampering[i].sql,
                  told(&b));
    }
    cr_assert(clean(&b), "%s", told(&b));
}

static bool append_late(struct db *db, void *arg, struct err *e)
{
    struct book *b = arg;
    struct id_maker ids = *b->d.ids;

    (void)db;
    (void)e;
    *b->d.ids = (struct id_maker){.last_ms = START_MS + 20, .sequence = 30}; /* among the sealed */
    append(b, PERSON, START_MS + 20, NULL);
    *b->d.ids = ids;
    return true;
}

TEST_ON_BOTH(ledger, an_event_with_a_right_hash_slipped_among_sealed_ones_is_named)
{
    struct book b = book_open(f);
    struct err e = {0};

    cr_assert(db_write(f->db, write_book, &b, NULL, &e), "%s", e.text);
    cr_assert(db_write(f->db, append_late, &b, NULL, &e), "%s", e.text);
    cr_assert_not(clean(&b));
    cr_assert(named(&b, PERSON, 7, "added") || named(&b, PERSON, 7, "reordered"), "%s", told(&b));
}

/* Someone who knows the hash function rewrites an event and all that follow it. */
static bool rewrite(struct db *db, void *arg, struct err *e)
{
    struct book *b = arg;
    struct err own = {0};
    struct id_maker ids = *b->d.ids;

    (void)e;
    cr_assert(db_script(db, "DELETE FROM event WHERE subject = 2002 AND seq >= 5", &own));
    for (int64_t i = 4; i < 6; i++) {
        *b->d.ids = (struct id_maker){.last_ms = START_MS + i * 10 + 4};
        append(b, PERSON, START_MS + i * 10 + 5 - (i == 4), NULL);
    }
    *b->d.ids = ids;
    return true;
}

TEST_ON_BOTH(ledger, what_was_rewritten_with_right_hashes_is_named_by_the_seal)
{
    struct book b = book_open(f);
    struct err e = {0};

    cr_assert(db_write(f->db, write_book, &b, NULL, &e), "%s", e.text);
    cr_assert(db_write(f->db, rewrite, &b, NULL, &e), "%s", e.text);
    cr_assert_not(clean(&b));
    cr_assert(named(&b, PERSON, 5, "changed"), "%s", told(&b));
    cr_assert(named(&b, PERSON, 6, "changed"), "%s", told(&b));
    cr_assert_not(named(&b, PERSON, 4, "changed"), "%s", told(&b));
}

static bool seal_with_other_keys(struct db *db, void *arg, struct err *e)
{
    struct book *b = arg, forger = *b;

    (void)e;
    (void)crypto_sign_keypair(forger.d.keys.sign_public, forger.d.keys.sign_secret);
    append(b, PERSON, START_MS + 200, NULL);
    cr_assert(ledger_seal(db, &forger.d, &b->f->a, START_MS + 201));
    return true;
}

TEST_ON_BOTH(ledger, a_seal_by_another_key_is_found)
{
    struct book b = book_open(f);
    struct err e = {0};

    cr_assert(db_write(f->db, write_book, &b, NULL, &e), "%s", e.text);
    cr_assert(db_write(f->db, seal_with_other_keys, &b, NULL, &e), "%s", e.text);
    cr_assert_not(clean(&b));
    cr_assert(named(&b, 0, 0, "seal"), "%s", told(&b));
}

static bool write_thousands(struct db *db, void *arg, struct err *e)
{
    struct book *b = arg;

    (void)e;
    for (int64_t subject = 1; subject <= 230; subject++) {
        struct head head = {0};

        for (int i = 0; i < 10; i++)
            append(b, subject, START_MS + i, &head);
    }
    cr_assert(ledger_seal(db, &b->d, &b->f->a, START_MS + 50));
    return true;
}

TEST_ON_BOTH(ledger, many_events_take_several_seals_and_pages)
{
    struct book b = book_open(f);
    struct err e = {0};

    cr_assert(db_write(f->db, write_thousands, &b, NULL, &e), "%s", e.text);
    cr_assert_eq(fixture_int(f, &event_count), 2300);
    cr_assert_eq(fixture_int(f, &seal_count), 3);
    cr_assert(clean(&b), "%s", told(&b));
    cr_assert(db_script(f->db, "DELETE FROM seal WHERE after_id > 0 AND events = 1000", &e));
    cr_assert_not(clean(&b));
    cr_assert(named(&b, 0, 0, "seal"), "%s", told(&b));
}

static bool append_one(struct db *db, void *arg, struct err *e)
{
    struct book *b = arg;

    (void)db;
    (void)e;
    append(b, PERSON, START_MS - 1000000, NULL);
    return true;
}

TEST_ON_BOTH(ledger, ids_go_on_when_the_clock_went_back_over_a_restart)
{
    struct book b = book_open(f), next = b;
    struct err e = {0};

    cr_assert(db_write(f->db, write_book, &b, NULL, &e), "%s", e.text);
    ledger_resume(f->db, &next.d, &f->a);
    cr_assert(db_write(f->db, append_one, &next, NULL, &e), "%s", e.text);
    cr_assert(clean(&b), "%s", told(&b));
}
