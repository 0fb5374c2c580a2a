/*
 * group - kill -9 at random moments, at the level of db_group on SQLite.
 *
 *   build/crash/group [ROUNDS]
 *
 * A child commits groups of numbered jobs (a row and a ledger event each), seals and checkpoints
 * now and then, and says into a pipe which number is done. The parent kills it after 1 to 60 ms,
 * opens the data and looks: the last number that was said is there, each number has its event, the
 * ledger verifies. The data grow from round to round. (What a power cut does is the disk's promise,
 * kept by synchronous=FULL; a killed process shows that nothing was said too early.)
 */
#include "base/when.h"
#include "civic/civic.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUP_MAX 64
#define DISTRICT  140214
#define SUBJECTS  50

STMT(crash_put, "INSERT INTO crash (district, n) VALUES ($1, $2)");
STMT(crash_seen, "SELECT count(*), coalesce(max(n), 0) FROM crash WHERE district = $1");
STMT(crash_events, "SELECT count(*) FROM event WHERE district = $1");

struct store {
    struct arena boot, scratch;
    struct db *db;
    struct district d;
};

struct numbered {
    struct store *s;
    int64_t n;
};

static void store_open(struct store *s, const char *path, const struct keys *keys)
{
    struct err e = {0};

    *s = (struct store){.d = {.code = DISTRICT, .keys = *keys}};
    arena_init(&s->boot, (size_t)16 << 20);
    arena_init(&s->scratch, (size_t)64 << 20);
    s->db = db_open(&s->boot, path, &e);
    if (!s->db || !db_migrate(s->db, &e) ||
        !db_script(s->db,
                   "CREATE TABLE IF NOT EXISTS crash (district INTEGER NOT NULL, n INTEGER NOT "
                   "NULL, PRIMARY KEY (district, n)) STRICT",
                   &e))
        die("%s", e.text);
    s->d.ids = NEW(&s->boot, struct id_maker);
    ledger_resume(s->db, &s->d, &s->boot);
}

static void store_close(struct store *s)
{
    arena_reset(&s->scratch);
    arena_reset(&s->boot);
}

struct said { /* by the child, through the pipe */
    int64_t last, count;
};

static struct said seen(struct store *s)
{
    struct rows r = db_query(s->db, &s->scratch, crash_seen, ARG(DISTRICT));
    struct said said = {0};

    if (rows_next(&r))
        said = (struct said){row_int(&r, 1), row_int(&r, 0)};
    rows_end(&r);
    return said;
}

/* One in a thousand is refused after it was written. */
static bool put(struct db *db, void *arg, struct err *e)
{
    struct numbered *job = arg;
    struct store *s = job->s;
    struct val *content = val_map(&s->scratch);
    const struct event ev = {
        1 + job->n % SUBJECTS, when_now(), 7, S("crash"), S("put"), content, 0};

    set_int(content, "n", job->n);
    db_run(db, crash_put, ARG(DISTRICT), ARG(job->n));
    (void)ledger_append(db, &s->d, &s->scratch, &ev, NULL);
    return randombytes_uniform(1000) || refuse(e, ERR_CONFLICT, NULL, "Refused by chance.");
}

static bool seal(struct db *db, void *arg, struct err *e)
{
    struct store *s = arg;

    (void)e;
    (void)ledger_seal(db, &s->d, &s->scratch, when_now());
    return true;
}

/* The numbers that follow. */
static void one_group(struct store *s, struct said *said)
{
    struct numbered numbered[GROUP_MAX];
    struct db_job job[GROUP_MAX], *jobs[GROUP_MAX];
    size_t n = 1 + randombytes_uniform(GROUP_MAX);
    struct err *e = NEW_ARRAY(&s->scratch, struct err, n);
    int64_t from = said->last + 1;

    for (size_t i = 0; i < n; i++) {
        numbered[i] = (struct numbered){s, from + (int64_t)i};
        job[i] =
            (struct db_job){.run = put, .arg = &numbered[i], .e = &e[i], .repeatable = n % 2 == 0};
        jobs[i] = &job[i];
    }
    db_group(s->db, jobs, n, NULL);
    for (size_t i = 0; i < n; i++) {
        if (e[i].kind == ERR_BUSY)
            die("%s", e[i].text);
        if (job[i].done)
            *said = (struct said){numbered[i].n, said->count + 1};
    }
}

