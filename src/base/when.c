#include "base/when.h"

#include "base/utf8.h"

#include <time.h>

#define SHANGHAI_MS (8 * HOUR_MS)

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's days_from_civil). */
int32_t day_from(int year, int month, int day)
{
    int y = year - (month <= 2);
    int era = (int)floor_div(y, 400);
    int yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return era * 146097 + doe - 719468;
}

static void date_of(int32_t day, struct civil *c)
{
    int z = day + 719468;
    int era = (int)floor_div(z, 146097);
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;

    c->day = doy - (153 * mp + 2) / 5 + 1;
    c->month = mp < 10 ? mp + 3 : mp - 9;
    c->year = yoe + era * 400 + (c->month <= 2);
}

int32_t day_of(int64_t at_ms)
{
    return (int32_t)floor_div(at_ms + SHANGHAI_MS, DAY_MS);
}

int64_t day_start_ms(int32_t day)
{
    return day * DAY_MS - SHANGHAI_MS;
}

int day_weekday(int32_t day)
{
    return (int)((day + 3) - floor_div(day + 3, 7) * 7) + 1;
}

struct civil civil_of(int64_t at_ms)
{
    struct civil c;
    int32_t day = day_of(at_ms);
    int64_t s = (at_ms - day_start_ms(day)) / SECOND_MS;

    date_of(day, &c);
    c.hour = (int)(s / 3600);
    c.minute = (int)(s / 60 % 60);
    c.second = (int)(s % 60);
    return c;
}

int64_t civil_ms(const struct civil *c)
{
    return day_start_ms(day_from(c->year, c->month, c->day)) + c->hour * HOUR_MS +
           c->minute * MINUTE_MS + c->second * SECOND_MS;
}

/* Between `least` and `most` digits off the front of s. */
static bool take_number(struct str *s, size_t least, size_t most, int *out)
{
    size_t n = 0;

    *out = 0;
    while (n < most && n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
        *out = *out * 10 + (s->p[n++] - '0');
    s->p += n;
    s->n -= n;
    return n >= least;
}

static bool take_char(struct str *s, char c, char other)
{
    if (!s->n || (s->p[0] != c && s->p[0] != other))
        return false;
    s->p++;
    s->n--;
    return true;
}

/* One letter beyond ASCII: how Chinese spreadsheets end a year, month, day, hour, minute. */
static bool take_word(struct str *s)
{
    return s->n && (unsigned char)s->p[0] >= 0x80 && utf8_next(s) != 0;
}

static bool take_date(struct str *s, struct civil *c)
{
    struct civil back;

    if (!take_number(s, 4, 4, &c->year) || !(take_char(s, '-', '/') || take_word(s)) ||
        !take_number(s, 1, 2, &c->month) || !(take_char(s, '-', '/') || take_word(s)) ||
        !take_number(s, 1, 2, &c->day))
        return false;
    if (c->year < 1900 || c->year > 2199 || c->month < 1 || c->month > 12 || c->day < 1)
        return false;
    date_of(day_from(c->year, c->month, c->day), &back);
    return back.day == c->day && back.month == c->month;
}

static bool take_clock(struct str *s, struct civil *c)
{
    int fraction;

    if (!take_number(s, 1, 2, &c->hour) || !(take_char(s, ':', ':') || take_word(s)) ||
        !take_number(s, 2, 2, &c->minute))
        return false;
    if ((take_char(s, ':', ':') || (take_word(s) && s->n)) && !take_number(s, 2, 2, &c->second))
        return false;
    (void)take_word(s);
    if (take_char(s, '.', '.') && !take_number(s, 1, 9, &fraction))
        return false;
    return c->hour < 24 && c->minute < 60 && c->second < 60;
}

bool when_parse(struct str s, int64_t *at_ms)
{
    struct civil c = {0};
    int64_t shift = 0;
    bool word, gap;

    s = str_trim(s);
    if (!utf8_valid(s) || !take_date(&s, &c))
        return false;
    word = take_word(&s);
    gap = take_char(&s, ' ', 'T');
    if (s.n || gap) {
        if (!(word || gap) || !take_clock(&s, &c))
            return false;
        if (take_char(&s, 'Z', 'Z'))
            shift = SHANGHAI_MS;
        else if (str_eq(s, S("+08:00")) || str_eq(s, S("+0800")))
            s.n = 0;
    }
    *at_ms = civil_ms(&c) + shift;
    return s.n == 0;
}

struct str when_text(struct arena *a, int64_t at_ms)
{
    struct civil c = civil_of(at_ms);

    return str_format(a, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
                      c.second);
}

struct str when_minute(struct arena *a, int64_t at_ms)
{
    struct civil c = civil_of(at_ms);

    return str_format(a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

struct str day_text(struct arena *a, int32_t day)
{
    struct civil c;

    date_of(day, &c);
    return str_format(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static int64_t clock_ms(clockid_t id)
{
    struct timespec t;

    (void)clock_gettime(id, &t);
    return t.tv_sec * SECOND_MS + t.tv_nsec / 1000000;
}

int64_t when_now(void)
{
    return clock_ms(CLOCK_REALTIME);
}

int64_t when_steady(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}
