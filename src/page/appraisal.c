/* Appraisals: the list, a round, one sheet, the judge’s phone, appeals, another formula. */
#include "page/show.h"

#include "civic/appraisal.h"

#define FORMULA_MAX 20000
#define WAITING     20
#define FORMS       20 /* of the judge's page: a phone has to lay them out */

static struct str round_at(const struct req *q, int64_t id, const char *tail)
{
    return str_format(q->a, "/appraisals/%lld%s", (long long)id, tail);
}

/* ---- the list and a new one ------------------------------------------------------ */

static bool may_open(const struct desk *k, const struct appraisal_def *def)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        if (appraisal_opener(k, def, &k->actor->post[i]))
            return true;
    }
    return false;
}

static void put_kinds(struct req *q, struct desk *k)
{
    struct val *list = set_list(q->view, "kinds");

    for (int i = 0; i < k->d->pack->appraisals; i++) {
        const struct appraisal_def *def = &k->d->pack->appraisal[i];
        struct val *v;

        if (!may_open(k, def))
            continue;
        v = show_choice(list, def->name, desk_title(k, &def->title),
                        str_eq(def->name, param_str(q, "kind")));
        set_str(v, "period", def->period);
        set_str(v, "purpose", desk_title(k, &def->purpose));
    }
    set_bool(q->view, "may_open", list->first != NULL);
}

/* state_title and chip of each row. */
static void put_state(struct req *q, struct val *v)
{
    static const char *const chips[][2] = {{"open", "doing"},
                                           {"draft", "assigned"},
                                           {"shown", "check"},
                                           {"published", "closed"},
                                           {"dropped", "paused"}};
    struct str state = val_text(v, "state");

    for (size_t i = 0; i < COUNT(chips); i++) {
        if (str_eq(state, str_of(chips[i][0])))
            set_str(v, "chip", str_of(chips[i][1]));
    }
    set_str(v, "state_title", req_text(q, str_format(q->a, "appraisal.is_%.*s", STR_ARG(state)).p));
}

/* Five places, so that stars read without colour; why is a sentence. */
static void put_stars(struct req *q, struct val *v)
{
    static const char *const stars[] = {"", "★", "★★", "★★★", "★★★★", "★★★★★"};
    int64_t n = val_int(v, "stars");
    struct str why = val_text(v, "why");

    set_str(v, "stars_text", n > 0 && n < (int64_t)COUNT(stars) ? str_of(stars[n]) : S(""));
    set_str(v, "why_text",
            why.n ? req_text(q, str_format(q->a, "appraisal.why_%.*s", STR_ARG(why)).p) : S(""));
}

static bool list_page(struct req *q)
{
    struct desk k = req_desk(q);
    struct val *rows, *mine, *asked;

    put_kinds(q, &k);
    asked = set_list(q->view, "asked");
    (void)appraisal_to_give(&k, asked, WAITING);
    set_bool(q->view, "asked_any", asked->first != NULL);
    mine = set_list(q->view, "mine");
    appraisal_of_person(&k, q->actor->person, mine);
    for (struct item *it = mine->first; it; it = it->next)
        put_stars(q, &it->val);
    set_bool(q->view, "mine_any", mine->first != NULL);
    rows = set_list(q->view, "rows");
    appraisal_list(&k, rows);
    for (struct item *it = rows->first; it; it = it->next)
        put_state(q, &it->val);
    set_bool(q->view, "empty", !rows->first);
    return true;
}

PAGE(appraisal_list_show, .at = "GET /appraisals", .template = "appraisal/list", .who = WHO_STAFF,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 64}), .nav = "part.nav_appraisals", .nav_at = 62)
{
    return list_page(q);
}

