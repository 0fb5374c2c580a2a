/*
 * xlsx.h - the rows of an .xlsx workbook's first visible sheet, on libzip and expat; csv.h calls
 * it. And workbooks written, through libxlsxwriter.
 *
 * Shared texts are held in memory (128 MB at most, then refused); the rows are not.
 */
#ifndef XLSX_H
#define XLSX_H

#include "form/csv.h"

struct xlsx;

bool xlsx_open(struct arena *a, struct str bytes, struct xlsx **out, struct err *e) MUST_USE;
bool xlsx_next(struct xlsx *x, struct cells *row, struct err *e);

/*
 * A template or an export: header (needed ones red; need may be NULL), first row frozen, every
 * column as text, so that phone and ID numbers stay what was typed. Past 1,048,575 rows it goes on
 * in a further sheet; a cell is cut at 32,767 characters. Uses the directory for temporary files.
 */
struct xlsx_out;
struct xlsx_out *xlsx_begin(struct arena *a, const struct str *header, const bool *need, size_t n);
void xlsx_row(struct xlsx_out *x, const struct str *cell, size_t n);
struct str xlsx_end(struct xlsx_out *x); /* the file's bytes */

#endif
