#include "text/text.h"

#include <criterion/criterion.h>

#include <string.h>

#define ARENA_MAX ((size_t)1 << 28)

static void expect(struct str got, const char *want)
{
    cr_expect(str_eq(got, str_of(want)), "got '%.*s', want '%s'", STR_ARG(got), want);
}

static void put(void *arg, struct str token)
{
    buf_put(arg, token);
    buf_put(arg, S("|"));
}

Test(text, normal_form_folds_width_and_case_and_keeps_one_blank_for_what_separates)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"  ，。 ", ""},
        {"ＡＢＣ１２３", "abc123"},
        {"A市B2区，漏水！", "a市b2区 漏水"},
        {"a\xe3\x80\x80  b", "a b"},
        {"ÀÉÞ×ß", "àéþ ß"},
        {"ΑΩ Привет", "αω привет"},
        {"𠮷野家👍好", "𠮷野家 好"},
        {"👍🏽", ""},
        {"水\xe2\x80\x8b管", "水管"},
        {"漏水\xef\xb8\x8f", "漏水"},
        {"한국 かな ｶﾅ", "한국 かな ｶﾅ"},
        {"3.5元", "3 5元"},
    };
    struct arena a;

    arena_init(&a, ARENA_MAX);
    for (size_t i = 0; i < COUNT(cases); i++)
        expect(text_normal(&a, str_of(cases[i][0])), cases[i][1]);
    arena_reset(&a);
}

Test(text, tokens_are_bigrams_of_chinese_runs_and_whole_words)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"，", ""},
        {"水", "水|"},
        {"漏水", "漏水|"},
        {"下水道", "下水|水道|"},
        {"A3区渝长厦高铁", "a3|区渝|渝长|长厦|厦高|高铁|"},
        {"５栋201 室", "5|栋|201|室|"},
        {"𠮷野", "𠮷野|"},
        {"水👍管", "水|管|"},
        {"x", "x|"},
        {"《民法典》第1条", "民法|法典|第|1|条|"},
    };
    struct arena a;

    arena_init(&a, ARENA_MAX);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf b = {.arena = &a};

        text_tokens(str_of(cases[i][0]), put, &b);
        expect(buf_str(&b), cases[i][1]);
    }
    arena_reset(&a);
}

Test(text, a_word_of_a_thousand_letters_becomes_one_short_token)
{
    char word[1001];
    struct arena a;

    memset(word, 'a', 1000);
    word[1000] = '\0';
    arena_init(&a, ARENA_MAX);
    cr_expect_eq(text_index(&a, str_of(word)).n, 64);
    arena_reset(&a);
}

Test(text, index_and_query_agree_and_single_characters_are_left_to_the_recheck)
{
    struct arena a;

    arena_init(&a, ARENA_MAX);
    expect(text_index(&a, S("下水道 5栋")), "下水 水道 5 栋");
    expect(text_query(&a, S("下水道，5栋")), "下水 水道 5");
    expect(text_query(&a, S("水")), "");
    expect(text_query(&a, S("a")), "a");
    expect(text_query(&a, S("")), "");
    arena_reset(&a);
}

Test(text, contains_means_every_word_after_folding)
{
    static const struct {
        const char *s, *words;
        bool want;
    } cases[] = {
        {"丽发新城附近搅拌站噪音", "搅拌站 丽发新城", true},
        {"丽发新城附近搅拌站噪音", "搅拌站 高铁", false},
        {"Ａ区ＷｉＦｉ", "wifi", true},
        {"水道下", "下水道", false},
        {"漏，水", "漏水", false},
        {"漏，水", "漏，水", true},
        {"水", "水", true},
        {"任何", "", true},
        {"任何", "👍", true},
        {"", "水", false},
        {"", "", true},
        {"𠮷野家", "𠮷", true},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(text_contains(str_of(cases[i].s), str_of(cases[i].words)), cases[i].want,
                     "'%s' in '%s'", cases[i].words, cases[i].s);
}

Test(text, a_text_of_a_hundred_thousand_characters_is_read_to_its_end)
{
    struct arena a;
    struct buf b;
    struct sketch sketch;

    arena_init(&a, ARENA_MAX);
    b = (struct buf){.arena = &a};
    for (int i = 0; i < 50000; i++)
        buf_put(&b, S("街道"));
    buf_put(&b, S("末尾13812342046"));
    cr_expect_eq(text_normal(&a, buf_str(&b)).n, b.n);
    cr_expect(text_contains(buf_str(&b), S("末尾")));
    cr_expect(text_has_personal(buf_str(&b)));
    cr_expect_gt(text_index(&a, buf_str(&b)).n, b.n * 2);
    sketch_of(buf_str(&b), &sketch);
    cr_expect_eq(sketch_likeness(&sketch, &sketch), 1.0);
    arena_reset(&a);
}
