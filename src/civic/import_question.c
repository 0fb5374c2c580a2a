/* Banks of questions out of spreadsheets: a question a row. */
#include "base/utf8.h"
#include "civic/import_noun.h"
#include "civic/question.h"

enum { Q_BANK, Q_KIND, Q_TEXT, Q_OPTIONS, Q_A, Q_F = Q_A + 5, Q_ANSWER, Q_MARK };

/* What a cell says, as our word for it, by the pack's settings (import: values). */
static bool is_said(const struct desk *k, const char *word, struct str cell)
{
    const struct val *v = val_get(k->d->pack->setting, S("import"));

    v = v ? val_get(v, S("values")) : NULL;
    v = v ? val_get(v, str_of(word)) : NULL;
    for (const struct item *it = v ? v->first : NULL; it; it = it->next) {
        if (str_eq(it->val.str, cell))
            return true;
    }
    return str_eq(cell, str_of(word));
}

static bool kind_said(const struct desk *k, struct str cell, enum question_kind *out)
{
    for (int i = 0; i < ASK_KINDS; i++) {
        if (is_said(k, question_kinds[i], cell)) {
            *out = (enum question_kind)i;
            return true;
        }
    }
    return false;
}

/* "A. 北京" and "A、北京" are 北京 at A. */
static struct str bare_option(struct arena *a, struct str s, int at)
{
    struct str rest = s, mark;

    if (s.n < 3 || s.p[0] != 'A' + at)
        return s;
    rest = (struct str){s.p + 1, s.n - 1};
    mark = utf8_cut(rest, 1);
    return text_normal(a, mark).n ? s : str_trim((struct str){rest.p + mark.n, rest.n - mark.n});
}

static void put_option(struct buf *b, struct str s, int at)
{
    s = bare_option(b->arena, str_trim(s), at);
    if (b->n)
        buf_put(b, S("\n"));
    buf_put(b, s);
}

/* A column each, or all in one, a line each or with | between. */
static struct str options_of(struct desk *k, const struct str *v)
{
    struct buf b = {.arena = k->a};
    struct str rest = v[Q_OPTIONS], one;
    char between = memchr(rest.p ? rest.p : "", '\n', rest.n) ? '\n' : '|';
    int n = 0;

    for (int i = Q_A; !rest.n && i <= Q_F; i++) {
        if (v[i].n)
            put_option(&b, v[i], n++);
    }
    while (rest.n) {
        rest = str_cut(rest, between, &one);
        if (str_trim(one).n)
            put_option(&b, one, n++);
    }
    return buf_str(&b);
}

static struct str answer_of(struct desk *k, const struct question *q, struct str cell)
{
    if (q->kind == ASK_JUDGE)
        return is_said(k, "right", cell)   ? S("right")
               : is_said(k, "wrong", cell) ? S("wrong")
                                           : cell;
    return q->kind == ASK_SINGLE || q->kind == ASK_MULTI ? text_normal(k->a, cell) : cell;
}

IMPORT_NOUN(put_question, .name = "questions", .right = "question.manage",
            .field = IMPORT_FIELDS(NEED("bank"), NEED("kind"), NEED("text"), MAY("options"),
                                   MAY("a"), MAY("b"), MAY("c"), MAY("d"), MAY("e"), MAY("f"),
                                   MAY("answer"), MAY("mark")))
{
    const struct str *v = row->value;
    struct question n = {.bank = v[Q_BANK], .text = v[Q_TEXT], .mark = 1};
    bool added;

    if (!kind_said(k, v[Q_KIND], &n.kind))
        return refuse(e, ERR_INVALID, "kind", "There is no kind of question called %.*s.",
                      STR_ARG(v[Q_KIND]));
    n.options = options_of(k, v);
    n.answer = answer_of(k, &n, v[Q_ANSWER]);
    if (v[Q_MARK].n && !str_int(v[Q_MARK], &n.mark))
        return refuse(e, ERR_INVALID, "mark", "A mark is a whole number from 1 to %d.", 100);
    if (!question_add(k, &n, &added, e))
        return false;
    *skipped = !added;
    return true;
}
