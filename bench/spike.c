/*
 * spike - what the disk and the seam can do at best: one table, no work, groups of queued jobs.
 *
 *   build/bench/spike WHERE [JOBS_A_GROUP [SECONDS]]
 *
 * WHERE is a file that does not exist yet or a PostgreSQL database. One line for each kind of job:
 *   bare    one row of about 600 bytes
 *   ledger  one ledger event (content about 300 bytes), subjects new
 *   chain   the same on subjects that exist, the head read
 */
#include "base/when.h"
#include "civic/civic.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define GROUP_MAX  512
#define GROUPS_MAX 400000
#define DISTRICT   140214

STMT(spike_put, "INSERT INTO spike (district, id, at, text) VALUES ($1, $2, $3, $4)");

struct bench {
    struct db *db;
    struct district d;
    struct arena scratch;
    struct str text;
    int64_t n;
};

static bool bare(struct db *db, void *arg, struct err *e)
{
    struct bench *b = arg;

    (void)e;
    b->n++;
    db_run(db, spike_put, ARG(DISTRICT), ARG(id_next(b->d.ids, when_now())), ARG(b->n),
           ARG(b->text));
    return true;
}

static void append(struct db *db, struct bench *b, int64_t subject, struct head *head)
{
    struct val *content = val_map(&b->scratch);
    const struct event ev = {subject, when_now(), 7, S("matter"), S("open"), content, 5};

    set_str(content, "channel", S("qr"));
    set_str(content, "title", (struct str){b->text.p, 60});
    set_str(content, "body", (struct str){b->text.p, 210});
    set_int(content, "unit", 869020467363840);
    (void)ledger_append(db, &b->d, &b->scratch, &ev, head);
}

static bool ledger(struct db *db, void *arg, struct err *e)
{
    struct bench *b = arg;
    struct head head = {0};

    (void)e;
    append(db, b, ++b->n, &head);
    return true;
}

static bool chain(struct db *db, void *arg, struct err *e)
{
    struct bench *b = arg;

    (void)e;
    append(db, b, ++b->n % 10000, NULL);
    return true;
}

static int64_t now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void measure(struct bench *b, const char *name,
                    bool (*run)(struct db *, void *, struct err *), size_t size, int seconds)
{
    static int64_t took[GROUPS_MAX];
    static struct db_job job[GROUP_MAX], *jobs[GROUP_MAX];
    static struct err e[GROUP_MAX];
    int64_t start = now_us(), end = start;
    size_t groups = 0;

    for (size_t i = 0; i < size; i++) {
        job[i] = (struct db_job){.run = run, .arg = b, .e = &e[i], .repeatable = true};
        jobs[i] = &job[i];
    }
    b->n = 0;
    while (end - start < seconds * INT64_C(1000000) && groups < GROUPS_MAX) {
        int64_t from = now_us();

        db_group(b->db, jobs, size, NULL);
        end = now_us();
        if (!job[0].done)
            die("%s", e[0].text);
        took[groups++] = end - from;
        db_checkpoint(b->db);
        arena_reset(&b->scratch);
        end = now_us();
    }
    qsort(took, groups, sizeof(took[0]), by_size);
    printf("%-7s %8.0f jobs/s  group of %zu: p50 %.2f ms  p99 %.2f ms  max %.2f ms\n", name,
           (double)groups * (double)size * 1e6 / (double)(end - start), size,
           (double)took[groups / 2] / 1e3, (double)took[groups * 99 / 100] / 1e3,
           (double)took[groups - 1] / 1e3);
}

int main(int argc, char **argv)
{
    static const char table[] = "CREATE TABLE spike (district BIGINT NOT NULL, id BIGINT NOT NULL,"
                                " at BIGINT NOT NULL, text TEXT NOT NULL, PRIMARY KEY"
                                " (district, id))";
    size_t size = argc > 2 ? (size_t)atoi(argv[2]) : 64;
    int seconds = argc > 3 ? atoi(argv[3]) : 5;
    struct id_maker ids = {0};
    struct bench b = {.d = {.code = DISTRICT, .ids = &ids}};
    struct arena boot;
    struct buf text;
    struct err e = {0};

    if (argc < 2 || size < 1 || size > GROUP_MAX || sodium_init() < 0)
        die("usage: spike WHERE [JOBS_A_GROUP [SECONDS]]");
    arena_init(&boot, (size_t)64 << 20);
    arena_init(&b.scratch, (size_t)64 << 20);
    text = (struct buf){.arena = &boot};
    while (text.n < 600)
        buf_put(&text, S("小区东门垃圾成堆，多日无人清运。"));
    b.text = buf_str(&text);
    b.db = db_open(&boot, argv[1], &e);
    if (!b.db || !db_migrate(b.db, &e) || !db_script(b.db, table, &e))
        die("%s", e.text);
    measure(&b, "bare", bare, size, seconds);
    measure(&b, "ledger", ledger, size, seconds);
    measure(&b, "chain", chain, size, seconds);
    arena_reset(&boot);
    return 0;
}
