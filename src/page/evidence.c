/* Notes about cadres at work, for the posts that the pack names; there is no such page for others.
 */
#include "page/matter.h"
#include "page/show.h"

#include "civic/evidence.h"

static bool here(struct req *q, struct desk *k)
{
    *k = req_desk(q);
    return evidence_any(k) || refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
}

static void put_list(struct req *q, struct desk *k, int64_t opened, struct str body,
                     struct val *looks)
{
    struct evidence_filter f = {.matter = param_int(q, "matter"), .person = param_int(q, "person")};
    struct val *rows = set_list(q->view, "rows"), *kinds = set_list(q->view, "kinds");

    evidence_list(k, &f, rows);
    for (struct item *it = rows->first; it; it = it->next) {
        bool is = val_int(&it->val, "id") == opened;

        set_bool(&it->val, "opened", is);
        set_str(&it->val, "body", is ? body : S(""));
        if (is)
            set_val(&it->val, S("looks"), *looks);
        else
            (void)set_list(&it->val, "looks");
    }
    evidence_kinds(k, kinds);
    set_bool(q->view, "writes", kinds->first != NULL);
    set_bool(q->view, "empty", !rows->first);
}

static bool list_page(struct req *q)
{
    struct desk k;

    if (!here(q, &k))
        return false;
    put_list(q, &k, 0, S(""), NULL);
    return true;
}

PAGE(evidence_index, .at = "GET /evidence", .template = "evidence/list", .who = WHO_STAFF,
     .right = "evidence", .params = PARAMS({"matter", PARAM_ID}, {"person", PARAM_ID}),
     .nav = "part.nav_evidence", .nav_at = 88)
{
    return list_page(q);
}

PAGE(evidence_read_one, .at = "POST /evidence/{id}/read", .template = "evidence/list",
     .who = WHO_STAFF, .right = "evidence", .again = list_page,
     .params = PARAMS({"id", PARAM_ID}, {"reason", PARAM_TEXT, .max = 200}, {"matter", PARAM_ID},
                      {"person", PARAM_ID}))
{
    struct val *looks = val_list(q->a);
    struct str body;
    struct desk k;

    if (!here(q, &k) ||
        !evidence_open(&k, param_int(q, "id"), param_str(q, "reason"), &body, looks, &q->err))
        return false;
    put_list(q, &k, param_int(q, "id"), body, looks);
    return true;
}

/* ---- writing --------------------------------------------------------------------- */

static bool form(struct req *q)
{
    struct val *kinds, *people;
    struct str kind = param_str(q, "kind");
    struct desk k;

    if (!here(q, &k))
        return false;
    kinds = set_list(q->view, "kinds");
    evidence_kinds(&k, kinds);
    if (!kinds->first)
        return refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (!kind.n)
        kind = val_text(&kinds->first->val, "name");
    for (struct item *it = kinds->first; it; it = it->next)
        set_bool(&it->val, "on", str_eq(val_text(&it->val, "name"), kind));
    set_str(q->view, "kind", kind);
    set_str(q->view, "number", param_str(q, "number"));
    set_str(q->view, "words", param_str(q, "words"));
    people = set_list(q->view, "people");
    evidence_people(&k, kind, param_str(q, "words"), people);
    for (struct item *it = people->first; it; it = it->next)
        set_bool(&it->val, "on", val_int(&it->val, "post_id") == param_int(q, "post"));
    set_bool(q->view, "people_any", people->first != NULL);
    return true;
}

PAGE(evidence_form, .at = "GET /evidence/new", .template = "evidence/new", .who = WHO_STAFF,
     .right = "evidence",
     .params = PARAMS({"kind", PARAM_TEXT, .max = 64}, {"number", PARAM_TEXT, .max = 40},
                      {"words", PARAM_TEXT, .max = 60}, {"post", PARAM_ID}))
{
    return form(q);
}

PAGE(evidence_write, .at = "POST /evidence", .template = "evidence/new", .who = WHO_STAFF,
     .right = "evidence", .again = form,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 64}, {"number", PARAM_TEXT, .max = 40},
                      {"words", PARAM_TEXT, .max = 60}, {"post", PARAM_ID},
                      {"body", PARAM_TEXT, .max = 4000}))
{
    struct desk k = req_desk(q);
    struct evidence_new n = {.kind = param_str(q, "kind"),
                             .number = param_str(q, "number"),
                             .post_id = param_int(q, "post"),
                             .body = param_str(q, "body")};
    int64_t id;

    q->see_other = S("/evidence");
    if (!here(q, &k) || !evidence_add(&k, &n, &id, &q->err))
        return false;
    set_int(q->view, "id", id);
    return true;
}

void evidence_put(struct req *q, const struct matter *m)
{
    struct val *kinds = val_list(q->a);
    struct desk k = req_desk(q);

    if (actor_may_somewhere(q->actor, S("evidence")))
        evidence_kinds(&k, kinds);
    set_str(q->view, "note_at",
            kinds->first ? str_format(q->a, "/evidence/new?number=%.*s", STR_ARG(m->number))
                         : S(""));
}
