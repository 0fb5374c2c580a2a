/* What falls due again and again: one's own, what is missed below, and doing or excusing one. */
#include "civic/duty_view.h"

#include "form/csv.h"
#include "page/duties.h"
#include "page/offer.h"

#include <string.h>

#define CSV_ROWS 10000
#define CSV_PAGE 500

static const char *const states[] = {"missed", "open", "done", "late", "excused"};

static struct str chip_of(struct str state)
{
    static const char *const chips[][2] = {{"open", "doing"},    {"missed", "returned"},
                                           {"shut", "returned"}, {"done", "ended"},
                                           {"late", "returned"}, {"excused", "paused"}};

    for (size_t i = 0; i < COUNT(chips); i++) {
        if (str_eq(state, str_of(chips[i][0])))
            return str_of(chips[i][1]);
    }
    return S("paused");
}

void duties_show(struct req *q, struct val *rows)
{
    for (struct item *it = rows->first; it; it = it->next) {
        struct val *v = &it->val;
        struct str state = val_text(v, "state");

        set_str(v, "state_title",
                req_text(q, str_format(q->a, "duties.is_%.*s", STR_ARG(state)).p));
        set_str(v, "chip", chip_of(state));
        show_moment_of(q, v, "due", val_text(v, "due_at"));
        show_moment_of(q, v, "done", val_text(v, "done_at"));
    }
}

/* ---- the list ------------------------------------------------------------- */

#define LIST_PARAMS                                                                                \
    PARAMS({"unit", PARAM_ID}, {"state", PARAM_TEXT, .max = 12}, {"kind", PARAM_TEXT, .max = 130}, \
           {"name", PARAM_TEXT, .max = 64}, {"from", PARAM_WHEN}, {"to", PARAM_WHEN},              \
           {"before", PARAM_TEXT, .max = 160})

/* Where the person supervises or reads most, if nothing else was asked for. */
static const struct unit *widest(const struct req *q)
{
    const struct unit *best = NULL;

    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct holding *h = &q->actor->post[i];
        const struct unit *u = unit_by_id(q->district->units, h->unit);

        if (u && h->def &&
            (role_has(h->def, S("supervise")) || role_has(h->def, S("matter.read"))) &&
            (!best || u->depth < best->depth))
            best = u;
    }
    return best;
}

static struct duty_filter filter_of(const struct req *q)
{
    struct str state = param_str(q, "state");
    int64_t unit = param_int(q, "unit");

    return (struct duty_filter){.unit = unit ? unit_by_id(q->district->units, unit) : widest(q),
                                .state = state.n ? state : S("missed"),
                                .kind = param_str(q, "kind"),
                                .name = param_str(q, "name"),
                                .from_ms = param_int(q, "from"),
                                .to_ms = param_int(q, "to") ? param_int(q, "to") + DAY_MS : 0,
                                .before = param_str(q, "before"),
                                .most = LIST_ROWS};
}

static void put_states(struct req *q, struct str chosen)
{
    struct val *list = set_list(q->view, "states");

    for (size_t i = 0; i < COUNT(states); i++)
        show_choice(list, str_of(states[i]),
                    req_text(q, str_format(q->a, "duties.is_%s", states[i]).p),
                    str_eq(str_of(states[i]), chosen));
}

static struct str more_at(struct req *q, struct str before)
{
    struct str rest = show_query_without(q, S("/duties"), "before");
    const char *join = memchr(rest.p, '?', rest.n) ? "&" : "?";

    return before.n ? str_format(q->a, "%.*s%sbefore=%.*s", STR_ARG(rest), join, STR_ARG(before))
                    : S("");
}

static struct str query_of(const struct req *q, const char *path)
{
    return q->query.n ? str_format(q->a, "%s?%.*s", path, STR_ARG(q->query)) : str_of(path);
}

