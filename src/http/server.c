#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS  1000
#define HEAD_MAX     ((size_t)16 * 1024) /* the library clears it for each request */
#define IDLE_MS      30000
#define BYTES_PER_MS 16
#define STOP_WAIT_MS 10000

enum { CALL_NEW, CALL_BODY, CALL_WAITS, CALL_ANSWERED };

struct line { /* a connection, and until when it has to say something */
    int fd;
    int64_t until_ms, since_ms; /* until 0: it is our turn */
    struct line *free;
};

struct server {
    struct server_config config;
    struct work *work;
    struct MHD_Daemon *daemon;
    pthread_t sweeper;
    pthread_mutex_t lock; /* of the lines and of what follows */
    pthread_cond_t wake;
    bool stopping;
    _Atomic int waiting; /* suspended connections */
    struct line line[CONNECTIONS], *free;
};

static int64_t clock_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t coarse_ms(void)
{
    return clock_us(CLOCK_MONOTONIC_COARSE) / 1000;
}

/* ---- connections that keep us waiting ---------------------------------- */

static void allow(struct server *s, struct line *l, int64_t ms)
{
    if (!l)
        return;
    pthread_mutex_lock(&s->lock);
    l->since_ms = coarse_ms();
    l->until_ms = ms ? l->since_ms + ms : 0;
    pthread_mutex_unlock(&s->lock);
}

static void on_connection(void *cls, struct MHD_Connection *conn, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct server *s = cls;
    struct line *l = *context;

    pthread_mutex_lock(&s->lock);
    if (what == MHD_CONNECTION_NOTIFY_STARTED && s->free) {
        l = *context = s->free;
        s->free = l->free;
        l->fd = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        l->since_ms = coarse_ms();
        l->until_ms = l->since_ms + s->config.idle_ms;
    } else if (what == MHD_CONNECTION_NOTIFY_CLOSED && l) {
        l->fd = -1;
        l->free = s->free;
        s->free = l;
    }
    pthread_mutex_unlock(&s->lock);
}

static void *sweep(void *arg)
{
    struct server *s = arg;
    struct timespec t;

    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        int64_t now = coarse_ms();

        for (size_t i = 0; i < CONNECTIONS; i++) {
            struct line *l = &s->line[i];

            if (l->fd >= 0 && l->until_ms && now > l->until_ms)
                (void)shutdown(l->fd, SHUT_RDWR); /* the event thread sees it and closes */
        }
        clock_gettime(CLOCK_MONOTONIC, &t);
        t.tv_nsec += 250000000;
        t.tv_sec += t.tv_nsec / 1000000000;
        t.tv_nsec %= 1000000000;
        (void)pthread_cond_timedwait(&s->wake, &s->lock, &t);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static struct line *line_of(struct MHD_Connection *conn)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

/* ---- reading a request ------------------------------------------------- */

static struct str header(struct MHD_Connection *conn, const char *name)
{
    return str_of(MHD_lookup_connection_value(conn, MHD_HEADER_KIND, name));
}

static struct str address_of(struct arena *a, struct MHD_Connection *conn)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";

    if (info && info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)info->client_addr;

        (void)inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
    } else if (info && info->client_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)info->client_addr;

        /* One household or office has a /64. */
        for (int i = 0; i < 8; i++)
            (void)snprintf(text + 2 * i, 3, "%02x", in->sin6_addr.s6_addr[i]);
    }
    return str_copy(a, str_of(text));
}

/* The last address of the list is the one that our proxy saw. */
static struct str last_item(struct str list)
{
    struct str item = S("");

    while (list.n)
        list = str_cut(list, ',', &item);
    return str_trim(item);
}

static void read_head(struct server *s, struct call *c, struct MHD_Connection *conn,
                      const char *method)
{
    struct asked *q = &c->asked;
    struct str forwarded = header(conn, "X-Forwarded-For");

    q->method = str_copy(&c->a, str_of(method));
    q->cookie = header(conn, "Cookie");
    q->authorization = header(conn, "Authorization");
    q->accept = header(conn, "Accept");
    q->accept_language = header(conn, "Accept-Language");
    q->content_type = header(conn, "Content-Type");
    q->csrf = header(conn, "X-CSRF-Token");
    q->request_key = header(conn, "Idempotency-Key");
    q->if_none_match = header(conn, "If-None-Match");
    q->host = header(conn, "Host");
    q->address = address_of(&c->a, conn);
    if (s->config.work.app->behind_proxy) {
        q->proto = header(conn, "X-Forwarded-Proto");
        if (header(conn, "X-Forwarded-Host").n)
            q->host = header(conn, "X-Forwarded-Host");
        if (forwarded.n)
            q->address = last_item(forwarded);
    }
}

