#include "civic/question.h"

#include "base/utf8.h"
#include "civic/district.h"

#include <string.h>

#define TEXT_MAX   1000
#define OPTION_MAX 200
#define ANSWER_MAX 500
#define MARK_MAX   100

const char *const question_kinds[] = {"single", "multi", "judge", "text", "number"};

#define COLUMNS "id, mark, bank, kind, text, options, answer"

STMT(question_insert,
     "INSERT INTO question (district, id, bank, kind, text, options, answer, mark, from_at) VALUES "
     "($1, $2, $3, $4, $5, $6, $7, $8, $9)");
STMT(question_same, "SELECT " COLUMNS " FROM question WHERE district = $1 AND bank = $2 AND kind = "
                    "$3 AND text = $4 AND to_at = 0");
STMT(question_close,
     "UPDATE question SET to_at = $3 WHERE district = $1 AND id = $2 AND to_at = 0");
STMT(question_bank, "SELECT " COLUMNS
                    " FROM question WHERE district = $1 AND bank = $2 AND to_at = 0 ORDER BY id");
STMT(question_get, "SELECT " COLUMNS " FROM question WHERE district = $1 AND id = $2");
STMT(question_all, "SELECT bank, count(*) FROM question WHERE district = $1 AND to_at = 0 GROUP BY "
                   "bank ORDER BY bank");

/* ---- what an answer is ----------------------------------------------------- */

bool question_kind_read(struct str s, enum question_kind *out)
{
    for (int i = 0; i < ASK_KINDS; i++) {
        if (str_eq(s, str_of(question_kinds[i]))) {
            *out = (enum question_kind)i;
            return true;
        }
    }
    return false;
}

int question_option_count(const struct question *it)
{
    struct str rest = it->options, line;
    int n = 0;

    while (rest.n) {
        rest = str_cut(rest, '\n', &line);
        n++;
    }
    return n;
}

/* "c, A" as "AC"; what stands between letters is passed over. */
static bool letters(struct arena *a, const struct question *it, struct str typed, struct str *out)
{
    int options = question_option_count(it), n = 0;
    bool chosen[QUESTION_OPTIONS] = {false};
    struct buf b = {.arena = a};

    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        int at = c >= 'a' && c <= 'z' ? c - 'a' : c >= 'A' && c <= 'Z' ? c - 'A' : -1;

        if (at >= 0 && at >= options)
            return false;
        if (at < 0 && !strchr(" ,;/|\n", c))
            return false;
        if (at >= 0)
            chosen[at] = true;
    }
    for (int i = 0; i < options; i++) {
        if (chosen[i])
            buf_put(&b, (struct str){&"ABCDEFGHIJ"[i], 1});
        n += chosen[i];
    }
    *out = buf_str(&b);
    return n <= 1 || it->kind == ASK_MULTI;
}

/* Digits with one point at most, and a sign. */
static bool is_number(struct str s)
{
    size_t i = s.n && s.p[0] == '-', digits = 0, points = 0;

    for (; i < s.n; i++) {
        digits += s.p[i] >= '0' && s.p[i] <= '9';
        points += s.p[i] == '.';
    }
    return digits > 0 && digits < 16 && points <= 1 && digits + points + (s.p[0] == '-') == s.n;
}

bool question_answer_read(struct arena *a, const struct question *it, struct str typed,
                          struct str *out)
{
    *out = typed = str_trim(typed);
    if (!typed.n)
        return true;
    switch (it->kind) {
    case ASK_SINGLE:
    case ASK_MULTI: return letters(a, it, typed, out);
    case ASK_JUDGE: return str_eq(typed, S("right")) || str_eq(typed, S("wrong"));
    case ASK_NUMBER: return is_number(typed);
    default: return utf8_count(typed) <= ANSWER_MAX;
    }
}

/* 2.50 and 2.5 and 02.5 are the same number. */
static struct str plain_number(struct str s)
{
    bool point = memchr(s.p, '.', s.n) != NULL;

    while (point && s.n && (s.p[s.n - 1] == '0' || s.p[s.n - 1] == '.')) {
        point = s.p[s.n - 1] != '.';
        s.n--;
    }
    while (s.n > 1 && s.p[0] == '0' && s.p[1] != '.') {
        s.p++;
        s.n--;
    }
    return s;
}

bool question_is_right(struct arena *a, const struct question *it, struct str answer)
{
    struct str rest = it->answer, line;

    if (!answer.n || !rest.n)
        return false;
    if (it->kind == ASK_NUMBER)
        return str_eq(plain_number(answer), plain_number(rest));
    if (it->kind != ASK_TEXT)
        return str_eq(answer, rest);
    while (rest.n) {
        rest = str_cut(rest, '\n', &line);
        if (str_eq(line, answer) ||
            (text_normal(a, line).n && str_eq(text_normal(a, line), text_normal(a, answer))))
            return true;
    }
    return false;
}

/* ---- reading -------------------------------------------------------------- */

void question_read_row(const struct rows *r, struct question *out)
{
    *out = (struct question){.id = row_int(r, 0),
                             .mark = row_int(r, 1),
                             .bank = row_str(r, 2),
                             .text = row_str(r, 4),
                             .options = row_str(r, 5),
                             .answer = row_str(r, 6)};
    (void)question_kind_read(row_str(r, 3), &out->kind);
}

