/* What a gathering votes on: brought, opened, decided; the matter moves on with it. */
#include "civic/motion.h"

#include "base/utf8.h"
#include "civic/ballot.h"
#include "civic/matter.h"
#include "civic/seat.h"
#include "val/json.h"

#include <string.h>

#define TEXT_MAX    2000
#define MOTIONS_MAX 200
#define RULE_BYTES  1000

#define MOTION_COLUMNS                                                                   \
    "id, gathering_id, n, matter_id, step, joined, text, method, rule, state, outcome, " \
    "should_attend, present, in_favour, against, abstain, invalid, area_should, "        \
    "area_present, area_in_favour, slips, opened_at, decided_at"

STMT(motion_get, "SELECT " MOTION_COLUMNS " FROM motion WHERE district = $1 AND gathering_id = $2 "
                 "AND n = $3");
STMT(motion_get_id, "SELECT " MOTION_COLUMNS " FROM motion WHERE district = $1 AND id = $2");
STMT(motion_all, "SELECT " MOTION_COLUMNS " FROM motion WHERE district = $1 AND gathering_id = $2 "
                 "ORDER BY n LIMIT $3");
STMT(motion_all_matter, "SELECT " MOTION_COLUMNS " FROM motion WHERE district = $1 AND matter_id = "
                        "$2 AND matter_id > 0 ORDER BY id LIMIT $3");
STMT(motion_insert, "INSERT INTO motion (district, id, gathering_id, n, matter_id, step, joined, "
                    "text, rule, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting')");
STMT(motion_opened, "UPDATE motion SET state = $3, method = $4, opened_at = $5 WHERE district = $1 "
                    "AND id = $2");
STMT(motion_decided,
     "UPDATE motion SET state = 'decided', outcome = $3, decided_at = $4, should_attend = $5, "
     "present = $6, in_favour = $7, against = $8, abstain = $9, invalid = $10, area_should = $11, "
     "area_present = $12, area_in_favour = $13 WHERE district = $1 AND id = $2");
STMT(motion_used, "SELECT (SELECT count(*) FROM vote WHERE district = $1 AND motion_id = $2) + "
                  "(SELECT count(*) FROM keying WHERE district = $1 AND motion_id = $2) + (SELECT "
                  "count(*) FROM ballot WHERE district = $1 AND motion_id = $2)");
STMT(motion_elsewhere, "SELECT 1 FROM motion m JOIN gathering g ON g.district = $1 AND g.id = "
                       "m.gathering_id WHERE m.district = $1 AND m.matter_id = $2 AND m.matter_id "
                       "> 0 AND m.state <> 'decided' AND g.state IN ('draft', 'called', 'open')");
STMT(
    motion_areas,
    "SELECT " WHOLE("s.area") ", " WHOLE(
        "CASE WHEN s.state = 'present' OR p.state = 'present' THEN s.area ELSE 0 END") " FROM seat s LEFT JOIN seat p ON p.district = $1 AND "
                                                                                       "p.gathering_id = $2 AND p.n = s.proxy_n AND s.proxy_n > 0 WHERE s.district = $1 AND "
                                                                                       "s.gathering_id = $2");

/* ---- the rule, as it is kept ------------------------------------------ */

static void put_share(struct val *to, const char *key, const struct share *s)
{
    struct val *v = set_map(to, key);

    set_int(v, "a", s->a);
    set_int(v, "b", s->b);
    set_bool(v, "over", s->over);
    set_bool(v, "of_present", s->of_present);
}

static struct str rule_write(struct arena *a, const struct rule *rule)
{
    struct buf b = {.arena = a};
    struct val *v = val_map(a);

    put_share(v, "quorum", &rule->quorum);
    put_share(v, "pass", &rule->pass);
    set_bool(v, "by_area", rule->by_area);
    json_write(&b, v);
    return buf_str(&b);
}

static bool flag(const struct val *map, const char *key)
{
    return !val_is_empty(val_get(map, str_of(key)));
}

static struct share take_share(const struct val *v, const char *key)
{
    const struct val *s = val_get(v, str_of(key));

    return (struct share){(int)val_int(s, "a"), (int)val_int(s, "b"), flag(s, "over"),
                          flag(s, "of_present")};
}

static struct rule rule_read(struct arena *a, struct str json)
{
    struct val *v;
    struct err e = {0};

