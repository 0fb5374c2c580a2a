#include "proc/score.h"

#include <assert.h>

#define MARKS_AT_MOST 100 /* inputs of one item that are taken */

static int64_t half_up(int64_t over, int64_t under)
{
    return (2 * over + under) / (2 * under);
}

int64_t score_share(int64_t over, int64_t under)
{
    int64_t scale = 10000;

    if (under <= 0 || over < 0)
        return -1;
    while (over > INT64_MAX / 4 / scale || under > INT64_MAX / 4) { /* no count is so large */
        over /= 2;
        under = under / 2 + 1;
    }
    return half_up(over * scale, under);
}

static int64_t clamp(int64_t x, int64_t least, int64_t most)
{
    return x < least ? least : x > most ? most : x;
}

/* Linear between zero_at and full_at, whichever of them is the larger. */
static int64_t figure_points(const struct score_item *it, int64_t value)
{
    int64_t span = it->full_at - it->zero_at, way = value - it->zero_at;

    assert(span != 0);
    if (span < 0) {
        span = -span;
        way = -way;
    }
    return half_up(clamp(way, 0, span) * it->weight * 100, span);
}

static struct rank_points marks_mean(const struct score_rule *rule, const struct score_input *in,
                                     int n, int item)
{
    int64_t mark[MARKS_AT_MOST];
    int marks = 0;

    for (int i = 0; i < n; i++) {
        if (in[i].item == item && marks < MARKS_AT_MOST)
            mark[marks++] = clamp(in[i].value, 0, 100 * 100);
    }
    return rank_points(&rule->item[item].marks, mark, marks);
}

/* Of what figures, checkers and givers said about one item: how many, the sum, the smallest. */
struct said {
    int n;
    int64_t sum, least;
};

static struct said said_of(const struct score_input *in, int n, int item)
{
    struct said out = {.least = SCORE_VALUE_MAX};

    for (int i = 0; i < n; i++) {
        if (in[i].item != item)
            continue;
        out.n++;
        out.sum += clamp(in[i].value, -1, SCORE_VALUE_MAX);
        if (in[i].value < out.least)
            out.least = in[i].value;
    }
    return out;
}

static void reckon_part(const struct score_rule *rule, const struct score_input *in, int n,
                        int item, struct score_part *out)
{
    const struct score_item *it = &rule->item[item];
    struct said said = said_of(in, n, item);

    *out = (struct score_part){.inputs = said.n, .value = said.sum, .known = said.n > 0};
    switch (it->kind) {
    case SCORE_FIGURE:
        out->known = said.n == 1 && said.sum >= 0;
        out->points = out->known ? figure_points(it, said.sum) : 0;
        break;
    case SCORE_MARKS:
        out->mean = marks_mean(rule, in, n, item);
        out->known = out->mean.valid;
        out->value = out->mean.points;
        out->points = out->known ? half_up(out->mean.points * it->weight, 100) : 0;
        break;
    case SCORE_CHECK:
        out->value = out->known && said.least > 0 ? 100 : 0;
        out->points = out->value ? it->weight * 100 : 0;
        break;
    case SCORE_BONUS: out->points = clamp(said.sum, 0, it->weight * 100); break;
    case SCORE_DEDUCT: out->points = -clamp(said.sum, 0, it->weight * 100); break;
    }
}

static enum score_why missing(enum score_kind kind, bool known)
{
    static const enum score_why why[] = {
        [SCORE_FIGURE] = SCORE_NO_FIGURE, [SCORE_MARKS] = SCORE_NO_MARKS,
        [SCORE_CHECK] = SCORE_NO_CHECK,   [SCORE_BONUS] = SCORE_FINE,
        [SCORE_DEDUCT] = SCORE_FINE,
    };

    return known ? SCORE_FINE : why[kind];
}

static bool enough(const struct score_rule *rule, const struct score_input *in, int n)
{
    return !rule->volume.n || said_of(in, n, SCORE_VOLUME_ITEM).sum >= rule->least;
}

static int stars_of(const struct score_rule *rule, int64_t points)
{
    for (int i = 0; i < rule->stars; i++) {
        if (points >= rule->star[i].at)
            return rule->star[i].stars;
    }
    return 0;
}

struct score_result score_reckon(const struct score_rule *rule, const struct score_input *in, int n,
                                 struct score_part *part)
{
    struct score_result out = {.why = enough(rule, in, n) ? SCORE_FINE : SCORE_NO_VOLUME};
    int64_t step = rule->decimals == 0 ? 100 : rule->decimals == 1 ? 10 : 1;

    for (int i = 0; i < rule->items; i++) {
        reckon_part(rule, in, n, i, &part[i]);
        out.points += part[i].points;
        if (out.why == SCORE_FINE)
            out.why = missing(rule->item[i].kind, part[i].known);
    }
    if (out.why != SCORE_FINE) {
        out.points = -1;
        return out;
    }
    out.points = half_up(clamp(out.points, 0, rule->most * 100), step) * step;
    out.stars = stars_of(rule, out.points);
    out.passed = rule->pass >= 0 && out.points >= rule->pass;
    return out;
}

void score_ranks(struct score_result *result, const struct str *class, int n)
{
    for (int i = 0; i < n; i++) {
        result[i].rank = result[i].points >= 0;
        for (int k = 0; k < n && result[i].rank; k++)
            result[i].rank += str_eq(class[k], class[i]) && result[k].points > result[i].points;
    }
}

struct str score_why_word(enum score_why why)
{
    static const char *const word[] = {
        [SCORE_FINE] = "",          [SCORE_NO_VOLUME] = "volume", [SCORE_NO_FIGURE] = "figure",
        [SCORE_NO_MARKS] = "marks", [SCORE_NO_CHECK] = "check",
    };

    return str_of(word[why]);
}
