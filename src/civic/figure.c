#include "civic/figure.h"

#include "civic/stock.h"
#include "civic/tally.h"

#include <string.h>

#define SUM WHOLE("value")

STMT(counter_sum, "SELECT " SUM " FROM counter WHERE district = $1 AND unit_id = "
                  "$2 AND figure = $3 AND period >= $4 AND period <= $5 AND subject = $6");
STMT(counter_days, "SELECT period, value FROM counter WHERE district = $1 AND unit_id = $2 AND "
                   "figure = $3 AND period >= $4 AND period <= $5 AND subject = ''");
STMT(entry_moments,
     "SELECT at, value FROM entry WHERE district = $1 AND figure = $2 AND at >= $3 AND at "
     "< $4 AND unit_path >= $5 AND unit_path < $6");
STMT(entry_paths, "SELECT unit_path, " SUM " FROM entry WHERE district = $1 AND figure = $2 AND "
                  "at >= $3 AND at < $4 AND unit_path >= $5 AND unit_path < $6 GROUP BY unit_path "
                  "ORDER BY unit_path");
STMT(entry_sum, "SELECT " SUM " FROM entry WHERE district = $1 AND figure = $2 AND "
                "at >= $3 AND at < $4 AND unit_path >= $5 AND unit_path < $6");
STMT(entry_sum_subject,
     "SELECT " SUM " FROM entry WHERE district = $1 AND figure = $2 AND at >= $3 "
     "AND at < $4 AND unit_path >= $5 AND unit_path < $6 AND (subject = $7 OR (subject >= $8 AND "
     "subject < $9))");
STMT(entry_records,
     "SELECT " MATTER_COLUMNS
     ", x.at FROM (SELECT DISTINCT subject_id, at FROM entry WHERE district = $1 "
     "AND figure = $2 AND at >= $3 AND at < $4 AND (at, subject_id) < ($10, $11) AND unit_path >= "
     "$5 AND unit_path < $6 AND ($7 = '' OR subject = $7 OR (subject >= $8 AND subject < $9)) "
     "ORDER BY at DESC, subject_id DESC LIMIT $12) AS x JOIN matter m ON m.district = $1 AND m.id "
     "= x.subject_id ORDER BY x.at DESC, m.id DESC");

STMT(entry_gatherings,
     "SELECT " GATHERING_COLUMNS ", x.at, x.value FROM (SELECT subject_id, at, value FROM entry "
     "WHERE district = "
     "$1 AND figure = $2 AND at >= $3 AND at < $4 AND (at, subject_id) < ($7, $8) AND unit_path >= "
     "$5 AND unit_path < $6 ORDER BY at DESC, subject_id DESC LIMIT $9) AS x JOIN gathering g ON "
     "g.district = $1 AND g.id = x.subject_id ORDER BY x.at DESC, g.id DESC");

/* ---- periods ---------------------------------------------------------- */

static int64_t month_start(int year, int month)
{
    return day_start_ms(day_from(year + (month - 1) / 12, (month - 1) % 12 + 1, 1));
}

static bool take_year(struct str *s, int *year)
{
    struct str head = {s->p, s->n < 4 ? s->n : 4};
    int64_t y;

    if (!str_int(head, &y) || y < 2000 || y > 2199)
        return false;
    *year = (int)y;
    *s = (struct str){s->p + 4, s->n - 4};
    return true;
}

/* The Monday of the ISO week. */
static int32_t week_start(int year, int week)
{
    int32_t fourth = day_from(year, 1, 4);

    return fourth - (day_weekday(fourth) - 1) + (week - 1) * 7;
}

static bool span_parse(struct str s, struct period *out)
{
    const char *dots = s.n ? memmem(s.p, s.n, "..", 2) : NULL;
    struct str first, last;

    if (!dots)
        return false;
    first = (struct str){s.p, (size_t)(dots - s.p)};
    last = (struct str){dots + 2, s.n - first.n - 2};
    out->kind = PERIOD_SPAN;
    if (!when_parse(first, &out->from_ms) || !when_parse(last, &out->to_ms))
        return false;
    out->to_ms = day_start_ms(day_of(out->to_ms) + 1);
    return out->from_ms < out->to_ms && out->to_ms - out->from_ms <= 1100 * DAY_MS;
}

