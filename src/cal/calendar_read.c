#include "cal/cal.h"

#include <string.h>

#define YEAR_FIRST 1900
#define YEAR_LAST  2199
#define YEARS      (YEAR_LAST - YEAR_FIRST + 1)
#define CELLS_MAX  16

/* Whole text as a year that a calendar can know, or 0. */
static int year_from(struct str s)
{
    int year = 0;

    if (s.n != 4)
        return 0;
    for (size_t i = 0; i < 4; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return 0;
        year = year * 10 + (s.p[i] - '0');
    }
    return year >= YEAR_FIRST && year <= YEAR_LAST ? year : 0;
}

/* "02-10" of that year. */
static bool read_day(int year, const struct val *v, int32_t *day, struct err *e)
{
    char date[16];
    int64_t at;

    if (v->kind == VAL_STR && v->str.n == 5) {
        for (int n = year, i = 3; i >= 0; i--, n /= 10)
            date[i] = (char)('0' + n % 10);
        date[4] = '-';
        memcpy(date + 5, v->str.p, 5);
        if (v->str.p[2] == '-' && when_parse((struct str){date, 10}, &at)) {
            *day = day_of(at);
            return true;
        }
    }
    return refuse(e, ERR_INVALID, "calendar",
                  "Line %d: a day of the year %d is written as \"02-10\".", v->line, year);
}

/* {name, from, to}; without `to` it is one day. */
static bool read_holiday(struct calendar *c, int year, const struct val *v, struct err *e)
{
    const struct val *name = NULL, *from = NULL, *to = NULL;
    int32_t first, last;

    for (const struct item *it = v->kind == VAL_MAP ? v->first : NULL; it; it = it->next) {
        if (str_eq(it->key, S("name")) && it->val.kind == VAL_STR)
            name = &it->val;
        else if (str_eq(it->key, S("from")))
            from = &it->val;
        else if (str_eq(it->key, S("to")))
            to = &it->val;
        else
            name = from = NULL;
    }
    if (!name || !from)
        return refuse(e, ERR_INVALID, "calendar", "Line %d: a holiday has a name, from and to.",
                      v->line);
    if (!read_day(year, from, &first, e) || !read_day(year, to ? to : from, &last, e))
        return false;
    if (last < first)
        return refuse(e, ERR_INVALID, "calendar", "Line %d: this holiday ends before it begins.",
                      v->line);
    calendar_mark(c, first, last, false, name->str);
    return true;
}

static bool read_work(struct calendar *c, int year, const struct val *v, struct err *e)
{
    int32_t day;

    if (!read_day(year, v, &day, e))
        return false;
    calendar_mark(c, day, day, true, S(""));
    return true;
}

static bool read_days(struct calendar *c, int year, const struct val *list, bool work,
                      struct err *e)
{
    if (!list)
        return true;
    if (list->kind != VAL_LIST)
        return refuse(e, ERR_INVALID, "calendar", "Line %d: a list of days is expected here.",
                      list->line);
    for (const struct item *it = list->first; it; it = it->next) {
        if (!(work ? read_work : read_holiday)(c, year, &it->val, e))
            return false;
    }
    return true;
}

static bool read_year(struct calendar *c, const struct item *entry, struct err *e)
{
    int year = year_from(entry->key);
    const struct val *v = &entry->val;

    if (!year || v->kind != VAL_MAP)
        return refuse(e, ERR_INVALID, "calendar",
                      "Line %d: a year from 1900 to 2199 with its holidays is expected here.",
                      v->line);
    for (const struct item *it = v->first; it; it = it->next) {
        if (!str_eq(it->key, S("holidays")) && !str_eq(it->key, S("work")))
            return refuse(e, ERR_INVALID, "calendar",
                          "Line %d: a year has holidays and work, not %.*s.", it->val.line,
                          STR_ARG(it->key));
    }
    /* Work last: where a make-up day lies inside a named holiday, it is worked. */
    if (!read_days(c, year, val_get(v, S("holidays")), false, e) ||
        !read_days(c, year, val_get(v, S("work")), true, e))
        return false;
    calendar_know(c, year);
    return true;
}

