#include "text/text.h"

#include "base/utf8.h"
#include "text/words.h"

#include <criterion/criterion.h>

#define ARENA_MAX ((size_t)1 << 28)

static double likeness(const char *a, const char *b)
{
    struct sketch x, y;

    sketch_of(str_of(a), &x);
    sketch_of(str_of(b), &y);
    cr_expect_eq(sketch_likeness(&x, &y), sketch_likeness(&y, &x));
    return sketch_likeness(&x, &y);
}

Test(likeness, is_one_for_the_same_words_near_nothing_for_others_and_nothing_for_no_words)
{
    static const struct {
        const char *a, *b;
        double least, most;
    } cases[] = {
        {"小区门口垃圾堆放无人清理", "小区门口垃圾堆放无人清理", 1, 1},
        {"小区门口，ＡＢＣ", "小区门口 abc", 1, 1},
        {"水", "水", 1, 1},
        {"小区门口垃圾堆放无人清理，臭气很大", "小区门口垃圾堆放没人清理，臭气很大", 0.4, 0.95},
        {"小区门口垃圾堆放无人清理", "公交车司机态度差", 0, 0.15},
        {"", "", 0, 0},
        {"，👍", "，👍", 0, 0},
        {"", "水", 0, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        double l = likeness(cases[i].a, cases[i].b);

        cr_expect(l >= cases[i].least && l <= cases[i].most, "'%s' '%s': %f", cases[i].a,
                  cases[i].b, l);
    }
}

Test(likeness, a_duplicate_score_rises_with_words_and_falls_with_metres_and_hours)
{
    cr_expect_eq(dup_score(0, 0, 0), 0);
    cr_expect_gt(dup_score(1, -1, 0), 0.99);
    cr_expect_lt(dup_score(0.1, -1, 0), 0.1);
    cr_expect_gt(dup_score(0.5, -1, 0), dup_score(0.4, -1, 0));
    cr_expect_gt(dup_score(0.4, 0, 0), dup_score(0.4, -1, 0));
    cr_expect_gt(dup_score(0.4, 50, 0), dup_score(0.4, 500, 0));
    cr_expect_lt(dup_score(0.4, 5000, 0), dup_score(0.4, -1, 0));
    cr_expect_gt(dup_score(0.4, -1, 1), dup_score(0.4, -1, 100));
    cr_expect_eq(dup_score(0.4, -1, 24), dup_score(0.4, -1, -24));
    cr_expect_eq(dup_score(0.4, -1, 1e6), dup_score(0.4, -1, 1e7));
    cr_expect_eq(dup_score(0.4, 1e6, 0), dup_score(0.4, 1e7, 0));
}

static int64_t integer(const struct val *map, const char *key)
{
    return val_get(map, str_of(key))->integer;
}

#define DAY 86400000LL
static const struct message messages[] = {
    {1, 1 * DAY, S("滨河苑捆绑销售车位"), S("开发商买房必须买车位"), S("滨河苑"), 0, 0, 1},
    {2, 2 * DAY, S("投诉滨河苑捆绑车位"), S("捆绑销售车位不合理"), S("滨河苑"), 0, 0, 1},
    {3, 3 * DAY, S("滨河苑车位捆绑"), S("捆绑销售"), S("南门"), 0, 0, 4},
    {4, 4 * DAY, S("新城搅拌站噪音"), S("夜间噪音扰民"), S(""), 113.2, 40.1, 1},
    {5, 5 * DAY, S("搅拌站夜间噪音"), S("新城居民睡不着"), S(""), 113.2001, 40.1, 1},
    {6, 6 * DAY, S("公园长椅坏了"), S("请修理"), S(""), 113.9, 40.9, 900},
    {7, 7 * DAY, S(""), S("👍"), S(""), 0, 0, 1},
    {8, 900 * DAY, S("搅拌站"), S("别处"), S(""), 115.0, 41.0, 0},
};

Test(topics, are_messages_alike_in_words_hottest_first)
{
    struct arena a;
    struct val *list;
    const struct val *one, *other;

    arena_init(&a, ARENA_MAX);
    list = val_list(&a);
    text_topics(&a, messages, COUNT(messages), 10, list);
    cr_assert(list->first && list->first->next && !list->first->next->next);
    one = &list->first->val;
    other = &list->first->next->val;
    cr_expect_eq(integer(one, "rank"), 1);
    cr_expect_eq(integer(one, "n"), 3);
    cr_expect_eq(integer(one, "heat"), 4);
    cr_expect_eq(integer(one, "from_ms"), 1 * DAY);
    cr_expect_eq(integer(one, "to_ms"), 3 * DAY);
    cr_expect(str_eq(val_get(one, S("place"))->str, S("滨河苑")));
    cr_expect_not(val_is_empty(val_get(one, S("words"))));
    cr_expect_eq(integer(other, "n"), 2);
    cr_expect_eq(val_get(other, S("ids"))->first->val.integer, 4);
    cr_expect(val_is_empty(val_get(other, S("place"))));
    list = val_list(&a);
    text_topics(&a, messages, COUNT(messages), 1, list);
    cr_expect(list->first && !list->first->next);
    arena_reset(&a);
}

/* The first two share nothing and open topics of their own; the next two bring them together. */
static const struct message parted[] = {
    {1, 1 * DAY, S("车贷案件拖延"), S(""), S(""), 0, 0, 900},
    {2, 2 * DAY, S("老板跑路诈骗"), S(""), S(""), 0, 0, 800},
    {3, 3 * DAY, S("车贷案件拖延，老板跑路诈骗"), S(""), S(""), 0, 0, 3},
    {4, 4 * DAY, S("老板跑路诈骗，车贷案件拖延"), S(""), S(""), 0, 0, 2},
    {5, 5 * DAY, S("路灯不亮"), S("晚上看不见"), S(""), 0, 0, 1},
    {6, 6 * DAY, S("晚上路灯不亮"), S("看不见"), S(""), 0, 0, 1},
    {7, 7 * DAY, S("公园长椅"), S("坏了"), S(""), 0, 0, 1},
};

Test(topics, that_grew_alike_become_one)
{
    struct arena a;
    struct val *list;

    arena_init(&a, ARENA_MAX);
    list = val_list(&a);
    text_topics(&a, parted, COUNT(parted), 10, list);
    cr_assert(list->first && list->first->next && !list->first->next->next);
    cr_expect_eq(integer(&list->first->val, "n"), 4);
    cr_expect_eq(integer(&list->first->val, "heat"), 61);
    cr_expect_eq(integer(&list->first->val, "from_ms"), 1 * DAY);
    cr_expect_eq(integer(&list->first->val, "to_ms"), 4 * DAY);
    arena_reset(&a);
}

/* A street of many lamps: more topics share its word than one word leads to, bodies are cut, and
 * a topic without titles is called by its first words. */
Test(topics, of_long_texts_without_titles_are_called_by_their_first_words)
{
    enum { N = 400 };
    static struct message many[N];
    struct arena a;
    struct val *list;

    arena_init(&a, ARENA_MAX);
    list = val_list(&a);
    for (int i = 0; i < N; i++) {
        struct buf b = {.arena = &a};
        unsigned x = (unsigned)(i / 2) * 2654435761U;

        buf_put(&b, S("滨河路"));
        for (int k = 0; k < 300; k++, x = x * 1664525U + 1013904223U) {
            char bytes[4];

            buf_put(&b, (struct str){bytes, utf8_put(bytes, 0x4e00 + (x >> 16) % 8000)});
        }
        many[i] = (struct message){.id = i % 7,
                                   .at_ms = DAY,
                                   .body = buf_str(&b),
                                   .weight = 1,
                                   .lon = i % 3 ? 113.2 : 0,
                                   .lat = i % 3 ? 40.1 : 0};
    }
    text_topics(&a, many, N, 1000, list);
    cr_assert_not_null(list->first);
    for (const struct item *it = list->first; it; it = it->next) {
        struct str title = val_get(&it->val, S("title"))->str;

        cr_expect_eq(integer(&it->val, "n"), 2);
        cr_expect_eq(utf8_count(title), 40);
        cr_expect(str_eq(utf8_cut(title, 3), S("滨河路")));
    }
    arena_reset(&a);
}

Test(topics, of_nothing_there_are_none)
{
    struct arena a;
    struct val *list;

    arena_init(&a, ARENA_MAX);
    list = val_list(&a);
    text_topics(&a, messages, 0, 10, list);
    text_topics(&a, messages, 1, 10, list);
    text_topics(&a, messages, COUNT(messages), 0, list);
    cr_expect(val_is_empty(list));
    arena_reset(&a);
}

Test(topics, of_messages_all_the_same_there_is_no_telling_word_and_so_none)
{
    struct message same[60];
    struct arena a;
    struct val *list;

    for (size_t i = 0; i < COUNT(same); i++)
        same[i] = (struct message){.id = (int64_t)i, .title = S("路灯"), .weight = 1};
    arena_init(&a, ARENA_MAX);
    list = val_list(&a);
    text_topics(&a, same, COUNT(same), 10, list);
    cr_expect(val_is_empty(list));
    arena_reset(&a);
}

Test(topics, words_are_whole_and_do_not_overlap)
{
    struct place p[32];
    struct arena a;
    struct str text = S("，甲滨河苑，乙滨河苑");
    size_t n = places_add(p, 0, text);
    double weight = 0;

    arena_init(&a, ARENA_MAX);
    cr_assert_eq(n, 8);
    p[1].pair = p[2].pair = 3;
    p[0].pair = 0.5;
    p[5].pair = p[6].pair = 2;
    cr_expect(str_eq(places_take(&a, p, n, &weight), S("滨河苑")));
    cr_expect_float_eq(weight, 6, 1e-9);
    cr_expect_eq(places_take(&a, p, n, &weight).n, 0);
    cr_expect_eq(places_take(&a, p, 0, &weight).n, 0);
    arena_reset(&a);
}
