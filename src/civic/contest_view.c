/* A contest as pages tell it: the rule with its numbers, the ranking, each mark to whom it
 * concerns. */
#include "civic/contest.h"

#include <stdlib.h>
#include <string.h>

STMT(appeal_view, "SELECT n, reason, at, answer, upheld, answered_at FROM appeal WHERE district = "
                  "$1 AND gathering_id = $2 AND n = $3");

static struct str unit_name(struct desk *k, int64_t id)
{
    const struct unit *u = unit_by_id(k->d->units, id);

    return u ? u->name : S("");
}

static struct str number(struct desk *k, int64_t n)
{
    return str_format(k->a, "%lld", (long long)n);
}

/* ---- the rule --------------------------------------------------------- */

static void put_items(struct desk *k, const struct rank_rule *rule, struct val *view)
{
    struct val *items = set_list(view, "items");
    struct buf formula = {.arena = k->a};
    bool plain = true;

    for (int i = 0; i < rule->items; i++)
        plain = plain && rule->item[i].max == rule->item[i].weight;
    for (int i = 0; i < rule->items; i++) {
        const struct rank_item *it = &rule->item[i];
        struct val *v = add_map(items);

        set_str(v, "name", it->name);
        set_str(v, "title", desk_title(k, &it->title));
        set_int(v, "max", it->max);
        set_int(v, "weight", it->weight);
        buf_put(&formula, i ? S(" + ") : S(""));
        buf_put(&formula, desk_title(k, &it->title));
        if (!plain)
            buf_put(&formula,
                    str_format(k->a, " ÷ %lld × %lld", (long long)it->max, (long long)it->weight));
    }
    set_str(view, "formula", buf_str(&formula));
}

static void put_rule(struct desk *k, const struct contest *c, struct val *view)
{
    const struct rank_rule *rule = &c->rule;

    put_items(k, rule, view);
    set_str(view, "full", rank_text(k->a, rank_full(rule), 0));
    set_int(view, "least", rule->least);
    set_bool(view, "drops", rule->highest + rule->lowest > 0);
    set_int(view, "highest", rule->highest);
    set_int(view, "lowest", rule->lowest);
    set_int(view, "drop_from", rule->least + rule->highest + rule->lowest);
    set_int(view, "decimals", rule->decimals);
    set_str(view, "pass", c->pass < 0 ? S("") : rank_text(k->a, c->pass, 0));
    set_bool(view, "open_marks", c->open_marks);
    set_bool(view, "unit_conflict", c->unit_conflict);
}

/* ---- the ranking ------------------------------------------------------ */

/* Nothing is shown before the end, unless the pack has its marks open. */
static bool is_shown(const struct gathering *g)
{
    return g->def->contest->open_marks || gathering_in(g, "closed");
}

static void put_entrant(struct desk *k, const struct gathering *g, const struct entrant *en,
                        struct val *v)
{
    const struct contest *c = g->def->contest;
    bool closed = str_eq(en->state, S("closed")), has = is_shown(g) && closed && en->points >= 0;

    set_int(v, "n", en->n);
    set_str(v, "name", en->name);
    set_str(v, "title", en->title);
    set_str(v, "unit", unit_name(k, en->unit_id));
    set_int(v, "matter_id", en->matter_id);
    set_str(v, "state", en->state);
    set_bool(v, "waits", !en->state.n);
    set_bool(v, "on", str_eq(en->state, S("on")));
    set_bool(v, "closed", closed);
    set_bool(v, "withdrawn", str_eq(en->state, S("withdrawn")));
    set_str(v, "points", has ? rank_text(k->a, en->points, c->rule.decimals) : S(""));
    set_str(v, "rank", has ? number(k, en->rank) : S(""));
    set_bool(v, "top", has && en->rank <= 3);
    set_bool(v, "too_few", is_shown(g) && closed && en->points < 0);
    set_bool(v, "passed", has && c->pass >= 0 && en->points >= c->pass);
    set_int(v, "marks", closed ? en->marks : 0);
    set_int(v, "kept", closed ? en->kept : 0);
}

/* First the ranks, then who has too few marks, then who waits; each in order of seats. */
static int64_t place_of(const struct entrant *en)
{
    if (str_eq(en->state, S("withdrawn")))
        return 4 * ENTRANTS_MAX;
    if (!str_eq(en->state, S("closed")))
        return 3 * ENTRANTS_MAX;
    return en->points < 0 ? 2 * ENTRANTS_MAX : en->rank;
}

static int by_place(const void *a, const void *b)
{
    const struct entrant *x = a, *y = b;
    int64_t p = place_of(x), q = place_of(y);

    return p != q ? (p > q) - (p < q) : (x->n > y->n) - (x->n < y->n);
}

static void put_on(struct desk *k, const struct gathering *g, const struct entrant *en, int n,
                   struct val *view)
{
    for (int i = 0; i < n; i++) {
        const struct judge_mark *judge;
        struct val *v;
        int judges, done = 0, may = 0;

        if (!str_eq(en[i].state, S("on")))
            continue;
        v = set_map(view, "on");
        put_entrant(k, g, &en[i], v);
        judge = contest_marks(k, g, en[i].n, &judges);
        for (int j = 0; j < judges; j++) {
            may += !judge[j].recused.n;
            done += !judge[j].recused.n && judge[j].whole;
        }
        set_int(v, "done", done);
        set_int(v, "may", may);
        return;
    }
    set_bool(view, "on", false);
}

