/* Papers and sheets against their events: the draw, what was answered, marks and counts. */
#include "civic/verify.h"

#include "pack/kind.h"
#include "val/json.h"

#include <string.h>

#define PAGE        1000
#define CONTENT_MAX ((size_t)1 << 20)

STMT(verify_drawn_at, "SELECT at FROM paper WHERE district = $1 AND gathering_id = $2");
/* As the bank was then. */
STMT(verify_bank, "SELECT id, mark, bank, kind, text, options, answer FROM question WHERE district "
                  "= $1 AND bank = $2 AND from_at <= $3 AND (to_at = 0 OR to_at > $3) AND answer "
                  "<> '' ORDER BY id");
STMT(verify_sheet_told,
     "SELECT s.seat_n, e.seq, e.at, e.kind, e.content FROM sheet s JOIN event e ON e.district = $1 "
     "AND e.subject = s.id WHERE s.district = $1 AND s.gathering_id = $2 ORDER BY s.seat_n, e.seq");
STMT(verify_questions,
     "SELECT q.id, q.bank, q.kind, q.text, q.options, q.answer, q.mark, q.from_at, q.to_at, a.at, "
     "a.content, b.at FROM question q LEFT JOIN event a ON a.district = $1 AND a.subject = q.id "
     "AND a.seq = 1 LEFT JOIN event b ON b.district = $1 AND b.subject = q.id AND b.seq = 2 WHERE "
     "q.district = $1 AND q.id > $2 ORDER BY q.id LIMIT $3");

/* ---- the draw ---------------------------------------------------------------- */

static struct question *bank_then(struct desk *k, struct str bank, int64_t at, size_t *n)
{
    struct rows r = db_query(k->db, k->a, verify_bank, ARG(k->d->code), ARG(bank), ARG(at));

    return questions_of(k->a, r, n);
}

/* How many of each kind: by the pack, or if it has changed since, as many as there are. */
static void count_kinds(const struct gathering *g, const struct paper_drawn *p,
                        int draw[PAPER_KINDS])
{
    memcpy(draw, g->def->paper->draw, PAPER_KINDS * sizeof(*draw));
    if (str_eq(g->def->hash, g->def_hash))
        return;
    memset(draw, 0, PAPER_KINDS * sizeof(*draw));
    for (size_t i = 0; i < p->n; i++)
        draw[p->question[i].kind]++;
}

static bool draws_the_same(struct desk *k, const struct gathering *g, const struct paper_drawn *p,
                           int64_t at)
{
    unsigned char seed[32];
    const struct question *drawn[PAPER_QUESTIONS_MAX];
    int draw[PAPER_KINDS];
    size_t n;
    struct question *bank = bank_then(k, p->bank, at, &n);

    if (!paper_seed(p, seed))
        return false;
    count_kinds(g, p, draw);
    if (paper_lots(k->a, seed, bank, n, draw, drawn) != p->n)
        return false;
    for (size_t i = 0; i < p->n; i++) {
        if (drawn[i]->id != p->question[i].id)
            return false;
    }
    return true;
}

static int64_t full_mark(const struct paper_drawn *p)
{
    int64_t full = 0;

    for (size_t i = 0; i < p->n; i++)
        full += p->question[i].mark;
    return full;
}

static void draw_verify(struct checking *c, const struct paper_drawn *p, struct str told)
{
    struct desk *k = c->k;
    struct rows r = db_query(k->db, k->a, verify_drawn_at, ARG(k->d->code), ARG(c->g->id));
    int64_t at = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    if (!str_eq(p->hash, told) || !str_eq(text_hash(k->a, p->seed), told))
        wrong(c, 0, "the seed of its paper is not the one whose hash was told when it was called");
    else if (!draws_the_same(k, c->g, p, at))
        wrong(c, 0, "the questions of its paper are not those that its seed draws from the bank");
    else if (full_mark(p) != p->full_mark)
        wrong(c, 0, "the full mark of its paper is not what its questions add up to");
}

/* ---- sheets -------------------------------------------------------------------- */

struct sheet_told {
    struct str kind, state, way, answers; /* of the last event */
    int64_t seq, begun_at, due_at, handed_at, mark, visits;
};

static void hear_sheet(struct desk *k, struct sheet_told *s, const struct rows *r)
{
    struct val *c = NULL;
    struct err e = {0};

    s->seq = row_int(r, 1);
    s->kind = row_str(r, 3);
    if (!json_read(k->a, row_str(r, 4), CONTENT_MAX, &c, &e))
        return;
    s->state = val_text(c, "state");
    s->way = val_text(c, "way");
    s->answers = val_text(c, "answers");
    s->due_at = val_int(c, "due_at");
    s->visits += str_eq(s->kind, S("visit"));
    if (str_eq(s->kind, S("begin")))
        s->begun_at = row_int(r, 2);
    if (str_eq(s->kind, S("hand_in"))) {
        s->handed_at = row_int(r, 2);
        s->mark = val_int(c, "mark");
    }
}

/* Single answers while the time runs leave no event: the sheet that is handed in does. */
static bool answers_hold(struct desk *k, const struct sheet *s, const struct sheet_told *t)
{
    return str_eq(t->kind, S("begin")) || str_eq(t->answers, sheet_digest(k, s));
}

