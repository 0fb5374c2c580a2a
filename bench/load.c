/*
 * load - sends requests over N keep-alive connections as fast as they are answered.
 *
 *   build/bench/load [-c 64] [-s 10] [-b BODIES] [-H 'Name: value']… [-a ACKS] HOST:PORT /path
 *
 * BODIES is a file of request bodies, one a line, sent in turn by POST (as JSON, unless a -H says
 * Content-Type); {n} in a body is a number that no other request has. Without -b: GET. Prints
 * requests, those answered 2xx or 3xx, requests per second, and milliseconds: p50 p99 p99.9 max.
 * With -a the {n} of each good answer is written to ACKS, a line each, as soon as it has arrived:
 * what a server acknowledged before it was killed. Ends by itself when the server does.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 1024
#define BODIES_MAX      100000
#define REQUEST_MAX     16384
#define ANSWER_MAX      262144
#define TIMES_MAX       20000000

struct connection {
    int fd;
    size_t sent, asked, got;
    int64_t began_us;
    long n;
    char request[REQUEST_MAX];
    char answer[ANSWER_MAX];
};

struct load {
    int connections, seconds;
    const char *host, *path, *headers[16];
    int header_count;
    struct sockaddr_in to;
    char *body[BODIES_MAX];
    long bodies, next, good, done, broken;
    FILE *acks;
    uint32_t *us;
    struct connection *conn;
    int epoll;
    bool stop;
};

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static _Noreturn void fail(const char *what)
{
    (void)fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* The body with {n} filled in. */
static size_t fill(char *to, size_t room, const char *body, long n)
{
    size_t at = 0;

    for (const char *mark; *body && at + 32 < room; body = mark + 3) {
        mark = strstr(body, "{n}");
        if (!mark)
            return at + (size_t)snprintf(to + at, room - at, "%s", body);
        at += (size_t)snprintf(to + at, room - at, "%.*s%ld", (int)(mark - body), body, n);
    }
    return at;
}

static bool has_type(const struct load *l)
{
    for (int i = 0; i < l->header_count; i++) {
        if (strncasecmp(l->headers[i], "content-type:", 13) == 0)
            return true;
    }
    return false;
}

static void write_request(struct load *l, struct connection *c)
{
    static char body[REQUEST_MAX];
    size_t n = 0, at;

    c->n = l->next++;
    if (l->bodies)
        n = fill(body, sizeof(body), l->body[c->n % l->bodies], c->n);
    at = (size_t)snprintf(c->request, REQUEST_MAX, "%s %s HTTP/1.1\r\nHost: %s\r\n",
                          l->bodies ? "POST" : "GET", l->path, l->host);
    for (int i = 0; i < l->header_count; i++)
        at += (size_t)snprintf(c->request + at, REQUEST_MAX - at, "%s\r\n", l->headers[i]);
    if (l->bodies)
        at += (size_t)snprintf(c->request + at, REQUEST_MAX - at, "%sContent-Length: %zu\r\n",
                               has_type(l) ? "" : "Content-Type: application/json\r\n", n);
    at += (size_t)snprintf(c->request + at, REQUEST_MAX - at, "\r\n%.*s", (int)n, body);
    if (at >= REQUEST_MAX) {
        errno = EMSGSIZE;
        fail("a body is too long");
    }
    c->asked = at;
    c->sent = c->got = 0;
    c->began_us = now_us();
}

static void dial(struct load *l, struct connection *c)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};

    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (void *)&l->to, sizeof(l->to)) != 0 ||
        fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0 ||
        epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &ev) != 0) {
        l->stop = true; /* the server is gone */
        if (l->done == 0)
            fail("connect");
    }
}

static void push(struct load *l, struct connection *c)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};

    while (c->sent < c->asked) {
        ssize_t n = send(c->fd, c->request + c->sent, c->asked - c->sent, MSG_NOSIGNAL);

        if (n <= 0)
            break;
        c->sent += (size_t)n;
    }
    if (c->sent < c->asked)
        ev.events |= EPOLLOUT;
    if (c->sent < c->asked || c->sent > REQUEST_MAX / 2)
        (void)epoll_ctl(l->epoll, EPOLL_CTL_MOD, c->fd, &ev);
}

/* Is the answer whole? close: the server will not take another on this connection. */
static bool whole(struct connection *c, int *status, bool *close_it)
{
    const char *end, *length;

    c->answer[c->got] = '\0';
    end = strstr(c->answer, "\r\n\r\n");
    if (!end || sscanf(c->answer, "HTTP/1.1 %d", status) != 1)
        return false;
    length = strcasestr(c->answer, "\r\ncontent-length:");
    *close_it = strcasestr(c->answer, "\r\nconnection: close") != NULL;
    return length && length < end &&
           c->got >= (size_t)(end + 4 - c->answer) + strtoul(length + 17, NULL, 10);
}

static void again(struct load *l, struct connection *c, bool reconnect)
{
    if (reconnect) {
        (void)close(c->fd);
        dial(l, c);
    }
    if (!l->stop) {
        write_request(l, c);
        push(l, c);
    }
}

