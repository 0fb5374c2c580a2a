/* What the marks of a contest come to: points, ranks, appeals, the final list. */
#include "civic/contest.h"
#include "civic/motion.h"
#include "civic/roll.h"

#include "base/utf8.h"
#include "civic/district.h"
#include "civic/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPEAL_MAX    1000
#define TICKS_AT_ONCE 100

STMT(judges_of, "SELECT s.n, s.name, coalesce(r.why, ''), coalesce(r.reason, '') FROM seat s LEFT "
                "JOIN recusal r ON r.district = $1 AND r.gathering_id = $2 AND r.n = $3 AND "
                "r.judge_n = s.n WHERE s.district = $1 AND s.gathering_id = $2 AND s.part = "
                "'judge' ORDER BY s.n");
STMT(marks_of,
     "SELECT judge_n, item, value FROM mark WHERE district = $1 AND gathering_id = $2 AND "
     "n = $3 ORDER BY judge_n");
STMT(
    entrants_of,
    "SELECT e.n, s.name, e.title, s.person_id, s.unit_id, e.matter_id, e.state, e.points, e.rank, "
    "e.marks, e.kept FROM entrant e JOIN seat s ON s.district = $1 AND s.gathering_id = $2 AND s.n "
    "= e.n WHERE e.district = $1 AND e.gathering_id = $2 ORDER BY e.n");
STMT(entrant_points, "UPDATE entrant SET points = $4, rank = $5, marks = $6, kept = $7 WHERE "
                     "district = $1 AND gathering_id = $2 AND n = $3");
STMT(contest_close, "INSERT INTO contest (district, gathering_id, appeal_until, final_at) VALUES "
                    "($1, $2, $3, $4) ON CONFLICT (district, gathering_id) DO UPDATE SET "
                    "appeal_until = $3, final_at = $4");
STMT(appeal_insert, "INSERT INTO appeal (district, gathering_id, n, reason, at) VALUES ($1, $2, "
                    "$3, $4, $5) ON CONFLICT DO NOTHING");
STMT(appeal_get, "SELECT answered_at FROM appeal WHERE district = $1 AND gathering_id = $2 AND n = "
                 "$3");
STMT(appeal_answer,
     "UPDATE appeal SET answer = $4, upheld = $5, answered_by = $6, answered_at = $7 "
     "WHERE district = $1 AND gathering_id = $2 AND n = $3");
/* With the moment at which the last appeal was answered. */
STMT(contests_over,
     "SELECT c.gathering_id, c.appeal_until, (SELECT coalesce(max(a.answered_at), 0) FROM appeal a "
     "WHERE a.district = $1 AND a.gathering_id = c.gathering_id) FROM contest c WHERE c.district = "
     "$1 AND c.final_at = 0 AND c.appeal_until > 0 AND c.appeal_until < $2 AND NOT EXISTS (SELECT "
     "1 FROM appeal o WHERE o.district = $1 AND o.gathering_id = c.gathering_id AND o.answered_at "
     "= 0) ORDER BY c.appeal_until LIMIT $3");

/* ---- points ----------------------------------------------------------- */

static struct judge_mark *judges_of_entrant(struct desk *k, const struct gathering *g, int64_t n,
                                            int *judges)
{
    struct judge_mark *out = NEW_ARRAY(k->a, struct judge_mark, RANK_JUDGES_MAX);
    struct rows r = db_query(k->db, k->a, judges_of, ARG(k->d->code), ARG(g->id), ARG(n));

    *judges = 0;
    while (rows_next(&r)) {
        struct judge_mark *j = &out[*judges];

        if (*judges == RANK_JUDGES_MAX)
            continue;
        *j = (struct judge_mark){.judge_n = row_int(&r, 0),
                                 .name = row_str(&r, 1),
                                 .recused = row_str(&r, 2),
                                 .reason = row_str(&r, 3)};
        for (int i = 0; i < RANK_ITEMS_MAX; i++)
            j->value[i] = -1;
        (*judges)++;
    }
    return out;
}

