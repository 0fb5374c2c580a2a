/*
 * Transcripts: the files of tests/transcripts, walked through the same steps as the server's, on a
 * fresh district (pack yungang) of each database. A line is one of
 *
 *   unit CODE KIND PARENT NAME       set up; PARENT - is the root
 *   person NAME ROLE UNIT-CODE       set up
 *   at 2026-04-30 09:00              the clock, from here on
 *   as NAME | as guest               who asks, from here on, in a fresh browser
 *   GET /path
 *   POST /path name=value name="two words" …
 *   → 303 /matters/{id}              status, and where to; {id} takes what stands there
 *   → 422 field title                status, and the field at fault
 *   has TEXT | hasn't TEXT, once TEXT                          the body of the last answer
 *   keep NAME after TEXT             the word (letters, digits, -) that follows TEXT in it
 *   run JOB                          a background job, as the writer would
 *   refused 422 field "中文。" "English." POST /path name=value …
 *
 * The last sends a form and JSON, in both languages: status, field (- none) and sentence must be
 * those. A value @NAME:LINE|LINE is a file that is sent with the form. {name} in a request, has or
 * hasn't is what was taken or kept. Forms carry their token by themselves. # begins a remark.
 * YINGSHAO_TRANSCRIPT=FILE walks only that one, with every answer.
 */
#include "base/file.h"
#include "civic/job.h"
#include "civic/person.h"
#include "civic/session.h"
#include "civic/tally.h"
#include "transcript.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the world --------------------------------------------------------- */

static struct desk desk(struct walk *w, struct db *db)
{
    struct desk k = district_desk(w->app.district, db, &w->boot, app_now(&w->app));

    return k;
}

static void set_clock(struct walk *w, struct str when)
{
    struct err e = {0};
    int64_t ms;

    if (!when_parse(when, &ms)) {
        walk_wrong(w, "no such moment", when);
        return;
    }
    cr_assert(file_write(w->clock, str_format(&w->boot, "%lld", (long long)ms), 0600, &e));
}

static void open_walk(struct walk *w)
{
    struct district *d;
    struct err e = {0};
    int64_t start;

    arena_init(&w->boot, (size_t)1 << 30);
    (void)snprintf(w->keys, sizeof(w->keys), "/tmp/yingshao-walk-XXXXXX");
    cr_assert(mkdtemp(w->keys));
    (void)snprintf(w->clock, sizeof(w->clock), "%s/clock", w->keys);
    w->where = (struct place_of_data){.dir = w->keys, .database = w->f.where};
    cr_assert(when_parse(S("2026-04-01 08:00"), &start));
    cr_assert(district_init(&w->boot, &w->where, 140214, S("yungang"), start, &e), "%s", e.text);
    cr_assert(district_load(&w->boot, &w->where, 0, &w->db, &d, &e), "%s", e.text);
    cr_assert(district_connect(&w->boot, &w->where, &w->reader, &e), "%s", e.text);
    cr_assert(app_init(&w->app, &w->boot, d, &e), "%s", e.text);
    w->app.clock_file = str_of(w->clock);
    w->hooks = tally_hooks(d);
    w->address = S("192.0.2.0");
    set_clock(w, S("2026-04-01 09:00"));
}

static void close_walk(struct walk *w)
{
    if (w->last)
        call_end(w->last);
    arena_reset(&w->boot);
    (void)system(str_format(&w->f.a, "rm -rf '%s'", w->keys).p); /* NOLINT: a name of ours */
}

struct doing {
    struct walk *w;
    struct str word[4];
    const struct job *job;
    int64_t did;
};

static bool add_unit(struct db *db, void *arg, struct err *e)
{
    struct doing *d = arg;
    struct desk k = desk(d->w, db);
    struct unit_new u = {.code = d->word[0],
                         .kind = d->word[1],
                         .parent_code =
                             str_eq(d->word[2], S("-")) ? unit_root(k.d->units)->code : d->word[2],
                         .name = d->word[3]};
    bool added;

    return unit_add(&k, &u, &added, e);
}

static bool add_person(struct db *db, void *arg, struct err *e)
{
    struct doing *d = arg;
    struct desk k = desk(d->w, db);
    const struct unit *u = unit_by_code(k.d->units, d->word[2]);
    int64_t id = u ? person_find(&k, d->word[0], u->id) : 0;

    if (!u)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such page.");
    return (id || person_add(&k, d->word[0], S(""), &id, e)) &&
           post_give(&k, &(struct post_new){id, u->id, d->word[1], 0, 0, NULL}, NULL, e);
}

STMT(walk_person, "SELECT p.id FROM person p WHERE p.district = $1 AND p.name = $2");

