/*
 * page.h - what a page is, and what it is given.
 *
 * A page is one PAGE(...) and the function that follows it, in src/page/. The function takes its
 * parameters, asks civic/ for one thing, fills q->view, and returns true; or it passes a refusal up
 * by returning false. It writes no HTML, sets no status and checks no right that the entry could
 * have said. To add one: the function, templates/<template>.html, its words in text/zh-CN.yaml and
 * en.yaml.
 *
 *   PAGE(matter_show, .at = "GET /matters/{id}", .template = "matter/show", .who = WHO_STAFF,
 *        .params = PARAMS({"id", PARAM_ID}))
 *
 * GETs run on a reader with one snapshot; everything else runs on the writer in a group commit and
 * is answered after it is on disk. The page does not know.
 */
#ifndef PAGE_H
#define PAGE_H

#include "civic/civic.h"
#include "tmpl/tmpl.h"

enum who_may { WHO_ANYONE, WHO_CODE, WHO_STAFF }; /* CODE: a resident with a receipt code */

enum param_kind {
    PARAM_TEXT, /* max characters; trimmed */
    PARAM_ID,   /* a positive integer; anything else is 404 in a path, 422 elsewhere */
    PARAM_INT,
    PARAM_WHEN,  /* date or date and time */
    PARAM_FILES, /* uploaded files: max of them */
    PARAM_LIST,  /* repeated; max of them */
    PARAM_REST,  /* every other field, as a map: what a pack asks for. max characters each */
};

struct param {
    const char *name;
    enum param_kind kind;
    int64_t max;
    bool need;
};

struct upload {
    struct str name, type, bytes; /* as sent: the type is what the browser claims */
    struct upload *next;
};

struct req {
    struct arena *a;
    struct db *db;
    int64_t now; /* ms; the only clock that a page may read */
    struct district *district;
    struct actor *actor; /* never NULL; person 0 and no posts for a guest */
    struct str lang;     /* "zh" or "en" */
    struct str method, path, query;
    bool as_json;
    struct val *params; /* what the page declared: VAL_STR, VAL_INT, VAL_LIST, VAL_MAP */
    struct upload *files;
    struct val *view;       /* a page fills this */
    struct str see_other;   /* set by a page that changed something */
    struct str cookie;      /* set by login and logout: a whole Set-Cookie value */
    struct str type, bytes; /* set by a page that sends no view: picture, csv, svg, xlsx */
    struct str file_name;   /* then: offered as a download under this name */
    struct err err;
};

struct page {
    const char *at, *where, *template;
    enum who_may who;
    const char *right; /* needed in some unit at least, checked by the guard; NULL: none */
    const struct param *params;
    size_t n_params;
    bool no_csrf;                   /* public forms of guests: a per-form token instead */
    int per_minute;                 /* for each address; 0: the usual */
    bool (*prepare)(struct req *q); /* before the queue, on a reader: hashing, pictures, parsing */
    bool (*run)(struct req *q);
};

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
const struct val *param_val(const struct req *q, const char *key); /* or NULL */

#endif
