/* Cases of a gathering: it is called, opened, held and closed, by its kind's rules. */
#include "pack/case_meet.h"

#define USUAL_MS (2 * HOUR_MS)

/* ---- what an event says ------------------------------------------------ */

struct str doing_text(const struct doing *d, const char *key)
{
    return val_text(d->v, key);
}

bool doing_number(const struct doing *d, const char *key, int64_t otherwise, int64_t *out,
                  struct err *e)
{
    const struct val *v = take(d->v, key);

    *out = v ? v->integer : otherwise;
    return !v || v->kind == VAL_INT ||
           refuse(e, ERR_INVALID, key, "A whole number of 0 or more is expected here.");
}

static bool doing_time(const struct doing *d, const char *key, int64_t *out)
{
    const struct val *v = take(d->v, key);

    return !v || (v->kind == VAL_STR && when_parse(v->str, out));
}

struct val *doing_fields(struct case_meet *m, const struct doing *d, const struct field *f, int n)
{
    return case_fields(m->c, d->v, f, n);
}

static bool fields_hold(struct case_meet *m, const struct doing *d, const struct field *f, int n,
                        struct err *e)
{
    return proc_fields_check(&m->c->env, doing_fields(m, d, f, n), f, n, e);
}

/* ---- whose it is -------------------------------------------------------- */

static const struct proc_unit *unit_of(const struct case_meet *m, int64_t id)
{
    return m->c->env.places.unit(m->c, id);
}

static bool post_calls(const struct case_meet *m, const struct proc_post *post)
{
    return bodies_name(m->def->who, m->def->whos, post->role, unit_of(m, post->unit)->kind);
}

/* It belongs to the unit of whoever touched it first. */
static bool take_unit(struct case_meet *m, const struct doing *d, struct err *e)
{
    for (int i = 0; !m->unit && d->person && i < d->person->posts; i++) {
        if (post_calls(m, &d->person->post[i]))
            m->unit = m->c->focus = d->person->post[i].unit;
    }
    return m->unit || refuse(e, ERR_DENIED, NULL, "Your posts do not allow you to call this.");
}

bool meet_runs(const struct case_meet *m, const struct doing *d, struct err *e)
{
    for (int i = 0; d->person && i < d->person->posts; i++) {
        const struct proc_post *post = &d->person->post[i];

        if (post->unit == m->unit && post_calls(m, post))
            return true;
    }
    return refuse(e, ERR_DENIED, NULL, "This gathering is called and held by somebody else.");
}

/* A post that one of these bodies names: `every` reaches all units of the kind, otherwise it is the
 * gathering's own. */
bool meet_holds(const struct case_meet *m, const struct case_person *p, const struct body *body,
                int bodies)
{
    for (int i = 0; p && i < p->posts; i++) {
        const struct proc_post *post = &p->post[i];
        struct str kind = unit_of(m, post->unit)->kind;

        for (int b = 0; b < bodies; b++) {
            if (bodies_name(&body[b], 1, post->role, kind) &&
                (body[b].every || post->unit == m->c->env.places.own(m->c, kind)))
                return true;
        }
    }
    return false;
}

/* ---- its life ------------------------------------------------------------ */

static bool times_take(struct case_meet *m, const struct doing *d, struct err *e)
{
    int64_t starts = 0, ends = 0;

    if (!doing_time(d, "starts", &starts) || !doing_time(d, "ends", &ends) || !starts)
        return refuse(e, ERR_INVALID, "starts_at", "Please say when it begins.");
    if (starts < d->at_ms && kind_needs_notice(m->def))
        return refuse(e, ERR_INVALID, "starts_at", "The beginning is in the past.");
    if (!kind_notice_check(
            m->c->a, starts,
            m->def->notice.n ? kind_earliest(m->def, m->c->env.calendar, d->at_ms) : starts, e))
        return false;
    m->starts_ms = starts;
    m->ends_ms = ends > starts ? ends : starts + USUAL_MS;
    return true;
}

static bool call(struct case_meet *m, const struct doing *d, struct err *e)
{
    if (m->state != MEET_DRAFT)
        return refuse(e, ERR_CONFLICT, NULL,
                      "This gathering is not at that point. Please look at where it is now.");
    if (!times_take(m, d, e) || !fields_hold(m, d, m->def->ask, m->def->asks, e) ||
        !doing_number(d, "capacity", m->def->capacity, &m->capacity, e) || !meet_draw(m, e) ||
        !meet_freeze(m, e))
        return false;
    m->called_ms = d->at_ms;
    m->state = MEET_CALLED;
    return true;
}

static bool not_begun(const struct case_meet *m, struct err *e)
{
    return m->state == MEET_CALLED ||
           refuse(e, ERR_CONFLICT, NULL,
                  "This gathering is not at that point. Please look at where it is now.");
}

