/*
 * Verifying, in three passes: every event of every subject in order (hash, gaps, order, the
 * matter's own count), the matters whose last event is gone, and every seal.
 */
#include "civic/ledger.h"

#include <sodium.h>
#include <string.h>

#define FAULTS_MAX 1000
#define PAGE       1000 /* events at a time; stands in the statements as well */

STMT(verify_events,
     "SELECT e.id, e.subject, e.seq, e.at, e.who, e.as_unit, e.noun, e.kind, e.content, e.hash,"
     " m.seq, m.head FROM event e LEFT JOIN matter m ON m.district = e.district AND"
     " m.id = e.subject WHERE e.district = $1 AND (e.subject, e.seq) > ($2, $3)"
     " ORDER BY e.subject, e.seq LIMIT 1000");
STMT(verify_tails,
     "SELECT m.id, m.seq, coalesce((SELECT max(e.seq) FROM event e WHERE e.district = m.district"
     " AND e.subject = m.id), 0) FROM matter m WHERE m.district = $1 AND m.id > $2 AND NOT EXISTS"
     " (SELECT 1 FROM event f WHERE f.district = m.district AND f.subject = m.id AND"
     " f.seq = m.seq) ORDER BY m.id LIMIT 1000");
STMT(verify_seals, "SELECT id, after_id, upto_id, events, root, signature, at FROM seal"
                   " WHERE district = $1 AND id > $2 ORDER BY id LIMIT 20");
STMT(verify_sealed, "SELECT id, hash, subject, seq FROM event WHERE district = $1 AND id > $2 AND"
                    " id <= $3 ORDER BY id LIMIT 2000");

/* More than a seal holds, so that added ones are seen. */
#define SEALED_MAX 2000

struct sealed_event {
    int64_t id, subject, seq;
    unsigned char hash[HASH_BYTES];
};

struct check {
    struct db *db;
    struct district *d;
    struct arena page; /* given back after each page */
    struct val *faults;
    size_t n;
    struct sealed_event *sealed; /* SEALED_MAX of the seal in hand */
};

static bool known(const struct check *c, int64_t subject, int64_t seq)
{
    for (const struct item *it = c->faults->first; it; it = it->next) {
        if (val_get(&it->val, S("subject"))->integer == subject &&
            val_get(&it->val, S("seq"))->integer == seq)
            return true;
    }
    return false;
}

static void fault(struct check *c, int64_t subject, int64_t seq, const char *what, int64_t near)
{
    struct val *map;

    if (c->n >= FAULTS_MAX || (subject && known(c, subject, seq)))
        return;
    c->n++;
    map = add_map(c->faults);
    set_int(map, "subject", subject);
    set_int(map, "seq", seq);
    set_str(map, "what", str_of(what));
    set_int(map, "near", near);
}

/* The event last read, and what its successor may build upon. */
struct link {
    int64_t subject, seq, id;
    const char *what;                  /* its fault, not told yet: the next event may know better */
    unsigned char hash[3][HASH_BYTES]; /* stored, recomputed, stored by the one before it */
    bool proven;                       /* false: the hash before is unknown */
};

static void link_tell(struct check *c, struct link *last)
{
    if (last->what)
        fault(c, last->subject, last->seq, last->what, last->id);
    last->what = NULL;
}

static void hash_of(struct str bytes, unsigned char out[HASH_BYTES])
{
    memset(out, 0, HASH_BYTES);
    memcpy(out, bytes.p, bytes.n < HASH_BYTES ? bytes.n : HASH_BYTES);
}

struct event_row event_read(const struct rows *r)
{
    struct event_row ev = {.id = row_int(r, 0),
                           .subject = row_int(r, 1),
                           .seq = row_int(r, 2),
                           .at = row_int(r, 3),
                           .who = row_int(r, 4),
                           .as_unit = row_int(r, 5),
                           .noun = row_str(r, 6),
                           .kind = row_str(r, 7),
                           .content = row_str(r, 8)};

    hash_of(row_str(r, 9), ev.hash);
    return ev;
}

/* Whether the hash fits one of the hashes before it; `own` is what it should be by the first. After
 * a tampered hash column the recomputed one fits, after two swapped events the one before. */