static void take_value(const struct rank_rule *rule, struct judge_mark *j, struct str item,
                       int64_t value)
{
    for (int i = 0; i < rule->items; i++) {
        if (str_eq(rule->item[i].name, item) && value <= rule->item[i].max * 100)
            j->value[i] = value;
    }
}

static void add_up(const struct rank_rule *rule, struct judge_mark *j)
{
    j->whole = true;
    for (int i = 0; i < rule->items; i++)
        j->whole = j->whole && j->value[i] >= 0;
    if (j->whole)
        j->points = rank_mark(rule, j->value);
}

static bool counts(const struct judge_mark *j)
{
    return j->whole && !j->recused.n;
}

static struct rank_points points_of(struct desk *k, const struct rank_rule *rule,
                                    const struct judge_mark *judge, int judges)
{
    int64_t *mark = NEW_ARRAY(k->a, int64_t, (size_t)judges + 1);
    int n = 0;

    for (int i = 0; i < judges; i++) {
        if (counts(&judge[i]))
            mark[n++] = judge[i].points;
    }
    return rank_points(rule, mark, n);
}

/* Of equal marks the one of the first seat goes. */
static void drop_one(struct judge_mark *judge, int judges, int sign)
{
    struct judge_mark *worst = NULL;

    for (int i = 0; i < judges; i++) {
        if (counts(&judge[i]) && !judge[i].dropped &&
            (!worst || sign * judge[i].points > sign * worst->points))
            worst = &judge[i];
    }
    if (worst)
        worst->dropped = true;
}

struct judge_mark *contest_marks(struct desk *k, const struct gathering *g, int64_t n, int *judges)
{
    const struct rank_rule *rule = &g->def->contest->rule;
    struct judge_mark *out = judges_of_entrant(k, g, n, judges);
    struct rows r = db_query(k->db, k->a, marks_of, ARG(k->d->code), ARG(g->id), ARG(n));
    struct rank_points p;

    while (rows_next(&r)) {
        for (int i = 0; i < *judges; i++) {
            if (out[i].judge_n == row_int(&r, 0))
                take_value(rule, &out[i], row_str(&r, 1), row_int(&r, 2));
        }
    }
    for (int i = 0; i < *judges; i++)
        add_up(rule, &out[i]);
    p = points_of(k, rule, out, *judges);
    for (int i = 0; p.kept < p.marks && i < rule->highest; i++)
        drop_one(out, *judges, 1);
    for (int i = 0; p.kept < p.marks && i < rule->lowest; i++)
        drop_one(out, *judges, -1);
    return out;
}

struct entrant *contest_entrants(struct desk *k, const struct gathering *g, int *n)
{
    struct entrant *out = NEW_ARRAY(k->a, struct entrant, ENTRANTS_MAX);
    struct rows r = db_query(k->db, k->a, entrants_of, ARG(k->d->code), ARG(g->id));

    *n = 0;
    while (rows_next(&r)) {
        if (*n == ENTRANTS_MAX)
            continue;
        out[(*n)++] = (struct entrant){.n = row_int(&r, 0),
                                       .name = row_str(&r, 1),
                                       .title = row_str(&r, 2),
                                       .person_id = row_int(&r, 3),
                                       .unit_id = row_int(&r, 4),
                                       .matter_id = row_int(&r, 5),
                                       .state = row_str(&r, 6),
                                       .points = row_int(&r, 7),
                                       .rank = row_int(&r, 8),
                                       .marks = row_int(&r, 9),
                                       .kept = row_int(&r, 10)};
    }
    return out;
}

static void reckon_one(struct desk *k, const struct gathering *g, struct entrant *en)
{
    struct rank_points p = {0};
    int judges;

    if (str_eq(en->state, S("closed"))) {
        const struct judge_mark *judge = contest_marks(k, g, en->n, &judges);

        p = points_of(k, &g->def->contest->rule, judge, judges);
    }
    en->points = p.valid ? p.points : -1;
    en->marks = p.marks;
    en->kept = p.kept;
}

struct entrant *contest_points(struct desk *k, const struct gathering *g, int *n)
{
    struct entrant *en = contest_entrants(k, g, n);
    int64_t *points = NEW_ARRAY(k->a, int64_t, (size_t)*n + 1);
    int *rank = NEW_ARRAY(k->a, int, (size_t)*n + 1);

