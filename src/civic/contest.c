/* A contest until it is closed: who takes part, who is on, what the judges give. */
#include "civic/contest.h"

#include "base/utf8.h"
#include "civic/person.h"

#include <string.h>

#define REASON_MAX 500

STMT(contest_get, "SELECT on_n, appeal_until, final_at FROM contest WHERE district = $1 AND "
                  "gathering_id = $2");
STMT(contest_set_on, "INSERT INTO contest (district, gathering_id, on_n) VALUES ($1, $2, $3) ON "
                     "CONFLICT (district, gathering_id) DO UPDATE SET on_n = $3");
STMT(entrant_get, "SELECT e.state, s.person_id, s.unit_id, e.matter_id, s.name FROM entrant e JOIN "
                  "seat s ON s.district = $1 AND s.gathering_id = $2 AND s.n = e.n WHERE "
                  "e.district = $1 AND e.gathering_id = $2 AND e.n = $3");
STMT(entrant_state, "UPDATE entrant SET state = $4 WHERE district = $1 AND gathering_id = $2 AND n "
                    "= $3");
STMT(contest_judges, "SELECT n, person_id FROM seat WHERE district = $1 AND gathering_id = $2 AND "
                     "part = 'judge' ORDER BY n");
STMT(recusal_put, "INSERT INTO recusal (district, gathering_id, n, judge_n, why, reason, at) "
                  "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING");
STMT(recusal_of, "SELECT why FROM recusal WHERE district = $1 AND gathering_id = $2 AND n = $3 AND "
                 "judge_n = $4");
STMT(mark_put, "INSERT INTO mark (district, gathering_id, n, judge_n, item, value, at) VALUES ($1, "
               "$2, $3, $4, $5, $6, $7) ON CONFLICT (district, gathering_id, n, judge_n, item) DO "
               "UPDATE SET value = $6, at = $7");
STMT(mark_get, "SELECT value FROM mark WHERE district = $1 AND gathering_id = $2 AND n = $3 AND "
               "judge_n = $4 AND item = $5");

/* ---- what is there ---------------------------------------------------- */

struct contest_state contest_state(struct desk *k, int64_t gathering)
{
    struct rows r = db_query(k->db, k->a, contest_get, ARG(k->d->code), ARG(gathering));
    struct contest_state out = {0};

    if (rows_next(&r)) {
        out = (struct contest_state){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2)};
        rows_end(&r);
    }
    return out;
}

bool contest_load(struct desk *k, int64_t gathering, const struct seat *own, struct gathering *g,
                  struct err *e)
{
    if (!gathering_load(k, gathering, g, e))
        return false;
    if (!g->def || !g->def->contest ||
        (!(own && own->n && own->gathering_id == gathering) && !gathering_visible(k, g)))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such contest.");
    return true;
}

bool contest_seat(struct desk *k, int64_t gathering, struct str code, struct seat *out,
                  struct err *e)
{
    *out = (struct seat){0};
    if (code.n)
        return seat_by_code(k, gathering, code, out, e);
    if (!seat_own(k, gathering, out))
        *out = (struct seat){0};
    return true;
}

static bool take(struct desk *k, int64_t gathering, const char *state, struct gathering *g,
                 struct err *e)
{
    return contest_load(k, gathering, NULL, g, e) && gathering_take(k, gathering, 0, state, g, e);
}

static bool entrant_load(struct desk *k, int64_t gathering, int64_t n, struct entrant *out,
                         struct err *e)
{
    struct rows r = db_query(k->db, k->a, entrant_get, ARG(k->d->code), ARG(gathering), ARG(n));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such contestant.");
    *out = (struct entrant){.n = n,
                            .state = row_str(&r, 0),
                            .person_id = row_int(&r, 1),
                            .unit_id = row_int(&r, 2),
                            .matter_id = row_int(&r, 3),
                            .name = row_str(&r, 4)};
    rows_end(&r);
    return true;
}

static bool reason_given(struct str *reason, struct err *e)
{
    *reason = str_trim(*reason);
    if (!reason->n)
        return refuse(e, ERR_INVALID, "reason", "Please say why.");
    return utf8_count(*reason) <= REASON_MAX ||
           refuse(e, ERR_INVALID, "reason", "The text may have at most %d characters.", REASON_MAX);
}

/* ---- who takes part no more -------------------------------------------- */

bool contest_withdraw(struct desk *k, int64_t gathering, int64_t n, struct str reason,
                      struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct entrant en;

    if (!take(k, gathering, "", g, e) || !entrant_load(k, gathering, n, &en, e) ||
        !reason_given(&reason, e))
        return false;
    if (str_eq(en.state, S("closed")) || str_eq(en.state, S("withdrawn")))
        return refuse(e, ERR_CONFLICT, NULL, "This contestant is closed already.");
    db_run(k->db, entrant_state, ARG(k->d->code), ARG(gathering), ARG(n), ARG(S("withdrawn")));
    if (contest_state(k, gathering).on == n)
        db_run(k->db, contest_set_on, ARG(k->d->code), ARG(gathering), ARG(0));
    set_int(c, "n", n);
    set_str(c, "reason", reason);
    gathering_save(k, g, S("contestant_left"), c);
    return true;
}

