#include "civic/recount.h"

#include "civic/district.h"
#include "civic/job.h"
#include "civic/tally.h"

#include <sodium.h>
#include <stdio.h>

#define AT_ONCE     100
#define TOLD_EVERY  50000
#define FACTS       2 /* raised when fact.c comes to count the same figures otherwise */
#define DIGEST_SIZE 16

STMT(recount_gatherings,
     "SELECT id FROM gathering WHERE district = $1 AND id > $2 ORDER BY id LIMIT $3");
STMT(gathering_counts_put, "UPDATE gathering SET counts = $3 WHERE district = $1 AND id = $2");
STMT(recount_ids, "SELECT id FROM matter WHERE district = $1 AND id > $2 ORDER BY id LIMIT $3");
STMT(counts_put, "UPDATE matter SET counts = $3 WHERE district = $1 AND id = $2");

/* ---- what is counted ----------------------------------------------------- */

static void put(struct buf *b, struct str s)
{
    buf_int(b, (int64_t)s.n);
    buf_put(b, S(":"));
    buf_put(b, s);
}

static void put_figure(struct buf *b, const struct figure *f)
{
    put(b, f->id);
    put(b, f->noun);
    put(b, f->sum);
    buf_int(b, f->at);
    for (int i = 0; i < f->wheres; i++) {
        const struct condition *c = &f->where[i];

        put(b, c->fact);
        buf_put(b, c->not ? S("-") : S("+"));
        for (int j = 0; j < c->ofs; j++)
            put(b, c->of[j]);
    }
    buf_put(b, S(";"));
}

/* Of the figures that have entries: another title or ratio is no reason to count again. */
static struct str digest(struct arena *a, const struct pack *p)
{
    struct buf b = {.arena = a};
    unsigned char hash[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];

    buf_int(&b, FACTS);
    for (int i = 0; i < p->figures; i++) {
        if (figure_has_entries(&p->figure[i]))
            put_figure(&b, &p->figure[i]);
    }
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)b.p, b.n, NULL, 0);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    return str_copy(a, str_of(hex));
}

/* ---- how far it is ------------------------------------------------------- */

struct progress {
    struct str digest; /* of what is or was counted */
    bool running;
    int64_t after, done; /* the last matter; how many */
};

/* "DIGEST", or "DIGEST AFTER DONE" while it runs. */
static struct progress progress_read(struct desk *k)
{
    struct progress p = {0};
    struct str rest = str_cut(setting_get(k, S("counted")), ' ', &p.digest), after;

    rest = str_cut(rest, ' ', &after);
    p.running = str_int(after, &p.after) && str_int(rest, &p.done);
    return p;
}

static void progress_put(struct desk *k, const struct progress *p)
{
    setting_put(k, S("counted"),
                str_format(k->a, "%.*s %lld %lld", STR_ARG(p->digest), (long long)p->after,
                           (long long)p->done));
}

void recount_done(struct desk *k)
{
    setting_put(k, S("counted"), digest(k->a, k->d->pack));
}

bool recount_is_done(struct desk *k)
{
    struct progress p = progress_read(k);

    return !p.running && str_eq(p.digest, digest(k->a, k->d->pack));
}

bool figures_counted(struct desk *k, struct err *e)
{
    struct progress p = progress_read(k);

    return !p.running || refuse(e, ERR_BUSY, NULL,
                                "The figures have changed and are being counted again; %lld "
                                "matters are done. Please come back in some minutes.",
                                (long long)p.done);
}

/* ---- counting ------------------------------------------------------------ */

static bool count_again(struct desk *k, int64_t id, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct str before;

    if (!matter_load(k, id, m, e))
        return false;
    before = m->counts;
    tally_matter(k, m);
    if (!str_eq(before, m->counts))
        db_run(k->db, counts_put, ARG(k->d->code), ARG(id), ARG(m->counts));
    return true;
}

static void count_gathering(struct desk *k, int64_t id)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct err e = {0};
    struct str before;

    if (!gathering_load(k, id, g, &e))
        return;
    before = g->counts;
    tally_gathering(k, g);
    if (!str_eq(before, g->counts))
        db_run(k->db, gathering_counts_put, ARG(k->d->code), ARG(id), ARG(g->counts));
}

static int next_ids(struct desk *k, const struct stmt *ids, int64_t after, int64_t id[AT_ONCE])
{
    struct rows r = db_query(k->db, k->a, *ids, ARG(k->d->code), ARG(after), ARG(AT_ONCE));

    return rows_ints(&r, id, AT_ONCE);
}

/* Some thousand a year: all at once, before the matters. */
static void count_gatherings(struct desk *k)
{
    int64_t id[AT_ONCE], last = 0;
    int n;

    do {
        n = next_ids(k, &recount_gatherings, last, id);
        for (int i = 0; i < n; i++)
            count_gathering(k, last = id[i]);
    } while (n == AT_ONCE);
}

/* Only a server begins, so that a command of a newer program does not stop one that still runs. */
JOB(recount_begin, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);
    struct progress p = progress_read(&k), begun = {.digest = digest(a, d->pack), .running = true};

    (void)e;
    if (str_eq(p.digest, begun.digest))
        return 0;
    (void)fprintf(stderr, "yingshao: the pack's figures are others than those that were counted; "
                          "all matters are counted again, and figures refused until it is done\n");
    progress_put(&k, &begun);
    return 0;
}

/* A server with another pack on the same database leaves it alone. */
JOB(recount, .every_ms = SECOND_MS)
{
    struct desk k = district_desk(d, db, a, now);
    struct progress p = progress_read(&k);
    int64_t id[AT_ONCE];
    int n;

    if (!p.running || !str_eq(p.digest, digest(a, d->pack)))
        return 0;
    if (!p.after)
        count_gatherings(&k);
    n = next_ids(&k, &recount_ids, p.after, id);
    for (int i = 0; i < n; i++) {
        if (!count_again(&k, id[i], e)) /* verify names it */
            (void)fprintf(stderr, "yingshao: matter %lld is not counted: %s\n", (long long)id[i],
                          e->text);
        *e = (struct err){0};
    }
    p.done += n;
    if (n < AT_ONCE) {
        recount_done(&k);
        tally_fold_now(d); /* nobody may see a figure before its counters */
        (void)fprintf(stderr, "yingshao: all %lld matters are counted again\n", (long long)p.done);
        return 0;
    }
    p.after = id[n - 1];
    progress_put(&k, &p);
    if (p.done % TOLD_EVERY == 0)
        (void)fprintf(stderr, "yingshao: %lld matters are counted again\n", (long long)p.done);
    return n;
}
