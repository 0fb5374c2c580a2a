/* What was recorded of a matter, in order, and whether it still holds together. */
#include "page/show.h"

#include "civic/ledger.h"

/* Timeline entries by their hash; both lists are of the same events. */
static const struct val *entry_of(const struct val *timeline, struct str hash)
{
    for (const struct item *it = timeline->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "hash"), hash))
            return &it->val;
    }
    return NULL;
}

static struct str fields_text(struct req *q, const struct val *entry)
{
    const struct val *fields = entry ? val_get(entry, S("fields")) : NULL;
    struct buf b = {.arena = q->a};

    for (const struct item *it = fields ? fields->first : NULL; it; it = it->next) {
        if (b.n)
            buf_put(&b, S("; "));
        buf_put(&b, val_text(&it->val, "title"));
        buf_put(&b, S(": "));
        buf_put(&b, val_text(&it->val, "text"));
    }
    return buf_str(&b);
}

static void put_events(struct req *q, struct val *chain, const struct val *timeline)
{
    for (struct item *it = chain->first; it; it = it->next) {
        struct val *v = &it->val, *kind = show_member(v, "kind");
        const struct val *entry = entry_of(timeline, val_text(v, "hash"));

        show_moment(q, v, "moment", show_member(v, "at")->integer);
        set_str(v, "who", entry ? val_text(entry, "who") : S(""));
        set_str(v, "as_unit", entry ? val_text(entry, "unit") : S(""));
        set_str(v, "text", fields_text(q, entry));
        if (entry && val_text(entry, "title").n)
            kind->str = val_text(entry, "title");
    }
}

static void put_seal(struct req *q, struct desk *k)
{
    struct val *last = val_map(q->a), *seal;

    if (!ledger_last_seal(k, last)) {
        set_bool(q->view, "seal", false);
        return;
    }
    seal = set_map(q->view, "seal");
    set_str(seal, "time", when_minute(q->a, show_member(last, "at")->integer));
    set_str(seal, "root", val_text(last, "root"));
}

PAGE(matter_ledger, .at = "GET /matters/{id}/ledger", .template = "ledger/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    struct desk k = req_desk(q);
    struct val *chain, *timeline = val_list(q->a);
    struct matter m;
    bool whole;

    if (!matter_load(&k, param_int(q, "id"), &m, &q->err))
        return false;
    if (!matter_visible(&k, &m))
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such matter.");
    set_str(q->view, "number", m.number);
    set_str(q->view, "title", text_mask(q->a, m.title));
    set_str(q->view, "at", str_format(q->a, "/matters/%lld", (long long)m.id));
    chain = set_list(q->view, "events");
    whole = ledger_chain(&k, m.id, chain);
    timeline_view(&k, &m, false, timeline);
    show_timeline(q, timeline);
    put_events(q, chain, timeline);
    set_bool(q->view, "whole", whole);
    set_str(q->view, "note", whole ? S("") : req_text(q, "page.ledger_broken"));
    put_seal(q, &k);
    return true;
}
