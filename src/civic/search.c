#include "civic/search.h"

#include "civic/list.h"
#include "db/fts.h"

#include <stdlib.h>

#define CANDIDATES      64
#define DUPLICATE_LEAST 0.45
#define DUPLICATES_MAX  5

STMT(search_new, "SELECT m.id, m.number, m.title, m.body, m.place FROM matter m WHERE m.district = "
                 "$1 AND m.id > $2 ORDER BY m.id LIMIT $3");
/* What is read of a candidate; ids are in the order of time, and the index's. */
#define NEAR_COLUMNS                                                                               \
    "m.id, m.number, m.title, m.body, m.place, m.lon, m.lat, m.mechanism, m.step, m.reported_at, " \
    "m.opened_at"
STMT(near_community,
     "SELECT " NEAR_COLUMNS " FROM matter m WHERE m.district = $1 AND m.street_id = $5 AND "
     "m.community_id = $2 AND m.id >= $3 AND m.ended_at = 0 AND m.bundle_id = 0 ORDER BY m.id DESC "
     "LIMIT $4");
STMT(near_anywhere, "SELECT " NEAR_COLUMNS
                    " FROM matter m WHERE m.district = $1 AND m.id >= $2 AND m.ended_at = 0 AND "
                    "m.bundle_id = 0 ORDER BY m.id DESC LIMIT $3");

int search_words(struct desk *k, struct str words, int64_t before, int64_t *id, int most)
{
    if (!k->d->search)
        return 0;
    return fts_find(k->d->search, text_query(k->a, words), before, id, most);
}

int search_index(struct desk *k, int most)
{
    struct fts_row *rows = NEW_ARRAY(k->a, struct fts_row, (size_t)most);
    struct rows r;
    size_t n = 0;

    if (!k->d->search)
        return 0;
    r = db_query(k->db, k->a, search_new, ARG(k->d->code), ARG(fts_mark(k->d->search)), ARG(most));
    while (rows_next(&r)) {
        struct str text =
            str_format(k->a, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(row_str(&r, 1)),
                       STR_ARG(row_str(&r, 2)), STR_ARG(row_str(&r, 3)), STR_ARG(row_str(&r, 4)));

        rows[n++] = (struct fts_row){row_int(&r, 0), text_index(k->a, text)};
    }
    if (n && !fts_put(k->d->search, rows, n, rows[n - 1].id))
        return 0; /* next time */
    return (int)n;
}

/* ---- likely duplicates -------------------------------------------------- */

struct candidate {
    int64_t id, reported_at, opened_at;
    struct str number, title, body, place, mechanism, step;
    struct point at; /* 0, 0: not placed */
    double score, metres;
};

static int compare_scores(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    return (x->score < y->score) - (x->score > y->score);
}

static struct point point_of(int64_t lon, int64_t lat)
{
    return (struct point){(double)lon / 1e6, (double)lat / 1e6};
}

static void read_candidate(const struct rows *r, struct candidate *c)
{
    *c = (struct candidate){.id = row_int(r, 0),
                            .number = row_str(r, 1),
                            .title = row_str(r, 2),
                            .body = row_str(r, 3),
                            .place = row_str(r, 4),
                            .at = point_of(row_int(r, 5), row_int(r, 6)),
                            .mechanism = row_str(r, 7),
                            .step = row_str(r, 8),
                            .reported_at = row_int(r, 9),
                            .opened_at = row_int(r, 10)};
}

static double metres_between(const struct matter_new *n, const struct candidate *c)
{
    if ((!n->lon && !n->lat) || (c->at.lon == 0 && c->at.lat == 0))
        return -1;
    return geo_distance_m(point_of(n->lon, n->lat), c->at);
}

static void weigh(struct desk *k, const struct matter_new *n, const struct sketch *s,
                  struct candidate *c)
{
    struct sketch other;
    int64_t at = n->reported_at ? n->reported_at : k->now;
    double hours = (double)(at - c->reported_at) / (double)HOUR_MS;

    sketch_of(str_format(k->a, "%.*s\n%.*s", STR_ARG(c->title), STR_ARG(c->body)), &other);
    c->metres = metres_between(n, c);
    c->score = dup_score(sketch_likeness(s, &other), c->metres, hours < 0 ? -hours : hours);
}

static void put_candidate(struct desk *k, const struct candidate *c, struct val *list)
{
    struct val *v = add_map(list);

    set_int(v, "id", c->id);
    set_str(v, "number", c->number);
    set_str(v, "title", text_mask(k->a, c->title));
    set_str(v, "place", c->place);
    set_str(v, "step_title", step_title(k, pack_proc(k->d->pack, c->mechanism), c->step));
    set_str(v, "opened_at", when_minute(k->a, c->opened_at));
    set_int(v, "score", (int64_t)(c->score * 100));
    set_int(v, "metres", c->metres < 0 ? -1 : (int64_t)c->metres);
}

void search_duplicates(struct desk *k, const struct matter_new *n, int64_t exclude,
                       struct val *list)
{
    struct candidate *c = NEW_ARRAY(k->a, struct candidate, CANDIDATES);
    const struct unit *u = unit_by_id(k->d->units, n->unit_id);
    const struct unit *community = unit_above(k->d->units, u, S("community"));
    const struct unit *street = unit_above(k->d->units, u, S("street"));
    int64_t since = id_from(k->now - 30 * DAY_MS);
    struct sketch s;
    struct rows r;
    size_t found = 0;

    sketch_of(str_format(k->a, "%.*s\n%.*s", STR_ARG(n->title), STR_ARG(n->body)), &s);
    r = community
            ? db_query(k->db, k->a, near_community, ARG(k->d->code), ARG(community->id), ARG(since),
                       ARG(CANDIDATES), ARG(street ? street->id : 0))
            : db_query(k->db, k->a, near_anywhere, ARG(k->d->code), ARG(since), ARG(CANDIDATES));
    while (rows_next(&r)) {
        read_candidate(&r, &c[found]);
        if (c[found].id == exclude)
            continue;
        weigh(k, n, &s, &c[found]);
        if (c[found].score >= DUPLICATE_LEAST)
            found++;
    }
    qsort(c, found, sizeof(*c), compare_scores);
    for (size_t i = 0; i < found && i < DUPLICATES_MAX; i++)
        put_candidate(k, &c[i], list);
}
