/* Booths of a fair: booked and left by firms; where visitors apply. */
#include "page/booth.h"

#include "page/gathering.h"

static void put_choices(struct req *q, const struct gathering *g, struct val *fair)
{
    struct val *units = val_list(q->a), *list = set_list(fair, "open_to");
    struct desk k = req_desk(q);

    booths_open_to(&k, g, units);
    for (const struct item *it = units->first; it; it = it->next)
        show_choice(list, str_format(q->a, "%lld", (long long)val_int(&it->val, "id")),
                    show_str(&it->val, "name"), !units->first->next);
    set_bool(fair, "open_any", list->first != NULL);
}

void booths_show(struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);
    struct val *fair, *booths, *sum;

    if (!g->def || !g->def->booths) {
        set_bool(q->view, "fair", false);
        return;
    }
    fair = set_map(q->view, "fair");
    booths = set_list(fair, "booths");
    sum = set_map(fair, "sum");
    booths_view(&k, g, booths, sum);
    set_bool(fair, "booths_any", booths->first != NULL);
    set_str(fair, "book_at", gathering_at(q, g->id, "/booths"));
    set_str(fair, "leave_at", gathering_at(q, g->id, "/booths/leave"));
    put_choices(q, g, fair);
}

void booths_show_public(struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);
    const struct proc *asks;
    struct val *fair, *booths;

    if (!g->def || !g->def->booths) {
        set_bool(q->view, "fair", false);
        return;
    }
    fair = set_map(q->view, "fair");
    booths = set_list(fair, "booths");
    asks = g->def->booths->asks;
    booths_view(&k, g, booths, NULL);
    for (struct item *it = booths->first; it; it = it->next)
        set_str(&it->val, "apply_at",
                asks && proc_public(asks)
                    ? str_format(q->a, "/apply/%.*s?at=%.*s&gathering=%lld",
                                 STR_ARG(asks->mechanism), STR_ARG(show_str(&it->val, "code")),
                                 (long long)g->id)
                    : S(""));
    set_bool(fair, "booths_any", booths->first != NULL);
}

PAGE(booth_book_it, .at = "POST /gatherings/{id}/booths", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"unit", PARAM_ID, .need = true}))
{
    struct desk k = req_desk(q);
    int64_t n;

    q->see_other = gathering_at(q, param_int(q, "id"), "#fair");
    if (!booth_book(&k, param_int(q, "id"), param_int(q, "unit"), &n, &q->err))
        return false;
    set_int(q->view, "n", n);
    return true;
}

PAGE(booth_leave_it, .at = "POST /gatherings/{id}/booths/leave", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"unit", PARAM_ID, .need = true}))
{
    struct desk k = req_desk(q);

    q->see_other = gathering_at(q, param_int(q, "id"), "#fair");
    return booth_leave(&k, param_int(q, "id"), param_int(q, "unit"), &q->err);
}
