#include "http/call.h"

#include "base/utf8.h"

#include <string.h>

#define TEXT_MAX 200
#define REST_MAX 4000
#define LIST_MAX 100

static const struct param *declared(const struct page *p, struct str name)
{
    for (size_t i = 0; i < p->n_params; i++) {
        if (p->params[i].kind != PARAM_REST && p->params[i].kind != PARAM_FILES &&
            str_eq(str_of(p->params[i].name), name))
            return &p->params[i];
    }
    return NULL;
}

static const struct sent *in_path(const struct call *c, const char *name)
{
    const struct sent *f = c->route.params;

    while (f && !str_eq(f->name, str_of(name)))
        f = f->next;
    return f;
}

/* A path's name wins over a field of the same name. */
static const struct sent *sent(const struct call *c, const char *name)
{
    const struct sent *f = in_path(c, name);

    return f ? f : form_find(&c->form, str_of(name));
}

/* Without the blanks around, line ends as \n. */
static struct str tidy(struct arena *a, struct str s)
{
    struct buf b = {.arena = a};

    s = str_trim(s);
    if (!s.n || !memchr(s.p, '\r', s.n))
        return s;
    while (s.n) {
        struct str line;

        s = str_cut(s, '\r', &line);
        buf_put(&b, line);
        if (s.n && s.p[0] != '\n')
            buf_put(&b, S("\n"));
    }
    return buf_str(&b);
}

/* JSON numbers and truths as the text that a form would have sent. */
static bool as_text(struct arena *a, const struct val *v, struct str *out)
{
    switch (v->kind) {
    case VAL_STR: *out = tidy(a, v->str); return true;
    case VAL_INT: *out = str_format(a, "%lld", (long long)v->integer); return true;
    case VAL_BOOL: *out = v->boolean ? S("1") : S(""); return true;
    case VAL_NULL: *out = S(""); return true;
    case VAL_HTML:
    case VAL_LIST:
    case VAL_MAP: break;
    }
    return false;
}

static bool read_int(struct str s, int64_t *out)
{
    bool minus = s.n && s.p[0] == '-';
    int64_t n = 0;

    if (s.n == minus || s.n > 18)
        return false;
    for (size_t i = minus; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        n = n * 10 + (s.p[i] - '0');
    }
    *out = minus ? -n : n;
    return true;
}

static bool take_number(struct call *c, const struct param *p, struct str text, struct val *out)
{
    struct err *e = &c->refused;

    *out = (struct val){.kind = VAL_INT};
    if (p->kind == PARAM_WHEN)
        return when_parse(text, &out->integer) ||
               refuse(e, ERR_INVALID, p->name, "%s must be a date, such as 2026-11-21 09:30.",
                      p->name);
    if (!read_int(text, &out->integer))
        return refuse(e, ERR_INVALID, p->name, "%s must be a whole number.", p->name);
    if (p->kind == PARAM_ID && out->integer <= 0)
        return refuse(e, ERR_INVALID, p->name, "%s must be a whole number.", p->name);
    if (p->max && out->integer > p->max)
        return refuse(e, ERR_INVALID, p->name, "%s can be %lld at most.", p->name,
                      (long long)p->max);
    return true;
}

static bool fits(struct call *c, const char *name, struct str text, int64_t max)
{
    return utf8_count(text) <= (size_t)max ||
           refuse(&c->refused, ERR_INVALID, name, "%s can have %lld characters at most.", name,
                  (long long)max);
}

