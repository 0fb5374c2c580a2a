#include "transcript.h"

#include "civic/session.h"
#include "val/json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void walk_wrong(const struct walk *w, const char *what, struct str text)
{
    const struct call *c = w->last;

    cr_expect(false, "%s:%d: %s: %.*s\n  last answer: %d %s\n%.*s", w->file, w->line, what,
              STR_ARG(text), c ? c->reply.status : 0, c ? c->refused.text : "",
              c ? (int)(c->reply.body.n > 3000 ? 3000 : c->reply.body.n) : 0,
              c ? c->reply.body.p : "");
}

/* ---- words of a line --------------------------------------------------- */

struct str walk_take(struct str *rest)
{
    struct str word;

    *rest = str_trim(*rest);
    if (rest->n && rest->p[0] == '"') {
        *rest = str_cut((struct str){rest->p + 1, rest->n - 1}, '"', &word);
        return word;
    }
    *rest = str_cut(*rest, ' ', &word);
    return word;
}

struct str walk_fill_in(struct walk *w, struct str text)
{
    struct buf b = {.arena = &w->boot};

    while (text.n) {
        struct str plain, name, rest = str_cut(text, '{', &plain);

        buf_put(&b, plain);
        if (plain.n == text.n)
            break;
        text = str_cut(rest, '}', &name);
        for (size_t i = w->n_kept; i > 0; i--) {
            if (str_eq(w->kept[i - 1].name, name)) {
                buf_put(&b, w->kept[i - 1].value);
                name = S("");
                break;
            }
        }
        if (name.n)
            walk_wrong(w, "nothing was kept as", name);
    }
    return buf_str(&b);
}

void walk_keep(struct walk *w, struct str name, struct str value)
{
    cr_assert(w->n_kept < KEPT_MAX);
    w->kept[w->n_kept].name = name;
    w->kept[w->n_kept++].value = str_copy(&w->boot, value);
}

/* ---- requests ---------------------------------------------------------- */

static void go(struct walk *w, struct call *c)
{
    enum stage stage;
    struct db_job *job = &c->job;

    call_route(c);
    stage = call_begin(c);
    while (stage != STAGE_DONE) {
        if (stage == STAGE_READER) {
            stage = call_read(c, w->reader);
            continue;
        }
        c->job = (struct db_job){.run = call_run, .arg = c, .e = &c->job_err};
        db_group(w->db, &job, 1, &w->hooks);
        stage = call_ran(c);
    }
    call_done(c);
}

/* Takes name=value or name="two words" off the front. */
static void take_pair(struct walk *w, struct str *rest, struct str *name, struct str *value)
{
    *rest = str_cut(*rest, '=', name);
    *value = rest->n && rest->p[0] != ' ' ? walk_fill_in(w, walk_take(rest)) : S("");
    *rest = str_trim(*rest);
}

static struct str form_of(struct walk *w, struct str rest)
{
    struct buf b = {.arena = &w->boot};
    struct str name, value;

    rest = str_trim(rest);
    while (rest.n) {
        take_pair(w, &rest, &name, &value);
        buf_put(&b, b.n ? S("&") : S(""));
        percent_encode(&b, name);
        buf_put(&b, S("="));
        percent_encode(&b, value);
    }
    return buf_str(&b);
}

/* The same as a form with files: @table.csv:a,b|1,2 is a file of two lines. */
static struct str form_with_files(struct walk *w, struct str rest)
{
    struct buf b = {.arena = &w->boot};
    struct str name, value, file;

    rest = str_trim(rest);
    while (rest.n) {
        take_pair(w, &rest, &name, &value);
        buf_put(&b, S("--" BOUNDARY "\r\nContent-Disposition: form-data; name=\""));
        buf_put(&b, name);
        if (value.n && value.p[0] == '@') {
            value = str_copy(&w->boot, str_cut(value, ':', &file));
            buf_put(&b, S("\"; filename=\""));
            buf_put(&b, (struct str){file.p + 1, file.n - 1});
            for (char *p = (char *)(uintptr_t)value.p; p < value.p + value.n; p++)
                *p = *p == '|' ? '\n' : *p;
        }
        buf_put(&b, S("\"\r\n\r\n"));
        buf_put(&b, value);
        buf_put(&b, S("\r\n"));
    }
    buf_put(&b, S("--" BOUNDARY "--\r\n"));
    return buf_str(&b);
}