/* What follows the year: "", "-Q4", "-W47", "-10", "-10-31". */
static bool rest_parse(struct str whole, struct str s, int year, struct period *out)
{
    bool quarter = s.n == 3 && s.p[1] == 'Q', week = s.n >= 3 && s.p[1] == 'W';
    struct str digits = {s.p + (quarter || week ? 2 : 1),
                         s.n ? s.n - (quarter || week ? 2 : 1) : 0};
    int64_t n;

    if (!s.n) {
        *out = (struct period){month_start(year, 1), month_start(year, 13), whole, PERIOD_YEAR};
        return true;
    }
    if (s.n == 6 && when_parse(whole, &out->from_ms)) {
        out->to_ms = out->from_ms + DAY_MS;
        out->kind = PERIOD_DAY;
        return true;
    }
    if (s.p[0] != '-' || !str_int(digits, &n) || n < 1)
        return false;
    if (quarter) {
        *out = (struct period){month_start(year, (int)n * 3 - 2), month_start(year, (int)n * 3 + 1),
                               whole, PERIOD_QUARTER};
        return n <= 4;
    }
    if (week) {
        *out = (struct period){day_start_ms(week_start(year, (int)n)),
                               day_start_ms(week_start(year, (int)n + 1)), whole, PERIOD_WEEK};
        return n <= 53;
    }
    *out = (struct period){month_start(year, (int)n), month_start(year, (int)n + 1), whole,
                           PERIOD_MONTH};
    return n <= 12;
}

bool period_parse(struct desk *k, struct str s, struct period *out, struct err *e)
{
    struct civil c = civil_of(k->now);
    struct str rest;
    int year;

    *out = (struct period){0};
    s = str_trim(s);
    if (!s.n)
        s = str_format(k->a, "%04d-%02d", c.year, c.month);
    out->text = rest = s;
    if (span_parse(s, out))
        return true;
    if (str_eq(s, S("all"))) {
        *out = (struct period){month_start(2000, 1), month_start(2200, 1), s, PERIOD_SPAN};
        return true;
    }
    if (take_year(&rest, &year) && rest_parse(s, rest, year, out)) {
        out->text = s;
        return true;
    }
    return refuse(e, ERR_INVALID, "period",
                  "A period is written 2026, 2026-Q4, 2026-10, 2026-W47, 2026-10-31 or "
                  "2026-10-01..2026-10-31.");
}

struct period period_before(struct desk *k, const struct period *p)
{
    struct period out = *p;
    struct civil c = civil_of(p->from_ms);
    struct civil month = civil_of(p->from_ms - 1);

    out.to_ms = p->from_ms;
    switch (p->kind) {
    case PERIOD_YEAR:
        out.from_ms = month_start(c.year - 1, 1);
        out.text = str_format(k->a, "%04d", c.year - 1);
        break;
    case PERIOD_QUARTER:
        out.from_ms = month_start(month.year, (month.month - 1) / 3 * 3 + 1);
        out.text = str_format(k->a, "%04d-Q%d", month.year, (month.month - 1) / 3 + 1);
        break;
    case PERIOD_MONTH:
        out.from_ms = month_start(month.year, month.month);
        out.text = str_format(k->a, "%04d-%02d", month.year, month.month);
        break;
    case PERIOD_DAY:
    case PERIOD_WEEK:
    case PERIOD_SPAN:
        out.from_ms = p->from_ms - (p->to_ms - p->from_ms);
        out.kind = PERIOD_SPAN;
        out.text = str_format(k->a, "%.*s..%.*s", STR_ARG(day_text(k->a, day_of(out.from_ms))),
                              STR_ARG(day_text(k->a, day_of(out.to_ms - 1))));
        break;
    }
    return out;
}

/* ---- reading ---------------------------------------------------------- */

static bool whole_months(const struct period *p)
{
    if (p->kind != PERIOD_SPAN)
        return p->kind != PERIOD_DAY && p->kind != PERIOD_WEEK;
    return civil_of(p->from_ms).day == 1 && civil_of(p->to_ms).day == 1;
}

static bool has_days(const struct unit *u)
{
    return u->depth <= 1;
}

static bool is_top(struct str subject)
{
    return !subject.n || !memchr(subject.p, '/', subject.n);
}

/* Counters of the kind that the unit keeps; see tally.h. */
static bool kept(const struct unit *u, const struct period *p, struct str subject)
{
    if (whole_months(p))
        return str_eq(u->kind, S("grid")) ? !subject.n : has_days(u) || is_top(subject);
    return has_days(u) && !subject.n;
}

static void bounds(const struct period *p, int64_t *from, int64_t *to)
{
    bool months = whole_months(p);

    *from = months ? period_month(p->from_ms) : period_day(p->from_ms);
    *to = months ? period_month(p->to_ms - 1) : period_day(p->to_ms - 1);
}

