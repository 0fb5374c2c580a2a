#include "page/show.h"

#include "base/utf8.h"
#include "civic/district.h"

#include <stdlib.h>
#include <string.h>

#define UNITS_SHOWN    600
#define TIMELINE_SHOWN 30 /* what is older is folded away */

static bool in_english(const struct req *q)
{
    return str_eq(q->lang, S("en"));
}

/* ---- views ------------------------------------------------------------ */

struct val *show_member(struct val *map, const char *key)
{
    for (struct item *it = map->first; it; it = it->next) {
        if (str_eq(it->key, str_of(key)))
            return &it->val;
    }
    return NULL;
}

/* ---- moments ---------------------------------------------------------- */

static struct str label(const struct req *q, const char *what, struct str name)
{
    struct str key = str_format(q->a, "show.%s_%.*s", what, STR_ARG(name));

    return req_text(q, key.p);
}

static struct str weekday(const struct req *q, int64_t at)
{
    return label(q, "weekday", str_format(q->a, "%d", day_weekday(day_of(at))));
}

static struct str iso(const struct req *q, int64_t at)
{
    struct civil c = civil_of(at);

    return str_format(q->a, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", c.year, c.month, c.day, c.hour,
                      c.minute, c.second);
}

static void put_moment(const struct req *q, struct val *map, const char *key, int64_t at,
                       struct str text)
{
    struct val *m;

    if (!at) {
        set_bool(map, key, false);
        return;
    }
    m = set_map(map, key);
    set_str(m, "iso", iso(q, at));
    set_str(m, "text", text);
}

void show_moment(const struct req *q, struct val *map, const char *key, int64_t at)
{
    struct civil c = civil_of(at), now = civil_of(q->now);
    struct str text = str_format(q->a, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);

    if (c.year != now.year)
        text = str_format(q->a, "%d-%.*s", c.year, STR_ARG(text));
    put_moment(q, map, key, at, text);
}

/* 2026年11月18日, with the year or without; in English 2026-11-18. */
static struct str date_text(const struct req *q, const struct civil *c, bool year)
{
    struct str y = req_text(q, "show.year"), m = req_text(q, "show.month"),
               d = req_text(q, "show.day");
    struct str text;

    if (in_english(q))
        text = str_format(q->a, "%02d-%02d", c->month, c->day);
    else
        text = str_format(q->a, "%d%.*s%d%.*s", c->month, STR_ARG(m), c->day, STR_ARG(d));
    return year ? str_format(q->a, "%d%.*s%.*s", c->year, STR_ARG(y), STR_ARG(text)) : text;
}

void show_moment_long(const struct req *q, struct val *map, const char *key, int64_t at)
{
    struct civil c = civil_of(at);
    struct str day = weekday(q, at), date = date_text(q, &c, true);
    bool en = in_english(q);

    put_moment(q, map, key, at,
               str_format(q->a, "%.*s %.*s %02d:%02d", STR_ARG(en ? day : date),
                          STR_ARG(en ? date : day), c.hour, c.minute));
}

void show_moment_of(const struct req *q, struct val *map, const char *key, struct str minute)
{
    int64_t at = 0;

    show_moment(q, map, key, minute.n && when_parse(minute, &at) ? at : 0);
}

struct str show_day(const struct req *q, int64_t at)
{
    struct civil c = civil_of(at);
    struct str day = weekday(q, at), date = date_text(q, &c, false);
    bool en = in_english(q);

    return str_format(q->a, "%.*s %.*s", STR_ARG(en ? day : date), STR_ARG(en ? date : day));
}

struct str show_month(const struct req *q, int64_t at)
{
    struct civil c = civil_of(at);
    struct str y = req_text(q, "show.year"), m = req_text(q, "show.month");

    if (in_english(q))
        return str_format(q->a, "%d-%02d", c.year, c.month);
    return str_format(q->a, "%d %.*s %d %.*s", c.year, STR_ARG(y), c.month, STR_ARG(m));
}

/* ---- deadlines -------------------------------------------------------- */

static bool holds(const struct val *map, const char *key)
{
    return !val_is_empty(val_get(map, str_of(key)));
}

/* "5 时 20 分"; of working time, "2 个工作日 3 时": the first unit says so */
static struct str span_text(const struct req *q, const struct val *left, bool working)
{
    struct buf b = {.arena = q->a};

