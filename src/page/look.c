/* Who looked at what of somebody's personal data, and why. */
#include "page/show.h"

#include "civic/report.h"

#define ROWS 50 /* of look_list() */

/* The post from which these may be seen; the widest unit. */
static const struct unit *unit_of(struct req *q)
{
    const struct unit *best = NULL;

    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct unit *u = unit_by_id(q->district->units, q->actor->post[i].unit);

        if (u &&
            (actor_may(q->actor, S("look.list"), u->path) ||
             actor_may(q->actor, S("users.manage"), u->path) ||
             actor_may(q->actor, S("personal.reveal"), u->path)) &&
            (!best || u->depth < best->depth))
            best = u;
    }
    return best;
}

PAGE(look_show, .at = "GET /looks", .template = "look/list", .who = WHO_STAFF, .right = "look.list",
     .params = PARAMS({"before", PARAM_ID}), .nav = "part.nav_looks", .nav_at = 90)
{
    struct desk k = req_desk(q);
    const struct unit *u = unit_of(q);
    struct val *rows = set_list(q->view, "rows"), *v;
    int64_t last = 0;
    int n = 0;

    if (!u)
        return refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow this.");
    look_list(&k, u->path, param_int(q, "before"), rows);
    for (struct item *it = rows->first; it; it = it->next, n++) {
        struct val *field = show_member(&it->val, "field");

        show_moment_of(q, &it->val, "moment", val_text(&it->val, "at"));
        field->str = req_text(q, str_format(q->a, "page.look_%.*s", STR_ARG(field->str)).p);
        last = show_member(&it->val, "id")->integer;
    }
    v = set_map(q->view, "of");
    set_str(v, "name", u->name);
    set_bool(q->view, "empty", !rows->first);
    show_pager(q, S("/looks"), n >= ROWS ? last : 0);
    return true;
}
