#include "civic/session.h"

#include "base/utf8.h"
#include "civic/district.h"
#include "civic/job.h"

#include <sodium.h>
#include <string.h>

#define POSTS_MAX       100
#define PASSWORD_MEMORY ((size_t)19 << 20)
#define PASSWORD_ROUNDS 2
#define FREE_FAILURES   5
#define LOCK_MAX_MS     (15 * MINUTE_MS)

STMT(session_by_key, "SELECT s.person_id, p.name, s.csrf, s.is_token, s.seen_at, s.expires_at"
                     " FROM session s JOIN person p"
                     " ON p.district = s.district AND p.id = s.person_id"
                     " WHERE s.district = $1 AND s.token_hash = $2 AND s.expires_at > $3");
STMT(posts_now, "SELECT p.id, p.unit_id, p.role, u.path, u.name FROM post p JOIN unit u"
                " ON u.district = p.district AND u.id = p.unit_id"
                " WHERE p.district = $1 AND p.person_id = $2 AND p.from_at <= $3"
                " AND (p.to_at = 0 OR p.to_at > $3) ORDER BY p.id LIMIT 100");
STMT(session_insert, "INSERT INTO session (district, token_hash, person_id, csrf, label, is_token,"
                     " created_at, seen_at, expires_at)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)");
STMT(session_seen, "UPDATE session SET seen_at = $3, expires_at = $4"
                   " WHERE district = $1 AND token_hash = $2 AND is_token = 0");
STMT(session_delete, "DELETE FROM session WHERE district = $1 AND token_hash = $2");
STMT(sessions_of_person, "DELETE FROM session"
                         " WHERE district = $1 AND person_id = $2 AND is_token = 0");
STMT(sessions_expired, "DELETE FROM session WHERE district = $1 AND expires_at <= $2");
STMT(login_by_name, "SELECT l.person_id, l.hash, l.locked_until FROM login l"
                    " WHERE l.district = $1 AND l.name = $2");
STMT(login_failures, "SELECT l.failures FROM login l WHERE l.district = $1 AND l.name = $2");
STMT(login_note, "UPDATE login SET failures = $3, locked_until = $4"
                 " WHERE district = $1 AND name = $2");
STMT(login_insert, "INSERT INTO login (district, name, person_id, hash) VALUES ($1, $2, $3, $4)"
                   " ON CONFLICT (district, name) DO NOTHING");
STMT(login_update, "UPDATE login SET hash = $4, failures = 0, locked_until = 0"
                   " WHERE district = $1 AND name = $2 AND person_id = $3");

/* ---- sessions ---------------------------------------------------------- */

bool session_key(struct str token, unsigned char key[32])
{
    unsigned char raw[SESSION_TOKEN_HEX / 2];
    size_t n = 0;

    if (token.n != SESSION_TOKEN_HEX ||
        sodium_hex2bin(raw, sizeof(raw), token.p, token.n, NULL, &n, NULL) != 0 || n != sizeof(raw))
        return false;
    crypto_generichash(key, 32, raw, sizeof(raw), NULL, 0);
    return true;
}

static struct str hash_str(const unsigned char key[32])
{
    return (struct str){(const char *)key, 32};
}

static const struct role *role_of(const struct pack *p, struct str name)
{
    for (int i = 0; p && i < p->roles; i++) {
        if (str_eq(p->role[i].name, name))
            return &p->role[i];
    }
    return NULL;
}

static void load_posts(struct desk *k, struct session *s)
{
    struct actor *who = &s->actor;
    struct holding *post = NEW_ARRAY(k->a, struct holding, POSTS_MAX);
    struct rows r =
        db_query(k->db, k->a, posts_now, ARG(k->d->code), ARG(who->person), ARG(k->now));
    size_t n = 0;

    while (n < POSTS_MAX && rows_next(&r)) {
        post[n] = (struct holding){.id = row_int(&r, 0),
                                   .unit = row_int(&r, 1),
                                   .role = row_str(&r, 2),
                                   .path = row_str(&r, 3)};
        post[n].def = role_of(k->d->pack, post[n].role);
        if (n++ == 0)
            s->unit = row_str(&r, 4);
    }
    rows_end(&r);
    who->post = post;
    who->posts = n;
}

bool session_open(struct desk *k, const unsigned char key[32], struct session *out)
{
    struct rows r = db_query(k->db, k->a, session_by_key, ARG(k->d->code), arg_blob(hash_str(key)),
                             ARG(k->now));

    if (!rows_next(&r))
        return false;
    *out = (struct session){.actor = {.person = row_int(&r, 0),
                                      .name = row_str(&r, 1),
                                      .csrf = row_str(&r, 2),
                                      .by_token = row_int(&r, 3) != 0},
                            .seen_at = row_int(&r, 4),
                            .expires_at = row_int(&r, 5)};
    rows_end(&r);
    load_posts(k, out);
    return true;
}

static struct str insert_session(struct desk *k, int64_t person, struct str label, bool is_token,
                                 int64_t expires_at)
{
    unsigned char raw[SESSION_TOKEN_HEX / 2], key[32];
    char *hex = NEW_ARRAY(k->a, char, SESSION_TOKEN_HEX + 1);

    randombytes_buf(raw, sizeof(raw));
    sodium_bin2hex(hex, SESSION_TOKEN_HEX + 1, raw, sizeof(raw));
    crypto_generichash(key, sizeof(key), raw, sizeof(raw), NULL, 0);
    (void)db_run(k->db, session_insert, ARG(k->d->code), arg_blob(hash_str(key)), ARG(person),
                 ARG(id_secret(k->a, 20)), ARG(label), ARG((int64_t)is_token), ARG(k->now),
                 ARG(expires_at));
    return (struct str){hex, SESSION_TOKEN_HEX};
}

