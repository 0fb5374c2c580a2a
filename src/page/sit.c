/* A seat's own paper, on a phone: by login (/sit/ID/me) or by the code of the seat. */
#include "page/paper.h"

#include "page/offer.h"

#include <string.h>

/* People of one building come from one address. */
#define PER_MINUTE 6000

bool paper_page(struct req *q, struct gathering *g)
{
    struct desk k = req_desk(q);

    return gathering_load(&k, param_int(q, "id"), g, &q->err) &&
           ((g->def && g->def->paper && !gathering_in(g, "draft")) ||
            refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page."));
}

void paper_head(struct req *q, const struct gathering *g, const struct seat *s)
{
    const struct unit *u = unit_by_id(q->district->units, g->unit_id);

    set_str(q->view, "title", g->title);
    set_str(q->view, "unit", u ? u->name : S(""));
    set_int(q->view, "id", g->id);
    set_str(q->view, "state", g->state);
    show_moment_long(q, q->view, "starts", g->starts_at);
    show_moment_long(q, q->view, "ends", g->ends_at);
    set_str(q->view, "name", s ? s->name : S(""));
}

void paper_fields(struct req *q, const struct gathering *g, const struct val *answers)
{
    const struct paper *p = g->def->paper;
    struct val *fields = set_list(q->view, "fields"), *asked = val_list(q->a);

    for (int i = 0; i < p->asks; i++)
        proc_field_offer(asked, &p->ask[i]);
    for (const struct item *it = asked->first; it; it = it->next)
        field_show(q, &it->val, q->refused ? param_val(q, "rest") : answers, fields);
}

static void put_options(struct req *q, const struct question *it, struct str answer, struct val *v)
{
    struct val *list = set_list(v, "options");
    struct str rest = it->options, line;
    int i = 0;

    if (it->kind == ASK_JUDGE) {
        static const char *const words[] = {"right", "wrong"};

        for (i = 0; i < 2; i++) {
            struct val *o = add_map(list);

            set_str(o, "letter", str_of(words[i]));
            set_str(o, "text", req_text(q, str_format(q->a, "question.%s", words[i]).p));
            set_bool(o, "on", str_eq(answer, str_of(words[i])));
        }
        return;
    }
    for (; rest.n; i++) {
        struct val *o = add_map(list);

        rest = str_cut(rest, '\n', &line);
        set_str(o, "letter", str_format(q->a, "%c", 'A' + i));
        set_str(o, "text", line);
        set_bool(o, "on", answer.n && memchr(answer.p, 'A' + i, answer.n) != NULL);
    }
}

bool paper_questions(struct req *q, const struct paper_drawn *p, int64_t seat,
                     const struct val *answers)
{
    struct val *list = set_list(q->view, "questions");
    int order[PAPER_QUESTIONS_MAX];
    unsigned char seed[32];

    if (!paper_seed(p, seed))
        return refuse(&q->err, ERR_CONFLICT, NULL, "The seed of this test cannot be read.");
    for (size_t i = 0; i < p->n; i++)
        order[i] = (int)i + 1;
    if (seat)
        paper_order(seed, seat, p->n, order);
    for (size_t i = 0; i < p->n; i++) {
        const struct question *it = &p->question[order[i] - 1];
        struct str key = str_format(q->a, "%d", order[i]), answer = val_text(answers, key.p);
        struct val *v = add_map(list);

        set_int(v, "n", order[i]);
        set_int(v, "nth", (int64_t)i + 1);
        set_int(v, "mark", it->mark);
        set_str(v, "kind",
                req_text(q, str_format(q->a, "question.kind_%s", question_kinds[it->kind]).p));
        set_str(v, "text", it->text);
        set_bool(v, "one", it->kind == ASK_SINGLE || it->kind == ASK_JUDGE);
        set_bool(v, "several", it->kind == ASK_MULTI);
        set_bool(v, "words", it->kind == ASK_TEXT || it->kind == ASK_NUMBER);
        put_options(q, it, answer, v);
        set_str(v, "value", answer);
    }
    return true;
}

struct val *paper_typed(struct req *q)
{
    const struct val *rest = param_val(q, "rest");
    struct val *out = val_map(q->a);

    for (const struct item *it = rest ? rest->first : NULL; it; it = it->next) {
        if (it->key.n > 1 && it->key.p[0] == 'q')
            set_val(out, (struct str){it->key.p + 1, it->key.n - 1}, it->val);
    }
    return out;
}

/* ---- whose seat ------------------------------------------------------------- */

struct own_seat {
    struct gathering g;
    struct seat s;
    struct desk k;
};

static bool sits(struct req *q, struct own_seat *at)
{
    struct str seat = param_str(q, "seat");

    at->k = req_desk(q);
    if (!paper_page(q, &at->g))
        return false;
    if (!str_eq(seat, S("me")))
        return seat_by_code(&at->k, at->g.id, seat, &at->s, &q->err);
    return seat_own(&at->k, at->g.id, &at->s) ||
           refuse(&q->err, ERR_NOT_FOUND, "seat", "You are not on the roll of this gathering.");
}

static struct str sit_at(struct req *q, const char *tail)
{
    return str_format(q->a, "/sit/%lld/%.*s%s", (long long)param_int(q, "id"),
                      STR_ARG(param_str(q, "seat")), tail);
}

/* ---- a survey ----------------------------------------------------------------- */

static bool is_on(const struct req *q, const struct gathering *g)
{
    return !gathering_in(g, "cancelled") && !gathering_in(g, "closed") && q->now >= g->starts_at &&
           q->now < g->ends_at;
}

static bool survey(struct req *q, struct own_seat *at)
{
    struct sheet it;

    (void)sheet_find(&at->k, at->g.id, at->s.n, &it);
    paper_head(q, &at->g, &at->s);
    set_str(q->view, "at", sit_at(q, ""));
    set_bool(q->view, "on", is_on(q, &at->g));
    set_bool(q->view, "answered", str_eq(it.state, S("asked")));
    paper_fields(q, &at->g, it.answers);
    show_request_key(q);
    q->template = "sit/survey";
    return true;
}

/* ---- a test ------------------------------------------------------------------- */

static void put_result(struct req *q, const struct gathering *g, const struct sheet *it,
                       const struct paper_drawn *p)
{
    const struct paper *def = g->def->paper;
    struct val *v;

    if (!it->handed_at) {
        set_bool(q->view, "result", false);
        return;
    }
    v = set_map(q->view, "result");
    set_int(v, "mark", it->mark);
    set_int(v, "full", p->full_mark);
    set_bool(v, "graded", def->pass > 0);
    set_bool(v, "passed", paper_passed(def, it->mark, p->full_mark));
    show_moment(q, v, "handed", it->handed_at);
}

/* What is over by the clock counts as handed in, a moment before the job has written it. */
static bool is_running(const struct req *q, const struct sheet *it)
{
    return it->due_at && !it->handed_at && q->now < it->due_at;
}

static bool test(struct req *q, struct own_seat *at)
{
    const struct paper *def = at->g.def->paper;
    struct paper_drawn p;
    struct sheet it;
    bool there = sheet_find(&at->k, at->g.id, at->s.n, &it), running = is_running(q, &it);

    if (!paper_load(&at->k, at->g.id, &p, &q->err))
        return false;
    paper_head(q, &at->g, &at->s);
    set_str(q->view, "at", sit_at(q, ""));
    set_bool(q->view, "start", !there && is_on(q, &at->g));
    set_bool(q->view, "early", !there && q->now < at->g.starts_at);
    set_bool(q->view, "running", running);
    set_bool(q->view, "ending", there && !running && !it.handed_at);
    set_bool(q->view, "missed", !there && !is_on(q, &at->g) && q->now >= at->g.starts_at);
    set_int(q->view, "count", (int64_t)p.n);
    set_int(q->view, "full", p.full_mark);
    set_int(q->view, "minutes", def->minutes);
    set_bool(q->view, "closed_book", def->closed);
    set_str(q->view, "hash", p.hash);
    set_int(q->view, "left", running ? (it.due_at - q->now) / 1000 : 0);
    show_moment(q, q->view, "due", running ? it.due_at : 0);
    put_result(q, &at->g, &it, &p);
    q->template = "sit/test";
    if (running)
        return paper_questions(q, &p, at->s.n, it.answers);
    set_list(q->view, "questions");
    return true;
}

static bool show(struct req *q)
{
    struct own_seat *at = NEW(q->a, struct own_seat);

    return sits(q, at) && (at->g.def->paper->asks ? survey(q, at) : test(q, at));
}

#define SEAT                          \
    {"id", PARAM_ID},                 \
    {                                 \
        "seat", PARAM_TEXT, .max = 40 \
    }

PAGE(sit_show, .at = "GET /sit/{id}/{seat}", .template = "sit/test", .who = WHO_ANYONE,
     .per_minute = PER_MINUTE, .params = PARAMS(SEAT))
{
    return show(q);
}

PAGE(sit_begin, .at = "POST /sit/{id}/{seat}/begin", .who = WHO_ANYONE, .no_csrf = true,
     .per_minute = PER_MINUTE, .params = PARAMS(SEAT))
{
    struct own_seat *at = NEW(q->a, struct own_seat);
    struct sheet it;

    if (!sits(q, at) || !sheet_begin(&at->k, &at->g, &at->s, &it, &q->err))
        return false;
    q->see_other = sit_at(q, "");
    return true;
}

/* One answer, as it is chosen. */
PAGE(sit_answer, .at = "POST /sit/{id}/{seat}/answer", .who = WHO_ANYONE, .no_csrf = true,
     .per_minute = PER_MINUTE,
     .params = PARAMS(SEAT, {"n", PARAM_INT, .need = true}, {"answer", PARAM_TEXT, .max = 500}))
{
    struct own_seat *at = NEW(q->a, struct own_seat);

    if (!sits(q, at) ||
        !sheet_answer(&at->k, &at->g, &at->s, param_int(q, "n"), param_str(q, "answer"), &q->err))
        return false;
    set_int(q->view, "saved", param_int(q, "n"));
    q->see_other = sit_at(q, "");
    return true;
}

PAGE(sit_hand, .at = "POST /sit/{id}/{seat}/hand", .template = "sit/test", .who = WHO_ANYONE,
     .no_csrf = true, .per_minute = PER_MINUTE, .again = show,
     .params = PARAMS(SEAT, {"rest", PARAM_REST, .max = 500}))
{
    struct own_seat *at = NEW(q->a, struct own_seat);
    struct sheet it;

    if (!sits(q, at) || !sheet_hand_in(&at->k, &at->g, &at->s, paper_typed(q), &it, &q->err))
        return false;
    q->see_other = sit_at(q, "");
    return true;
}

PAGE(sit_survey, .at = "POST /sit/{id}/{seat}", .template = "sit/survey", .who = WHO_ANYONE,
     .no_csrf = true, .per_minute = PER_MINUTE, .again = show,
     .params = PARAMS(SEAT, {"rest", PARAM_REST, .max = 1000}))
{
    struct own_seat *at = NEW(q->a, struct own_seat);
    struct asked what = {.state = S("asked"), .way = S("self"), .request = q->request_key};

    what.answers = param_val(q, "rest");
    if (!sits(q, at) || !sheet_ask(&at->k, &at->g, &at->s, &what, &q->err))
        return false;
    q->see_other = sit_at(q, "");
    return true;
}
