/* What runs in a community or street, for everybody: only counts, and what is public anyway. */
#include "page/public.h"

#include "civic/gathering.h"
#include "page/disclosure.h"

#define SHOWN      50
#define KINDS_MAX  200
#define SINCE_DAYS 365
#define PER_MINUTE 30 /* it counts */

STMT(running, "SELECT m.mechanism, sum(CASE WHEN m.ended_at = 0 THEN 1 ELSE 0 END), count(*) FROM "
              "matter m WHERE m.district = $1 AND m.street_id = $2 AND m.id > $3 AND m.unit_path "
              ">= $4 AND m.unit_path < $5 AND m.bundle_id = 0 GROUP BY m.mechanism");

static void put_displays(struct req *q, const struct unit *u)
{
    struct disclosure *d = NEW_ARRAY(q->a, struct disclosure, SHOWN);
    struct disclosure_filter f = {.unit_path = u->path};
    struct val *list = set_list(q->view, "rows");
    struct desk k = req_desk(q);
    size_t n = disclosure_list(&k, &f, d);

    for (size_t i = 0; i < n; i++) {
        struct val *v = val_map(q->a);

        if (!disclosure_put(q, &d[i], v))
            continue;
        set_str(v, "until_text", show_day(q, d[i].until_at));
        add_val(list, *v);
    }
    set_bool(q->view, "rows_any", list->first != NULL);
}

/* Those that everybody may come to, or may know of, from today on. */
static void put_gatherings(struct req *q, const struct unit *u)
{
    struct gathering_filter f = {
        .unit_id = u->id, .from_ms = q->now - DAY_MS, .is_public = true, .most = SHOWN};
    struct val *list = set_list(q->view, "gatherings"), *rows = val_list(q->a);
    struct desk k = req_desk(q);
    struct err e = {0};

    if (gathering_list(&k, &f, rows, &e)) {
        for (const struct item *it = rows->first; it; it = it->next) {
            struct val *v = add_map(list);

            set_str(v, "title", val_text(&it->val, "title"));
            set_str(v, "place", val_text(&it->val, "place"));
            set_str(v, "unit", val_text(&it->val, "unit"));
            show_moment_of(q, v, "starts", val_text(&it->val, "starts_at"));
        }
    }
    set_bool(q->view, "gatherings_any", list->first != NULL);
}

/* Open and closed by mechanism. */
struct running {
    int64_t open[KINDS_MAX], all[KINDS_MAX];
};

static int kind_at(const struct pack *p, struct str mechanism)
{
    for (int i = 0; i < p->procs && i < KINDS_MAX; i++) {
        if (str_eq(p->proc[i].mechanism, mechanism))
            return i;
    }
    return -1;
}

static void count(struct req *q, const struct unit *u, int64_t since, struct running *out)
{
    const struct unit *street = unit_above(q->district->units, u, S("street"));
    struct rows r;

    if (!street)
        return;
    r = db_query(q->db, q->a, running, ARG(q->district->code), ARG(street->id), ARG(id_from(since)),
                 ARG(u->path), ARG(path_end(q->a, u->path)));
    while (rows_next(&r)) {
        int at = kind_at(q->district->pack, row_str(&r, 0));

        if (at >= 0) {
            out->open[at] = row_int(&r, 1);
            out->all[at] = row_int(&r, 2);
        }
    }
}

/* What the pack's setting `sides` puts side by side (self-government, volunteers, deliberation):
 * each with its mechanisms, also those of which nothing runs. */
static void put_side(struct req *q, const struct item *side, const struct running *n,
                     struct val *list)
{
    const struct pack *p = q->district->pack;
    const struct val *title = val_get(&side->val, S("title")), *of = val_get(&side->val, S("of"));
    struct val *v = add_map(list), *kinds = set_list(v, "kinds");
    struct desk k = req_desk(q);
    int64_t open = 0, all = 0;

    for (const struct item *it = of && of->kind == VAL_LIST ? of->first : NULL; it; it = it->next) {
        int at = it->val.kind == VAL_STR ? kind_at(p, it->val.str) : -1;
        struct val *one;

        if (at < 0)
            continue;
        one = add_map(kinds);
        set_str(one, "title", desk_title(&k, &p->proc[at].title));
        set_int(one, "open", n->open[at]);
        set_int(one, "closed", n->all[at] - n->open[at]);
        open += n->open[at];
        all += n->all[at];
    }
    set_str(v, "title",
            title ? val_text(title, str_eq(q->lang, S("en")) ? "en" : "zh") : side->key);
    set_int(v, "open", open);
    set_int(v, "closed", all - open);
}

static void put_sides(struct req *q, const struct running *n)
{
    const struct val *setting = q->district->pack->setting;
    const struct val *sides = setting ? val_get(setting, S("sides")) : NULL;
    struct val *list = set_list(q->view, "sides");

    for (const struct item *it = sides && sides->kind == VAL_MAP ? sides->first : NULL; it;
         it = it->next)
        put_side(q, it, n, list);
    set_bool(q->view, "sides_any", list->first != NULL);
}

/* In the order of the pack; of streets and what is below them. */
static void put_kinds(struct req *q, const struct unit *u)
{
    const struct pack *p = q->district->pack;
    struct val *list = set_list(q->view, "kinds");
    int64_t since = q->now - SINCE_DAYS * DAY_MS;
    struct running *n = NEW(q->a, struct running);
    struct desk k = req_desk(q);

    count(q, u, since, n);
    show_moment_long(q, q->view, "since", since);
    put_sides(q, n);
    for (int i = 0; i < p->procs && i < KINDS_MAX; i++) {
        struct val *v;

        if (!n->all[i])
            continue;
        v = add_map(list);
        set_str(v, "mechanism", p->proc[i].mechanism);
        set_str(v, "title", desk_title(&k, &p->proc[i].title));
        set_int(v, "open", n->open[i]);
        set_int(v, "closed", n->all[i] - n->open[i]);
    }
    set_bool(q->view, "kinds_any", list->first != NULL);
}

PAGE(public_unit, .at = "GET /public/units/{id}", .template = "public/unit", .who = WHO_ANYONE,
     .per_minute = PER_MINUTE, .params = PARAMS({"id", PARAM_ID}))
{
    const struct unit *u = unit_by_id(q->district->units, param_int(q, "id"));

    if (!u)
        return refuse(&q->err, ERR_NOT_FOUND, "unit", "There is no such unit.");
    set_str(q->view, "name", u->name);
    set_str(q->view, "list_at", str_format(q->a, "/public?unit=%lld", (long long)u->id));
    set_str(q->view, "report_at",
            str_eq(u->kind, S("department"))
                ? S("")
                : str_format(q->a, "/report?at=%.*s", STR_ARG(u->code)));
    put_displays(q, u);
    put_gatherings(q, u);
    put_kinds(q, u);
    set_bool(q->view, "below_any",
             public_around(q, u, "/public/units/", set_list(q->view, "below")));
    return true;
}
