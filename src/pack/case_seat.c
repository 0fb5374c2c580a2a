/* Cases of a gathering: who should attend, who is there, who votes for what. */
#include "pack/case_meet.h"

int meet_seat(const struct case_meet *m, struct str name)
{
    for (int i = 0; name.n && i < m->seats; i++) {
        if (str_eq(m->seat[i].name, name))
            return i;
    }
    return -1;
}

int meet_count(const struct case_meet *m, enum seat_state state)
{
    int n = 0;

    for (int i = 0; i < m->seats; i++)
        n += m->seat[i].state == state;
    return n;
}

static bool is_there(const struct case_meet *m, int at)
{
    const struct case_seat *s = &m->seat[at];

    return s->state == SEAT_PRESENT || (s->proxy >= 0 && m->seat[s->proxy].state == SEAT_PRESENT);
}

int64_t meet_present(const struct case_meet *m)
{
    int64_t n = 0;

    for (int i = 0; i < m->seats; i++)
        n += is_there(m, i);
    return n;
}

static bool no_seat(struct err *e)
{
    return refuse(e, ERR_NOT_FOUND, "seat", "There is no such place on the roll.");
}

static bool seats_add(struct case_meet *m, struct str name, int64_t n, struct err *e)
{
    if (n > CASE_SEATS - m->seats)
        return refuse(e, ERR_TOO_LARGE, "others", "A case counts %d people at most.", CASE_SEATS);
    while (n-- > 0)
        m->seat[m->seats++] = (struct case_seat){.name = name, .proxy = -1};
    return true;
}

/* ---- the roll ----------------------------------------------------------- */

/* Besides those who hold posts: a number of others, or names (of households). */
static bool freeze_others(struct case_meet *m, struct err *e)
{
    const struct val *roll = m->roll;

    if (roll && roll->kind == VAL_INT)
        return seats_add(m, S(""), roll->integer, e);
    for (const struct item *it = list_of(roll); it; it = it->next) {
        struct str name = word_of(&it->val);

        if (!name.n || meet_seat(m, name) >= 0 || !seats_add(m, name, 1, e))
            return refuse(e, ERR_INVALID, "roll", "A roll is a number, or names once each.");
    }
    return !roll || roll->kind == VAL_LIST ||
           refuse(e, ERR_INVALID, "roll", "A roll is a number, or names once each.");
}

bool meet_freeze(struct case_meet *m, struct err *e)
{
    const struct gathering_kind *def = m->def;

    if (!def->bodies && m->roll)
        return refuse(e, ERR_INVALID, "roll", "This gathering is open to all and has no roll.");
    m->seats = 0;
    for (int i = 0; i < m->c->people; i++) {
        const struct case_person *p = &m->c->person[i];

        if (meet_holds(m, p, def->body, def->bodies) && !seats_add(m, p->name, 1, e))
            return false;
    }
    if (!freeze_others(m, e))
        return false;
    return !def->bodies || m->seats ||
           refuse(e, ERR_CONFLICT, NULL,
                  "Nobody is on the roll: enter who holds these posts first.");
}

bool meet_others(const struct case_meet *m, bool (*so)(const struct case_seat *), int64_t n,
                 int *list, struct err *e)
{
    int64_t found = 0;

    for (int i = 0; i < m->seats && found < n; i++) {
        if (!m->seat[i].name.n && so(&m->seat[i]))
            list[found++] = i;
    }
    return found == n || no_seat(e);
}

static bool is_expected(const struct case_seat *s)
{
    return s->state == SEAT_EXPECTED;
}

/* ---- presence ------------------------------------------------------------ */

/* Whoever comes where anybody may come gets a seat. */
static bool walk_in(struct case_meet *m, struct str name, int64_t others, struct err *e)
{
    int64_t known = 0;

    if (m->def->bodies)
        return true;
    if (name.n && meet_seat(m, name) < 0 && !seats_add(m, name, 1, e))
        return false;
    for (int i = 0; i < m->seats; i++)
        known += !m->seat[i].name.n && is_expected(&m->seat[i]);
    return others <= known || seats_add(m, S(""), others - known, e);
}

static bool is_open(const struct case_meet *m, struct err *e)
{
    if (m->state == MEET_CLOSED)
        return refuse(e, ERR_CONFLICT, NULL, "This gathering has been closed.");
    return m->state == MEET_OPEN ||
           refuse(e, ERR_CONFLICT, NULL, "This gathering has not been opened yet.");
}