static bool fits(const struct check *c, const struct event_row *ev, const struct link *last,
                 unsigned char own[HASH_BYTES])
{
    unsigned char other[HASH_BYTES];

    event_hash(c->d->code, ev, last->hash[0], own);
    if (memcmp(own, ev->hash, HASH_BYTES) == 0)
        return true;
    for (int i = 1; last->what && i < 3; i++) {
        event_hash(c->d->code, ev, last->hash[i], other);
        if (memcmp(other, ev->hash, HASH_BYTES) == 0)
            return true;
    }
    return false;
}

static void missing(struct check *c, int64_t subject, int64_t from, int64_t to, int64_t near)
{
    for (int64_t seq = from; seq <= to && c->n < FAULTS_MAX; seq++)
        fault(c, subject, seq, "missing", near);
}

static void event_check(struct check *c, const struct event_row *ev, struct link *last)
{
    struct link now = {.subject = ev->subject, .seq = ev->seq, .id = ev->id, .proven = true};

    if (ev->subject != last->subject) {
        link_tell(c, last);
        *last = (struct link){.subject = ev->subject, .proven = true};
    }
    if (ev->seq > last->seq + 1) {
        missing(c, ev->subject, last->seq + 1, ev->seq - 1, last->id);
        now.proven = false;
    }
    memcpy(now.hash[0], ev->hash, HASH_BYTES);
    memcpy(now.hash[2], last->hash[0], HASH_BYTES);
    if (!fits(c, ev, last, now.hash[1]) && now.proven)
        now.what = "changed";
    if (ev->seq < 1)
        now.what = "added";
    if (ev->id <= last->id && last->seq) {
        now.what = "reordered";
        if (last->what)
            last->what = "reordered";
    }
    link_tell(c, last);
    *last = now;
}

/* The matter knows how many events it has, and its head. */
static void matter_check(const struct rows *r, const struct event_row *ev, struct link *last)
{
    unsigned char head[HASH_BYTES];

    if (row_is_null(r, 10) || last->what)
        return;
    hash_of(row_str(r, 11), head);
    if (ev->seq > row_int(r, 10))
        last->what = "added";
    else if (ev->seq == row_int(r, 10) && memcmp(head, ev->hash, HASH_BYTES) != 0)
        last->what = "changed";
}

static void events_check(struct check *c)
{
    struct link last = {.subject = INT64_MIN};
    int rows;

    do {
        struct rows r;

        arena_reset(&c->page);
        rows = 0;
        r = db_query(c->db, &c->page, verify_events, ARG(c->d->code), ARG(last.subject),
                     ARG(last.seq));
        for (; rows_next(&r); rows++) {
            struct event_row ev = event_read(&r);

            event_check(c, &ev, &last);
            matter_check(&r, &ev, &last);
        }
    } while (rows == PAGE && c->n < FAULTS_MAX);
    link_tell(c, &last);
}

static void tails_check(struct check *c)
{
    int64_t after = INT64_MIN;
    int rows;

    do {
        struct rows r;

        arena_reset(&c->page);
        rows = 0;
        r = db_query(c->db, &c->page, verify_tails, ARG(c->d->code), ARG(after));
        for (; rows_next(&r); rows++) {
            after = row_int(&r, 0);
            missing(c, after, row_int(&r, 2) + 1, row_int(&r, 1), 0);
        }
    } while (rows == PAGE && c->n < FAULTS_MAX);
}

static bool same_print(const struct seal_row *seal, size_t i, const struct sealed_event *ev)
{
    return memcmp(seal->prints.p + i * SEAL_PRINT_BYTES, ev->hash, SEAL_PRINT_BYTES) == 0;
}

/* Lays the events beside the prints that were sealed and names what does not fit. */
static void seal_compare(struct check *c, const struct seal_row *seal,
                         const struct sealed_event *ev, size_t n)
{
    size_t sealed = seal->prints.n / SEAL_PRINT_BYTES, i = 0, j = 0;

    while (i < sealed || j < n) {
        if (i < sealed && j < n && same_print(seal, i, &ev[j])) {
            i++;
            j++;
        } else if (i == sealed || (j + 1 < n && same_print(seal, i, &ev[j + 1]))) {
            fault(c, ev[j].subject, ev[j].seq, "added", ev[j].id);
            j++;
        } else if (j == n || (i + 1 < sealed && same_print(seal, i + 1, &ev[j]))) {
            fault(c, 0, 0, "missing", j ? ev[j - 1].id : seal->after);
            i++;
        } else {
            fault(c, ev[j].subject, ev[j].seq, "changed", ev[j].id);
            i++;
            j++;
        }
    }
}