static void compare_sheet(struct checking *c, const struct paper_drawn *p, const struct sheet *s,
                          const struct sheet_told *t)
{
    long long n = (long long)s->seat_n;

    if (!t->seq)
        wrong(c, 0, "the sheet of place %lld was added beside its events", n);
    else if (!str_eq(s->state, t->state) || !str_eq(s->way, t->way) || s->visits != t->visits)
        wrong(c, t->seq, "how place %lld was asked is not what its events say", n);
    else if (s->handed_at != t->handed_at || s->due_at != t->due_at ||
             (t->begun_at && s->begun_at != t->begun_at))
        wrong(c, t->seq, "when place %lld began or handed in is not what its events say", n);
    else if (!answers_hold(c->k, s, t))
        wrong(c, t->seq, "the answers of place %lld are not those that were sent", n);
    else if (s->mark != t->mark)
        wrong(c, t->seq, "the mark of place %lld is %lld, and %lld was told", n, (long long)s->mark,
              (long long)t->mark);
    else if (s->handed_at && p && s->mark != sheet_worth(c->k, p, s))
        wrong(c, t->seq, "the mark of place %lld is %lld, and its answers are worth %lld", n,
              (long long)s->mark, (long long)sheet_worth(c->k, p, s));
}

/* What they add up to. */
struct paper_sums {
    int64_t asked, refused, sat, passed;
};

static void add_up(const struct checking *c, const struct paper_drawn *p, const struct sheet *s,
                   struct paper_sums *sums)
{
    sums->asked += str_eq(s->state, S("asked"));
    sums->refused += str_eq(s->state, S("refused"));
    sums->sat += s->handed_at > 0;
    sums->passed += p && s->handed_at > 0 && paper_passed(c->g->def->paper, s->mark, p->full_mark);
}

/* Events and sheets are both in order of seats. */
static void sheets_verify(struct checking *c, const struct paper_drawn *p, struct paper_sums *sums)
{
    struct desk *k = c->k;
    size_t n, i = 0;
    struct sheet *sheet = sheets_all(k, c->g->id, &n);
    struct sheet_told *told = NEW_ARRAY(k->a, struct sheet_told, n + 1);
    struct rows r = db_query(k->db, k->a, verify_sheet_told, ARG(k->d->code), ARG(c->g->id));

    while (rows_next(&r)) {
        while (i < n && sheet[i].seat_n != row_int(&r, 0))
            i++;
        if (i < n)
            hear_sheet(k, &told[i], &r);
    }
    for (i = 0; i < n; i++) {
        compare_sheet(c, p, &sheet[i], &told[i]);
        add_up(c, p, &sheet[i], sums);
    }
}

static void number_verify(struct checking *c, const char *name, int64_t is)
{
    if (val_int(c->g->numbers, name) != is)
        wrong(c, c->g->head.seq, "it says %lld of \"%s\", and counted again there are %lld",
              (long long)val_int(c->g->numbers, name), name, (long long)is);
}

void paper_verify(struct checking *c, struct str told)
{
    const struct paper *def = c->g->def ? c->g->def->paper : NULL;
    struct paper_drawn drawn, *p = NULL;
    struct paper_sums sums = {0};
    struct err e = {0};

    if (!def || gathering_in(c->g, "draft"))
        return;
    if (!def->asks && paper_load(c->k, c->g->id, &drawn, &e))
        draw_verify(c, p = &drawn, told);
    else if (told.n)
        wrong(c, 0, "the paper that was drawn is gone");
    sheets_verify(c, p, &sums);
    if (!gathering_in(c->g, "closed"))
        return;
    if (def->asks) {
        number_verify(c, "asked", sums.asked);
        number_verify(c, "refused", sums.refused);
    } else {
        number_verify(c, "sat", sums.sat);
        if (str_eq(c->g->def->hash, c->g->def_hash)) /* the bar may be another one today */
            number_verify(c, "passed", sums.passed);
    }
}

/* ---- questions ------------------------------------------------------------------ */

static bool as_written(const struct rows *r, const struct val *told)
{
    static const char *const texts[] = {"bank", "kind", "text", "options", "answer"};

    for (int i = 0; i < (int)COUNT(texts); i++) {
        if (!str_eq(row_str(r, 1 + i), val_text(told, texts[i])))
            return false;
    }
    return row_int(r, 6) == val_int(told, "mark");
}

static void question_verify(struct checking *c, const struct rows *r)
{
    struct val *told = NULL;
    struct err e = {0};

    c->g->id = row_int(r, 0);
    if (row_is_null(r, 10) || !json_read(c->k->a, row_str(r, 10), CONTENT_MAX, &told, &e))
        wrong(c, 1, "a question was added beside the ledger");
    else if (!as_written(r, told))
        wrong(c, 1, "a question is not as it was written");
    else if (row_int(r, 7) != row_int(r, 9) || row_int(r, 8) != row_int(r, 11))
        wrong(c, 1, "from when and until when a question holds is not what the ledger says");
}

void questions_verify(struct checking *c)
{
    struct desk *k = c->k;
    int64_t last = 0;
    int n;

    do {
        struct rows r;

        arena_clear(k->a);
        c->g = NEW(k->a, struct gathering);
        r = db_query(k->db, k->a, verify_questions, ARG(k->d->code), ARG(last), ARG(PAGE));
        for (n = 0; rows_next(&r); n++) {
            last = row_int(&r, 0);
            question_verify(c, &r);
        }
    } while (n == PAGE);
}
