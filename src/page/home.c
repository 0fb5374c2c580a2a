/* The front page, for everybody: how to report, and how it goes. */
#include "civic/figure.h"

#include "page/show.h"

static void put_figure(struct req *q, const struct period *p, const char *id, struct val *list)
{
    const struct figure *f = pack_figure(q->district->pack, str_of(id));
    struct desk k = req_desk(q);
    struct figure_value value;
    struct val *v;

    if (!f)
        return;
    figure_read(&k, f, unit_root(q->district->units), p, S(""), &value);
    v = add_map(list);
    set_str(v, "title", desk_title(&k, &f->title));
    set_str(v, "note", S(""));
    set_str(v, "value", figure_text(q->a, &value));
    set_str(v, "unit", value.is_ratio ? S("") : desk_title(&k, &f->unit));
    set_str(v, "at", str_format(q->a, "/figures/%s", id));
}

PAGE(home_show, .at = "GET /", .template = "home", .who = WHO_ANYONE)
{
    static const char *const ids[] = {"received", "on_time_rate", "solved_rate", "satisfied_rate"};
    struct desk k = req_desk(q);
    struct val *list = set_list(q->view, "figures");
    struct period p;
    struct err e = {0};

    if (period_parse(&k, S(""), &p, &e)) {
        for (size_t i = 0; i < COUNT(ids); i++)
            put_figure(q, &p, ids[i], list);
    }
    set_str(q->view, "period", list->first ? show_month(q, q->now) : S(""));
    return true;
}