/* Reads what lies in the seal's range; true if it is what was sealed. */
static bool seal_holds(struct check *c, const struct seal_row *seal,
                       const unsigned char before[HASH_BYTES], struct sealed_event *ev, size_t *n)
{
    struct rows r = db_query(c->db, &c->page, verify_sealed, ARG(c->d->code), ARG(seal->after),
                             ARG(seal->upto));
    unsigned char root[HASH_BYTES];
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    (void)crypto_generichash_update(&state, before, HASH_BYTES);
    for (*n = 0; rows_next(&r); (*n)++) {
        struct str hash = row_str(&r, 1);

        ev[*n] = (struct sealed_event){row_int(&r, 0), row_int(&r, 2), row_int(&r, 3), {0}};
        hash_of(hash, ev[*n].hash);
        (void)crypto_generichash_update(&state, (const unsigned char *)hash.p, hash.n);
    }
    (void)crypto_generichash_final(&state, root, HASH_BYTES);
    return (int64_t)*n == seal->events && memcmp(root, seal->root, HASH_BYTES) == 0;
}

static bool signed_by_us(struct check *c, const struct seal_row *seal)
{
    struct str message = seal_message(&c->page, c->d->code, seal);

    return seal->signature.n == crypto_sign_BYTES &&
           crypto_sign_verify_detached((const unsigned char *)seal->signature.p,
                                       (const unsigned char *)message.p, message.n,
                                       c->d->keys.sign_public) == 0;
}

struct chain { /* of seals */
    int64_t id, upto;
    unsigned char root[HASH_BYTES];
};

static void seal_check(struct check *c, const struct seal_row *seal, const struct chain *before)
{
    size_t n;

    if (!signed_by_us(c, seal) || seal->after != before->upto) {
        fault(c, 0, 0, "seal", seal->id);
        return; /* it proves nothing about events */
    }
    if (!seal_holds(c, seal, before->root, c->sealed, &n))
        seal_compare(c, seal, c->sealed, n);
}

static struct seal_row seal_read(const struct rows *r)
{
    struct seal_row seal = {.id = row_int(r, 0),
                            .after = row_int(r, 1),
                            .upto = row_int(r, 2),
                            .events = row_int(r, 3),
                            .signature = row_str(r, 5),
                            .at = row_int(r, 6)};
    struct str root = row_str(r, 4);

    hash_of(root, seal.root);
    if (root.n > HASH_BYTES)
        seal.prints = (struct str){root.p + HASH_BYTES, root.n - HASH_BYTES};
    return seal;
}

static void seals_check(struct check *c)
{
    struct chain before = {.id = INT64_MIN};
    int rows;

    do {
        struct rows r;

        arena_reset(&c->page);
        rows = 0;
        r = db_query(c->db, &c->page, verify_seals, ARG(c->d->code), ARG(before.id));
        for (; rows_next(&r); rows++) {
            struct seal_row seal = seal_read(&r);

            seal_check(c, &seal, &before);
            before = (struct chain){.id = seal.id, .upto = seal.upto};
            memcpy(before.root, seal.root, HASH_BYTES);
        }
    } while (rows == 20 && c->n < FAULTS_MAX);
}

static void page_reset(void *arg)
{
    arena_reset(arg);
}

bool ledger_verify(struct db *db, struct district *d, struct arena *a, struct val *faults)
{
    struct check *c = NEW(a, struct check);

    *c = (struct check){.db = db, .d = d, .faults = faults};
    c->sealed = NEW_ARRAY(a, struct sealed_event, SEALED_MAX);
    arena_init(&c->page, (size_t)256 << 20);
    arena_defer(a, page_reset, &c->page);
    events_check(c);
    tails_check(c);
    seals_check(c);
    return c->n == 0;
}