/* ---- conflicts of interest -------------------------------------------- */

static struct str path_of(struct desk *k, const struct entrant *en)
{
    const struct unit *u = unit_by_id(k->d->units, en->unit_id);

    return u ? u->path : S("");
}

/* A post in a unit that holds the whole contest is none: all contestants belong there. */
static bool same_unit(struct desk *k, const struct gathering *g, int64_t judge, struct str path)
{
    struct actor who;
    bool same = false;

    actor_load(k, judge, &who);
    for (size_t i = 0; path.n && i < who.posts; i++) {
        struct str own = who.post[i].path;

        if (!path_holds(own, g->unit_path))
            same = same || path_holds(own, path) || path_holds(path, own);
    }
    return same;
}

static const char *conflict_of(struct desk *k, const struct gathering *g, int64_t judge,
                               const struct entrant *en)
{
    if (!judge)
        return NULL;
    return contest_conflict(g->def->contest, judge == en->person_id,
                            same_unit(k, g, judge, path_of(k, en)));
}

static void put_recusal(struct desk *k, const struct gathering *g, const struct recusal *r,
                        const char *why)
{
    db_run(k->db, recusal_put, ARG(k->d->code), ARG(g->id), ARG(r->n), ARG(r->judge_n),
           ARG(str_of(why)), ARG(r->reason), ARG(k->now));
}

/* By the rule; what was found goes into `list`. */
static void recuse_by_rule(struct desk *k, const struct gathering *g, const struct entrant *en,
                           struct val *list)
{
    struct rows r = db_query(k->db, k->a, contest_judges, ARG(k->d->code), ARG(g->id));
    int64_t seat[RANK_JUDGES_MAX], person[RANK_JUDGES_MAX];
    int n = 0;

    while (rows_next(&r)) {
        if (n < RANK_JUDGES_MAX) {
            seat[n] = row_int(&r, 0);
            person[n++] = row_int(&r, 1);
        }
    }
    for (int i = 0; i < n; i++) {
        const char *why = conflict_of(k, g, person[i], en);

        if (!why)
            continue;
        put_recusal(k, g, &(struct recusal){seat[i], en->n, S("")}, why);
        (void)add_val(list, (struct val){.kind = VAL_INT, .integer = seat[i]});
    }
}

bool contest_on(struct desk *k, int64_t gathering, int64_t n, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct entrant en;

    if (!take(k, gathering, "open", g, e) || !entrant_load(k, gathering, n, &en, e))
        return false;
    if (contest_state(k, gathering).on)
        return refuse(e, ERR_CONFLICT, NULL, "Close the contestant who is on first.");
    if (en.state.n)
        return refuse(e, ERR_CONFLICT, NULL, "This contestant is closed already.");
    db_run(k->db, entrant_state, ARG(k->d->code), ARG(gathering), ARG(n), ARG(S("on")));
    db_run(k->db, contest_set_on, ARG(k->d->code), ARG(gathering), ARG(n));
    set_int(c, "n", n);
    recuse_by_rule(k, g, &en, set_list(c, "recused"));
    gathering_save(k, g, S("contestant_on"), c);
    return true;
}

static bool is_recused(struct desk *k, int64_t gathering, int64_t n, int64_t judge_n)
{
    struct rows r =
        db_query(k->db, k->a, recusal_of, ARG(k->d->code), ARG(gathering), ARG(n), ARG(judge_n));
    bool there = rows_next(&r);

    rows_end(&r);
    return there;
}

static bool is_judge(const struct seat *own, int64_t gathering, struct err *e)
{
    return (own && own->n && own->gathering_id == gathering && str_eq(own->part, S("judge"))) ||
           refuse(e, ERR_DENIED, NULL, "You are no judge of this contest.");
}

static bool not_closed(const struct entrant *en, struct err *e)
{
    return (!str_eq(en->state, S("closed")) && !str_eq(en->state, S("withdrawn"))) ||
           refuse(e, ERR_CONFLICT, NULL,
                  "The marks of this contestant are closed and cannot be changed any more.");
}

/* Whose recusal it is: a judge's own, or anybody's by who runs it. */
static bool recusal_take(struct desk *k, int64_t gathering, const struct seat *own,
                         struct recusal *r, struct gathering *g, struct err *e)
{
    struct seat judge;

    if (own) {
        r->judge_n = own->n;
        return contest_load(k, gathering, own, g, e) && is_judge(own, gathering, e);
    }
    return take(k, gathering, "", g, e) && seat_load(k, gathering, r->judge_n, &judge, e) &&
           is_judge(&judge, gathering, e);
}

bool contest_recuse(struct desk *k, int64_t gathering, const struct seat *own,
                    const struct recusal *asked, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct recusal r = *asked;
    struct entrant en;

    if (!recusal_take(k, gathering, own, &r, g, e) || !entrant_load(k, gathering, r.n, &en, e) ||
        !not_closed(&en, e) || !reason_given(&r.reason, e))
        return false;
    if (is_recused(k, gathering, r.n, r.judge_n))
        return refuse(e, ERR_CONFLICT, NULL, "This judge does not mark this contestant already.");
    put_recusal(k, g, &r, "said");
    set_int(c, "n", r.n);
    set_int(c, "judge", r.judge_n);
    set_str(c, "reason", r.reason);
    gathering_save(k, g, S("recuse"), c);
    return true;
}

