#include "cal/cal.h"

#include "base/embed.h"
#include "base/file.h"
#include "val/yaml.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct arena arena;

static void clean(void)
{
    arena_reset(&arena);
}

static struct calendar *base_calendar(void)
{
    const struct embedded *file = embed_get(S("packs/base/calendar.yaml"));
    struct calendar *c;
    struct err e = {0};
    struct val *top;

    arena_init(&arena, (size_t)1 << 30);
    c = calendar_new(&arena);
    cr_assert_not_null(file);
    cr_assert(yaml_read(&arena, S("calendar.yaml"), (struct str){file->bytes, file->n}, &top, &e));
    cr_assert(calendar_read(c, val_get(top, S("calendar")), &e), "%s", e.text);
    return c;
}

static int64_t at(const char *text)
{
    int64_t ms = 0;

    cr_assert(when_parse(str_of(text), &ms), "%s", text);
    return ms;
}

/* "FROM/TO;FROM/" */
static size_t pauses_of(const char *text, struct pause *p)
{
    struct str rest = str_of(text);
    size_t n = 0;

    while (rest.n) {
        struct str one, from;

        rest = str_cut(rest, ';', &one);
        one = str_cut(one, '/', &from);
        p[n] = (struct pause){0};
        cr_assert(when_parse(from, &p[n].from_ms));
        cr_assert(one.n == 0 || when_parse(one, &p[n].to_ms));
        n++;
    }
    return n;
}

