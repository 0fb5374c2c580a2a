/* A contest: the clerk's desk, the judge's phone, the big screen, each contestant's marks. */
#include "page/show.h"

#include "civic/contest.h"

#include <string.h>

#define PER_MINUTE 600 /* a hall full of phones shares one address */

/* The contest, and the seat by whose code somebody came (or their own). */
static bool load(struct req *q, struct desk *k, struct gathering *g, struct seat *own)
{
    int64_t id = param_int(q, "id");

    *k = req_desk(q);
    return contest_seat(k, id, param_str(q, "seat"), own, &q->err) &&
           contest_load(k, id, own, g, &q->err);
}

static struct str at(const struct req *q, const struct gathering *g, const char *tail)
{
    struct str seat = param_str(q, "seat");

    return str_format(q->a, "/gatherings/%lld/%s%s%.*s", (long long)g->id, tail,
                      seat.n ? "?seat=" : "", STR_ARG(seat));
}

static void put_head(struct req *q, struct desk *k, const struct gathering *g)
{
    const struct unit *u = unit_by_id(k->d->units, g->unit_id);

    set_int(q->view, "id", g->id);
    set_str(q->view, "title", g->title);
    set_str(q->view, "kind_title", desk_title(k, &g->def->title));
    set_str(q->view, "unit", u ? u->name : S(""));
    set_str(q->view, "seat", param_str(q, "seat"));
    contest_view(k, g, q->view);
}

/* ---- the clerk's desk ------------------------------------------------- */

static void put_choice(struct req *q, struct desk *k, const struct gathering *g, bool runs)
{
    struct val *judges = set_list(q->view, "may_judge"),
               *entrants = set_list(q->view, "may_compete");
    bool draft = runs && gathering_in(g, "draft");

    if (draft) {
        contest_may_judge(k, g, judges);
        contest_may_compete(k, g, entrants);
    }
    set_bool(q->view, "may_judge_any", judges->first != NULL);
    set_bool(q->view, "may_compete_any", entrants->first != NULL);
    set_bool(q->view, "by_name", draft && !g->def->contest->entrants);
    set_bool(q->view, "may_enter", draft);
}

/* Each judge with their seat's code, for who has no login. */
static void put_codes(struct desk *k, const struct gathering *g, bool runs, struct val *list)
{
    for (struct item *it = list->first; it; it = it->next)
        set_str(&it->val, "code", runs ? seat_code(k, g->id, val_int(&it->val, "judge_n")) : S(""));
}

PAGE(contest_show, .at = "GET /gatherings/{id}/contest", .template = "contest/show",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct val *judges;
    struct seat own;
    struct desk k;
    bool runs;

    if (!load(q, &k, g, &own))
        return false;
    runs = gathering_runs(&k, g);
    put_head(q, &k, g);
    put_choice(q, &k, g, runs);
    judges = set_list(q->view, "judges");
    contest_judges_view(&k, g, contest_state(&k, g->id).on, judges);
    put_codes(&k, g, runs, judges);
    set_bool(q->view, "judges_any", judges->first != NULL);
    set_bool(q->view, "runs", runs);
    set_bool(q->view, "answers", contest_answers(&k, g));
    set_bool(q->view, "judges_here", str_eq(own.part, S("judge")));
    set_str(q->view, "competes",
            str_eq(own.part, S("contestant")) ? str_format(q->a, "%lld", (long long)own.n) : S(""));
    return true;
}

/* "PERSON" or "PERSON:UNIT", as the choices say it. */
static bool chosen(const struct val *v, int64_t *person, int64_t *unit)
{
    struct str first, rest;

    *unit = 0;
    if (v->kind == VAL_INT) {
        *person = v->integer;
        return true;
    }
    if (v->kind != VAL_STR)
        return false;
    rest = str_cut(v->str, ':', &first);
    return str_int(first, person) && (!rest.n || str_int(rest, unit));
}

PAGE(contest_enter_all, .at = "POST /gatherings/{id}/contestants", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"person", PARAM_LIST, .max = 500},
                      {"name", PARAM_TEXT, .max = 100}, {"title", PARAM_TEXT, .max = 100}))
{
    struct desk k = req_desk(q);
    int64_t id = param_int(q, "id");
    const struct val *people = param_val(q, "person");
    struct entering entry = {.name = param_str(q, "name"), .title = param_str(q, "title")};

    q->see_other = str_format(q->a, "/gatherings/%lld/contest", (long long)id);
    for (const struct item *it = people ? people->first : NULL; it; it = it->next) {
        struct entering one = {.title = entry.title};

        if (!chosen(&it->val, &one.person_id, &one.unit_id))
            return refuse(&q->err, ERR_INVALID, "person", "Choose a person.");
        if (!contest_enter(&k, id, &one, &q->err))
            return false;
    }
    return (people && people->first && !entry.name.n) || contest_enter(&k, id, &entry, &q->err);
}

