/*
 * page.h - what a page is, and what it is given.
 *
 * A page is one PAGE(...) and the function that follows it, in src/page/. The function takes its
 * parameters, asks civic/ for one thing, fills q->view, and returns true; or it passes a refusal up
 * by returning false. It writes no HTML, sets no status and checks no right that the entry could
 * have said. To add one: the function, templates/<template>.html, its words in text/zh-CN/ and
 * text/en/.
 *
 *   PAGE(matter_show, .at = "GET /matters/{id}", .template = "matter/show", .who = WHO_STAFF,
 *        .params = PARAMS({"id", PARAM_ID}))
 *
 * GETs run on a reader with one snapshot; everything else runs on the writer in a group commit and
 * is answered after it is on disk. The page does not know. HEAD is GET. A pattern's segment is a
 * word, {name}, or {name}.suffix; the name must be a declared parameter. A word wins over a name.
 *
 * What a page answers: its view through its template; the view as JSON (path.json, or Accept);
 * after a change q->see_other (303; JSON: 200 with {"see": …} and the view); or q->bytes.
 *
 * Forms and what was typed. The page that takes a form names the form's template and a function
 * that fills the view of the form again:
 *
 *   PAGE(matter_new, .at = "GET /matters/new", .template = "matter/new", …) { …fill_form(q)… }
 *   PAGE(matter_open, .at = "POST /matters", .template = "matter/new", .again = fill_form, …)
 *
 * When the POST is refused (by params, page or writer) and HTML is wanted, `again` runs on a reader
 * with q->params as typed (a refused field as the text that was typed, undeclared fields dropped)
 * and q->refused saying what was wrong; the form is shown once more with the refusal's status. In
 * every page of such a template, also the GET, these are set by the server, and never in JSON:
 *   typed   {param: text} for each declared parameter of the form ("" at first; files excepted)
 *   wrong   {param: sentence}, "" for all but the field at fault
 * so that a template says value="{{typed.title}}" and {{#wrong.title}}<p
 * …>{{.}}</p>{{/wrong.title}}.
 * `error` is the sentence as well, "" at first (part/error shows it).
 * Fields of a PARAM_REST are the page's to show (again puts them into its own list of fields).
 *
 * What the server adds to every HTML page, under `page` (never in JSON; strict: all always set):
 *   lang       "zh-CN" or "en", for <html lang>    en       true in English
 *   path       without query                       assets   prefix: {{page.assets}}/gov.css
 *   title      text TEMPLATE.title, '/' as '.' (matter.list.title), else the district's name
 *   csrf       for the hidden field `csrf` of every form that is no GET
 *   district, brand   names; icon: its symbol      error, field   of the refusal, "" if none
 *   me         {signed_in, name, unit}; "" for guests
 *   nav        list of {href, text, tab, current}: pages with .nav that this person may see
 *   other      {lang, href}: the same page in the other language (?lang=en sets a cookie)
 * A page is {{>part/head}} <title>…</title> {{>part/body}} … {{>part/foot}}. templates/error.html
 * gets `page` and {status, title, error}.
 */
#ifndef PAGE_H
#define PAGE_H

#include "civic/desk.h"
#include "http/texts.h"
#include "tmpl/tmpl.h"

enum who_may { WHO_ANYONE, WHO_CODE, WHO_STAFF }; /* CODE: a resident with a receipt code */

enum param_kind {
    PARAM_TEXT, /* max characters (0: 200); trimmed, line ends are \n */
    PARAM_ID,   /* a positive integer; anything else is 404 in a path, 422 elsewhere */
    PARAM_INT,
    PARAM_WHEN,  /* date or date and time: VAL_INT of milliseconds */
    PARAM_FILES, /* uploaded files: max of them (0: 9), in q->files */
    PARAM_LIST,  /* repeated; max of them (0: 100); JSON: any list */
    PARAM_REST, /* every other field, as a map: what a pack asks for. max characters each (0: 4000);
                   repeated ones and JSON lists are lists */
};

struct param {
    const char *name;
    enum param_kind kind;
    int64_t max;
    bool need;
};

