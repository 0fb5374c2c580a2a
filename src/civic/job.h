/*
 * job.h - what the program does by itself: timers that the writer runs between requests.
 *
 *   JOB(sessions_forget_expired, .every_ms = HOUR_MS) { …; return 0; }
 *
 * A job runs like a request that writes: one db_group job, rolled back if it refuses (e set, which
 * is logged) or the program stops. It must be idempotent: a crash between "done" and "noted" runs
 * it again, and so may its group (db_job.repeatable). It returns how much it did; as long as that
 * is more than 0 it is run again at once (other work gets its turn in between), so it should do a
 * bounded piece at a time. `a` is reset after each run. Negative counts as 0.
 */
#ifndef JOB_H
#define JOB_H

#include "civic/civic.h"

struct job {
    const char *name, *where;
    int64_t every_ms; /* of the machine's clock; `now` is the server's, which tests may set */
    bool at_boot;     /* before the first request is accepted, until nothing is left to do */
    bool at_stop;     /* once more when the server stops */
    bool beside;      /* only reads the database: on a thread and connection of its own, at low
                         priority, so that no request waits for it */
    int64_t (*run)(struct db *db, struct district *d, struct arena *a, int64_t now, struct err *e);
};

#define JOB(fn, ...)                                                                         \
    static int64_t fn(struct db *db, struct district *d, struct arena *a, int64_t now,       \
                      struct err *e);                                                        \
    static const struct job fn##_job = {.name = #fn, .where = HERE, .run = fn, __VA_ARGS__}; \
    LIST_ADD(jobs, struct job, fn##_job);                                                    \
    static int64_t fn(struct db *db, struct district *d, struct arena *a, int64_t now,       \
                      struct err *e)

LIST_DECLARE(jobs, struct job);

#endif
