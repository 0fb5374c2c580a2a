#include "cal/stretch.h"

#define STRETCH_MAX 1000

static bool unit_read(struct str word, enum stretch_unit *out)
{
    static const char *const one[] = {"day", "month", "year"};
    static const char *const many[] = {"days", "months", "years"};

    for (int i = 0; i < 3; i++) {
        if (str_eq(word, str_of(one[i])) || str_eq(word, str_of(many[i]))) {
            *out = (enum stretch_unit)i;
            return true;
        }
    }
    return false;
}

bool stretch_parse(struct str s, struct stretch *out, struct err *e)
{
    struct str number, unit = str_cut(s, ' ', &number);
    int64_t n;

    *out = (struct stretch){0};
    if (!str_int(number, &n) || n < 1 || n > STRETCH_MAX || !unit_read(unit, &out->unit))
        return refuse(e, ERR_INVALID, NULL,
                      "'%.*s' is no stretch of time: write it like '6 months'.", STR_ARG(s));
    out->n = (int32_t)n;
    return true;
}

/* Days of the month that holds this day. */
static int month_days(int year, int month)
{
    int32_t next = month == 12 ? day_from(year + 1, 1, 1) : day_from(year, month + 1, 1);

    return (int)(next - day_from(year, month, 1));
}

int64_t stretch_end(int64_t from_ms, struct stretch s)
{
    struct civil c = civil_of(from_ms);
    int months = c.month - 1 + (s.unit == STRETCH_YEARS ? 12 * s.n : s.n);
    int64_t of_day = from_ms - day_start_ms(day_of(from_ms));
    int last;

    if (s.unit == STRETCH_DAYS)
        return from_ms + s.n * DAY_MS;
    c.year += months / 12;
    c.month = months % 12 + 1;
    last = month_days(c.year, c.month);
    return day_start_ms(day_from(c.year, c.month, c.day < last ? c.day : last)) + of_day;
}
