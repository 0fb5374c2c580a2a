/* Acting on a matter: the engine decides, this file carries out. */
#include "civic/attachment.h"
#include "civic/disclosure.h"
#include "civic/link.h"
#include "civic/notice.h"
#include "civic/picture.h"
#include "civic/report.h"
#include "civic/resource.h"
#include "civic/routing.h"
#include "civic/service.h"
#include "civic/tally.h"

#include <string.h>

#define POSTS_KEPT 4

STMT(tick_due, "SELECT id FROM matter WHERE district = $1 AND timer_at > 0 AND timer_at <= $2 "
               "ORDER BY timer_at LIMIT $3");
STMT(bundled_ids, "SELECT id FROM matter WHERE district = $1 AND bundle_id = $2 AND bundle_id > 0");
STMT(concern_of_unit,
     "SELECT 1 FROM concern WHERE district = $1 AND matter_id = $2 AND unit_id = $3");

static const struct str kind_name[] = {
    [PROC_OPEN] = {"open", 4},       [PROC_ACT] = {"act", 3},       [PROC_TICK] = {"tick", 4},
    [PROC_PAUSE] = {"pause", 5},     [PROC_RESUME] = {"resume", 6}, [PROC_EXTEND] = {"extend", 6},
    [PROC_RELEASE] = {"release", 7}, [PROC_RATE] = {"rate", 4},     [PROC_BUNDLE] = {"bundle", 6},
    [PROC_SETTLE] = {"settle", 6},   [PROC_OBJECT] = {"object", 6}, [PROC_SUPPORT] = {"support", 7},
};

bool event_kind_find(struct str name, enum proc_event_kind *out)
{
    for (size_t i = 0; i < COUNT(kind_name); i++) {
        if (str_eq(name, kind_name[i])) {
            *out = (enum proc_event_kind)i;
            return true;
        }
    }
    return false;
}

/* ---- what the engine is told ------------------------------------------ */

struct asking { /* about a matter that lies there */
    struct desk *k;
    const struct unit *at;
};

static const struct proc_unit *unit_for_engine(void *arg, int64_t id)
{
    return unit_for_proc(((const struct asking *)arg)->k, id);
}

static int64_t own_for_engine(void *arg, struct str kind)
{
    const struct asking *of = arg;
    const struct unit *own = unit_own(of->k->d->units, of->at, kind);

    return own ? own->id : 0;
}

void matter_actor(struct desk *k, const struct matter *m, struct proc_actor *out)
{
    struct proc_post *posts = NEW_ARRAY(k->a, struct proc_post, k->actor->posts + 1);

    *out = (struct proc_actor){.person = k->actor->person,
                               .reporter = k->actor->report != 0,
                               .opener = k->actor->person && k->actor->person == m->opener_id,
                               .post = posts,
                               .posts = k->actor->posts};
    for (size_t i = 0; i < k->actor->posts; i++)
        posts[i] = (struct proc_post){k->actor->post[i].role, k->actor->post[i].unit};
}

void matter_env(struct desk *k, const struct matter *m, struct proc_env *env)
{
    const struct units *us = k->d->units;
    const struct unit *u = unit_by_id(us, m->unit_id), *root = unit_root(us);
    const struct unit *grid = unit_above(us, u, S("grid"));
    const struct unit *community = unit_above(us, u, S("community"));
    const struct unit *street = unit_above(us, u, S("street"));
    struct asking *of = NEW(k->a, struct asking);

    *of = (struct asking){k, u};
    *env = (struct proc_env){.def = m->def, .calendar = k->d->calendar, .arena = k->a};
    env->places = (struct proc_places){.grid = grid ? grid->id : 0,
                                       .community = community ? community->id : 0,
                                       .street = street ? street->id : 0,
                                       .district = root->id,
                                       .unit = unit_for_engine,
                                       .arg = of,
                                       .own = own_for_engine};
    matter_actor(k, m, &env->actor);
}

/* In the matter's own unit of its kind: the branch of the village it is about. Only where the
 * procedure gives that unit a say: being the only firm of a street does not open its matters. */
