/* Papers and sheets: drawing, sitting, handing in. What comes of them is paper_result.c's. */
#include "civic/paper.h"

#include "civic/district.h"
#include "civic/job.h"
#include "val/json.h"

#include <sodium.h>
#include <string.h>

#define TICKS_AT_ONCE 100

#define COLUMNS                                                                                   \
    "id, gathering_id, seat_n, by_id, visits, second_by, state, way, answers, second, begun_at, " \
    "due_at, handed_at, mark, request"

STMT(paper_insert, "INSERT INTO paper (district, gathering_id, bank, seed, hash, full_mark, at) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7)");
STMT(paper_get, "SELECT bank, seed, hash, full_mark FROM paper WHERE district = $1 AND "
                "gathering_id = $2");
STMT(paper_put_question, "INSERT INTO paper_question (district, gathering_id, n, question_id) "
                         "VALUES ($1, $2, $3, $4)");
STMT(paper_get_questions,
     "SELECT q.id, q.mark, q.bank, q.kind, q.text, q.options, q.answer FROM paper_question p JOIN "
     "question q ON q.district = $1 AND q.id = p.question_id WHERE p.district = $1 AND "
     "p.gathering_id = $2 ORDER BY p.n");
STMT(sheet_get, "SELECT " COLUMNS " FROM sheet WHERE district = $1 AND gathering_id = $2 AND "
                "seat_n = $3");
STMT(sheet_put,
     "INSERT INTO sheet (district, gathering_id, seat_n, id, state, way, by_id, visits, answers, "
     "second, second_by, request, begun_at, due_at, handed_at, mark) VALUES ($1, $2, $3, $4, $5, "
     "$6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (district, gathering_id, "
     "seat_n) DO UPDATE SET state = excluded.state, way = excluded.way, by_id = excluded.by_id, "
     "visits = excluded.visits, answers = excluded.answers, second = excluded.second, second_by = "
     "excluded.second_by, request = excluded.request, begun_at = excluded.begun_at, due_at = "
     "excluded.due_at, handed_at = excluded.handed_at, mark = excluded.mark");
STMT(sheet_over, "SELECT " COLUMNS " FROM sheet WHERE district = $1 AND handed_at = 0 AND due_at "
                 "> 0 AND due_at <= $2 ORDER BY due_at LIMIT $3");
STMT(sheet_all, "SELECT " COLUMNS " FROM sheet WHERE district = $1 AND gathering_id = $2 ORDER BY "
                "seat_n");
STMT(sheet_left, "SELECT " COLUMNS " FROM sheet WHERE district = $1 AND gathering_id = $2 AND "
                 "handed_at = 0 AND due_at > 0");

/* ---- the draw --------------------------------------------------------------- */

static struct str hex_of(struct arena *a, const unsigned char *bytes, size_t n)
{
    char *hex = NEW_ARRAY(a, char, 2 * n + 1);

    sodium_bin2hex(hex, 2 * n + 1, bytes, n);
    return str_of(hex);
}

struct str text_hash(struct arena *a, struct str s)
{
    unsigned char hash[32];

    crypto_generichash(hash, sizeof(hash), (const unsigned char *)s.p, s.n, NULL, 0);
    return hex_of(a, hash, sizeof(hash));
}

static bool bank_suffices(const struct paper *p, struct str name, const struct question *bank,
                          size_t n, struct err *e)
{
    int there[PAPER_KINDS] = {0};

    for (size_t i = 0; i < n; i++)
        there[bank[i].kind] += bank[i].answer.n > 0;
    return paper_bank_check(p, name, there, e);
}

/* Without a right answer a question cannot be marked. */
static size_t with_answers(struct question *bank, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (bank[i].answer.n)
            bank[kept++] = bank[i];
    }
    return kept;
}

