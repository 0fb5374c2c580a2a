/*
 * text_rows.h - the columns that the text commands need of a spreadsheet, all rows at once.
 */
#ifndef CMD_TEXT_ROWS_H
#define CMD_TEXT_ROWS_H

#include "base/err.h"
#include "base/str.h"

#define ROWS_COLUMNS_MAX 16

struct rows {
    size_t n, n_columns;
    const struct str *cell;     /* n × n_columns, in the order of the names asked for */
    bool has[ROWS_COLUMNS_MAX]; /* the file has this column; else its cells are empty */
};

/* names: comma-separated, ROWS_COLUMNS_MAX at most. Refused: no file, no spreadsheet, no row. */
bool rows_read(struct arena *a, const char *path, const char *names, struct rows *out,
               struct err *e) MUST_USE;

struct str rows_cell(const struct rows *r, size_t row, size_t column);

/* Refused with the name of the first column that is not there, if they were asked for by name. */
bool rows_need(const struct rows *r, const char *path, const char *names, struct err *e) MUST_USE;

/* The columns from `from` on, a line each, as one text. */
struct str rows_rest(struct arena *a, const struct rows *r, size_t row, size_t from);

#endif
