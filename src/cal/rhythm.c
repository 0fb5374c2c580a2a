#include "cal/rhythm.h"

const char *const rhythm_words = "week fortnight month quarter year";

#define FIRST_MONDAY 4 /* 1970-01-05 */

static int32_t month_day(int year, int month)
{
    return day_from(year + (month - 1) / 12, (month - 1) % 12 + 1, 1);
}

static struct span of_months(int64_t at_ms, int months)
{
    struct civil c = civil_of(at_ms);
    int first = (c.month - 1) / months * months + 1;

    return (struct span){day_start_ms(month_day(c.year, first)),
                         day_start_ms(month_day(c.year, first + months))};
}

static struct span of_days(int64_t at_ms, int days)
{
    int32_t since = day_of(at_ms) - FIRST_MONDAY;
    int32_t first = FIRST_MONDAY + (since - (since % days + days) % days);

    return (struct span){day_start_ms(first), day_start_ms(first + days)};
}

bool rhythm_span(struct str word, int64_t at_ms, struct span *out)
{
    if (str_eq(word, S("week")))
        *out = of_days(at_ms, 7);
    else if (str_eq(word, S("fortnight")))
        *out = of_days(at_ms, 14);
    else if (str_eq(word, S("month")))
        *out = of_months(at_ms, 1);
    else if (str_eq(word, S("quarter")))
        *out = of_months(at_ms, 3);
    else if (str_eq(word, S("year")))
        *out = of_months(at_ms, 12);
    else
        return false;
    return true;
}

bool rhythm_from(struct str word, int64_t at_ms, struct span *out)
{
    return rhythm_span(word, at_ms, out) &&
           (out->from_ms == at_ms || rhythm_span(word, out->to_ms, out));
}
