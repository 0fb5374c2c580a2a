/* Cases of a contest: who competes and judges, marks, points and ranks, appeals. */
#include "pack/case_meet.h"

static struct case_entrant *entrant_of(struct case_meet *m, struct str name)
{
    for (int i = 0; i < m->entrants; i++) {
        if (str_eq(m->entrant[i].name, name))
            return &m->entrant[i];
    }
    return NULL;
}

static int judge_of(const struct case_meet *m, const struct case_person *p)
{
    for (int i = 0; p && i < m->judges; i++) {
        if (m->judge[i] == p)
            return i;
    }
    return -1;
}

static bool is_draft(const struct case_meet *m, struct err *e)
{
    if (!m->def->contest)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such contest.");
    return m->state == MEET_DRAFT ||
           refuse(e, ERR_CONFLICT, NULL,
                  "Who takes part was settled with the notice and cannot be changed any more.");
}

static bool is_new(struct case_meet *m, struct str name, struct err *e)
{
    const struct case_person *p = case_person(m->c, name);

    if (entrant_of(m, name) || judge_of(m, p) >= 0)
        return refuse(e, ERR_CONFLICT, NULL, "%.*s takes part in this contest already.",
                      STR_ARG(name));
    return (m->entrants < CASE_ENTRANTS && m->judges < CASE_JUDGES) ||
           refuse(e, ERR_INVALID, NULL, "A contest takes at most %d people.", CASE_JUDGES);
}

/* ---- who takes part ------------------------------------------------------- */

bool meet_enter(struct case_meet *m, const struct doing *d, struct err *e)
{
    struct str name = doing_text(d, "contestant"), unit = doing_text(d, "unit");
    const struct case_person *p = case_person(m->c, name);
    struct case_entrant *en = &m->entrant[m->entrants];

    if (!is_draft(m, e))
        return false;
    if (!name.n)
        return refuse(e, ERR_INVALID, "name", "Please say who competes.");
    if (m->def->contest->entrants &&
        !meet_holds(m, p, m->def->contest->entrant, m->def->contest->entrants))
        return refuse(e, ERR_INVALID, "person", "This person holds no post that may compete here.");
    if (!is_new(m, name, e))
        return false;
    *en = (struct case_entrant){.name = name,
                                .person = p ? p->id : 0,
                                .unit = unit.n          ? case_unit(m->c, unit)
                                        : p && p->posts ? p->post[0].unit
                                                        : 0};
    for (int i = 0; i < CASE_JUDGES; i++)
        en->mark[i] = -1;
    m->entrants++;
    return true;
}

bool meet_name(struct case_meet *m, const struct doing *d, struct err *e)
{
    const struct case_person *p = case_person(m->c, doing_text(d, "judge"));

    if (!is_draft(m, e))
        return false;
    if (!meet_holds(m, p, m->def->contest->judge, m->def->contest->judges))
        return refuse(e, ERR_INVALID, "person", "This person holds no post that may judge here.");
    if (!is_new(m, p->name, e))
        return false;
    m->judge[m->judges++] = p;
    return true;
}

/* ---- marks ------------------------------------------------------------------ */

static bool of_unit(const struct case_meet *m, const struct case_person *p, int64_t unit)
{
    for (int i = 0; unit && i < p->posts; i++) {
        if (p->post[i].unit == unit && unit != m->unit)
            return true;
    }
    return false;
}

static bool may_mark(struct case_meet *m, const struct doing *d, struct case_entrant **en, int *by,
                     struct err *e)
{
    *en = entrant_of(m, doing_text(d, "contestant"));
    *by = judge_of(m, d->person);
    if (*by < 0)
        return refuse(e, ERR_DENIED, NULL, "You are no judge of this contest.");
    if (!*en)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such contestant.");
    if (m->state == MEET_CLOSED)
        return refuse(e, ERR_CONFLICT, NULL, "The contest is closed; no mark is taken any more.");
    return m->state == MEET_OPEN || refuse(e, ERR_CONFLICT, NULL, "This contestant is not on yet.");
}

/* One for each item, in the pack's order; what was typed, or a whole number. */
static bool values_read(const struct case_meet *m, const struct doing *d,
                        int64_t value[RANK_ITEMS_MAX], struct err *e)
{
    const struct rank_rule *rule = &m->def->contest->rule;
    const struct item *it = list_of(take(d->v, "marks"));

    for (int i = 0; i < rule->items; i++, it = it->next) {
        struct str typed = S("");

        if (it)
            typed = it->val.kind == VAL_INT
                        ? str_format(m->c->a, "%lld", (long long)it->val.integer)
                        : word_of(&it->val);
        if (!rank_value_read(&rule->item[i], typed, &value[i]))
            return refuse(e, ERR_INVALID, "marks",
                          "A mark here is a number from 0 to %lld, with at most two decimals.",
                          (long long)rule->item[i].max);
    }
    return true;
}

