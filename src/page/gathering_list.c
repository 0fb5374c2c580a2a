/* What is held, what falls due, and preparing one. */
#include "civic/contest.h"
#include "civic/method.h"
#include "civic/motion.h"
#include "page/gathering.h"
#include "page/offer.h"

#include <string.h>

#define DUE_SHOWN 20

struct str gathering_at(const struct req *q, int64_t id, const char *below)
{
    return str_format(q->a, "/gatherings/%lld%s", (long long)id, below);
}

struct str gathering_chip(struct str state)
{
    static const char *const chips[][2] = {{"draft", "new"},
                                           {"called", "assigned"},
                                           {"open", "doing"},
                                           {"closed", "ended"},
                                           {"cancelled", "paused"}};

    for (size_t i = 0; i < COUNT(chips); i++) {
        if (str_eq(state, str_of(chips[i][0])))
            return str_of(chips[i][1]);
    }
    return S("new");
}

static void show_gatherings(struct req *q, struct val *rows)
{
    for (struct item *it = rows->first; it; it = it->next) {
        struct val *v = &it->val;
        struct str state = val_text(v, "state");
        const char *key = str_format(q->a, "gathering.is_%.*s", STR_ARG(state)).p;

        set_str(v, "state_title", req_text(q, key));
        set_str(v, "chip", gathering_chip(state));
        set_str(v, "at", gathering_at(q, show_member(v, "id")->integer, ""));
        show_moment_of(q, v, "moment", val_text(v, "starts_at"));
        set_bool(v, "counted", show_member(v, "attendance")->integer > 0);
        set_bool(v, "rolled", show_member(v, "should_attend")->integer > 0);
    }
}

/* The kinds of the pack, and those that this person may call. */
static bool may_call(const struct req *q, const struct gathering_kind *def)
{
    struct desk k = req_desk(q);

    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct holding *post = &q->actor->post[i];

        if (gathering_caller(&k, def, post) && method_allowed(&k, def->name, post->path))
            return true;
    }
    return false;
}

static void put_kinds(struct req *q, struct str chosen)
{
    const struct pack *p = q->district->pack;
    struct val *all = set_list(q->view, "kinds"), *mine = set_list(q->view, "callable");
    struct desk k = req_desk(q);

    for (int i = 0; i < p->gatherings; i++) {
        const struct gathering_kind *def = &p->gathering[i];
        struct str title = desk_title(&k, &def->title);

        show_choice(all, def->name, title, str_eq(def->name, chosen));
        if (may_call(q, def))
            set_str(show_choice(mine, def->name, title, false), "icon", def->icon);
    }
    set_bool(q->view, "may_call", mine->first != NULL);
}

static void put_due(struct req *q, struct desk *k)
{
    struct val *due = set_list(q->view, "due");

    gathering_due(k, due, DUE_SHOWN);
    for (struct item *it = due->first; it; it = it->next)
        set_str(&it->val, "at",
                str_format(q->a, "/gatherings/new?kind=%.*s&unit=%lld",
                           STR_ARG(val_text(&it->val, "kind")),
                           (long long)show_member(&it->val, "unit_id")->integer));
    set_bool(q->view, "due_any", due->first != NULL);
}

static void put_states(struct req *q, struct str chosen)
{
    static const char *const names[] = {"draft", "called", "open", "closed", "cancelled"};
    struct val *list = set_list(q->view, "states");

    for (size_t i = 0; i < COUNT(names); i++)
        show_choice(list, str_of(names[i]),
                    req_text(q, str_format(q->a, "gathering.is_%s", names[i]).p),
                    str_eq(str_of(names[i]), chosen));
}

/* "1764000000000-123": where the page after begins. */
static bool read_before(struct str s, struct gathering_filter *f)
{
    struct str at, id = str_cut(s, '-', &at);

    return !s.n || (str_int(at, &f->before_at) && str_int(id, &f->before));
}

static struct str more_at(struct req *q, const struct gathering_filter *f)
{
    struct str rest = show_query_without(q, S("/gatherings"), "before");
    const char *join = memchr(rest.p, '?', rest.n) ? "&" : "?";

    if (!f->before_at)
        return S("");
    return str_format(q->a, "%.*s%sbefore=%lld-%lld", STR_ARG(rest), join, (long long)f->before_at,
                      (long long)f->before);
}

PAGE(gathering_list_show, .at = "GET /gatherings", .template = "gathering/list", .who = WHO_STAFF,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 40}, {"state", PARAM_TEXT, .max = 12},
                      {"unit", PARAM_ID}, {"from", PARAM_WHEN}, {"to", PARAM_WHEN},
                      {"before", PARAM_TEXT, .max = 40}),
     .nav = "part.nav_gatherings", .nav_at = 35)
{
    struct desk k = req_desk(q);
    struct gathering_filter f = {.kind = param_str(q, "kind"),
                                 .state = param_str(q, "state"),
                                 .unit_id = param_int(q, "unit"),
                                 .from_ms = param_int(q, "from"),
                                 .to_ms = param_int(q, "to")};
    struct val *rows, *mine;
    int64_t credits;

    if (f.to_ms)
        f.to_ms += DAY_MS;
    if (!read_before(param_str(q, "before"), &f))
        return refuse(&q->err, ERR_INVALID, "before", "This is not where a page begins.");
    put_kinds(q, f.kind);
    put_states(q, f.state);
    show_units(q, q->view, f.unit_id);
    put_due(q, &k);
    credits = gathering_credits(&k);
    set_str(q->view, "credits", credits ? str_format(q->a, "%lld", (long long)credits) : S(""));
    mine = set_list(q->view, "mine");
    gathering_mine(&k, mine);
    show_gatherings(q, mine);
    set_bool(q->view, "mine_any", mine->first != NULL);
    rows = set_list(q->view, "rows");
    if (!gathering_list(&k, &f, rows, &q->err))
        return false;
    show_gatherings(q, rows);
    set_bool(q->view, "empty", rows->first == NULL);
    set_str(q->view, "more", more_at(q, &f));
    set_str(q->view, "from", f.from_ms ? day_text(q->a, day_of(f.from_ms)) : S(""));
    set_str(q->view, "to", f.to_ms ? day_text(q->a, day_of(f.to_ms - 1)) : S(""));
    return true;
}

