/* Asking at the door, keying in paper sheets, and the end of it all. */
#include "civic/paper.h"

#include "base/utf8.h"
#include "civic/district.h"

#include <string.h>

#define SEATS_MAX 20000

/* ---- surveys ------------------------------------------------------------------ */

bool paper_asks(const struct desk *k, const struct gathering *g, const struct seat *s)
{
    const struct unit *u = unit_by_id(k->d->units, s->unit_id);

    if (gathering_runs(k, g))
        return true;
    for (size_t i = 0; u && g->def && g->def->paper && i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];

        /* A household may be listed with its community, or with its grid. */
        if (paper_asked_by(g->def->paper, h->role) &&
            (path_holds(h->path, u->path) || path_holds(u->path, h->path)))
            return true;
    }
    return false;
}

/* Of what was sent, what is asked. */
static bool take_answers(struct desk *k, const struct paper *p, const struct val *got,
                         struct val *out, struct err *e)
{
    for (int i = 0; i < p->asks; i++) {
        const struct val *v = got ? val_get(got, p->ask[i].name) : NULL;

        if (!paper_answer_check(&p->ask[i], v, e))
            return false;
        if (!val_is_empty(v))
            set_val(out, str_copy(k->a, p->ask[i].name), *v);
    }
    return true;
}

static bool check_asked(struct desk *k, const struct gathering *g, const struct seat *s,
                        const struct asked *what, struct err *e)
{
    if (!paper_is_on(k, g, e))
        return false;
    if (!g->def->paper->asks)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (!str_eq(what->state, S("asked")) && !str_eq(what->state, S("refused")) &&
        !str_eq(what->state, S("away")))
        return refuse(e, ERR_INVALID, "state",
                      "Please say whether they answered, refused, or nobody was home.");
    return str_eq(what->way, S("self")) || paper_asks(k, g, s) ||
           refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
}

bool sheet_ask(struct desk *k, const struct gathering *g, const struct seat *s,
               const struct asked *what, struct err *e)
{
    bool self = str_eq(what->way, S("self"));
    struct sheet it;

    if (!check_asked(k, g, s, what, e))
        return false;
    if (sheet_find(k, g->id, s->n, &it) && what->request.n && str_eq(it.request, what->request))
        return true;
    if (!self && str_eq(it.state, S("asked")) && str_eq(it.way, S("self")))
        return refuse(e, ERR_CONFLICT, NULL, "They have answered by themselves already.");
    /* Who answered once has answered, also if nobody is home the next time. */
    if (str_eq(what->state, S("asked"))) {
        it.answers = val_map(k->a);
        if (!take_answers(k, g->def->paper, what->answers, it.answers, e))
            return false;
    }
    if (!str_eq(it.state, S("asked")) || str_eq(what->state, S("asked")))
        it.state = what->state;
    it.way = what->way;
    it.by_id = k->actor->person;
    it.visits += !self;
    it.request = what->request;
    sheet_save(k, &it);
    sheet_record(k, &it, self ? "answer" : "visit");
    return true;
}

/* ---- paper sheets of a test ------------------------------------------------------ */

static void put_differ(struct desk *k, const struct paper_drawn *p, const struct sheet *s,
                       struct val *differ)
{
    for (size_t i = 0; i < p->n; i++) {
        struct str key = str_format(k->a, "%zu", i + 1);
        struct str one = val_text(s->answers, key.p), two = val_text(s->second, key.p);

        if (!str_eq(one, two)) {
            struct val *v = add_map(differ);

            set_int(v, "n", (int64_t)i + 1);
            set_str(v, "one", one);
            set_str(v, "two", two);
        }
    }
}

/* Each person's own reading; a third one's takes the second's place. */
static void keep_reading(struct desk *k, struct sheet *s, struct val *answers)
{
    if (!s->by_id || s->by_id == k->actor->person) {
        s->answers = answers;
        s->by_id = k->actor->person;
    } else {
        s->second = answers;
        s->second_by = k->actor->person;
    }
}

bool sheet_key(struct desk *k, const struct gathering *g, const struct seat *s,
               const struct val *answers, struct val *differ, struct err *e)
{
    struct val *read = val_map(k->a);
    struct paper_drawn p;
    struct sheet it;

    if (!gathering_runs(k, g))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (!g->def || !g->def->paper || g->def->paper->asks || gathering_in(g, "draft"))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (k->now < g->starts_at || gathering_in(g, "closed") || gathering_in(g, "cancelled"))
        return refuse(e, ERR_CONFLICT, NULL,
                      "Answer sheets are keyed in from its beginning until it is closed.");
    if (sheet_find(k, g->id, s->n, &it) && (it.handed_at || !str_eq(it.way, S("paper"))))
        return refuse(e, ERR_CONFLICT, NULL, "This test was handed in; it cannot be sat twice.");
    if (!paper_load(k, g->id, &p, e) || !sheet_put_answers(k, &p, &read, answers, e))
        return false;
    it.state = S("begun");
    it.way = S("paper");
    it.begun_at = g->starts_at;
    keep_reading(k, &it, read);
    if (it.second)
        put_differ(k, &p, &it, differ);
    if (!g->def->paper->twice || (it.second && !differ->first)) {
        sheet_mark(k, &p, &it, k->now);
        return true;
    }
    sheet_save(k, &it);
    sheet_record(k, &it, "key");
    return true;
}

/* ---- the end ---------------------------------------------------------------------- */

static void count_test(struct desk *k, struct gathering *g)
{
    struct paper_drawn p;
    struct err e = {0};
    int64_t sat = 0, passed = 0;
    struct sheet_row *row;
    size_t n;

    if (!paper_load(k, g->id, &p, &e))
        return;
    row = paper_rows(k, g, &n);
    for (size_t i = 0; i < n; i++) {
        sat += row[i].handed_at > 0;
        passed += row[i].handed_at > 0 && paper_passed(g->def->paper, row[i].mark, p.full_mark);
    }
    set_int(g->numbers, "sat", sat);
    set_int(g->numbers, "passed", passed);
}

static void count_survey(struct desk *k, struct gathering *g)
{
    int64_t asked = 0, refused = 0;
    struct sheet_row *row;
    size_t n;

    row = paper_rows(k, g, &n);
    for (size_t i = 0; i < n; i++) {
        asked += str_eq(row[i].state, S("asked"));
        refused += str_eq(row[i].state, S("refused"));
    }
    set_int(g->numbers, "asked", asked);
    set_int(g->numbers, "refused", refused);
}

void paper_close(struct desk *k, struct gathering *g)
{
    const struct paper *p = g->def ? g->def->paper : NULL;
    struct paper_drawn drawn;
    struct err e = {0};
    struct sheet *s;
    size_t n;

    if (!p)
        return;
    if (p->asks) {
        count_survey(k, g);
        return;
    }
    s = sheets_left(k, g->id, SEATS_MAX, &n);
    for (size_t i = 0; i < n && paper_load(k, g->id, &drawn, &e); i++)
        sheet_mark(k, &drawn, &s[i], s[i].due_at < k->now ? s[i].due_at : k->now);
    count_test(k, g);
}