    for (int i = 0; i < *n; i++) {
        reckon_one(k, g, &en[i]);
        points[i] = en[i].points;
    }
    rank_order(points, *n, rank);
    for (int i = 0; i < *n; i++)
        en[i].rank = rank[i];
    return en;
}

void contest_reckon(struct desk *k, const struct gathering *g)
{
    int n;
    const struct entrant *en = contest_points(k, g, &n);

    for (int i = 0; i < n; i++)
        db_run(k->db, entrant_points, ARG(k->d->code), ARG(g->id), ARG(en[i].n), ARG(en[i].points),
               ARG(en[i].rank), ARG(en[i].marks), ARG(en[i].kept));
}

/* ---- matters that compete ---------------------------------------------- */

/* Who passed goes on, who did not is sent back; with too few marks nothing is decided. Each judge
 * whose marks count stands for one who is present. */
static bool tell_matter(struct desk *k, const struct gathering *g, const struct entrant *en,
                        struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct val *fields = val_map(k->a);
    struct matter_act act = {.id = en->matter_id, .kind = PROC_ACT, .part = -1, .fields = fields};
    bool passed = en->points >= g->def->contest->pass;
    struct votes votes = {.should_attend = en->marks,
                          .present = en->marks,
                          .in_favour = passed ? en->marks : 0,
                          .against = passed ? 0 : en->marks};

    if (!en->matter_id || en->points < 0 || !str_eq(en->state, S("closed")))
        return true;
    if (!matter_load(k, en->matter_id, m, e))
        return false;
    if (!motion_step(k, m, g, false))
        return true;
    act.action = passed ? S("carried") : S("lost");
    votes_write(fields, &votes, false);
    set_int(fields, "gathering", g->id);
    set_str(fields, "points", hundredths_text(k->a, en->points));
    return matter_act_on(k, m, &act, e);
}

static bool tell_matters(struct desk *k, const struct gathering *g, struct err *e)
{
    int n;
    const struct entrant *en = contest_entrants(k, g, &n);

    for (int i = 0; i < n; i++) {
        if (!tell_matter(k, g, &en[i], e))
            return false;
    }
    return true;
}

/* ---- closing ---------------------------------------------------------- */

static void put_ranking(struct desk *k, const struct gathering *g, struct val *content)
{
    struct val *list = set_list(content, "ranking");
    int n;
    const struct entrant *en = contest_entrants(k, g, &n);

    for (int i = 0; i < n; i++) {
        struct val *v = add_map(list);

        set_int(v, "n", en[i].n);
        set_int(v, "points", en[i].points);
        set_int(v, "rank", en[i].rank);
        set_int(v, "marks", en[i].marks);
    }
}

static bool all_closed(struct desk *k, const struct gathering *g, int *competed, struct err *e)
{
    int n;
    const struct entrant *en = contest_entrants(k, g, &n);

    *competed = 0;
    for (int i = 0; i < n; i++) {
        if (!en[i].state.n || str_eq(en[i].state, S("on")))
            return refuse(e, ERR_CONFLICT, NULL,
                          "%.*s is not closed yet: let the judges mark, or note the withdrawal.",
                          STR_ARG(en[i].name));
        *competed += str_eq(en[i].state, S("closed"));
    }
    return *competed > 0 || refuse(e, ERR_CONFLICT, NULL, "Nobody has competed.");
}

static struct val *numbers_with(struct desk *k, const struct val *old, int64_t competed)
{
    struct val *out = val_map(k->a);

    for (const struct item *it = old ? old->first : NULL; it; it = it->next) {
        if (!str_eq(it->key, S("contestants")))
            set_val(out, it->key, it->val);
    }
    set_int(out, "contestants", competed);
    return out;
}

