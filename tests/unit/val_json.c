#include "val/json.h"

#include "val/yaml.h"

#include <criterion/criterion.h>
#include <string.h>

static struct arena arena;

static void init(void)
{
    arena_init(&arena, (size_t)1 << 28);
}

static void clean(void)
{
    arena_reset(&arena);
}

static const char *written(const struct val *v)
{
    struct buf b = {.arena = &arena};

    json_write(&b, v);
    return str_copy(&arena, buf_str(&b)).p;
}

Test(val, json_is_read_as_it_is_written, .init = init, .fini = clean)
{
    static const struct {
        const char *text, *back;
    } cases[] = {
        {"{}", "{}"},
        {" [ 1 , -2 , 0 ] ", "[1,-2,0]"},
        {"\xef\xbb\xbf[true,false,null]", "[true,false,null]"},
        {"{\"a\":{\"b\":[\"c\"]},\"\":\"\"}", "{\"a\":{\"b\":[\"c\"]},\"\":\"\"}"},
        {"[1.50,-0.1,1e3,2E-7,1.5e+2]", "[\"1.50\",\"-0.1\",\"1e3\",\"2E-7\",\"1.5e+2\"]"},
        {"999999999999999999", "999999999999999999"},
        {"-999999999999999999", "-999999999999999999"},
        {"1000000000000000000", "\"1000000000000000000\""},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u5e94\\ud83d\\ude00\\uABCD\"",
         "\"\\\"\\\\/\\u0008\\u000c\\u000a\\u000d\\u0009A\xe5\xba\x94\xf0\x9f\x98\x80\xea\xaf\x8d\""},
        {"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        struct val *v;

        cr_assert(json_read(&arena, str_of(cases[i].text), 1000, &v, &e), "%s: %s", cases[i].text,
                  e.text);
        cr_expect_str_eq(written(v), cases[i].back);
    }
}

Test(val, json_that_is_none_is_refused_with_its_line, .init = init, .fini = clean)
{
    static const char *const wrong[] = {"",
                                        "x",
                                        "{",
                                        "[",
                                        "[1",
                                        "[1,",
                                        "[1,]",
                                        "[1 2]",
                                        "{1:2}",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\" 1}",
                                        "{\"a\":1",
                                        "{\"a\":1,}",
                                        "[1]]",
                                        "{} {}",
                                        "01",
                                        "-",
                                        "1.",
                                        ".5",
                                        "1e",
                                        "1e+",
                                        "+1",
                                        "tru",
                                        "nulL",
                                        "\"",
                                        "\"\\",
                                        "\"\\x\"",
                                        "\"\\u12\"",
                                        "\"\\u12g4\"",
                                        "\"\\u0000\"",
                                        "\"\\ud800\"",
                                        "\"\\ud800\\u0041\"",
                                        "\"\\udc00\"",
                                        "\"\\ud800x\"",
                                        "\"a\nb\"",
                                        "\"\t\"",
                                        "{\"a\":1,\"a\":2}",
                                        "{\"a\":1,\"\\u0061\":2}",
                                        "\"\xff\"",
                                        "'a'",
                                        "[1}",
                                        "{\"a\":1]",
                                        "\"\\ud83d\\u",
                                        "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
                                        "{\"a\":[1,}",
                                        "[tru]",
                                        "[\"\\q\"]",
                                        "{\"\\q\":1}"};
    struct err e = {0};
    struct val *v;

    for (size_t i = 0; i < COUNT(wrong); i++) {
        e = (struct err){0};
        cr_expect(!json_read(&arena, str_of(wrong[i]), 1000, &v, &e), "%s", wrong[i]);
        cr_expect_eq(e.kind, ERR_INVALID);
    }
    e = (struct err){0};
    cr_expect(!json_read(&arena, S("{\n\"a\": 1,\n\"b\": ?}"), 1000, &v, &e));
    cr_expect_str_eq(e.arg[0], "3");
    e = (struct err){0};
    cr_expect(!json_read(&arena, ((struct str){"\"a\0\"", 4}), 1000, &v, &e));
    e = (struct err){0};
    cr_expect(!json_read(&arena, S("[1,2]"), 4, &v, &e));
    cr_expect_eq(e.kind, ERR_TOO_LARGE);
}

