/*
 * call.h - one request on its way through the house: read, guarded, run, answered.
 *
 * The server (server.c, work.c) and the transcripts' tests walk the same steps. Each step says
 * where the next one runs:
 *
 *   call_route   event thread   which page; how large a body may be
 *   call_begin   event thread   assets; who asks, if that is in memory; guard, params
 *   call_read    a reader       who asks; GETs; .prepare; refused forms; HTML
 *   call_run     the writer     the page's run, inside db_group
 *   call_ran     the writer     after the commit
 *   call_done    event thread   JSON and redirects of what was written
 */
#ifndef CALL_H
#define CALL_H

#include "http/app.h"

#define BODY_MAX       ((size_t)1 << 20)
#define BODY_FILES_MAX ((size_t)60 << 20)
#define ARENA_MAX_CALL ((size_t)200 << 20)
#define HEADERS_MAX    20

/* What was sent, as it was sent. */
struct asked {
    struct str method, target; /* path and query, percent-encoded */
    struct str body;
    struct str cookie, authorization, accept, accept_language, content_type;
    struct str csrf, request_key, if_none_match, proto, host;
    struct str address;
};

struct header {
    const char *name;
    struct str value;
};

struct reply {
    int status;
    struct header header[HEADERS_MAX];
    size_t headers;
    struct str body;
    bool forever; /* the body is the program's, not the call's */
};

enum stage { STAGE_DONE, STAGE_READER, STAGE_WRITER };

struct call {
    struct arena a;
    struct app *app;
    struct asked asked;
    struct route route;
    struct form form;
    struct actor actor;
    struct req q;
    enum lang lang;
    struct str unit;        /* the name of the actor's first post's unit */
    struct str lang_cookie; /* to be set */
    unsigned char key[32];  /* of the session or token */
    bool has_key, known, entered, prepared, ran, is_get;
    bool sign_in; /* refused because nobody is signed in: 401 */
    bool touch;   /* the session's seen_at is due */
    bool asset_forever;
    struct err refused;
    struct reply reply;
    int wait_s; /* Retry-After */
    int64_t begun_us;

    /* the queues' */
    struct call *next;
    void *owner;
    struct db_job job;
    struct err job_err;
    size_t body_max;
    struct buf body;
    int where;
};

/* A call lies in its own arena; call_end gives it back. Both on one thread only. */
struct call *call_new(struct app *app);
void call_end(struct call *c);

void call_route(struct call *c); /* needs asked.method and asked.target; sets body_max */
enum stage call_begin(struct call *c);
enum stage call_read(struct call *c, struct db *db);
bool call_run(struct db *db, void *call, struct err *e); /* of db_job */
enum stage call_ran(struct call *c);                     /* looks at job.done and job_err */

void call_done(struct call *c); /* answers, if no step before did */

/* A refusal by the server itself (queue full, body too large), as plain text or JSON. */
void call_refuse(struct call *c, enum err_kind kind, int wait_s);

/* Steps that have a file of their own. */
bool call_known(struct call *c, struct db *db);  /* who asks; db NULL: only if it is in memory */
bool call_guard(struct call *c);                 /* who may, CSRF, rate */
bool call_params(struct call *c);                /* what the page declared */
void call_typed(struct call *c);                 /* q->params as typed, for .again */
void call_answer(struct call *c, struct db *db); /* reply, from view or refusal */
void reply_asset(struct call *c, const struct asset *as);
bool call_wants_html(const struct call *c); /* that its answer needs a template */
struct str form_token(const struct app *app, struct arena *a, int64_t now);
int status_of(const struct err *e);

#endif