bool contest_finish(struct desk *k, struct gathering *g, struct val *content, struct err *e)
{
    struct term t = {.start_ms = k->now, .limit = g->def->contest->appeal};
    int64_t until = 0;
    int competed;

    if (!all_closed(k, g, &competed, e))
        return false;
    if (t.limit.n && !cal_deadline(k->d->calendar, &t, &until, e))
        return false;
    contest_reckon(k, g);
    db_run(k->db, contest_close, ARG(k->d->code), ARG(g->id), ARG(until),
           ARG(t.limit.n ? 0 : k->now));
    g->numbers = numbers_with(k, g->numbers, competed);
    put_ranking(k, g, content);
    set_int(content, "appeal_until", until);
    return t.limit.n || tell_matters(k, g, e);
}

/* ---- appeals ---------------------------------------------------------- */

static bool in_appeal(struct desk *k, const struct gathering *g, struct contest_state *state,
                      struct err *e)
{
    *state = contest_state(k, g->id);
    if (!gathering_in(g, "closed"))
        return refuse(e, ERR_CONFLICT, NULL, "The contest is not closed yet.");
    return !state->final_at || refuse(e, ERR_CONFLICT, NULL, "The ranking is final.");
}

static bool text_given(struct str text, const char *field, struct err *e)
{
    if (!text.n)
        return refuse(e, ERR_INVALID, field, "Please say why.");
    return utf8_count(text) <= APPEAL_MAX ||
           refuse(e, ERR_INVALID, field, "The text may have at most %d characters.", APPEAL_MAX);
}

bool contest_appeal(struct desk *k, int64_t gathering, const struct seat *own, struct str reason,
                    struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct contest_state state;

    reason = str_trim(reason);
    if (!contest_load(k, gathering, own, g, e))
        return false;
    if (!own || !own->n || !str_eq(own->part, S("contestant")))
        return refuse(e, ERR_DENIED, NULL, "Only contestants can appeal.");
    if (!in_appeal(k, g, &state, e))
        return false;
    if (k->now > state.appeal_until)
        return refuse(e, ERR_CONFLICT, NULL, "Appeals were taken until %.*s; it is too late now.",
                      STR_ARG(when_minute(k->a, state.appeal_until)));
    if (!text_given(reason, "reason", e))
        return false;
    if (!db_run(k->db, appeal_insert, ARG(k->d->code), ARG(gathering), ARG(own->n), ARG(reason),
                ARG(k->now)))
        return refuse(e, ERR_CONFLICT, NULL, "You have appealed already; once is possible.");
    set_int(c, "n", own->n);
    set_str(c, "reason", reason);
    gathering_save(k, g, S("appeal"), c);
    return true;
}

static bool post_answers(struct desk *k, const struct gathering *g, const struct body *b,
                         const struct holding *h)
{
    const struct unit *u = unit_by_id(k->d->units, h->unit);
    const struct unit *of = unit_by_id(k->d->units, g->unit_id);

    if (!u || !of || !str_eq(b->role, h->role) || !str_eq(b->kind, u->kind))
        return false;
    of = b->every ? u : unit_own(k->d->units, of, b->kind);
    return of && of->id == u->id;
}

bool contest_answers(struct desk *k, const struct gathering *g)
{
    const struct contest *c = g->def->contest;
    struct seat own;
    bool named = false;

    for (size_t i = 0; i < k->actor->posts; i++) {
        for (int b = 0; b < c->answers; b++)
            named = named || post_answers(k, g, &c->answer[b], &k->actor->post[i]);
    }
    return named && !seat_own(k, g->id, &own);
}

static bool appeal_waits(struct desk *k, const struct gathering *g, int64_t n, struct err *e)
{
    struct rows r = db_query(k->db, k->a, appeal_get, ARG(k->d->code), ARG(g->id), ARG(n));
    bool there = rows_next(&r), answered = there && row_int(&r, 0) > 0;

    rows_end(&r);
    if (!there)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such appeal.");
    return !answered || refuse(e, ERR_CONFLICT, NULL, "This appeal has been answered.");
}

static bool correct_one(struct desk *k, const struct gathering *g, const struct mark_at *at,
                        const struct val *typed, struct val *changed, struct err *e)
{
    int64_t value;

    if (!typed || typed->kind != VAL_STR || !str_trim(typed->str).n)
        return true;
    if (!contest_mark_read(k, at->item, typed->str, &value, e))
        return false;
    (void)contest_mark_put(k, g, at, value, changed);
    return true;
}

