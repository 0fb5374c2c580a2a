/* Signing in and out. */
#include "http/page.h"

#include "civic/session.h"

static bool login_form(struct req *q)
{
    struct str next = param_str(q, "next");

    set_str(q->view, "next", path_is_local(next) ? next : S(""));
    return true;
}

PAGE(login_show, .at = "GET /login", .template = "login", .who = WHO_ANYONE,
     .params = PARAMS({"next", PARAM_TEXT, .max = 2000}))
{
    return login_form(q);
}

static bool check_password(struct req *q)
{
    struct login_try *t = NEW(q->a, struct login_try);
    const struct val *typed = param_val(q, "password");
    struct desk k = req_desk(q);

    q->prepared = t;
    return login_try(&k, param_str(q, "name"), typed ? typed->str : S(""), t, &q->err);
}

/* Twenty tries a minute from one address, and per name what login_done() allows. */
PAGE(login, .at = "POST /login", .template = "login", .who = WHO_ANYONE, .per_minute = 20,
     .params = PARAMS({"name", PARAM_TEXT, .max = 60, .need = true},
                      {"password", PARAM_TEXT, .max = 200, .need = true},
                      {"next", PARAM_TEXT, .max = 2000}),
     .prepare = check_password, .again = login_form)
{
    const struct login_try *t = q->prepared;
    struct str next = param_str(q, "next"), token;
    struct desk k = req_desk(q);

    if (!login_done(&k, t, &q->err))
        return true; /* the failure must stay noted */
    token = session_new(&k, t->person);
    q->cookie = str_format(q->a, "session=%.*s; Path=/; HttpOnly; SameSite=Lax", STR_ARG(token));
    q->see_other = path_is_local(next) ? next : S("/work");
    return true;
}

PAGE(logout, .at = "POST /logout", .who = WHO_ANYONE)
{
    struct desk k = req_desk(q);

    session_end(&k, q->session);
    q->actors_changed = true;
    q->cookie = S("session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    q->see_other = S("/");
    return true;
}
