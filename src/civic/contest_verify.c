/* A contest against its events: who competed, what was marked, recused and appealed, the ranking.
 */
#include "civic/verify.h"

#include <stdlib.h>
#include <string.h>

STMT(verify_entrants, "SELECT n, title, matter_id, state FROM entrant WHERE district = $1 AND "
                      "gathering_id = $2 ORDER BY n");
STMT(verify_marks, "SELECT n, judge_n, item, value, at FROM mark WHERE district = $1 AND "
                   "gathering_id = $2");
STMT(verify_recusals, "SELECT n, judge_n, reason, why, at FROM recusal WHERE district = $1 AND "
                      "gathering_id = $2");
STMT(verify_appeals, "SELECT n, reason, at, answer, upheld, answered_by, answered_at FROM appeal "
                     "WHERE district = $1 AND gathering_id = $2 ORDER BY n");

/* A mark (text: its item) or a recusal (text: its reason; value: whether it was said). */
struct fact {
    int64_t n, judge, value, at, seq;
    struct str text;
};

struct facts {
    struct fact *fact;
    size_t n, room;
};

static void add(struct desk *k, struct facts *all, struct fact one)
{
    if (all->n == all->room) {
        struct fact *more =
            NEW_ARRAY(k->a, struct fact, all->room = all->room ? all->room * 2 : 64);

        if (all->n)
            memcpy(more, all->fact, all->n * sizeof(*more));
        all->fact = more;
    }
    all->fact[all->n++] = one;
}

struct entry_told {
    int64_t n, matter, seq;
    struct str title, state;
    struct str reason, answer; /* of an appeal */
    int64_t appealed_at, answered_at, answered_by;
    bool upheld;
};

struct contest_told {
    struct entry_told entry[ENTRANTS_MAX];
    int entries;
    struct facts marks, recusals;
    int64_t on, appeal_until, final_at, ranked_seq;
    const struct val *ranking; /* as published last; NULL: not since a mark was corrected */
    bool closed;
};

struct contest_told *contest_told(struct checking *c)
{
    return c->g->def && c->g->def->contest ? NEW(c->k->a, struct contest_told) : NULL;
}

/* ---- hearing -------------------------------------------------------------- */

static struct entry_told *entry_of(struct contest_told *s, int64_t n)
{
    static struct entry_told nobody; /* of an event that its ledger should not hold */

    for (int i = 0; i < s->entries; i++) {
        if (s->entry[i].n == n)
            return &s->entry[i];
    }
    if (s->entries == ENTRANTS_MAX)
        return &nobody;
    s->entry[s->entries] = (struct entry_told){
        .n = n, .title = S(""), .state = S(""), .reason = S(""), .answer = S("")};
    return &s->entry[s->entries++];
}

static void hear_marks(struct checking *c, struct contest_told *s, const struct told *t)
{
    const struct val *list = val_get(t->content, S("marks"));

    for (const struct item *it = list ? list->first : NULL; it; it = it->next)
        add(c->k, &s->marks,
            (struct fact){.n = val_int(t->content, "n"),
                          .judge = val_int(&it->val, "judge"),
                          .value = val_int(&it->val, "value"),
                          .at = t->at,
                          .seq = t->seq,
                          .text = val_text(&it->val, "item")});
}

static void hear_on(struct checking *c, struct contest_told *s, const struct told *t)
{
    const struct val *list = val_get(t->content, S("recused"));
    int64_t n = val_int(t->content, "n");

    entry_of(s, n)->state = S("on");
    s->on = n;
    for (const struct item *it = list ? list->first : NULL; it; it = it->next)
        add(c->k, &s->recusals, (struct fact){n, it->val.integer, false, t->at, t->seq, S("")});
}

static void leave(struct contest_told *s, int64_t n, struct str state)
{
    entry_of(s, n)->state = state;
    if (s->on == n)
        s->on = 0;
}

static void hear_appeal(struct entry_told *en, const struct told *t)
{
    if (told_is(t, "appeal")) {
        en->reason = val_text(t->content, "reason");
        en->appealed_at = t->at;
    } else {
        en->answer = val_text(t->content, "text");
        en->upheld = val_get(t->content, S("upheld"))->boolean;
        en->answered_at = t->at;
        en->answered_by = t->who;
    }
}

static void hear_ranking(struct contest_told *s, const struct told *t)
{
    if (told_is(t, "close")) {
        s->closed = true;
        s->appeal_until = val_int(t->content, "appeal_until");
    }
    if (told_is(t, "final") || !s->appeal_until)
        s->final_at = t->at;
    s->ranking = val_get(t->content, S("ranking"));
    s->ranked_seq = t->seq;
}

