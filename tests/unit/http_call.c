/* Requests through the same steps as the server's, without sockets. */
#include "http_rig.h"

#include "civic/session.h"
#include "http/call.h"

#include <criterion/criterion.h>
#include <string.h>

static struct rig rig;
static struct call *last;

static void up(void)
{
    rig_open(&rig);
}

static void down(void)
{
    if (last)
        call_end(last);
    rig_close(&rig);
}

TestSuite(http_call, .init = up, .fini = down);

static const struct asked GET = {.method = {"GET", 3}};
static const struct asked POST = {.method = {"POST", 4},
                                  .content_type = {"application/x-www-form-urlencoded", 33}};

static struct call *ask(struct asked asked, const char *target, const char *body)
{
    enum stage stage;
    struct db_job *job;

    if (last)
        call_end(last);
    last = call_new(&rig.app);
    asked.target = str_of(target);
    asked.body = str_of(body);
    asked.address = asked.address.n ? asked.address : S("192.0.2.1");
    last->asked = asked;
    call_route(last);
    stage = call_begin(last);
    while (stage != STAGE_DONE) {
        if (stage == STAGE_READER) {
            stage = call_read(last, rig.reader);
            continue;
        }
        last->job = (struct db_job){.run = call_run, .arg = last, .e = &last->job_err};
        job = &last->job;
        db_group(rig.db, &job, 1, NULL);
        stage = call_ran(last);
    }
    call_done(last);
    return last;
}

static struct str header(const struct call *c, const char *name)
{
    for (size_t i = 0; i < c->reply.headers; i++) {
        if (strcmp(c->reply.header[i].name, name) == 0)
            return c->reply.header[i].value;
    }
    return S("");
}

/* "Bearer " or "session=" and a fresh API token. */
static struct str with_token(const char *before, const char *name)
{
    struct str token = rig_token(&rig, name);

    return str_format(&rig.boot, "%s%.*s", before, STR_ARG(token));
}

static bool has(const struct call *c, const char *text)
{
    return memmem(c->reply.body.p, c->reply.body.n, text, strlen(text)) != NULL;
}

static const char *with_csrf(struct str csrf, const char *rest)
{
    return str_format(&rig.boot, "csrf=%.*s&%s", STR_ARG(csrf), rest).p;
}

Test(http_call, staff_pages_ask_guests_to_sign_in_and_come_back)
{
    struct asked json = GET;

    cr_expect_eq(ask(GET, "/test/right?a=1&b=%20", "")->reply.status, 303);
    cr_expect(str_eq(header(last, "Location"), S("/login?next=/test/right%3Fa%3D1%26b%3D%2520")));
    json.accept = S("application/json");
    cr_expect_eq(ask(json, "/test/right", "")->reply.status, 401);
    cr_expect_eq(ask(POST, "/test/settings", "name=a")->reply.status, 401);
    cr_expect(has(last, "请先登录"));
}

Test(http_call, a_right_that_no_post_gives_is_refused)
{
    struct asked q = GET;
    struct str csrf;

    q.cookie = rig_session(&rig, "li", &csrf);
    cr_expect_eq(ask(q, "/test/right", "")->reply.status, 403);
    cr_expect(has(last, "您的岗位没有这项权限"));
    cr_expect(has(last, "li"), "the page knows who asks");
}

Test(http_call, a_session_needs_its_own_csrf_token_and_an_api_token_none)
{
    struct asked q = POST, api = POST, in_cookie = POST;
    struct str csrf, other;

    q.cookie = rig_session(&rig, "li", &csrf);
    (void)rig_session(&rig, "wang", &other);
    cr_expect_eq(ask(q, "/test/settings", "name=a")->reply.status, 403);
    cr_expect_eq(ask(q, "/test/settings", with_csrf(other, "name=a"))->reply.status, 403);
    cr_expect_eq(ask(q, "/test/settings", with_csrf(csrf, "name=a"))->reply.status, 303);
    cr_expect(str_eq(header(last, "Location"), S("/test/settings/a")));
    q.csrf = csrf;
    cr_expect_eq(ask(q, "/test/settings", "name=a")->reply.status, 303);
    api.authorization = with_token("Bearer ", "zhao");
    cr_expect_eq(ask(api, "/test/settings.json", "name=b")->reply.status, 200);
    cr_expect(has(last, "{\"see\":\"/test/settings/b\""));
    /* An API token in a cookie would be open to forgery: it counts for nothing. */
    in_cookie.cookie = with_token("session=", "qian");
    cr_expect_eq(ask(in_cookie, "/test/settings", "name=b")->reply.status, 401);
}