struct str session_new(struct desk *k, int64_t person)
{
    return insert_session(k, person, S(""), false, k->now + SESSION_IDLE_MS);
}

struct str token_new(struct desk *k, int64_t person, struct str label, int64_t expires_at)
{
    return insert_session(k, person, label, true, expires_at);
}

void session_touch(struct desk *k, const unsigned char key[32])
{
    (void)db_run(k->db, session_seen, ARG(k->d->code), arg_blob(hash_str(key)), ARG(k->now),
                 ARG(k->now + SESSION_IDLE_MS));
}

void session_end(struct desk *k, const unsigned char key[32])
{
    (void)db_run(k->db, session_delete, ARG(k->d->code), arg_blob(hash_str(key)));
}

JOB(sessions_forget_expired, .every_ms = HOUR_MS)
{
    (void)e;
    (void)a;
    (void)db_run(db, sessions_expired, ARG(d->code), ARG(now));
    return 0;
}

/* ---- passwords --------------------------------------------------------- */

bool password_hash(struct arena *a, struct str password, struct str *hash, struct err *e)
{
    char *text;

    if (utf8_count(password) < PASSWORD_LETTERS_MIN)
        return refuse(e, ERR_INVALID, "password", "A password needs at least %d characters.",
                      PASSWORD_LETTERS_MIN);
    if (password.n > PASSWORD_BYTES_MAX)
        return refuse(e, ERR_INVALID, "password", "This password is too long.");
    text = NEW_ARRAY(a, char, crypto_pwhash_STRBYTES);
    if (sodium_init() < 0 ||
        crypto_pwhash_str(text, password.p, password.n, PASSWORD_ROUNDS, PASSWORD_MEMORY) != 0)
        die("no memory to hash a password");
    *hash = str_of(text);
    return true;
}

struct login_read {
    struct desk *k;
    struct login_try *out;
    struct str hash;
};

static bool read_login(struct db *db, void *arg, struct err *e)
{
    struct login_read *l = arg;
    struct rows r = db_query(db, l->k->a, login_by_name, ARG(l->k->d->code), ARG(l->out->name));

    (void)e;
    if (rows_next(&r)) {
        l->out->person = row_int(&r, 0);
        l->hash = row_str(&r, 1);
        l->out->locked = row_int(&r, 2) > l->k->now;
        rows_end(&r);
    }
    return true;
}

bool login_try(struct desk *k, struct str name, struct str password, struct login_try *out,
               struct err *e)
{
    /* Of a password that nobody has: so that a name which does not exist takes as long. */
    static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                 "PbyiQSVUiUvH8p1kB0uV7GqZ4dcN0mF1Bq7v6cQ0XkY";
    struct login_read l = {k, out, S("")};
    const char *hash;

    *out = (struct login_try){.name = name};
    if (!db_read(k->db, read_login, &l, e))
        return false;
    if (out->locked || password.n > PASSWORD_BYTES_MAX)
        return true;
    if (sodium_init() < 0)
        die("libsodium does not start");
    hash = out->person ? str_copy(k->a, l.hash).p : nobody;
    out->right = crypto_pwhash_str_verify(hash, password.p, password.n) == 0 && out->person != 0;
    return true;
}

/* How long a name is closed after this many failures in a row. */
static int64_t lock_ms(int64_t failures)
{
    int64_t ms = SECOND_MS;

    if (failures < FREE_FAILURES)
        return 0;
    for (int64_t i = FREE_FAILURES; i < failures && ms < LOCK_MAX_MS; i++)
        ms *= 2;
    return ms < LOCK_MAX_MS ? ms : LOCK_MAX_MS;
}

bool login_done(struct desk *k, const struct login_try *t, struct err *e)
{
    struct rows r;
    int64_t failures = 1;

    if (t->locked)
        return refuse(e, ERR_TOO_MANY, NULL,
                      "Too many wrong passwords. Please wait a while and try again.");
    if (t->right) {
        (void)db_run(k->db, login_note, ARG(k->d->code), ARG(t->name), ARG((int64_t)0),
                     ARG((int64_t)0));
        return true;
    }
    r = db_query(k->db, k->a, login_failures, ARG(k->d->code), ARG(t->name));
    if (rows_next(&r)) {
        failures += row_int(&r, 0);
        rows_end(&r);
    }
    (void)db_run(k->db, login_note, ARG(k->d->code), ARG(t->name), ARG(failures),
                 ARG(k->now + lock_ms(failures)));
    return refuse(e, ERR_INVALID, "password", "The name or the password is wrong.");
}

bool login_set(struct desk *k, struct str name, int64_t person, struct str hash, struct err *e)
{
    if (name.n == 0 || utf8_count(name) > 60)
        return refuse(e, ERR_INVALID, "name", "A login name has 1 to 60 characters.");
    if (db_run(k->db, login_insert, ARG(k->d->code), ARG(name), ARG(person), ARG(hash)) == 0 &&
        db_run(k->db, login_update, ARG(k->d->code), ARG(name), ARG(person), ARG(hash)) == 0)
        return refuse(e, ERR_CONFLICT, "name", "This login name belongs to somebody else.");
    (void)db_run(k->db, sessions_of_person, ARG(k->d->code), ARG(person));
    district_raise(k); /* who is signed in is remembered for a while */
    return true;
}