PAGE(contest_name_judges, .at = "POST /gatherings/{id}/judges", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"person", PARAM_LIST, .max = 100}))
{
    struct desk k = req_desk(q);
    int64_t id = param_int(q, "id"), person, unit;
    const struct val *people = param_val(q, "person");

    q->see_other = str_format(q->a, "/gatherings/%lld/contest", (long long)id);
    if (!people || !people->first)
        return refuse(&q->err, ERR_INVALID, "person", "Choose a person.");
    for (const struct item *it = people->first; it; it = it->next) {
        if (!chosen(&it->val, &person, &unit))
            return refuse(&q->err, ERR_INVALID, "person", "Choose a person.");
        if (!contest_name_judge(&k, id, person, &q->err))
            return false;
    }
    return true;
}

/* What the clerk does with one contestant. */
static bool contestant_step(struct req *q,
                            bool (*step)(struct desk *, int64_t, int64_t, struct err *))
{
    struct desk k = req_desk(q);
    int64_t id = param_int(q, "id");

    q->see_other = str_format(q->a, "/gatherings/%lld/contest", (long long)id);
    return step(&k, id, param_int(q, "n"), &q->err);
}

PAGE(contestant_on, .at = "POST /gatherings/{id}/contestants/{n}/on", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}))
{
    return contestant_step(q, contest_on);
}

PAGE(contestant_shut, .at = "POST /gatherings/{id}/contestants/{n}/shut", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}))
{
    return contestant_step(q, contest_shut);
}

PAGE(contestant_withdraw, .at = "POST /gatherings/{id}/contestants/{n}/withdraw", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"reason", PARAM_TEXT, .max = 500}))
{
    struct desk k = req_desk(q);
    int64_t id = param_int(q, "id");

    q->see_other = str_format(q->a, "/gatherings/%lld/contest", (long long)id);
    return contest_withdraw(&k, id, param_int(q, "n"), param_str(q, "reason"), &q->err);
}

/* ---- the judge's phone ------------------------------------------------ */

/* After a refusal the numbers stand there as they were typed. */
static void put_typed(struct req *q)
{
    const struct val *marks = param_val(q, "marks");
    struct val *own = show_member(q->view, "own"), *items;

    if (!q->refused || !marks || !own || own->kind != VAL_MAP)
        return;
    items = show_member(own, "items");
    for (struct item *it = items->first; it; it = it->next) {
        struct str field = str_format(q->a, "item_%.*s", STR_ARG(val_text(&it->val, "name")));
        const struct val *typed = val_get(marks, field);

        if (typed && typed->kind == VAL_STR)
            show_member(&it->val, "value")->str = typed->str;
    }
}

static bool judge_form(struct req *q)
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct seat own;
    struct desk k;

    if (!load(q, &k, g, &own))
        return false;
    if (!str_eq(own.part, S("judge")))
        return refuse(&q->err, ERR_DENIED, NULL, "You are no judge of this contest.");
    put_head(q, &k, g);
    set_str(q->view, "judge", own.name);
    contest_own_view(&k, g, &own, q->view);
    /* what somebody types must not be swapped away because others mark */
    set_str(
        q->view, "stamp",
        str_format(q->a, "%lld %.*s", (long long)contest_state(&k, g->id).on, STR_ARG(g->state)));
    put_typed(q);
    return true;
}

PAGE(judge_show, .at = "GET /gatherings/{id}/judge", .template = "contest/judge", .who = WHO_ANYONE,
     .per_minute = PER_MINUTE, .params = PARAMS({"id", PARAM_ID}, {"seat", PARAM_TEXT, .max = 40}))
{
    return judge_form(q);
}

