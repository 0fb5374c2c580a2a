#include "civic/calendars.h"

#define FIRST_YEAR   2018
#define YEARS_AHEAD  3
#define VERSIONS_MAX 256

STMT(calendar_changes, "SELECT DISTINCT at FROM calendar_day WHERE district = $1 ORDER BY at");
STMT(calendar_days, "SELECT day, works, name FROM calendar_day WHERE district = $1 AND at <= $2 "
                    "ORDER BY at, day");
STMT(pack_since, "SELECT at FROM pack_version WHERE district = $1 AND hash = $2");

struct calendars {
    struct {
        int64_t since;
        struct calendar *calendar;
    } version[VERSIONS_MAX]; /* oldest first */
    size_t n;
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

/* The pack that was in use at a moment. */
static const struct pack *pack_at(const struct district *d, int64_t today_since, int64_t at_ms)
{
    const struct pack *p = d->olds ? d->old[0] : d->pack;

    for (size_t i = 0; i < d->olds; i++) {
        if (d->old_since[i] <= at_ms)
            p = d->old[i];
    }
    return today_since <= at_ms || !d->olds ? d->pack : p;
}

static struct calendar *calendar_of(struct arena *a, struct db *db, const struct district *d,
                                    const struct pack *p, int64_t at_ms, struct err *e)
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

static void add_moment(int64_t *moment, size_t *n, int64_t at_ms)
{
    size_t i = (*n)++;

    for (; i && moment[i - 1] > at_ms; i--)
        moment[i] = moment[i - 1];
    moment[i] = at_ms;
}

/* Every moment at which the calendar changed. */
static size_t moments(struct arena *a, struct db *db, const struct district *d, int64_t today,
                      int64_t *moment)
{
    struct rows r = db_query(db, a, calendar_changes, ARG(d->code));
    size_t n = 0;

    add_moment(moment, &n, 0); /* before anything was noted: the oldest pack, nothing imported */
    add_moment(moment, &n, today);
    for (size_t i = 0; i < d->olds && n < VERSIONS_MAX; i++)
        add_moment(moment, &n, d->old_since[i]);
    while (rows_next(&r)) {
        if (n < VERSIONS_MAX)
            add_moment(moment, &n, row_int(&r, 0));
    }
    return n;
}

bool calendars_load(struct arena *a, struct db *db, struct district *d, struct err *e)
{
    struct calendars *cs = NEW(a, struct calendars);
    int64_t moment[VERSIONS_MAX], today = 0;
    struct rows r = db_query(db, a, pack_since, ARG(d->code), ARG(d->pack->hash));
    size_t n;

    if (rows_next(&r))
        today = row_int(&r, 0);
    rows_end(&r);
    n = moments(a, db, d, today, moment);
    for (size_t i = 0; i < n; i++) {
        const struct pack *p = pack_at(d, today, moment[i]);
        struct calendar *c = calendar_of(a, db, d, p, moment[i], e);

        if (!c)
            return false;
        cs->version[cs->n].since = moment[i];
        cs->version[cs->n++].calendar = c;
        d->calendar = c;
    }
    d->calendars = cs;
    return true;
}

struct calendar *calendar_at(const struct district *d, int64_t at_ms)
{
    const struct calendars *cs = d->calendars;
    struct calendar *c = cs->version[0].calendar;

    for (size_t i = 0; i < cs->n && cs->version[i].since <= at_ms; i++)
        c = cs->version[i].calendar;
    return c;
}
