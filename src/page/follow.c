/* What became of a report, for whoever has its receipt: progress, rating, taking it back. */
#include "page/matter.h"

#include <string.h>

static bool same(const char *a, struct str b)
{
    return str_eq(str_of(a), b);
}

/* ---- what the reporter sees ------------------------------------------- */

static struct str at_work(const struct req *q, const struct matter *m)
{
    const struct units *us = q->district->units;
    struct buf b = {.arena = q->a};
    const struct unit *u;

    for (int i = 0; i < m->state.parts; i++) {
        u = unit_by_id(us, m->state.part[i].unit);
        if (!u || m->state.part[i].excused)
            continue;
        if (b.n)
            buf_put(&b, req_text(q, "follow.and"));
        buf_put(&b, u->name);
    }
    u = unit_by_id(us, m->first_unit_id ? m->first_unit_id : m->unit_id);
    if (!b.n && u)
        buf_put(&b, u->name);
    return buf_str(&b);
}

/* How far it is, in four words: received, assigned, being done, rated. */
static int stage_rank(const struct matter *m)
{
    if (m->ended_at)
        return 4;
    if (same("rating", m->stage))
        return 3;
    if (same("doing", m->stage) || same("check", m->stage) || m->state.parts)
        return 2;
    return same("assigned", m->stage) ? 1 : 0;
}

static void put_stages(struct req *q, const struct matter *m)
{
    static const char *const titles[] = {"follow.received", "follow.assigned", "follow.doing",
                                         "follow.rating"};
    struct val *list = set_list(q->view, "stages");
    int rank = stage_rank(m);

    for (int i = 0; i < (int)COUNT(titles); i++) {
        struct val *v = add_map(list);

        set_str(v, "title", req_text(q, titles[i]));
        set_str(v, "note", S(""));
        set_str(v, "class", i < rank ? S("done") : i == rank ? S("now") : S(""));
    }
}

static const struct val *field_text(const struct val *event, const char *name)
{
    for (const struct item *it = val_get(event, S("fields"))->first; it; it = it->next) {
        if (same(name, val_text(&it->val, "name")))
            return val_get(&it->val, S("text"));
    }
    return NULL;
}

static const struct val *answer_of(const struct val *event)
{
    const struct val *text = field_text(event, "done_text");

    return text ? text : field_text(event, "answer_text");
}

/* The newest words on what was done; the lead's come before a joint unit's. */
static void put_answer(struct req *q, const struct matter *m, const struct val *timeline)
{
    const struct val *best = NULL;
    bool of_lead = false;
    struct val *v;

    for (const struct item *it = timeline->first; it && !of_lead; it = it->next) {
        int64_t part = val_get(&it->val, S("part"))->integer;

        if (!answer_of(&it->val))
            continue;
        of_lead = part >= 0 && part < m->state.parts && m->state.part[part].lead;
        if (!best || of_lead)
            best = &it->val;
    }
    if (!best) {
        set_bool(q->view, "answer", false);
        return;
    }
    v = set_map(q->view, "answer");
    set_str(v, "text", answer_of(best)->str);
    set_str(v, "unit", val_text(best, "unit"));
    show_moment_of(q, v, "time", val_text(best, "at"));
}

static void put_photos(struct req *q, const struct matter *m)
{
    struct val *all = val_list(q->a), *before = set_list(q->view, "before");
    struct val *after = set_list(q->view, "after");
    struct desk k = req_desk(q);

    pictures_view(&k, m, all);
    for (const struct item *it = all->first; it; it = it->next) {
        struct str kind = val_text(&it->val, "kind");

        if (same("before", kind))
            add_val(before, *val_get(&it->val, S("id")));
        else if (same("after", kind))
            add_val(after, *val_get(&it->val, S("id")));
    }
    set_bool(q->view, "before_any", before->first != NULL);
    set_bool(q->view, "after_any", after->first != NULL);
}

/* Of their own matter: what another one holds, theirs only joined it, is not for them. */
static void put_holds(struct req *q, const struct report *r, const struct matter *m)
{
    if (r->matter_id == m->id) {
        holds_show(q, m, true);
        return;
    }
    set_list(q->view, "holds");
    set_bool(q->view, "holds_any", false);
}

static struct actor *reporter(struct req *q, const struct report *r)
{
    struct actor *who = NEW(q->a, struct actor);

    *who = (struct actor){.report = r->id, .name = S(""), .csrf = S("")};
    return who;
}

/* The desk of the reporter: what the engine offers them. */
static struct desk reporters_desk(struct req *q, const struct report *r)
{
    struct desk k = req_desk(q);

    k.actor = reporter(q, r);
    return k;
}

