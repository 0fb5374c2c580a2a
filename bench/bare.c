/*
 * bare - the server with nothing behind it: what HTTP, queues and group commit cost by themselves.
 * Serves GET /bench/read and POST /bench/write {"value": …} (one row each) on a scratch database
 * until SIGTERM; prints the API token that writing needs. bench/bare.sh drives it with bench/load.
 */
#include "civic/session.h"
#include "http/guardian.h"
#include "http/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

STMT(bench_write, "INSERT INTO request_key (district, key, answer, at) VALUES ($1, $2, $3, $4)"
                  " ON CONFLICT (district, key) DO NOTHING");
STMT(bench_read, "SELECT s.value FROM setting s WHERE s.district = $1 AND s.name = $2");
STMT(bench_person, "INSERT INTO person (district, id, name, at) VALUES ($1, 1, 'bench', 0)"
                   " ON CONFLICT (district, id) DO NOTHING");

PAGE(bench_get, .at = "GET /bench/read", .who = WHO_ANYONE)
{
    struct rows r = db_query(q->db, q->a, bench_read, ARG(q->district->code), ARG(S("x")));

    set_bool(q->view, "found", rows_next(&r));
    return true;
}

PAGE(bench_post, .at = "POST /bench/write", .who = WHO_STAFF,
     .params = PARAMS({"key", PARAM_TEXT, .need = true}, {"value", PARAM_TEXT, .max = 4000}))
{
    set_int(q->view, "done",
            db_run(q->db, bench_write, ARG(q->district->code), ARG(param_str(q, "key")),
                   ARG(param_str(q, "value")), ARG(q->now)));
    return true;
}

struct bench {
    struct arena boot;
    struct district district;
    struct app app;
    char path[200];
    struct str token;
};

static bool connect_reader(void *arg, struct arena *a, struct db **db, struct err *e)
{
    const struct bench *b = arg;

    *db = db_open_reader(a, b->path, e);
    return *db != NULL;
}

static bool make_token(struct db *db, void *arg, struct err *e)
{
    struct bench *b = arg;
    struct desk k = {.db = db, .d = &b->district, .a = &b->boot, .now = when_now()};

    (void)e;
    (void)db_run(db, bench_person, ARG(b->district.code));
    b->token = token_new(&k, 1, S("bench"), k.now + DAY_MS);
    return true;
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct server_config c = {.quiet = argc > 3};
    struct server *server;
    struct err e = {0};

    if (argc < 3) {
        (void)fprintf(stderr, "usage: bare FOLDER ADDRESS:PORT [quiet]\n");
        return 2;
    }
    guardian_block();
    arena_init(&b.boot, (size_t)1 << 30);
    b.district = (struct district){.code = 140214, .name = S("bench")};
    (void)snprintf(b.path, sizeof(b.path), "%s/bare.db", argv[1]);
    c.work = (struct work_config){
        .app = &b.app, .readers = 2, .connect = connect_reader, .connect_arg = &b};
    c.work.writer = db_open(&b.boot, b.path, &e);
    if (!c.work.writer || !db_migrate(c.work.writer, &e) ||
        !app_init(&b.app, &b.boot, &b.district, &e) ||
        !db_write(c.work.writer, make_token, &b, NULL, &e) ||
        !server_listen(argv[2], &c.listen_fd, &e) || !server_start(&b.boot, &c, &server, &e)) {
        (void)fprintf(stderr, "bare: %s\n", e.text);
        return 1;
    }
    (void)printf("%.*s\n", STR_ARG(b.token));
    (void)fflush(stdout);
    guardian_wait();
    server_stop(server);
    arena_reset(&b.boot);
    return 0;
}