static bool take_one(struct call *c, const struct param *p)
{
    const struct sent *f = sent(c, p->name);
    struct str text = S("");
    struct val v = {.kind = VAL_STR};

    if (f && !as_text(c->q.a, &f->val, &text))
        return refuse(&c->refused, ERR_INVALID, p->name, "%s must be a text.", p->name);
    if (!text.n && in_path(c, p->name))
        return refuse(&c->refused, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (!text.n)
        return !p->need || refuse(&c->refused, ERR_INVALID, p->name, "%s is missing.", p->name);
    v.str = text;
    if (p->kind == PARAM_TEXT && !fits(c, p->name, text, p->max ? p->max : TEXT_MAX))
        return false;
    if (p->kind != PARAM_TEXT && !take_number(c, p, text, &v)) {
        if (!in_path(c, p->name))
            return false;
        c->refused = (struct err){0};
        return refuse(&c->refused, ERR_NOT_FOUND, NULL, "There is no such page.");
    }
    set_val(c->q.params, str_of(p->name), v);
    return true;
}

/* JSON that a pack's field may bring: texts without NUL are promised by the reader; here the sum of
 * lengths stays within the body's bound, so only plain texts are measured. */
static bool take_list(struct call *c, const struct param *p)
{
    struct val *list = set_list(c->q.params, p->name);
    int64_t max = p->max ? p->max : LIST_MAX, n = 0;

    for (const struct sent *f = c->form.first; f; f = f->next) {
        if (!str_eq(f->name, str_of(p->name)))
            continue;
        if (f->val.kind == VAL_LIST) {
            for (const struct item *it = f->val.first; it && n <= max; it = it->next, n++)
                add_val(list, it->val);
        } else if (f->val.kind != VAL_STR || f->val.str.n) {
            add_val(list, f->val);
            n++;
        }
        if (n > max)
            return refuse(&c->refused, ERR_TOO_LARGE, p->name, "%s can have %lld entries at most.",
                          p->name, (long long)max);
    }
    return n || !p->need || refuse(&c->refused, ERR_INVALID, p->name, "%s is missing.", p->name);
}

static bool is_ours(struct str name)
{
    return str_eq(name, S("csrf")) || str_eq(name, S("request_key"));
}

static struct val *member(struct val *map, struct str key)
{
    for (struct item *it = map->first; it; it = it->next) {
        if (str_eq(it->key, key))
            return &it->val;
    }
    return NULL;
}

static bool take_rest(struct call *c, const struct param *p, bool as_typed)
{
    struct val *map = set_map(c->q.params, p->name);

    for (const struct sent *f = c->form.first; f; f = f->next) {
        struct val v = f->val;
        struct val *there;

        if (declared(c->route.page, f->name) || is_ours(f->name))
            continue;
        if (v.kind == VAL_STR) {
            v.str = tidy(c->q.a, v.str);
            if (!as_typed &&
                !fits(c, str_copy(c->q.a, f->name).p, v.str, p->max ? p->max : REST_MAX))
                return false;
        }
        there = member(map, f->name);
        if (!there) {
            set_val(map, f->name, v);
        } else if (there->kind == VAL_LIST) {
            add_val(there, v);
        } else { /* the second of this name makes a list of both */
            struct val first = *there;

            *there = (struct val){.kind = VAL_LIST, .arena = c->q.a};
            add_val(there, first);
            add_val(there, v);
        }
    }
    return true;
}

static bool take_files(struct call *c, const struct param *p)
{
    int64_t n = 0, max = p->max ? p->max : 9;

    for (struct upload *u = c->form.files; u; u = u->next)
        n++;
    if (n > max)
        return refuse(&c->refused, ERR_TOO_LARGE, p->name, "%s can have %lld entries at most.",
                      p->name, (long long)max);
    c->q.files = c->form.files;
    return n || !p->need || refuse(&c->refused, ERR_INVALID, p->name, "%s is missing.", p->name);
}

bool call_params(struct call *c)
{
    const struct page *p = c->route.page;

    for (size_t i = 0; i < p->n_params; i++) {
        const struct param *want = &p->params[i];
        bool ok = want->kind == PARAM_LIST    ? take_list(c, want)
                  : want->kind == PARAM_REST  ? take_rest(c, want, false)
                  : want->kind == PARAM_FILES ? take_files(c, want)
                                              : take_one(c, want);

        if (!ok)
            return false;
    }
    return true;
}

void call_typed(struct call *c)
{
    const struct page *p = c->route.page;

    c->q.params = val_map(c->q.a);
    for (size_t i = 0; i < p->n_params; i++) {
        const struct param *want = &p->params[i];
        const struct sent *f = sent(c, want->name);
        struct str text = S("");
        struct err none = c->refused;

        if (want->kind == PARAM_REST) {
            (void)take_rest(c, want, true);
        } else if (want->kind == PARAM_LIST) {
            c->refused = (struct err){0};
            (void)take_list(c, want);
            c->refused = none;
        } else if (want->kind != PARAM_FILES) {
            struct val v = {.kind = VAL_STR};

            if (f)
                (void)as_text(c->q.a, &f->val, &text);
            v.str = text;
            if (want->kind != PARAM_TEXT && in_path(c, want->name) && read_int(text, &v.integer))
                v.kind = VAL_INT; /* the path was right: the page needs its number */
            set_val(c->q.params, str_of(want->name), v);
        }
    }
}

/* ---- what pages ask ---------------------------------------------------- */

const struct val *param_val(const struct req *q, const char *key)
{
    return val_get(q->params, str_of(key));
}

struct str param_str(const struct req *q, const char *key)
{
    return val_text(q->params, key);
}

int64_t param_int(const struct req *q, const char *key)
{
    return val_int(q->params, key);
}

int64_t param_number(const struct req *q, const char *key)
{
    int64_t n = param_int(q, key);

    return n || str_int(param_str(q, key), &n) ? n : 0;
}

struct desk req_desk(const struct req *q)
{
    return (struct desk){q->db, q->district, q->a, q->actor, q->now, q->lang};
}

struct str req_text(const struct req *q, const char *key)
{
    return q->texts ? text_of(q->texts, lang_of(q->lang), key) : str_of(key);
}
