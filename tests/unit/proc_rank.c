/* Points and ranks out of judges' marks: cases that were reckoned with a pencil, and what holds for
 * any marks. */
#include "proc/rank.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;

static void open_arena(void)
{
    arena_init(&arena, (size_t)1 << 24);
}

static void clean(void)
{
    arena_reset(&arena);
}

TestSuite(rank, .init = open_arena, .fini = clean);

static int marks_of(const char *text, int64_t *mark)
{
    struct str rest = str_of(text);
    int n = 0;

    while (rest.n) {
        struct str one;

        rest = str_cut(rest, ' ', &one);
        cr_assert(rank_read(one, &mark[n++]), "%s", text);
    }
    return n;
}

static const struct {
    const char *marks; /* of the judges */
    int highest, lowest, least, decimals;
    const char *points; /* NULL: no points */
    int kept;
} means[] = {
    {"90 92 94", 0, 0, 1, 2, "92.00", 3},
    {"90 90 91", 0, 0, 1, 2, "90.33", 3},
    {"90 91 91", 0, 0, 1, 2, "90.67", 3},
    {"90 91", 0, 0, 1, 0, "91", 2}, /* half up */
    {"90 90.9", 0, 0, 1, 1, "90.5", 2},
    {"90 90.01", 0, 0, 1, 2, "90.01", 2},
    {"90.04 90.04", 0, 0, 1, 1, "90.0", 2},
    {"0 0 0", 0, 0, 1, 2, "0.00", 3}, /* nothing earned is a result too */
    {"60 90 91 92 93 94 100", 1, 1, 5, 2, "92.00", 5},
    {"100 60 94 93 92 91 90", 1, 1, 5, 2, "92.00", 5}, /* in any order */
    {"60 90 91 92 93 94", 1, 1, 5, 2, "86.67", 6},     /* dropping would leave four */
    {"90 91 92 93 94", 1, 1, 5, 2, "92.00", 5},
    {"90 91 92 93", 1, 1, 5, 2, NULL, 4}, /* too few */
    {"", 1, 1, 5, 2, NULL, 0},
    {"", 0, 0, 0, 2, NULL, 0},
    {"90 90 90 90 90 90 90", 1, 1, 5, 2, "90.00", 5}, /* one of the equal ones goes */
    {"80 90 95", 1, 0, 2, 2, "85.00", 2},
    {"80 90 95", 0, 1, 2, 2, "92.50", 2},
    {"80 90", 1, 1, 0, 2, "85.00", 2}, /* never all of them */
};

Test(rank, points_are_the_mean_of_what_is_kept)
{
    for (size_t i = 0; i < COUNT(means); i++) {
        struct rank_rule rule = {.highest = means[i].highest,
                                 .lowest = means[i].lowest,
                                 .least = means[i].least,
                                 .decimals = means[i].decimals};
        int64_t mark[10];
        struct rank_points p = rank_points(&rule, mark, marks_of(means[i].marks, mark));
        struct str text = rank_text(&arena, p.points, means[i].decimals);

        cr_assert_eq(p.valid, means[i].points != NULL, "%s", means[i].marks);
        cr_assert_eq(p.kept, means[i].kept, "%s: kept %d", means[i].marks, p.kept);
        cr_assert(!p.valid || str_eq(text, str_of(means[i].points)), "%s: %.*s", means[i].marks,
                  STR_ARG(text));
    }
}

static const struct {
    int64_t max[3], weight[3];
    const char *values, *mark;
} items[] = {
    {{20, 30, 50}, {20, 30, 50}, "18 27.5 41.25", "86.75"}, /* points as they are */
    {{100, 100, 100}, {20, 30, 50}, "90 80 70", "77.00"},   /* per cent of each */
    {{10, 10, 10}, {20, 30, 50}, "9 8 7", "77.00"},
    {{3, 7, 10}, {10, 10, 10}, "1 1 1", "5.76"}, /* 3.333 + 1.4286 + 1 = 5.7619 */
    {{3, 3, 3}, {1, 1, 1}, "3 3 3", "3.00"},     /* thirds make a whole again */
    {{8, 8, 8}, {1, 1, 1}, "0.04 0 0", "0.01"},  /* half up */
    {{1000, 99, 1}, {1000, 1000, 1000}, "1000 99 1", "3000.00"},
    {{5, 5, 5}, {1, 1, 1}, "0 0 0", "0.00"},
};

