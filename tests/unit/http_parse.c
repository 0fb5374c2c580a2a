#include "http/route.h"

#include <criterion/criterion.h>
#include <string.h>

static struct arena a;

static void up(void)
{
    arena_init(&a, (size_t)64 << 20);
}

static void down(void)
{
    arena_reset(&a);
}

TestSuite(http_parse, .init = up, .fini = down);

/* A form as text: "name=value;…", files as "field:name:type:bytes"; or the refusal. */
static struct str told(struct str type, struct str body)
{
    struct form f = {.a = &a};
    struct buf b = {.arena = &a};
    struct err e = {0};

    if (!form_body(&f, type, body, &e))
        return str_copy(&a, str_of(e.text));
    for (const struct sent *it = f.first; it; it = it->next)
        buf_put(&b, str_format(&a, "%.*s=%.*s;", STR_ARG(it->name), STR_ARG(it->val.str)));
    for (const struct upload *u = f.files; u; u = u->next)
        buf_put(&b, str_format(&a, "%.*s:%.*s:%.*s:%.*s;", STR_ARG(u->field), STR_ARG(u->name),
                               STR_ARG(u->type), STR_ARG(u->bytes)));
    return buf_str(&b);
}

#define BROKEN "The form did not arrive whole. Please go back and send it again."

Test(http_parse, forms_are_read_and_broken_ones_refused)
{
    static const struct {
        const char *body, *want;
    } cases[] = {
        {"a=1&b=x+y", "a=1;b=x y;"},
        {"a=%E5%BA%94%e5%93%a8", "a=应哨;"},
        {"a&b=&=c&a=2", "a=;b=;a=2;"},
        {"a=%2", BROKEN},
        {"a=%zz", BROKEN},
        {"a=%ff", BROKEN},       /* no UTF-8 */
        {"a=%00", BROKEN},       /* NUL */
        {"a=%ED%A0%80", BROKEN}, /* a surrogate */
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str got =
            told(S("application/x-www-form-urlencoded; charset=UTF-8"), str_of(cases[i].body));

        cr_expect(str_eq(got, str_of(cases[i].want)), "%s: %.*s", cases[i].body, STR_ARG(got));
    }
    cr_expect(str_eq(told(S("text/plain"), S("x")), S("Send a form or a JSON object.")));
}

#define PART(head, bytes) "--B\r\nContent-Disposition: form-data; " head "\r\n\r\n" bytes "\r\n"

Test(http_parse, uploads_are_read_and_broken_ones_refused)
{
    static const struct {
        const char *body, *want;
    } cases[] = {
        {PART("name=\"a\"", "1\r\n2") "--B--\r\n", "a=1\r\n2;"},
        {"preamble\r\n" PART("name=a", "x") "--B--", "a=x;"},
        {PART("name=\"f\"; filename=\"照片.jpg\"\r\nContent-Type: image/jpeg", "JPEG") "--B--",
         "f:照片.jpg:image/jpeg:JPEG;"},
        {PART("name=\"f\"; filename=\"C:\\\\x\\\\a.jpg\"", "J") "--B--", "f:a.jpg::J;"},
        {PART("name=\"f\"; filename=\"../../etc/passwd\"", "J") "--B--", "f:passwd::J;"},
        {PART("name=\"f\"; filename=\"\"", "") "--B--", ""}, /* left empty */
        {PART("name=\"a\"", "1"), BROKEN},                   /* no end */
        {PART("filename=\"x\"", "1") "--B--", BROKEN},       /* no name */
        {"nothing", BROKEN},
        {"--Bx\r\n--B--", BROKEN},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str got = told(S("multipart/form-data; boundary=\"B\""), str_of(cases[i].body));

        cr_expect(str_eq(got, str_of(cases[i].want)), "%s: %.*s", cases[i].body, STR_ARG(got));
    }
    cr_expect(str_eq(told(S("multipart/form-data"), S("--B--")), S(BROKEN)));
}

Test(http_parse, fields_and_files_are_counted)
{
    struct buf fields = {.arena = &a}, files = {.arena = &a};

    for (int i = 0; i <= FIELDS_MAX; i++)
        buf_put(&fields, S("a=1&"));
    cr_expect(str_eq(told(S("application/x-www-form-urlencoded"), buf_str(&fields)),
                     S("The form has too many fields.")));
    for (int i = 0; i <= FILES_MAX; i++)
        buf_put(&files, S(PART("name=f; filename=x", "1")));
    buf_put(&files, S("--B--"));
    cr_expect(str_eq(told(S("multipart/form-data; boundary=B"), buf_str(&files)),
                     S("There are more than 20 files.")));
}

Test(http_parse, headers_say_who_and_in_what_language)
{
    static const struct {
        const char *header, *lang;
        bool json;
    } cases[] = {
        {"", "zh", false},
        {"en-US,en;q=0.9", "en", false},
        {"zh-CN,zh;q=0.9,en;q=0.8", "zh", false},
        {"en;q=0.5, zh-TW;q=0.7", "zh", false},
        {"fr, en;q=0.1", "en", false},
        {"application/json", "zh", true},
        {"text/html, application/json;q=0.9", "zh", false},
        {"*/*", "zh", false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str h = str_of(cases[i].header);

        cr_expect(str_eq(accept_lang(h), str_of(cases[i].lang)), "%s", h.p);
        cr_expect_eq(accept_json(h), cases[i].json, "%s", h.p);
    }
    cr_expect(str_eq(cookie_get(S("a=1; session=x=y;b=2"), S("session")), S("x=y")));
    cr_expect(str_eq(cookie_get(S("xsession=1"), S("session")), S("")));
}

Test(http_parse, paths_find_their_page)
{
    static const struct {
        const char *method, *path, *at, *value;
    } cases[] = {
        {"GET", "/healthz", "GET /healthz", NULL},
        {"HEAD", "/healthz", "GET /healthz", NULL},
        {"GET", "/healthz.json", "GET /healthz", NULL},
        {"GET", "/test/settings/%E5%BA%94", "GET /test/settings/{name}", "应"},
        {"GET", "/test/settings/a.json", "GET /test/settings/{name}", "a"},
        {"POST", "/test/settings", "POST /test/settings", NULL},
        {"PUT", "/test/settings", NULL, NULL},
        {"GET", "/healthz/", NULL, NULL},
        {"GET", "//healthz", NULL, NULL},
        {"GET", "/test/settings/a%2Fb", NULL, NULL},
        {"GET", "/test/settings/%00", NULL, NULL},
        {"GET", "/test/settings/%ff", NULL, NULL},
        {"GET", "healthz", NULL, NULL},
        {"GET", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", NULL, NULL},
    };
    struct routes *r = routes_build(&a);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct route got;

        route_find(r, &a, str_of(cases[i].method), str_of(cases[i].path), &got);
        cr_expect((got.page == NULL) == (cases[i].at == NULL), "%s", cases[i].path);
        if (got.page && cases[i].at)
            cr_expect_str_eq(got.page->at, cases[i].at);
        if (cases[i].value)
            cr_expect(got.params && str_eq(got.params->val.str, str_of(cases[i].value)));
    }
}