static bool is_own(struct desk *k, const struct matter *m, const struct holding *h)
{
    const struct units *us = k->d->units;
    const struct unit *held = unit_by_id(us, h->unit), *at = unit_by_id(us, m->unit_id);

    return held && at && proc_owns(m->def, held->kind) && unit_own(us, at, held->kind) == held;
}

static struct str kind_held(struct desk *k, const struct holding *h)
{
    const struct unit *held = unit_by_id(k->d->units, h->unit);

    return held ? held->kind : S("");
}

static bool open_to(struct desk *k, const struct matter *m, const struct holding *h)
{
    return proc_open_to(m->def, &m->state, h->role, kind_held(k, h));
}

/* The posts that could matter here: those of units on the way up, its own, at work on it, or of a
 * kind that may take it. */
static bool post_counts(struct desk *k, const struct matter *m, const struct holding *h)
{
    if (path_holds(h->path, m->unit_path) || is_own(k, m, h) || open_to(k, m, h))
        return true;
    for (int i = 0; i < m->state.parts; i++) {
        const struct unit *u = unit_by_id(k->d->units, m->state.part[i].unit);

        if (u && path_holds(h->path, u->path))
            return true;
    }
    return m->state.holder_unit == h->unit;
}

void matter_put_actor(struct desk *k, const struct matter *m, struct val *content)
{
    struct val *as = set_list(content, "as");
    int kept = 0;

    for (size_t i = 0; i < k->actor->posts && kept < POSTS_KEPT; i++) {
        const struct holding *h = &k->actor->post[i];

        if (!m->unit_path.n || post_counts(k, m, h)) {
            struct val *one = add_map(as);

            set_str(one, "role", h->role);
            set_int(one, "unit", h->unit);
            kept++;
        }
    }
    if (k->actor->report && !val_get(content, S("report"))) /* an event about one names it itself */
        set_int(content, "report", k->actor->report);
}

bool matter_visible(struct desk *k, const struct matter *m)
{
    if (k->actor->person && k->actor->person == m->opener_id)
        return true;
    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];
        struct rows r;
        bool concerned;

        if (h->def && role_has(h->def, S("matter.read")) &&
            (path_holds(h->path, m->unit_path) || is_own(k, m, h)))
            return true;
        r = db_query(k->db, k->a, concern_of_unit, ARG(k->d->code), ARG(m->id), ARG(h->unit));
        concerned = rows_next(&r);
        rows_end(&r);
        if (concerned)
            return true;
    }
    return false;
}

bool matter_claimable(struct desk *k, const struct matter *m)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        if (open_to(k, m, &k->actor->post[i]))
            return true;
    }
    return false;
}

bool matter_hidden(struct desk *k, const struct matter *m, struct err *e)
{
    bool taken = m->state.holder_unit || m->ended_at;

    for (size_t i = 0; taken && i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];

        if (proc_opens_to(m->def, h->role, kind_held(k, h)))
            return refuse(e, ERR_CONFLICT, NULL,
                          "This cannot be claimed any more: somebody else has it, or it was taken "
                          "off the list.");
    }
    return refuse(e, ERR_NOT_FOUND, NULL, "There is no such matter.");
}

void matter_offers(struct desk *k, const struct matter *m, struct val *list)
{
    struct proc_env env;

    if (m->bundle_id)
        return;
    matter_env(k, m, &env);
    proc_offers(&env, &m->state, k->now, list);
}

/* ---- what follows ----------------------------------------------------- */

static const struct unit *place_unit(struct desk *k, const struct matter *m, enum place place)
{
    const struct unit *u = unit_by_id(k->d->units, m->unit_id);
    const struct unit *street = unit_above(k->d->units, u, S("street"));

    return place == PLACE_STREET && street ? street : unit_root(k->d->units);
}

/* Until when the step that the matter is in may take; 0: no limit. */
static int64_t step_due(const struct matter *m)
{
    int64_t due = 0;

    for (int i = 0; i < m->state.clocks; i++) {
        const struct proc_clock *c = &m->state.clock[i];

        if (c->step == m->state.step && c->part < 0 && !c->stopped_ms)
            due = c->due_ms;
    }
    return due;
}