bool calendar_read(struct calendar *c, const struct val *years, struct err *e)
{
    if (years->kind != VAL_MAP || !years->first)
        return refuse(e, ERR_INVALID, "calendar", "Line %d: the calendar lists no years.",
                      years->line);
    for (const struct item *it = years->first; it; it = it->next) {
        if (!read_year(c, it, e))
            return false;
    }
    return true;
}

/* Which column holds what, -1 if none does. */
struct columns {
    int date, is_workday, name;
};

/* What the rows say of one year: is it a list of every day, or only of the exceptions? */
struct census {
    int rows, plain; /* plain: rows that say what the weekday says */
};

static int cells_of(struct str line, struct str cell[CELLS_MAX])
{
    int n = 0;

    do {
        line = str_cut(line, ',', &cell[n]);
        cell[n] = str_trim(cell[n]);
        if (cell[n].n >= 2 && cell[n].p[0] == '"' && cell[n].p[cell[n].n - 1] == '"')
            cell[n] = (struct str){cell[n].p + 1, cell[n].n - 2};
        n++;
    } while (line.n && n < CELLS_MAX);
    return n;
}

static bool read_header(struct str line, struct columns *col, struct err *e)
{
    struct str cell[CELLS_MAX];
    int n = cells_of(line, cell);

    *col = (struct columns){-1, -1, -1};
    for (int i = 0; i < n; i++) {
        if (str_eq(cell[i], S("date")))
            col->date = i;
        else if (str_eq(cell[i], S("is_workday")))
            col->is_workday = i;
        else if (str_eq(cell[i], S("name")) || str_eq(cell[i], S("holiday_name")))
            col->name = i;
    }
    return (col->date >= 0 && col->is_workday >= 0) ||
           refuse(e, ERR_INVALID, "calendar",
                  "The first line of a calendar names its columns: date, is_workday, name.");
}

static bool read_row(struct calendar *c, struct str line, const struct columns *col,
                     struct census census[YEARS])
{
    struct str cell[CELLS_MAX], name = S("");
    int n = cells_of(line, cell), year;
    int64_t at;
    int32_t day;
    bool work, plain;

    if (n <= col->date || n <= col->is_workday || !when_parse(cell[col->date], &at) ||
        cell[col->is_workday].n != 1)
        return false;
    work = cell[col->is_workday].p[0] == '1';
    if (!work && cell[col->is_workday].p[0] != '0')
        return false;
    if (col->name >= 0 && col->name < n)
        name = cell[col->name];
    day = day_of(at);
    year = civil_of(at).year;
    if (year < YEAR_FIRST || year > YEAR_LAST) /* an offset may lead out of what when_parse reads */
        return false;
    plain = work == (day_weekday(day) <= 5) && name.n == 0;
    census[year - YEAR_FIRST].rows++;
    census[year - YEAR_FIRST].plain += plain;
    if (!plain)
        calendar_mark(c, day, day, work, name);
    return true;
}

/* A year is known if every day of it is there, or if it lists nothing but exceptions. A file that
 * ends in March must not make us guess the rest of the year. */
static void know_years(struct calendar *c, const struct census census[YEARS])
{
    for (int i = 0; i < YEARS; i++) {
        int year = YEAR_FIRST + i;
        int days = day_from(year + 1, 1, 1) - day_from(year, 1, 1);

        if (census[i].rows && (census[i].plain == 0 || census[i].rows >= days))
            calendar_know(c, year);
    }
}

bool calendar_read_csv(struct calendar *c, struct str csv, struct err *e)
{
    struct census census[YEARS] = {0};
    struct columns col;
    struct str line;

    if (csv.n >= 3 && memcmp(csv.p, "\xef\xbb\xbf", 3) == 0)
        csv = (struct str){csv.p + 3, csv.n - 3};
    csv = str_cut(csv, '\n', &line);
    if (!read_header(line, &col, e))
        return false;
    for (int n = 2; csv.n; n++) {
        csv = str_cut(csv, '\n', &line);
        if (str_trim(line).n && !read_row(c, line, &col, census))
            return refuse(e, ERR_INVALID, "calendar",
                          "Line %d: a date and 1 (worked) or 0 (free) are expected here.", n);
    }
    know_years(c, census);
    return true;
}