static const struct {
    const char *start, *limit, *hours, *pauses, *due; /* due NULL: refused */
    enum err_kind kind;
} cases[] = {
    /* working days */
    {"2024-01-04 13:52:04", "5 working days", NULL, "", "2024-01-11 23:59:59", 0},
    {"2026-04-30 09:20", "1 working days", NULL, "", "2026-05-06 23:59:59", 0},
    {"2026-05-06", "3 working days", NULL, "", "2026-05-09 23:59:59", 0}, /* a working Saturday */
    {"2024-02-28 10:00", "1 working day", NULL, "", "2024-02-29 23:59:59", 0}, /* leap day */
    {"2024-02-29 23:59:59", "1 working day", NULL, "", "2024-03-01 23:59:59", 0},
    {"2023-02-28", "1 working day", NULL, "", "2023-03-01 23:59:59", 0},
    {"2024-12-31 18:30", "1 working day", NULL, "", "2025-01-02 23:59:59", 0}, /* year end */
    {"2024-05-04 12:00", "1 working day", NULL, "", "2024-05-06 23:59:59", 0}, /* on a holiday */
    {"2024-05-11 23:00", "1 working day", NULL, "", "2024-05-13 23:59:59", 0}, /* on make-up day */
    {"2017-12-31 10:00", "1 working day", NULL, "", "2018-01-02 23:59:59",
     0}, /* counts from 2018 */
    {"2026-12-30 10:00", "1 working day", NULL, "", "2026-12-31 23:59:59", 0},
    {"2026-12-31 10:00", "1 working day", NULL, "", NULL, ERR_INVALID},
    {"2018-01-01", "100000 working days", NULL, "", NULL, ERR_INVALID},
    /* working days and pauses; 2024-03-11 is a Monday */
    {"2024-03-11 10:00", "2 working days", NULL, "2024-03-12 09:00/2024-03-12 18:00",
     "2024-03-13 23:59:59", 0}, /* inside a day */
    {"2024-03-11 10:00", "2 working days", NULL, "2024-03-12 09:00/2024-03-13 09:00",
     "2024-03-14 23:59:59", 0}, /* over a midnight */
    {"2024-03-11 10:00", "2 working days", NULL, "2024-03-11 11:00/2024-03-12 09:00",
     "2024-03-13 23:59:59", 0}, /* from the day of the start */
    {"2024-03-11 10:00", "2 working days", NULL, "2024-03-01/2024-03-12", "2024-03-13 23:59:59", 0},
    {"2024-03-14 10:00", "2 working days", NULL, "2024-03-16/2024-03-18", "2024-03-18 23:59:59", 0},
    {"2024-03-14 10:00", "2 working days", NULL, "2024-03-15 12:00/2024-03-18 12:00",
     "2024-03-19 23:59:59", 0}, /* over a weekend: Friday alone is lost */
    {"2024-04-30 10:00", "1 working day", NULL, "2024-05-02/2024-05-06 08:00",
     "2024-05-06 23:59:59", 0}, /* begins on a holiday */
    {"2024-04-30 10:00", "1 working day", NULL, "2024-05-02/2024-05-11 08:00",
     "2024-05-11 23:59:59", 0}, /* longer than the limit, ends on a make-up day */
    {"2024-03-11", "1 working day", NULL, "2024-03-12 23:59:59/2024-03-20", "2024-03-12 23:59:59",
     0}, /* begins at the deadline */
    {"2024-03-11", "1 working day", NULL, "2024-03-12 23:59:58/2024-03-12 23:59:59",
     "2024-03-12 23:59:59", 0}, /* ends at it */
    {"2024-03-11", "1 working day", NULL, "2024-03-12 23:59:58/2024-03-13", "2024-03-13 23:59:59",
     0},
    {"2024-03-11", "2 working days", NULL, "2024-03-13 10:00/", NULL, ERR_CONFLICT},
    {"2024-03-11", "1 working day", NULL, "2024-03-13 10:00/", "2024-03-12 23:59:59", 0},
    {"2024-03-11", "1 working day", NULL, "2024-03-13/2024-03-12", NULL, ERR_INVALID},
    {"2024-03-11", "1 working day", NULL, "2024-03-13/2024-03-13", NULL, ERR_INVALID},
    {"2024-03-11", "1 working day", NULL, "2024-03-13/;2024-03-14/2024-03-15", NULL, ERR_INVALID},
    {"2024-03-11", "1 working day", NULL, "2024-03-13/2024-03-15;2024-03-14/2024-03-16", NULL,
     ERR_INVALID},
    {"2024-03-11", "2 working days", NULL,
     "2024-03-12 20:00/2024-03-13 08:00;2024-03-13 20:00/2024-03-14 08:00", "2024-03-15 23:59:59",
     0},
    /* days */
    {"2024-02-28 12:00", "7 days", NULL, "", "2024-03-06 23:59:59", 0},
    {"2024-02-28 12:00", "1 day", NULL, "2024-02-29 12:00/2024-03-02 12:00", "2024-03-02 23:59:59",
     0},
    {"2030-12-31", "1 day", NULL, "", "2031-01-01 23:59:59", 0}, /* asks no calendar */
    {"2024-02-28 12:00", "1 day", NULL, "2024-02-28 13:00/", NULL, ERR_CONFLICT},
    /* minutes and hours */
    {"2024-02-28 23:50", "30 minutes", NULL, "", "2024-02-29 00:20:00", 0},
    {"2024-02-28 23:50", "2 hours", NULL,
     "2024-02-28 22:00/2024-02-29 01:00;"
     "2024-02-29 02:00/2024-02-29 02:30",
     "2024-02-29 03:30:00", 0},
    {"2024-02-28 10:00", "1 hour", NULL, "2024-02-28 11:00/2024-02-28 12:00", "2024-02-28 11:00",
     0},
    {"2024-02-28 10:00", "1 hour", NULL, "2024-02-28 10:00/", NULL, ERR_CONFLICT},
    {"2024-02-28 10:00", "1 hour", NULL, "2024-02-28 11:00/", "2024-02-28 11:00", 0},
    {"2024-01-01", "100000 minutes", NULL, "", "2024-03-10 10:40", 0},
    /* working minutes and hours; usual hours 08:30-12:00 14:30-18:00 */
    {"2024-03-11 10:00", "2 working hours", NULL, "", "2024-03-11 12:00:00", 0}, /* at the border */
    {"2024-03-11 10:00", "121 working minutes", NULL, "", "2024-03-11 14:31:00", 0},
    {"2024-03-11 12:00", "1 working hour", NULL, "", "2024-03-11 15:30:00", 0},
    {"2024-03-11 18:00", "1 working hour", NULL, "", "2024-03-12 09:30:00", 0},
    {"2024-03-11 08:30", "7 working hours", NULL, "", "2024-03-11 18:00:00", 0},
    {"2024-03-09 11:00", "1 working minute", NULL, "", "2024-03-11 08:31:00", 0}, /* a Saturday */
    {"2024-04-30 17:30", "1 working hour", NULL, "", "2024-05-06 09:00:00", 0},
    {"2024-04-28 08:30:30", "4 working hours", NULL, "", "2024-04-28 15:00:30", 0}, /* make-up */
    {"2026-12-31 17:00", "1 working hour", NULL, "", "2026-12-31 18:00:00", 0},
    {"2026-12-31 17:00", "61 working minutes", NULL, "", NULL, ERR_INVALID},
    {"2024-03-11 10:00", "2 working hours", NULL, "2024-03-11 11:00/2024-03-11 15:00",
     "2024-03-11 16:00:00", 0},
    {"2024-03-11 10:00", "2 working hours", NULL, "2024-03-11 12:30/2024-03-11 14:00",
     "2024-03-11 12:00:00", 0}, /* in the break */
    {"2024-03-11 17:00", "2 working hours", NULL, "2024-03-11 19:00/2024-03-12 08:00",
     "2024-03-12 09:30:00", 0}, /* by night */
    {"2024-03-11 17:00", "2 working hours", NULL, "2024-03-11 17:30/2024-03-14 16:00",
     "2024-03-14 17:30:00", 0},
    {"2024-03-11 17:00", "2 working hours", NULL, "2024-03-11 17:30/", NULL, ERR_CONFLICT},
    {"2024-03-11 23:00", "30 working minutes", "00:00-24:00", "", "2024-03-11 23:30:00", 0},
    {"2024-03-11 23:45", "30 working minutes", "00:00-24:00", "", "2024-03-12 00:15:00", 0},
    {"2024-03-11 17:00", "9 working hours", "09:00-17:00", "", "2024-03-13 10:00:00", 0},
};

