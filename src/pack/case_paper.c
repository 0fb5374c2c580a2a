/* Cases of a test or a survey: sitting, marks, asking at the door. */
#include "pack/case_meet.h"

static const char *const kinds[PAPER_KINDS] = {"single", "multi", "judge", "text", "number"};

/* ---- the bank ------------------------------------------------------------- */

/* "40 of 2": so many questions, that mark each. */
static bool stock_read(struct str s, int64_t *n, int64_t *mark)
{
    struct str first, word, rest = str_cut(s, ' ', &first);

    rest = str_cut(rest, ' ', &word);
    return str_int(first, n) && str_eq(word, S("of")) && str_int(rest, mark) && *n >= 0 &&
           *mark >= 1 && *n < CASE_SEATS && *mark < CASE_SEATS;
}

/* What the bank has; a case that says nothing has enough, a mark each. */
static bool bank_read(const struct case_meet *m, int there[PAPER_KINDS], int64_t mark[PAPER_KINDS])
{
    const struct paper *p = m->def->paper;
    bool read = true;

    for (int i = 0; i < PAPER_KINDS; i++) {
        struct str said = val_text(m->bank, kinds[i]);
        int64_t n = m->bank ? 0 : p->draw[i];

        mark[i] = 1;
        if (said.n)
            read = stock_read(said, &n, &mark[i]) && read;
        there[i] = (int)n;
    }
    return read;
}

static bool is_test(const struct case_meet *m)
{
    return m->def->paper && !m->def->paper->asks;
}

bool meet_draw(struct case_meet *m, struct err *e)
{
    int there[PAPER_KINDS];
    int64_t mark[PAPER_KINDS];

    if (!is_test(m))
        return !m->bank || refuse(e, ERR_INVALID, "bank", "No questions are drawn here.");
    if (!bank_read(m, there, mark))
        return refuse(e, ERR_INVALID, "bank",
                      "A bank is written as single: 40 of 2, forty questions with two marks each.");
    return paper_bank_check(m->def->paper, m->def->paper->bank, there, e);
}

static int64_t full_mark(const struct case_meet *m)
{
    int there[PAPER_KINDS];
    int64_t mark[PAPER_KINDS], full = 0;

    (void)bank_read(m, there, mark);
    for (int i = 0; i < PAPER_KINDS; i++)
        full += mark[i] * m->def->paper->draw[i];
    return full;
}

/* ---- sitting --------------------------------------------------------------- */

static bool is_on(const struct case_meet *m, const struct doing *d, struct err *e)
{
    if (m->state == MEET_DRAFT || d->at_ms < m->starts_ms)
        return refuse(e, ERR_CONFLICT, NULL, "It has not begun yet.");
    return (m->state < MEET_CLOSED && d->at_ms < m->ends_ms) ||
           refuse(e, ERR_CONFLICT, NULL, "It is over.");
}

static bool own_seat(struct case_meet *m, const struct doing *d, struct case_seat **s,
                     struct err *e)
{
    int at = meet_seat(m, d->who);

    *s = at < 0 ? NULL : &m->seat[at];
    if (!is_test(m))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (at < 0)
        return refuse(e, ERR_DENIED, NULL, "You are not on the roll of this gathering.");
    return (*s)->sheet != SHEET_HANDED ||
           refuse(e, ERR_CONFLICT, NULL, "This test was handed in; it cannot be sat twice.");
}

bool meet_begin(struct case_meet *m, const struct doing *d, struct err *e)
{
    struct case_seat *s;

    if (!own_seat(m, d, &s, e) || !is_on(m, d, e))
        return false;
    if (s->sheet == SHEET_NONE)
        s->due_ms = paper_due(m->def->paper, d->at_ms, m->ends_ms);
    s->sheet = SHEET_BEGUN;
    return true;
}

