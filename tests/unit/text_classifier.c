#include "base/utf8.h"
#include "text/model.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define ARENA_MAX ((size_t)1 << 30)

static const struct labelled rows[] = {
    {S("环保"), S("工地夜间施工噪音扰民"), S("搅拌站夜里噪音大，居民睡不着。")},
    {S("环保"), S("工厂排放黑烟"), S("工厂夜间排放黑烟，空气污染严重。")},
    {S("环保"), S("河道污染"), S("河道污水臭气，污染严重。")},
    {S("环保"), S("噪音扰民"), S("广场音响噪音扰民。")},
    {S("教育"), S("学校乱收费"), S("小学老师补课乱收费，家长意见大。")},
    {S("教育"), S("中学招生"), S("中学招生学位不足，家长着急。")},
    {S("教育"), S("幼儿园收费"), S("幼儿园收费太高，老师少。")},
    {S("教育"), S("学校补课"), S("学校周末补课，老师布置作业多。")},
    {S("交通"), S("公交车等候时间长"), S("公交车班次少，司机态度差。")},
    {S("交通"), S("出租车拒载"), S("出租车司机拒载，公交也没有。")},
    {S("交通"), S("道路拥堵"), S("道路早高峰拥堵，公交车开不动。")},
    {S("交通"), S("红绿灯"), S("路口红绿灯坏了，道路拥堵。")},
};

static struct classifier *trained(struct arena *a)
{
    struct classifier *c = NULL;
    struct err e = {0};

    cr_assert(classifier_train(a, rows, COUNT(rows), &c, &e), "%s", e.text);
    return c;
}

Test(classifier, suggests_by_words_and_its_confidences_sum_to_one)
{
    static const struct {
        struct str title, body;
        const char *want;
    } cases[] = {
        {S("夜间噪音"), S("搅拌站污染"), "环保"},
        {S("老师补课"), S(""), "教育"},
        {S(""), S("公交司机拒载"), "交通"},
    };
    struct arena a;
    struct classifier *c;

    arena_init(&a, ARENA_MAX);
    c = trained(&a);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct suggestion best[5];
        double sum = 0;

        cr_assert_eq(classifier_suggest(c, cases[i].title, cases[i].body, best, 5), 3);
        cr_expect(str_eq(best[0].label, str_of(cases[i].want)), "%s", cases[i].want);
        for (size_t k = 0; k < 3; k++) {
            sum += best[k].confidence;
            cr_expect(k == 0 || best[k - 1].confidence >= best[k].confidence);
        }
        cr_expect_float_eq(sum, 1, 1e-9);
        cr_expect_eq(classifier_suggest(c, cases[i].title, cases[i].body, best, 1), 1);
    }
    arena_reset(&a);
}

Test(classifier, a_text_that_says_nothing_gets_even_confidences_and_no_reasons)
{
    static const struct str texts[] = {S(""), S("👍，。"), S("qqqq")};
    struct arena a;
    struct classifier *c;

    arena_init(&a, ARENA_MAX);
    c = trained(&a);
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct suggestion best[3];
        struct val *list = val_list(&a);

        cr_assert_eq(classifier_suggest(c, texts[i], texts[i], best, 3), 3);
        cr_expect_float_eq(best[0].confidence, 1.0 / 3, 1e-9);
        classifier_reasons(&a, c, texts[i], texts[i], S("环保"), list);
        cr_expect(val_is_empty(list));
    }
    arena_reset(&a);
}

Test(classifier, training_twice_gives_the_same_bytes_and_reading_gives_the_same_answers)
{
    struct arena a;
    struct classifier *c, *again;
    struct str bytes;
    struct err e = {0};

    arena_init(&a, ARENA_MAX);
    c = trained(&a);
    bytes = classifier_write(&a, c);
    cr_expect(str_eq(bytes, classifier_write(&a, trained(&a))));
    for (size_t shift = 0; shift < 8; shift += 4) {
        char *at = NEW_ARRAY(&a, char, bytes.n + 8) + shift;

        memcpy(at, bytes.p, bytes.n);
        cr_assert(classifier_read(&a, (struct str){at, bytes.n}, &again, &e), "%s", e.text);
        for (size_t i = 0; i < COUNT(rows); i++) {
            struct suggestion x[3], y[3];

            (void)classifier_suggest(c, rows[i].title, rows[i].body, x, 3);
            (void)classifier_suggest(again, rows[i].title, rows[i].body, y, 3);
            for (size_t k = 0; k < 3; k++) {
                cr_expect(str_eq(x[k].label, y[k].label));
                cr_expect_eq(x[k].confidence, y[k].confidence);
            }
        }
    }
    arena_reset(&a);
}