Test(cal, a_deadline_follows_from_start_limit_hours_and_pauses, .fini = clean)
{
    const struct calendar *c = base_calendar();

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pause pause[4];
        struct hours hours;
        struct term t = {.start_ms = at(cases[i].start), .pause = pause};
        struct err e = {0};
        struct val *lines = val_list(&arena);
        int64_t due = 0, explained = 1;
        bool ok;

        cr_assert(limit_parse(str_of(cases[i].limit), &t.limit, &e), "%s", e.text);
        t.pauses = pauses_of(cases[i].pauses, pause);
        if (cases[i].hours) {
            cr_assert(hours_parse(str_of(cases[i].hours), &hours, &e));
            t.hours = &hours;
        }
        ok = cal_deadline(c, &t, &due, &e);
        cr_expect_eq(e.kind, cases[i].kind, "case %zu: %s", i, e.text);
        if (ok) {
            cr_expect_eq(due, at(cases[i].due), "case %zu: got %s", i, when_text(&arena, due).p);
            cr_expect(cal_explain(c, &t, lines, &explained, &e));
            cr_expect_eq(explained, due, "case %zu", i);
        } else {
            e = (struct err){0};
            cr_expect(!cal_explain(c, &t, lines, &explained, &e));
            cr_expect_null(lines->first, "nothing is explained of what is refused");
        }
        cr_expect_eq(ok, cases[i].due != NULL, "case %zu", i);
    }
}

Test(cal, a_limit_that_is_none_is_refused, .fini = clean)
{
    static const struct limit wrong[] = {
        {0, LIMIT_HOURS}, {-1, LIMIT_DAYS}, {100001, LIMIT_MINUTES}, {1, LIMIT_NONE}};
    const struct calendar *c = base_calendar();

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct term t = {.start_ms = at("2024-01-01"), .limit = wrong[i]};
        struct err e = {0};
        int64_t due;

        cr_expect(!cal_deadline(c, &t, &due, &e));
        cr_expect_eq(e.kind, ERR_INVALID);
    }
}

Test(cal, an_unknown_year_is_refused_by_its_number, .fini = clean)
{
    struct term t = {.start_ms = at("2026-12-31 12:00"), .limit = {1, LIMIT_WORKING_DAYS}};
    const struct calendar *c = base_calendar();
    struct err e = {0};
    int64_t due;

    cr_expect(!cal_deadline(c, &t, &due, &e));
    cr_expect_str_eq(e.arg[0], "2027");
}

/* A small generator of our own, so that a failure can be repeated. */
static uint32_t dice(uint64_t *seed, uint32_t sides)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*seed >> 33) % sides;
}

static size_t random_pauses(uint64_t *seed, int64_t from_ms, struct pause p[4])
{
    size_t n = dice(seed, 4);

    for (size_t i = 0; i < n; i++) {
        from_ms += dice(seed, 4000) * MINUTE_MS;
        p[i].from_ms = from_ms;
        from_ms += (1 + dice(seed, 4000)) * MINUTE_MS;
        p[i].to_ms = from_ms;
    }
    return n;
}

