/*
 * paper.h - what the pages of surveys and tests share: a seat's questions or fields as a form.
 */
#ifndef PAGE_PAPER_H
#define PAGE_PAPER_H

#include "civic/paper.h"
#include "page/show.h"

/* The gathering, with a paper; NOT_FOUND where it has none. */
bool paper_page(struct req *q, struct gathering *g) MUST_USE;

/* title, unit, starts, ends, place of the gathering; name of the seat, if there is one. */
void paper_head(struct req *q, const struct gathering *g, const struct seat *s);

/* fields: part/field of what a survey asks, with what was typed or was answered before. */
void paper_fields(struct req *q, const struct gathering *g, const struct val *answers);

/* questions: {n, nth, kind, text, one, several, judge, words: bools; options: [{letter, text, on}],
 * value}; in the order of the seat, or (seat 0) of the paper. */
bool paper_questions(struct req *q, const struct paper_drawn *p, int64_t seat,
                     const struct val *answers) MUST_USE;

/* {n: answer} out of the fields q1, q2 … of a form. */
struct val *paper_typed(struct req *q);

#endif