bool paper_draw(struct desk *k, const struct gathering *g, struct err *e)
{
    const struct paper *p = g->def ? g->def->paper : NULL;
    const struct question *drawn[PAPER_QUESTIONS_MAX];
    struct str bank = val_text(g->fields, "bank"), hex;
    struct question *list;
    unsigned char seed[32];
    size_t n;
    int64_t full = 0;

    if (!p || p->asks)
        return true;
    bank = bank.n ? bank : p->bank;
    list = question_read(k, bank, &n);
    if (!bank_suffices(p, bank, list, n, e))
        return false;
    randombytes_buf(seed, sizeof(seed));
    hex = hex_of(k->a, seed, sizeof(seed));
    n = paper_lots(k->a, seed, list, with_answers(list, n), p->draw, drawn);
    for (size_t i = 0; i < n; i++) {
        full += drawn[i]->mark;
        db_run(k->db, paper_put_question, ARG(k->d->code), ARG(g->id), ARG((int64_t)i + 1),
               ARG(drawn[i]->id));
    }
    db_run(k->db, paper_insert, ARG(k->d->code), ARG(g->id), ARG(bank), ARG(hex),
           ARG(text_hash(k->a, hex)), ARG(full), ARG(k->now));
    return true;
}

static struct question *drawn_questions(struct desk *k, int64_t gathering, size_t *n)
{
    struct rows r = db_query(k->db, k->a, paper_get_questions, ARG(k->d->code), ARG(gathering));
    struct question *list = NEW_ARRAY(k->a, struct question, PAPER_QUESTIONS_MAX);

    for (*n = 0; *n < PAPER_QUESTIONS_MAX && rows_next(&r);)
        question_read_row(&r, &list[(*n)++]);
    rows_end(&r);
    return list;
}

bool paper_load(struct desk *k, int64_t gathering, struct paper_drawn *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, paper_get, ARG(k->d->code), ARG(gathering));

    *out = (struct paper_drawn){.bank = S("")};
    if (!rows_next(&r))
        return refuse(e, ERR_CONFLICT, NULL, "The questions are drawn when the test is called.");
    out->bank = row_str(&r, 0);
    out->seed = row_str(&r, 1);
    out->hash = row_str(&r, 2);
    out->full_mark = row_int(&r, 3);
    rows_end(&r);
    out->question = drawn_questions(k, gathering, &out->n);
    return true;
}

struct str paper_hash(struct desk *k, int64_t gathering)
{
    struct rows r = db_query(k->db, k->a, paper_get, ARG(k->d->code), ARG(gathering));
    struct str hash = rows_next(&r) ? row_str(&r, 2) : S("");

    rows_end(&r);
    return hash;
}

/* ---- rows ------------------------------------------------------------------- */

struct val *sheet_answers(struct arena *a, struct str json)
{
    struct err e = {0};
    struct val *v;

    return json.n && json_read(a, json, json.n + 1, &v, &e) && v->kind == VAL_MAP ? v : val_map(a);
}

static void read_sheet(struct desk *k, const struct rows *r, struct sheet *out)
{
    *out = (struct sheet){.id = row_int(r, 0),
                          .gathering_id = row_int(r, 1),
                          .seat_n = row_int(r, 2),
                          .by_id = row_int(r, 3),
                          .visits = row_int(r, 4),
                          .second_by = row_int(r, 5),
                          .state = row_str(r, 6),
                          .way = row_str(r, 7),
                          .answers = sheet_answers(k->a, row_str(r, 8)),
                          .second = row_str(r, 9).n ? sheet_answers(k->a, row_str(r, 9)) : NULL,
                          .begun_at = row_int(r, 10),
                          .due_at = row_int(r, 11),
                          .handed_at = row_int(r, 12),
                          .mark = row_int(r, 13),
                          .request = row_str(r, 14)};
}

bool sheet_find(struct desk *k, int64_t gathering, int64_t seat, struct sheet *out)
{
    struct rows r = db_query(k->db, k->a, sheet_get, ARG(k->d->code), ARG(gathering), ARG(seat));
    bool there = rows_next(&r);

    *out = (struct sheet){.gathering_id = gathering,
                          .seat_n = seat,
                          .state = S(""),
                          .way = S(""),
                          .request = S(""),
                          .answers = val_map(k->a)};
    if (there)
        read_sheet(k, &r, out);
    rows_end(&r);
    return there;
}