static int64_t entries_of(struct desk *k, struct str id, const struct unit *u,
                          const struct period *p, struct str subject)
{
    struct str end = path_end(k->a, u->path), below;
    int64_t from, to;

    if (kept(u, p, subject)) {
        bounds(p, &from, &to);
        return rows_int(db_query(k->db, k->a, counter_sum, ARG(k->d->code), ARG(u->id), ARG(id),
                                 ARG(from), ARG(to), ARG(subject)));
    }
    if (!subject.n)
        return rows_int(db_query(k->db, k->a, entry_sum, ARG(k->d->code), ARG(id), ARG(p->from_ms),
                                 ARG(p->to_ms), ARG(u->path), ARG(end)));
    below = str_format(k->a, "%.*s/", STR_ARG(subject));
    return rows_int(db_query(k->db, k->a, entry_sum_subject, ARG(k->d->code), ARG(id),
                             ARG(p->from_ms), ARG(p->to_ms), ARG(u->path), ARG(end), ARG(subject),
                             ARG(below), ARG(path_end(k->a, below))));
}

struct counting {
    struct desk *k;
    const struct unit *u;
    const struct period *p;
    struct str subject;
};

/* What there is belongs to no subject. */
static int64_t count_of(void *arg, const struct figure *f)
{
    const struct counting *c = arg;

    if (f->stock)
        return c->subject.n ? 0 : stock_count(c->k, f, c->u, c->p);
    return entries_of(c->k, f->id, c->u, c->p, c->subject);
}

void figure_read(struct desk *k, const struct figure *f, const struct unit *u,
                 const struct period *p, struct str subject, struct figure_value *out)
{
    struct counting c = {k, u, p, subject};

    figure_reckon(k->d->pack, f, count_of, &c, out);
}

/* ---- broken down ------------------------------------------------------ */

static void put_row(struct desk *k, struct val *rows, struct str key, struct str title,
                    const struct figure_value *v)
{
    struct val *row = add_map(rows);

    set_str(row, "key", key);
    set_str(row, "title", title);
    set_str(row, "text", figure_text(k->a, v));
    set_int(row, "n", v->is_ratio ? (v->under ? v->over * 10000 / v->under : 0) : v->n);
    set_int(row, "over", v->over);
    set_int(row, "under", v->under);
}

void figure_by_unit(struct desk *k, const struct figure *f, const struct unit *u,
                    const struct period *p, struct val *rows)
{
    const struct unit **below = units_below(k->a, k->d->units, u, S(""));

    for (; *below; below++) {
        struct figure_value v;

        if (!unit_above(k->d->units, *below, S("street")))
            continue; /* departments have no ground of their own */
        figure_read(k, f, *below, p, S(""), &v);
        put_row(k, rows, (*below)->code, (*below)->name, &v);
    }
}

void figure_spread(struct desk *k, const struct figure *f, const struct unit *u,
                   const struct period *p, const struct unit *const *below, int64_t *out)
{
    struct rows r = db_query(k->db, k->a, entry_paths, ARG(k->d->code), ARG(f->id), ARG(p->from_ms),
                             ARG(p->to_ms), ARG(u->path), ARG(path_end(k->a, u->path)));

    for (size_t i = 0; below[i]; i++)
        out[i] = 0;
    while (rows_next(&r)) {
        for (size_t i = 0; below[i]; i++) {
            if (path_holds(below[i]->path, row_str(&r, 0)))
                out[i] += row_int(&r, 1);
        }
    }
}

bool figure_has_things(const struct figure *f)
{
    return f->stock || str_eq(f->noun, S("gatherings"));
}

void figure_by_subject(struct desk *k, const struct figure *f, const struct unit *u,
                       const struct period *p, struct val *rows)
{
    const struct pack *pack = k->d->pack;

    for (int i = 0; i < pack->subjects && !figure_has_things(f); i++) {
        const struct subject *s = &pack->subject[i];
        struct figure_value v;

        if (!is_top(s->name))
            continue;
        figure_read(k, f, u, p, s->name, &v);
        if (v.n || v.under)
            put_row(k, rows, s->name, desk_title(k, &s->title), &v);
    }
}

static void day_counters(struct desk *k, struct str id, const struct unit *u,
                         const struct period *p, int64_t *out, size_t days)
{
    struct rows r = db_query(k->db, k->a, counter_days, ARG(k->d->code), ARG(u->id), ARG(id),
                             ARG(period_day(p->from_ms)), ARG(period_day(p->to_ms - 1)));

    while (rows_next(&r)) {
        int64_t day = row_int(&r, 0);
        int32_t at = day_from((int)(day / 10000), (int)(day / 100 % 100), (int)(day % 100)) -
                     day_of(p->from_ms);

        if (at >= 0 && (size_t)at < days)
            out[at] = row_int(&r, 1);
    }
}

