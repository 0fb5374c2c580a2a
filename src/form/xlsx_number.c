#include "form/xlsx_number.h"

#include "base/when.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_SECONDS 86400.0
#define DAYS_END    2958466.0 /* 10000-01-01 */

enum number_kind number_kind_builtin(int64_t id)
{
    /* 27 to 36 and 50 to 58 are dates and times in the Chinese editions. */
    if (id == 22)
        return NUMBER_DATE_TIME;
    if ((id >= 18 && id <= 21) || id == 45 || id == 47 || (id >= 32 && id <= 35) || id == 55 ||
        id == 56)
        return NUMBER_TIME;
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
        return NUMBER_DATE;
    return NUMBER_PLAIN;
}

/* After what a format quotes, escapes or brackets at i; i itself if nothing of that stands there.
 */
static size_t skip_literal(struct str code, size_t i)
{
    char c = code.p[i], close = c == '"' ? '"' : c == '[' ? ']' : '\0';
    const char *end;

    if (c == '\\' || c == '_' || c == '*')
        return i + 2;
    if (!close)
        return i;
    end = i + 1 < code.n ? memchr(code.p + i + 1, close, code.n - i - 1) : NULL;
    return end ? (size_t)(end - code.p) + 1 : code.n;
}

enum number_kind number_kind_of(struct str code)
{
    bool day = false, hour = false, month_or_minute = false;

    for (size_t i = 0; i < code.n && code.p[i] != ';';) {
        size_t after = skip_literal(code, i);

        if (after > i) {
            if (code.p[i] == '[' && i + 1 < code.n && strchr("hHmMsS", code.p[i + 1]))
                return NUMBER_PLAIN;
            i = after;
            continue;
        }
        day |= strchr("yYdD", code.p[i]) != NULL;
        hour |= strchr("hHsS", code.p[i]) != NULL;
        month_or_minute |= strchr("mM", code.p[i]) != NULL;
        i++;
    }
    if (day)
        return hour ? NUMBER_DATE_TIME : NUMBER_DATE;
    return hour ? NUMBER_TIME : month_or_minute ? NUMBER_DATE : NUMBER_PLAIN;
}

static bool put_date(struct buf *out, double serial, enum number_kind kind, bool from_1904)
{
    char text[64];
    double seconds, days;
    int second, n;
    struct civil c;

    if (!(serial >= 0 && serial < DAYS_END - 1463))
        return false;
    seconds = round(serial * DAY_SECONDS);
    days = floor(seconds / DAY_SECONDS);
    second = (int)(seconds - days * DAY_SECONDS);
    days += from_1904 ? 1462 : 0;
    if (days < 1 && !from_1904) {
        n = snprintf(text, sizeof(text), "%02d:%02d:%02d", second / 3600, second / 60 % 60,
                     second % 60);
    } else {
        /* Day 60 is 29 February 1900, which never was; so the days before it are one off. */
        int32_t day = day_from(1899, 12, 30) + (int32_t)days + (days < 60);

        c = civil_of(day_start_ms(day));
        n = snprintf(text, sizeof(text), "%04d-%02d-%02d", c.year, c.month, c.day);
        if (second || kind != NUMBER_DATE)
            n = snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month,
                         c.day, second / 3600, second / 60 % 60, second % 60);
    }
    buf_put(out, (struct str){text, (size_t)n});
    return true;
}

static bool all_digits(struct str v)
{
    if (v.n && v.p[0] == '-')
        v.p++, v.n--;
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] < '0' || v.p[i] > '9')
            return false;
    }
    return v.n > 0 && v.p[0] != '0';
}

void number_put(struct buf *out, struct str v, enum number_kind kind, bool from_1904)
{
    char text[64], *end = text;
    double x = 0;
    int n;

    if (kind == NUMBER_PLAIN && all_digits(v)) {
        buf_put(out, v);
        return;
    }
    if (v.n && v.n < sizeof(text)) {
        memcpy(text, v.p, v.n);
        text[v.n] = '\0';
        x = strtod(text, &end);
    }
    if (v.n == 0 || v.n >= sizeof(text) || end != text + v.n || !isfinite(x)) {
        buf_put(out, v);
        return;
    }
    if (kind != NUMBER_PLAIN && put_date(out, x, kind, from_1904))
        return;
    if (fabs(x) < 1e15 && floor(x) == x)
        n = snprintf(text, sizeof(text), "%lld", (long long)x);
    else
        n = snprintf(text, sizeof(text), "%.15G", x);
    buf_put(out, (struct str){text, (size_t)n});
}
