/* For who holds a survey or a test: who has been asked or has sat, doors, paper sheets, results. */
#include "page/paper.h"

#include "civic/district.h"

#include <string.h>

#define FEW 5 /* fewer answers of a building are not told */

static struct str paper_at(struct req *q, const struct gathering *g, const char *tail)
{
    return str_format(q->a, "/gatherings/%lld/%s", (long long)g->id, tail);
}

static bool may_see(struct req *q, const struct desk *k, const struct gathering *g)
{
    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct seat here = {.unit_id = q->actor->post[i].unit};

        if (path_holds(g->unit_path, q->actor->post[i].path) && paper_asks(k, g, &here))
            return true;
    }
    return gathering_runs(k, g) ||
           refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow this.");
}

/* ---- a survey: buildings, and the doors of one --------------------------------- */

static void put_buildings(struct req *q, const struct gathering *g, const struct sheet_row *row,
                          size_t n, struct str *building)
{
    struct val *list = set_list(q->view, "buildings"), *all = val_list(q->a);
    int64_t at = 1, asked = param_int(q, "building") ? param_int(q, "building") : 1;
    struct desk k = req_desk(q);

    paper_coverage(&k, row, n, all);
    for (struct item *it = all->first; it; it = it->next, at++) {
        struct val *v = it->next ? add_val(list, it->val) : set_val(q->view, S("all"), it->val);

        set_bool(v, "on", it->next && at == asked);
        set_str(v, "at",
                it->next ? str_format(q->a, "/gatherings/%lld/paper?building=%lld",
                                      (long long)g->id, (long long)at)
                         : S(""));
        if (it->next && at == asked)
            *building = val_text(v, "building");
    }
}

static void put_doors(struct req *q, const struct gathering *g, const struct sheet_row *row,
                      size_t n, struct str building)
{
    struct val *list = set_list(q->view, "doors");
    struct desk k = req_desk(q);

    for (size_t i = 0; i < n; i++) {
        struct seat s = {.unit_id = row[i].unit_id};
        struct str state = row[i].state.n ? row[i].state : S("open");
        struct val *v;

        if (!str_eq(row[i].building, building) || !paper_asks(&k, g, &s))
            continue;
        v = add_map(list);
        set_int(v, "n", row[i].seat_n);
        set_str(v, "name", row[i].name);
        set_str(v, "state", state);
        set_str(v, "state_title", req_text(q, str_format(q->a, "paper.%.*s", STR_ARG(state)).p));
        set_bool(v, "done", str_eq(state, S("asked")) || str_eq(state, S("refused")));
        set_int(v, "visits", row[i].visits);
        set_str(v, "at",
                str_format(q->a, "/gatherings/%lld/paper/%lld", (long long)g->id,
                           (long long)row[i].seat_n));
    }
}

static bool survey(struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);
    struct str building = S("");
    size_t n;
    struct sheet_row *row = paper_rows(&k, g, &n);

    put_buildings(q, g, row, n, &building);
    set_str(q->view, "building", building);
    put_doors(q, g, row, n, building);
    q->template = "paper/survey";
    return true;
}

/* ---- a test: who sat, and with which mark ---------------------------------------- */

static struct str test_state(const struct sheet_row *row)
{
    return row->handed_at ? S("handed") : row->begun_at ? S("begun") : S("missing");
}

static void put_sat(struct req *q, const struct gathering *g, const struct sheet_row *row,
                    const struct paper_drawn *p, struct val *v)
{
    struct str state = test_state(row);

    set_int(v, "n", row->seat_n);
    set_str(v, "name", row->name);
    set_str(v, "state", state);
    set_str(v, "state_title", req_text(q, str_format(q->a, "paper.%.*s", STR_ARG(state)).p));
    set_bool(v, "handed", row->handed_at > 0);
    set_int(v, "mark", row->mark);
    set_bool(v, "passed", row->handed_at && paper_passed(g->def->paper, row->mark, p->full_mark));
    set_str(v, "key_at",
            row->handed_at || gathering_in(g, "closed")
                ? S("")
                : str_format(q->a, "/gatherings/%lld/paper/%lld", (long long)g->id,
                             (long long)row->seat_n));
}