PAGE(appraisal_open_new, .at = "POST /appraisals", .template = "appraisal/list", .who = WHO_STAFF,
     .again = list_page,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 64, .need = true},
                      {"period", PARAM_TEXT, .max = 20}, {"unit", PARAM_ID}))
{
    struct appraisal *x = NEW(q->a, struct appraisal);
    struct desk k = req_desk(q);
    struct appraisal_new n = {.kind = param_str(q, "kind"),
                              .period = param_str(q, "period"),
                              .unit_id = param_int(q, "unit")};

    if (!appraisal_open(&k, &n, x, &q->err))
        return false;
    q->see_other = round_at(q, x->id, "");
    set_int(q->view, "id", x->id);
    return true;
}

/* ---- a round ------------------------------------------------------------------------ */

static bool load(struct req *q, struct desk *k, struct appraisal *x)
{
    *k = req_desk(q);
    if (!appraisal_load(k, param_int(q, "id"), x, &q->err))
        return false;
    return !appraisal_in(x, "dropped") || appraisal_runs(k, x) ||
           refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such appraisal.");
}

/* Limits of appeals in words of the person's language. */
static void put_limits(struct req *q)
{
    struct val *list = show_member(q->view, "instances");

    for (struct item *it = list->first; it; it = it->next) {
        struct val *within = show_member(&it->val, "within"), *answer;

        within->str = show_limit_words(q, within->str);
        answer = show_member(&it->val, "answer");
        answer->str = show_limit_words(q, answer->str);
    }
}

static void put_rows(struct req *q)
{
    struct val *rows = show_member(q->view, "subjects");

    put_limits(q);
    for (struct item *it = rows->first; it; it = it->next)
        put_stars(q, &it->val);
    put_state(q, q->view);
}

static bool round_page(struct req *q)
{
    struct appraisal *x = NEW(q->a, struct appraisal);
    struct val *asked;
    struct desk k;

    if (!load(q, &k, x))
        return false;
    appraisal_view(&k, x, q->view);
    put_rows(q);
    asked = val_list(q->a);
    (void)appraisal_to_give(&k, asked, WAITING);
    set_bool(q->view, "judges", false);
    for (const struct item *it = asked->first; it; it = it->next) {
        if (val_int(&it->val, "id") == x->id)
            show_member(q->view, "judges")->boolean = true;
    }
    return true;
}

PAGE(appraisal_show_round, .at = "GET /appraisals/{id}", .template = "appraisal/show",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}))
{
    return round_page(q);
}

PAGE(appraisal_print, .at = "GET /appraisals/{id}/print", .template = "appraisal/print",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}))
{
    return round_page(q);
}

/* What only takes a round on. */
static bool moves(struct req *q, bool (*step)(struct desk *, int64_t, int64_t, struct err *))
{
    struct desk k = req_desk(q);
    int64_t id = param_int(q, "id");

    q->see_other = round_at(q, id, "");
    return step(&k, id, param_int(q, "seen"), &q->err);
}

#define STEP_PARAMS PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT})

PAGE(appraisal_to_draft, .at = "POST /appraisals/{id}/draft", .template = "appraisal/show",
     .who = WHO_STAFF, .again = round_page, .params = STEP_PARAMS)
{
    return moves(q, appraisal_draft);
}

PAGE(appraisal_to_shown, .at = "POST /appraisals/{id}/show", .template = "appraisal/show",
     .who = WHO_STAFF, .again = round_page, .params = STEP_PARAMS)
{
    return moves(q, appraisal_show);
}

PAGE(appraisal_to_published, .at = "POST /appraisals/{id}/publish", .template = "appraisal/show",
     .who = WHO_STAFF, .again = round_page, .params = STEP_PARAMS)
{
    return moves(q, appraisal_publish);
}

PAGE(appraisal_to_open, .at = "POST /appraisals/{id}/reopen", .template = "appraisal/show",
     .who = WHO_STAFF, .again = round_page,
     .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}, {"reason", PARAM_TEXT, .max = 1000}))
{
    struct desk k = req_desk(q);
    int64_t id = param_int(q, "id");

    q->see_other = round_at(q, id, "");
    return appraisal_reopen(&k, id, param_int(q, "seen"), param_str(q, "reason"), &q->err);
}

