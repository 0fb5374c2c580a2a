/*
 * xlsx_book.h - what a workbook says besides its rows: which sheet is first, shared texts, styles.
 *
 * Shared texts are held in memory: 128 MB with their index, or the workbook is refused.
 */
#ifndef XLSX_BOOK_H
#define XLSX_BOOK_H

#include "form/xlsx_number.h"
#include "form/xlsx_part.h"

struct book;

bool book_open(struct arena *a, struct str bytes, struct book **out, struct err *e) MUST_USE;

/* The first sheet that is not hidden (or the first, if all are). */
bool book_sheet(struct book *b, struct part_reader reader, struct part **out,
                struct err *e) MUST_USE;

bool book_from_1904(const struct book *b);
enum number_kind book_style(const struct book *b, int64_t style); /* of a cell's s="…" */

/* The text with the number that v spells; false if there is none. */
bool book_shared(const struct book *b, struct str v, struct str *text) MUST_USE;

/* A text with its _xHHHH_ escapes undone. */
void book_text_put(struct buf *out, struct str v);

#endif