/* Called with the request line, before the headers: the only place where it is as it was sent. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *conn)
{
    struct server *s = cls;
    struct call *c = call_new(s->config.work.app);

    c->begun_us = clock_us(CLOCK_MONOTONIC);
    c->owner = conn;
    c->asked.target = str_copy(&c->a, str_of(uri));
    return c;
}

static size_t no_decoding(void *cls, struct MHD_Connection *conn, char *s)
{
    (void)cls;
    (void)conn;
    return strlen(s);
}

/* ---- answering --------------------------------------------------------- */

static enum MHD_Result send_reply(struct server *s, struct call *c, struct MHD_Connection *conn)
{
    struct reply *r = &c->reply;
    void *body = (void *)(uintptr_t)r->body.p; /* NOLINT: the library wants it so, and only reads */
    struct MHD_Response *res =
        MHD_create_response_from_buffer(r->body.n, body, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result ok;

    if (!res)
        return MHD_NO;
    for (size_t i = 0; i < r->headers; i++) {
        struct str v = r->header[i].value;

        if (v.p[v.n] != '\0')
            v = str_copy(&c->a, v);
        (void)MHD_add_response_header(res, r->header[i].name, v.p);
    }
    ok = MHD_queue_response(conn, (unsigned)r->status, res);
    MHD_destroy_response(res);
    c->where = CALL_ANSWERED;
    allow(s, line_of(conn), IDLE_MS + (int64_t)r->body.n / BYTES_PER_MS);
    return ok;
}

static enum MHD_Result refuse_now(struct server *s, struct call *c, struct MHD_Connection *conn,
                                  enum err_kind kind)
{
    call_refuse(c, kind, 1);
    return send_reply(s, c, conn);
}

static enum MHD_Result begin(struct server *s, struct call *c, struct MHD_Connection *conn)
{
    enum stage stage;

    allow(s, line_of(conn), 0);
    c->asked.body = buf_str(&c->body);
    stage = call_begin(c);
    if (stage == STAGE_DONE)
        return send_reply(s, c, conn);
    c->where = CALL_WAITS;
    atomic_fetch_add(&s->waiting, 1);
    MHD_suspend_connection(conn);
    if (work_put(s->work, c, stage))
        return MHD_YES;
    call_refuse(c, ERR_BUSY, 1);
    MHD_resume_connection(conn);
    atomic_fetch_sub(&s->waiting, 1);
    return MHD_YES;
}

static void on_done(void *arg, struct call *c)
{
    struct server *s = arg;

    MHD_resume_connection(c->owner);
    atomic_fetch_sub(&s->waiting, 1);
}

static enum MHD_Result head_read(struct server *s, struct call *c, struct MHD_Connection *conn,
                                 const char *method)
{
    struct str length = header(conn, "Content-Length");

    read_head(s, c, conn, method);
    call_route(c);
    c->where = CALL_BODY;
    if (length.n > 12 || (size_t)strtoull(length.p, NULL, 10) > c->body_max)
        return refuse_now(s, c, conn, ERR_TOO_LARGE);
    allow(s, line_of(conn), s->config.idle_ms);
    return MHD_YES;
}

static enum MHD_Result body_read(struct server *s, struct call *c, struct MHD_Connection *conn,
                                 const char *data, size_t *n)
{
    struct line *l = line_of(conn);

    /* A body without stated length that grows too large cannot be answered any more. */
    if (c->body.n + *n > c->body_max)
        return MHD_NO;
    buf_put(&c->body, (struct str){data, *n});
    if (l) {
        pthread_mutex_lock(&s->lock);
        l->until_ms = l->since_ms + s->config.idle_ms + (int64_t)c->body.n / BYTES_PER_MS;
        pthread_mutex_unlock(&s->lock);
    }
    *n = 0;
    return MHD_YES;
}

/* The library's signature. */
#define MHD_HANDLER(fn)                                                                  \
    static enum MHD_Result fn(void *cls, struct MHD_Connection *conn, const char *url,   \
                              const char *method, const char *version, const char *data, \
                              size_t *n, void **context)

MHD_HANDLER(on_request) /* NOLINT: eight parameters */
{
    struct server *s = cls;
    struct call *c = *context;

    (void)url;
    (void)version;
    switch (c->where) {
    case CALL_NEW: return head_read(s, c, conn, method);
    case CALL_BODY: return *n ? body_read(s, c, conn, data, n) : begin(s, c, conn);
    case CALL_WAITS: call_done(c); return send_reply(s, c, conn);
    default: *n = 0; return MHD_YES;
    }
}

static void log_call(const struct call *c)
{
    char text[256];
    int n =
        snprintf(text, sizeof(text), "%s%s %d %lldus\n",
                 c->route.page ? c->route.page->at : c->asked.method.p, c->route.page ? "" : " -",
                 c->reply.status, (long long)(clock_us(CLOCK_MONOTONIC) - c->begun_us));

    if (n > 0 && n < (int)sizeof(text))
        (void)!write(STDERR_FILENO, text, (size_t)n);
}

static void on_completed(void *cls, struct MHD_Connection *conn, void **context,
                         enum MHD_RequestTerminationCode how)
{
    struct server *s = cls;
    struct call *c = *context;

