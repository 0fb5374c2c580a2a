#include "cal/cal.h"

#include "val/yaml.h"

#include <criterion/criterion.h>

Test(cal, limits_are_read_as_they_are_written)
{
    static const struct {
        const char *text;
        struct limit limit;
        const char *back; /* NULL: as it was */
    } good[] = {
        {"30 minutes", {30, LIMIT_MINUTES}, NULL},
        {"1 minute", {1, LIMIT_MINUTES}, NULL},
        {"4 working hours", {4, LIMIT_WORKING_HOURS}, NULL},
        {"1 working hours", {1, LIMIT_WORKING_HOURS}, "1 working hour"},
        {" 5  working  days ", {5, LIMIT_WORKING_DAYS}, "5 working days"},
        {"90 working minutes", {90, LIMIT_WORKING_MINUTES}, NULL},
        {"7 days", {7, LIMIT_DAYS}, NULL},
        {"100000 hours", {100000, LIMIT_HOURS}, NULL},
    };
    static const char *const wrong[] = {"",
                                        "5",
                                        "days",
                                        "0 days",
                                        "-1 days",
                                        "100001 days",
                                        "5days",
                                        "5 Days",
                                        "5 weeks",
                                        "1.5 hours",
                                        "5 working",
                                        "5 working days x",
                                        "5 days x",
                                        "x 5 days",
                                        "99999999999999999999 days",
                                        "5 working working days"};
    struct arena a;

    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < COUNT(good); i++) {
        struct err e = {0};
        struct limit l;

        cr_assert(limit_parse(str_of(good[i].text), &l, &e), "%s", good[i].text);
        cr_expect(l.n == good[i].limit.n && l.unit == good[i].limit.unit, "%s", good[i].text);
        cr_expect_str_eq(limit_text(&a, l).p, good[i].back ? good[i].back : good[i].text);
    }
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct err e = {0};
        struct limit l;

        cr_expect(!limit_parse(str_of(wrong[i]), &l, &e), "%s", wrong[i]);
        cr_expect_eq(e.kind, ERR_INVALID);
    }
    cr_expect_eq(limit_text(&a, (struct limit){0}).n, 0);
    arena_reset(&a);
}

Test(cal, hours_of_work_are_stretches_in_order)
{
    static const char *const wrong[] = {
        "",
        "08:30",
        "08:30-",
        "08:30-08:30",
        "12:00-08:30",
        "08:30-12:00,14:00-18:00",
        "8-12",
        "08:3-12:00",
        "08:60-12:00",
        "25:00-26:00",
        "08:30-24:01",
        "14:30-18:00 08:30-12:00",
        "a-b",
        "08:30_12:00",
        "008:30-12:00",
        "08:030-12:00",
        "08:30-12:00x",
        "01:00-02:00 02:00-03:00 03:00-04:00 04:00-05:00 05:00-06:00",
        "08:00-12:00 11:00-13:00"};
    struct err e = {0};
    struct hours h;

    cr_assert(hours_parse(S(" 8:30-12:00  12:00-24:00 "), &h, &e));
    cr_expect_eq(h.n, 2);
    cr_expect(h.span[0].from == 510 && h.span[0].to == 720);
    cr_expect(h.span[1].from == 720 && h.span[1].to == 1440);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        e = (struct err){0};
        cr_expect(!hours_parse(str_of(wrong[i]), &h, &e), "%s", wrong[i]);
        cr_expect_eq(e.kind, ERR_INVALID);
    }
}

static bool read_yaml(struct arena *a, struct calendar *c, const char *text, struct err *e)
{
    struct val *top;

    *e = (struct err){0};
    cr_assert(yaml_read(a, S("t"), str_of(text), &top, e), "%s", e->text);
    return calendar_read(c, top, e);
}