Test(classifier, reasons_are_words_of_the_text)
{
    struct arena a;
    struct val *list;
    struct classifier *c;
    const struct val *word;

    arena_init(&a, ARENA_MAX);
    c = trained(&a);
    list = val_list(&a);
    classifier_reasons(&a, c, S("夜间噪音扰民"), S("搅拌站，污染很大"), S("环保"), list);
    cr_assert(!val_is_empty(list));
    for (const struct item *it = list->first; it; it = it->next) {
        word = val_get(&it->val, S("word"));
        cr_expect(text_contains(S("夜间噪音扰民搅拌站，污染很大"), word->str), "%.*s",
                  STR_ARG(word->str));
        cr_expect_gt(val_get(&it->val, S("weight_permille"))->integer, 0);
    }
    list = val_list(&a);
    classifier_reasons(&a, c, S("夜间噪音"), S(""), S("没有这一类"), list);
    cr_expect(val_is_empty(list));
    arena_reset(&a);
}

static void expect_refused(struct arena *a, const struct labelled *row, size_t n, const char *says)
{
    struct classifier *c;
    struct err e = {0};

    cr_expect_not(classifier_train(a, row, n, &c, &e));
    cr_expect(strstr(e.text, says), "'%s' does not say '%s'", e.text, says);
}

Test(classifier, refuses_rows_that_teach_nothing)
{
    const struct labelled none[] = {{S("甲"), S("水"), S("")}, {S("乙"), S("电"), S("")}};
    const struct labelled blank[] = {{S("甲"), S("水"), S("")}, {S(""), S("水"), S("")}};
    struct labelled many[LABELS_MAX + 1], *rest;
    char name[LABELS_MAX + 1][8], too_long[LABEL_MAX + 2] = {0};
    struct arena a;

    arena_init(&a, ARENA_MAX);
    expect_refused(&a, none, 0, "two different labels");
    expect_refused(&a, none, 1, "two different labels");
    expect_refused(&a, none, 2, "in common");
    expect_refused(&a, blank, 2, "Row 2 has no label");
    memset(too_long, 'a', LABEL_MAX + 1);
    expect_refused(&a, &(struct labelled){str_of(too_long), S("水"), S("")}, 1, "longer than");
    for (size_t i = 0; i < COUNT(many); i++) {
        (void)snprintf(name[i], sizeof(name[i]), "%zu", i);
        many[i] = (struct labelled){str_of(name[i]), S("水"), S("")};
    }
    expect_refused(&a, many, COUNT(many), "different labels");
    rest = NEW_ARRAY(&a, struct labelled, 200001);
    expect_refused(&a, rest, 200001, "more than 200000");
    arena_reset(&a);
}

/* A change to the bytes, sealed again with a fitting checksum where `sealed`. */
struct damage {
    const char *what;
    size_t at, n;
    unsigned char to;
    bool sealed;
};