/* {single: 12, judge: 5}: so many are right; nobody has more right than were drawn. */
static bool right_read(const struct case_meet *m, const struct doing *d, int64_t right[PAPER_KINDS],
                       struct err *e)
{
    const struct val *v = take(d->v, "right");

    for (int i = 0; i < PAPER_KINDS; i++) {
        const struct val *n = take(v, kinds[i]);

        right[i] = n ? n->integer : 0;
        if ((n && n->kind != VAL_INT) || right[i] > m->def->paper->draw[i])
            return refuse(e, ERR_INVALID, "right", "There is no such question.");
    }
    return true;
}

static void mark(const struct case_meet *m, struct case_seat *s, const int64_t right[PAPER_KINDS])
{
    int there[PAPER_KINDS];
    int64_t each[PAPER_KINDS];

    (void)bank_read(m, there, each);
    s->mark = 0;
    for (int i = 0; i < PAPER_KINDS; i++)
        s->mark += right[i] * each[i];
    s->sheet = SHEET_HANDED;
}

bool meet_hand_in(struct case_meet *m, const struct doing *d, struct err *e)
{
    int64_t right[PAPER_KINDS];
    struct case_seat *s;

    if (!own_seat(m, d, &s, e))
        return false;
    if (s->sheet != SHEET_BEGUN || !s->due_ms)
        return refuse(e, ERR_CONFLICT, NULL, "This test has not been opened yet.");
    if (d->at_ms >= s->due_ms)
        return refuse(e, ERR_CONFLICT, NULL,
                      "The time is over. What you had answered was handed in.");
    if (!right_read(m, d, right, e))
        return false;
    mark(m, s, right);
    return true;
}

/* ---- paper sheets ------------------------------------------------------------ */

/* Two people read it alike, or it is not marked. */
static void key_twice(struct case_meet *m, const struct doing *d, struct case_seat *s,
                      const int64_t right[PAPER_KINDS])
{
    bool first = !s->read_by || s->read_by == d->person->id;

    if (first) {
        memcpy(s->read, right, sizeof(s->read));
        s->read_by = d->person->id;
        return;
    }
    s->differs = memcmp(s->read, right, sizeof(s->read)) != 0;
    if (!s->differs)
        mark(m, s, right);
}

bool meet_key(struct case_meet *m, const struct doing *d, struct err *e)
{
    int at = meet_seat(m, doing_text(d, "sheet"));
    int64_t right[PAPER_KINDS];
    struct case_seat *s = &m->seat[at < 0 ? 0 : at];

    if (!is_test(m))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (m->state == MEET_DRAFT || m->state >= MEET_CLOSED || d->at_ms < m->starts_ms)
        return refuse(e, ERR_CONFLICT, NULL,
                      "Answer sheets are keyed in from its beginning until it is closed.");
    if (at < 0)
        return refuse(e, ERR_NOT_FOUND, "seat", "There is no such place on the roll.");
    if (s->sheet == SHEET_HANDED || s->due_ms)
        return refuse(e, ERR_CONFLICT, NULL, "This test was handed in; it cannot be sat twice.");
    if (!right_read(m, d, right, e))
        return false;
    s->sheet = SHEET_BEGUN;
    if (m->def->paper->twice)
        key_twice(m, d, s, right);
    else
        mark(m, s, right);
    return true;
}

/* ---- asking at the door -------------------------------------------------------- */

static bool may_ask(const struct case_meet *m, const struct doing *d, struct err *e)
{
    for (int i = 0; d->person && i < d->person->posts; i++) {
        if (paper_asked_by(m->def->paper, d->person->post[i].role))
            return true;
    }
    return meet_runs(m, d, e);
}

static bool state_read(const struct doing *d, enum sheet_state *out, struct err *e)
{
    static const char *const names[] = {"asked", "refused", "away"};
    struct str is = take(d->v, "is") ? doing_text(d, "is") : S("asked");

    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_eq(is, str_of(names[i]))) {
            *out = (enum sheet_state)(SHEET_ASKED + i);
            return true;
        }
    }
    return refuse(e, ERR_INVALID, "state",
                  "Please say whether they answered, refused, or nobody was home.");
}