static void put_withdraw(struct req *q, const struct report *r, const struct matter *m)
{
    struct desk k = reporters_desk(q, r);
    struct val *offers = val_list(q->a);
    bool may = false;

    if (r->matter_id == m->id)
        matter_offers(&k, m, offers);
    for (const struct item *it = offers->first; it; it = it->next)
        may = may || same("withdraw", val_text(&it->val, "name"));
    set_bool(q->view, "can_withdraw", may);
}

/* What the procedure leaves to who reported, besides rating and taking it back. */
static void put_offers(struct req *q, const struct report *r, const struct matter *m)
{
    struct val *all, own = {.kind = VAL_LIST, .arena = q->a};
    struct actor *signed_in = q->actor;

    q->actor = reporter(q, r);
    offers_show(q, m, S("/report/act"));
    q->actor = signed_in;
    all = show_member(q->view, "offers");
    for (const struct item *it = all->first; it && r->matter_id == m->id; it = it->next) {
        if (same("act", val_text(&it->val, "kind")) &&
            !same("withdraw", val_text(&it->val, "name")))
            add_val(&own, it->val);
    }
    *all = own;
    show_member(q->view, "offers_any")->boolean = own.first != NULL;
    set_int(q->view, "seen", m->head.seq);
}

static const struct step *rating_step(const struct matter *m)
{
    for (int i = m->def->steps; i-- > 0;) {
        if (m->def->step[i].kind == STEP_RATE)
            return &m->def->step[i];
    }
    return NULL;
}

static void put_ask(struct req *q, const struct report *r, const struct matter *m)
{
    const struct step *st = rating_step(m);
    struct val *ask, *fields, *asked = val_list(q->a);
    struct str before;

    if (!st || !r->asked_at || r->rated_at || (r->asked_until && q->now > r->asked_until)) {
        set_bool(q->view, "ask", false);
        return;
    }
    ask = set_map(q->view, "ask");
    before = req_text(q, "follow.until");
    set_str(ask, "until",
            r->asked_until ? str_format(q->a, "%.*s %.*s", STR_ARG(before),
                                        STR_ARG(show_day(q, r->asked_until)))
                           : S(""));
    set_str(ask, "at", S("/report/rate"));
    set_bool(ask, "code_need", false);
    fields = set_list(ask, "fields");
    for (int i = 0; i < st->fields; i++)
        proc_field_offer(asked, &st->field[i]);
    for (const struct item *it = asked->first; it; it = it->next)
        field_show(q, &it->val, q->refused ? q->params : NULL, fields);
}

static void add_word(struct req *q, struct buf *b, const char *what, struct str value)
{
    struct str key = str_format(q->a, "follow.%s_%.*s", what, STR_ARG(value));

    if (!value.n)
        return;
    if (b->n)
        buf_put(b, S(" · "));
    buf_put(b, req_text(q, key.p));
}

static void put_rated(struct req *q, const struct report *r)
{
    struct buf b = {.arena = q->a};
    struct val *v;

    if (!r->rated_at) {
        set_bool(q->view, "rated", false);
        return;
    }
    add_word(q, &b, "contacted", r->contacted);
    add_word(q, &b, "solved", r->solved);
    add_word(q, &b, "satisfied", r->satisfied);
    v = set_map(q->view, "rated");
    set_str(v, "text", buf_str(&b));
    set_str(v, "word", r->word);
    show_moment(q, v, "time", r->rated_at);
}

/* What this person wrote, also where theirs joined another's. */
static struct str own_words(struct req *q, const struct report *r, const struct matter *m)
{
    struct matter *own = NEW(q->a, struct matter);
    struct desk k = req_desk(q);
    struct err e = {0};

    if (r->body.n)
        return r->body;
    return r->matter_id != m->id && matter_load(&k, r->matter_id, own, &e) ? own->body : m->body;
}

static bool progress(struct req *q, int64_t report)
{
    struct matter *m = NEW(q->a, struct matter);
    struct desk k = req_desk(q);
    struct report r;
    struct val *timeline;
    struct val *rows = val_list(q->a);

    if (!report_load(&k, report, &r, &q->err) || !report_matter(&k, &r, m, &q->err))
        return false;
    matter_row_view(&k, m, add_map(rows));
    show_rows(q, rows);
    set_str(q->view, "title", text_mask(q->a, m->title));
    set_str(q->view, "body", text_mask(q->a, own_words(q, &r, m)));
    set_bool(q->view, "body_more", !str_eq(own_words(q, &r, m), m->title));
    set_str(q->view, "number", m->number);
    set_str(q->view, "place", m->place);
    set_str(q->view, "unit", at_work(q, m));
    set_str(q->view, "stage", m->stage);
    set_str(q->view, "step_title", val_text(&rows->first->val, "step_title"));
    set_bool(q->view, "late", m->late && !m->ended_at);
    show_moment_long(q, q->view, "opened", m->reported_at);
    show_moment_long(q, q->view, "promised", m->due_at);
    put_stages(q, m);
    timeline = set_list(q->view, "timeline");
    timeline_view(&k, m, true, timeline);
    show_timeline(q, timeline);
    put_answer(q, m, timeline);
    put_photos(q, m);
    files_show(q, m, "/report/files");
    put_holds(q, &r, m);
    put_withdraw(q, &r, m);
    put_offers(q, &r, m);
    put_ask(q, &r, m);
    put_rated(q, &r);
    return true;
}