static void put_totals(struct req *q, const struct gathering *g, const struct sheet_row *row,
                       size_t n, const struct paper_drawn *p)
{
    int64_t sat = 0, passed = 0, sum = 0;

    for (size_t i = 0; i < n; i++) {
        if (!row[i].handed_at)
            continue;
        sat++;
        sum += row[i].mark;
        passed += paper_passed(g->def->paper, row[i].mark, p->full_mark);
    }
    set_int(q->view, "seats", g->should_attend);
    set_int(q->view, "sat", sat);
    set_int(q->view, "passed", passed);
    set_int(q->view, "rate", whole_percent(passed, sat));
    set_str(q->view, "mean",
            sat ? str_format(q->a, "%lld.%lld", (long long)(sum / sat),
                             (long long)(sum * 10 / sat % 10))
                : S(""));
    set_int(q->view, "full", p->full_mark);
    set_str(q->view, "bank", p->bank);
    set_str(q->view, "hash", p->hash);
    set_str(q->view, "seed", gathering_in(g, "closed") ? p->seed : S(""));
}

static bool test(struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);
    struct val *list = set_list(q->view, "seats_list");
    struct paper_drawn p;
    struct sheet_row *row;
    size_t n;

    if (!gathering_runs(&k, g))
        return refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (!paper_load(&k, g->id, &p, &q->err))
        return false;
    row = paper_rows(&k, g, &n);
    put_totals(q, g, row, n, &p);
    for (size_t i = 0; i < n; i++)
        put_sat(q, g, &row[i], &p, add_map(list));
    q->template = "paper/test";
    return true;
}

PAGE(paper_show, .at = "GET /gatherings/{id}/paper", .template = "paper/survey", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"building", PARAM_ID}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct desk k = req_desk(q);

    if (!paper_page(q, g) || !may_see(q, &k, g))
        return false;
    paper_head(q, g, NULL);
    set_str(q->view, "gathering_at", str_format(q->a, "/gatherings/%lld", (long long)g->id));
    set_str(q->view, "results_at", paper_at(q, g, "results"));
    return g->def->paper->asks ? survey(q, g) : test(q, g);
}

/* ---- one door, one paper sheet -------------------------------------------------- */

static bool find_seat(struct req *q, struct gathering *g, struct seat *s)
{
    struct desk k = req_desk(q);

    if (!paper_page(q, g) || !seat_load(&k, g->id, param_int(q, "n"), s, &q->err))
        return false;
    return (g->def->paper->asks ? paper_asks(&k, g, s) : gathering_runs(&k, g)) ||
           refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow this.");
}

static bool one(struct req *q)
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct desk k = req_desk(q);
    struct paper_drawn p;
    struct sheet it;
    struct seat s;

    if (!find_seat(q, g, &s))
        return false;
    (void)sheet_find(&k, g->id, s.n, &it);
    paper_head(q, g, &s);
    set_int(q->view, "n", s.n);
    set_str(q->view, "at",
            str_format(q->a, "/gatherings/%lld/paper/%lld", (long long)g->id, (long long)s.n));
    set_str(q->view, "list_at", paper_at(q, g, "paper"));
    set_int(q->view, "visits", it.visits);
    show_request_key(q);
    if (g->def->paper->asks) {
        paper_fields(q, g, it.answers);
        q->template = "paper/door";
        return true;
    }
    set_bool(q->view, "twice", g->def->paper->twice);
    set_list(q->view, "differ");
    q->template = "paper/key";
    return paper_load(&k, g->id, &p, &q->err) &&
           paper_questions(q, &p, 0, q->refused ? paper_typed(q) : val_map(q->a));
}

PAGE(paper_one, .at = "GET /gatherings/{id}/paper/{n}", .template = "paper/door", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}))
{
    return one(q);
}