PAGE(appraisal_given_up, .at = "POST /appraisals/{id}/drop", .template = "appraisal/show",
     .who = WHO_STAFF, .again = round_page,
     .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}, {"reason", PARAM_TEXT, .max = 1000}))
{
    struct desk k = req_desk(q);
    int64_t id = param_int(q, "id");

    q->see_other = round_at(q, id, "");
    return appraisal_drop(&k, id, param_int(q, "seen"), param_str(q, "reason"), &q->err);
}

/* ---- the judge's phone ----------------------------------------------------------------- */

/* After a refusal the numbers stand there as they were typed. */
static void put_typed(struct req *q, struct val *items)
{
    const struct val *typed = param_val(q, "inputs");

    for (struct item *it = items->first; typed && it; it = it->next) {
        struct str name = val_text(&it->val, "name");
        const struct val *v = val_get(typed, str_format(q->a, "item_%.*s", STR_ARG(name)));
        const struct val *w = val_get(typed, str_format(q->a, "word_%.*s", STR_ARG(name)));

        if (v && v->kind == VAL_STR)
            show_member(&it->val, "value")->str = v->str;
        if (w && w->kind == VAL_STR)
            show_member(&it->val, "word")->str = w->str;
    }
}

/* Those from number `from` on, as many as a phone takes. */
static void put_forms(struct req *q, struct val *list, int64_t from)
{
    struct val *kept = val_list(q->a);
    int64_t next = 0;
    int n = 0;

    for (const struct item *it = list->first; it && !next; it = it->next) {
        if (val_int(&it->val, "n") < from)
            continue;
        if (n++ == FORMS)
            next = val_int(&it->val, "n");
        else
            add_val(kept, it->val);
    }
    *list = *kept;
    set_unless_0(q->view, "next", next);
    set_bool(q->view, "more", from > 1);
}

static bool judge_page(struct req *q)
{
    struct appraisal *x = NEW(q->a, struct appraisal);
    int64_t left = 0;
    struct val *list;
    struct desk k;

    if (!load(q, &k, x))
        return false;
    appraisal_judge_view(&k, x, q->view);
    list = show_member(q->view, "subjects");
    for (struct item *it = list->first; it; it = it->next) {
        left += val_is_empty(val_get(&it->val, S("done")));
        if (q->refused && val_int(&it->val, "n") == param_int(q, "n"))
            put_typed(q, show_member(&it->val, "items"));
    }
    set_int(q->view, "left", left);
    put_forms(q, list, q->refused ? param_int(q, "n") : param_int(q, "from"));
    put_limits(q);
    put_state(q, q->view);
    return true;
}

PAGE(appraisal_judge_show, .at = "GET /appraisals/{id}/judge", .template = "appraisal/judge",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}, {"from", PARAM_ID}))
{
    return judge_page(q);
}

PAGE(appraisal_judge_give, .at = "POST /appraisals/{id}/subjects/{n}/inputs",
     .template = "appraisal/judge", .who = WHO_STAFF, .again = judge_page,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"inputs", PARAM_REST, .max = 1000}))
{
    struct desk k = req_desk(q);
    int64_t id = param_int(q, "id");

    q->see_other = str_format(q->a, "/appraisals/%lld/judge?from=%lld#s%lld", (long long)id,
                              (long long)param_int(q, "n"), (long long)param_int(q, "n"));
    return appraisal_give(&k, id, param_int(q, "n"), param_val(q, "inputs"), &q->err);
}

/* ---- one sheet ---------------------------------------------------------------------------- */

static bool sheet_page(struct req *q)
{
    struct appraisal *x = NEW(q->a, struct appraisal);
    struct appraised s;
    struct desk k;

    if (!load(q, &k, x) || !appraisal_subject(&k, x->id, param_int(q, "n"), &s, &q->err))
        return false;
    if (!appraisal_sees(&k, x, &s))
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is nobody of this number in it.");
    appraisal_sheet(&k, x, &s, q->view);
    put_stars(q, show_member(q->view, "subject"));
    put_limits(q);
    put_state(q, q->view);
    return true;
}

