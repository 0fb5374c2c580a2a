#include "http/work.h"

#include "civic/job.h"
#include "civic/session.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define READERS_MAX     64
#define JOBS_MAX        64
#define TOUCHES_MAX     64
#define JOB_MEMORY      ((size_t)256 << 20)
#define READER_NICE     5
#define BESIDE_LOOKS_US 100000
#define RENEW_LOOKS_MS  SECOND_MS

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct call *first, **end;
    size_t n, most;
    bool stop;
};

struct reader {
    struct work *w;
    struct arena arena;
    struct db *db;
    pthread_t thread;
};

struct due { /* a job and when it comes next */
    const struct job *job;
    int64_t next_ms;
    struct db_job group;
    struct err err;
    struct work *w;
    struct district *district; /* while it runs */
    struct arena arena;
    int64_t did;
    int64_t now, done_to; /* of the server's clock: when it ran; when it left nothing */
};

struct touch {
    unsigned char key[32];
    int64_t now;
};

struct work {
    struct work_config config;
    struct queue read, write;
    struct reader reader[READERS_MAX];
    struct reader beside; /* jobs that only read; takes up what changed in the district */
    atomic_bool stopping;
    pthread_t writer;
    struct due due[JOBS_MAX];
    size_t jobs;
    pthread_mutex_t touch_lock;
    struct touch touch[TOUCHES_MAX];
    size_t touches;
    struct db_job *group[GROUP_MAX + JOBS_MAX + 1];
    struct call *batch[GROUP_MAX];
    struct db_job touch_job;
    struct err touch_err;
    struct district *touch_district; /* while they run */
    bool is_batch;                   /* the writer's thread, now */
};

/* ---- queues ------------------------------------------------------------ */

static void queue_init(struct queue *q, size_t most)
{
    pthread_condattr_t steady;

    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->more, &steady);
    pthread_condattr_destroy(&steady);
    q->end = &q->first;
    q->most = most;
}

/* force: what is half done already must not be turned away. */
static bool put(struct queue *q, struct call *c, bool force)
{
    bool ok;

    c->next = NULL;
    pthread_mutex_lock(&q->lock);
    ok = force || q->n < q->most;
    if (ok) {
        *q->end = c;
        q->end = &c->next;
        if (q->n++ == 0 || q->most == READ_QUEUE_MAX)
            pthread_cond_signal(&q->more);
    }
    pthread_mutex_unlock(&q->lock);
    return ok;
}

/* Up to `most` calls; waits until there is one, the queue stops, or until_ms (0: for ever). */
static size_t take(struct queue *q, struct call **out, size_t most, int64_t until_ms, bool *stopped)
{
    size_t n = 0;

    pthread_mutex_lock(&q->lock);
    while (!q->first && !q->stop) {
        struct timespec t = {until_ms / 1000, until_ms % 1000 * 1000000};

        if (until_ms == 0)
            pthread_cond_wait(&q->more, &q->lock);
        else if (pthread_cond_timedwait(&q->more, &q->lock, &t) != 0)
            break;
    }
    while (q->first && n < most) {
        out[n++] = q->first;
        q->first = q->first->next;
        q->n--;
    }
    if (!q->first)
        q->end = &q->first;
    *stopped = q->stop;
    pthread_mutex_unlock(&q->lock);
    return n;
}

static void stop(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->stop = true;
    pthread_cond_broadcast(&q->more);
    pthread_mutex_unlock(&q->lock);
}

bool work_put(struct work *w, struct call *c, enum stage stage)
{
    return put(stage == STAGE_WRITER ? &w->write : &w->read, c, false);
}

static void done(struct work *w, struct call *c)
{
    w->config.done(w->config.done_arg, c);
}

/* ---- readers ----------------------------------------------------------- */

static void note_touch(struct work *w, struct call *c)
{
    pthread_mutex_lock(&w->touch_lock);
    if (w->touches < TOUCHES_MAX) {
        memcpy(w->touch[w->touches].key, c->key, sizeof(c->key));
        w->touch[w->touches++].now = c->q.now;
    }
    pthread_mutex_unlock(&w->touch_lock);
}

static void read_one(struct reader *r, struct call *c)
{
    enum stage stage = call_read(c, r->db);

    if (c->touch)
        note_touch(r->w, c);
    c->touch = false;
    if (stage == STAGE_WRITER) {
        if (put(&r->w->write, c, false))
            return;
        call_refuse(c, ERR_BUSY, 1);
    }
    done(r->w, c);
}

static void *read_all(void *arg)
{
    struct reader *r = arg;
    struct call *c;
    bool stopped;

    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), READER_NICE);
    for (;;) {
        if (take(&r->w->read, &c, 1, 0, &stopped))
            read_one(r, c);
        else if (stopped)
            return NULL;
    }
}