static bool answers_hold(struct case_meet *m, const struct doing *d, struct err *e)
{
    const struct paper *p = m->def->paper;
    const struct val *got = doing_fields(m, d, p->ask, p->asks);

    for (int i = 0; i < p->asks; i++) {
        if (!paper_answer_check(&p->ask[i], val_get(got, p->ask[i].name), e))
            return false;
    }
    return true;
}

static bool not_asked(const struct case_seat *s)
{
    return s->sheet == SHEET_NONE;
}

/* Who has answered has answered, also if nobody is home the next time. */
static void put_asked(struct case_seat *s, enum sheet_state state, bool self)
{
    if (s->sheet != SHEET_ASKED)
        s->sheet = state;
    s->self = s->self || self;
}

bool meet_ask(struct case_meet *m, const struct doing *d, struct err *e)
{
    struct str household = doing_text(d, "household");
    int at = meet_seat(m, household), list[CASE_SEATS];
    bool self = household.n && str_eq(household, d->who);
    enum sheet_state state;
    int64_t others;

    if (!m->def->paper || !m->def->paper->asks)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (!is_on(m, d, e) || !state_read(d, &state, e) || (!self && !may_ask(m, d, e)) ||
        !doing_number(d, "others", 0, &others, e) || !meet_others(m, not_asked, others, list, e))
        return false;
    if (at < 0 && !others)
        return refuse(e, ERR_NOT_FOUND, "seat", "There is no such place on the roll.");
    if (at >= 0 && m->seat[at].self && !self)
        return refuse(e, ERR_CONFLICT, NULL, "They have answered by themselves already.");
    if (state == SHEET_ASKED && !answers_hold(m, d, e))
        return false;
    if (at >= 0)
        put_asked(&m->seat[at], state, self);
    for (int64_t i = 0; i < others; i++)
        put_asked(&m->seat[list[i]], state, false);
    return true;
}

/* ---- what comes of it ------------------------------------------------------------ */

/* What was begun is handed in when its time is over. */
static bool has_sat(const struct case_meet *m, const struct case_seat *s)
{
    return s->sheet == SHEET_HANDED ||
           (s->sheet == SHEET_BEGUN &&
            (m->state == MEET_CLOSED || (s->due_ms && s->due_ms <= m->c->now_ms)));
}

/* "chen 61 of 100 passed; li not alike", of those with a name. */
struct str meet_marks(struct case_meet *m)
{
    struct buf b = {.arena = m->c->a};
    int64_t full = full_mark(m);

    for (int i = 0; i < m->seats; i++) {
        const struct case_seat *s = &m->seat[i];

        if (s->name.n && has_sat(m, s))
            case_join(&b,
                      str_format(m->c->a, "%.*s %lld of %lld %s", STR_ARG(s->name),
                                 (long long)s->mark, (long long)full,
                                 paper_passed(m->def->paper, s->mark, full) ? "passed" : "failed"));
        else if (s->differs)
            case_join(&b, str_format(m->c->a, "%.*s not alike", STR_ARG(s->name)));
    }
    return buf_str(&b);
}

int64_t meet_sheets(const struct case_meet *m, struct str what)
{
    int64_t n = 0;

    for (int i = 0; i < m->seats; i++) {
        const struct case_seat *s = &m->seat[i];

        if (str_eq(what, S("sat")))
            n += has_sat(m, s);
        else if (str_eq(what, S("passed")))
            n += has_sat(m, s) && paper_passed(m->def->paper, s->mark, full_mark(m));
        else if (str_eq(what, S("asked")))
            n += s->sheet == SHEET_ASKED;
        else if (str_eq(what, S("refused")))
            n += s->sheet == SHEET_REFUSED;
        else
            n += s->sheet == SHEET_AWAY;
    }
    return n;
}
