/* Voting with a slip, on any phone: no login, no session, and nothing that says whose it was. */
#include "civic/ballot.h"
#include "page/motion.h"

static bool show(struct req *q)
{
    static const char *const choices[] = {"favour", "against", "abstain"};
    struct desk k = req_desk(q);
    struct val *list = set_list(q->view, "choices");
    struct str code = param_str(q, "code");
    struct ballot b;

    if (!ballot_by_code(&k, code, &b, &q->err))
        return false;
    for (size_t i = 0; i < COUNT(choices); i++)
        show_choice(list, str_of(choices[i]), motion_word(q, "choice", str_of(choices[i])), false);
    set_str(q->view, "code", code);
    set_str(q->view, "number", b.number);
    set_str(q->view, "text", b.motion.text);
    set_bool(q->view, "open", str_eq(b.motion.state, S("open")) && !b.choice.n);
    set_bool(q->view, "used", b.choice.n > 0);
    set_str(q->view, "choice", motion_word(q, "choice", b.choice));
    set_str(q->view, "list_at",
            str_eq(b.motion.state, S("decided"))
                ? motion_at(q, b.motion.gathering_id, b.motion.n,
                            str_format(q->a, "/ballots?slip=%.*s", STR_ARG(code)).p)
                : S(""));
    return true;
}

PAGE(ballot_find, .at = "GET /ballot", .template = "gathering/ballot_find", .who = WHO_ANYONE,
     .params = PARAMS({"code", PARAM_TEXT, .max = 40}))
{
    struct desk k = req_desk(q);
    struct str code = param_str(q, "code");
    struct ballot b;

    if (!code.n)
        return true;
    if (!ballot_by_code(&k, code, &b, &q->err))
        return false;
    q->see_other = str_format(q->a, "/ballot/%.*s", STR_ARG(code));
    return true;
}

PAGE(ballot_show, .at = "GET /ballot/{code}", .template = "gathering/ballot", .who = WHO_ANYONE,
     .params = PARAMS({"code", PARAM_TEXT, .max = 40}))
{
    return show(q);
}

PAGE(ballot_send, .at = "POST /ballot/{code}", .template = "gathering/ballot", .who = WHO_ANYONE,
     .no_csrf = true, .again = show,
     .params = PARAMS({"code", PARAM_TEXT, .max = 40}, {"choice", PARAM_TEXT, .max = 20}))
{
    struct desk k = req_desk(q);
    struct str code = param_str(q, "code");

    q->see_other = str_format(q->a, "/ballot/%.*s", STR_ARG(code));
    return ballot_cast(&k, code, param_str(q, "choice"), &q->err);
}