Test(http_call, nothing_typed_is_lost_when_a_form_is_refused)
{
    struct asked q = POST;
    struct str csrf;

    q.cookie = rig_session(&rig, "li", &csrf);
    /* Too long, refused by the page, and sent with an old token: the form comes back as it was. */
    ask(q, "/test/settings", with_csrf(csrf, "name=12345678901<&next=/kept"));
    cr_expect_eq(last->reply.status, 422);
    cr_expect(has(last, "value=\"12345678901&lt;\"") && has(last, "value=\"/kept\""));
    cr_expect(has(last, "最多 10 个字"));
    ask(q, "/test/settings", with_csrf(csrf, "name=bad&next=/kept"));
    cr_expect_eq(last->reply.status, 409);
    cr_expect(has(last, "value=\"bad\"") && has(last, "这个账号已属于别人"));
    ask(q, "/test/settings", "csrf=old&name=good&next=/kept");
    cr_expect_eq(last->reply.status, 403);
    cr_expect(has(last, "value=\"good\"") && has(last, "value=\"/kept\""));
    cr_expect(has(last, str_format(&rig.boot, "value=\"%.*s\"", STR_ARG(csrf)).p));
}

Test(http_call, json_refusals_name_the_field)
{
    struct asked q = POST;

    q.authorization = with_token("Bearer ", "li");
    q.content_type = S("application/json");
    q.accept_language = S("en");
    cr_expect_eq(ask(q, "/test/settings", "{}")->reply.status, 422);
    cr_expect(has(last, "\"error\":\"name is missing.\",\"field\":\"name\""), "%.*s",
              STR_ARG(last->reply.body));
    cr_expect(str_eq(header(last, "Content-Type"), S("application/problem+json")));
    cr_expect_eq(ask(q, "/test/settings", "{\"name\":[1]}")->reply.status, 422);
    cr_expect_eq(ask(q, "/test/settings", "[1]")->reply.status, 422);
    cr_expect_eq(ask(q, "/test/settings", "{\"name\":")->reply.status, 422);
    cr_expect_eq(ask(q, "/test/settings", "{\"name\":\"n\",\"more\":{\"a\":[1]}}")->reply.status,
                 200);
}

Test(http_call, a_door_without_token_takes_a_session_for_a_guest_and_counts_its_visitors)
{
    struct asked q = POST;
    struct str csrf;

    q.cookie = rig_session(&rig, "li", &csrf);
    cr_expect_eq(ask(q, "/test/open.json", "")->reply.status, 200);
    cr_expect(has(last, "\"person\":0"));
    ask(q, "/test/open.json", with_csrf(csrf, ""));
    cr_expect(!has(last, "\"person\":0"));
    cr_expect_eq(ask(q, "/test/open.json", "")->reply.status, 200);
    cr_expect_eq(ask(q, "/test/open.json", "")->reply.status, 429);
    cr_expect(header(last, "Retry-After").n > 0);
    q.address = S("192.0.2.2");
    cr_expect_eq(ask(q, "/test/open.json", "")->reply.status, 200);
}

Test(http_call, languages_and_assets)
{
    struct asked q = GET;
    struct str etag;

    cr_expect(has(ask(q, "/login?lang=en&next=/x", ""), "<html lang=\"en\">"));
    cr_expect(has(last, "href=\"/login?lang=zh&amp;next=/x\""));
    cr_expect(str_starts(header(last, "Set-Cookie"), S("lang=en;")));
    q.cookie = S("lang=en");
    cr_expect(has(ask(q, "/login", ""), "<html lang=\"en\">"));
    cr_expect_eq(ask(GET, "/assets/gov.css", "")->reply.status, 200);
    etag = str_copy(&rig.boot, header(last, "ETag"));
    q.if_none_match = etag;
    cr_expect_eq(ask(q, "/assets/gov.css", "")->reply.status, 304);
    cr_expect_eq(ask(GET, str_format(&rig.boot, "%.*s/gov.css", STR_ARG(rig.app.assets_at)).p, "")
                     ->reply.status,
                 200);
    cr_expect(str_eq(header(last, "Cache-Control"), S("public, max-age=31536000, immutable")));
    cr_expect_eq(ask(GET, "/assets/../etc/passwd", "")->reply.status, 404);
}