    (void)how;
    *context = NULL;
    if (!c)
        return;
    if (!s->config.quiet && c->asked.method.n)
        log_call(c);
    call_end(c);
    allow(s, line_of(conn), s->config.idle_ms);
}

/* ---- beginning and end ------------------------------------------------- */

bool server_listen(const char *where, int *fd, struct err *e)
{
    const char *colon = strrchr(where, ':');
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char host[64] = "";
    size_t n = colon ? (size_t)(colon - where) : 0;
    int64_t port;
    int one = 1, ok;

    if (!colon || n >= sizeof(host) || !str_int(str_of(colon + 1), &port) || port < 0 ||
        port > 65535)
        return refuse(e, ERR_INVALID, "listen", "Listen to ADDRESS:PORT, not %s.", where);
    memcpy(host, where, n);
    if (host[0] == '[' && n > 2) { /* [::1] */
        memmove(host, host + 1, n);
        host[n - 2] = '\0';
    }
    if (getaddrinfo(host[0] ? host : NULL, colon + 1, &hints, &found) != 0)
        return refuse(e, ERR_INVALID, "listen", "Listen to ADDRESS:PORT, not %s.", where);
    *fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    (void)setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    ok = *fd >= 0 && bind(*fd, found->ai_addr, found->ai_addrlen) == 0 && listen(*fd, 511) == 0;
    freeaddrinfo(found);
    if (!ok && *fd >= 0)
        (void)close(*fd);
    return ok ||
           refuse(e, ERR_BUSY, "listen", "%s cannot be listened to: %s.", where, strerror(errno));
}

int server_port(int fd)
{
    struct sockaddr_storage at;
    socklen_t n = sizeof(at);

    if (getsockname(fd, (void *)&at, &n) != 0)
        return 0;
    return at.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)(void *)&at)->sin6_port)
                                    : ntohs(((struct sockaddr_in *)(void *)&at)->sin_port);
}

static void init_lines(struct server *s)
{
    pthread_condattr_t steady;

    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake, &steady);
    pthread_condattr_destroy(&steady);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        s->line[i].fd = -1;
        s->line[i].free = s->free;
        s->free = &s->line[i];
    }
}

bool server_start(struct arena *boot, const struct server_config *config, struct server **out,
                  struct err *e)
{
    struct server *s = NEW(boot, struct server);

    *out = s;
    s->config = *config;
    s->config.idle_ms = config->idle_ms ? config->idle_ms : IDLE_MS;
    s->config.work.done = on_done;
    s->config.work.done_arg = s;
    init_lines(s);
    if (!work_start(boot, &s->config.work, &s->work, e))
        return false;
    s->daemon = MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, s,
        MHD_OPTION_LISTEN_SOCKET, config->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_MAX,
        MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)4096, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_UNESCAPE_CALLBACK, no_decoding, s,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
        s, MHD_OPTION_END);
    if (!s->daemon)
        die("the HTTP server does not start");
    if (pthread_create(&s->sweeper, NULL, sweep, s) != 0)
        die("no thread can be started");
    return true;
}

void server_stop(struct server *s)
{
    int fd = MHD_quiesce_daemon(s->daemon);

    for (int64_t until = coarse_ms() + STOP_WAIT_MS;
         atomic_load(&s->waiting) > 0 && coarse_ms() < until;)
        (void)usleep(2000);
    work_stop(s->work);
    (void)usleep(20000); /* the last answers leave */
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->sweeper, NULL);
    MHD_stop_daemon(s->daemon);
    (void)close(fd);
}