/* The same as JSON: a number where it is one, a list where a name comes again. */
static struct str json_of(struct walk *w, struct str rest)
{
    struct val *map = val_map(&w->boot);
    struct buf b = {.arena = &w->boot};
    struct str name, value;

    rest = str_trim(rest);
    while (rest.n) {
        struct val v = {.kind = VAL_INT};

        take_pair(w, &rest, &name, &value);
        /* what begins with 0 is a code, not a number */
        if (!str_int(value, &v.integer) || (value.n > 1 && value.p[0] == '0'))
            v = (struct val){.kind = VAL_STR, .str = value};
        if (val_get(map, name) && val_get(map, name)->kind == VAL_LIST)
            add_val((struct val *)(uintptr_t)val_get(map, name), v);
        else
            set_val(map, str_copy(&w->boot, name), v);
    }
    json_write(&b, map);
    return buf_str(&b);
}

/* What a browser keeps of Set-Cookie. */
static void keep_cookies(struct walk *w, const struct call *c)
{
    for (size_t i = 0; i < c->reply.headers; i++) {
        struct str pair;

        if (strcmp(c->reply.header[i].name, "Set-Cookie") != 0)
            continue;
        (void)str_cut(c->reply.header[i].value, ';', &pair);
        w->cookie = str_format(&w->boot, "%.*s; %.*s", STR_ARG(pair), STR_ARG(w->cookie));
    }
}

/* The token that the form would have carried. */
static struct str token_for(struct walk *w)
{
    struct str session = cookie_get(w->cookie, S("session"));
    unsigned char key[32];
    struct call *c;
    struct str token;

    if (!session_key(session, key))
        return form_token(&w->app, &w->boot, app_now(&w->app));
    c = call_new(&w->app);
    c->asked = (struct asked){.method = S("GET"), .target = S("/login"), .cookie = w->cookie};
    go(w, c);
    token = str_copy(&w->boot, c->actor.person ? c->actor.csrf : S(""));
    call_end(c);
    return token.n ? token : form_token(&w->app, &w->boot, app_now(&w->app));
}

void walk_request(struct walk *w, struct str method, struct str rest)
{
    struct str target = walk_fill_in(w, walk_take(&rest)), csrf = token_for(w);
    struct call *c;

    if (w->last)
        call_end(w->last);
    w->last = c = call_new(&w->app);
    c->asked = (struct asked){
        .method = method,
        .target = target,
        .cookie =
            w->in_english ? str_format(&w->boot, "lang=en; %.*s", STR_ARG(w->cookie)) : w->cookie,
        .accept = S("text/html"),
        .address = w->address,
        .csrf = str_eq(method, S("GET")) ? S("") : csrf,
        .content_type = S("application/x-www-form-urlencoded")};
    if (w->as_json) {
        c->asked.accept = c->asked.content_type = S("application/json");
        c->asked.body = json_of(w, rest);
    } else if (memmem(rest.p, rest.n, "=@", 2) || memmem(rest.p, rest.n, "=\"@", 3)) {
        c->asked.content_type = S("multipart/form-data; boundary=" BOUNDARY);
        c->asked.body = form_with_files(w, rest);
    } else {
        c->asked.body = form_of(w, rest);
    }
    go(w, c);
    keep_cookies(w, c);
    if (getenv("YINGSHAO_TRANSCRIPT"))
        (void)printf("%s:%d: %d %s\n%.*s\n", w->file, w->line, c->reply.status, c->refused.text,
                     STR_ARG(c->reply.body));
}
