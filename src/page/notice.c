/* What somebody was told: a box of the inbox. */
#include "page/notice.h"

#include "civic/notice.h"

int64_t notices_show(struct req *q, struct desk *k)
{
    struct val *rows = set_list(q->view, "notices");
    int64_t next;

    set_int(q->view, "newest", notices_list(k, param_int(q, "before"), rows, &next));
    for (struct item *it = rows->first; it; it = it->next) {
        struct str key = str_format(q->a, "notice.is_%.*s", STR_ARG(val_text(&it->val, "kind")));

        set_str(&it->val, "kind_title", req_text(q, key.p));
        show_moment_of(q, &it->val, "told", val_text(&it->val, "told_at"));
    }
    return next;
}

PAGE(notices_see, .at = "POST /work/notices/seen", .who = WHO_STAFF,
     .params = PARAMS({"until", PARAM_ID, .need = true}))
{
    struct desk k = req_desk(q);

    notices_seen(&k, param_int(q, "until"));
    q->see_other = S("/work?box=notices");
    return true;
}