Test(cal, a_calendar_in_yaml_is_strict)
{
    static const char *const wrong[] = {
        "[]",
        "{}",
        "x: {}",
        "20244: {}",
        "1899: {}",
        "2200: {}",
        "2024: []",
        "2024: {holiday: []}",
        "2024: {holidays: {}}",
        "2024: {work: x}",
        "2024: {work: [\"02-30\"]}",
        "2024: {work: [\"2-3\"]}",
        "2024: {work: [\"02/03\"]}",
        "2024: {work: [[]]}",
        "2024: {holidays: [x]}",
        "2024: {holidays: [{name: x}]}",
        "2024: {holidays: [{from: \"02-03\"}]}",
        "2024: {holidays: [{name: 3, from: \"02-03\"}]}",
        "2024: {holidays: [{name: x, from: \"02-03\", till: \"02-03\"}]}",
        "2024: {holidays: [{name: x, from: \"02-03\", to: \"02-02\"}]}",
        "2024: {holidays: [{name: x, from: \"02-03\", to: \"02-32\"}]}",
        "2023: {work: [\"02-29\"]}",
    };
    struct arena a;
    struct err e;
    struct calendar *c;

    arena_init(&a, 1 << 24);
    c = calendar_new(&a);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        cr_expect(!read_yaml(&a, c, wrong[i], &e), "%s", wrong[i]);
        cr_expect_eq(e.kind, ERR_INVALID);
    }
    cr_assert(read_yaml(&a, c,
                        "2024: {work: [\"02-29\"], holidays: [{name: 假, from: \"02-28\", to: "
                        "\"03-01\"}, {name: x, from: \"07-01\"}]}",
                        &e));
    cr_expect(calendar_works(c, day_from(2024, 2, 29)), "work wins over the holiday around it");
    cr_expect(!calendar_works(c, day_from(2024, 3, 1)));
    cr_expect(!calendar_works(c, day_from(2024, 7, 1)));
    cr_expect(str_eq(calendar_look(c, day_from(2024, 2, 28)).name, S("假")));
    cr_expect_eq(calendar_look(c, day_from(2024, 2, 27)).name.n, 0);
    cr_expect_eq(calendar_look(c, day_from(2025, 2, 27)).name.n, 0);
    arena_reset(&a);
}

Test(cal, a_calendar_in_csv_knows_whole_years_only)
{
    static const char *const wrong[] = {
        "",
        "a,b\n",
        "date,workday\n2024-01-01,0\n",
        "date,is_workday\n2024-01-01\n",
        "date,is_workday\n2024-01-32,0\n",
        "date,is_workday\n2024-01-01,2\n",
        "date,is_workday\n2024-01-01,10\n",
        "date,is_workday\n1900-01-01T00:00:00+08:00,1\nx\n",
        "date,is_workday\n2199-12-31T20:00Z,1\n",
    };
    struct arena a;
    struct err e = {0};
    struct calendar *c;

    arena_init(&a, 1 << 24);
    c = calendar_new(&a);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        e = (struct err){0};
        cr_expect(!calendar_read_csv(c, str_of(wrong[i]), &e), "%s", wrong[i]);
        cr_expect_eq(e.kind, ERR_INVALID);
    }
    c = calendar_new(&a);
    e = (struct err){0};
    cr_assert(calendar_read_csv(c,
                                S("\xef\xbb\xbf"
                                  "date,is_workday,name\r\n\"2024-02-12\",0,春节\r\n"
                                  "2024-02-18,1\r\n\r\n2025-01-01,0,x\n2025-01-02,1,\n"),
                                &e));
    cr_expect(calendar_knows(c, 2024), "nothing but exceptions");
    cr_expect(!calendar_knows(c, 2025), "a list of days that breaks off");
    cr_expect(!calendar_knows(c, 2023));
    cr_expect(!calendar_works(c, day_from(2024, 2, 12)));
    cr_expect(calendar_works(c, day_from(2024, 2, 18)));
    arena_reset(&a);
}

Test(cal, marks_outside_of_what_can_be_known_do_nothing)
{
    struct arena a;
    struct calendar *c;

    arena_init(&a, 1 << 26);
    c = calendar_new(&a);
    calendar_mark(c, day_from(1890, 1, 1), day_from(1900, 1, 1), false, S("x"));
    calendar_mark(c, day_from(2199, 12, 31), day_from(2300, 1, 1), false, S("x"));
    cr_expect(!calendar_works(c, day_from(1900, 1, 1)));
    cr_expect(calendar_works(c, day_from(1899, 12, 29)));
    cr_expect(!calendar_works(c, day_from(2199, 12, 31)));
    cr_expect(calendar_works(c, day_from(2200, 1, 1)));
    calendar_know(c, 1899);
    calendar_know(c, 2200);
    calendar_know(c, 2199);
    cr_expect(calendar_knows(c, 2199));
    cr_expect(!calendar_knows(c, 1899) && !calendar_knows(c, 2200) && !calendar_knows(c, 1900));
    arena_reset(&a);
}