static bool sign_in(struct db *db, void *arg, struct err *e)
{
    struct doing *d = arg;
    struct desk k = desk(d->w, db);
    struct rows r = db_query(db, k.a, walk_person, ARG(k.d->code), ARG(d->word[0]));
    int64_t id = rows_next(&r) ? row_int(&r, 0) : 0;
    struct str token;

    if (!id)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such page.");
    rows_end(&r);
    token = session_new(&k, id);
    d->w->cookie = str_format(&d->w->boot, "session=%.*s; lang=zh", STR_ARG(token));
    return true;
}

static bool run_job(struct db *db, void *arg, struct err *e)
{
    struct doing *d = arg;
    struct desk k = desk(d->w, db);

    d->did = d->job->run(db, k.d, k.a, k.now, e);
    return e->kind == ERR_NONE;
}

static void change(struct walk *w, bool (*run)(struct db *db, void *arg, struct err *e),
                   struct doing *d)
{
    struct err e = {0};

    d->w = w;
    if (!db_write(w->db, run, d, &w->hooks, &e))
        walk_wrong(w, "refused", str_of(e.text));
}

static void run_jobs(struct walk *w, struct str name)
{
    LIST_EACH (jobs, struct job, it) {
        struct doing d = {.job = *it};

        if (!str_eq(str_of((*it)->name), name))
            continue;
        do
            change(w, run_job, &d);
        while (d.did > 0);
        return;
    }
    walk_wrong(w, "no such job", name);
}

/* ---- what is expected -------------------------------------------------- */

static struct str location(const struct call *c)
{
    for (size_t i = 0; i < c->reply.headers; i++) {
        if (strcmp(c->reply.header[i].name, "Location") == 0)
            return c->reply.header[i].value;
    }
    return S("");
}

/* want with {name} for what it takes up to the next '/' or '?'. */
static bool match(struct walk *w, struct str want, struct str have)
{
    while (want.n && have.n) {
        struct str name, value = have;

        if (want.p[0] != '{') {
            if (want.p[0] != have.p[0])
                return false;
            want = (struct str){want.p + 1, want.n - 1};
            have = (struct str){have.p + 1, have.n - 1};
            continue;
        }
        want = str_cut((struct str){want.p + 1, want.n - 1}, '}', &name);
        value.n = 0;
        while (value.n < have.n && !strchr("/?&", have.p[value.n]))
            value.n++;
        have = (struct str){have.p + value.n, have.n - value.n};
        walk_keep(w, name, value);
    }
    return want.n == have.n;
}

static void expect_answer(struct walk *w, struct str rest)
{
    int status = atoi(walk_take(&rest).p);
    struct str what = walk_take(&rest);

    if (!w->last) {
        walk_wrong(w, "nothing was asked", S(""));
        return;
    }
    if (w->last->reply.status != status)
        walk_wrong(w, "another status than", rest);
    if (str_eq(what, S("field"))) {
        if (!w->last->refused.field || !str_eq(str_of(w->last->refused.field), walk_take(&rest)))
            walk_wrong(w, "another field", str_of(w->last->refused.field));
    } else if (what.n && !match(w, what, location(w->last))) {
        walk_wrong(w, "another place", location(w->last));
    }
}

static bool has(const struct walk *w, struct str text)
{
    return w->last && w->last->reply.body.n &&
           memmem(w->last->reply.body.p, w->last->reply.body.n, text.p, text.n) != NULL;
}

static int times(const struct walk *w, struct str text)
{
    struct str left = w->last ? w->last->reply.body : S("");
    const char *at;
    int n = 0;

    for (; left.n && (at = memmem(left.p, left.n, text.p, text.n)) != NULL; n++) {
        left.n -= (size_t)(at - left.p) + text.n;
        left.p = at + text.n;
    }
    return n;
}

static void keep_after(struct walk *w, struct str rest)
{
    struct str name = walk_take(&rest), after = walk_take(&rest), body, value;
    const char *at;

    if (!has(w, (rest = walk_fill_in(w, str_trim(rest)))) || !str_eq(after, S("after"))) {
        walk_wrong(w, "nothing like it to keep", rest);
        return;
    }
    body = w->last->reply.body;
    at = (const char *)memmem(body.p, body.n, rest.p, rest.n) + rest.n;
    value = (struct str){at, 0};
    while (at + value.n < body.p + body.n && at[value.n] &&
           (strchr("-_", at[value.n]) || (at[value.n] >= '0' && at[value.n] <= '9') ||
            ((at[value.n] | 32) >= 'a' && (at[value.n] | 32) <= 'z')))
        value.n++;
    walk_keep(w, name, value);
}