    if (!json_read(a, json, RULE_BYTES, &v, &e))
        die("the rule of a motion cannot be read: %s", e.text);
    return (struct rule){take_share(v, "quorum"), take_share(v, "pass"), flag(v, "by_area")};
}

/* ---- rows ------------------------------------------------------------- */

static void read_row(struct desk *k, const struct rows *r, struct motion *m)
{
    *m = (struct motion){.id = row_int(r, 0),
                         .gathering_id = row_int(r, 1),
                         .n = row_int(r, 2),
                         .matter_id = row_int(r, 3),
                         .step = row_str(r, 4),
                         .merged = row_int(r, 5) != 0,
                         .text = row_str(r, 6),
                         .method = row_str(r, 7),
                         .rule = rule_read(k->a, row_str(r, 8)),
                         .state = row_str(r, 9),
                         .outcome = row_str(r, 10),
                         .votes = {row_int(r, 11), row_int(r, 12), row_int(r, 13), row_int(r, 14),
                                   row_int(r, 15), row_int(r, 16), row_int(r, 17), row_int(r, 18),
                                   row_int(r, 19)},
                         .slips = row_int(r, 20),
                         .opened_at = row_int(r, 21),
                         .decided_at = row_int(r, 22)};
}

static bool read_one(struct desk *k, struct rows r, struct motion *out, struct err *e)
{
    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such item to vote on.");
    read_row(k, &r, out);
    rows_end(&r);
    return true;
}

bool motion_load(struct desk *k, int64_t gathering, int64_t n, struct motion *out, struct err *e)
{
    return read_one(k, db_query(k->db, k->a, motion_get, ARG(k->d->code), ARG(gathering), ARG(n)),
                    out, e);
}

bool motion_by_id(struct desk *k, int64_t id, struct motion *out, struct err *e)
{
    return read_one(k, db_query(k->db, k->a, motion_get_id, ARG(k->d->code), ARG(id)), out, e);
}

static int read_all(struct desk *k, struct rows r, struct motion *out, int most)
{
    int n = 0;

    while (n < most && rows_next(&r))
        read_row(k, &r, &out[n++]);
    rows_end(&r);
    return n;
}

int motions_of(struct desk *k, int64_t gathering, struct motion *out, int most)
{
    return read_all(k,
                    db_query(k->db, k->a, motion_all, ARG(k->d->code), ARG(gathering), ARG(most)),
                    out, most);
}

int motions_of_matter(struct desk *k, int64_t matter, struct motion *out, int most)
{
    return read_all(
        k, db_query(k->db, k->a, motion_all_matter, ARG(k->d->code), ARG(matter), ARG(most)), out,
        most);
}

bool motion_take(struct desk *k, const struct motion_ref *ref, const char *state,
                 struct gathering *g, struct motion *m, struct err *e)
{
    if (!gathering_take(k, ref->gathering, ref->seen, "", g, e) ||
        !motion_load(k, ref->gathering, ref->n, m, e))
        return false;
    if (str_eq(m->state, S("decided")))
        return refuse(e, ERR_CONFLICT, NULL, "This has been voted on and decided.");
    if (!*state || str_eq(m->state, str_of(state)))
        return true;
    if (strcmp(state, "waiting") == 0)
        return refuse(e, ERR_CONFLICT, NULL, "The vote on this has begun already.");
    return refuse(e, ERR_CONFLICT, NULL, "The vote on this has not been opened.");
}

void motion_event(struct desk *k, struct gathering *g, const struct motion *m, const char *kind,
                  struct val *content)
{
    set_int(content, "motion", m->n);
    gathering_save(k, g, str_of(kind), content);
}

/* ---- bringing --------------------------------------------------------- */

static bool insert(struct desk *k, struct gathering *g, struct motion *m, struct err *e)
{
    struct motion *all = NEW_ARRAY(k->a, struct motion, MOTIONS_MAX);
    struct val *c = val_map(k->a);
    int n = motions_of(k, g->id, all, MOTIONS_MAX);

    if (n == MOTIONS_MAX)
        return refuse(e, ERR_CONFLICT, NULL, "One gathering can vote on %d items at most.",
                      MOTIONS_MAX);
    m->id = id_next(k->d->ids, k->now);
    m->n = n + 1;
    db_run(k->db, motion_insert, ARG(k->d->code), ARG(m->id), ARG(g->id), ARG(m->n),
           ARG(m->matter_id), ARG(m->step), ARG(m->merged), ARG(m->text),
           ARG(rule_write(k->a, &m->rule)));
    set_str(c, "text", m->text);
    set_str(c, "rule", rule_write(k->a, &m->rule));
    set_int(c, "matter", m->matter_id);
    set_bool(c, "merged", m->merged);
    motion_event(k, g, m, "motion", c);
    return true;
}

