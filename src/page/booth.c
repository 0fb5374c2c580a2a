/* Booths of a fair: booked and left by firms; where visitors apply; the sheets that lead there. */
#include "page/booth.h"

#include "form/qr.h"
#include "page/gathering.h"

#define QR_MODULE 8

static void put_choices(struct req *q, const struct gathering *g, struct val *fair)
{
    struct val *units = val_list(q->a), *list = set_list(fair, "open_to");
    struct desk k = req_desk(q);

    booths_open_to(&k, g, units);
    for (const struct item *it = units->first; it; it = it->next)
        show_choice(list, str_format(q->a, "%lld", (long long)val_int(&it->val, "id")),
                    val_text(&it->val, "name"), !units->first->next);
    set_bool(fair, "open_any", list->first != NULL);
}

static bool takes_applications(const struct gathering *g)
{
    return (gathering_in(g, "called") || gathering_in(g, "open")) && g->def && g->def->booths &&
           g->def->booths->asks && proc_public(g->def->booths->asks);
}

/* Where a visitor applies at this booth of booths_view(). */
static struct str apply_at(const struct req *q, const struct gathering *g, const struct val *booth)
{
    return str_format(q->a, "/apply/%.*s?at=%.*s&gathering=%lld",
                      STR_ARG(g->def->booths->asks->mechanism), STR_ARG(val_text(booth, "code")),
                      (long long)g->id);
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
    set_str(fair, "sheets_at",
            takes_applications(g) && booths->first && gathering_runs(&k, g)
                ? gathering_at(q, g->id, "/booths/sheets")
                : S(""));
    put_choices(q, g, fair);
}

void booths_show_public(struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);
    struct val *fair, *booths;

    if (!g->def || !g->def->booths) {
        set_bool(q->view, "fair", false);
        return;
    }
    fair = set_map(q->view, "fair");
    booths = set_list(fair, "booths");
    booths_view(&k, g, booths, NULL);
    for (struct item *it = booths->first; it; it = it->next)
        set_str(&it->val, "apply_at", takes_applications(g) ? apply_at(q, g, &it->val) : S(""));
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

PAGE(booth_sheets, .at = "GET /gatherings/{id}/booths/sheets", .template = "gathering/booths",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct desk k = req_desk(q);
    struct val *list;

    if (!gathering_get(q, g))
        return false;
    if (!gathering_runs(&k, g))
        return refuse(&q->err, ERR_DENIED, NULL,
                      "This gathering is called and held by somebody else.");
    if (!takes_applications(g))
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "Nobody applies at booths here.");
    gathering_facts(q, g);
    list = set_list(q->view, "booths");
    booths_view(&k, g, list, NULL);
    for (struct item *it = list->first; it; it = it->next) {
        struct str address = show_address(q, apply_at(q, g, &it->val));

        set_str(&it->val, "address", address);
        set_html(&it->val, "qr", qr_svg(q->a, address, QR_MODULE));
    }
    set_bool(q->view, "booths_any", list->first != NULL);
    return true;
}