static void expect_refusal(struct walk *w, struct str rest)
{
    int status = atoi(walk_take(&rest).p);
    struct str field = walk_take(&rest), said[2], method;

    for (int i = 0; i < 2; i++)
        said[i] = walk_take(&rest);
    method = walk_take(&rest);
    for (int i = 0; i < 4; i++) {
        const struct call *c;

        w->in_english = i % 2;
        w->as_json = i / 2;
        walk_request(w, method, rest);
        c = w->last;
        if (c->reply.status != status)
            walk_wrong(w, "another status than was expected", rest);
        if (!str_eq(str_of(c->refused.field ? c->refused.field : "-"), field))
            walk_wrong(w, "another field", str_of(c->refused.field));
        if (!has(w, said[i % 2]))
            walk_wrong(w, "is not said", said[i % 2]);
    }
    w->in_english = w->as_json = false;
}

/* A browser of their own, from an address of their own. */
static void become(struct walk *w, struct str name)
{
    w->cookie = S("lang=zh");
    w->address = str_format(&w->boot, "192.0.2.%d", ++w->browsers % 250);
    if (!str_eq(name, S("guest")))
        change(w, sign_in, &(struct doing){.word = {name}});
    actors_forget(w->app.actors);
}

/* Those that make the world. False: it is none of them. */
static bool set_up(struct walk *w, struct str verb, struct str rest)
{
    struct doing d = {0};

    if (str_eq(verb, S("unit"))) {
        for (int i = 0; i < 3; i++)
            d.word[i] = walk_take(&rest);
        d.word[3] = str_trim(rest);
        change(w, add_unit, &d);
        district_refresh(&w->boot, w->db, w->app.district);
    } else if (str_eq(verb, S("person"))) {
        for (int i = 0; i < 3; i++)
            d.word[i] = walk_take(&rest);
        change(w, add_person, &d);
        district_refresh(&w->boot, w->db, w->app.district);
    } else if (str_eq(verb, S("at"))) {
        set_clock(w, str_trim(rest));
    } else if (str_eq(verb, S("as"))) {
        become(w, str_trim(rest));
    } else if (str_eq(verb, S("run"))) {
        run_jobs(w, str_trim(rest));
    } else {
        return false;
    }
    return true;
}

static void step(struct walk *w, struct str line)
{
    struct str rest = str_trim(line), verb;

    if (!rest.n || rest.p[0] == '#')
        return;
    verb = walk_take(&rest);
    if (set_up(w, verb, rest))
        return;
    if (str_eq(verb, S("GET")) || str_eq(verb, S("POST")))
        walk_request(w, verb, rest);
    else if (str_eq(verb, S("refused")))
        expect_refusal(w, rest);
    else if (str_eq(verb, S("→")))
        expect_answer(w, rest);
    else if (str_eq(verb, S("has"))) {
        if (!has(w, walk_fill_in(w, str_trim(rest))))
            walk_wrong(w, "is not there", rest);
    } else if (str_eq(verb, S("hasn't"))) {
        if (has(w, walk_fill_in(w, str_trim(rest))))
            walk_wrong(w, "is there", rest);
    } else if (str_eq(verb, S("once"))) {
        if (times(w, walk_fill_in(w, str_trim(rest))) != 1)
            walk_wrong(w, "is not there once", rest);
    } else if (str_eq(verb, S("keep")))
        keep_after(w, rest);
    else
        walk_wrong(w, "no such step", line);
}

static void walk_through(const char *file, enum fixture_kind kind)
{
    struct walk *w = calloc(1, sizeof(*w)); /* NOLINT: too large for the stack */
    struct str text, line;
    struct err e = {0};

    cr_assert(w);
    if (fixture_open(&w->f, kind)) {
        w->file = file;
        open_walk(w);
        cr_assert(file_read(&w->boot, file, 1 << 20, &text, &e), "%s", e.text);
        while (text.n) {
            text = str_cut(text, '\n', &line);
            w->line++;
            step(w, line);
        }
        close_walk(w);
        fixture_close(&w->f);
    }
    free(w); /* NOLINT */
}

static void walk_all(enum fixture_kind kind)
{
    const char *one = getenv("YINGSHAO_TRANSCRIPT");
    glob_t found;

    if (one) {
        walk_through(one, kind);
        return;
    }
    cr_assert(glob("tests/transcripts/*.txt", 0, NULL, &found) == 0, "no transcripts");
    for (size_t i = 0; i < found.gl_pathc; i++)
        walk_through(found.gl_pathv[i], kind);
    globfree(&found);
}

Test(transcripts, are_so_on_sqlite)
{
    walk_all(ON_SQLITE);
}

Test(transcripts, are_so_on_postgresql)
{
    if (!getenv("YINGSHAO_TEST_PG"))
        cr_skip_test("tests/with-postgres gives one");
    walk_all(ON_POSTGRES);
}