void figure_days(struct desk *k, const struct figure *f, const struct unit *u,
                 const struct period *p, int64_t *out, size_t days)
{
    struct rows r;

    for (size_t i = 0; i < days; i++)
        out[i] = 0;
    if (f->kind == FIGURE_RATIO)
        return;
    if (has_days(u)) {
        day_counters(k, f->id, u, p, out, days);
        return;
    }
    r = db_query(k->db, k->a, entry_moments, ARG(k->d->code), ARG(f->id), ARG(p->from_ms),
                 ARG(p->to_ms), ARG(u->path), ARG(path_end(k->a, u->path)));
    while (rows_next(&r)) {
        size_t at = (size_t)(day_of(row_int(&r, 0)) - day_of(p->from_ms));

        if (at < days)
            out[at] += row_int(&r, 1);
    }
}

static void matter_records(struct desk *k, struct str id, struct figure_query *ask,
                           struct val *rows)
{
    struct str below = str_format(k->a, "%.*s/", STR_ARG(ask->subject));
    int64_t n = 0, most = ask->most ? ask->most : LIST_ROWS, last_id = 0, last_at = 0;
    struct rows r;

    r = db_query(k->db, k->a, entry_records, ARG(k->d->code), ARG(id), ARG(ask->p->from_ms),
                 ARG(ask->p->to_ms), ARG(ask->u->path), ARG(path_end(k->a, ask->u->path)),
                 ARG(ask->subject), ARG(below), ARG(path_end(k->a, below)),
                 ARG(ask->before ? ask->before_at : INT64_MAX), ARG(ask->before), ARG(most + 1));
    ask->before = ask->before_at = 0;
    while (rows_next(&r)) {
        struct matter m;

        if (n++ == most) {
            ask->before = last_id;
            ask->before_at = last_at;
            rows_end(&r);
            break;
        }
        matter_read_row(&r, &m);
        last_id = m.id;
        last_at = row_int(&r, MATTER_COLUMN_COUNT);
        matter_row_view(k, &m, add_map(rows));
    }
}

static void gathering_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                              struct val *rows)
{
    int64_t n = 0, most = ask->most ? ask->most : LIST_ROWS, last_id = 0, last_at = 0;
    struct rows r =
        db_query(k->db, k->a, entry_gatherings, ARG(k->d->code), ARG(f->id), ARG(ask->p->from_ms),
                 ARG(ask->p->to_ms), ARG(ask->u->path), ARG(path_end(k->a, ask->u->path)),
                 ARG(ask->before ? ask->before_at : INT64_MAX), ARG(ask->before), ARG(most + 1));

    ask->before = ask->before_at = 0;
    while (rows_next(&r)) {
        struct gathering *g = NEW(k->a, struct gathering);
        struct val *row;

        if (n++ == most) {
            ask->before = last_id;
            ask->before_at = last_at;
            rows_end(&r);
            return;
        }
        gathering_read_row(k, &r, g);
        last_id = g->id;
        last_at = row_int(&r, GATHERING_COLUMN_COUNT);
        row = add_map(rows);
        gathering_row_view(k, g, row);
        set_str(row, "number", S(""));
        set_str(row, "step_title", val_text(row, "kind_title"));
        set_str(row, "opened_at", when_minute(k->a, last_at));
        (void)set_list(row, "facts");
        set_int(row, "value", row_int(&r, GATHERING_COLUMN_COUNT + 1));
    }
}

bool figure_records(struct desk *k, struct figure_query *ask, struct val *rows, struct err *e)
{
    const struct figure *f =
        ask->f->kind == FIGURE_RATIO ? pack_figure(k->d->pack, ask->f->under) : ask->f;

    if (!actor_may(k->actor, S("matter.read"), ask->u->path) &&
        !actor_may(k->actor, S("figures.read"), ask->u->path))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (f->kind == FIGURE_VALUES)
        return refuse(e, ERR_INVALID, "figure",
                      "A figure of several values has no records of its own; each value has.");
    if (f->stock)
        stock_records(k, f, ask, rows);
    else if (str_eq(f->noun, S("gatherings")))
        gathering_records(k, f, ask, rows);
    else
        matter_records(k, f->id, ask, rows);
    return true;
}

/* ---- a page of records ------------------------------------------------------ */

struct figure_page figure_page_of(const struct figure_query *ask, struct val *rows)
{
    return (struct figure_page){
        .rows = rows, .from = ask->before, .most = ask->most ? ask->most : LIST_ROWS};
}

struct val *figure_page_next(struct figure_page *p)
{
    int64_t at = p->n++;

    return p->rows && at >= p->from && at < p->from + p->most ? add_map(p->rows) : NULL;
}

bool figure_page_full(const struct figure_page *p)
{
    return p->rows && p->n > p->from + p->most;
}

void figure_page_end(const struct figure_page *p, struct figure_query *ask)
{
    ask->before = figure_page_full(p) ? p->from + p->most : 0;
    ask->before_at = 0;
}
