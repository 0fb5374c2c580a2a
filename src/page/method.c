/* Ways of working: where each is in use, and the figures before and after. */
#include "page/scope.h"
#include "page/show.h"

#include "civic/method.h"

#define DAYS 30 /* before, and after */

static const char *const counted[] = {"received", "ended_rate", "on_time_rate", "satisfied_rate"};

static struct str span_text(struct req *q, const struct figure *f, const struct unit *u,
                            struct period p)
{
    struct desk k = req_desk(q);
    struct figure_value v;

    figure_read(&k, f, u, &p, S(""), &v);
    return figure_text(q->a, &v);
}

/* The thirty days before it was switched on, and those since then, thirty at most. */
static void put_figures(struct req *q, const struct unit *u, int64_t since, struct val *list)
{
    int64_t day = day_start_ms(day_of(since)), end = day_start_ms(day_of(q->now) + 1);
    struct period before = {day - DAYS * DAY_MS, day, S(""), PERIOD_SPAN}, after = before;
    struct desk k = req_desk(q);

    after.from_ms = day;
    after.to_ms = end < day + DAYS * DAY_MS ? end : day + DAYS * DAY_MS;
    for (size_t i = 0; i < COUNT(counted); i++) {
        const struct figure *f = pack_figure(q->district->pack, str_of(counted[i]));
        struct val *v = f ? add_map(list) : NULL;

        if (!v)
            continue;
        set_str(v, "id", f->id);
        set_str(v, "title", desk_title(&k, &f->title));
        set_str(v, "before", span_text(q, f, u, before));
        set_str(v, "after", span_text(q, f, u, after));
    }
}

static void put_units(struct req *q, struct val *list)
{
    for (struct item *it = list->first; it; it = it->next) {
        const struct unit *u = unit_by_id(q->district->units, val_int(&it->val, "unit_id"));
        struct val *figures = set_list(&it->val, "figures");

        put_figures(q, u, val_int(&it->val, "since"), figures);
        set_str(&it->val, "on", day_text(q->a, day_of(val_int(&it->val, "since"))));
        set_str(&it->val, "at", str_format(q->a, "/units/%lld", (long long)u->id));
        set_bool(&it->val, "may", actor_may(q->actor, S("units.manage"), u->path));
    }
}

static void put_choice(struct req *q, struct val *list, struct str name, const struct title *title)
{
    struct desk k = req_desk(q);
    struct val *v =
        show_choice(list, name, desk_title(&k, title), str_eq(name, param_str(q, "name")));

    set_str(v, "at", str_format(q->a, "/methods?name=%.*s", STR_ARG(name)));
}

static bool fill(struct req *q)
{
    const struct pack *p = q->district->pack;
    struct val *all = set_list(q->view, "methods"), *units = set_list(q->view, "units");
    struct str name = param_str(q, "name");
    struct desk k = req_desk(q);

    for (int i = 0; i < p->procs; i++)
        put_choice(q, all, p->proc[i].mechanism, &p->proc[i].title);
    for (int i = 0; i < p->gatherings; i++)
        put_choice(q, all, p->gathering[i].name, &p->gathering[i].title);
    set_str(q->view, "name", name);
    set_bool(q->view, "everywhere", !name.n || !method_view(&k, name, units));
    put_units(q, units);
    set_bool(q->view, "units_any", units->first != NULL);
    return true;
}

PAGE(method_list, .at = "GET /methods", .template = "unit/methods", .who = WHO_STAFF,
     .right = "units.manage", .params = PARAMS({"name", PARAM_TEXT, .max = 40}))
{
    return fill(q);
}

PAGE(method_change, .at = "POST /methods", .template = "unit/methods", .who = WHO_STAFF,
     .right = "units.manage", .again = fill,
     .params = PARAMS({"name", PARAM_TEXT, .max = 40, .need = true},
                      {"unit", PARAM_TEXT, .max = 40, .need = true},
                      {"on", PARAM_TEXT, .max = 3, .need = true}))
{
    const struct unit *u = unit_by_code(q->district->units, param_str(q, "unit"));
    struct str name = param_str(q, "name");
    struct desk k = req_desk(q);

    if (!u)
        return refuse(&q->err, ERR_INVALID, "unit", "There is no unit with the code %.*s.",
                      STR_ARG(param_str(q, "unit")));
    if (!method_switch(&k, name, u, str_eq(param_str(q, "on"), S("yes")), &q->err))
        return false;
    q->see_other = str_format(q->a, "/methods?name=%.*s", STR_ARG(name));
    return true;
}