Test(cal, later_starts_and_more_pauses_never_make_a_deadline_earlier, .fini = clean)
{
    const struct calendar *c = base_calendar();
    uint64_t seed = 20240411;

    for (int i = 0; i < 4000; i++) {
        struct pause p[4];
        struct err e = {0};
        struct term t = {.limit = {(int32_t)dice(&seed, 12) + 1,
                                   (enum limit_unit)(LIMIT_MINUTES + dice(&seed, 6))}};
        struct term later, fewer;
        int64_t due, due_later, due_fewer, explained;

        t.start_ms = at("2024-01-01") + dice(&seed, 700 * 24 * 60) * MINUTE_MS;
        t.pause = p;
        t.pauses = random_pauses(&seed, t.start_ms - 2 * DAY_MS, p);
        later = fewer = t;
        later.start_ms += dice(&seed, 3000) * MINUTE_MS;
        cr_assert(cal_deadline(c, &t, &due, &e), "%s", e.text);
        cr_assert(cal_deadline(c, &later, &due_later, &e), "%s", e.text);
        cr_assert(due_later >= due, "case %d", i);
        cr_assert(due > t.start_ms);
        if (t.pauses) {
            fewer.pauses--;
            cr_assert(cal_deadline(c, &fewer, &due_fewer, &e), "%s", e.text);
            cr_assert(due_fewer <= due, "case %d", i);
        }
        cr_assert(cal_explain(c, &t, val_list(&arena), &explained, &e));
        cr_assert_eq(explained, due);
    }
}

Test(cal, counted_time_between_two_moments, .fini = clean)
{
    static const struct {
        const char *from, *to;
        enum limit_unit unit;
        int64_t minutes;
    } some[] = {
        {"2024-03-11 10:00", "2024-03-11 15:00", LIMIT_WORKING_HOURS, 150},
        {"2024-03-11 15:00", "2024-03-11 10:00", LIMIT_WORKING_HOURS, -150},
        {"2024-03-11 10:00", "2024-03-11 15:00", LIMIT_HOURS, 300},
        {"2024-03-11 15:00", "2024-03-11 10:00", LIMIT_DAYS, -300},
        {"2024-04-30 17:30", "2024-05-06 08:31", LIMIT_WORKING_DAYS, 31},
        {"2024-05-01", "2024-05-05", LIMIT_WORKING_MINUTES, 0},
        {"2024-03-11 10:00", "2024-03-11 10:00", LIMIT_WORKING_MINUTES, 0},
    };
    const struct calendar *c = base_calendar();
    struct hours day = {.n = 1, .span = {{0, 1440}}};

    for (size_t i = 0; i < COUNT(some); i++)
        cr_expect_eq(cal_between_ms(c, NULL, some[i].unit, at(some[i].from), at(some[i].to)) /
                         MINUTE_MS,
                     some[i].minutes, "case %zu", i);
    cr_expect_eq(cal_between_ms(c, &day, LIMIT_WORKING_HOURS, at("2024-03-11"), at("2024-03-13")),
                 2 * DAY_MS);
}

/* Every line of an explanation, zh and en after each other. */
static const char *explained(const struct calendar *c, const char *start, const char *limit,
                             const char *pauses)
{
    struct pause p[4];
    struct term t = {.start_ms = at(start), .pause = p, .pauses = pauses_of(pauses, p)};
    struct val *lines = val_list(&arena);
    struct buf b = {.arena = &arena};
    struct err e = {0};
    int64_t due;

    cr_assert(limit_parse(str_of(limit), &t.limit, &e));
    cr_assert(cal_explain(c, &t, lines, &due, &e), "%s", e.text);
    for (const struct item *it = lines->first; it; it = it->next) {
        buf_put(&b, val_get(&it->val, S("zh"))->str);
        buf_put(&b, S("\n"));
        buf_put(&b, val_get(&it->val, S("en"))->str);
        buf_put(&b, S("\n"));
    }
    return str_copy(&arena, buf_str(&b)).p;
}