static _Noreturn void child_run(const char *path, const struct keys *keys, int pipe_out)
{
    struct store s;
    struct err e = {0};
    struct said said;

    store_open(&s, path, keys);
    said = seen(&s);
    for (int i = 0;; i++) {
        one_group(&s, &said);
        if (write(pipe_out, &said, sizeof(said)) != sizeof(said))
            _exit(1);
        if (i % 8 == 7 && !db_write(s.db, seal, &s, NULL, &e))
            die("%s", e.text);
        if (i % 16 == 15 && !db_script(s.db, "PRAGMA wal_checkpoint(PASSIVE)", &e))
            die("%s", e.text);
        arena_reset(&s.scratch);
    }
}

/* What the child had said when it was killed. */
static struct said one_life(const char *path, const struct keys *keys)
{
    struct said said = {0}, one;
    int ends[2], status;
    pid_t child;

    if (pipe(ends) != 0 || (child = fork()) < 0)
        die("fork: %s", strerror(errno));
    if (child == 0)
        child_run(path, keys, ends[1]);
    (void)close(ends[1]);
    (void)usleep(1000 + randombytes_uniform(60000));
    (void)kill(child, SIGKILL);
    while (read(ends[0], &one, sizeof(one)) == sizeof(one))
        said = one;
    (void)close(ends[0]);
    if (waitpid(child, &status, 0) != child || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        die("the writer ended by itself");
    return said;
}

static bool verify(struct db *db, void *arg, struct err *e)
{
    struct store *s = arg;
    struct buf told = {.arena = &s->scratch};
    struct val *faults = val_list(&s->scratch);

    if (ledger_verify(db, &s->d, &s->scratch, faults))
        return true;
    json_write(&told, faults);
    return refuse(e, ERR_CONFLICT, NULL, "The ledger has faults: %.*s", STR_ARG(buf_str(&told)));
}

/* How many numbers there are; -1: something is wrong, and said. */
static int64_t look(const char *path, const struct keys *keys, struct said said)
{
    struct store s;
    struct err e = {0};
    struct said there;
    int64_t events;
    struct rows r;
    bool ok;

    store_open(&s, path, keys);
    there = seen(&s);
    r = db_query(s.db, &s.scratch, crash_events, ARG(DISTRICT));
    events = rows_next(&r) ? row_int(&r, 0) : -1;
    rows_end(&r);
    ok = there.last >= said.last && there.count >= said.count && events == there.count &&
         db_read(s.db, verify, &s, &e);
    if (!ok)
        printf("said %lld up to %lld, there are %lld up to %lld, %lld events. %s\n",
               (long long)said.count, (long long)said.last, (long long)there.count,
               (long long)there.last, (long long)events, e.text);
    store_close(&s);
    return ok ? there.count : -1;
}

static void tidy(const char *dir)
{
    static const char *const files[] = {"data.db", "data.db-wal", "data.db-shm"};
    char path[128];

    for (size_t i = 0; i < COUNT(files); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(dir);
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 200, passed = 0, lives = 0;
    char dir[] = "/tmp/yingshao-crash.XXXXXX", path[64];
    struct keys keys = {0};
    int64_t numbers = 0;

    if (sodium_init() < 0 || !mkdtemp(dir))
        die("no place to work in");
    (void)crypto_sign_keypair(keys.sign_public, keys.sign_secret);
    (void)snprintf(path, sizeof(path), "%s/data.db", dir);
    for (int i = 0; i < rounds; i++) {
        struct said said;
        int64_t there;

        if (i % 20 == 0) { /* afresh, so that it dies at the first steps too */
            tidy(dir);
            (void)mkdir(dir, 0700);
        }
        said = one_life(path, &keys);
        there = look(path, &keys, said);
        lives += said.count > 0;
        passed += there >= 0;
        numbers = there > numbers ? there : numbers;
    }
    tidy(dir);
    printf("note: %d kills, %d after something was acknowledged, up to %lld numbers\n", rounds,
           lives, (long long)numbers);
    printf("passed %d failed %d\n", passed, rounds - passed + (lives == 0));
    return passed == rounds && lives ? 0 : 1;
}
