/* Decisions on display, as pages show them: to everybody, on a sheet, on the page of the matter. */
#include "page/disclosure.h"

#define OF_ONE_MATTER 50

static struct str state_of(const struct disclosure *d)
{
    return d->ended_at ? d->outcome : S("up");
}

bool disclosure_put(struct req *q, const struct disclosure *d, struct val *v)
{
    struct desk k = req_desk(q);
    struct str key = str_format(q->a, "public.%.*s", STR_ARG(state_of(d)));
    int64_t left = (d->until_at - q->now) / DAY_MS;

    set_int(v, "id", d->id);
    set_str(v, "at", str_format(q->a, "/public/%lld", (long long)d->id));
    if (!disclosure_view(&k, d, v))
        return false;
    set_bool(v, "fields_any", val_get(v, S("fields"))->first != NULL);
    set_bool(v, "pictures_any", val_get(v, S("pictures"))->first != NULL);
    set_bool(v, "up", !d->ended_at);
    set_str(v, "state", state_of(d));
    set_str(v, "state_text", req_text(q, key.p));
    set_int(v, "days_left", d->ended_at || left < 0 ? 0 : left);
    set_bool(v, "over", !d->ended_at && d->until_at <= q->now); /* only objections keep it up */
    set_bool(v, "last_day", left == 0);
    set_bool(v, "takes_support",
             val_get(v, S("asks_support"))->boolean && !d->ended_at && d->until_at > q->now);
    show_moment_long(q, v, "from", d->from_at);
    show_moment_long(q, v, "until", d->until_at);
    show_moment_long(q, v, "ended", d->ended_at);
    return true;
}

void objection_put(struct req *q, struct val *v)
{
    struct str outcome = val_text(v, "outcome");
    struct str key =
        str_format(q->a, "public.objection_%.*s", STR_ARG(outcome.n ? outcome : S("open")));

    set_str(v, "state", req_text(q, key.p));
    set_bool(v, "open", !outcome.n);
    show_moment_of(q, v, "moment", val_text(v, "at"));
    show_moment_of(q, v, "due", val_text(v, "due_at"));
    show_moment_of(q, v, "answered", val_text(v, "answered_at"));
}

void objections_put(struct req *q, const struct disclosure *d, bool for_public, struct val *v)
{
    struct val *list = set_list(v, "objections");
    struct desk k = req_desk(q);

    objection_list(&k, d, for_public, list);
    set_bool(v, "objections_any", list->first != NULL);
    for (struct item *it = list->first; it; it = it->next)
        objection_put(q, &it->val);
}

static void put_looks(struct req *q, const struct matter *m, int64_t shown_of, struct str shown,
                      const struct val *objections)
{
    struct desk k = req_desk(q);
    bool may = objection_may_reveal(&k, m);

    for (struct item *it = objections->first; it; it = it->next) {
        bool has = val_get(&it->val, S("has_phone"))->boolean;

        set_str(&it->val, "look_at",
                may && has ? str_format(q->a, "/matters/%lld/look", (long long)m->id) : S(""));
        set_str(&it->val, "shown", val_int(&it->val, "id") == shown_of ? shown : S(""));
    }
}

void disclosures_of_matter(struct req *q, const struct matter *m, int64_t shown_of,
                           struct str shown)
{
    struct disclosure *d = NEW_ARRAY(q->a, struct disclosure, OF_ONE_MATTER);
    struct val *list = set_list(q->view, "disclosures");
    struct desk k = req_desk(q);
    size_t n = disclosure_of(&k, m->id, d, OF_ONE_MATTER);

    set_bool(q->view, "disclosures_any", n > 0);
    for (size_t i = 0; i < n; i++) {
        struct val *v = add_map(list);

        if (!disclosure_put(q, &d[i], v))
            continue;
        objections_put(q, &d[i], false, v);
        put_looks(q, m, shown_of, shown, val_get(v, S("objections")));
    }
}
