/* My own posts, sessions, password, language. */
#include "page/matter.h"

#include "civic/appraisal.h"
#include "civic/service.h"
#include "civic/session.h"

static void put_posts(struct req *q)
{
    struct val *list = set_list(q->view, "posts");

    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct holding *h = &q->actor->post[i];
        const struct unit *u = unit_by_id(q->district->units, h->unit);
        struct desk k = req_desk(q);
        struct val *v = add_map(list);

        set_str(v, "role", h->def ? desk_title(&k, &h->def->title) : h->role);
        set_str(v, "unit", u ? u->name : S(""));
        set_str(v, "at", str_format(q->a, "/units/%lld", (long long)h->unit));
        set_str(v, "since", day_text(q->a, day_of(id_ms(h->id))));
    }
}

static void put_sessions(struct req *q, struct desk *k)
{
    struct val *list = set_list(q->view, "sessions");

    session_list(k, q->actor->person, q->session, list);
    for (struct item *it = list->first; it; it = it->next) {
        struct val *label = show_member(&it->val, "label");

        if (!label->str.n)
            label->str = req_text(q, "page.session");
        set_str(&it->val, "seen", when_minute(q->a, show_member(&it->val, "seen_at")->integer));
    }
}

#define SERVED_SHOWN 10

/* What the actor served, and for whom last. */
static void put_service(struct req *q, struct desk *k)
{
    struct val *list = set_list(q->view, "served");

    service_of(k, q->actor->person, SERVED_SHOWN, list);
    for (struct item *it = list->first; it; it = it->next)
        show_moment_of(q, &it->val, "moment", val_text(&it->val, "at"));
    set_int(q->view, "minutes", service_minutes(k, q->actor->person));
    set_bool(q->view, "served_any", list->first != NULL);
}

static bool fill(struct req *q)
{
    struct desk k = req_desk(q);
    struct val *langs = set_list(q->view, "langs");

    set_str(q->view, "name", q->actor->name);
    set_str(q->view, "account", login_name(&k, q->actor->person));
    set_str(q->view, "saved", param_str(q, "saved").n ? req_text(q, "page.saved") : S(""));
    put_posts(q);
    begins_show(q, q->view);
    begun_show(q, q->view);
    appraisal_of_person(&k, q->actor->person, set_list(q->view, "appraisals"));
    put_service(q, &k);
    put_sessions(q, &k);
    show_choice(langs, S("zh"), req_text(q, "page.lang_zh"), str_eq(q->lang, S("zh")));
    show_choice(langs, S("en"), req_text(q, "page.lang_en"), str_eq(q->lang, S("en")));
    return true;
}

PAGE(me_show, .at = "GET /me", .template = "user/me", .who = WHO_STAFF,
     .params = PARAMS({"saved", PARAM_TEXT, .max = 10}))
{
    return fill(q);
}

/* ---- password --------------------------------------------------------------- */

struct change {
    struct login_try old;
    struct str name, hash;
};

/* Passwords are taken as typed: blanks around count. */
static bool check(struct req *q)
{
    struct change *c = NEW(q->a, struct change);
    struct desk k = req_desk(q);

    q->prepared = c;
    c->name = login_name(&k, q->actor->person);
    return login_try(&k, c->name, param_str(q, "old"), &c->old, &q->err) &&
           password_hash(q->a, param_str(q, "new"), &c->hash, &q->err);
}

PAGE(me_password, .at = "POST /me/password", .template = "user/me", .who = WHO_STAFF,
     .per_minute = 10, .again = fill, .prepare = check,
     .params = PARAMS({"old", PARAM_TEXT, .max = 200, .need = true},
                      {"new", PARAM_TEXT, .max = 200, .need = true}))
{
    const struct change *c = q->prepared;
    struct desk k = req_desk(q);
    struct err e = {0};
    struct str token;

    if (!login_done(&k, &c->old, &e)) {
        (void)refuse(&q->err, ERR_INVALID, "old", "The present password is not right.");
        return true; /* the failure must stay noted */
    }
    if (!login_set(&k, c->name, q->actor->person, c->hash, &q->err))
        return false;
    token = session_new(&k, q->actor->person); /* all others have ended */
    q->cookie = str_format(q->a, "session=%.*s; Path=/; HttpOnly; SameSite=Lax", STR_ARG(token));
    q->actors_changed = true;
    q->see_other = S("/me?saved=1");
    return true;
}

/* ---- language and sessions ------------------------------------------------------ */

PAGE(me_lang, .at = "POST /me/lang", .who = WHO_STAFF,
     .params = PARAMS({"lang", PARAM_TEXT, .max = 2, .need = true}))
{
    q->see_other = str_eq(param_str(q, "lang"), S("en")) ? S("/me?lang=en") : S("/me?lang=zh");
    return true;
}

PAGE(me_session_end, .at = "POST /me/sessions/{id}/end", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    struct desk k = req_desk(q);

    if (!session_close(&k, q->actor->person, param_int(q, "id"), &q->err))
        return false;
    q->actors_changed = true;
    q->see_other = S("/me");
    return true;
}