    for (const struct item *it = left->first; it; it = it->next) {
        bool said = !working || it != left->first;
        const char *unit = holds(&it->val, "day") ? said ? "show.span_day" : "show.span_working_day"
                           : holds(&it->val, "hour")
                               ? said ? "show.span_hour" : "show.span_working_hour"
                               : "show.span_minute";

        buf_int(&b, val_get(&it->val, S("n"))->integer);
        buf_put(&b, S(" "));
        buf_put(&b, req_text(q, unit));
        if (it->next)
            buf_put(&b, S(" "));
    }
    return buf_str(&b);
}

static struct str due_text(const struct req *q, const struct val *due)
{
    struct str state = val_text(due, "state"), left;

    if (str_eq(state, S("none")))
        return S("");
    if (str_eq(state, S("paused")))
        return req_text(q, "show.due_paused");
    left = span_text(q, val_get(due, S("left")), holds(due, "working"));
    if (str_eq(state, S("late"))) {
        struct str late = req_text(q, "show.due_late");

        return str_format(q->a, "%.*s %.*s", STR_ARG(late), STR_ARG(left));
    } else {
        struct str word = req_text(q, "show.due_left");

        return in_english(q) ? str_format(q->a, "%.*s %.*s", STR_ARG(left), STR_ARG(word))
                             : str_format(q->a, "%.*s %.*s", STR_ARG(word), STR_ARG(left));
    }
}

struct str show_limit_words(const struct req *q, struct str limit)
{
    struct str n, unit = str_cut(limit, ' ', &n), key = unit;
    char *p;

    if (!limit.n || in_english(q))
        return limit;
    if (key.n && key.p[key.n - 1] == 's')
        key.n--;
    key = str_format(q->a, "show.limit_%.*s", STR_ARG(key));
    p = NEW_ARRAY(q->a, char, key.n + 1);
    for (size_t i = 0; i < key.n; i++)
        p[i] = key.p[i] == ' ' ? '_' : key.p[i];
    unit = req_text(q, p);
    return str_format(q->a, "%.*s %.*s", STR_ARG(n), STR_ARG(unit));
}

void show_due(const struct req *q, struct val *due)
{
    struct val *limit = show_member(due, "limit");

    set_str(due, "text", due_text(q, due));
    show_moment_of(q, due, "moment", val_text(due, "due_at"));
    if (limit)
        limit->str = show_limit_words(q, limit->str);
}

/* ---- lists of matters ------------------------------------------------- */

/* The grade's name, but for the usual one, which is the last. */
static struct str row_flag(const struct req *q, const struct val *row)
{
    const struct proc *def = pack_proc(q->district->pack, val_text(row, "mechanism"));
    struct str grade = val_text(row, "grade");

    if (!def || !def->grades || str_eq(def->grade[def->grades - 1].name, grade))
        return S("");
    return val_text(row, "grade_title");
}

/* What has ended stands at its outcome, not at a step. */
static struct str state_title(const struct req *q, const struct val *row)
{
    struct str outcome = val_text(row, "outcome_title");

    if (!str_eq(val_text(row, "stage"), S("ended")))
        return val_text(row, "step_title");
    return outcome.n ? outcome : req_text(q, "list.stage_ended");
}

/* The step is late, but the promise, which the row counts down, is not. */
static bool only_step_late(struct val *row)
{
    struct str state = val_text(show_member(row, "due"), "state");
    const struct val *late = val_get(row, S("late"));

    return late && late->boolean && (str_eq(state, S("ok")) || str_eq(state, S("soon")));
}

void show_rows(const struct req *q, struct val *rows)
{
    for (struct item *it = rows->first; it; it = it->next) {
        struct str place = val_text(&it->val, "place");

        set_str(&it->val, "flag", row_flag(q, &it->val));
        set_bool(&it->val, "placed", place.n && !str_eq(place, val_text(&it->val, "unit")));
        set_bool(&it->val, "step_late", only_step_late(&it->val));
        show_member(&it->val, "step_title")->str = state_title(q, &it->val);
        show_moment_of(q, &it->val, "moment", val_text(&it->val, "reported_at"));
        show_due(q, show_member(&it->val, "due"));
    }
}

struct str show_query_without(const struct req *q, struct str path, const char *key)
{
    struct buf b = {.arena = q->a};
    struct str rest = q->query, pair, name;
    char sign = '?';

