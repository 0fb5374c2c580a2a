/*
 * session.h - who is asking: sessions, API tokens, passwords.
 *
 * A session is 32 random bytes that only the browser (or the other program) keeps; stored is their
 * hash. It ends 12 hours after it was last seen; an API token when it says. A password is kept as
 * Argon2id (19 MiB, 2 rounds); checking one takes tens of milliseconds and is done before the
 * writer's queue (page .prepare).
 */
#ifndef SESSION_H
#define SESSION_H

#include "civic/desk.h"

#define SESSION_IDLE_MS      (12 * HOUR_MS)
#define SESSION_TOUCH_MS     (10 * MINUTE_MS) /* seen_at is renewed at most this often */
#define SESSION_TOKEN_HEX    64
#define PASSWORD_LETTERS_MIN 8
#define PASSWORD_BYTES_MAX   200

/* False if the token is not of 64 hex digits. */
bool session_key(struct str token, unsigned char key[32]) MUST_USE;

struct session {
    struct actor actor; /* with the posts that are held at `now` */
    struct str unit;    /* the name of the first post's unit, "" */
    int64_t seen_at, expires_at;
};

/* Reading. False if there is no such session any more. */
bool session_open(struct desk *k, const unsigned char key[32], struct session *out) MUST_USE;

/* Where a person is signed in, and what programs act for them: {id, label, is_token, seen_at,
 * created_at, expires_at, this}, the latest first. */
void session_list(struct desk *k, int64_t person, const unsigned char now[32], struct val *list);
/* One of these, by its id. NOT_FOUND if it is not there (any more). */
bool session_close(struct desk *k, int64_t person, int64_t id, struct err *e) MUST_USE;
/* The person's login name, or "". */
struct str login_name(struct desk *k, int64_t person);

/* Writing; all inside a job. The token is returned once and never again. */
struct str session_new(struct desk *k, int64_t person);
struct str token_new(struct desk *k, int64_t person, struct str label, int64_t expires_at);
void session_touch(struct desk *k, const unsigned char key[32]);
void session_end(struct desk *k, const unsigned char key[32]);

/*
 * Signing in. login_try() reads and hashes (tens of milliseconds; not inside a transaction);
 * login_done(), in the writer, notes success or failure and refuses. The fifth failure in a row
 * closes the name for a second, each further one twice as long, up to 15 minutes. A name that does
 * not exist takes as long and says the same.
 */
struct login_try {
    struct str name;
    int64_t person; /* 0: there is no such login */
    bool right;
    bool locked;
};
bool login_try(struct desk *k, struct str name, struct str password, struct login_try *out,
               struct err *e) MUST_USE;
/* False if refused (DENIED, TOO_MANY); what was noted must stay, so the job itself succeeds. */
bool login_done(struct desk *k, const struct login_try *t, struct err *e) MUST_USE;

/* Refused (INVALID, field password) if it is too short or too long. Hashing takes as long. */
bool password_hash(struct arena *a, struct str password, struct str *hash, struct err *e) MUST_USE;
/* Makes or changes a login, and ends the person's sessions. Refused (CONFLICT, field name) if the
 * name is another person's. */
bool login_set(struct desk *k, struct str name, int64_t person, struct str hash,
               struct err *e) MUST_USE;

#endif
