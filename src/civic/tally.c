#include "civic/tally.h"

#include "civic/fact.h"
#include "civic/sums.h"

#include <string.h>

#define CHANGES_LIMIT ((size_t)256 << 20)
#define RATINGS_MAX   64 /* of one matter */
/* A group with more changes than this is put aside, and added up with others up to two seconds
 * later; under less than that every figure is right at once. */
#define CHANGES_FEW   64
#define PATIENCE_MS   2000
#define FOLDING_SHARE 10 /* … or ten times as long as the last adding up took */

STMT(entry_of,
     "SELECT unit_path, subject, value FROM entry WHERE district = $1 AND figure = $2 AND "
     "at = $3 AND subject_id = $4 AND n = $5");
STMT(entry_delete, "DELETE FROM entry WHERE district = $1 AND figure = $2 AND at = $3 AND "
                   "subject_id = $4 AND n = $5");
STMT(entry_insert, "INSERT INTO entry (district, figure, unit_path, at, subject_id, subject, "
                   "value, n) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
/* Of the matter's reporters and of those bundled into it; in an order that is always the same. */
#define OF_ITS_REPORTERS                                                                        \
    "r.district = $1 AND r.matter_id IN (SELECT CAST($2 AS BIGINT) UNION ALL SELECT b.id FROM " \
    "matter b WHERE b.district = $1 AND b.bundle_id = $2 AND b.bundle_id > 0)"
STMT(ratings_all,
     "SELECT r.contacted, r.solved, r.satisfied, r.rated_at, r.id FROM report r "
     "WHERE " OF_ITS_REPORTERS " AND r.rated_at > 0 UNION ALL SELECT a.contacted, a.solved, "
     "a.satisfied, a.rated_at, a.report_id FROM report r JOIN answer a ON a.district = $1 AND "
     "a.report_id = r.id WHERE " OF_ITS_REPORTERS " ORDER BY 4, 5");
STMT(uncounted_put, "INSERT INTO uncounted (district, id, changes) VALUES ($1, $2, $3)");
STMT(uncounted_all, "SELECT changes FROM uncounted WHERE district = $1 ORDER BY id");
STMT(uncounted_clear, "DELETE FROM uncounted WHERE district = $1");
STMT(entry_all, "SELECT figure, unit_path, at, subject, value, subject_id, n FROM entry WHERE "
                "district = $1 AND (figure, at, subject_id, n) > ($2, $3, $4, $5) ORDER BY figure, "
                "at, subject_id, n LIMIT 10000");
STMT(counter_all, "SELECT unit_id, figure, period, subject, value FROM counter WHERE district = $1 "
                  "AND value <> 0 AND (unit_id, figure, subject, period) > ($2, $3, $4, $5) ORDER "
                  "BY unit_id, figure, subject, period LIMIT 10000");

STMT(numbering_get, "SELECT last FROM numbering WHERE district = $1 AND day = $2");
STMT(numbering_put, "INSERT INTO numbering (district, day, last) VALUES ($1, $2, $3) ON CONFLICT "
                    "(district, day) DO UPDATE SET last = excluded.last");
STMT(numbering_next,
     "INSERT INTO numbering (district, day, last) VALUES ($1, $2, 1) ON CONFLICT (district, day) "
     "DO UPDATE SET last = numbering.last + 1 RETURNING last");

/*
 * What the running group has entered and taken away, one line a change, as `uncounted` keeps it:
 * figure, at, path, subject, value, parted by tabs.
 */
struct tally {
    int64_t district;
    struct id_maker *ids;
    const struct units *units; /* of the running group's jobs; NULL: nothing changed yet */
    struct arena a;            /* given back after each group */
    struct buf changes;
    int lines;
    struct tally_mark mark; /* where the running job began */
    int64_t day, last;      /* the newest number of the day; day 0: not read yet */
    int64_t fold_after_ms;  /* steady */
    struct entry is[ENTRIES_MAX], was[ENTRIES_MAX]; /* of the matter at hand */
};

int64_t period_month(int64_t at_ms)
{
    struct civil c = civil_of(at_ms);

    return c.year * 100 + c.month;
}

int64_t period_day(int64_t at_ms)
{
    struct civil c = civil_of(at_ms);

    return (c.year * 100 + c.month) * 100 + c.day;
}

/* ---- the running group ------------------------------------------------ */

static void tally_free(void *tally)
{
    arena_reset(&((struct tally *)tally)->a);
}

struct tally *tally_new(struct arena *boot)
{
    struct tally *t = NEW(boot, struct tally);

    arena_init(&t->a, CHANGES_LIMIT);
    t->changes.arena = &t->a;
    arena_defer(boot, tally_free, t);
    return t;
}

static void tally_reset(struct tally *t)
{
    arena_clear(&t->a);
    t->changes = (struct buf){.arena = &t->a};
    t->lines = 0;
    t->units = NULL;
    t->day = 0;
}

static struct tally_mark mark_of(const struct tally *t)
{
    return (struct tally_mark){t->changes.n, t->lines, t->day, t->last};
}

static void back_to(struct tally *t, const struct tally_mark *mark)
{
    t->changes.n = mark->bytes;
    t->lines = mark->lines;
    t->day = mark->day;
    t->last = mark->last;
}

static void group_begin(void *arg)
{
    tally_reset(arg);
}

static void job_begin(void *arg)
{
    struct tally *t = arg;

    t->mark = mark_of(t);
}

static void job_dropped(void *arg)
{
    struct tally *t = arg;

    back_to(t, &t->mark);
}

struct tally_mark tally_mark(const struct district *d)
{
    return mark_of(d->tally);
}

void tally_back(struct district *d, const struct tally_mark *mark)
{
    back_to(d->tally, mark);
}

/* ---- numbers ---------------------------------------------------------- */

static void put_number(struct db *db, const struct tally *t)
{
    if (t->day)
        db_run(db, numbering_put, ARG(t->district), ARG(t->day), ARG(t->last));
}

int64_t tally_number(struct desk *k)
{
    struct tally *t = k->d->tally;
    int64_t day = day_of(k->now);
    struct rows r;

    if (t->day == day && !db_is_postgres(k->db))
        return ++t->last;
    if (db_is_postgres(k->db)) { /* other servers number too: the row is the lock */
        r = db_query(k->db, k->a, numbering_next, ARG(k->d->code), ARG(day));
        return rows_int(r);
    }
    put_number(k->db, t);
    r = db_query(k->db, k->a, numbering_get, ARG(k->d->code), ARG(day));
    t->last = rows_int(r);
    t->day = day;
    return ++t->last;
}

/* ---- changes and sums ------------------------------------------------- */

static void note_change(const struct desk *k, const struct entry *e, int64_t sign)
{
    struct tally *t = k->d->tally;

    t->units = k->d->units;
    buf_put(&t->changes, e->figure);
    buf_put(&t->changes, S("\t"));
    buf_int(&t->changes, e->at);
    buf_put(&t->changes, S("\t"));
    buf_put(&t->changes, e->path);
    buf_put(&t->changes, S("\t"));
    buf_put(&t->changes, e->subject);
    buf_put(&t->changes, S("\t"));
    buf_int(&t->changes, sign * e->value);
    buf_put(&t->changes, S("\n"));
    t->lines++;
}

/* Counts it; a unit that is newer than what is in memory is looked for in the database. */
static void sum_change(struct sums *s, struct db *db, struct tally *t, const struct entry *e)
{
    if (t->units && sums_count(s, t->units, e))
        return;
    t->units = units_load(db, s->a, t->district);
    (void)sums_count(s, t->units, e);
}

/* Adds a text of changes to the sums; sign -1 takes them away. */
static void sum_changes(struct sums *s, struct db *db, struct tally *t, struct str changes,
                        int64_t sign)
{
    while (changes.n) {
        struct entry e = {0};
        struct str line, at;

        changes = str_cut(changes, '\n', &line);
        line = str_cut(line, '\t', &e.figure);
        line = str_cut(line, '\t', &at);
        line = str_cut(line, '\t', &e.path);
        line = str_cut(line, '\t', &e.subject);
        if (!str_int(at, &e.at) || !str_int(line, &e.value))
            continue; /* nobody here wrote that; verify finds the counter */
        e.value *= sign;
        sum_change(s, db, t, &e);
    }
}

/* What was put aside; returns how many groups'. */
static int sum_uncounted(struct sums *s, struct db *db, struct tally *t, int64_t sign)
{
    struct rows r = db_query(db, s->a, uncounted_all, ARG(t->district));
    int n = 0;

    for (; rows_next(&r); n++)
        sum_changes(s, db, t, row_str(&r, 0), sign);
    return n;
}

/* What was put aside and what this group changed, into the counters. */
static void fold(struct db *db, struct tally *t)
{
    struct sums sums = {.a = &t->a};
    int64_t began = when_steady(), took;
    int put_aside = sum_uncounted(&sums, db, t, 1);

    sum_changes(&sums, db, t, buf_str(&t->changes), 1);
    sums_write(&sums, db, t->district);
    if (put_aside)
        db_run(db, uncounted_clear, ARG(t->district));
    took = (when_steady() - began) * FOLDING_SHARE;
    t->fold_after_ms = began + (took > PATIENCE_MS ? took : PATIENCE_MS);
}

static void before_commit(struct db *db, void *arg)
{
    struct tally *t = arg;

    put_number(db, t);
    if (t->lines <= CHANGES_FEW || when_steady() >= t->fold_after_ms)
        fold(db, t);
    else
        db_run(db, uncounted_put, ARG(t->district), ARG(id_next(t->ids, 0)),
               ARG(buf_str(&t->changes)));
    tally_reset(t);
}

void tally_fold_now(struct district *d)
{
    if (d->tally) /* none: of a district that nobody writes in groups */
        d->tally->fold_after_ms = 0;
}

struct db_hooks tally_hooks(struct district *d)
{
    d->tally->district = d->code;
    d->tally->ids = d->ids;
    return (struct db_hooks){.group_begin = group_begin,
                             .job_begin = job_begin,
                             .job_dropped = job_dropped,
                             .before_commit = before_commit,
                             .arg = d->tally};
}

static bool nothing(struct db *db, void *arg, struct err *e)
{
    (void)db;
    (void)arg;
    (void)e;
    return true;
}

bool tally_settle(struct db *db, struct district *d, struct err *e)
{
    struct db_hooks hooks = tally_hooks(d);

    return db_write(db, nothing, NULL, &hooks, e);
}

/* ---- the entries of a matter ------------------------------------------ */

static void put_entry(struct desk *k, int64_t id, const struct entry *e)
{
    db_run(k->db, entry_insert, ARG(k->d->code), ARG(e->figure), ARG(e->path), ARG(e->at), ARG(id),
           ARG(e->subject), ARG(e->value), ARG(e->n));
    note_change(k, e, 1);
}

static bool same_entry(const struct entry *a, const struct entry *b)
{
    return str_eq(a->figure, b->figure) && str_eq(a->path, b->path) &&
           str_eq(a->subject, b->subject) && a->at == b->at && a->value == b->value && a->n == b->n;
}

struct str tally_list(struct arena *a, const struct entry *list, int n)
{
    struct buf b = {.arena = a};

    for (int i = 0; i < n; i++) {
        buf_put(&b, list[i].figure);
        buf_put(&b, S(" "));
        buf_int(&b, list[i].at);
        buf_put(&b, S(" "));
        buf_int(&b, list[i].n);
        buf_put(&b, S(";"));
    }
    return buf_str(&b);
}

static bool read_count(struct str *rest, struct entry *e)
{
    struct str one, at;

    *rest = str_cut(*rest, ';', &one);
    one = str_cut(one, ' ', &e->figure);
    one = str_cut(one, ' ', &at);
    return str_int(at, &e->at) && str_int(one, &e->n);
}

struct counted { /* a matter or a gathering, as far as its entries go */
    int64_t id;
    struct str counts; /* as its row lists them */
    bool fresh;
};

/* The entries that it has now, as its row lists them. */
static int old_entries(struct desk *k, const struct counted *c, struct entry *list)
{
    struct str rest = c->fresh ? S("") : c->counts;
    int n = 0;

    while (rest.n && n < ENTRIES_MAX) {
        struct entry *e = &list[n];
        struct rows r;

        if (!read_count(&rest, e))
            continue;
        r = db_query(k->db, k->a, entry_of, ARG(k->d->code), ARG(e->figure), ARG(e->at), ARG(c->id),
                     ARG(e->n));
        if (rows_next(&r)) {
            e->path = row_str(&r, 0);
            e->subject = row_str(&r, 1);
            e->value = row_int(&r, 2);
            n++;
        }
        rows_end(&r);
    }
    return n;
}

static bool among(const struct entry *list, int n, const struct entry *e)
{
    for (int i = 0; i < n; i++) {
        if (same_entry(&list[i], e))
            return true;
    }
    return false;
}

/* The answers given so far, in every round, of every reporter who was asked about this matter;
 * those of one that was joined to another count there. */
static int ratings_of(struct desk *k, const struct matter *m, struct rating_fact *list)
{
    struct rows r;
    int n = 0;

    if (m->fresh || m->bundle_id || (!m->asked_at && m->round < 2))
        return 0;
    r = db_query(k->db, k->a, ratings_all, ARG(k->d->code), ARG(m->id));
    while (rows_next(&r)) {
        if (n < RATINGS_MAX)
            list[n++] = (struct rating_fact){row_str(&r, 0), row_str(&r, 1), row_str(&r, 2),
                                             row_int(&r, 3)};
    }
    return n;
}

int tally_entries(struct desk *k, const struct matter *m, struct entry list[ENTRIES_MAX])
{
    struct rating_fact rating[RATINGS_MAX];
    int ratings = ratings_of(k, m, rating);

    return fact_entries(k->d->pack, m, rating, ratings, list);
}

int tally_gathering_entries(const struct desk *k, const struct gathering *g,
                            struct entry list[ENTRIES_MAX])
{
    return fact_gathering(k->d->pack, k->d->units, g, list);
}

/* From the entries that it has to the n in tally->is; as its row is to list them. */
static struct str bring_in_line(struct desk *k, const struct counted *c, int n)
{
    struct entry *is = k->d->tally->is, *was = k->d->tally->was;
    int n_was = old_entries(k, c, was);

    for (int i = 0; i < n_was; i++) {
        if (!among(is, n, &was[i])) {
            db_run(k->db, entry_delete, ARG(k->d->code), ARG(was[i].figure), ARG(was[i].at),
                   ARG(c->id), ARG(was[i].n));
            note_change(k, &was[i], -1);
        }
    }
    for (int i = 0; i < n; i++) {
        if (!among(was, n_was, &is[i]))
            put_entry(k, c->id, &is[i]);
    }
    return tally_list(k->a, is, n);
}

void tally_matter(struct desk *k, struct matter *m)
{
    struct counted c = {m->id, m->counts, m->fresh};

    m->counts = bring_in_line(k, &c, tally_entries(k, m, k->d->tally->is));
}

void tally_gathering(struct desk *k, struct gathering *g)
{
    struct counted c = {g->id, g->counts, g->fresh};

    g->counts = bring_in_line(k, &c, tally_gathering_entries(k, g, k->d->tally->is));
}

/* ---- from entries to counters, all over again ------------------------- */

static void sum_entries(struct desk *k, struct sums *sums)
{
    struct str figure = S("");
    struct arena page, next;
    int64_t id = 0, n = 0, at = 0;

    arena_init(&page, CHANGES_LIMIT);
    for (bool more = true; more;) {
        struct rows r;

        arena_init(&next, CHANGES_LIMIT); /* figure lives in the page before */
        r = db_query(k->db, &next, entry_all, ARG(k->d->code), ARG(figure), ARG(at), ARG(id),
                     ARG(n));
        for (more = false; rows_next(&r); more = true) {
            struct entry e = {row_str(&r, 0), row_str(&r, 1), row_str(&r, 3),
                              row_int(&r, 2), row_int(&r, 4), n = row_int(&r, 6)};

            (void)sums_count(sums, k->d->units, &e);
            figure = e.figure;
            at = e.at;
            id = row_int(&r, 5);
        }
        arena_reset(&page);
        page = next;
    }
    arena_reset(&page);
}

static void add_fault(struct val *faults, const struct sum *x, int64_t is)
{
    struct val *f = add_map(faults);

    set_int(f, "unit", x->unit);
    set_str(f, "figure", str_copy(faults->arena, x->figure));
    set_int(f, "period", x->period);
    set_str(f, "subject", str_copy(faults->arena, x->subject));
    set_int(f, "is", is);
    set_int(f, "should", x->value);
}

static void add_missing(struct val *faults, const struct sum *x)
{
    if (x->value) /* what adds up to nothing needs no counter */
        add_fault(faults, x, 0);
}

/* Streams the counters past the sums, both in the order of their keys. */
static void compare_counters(struct desk *k, const struct sums *s, struct val *faults)
{
    struct sum last = {.unit = -1, .figure = S(""), .subject = S("")};
    size_t at = 0;

    for (bool more = true; more;) {
        struct rows r = db_query(k->db, k->a, counter_all, ARG(k->d->code), ARG(last.unit),
                                 ARG(last.figure), ARG(last.subject), ARG(last.period));

        for (more = false; rows_next(&r); more = true) {
            last = (struct sum){row_int(&r, 0), row_int(&r, 2), 0, row_str(&r, 1), row_str(&r, 3)};
            for (; at < s->n && sum_compare(&s->sum[at], &last) < 0; at++)
                add_missing(faults, &s->sum[at]);
            if (at < s->n && sum_compare(&s->sum[at], &last) == 0) {
                if (s->sum[at].value != row_int(&r, 4))
                    add_fault(faults, &s->sum[at], row_int(&r, 4));
                at++;
            } else {
                add_fault(faults, &last, row_int(&r, 4));
            }
        }
    }
    for (; at < s->n; at++)
        add_missing(faults, &s->sum[at]);
}

void tally_check(struct desk *k, struct val *faults)
{
    struct arena a;
    struct sums sums = {.a = &a};

    arena_init(&a, CHANGES_LIMIT);
    sum_entries(k, &sums);
    k->d->tally->units = k->d->units;
    (void)sum_uncounted(&sums, k->db, k->d->tally, -1);
    sums_sort(&sums);
    compare_counters(k, &sums, faults);
    arena_reset(&a);
}