static void seats_set(struct case_meet *m, const int *list, int64_t n, enum seat_state state)
{
    for (int64_t i = 0; i < n; i++)
        m->seat[list[i]].state = state;
}

bool meet_sign_in(struct case_meet *m, const struct doing *d, struct err *e)
{
    int list[CASE_SEATS], at;
    int64_t others;

    if (!is_open(m, e) || !kind_takes_check(m->def, ATTEND_CODE, e) ||
        !doing_number(d, "others", 0, &others, e) || !walk_in(m, d->who, others, e))
        return false;
    at = meet_seat(m, d->who);
    if (d->who.n && at < 0)
        return refuse(e, ERR_DENIED, NULL, "You are not on the roll of this gathering.");
    if (at >= 0 && m->seat[at].state != SEAT_EXPECTED && m->seat[at].state != SEAT_PRESENT)
        return refuse(e, ERR_CONFLICT, NULL, "You have no place here; please ask the clerk.");
    if (!meet_others(m, is_expected, others, list, e))
        return false;
    if (at >= 0)
        m->seat[at].state = SEAT_PRESENT;
    seats_set(m, list, others, SEAT_PRESENT);
    return true;
}

bool meet_roll_call(struct case_meet *m, const struct doing *d, struct err *e)
{
    const struct val *names = take(d->v, "present");
    int list[CASE_SEATS], n = 0;
    int64_t others;

    if (!is_open(m, e) || !kind_takes_check(m->def, ATTEND_ROLL, e) ||
        !doing_number(d, "others", 0, &others, e) || !meet_others(m, is_expected, others, list, e))
        return false;
    for (const struct item *it = list_of(names); it; it = it->next) {
        if (meet_seat(m, word_of(&it->val)) < 0)
            return no_seat(e);
        n++;
    }
    if (!n && !others)
        return refuse(e, ERR_INVALID, "n", "Please choose who.");
    for (const struct item *it = list_of(names); it; it = it->next)
        m->seat[meet_seat(m, word_of(&it->val))].state = SEAT_PRESENT;
    seats_set(m, list, others, SEAT_PRESENT);
    return true;
}

static int64_t stands_for(const struct case_meet *m, int at)
{
    int64_t n = 0;

    for (int i = 0; i < m->seats; i++)
        n += m->seat[i].proxy == at;
    return n;
}

/* `who` (or `for`, said by the clerk) is represented by `to`. */
bool meet_proxy(struct case_meet *m, const struct doing *d, struct err *e)
{
    struct str absent = doing_text(d, "for").n ? doing_text(d, "for") : d->who;
    int at = meet_seat(m, absent), to = meet_seat(m, doing_text(d, "to"));

    if (m->state != MEET_CALLED && m->state != MEET_OPEN)
        return refuse(e, ERR_CONFLICT, NULL, "There is no roll yet: call the gathering first.");
    if (!str_eq(absent, d->who) && !meet_runs(m, d, e))
        return false;
    if (at < 0 || to < 0)
        return no_seat(e);
    if (m->seat[at].state == SEAT_PRESENT)
        return refuse(e, ERR_CONFLICT, NULL, "Who is present needs nobody to stand for them.");
    if (at == to)
        return refuse(e, ERR_INVALID, "to", "Nobody can stand for themselves.");
    if (m->seat[to].proxy >= 0 || stands_for(m, at))
        return refuse(e, ERR_CONFLICT, "to", "Who is represented cannot stand for another.");
    if (!kind_proxy_check(m->def, stands_for(m, to), e))
        return false;
    m->seat[at].proxy = to;
    return true;
}

/* ---- signing up ----------------------------------------------------------- */

static enum seat_state place(const struct case_meet *m)
{
    int taken = meet_count(m, SEAT_EXPECTED) + meet_count(m, SEAT_PRESENT);

    return !m->capacity || taken < m->capacity ? SEAT_EXPECTED : SEAT_WAITING;
}

static bool sign_check(const struct case_meet *m, const struct doing *d, struct err *e)
{
    if (!m->def->sign_up)
        return refuse(e, ERR_CONFLICT, NULL, "Nobody needs to sign up for this.");
    return (m->state == MEET_CALLED && m->starts_ms > d->at_ms) ||
           refuse(e, ERR_CONFLICT, NULL, "It is not possible to sign up for this any more.");
}