PAGE(judge_mark, .at = "POST /gatherings/{id}/marks", .template = "contest/judge",
     .who = WHO_ANYONE, .per_minute = PER_MINUTE, .again = judge_form,
     .params = PARAMS({"id", PARAM_ID}, {"seat", PARAM_TEXT, .max = 40},
                      {"n", PARAM_ID, .need = true}, {"marks", PARAM_REST, .max = 20}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct seat own;
    struct desk k;

    if (!load(q, &k, g, &own))
        return false;
    q->see_other = at(q, g, "judge");
    if (!contest_mark(&k, g->id, &own, param_int(q, "n"), param_val(q, "marks"), &q->err))
        return false;
    contest_own_view(&k, g, &own, q->view);
    return true;
}

PAGE(judge_recuse, .at = "POST /gatherings/{id}/recusals", .template = "contest/judge",
     .who = WHO_ANYONE, .again = judge_form,
     .params = PARAMS({"id", PARAM_ID}, {"seat", PARAM_TEXT, .max = 40},
                      {"n", PARAM_ID, .need = true}, {"judge", PARAM_INT},
                      {"reason", PARAM_TEXT, .max = 500}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct recusal r = {param_int(q, "judge"), param_int(q, "n"), param_str(q, "reason")};
    struct seat own;
    struct desk k;

    if (!load(q, &k, g, &own))
        return false;
    q->see_other = at(q, g, r.judge_n ? "contest" : "judge");
    return contest_recuse(&k, g->id, r.judge_n ? NULL : &own, &r, &q->err);
}

/* ---- the big screen --------------------------------------------------- */

PAGE(contest_screen, .at = "GET /gatherings/{id}/ranking", .template = "contest/screen",
     .who = WHO_ANYONE, .per_minute = PER_MINUTE,
     .params = PARAMS({"id", PARAM_ID}, {"seat", PARAM_TEXT, .max = 40}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct val *marks;
    struct seat own;
    struct desk k;

    if (!load(q, &k, g, &own))
        return false;
    put_head(q, &k, g);
    set_str(q->view, "stamp", str_format(q->a, "%lld", (long long)g->head.seq));
    marks = set_list(q->view, "marks_now");
    if (g->def->contest->open_marks && contest_state(&k, g->id).on)
        contest_judges_view(&k, g, contest_state(&k, g->id).on, marks);
    return true;
}

/* ---- one contestant's marks, and the appeal --------------------------- */

/* The contestant sees them once the contest is closed; who runs it and who answers, once theirs
 * are. */
static bool may_see(struct desk *k, const struct gathering *g, const struct seat *own, int64_t n)
{
    if (g->def->contest->open_marks)
        return true;
    if (own->n)
        return gathering_in(g, "closed") && own->n == n && str_eq(own->part, S("contestant"));
    return gathering_runs(k, g) || (gathering_in(g, "closed") && contest_answers(k, g));
}

static bool marks_page(struct req *q)
{
    struct gathering *g = NEW(q->a, struct gathering);
    int64_t n = param_int(q, "n");
    struct seat own;
    struct desk k;
    bool is_own, open;

    if (!load(q, &k, g, &own))
        return false;
    if (!may_see(&k, g, &own, n))
        return refuse(&q->err, ERR_DENIED, NULL,
                      "Single marks are shown to this contestant and to who holds the contest, "
                      "after the closing.");
    put_head(q, &k, g);
    if (!contest_marks_view(&k, g, n, q->view, &q->err))
        return false;
    is_own = own.n == n;
    open = !val_is_empty(val_get(q->view, S("appeal"))) &&
           val_is_empty(val_get(val_get(q->view, S("appeal")), S("answered")));
    set_bool(q->view, "can_appeal",
             is_own && !val_is_empty(val_get(q->view, S("may_appeal"))) &&
                 val_is_empty(val_get(q->view, S("appeal"))));
    set_bool(q->view, "can_answer", open && contest_answers(&k, g));
    return true;
}

PAGE(contestant_marks, .at = "GET /gatherings/{id}/contestants/{n}", .template = "contest/marks",
     .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"seat", PARAM_TEXT, .max = 40}))
{
    return marks_page(q);
}

static struct str marks_at(const struct req *q)
{
    struct str seat = param_str(q, "seat");

    return str_format(q->a, "/gatherings/%lld/contestants/%lld%s%.*s",
                      (long long)param_int(q, "id"), (long long)param_int(q, "n"),
                      seat.n ? "?seat=" : "", STR_ARG(seat));
}

PAGE(contestant_appeal, .at = "POST /gatherings/{id}/contestants/{n}/appeal",
     .template = "contest/marks", .who = WHO_ANYONE, .again = marks_page,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"seat", PARAM_TEXT, .max = 40},
                      {"reason", PARAM_TEXT, .max = 1000}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct seat own;
    struct desk k;

    if (!load(q, &k, g, &own))
        return false;
    if (own.n != param_int(q, "n"))
        own = (struct seat){0};
    q->see_other = marks_at(q);
    return contest_appeal(&k, g->id, &own, param_str(q, "reason"), &q->err);
}

PAGE(contestant_answer, .at = "POST /gatherings/{id}/contestants/{n}/answer",
     .template = "contest/marks", .who = WHO_STAFF, .again = marks_page,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"upheld", PARAM_TEXT},
                      {"text", PARAM_TEXT, .max = 1000}, {"marks", PARAM_REST, .max = 20}))
{
    struct desk k = req_desk(q);
    struct appeal_answer answer = {.n = param_int(q, "n"),
                                   .upheld = str_eq(param_str(q, "upheld"), S("yes")),
                                   .text = param_str(q, "text"),
                                   .marks = param_val(q, "marks")};

    q->see_other = marks_at(q);
    return contest_answer(&k, param_int(q, "id"), &answer, &q->err);
}