bool motion_put(struct desk *k, int64_t gathering, int64_t seen, struct str text, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct motion m = {.step = S(""), .text = str_trim(text)};

    if (!gathering_take(k, gathering, seen, "", g, e))
        return false;
    if (!g->def || !g->def->votes || !g->def->pass.b)
        return refuse(e, ERR_CONFLICT, NULL, "Nothing is voted on at a gathering of this kind.");
    if (!m.text.n || utf8_count(m.text) > TEXT_MAX)
        return refuse(e, ERR_INVALID, "text",
                      "Please write what is voted on, in at most %d characters.", TEXT_MAX);
    m.rule = (struct rule){.quorum = g->def->quorum, .pass = g->def->pass};
    return insert(k, g, &m, e);
}

/* The step whose rule holds for this gathering; NULL if it decides none. */
const struct step *motion_step(struct desk *k, const struct matter *m, const struct gathering *g,
                               bool merged)
{
    const struct step *st =
        m->state.step >= 0 && m->state.step < m->def->steps ? &m->def->step[m->state.step] : NULL;
    struct proc_env env;
    int next;

    if (!st || st->kind != STEP_MEET)
        return NULL;
    matter_env(k, m, &env);
    if (merged) {
        next = proc_merges(&env, &m->state, m->state.step);
        st = next < 0 ? NULL : &m->def->step[next];
    }
    return st && str_eq(st->gathering, g->kind) ? st : NULL;
}

static bool is_elsewhere(struct desk *k, int64_t matter)
{
    struct rows r = db_query(k->db, k->a, motion_elsewhere, ARG(k->d->code), ARG(matter));
    bool is = rows_next(&r);

    rows_end(&r);
    return is;
}

static struct str motion_text(struct desk *k, const struct matter *m)
{
    struct str text =
        m->body.n ? str_format(k->a, "%.*s\n%.*s", STR_ARG(m->title), STR_ARG(m->body)) : m->title;

    return utf8_cut(text, TEXT_MAX);
}

bool motion_bring(struct desk *k, int64_t gathering, int64_t matter, bool merged, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct matter *of = NEW(k->a, struct matter);
    const struct step *st;
    struct motion m = {.matter_id = matter, .merged = merged};

    if (!gathering_take(k, gathering, 0, "", g, e) || !matter_load(k, matter, of, e))
        return false;
    if (!matter_visible(k, of))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such matter.");
    st = motion_step(k, of, g, merged);
    if (!st)
        return refuse(e, ERR_CONFLICT, "matter", "This gathering does not decide that matter now.");
    if (is_elsewhere(k, matter))
        return refuse(e, ERR_CONFLICT, "matter", "That matter lies before a gathering already.");
    m.step = of->def->step[of->state.step].name;
    m.rule = st->rule;
    m.text = motion_text(k, of);
    return insert(k, g, &m, e);
}

/* ---- opening ---------------------------------------------------------- */

bool motion_open(struct desk *k, const struct motion_ref *ref, struct str method, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct motion m;

    if (!motion_take(k, ref, "waiting", g, &m, e))
        return false;
    if (!gathering_in(g, "open"))
        return refuse(e, ERR_CONFLICT, NULL, "This gathering has not been opened yet.");
    if (!g->def)
        return refuse(e, ERR_INVALID, "method", "This gathering does not vote in that way.");
    if (!kind_method_check(g->def, method, m.rule.by_area, e))
        return false;
    db_run(k->db, motion_opened, ARG(k->d->code), ARG(m.id), ARG(S("open")), ARG(method),
           ARG(k->now));
    set_str(c, "method", method);
    motion_event(k, g, &m, "vote_open", c);
    return true;
}

bool motion_shut(struct desk *k, const struct motion_ref *ref, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct motion m;
    struct rows r;
    int64_t used;

    if (!motion_take(k, ref, "open", g, &m, e))
        return false;
    r = db_query(k->db, k->a, motion_used, ARG(k->d->code), ARG(m.id));
    used = rows_next(&r) ? row_int(&r, 0) : 0;
    rows_end(&r);
    if (used)
        return refuse(e, ERR_CONFLICT, NULL,
                      "There are votes or slips already; the vote must be counted.");
    db_run(k->db, motion_opened, ARG(k->d->code), ARG(m.id), ARG(S("waiting")), ARG(S("")), ARG(0));
    motion_event(k, g, &m, "vote_shut", val_map(k->a));
    return true;
}

