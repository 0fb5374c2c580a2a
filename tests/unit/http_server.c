#include "http_rig.h"

#include "http/server.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct house {
    struct rig rig;
    struct server *server;
    int port;
};

static bool connect_reader(void *arg, struct arena *a, struct db **db, struct err *e)
{
    const struct rig *r = arg;

    *db = db_open_reader(a, r->path, e);
    return *db != NULL;
}

static void house_open(struct house *h, int idle_ms)
{
    struct server_config c = {.idle_ms = idle_ms, .quiet = true};
    struct err e = {0};

    rig_open(&h->rig);
    cr_assert(server_listen("127.0.0.1:0", &c.listen_fd, &e), "%s", e.text);
    h->port = server_port(c.listen_fd);
    c.work = (struct work_config){.app = &h->rig.app,
                                  .readers = 2,
                                  .writer = h->rig.db,
                                  .connect = connect_reader,
                                  .connect_arg = &h->rig};
    cr_assert(server_start(&h->rig.boot, &c, &h->server, &e), "%s", e.text);
}

static void house_close(struct house *h)
{
    server_stop(h->server);
    rig_close(&h->rig);
}

static int dial(const struct house *h)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)h->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {20, 0};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    cr_assert(fd >= 0 && connect(fd, (void *)&to, sizeof(to)) == 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    return fd;
}

static void say(int fd, const char *text, size_t n)
{
    while (n) {
        ssize_t done = send(fd, text, n, MSG_NOSIGNAL);

        if (done <= 0)
            return; /* the server closed: what it said is read next */
        text += done;
        n -= (size_t)done;
    }
}

/* Everything until the other side closes. */
static size_t hear(int fd, char *to, size_t room)
{
    size_t n = 0;
    ssize_t more;

    while (n + 1 < room && (more = recv(fd, to + n, room - 1 - n, 0)) > 0)
        n += (size_t)more;
    to[n] = '\0';
    (void)close(fd);
    return n;
}

static char *ask(const struct house *h, const char *request)
{
    static char answer[200000];
    int fd = dial(h);

    say(fd, request, strlen(request));
    hear(fd, answer, sizeof(answer));
    return answer;
}

#define CLOSE "Host: x\r\nConnection: close\r\n"

Test(server, tells_how_far_what_falls_due_by_itself_has_been_done)
{
    struct house h;
    char *a;

    house_open(&h, 0);
    do {
        (void)usleep(50000);
        a = ask(&h, "GET /healthz.json HTTP/1.1\r\n" CLOSE "\r\n");
        cr_assert(strstr(a, "\"done_to\":\""), "%s", a);
    } while (!strstr(a, "\"done_to\":\"20"));
    house_close(&h);
}

