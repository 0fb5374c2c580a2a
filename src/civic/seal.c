/*
 * Personal content. "s1:" + base64(nonce ‖ box) under a data key of the subject's own; that key
 * lies in subject_key as nonce ‖ box under the district's. Deleting the row makes every copy of the
 * content unreadable, also in backups of the ledger.
 */
#include "civic/civic.h"

#include <sodium.h>
#include <string.h>

#define NONCE  crypto_secretbox_NONCEBYTES
#define KEY    crypto_secretbox_KEYBYTES
#define MAC    crypto_secretbox_MACBYTES
#define PREFIX S("s1:")
#define BASE64 sodium_base64_VARIANT_ORIGINAL

STMT(key_get, "SELECT sealed FROM subject_key WHERE district = $1 AND subject = $2");
STMT(key_put, "INSERT INTO subject_key (district, subject, sealed, at) VALUES ($1, $2, $3, $4)"
              " ON CONFLICT DO NOTHING");
STMT(key_erase, "DELETE FROM subject_key WHERE district = $1 AND subject = $2");

static struct str box_make(struct arena *a, struct str plain, const unsigned char *key)
{
    unsigned char *out = NEW_ARRAY(a, unsigned char, NONCE + MAC + plain.n);

    randombytes_buf(out, NONCE);
    (void)crypto_secretbox_easy(out + NONCE, (const unsigned char *)plain.p, plain.n, out, key);
    return (struct str){(const char *)out, NONCE + MAC + plain.n};
}

static bool box_open(struct arena *a, struct str box, const unsigned char *key, struct str *plain)
{
    const unsigned char *in = (const unsigned char *)box.p;
    unsigned char *out;

    if (box.n < NONCE + MAC)
        return false;
    plain->n = box.n - NONCE - MAC;
    out = NEW_ARRAY(a, unsigned char, plain->n + 1);
    plain->p = (const char *)out;
    return crypto_secretbox_open_easy(out, in + NONCE, box.n - NONCE, in, key) == 0;
}

static bool key_find(struct db *db, struct district *d, struct arena *a, int64_t subject,
                     unsigned char key[KEY])
{
    struct rows r = db_query(db, a, key_get, ARG(d->code), ARG(subject));
    struct str box, plain;
    bool there = rows_next(&r);

    if (there) {
        box = row_str(&r, 0);
        if (!box_open(a, box, d->keys.seal, &plain) || plain.n != KEY)
            die("the key of subject %lld does not open: is this the district's key file?",
                (long long)subject);
        memcpy(key, plain.p, KEY);
    }
    rows_end(&r);
    return there;
}

/* false if the subject has one already. */
static bool key_make(struct db *db, struct district *d, struct arena *a, int64_t subject,
                     unsigned char key[KEY])
{
    struct str box;

    randombytes_buf(key, KEY);
    box = box_make(a, (struct str){(const char *)key, KEY}, d->keys.seal);
    return db_run(db, key_put, ARG(d->code), ARG(subject), arg_blob(box), ARG(d->ids->last_ms)) > 0;
}

struct str seal_bytes(struct db *db, struct district *d, struct arena *a, int64_t subject,
                      struct str plain)
{
    unsigned char key[KEY];
    struct str box;

    if (!key_make(db, d, a, subject, key))
        (void)key_find(db, d, a, subject, key);
    box = box_make(a, plain, key);
    sodium_memzero(key, sizeof(key));
    return box;
}

bool unseal_bytes(struct db *db, struct district *d, struct arena *a, int64_t subject,
                  struct str sealed, struct str *plain)
{
    unsigned char key[KEY];
    bool ok = key_find(db, d, a, subject, key) && box_open(a, sealed, key, plain);

    sodium_memzero(key, sizeof(key));
    return ok;
}

struct str seal_text(struct db *db, struct district *d, struct arena *a, int64_t subject,
                     struct str plain)
{
    struct str box;
    size_t room;
    char *text;

    if (!plain.n)
        return plain; /* nothing to hide, and no key for it */
    box = seal_bytes(db, d, a, subject, plain);
    room = sodium_base64_ENCODED_LEN(box.n, BASE64);
    text = NEW_ARRAY(a, char, PREFIX.n + room);
    memcpy(text, PREFIX.p, PREFIX.n);
    (void)sodium_bin2base64(text + PREFIX.n, room, (const unsigned char *)box.p, box.n, BASE64);
    return str_of(text);
}

struct str unseal_text(struct db *db, struct district *d, struct arena *a, int64_t subject,
                       struct str sealed)
{
    struct str plain = S("");
    unsigned char *box;
    size_t n;
    bool ok;

    if (sealed.n <= PREFIX.n || memcmp(sealed.p, PREFIX.p, PREFIX.n) != 0)
        return S("");
    box = NEW_ARRAY(a, unsigned char, sealed.n);
    ok = sodium_base642bin(box, sealed.n, sealed.p + PREFIX.n, sealed.n - PREFIX.n, NULL, &n, NULL,
                           BASE64) == 0 &&
         unseal_bytes(db, d, a, subject, (struct str){(const char *)box, n}, &plain);
    return ok ? plain : S("");
}

void seal_erase(struct db *db, struct district *d, int64_t subject)
{
    db_run(db, key_erase, ARG(d->code), ARG(subject));
}
