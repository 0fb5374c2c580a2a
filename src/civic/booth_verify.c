/* Booths against the events of their gathering, and who applied there against the openings. */
#include "civic/booth.h"
#include "civic/verify.h"

#include "val/json.h"

#define CONTENT_MAX ((size_t)1 << 20)

STMT(verify_booths, "SELECT n, unit_id FROM booth WHERE district = $1 AND gathering_id = $2");
STMT(verify_applied, "SELECT e.content FROM link l JOIN event e ON e.district = $1 AND e.subject = "
                     "l.to_id AND e.seq = 1 WHERE l.district = $1 AND l.from_id = $2 AND l.kind = "
                     "'applied'");

struct booths_told {
    int most;
    int64_t unit[]; /* by number; 0: nobody's */
};

struct booths_told *booths_told(struct checking *c)
{
    int most = c->g->def && c->g->def->booths ? c->g->def->booths->most : 0;
    struct booths_told *t;

    if (!most)
        return NULL;
    t = arena_alloc(c->k->a, 1, sizeof(*t) + ((size_t)most + 1) * sizeof(int64_t),
                    _Alignof(struct booths_told));
    *t = (struct booths_told){most};
    for (int i = 0; i <= most; i++)
        t->unit[i] = 0;
    return t;
}

void booths_hear(struct checking *c, struct booths_told *all, const struct told *t)
{
    int64_t n = val_int(t->content, "n");

    if (!told_is(t, "booth") && !told_is(t, "unbooth"))
        return;
    if (n < 1 || n > all->most)
        wrong(c, t->seq, "a booth that there is not was booked");
    else
        all->unit[n] = told_is(t, "booth") ? val_int(t->content, "unit") : 0;
}

void booths_compare(struct checking *c, struct booths_told *all)
{
    struct desk *k = c->k;
    struct rows r = db_query(k->db, k->a, verify_booths, ARG(k->d->code), ARG(c->g->id));

    while (rows_next(&r)) {
        int64_t n = row_int(&r, 0);

        if (n > all->most || all->unit[n] != row_int(&r, 1))
            wrong(c, 0, "who has booth %lld is not what the events say", (long long)n);
        else
            all->unit[n] = 0;
    }
    for (int n = 1; n <= all->most; n++) {
        if (all->unit[n])
            wrong(c, 0, "booth %d was booked and is not there", n);
    }
    r = db_query(k->db, k->a, verify_applied, ARG(k->d->code), ARG(c->g->id));
    while (rows_next(&r)) {
        struct val *content;
        struct err e = {0};

        if (!json_read(k->a, row_str(&r, 0), CONTENT_MAX, &content, &e) ||
            val_int(content, "gathering") != c->g->id)
            wrong(c, 0, "somebody is said to have applied here who did not");
    }
}