Test(cal, the_lines_say_what_counted_and_what_did_not_and_why, .fini = clean)
{
    struct calendar *c = base_calendar();
    const char *days =
        explained(c, "2024-04-30 14:00", "5 working days", "2024-05-07 12:00/2024-05-08 12:00");
    const char *hours = explained(c, "2024-04-26 17:59:10", "9 working hours",
                                  "2024-04-28 09:00/2024-04-28 09:30:05");
    const char *plain = explained(c, "2024-04-26 23:00", "3 hours", "2024-04-26 23:30/2024-04-27");
    static const char *const in_days[] = {
        "自 周二 2024-04-30 14:00:00 起",
        "From Tue 2024-04-30 14:00:00: 5 working days",
        "周三 2024-05-01 – 周日 2024-05-05：劳动节，不计",
        "Wed 2024-05-01 – Sun 2024-05-05: holiday (劳动节), not counted",
        "周二 2024-05-07：23:59:59 时在暂停中，不计",
        "Wed 2024-05-08 – Fri 2024-05-10: working day 2–4",
        "Sat 2024-05-11: make-up day, working day 5",
        "Due: Sat 2024-05-11 23:59:59"};
    static const char *const in_hours[] = {
        "Fri 2024-04-26 17:59:10 – 18:00:00: 50 s counted, 50 s in all",
        "Sat 2024-04-27: weekend, not counted", "Sun 2024-04-28 09:00:00 – 09:30:05: paused",
        "调休上班，计 2 小时 29 分 55 秒，共 3 小时 45 秒"};

    for (size_t i = 0; i < COUNT(in_days); i++)
        cr_expect(strstr(days, in_days[i]), "%s is not in\n%s", in_days[i], days);
    for (size_t i = 0; i < COUNT(in_hours); i++)
        cr_expect(strstr(hours, in_hours[i]), "%s is not in\n%s", in_hours[i], hours);
    cr_expect(strstr(plain, "Sat 2024-04-27 00:00:00 – 02:30:00: 2 h 30 min counted, 3 h in all"),
              "%s", plain);
    cr_expect(strstr(explained(c, "2024-04-26 23:00", "3 hours", ""),
                     "Fri 2024-04-26 23:00:00 – Sat 2024-04-27 02:00:00: 3 h counted"));
    cr_expect(strstr(explained(c, "2024-04-26 23:00", "2 days", ""), "day 1–2"));
    calendar_mark(c, day_from(2024, 7, 3), day_from(2024, 7, 3), false, S(""));
    cr_expect(strstr(explained(c, "2024-07-02", "1 working day", ""),
                     "Wed 2024-07-03: holiday, not counted"));
}

Test(cal, the_calendar_agrees_with_the_record_of_every_day, .fini = clean)
{
    static const char path[] = "../shared/data/calendar/china_workdays_2018_2026.csv";
    struct calendar *c = base_calendar(), *other = calendar_new(&arena);
    struct err e = {0};
    struct str csv;

    if (access(path, R_OK) != 0)
        cr_skip_test("%s is not here", path);
    cr_assert(file_read(&arena, path, (size_t)1 << 20, &csv, &e));
    cr_assert(calendar_read_csv(other, csv, &e), "%s", e.text);
    for (int32_t day = day_from(2018, 1, 1); day <= day_from(2026, 12, 31); day++) {
        cr_expect_eq(calendar_works(c, day), calendar_works(other, day), "day %d", (int)day);
        if (!calendar_works(c, day))
            cr_expect(str_eq(calendar_look(c, day).name, calendar_look(other, day).name), "day %d",
                      (int)day);
    }
    for (int year = 2017; year <= 2027; year++)
        cr_expect_eq(calendar_knows(c, year), calendar_knows(other, year));
}

Test(cal, the_deadlines_of_real_work_orders_come_out, .fini = clean)
{
    static const char path[] = "../shared/data/calendar/deadlines.csv";
    const struct calendar *c = base_calendar();
    struct err e = {0};
    struct str csv, line;
    int rows = 0;

    if (access(path, R_OK) != 0)
        cr_skip_test("%s is not here", path);
    cr_assert(file_read(&arena, path, (size_t)1 << 20, &csv, &e));
    csv = str_cut(csv, '\n', &line);
    while (csv.n) {
        struct term t = {.limit.unit = LIMIT_WORKING_DAYS};
        struct str id, start, due;
        int64_t due_ms = 0, got = 1;

        csv = str_cut(csv, '\n', &line);
        line = str_cut(line, ',', &id);
        line = str_cut(line, ',', &start);
        line = str_cut(line, ',', &due);
        for (size_t i = 0; i < line.n && line.p[i] >= '0' && line.p[i] <= '9'; i++)
            t.limit.n = t.limit.n * 10 + (line.p[i] - '0');
        cr_assert(when_parse(start, &t.start_ms) && when_parse(due, &due_ms));
        cr_assert(cal_deadline(c, &t, &got, &e), "%s", e.text);
        cr_expect_eq(got, due_ms, "work order %.*s", STR_ARG(id));
        rows++;
    }
    cr_expect_eq(rows, 30);
}
