/*
 * question.h - banks of questions. A question is never changed: it ends and another begins, so that
 * a paper that was drawn stays what it was.
 */
#ifndef QUESTION_H
#define QUESTION_H

#include "civic/desk.h"

#define QUESTION_OPTIONS 10 /* A to J */

enum question_kind { ASK_SINGLE, ASK_MULTI, ASK_JUDGE, ASK_TEXT, ASK_NUMBER, ASK_KINDS };
extern const char *const question_kinds[]; /* single, multi, judge, text, number */

struct question {
    int64_t id, mark;
    struct str bank, text;
    enum question_kind kind;
    struct str options; /* a line each; of single and multi */
    /* single: "B"; multi: "ACD"; judge: "right" or "wrong"; number: as written; text: what is
     * accepted, a line each; "" where nothing is right or wrong, as in a survey */
    struct str answer;
};

/* The same question again, word for word, is no change: *added false. One with the same text but
 * other options, answer or mark ends the old one and begins anew. Refused: INVALID, with the field
 * at fault, DENIED without question.manage. */
bool question_add(struct desk *k, const struct question *n, bool *added, struct err *e) MUST_USE;
bool question_end(struct desk *k, int64_t id, struct err *e) MUST_USE;

/* The questions of a bank that hold now, in order of id. */
struct question *question_read(struct desk *k, struct str bank, size_t *n);
/* A row of id, mark, bank, kind, text, options, answer. */
void question_read_row(const struct rows *r, struct question *out);
/* All that such a query gives, in its order. */
struct question *questions_of(struct arena *a, struct rows r, size_t *n);
/* One that may have ended since. */
bool question_load(struct desk *k, int64_t id, struct question *out, struct err *e) MUST_USE;

/* {bank, n} of every bank. */
void question_banks(struct desk *k, struct val *list);

bool question_kind_read(struct str s, enum question_kind *out);
int question_option_count(const struct question *it);
/* As an answer of this kind is kept: letters in order and once each, right or wrong, trimmed text.
 * False if it is none; an empty one is an answer that was taken back. */
bool question_answer_read(struct arena *a, const struct question *it, struct str typed,
                          struct str *out);
/* Does this kept answer earn the mark? All of it or nothing: 多选错选、漏选不得分. */
bool question_is_right(struct arena *a, const struct question *it, struct str answer);

#endif
