#include "cal/stretch.h"

#include <criterion/criterion.h>

static void ends(const char *from, const char *stretch, const char *expected)
{
    struct stretch s;
    struct err e = {0};
    int64_t at, end;

    cr_assert(when_parse(str_of(from), &at));
    cr_assert(when_parse(str_of(expected), &end));
    cr_assert(stretch_parse(str_of(stretch), &s, &e), "%s", e.text);
    cr_expect(stretch_end(at, s) == end, "%s and %s", from, stretch);
}

Test(stretch, of_months_ends_on_the_same_day_or_on_the_last_of_a_shorter_month)
{
    ends("2026-03-01", "6 months", "2026-09-01");
    ends("2026-08-31", "6 months", "2027-02-28");
    ends("2027-08-31", "6 months", "2028-02-29");
    ends("2026-11-30", "1 month", "2026-12-30");
    ends("2026-12-15 09:30", "1 month", "2027-01-15 09:30");
    ends("2026-12-31", "2 months", "2027-02-28");
}

Test(stretch, of_years_and_days_is_as_the_calendar_counts)
{
    ends("2024-02-29", "1 year", "2025-02-28");
    ends("2024-02-29", "4 years", "2028-02-29");
    ends("2026-11-22 08:00", "1 day", "2026-11-23 08:00");
    ends("2026-12-31", "90 days", "2027-03-31");
}

Test(stretch, is_refused_where_it_is_none)
{
    static const char *const wrong[] = {"",          "6",      "months",    "0 months", "-1 year",
                                        "1.5 years", "1 week", "1001 days", "6  months"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct err e = {0};
        struct stretch s;

        cr_expect(!stretch_parse(str_of(wrong[i]), &s, &e), "%s", wrong[i]);
        cr_expect(e.kind == ERR_INVALID);
    }
}