Test(server, answers_pages_as_html_and_as_json_with_safe_headers)
{
    struct house h;
    char *a;

    house_open(&h, 0);
    a = ask(&h, "GET /healthz HTTP/1.1\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "HTTP/1.1 200 ") == a && strstr(a, "\r\n\r\nok\n"), "%s", a);
    cr_assert(strstr(a, "Content-Security-Policy: default-src 'self'"));
    cr_assert(strstr(a, "X-Content-Type-Options: nosniff"));
    a = ask(&h, "GET /healthz HTTP/1.1\r\nAccept: application/json\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "\"status\":\"ok\"}"), "%s", a);
    a = ask(&h, "GET /version.json HTTP/1.1\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "{\"version\":\""), "%s", a);
    a = ask(&h, "HEAD /healthz HTTP/1.1\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "HTTP/1.1 200 ") == a && !strstr(a, "\r\n\r\nok"), "%s", a);
    a = ask(&h, "GET /nothing HTTP/1.1\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "HTTP/1.1 404 ") == a && strstr(a, "<!doctype html>"), "%s", a);
    a = ask(&h, "GET /nothing.json HTTP/1.1\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "HTTP/1.1 404 ") == a && strstr(a, "\"status\":404"), "%s", a);
    a = ask(&h, "DELETE /healthz HTTP/1.1\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "HTTP/1.1 405 ") == a && strstr(a, "Allow: GET, HEAD"), "%s", a);
    house_close(&h);
}

Test(server, refuses_what_is_too_large)
{
    static char big[80000];
    struct house h;
    char *a;
    int n;

    house_open(&h, 0);
    n = snprintf(big, sizeof(big), "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ");
    memset(big + n, 'a', sizeof(big) - (size_t)n - 1);
    a = ask(&h, big);
    cr_assert(strstr(a, "HTTP/1.1 431 ") == a || a[0] == '\0', "%s", a);
    a = ask(&h, "POST /login HTTP/1.1\r\nContent-Length: 1048577\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "HTTP/1.1 413 ") == a, "%s", a);
    a = ask(&h, "POST /login HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "HTTP/1.1 413 ") == a || strstr(a, "HTTP/1.1 400 ") == a, "%s", a);
    a = ask(&h, "POST /test/settings HTTP/1.1\r\nContent-Length: 62914561\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "HTTP/1.1 413 ") == a, "%s", a);
    house_close(&h);
}

Test(server, cuts_off_whoever_is_too_slow)
{
    struct house h;
    char answer[1000];
    int fd, slow;

    house_open(&h, 300);
    fd = dial(&h);
    slow = dial(&h);
    say(fd, "GET /healthz HT", 15);
    say(slow, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nname", 57);
    cr_assert(hear(fd, answer, sizeof(answer)) == 0 || strstr(answer, "HTTP/1.1 408"), "%s",
              answer);
    hear(slow, answer, sizeof(answer));
    cr_assert(!strstr(answer, " 200 "), "%s", answer);
    house_close(&h);
}

static struct str post(struct house *h, struct str token, struct str body)
{
    return str_format(&h->rig.boot,
                      "POST /test/settings HTTP/1.1\r\n" CLOSE "Authorization: Bearer %.*s\r\n"
                      "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%.*s",
                      STR_ARG(token), body.n, STR_ARG(body));
}

Test(server, a_change_is_there_once_it_is_answered)
{
    struct house h;
    struct str token;
    char *a;

    house_open(&h, 0);
    token = rig_token(&h.rig, "li");
    a = ask(&h, post(&h, token, S("{\"name\":\"colour\",\"password\":\"red\"}")).p);
    cr_assert(strstr(a, "HTTP/1.1 200 ") == a, "%s", a);
    cr_assert(strstr(a, "{\"see\":\"/test/settings/colour\",\"files\":0}"), "%s", a);
    a = ask(&h, "GET /test/settings/colour.json HTTP/1.1\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "\"error\":\"red\""), "%s", a);
    /* A refused one leaves nothing. */
    a = ask(&h, post(&h, token, S("{\"name\":\"bad\",\"password\":\"red\"}")).p);
    cr_assert(strstr(a, "HTTP/1.1 409 ") == a && strstr(a, "\"field\":\"name\""), "%s", a);
    a = ask(&h, "GET /test/settings/bad.json HTTP/1.1\r\n" CLOSE "\r\n");
    cr_assert(strstr(a, "HTTP/1.1 404 ") == a, "%s", a);
    a = ask(&h, post(&h, S("00"), S("{}")).p);
    cr_assert(strstr(a, "HTTP/1.1 401 ") == a, "%s", a);
    house_close(&h);
}

struct many {
    struct house *h;
    struct str token;
    int from, good;
    pthread_t thread;
    struct arena a;
};

static void *post_many(void *arg)
{
    struct many *m = arg;
    char answer[4000];

    for (int i = 0; i < 40; i++) {
        struct str body =
            str_format(&m->a, "{\"name\":\"n%d\",\"password\":\"%d\"}", m->from + i, i);
        struct str all =
            str_format(&m->a,
                       "POST /test/settings HTTP/1.1\r\n" CLOSE "Authorization: Bearer %.*s\r\n"
                       "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%.*s",
                       STR_ARG(m->token), body.n, STR_ARG(body));
        int fd = dial(m->h);

        say(fd, all.p, all.n);
        hear(fd, answer, sizeof(answer));
        m->good += strstr(answer, "HTTP/1.1 200 ") == answer;
    }
    return NULL;
}

Test(server, many_at_once_are_all_answered_and_a_stop_loses_none)
{
    struct house h;
    struct many m[6] = {0};
    int good = 0;

    house_open(&h, 0);
    for (size_t i = 0; i < COUNT(m); i++) {
        m[i].h = &h;
        m[i].token = rig_token(&h.rig, str_format(&h.rig.boot, "p%zu", i).p);
        m[i].from = (int)i * 1000;
        arena_init(&m[i].a, 1 << 24);
    }
    for (size_t i = 0; i < COUNT(m); i++)
        cr_assert(pthread_create(&m[i].thread, NULL, post_many, &m[i]) == 0);
    for (size_t i = 0; i < COUNT(m); i++) {
        pthread_join(m[i].thread, NULL);
        good += m[i].good;
        arena_reset(&m[i].a);
    }
    cr_expect_eq(good, 240);
    server_stop(h.server);
    rig_close(&h.rig);
}