void sheet_save(struct desk *k, struct sheet *s)
{
    if (!s->id)
        s->id = id_next(k->d->ids, k->now);
    db_run(k->db, sheet_put, ARG(k->d->code), ARG(s->gathering_id), ARG(s->seat_n), ARG(s->id),
           ARG(s->state), ARG(s->way), ARG(s->by_id), ARG(s->visits),
           ARG(json_text(k->a, s->answers)), ARG(json_text(k->a, s->second)), ARG(s->second_by),
           ARG(s->request), ARG(s->begun_at), ARG(s->due_at), ARG(s->handed_at), ARG(s->mark));
}

struct str sheet_digest(struct desk *k, const struct sheet *s)
{
    return text_hash(k->a, json_text(k->a, s->answers));
}

/* Which sheet, what it holds as a hash: the words themselves stay in the sheet. */
void sheet_record(struct desk *k, const struct sheet *s, const char *kind)
{
    struct val *c = val_map(k->a);
    struct event ev = {.subject = s->id,
                       .at = s->handed_at ? s->handed_at : k->now,
                       .who = k->actor->person,
                       .noun = S("sheet"),
                       .kind = str_of(kind),
                       .content = c};

    set_int(c, "gathering", s->gathering_id);
    set_int(c, "seat", s->seat_n);
    set_str(c, "state", s->state);
    set_str(c, "way", s->way);
    set_str(c, "answers", sheet_digest(k, s));
    if (s->due_at)
        set_int(c, "due_at", s->due_at);
    if (s->handed_at)
        set_int(c, "mark", s->mark);
    (void)ledger_append(k->db, k->d, k->a, &ev, NULL);
}

/* ---- sitting ------------------------------------------------------------------ */

static bool is_test(const struct gathering *g)
{
    return g->def && g->def->paper && !g->def->paper->asks;
}

bool paper_is_on(const struct desk *k, const struct gathering *g, struct err *e)
{
    if (!g->def || !g->def->paper)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (gathering_in(g, "draft") || k->now < g->starts_at)
        return refuse(e, ERR_CONFLICT, NULL, "It has not begun yet.");
    if (gathering_in(g, "cancelled") || gathering_in(g, "closed") || k->now >= g->ends_at)
        return refuse(e, ERR_CONFLICT, NULL, "It is over.");
    return true;
}

bool sheet_begin(struct desk *k, const struct gathering *g, const struct seat *s, struct sheet *out,
                 struct err *e)
{
    struct paper_drawn p;
    bool there = sheet_find(k, g->id, s->n, out);

    if (there && out->handed_at)
        return refuse(e, ERR_CONFLICT, NULL, "This test was handed in; it cannot be sat twice.");
    if (!is_test(g) || !paper_is_on(k, g, e) || !paper_load(k, g->id, &p, e))
        return e->kind ? false : refuse(e, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (there)
        return true;
    out->state = S("begun");
    out->way = S("self");
    out->begun_at = k->now;
    out->due_at = paper_due(g->def->paper, k->now, g->ends_at);
    sheet_save(k, out);
    sheet_record(k, out, "begin");
    return true;
}

static bool may_answer(struct desk *k, const struct gathering *g, const struct seat *s,
                       struct sheet *out, struct err *e)
{
    if (!sheet_find(k, g->id, s->n, out))
        return refuse(e, ERR_CONFLICT, NULL, "This test has not been opened yet.");
    if (out->handed_at || gathering_in(g, "closed"))
        return refuse(e, ERR_CONFLICT, NULL, "This test was handed in; it cannot be sat twice.");
    return k->now < out->due_at ||
           refuse(e, ERR_CONFLICT, NULL, "The time is over. What you had answered was handed in.");
}

/* answers with one of them another; "" takes it back. */
static bool put_answer(struct desk *k, const struct paper_drawn *p, struct val **answers, int64_t n,
                       struct str typed, struct err *e)
{
    struct str key = str_format(k->a, "%lld", (long long)n), kept;
    struct val *out = val_map(k->a);

    if (n < 1 || n > (int64_t)p->n)
        return refuse(e, ERR_INVALID, "n", "There is no such question.");
    if (!question_answer_read(k->a, &p->question[n - 1], typed, &kept))
        return refuse(e, ERR_INVALID, "answer", "This is none of the answers that are offered.");
    for (const struct item *it = (*answers)->first; it; it = it->next) {
        if (!str_eq(it->key, key))
            set_val(out, it->key, it->val);
    }
    if (kept.n)
        set_val(out, key, (struct val){.kind = VAL_STR, .str = kept});
    *answers = out;
    return true;
}

bool sheet_answer(struct desk *k, const struct gathering *g, const struct seat *s, int64_t n,
                  struct str answer, struct err *e)
{
    struct paper_drawn p;
    struct sheet it;