/* ---- finding it ------------------------------------------------------- */

static bool find_form(struct req *q)
{
    (void)q;
    return true;
}

PAGE(report_lookup, .at = "GET /report/find", .template = "report/find", .who = WHO_ANYONE)
{
    return find_form(q);
}

PAGE(report_find, .at = "POST /report/find", .template = "report/find", .who = WHO_ANYONE,
     .no_csrf = true, .params = PARAMS({"code", PARAM_TEXT, .max = 40, .need = true}),
     .again = find_form)
{
    struct desk k = req_desk(q);
    struct report r;

    if (!report_by_code(&k, param_str(q, "code"), &r, &q->err))
        return false;
    report_remember(q, r.id);
    q->see_other = S("/report/show");
    return !q->as_json || progress(q, r.id);
}

PAGE(report_show, .at = "GET /report/show", .template = "report/show", .who = WHO_CODE)
{
    return progress(q, q->actor->report);
}

/* The link in the message that asks for a rating. */
PAGE(rate_link, .at = "GET /rate/{code}", .template = "report/find", .who = WHO_ANYONE,
     .params = PARAMS({"code", PARAM_TEXT, .max = 80}))
{
    struct desk k = req_desk(q);
    struct report r;

    if (!report_by_rate_code(&k, param_str(q, "code"), &r, &q->err))
        return false;
    report_remember(q, r.id);
    q->see_other = S("/report/show");
    return true;
}

/* ---- answering -------------------------------------------------------- */

static bool show_own(struct req *q)
{
    return progress(q, q->actor->report);
}

static bool show_rated(struct req *q, const struct report *r, struct str solved)
{
    struct matter *m = NEW(q->a, struct matter);
    struct desk k = req_desk(q);

    if (!report_matter(&k, r, m, &q->err))
        return false;
    set_str(q->view, "number", m->number);
    set_str(q->view, "title", text_mask(q->a, m->title));
    set_bool(q->view, "reopened", same("no", solved) && !m->ended_at);
    show_moment_long(q, q->view, "promised", m->due_at);
    q->template = "report/rated";
    return true;
}

PAGE(report_rating, .at = "POST /report/rate", .template = "report/show", .who = WHO_CODE,
     .params = PARAMS({"contacted", PARAM_TEXT}, {"solved", PARAM_TEXT}, {"satisfied", PARAM_TEXT},
                      {"word", PARAM_TEXT, .max = 500}, {"stars", PARAM_INT}),
     .again = show_own)
{
    struct rating rating = {.contacted = param_str(q, "contacted"),
                            .solved = param_str(q, "solved"),
                            .satisfied = param_str(q, "satisfied"),
                            .word = param_str(q, "word"),
                            .stars = param_int(q, "stars")};
    struct desk k = req_desk(q);
    struct report r;

    return report_load(&k, q->actor->report, &r, &q->err) &&
           report_rate(&k, &r, &rating, &q->err) && show_rated(q, &r, rating.solved);
}

PAGE(report_take_back, .at = "POST /report/withdraw", .who = WHO_CODE,
     .params = PARAMS({"reason", PARAM_TEXT, .max = 200}))
{
    struct desk k = req_desk(q);
    struct str reason = param_str(q, "reason");
    struct report r;

    if (!report_load(&k, q->actor->report, &r, &q->err))
        return false;
    q->see_other = S("/report/show");
    return report_withdraw(&k, &r, reason.n ? reason : req_text(q, "follow.withdrawn"), &q->err);
}

PAGE(report_act, .at = "POST /report/act", .template = "report/show", .who = WHO_CODE,
     .params = PARAMS({"action", PARAM_TEXT, .max = 60, .need = true}, {"kind", PARAM_TEXT},
                      {"part", PARAM_TEXT, .max = 4}, {"seen", PARAM_INT}, {"rest", PARAM_REST}),
     .prepare_files = uploads_take, .again = show_own)
{
    struct matter *m = NEW(q->a, struct matter);
    struct matter_act act = {.kind = PROC_ACT, .action = param_str(q, "action"), .part = -1};
    struct desk k = req_desk(q);
    struct report r;

    if (!report_load(&k, q->actor->report, &r, &q->err) ||
        !matter_load(&k, r.matter_id, m, &q->err))
        return false;
    k = reporters_desk(q, &r);
    act.id = m->id;
    act.seq = param_int(q, "seen");
    act.fields = offer_fields(q, m, act.action, -1);
    q->see_other = S("/report/show");
    return matter_act(&k, &act, &q->err);
}
