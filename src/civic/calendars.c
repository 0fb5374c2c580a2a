#include "civic/calendars.h"

#include "civic/pack_version.h"

#define FIRST_YEAR  2018
#define YEARS_AHEAD 3

STMT(calendar_days, "SELECT day, works, name FROM calendar_day WHERE district = $1 AND at <= $2 "
                    "ORDER BY at, day");
/* Every moment at which days or pack changed; hash empty: days only. */
STMT(calendar_moments,
     "SELECT at, '' AS hash FROM calendar_day WHERE district = $1 GROUP BY at UNION ALL SELECT at, "
     "hash FROM pack_version WHERE district = $1 ORDER BY at, hash");

struct moment {
    int64_t since;
    struct calendar *calendar;
};

struct calendars {
    struct moment *moment; /* oldest first */
    size_t n, room;
};

/*
 * The State Council names a year's holidays only in the November before. Until then the years to
 * come are Monday to Friday: a December must not stop for want of a January, and every event after
 * the real days came in computes its deadlines anew.
 */
static void suppose_years(struct calendar *c)
{
    int last = civil_of(when_now()).year + YEARS_AHEAD;

    for (int y = FIRST_YEAR; y <= last; y++) {
        if (!calendar_knows(c, y))
            calendar_know(c, y);
    }
}

/* A pack's, with the days that were taken in until then. */
static struct calendar *calendar_of(struct arena *a, struct db *db, const struct pack *p,
                                    const struct district *d, int64_t at_ms, struct err *e)
{
    struct calendar *c = pack_calendar(a, p, e);
    struct rows r;

    if (!c)
        return NULL;
    suppose_years(c);
    r = db_query(db, a, calendar_days, ARG(d->code), ARG(at_ms));
    while (rows_next(&r)) {
        int32_t day = (int32_t)row_int(&r, 0);

        calendar_mark(c, day, day, row_int(&r, 1) != 0, row_str(&r, 2));
    }
    return c;
}

bool calendar_load(struct arena *a, struct db *db, struct district *d, struct err *e)
{
    d->calendar = calendar_of(a, db, d->pack, d, INT64_MAX, e);
    return d->calendar != NULL;
}

/* ---- as it was known before ---------------------------------------------- */

static void add_moment(struct desk *k, struct calendars *cs, int64_t since, struct str hash)
{
    const struct pack *p = pack_version_read(k, hash);
    struct err e = {0};
    struct calendar *c = p ? calendar_of(k->a, k->db, p, k->d, since, &e) : NULL;

    if (cs->n == cs->room) {
        struct moment *more = NEW_ARRAY(k->a, struct moment, cs->room = cs->room * 2 + 16);

        for (size_t i = 0; i < cs->n; i++)
            more[i] = cs->moment[i];
        cs->moment = more;
    }
    cs->moment[cs->n++] = (struct moment){since, c ? c : k->d->calendar};
}

const struct calendars *calendars_load(struct desk *k)
{
    struct calendars *cs = NEW(k->a, struct calendars);
    struct rows r = db_query(k->db, k->a, calendar_moments, ARG(k->d->code));
    struct val *list = val_list(k->a);
    struct str pack = S("");

    rows_to_list(&r, list);
    for (const struct item *it = list->first; it && !pack.n; it = it->next)
        pack = val_text(&it->val, "hash"); /* before the first one: as under it */
    add_moment(k, cs, 0, pack);
    for (const struct item *it = list->first; it; it = it->next) {
        struct str hash = val_text(&it->val, "hash");

        if (hash.n && !str_eq(pack, k->d->pack->hash)) /* today's, once it came, is what counts */
            pack = hash;
        add_moment(k, cs, val_int(&it->val, "at"), pack);
    }
    return cs;
}

struct calendar *calendar_at(const struct calendars *cs, int64_t at_ms)
{
    struct calendar *c = cs->moment[0].calendar;

    for (size_t i = 0; i < cs->n && cs->moment[i].since <= at_ms; i++)
        c = cs->moment[i].calendar;
    return c;
}
