/* 权责清单, the duty list: proposed, confirmed, dropped. */
#include "page/show.h"

#include "civic/routing.h"

#include <string.h>

static struct str day_of_minute(struct str minute)
{
    return (struct str){minute.p, minute.n < 10 ? minute.n : 10};
}

static bool has_words(const struct val *v, struct str words)
{
    struct str in = val_text(v, "subject_title"), unit = val_text(v, "unit");

    return !words.n || text_contains(in, words) || text_contains(unit, words);
}

/* subject_title and number of the matter it came from; what does not have the words is left out. */
static void finish(struct desk *k, const struct val *all, struct str words, struct val *out)
{
    for (struct item *it = all->first; it; it = it->next) {
        struct val *v = &it->val;
        struct matter m;
        struct err e = {0};
        int64_t from = show_member(v, "matter_id")->integer;

        set_str(v, "subject_title", subject_title(k, val_text(v, "subject")));
        set_str(v, "number", from && matter_load(k, from, &m, &e) ? m.number : S(""));
        set_str(v, "proposed_on", day_of_minute(val_text(v, "proposed_at")));
        set_str(v, "since", day_of_minute(val_text(v, "confirmed_at")));
        if (has_words(v, words))
            add_val(out, *v);
    }
}

static bool may_confirm_any(const struct val *proposed)
{
    for (const struct item *it = proposed->first; it; it = it->next) {
        if (!val_is_empty(val_get(&it->val, S("may_confirm"))))
            return true;
    }
    return false;
}

PAGE(duty_list_show, .at = "GET /duty-list", .template = "duty/list", .who = WHO_STAFF,
     .params = PARAMS({"words", PARAM_TEXT, .max = 60}), .nav = "part.nav_duties", .nav_at = 70)
{
    struct desk k = req_desk(q);
    struct val *confirmed = val_list(q->a), *proposed = val_list(q->a), *out;

    duty_list_all(&k, confirmed, proposed);
    set_bool(q->view, "may_confirm", may_confirm_any(proposed));
    set_str(q->view, "words", param_str(q, "words"));
    out = set_list(q->view, "proposed");
    finish(&k, proposed, S(""), out);
    set_bool(q->view, "proposed_any", out->first != NULL);
    out = set_list(q->view, "confirmed");
    finish(&k, confirmed, param_str(q, "words"), out);
    set_bool(q->view, "confirmed_any", out->first != NULL);
    return true;
}

PAGE(duty_decide, .at = "POST /duty-list/{id}/confirm", .who = WHO_STAFF,
     .right = "duty_list.confirm", .params = PARAMS({"id", PARAM_ID}, {"drop", PARAM_TEXT}))
{
    struct desk k = req_desk(q);
    int64_t id = param_int(q, "id");

    q->see_other = S("/duty-list");
    return param_str(q, "drop").n ? duty_list_drop(&k, id, &q->err)
                                  : duty_list_confirm(&k, id, &q->err);
}

PAGE(duty_end, .at = "POST /duty-list/{id}/end", .who = WHO_STAFF, .right = "duty_list.confirm",
     .params = PARAMS({"id", PARAM_ID}))
{
    struct desk k = req_desk(q);

    q->see_other = S("/duty-list");
    return duty_list_drop(&k, param_int(q, "id"), &q->err);
}