struct question *questions_of(struct arena *a, struct rows r, size_t *n)
{
    struct question *list = NULL;
    size_t room = 0;

    for (*n = 0; rows_next(&r); (*n)++) {
        if (*n == room) {
            struct question *more = NEW_ARRAY(a, struct question, room = room ? room * 2 : 64);

            if (*n)
                memcpy(more, list, *n * sizeof(*more));
            list = more;
        }
        question_read_row(&r, &list[*n]);
    }
    return list;
}

struct question *question_read(struct desk *k, struct str bank, size_t *n)
{
    return questions_of(k->a, db_query(k->db, k->a, question_bank, ARG(k->d->code), ARG(bank)), n);
}

bool question_load(struct desk *k, int64_t id, struct question *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, question_get, ARG(k->d->code), ARG(id));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such question.");
    question_read_row(&r, out);
    rows_end(&r);
    return true;
}

void question_banks(struct desk *k, struct val *list)
{
    struct rows r = db_query(k->db, k->a, question_all, ARG(k->d->code));

    while (rows_next(&r)) {
        struct val *v = add_map(list);

        set_str(v, "bank", row_str(&r, 0));
        set_int(v, "n", row_int(&r, 1));
    }
}

/* ---- writing -------------------------------------------------------------- */

static void record(struct desk *k, int64_t id, struct str kind, const struct val *content)
{
    struct event ev = {.subject = id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = S("question"),
                       .kind = kind,
                       .content = content};

    (void)ledger_append(k->db, k->d, k->a, &ev, NULL);
}

static bool check_options(const struct question *n, struct err *e)
{
    bool choice = n->kind == ASK_SINGLE || n->kind == ASK_MULTI;
    struct str rest = n->options, line;
    int count = question_option_count(n);

    if (!choice)
        return !count ||
               refuse(e, ERR_INVALID, "options", "A question of this kind has no options.");
    if (count < 2 || count > QUESTION_OPTIONS)
        return refuse(e, ERR_INVALID, "options", "A choice needs 2 to %d options.",
                      QUESTION_OPTIONS);
    while (rest.n) {
        rest = str_cut(rest, '\n', &line);
        if (!line.n || utf8_count(line) > OPTION_MAX)
            return refuse(e, ERR_INVALID, "options", "An option must have 1 to %d characters.",
                          OPTION_MAX);
    }
    return true;
}

/* Banks are the whole district's: whoever may anywhere may. */
static bool may(const struct desk *k, struct err *e)
{
    return actor_may_somewhere(k->actor, S("question.manage")) ||
           desk_may(k, S("question.manage"), unit_root(k->d->units)->path, e);
}

static bool check(struct desk *k, struct question *n, struct err *e)
{
    if (!may(k, e))
        return false;
    if (!n->bank.n || utf8_count(n->bank) > 40)
        return refuse(e, ERR_INVALID, "bank", "Please name the bank, in at most %d characters.",
                      40);
    if (!n->text.n || utf8_count(n->text) > TEXT_MAX)
        return refuse(e, ERR_INVALID, "text", "A question must have 1 to %d characters.", TEXT_MAX);
    if (n->mark < 1 || n->mark > MARK_MAX)
        return refuse(e, ERR_INVALID, "mark", "A mark is a whole number from 1 to %d.", MARK_MAX);
    if (!check_options(n, e))
        return false;
    return question_answer_read(k->a, n, n->answer, &n->answer) ||
           refuse(e, ERR_INVALID, "answer", "The right answer %.*s is none of the options.",
                  STR_ARG(n->answer));
}

static bool find_same(struct desk *k, const struct question *n, struct question *was)
{
    struct rows r = db_query(k->db, k->a, question_same, ARG(k->d->code), ARG(n->bank),
                             ARG(str_of(question_kinds[n->kind])), ARG(n->text));
    bool there = rows_next(&r);

    if (there)
        question_read_row(&r, was);
    rows_end(&r);
    return there;
}

static void close_one(struct desk *k, int64_t id)
{
    if (db_run(k->db, question_close, ARG(k->d->code), ARG(id), ARG(k->now)))
        record(k, id, S("end"), val_map(k->a));
}

bool question_add(struct desk *k, const struct question *asked, bool *added, struct err *e)
{
    struct question n = *asked, was;
    struct val *c = val_map(k->a);

    *added = false;
    if (!check(k, &n, e))
        return false;
    if (find_same(k, &n, &was)) {
        if (str_eq(was.options, n.options) && str_eq(was.answer, n.answer) && was.mark == n.mark)
            return true;
        close_one(k, was.id);
    }
    *added = true;
    n.id = id_next(k->d->ids, k->now);
    db_run(k->db, question_insert, ARG(k->d->code), ARG(n.id), ARG(n.bank),
           ARG(str_of(question_kinds[n.kind])), ARG(n.text), ARG(n.options), ARG(n.answer),
           ARG(n.mark), ARG(k->now));
    set_str(c, "bank", n.bank);
    set_str(c, "kind", str_of(question_kinds[n.kind]));
    set_str(c, "text", n.text);
    set_str(c, "options", n.options);
    set_str(c, "answer", n.answer);
    set_int(c, "mark", n.mark);
    record(k, n.id, S("add"), c);
    return true;
}

bool question_end(struct desk *k, int64_t id, struct err *e)
{
    struct question it;

    if (!may(k, e) || !question_load(k, id, &it, e))
        return false;
    close_one(k, id);
    return true;
}