/* Its notice runs anew. */
static bool move(struct case_meet *m, const struct doing *d, struct err *e)
{
    if (!not_begun(m, e) || !times_take(m, d, e))
        return false;
    m->called_ms = d->at_ms;
    return true;
}

static bool cancel(struct case_meet *m, const struct doing *d, struct err *e)
{
    (void)d;
    if (!not_begun(m, e))
        return false;
    m->state = MEET_CANCELLED;
    return true;
}

static bool open(struct case_meet *m, const struct doing *d, struct err *e)
{
    int64_t doors;

    if (!not_begun(m, e))
        return false;
    doors = kind_doors(m->def, m->c->env.calendar, m->called_ms, m->starts_ms);
    if (d->at_ms < doors)
        return refuse(e, ERR_CONFLICT, NULL, "It can be opened from %.*s on.",
                      STR_ARG(when_minute(m->c->a, doors)));
    m->state = MEET_OPEN;
    return true;
}

static bool has_begun(const struct case_meet *m, const struct doing *d, struct err *e)
{
    if (m->state == MEET_OPEN)
        return true;
    if (m->state != MEET_CALLED || !kind_opens_itself(m->def))
        return refuse(e, ERR_CONFLICT, NULL, "It has not been opened.");
    return m->starts_ms <= d->at_ms || refuse(e, ERR_CONFLICT, NULL, "It has not begun.");
}

static bool close(struct case_meet *m, const struct doing *d, struct err *e)
{
    const struct val *v = take(d->v, "heads");
    int64_t heads = v && v->kind == VAL_INT ? v->integer : -1;

    if (!has_begun(m, d, e) || !kind_heads_check(m->def, heads, e) ||
        !fields_hold(m, d, m->def->close, m->def->closes, e) ||
        (m->def->contest && !meet_rank(m, d->at_ms, e)))
        return false;
    m->heads = heads > 0 ? heads : 0;
    m->state = MEET_CLOSED;
    return true;
}

/* ---- resolutions --------------------------------------------------------- */

static void put_turn(struct case_meet *m, const struct proc_env *env,
                     const struct proc_state *state)
{
    struct proc_turn turn[TURNS_MAX];
    struct case_run *c = m->c;

    if (!proc_turns(env, state, turn))
        return;
    case_join(&m->tasks,
              str_format(c->a, "%.*s of %.*s by %.*s", STR_ARG(turn[0].role),
                         STR_ARG(turn[0].kind.n ? turn[0].kind : case_unit_name(c, turn[0].unit)),
                         STR_ARG(when_text(c->a, turn[0].due_ms))));
}

/* What was sent, and what the mechanism asks besides. */
static const struct val *task_fields(struct case_meet *m, const struct doing *d,
                                     const struct proc *def)
{
    struct val *out = doing_fields(m, d, def->field, def->fields);

    for (const struct item *it = d->v->first; it; it = it->next) {
        if (str_eq(it->key, S("until")) && !val_get(out, it->key))
            set_val(out, it->key, it->val);
    }
    return out;
}

/* The matter lies in the unit that is to carry it out. */
static bool resolve(struct case_meet *m, const struct doing *d, struct err *e)
{
    const struct proc *def = pack_proc(m->c->pack, m->def->tasks);
    struct str unit = doing_text(d, "unit");
    struct proc_state *state = NEW(m->c->a, struct proc_state);
    struct proc_effects *effects = NEW(m->c->a, struct proc_effects);
    struct proc_event ev = {.kind = PROC_OPEN, .at_ms = d->at_ms, .part = -1, .action = S("")};
    struct proc_env env = m->c->env;
    struct proc_places *at = &env.places;

    if (!def)
        return refuse(e, ERR_CONFLICT, NULL, "Nothing is handed out at this kind of gathering.");
    if (m->state != MEET_OPEN && m->state != MEET_CLOSED)
        return refuse(e, ERR_CONFLICT, NULL, "It has not been opened.");
    if (!unit.n)
        return refuse(e, ERR_INVALID, "unit", "Please choose whose it is to carry out.");
    m->c->focus = case_unit(m->c, unit);
    at->grid = 0;
    at->community = at->own(m->c, S("community")) == m->c->focus ? m->c->focus : 0;
    env.def = def;
    env.actor = (struct proc_actor){.person = d->person ? d->person->id : 0};
    ev.fields = task_fields(m, d, def);
    proc_state_init(state);
    if (proc_apply(&env, state, &ev, effects, e))
        put_turn(m, &env, state);
    m->c->focus = m->unit;
    return !e->kind;
}

/* ---- events --------------------------------------------------------------- */