void contest_view(struct desk *k, const struct gathering *g, struct val *view)
{
    struct contest_state state = contest_state(k, g->id);
    struct val *list;
    int n, waits = 0;
    struct entrant *en = contest_entrants(k, g, &n);

    put_rule(k, g->def->contest, view);
    put_on(k, g, en, n, view);
    if (is_shown(g))
        qsort(en, (size_t)n, sizeof(*en), by_place);
    list = set_list(view, "entrants");
    for (int i = 0; i < n; i++) {
        put_entrant(k, g, &en[i], add_map(list));
        waits += !en[i].state.n;
    }
    set_int(view, "entrants_n", n);
    set_int(view, "waiting_n", waits);
    set_bool(view, "shown", is_shown(g));
    set_bool(view, "is_draft", gathering_in(g, "draft"));
    set_bool(view, "is_open", gathering_in(g, "open"));
    set_bool(view, "is_closed", gathering_in(g, "closed"));
    set_bool(view, "is_final", state.final_at > 0);
    set_str(view, "appeal_until",
            state.appeal_until ? when_minute(k->a, state.appeal_until) : S(""));
    set_bool(view, "may_appeal",
             gathering_in(g, "closed") && !state.final_at && k->now <= state.appeal_until);
}

/* ---- each mark -------------------------------------------------------- */

static void put_values(struct desk *k, const struct rank_rule *rule, const struct judge_mark *j,
                       struct val *v)
{
    struct val *items = set_list(v, "items");

    for (int i = 0; i < rule->items; i++) {
        const struct rank_item *it = &rule->item[i];
        struct val *one = add_map(items);

        set_str(one, "name", it->name);
        set_str(one, "title", desk_title(k, &it->title));
        set_int(one, "max", it->max);
        set_str(one, "value", j->value[i] < 0 ? S("") : rank_text(k->a, j->value[i], 0));
    }
}

static void judge_mark_view(struct desk *k, const struct rank_rule *rule,
                            const struct judge_mark *j, struct val *v)
{
    set_int(v, "judge_n", j->judge_n);
    set_str(v, "name", j->name);
    set_bool(v, "whole", j->whole);
    set_str(v, "points", j->whole ? rank_text(k->a, j->points, 2) : S(""));
    set_bool(v, "recused", j->recused.n > 0);
    set_bool(v, "by_unit", str_eq(j->recused, S("unit")));
    set_bool(v, "by_self", str_eq(j->recused, S("self")));
    set_str(v, "reason", j->reason);
    set_bool(v, "dropped", j->dropped);
    put_values(k, rule, j, v);
}

/* "(92.00 + 90.00 + 88.00) ÷ 3 = 90.00" */
static struct str mean_text(struct desk *k, const struct entrant *en, int decimals,
                            const struct judge_mark *judge, int judges)
{
    struct buf b = {.arena = k->a};
    int n = 0;

    for (int i = 0; i < judges; i++) {
        if (judge[i].whole && !judge[i].recused.n && !judge[i].dropped) {
            buf_put(&b, n++ ? S(" + ") : S("("));
            buf_put(&b, rank_text(k->a, judge[i].points, 2));
        }
    }
    if (!n || en->points < 0)
        return S("");
    buf_put(&b, str_format(k->a, ") ÷ %d = ", n));
    buf_put(&b, rank_text(k->a, en->points, decimals));
    return buf_str(&b);
}

static void put_appeal(struct desk *k, const struct gathering *g, int64_t n, struct val *view)
{
    struct rows r = db_query(k->db, k->a, appeal_view, ARG(k->d->code), ARG(g->id), ARG(n));
    struct val *v;

    if (!rows_next(&r)) {
        set_bool(view, "appeal", false);
        return;
    }
    v = set_map(view, "appeal");
    set_str(v, "reason", row_str(&r, 1));
    set_str(v, "at", when_minute(k->a, row_int(&r, 2)));
    set_str(v, "answer", row_str(&r, 3));
    set_bool(v, "upheld", row_int(&r, 4) != 0);
    set_bool(v, "answered", row_int(&r, 5) > 0);
    rows_end(&r);
}

bool contest_marks_view(struct desk *k, const struct gathering *g, int64_t n, struct val *view,
                        struct err *e)
{
    const struct rank_rule *rule = &g->def->contest->rule;
    int entrants, judges;
    const struct entrant *en = contest_entrants(k, g, &entrants);
    const struct judge_mark *judge = contest_marks(k, g, n, &judges);
    struct val *list;

    for (int i = 0; i < entrants; i++) {
        if (en[i].n != n)
            continue;
        put_entrant(k, g, &en[i], set_map(view, "entrant"));
        set_str(view, "mean", mean_text(k, &en[i], rule->decimals, judge, judges));
        put_appeal(k, g, n, view);
        list = set_list(view, "judges");
        for (int j = 0; j < judges; j++)
            judge_mark_view(k, rule, &judge[j], add_map(list));
        return true;
    }
    return refuse(e, ERR_NOT_FOUND, NULL, "There is no such contestant.");
}

void contest_judges_view(struct desk *k, const struct gathering *g, int64_t n, struct val *list)
{
    int judges;
    const struct judge_mark *judge = contest_marks(k, g, n, &judges);

    for (int j = 0; j < judges; j++)
        judge_mark_view(k, &g->def->contest->rule, &judge[j], add_map(list));
}

void contest_own_view(struct desk *k, const struct gathering *g, const struct seat *own,
                      struct val *view)
{
    int64_t on = contest_state(k, g->id).on;
    int judges;
    const struct judge_mark *judge = contest_marks(k, g, on, &judges);

    for (int j = 0; j < judges; j++) {
        if (judge[j].judge_n == own->n) {
            judge_mark_view(k, &g->def->contest->rule, &judge[j], set_map(view, "own"));
            return;
        }
    }
    set_bool(view, "own", false);
}