/* ---- marks ------------------------------------------------------------ */

static int64_t mark_now(struct desk *k, const struct gathering *g, int64_t n, int64_t judge_n,
                        struct str item)
{
    struct rows r = db_query(k->db, k->a, mark_get, ARG(k->d->code), ARG(g->id), ARG(n),
                             ARG(judge_n), ARG(item));
    int64_t value = -1;

    if (rows_next(&r)) {
        value = row_int(&r, 0);
        rows_end(&r);
    }
    return value;
}

/* Its name in forms; NUL-terminated. */
static struct str item_field(struct desk *k, const struct rank_item *item)
{
    return str_format(k->a, "item_%.*s", STR_ARG(item->name));
}

bool contest_mark_read(struct desk *k, const struct rank_item *item, struct str typed,
                       int64_t *value, struct err *e)
{
    if (rank_value_read(item, typed, value))
        return true;
    return refuse(e, ERR_INVALID, item_field(k, item).p,
                  "A mark here is a number from 0 to %lld, with at most two decimals.",
                  (long long)item->max);
}

bool contest_mark_put(struct desk *k, const struct gathering *g, const struct mark_at *at,
                      int64_t value, struct val *changed)
{
    int64_t was = mark_now(k, g, at->n, at->judge_n, at->item->name);
    struct val *v;

    if (was == value)
        return false;
    db_run(k->db, mark_put, ARG(k->d->code), ARG(g->id), ARG(at->n), ARG(at->judge_n),
           ARG(at->item->name), ARG(value), ARG(k->now));
    v = add_map(changed);
    set_int(v, "judge", at->judge_n);
    set_str(v, "item", at->item->name);
    set_int(v, "value", value);
    if (was >= 0)
        set_int(v, "was", was);
    return true;
}

static struct str typed_of(struct desk *k, const struct val *marks, struct str item)
{
    return str_trim(val_words(k->a, val_get(marks, item)));
}

static bool put_marks(struct desk *k, const struct gathering *g, struct mark_at at,
                      const struct val *marks, struct val *changed, struct err *e)
{
    const struct rank_rule *rule = &g->def->contest->rule;

    for (int i = 0; i < rule->items; i++) {
        struct str typed;
        int64_t value;

        at.item = &rule->item[i];
        typed = typed_of(k, marks, item_field(k, at.item));
        if (!typed.n)
            continue;
        if (!contest_mark_read(k, at.item, typed, &value, e))
            return false;
        (void)contest_mark_put(k, g, &at, value, changed);
    }
    return true;
}

/* May this judge mark this contestant now? */
static bool may_mark(struct desk *k, const struct gathering *g, const struct seat *own,
                     const struct entrant *en, struct err *e)
{
    if (!is_judge(own, g->id, e))
        return false;
    if (gathering_in(g, "closed"))
        return refuse(e, ERR_CONFLICT, NULL, "The contest is closed; no mark is taken any more.");
    if (!not_closed(en, e))
        return false;
    if (!gathering_in(g, "open") || !str_eq(en->state, S("on")))
        return refuse(e, ERR_CONFLICT, NULL, "This contestant is not on yet.");
    return !is_recused(k, g->id, en->n, own->n) ||
           refuse(e, ERR_DENIED, NULL,
                  "You do not mark this contestant: there is a conflict of interest.");
}

bool contest_mark(struct desk *k, int64_t gathering, const struct seat *own, int64_t n,
                  const struct val *marks, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a), *changed = val_list(k->a);
    struct entrant en;

    if (!contest_load(k, gathering, own, g, e) || !entrant_load(k, gathering, n, &en, e) ||
        !may_mark(k, g, own, &en, e) ||
        !put_marks(k, g, (struct mark_at){n, own->n, NULL}, marks, changed, e))
        return false;
    if (!changed->first)
        return true; /* the same again */
    set_int(c, "n", n);
    set_val(c, S("marks"), *changed);
    gathering_save(k, g, S("marks"), c);
    return true;
}

bool contest_shut(struct desk *k, int64_t gathering, int64_t n, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct entrant en;

    if (!take(k, gathering, "open", g, e) || !entrant_load(k, gathering, n, &en, e) ||
        !not_closed(&en, e))
        return false;
    if (!str_eq(en.state, S("on")))
        return refuse(e, ERR_CONFLICT, NULL, "This contestant is not on yet.");
    db_run(k->db, entrant_state, ARG(k->d->code), ARG(gathering), ARG(n), ARG(S("closed")));
    db_run(k->db, contest_set_on, ARG(k->d->code), ARG(gathering), ARG(0));
    contest_reckon(k, g);
    set_int(c, "n", n);
    gathering_save(k, g, S("contestant_shut"), c);
    return true;
}