Test(val, json_objects_have_a_bound_on_their_names, .init = init, .fini = clean)
{
    struct buf b = {.arena = &arena};
    struct err e = {0};
    struct val *v;

    buf_put(&b, S("{"));
    for (int i = 0; i < 1024; i++)
        buf_put(&b, str_format(&arena, "%s\"%d\":%d", i ? "," : "", i, i));
    cr_expect(json_read(&arena, str_format(&arena, "%.*s}", STR_ARG(buf_str(&b))), 1 << 20, &v, &e),
              "%s", e.text);
    cr_expect(!json_read(&arena, str_format(&arena, "%.*s,\"x\":1}", STR_ARG(buf_str(&b))), 1 << 20,
                         &v, &e));
    cr_expect_eq(e.kind, ERR_TOO_LARGE);
}

Test(val, json_values_know_their_line, .init = init, .fini = clean)
{
    struct err e = {0};
    struct val *v;

    cr_assert(json_read(&arena, S("{\n\"a\": [1,\n2]}"), 100, &v, &e));
    cr_expect_eq(v->line, 1);
    cr_expect_eq(val_get(v, S("a"))->line, 2);
    cr_expect_eq(val_get(v, S("a"))->first->next->val.line, 3);
}

Test(val, yaml_is_read_strictly, .init = init, .fini = clean)
{
    static const struct {
        const char *text, *back; /* NULL: refused */
    } cases[] = {
        {"a: 1", "{\"a\":1}"},
        {"a: no\nb: true\nc: false", "{\"a\":\"no\",\"b\":true,\"c\":false}"},
        {"a: \"1\"\nb: '2'\nc: 1.5\nd: -3\ne: 02-10",
         "{\"a\":\"1\",\"b\":\"2\",\"c\":\"1.5\",\"d\":\"-3\",\"e\":\"02-10\"}"},
        {"- [a, {b: c}]\n- |\n  x\n  y", "[[\"a\",{\"b\":\"c\"}],\"x\\u000ay\"]"},
        {"a: 9999999999999999999", "{\"a\":\"9999999999999999999\"}"},
        {"a:", "{\"a\":\"\"}"},
        {"a: 1\na: 2", NULL},
        {"a: &x 1", NULL},
        {"a: &x [1]", NULL},
        {"a: &x {b: 1}", NULL},
        {"a: !!int 1", NULL},
        {"a: !x [1]", NULL},
        {"a: !x {b: 1}", NULL},
        {"a: 1\n---\nb: 2", NULL},
        {"", NULL},
        {"[a]: 1", NULL},
        {"a: [1", NULL},
        {"a: {b: [}", NULL},
        {"a: \"", NULL},
        {"a: \xff", NULL},
        {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        struct val *v;
        bool ok = yaml_read(&arena, S("t.yaml"), str_of(cases[i].text), &v, &e);

        cr_expect_eq(ok, cases[i].back != NULL, "%s: %s", cases[i].text, e.text);
        if (ok && cases[i].back)
            cr_expect_str_eq(written(v), cases[i].back);
        else
            cr_expect_eq(e.kind, ERR_INVALID);
    }
}

Test(val, emptiness_is_what_a_page_leaves_out, .init = init, .fini = clean)
{
    struct val *map = val_map(&arena);

    set_int(map, "nought", 0);
    set_bool(map, "no", false);
    set_bool(map, "yes", true);
    set_str(map, "none", S(""));
    set_html(map, "html", S("<b>"));
    set_val(map, S("null"), (struct val){.kind = VAL_NULL});
    set_list(map, "list");
    add_map(set_list(map, "one"));
    set_map(map, "map");
    cr_expect(!val_is_empty(val_get(map, S("nought"))));
    cr_expect(val_is_empty(val_get(map, S("no"))) && !val_is_empty(val_get(map, S("yes"))));
    cr_expect(val_is_empty(val_get(map, S("none"))) && !val_is_empty(val_get(map, S("html"))));
    cr_expect(val_is_empty(val_get(map, S("null"))) && val_is_empty(val_get(map, S("absent"))));
    cr_expect(val_is_empty(val_get(map, S("list"))) && !val_is_empty(val_get(map, S("one"))));
    cr_expect(!val_is_empty(val_get(map, S("map"))));
    cr_expect_str_eq(written(map),
                     "{\"nought\":0,\"no\":false,\"yes\":true,\"none\":\"\",\"html\":\"<b>\","
                     "\"null\":null,\"list\":[],\"one\":[{}],\"map\":{}}");
}