static void carry_out_one(struct desk *k, struct matter *m, const struct proc_effect *f)
{
    int64_t part_unit = f->part >= 0 ? m->state.part[f->part].unit : 0;

    switch (f->kind) {
    case EFFECT_REMIND: notice_turns(k, m, f->part, S("remind"), f->at_ms); break;
    case EFFECT_SUPERVISE:
        notice_turns(k, m, f->part, S("supervised"), f->at_ms);
        notice_unit(k, m, place_unit(k, m, f->place)->id, S("supervise"), f->at_ms);
        break;
    case EFFECT_ASK_RATING: report_ask_all(k, m, step_due(m)); break;
    case EFFECT_PROPOSE_DUTY:
        duty_list_propose(k, m->subject, m->street_id ? m->street_id : m->unit_id,
                          f->unit ? f->unit : part_unit, m->id);
        break;
    case EFFECT_PART_OPEN: notice_unit(k, m, f->unit, S("assigned"), f->at_ms); break;
    case EFFECT_PUBLISH: disclosure_begin(k, m, f); break;
    case EFFECT_TAKE_DOWN: disclosure_end(k, m, f); break;
    case EFFECT_END:
        notice_reports(k, m, S("ended"), S(""));
        links_tell(k, m);
        break;
    case EFFECT_REOPEN: /* reopen() */
    case EFFECT_ENTER:
    case EFFECT_PART_END:
    case EFFECT_MEET: /* turns, parts and stage say it */
    case EFFECT_TAKE:
    case EFFECT_GIVE_BACK: break; /* resources_carry_out() */
    }
}

void matter_carry_out(struct desk *k, struct matter *m, const struct proc_effects *effects)
{
    for (int i = 0; i < effects->n; i++)
        carry_out_one(k, m, &effects->effect[i]);
}

/* ---- acting ----------------------------------------------------------- */

static struct val *act_content(struct desk *k, const struct matter *m, const struct matter_act *act)
{
    struct val *c = val_map(k->a), *f;

    if (act->action.n)
        set_str(c, "action", act->action);
    if (act->part >= 0)
        set_int(c, "part", act->part);
    f = set_map(c, "fields");
    for (const struct item *it = act->fields->first; it; it = it->next)
        set_val(f, it->key, it->val);
    matter_put_actor(k, m, c);
    return c;
}

/* A correction of the subject comes with dispatching: routing and figures follow it. */
static void take_subject(struct desk *k, struct matter *m, const struct val *fields)
{
    const struct val *v = val_get(fields, S("category"));
    const struct subject *s = v && v->kind == VAL_STR ? pack_subject(k->d->pack, v->str) : NULL;

    if (s)
        m->subject = s->name;
}

/* Ids in lists may be pictures that were sent along; what is none is left alone. */
static void claim_pictures(struct desk *k, const struct matter *m, const struct val *fields)
{
    for (const struct item *it = fields->first; it; it = it->next) {
        for (const struct item *p = it->val.kind == VAL_LIST ? it->val.first : NULL; p;
             p = p->next) {
            if (p->val.kind == VAL_INT)
                picture_claim(k, p->val.integer, m->id);
        }
    }
}

/* The answers were about the round before: they go before the matter is saved and counted. */
static void reopen(struct desk *k, struct matter *m, const struct proc_effects *effects)
{
    for (int i = 0; i < effects->n; i++) {
        if (effects->effect[i].kind != EFFECT_REOPEN)
            continue;
        report_reset_all(k, m);
        m->contacted = m->solved = m->satisfied = S("");
        m->asked_at = m->rated_at = 0;
    }
}

static struct facts_ask asked_by(const struct action *action)
{
    return action ? (struct facts_ask){action->field, action->fields} : (struct facts_ask){0};
}