static const struct {
    const char *does, *keys;
    meet_do *run;
    bool clerk; /* only by who runs it */
} doings[] = {
    {"call", "starts ends capacity", call, true},
    {"move", "starts ends", move, true},
    {"cancel", "", cancel, true},
    {"open", "", open, true},
    {"close", "heads", close, true},
    {"resolve", "unit until", resolve, true},
    {"sign_in", "others", meet_sign_in, false},
    {"roll_call", "present others", meet_roll_call, true},
    {"proxy", "for to", meet_proxy, false},
    {"sign_up", "others", meet_sign_up, false},
    {"sign_off", "", meet_sign_off, false},
    {"vote", "by decides in_favour against abstain invalid area_should area_present area_in_favour",
     meet_vote, true},
    {"book", "unit", meet_book, false},
    {"leave", "unit", meet_leave, false},
    {"enter", "contestant unit", meet_enter, true},
    {"name", "judge", meet_name, true},
    {"judge", "contestant marks", meet_judge, false},
    {"recuse", "contestant", meet_recuse, false},
    {"appeal", "", meet_appeal, false},
    {"answer", "contestant", meet_answer, false},
    {"begin", "", meet_begin, false},
    {"hand_in", "right", meet_hand_in, false},
    {"key", "sheet right", meet_key, true},
    {"ask", "household others is", meet_ask, false},
};

static int doing_named(struct str does)
{
    for (int i = 0; i < (int)COUNT(doings); i++) {
        if (str_eq(str_of(doings[i].does), does))
            return i;
    }
    return -1;
}

/* What the pack asks there may be said, too. */
static bool is_asked(const struct case_meet *m, struct str does, struct str key)
{
    const struct proc *def = pack_proc(m->c->pack, m->def->tasks);
    const struct paper *p = m->def->paper;

    if (str_eq(does, S("call")))
        return case_asks(m->def->ask, m->def->asks, key);
    if (str_eq(does, S("close")))
        return case_asks(m->def->close, m->def->closes, key);
    if (str_eq(does, S("resolve")))
        return def && case_asks(def->field, def->fields, key);
    return str_eq(does, S("ask")) && p && case_asks(p->ask, p->asks, key);
}

static bool event_read(struct case_meet *m, const struct val *v, struct doing *d, int *which,
                       struct str *what)
{
    struct str does = val_text(v, "does");

    *d = (struct doing){.v = v, .who = val_text(v, "who")};
    d->person = case_person(m->c, d->who);
    *which = doing_named(does);
    if (!when_parse(val_text(v, "at"), &d->at_ms) || *which < 0) {
        *what = str_format(m->c->a,
                           "line %d: an event needs at, who and does; “%.*s” is nothing "
                           "that is done at a gathering",
                           v->line, STR_ARG(does));
        return false;
    }
    for (const struct item *it = map_of(v); it; it = it->next) {
        if (!in_words(it->key, "at who does refused fill") &&
            !in_words(it->key, doings[*which].keys) && !is_asked(m, does, it->key)) {
            *what =
                str_format(m->c->a, "line %d: unknown key '%.*s'", it->val.line, STR_ARG(it->key));
            return false;
        }
    }
    return true;
}

static bool event_run(struct case_meet *m, const struct val *v, struct str *what)
{
    const struct case_meet before = *m;
    struct err e = {0};
    struct doing d;
    int which;
    bool done;

    if (!event_read(m, v, &d, &which, what))
        return false;
    m->c->now_ms = d.at_ms;
    done = !doings[which].clerk || (take_unit(m, &d, &e) && meet_runs(m, &d, &e));
    done = done && doings[which].run(m, &d, &e);
    if (!done)
        *m = before;
    return case_judge(m->c, v, done, &e, what);
}

/* ---- the case --------------------------------------------------------------- */

static bool case_keys(struct case_run *c, const struct val *v, struct str *what)
{
    for (const struct item *it = v->first; it; it = it->next) {
        if (!in_words(it->key, "case gathering posts units roll bank events at gives")) {
            *what = str_format(c->a, "line %d: unknown key '%.*s'", it->val.line, STR_ARG(it->key));
            return false;
        }
    }
    return true;
}

bool case_meet(struct case_run *c, const struct gathering_kind *def, const struct val *v,
               struct str *what)
{
    struct case_meet *m = NEW(c->a, struct case_meet);
    const struct val *events = take(v, "events"), *at = take(v, "at");

    *m = (struct case_meet){.c = c,
                            .def = def,
                            .roll = take(v, "roll"),
                            .bank = take(v, "bank"),
                            .seat = NEW_ARRAY(c->a, struct case_seat, CASE_SEATS),
                            .votes = {.arena = c->a},
                            .tasks = {.arena = c->a}};
    if (!case_keys(c, v, what))
        return false;
    for (const struct item *it = list_of(events); it; it = it->next) {
        if (!event_run(m, &it->val, what))
            return false;
    }
    if (at && (at->kind != VAL_STR || !when_parse(at->str, &c->now_ms))) {
        *what = S("at: is not a time");
        return false;
    }
    return meet_gives(m, take(v, "gives"), what);
}
