#include "base/when.h"

#include <criterion/criterion.h>

Test(base, a_moment_is_read_in_the_ways_that_offices_write_it)
{
    static const struct {
        const char *text;
        struct civil c;
    } good[] = {
        {"2026-11-21 09:30:00", {2026, 11, 21, 9, 30, 0}},
        {"2026-11-21 09:30", {2026, 11, 21, 9, 30, 0}},
        {"2026-11-21", {2026, 11, 21, 0, 0, 0}},
        {"2026/1/2 9:05", {2026, 1, 2, 9, 5, 0}},
        {" 2026-11-21T23:59:59 ", {2026, 11, 21, 23, 59, 59}},
        {"2026-11-21T09:30:00+08:00", {2026, 11, 21, 9, 30, 0}},
        {"2026-11-21T09:30:00+0800", {2026, 11, 21, 9, 30, 0}},
        {"2026-11-21T01:30:00Z", {2026, 11, 21, 9, 30, 0}},
        {"2026-11-21T20:30:00.123Z", {2026, 11, 22, 4, 30, 0}},
        {"2026年2月3日", {2026, 2, 3, 0, 0, 0}},
        {"2026年2月3日 9时05分", {2026, 2, 3, 9, 5, 0}},
        {"2026年2月3日15时30分20秒", {2026, 2, 3, 15, 30, 20}},
        {"2026-02-03 9：05", {2026, 2, 3, 9, 5, 0}},
        {"2024-02-29", {2024, 2, 29, 0, 0, 0}},
        {"2000-02-29", {2000, 2, 29, 0, 0, 0}},
        {"1900-01-01", {1900, 1, 1, 0, 0, 0}},
        {"2199-12-31 23:59:59", {2199, 12, 31, 23, 59, 59}},
    };
    static const char *const wrong[] = {
        "",
        "x",
        "2026",
        "2026-11",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026-02-29",
        "1900-02-29",
        "2026-04-31",
        "2026/0\x8b",
        "2026\xe5",
        "2026-11-05 10:20\xf0",
        "1899-12-31",
        "2200-01-01",
        "26-01-01",
        "2026-01-01 24:00",
        "2026-01-01 09:60",
        "2026-01-01 9",
        "2026-01-01 09:30:60",
        "2026-01-01 09:30:0",
        "2026-01-01 09:30+09:00",
        "2026-01-01x",
        "2026-01-01T",
        "2026年2月30日",
        "2026年2月3日下午3时05分",
        "2026年2月3日 下午3:05",
        "2026年2月3日9时",
        "2026-01-01 09:30Zx",
        "2026-01-01 09:30:00.",
    };
    int64_t at;

    for (size_t i = 0; i < COUNT(good); i++) {
        cr_assert(when_parse(str_of(good[i].text), &at), "%s", good[i].text);
        cr_expect_eq(at, civil_ms(&good[i].c), "%s", good[i].text);
    }
    for (size_t i = 0; i < COUNT(wrong); i++)
        cr_expect(!when_parse(str_of(wrong[i]), &at), "%s", wrong[i]);
}

Test(base, every_day_of_three_centuries_goes_there_and_back)
{
    int32_t day = day_from(1900, 1, 1);
    int weekday = 1; /* 1900-01-01 was a Monday */

    cr_expect_eq(day_from(1970, 1, 1), 0);
    cr_expect_eq(day_weekday(0), 4, "a Thursday");
    for (; day < day_from(2200, 1, 1); day++) {
        struct civil c = civil_of(day_start_ms(day));

        cr_assert_eq(day_from(c.year, c.month, c.day), day);
        cr_assert_eq(day_of(day_start_ms(day)), day);
        cr_assert_eq(day_of(day_start_ms(day) - 1), day - 1);
        cr_assert_eq(day_weekday(day), weekday);
        weekday = weekday % 7 + 1;
    }
}

Test(base, moments_are_written_in_shanghai_time)
{
    struct arena a;

    arena_init(&a, 1 << 16);
    cr_expect_str_eq(when_text(&a, 0).p, "1970-01-01 08:00:00");
    cr_expect_str_eq(when_minute(&a, -8 * HOUR_MS - 1).p, "1969-12-31 23:59");
    cr_expect_str_eq(day_text(&a, day_from(2024, 2, 29)).p, "2024-02-29");
    arena_reset(&a);
}