void contest_hear(struct checking *c, struct contest_told *s, const struct told *t)
{
    int64_t n = val_int(t->content, "n");

    if (told_is(t, "contestant")) {
        struct entry_told *en = entry_of(s, n);

        en->title = val_text(t->content, "title");
        en->matter = val_int(t->content, "matter");
    } else if (told_is(t, "contestant_on")) {
        hear_on(c, s, t);
    } else if (told_is(t, "contestant_shut")) {
        leave(s, n, S("closed"));
    } else if (told_is(t, "contestant_left")) {
        leave(s, n, S("withdrawn"));
    } else if (told_is(t, "recuse")) {
        add(c->k, &s->recusals,
            (struct fact){n, val_int(t->content, "judge"), true, t->at, t->seq,
                          val_text(t->content, "reason")});
    } else if (told_is(t, "marks")) {
        hear_marks(c, s, t);
    } else if (told_is(t, "appeal") || told_is(t, "appeal_answer")) {
        hear_appeal(entry_of(s, n), t);
        hear_marks(c, s, t);
        if (told_is(t, "appeal_answer"))
            s->ranking = NULL;
    } else if (told_is(t, "close") || told_is(t, "final")) {
        hear_ranking(s, t);
    }
}

/* ---- marks and recusals ------------------------------------------------------ */

static int compare_key(const struct fact *x, const struct fact *y, bool by_text)
{
    size_t least = x->text.n < y->text.n ? x->text.n : y->text.n;
    int d = (x->n > y->n) - (x->n < y->n);

    if (!d)
        d = (x->judge > y->judge) - (x->judge < y->judge);
    if (!d && by_text)
        d = memcmp(x->text.p, y->text.p, least);
    if (!d && by_text)
        d = (x->text.n > y->text.n) - (x->text.n < y->text.n);
    return d;
}

static int by_item(const void *a, const void *b)
{
    const struct fact *x = a, *y = b;
    int d = compare_key(x, y, true);

    return d ? d : (x->seq > y->seq) - (x->seq < y->seq);
}

static int by_judge(const void *a, const void *b)
{
    const struct fact *x = a, *y = b;
    int d = compare_key(x, y, false);

    return d ? d : (x->seq > y->seq) - (x->seq < y->seq);
}

/* Of several with one key a mark is the last, a recusal the first. */
static void keep_one(struct facts *all, bool marks)
{
    size_t n = 0;

    for (size_t i = 0; i < all->n; i++) {
        if (!n || compare_key(&all->fact[n - 1], &all->fact[i], marks) != 0)
            all->fact[n++] = all->fact[i];
        else if (marks)
            all->fact[n - 1] = all->fact[i];
    }
    all->n = n;
}

static void say(struct checking *c, const struct fact *f, bool marks, const char *what)
{
    if (marks)
        wrong(c, f->seq, "the mark for \"%.*s\" of place %lld by place %lld %s", STR_ARG(f->text),
              (long long)f->n, (long long)f->judge, what);
    else
        wrong(c, f->seq, "that place %lld does not mark place %lld %s", (long long)f->judge,
              (long long)f->n, what);
}

static bool same(const struct fact *x, const struct fact *y)
{
    return x->value == y->value && x->at == y->at && str_eq(x->text, y->text);
}

static void facts_compare(struct checking *c, struct facts *told, struct facts *rows, bool marks)
{
    size_t i = 0, j = 0;

    if (told->n)
        qsort(told->fact, told->n, sizeof(*told->fact), marks ? by_item : by_judge);
    if (rows->n)
        qsort(rows->fact, rows->n, sizeof(*rows->fact), marks ? by_item : by_judge);
    keep_one(told, marks);
    while (i < told->n || j < rows->n) {
        int d = i == told->n   ? 1
                : j == rows->n ? -1
                               : compare_key(&told->fact[i], &rows->fact[j], marks);

        if (d < 0)
            say(c, &told->fact[i], marks, "is gone");
        else if (d > 0)
            say(c, &rows->fact[j], marks, "was added beside its events");
        else if (!same(&told->fact[i], &rows->fact[j]))
            say(c, &told->fact[i], marks, "is not what its event says");
        i += d <= 0;
        j += d >= 0;
    }
}

static void marks_compare(struct checking *c, struct contest_told *s)
{
    struct desk *k = c->k;
    struct facts marks = {0}, recusals = {0};
    struct rows r = db_query(k->db, k->a, verify_marks, ARG(k->d->code), ARG(c->g->id));

    while (rows_next(&r))
        add(k, &marks,
            (struct fact){row_int(&r, 0), row_int(&r, 1), row_int(&r, 3), row_int(&r, 4), 0,
                          row_str(&r, 2)});
    facts_compare(c, &s->marks, &marks, true);
    r = db_query(k->db, k->a, verify_recusals, ARG(k->d->code), ARG(c->g->id));
    while (rows_next(&r))
        add(k, &recusals,
            (struct fact){row_int(&r, 0), row_int(&r, 1), str_eq(row_str(&r, 3), S("said")),
                          row_int(&r, 4), 0, row_str(&r, 2)});
    facts_compare(c, &s->recusals, &recusals, false);
}