PAGE(duties_list, .at = "GET /duties", .template = "duties/list", .who = WHO_STAFF,
     .right = "supervise matter.read", .params = LIST_PARAMS, .nav = "duties.nav", .nav_at = 40)
{
    struct desk k = req_desk(q);
    struct duty_filter f = filter_of(q);
    struct val *rows = set_list(q->view, "duties");
    struct str before;

    if (!duties_below(&k, &f, rows, &before, &q->err))
        return false;
    duties_about(&k, rows);
    duties_show(q, rows);
    put_states(q, f.state);
    show_units(q, q->view, f.unit->id);
    set_str(q->view, "unit", f.unit->name);
    set_int(q->view, "unit_id", f.unit->id);
    set_str(q->view, "state", f.state);
    set_bool(q->view, "empty", rows->first == NULL);
    set_str(q->view, "more", more_at(q, before));
    set_str(q->view, "csv", query_of(q, "/duties.csv"));
    set_str(q->view, "from", f.from_ms ? day_text(q->a, day_of(f.from_ms)) : S(""));
    set_str(q->view, "to", f.to_ms ? day_text(q->a, day_of(f.to_ms - 1)) : S(""));
    return true;
}

static const char *const columns[] = {"unit",   "kind_title",  "title",   "who", "from",  "to",
                                      "due_at", "state_title", "done_at", "by",  "reason"};

static void csv_row(struct buf *out, const struct val *row)
{
    for (size_t i = 0; i < COUNT(columns); i++)
        csv_put(out, val_text(row, columns[i]), i + 1 == COUNT(columns));
}

PAGE(duties_csv, .at = "GET /duties.csv", .who = WHO_STAFF, .right = "supervise matter.read",
     .params = LIST_PARAMS, .per_minute = 20)
{
    struct buf out = {.arena = q->a};
    struct duty_filter f = filter_of(q);
    struct req page = *q; /* whose memory is used again for every page */
    int n = 0;

    f.most = CSV_PAGE;
    for (size_t i = 0; i < COUNT(columns); i++)
        csv_put(&out, req_text(q, str_format(q->a, "duties.c_%s", columns[i]).p),
                i + 1 == COUNT(columns));
    page.a = arena_within(q->a);
    do {
        struct val *rows = val_list(page.a);
        struct desk k = req_desk(&page);
        struct str before;

        if (!duties_below(&k, &f, rows, &before, &q->err))
            return false;
        duties_show(&page, rows);
        for (const struct item *it = rows->first; it; it = it->next, n++)
            csv_row(&out, &it->val);
        f.before = str_copy(q->a, before);
        arena_clear(page.a);
    } while (f.before.n && n < CSV_ROWS);
    q->bytes = buf_str(&out);
    q->type = S("text/csv; charset=utf-8");
    q->file_name = str_format(q->a, "%.*s-%.*s.csv", STR_ARG(req_text(q, "duties.nav")),
                              STR_ARG(day_text(q->a, day_of(q->now))));
    return true;
}

void duties_raised(struct req *q, int64_t matter)
{
    struct desk k = req_desk(q);
    struct duty d;

    if (duty_of_matter(&k, matter, &d) && duty_visible(&k, &d))
        duty_row_view(&k, &d, set_map(q->view, "raised_in"));
    else
        set_bool(q->view, "raised_in", false);
}

/* ---- one ------------------------------------------------------------------ */

#define KEY_PARAMS                                         \
    {"source", PARAM_ID}, {"name", PARAM_TEXT, .max = 64}, \
    {                                                      \
        "begun", PARAM_TEXT, .max = 20                     \
    }

static struct duty_key key_of(const struct req *q)
{
    struct duty_key key = {.source_id = param_int(q, "source"), .name = param_str(q, "name")};

    if (!str_int(param_str(q, "begun"), &key.from_at))
        key.from_at = 0;
    return key;
}

static bool get(struct req *q, struct duty *d)
{
    const struct duty_key key = key_of(q);
    struct desk k = req_desk(q);

    if (!duty_load(&k, &key, d, &q->err))
        return false;
    return duty_visible(&k, d) || refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such duty.");
}

