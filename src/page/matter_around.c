/* A matter's page: other matters beside it, what it counts and holds, and where it came from. */
#include "page/matter.h"

#include "civic/link.h"
#include "civic/resolution.h"
#include "civic/resource.h"
#include "civic/search.h"
#include "page/duties.h"

#define BUNDLED_SHOWN 50

static void put_similar(struct req *q, const struct matter *m)
{
    struct val *list = set_list(q->view, "similar");
    struct desk k = req_desk(q);
    struct matter_new n = {.title = m->title,
                           .body = m->body,
                           .lon = m->lon,
                           .lat = m->lat,
                           .unit_id = m->unit_id,
                           .reported_at = m->reported_at};
    bool may = actor_may(q->actor, S("matter.bundle"), m->unit_path) && !m->state.parts;

    if (may && !m->ended_at && !m->bundle_id) /* who cannot join them need not wait for them */
        search_duplicates(&k, &n, m->id, list);
    show_similar(q, list);
    for (struct item *it = list->first; it; it = it->next) {
        struct val *id = show_member(&it->val, "id");

        /* "join this page's matter to that one": the form's address is this matter's */
        set_int(&it->val, "other", id->integer);
        id->integer = m->id;
        set_bool(&it->val, "may_bundle", may);
    }
    set_bool(q->view, "similar_any", list->first != NULL);
}

static void put_bundled(struct req *q, const struct matter *m)
{
    int64_t id[BUNDLED_SHOWN];
    struct desk k = req_desk(q);
    struct val *list = set_list(q->view, "bundled");
    int n = matter_bundled(&k, m, id, BUNDLED_SHOWN);

    for (int i = 0; i < n && i < BUNDLED_SHOWN; i++) {
        struct matter *other = NEW(q->a, struct matter);
        struct err e = {0};
        struct val *v;

        if (!matter_load(&k, id[i], other, &e))
            continue;
        v = add_map(list);
        set_str(v, "title", text_mask(q->a, other->title));
        set_str(v, "number", other->number);
        set_str(v, "at", str_format(q->a, "/matters/%lld", (long long)other->id));
    }
    set_bool(q->view, "bundled_any", list->first != NULL);
}

/* ---- what it says in numbers, what it is asked for, what it settles ---- */

static void put_numbers(struct req *q, const struct matter *m)
{
    struct val *numbers = set_list(q->view, "numbers"), *periods = set_list(q->view, "periods");
    struct desk k = req_desk(q);

    numbers_view(&k, m, numbers);
    periods_view(&k, m, periods);
    for (struct item *it = periods->first; it; it = it->next) {
        struct str key =
            str_format(q->a, "matter.period_%.*s", STR_ARG(val_text(&it->val, "state")));

        set_str(&it->val, "text", req_text(q, key.p));
        show_moment_of(q, &it->val, "reported", val_text(&it->val, "reported_at"));
    }
    set_bool(q->view, "numbers_any", numbers->first != NULL);
    set_bool(q->view, "periods_any", periods->first != NULL);
}

void holds_show(struct req *q, const struct matter *m, bool is_public)
{
    struct val *holds = set_list(q->view, "holds");
    struct desk k = req_desk(q);

    matter_holds(&k, m->id, holds);
    for (struct item *it = holds->first; it; it = it->next) {
        bool shown = !is_public || show_member(&it->val, "is_public")->boolean;

        set_str(&it->val, "at",
                shown ? str_format(q->a, "%s/resources/%lld", is_public ? "/public" : "",
                                   (long long)val_int(&it->val, "id"))
                      : S(""));
    }
    set_bool(q->view, "holds_any", holds->first != NULL);
}

static void put_links(struct req *q, const struct matter *m)
{
    struct val *closes = set_list(q->view, "closes"), *by = set_list(q->view, "closed_by");
    struct desk k = req_desk(q);
    bool may = link_may(&k, m);

    links_view(&k, m, closes, by);
    for (struct item *it = closes->first; it; it = it->next) {
        set_int(&it->val, "of", m->id);
        set_bool(&it->val, "may_unlink", may);
    }
    set_bool(q->view, "may_link", may);
    set_bool(q->view, "closes_any", may || closes->first);
    set_bool(q->view, "closed_by_any", by->first != NULL);
}

/* The gathering that handed it out. */
static void put_source(struct req *q, const struct matter *m)
{
    struct val *source = val_map(q->a);
    struct desk k = req_desk(q);

    if (!resolution_source(&k, m->id, source)) {
        set_bool(q->view, "source", false);
        return;
    }
    set_str(source, "at",
            str_format(q->a, "/gatherings/%lld", (long long)show_member(source, "id")->integer));
    set_val(q->view, S("source"), *source);
}

void matter_around(struct req *q, const struct matter *m)
{
    put_similar(q, m);
    put_bundled(q, m);
    put_numbers(q, m);
    holds_show(q, m, false);
    put_links(q, m);
    put_source(q, m);
    duties_raised(q, m->id);
}