/* ---- contestants and appeals ---------------------------------------------------- */

static void entrants_compare(struct checking *c, struct contest_told *s)
{
    struct desk *k = c->k;
    struct rows r = db_query(k->db, k->a, verify_entrants, ARG(k->d->code), ARG(c->g->id));
    int told = s->entries, rows = 0;

    for (; rows_next(&r); rows++) {
        const struct entry_told *en = entry_of(s, row_int(&r, 0));

        if (s->entries > told) {
            wrong(c, 0, "contestant %lld was added beside its events", (long long)en->n);
            s->entries--;
            rows--;
        } else if (!str_eq(en->title, row_str(&r, 1)) || en->matter != row_int(&r, 2) ||
                   !str_eq(en->state, row_str(&r, 3))) {
            wrong(c, 0,
                  "what contestant %lld showed, or whether they did, is not what its events say",
                  (long long)en->n);
        }
    }
    if (rows < told)
        wrong(c, 0, "%d of its contestants are gone", told - rows);
}

static void appeals_compare(struct checking *c, struct contest_told *s)
{
    struct desk *k = c->k;
    struct rows r = db_query(k->db, k->a, verify_appeals, ARG(k->d->code), ARG(c->g->id));
    int told = 0, rows = 0;

    for (int i = 0; i < s->entries; i++)
        told += s->entry[i].appealed_at > 0;
    for (; rows_next(&r); rows++) {
        const struct entry_told *en = entry_of(s, row_int(&r, 0));

        if (!str_eq(en->reason, row_str(&r, 1)) || en->appealed_at != row_int(&r, 2) ||
            !str_eq(en->answer, row_str(&r, 3)) || en->upheld != (row_int(&r, 4) != 0) ||
            en->answered_by != row_int(&r, 5) || en->answered_at != row_int(&r, 6))
            wrong(c, 0, "the appeal of contestant %lld, or its answer, is not what its events say",
                  (long long)row_int(&r, 0));
    }
    if (rows < told)
        wrong(c, 0, "%d of its appeals are gone", told - rows);
}

/* ---- the ranking ------------------------------------------------------------------ */

/* By today's rule, if it is still the one under which it was prepared. */
static void points_compare(struct checking *c, const struct entrant *en, int n)
{
    int m;
    const struct entrant *is;

    if (!str_eq(c->g->def->hash, c->g->def_hash))
        return;
    is = contest_points(c->k, c->g, &m);
    for (int i = 0; i < n && i < m; i++) {
        if (en[i].points != is[i].points || en[i].rank != is[i].rank ||
            en[i].marks != is[i].marks || en[i].kept != is[i].kept)
            wrong(c, 0, "points or rank of contestant %lld are not what the marks come to",
                  (long long)en[i].n);
    }
}

static void ranking_compare(struct checking *c, const struct contest_told *s,
                            const struct entrant *en, int n)
{
    const struct item *it = s->ranking ? s->ranking->first : NULL;
    bool as_told = true;

    for (int i = 0; s->ranking && i < n; i++, it = it ? it->next : NULL)
        as_told = as_told && it && val_int(&it->val, "n") == en[i].n &&
                  val_int(&it->val, "points") == en[i].points &&
                  val_int(&it->val, "rank") == en[i].rank &&
                  val_int(&it->val, "marks") == en[i].marks;
    if (!as_told || it)
        wrong(c, s->ranked_seq, "the ranking is not the one that was published");
}

void contest_compare(struct checking *c, struct contest_told *s)
{
    struct contest_state is = contest_state(c->k, c->g->id);
    int n, competed = 0;
    const struct entrant *en = contest_entrants(c->k, c->g, &n);

    entrants_compare(c, s);
    marks_compare(c, s);
    appeals_compare(c, s);
    if (is.on != s->on || is.appeal_until != s->appeal_until || is.final_at != s->final_at)
        wrong(c, 0, "who is on, or since when it is final, is not what its events say");
    points_compare(c, en, n);
    ranking_compare(c, s, en, n);
    for (int i = 0; i < n; i++)
        competed += str_eq(en[i].state, S("closed"));
    if (s->closed && val_int(c->g->numbers, "contestants") != competed)
        wrong(c, c->g->head.seq, "how many competed, counted again, is another number");
}