bool matter_act_on(struct desk *k, struct matter *m, const struct matter_act *act, struct err *e)
{
    struct proc_effects *effects = NEW(k->a, struct proc_effects);
    struct proc_event ev = {act->kind, k->now, act->action, act->part, act->fields};
    struct proc_env env;
    struct val *content = act_content(k, m, act);
    int answered = objection_answered_by(m, act);
    const struct action *action =
        act->kind == PROC_ACT ? proc_action(m->def, &m->state, act->action, act->part) : NULL;

    matter_env(k, m, &env);
    if (!proc_apply(&env, &m->state, &ev, effects, e) ||
        !resources_named(k, m, asked_by(action), act->fields, e) ||
        !resources_carry_out(k, m, effects, e))
        return false;
    take_subject(k, m, act->fields);
    claim_pictures(k, m, act->fields);
    attachment_claim(k, m, act->action, act->fields);
    reopen(k, m, effects);
    matter_save(k, m, kind_name[act->kind], content);
    service_note(k, m, action, act->fields);
    if (answered)
        objection_answer(k, m, answered, act);
    matter_carry_out(k, m, effects);
    disclosure_keep(k, m);
    return true;
}

static bool is_decision(const struct matter *m, const struct matter_act *act)
{
    return m->state.step >= 0 && m->state.step < m->def->steps &&
           m->def->step[m->state.step].kind == STEP_MEET && act->kind == PROC_ACT &&
           (str_eq(act->action, S("carried")) || str_eq(act->action, S("lost")));
}

bool matter_act(struct desk *k, const struct matter_act *act, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);

    if (!matter_load(k, act->id, m, e))
        return false;
    if (!k->actor->report && !matter_visible(k, m) && !matter_claimable(k, m))
        return matter_hidden(k, m, e);
    if (m->bundle_id)
        return refuse(e, ERR_CONFLICT, NULL, "This matter was joined to another one; act there.");
    if (act->seq && act->seq != m->head.seq)
        return refuse(e, ERR_CONFLICT, NULL,
                      "Somebody was faster: the matter has changed. Please look again.");
    if (!act->by_vote && is_decision(m, act))
        return refuse(e, ERR_CONFLICT, NULL, "A gathering decides this: call it and let it vote.");
    return matter_act_on(k, m, act, e);
}

/* ---- the clock -------------------------------------------------------- */

/* What the clock did: several deadlines of a matter may fall due at one moment. */
static struct str did(const struct proc_effects *effects)
{
    enum effect_kind kind = effects->n ? effects->effect[0].kind : EFFECT_END;

    return kind == EFFECT_REMIND      ? S("remind")
           : kind == EFFECT_SUPERVISE ? S("supervise")
                                      : S("end");
}

static void tick_one(struct desk *k, struct matter *m)
{
    struct proc_effects *effects = NEW(k->a, struct proc_effects);
    const struct val *none = val_map(k->a);
    struct proc_env env;

    for (;;) {
        struct val *c = val_map(k->a);
        struct err e = {0};
        struct proc_event ev = {.kind = PROC_TICK, .part = -1, .action = S(""), .fields = none};

        matter_env(k, m, &env);
        ev.at_ms = proc_next_ms(&env, &m->state);
        if (!ev.at_ms || ev.at_ms > k->now || m->ended_at)
            break;
        set_int(c, "due", ev.at_ms);
        if (!proc_apply(&env, &m->state, &ev, effects, &e) ||
            !resources_carry_out(k, m, effects, &e))
            die("the clock was refused: %s", e.text);
        set_str(c, "did", did(effects));
        reopen(k, m, effects);
        matter_save(k, m, S("tick"), c);
        matter_carry_out(k, m, effects);
    }
    if (m->timer_at &&
        m->timer_at <= k->now) /* only late now: no rung, so no event of the engine's */
        matter_save(k, m, S("late"), val_map(k->a));
}

int matter_tick(struct desk *k, int most)
{
    struct rows r = db_query(k->db, k->a, tick_due, ARG(k->d->code), ARG(k->now), ARG(most));
    int64_t *id = NEW_ARRAY(k->a, int64_t, (size_t)most);
    int n = rows_ints(&r, id, most);

    for (int i = 0; i < n; i++) {
        struct matter *m = NEW(k->a, struct matter);
        struct err e = {0};

        if (!matter_load(k, id[i], m, &e))
            die("%s", e.text);
        tick_one(k, m);
    }
    return n;
}