static void answered(struct load *l, struct connection *c, int status, bool close_it)
{
    if (l->done < TIMES_MAX)
        l->us[l->done] = (uint32_t)(now_us() - c->began_us);
    l->done++;
    if (status >= 200 && status < 400) {
        l->good++;
        if (l->acks) {
            (void)fprintf(l->acks, "%ld\n", c->n);
            (void)fflush(l->acks);
        }
    } else if (l->done - l->good == 1) {
        (void)fprintf(stderr, "load: first refusal: %.600s\n", c->answer);
    }
    again(l, c, close_it);
}

static void pull(struct load *l, struct connection *c)
{
    ssize_t n = recv(c->fd, c->answer + c->got, ANSWER_MAX - 1 - c->got, 0);
    int status;
    bool close_it;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        l->broken++;
        again(l, c, true);
        return;
    }
    c->got += (size_t)n;
    if (whole(c, &status, &close_it))
        answered(l, c, status, close_it);
}

static void run(struct load *l)
{
    struct epoll_event ev[CONNECTIONS_MAX];
    int64_t until = now_us() + (int64_t)l->seconds * 1000000;

    for (int i = 0; i < l->connections && !l->stop; i++) {
        dial(l, &l->conn[i]);
        again(l, &l->conn[i], false);
    }
    while (!l->stop && now_us() < until) {
        int n = epoll_wait(l->epoll, ev, CONNECTIONS_MAX, 100);

        for (int i = 0; i < n && !l->stop; i++) {
            if (ev[i].events & EPOLLOUT)
                push(l, ev[i].data.ptr);
            if (ev[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP))
                pull(l, ev[i].data.ptr);
        }
    }
}

static int compare(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double at(const struct load *l, double share)
{
    long n = l->done < TIMES_MAX ? l->done : TIMES_MAX;
    long i = (long)(share * (double)(n - 1));

    return n ? (double)l->us[i] / 1000 : 0;
}

static void report(struct load *l, double seconds)
{
    long n = l->done < TIMES_MAX ? l->done : TIMES_MAX;

    qsort(l->us, (size_t)n, sizeof(*l->us), compare);
    (void)printf("{\"requests\":%ld,\"good\":%ld,\"broken\":%ld,\"per_s\":%.0f,\"p50_ms\":%.2f,"
                 "\"p99_ms\":%.2f,\"p999_ms\":%.2f,\"max_ms\":%.2f}\n",
                 l->done, l->good, l->broken, (double)l->good / seconds, at(l, 0.5), at(l, 0.99),
                 at(l, 0.999), at(l, 1));
}

static void read_bodies(struct load *l, const char *path)
{
    FILE *f = fopen(path, "re");
    size_t room = 0;
    ssize_t n;

    if (!f)
        fail(path);
    while (l->bodies < BODIES_MAX && (n = getline(&l->body[l->bodies], &room, f)) > 0) {
        if (l->body[l->bodies][n - 1] == '\n')
            l->body[l->bodies][n - 1] = '\0';
        l->bodies++;
        room = 0;
    }
    (void)fclose(f);
    if (!l->bodies)
        fail("no bodies");
}

static void take_options(struct load *l, int argc, char **argv)
{
    for (int o; (o = getopt(argc, argv, "c:s:b:H:a:")) != -1;) {
        if (o == 'c')
            l->connections = atoi(optarg);
        else if (o == 's')
            l->seconds = atoi(optarg);
        else if (o == 'b')
            read_bodies(l, optarg);
        else if (o == 'H' && l->header_count < 16)
            l->headers[l->header_count++] = optarg;
        else if (o == 'a')
            l->acks = fopen(optarg, "we");
        else
            exit(2);
    }
    if (argc - optind != 2 || l->connections < 1 || l->connections > CONNECTIONS_MAX) {
        (void)fprintf(stderr, "usage: load [-c N] [-s N] [-b BODIES] [-H HEADER] [-a ACKS] "
                              "HOST:PORT /path\n");
        exit(2);
    }
    l->host = argv[optind];
    l->path = argv[optind + 1];
}

int main(int argc, char **argv)
{
    struct load *l = calloc(1, sizeof(*l));
    char host[64] = "";
    const char *colon;
    int64_t began;

    if (!l)
        fail("memory");
    l->connections = 64;
    l->seconds = 10;
    take_options(l, argc, argv);
    colon = strchr(l->host, ':');
    (void)snprintf(host, sizeof(host), "%.*s", colon ? (int)(colon - l->host) : 0, l->host);
    l->to.sin_family = AF_INET;
    l->to.sin_port = htons((uint16_t)atoi(colon ? colon + 1 : "80"));
    l->us = malloc(sizeof(*l->us) * TIMES_MAX);
    l->conn = calloc((size_t)l->connections, sizeof(*l->conn));
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (inet_pton(AF_INET, host, &l->to.sin_addr) != 1 || !l->us || !l->conn || l->epoll < 0)
        fail(l->host);
    began = now_us();
    run(l);
    report(l, (double)(now_us() - began) / 1e6);
    return l->good > 0 ? 0 : 1;
}
