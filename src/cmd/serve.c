/* yingshao serve: a supervisor, and a worker that answers requests. */
#include "civic/district.h"
#include "civic/tally.h"
#include "cmd/data.h"
#include "http/guardian.h"
#include "http/server.h"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

struct serving {
    const struct cmd_args *args;
    struct place_of_data where;
    int64_t code;
    int workers, listen_fd;
};

static bool connect_reader(void *arg, struct arena *a, struct db **db, struct err *e)
{
    return district_connect(a, arg, db, e);
}

static bool open_app(struct serving *s, struct arena *boot, struct app *app,
                     struct server_config *config, struct err *e)
{
    const char *clock = option_get(s->args, "test-clock");
    const char *user = option_get(s->args, "user");
    struct district *d;

    if (user && !cage_user(user, e))
        return false;
    if (!district_load(boot, &s->where, s->code, &config->work.writer, &d, e) ||
        !app_init(app, boot, d, e))
        return false;
    app->behind_proxy = option_has(s->args, "behind-proxy");
    app->clock_file = str_of(clock);
    config->work.app = app;
    config->work.readers = s->workers;
    config->work.hooks = tally_hooks(d);
    config->work.connect = connect_reader;
    config->work.connect_arg = &s->where;
    config->listen_fd = s->listen_fd;
    config->quiet = option_has(s->args, "quiet");
    return cage_enter(e);
}

/* A call's memory is taken by one thread and given back by another, and large pieces come and go:
 * with a heap for every thread and thresholds that grow by themselves a third of it lies idle. */
static void keep_memory_small(void)
{
    (void)mallopt(M_ARENA_MAX, 2);
    (void)mallopt(M_MMAP_THRESHOLD, 512 * 1024);
    (void)mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

static int work(void *arg)
{
    struct serving *s = arg;
    struct arena *boot = s->args->a;
    struct app *app = NEW(boot, struct app);
    struct server_config config = {0};
    struct server *server;
    struct err e = {0};
    struct str name;

    guardian_block();
    keep_memory_small();
    if (!open_app(s, boot, app, &config, &e)) {
        (void)cmd_refused(&e);
        return EXIT_CONFIG;
    }
    name = app->district->name; /* before there are other threads */
    if (!server_start(boot, &config, &server, &e))
        return cmd_refused(&e);
    (void)fprintf(stderr, "yingshao: serving %.*s on port %d\n", STR_ARG(name),
                  server_port(s->listen_fd));
    guardian_wait();
    server_stop(server);
    arena_reset(boot); /* closes the databases */
    return EXIT_OK;
}

/* --workers, --district, and where to listen. EXIT_OK, or the exit code with the reason printed. */
static int take_options(struct serving *s)
{
    const char *listen = option_get(s->args, "listen"), *workers = option_get(s->args, "workers");
    int64_t n = sysconf(_SC_NPROCESSORS_ONLN);
    struct err e = {0};

    if (workers && (!str_int(str_of(workers), &n) || n < 1 || n > 1000))
        return cmd_say(s->args, EXIT_USAGE, "--workers is a number from 1 to 1000");
    s->workers = (int)n;
    if (cmd_district(s->args, &s->code, &e) &&
        server_listen(listen ? listen : "127.0.0.1:8080", &s->listen_fd, &e))
        return EXIT_OK;
    (void)cmd_refused(&e);
    return e.kind == ERR_INVALID ? EXIT_USAGE : EXIT_FAILED;
}

COMMAND(cmd_serve, .name = "serve",
        .usage = "serve --data DIR [--database URL] [--listen ADDRESS:PORT]",
        .help = "answer requests until SIGTERM", .no_json = true,
        .options = OPTIONS(
            DATA_OPTIONS, {"listen", "ADDRESS:PORT", "127.0.0.1:8080 if it is not said"},
            {"workers", "N", "threads that read; as many as cores if it is not said"},
            {"user", "NAME", "run as this user (when started by root)"},
            {"behind-proxy", NULL, "believe X-Forwarded-For and X-Forwarded-Proto"},
            {"quiet", NULL, "no line per request"},
            {"no-supervisor", NULL, "one process; for debuggers"},
            {"test-clock", "FILE", "the time is what FILE says, in milliseconds; for tests only"}))
{
    struct serving s = {.args = args, .where = cmd_place(args)};
    int code = take_options(&s);

    if (code != EXIT_OK)
        return code;
    if (option_has(args, "test-clock"))
        (void)fprintf(stderr, "yingshao: THE CLOCK IS A FILE. This server is for tests only.\n");
    return option_has(args, "no-supervisor") ? work(&s) : guardian_run(work, &s);
}