    if (!may_answer(k, g, s, &it, e) || !paper_load(k, g->id, &p, e) ||
        !put_answer(k, &p, &it.answers, n, answer, e))
        return false;
    sheet_save(k, &it);
    return true;
}

int64_t sheet_worth(struct desk *k, const struct paper_drawn *p, const struct sheet *s)
{
    int64_t mark = 0;

    for (size_t i = 0; i < p->n; i++) {
        struct str key = str_format(k->a, "%zu", i + 1);

        if (question_is_right(k->a, &p->question[i], val_text(s->answers, key.p)))
            mark += p->question[i].mark;
    }
    return mark;
}

void sheet_mark(struct desk *k, const struct paper_drawn *p, struct sheet *s, int64_t at)
{
    s->mark = sheet_worth(k, p, s);
    s->state = S("handed");
    s->handed_at = at;
    sheet_save(k, s);
    sheet_record(k, s, "hand_in");
}

bool sheet_put_answers(struct desk *k, const struct paper_drawn *p, struct val **into,
                       const struct val *answers, struct err *e)
{
    for (const struct item *it = answers ? answers->first : NULL; it; it = it->next) {
        struct buf b = {.arena = k->a};
        int64_t n;

        if (!str_int(it->key, &n))
            continue;
        if (it->val.kind == VAL_STR)
            buf_put(&b, it->val.str);
        for (const struct item *one = it->val.kind == VAL_LIST ? it->val.first : NULL; one;
             one = one->next)
            buf_put(&b, one->val.kind == VAL_STR ? one->val.str : S(""));
        if (!put_answer(k, p, into, n, buf_str(&b), e))
            return false;
    }
    return true;
}

bool sheet_hand_in(struct desk *k, const struct gathering *g, const struct seat *s,
                   const struct val *answers, struct sheet *out, struct err *e)
{
    struct paper_drawn p;

    if (sheet_find(k, g->id, s->n, out) && out->handed_at)
        return true;
    if (!may_answer(k, g, s, out, e) || !paper_load(k, g->id, &p, e) ||
        !sheet_put_answers(k, &p, &out->answers, answers, e))
        return false;
    sheet_mark(k, &p, out, k->now);
    return true;
}

static struct sheet *sheets_of(struct desk *k, struct rows r, size_t most, size_t *n)
{
    struct sheet *list = NEW_ARRAY(k->a, struct sheet, most + 1);

    for (*n = 0; *n < most && rows_next(&r); (*n)++)
        read_sheet(k, &r, &list[*n]);
    rows_end(&r);
    return list;
}

struct sheet *sheets_left(struct desk *k, int64_t gathering, size_t most, size_t *n)
{
    return sheets_of(k, db_query(k->db, k->a, sheet_left, ARG(k->d->code), ARG(gathering)), most,
                     n);
}

#define SHEETS_MAX 20000 /* as many as a roll may have */

struct sheet *sheets_all(struct desk *k, int64_t gathering, size_t *n)
{
    return sheets_of(k, db_query(k->db, k->a, sheet_all, ARG(k->d->code), ARG(gathering)),
                     SHEETS_MAX, n);
}

int sheet_tick(struct desk *k, int most)
{
    struct rows r =
        db_query(k->db, k->a, sheet_over, ARG(k->d->code), ARG(k->now), ARG((int64_t)most));
    size_t n;
    struct sheet *s = sheets_of(k, r, (size_t)most, &n);

    for (size_t i = 0; i < n; i++) {
        struct paper_drawn p;
        struct err e = {0};

        if (paper_load(k, s[i].gathering_id, &p, &e))
            sheet_mark(k, &p, &s[i], s[i].due_at);
    }
    return (int)n;
}

/* At its exact end, also when the server was down then. */
JOB(tests_end, .every_ms = SECOND_MS, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return sheet_tick(&k, TICKS_AT_ONCE);
}