    buf_put(&b, path);
    while (rest.n) {
        rest = str_cut(rest, '&', &pair);
        if (str_eq(str_cut(pair, '=', &name), S("")) || str_eq(name, str_of(key)) ||
            str_eq(name, S("before")) || str_eq(name, S("lang")))
            continue;
        buf_put(&b, (struct str){&sign, 1});
        buf_put(&b, pair);
        sign = '&';
    }
    return buf_str(&b);
}

void show_pager(struct req *q, struct str path, int64_t next)
{
    struct str first = show_query_without(q, path, "before");
    const struct val *before = param_val(q, "before");
    bool first_page = !before || val_is_empty(before) || before->integer == 0;
    struct val *pager;

    if (first_page && !next) {
        set_bool(q->view, "pager", false);
        return;
    }
    pager = set_map(q->view, "pager");
    set_str(pager, "first", first_page ? S("") : first);
    set_str(pager, "next",
            next ? str_format(q->a, "%.*s%cbefore=%lld", STR_ARG(first),
                              memchr(first.p, '?', first.n) ? '&' : '?', (long long)next)
                 : S(""));
}

/* ---- one matter ------------------------------------------------------- */

static struct str event_title(const struct req *q, const struct val *event)
{
    struct str title = val_text(event, "title");

    return title.n ? title : label(q, "event", val_text(event, "kind"));
}

bool show_fold(const struct req *q, struct val *list, int shown)
{
    int n = 0, all = 0;

    for (const struct item *it = list->first; it; it = it->next)
        all++;
    for (struct item *it = list->first; it; it = it->next, n++)
        set_str(&it->val, "fold", n == shown ? str_format(q->a, "%d", all - n) : S(""));
    return all > shown;
}

void show_timeline(struct req *q, struct val *list)
{
    set_bool(q->view, "folded", show_fold(q, list, TIMELINE_SHOWN));
    for (struct item *it = list->first; it; it = it->next) {
        show_member(&it->val, "title")->str = event_title(q, &it->val);
        set_str(&it->val, "text", S(""));
        show_moment_of(q, &it->val, "moment", val_text(&it->val, "at"));
    }
}

void show_parts(const struct req *q, struct val *parts)
{
    for (struct item *it = parts->first; it; it = it->next) {
        show_moment_of(q, &it->val, "reported_in", val_text(&it->val, "reported_in_at"));
        show_moment_of(q, &it->val, "ended", val_text(&it->val, "ended_at"));
        show_due(q, show_member(&it->val, "due"));
    }
}

static struct str ago(const struct req *q, int64_t at)
{
    int64_t hours = (q->now - at) / HOUR_MS;
    struct str text;

    if (hours < 1)
        return req_text(q, "show.just_now");
    text = req_text(q, hours < 24 ? "show.hours_ago" : "show.days_ago");
    return str_format(q->a, "%lld %.*s", (long long)(hours < 24 ? hours : hours / 24),
                      STR_ARG(text));
}

void show_similar(struct req *q, struct val *list)
{
    for (struct item *it = list->first; it; it = it->next) {
        int64_t metres = val_get(&it->val, S("metres"))->integer, at = 0;
        struct str about = req_text(q, "show.about"), unit = req_text(q, "show.metres");
        int64_t id = val_get(&it->val, S("id"))->integer;

        set_str(&it->val, "near",
                metres < 0 ? S("")
                           : str_format(q->a, "%.*s %lld %.*s", STR_ARG(about), (long long)metres,
                                        STR_ARG(unit)));
        set_str(&it->val, "when",
                when_parse(val_text(&it->val, "opened_at"), &at) ? ago(q, at) : S(""));
        set_str(&it->val, "state", val_text(&it->val, "step_title"));
        set_str(&it->val, "at", str_format(q->a, "/matters/%lld", (long long)id));
    }
}

/* ---- choices ---------------------------------------------------------- */

struct val *show_choice(struct val *list, struct str name, struct str title, bool on)
{
    struct val *v = add_map(list);

    set_str(v, "name", name);
    set_str(v, "title", title);
    set_bool(v, "on", on);
    return v;
}