static void sign_one(struct case_meet *m, struct str name)
{
    enum seat_state state = place(m);

    m->seat[m->seats++] = (struct case_seat){.name = name, .proxy = -1, .state = state};
}

bool meet_sign_up(struct case_meet *m, const struct doing *d, struct err *e)
{
    int at = meet_seat(m, d->who);
    int64_t others;

    if (!sign_check(m, d, e) || !doing_number(d, "others", 0, &others, e))
        return false;
    if (others >= CASE_SEATS - m->seats)
        return refuse(e, ERR_TOO_LARGE, "others", "A case counts %d people at most.", CASE_SEATS);
    if (at >= 0 && m->seat[at].state == SEAT_LEFT)
        m->seat[at].state = place(m);
    else if (at < 0 && d->who.n)
        sign_one(m, d->who);
    while (others-- > 0)
        sign_one(m, S(""));
    return true;
}

/* Who has waited longest gets the place. */
bool meet_sign_off(struct case_meet *m, const struct doing *d, struct err *e)
{
    int at = meet_seat(m, d->who);

    if (!sign_check(m, d, e))
        return false;
    if (at < 0)
        return no_seat(e);
    m->seat[at].state = SEAT_LEFT;
    for (int i = 0; i < m->seats && place(m) == SEAT_EXPECTED; i++) {
        if (m->seat[i].state == SEAT_WAITING)
            m->seat[i].state = SEAT_EXPECTED;
    }
    return true;
}

/* ---- votes ------------------------------------------------------------------ */

/* `decides: MECHANISM STEP`: that step's rule holds, otherwise the kind's. */
static bool rule_of(const struct case_meet *m, const struct doing *d, struct rule *out,
                    struct err *e)
{
    struct str mechanism, step = str_cut(doing_text(d, "decides"), ' ', &mechanism);
    const struct proc *def = pack_proc(m->c->pack, mechanism);
    int at = def ? proc_step_find(def, step) : -1;

    *out = (struct rule){.quorum = m->def->quorum, .pass = m->def->pass};
    if (!mechanism.n)
        return (m->def->votes && out->pass.b) ||
               refuse(e, ERR_CONFLICT, NULL, "Nothing is voted on at a gathering of this kind.");
    if (at < 0 || def->step[at].kind != STEP_MEET || !str_eq(def->step[at].gathering, m->def->name))
        return refuse(e, ERR_CONFLICT, "matter", "This gathering does not decide that matter now.");
    *out = def->step[at].rule;
    return true;
}

/* A number, or who: each of them present or represented. */
static bool put_votes(const struct case_meet *m, const struct doing *d, const char *key,
                      struct val *counts, struct err *e)
{
    const struct val *v = take(d->v, key);
    int64_t n = 0;

    if (!v)
        return true;
    if (v->kind != VAL_LIST) {
        set_val(counts, str_of(key), *v);
        return true;
    }
    for (const struct item *it = v->first; it; it = it->next, n++) {
        int at = meet_seat(m, word_of(&it->val));

        if (at < 0)
            return no_seat(e);
        if (!is_there(m, at))
            return refuse(e, ERR_CONFLICT, "seat", "Only who is present or represented can vote.");
    }
    set_int(counts, key, n);
    return true;
}

bool meet_vote(struct case_meet *m, const struct doing *d, struct err *e)
{
    static const char *const said[] = {"in_favour",   "against",      "abstain",       "invalid",
                                       "area_should", "area_present", "area_in_favour"};
    static const char *const is[] = {"lost", "carried", "no_quorum"};
    struct val *counts = val_map(m->c->a);
    struct rule rule;
    struct votes votes;

    if (!is_open(m, e) || !rule_of(m, d, &rule, e) ||
        !kind_method_check(m->def, doing_text(d, "by"), rule.by_area, e))
        return false;
    set_int(counts, "should_attend", m->seats);
    set_int(counts, "present", meet_present(m));
    for (size_t i = 0; i < COUNT(said); i++) {
        if (!put_votes(m, d, said[i], counts, e))
            return false;
    }
    if (!votes_read(counts, rule.by_area, &votes, e))
        return false;
    case_join(&m->votes, str_of(is[votes_decide(&rule, &votes)]));
    return true;
}
