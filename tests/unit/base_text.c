#include "base/err.h"
#include "base/str.h"
#include "base/utf8.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(base, utf8_is_well_formed_or_it_is_not)
{
    static const struct {
        struct str s;
        bool ok;
    } cases[] = {
        {{"", 0}, true},
        {{"abc", 3}, true},
        {{"\xe5\xba\x94\xe5\x93\xa8", 6}, true},
        {{"\xc2\x80", 2}, true},
        {{"\xf0\x9f\x98\x80", 4}, true},
        {{"\xf4\x8f\xbf\xbf", 4}, true},
        {{"\xef\xbf\xbf", 3}, true},
        {{"\xed\x9f\xbf", 3}, true},
        {{"a\0b", 3}, false},
        {{"\x80", 1}, false},
        {{"\xc0\x80", 2}, false},
        {{"\xc1\xbf", 2}, false},
        {{"\xe0\x9f\xbf", 3}, false},
        {{"\xed\xa0\x80", 3}, false},
        {{"\xf0\x8f\xbf\xbf", 4}, false},
        {{"\xf4\x90\x80\x80", 4}, false},
        {{"\xf5\x80\x80\x80", 4}, false},
        {{"\xff", 1}, false},
        {{"\xe5\xba", 2}, false},
        {{"\xe5\x41\x94", 3}, false},
        {{"\xc2", 1}, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(utf8_valid(cases[i].s), cases[i].ok, "case %zu", i);
}

Test(base, every_code_point_is_written_and_read_back)
{
    for (uint32_t c = 1; c <= 0x10ffff; c++) {
        char bytes[4];
        struct str s = {bytes, utf8_put(bytes, c)};

        if (c >= 0xd800 && c <= 0xdfff) {
            cr_assert(!utf8_valid(s));
            continue;
        }
        cr_assert(utf8_valid(s), "%x", c);
        cr_assert_eq(utf8_count(s), 1);
        cr_assert_eq(utf8_next(&s), c);
        cr_assert_eq(s.n, 0);
    }
}

Test(base, text_is_cut_between_characters)
{
    struct str s = S("a\xe5\xba\x94\xf0\x9f\x98\x80z");

    cr_expect_eq(utf8_count(s), 4);
    cr_expect_eq(utf8_cut(s, 0).n, 0);
    cr_expect_eq(utf8_cut(s, 2).n, 4);
    cr_expect_eq(utf8_cut(s, 3).n, 8);
    cr_expect_eq(utf8_cut(s, 99).n, s.n);
}

Test(base, strings_are_trimmed_cut_and_compared)
{
    struct str head, rest = str_cut(S("a,b,,"), ',', &head);

    cr_expect(str_eq(head, S("a")) && str_eq(rest, S("b,,")));
    rest = str_cut(S("a"), ',', &head);
    cr_expect(str_eq(head, S("a")) && rest.n == 0);
    rest = str_cut((struct str){0}, ',', &head);
    cr_expect(head.n == 0 && rest.n == 0);
    cr_expect(str_eq(str_trim(S(" \t\r\n a b \n")), S("a b")));
    cr_expect_eq(str_trim(S("  ")).n, 0);
    cr_expect(str_eq(str_of(NULL), S("")));
    cr_expect(!str_eq(S("a"), S("b")) && !str_eq(S("a"), S("ab")));
}

Test(base, a_buffer_grows_and_escapes)
{
    struct arena a;
    struct buf b, c = {0};

    arena_init(&a, 1 << 20);
    b = c = (struct buf){.arena = &a};
    buf_html(&b, S("<a href=\"x\">'&</a>"));
    cr_expect(str_eq(buf_str(&b), S("&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;")));
    b = (struct buf){.arena = &a};
    buf_json(&b, S("a\"\\\n\x01\xe5\xba\x94"));
    cr_expect(str_eq(buf_str(&b), S("\"a\\\"\\\\\\u000a\\u0001\xe5\xba\x94\"")));
    b = (struct buf){.arena = &a};
    buf_json(&b, (struct str){0});
    cr_expect(str_eq(buf_str(&b), S("\"\"")));
    for (int i = 0; i < 5000; i++)
        buf_int(&c, i % 10);
    cr_expect_eq(buf_str(&c).n, 5000);
    cr_expect_eq(buf_str(&c).p[4321], '1');
    b = (struct buf){.arena = &a};
    buf_put(&b, S(""));
    cr_expect_eq(buf_str(&b).n, 0);
    buf_int(&b, INT64_MIN);
    cr_expect(str_eq(buf_str(&b), S("-9223372036854775808")));
    cr_expect_str_eq(str_format(&a, "%s-%d", "x", 5).p, "x-5");
    arena_reset(&a);
}

Test(base, a_refusal_keeps_its_sentence_and_what_it_is_about)
{
    struct err e = {0};

    cr_expect(!refuse(&e, ERR_CONFLICT, "place", "%.*s has %d of %zu in %s.",
                      STR_ARG(S("\xe5\xba\x94")), 3, (size_t)7, "all"));
    cr_expect_eq(e.kind, ERR_CONFLICT);
    cr_expect_str_eq(e.field, "place");
    cr_expect_str_eq(e.message, "%.*s has %d of %zu in %s.");
    cr_expect_str_eq(e.text, "\xe5\xba\x94 has 3 of 7 in all.");
    cr_expect_str_eq(e.arg[0], "\xe5\xba\x94");
    cr_expect_str_eq(e.arg[1], "3");
    cr_expect_str_eq(e.arg[2], "7");
    cr_expect_str_eq(e.arg[3], "all");
    e = (struct err){0};
    cr_expect(!refuse(&e, ERR_DENIED, NULL, "At %lld.", (long long)-9));
    cr_expect_str_eq(e.text, "At -9.");
    cr_expect_null(e.field);
}

Test(base, what_a_refusal_names_is_cut_between_characters)
{
    struct err e = {0};
    char name[400];

    for (int i = 0; i < 399; i++)
        name[i] = "\xe5\xba\x94"[i % 3];
    name[399] = '\0';
    cr_expect(!refuse(&e, ERR_INVALID, NULL, "%s is too long: %s%s%s", name, name, name, name));
    cr_expect_eq(strlen(e.arg[0]), 78, "26 whole characters");
    cr_expect(utf8_valid(str_of(e.arg[0])));
    cr_expect(utf8_valid(str_of(e.text)));
    cr_expect_lt(strlen(e.text), sizeof(e.text));
}

/* str_format writes the usual conversions by itself; what comes out is what printf writes. */
#define SAME(...)                                                 \
    do {                                                          \
        char want[2000];                                          \
        int n = snprintf(want, sizeof(want), __VA_ARGS__);        \
        struct str got = str_format(&a, __VA_ARGS__);             \
                                                                  \
        cr_expect_eq((int)got.n, n);                              \
        cr_expect_str_eq(got.p, want, "%s, not %s", got.p, want); \
    } while (0)

Test(base, formats_are_printfs)
{
    struct arena a;
    char long_text[1500];

    arena_init(&a, 1 << 20);
    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = 0;
    SAME("plain");
    SAME("%d%%", 7);
    SAME("%d %d %d", 0, INT32_MIN, INT32_MAX);
    SAME("%lld %lld %lld", 0LL, INT64_MIN + 0LL, INT64_MAX + 0LL);
    SAME("%02d:%02d %04d %02d", 5, 123, -7, -12345);
    SAME("%08lld|%06lld", -42LL, 1234567LL);
    SAME("%.*s|%.*s|%.*s", 2, "abc", 5, "abc", 0, "abc");
    SAME("%s,%c,%zu,%.2f,%x,%5d,%-5s|", "z", 'c', (size_t)9, 1.005, 255U, 3, "l");
    SAME("%s and %s", long_text, "more");
    SAME("%.*s", 700, long_text);
    arena_reset(&a);
}

static void note(void *arg)
{
    ++*(int *)arg;
}

Test(base, memory_within_memory_goes_with_it)
{
    struct arena a, *inner;
    int dropped = 0;

    arena_init(&a, 1 << 22);
    inner = arena_within(&a);
    for (int i = 0; i < 50; i++) {
        char *p = NEW_ARRAY(inner, char, 100000);

        cr_assert_eq(p[99999], 0);
        memset(p, 1, 100000);
        arena_clear(inner); /* fifty of them would be more than the limit */
    }
    arena_defer(inner, note, &dropped);
    arena_reset(&a);
    cr_expect_eq(dropped, 1);
}