Test(rank, a_judges_mark_is_what_the_items_weigh)
{
    for (size_t i = 0; i < COUNT(items); i++) {
        struct rank_item item[3];
        struct rank_rule rule = {.item = item, .items = 3};
        int64_t value[3];
        struct str text;

        for (int k = 0; k < 3; k++)
            item[k] = (struct rank_item){.max = items[i].max[k], .weight = items[i].weight[k]};
        rule.common = rank_common(item, 3);
        cr_assert_eq(marks_of(items[i].values, value), 3);
        text = rank_text(&arena, rank_mark(&rule, value), 2);
        cr_assert(str_eq(text, str_of(items[i].mark)), "%s: %.*s", items[i].values, STR_ARG(text));
    }
}

Test(rank, items_that_share_no_small_multiple_are_refused)
{
    const struct rank_item ok[] = {{.max = 1000}, {.max = 99}},
                           bad[] = {{.max = 997}, {.max = 991}};

    cr_assert_eq(rank_common(ok, 2), 99000);
    cr_assert_eq(rank_common(bad, 2), 0);
}

static const struct {
    int64_t points[6];
    int n, rank[6];
} orders[] = {
    {{9250, 9300, 9100}, 3, {2, 1, 3}},
    {{9250, 9300, 9250, 9100}, 4, {2, 1, 2, 4}},
    {{9250, -1, 9300, -1}, 4, {2, 0, 1, 0}}, /* too few marks: no rank */
    {{-1, -1}, 2, {0, 0}},
    {{0, 0, 1}, 3, {2, 2, 1}},
    {{0}, 0, {0}},
};

Test(rank, equal_points_share_a_rank)
{
    for (size_t i = 0; i < COUNT(orders); i++) {
        int rank[6] = {0};

        rank_order(orders[i].points, orders[i].n, rank);
        cr_assert_eq(memcmp(rank, orders[i].rank, (size_t)orders[i].n * sizeof(int)), 0, "row %zu",
                     i);
    }
}

static const struct {
    const char *text;
    int64_t value; /* -1: refused */
} numbers[] = {
    {"92.5", 9250},
    {"92.50", 9250},
    {"92.05", 9205},
    {"0", 0},
    {"100", 10000},
    {"92.", -1},
    {".5", -1},
    {"92.555", -1},
    {"-1", -1},
    {"+1", -1},
    {"1e3", -1},
    {"9,5", -1},
    {"", -1},
    {" 9", -1},
    {"九十", -1},
    {"9.-1", -1},
    {"999999999", 99999999900},
    {"9999999999", -1},
};

Test(rank, a_mark_is_a_plain_number_with_two_decimals_at_most)
{
    for (size_t i = 0; i < COUNT(numbers); i++) {
        int64_t value = -1;
        bool read = rank_read(str_of(numbers[i].text), &value);

        cr_assert_eq(read, numbers[i].value >= 0, "%s", numbers[i].text);
        cr_assert_eq(value, numbers[i].value, "%s", numbers[i].text);
    }
}

static void shuffle(int64_t *mark, int n)
{
    for (int i = n - 1; i > 0; i--) {
        int k = rand() % (i + 1);
        int64_t old = mark[i];

        mark[i] = mark[k];
        mark[k] = old;
    }
}

Test(rank, whatever_the_marks_their_order_does_not_matter_and_enough_are_left)
{
    srand(20261122);
    for (int round = 0; round < 20000; round++) {
        struct rank_rule rule = {.highest = rand() % 3,
                                 .lowest = rand() % 3,
                                 .least = rand() % 8,
                                 .decimals = rand() % 3};
        int n = rand() % 12;
        int64_t mark[12], again[12];
        struct rank_points p, q;

        for (int i = 0; i < n; i++)
            mark[i] = rand() % 10001;
        memcpy(again, mark, sizeof(mark));
        shuffle(again, n);
        p = rank_points(&rule, mark, n);
        q = rank_points(&rule, again, n);
        cr_assert_eq(p.points, q.points);
        cr_assert_eq(p.kept, q.kept);
        cr_assert_eq(p.valid, n > 0 && n >= rule.least);
        if (!p.valid)
            continue;
        cr_assert(p.kept >= rule.least && p.kept >= 1);
        cr_assert(p.kept == n || p.kept == n - rule.highest - rule.lowest);
        /* the mean lies among what is kept, but for the rounding */
        cr_assert_leq(p.points, mark[p.first] + 50);
        cr_assert_geq(p.points, mark[p.first + p.kept - 1] - 50);
    }
}

Test(rank, a_better_mark_never_makes_it_worse)
{
    srand(7);
    for (int round = 0; round < 20000; round++) {
        struct rank_rule rule = {.highest = 1, .lowest = 1, .least = 3, .decimals = rand() % 3};
        int n = 3 + rand() % 8, which = rand() % n;
        int64_t mark[12], better[12];

        for (int i = 0; i < n; i++)
            mark[i] = better[i] = rand() % 10001;
        better[which] += rand() % 500;
        cr_assert_leq(rank_points(&rule, mark, n).points, rank_points(&rule, better, n).points);
    }
}