void show_subjects(struct req *q, struct val *view, struct str chosen)
{
    const struct pack *p = q->district->pack;
    struct val *list = set_list(view, "subjects");

    for (int i = 0; i < p->subjects; i++) {
        const struct subject *s = &p->subject[i];
        struct str title = in_english(q) ? s->title.en : s->title.zh;

        if (s->depth > 0)
            title = str_format(q->a, "　%.*s", STR_ARG(title));
        show_choice(list, s->name, title, str_eq(s->name, chosen));
    }
}

void show_subject_tiles(struct req *q, struct val *view, struct str chosen)
{
    const struct pack *p = q->district->pack;
    struct val *list = set_list(view, "subjects");

    for (int i = 0; i < p->subjects; i++) {
        const struct subject *s = &p->subject[i];
        struct str title = in_english(q) ? s->title.en : s->title.zh;

        if (!memchr(s->name.p, '/', s->name.n))
            set_str(show_choice(list, s->name, title, str_eq(s->name, chosen)), "icon",
                    s->icon.n ? s->icon : S("clipboard-list"));
    }
}

void show_channels(struct req *q, struct val *view, struct str chosen)
{
    const struct pack *p = q->district->pack;
    struct val *list = set_list(view, "channels");

    for (int i = 0; i < p->channels; i++)
        show_choice(list, p->channel[i].name,
                    in_english(q) ? p->channel[i].title.en : p->channel[i].title.zh,
                    str_eq(p->channel[i].name, chosen));
}

static bool in_posts(const struct actor *who, struct str path)
{
    for (size_t i = 0; i < who->posts; i++) {
        if (path_holds(who->post[i].path, path))
            return true;
    }
    return false;
}

/* How deep the actor's highest post stands. */
static int64_t top_depth(const struct req *q)
{
    int64_t depth = INT32_MAX;

    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct unit *u = unit_by_id(q->district->units, q->actor->post[i].unit);

        if (u && u->depth < depth)
            depth = u->depth;
    }
    return depth;
}

/* Two levels below where the actor stands: a district's list of a thousand grids helps nobody. */
static void put_units(struct req *q, struct val *view, int64_t chosen, bool grounds)
{
    const struct units *us = q->district->units;
    struct val *list = set_list(view, "units");
    int64_t deepest = top_depth(q) + 2;
    int n = 0;

    for (size_t i = 0; i < units_count(us) && n < UNITS_SHOWN; i++) {
        const struct unit *u = units_at(us, i);
        struct str indent = S("　　　");

        if ((u->depth > deepest && u->id != chosen) ||
            (grounds && u->depth > 0 && !unit_above(us, u, S("street"))) ||
            !in_posts(q->actor, u->path))
            continue;
        indent.n = u->depth > 1 ? (size_t)(u->depth > 3 ? 2 : u->depth - 1) * 3 : 0;
        show_choice(list, str_format(q->a, "%lld", (long long)u->id),
                    str_format(q->a, "%.*s%.*s", STR_ARG(indent), STR_ARG(u->name)),
                    u->id == chosen);
        n++;
    }
}

void show_units(struct req *q, struct val *view, int64_t chosen)
{
    put_units(q, view, chosen, false);
}

void show_grounds(struct req *q, struct val *view, int64_t chosen)
{
    put_units(q, view, chosen, true);
}

struct str show_percent(const struct req *q, double share)
{
    return str_format(q->a, "%d%%", (int)(share * 100 + 0.5));
}

void show_request_key(struct req *q)
{
    set_str(q->view, "request_key", q->request_key.n ? q->request_key : id_secret(q->a, 16));
}

int64_t show_degrees(const struct val *v)
{
    char text[32], *end;
    double degrees;

    if (v && v->kind == VAL_INT)
        return v->integer;
    if (!v || v->kind != VAL_STR || !v->str.n || v->str.n >= sizeof(text))
        return 0;
    memcpy(text, v->str.p, v->str.n);
    text[v->str.n] = 0;
    degrees = strtod(text, &end);
    if (*end || !(degrees >= -180 && degrees <= 180))
        return 0;
    return (int64_t)(degrees * 1e6 + (degrees < 0 ? -0.5 : 0.5));
}

struct str show_address(struct req *q, struct str path)
{
    struct desk k = req_desk(q);
    struct str base = setting_get(&k, S("public_url"));

    while (base.n && base.p[base.n - 1] == '/')
        base.n--;
    return str_format(q->a, "%.*s%.*s", STR_ARG(base.n ? base : q->base), STR_ARG(path));
}