bool meet_judge(struct case_meet *m, const struct doing *d, struct err *e)
{
    int64_t value[RANK_ITEMS_MAX];
    struct case_entrant *en;
    int by;

    if (!may_mark(m, d, &en, &by, e))
        return false;
    if (en->recused[by] || contest_conflict(m->def->contest, d->person->id == en->person,
                                            of_unit(m, d->person, en->unit)))
        return refuse(e, ERR_DENIED, NULL,
                      "You do not mark this contestant: there is a conflict of interest.");
    if (!values_read(m, d, value, e))
        return false;
    en->mark[by] = rank_mark(&m->def->contest->rule, value);
    return true;
}

bool meet_recuse(struct case_meet *m, const struct doing *d, struct err *e)
{
    struct case_entrant *en;
    int by;

    if (!may_mark(m, d, &en, &by, e))
        return false;
    en->recused[by] = true;
    return true;
}

/* ---- what they come to ------------------------------------------------------- */

static int64_t points_of(const struct case_meet *m, const struct case_entrant *en)
{
    int64_t mark[CASE_JUDGES];
    struct rank_points p;
    int n = 0;

    for (int i = 0; i < m->judges; i++) {
        if (en->mark[i] >= 0 && !en->recused[i])
            mark[n++] = en->mark[i];
    }
    p = rank_points(&m->def->contest->rule, mark, n);
    return p.valid ? p.points : -1;
}

/* "chen 1 92.50; wang 2 90.00; zhou none", best first. */
struct str meet_ranking(struct case_meet *m)
{
    struct buf b = {.arena = m->c->a};
    int64_t points[CASE_ENTRANTS];
    int rank[CASE_ENTRANTS];

    for (int i = 0; i < m->entrants; i++)
        points[i] = points_of(m, &m->entrant[i]);
    rank_order(points, m->entrants, rank);
    for (int r = 1; r <= m->entrants + 1; r++) {
        for (int i = 0; i < m->entrants; i++) {
            struct str name = m->entrant[i].name;

            if (rank[i] == r)
                case_join(&b, str_format(m->c->a, "%.*s %d %.*s", STR_ARG(name), r,
                                         STR_ARG(rank_text(m->c->a, points[i],
                                                           m->def->contest->rule.decimals))));
            else if (!rank[i] && r > m->entrants)
                case_join(&b, str_format(m->c->a, "%.*s none", STR_ARG(name)));
        }
    }
    return buf_str(&b);
}

struct str meet_passed(struct case_meet *m)
{
    struct buf b = {.arena = m->c->a};

    for (int i = 0; i < m->entrants; i++) {
        int64_t points = points_of(m, &m->entrant[i]);

        if (points >= 0 && points >= m->def->contest->pass)
            case_join(&b, m->entrant[i].name);
    }
    return buf_str(&b);
}

/* ---- the end, and appeals ------------------------------------------------------ */

bool meet_rank(struct case_meet *m, int64_t at_ms, struct err *e)
{
    struct term t = {.start_ms = at_ms, .limit = m->def->contest->appeal};

    if (!m->entrants)
        return refuse(e, ERR_CONFLICT, NULL, "Nobody has competed.");
    return !t.limit.n || cal_deadline(m->c->env.calendar, &t, &m->appeal_until, e);
}

static bool in_appeal(const struct case_meet *m, struct err *e)
{
    if (m->state != MEET_CLOSED)
        return refuse(e, ERR_CONFLICT, NULL, "The contest is not closed yet.");
    return m->appeal_until || refuse(e, ERR_CONFLICT, NULL, "The ranking is final.");
}

bool meet_appeal(struct case_meet *m, const struct doing *d, struct err *e)
{
    struct case_entrant *en = entrant_of(m, d->who);

    if (!en)
        return refuse(e, ERR_DENIED, NULL, "Only contestants can appeal.");
    if (!in_appeal(m, e))
        return false;
    if (d->at_ms > m->appeal_until)
        return refuse(e, ERR_CONFLICT, NULL, "Appeals were taken until %.*s; it is too late now.",
                      STR_ARG(when_minute(m->c->a, m->appeal_until)));
    if (en->appealed)
        return refuse(e, ERR_CONFLICT, NULL, "You have appealed already; once is possible.");
    en->appealed = true;
    return true;
}

/* Nobody answers who judged or competed. */
bool meet_answer(struct case_meet *m, const struct doing *d, struct err *e)
{
    const struct contest *c = m->def->contest;
    const struct case_entrant *en = entrant_of(m, doing_text(d, "contestant"));

    if (!c || !meet_holds(m, d->person, c->answer, c->answers) || judge_of(m, d->person) >= 0 ||
        entrant_of(m, d->who))
        return refuse(e, ERR_DENIED, NULL,
                      "Appeals of this contest are answered by somebody else.");
    if (!in_appeal(m, e))
        return false;
    return (en && en->appealed) || refuse(e, ERR_NOT_FOUND, NULL, "There is no such appeal.");
}