static void put_raises(struct req *q, const struct duty *d)
{
    struct val *list = set_list(q->view, "raises");
    struct desk k = req_desk(q);

    for (int i = 0; d->def && i < d->def->raises; i++) {
        const struct proc *def = pack_proc(q->district->pack, d->def->raise[i]);

        if (def)
            show_choice(list, def->mechanism, desk_title(&k, &def->title),
                        str_eq(param_str(q, "raise"), def->mechanism));
    }
    set_bool(q->view, "raises_any", list->first != NULL);
}

static bool form(struct req *q)
{
    struct desk k = req_desk(q);
    struct val *rows = val_list(q->a), *row = add_map(rows), *fields;
    struct duty d;
    bool live;

    if (!get(q, &d))
        return false;
    duty_row_view(&k, &d, row);
    duties_about(&k, rows);
    duties_show(q, rows);
    for (const struct item *it = row->first; it; it = it->next)
        set_val(q->view, str_eq(it->key, S("title")) ? S("duty") : it->key, it->val);
    set_bool(q->view, "photos_any", val_get(q->view, S("photos"))->first != NULL);
    live = !d.state.n && q->now <= d.shut_at && q->now >= d.key.from_at;
    set_bool(q->view, "may_do", live && d.def && duty_is_mine(&k, &d));
    set_bool(q->view, "may_excuse", live && duty_may_excuse(&k, &d));
    set_bool(q->view, "past_due", live && q->now > d.due_at);
    show_moment_of(q, q->view, "shut", when_minute(q->a, d.shut_at));
    fields = set_list(q->view, "fields");
    if (d.def)
        fields_show(q, (struct facts_ask){d.def->ask, d.def->asks}, "d", param_val(q, "rest"),
                    fields);
    put_raises(q, &d);
    set_str(q->view, "matter_at",
            d.matter_id ? str_format(q->a, "/matters/%lld", (long long)d.matter_id) : S(""));
    set_bool(q->view, "tried_excuse",
             q->refused && q->path.n > 7 && memcmp(q->path.p + q->path.n - 7, "/excuse", 7) == 0);
    return true;
}

PAGE(duty_show, .at = "GET /duties/{source}/{name}/{begun}", .template = "duties/show",
     .who = WHO_STAFF, .params = PARAMS(KEY_PARAMS))
{
    return form(q);
}

PAGE(duty_do, .at = "POST /duties/{source}/{name}/{begun}", .template = "duties/show",
     .who = WHO_STAFF,
     .params = PARAMS(KEY_PARAMS, {"raise", PARAM_TEXT, .max = 64},
                      {"title", PARAM_TEXT, .max = 60}, {"body", PARAM_TEXT, .max = 4000},
                      {"photos", PARAM_FILES, .max = 12}, {"rest", PARAM_REST}),
     .prepare_files = uploads_take, .again = form)
{
    struct desk k = req_desk(q);
    struct duty_act act = {.key = key_of(q),
                           .raise = param_str(q, "raise"),
                           .title = param_str(q, "title"),
                           .body = param_str(q, "body")};
    int64_t matter;
    struct duty d;

    if (!get(q, &d))
        return false;
    if (d.def)
        act.fields = fields_typed(q, d.def->ask, d.def->asks);
    if (!duty_done(&k, &act, &matter, &q->err))
        return false;
    set_int(q->view, "matter_id", matter);
    q->see_other =
        matter ? str_format(q->a, "/matters/%lld", (long long)matter) : S("/work?box=duties");
    return true;
}

PAGE(duty_excuse_put, .at = "POST /duties/{source}/{name}/{begun}/excuse",
     .template = "duties/show", .who = WHO_STAFF, .right = "supervise",
     .params = PARAMS(KEY_PARAMS, {"reason", PARAM_TEXT, .max = 500}), .again = form)
{
    const struct duty_key key = key_of(q);
    struct desk k = req_desk(q);
    struct duty d;

    if (!get(q, &d) || !duty_excuse(&k, &key, param_str(q, "reason"), &q->err))
        return false;
    q->see_other = str_format(q->a, "/duties/%lld/%.*s/%lld", (long long)key.source_id,
                              STR_ARG(key.name), (long long)key.from_at);
    return true;
}