/* ---- jobs -------------------------------------------------------------- */

static bool run_due(struct db *db, void *arg, struct err *e)
{
    struct due *d = arg;
    struct app *app = d->w->config.app;

    d->now = app_now(app);
    d->did = d->job->run(db, d->district, &d->arena, d->now, e);
    return e->kind == ERR_NONE;
}

static void prepare_due(struct due *d)
{
    d->did = 0;
    d->err = (struct err){0};
    d->district = app_district(d->w->config.app);
    d->group = (struct db_job){.run = run_due, .arg = d, .e = &d->err, .repeatable = true};
}

/* After its group: when it comes again. */
static void settle_due(struct due *d)
{
    if (!d->group.done)
        (void)fprintf(stderr, "job %s: %s\n", d->job->name, d->err.text);
    arena_reset(&d->arena);
    app_let_go(d->w->config.app, d->district);
    if (d->group.done && d->did <= 0)
        d->done_to = d->now;
    d->next_ms = when_steady() + (d->group.done && d->did > 0 ? 0 : d->job->every_ms);
}

static void run_alone(struct work *w, struct due *d)
{
    struct db_job *one = &d->group;

    do {
        prepare_due(d);
        db_group(w->config.writer, &one, 1, &w->config.hooks);
        settle_due(d);
    } while (d->group.done && d->did > 0);
}

static bool run_touches(struct db *db, void *arg, struct err *e)
{
    struct work *w = arg;
    struct touch some[TOUCHES_MAX];
    struct desk k = {.db = db, .d = w->touch_district};
    size_t n;

    (void)e;
    pthread_mutex_lock(&w->touch_lock);
    n = w->touches;
    memcpy(some, w->touch, n * sizeof(*some));
    w->touches = 0;
    pthread_mutex_unlock(&w->touch_lock);
    for (size_t i = 0; i < n; i++) {
        k.now = some[i].now;
        session_touch(&k, some[i].key);
    }
    return true;
}

/* ---- the thread beside ------------------------------------------------- */

static bool run_beside(struct work *w, struct due *d)
{
    prepare_due(d);
    d->group.done = db_read(w->beside.db, run_due, d, &d->err);
    settle_due(d);
    return d->group.done && d->did > 0;
}

/* Once each of those that are due; true if one of them has more to do. */
static bool all_beside_once(struct work *w)
{
    int64_t now = when_steady();
    bool more = false;

    for (size_t i = 0; i < w->jobs; i++) {
        if (w->due[i].job->beside && w->due[i].next_ms <= now)
            more = run_beside(w, &w->due[i]) || more;
    }
    return more;
}

static void *all_beside(void *arg)
{
    struct work *w = arg;
    int64_t look = 0;

    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), READER_NICE);
    while (!atomic_load(&w->stopping)) {
        if (when_steady() >= look) {
            app_renew(w->config.app, w->beside.db);
            look = when_steady() + RENEW_LOOKS_MS;
        }
        if (!all_beside_once(w))
            (void)usleep(BESIDE_LOOKS_US);
    }
    return NULL;
}

/* ---- the writer -------------------------------------------------------- */

/* While it works off what nobody waits for, the writer must not keep a core from those who answer:
 * a batch is not put before whoever wakes up. Unlike niceness it can be taken back. */
static void be_batch(struct work *w, bool batch)
{
    static const struct sched_param none;

    if (w->is_batch != batch)
        (void)sched_setscheduler(0, batch ? SCHED_BATCH : SCHED_OTHER, &none);
    w->is_batch = batch;
}

static bool is_writers(const struct due *d)
{
    return d->job->every_ms && !d->job->beside;
}

/* Did a job leave something for the next time? */
static bool goes_on(const struct work *w)
{
    for (size_t i = 0; i < w->jobs; i++) {
        if (is_writers(&w->due[i]) && w->due[i].did > 0)
            return true;
    }
    return false;
}

static int64_t next_due(const struct work *w)
{
    int64_t next = 0;

    for (size_t i = 0; i < w->jobs; i++) {
        if (is_writers(&w->due[i]) && (next == 0 || w->due[i].next_ms < next))
            next = w->due[i].next_ms;
    }
    return next;
}

/* What falls due by itself is looked for each second. */
static void tell_done(struct work *w)
{
    int64_t to = INT64_MAX;

    for (size_t i = 0; i < w->jobs; i++) {
        const struct due *d = &w->due[i];

        if (is_writers(d) && d->job->every_ms <= SECOND_MS && d->done_to < to)
            to = d->done_to;
    }
    atomic_store(&w->config.app->done_to, to);
}

