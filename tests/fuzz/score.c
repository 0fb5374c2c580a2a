/* Any formula with any inputs: points are within their bounds, the same in any order, and each item
 * gives no more than its weight. */
#include "proc/score.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct bytes {
    const uint8_t *p;
    size_t n;
};

static int64_t number(struct bytes *b, int64_t most)
{
    uint64_t x = 0;

    for (int i = 0; i < 5 && b->n; i++, b->p++, b->n--)
        x = x << 8 | *b->p;
    return (int64_t)(x % (uint64_t)(most + 1));
}

static struct score_item item_of(struct bytes *b)
{
    struct score_item it = {.kind = (enum score_kind)number(b, SCORE_DEDUCT),
                            .weight = 1 + number(b, 99),
                            .zero_at = number(b, SCORE_VALUE_MAX),
                            .full_at = number(b, SCORE_VALUE_MAX)};

    if (it.zero_at == it.full_at)
        it.full_at++;
    it.marks = (struct rank_rule){.highest = (int)number(b, 2),
                                  .lowest = (int)number(b, 2),
                                  .least = 1 + (int)number(b, 5),
                                  .decimals = 2};
    return it;
}

static void check(const struct score_rule *rule, const struct score_input *in, int n)
{
    struct score_part part[SCORE_ITEMS_MAX];
    struct score_result r = score_reckon(rule, in, n, part);

    if (r.points < -1 || r.points > rule->most * 100 || (r.points < 0) != (r.why != SCORE_FINE))
        abort();
    for (int i = 0; i < rule->items; i++) {
        int64_t most = rule->item[i].weight * 100;

        if (part[i].points > most || part[i].points < -most)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct bytes b = {data, n};
    struct score_item item[SCORE_ITEMS_MAX];
    struct score_input in[64], back[64];
    struct score_part part[SCORE_ITEMS_MAX];
    struct score_rule rule = {.item = item,
                              .items = 1 + (int)number(&b, SCORE_ITEMS_MAX - 1),
                              .most = 100 + number(&b, 100),
                              .decimals = (int)number(&b, 2),
                              .pass = number(&b, 10000)};
    int inputs = 0;

    for (int i = 0; i < rule.items; i++)
        item[i] = item_of(&b);
    while (b.n && inputs < 64)
        in[inputs++] = (struct score_input){(int)number(&b, rule.items) - 1,
                                            number(&b, 2 * SCORE_VALUE_MAX) - 1};
    for (int i = 0; i < inputs; i++)
        back[i] = in[inputs - 1 - i];
    check(&rule, in, inputs);
    if (score_reckon(&rule, in, inputs, part).points !=
        score_reckon(&rule, back, inputs, part).points)
        abort();
    return 0;
}
