/*
 * app.h - what the server knows from boot: routes, texts, templates, assets; the district as it is
 * now; and the two things that it remembers between requests: who is signed in, and who asks too
 * often.
 *
 * Everything but those three and done_to is written once, at boot, and read by all threads.
 */
#ifndef APP_H
#define APP_H

#include "http/route.h"
#include "http/texts.h"

#include <pthread.h>
#include <stdatomic.h>

struct asset {
    struct str path; /* "gov.css" */
    struct str bytes, type, etag;
};

#define SPARE_MAX 256

struct app {
    struct arena *boot;
    pthread_mutex_t district_lock;
    struct district *district; /* by app_district() only */
    struct routes *routes;
    struct texts *texts;
    struct tmpl_set set[LANGS];
    struct asset *asset;
    size_t assets;
    struct str assets_hash, assets_at; /* of all together; "/assets/HASH" */
    struct actors *actors;
    struct buckets *buckets;
    unsigned char form_key[32];    /* of the forms' tokens and receipt cookies */
    struct str clock_file;         /* tests only: where the time stands; "" : the machine's clock */
    struct arena spare[SPARE_MAX]; /* of calls that ended; the event thread's alone */
    size_t spares;
    _Atomic int64_t done_to; /* ms of app_now(): what fell due by then has been done; 0: unknown */
    bool behind_proxy;       /* X-Forwarded-For and -Proto are believed */
};

/* Texts, templates, routes, assets. Refused with file:line where one is wrong. */
bool app_init(struct app *app, struct arena *boot, struct district *d, struct err *e) MUST_USE;

/*
 * The district as it is now. Whoever asks for it works with this one to the end, also if another
 * takes its place meanwhile, and then lets it go; the last to let an old one go gives its memory
 * back. A request holds one from call_begin to call_end.
 */
struct district *app_district(struct app *app);
void app_let_go(struct app *app, struct district *d);
/* If units, posts, areas, calendar or model are others in the database by now, takes them up. On
 * one thread only, about once a second; db: of the caller's, for reading. */
void app_renew(struct app *app, struct db *db);

const struct tmpl *app_template(struct app *app, enum lang lang, const char *name);
const struct asset *app_asset(const struct app *app, struct str path); /* or NULL */
int64_t app_now(const struct app *app);

/*
 * Actors by session, for at most 30 seconds, so that a page costs no query for who asks. Threads
 * share it; what it gives is a copy in `a`. The key is the token's hash.
 */
struct known {
    struct actor actor;
    struct str unit; /* the name of the first post's unit */
};
struct actors *actors_new(struct arena *boot);
bool actors_find(struct actors *c, const unsigned char key[32], int64_t now, struct arena *a,
                 struct known *out);
/* version: of actors_version() before the rows were read, so that a change since then counts. */
void actors_put(struct actors *c, const unsigned char key[32], int64_t now, uint64_t version,
                const struct known *who);
void actors_forget(struct actors *c);
uint64_t actors_version(struct actors *c);

/* Token buckets by address and purpose; a table of fixed size, so that they may be mixed up but
 * never grow. False: too often, come back in *wait_s. */
struct buckets *buckets_new(struct arena *boot);
bool buckets_take(struct buckets *l, struct str address, const void *purpose, int per_minute,
                  int64_t now, int *wait_s);

#endif
