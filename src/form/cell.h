/* cell.h - what csv and xlsx share: a cell's bounds, and trimming. */
#ifndef CELL_H
#define CELL_H

#include "base/err.h"
#include "base/str.h"

#define COLUMNS_MAX   256
#define CELL_MAX      32768 /* characters; Excel's own bound is one less */
#define ROW_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* Without blanks at both ends: ASCII, no-break, ideographic, zero-width no-break. */
struct str cell_trim(struct str s);

/* The sentences for a line past its bounds. */
void cell_refuse_row(int64_t line, struct err *e);
void cell_refuse_columns(int64_t line, struct err *e);
void cell_refuse_long(int64_t line, size_t column, struct err *e); /* column from 1 */

#endif
