#include "civic/ledger.h"

#include <sodium.h>
#include <string.h>

STMT(event_put, "INSERT INTO event (district, id, subject, seq, at, who, as_unit, noun, kind,"
                " content, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
STMT(head_get, "SELECT seq, hash FROM event WHERE district = $1 AND subject = $2"
               " ORDER BY seq DESC LIMIT 1");
STMT(event_last, "SELECT id FROM event WHERE district = $1 ORDER BY id DESC LIMIT 1");
STMT(seal_last, "SELECT upto_id, root FROM seal WHERE district = $1 ORDER BY id DESC LIMIT 1");
STMT(seal_events, "SELECT id, hash FROM event WHERE district = $1 AND id > $2"
                  " ORDER BY id LIMIT 1000");
STMT(seal_put, "INSERT INTO seal (district, id, after_id, upto_id, events, root, signature, at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

static unsigned char *put_number(unsigned char *to, int64_t i)
{
    uint64_t u = (uint64_t)i;

    for (int shift = 56; shift >= 0; shift -= 8)
        *to++ = (unsigned char)(u >> shift);
    return to;
}

static void hash_text(crypto_generichash_state *state, struct str s)
{
    unsigned char length[8];

    (void)put_number(length, (int64_t)s.n);
    (void)crypto_generichash_update(state, length, sizeof(length));
    (void)crypto_generichash_update(state, (const unsigned char *)s.p, s.n);
}

void event_hash(int64_t district, const struct event_row *ev,
                const unsigned char before[HASH_BYTES], unsigned char out[HASH_BYTES])
{
    const int64_t numbers[] = {district, ev->id,  ev->subject, ev->seq,
                               ev->at,   ev->who, ev->as_unit};
    unsigned char bytes[sizeof(numbers)], *to = bytes;
    crypto_generichash_state state;

    for (size_t i = 0; i < COUNT(numbers); i++)
        to = put_number(to, numbers[i]);
    (void)crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    (void)crypto_generichash_update(&state, before, HASH_BYTES);
    (void)crypto_generichash_update(&state, bytes, sizeof(bytes));
    hash_text(&state, ev->noun);
    hash_text(&state, ev->kind);
    hash_text(&state, ev->content);
    (void)crypto_generichash_final(&state, out, HASH_BYTES);
}

static void head_read(struct db *db, const struct district *d, struct arena *a, int64_t subject,
                      struct head *head)
{
    struct rows r = db_query(db, a, head_get, ARG(d->code), ARG(subject));

    *head = (struct head){0};
    if (rows_next(&r)) {
        struct str hash = row_str(&r, 1);

        head->seq = row_int(&r, 0);
        if (hash.n == HASH_BYTES)
            memcpy(head->hash, hash.p, HASH_BYTES);
    }
    rows_end(&r);
}

int64_t ledger_append(struct db *db, struct district *d, struct arena *a, const struct event *ev,
                      struct head *last)
{
    struct head read;
    struct buf content = {.arena = a};
    struct event_row row = {.id = id_next(d->ids, ev->at),
                            .subject = ev->subject,
                            .at = ev->at,
                            .who = ev->who,
                            .as_unit = ev->as_unit,
                            .noun = ev->noun,
                            .kind = ev->kind};

    if (!last) {
        last = &read;
        head_read(db, d, a, ev->subject, last);
    }
    json_write(&content, ev->content);
    row.content = buf_str(&content);
    row.seq = last->seq + 1;
    event_hash(d->code, &row, last->hash, row.hash);
    db_run(db, event_put, ARG(d->code), ARG(row.id), ARG(row.subject), ARG(row.seq), ARG(row.at),
           ARG(row.who), ARG(row.as_unit), ARG(row.noun), ARG(row.kind), ARG(row.content),
           arg_blob((struct str){(const char *)row.hash, HASH_BYTES}));
    last->seq = row.seq;
    memcpy(last->hash, row.hash, HASH_BYTES);
    return row.id;
}

void ledger_resume(struct db *db, struct district *d, struct arena *a)
{
    struct rows r = db_query(db, a, event_last, ARG(d->code));

    if (rows_next(&r)) {
        int64_t next_ms = id_ms(row_int(&r, 0)) + 1;

        if (next_ms > d->ids->last_ms) {
            d->ids->last_ms = next_ms;
            d->ids->sequence = 0;
        }
    }
    rows_end(&r);
}

struct str seal_message(struct arena *a, int64_t district, const struct seal_row *seal)
{
    struct str tag = S("yingshao seal 1");
    unsigned char *p = NEW_ARRAY(a, unsigned char, tag.n + 5 * 8 + HASH_BYTES + seal->prints.n);
    unsigned char *to = p;

    memcpy(to, tag.p, tag.n);
    to = put_number(to + tag.n, district);
    to = put_number(to, seal->after);
    to = put_number(to, seal->upto);
    to = put_number(to, seal->events);
    to = put_number(to, seal->at);
    memcpy(to, seal->root, HASH_BYTES);
    to += HASH_BYTES;
    memcpy(to, seal->prints.p, seal->prints.n);
    return (struct str){(const char *)p, (size_t)(to - p) + seal->prints.n};
}

/* Where the last seal ended, and its root. */
static void seal_before(struct db *db, const struct district *d, struct arena *a, int64_t *after,
                        unsigned char root[HASH_BYTES])
{
    struct rows r = db_query(db, a, seal_last, ARG(d->code));

    *after = 0;
    memset(root, 0, HASH_BYTES);
    if (rows_next(&r)) {
        struct str bytes = row_str(&r, 1);

        *after = row_int(&r, 0);
        memcpy(root, bytes.p, bytes.n < HASH_BYTES ? bytes.n : HASH_BYTES);
    }
    rows_end(&r);
}

/* The next SEAL_EVENTS_MAX events after seal->after: count, root, prints. */
static void seal_take(struct db *db, const struct district *d, struct arena *a,
                      struct seal_row *seal)
{
    struct rows r = db_query(db, a, seal_events, ARG(d->code), ARG(seal->after));
    struct buf prints = {.arena = a};
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    (void)crypto_generichash_update(&state, seal->root, HASH_BYTES);
    while (rows_next(&r)) {
        struct str hash = row_str(&r, 1);

        seal->upto = row_int(&r, 0);
        seal->events++;
        (void)crypto_generichash_update(&state, (const unsigned char *)hash.p, hash.n);
        buf_put(&prints, (struct str){hash.p, SEAL_PRINT_BYTES});
    }
    (void)crypto_generichash_final(&state, seal->root, HASH_BYTES);
    seal->prints = buf_str(&prints);
}

static void seal_write(struct db *db, struct district *d, struct arena *a, struct seal_row *seal)
{
    unsigned char signature[crypto_sign_BYTES];
    struct str message = seal_message(a, d->code, seal);
    struct buf root = {.arena = a};

    (void)crypto_sign_detached(signature, NULL, (const unsigned char *)message.p, message.n,
                               d->keys.sign_secret);
    buf_put(&root, (struct str){(const char *)seal->root, HASH_BYTES});
    buf_put(&root, seal->prints);
    db_run(db, seal_put, ARG(d->code), ARG(id_next(d->ids, seal->at)), ARG(seal->after),
           ARG(seal->upto), ARG(seal->events), arg_blob(buf_str(&root)),
           arg_blob((struct str){(const char *)signature, sizeof(signature)}), ARG(seal->at));
}

int ledger_seal(struct db *db, struct district *d, struct arena *a, int64_t now)
{
    struct seal_row seal = {.at = now};
    int n = 0;

    seal_before(db, d, a, &seal.after, seal.root);
    for (; n < SEALS_AT_ONCE; n++) {
        seal.events = 0;
        seal_take(db, d, a, &seal);
        if (!seal.events)
            break;
        seal_write(db, d, a, &seal);
        seal.after = seal.upto;
    }
    return n;
}
