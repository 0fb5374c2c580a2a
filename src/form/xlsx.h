/*
 * xlsx.h - the rows of an .xlsx workbook's first sheet, on libzip and expat. csv.h calls it.
 */
#ifndef XLSX_H
#define XLSX_H

#include "form/csv.h"

struct xlsx;

bool xlsx_open(struct arena *a, struct str bytes, struct xlsx **out, struct err *e) MUST_USE;
bool xlsx_next(struct xlsx *x, struct cells *row, struct err *e);

/* A template or an export: header (needed ones red), rows of texts, through libxlsxwriter. */
struct xlsx_out;
struct xlsx_out *xlsx_begin(struct arena *a, const struct str *header, const bool *need, size_t n);
void xlsx_row(struct xlsx_out *x, const struct str *cell, size_t n);
struct str xlsx_end(struct xlsx_out *x); /* the file's bytes */

#endif
