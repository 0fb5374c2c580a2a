#include "civic/tally.h"

#include "civic/fact.h"

#include <stdlib.h>
#include <string.h>

#define DELTAS_LIMIT ((size_t)256 << 20)
#define RATINGS_MAX  64 /* of one matter */

STMT(entry_of,
     "SELECT unit_path, subject, value FROM entry WHERE district = $1 AND figure = $2 AND "
     "at = $3 AND subject_id = $4 AND n = $5");
STMT(entry_delete, "DELETE FROM entry WHERE district = $1 AND figure = $2 AND at = $3 AND "
                   "subject_id = $4 AND n = $5");
STMT(entry_insert, "INSERT INTO entry (district, figure, unit_path, at, subject_id, subject, "
                   "value, n) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
STMT(ratings_all, "SELECT r.contacted, r.solved, r.satisfied, r.rated_at FROM report r WHERE "
                  "r.district = $1 AND r.matter_id = $2 AND r.rated_at > 0 UNION ALL SELECT "
                  "r2.contacted, r2.solved, r2.satisfied, r2.rated_at FROM matter b JOIN report r2 "
                  "ON r2.district = $1 AND r2.matter_id = b.id WHERE b.district = $1 AND "
                  "b.bundle_id = $2 AND b.bundle_id > 0 AND r2.rated_at > 0");
STMT(counter_add,
     "INSERT INTO counter (district, unit_id, figure, period, subject, value) VALUES ($1, $2, $3, "
     "$4, $5, $6) ON CONFLICT (district, unit_id, figure, subject, period) DO UPDATE SET value = "
     "counter.value + excluded.value");
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

struct delta {
    int64_t unit, period, value;
    struct str figure, subject;
};

struct note { /* what the running job added, to be taken back if it is dropped */
    uint32_t delta;
    int64_t value;
};

struct tally {
    int64_t district;
    struct arena a;      /* given back after each group */
    struct delta *delta; /* one a key */
    size_t n, room;
    uint32_t *slot; /* open addressing over delta, index + 1 */
    size_t slots;
    struct note *note;
    size_t notes, notes_room;
    int64_t day, last, last_mark; /* the newest number of the day; day 0: not read yet */
    struct entry is[ENTRIES_MAX], was[ENTRIES_MAX]; /* of the matter at hand */
    struct rating_fact rating[RATINGS_MAX];
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

static int64_t one_number(struct rows *r)
{
    int64_t n = rows_next(r) ? row_int(r, 0) : 0;

    rows_end(r);
    return n;
}

/* ---- sums of a group -------------------------------------------------- */

static void tally_free(void *tally)
{
    arena_reset(&((struct tally *)tally)->a);
}

struct tally *tally_new(struct arena *boot)
{
    struct tally *t = NEW(boot, struct tally);

    arena_init(&t->a, DELTAS_LIMIT);
    arena_defer(boot, tally_free, t);
    return t;
}

static void tally_reset(struct tally *t)
{
    arena_reset(&t->a);
    t->delta = NULL;
    t->slot = NULL;
    t->note = NULL;
    t->n = t->room = t->slots = t->notes = t->notes_room = 0;
    t->day = 0;
}

static int compare_str(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int compare_deltas(const void *a, const void *b)
{
    const struct delta *x = a, *y = b;
    int c;

    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    if ((c = compare_str(x->figure, y->figure)) != 0)
        return c;
    if ((c = compare_str(x->subject, y->subject)) != 0)
        return c;
    return (x->period > y->period) - (x->period < y->period);
}

static size_t hash_of(const struct delta *d)
{
    uint64_t h = (uint64_t)d->unit * 0x9e3779b97f4a7c15ULL ^ (uint64_t)d->period << 20;

    for (size_t i = 0; i < d->figure.n; i++)
        h = (h ^ (unsigned char)d->figure.p[i]) * 1099511628211ULL;
    for (size_t i = 0; i < d->subject.n; i++)
        h = (h ^ (unsigned char)d->subject.p[i]) * 1099511628211ULL;
    return (size_t)(h ^ h >> 32);
}

/* The slot of this key: holding its index, or free. */
static uint32_t *slot_of(const struct tally *t, const struct delta *d)
{
    for (size_t h = hash_of(d);; h++) {
        uint32_t *slot = &t->slot[h & (t->slots - 1)];

        if (!*slot || compare_deltas(&t->delta[*slot - 1], d) == 0)
            return slot;
    }
}

/* Room for one more; twice as much when it is used up, so that the slots are half empty. */
static void make_room(struct tally *t)
{
    struct delta *more;

    if (t->n < t->room)
        return;
    t->room = t->room ? t->room * 2 : 1024;
    more = NEW_ARRAY(&t->a, struct delta, t->room);
    if (t->n)
        memcpy(more, t->delta, t->n * sizeof(*more));
    t->delta = more;
    t->slots = t->room * 2;
    t->slot = NEW_ARRAY(&t->a, uint32_t, t->slots);
    for (size_t i = 0; i < t->n; i++)
        *slot_of(t, &t->delta[i]) = (uint32_t)i + 1;
}

static void add_note(struct tally *t, uint32_t delta, int64_t value)
{
    if (t->notes == t->notes_room) {
        struct note *more;

        t->notes_room = t->notes_room ? t->notes_room * 2 : 1024;
        more = NEW_ARRAY(&t->a, struct note, t->notes_room);
        if (t->notes)
            memcpy(more, t->note, t->notes * sizeof(*more));
        t->note = more;
    }
    t->note[t->notes++] = (struct note){delta, value};
}

static void add_delta(struct tally *t, struct delta d)
{
    uint32_t *slot;

    make_room(t);
    slot = slot_of(t, &d);
    if (!*slot) {
        t->delta[t->n] = d;
        t->delta[t->n].figure = str_copy(&t->a, d.figure);
        t->delta[t->n].subject = str_copy(&t->a, d.subject);
        t->delta[t->n].value = 0;
        *slot = (uint32_t)++t->n;
    }
    t->delta[*slot - 1].value += d.value;
    add_note(t, *slot - 1, d.value);
}

/* In the order of the keys; nothing may be added after. */
static void sort_deltas(struct tally *t)
{
    if (t->n)
        qsort(t->delta, t->n, sizeof(*t->delta), compare_deltas);
}

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
        return one_number(&r);
    }
    put_number(k->db, t);
    r = db_query(k->db, k->a, numbering_get, ARG(k->d->code), ARG(day));
    t->last = t->last_mark = one_number(&r);
    t->day = day;
    return ++t->last;
}

static void flush(struct db *db, void *arg)
{
    struct tally *t = arg;

    put_number(db, t);
    sort_deltas(t);
    for (size_t i = 0; i < t->n; i++) {
        const struct delta *x = &t->delta[i];

        if (x->value)
            db_run(db, counter_add, ARG(t->district), ARG(x->unit), ARG(x->figure), ARG(x->period),
                   ARG(x->subject), ARG(x->value));
    }
    tally_reset(t);
}

static void group_begin(void *arg)
{
    tally_reset(arg);
}

static void job_begin(void *arg)
{
    struct tally *t = arg;

    t->notes = 0;
    t->last_mark = t->last;
}

static void take_back(struct tally *t, size_t notes)
{
    while (t->notes > notes) {
        const struct note *n = &t->note[--t->notes];

        t->delta[n->delta].value -= n->value;
    }
}

static void job_dropped(void *arg)
{
    struct tally *t = arg;

    take_back(t, 0);
    t->last = t->last_mark;
}

struct tally_mark tally_mark(const struct district *d)
{
    return (struct tally_mark){d->tally->notes, d->tally->day, d->tally->last};
}

void tally_back(struct district *d, const struct tally_mark *mark)
{
    take_back(d->tally, mark->n);
    d->tally->day = mark->day;
    d->tally->last = mark->last;
}

struct db_hooks tally_hooks(struct district *d)
{
    d->tally->district = d->code;
    return (struct db_hooks){.group_begin = group_begin,
                             .job_begin = job_begin,
                             .job_dropped = job_dropped,
                             .before_commit = flush,
                             .arg = d->tally};
}

/* ---- from entries to counters ------------------------------------------- */

static struct str top_of(struct str subject)
{
    struct str head;

    (void)str_cut(subject, '/', &head);
    return head;
}

/* The last code of a path. */
static const struct unit *unit_of_path(const struct units *us, struct str path)
{
    struct str code = {path.p, path.n - 1};

    while (code.n && memchr(code.p, '/', code.n))
        code = str_cut(code, '/', &(struct str){0});
    return unit_by_code(us, code);
}

static void count_at(struct tally *t, const struct unit *u, const struct entry *e, int64_t value)
{
    struct str top = top_of(e->subject);
    struct delta d = {u->id, period_month(e->at), value, e->figure, S("")};

    add_delta(t, d);
    if (str_eq(u->kind, S("grid")))
        return;
    d.subject = top;
    if (e->subject.n)
        add_delta(t, d);
    if (u->depth > 1) /* the district is 0, its streets and departments 1 */
        return;
    d.subject = e->subject;
    if (!str_eq(top, e->subject))
        add_delta(t, d);
    d.subject = S("");
    d.period = period_day(e->at);
    add_delta(t, d);
}

static void count(struct desk *k, const struct entry *e, int64_t sign)
{
    const struct unit *u = unit_of_path(k->d->units, e->path);

    for (; u; u = unit_by_id(k->d->units, u->parent_id))
        count_at(k->d->tally, u, e, sign * e->value);
}

static void put_entry(struct desk *k, int64_t id, const struct entry *e)
{
    db_run(k->db, entry_insert, ARG(k->d->code), ARG(e->figure), ARG(e->path), ARG(e->at), ARG(id),
           ARG(e->subject), ARG(e->value), ARG(e->n));
    count(k, e, 1);
}

static bool same_entry(const struct entry *a, const struct entry *b)
{
    return str_eq(a->figure, b->figure) && str_eq(a->path, b->path) &&
           str_eq(a->subject, b->subject) && a->at == b->at && a->value == b->value && a->n == b->n;
}

/* "received 1764000000000 0;open 1764000000000 0;": figure, moment and n of each entry. */
static struct str write_counts(struct arena *a, const struct entry *list, int n)
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

/* The entries that the matter has now, as its row lists them. */
static int old_entries(struct desk *k, const struct matter *m, struct entry *list)
{
    struct str rest = m->counts;
    int n = 0;

    while (rest.n && n < ENTRIES_MAX) {
        struct entry *e = &list[n];
        struct rows r;

        if (!read_count(&rest, e))
            continue;
        r = db_query(k->db, k->a, entry_of, ARG(k->d->code), ARG(e->figure), ARG(e->at), ARG(m->id),
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

/* The answers given so far, of every reporter who was asked about this matter. */
static int ratings_of(struct desk *k, const struct matter *m, struct rating_fact *list)
{
    struct rows r;
    int n = 0;

    if (m->fresh || !m->asked_at)
        return 0;
    r = db_query(k->db, k->a, ratings_all, ARG(k->d->code), ARG(m->id));
    while (rows_next(&r)) {
        if (n < RATINGS_MAX)
            list[n++] = (struct rating_fact){row_str(&r, 0), row_str(&r, 1), row_str(&r, 2),
                                             row_int(&r, 3)};
    }
    return n;
}

void tally_matter(struct desk *k, struct matter *m)
{
    struct entry *is = k->d->tally->is, *was = k->d->tally->was;
    struct rating_fact *rating = k->d->tally->rating;
    int ratings = ratings_of(k, m, rating);
    int n_is = fact_entries(k->d->pack, m, rating, ratings, is);
    int n_was = m->fresh ? 0 : old_entries(k, m, was);

    for (int i = 0; i < n_was; i++) {
        if (!among(is, n_is, &was[i])) {
            db_run(k->db, entry_delete, ARG(k->d->code), ARG(was[i].figure), ARG(was[i].at),
                   ARG(m->id), ARG(was[i].n));
            count(k, &was[i], -1);
        }
    }
    for (int i = 0; i < n_is; i++) {
        if (!among(was, n_was, &is[i]))
            put_entry(k, m->id, &is[i]);
    }
    m->counts = write_counts(k->a, is, n_is);
}

/* ---- from entries to counters, all over again ------------------------- */

static void sum_entries(struct desk *k)
{
    struct str figure = S("");
    struct arena page, next;
    int64_t id = 0, n = 0, at = 0;

    arena_init(&page, DELTAS_LIMIT);
    for (bool more = true; more;) {
        struct rows r;

        arena_init(&next, DELTAS_LIMIT); /* figure lives in the page before */
        r = db_query(k->db, &next, entry_all, ARG(k->d->code), ARG(figure), ARG(at), ARG(id),
                     ARG(n));
        for (more = false; rows_next(&r); more = true) {
            struct entry e = {row_str(&r, 0), row_str(&r, 1), row_str(&r, 3),
                              row_int(&r, 2), row_int(&r, 4), n = row_int(&r, 6)};

            count(k, &e, 1);
            figure = e.figure;
            at = e.at;
            id = row_int(&r, 5);
        }
        arena_reset(&page);
        page = next;
        k->d->tally->notes = 0; /* nobody will take these back */
    }
    arena_reset(&page);
}

static void add_fault(struct val *faults, const struct delta *x, int64_t is)
{
    struct val *f = add_map(faults);

    set_int(f, "unit", x->unit);
    set_str(f, "figure", str_copy(faults->arena, x->figure));
    set_int(f, "period", x->period);
    set_str(f, "subject", str_copy(faults->arena, x->subject));
    set_int(f, "is", is);
    set_int(f, "should", x->value);
}

static void add_missing(struct val *faults, const struct delta *x)
{
    if (x->value) /* what adds up to nothing needs no counter */
        add_fault(faults, x, 0);
}

void tally_check(struct desk *k, struct val *faults)
{
    struct tally *t = k->d->tally;
    struct delta last = {0};
    size_t at = 0;

    tally_reset(t);
    sum_entries(k);
    sort_deltas(t);
    last.figure = last.subject = S("");
    last.unit = -1;
    for (bool more = true; more;) {
        struct rows r = db_query(k->db, k->a, counter_all, ARG(k->d->code), ARG(last.unit),
                                 ARG(last.figure), ARG(last.subject), ARG(last.period));

        for (more = false; rows_next(&r); more = true) {
            last =
                (struct delta){row_int(&r, 0), row_int(&r, 2), 0, row_str(&r, 1), row_str(&r, 3)};
            for (; at < t->n && compare_deltas(&t->delta[at], &last) < 0; at++)
                add_missing(faults, &t->delta[at]);
            if (at < t->n && compare_deltas(&t->delta[at], &last) == 0) {
                if (t->delta[at].value != row_int(&r, 4))
                    add_fault(faults, &t->delta[at], row_int(&r, 4));
                at++;
            } else {
                add_fault(faults, &last, row_int(&r, 4));
            }
        }
    }
    for (; at < t->n; at++)
        add_missing(faults, &t->delta[at]);
    tally_reset(t);
}