/* ---- deciding --------------------------------------------------------- */

static struct str outcome_of(enum decision is)
{
    return is == DECIDED_CARRIED ? S("carried") : is == DECIDED_LOST ? S("lost") : S("no_quorum");
}

/* Who should attend and is present, from the frozen roll. */
static void count_roll(struct desk *k, const struct gathering *g, struct votes *v)
{
    struct rows r = db_query(k->db, k->a, motion_areas, ARG(k->d->code), ARG(g->id));

    v->should_attend = g->should_attend;
    v->present = g->present;
    if (rows_next(&r)) {
        v->area_should = row_int(&r, 0);
        v->area_present = row_int(&r, 1);
    }
    rows_end(&r);
}

static bool take_counts(struct desk *k, const struct gathering *g, const struct motion *m,
                        const struct votes *counted, struct votes *out, struct err *e)
{
    bool hands = str_eq(m->method, S("hands"));

    *out = (struct votes){0};
    if (hands && !counted)
        return refuse(e, ERR_INVALID, "in_favour",
                      "Please count who is in favour, against and abstains.");
    if (!hands && counted)
        return refuse(e, ERR_CONFLICT, NULL, "This is voted on in another way.");
    if (str_eq(m->method, S("paper")) && motion_batches(k, m, val_list(k->a)))
        return refuse(e, ERR_CONFLICT, NULL,
                      "The two keyings are not alike yet; see the differences batch by batch.");
    if (hands)
        *out = *counted;
    else
        motion_count(k, m, out);
    count_roll(k, g, out);
    return votes_check(out, m->rule.by_area, e);
}

static bool move_matter(struct desk *k, const struct motion *m, struct str outcome,
                        const struct votes *votes, struct err *e)
{
    struct val *fields = val_map(k->a);
    struct matter *of = NEW(k->a, struct matter);
    struct matter_act act = {.id = m->matter_id,
                             .kind = PROC_ACT,
                             .action = outcome,
                             .part = -1,
                             .fields = fields,
                             .by_vote = true};

    if (!m->matter_id || str_eq(outcome, S("no_quorum")))
        return true;
    if (!matter_load(k, m->matter_id, of, e))
        return false;
    if (of->state.step < 0 || of->state.step >= of->def->steps ||
        !str_eq(of->def->step[of->state.step].name, m->step))
        return refuse(e, ERR_CONFLICT, NULL,
                      "The matter has moved on meanwhile; this can no longer decide it.");
    votes_write(fields, votes, m->rule.by_area);
    set_int(fields, "gathering", m->gathering_id);
    set_int(fields, "motion", m->n);
    if (m->merged)
        set_bool(fields, "merged", true);
    return matter_act(k, &act, e);
}

static void write_decision(struct desk *k, struct gathering *g, const struct motion *m,
                           struct str outcome, const struct votes *v)
{
    struct val *c = val_map(k->a);

    db_run(k->db, motion_decided, ARG(k->d->code), ARG(m->id), ARG(outcome), ARG(k->now),
           ARG(v->should_attend), ARG(v->present), ARG(v->in_favour), ARG(v->against),
           ARG(v->abstain), ARG(v->invalid), ARG(v->area_should), ARG(v->area_present),
           ARG(v->area_in_favour));
    set_str(c, "outcome", outcome);
    set_str(c, "method", m->method);
    votes_write(c, v, true);
    if (str_eq(m->method, S("ballot"))) {
        ballot_settle(k, m);
        set_str(c, "ballots", ballot_digest(k, m));
    }
    motion_event(k, g, m, "decide", c);
}

bool motion_decide(struct desk *k, const struct motion_ref *ref, const struct votes *counted,
                   struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct motion m;
    struct votes votes;
    struct str outcome;

    if (!motion_take(k, ref, "open", g, &m, e) || !take_counts(k, g, &m, counted, &votes, e))
        return false;
    outcome = outcome_of(votes_decide(&m.rule, &votes));
    if (!move_matter(k, &m, outcome, &votes, e))
        return false;
    write_decision(k, g, &m, outcome, &votes);
    return true;
}