/* ---- preparing -------------------------------------------------------- */

static void put_callers(struct req *q, const struct gathering_kind *def, int64_t chosen)
{
    struct val *list = set_list(q->view, "units");
    struct desk k = req_desk(q);
    int n = 0;

    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct unit *u = unit_by_id(q->district->units, q->actor->post[i].unit);

        if (!gathering_caller(&k, def, &q->actor->post[i]))
            continue;
        show_choice(list, str_format(q->a, "%lld", (long long)u->id), u->name, u->id == chosen);
        n++;
    }
    set_bool(q->view, "units_any", n > 1);
}

static void put_asked(struct req *q, const struct gathering_kind *def, const struct val *typed)
{
    struct val *fields = val_list(q->a), *list = set_list(q->view, "fields");

    for (int i = 0; i < def->asks; i++)
        proc_field_offer(fields, &def->ask[i]);
    for (const struct item *it = fields->first; it; it = it->next)
        field_show(q, &it->val, typed ? val_get(typed, val_text(&it->val, "name")) : NULL, list);
}

/* Of the chosen kind: who may call it, what it asks, and when it can begin. */
static void put_chosen(struct req *q, const struct gathering_kind *def)
{
    struct desk k = req_desk(q);
    const struct gathering now = {.def = def};
    int64_t unit = param_int(q, "unit");

    if (!unit)
        (void)str_int(param_str(q, "unit"), &unit);
    set_str(q->view, "kind_title", desk_title(&k, &def->title));
    set_bool(q->view, "sign_up", def->sign_up);
    put_callers(q, def, unit);
    put_asked(q, def, param_val(q, "rest"));
    set_str(q->view, "earliest", when_minute(q->a, gathering_earliest(&k, &now) + MINUTE_MS));
}

/* The matter that it is to decide; what it is about is the usual title. */
static void put_brought(struct req *q, int64_t id)
{
    struct matter *m = NEW(q->a, struct matter);
    struct desk k = req_desk(q);
    struct err none = {0};
    bool there = id && matter_load(&k, id, m, &none) && matter_visible(&k, m);

    set_str(q->view, "brought", there ? m->title : S(""));
    set_str(q->view, "brought_at",
            there ? str_format(q->a, "/matters/%lld", (long long)id) : S(""));
}

static bool new_form(struct req *q)
{
    struct str kind = param_str(q, "kind");
    const struct gathering_kind *def = pack_gathering(q->district->pack, kind);
    int64_t matter = param_int(q, "matter");

    put_kinds(q, kind);
    set_bool(q->view, "chosen", def != NULL);
    set_str(q->view, "kind", kind);
    set_str(q->view, "matter",
            matter ? str_format(q->a, "%lld", (long long)matter) : param_str(q, "matter"));
    set_str(q->view, "merged", param_str(q, "merged"));
    (void)str_int(val_text(q->view, "matter"), &matter);
    put_brought(q, matter);
    if (def)
        put_chosen(q, def);
    return true;
}

PAGE(gathering_new_show, .at = "GET /gatherings/new", .template = "gathering/new", .who = WHO_STAFF,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 40}, {"unit", PARAM_ID}, {"matter", PARAM_ID},
                      {"merged", PARAM_TEXT, .max = 4}))
{
    return new_form(q);
}

PAGE(gathering_put, .at = "POST /gatherings", .template = "gathering/new", .who = WHO_STAFF,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 40}, {"title", PARAM_TEXT, .max = 60},
                      {"where", PARAM_TEXT, .max = 100}, {"online", PARAM_TEXT, .max = 4},
                      {"unit", PARAM_ID}, {"matter", PARAM_ID}, {"merged", PARAM_TEXT, .max = 4},
                      {"starts_at", PARAM_WHEN}, {"ends_at", PARAM_WHEN}, {"capacity", PARAM_INT},
                      {"rest", PARAM_REST}),
     .again = new_form)
{
    struct desk k = req_desk(q);
    const struct gathering_kind *def = pack_gathering(q->district->pack, param_str(q, "kind"));
    int64_t matter = param_int(q, "matter");
    struct gathering g;
    struct gathering_new n = {.kind = param_str(q, "kind"),
                              .title = param_str(q, "title"),
                              .place = param_str(q, "where"),
                              .online = param_str(q, "online").n > 0,
                              .unit_id = param_int(q, "unit"),
                              .starts_at = param_int(q, "starts_at"),
                              .ends_at = param_int(q, "ends_at"),
                              .capacity = param_int(q, "capacity")};

    if (def)
        n.fields = fields_typed(q, def->ask, def->asks);
    if (!gathering_prepare(&k, &n, &g, &q->err))
        return false;
    if (matter && def && def->contest) {
        struct entering entry = {.matter_id = matter};

        if (!contest_enter(&k, g.id, &entry, &q->err))
            return false;
    } else if (matter && !motion_bring(&k, g.id, matter, param_str(q, "merged").n > 0, &q->err)) {
        return false;
    }
    set_int(q->view, "id", g.id);
    q->see_other = gathering_at(q, g.id, "");
    return true;
}
