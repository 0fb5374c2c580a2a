#include "proc/rank.h"

#include <assert.h>
#include <stdlib.h>

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

int64_t rank_common(const struct rank_item *item, int items)
{
    int64_t common = 1;

    for (int i = 0; i < items && common; i++) {
        common = common / gcd(common, item[i].max) * item[i].max;
        if (common > RANK_COMMON_MAX)
            common = 0;
    }
    return common;
}

int64_t rank_full(const struct rank_rule *rule)
{
    int64_t full = 0;

    for (int i = 0; i < rule->items; i++)
        full += rule->item[i].weight * 100;
    return full;
}

static int64_t half_up(int64_t over, int64_t under)
{
    return (2 * over + under) / (2 * under);
}

int64_t rank_mark(const struct rank_rule *rule, const int64_t *value)
{
    int64_t sum = 0; /* times common: at most 20 items of 10^5 x 10^3 x 10^5 */

    for (int i = 0; i < rule->items; i++) {
        const struct rank_item *it = &rule->item[i];

        assert(value[i] >= 0 && value[i] <= it->max * 100);
        sum += value[i] * it->weight * (rule->common / it->max);
    }
    return half_up(sum, rule->common);
}

static int highest_first(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x < y) - (x > y);
}

struct rank_points rank_points(const struct rank_rule *rule, int64_t *mark, int marks)
{
    struct rank_points out = {.marks = marks, .kept = marks};
    int drop = rule->highest + rule->lowest;
    int64_t step = rule->decimals == 0 ? 100 : rule->decimals == 1 ? 10 : 1;

    qsort(mark, (size_t)marks, sizeof(*mark), highest_first);
    if (marks == 0 || marks < rule->least)
        return out;
    if (marks > drop && marks - drop >= rule->least) {
        out.first = rule->highest;
        out.kept -= drop;
    }
    for (int i = out.first; i < out.first + out.kept; i++)
        out.sum += mark[i];
    out.points = half_up(out.sum, out.kept * step) * step;
    out.valid = true;
    return out;
}

void rank_order(const int64_t *points, int n, int *rank)
{
    for (int i = 0; i < n; i++) {
        rank[i] = points[i] >= 0;
        for (int k = 0; k < n && rank[i]; k++)
            rank[i] += points[k] > points[i];
    }
}

static bool is_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return s.n > 0;
}

bool rank_read(struct str s, int64_t *hundredths)
{
    struct str whole, part = str_cut(s, '.', &whole);
    bool point = whole.n < s.n;
    int64_t n, rest = 0;

    if (!is_digits(whole) || whole.n > 9 || (point && (!is_digits(part) || part.n > 2)))
        return false;
    if (!str_int(whole, &n) || (point && !str_int(part, &rest)))
        return false;
    *hundredths = n * 100 + (part.n == 1 ? rest * 10 : rest);
    return true;
}

bool rank_value_read(const struct rank_item *item, struct str typed, int64_t *value)
{
    return rank_read(str_trim(typed), value) && *value <= item->max * 100;
}

struct str rank_text(struct arena *a, int64_t hundredths, int decimals)
{
    long long whole = hundredths / 100, part = hundredths % 100;

    if (decimals == 0 && part == 0)
        return str_format(a, "%lld", whole);
    if (decimals == 1 && part % 10 == 0)
        return str_format(a, "%lld.%lld", whole, part / 10);
    return str_format(a, "%lld.%02lld", whole, part);
}
