#include "civic/search.h"

#include "civic/list.h"
#include "db/fts.h"

#include <stdlib.h>

#define CANDIDATES      64
#define DUPLICATE_LEAST 0.45
#define DUPLICATES_MAX  5

STMT(search_new, "SELECT m.id, m.number, m.title, m.body, m.place FROM matter m WHERE m.district = "
                 "$1 AND m.id > $2 ORDER BY m.id LIMIT $3");
STMT(near_community,
     "SELECT " MATTER_COLUMNS " FROM matter m WHERE m.district = $1 AND m.community_id = $2 AND "
     "m.opened_at >= $3 AND m.ended_at = 0 AND m.bundle_id = 0 ORDER BY "
     "m.id DESC LIMIT $4");
STMT(near_anywhere,
     "SELECT " MATTER_COLUMNS " FROM matter m WHERE m.district = $1 AND m.opened_at >= $2 AND "
     "m.ended_at = 0 AND m.bundle_id = 0 ORDER BY m.id DESC LIMIT $3");

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
    struct matter m;
    double score, metres;
};

static int compare_scores(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    return (x->score < y->score) - (x->score > y->score);
}

static double metres_between(const struct matter_new *n, const struct matter *m)
{
    if ((!n->lon && !n->lat) || (!m->lon && !m->lat))
        return -1;
    return geo_distance_m((struct point){(double)n->lon / 1e6, (double)n->lat / 1e6},
                          (struct point){(double)m->lon / 1e6, (double)m->lat / 1e6});
}

static void weigh(struct desk *k, const struct matter_new *n, const struct sketch *s,
                  struct candidate *c)
{
    struct sketch other;
    int64_t at = n->reported_at ? n->reported_at : k->now;
    double hours = (double)(at - c->m.reported_at) / (double)HOUR_MS;

    sketch_of(str_format(k->a, "%.*s\n%.*s", STR_ARG(c->m.title), STR_ARG(c->m.body)), &other);
    c->metres = metres_between(n, &c->m);
    c->score = dup_score(sketch_likeness(s, &other), c->metres, hours < 0 ? -hours : hours);
}

static void put_candidate(struct desk *k, const struct candidate *c, struct val *list)
{
    struct val *v = add_map(list);

    set_int(v, "id", c->m.id);
    set_str(v, "number", c->m.number);
    set_str(v, "title", text_mask(k->a, c->m.title));
    set_str(v, "place", c->m.place);
    set_str(v, "step_title", step_title(k, pack_proc(k->d->pack, c->m.mechanism), c->m.step));
    set_str(v, "opened_at", when_minute(k->a, c->m.opened_at));
    set_int(v, "score", (int64_t)(c->score * 100));
    set_int(v, "metres", c->metres < 0 ? -1 : (int64_t)c->metres);
}

void search_duplicates(struct desk *k, const struct matter_new *n, int64_t exclude,
                       struct val *list)
{
    struct candidate *c = NEW_ARRAY(k->a, struct candidate, CANDIDATES);
    const struct unit *u = unit_by_id(k->d->units, n->unit_id);
    const struct unit *community = unit_above(k->d->units, u, S("community"));
    int64_t since = k->now - 30 * DAY_MS;
    struct sketch s;
    struct rows r;
    size_t found = 0;

    sketch_of(str_format(k->a, "%.*s\n%.*s", STR_ARG(n->title), STR_ARG(n->body)), &s);
    r = community
            ? db_query(k->db, k->a, near_community, ARG(k->d->code), ARG(community->id), ARG(since),
                       ARG(CANDIDATES))
            : db_query(k->db, k->a, near_anywhere, ARG(k->d->code), ARG(since), ARG(CANDIDATES));
    while (rows_next(&r)) {
        matter_read_row(&r, &c[found].m);
        if (c[found].m.id == exclude)
            continue;
        weigh(k, n, &s, &c[found]);
        if (c[found].score >= DUPLICATE_LEAST)
            found++;
    }
    qsort(c, found, sizeof(*c), compare_scores);
    for (size_t i = 0; i < found && i < DUPLICATES_MAX; i++)
        put_candidate(k, &c[i], list);
}
