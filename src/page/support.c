/* Support for what is on display: given by anybody on its page, brought in on paper by staff, and
 * struck out where it should not count. */
#include "civic/support.h"

#include "page/disclosure.h"
#include "page/matter.h"
#include "page/show.h"

#define PER_MINUTE 5 /* from one address */

static struct str display_at(const struct req *q, int64_t id, const char *below)
{
    return str_format(q->a, "/public/%lld%s", (long long)id, below);
}

PAGE(support_give, .at = "POST /public/{id}/support", .template = "public/show", .who = WHO_ANYONE,
     .no_csrf = true, .per_minute = PER_MINUTE,
     .params = PARAMS({"id", PARAM_ID}, {"name", PARAM_TEXT, .max = 30},
                      {"phone", PARAM_TEXT, .max = 20}),
     .again = display_show)
{
    struct support_new n = {.disclosure_id = param_int(q, "id"),
                            .name = param_str(q, "name"),
                            .phone = param_str(q, "phone")};
    struct desk k = req_desk(q);

    q->see_other = display_at(q, n.disclosure_id, "?supported=yes");
    return support_add(&k, &n, &q->err);
}

static bool paper_form(struct req *q)
{
    struct matter *m = NEW(q->a, struct matter);
    struct desk k = req_desk(q);

    if (!matter_get(q, param_int(q, "id"), m))
        return false;
    if (!support_may(&k, m))
        return refuse(&q->err, ERR_DENIED, NULL, "This is not yours to do.");
    set_str(q->view, "title", text_mask(q->a, m->title));
    set_str(q->view, "at", str_format(q->a, "/matters/%lld", (long long)m->id));
    set_int(q->view, SUPPORTERS, m->state.supporters);
    set_int(q->view, "least", m->def->step[m->state.step].support.least);
    set_int(q->view, "list_max", SIGNED_MOST);
    return true;
}

PAGE(support_form, .at = "GET /matters/{id}/support", .template = "matter/support",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}))
{
    return paper_form(q);
}

PAGE(support_sign, .at = "POST /matters/{id}/support", .template = "matter/support",
     .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"list", PARAM_TEXT, .max = SIGNED_MOST},
                      {"reason", PARAM_TEXT, .max = 200}),
     .again = paper_form)
{
    struct paper_new n = {.matter_id = param_int(q, "id"),
                          .list = param_str(q, "list"),
                          .reason = param_str(q, "reason"),
                          .told = q->view};
    struct desk k = req_desk(q);

    q->see_other = str_format(q->a, "/matters/%lld", (long long)n.matter_id);
    return support_paper(&k, &n, &q->err);
}

void support_put(struct req *q, const struct matter *m)
{
    struct desk k = req_desk(q);
    bool who = m->state.supporters && support_may_reveal(&k, m);

    set_str(q->view, "support_at",
            support_may(&k, m) ? str_format(q->a, "/matters/%lld/support", (long long)m->id)
                               : S(""));
    set_str(q->view, "supporters_at",
            who ? str_format(q->a, "/matters/%lld/supporters", (long long)m->id) : S(""));
}

/* ---- who they are --------------------------------------------------------- */

static bool put_list(struct req *q, struct matter *m, int64_t shown_of, struct str shown)
{
    struct desk k = req_desk(q);
    struct val *list = set_list(q->view, "rows");
    bool keeps;
    int64_t next;

    if (!matter_get(q, param_int(q, "id"), m))
        return false;
    if (!support_may_reveal(&k, m))
        return refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow this.");
    keeps = support_may(&k, m);
    next = support_list(&k, m, param_int(q, "before"), list);
    for (struct item *it = list->first; it; it = it->next) {
        bool counts = val_text(&it->val, "struck").n == 0;

        set_bool(&it->val, "may_strike", keeps && counts);
        set_str(&it->val, "shown", val_int(&it->val, "id") == shown_of ? shown : S(""));
    }
    set_str(q->view, "title", text_mask(q->a, m->title));
    set_str(q->view, "at", str_format(q->a, "/matters/%lld", (long long)m->id));
    set_str(q->view, "base", val_text(q->view, "at")); /* a row has its own `at` */
    set_int(q->view, SUPPORTERS, m->state.supporters);
    set_bool(q->view, "any", list->first != NULL);
    show_pager(q, str_format(q->a, "/matters/%lld/supporters", (long long)m->id), next);
    return true;
}

static bool list_again(struct req *q)
{
    return put_list(q, NEW(q->a, struct matter), 0, S(""));
}

PAGE(support_who, .at = "GET /matters/{id}/supporters", .template = "matter/supporters",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}, {"before", PARAM_ID}))
{
    return list_again(q);
}

PAGE(support_look, .at = "POST /matters/{id}/supporters/look", .template = "matter/supporters",
     .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"supporter", PARAM_ID}, {"before", PARAM_ID},
                      {"field", PARAM_TEXT, .max = 10}, {"reason", PARAM_TEXT, .max = 100}),
     .again = list_again)
{
    struct reveal ask = {param_int(q, "supporter"), param_str(q, "field"), param_str(q, "reason")};
    struct matter *m = NEW(q->a, struct matter);
    struct desk k = req_desk(q);
    struct str plain;

    return matter_get(q, param_int(q, "id"), m) && support_reveal(&k, m, &ask, &plain, &q->err) &&
           put_list(q, m, ask.id, plain);
}

PAGE(support_strike_out, .at = "POST /matters/{id}/supporters/strike",
     .template = "matter/supporters", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"supporter", PARAM_ID}, {"before", PARAM_ID},
                      {"reason", PARAM_TEXT, .max = 200}),
     .again = list_again)
{
    struct strike n = {param_int(q, "id"), param_int(q, "supporter"), param_str(q, "reason")};
    struct desk k = req_desk(q);

    q->see_other = str_format(q->a, "/matters/%lld/supporters", (long long)n.matter_id);
    return support_strike(&k, &n, &q->err);
}
