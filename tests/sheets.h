/* sheets.h - a spreadsheet's rows as one text, for the tests of csv and xlsx. */
#ifndef SHEETS_H
#define SHEETS_H

#include "form/csv.h"

#define ARENA_MAX ((size_t)1 << 30)

/* All rows as "line:cell|cell;", and the refusal after "!". */
static struct str dump(struct arena *a, struct str bytes)
{
    struct buf b = {.arena = a};
    struct err e = {0};
    struct sheet *s;
    struct cells row;

    if (sheet_open(a, bytes, &s, &e)) {
        while (sheet_next(s, &row, &e)) {
            buf_int(&b, row.line);
            for (size_t i = 0; i < row.n; i++) {
                buf_put(&b, i ? S("|") : S(":"));
                buf_put(&b, row.cell[i]);
            }
            buf_put(&b, S(";"));
        }
    }
    if (e.kind) {
        buf_put(&b, S("!"));
        buf_put(&b, str_of(e.text));
    }
    return str_copy(a, buf_str(&b));
}

#endif
