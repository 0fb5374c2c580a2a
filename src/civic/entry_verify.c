/* Entries against the facts: matter by matter, gathering by gathering, and then the other way
 * round. */
#include "civic/recount.h"
#include "civic/tally.h"

#define MATTERS_AT_ONCE 500
#define ENTRIES_AT_ONCE 10000
#define MEMORY          ((size_t)256 << 20)
#define FAULTS_MAX      1000

STMT(check_ids, "SELECT id FROM matter WHERE district = $1 AND id > $2 ORDER BY id LIMIT $3");
STMT(check_entry, "SELECT unit_path, subject, value FROM entry WHERE district = $1 AND figure = $2 "
                  "AND at = $3 AND subject_id = $4 AND n = $5");
STMT(check_count, "SELECT count(*) FROM entry WHERE district = $1");
STMT(check_keys, "SELECT figure, at, subject_id, n FROM entry WHERE district = $1 AND (figure, at, "
                 "subject_id, n) > ($2, $3, $4, $5) ORDER BY figure, at, subject_id, n LIMIT $6");
STMT(check_gatherings, "SELECT id FROM gathering WHERE district = $1 AND id > $2 ORDER BY id LIMIT "
                       "$3");
STMT(check_list,
     "SELECT counts FROM matter WHERE district = $1 AND id = $2 UNION ALL SELECT counts "
     "FROM gathering WHERE district = $1 AND id = $2");

struct check {
    struct desk *k; /* memory of one matter, or one page */
    struct val *faults;
    int n_faults;
    int64_t found; /* entries that should be there, and are */
    struct entry list[ENTRIES_MAX];
};

static void fault(struct check *c, int64_t subject, const struct entry *e, const char *what)
{
    struct val *v;

    if (c->n_faults++ >= FAULTS_MAX)
        return;
    v = add_map(c->faults);
    set_int(v, "subject", subject);
    set_str(v, "figure", str_copy(c->faults->arena, e->figure));
    set_int(v, "at", e->at);
    set_int(v, "n", e->n);
    set_str(v, "what", str_of(what));
}

/* ---- what should be there ------------------------------------------------ */

static void check_one(struct check *c, int64_t subject, const struct entry *e)
{
    struct desk *k = c->k;
    struct rows r = db_query(k->db, k->a, check_entry, ARG(k->d->code), ARG(e->figure), ARG(e->at),
                             ARG(subject), ARG(e->n));

    if (!rows_next(&r)) {
        fault(c, subject, e, "missing");
        return;
    }
    c->found++;
    if (!str_eq(row_str(&r, 0), e->path) || !str_eq(row_str(&r, 1), e->subject) ||
        row_int(&r, 2) != e->value)
        fault(c, subject, e, "changed");
    rows_end(&r);
}

static void check_matter(struct check *c, int64_t id)
{
    struct matter *m = NEW(c->k->a, struct matter);
    struct err e = {0};
    int n;

    if (!matter_load(c->k, id, m, &e))
        return; /* replay names it */
    n = tally_entries(c->k, m, c->list);
    for (int i = 0; i < n; i++)
        check_one(c, id, &c->list[i]);
    if (!str_eq(m->counts, tally_list(c->k->a, c->list, n)))
        fault(c, id, &(struct entry){.figure = S("")}, "the matter lists other entries");
}

static void check_gathering(struct check *c, int64_t id)
{
    struct gathering *g = NEW(c->k->a, struct gathering);
    struct err e = {0};
    int n;

    if (!gathering_load(c->k, id, g, &e))
        return;
    n = tally_gathering_entries(c->k, g, c->list);
    for (int i = 0; i < n; i++)
        check_one(c, id, &c->list[i]);
    if (!str_eq(g->counts, tally_list(c->k->a, c->list, n)))
        fault(c, id, &(struct entry){.figure = S("")}, "the gathering lists other entries");
}

/* Each of the ids that this statement lists, page by page. */
static void check_each(struct check *c, const struct stmt *ids,
                       void (*one)(struct check *c, int64_t id))
{
    struct desk *k = c->k;
    int64_t id[MATTERS_AT_ONCE], last = 0;
    int n;

    do {
        struct rows r =
            db_query(k->db, k->a, *ids, ARG(k->d->code), ARG(last), ARG(MATTERS_AT_ONCE));

        for (n = 0; rows_next(&r); n++)
            last = id[n] = row_int(&r, 0);
        for (int i = 0; i < n; i++) {
            arena_clear(k->a);
            one(c, id[i]);
        }
    } while (n);
}

/* ---- what is there and should not ---------------------------------------- */

/* By its own list, which was compared before. */
static bool is_listed(struct check *c, int64_t subject, const struct entry *e)
{
    struct desk *k = c->k;
    struct rows r = db_query(k->db, k->a, check_list, ARG(k->d->code), ARG(subject));
    struct str list = rows_next(&r) ? row_str(&r, 0) : S(""), one, wanted;

    rows_end(&r);
    wanted = tally_list(k->a, e, 1);
    wanted.n--; /* without the ';' */
    while (list.n) {
        list = str_cut(list, ';', &one);
        if (str_eq(one, wanted))
            return true;
    }
    return false;
}

static void check_added(struct check *c)
{
    struct desk *k = c->k;
    struct str figure = S(""); /* outlives the page */
    struct entry last = {.figure = S("")};
    int64_t subject = 0;
    int n;

    do {
        struct rows r;

        arena_clear(k->a);
        r = db_query(k->db, k->a, check_keys, ARG(k->d->code), ARG(last.figure), ARG(last.at),
                     ARG(subject), ARG(last.n), ARG(ENTRIES_AT_ONCE));
        for (n = 0; rows_next(&r); n++) {
            last =
                (struct entry){.figure = row_str(&r, 0), .at = row_int(&r, 1), .n = row_int(&r, 3)};
            subject = row_int(&r, 2);
            if (!is_listed(c, subject, &last))
                fault(c, subject, &last, "added");
        }
        if (!str_eq(figure, last.figure))
            figure = str_copy(c->faults->arena, last.figure);
        last.figure = figure;
    } while (n);
}

static int64_t count_all(struct desk *k)
{
    struct rows r = db_query(k->db, k->a, check_count, ARG(k->d->code));
    int64_t n = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return n;
}

bool entries_check(struct desk *k, struct val *faults)
{
    struct check *c = NEW(k->a, struct check);
    struct arena memory;
    struct desk own = *k;

    if (!recount_is_done(k))
        return false;
    arena_init(&memory, MEMORY);
    own.a = &memory;
    c->k = &own;
    c->faults = faults;
    check_each(c, &check_ids, check_matter);
    check_each(c, &check_gatherings, check_gathering);
    if (count_all(&own) > c->found)
        check_added(c);
    arena_reset(&memory);
    return true;
}
