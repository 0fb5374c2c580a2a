/* Points by a formula: cases that were reckoned with a pencil, and what holds for any input. */
#include "proc/score.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const struct {
    int64_t zero_at, full_at, weight, value, points; /* hundredths, but for the weight */
} lines[] = {
    {6000, 9500, 30, 9500, 3000},
    {6000, 9500, 30, 6000, 0},
    {6000, 9500, 30, 10000, 3000}, /* nobody gets more than the weight */
    {6000, 9500, 30, 0, 0},
    {6000, 9500, 30, 7750, 1500},
    {6000, 9500, 30, 9372, 2890}, /* 33.72 / 35 x 30 = 28.902… */
    {0, 300, 1, 1, 0},            /* a third of a hundredth */
    {0, 200, 1, 1, 1},            /* half up */
    {2000, 0, 10, 0, 1000},       /* the fewer the better */
    {2000, 0, 10, 500, 750},
    {2000, 0, 10, 2000, 0},
    {2000, 0, 10, 99999, 0},
    {0, SCORE_VALUE_MAX, 100, SCORE_VALUE_MAX, 10000},
};

static struct score_rule rule_of(const struct score_item *item, int items)
{
    return (struct score_rule){
        .item = item, .items = items, .most = 100, .decimals = 2, .pass = -1};
}

Test(score, a_figure_gives_points_in_a_line)
{
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct score_item it = {.kind = SCORE_FIGURE,
                                .weight = lines[i].weight,
                                .zero_at = lines[i].zero_at,
                                .full_at = lines[i].full_at};
        struct score_rule rule = rule_of(&it, 1);
        struct score_input in = {0, lines[i].value};
        struct score_part part;
        struct score_result r = score_reckon(&rule, &in, 1, &part);

        cr_assert_eq(r.points, lines[i].points, "line %zu: %lld", i, (long long)r.points);
    }
}

static const struct {
    int64_t over, under, share;
} shares[] = {
    {911, 972, 9372}, {1, 3, 3333}, {2, 3, 6667},
    {1, 800, 13},     {0, 5, 0},    {5, 5, 10000},
    {0, 0, -1},       {3, 0, -1},   {INT64_MAX / 2, INT64_MAX / 2, 10000},
};

Test(score, a_share_is_rounded_half_up_as_it_is_shown)
{
    for (size_t i = 0; i < COUNT(shares); i++)
        cr_assert_eq(score_share(shares[i].over, shares[i].under), shares[i].share, "share %zu", i);
}

/* Any rule of four kinds with any inputs: bounded, the same in any order, and more is never less.
 */
struct tried {
    struct score_item item[4];
    struct score_rule rule;
    struct score_input in[30];
    int n;
};

static int64_t dice(unsigned *seed, int64_t n)
{
    *seed = *seed * 1103515245u + 12345u;
    return (int64_t)(*seed >> 8) % n;
}

static void make(struct tried *t, unsigned seed)
{
    static const enum score_kind kind[] = {SCORE_FIGURE, SCORE_MARKS, SCORE_CHECK, SCORE_DEDUCT};

    *t = (struct tried){.n = 0};
    for (int i = 0; i < 4; i++) {
        int inputs = i == 1 ? (int)dice(&seed, 20) : 1;

        t->item[i] = (struct score_item){.kind = kind[i], .weight = 1 + dice(&seed, 100)};
        t->item[i].full_at = dice(&seed, 10000);
        t->item[i].zero_at = t->item[i].full_at + 1 + dice(&seed, 5000);
        t->item[i].marks = (struct rank_rule){.highest = 1, .lowest = 1, .least = 3, .decimals = 2};
        for (int k = 0; k < inputs; k++)
            t->in[t->n++] = (struct score_input){i, dice(&seed, 10001)};
    }
    t->rule = rule_of(t->item, 4);
}

Test(score, what_comes_out_is_bounded_and_does_not_depend_on_the_order)
{
    for (unsigned seed = 1; seed < 3000; seed++) {
        struct score_part part[4], again[4];
        struct score_result one, two;
        struct tried t;

        make(&t, seed);
        one = score_reckon(&t.rule, t.in, t.n, part);
        cr_assert(one.points >= -1 && one.points <= 10000);
        cr_assert_eq(one.points == -1, one.why != SCORE_FINE);
        for (int i = 0; i < t.n / 2; i++) {
            struct score_input x = t.in[i];

            t.in[i] = t.in[t.n - 1 - i];
            t.in[t.n - 1 - i] = x;
        }
        two = score_reckon(&t.rule, t.in, t.n, again);
        cr_assert_eq(one.points, two.points, "seed %u", seed);
        cr_assert_eq(part[1].mean.kept, again[1].mean.kept);
        for (int i = 0; i < t.n; i++) { /* a mark more is no point less */
            if (t.in[i].item == 1 && t.in[i].value < 10000)
                t.in[i].value++;
        }
        cr_assert_geq(score_reckon(&t.rule, t.in, t.n, again).points, one.points, "seed %u", seed);
    }
}

Test(score, whoever_has_no_points_has_no_rank_and_pushes_nobody_down)
{
    struct score_result r[] = {
        {.points = 9000}, {.points = -1}, {.points = 9000}, {.points = 8000}, {.points = 9500}};
    const struct str class[] = {S("a"), S("a"), S("a"), S("a"), S("b")};
    static const int rank[] = {1, 0, 1, 3, 1};

    score_ranks(r, class, COUNT(rank));
    for (size_t i = 0; i < COUNT(rank); i++)
        cr_assert_eq(r[i].rank, rank[i], "%zu: %d", i, r[i].rank);
}
