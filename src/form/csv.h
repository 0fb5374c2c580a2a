/*
 * csv.h - a spreadsheet as rows of texts, whatever it was: csv (UTF-8 with or without BOM,
 * GB18030, UTF-16 with BOM; comma, semicolon or tab) or xlsx. Found out from the bytes, not from
 * the name.
 *
 * Bounded: 4 GB a file, 256 columns, 32,768 characters a cell, 4 MB a row, 2,000,000 rows; xlsx
 * besides: 400 MB unpacked, ratio 200, no DOCTYPE. What cannot be read is refused with its line.
 */
#ifndef CSV_H
#define CSV_H

#include "base/err.h"
#include "base/str.h"

struct sheet; /* reads forward; its texts are valid until the next row */

/* bytes must outlive the sheet. */
bool sheet_open(struct arena *a, struct str bytes, struct sheet **out, struct err *e) MUST_USE;

struct cells {
    const struct str *cell; /* valid UTF-8, trimmed; dates of xlsx as 2026-11-21 09:30:00 */
    size_t n;
    int64_t line; /* of the file (csv) or sheet row (xlsx), from 1 */
};

/* False at the end or after a fault (then e->kind is set). Empty rows are skipped. */
bool sheet_next(struct sheet *s, struct cells *row, struct err *e);

/* Writing: the first cell in a fresh buf is preceded by the BOM, so that Excel reads it; a cell
 * that starts with = + - @ gets a ' before it. */
void csv_put(struct buf *out, struct str cell, bool last);

/* The header row's columns as a map: which column is called so? -1 if none. Names are compared
 * without blanks and the * of needed columns, wide letters as narrow ones, capitals as small. */
int cells_find(const struct cells *header, struct str name);

#endif