struct setting {
    struct str hash;
    struct desk k;
};

static bool set_login(struct db *db, void *arg, struct err *e)
{
    struct setting *s = arg;

    s->k.db = db;
    return login_set(&s->k, S("li"), 3453, s->hash, e);
}

static void make_login(void)
{
    struct setting s = {.k = {.d = &rig.district, .a = &rig.boot, .now = when_now()}};
    struct err e = {0};
    struct str csrf;

    (void)rig_session(&rig, "li", &csrf); /* makes the person: 'l' * 31 + 'i' */
    cr_assert(password_hash(&rig.boot, S("correct horse"), &s.hash, &e));
    cr_assert(db_write(rig.db, set_login, &s, NULL, &e), "%s", e.text);
}

Test(http_call, signing_in_gives_a_session_and_signing_out_ends_it)
{
    struct asked q = GET;
    struct str token = form_token(&rig.app, &rig.boot, when_now()), cookie;

    make_login();
    cr_expect_eq(ask(POST, "/login", "name=li&password=correct+horse")->reply.status, 403);
    cr_expect(has(last, "value=\"li\"") && !has(last, "correct horse"));
    ask(POST, "/login", with_csrf(token, "name=li&password=wrong&next=/test/x"));
    cr_expect_eq(last->reply.status, 422);
    cr_expect(has(last, "账号或密码不正确") && has(last, "value=\"/test/x\""));
    cr_expect(header(last, "Set-Cookie").n == 0);
    ask(POST, "/login", with_csrf(token, "name=li&password=correct+horse&next=//evil.example"));
    cr_expect_eq(last->reply.status, 303);
    cr_expect(str_eq(header(last, "Location"), S("/work")));
    cr_assert(str_starts(header(last, "Set-Cookie"), S("session=")));
    (void)str_cut(str_copy(&rig.boot, header(last, "Set-Cookie")), ';', &cookie);
    q.cookie = cookie;
    cr_expect_eq(ask(q, "/test/right", "")->reply.status, 403); /* known, and has no post */
    q.method = S("POST");
    q.csrf = str_copy(&rig.boot, last->actor.csrf);
    cr_expect_eq(ask(q, "/logout", "")->reply.status, 303);
    q.method = S("GET");
    cr_expect_eq(ask(q, "/test/right", "")->reply.status, 303);
}

Test(http_call, wrong_passwords_close_a_name_for_longer_and_longer)
{
    struct str token = form_token(&rig.app, &rig.boot, when_now());
    const char *wrong = with_csrf(token, "name=li&password=wrong");

    make_login();
    for (int i = 0; i < 5; i++)
        cr_expect_eq(ask(POST, "/login", wrong)->reply.status, 422);
    cr_expect_eq(
        ask(POST, "/login", with_csrf(token, "name=li&password=correct+horse"))->reply.status, 429);
    cr_expect(has(last, "密码错误次数过多"));
    /* A name that does not exist says the same as a wrong password. */
    ask(POST, "/login", with_csrf(token, "name=nobody&password=wrong"));
    cr_expect_eq(last->reply.status, 422);
    cr_expect(has(last, "账号或密码不正确"));
}

Test(http_call, every_word_of_the_program_is_there_in_both_languages)
{
    struct str text;
    struct err e = {0};

    cr_expect(text_find(rig.app.texts, LANG_EN, S("error.title"), &text));
    (void)refuse(&e, ERR_INVALID, "name", "%s can have %lld characters at most.", "name", 7LL);
    cr_expect(str_eq(err_text(&rig.boot, rig.app.texts, LANG_EN, &e),
                     S("name can have 7 characters at most.")));
    cr_expect(str_eq(err_text(&rig.boot, rig.app.texts, LANG_ZH, &e), S("name最多 7 个字。")));
}