PAGE(appraisal_sheet_show, .at = "GET /appraisals/{id}/subjects/{n}", .template = "appraisal/sheet",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}))
{
    return sheet_page(q);
}

static struct str sheet_at(const struct req *q)
{
    return str_format(q->a, "/appraisals/%lld/subjects/%lld", (long long)param_int(q, "id"),
                      (long long)param_int(q, "n"));
}

PAGE(appraisal_appeal_new, .at = "POST /appraisals/{id}/subjects/{n}/appeal",
     .template = "appraisal/sheet", .who = WHO_STAFF, .again = sheet_page,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"reason", PARAM_TEXT, .max = 1000}))
{
    struct desk k = req_desk(q);

    q->see_other = sheet_at(q);
    return appraisal_appeal(&k, param_int(q, "id"), param_int(q, "n"), param_str(q, "reason"),
                            &q->err);
}

PAGE(appraisal_appeal_answer, .at = "POST /appraisals/{id}/subjects/{n}/answer",
     .template = "appraisal/sheet", .who = WHO_STAFF, .again = sheet_page,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"instance", PARAM_INT},
                      {"upheld", PARAM_TEXT}, {"text", PARAM_TEXT, .max = 1000},
                      {"corrected", PARAM_REST, .max = 20}))
{
    struct desk k = req_desk(q);
    struct appraisal_answer a = {.n = param_int(q, "n"),
                                 .instance = param_int(q, "instance"),
                                 .upheld = str_eq(param_str(q, "upheld"), S("yes")),
                                 .text = param_str(q, "text"),
                                 .corrected = param_val(q, "corrected")};

    q->see_other = sheet_at(q);
    return appraisal_answer(&k, param_int(q, "id"), &a, &q->err);
}

/* ---- another formula ------------------------------------------------------------------------ */

static bool try_form(struct req *q, struct desk *k, struct appraisal *x)
{
    if (!load(q, k, x))
        return false;
    if (!appraisal_runs(k, x))
        return refuse(&q->err, ERR_DENIED, NULL, "This appraisal is held by somebody else.");
    set_int(q->view, "id", x->id);
    set_str(q->view, "kind_title", x->def ? desk_title(k, &x->def->title) : x->kind);
    set_str(q->view, "period", x->period);
    set_str(q->view, "formula_text", param_str(q, "formula"));
    return true;
}

static bool try_again(struct req *q)
{
    struct appraisal *x = NEW(q->a, struct appraisal);
    struct desk k;

    set_bool(q->view, "tried", false);
    return try_form(q, &k, x);
}

/* Nothing is stored, so it is asked with GET as well as with a long text. */
static bool try_it(struct req *q)
{
    struct appraisal *x = NEW(q->a, struct appraisal);
    struct score_rule rule;
    struct val *rows;
    struct desk k;

    if (!try_form(q, &k, x) || !appraisal_formula(&k, x, param_str(q, "formula"), &rule, &q->err) ||
        !appraisal_try(&k, x, &rule, q->view, &q->err))
        return false;
    rows = show_member(q->view, "rows");
    for (struct item *it = rows->first; it; it = it->next)
        set_bool(&it->val, "same",
                 str_eq(val_text(&it->val, "was_points"), val_text(&it->val, "points")) &&
                     val_int(&it->val, "was_rank") == val_int(&it->val, "rank"));
    set_bool(q->view, "tried", true);
    return true;
}

PAGE(appraisal_try_show, .at = "GET /appraisals/{id}/try", .template = "appraisal/try",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}))
{
    return try_it(q);
}

PAGE(appraisal_try_text, .at = "POST /appraisals/{id}/try", .template = "appraisal/try",
     .who = WHO_STAFF, .again = try_again,
     .params = PARAMS({"id", PARAM_ID}, {"formula", PARAM_TEXT, .max = FORMULA_MAX}))
{
    return try_it(q);
}