static bool keyed(struct req *q, const struct gathering *g, const struct seat *s)
{
    struct val *differ = val_list(q->a);
    struct desk k = req_desk(q);

    if (!sheet_key(&k, g, s, paper_typed(q), differ, &q->err))
        return false;
    if (!differ->first) {
        q->see_other = paper_at(q, g, "paper");
        return true;
    }
    q->view = val_map(q->a);
    if (!one(q))
        return false;
    *show_member(q->view, "differ") = *differ;
    return true;
}

PAGE(paper_write, .at = "POST /gatherings/{id}/paper/{n}", .template = "paper/door",
     .who = WHO_STAFF, .again = one,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"state", PARAM_TEXT, .max = 10},
                      {"rest", PARAM_REST, .max = 1000}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct asked what = {.state = param_str(q, "state"),
                         .way = S("door"),
                         .request = q->request_key,
                         .answers = param_val(q, "rest")};
    struct desk k = req_desk(q);
    struct seat s;

    if (!find_seat(q, g, &s))
        return false;
    if (!g->def->paper->asks)
        return keyed(q, g, &s);
    q->see_other = paper_at(q, g, "paper");
    return sheet_ask(&k, g, &s, &what, &q->err);
}

/* ---- what came of it, without names ------------------------------------------------ */

static void put_topics(struct req *q, const struct paper *p, const struct sheet_row *row, size_t n)
{
    struct val *list = set_list(q->view, "topics");
    struct desk k = req_desk(q);

    for (int i = 0; i < p->asks; i++) {
        struct val *found = val_list(q->a);

        if (p->ask[i].kind != FIELD_TEXT)
            continue;
        paper_topics(&k, row, n, &p->ask[i], found);
        for (const struct item *it = found->first; it; it = it->next) {
            struct val *v;

            if (val_int(&it->val, "n") < FEW)
                continue;
            v = add_map(list);
            set_str(v, "of", desk_title(&k, &p->ask[i].title));
            set_str(v, "title", text_mask(q->a, val_text(&it->val, "title")));
            set_int(v, "n", val_int(&it->val, "n"));
        }
    }
    set_bool(q->view, "topics_any", list->first != NULL);
}

static bool survey_results(struct req *q, const struct gathering *g)
{
    struct val *coverage = val_list(q->a), *by = set_list(q->view, "buildings");
    struct desk k = req_desk(q);
    struct paper_counts of = {.building = S(""), .least = 1};

    of.row = paper_rows(&k, g, &of.n);
    paper_coverage(&k, of.row, of.n, coverage);
    paper_count(&k, g->def->paper, &of, set_list(q->view, "counts"));
    of.least = FEW;
    for (const struct item *it = coverage->first; it; it = it->next) {
        struct val *v = it->next ? add_map(by) : set_map(q->view, "all");

        of.building = val_text(&it->val, "building");
        set_str(v, "building", of.building);
        set_int(v, "n", val_int(&it->val, "n"));
        set_int(v, "asked", val_int(&it->val, "asked"));
        set_int(v, "percent", val_int(&it->val, "percent"));
        if (it->next)
            paper_count(&k, g->def->paper, &of, set_list(v, "counts"));
    }
    put_topics(q, g->def->paper, of.row, of.n);
    q->template = "paper/results";
    return true;
}

static bool test_results(struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);
    struct paper_drawn p;
    size_t n;
    const struct sheet_row *row = paper_rows(&k, g, &n);

    if (!paper_load(&k, g->id, &p, &q->err))
        return false;
    put_totals(q, g, row, n, &p);
    q->template = "paper/test_results";
    if (gathering_in(g, "closed"))
        return paper_questions(q, &p, 0, val_map(q->a));
    set_list(q->view, "questions");
    return true;
}

PAGE(paper_results, .at = "GET /gatherings/{id}/results", .template = "paper/results",
     .who = WHO_ANYONE, .params = PARAMS({"id", PARAM_ID}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct desk k = req_desk(q);

    if (!paper_page(q, g))
        return false;
    if (!gathering_runs(&k, g) && !(g->def->is_public && gathering_in(g, "closed")))
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
    paper_head(q, g, NULL);
    return g->def->paper->asks ? survey_results(q, g) : test_results(q, g);
}