/* ---- where it is, and what it belongs to ------------------------------- */

static bool may_change(struct desk *k, int64_t id, struct matter *m, struct str right,
                       struct err *e)
{
    if (!matter_load(k, id, m, e))
        return false;
    if (!matter_visible(k, m))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such matter.");
    if (!actor_may(k->actor, right, m->unit_path))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (m->ended_at || m->bundle_id)
        return refuse(e, ERR_CONFLICT, NULL, "The matter is closed.");
    return true;
}

bool matter_locate(struct desk *k, int64_t id, int64_t unit_id, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    const struct unit *u = unit_by_id(k->d->units, unit_id);
    struct val *c = val_map(k->a);

    if (!may_change(k, id, m, S("matter.place"), e))
        return false;
    if (!u || (!unit_above(k->d->units, u, S("street")) && u->depth > 0))
        return refuse(e, ERR_INVALID, "unit", "Please choose a grid, community or street.");
    if (!actor_may(k->actor, S("matter.place"), u->path))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (u->id == m->unit_id)
        return true;
    set_int(c, "from", m->unit_id);
    set_int(c, "unit", u->id);
    matter_put_actor(k, m, c);
    m->unit_id = u->id;
    matter_save(k, m, S("locate"), c);
    return true;
}

int matter_bundled(struct desk *k, const struct matter *m, int64_t *id, int most)
{
    struct rows r = db_query(k->db, k->a, bundled_ids, ARG(k->d->code), ARG(m->id));
    int n = 0;

    while (rows_next(&r)) {
        if (n < most)
            id[n] = row_int(&r, 0);
        n++;
    }
    return n;
}

static bool end_bundled(struct desk *k, struct matter *m, struct proc_effects *effects,
                        struct err *e)
{
    struct proc_event ev = {.kind = PROC_BUNDLE, .at_ms = k->now, .part = -1, .action = S("")};
    struct proc_env env;

    ev.fields = val_map(k->a);
    matter_env(k, m, &env);
    return proc_apply(&env, &m->state, &ev, effects, e) && resources_carry_out(k, m, effects, e);
}

/* Nobody is told that it ended: their report goes on with the other. */
static void carry_out_displays(struct desk *k, struct matter *m, const struct proc_effects *effects)
{
    for (int i = 0; i < effects->n; i++) {
        const struct proc_effect *f = &effects->effect[i];

        if (f->kind == EFFECT_PUBLISH || f->kind == EFFECT_TAKE_DOWN)
            carry_out_one(k, m, f);
    }
}

bool matter_bundle(struct desk *k, int64_t id, int64_t into, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter), *to = NEW(k->a, struct matter);
    struct proc_effects *effects = NEW(k->a, struct proc_effects);
    struct val *c = val_map(k->a), *back = val_map(k->a);

    if (id == into)
        return refuse(e, ERR_INVALID, "into", "A matter cannot be joined to itself.");
    if (!may_change(k, id, m, S("matter.bundle"), e) ||
        !may_change(k, into, to, S("matter.bundle"), e))
        return false;
    if (matter_bundled(k, m, NULL, 0))
        return refuse(e, ERR_CONFLICT, NULL,
                      "Others were joined to this one; join the other one to it instead.");
    if (m->state.parts)
        return refuse(e, ERR_CONFLICT, NULL, "Departments are already at work on this one.");
    set_int(c, "into", into);
    matter_put_actor(k, m, c);
    set_int(back, "from", id);
    matter_put_actor(k, to, back);
    if (!end_bundled(k, m, effects, e))
        return false;
    m->bundle_id = into;
    matter_save(k, m, S("bundle"), c);
    carry_out_displays(k, m, effects);
    matter_save(k, to, S("bundled"), back);
    return true;
}

bool matter_mark_key(struct desk *k, int64_t id, bool key, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct val *c = val_map(k->a);

    if (!may_change(k, id, m, S("matter.key"), e))
        return false;
    set_bool(c, "key", key);
    matter_put_actor(k, m, c);
    m->key_matter = key;
    matter_save(k, m, S("key"), c);
    return true;
}