static bool correct_marks(struct desk *k, const struct gathering *g,
                          const struct appeal_answer *answer, struct val *changed, struct err *e)
{
    const struct rank_rule *rule = &g->def->contest->rule;
    int judges;
    const struct judge_mark *judge = contest_marks(k, g, answer->n, &judges);

    for (int j = 0; answer->upheld && j < judges; j++) {
        for (int i = 0; !judge[j].recused.n && i < rule->items; i++) {
            struct mark_at at = {answer->n, judge[j].judge_n, &rule->item[i]};
            struct str key =
                str_format(k->a, "%lld_%.*s", (long long)at.judge_n, STR_ARG(at.item->name));

            if (!correct_one(k, g, &at, val_get(answer->marks, key), changed, e))
                return false;
        }
    }
    return !answer->upheld || changed->first ||
           refuse(e, ERR_INVALID, NULL, "Where an appeal is upheld, a mark is corrected.");
}

bool contest_answer(struct desk *k, int64_t gathering, const struct appeal_answer *answer,
                    struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a), *changed = val_list(k->a);
    struct str text = str_trim(answer->text);
    struct contest_state state;

    if (!contest_load(k, gathering, NULL, g, e))
        return false;
    if (!contest_answers(k, g))
        return refuse(e, ERR_DENIED, NULL,
                      "Appeals of this contest are answered by somebody else.");
    if (!in_appeal(k, g, &state, e) || !appeal_waits(k, g, answer->n, e) ||
        !text_given(text, "text", e) || !correct_marks(k, g, answer, changed, e))
        return false;
    db_run(k->db, appeal_answer, ARG(k->d->code), ARG(gathering), ARG(answer->n), ARG(text),
           ARG(answer->upheld), ARG(k->actor->person), ARG(k->now));
    contest_reckon(k, g);
    set_int(c, "n", answer->n);
    set_bool(c, "upheld", answer->upheld);
    set_str(c, "text", text);
    set_val(c, S("marks"), *changed);
    gathering_save(k, g, S("appeal_answer"), c);
    return true;
}

/* ---- final ------------------------------------------------------------ */

/* Who can no longer be told, because their matter has gone another way, is left as it is. */
static void make_final(struct desk *k, struct gathering *g, int64_t appeal_until)
{
    struct val *c = val_map(k->a);
    int n;
    const struct entrant *en = contest_entrants(k, g, &n);

    db_run(k->db, contest_close, ARG(k->d->code), ARG(g->id), ARG(appeal_until), ARG(k->now));
    put_ranking(k, g, c);
    gathering_save(k, g, S("final"), c);
    for (int i = 0; i < n; i++) {
        struct err e = {0};

        if (!tell_matter(k, g, &en[i], &e))
            (void)fprintf(stderr, "yingshao: contest %lld does not decide matter %lld: %s\n",
                          (long long)g->id, (long long)en[i].matter_id, e.text);
    }
}

int contests_tick(struct desk *k, int most)
{
    struct rows r =
        db_query(k->db, k->a, contests_over, ARG(k->d->code), ARG(k->now), ARG((int64_t)most));
    int64_t *row = NEW_ARRAY(k->a, int64_t, 3 * (size_t)most);
    int n = 0;

    for (; rows_next(&r); n++) {
        for (int i = 0; i < 3; i++)
            row[3 * n + i] = row_int(&r, i);
    }
    for (int i = 0; i < n; i++) {
        struct gathering *g = NEW(k->a, struct gathering);
        struct desk then = *k;
        struct err e = {0};

        then.now = row[3 * i + 1] > row[3 * i + 2] ? row[3 * i + 1] : row[3 * i + 2];
        if (!gathering_load(&then, row[3 * i], g, &e))
            die("%s", e.text);
        make_final(&then, g, row[3 * i + 1]);
    }
    return n;
}

/* At its own moment, also when the server was down then. */
JOB(contests_end, .every_ms = SECOND_MS, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return contests_tick(&k, TICKS_AT_ONCE);
}