/* Appends what is due to the group; returns how many there are then. */
static size_t add_due(struct work *w, size_t n)
{
    int64_t now = when_steady();
    bool touches;

    for (size_t i = 0; i < w->jobs; i++) {
        if (is_writers(&w->due[i]) && w->due[i].next_ms <= now) {
            prepare_due(&w->due[i]);
            w->group[n++] = &w->due[i].group;
        }
    }
    pthread_mutex_lock(&w->touch_lock);
    touches = w->touches > 0;
    pthread_mutex_unlock(&w->touch_lock);
    if (touches) {
        w->touch_err = (struct err){0};
        w->touch_district = app_district(w->config.app);
        w->touch_job = (struct db_job){.run = run_touches, .arg = w, .e = &w->touch_err};
        w->group[n++] = &w->touch_job;
    }
    return n;
}

static void settle(struct work *w, size_t calls, size_t n)
{
    for (size_t i = 0; i < calls; i++) {
        struct call *c = w->batch[i];

        if (call_ran(c) == STAGE_DONE)
            done(w, c);
        else
            (void)put(&w->read, c, true);
    }
    for (size_t i = calls; i < n; i++) {
        if (w->group[i] == &w->touch_job)
            app_let_go(w->config.app, w->touch_district);
        else
            settle_due(w->group[i]->arg);
    }
}

static void *write_all(void *arg)
{
    struct work *w = arg;

    for (bool stopped = false;;) {
        size_t calls = take(&w->write, w->batch, GROUP_MAX, next_due(w), &stopped), n;

        for (size_t i = 0; i < calls; i++) {
            struct call *c = w->batch[i];

            c->job =
                (struct db_job){.run = call_run, .arg = c, .e = &c->job_err, .repeatable = true};
            w->group[i] = &c->job;
        }
        if (stopped && calls == 0)
            return NULL;
        n = add_due(w, calls);
        if (n == 0)
            continue;
        be_batch(w, calls == 0 && goes_on(w));
        db_group(w->config.writer, w->group, n, &w->config.hooks);
        settle(w, calls, n);
        tell_done(w);
        db_checkpoint(w->config.writer);
    }
}

/* ---- beginning and end ------------------------------------------------- */

static void collect_jobs(struct work *w)
{
    LIST_EACH (jobs, struct job, it) {
        struct due *d = &w->due[w->jobs];

        if (w->jobs++ == JOBS_MAX)
            die("more than %d jobs", JOBS_MAX);
        *d = (struct due){.job = *it, .next_ms = when_steady() + (*it)->every_ms, .w = w};
        arena_init(&d->arena, JOB_MEMORY);
        if ((*it)->at_boot)
            run_alone(w, d);
    }
}

static void start_thread(pthread_t *t, void *(*run)(void *), void *arg)
{
    if (pthread_create(t, NULL, run, arg) != 0)
        die("no thread can be started");
}

bool work_start(struct arena *boot, const struct work_config *config, struct work **out,
                struct err *e)
{
    struct work *w = NEW(boot, struct work);

    *out = w;
    w->config = *config;
    queue_init(&w->read, READ_QUEUE_MAX);
    queue_init(&w->write, WRITE_QUEUE_MAX);
    pthread_mutex_init(&w->touch_lock, NULL);
    if (config->readers < 1 || config->readers > READERS_MAX)
        return refuse(e, ERR_INVALID, "workers", "There can be 1 to %d readers.", READERS_MAX);
    for (int i = 0; i < config->readers; i++) {
        struct reader *r = &w->reader[i];

        r->w = w;
        arena_init(&r->arena, JOB_MEMORY);
        if (!config->connect(config->connect_arg, &r->arena, &r->db, e))
            return false;
    }
    arena_init(&w->beside.arena, JOB_MEMORY);
    if (!config->connect(config->connect_arg, &w->beside.arena, &w->beside.db, e))
        return false;
    collect_jobs(w);
    start_thread(&w->beside.thread, all_beside, w);
    for (int i = 0; i < config->readers; i++)
        start_thread(&w->reader[i].thread, read_all, &w->reader[i]);
    start_thread(&w->writer, write_all, w);
    return true;
}

/* A call may go reader → writer → reader: all are done before the queues stop (server.c waits). */
void work_stop(struct work *w)
{
    atomic_store(&w->stopping, true);
    pthread_join(w->beside.thread, NULL);
    arena_reset(&w->beside.arena);
    stop(&w->write);
    pthread_join(w->writer, NULL);
    stop(&w->read);
    for (int i = 0; i < w->config.readers; i++) {
        pthread_join(w->reader[i].thread, NULL);
        arena_reset(&w->reader[i].arena);
    }
    for (size_t i = 0; i < w->jobs; i++) {
        if (w->due[i].job->at_stop)
            run_alone(w, &w->due[i]);
    }
}