struct upload {
    struct str field, name, type, bytes; /* as sent: the type is what the browser claims */
    struct upload *next;
};

struct req {
    struct arena *a;
    struct db *db;
    int64_t now;     /* ms; the only clock that a page may read */
    int64_t done_to; /* ms: what falls due by itself has been done until then; 0: unknown */
    struct district *district;
    struct actor *actor;          /* never NULL; person 0 and no posts for a guest */
    const unsigned char *session; /* its key (civic/session.h), 32 bytes; zeros for a guest */
    struct str lang;              /* "zh" or "en" */
    struct str method, path, query;
    bool as_json;
    struct val *params; /* what the page declared: VAL_STR, VAL_INT, VAL_LIST, VAL_MAP */
    struct upload *files;
    struct str request_key;    /* Idempotency-Key header or field request_key; at most 80, or "" */
    struct str base;           /* "https://host" as the browser wrote it; "" if it did not */
    const struct texts *texts; /* labels for what a template cannot say; see req_text() */
    struct str address;        /* where the request comes from; for throttling only, never stored */
    void *prepared;            /* what .prepare leaves for .run */
    const struct err *refused; /* in .again: what was wrong; NULL elsewhere */
    struct val *view;          /* a page fills this */
    const char *template;      /* set by a page that shows another one than its own this time */
    struct str see_other;      /* set by a page that changed something: a local path */
    struct str cookie;         /* set by a page: a whole Set-Cookie value */
    struct str type, bytes;    /* set by a page that sends no view: picture, csv, svg, xlsx */
    struct str file_name;      /* then: offered as a download under this name */
    int cache_s;               /* then: how long a browser may keep it (it never changes); 0: not */
    bool actors_changed;       /* set by a page that changed posts, logins or sessions */
    struct err err; /* .run may refuse into it and still return true: what it wrote then stays */
};

struct page {
    const char *at, *where, *template;
    enum who_may who;
    const char *right; /* needed in some unit at least, checked by the guard; of several
                          words one is enough; NULL: none */
    const struct param *params;
    size_t n_params;
    bool no_csrf;    /* no token asked; a cookie session without token then counts as a guest */
    const char *nav; /* text key: it stands in the side menu of those who may see it */
    int nav_at;      /* its place there, smallest first */
    const char *tab; /* key of its short name in the bar at the bottom of phones, or NULL */
    int per_minute;  /* for each address; 0: the usual */
    bool (*prepare)(struct req *q); /* before the queue, on a reader: hashing, pictures, parsing */
    bool (*prepare_files)(struct req *q); /* the same, but only where files were sent */
    bool (*again)(struct req *q);         /* fills the view of the refused form, on a reader */
    bool (*run)(struct req *q);
};

/* {"id", PARAM_ID} says enough: the rest is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define PARAMS(...) \
    (const struct param[]){__VA_ARGS__}, .n_params = COUNT(((const struct param[]){__VA_ARGS__}))

#define PAGE(fn, ...)                                                             \
    static bool fn(struct req *q);                                                \
    static const struct page fn##_page = {.run = fn, .where = HERE, __VA_ARGS__}; \
    LIST_ADD(pages, struct page, fn##_page);                                      \
    static bool fn(struct req *q)

LIST_DECLARE(pages, struct page);

/* Declared parameters; absent is "" or 0. */
struct str param_str(const struct req *q, const char *key);
int64_t param_int(const struct req *q, const char *key);
/* … also out of the text that was typed into a form that is shown again. */
int64_t param_number(const struct req *q, const char *key);
const struct val *param_val(const struct req *q, const char *key); /* or NULL */

/* The desk at which civic/ works for this request. */
struct desk req_desk(const struct req *q);

/* A label (text/) in the person's language. */
struct str req_text(const struct req *q, const char *key);

/* Whoever showed a receipt code is known by its report for two hours: sets q->cookie, which gives
 * later requests q->actor->report. */
void report_remember(struct req *q, int64_t report);

/* A cookie that the browser sent; "" if it did not. */
struct str req_cookie(const struct req *q, const char *name);

/* A path of ours that may be redirected to: begins with one '/', no blanks or controls. */
bool path_is_local(struct str path);

#endif
