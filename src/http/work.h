/*
 * work.h - the threads behind the event thread: a few readers and one writer.
 *
 * Readers run at nice +5, each with a connection of its own, so that the writer is never starved.
 * The writer takes everything that waits (at most 512), runs it as one group, and only after the
 * commit lets the answers go. Between groups it runs the jobs that are due (civic/job.h).
 */
#ifndef WORK_H
#define WORK_H

#include "http/call.h"

#define READ_QUEUE_MAX  1024
#define WRITE_QUEUE_MAX 4096
#define GROUP_MAX       512

struct work_config {
    struct app *app;
    int readers;
    struct db *writer;
    struct db_hooks hooks;
    /* A connection for a reader, in its arena. */
    bool (*connect)(void *arg, struct arena *a, struct db **db, struct err *e);
    void *connect_arg;
    void (*done)(void *arg, struct call *c); /* the answer is ready; from any thread */
    void *done_arg;
};

struct work;

/* Runs the jobs with at_boot, then starts the threads. */
bool work_start(struct arena *boot, const struct work_config *config, struct work **out,
                struct err *e) MUST_USE;
/* False if that queue is full. */
bool work_put(struct work *w, struct call *c, enum stage stage) MUST_USE;
/* Finishes what waits, then the jobs with at_stop, then the threads. No put may follow. */
void work_stop(struct work *w);

#endif
