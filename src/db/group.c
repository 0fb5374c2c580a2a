/*
 * Many jobs in one transaction, one sync to the disk for all of them.
 *
 * A refused job goes back to its savepoint and the others do not notice. When the machine is in
 * the way (full, locked, lost) the whole group is refused: what one job could not write, the next
 * could not either, and nobody was told yes before COMMIT had returned.
 *
 * Savepoints cost: SQLite copies each page that a job touches (a third of the time of a small job),
 * PostgreSQL needs two more round trips. So a group of repeatable jobs goes without them, and is
 * run again with them in the rare case that a job has written before it refused.
 */
#include "db/driver.h"

#include <assert.h>
#include <setjmp.h>
#include <string.h>

#define TRIES_MAX 6

struct group_job {
    struct db_job *job;
    const struct db_hooks *hooks;
    bool careful; /* with savepoints */
    bool spoiled; /* the job refused, and what it wrote cannot be taken back by itself */
};

static void call(void (*hook)(void *), const struct db_hooks *hooks)
{
    if (hook)
        hook(hooks->arg);
}

static void job_drop(struct db *db, void *arg)
{
    struct group_job *g = arg;

    db->driver->back_to_savepoint(db);
    call(g->hooks->job_dropped, g->hooks);
}

static void job_run(struct db *db, void *arg)
{
    struct group_job *g = arg;
    struct db_job *job = g->job;
    int64_t changes = db->changes;

    if (g->careful)
        db->driver->savepoint(db);
    call(g->hooks->job_begin, g->hooks);
    job->done = job->run(db, job->arg, job->e);
    assert(job->done == (job->e->kind == ERR_NONE)); /* refused without a reason, or the reverse */
    if (db->open)
        db->driver->settle(db);
    if (!job->done && g->careful)
        job_drop(db, g);
    else if (!job->done && db->changes == changes)
        call(g->hooks->job_dropped, g->hooks);
    else
        g->spoiled = !job->done;
    if (g->careful)
        db->driver->release(db);
}

/* A job that broke a constraint goes like one that refused: alone. */
static enum db_why job_clashed(struct db *db, struct group_job *g)
{
    enum db_why why = db_guard(db, job_drop, g);

    g->job->done = false;
    if (!why)
        (void)why_refuse(g->job->e, WHY_CLASH);
    return why;
}

static void begin(struct db *db, void *arg)
{
    (void)arg;
    db->driver->begin_write(db);
}

static void finish(struct db *db, void *arg)
{
    const struct db_hooks *hooks = ((struct group_job *)arg)->hooks;

    if (hooks->before_commit)
        hooks->before_commit(db, hooks->arg);
    db->committing = true;
    db->driver->commit(db);
}

static enum db_why run_one(struct db *db, struct group_job *g)
{
    enum db_why why = db_guard(db, job_run, g);

    if (!g->careful && (g->spoiled || why == WHY_CLASH))
        return WHY_CAREFUL;
    if (why == WHY_CLASH)
        why = db->driver->in_transaction(db) ? job_clashed(db, g) : WHY_IO;
    return why;
}

static enum db_why run_all(struct db *db, struct db_job *const *jobs, size_t n,
                           const struct db_hooks *hooks, bool careful)
{
    struct group_job g = {.hooks = hooks, .careful = careful};
    enum db_why why = db_guard(db, begin, NULL);

    for (size_t i = 0; !why && i < n; i++) {
        g.job = jobs[i];
        why = run_one(db, &g);
    }
    if (!why)
        why = db_guard(db, finish, &g);
    db->committing = false;
    if (why)
        db->driver->rollback(db);
    return why;
}

static bool all_repeatable(struct db_job *const *jobs, size_t n)
{
    while (n && jobs[n - 1]->repeatable)
        n--;
    return n == 0;
}

void db_group(struct db *db, struct db_job *const *jobs, size_t n, const struct db_hooks *hooks)
{
    static const struct db_hooks none;
    enum db_why why;
    bool careful = !all_repeatable(jobs, n);
    int tries = 0;

    if (!hooks)
        hooks = &none;
    db->driver->checkpoint(db, 4 * DB_CHECKPOINT_PAGES); /* if the caller never does */
    do {
        for (size_t i = 0; i < n; i++) {
            jobs[i]->done = false;
            *jobs[i]->e = (struct err){0};
        }
        call(hooks->group_begin, hooks);
        db->first = tries == 0;
        why = run_all(db, jobs, n, hooks, careful);
        db->first = false;
        careful = careful || why == WHY_CAREFUL;
    } while (why == WHY_CAREFUL || (why == WHY_AGAIN && ++tries < TRIES_MAX));
    if (!why)
        return;
    call(hooks->group_begin, hooks); /* what was added up never happened */
    for (size_t i = 0; i < n; i++) {
        if (jobs[i]->e->kind)
            continue; /* it had refused by itself: that answer stands */
        jobs[i]->done = false;
        (void)why_refuse(jobs[i]->e, why);
    }
}

bool db_try(struct db *db, const struct db_piece *piece, struct err *e)
{
    jmp_buf outer;
    volatile bool done = false;
    bool failed;

    memcpy(&outer, &db->env, sizeof(outer));
    db->driver->savepoint(db);
    failed = setjmp(db->env) != 0;
    if (!failed)
        done = piece->run(db, piece->arg, e);
    memcpy(&db->env, &outer, sizeof(outer));
    if (db->open)
        db->driver->settle(db);
    if (failed && db->why != WHY_CLASH)
        longjmp(db->env, 1); /* the machine: the whole group ends */
    if (failed) {
        db->why = WHY_NOT;
        (void)why_refuse(e, WHY_CLASH);
    }
    if (!done || !piece->keep)
        db->driver->back_to_savepoint(db);
    db->driver->release(db);
    return done;
}

bool db_write(struct db *db, bool (*run)(struct db *db, void *arg, struct err *e), void *arg,
              const struct db_hooks *hooks, struct err *e)
{
    struct db_job job = {.run = run, .arg = arg, .e = e};

    db_group(db, &(struct db_job *){&job}, 1, hooks);
    return job.done;
}

struct reading {
    bool (*run)(struct db *db, void *arg, struct err *e);
    void *arg;
    struct err *e;
    bool done;
};

static void read_run(struct db *db, void *arg)
{
    struct reading *r = arg;

    db->driver->begin_read(db);
    r->done = r->run(db, r->arg, r->e);
    if (db->open)
        db->driver->settle(db);
    db->driver->commit(db);
}

bool db_read(struct db *db, bool (*run)(struct db *db, void *arg, struct err *e), void *arg,
             struct err *e)
{
    struct reading r = {run, arg, e, false};
    enum db_why why = db_guard(db, read_run, &r);

    if (!why)
        return r.done;
    db->driver->rollback(db);
    return why_refuse(e, why);
}