Test(classifier, refuses_damaged_bytes_whether_or_not_the_checksum_fits)
{
    struct arena a;
    struct str bytes;
    struct classifier view, *out;
    struct err e = {0};

    arena_init(&a, ARENA_MAX);
    bytes = classifier_write(&a, trained(&a));
    cr_assert(model_view(bytes, &view));
    const struct damage cases[] = {
        {"magic", 0, 1, 'x', true},
        {"size", 8, 1, 0xff, true},
        {"one weight", (size_t)((const char *)view.weight - bytes.p), 1, 0x55, false},
        {"labels 0", offsetof(struct model_head, n_labels), 1, 0, true},
        {"labels many", offsetof(struct model_head, n_labels), 4, 0xff, true},
        {"features 0", offsetof(struct model_head, n_features), 4, 0, true},
        {"features many", offsetof(struct model_head, n_features), 4, 0xff, true},
        {"bits", offsetof(struct model_head, bucket_bits), 1, 60, true},
        {"label bytes", offsetof(struct model_head, label_bytes), 4, 0xff, true},
        {"label bytes less", offsetof(struct model_head, label_bytes), 1, 1, true},
        {"slope 0", offsetof(struct model_head, slope), 8, 0, true},
        {"slope nan", offsetof(struct model_head, slope), 8, 0xff, true},
        {"scale nan", (size_t)((const char *)view.scale - bytes.p), 4, 0xff, true},
        {"scale huge", (size_t)((const char *)view.scale - bytes.p), 4, 0x7e, true},
        {"first bucket", (size_t)((const char *)view.bucket - bytes.p), 1, 1, true},
        {"bucket past", (size_t)((const char *)view.bucket - bytes.p) + 4, 4, 0x7f, true},
        {"last bucket", (size_t)((const char *)view.label_end - bytes.p) - 4, 4, 0x7f, true},
        {"label end 0", (size_t)((const char *)view.label_end - bytes.p), 4, 0, true},
        {"label end far", (size_t)((const char *)view.label_end - bytes.p), 4, 0x7f, true},
        {"last label end", (size_t)((const char *)view.label_end - bytes.p) + 8, 1, 17, true},
        {"label no UTF-8", bytes.n - 1, 1, 0xff, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str copy = str_copy(&a, bytes);
        char *p = (char *)(uintptr_t)copy.p;
        uint64_t sum;

        memset(p + cases[i].at, cases[i].to, cases[i].n);
        sum = model_checksum(copy);
        if (cases[i].sealed)
            memcpy(p + offsetof(struct model_head, checksum), &sum, sizeof(sum));
        e = (struct err){0};
        cr_expect_not(classifier_read(&a, copy, &out, &e), "%s", cases[i].what);
        cr_expect_eq(e.kind, ERR_INVALID);
    }
    for (size_t n = 0; n < bytes.n; n += 1 + bytes.n / 50) {
        e = (struct err){0};
        cr_expect_not(classifier_read(&a, (struct str){bytes.p, n}, &out, &e), "%zu bytes", n);
    }
    arena_reset(&a);
}

static struct str gibberish(struct arena *a, unsigned seed, int chars)
{
    struct buf b = {.arena = a};

    for (int i = 0; i < chars; i++) {
        char bytes[4];

        seed = seed * 1664525U + 1013904223U;
        buf_put(&b, (struct str){bytes, utf8_put(bytes, 0x4e00 + (seed >> 16) % 8000)});
    }
    return buf_str(&b);
}

Test(classifier, a_hundred_thousand_different_words_are_learned)
{
    struct labelled many[12];
    struct arena a;
    struct classifier *c = NULL;
    struct suggestion best;
    struct err e = {0};

    arena_init(&a, ARENA_MAX);
    for (unsigned i = 0; i < COUNT(many); i++)
        many[i] = (struct labelled){i % 2 ? S("甲") : S("乙"), S(""), gibberish(&a, i % 6, 18000)};
    cr_assert(classifier_train(&a, many, COUNT(many), &c, &e), "%s", e.text);
    cr_expect_gt(c->head->n_features, 100000);
    (void)classifier_suggest(c, S(""), gibberish(&a, 3, 50), &best, 1);
    cr_expect(str_eq(best.label, S("甲")));
    (void)classifier_suggest(c, S(""), gibberish(&a, 4, 50), &best, 1);
    cr_expect(str_eq(best.label, S("乙")));
    arena_reset(&a);
}

Test(classifier, a_very_long_text_counts_by_its_beginning_only)
{
    struct arena a;
    struct buf b;
    struct suggestion best;
    struct classifier *c;

    arena_init(&a, ARENA_MAX);
    c = trained(&a);
    b = (struct buf){.arena = &a};
    for (int i = 0; i < 6000; i++)
        buf_put(&b, S("x噪音污染"));
    for (int i = 0; i < 20000; i++)
        buf_put(&b, S("老师补课"));
    (void)classifier_suggest(c, S(""), buf_str(&b), &best, 1);
    cr_expect(str_eq(best.label, S("环保")));
    arena_reset(&a);
}
