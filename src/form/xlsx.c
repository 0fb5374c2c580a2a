#include "form/xlsx.h"

#include "base/utf8.h"
#include "form/cell.h"
#include "form/xlsx_book.h"
#include "form/xlsx_number.h"
#include "form/xlsx_part.h"

#include <stdlib.h>
#include <string.h>

#define ROW_MAX 1048576 /* the format's own */

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOLEAN, CELL_DATE };

struct xlsx {
    struct book *book;
    struct part *part;
    int64_t line;
    bool in_row, in_cell, in_value; /* value: <v>, or <t> of an <is> outside <rPh> */
    bool in_phonetic;
    int64_t column; /* of the cell, from 0 */
    enum cell_type type;
    enum number_kind kind;
    struct buf value; /* of the cell */
    struct buf text;  /* of the row: what is not a shared text */
    size_t at[COLUMNS_MAX];
    struct str cell[COLUMNS_MAX]; /* p == NULL: in text, from at[] on */
    size_t n;
};

static void row_start(struct xlsx *x, const char **attributes, struct err *e)
{
    struct str r = part_attribute(attributes, "r");
    int64_t line = r.n ? strtoll(r.p, NULL, 10) : x->line + 1;

    if (line <= x->line || line > ROW_MAX) {
        package_damaged(e);
        return;
    }
    x->line = line;
    x->in_row = true;
    x->n = x->text.n = 0;
    x->column = -1;
    memset(x->cell, 0, sizeof(x->cell));
}

/* "AB12" is 27; no reference is the next column; nonsense is -1. */
static int64_t column_of(struct str reference, int64_t before)
{
    int64_t column = 0;

    if (reference.n == 0)
        return before + 1;
    for (size_t i = 0; i < reference.n && i < 4; i++) {
        char c = reference.p[i];

        if (c < 'A' || c > 'Z')
            break;
        column = column * 26 + (c - 'A' + 1);
    }
    return column - 1;
}

static enum cell_type type_of(struct str t)
{
    if (t.n == 0 || str_eq(t, S("n")))
        return CELL_NUMBER;
    if (str_eq(t, S("s")))
        return CELL_SHARED;
    if (str_eq(t, S("b")))
        return CELL_BOOLEAN;
    return str_eq(t, S("d")) ? CELL_DATE : CELL_TEXT; /* inlineStr, str, e */
}

static void cell_start(struct xlsx *x, const char **attributes, struct err *e)
{
    struct str style = part_attribute(attributes, "s");
    int64_t column = column_of(part_attribute(attributes, "r"), x->column);

    if (!x->in_row || column <= x->column) {
        package_damaged(e);
        return;
    }
    x->column = column;
    x->type = type_of(part_attribute(attributes, "t"));
    x->kind = book_style(x->book, style.n ? strtoll(style.p, NULL, 10) : 0);
    x->value.n = 0;
    x->in_cell = true;
    x->in_value = x->in_phonetic = false;
}

static void on_start(void *to, const char *name, const char **attributes, struct err *e)
{
    struct xlsx *x = to;

    if (strcmp(name, "row") == 0)
        row_start(x, attributes, e);
    else if (strcmp(name, "c") == 0)
        cell_start(x, attributes, e);
    else if (strcmp(name, "rPh") == 0)
        x->in_phonetic = true;
    else
        x->in_value =
            x->in_cell && !x->in_phonetic && (strcmp(name, "v") == 0 || strcmp(name, "t") == 0);
}

static void on_text(void *to, struct str text, struct err *e)
{
    struct xlsx *x = to;

    if (!x->in_value)
        return;
    if (x->value.n + text.n > (size_t)CELL_MAX * 8)
        cell_refuse_long(x->line, (size_t)x->column + 1, e);
    else
        buf_put(&x->value, text);
}

/* 2026-11-21T09:30:00 with or without parts of a second, as people write it. */
static void put_iso_date(struct buf *out, struct str v)
{
    struct str day, time = str_cut(v, 'T', &day), second;

    (void)str_cut(time, '.', &second);
    buf_put(out, day);
    if (second.n) {
        buf_put(out, S(" "));
        buf_put(out, second);
    }
}

static void put_own(struct xlsx *x, struct str v)
{
    size_t from = x->text.n;

    switch (x->type) {
    case CELL_NUMBER: number_put(&x->text, v, x->kind, book_from_1904(x->book)); break;
    case CELL_BOOLEAN: buf_put(&x->text, str_eq(v, S("1")) ? S("TRUE") : S("FALSE")); break;
    case CELL_DATE: put_iso_date(&x->text, v); break;
    case CELL_TEXT: book_text_put(&x->text, v); break;
    case CELL_SHARED: break;
    }
    x->at[x->column] = from;
    x->cell[x->column] = (struct str){NULL, x->text.n - from};
}

static void cell_end(struct xlsx *x, struct err *e)
{
    struct str v = buf_str(&x->value);

    x->in_cell = x->in_value = false;
    if (v.n == 0)
        return;
    if (x->column >= COLUMNS_MAX) {
        cell_refuse_columns(x->line, e);
        return;
    }
    if (x->type == CELL_SHARED) {
        if (!book_shared(x->book, v, &x->cell[x->column]))
            package_damaged(e);
    } else {
        put_own(x, v);
    }
    x->n = (size_t)x->column + 1;
    if (x->text.n > ROW_BYTES_MAX)
        cell_refuse_row(x->line, e);
}

/* Now that the row's text does not move any more. */
static void row_end(struct xlsx *x, struct err *e)
{
    size_t n = 0;

    x->in_row = false;
    for (size_t i = 0; i < x->n; i++) {
        struct str *c = &x->cell[i];

        if (!c->p)
            *c = c->n ? (struct str){x->text.p + x->at[i], c->n} : S("");
        *c = cell_trim(*c);
        if (c->n > CELL_MAX && utf8_count(*c) > CELL_MAX) {
            cell_refuse_long(x->line, i + 1, e);
            return;
        }
        if (c->n)
            n = i + 1;
    }
    x->n = n;
    if (n)
        part_pause(x->part);
}

static void on_end(void *to, const char *name, struct err *e)
{
    struct xlsx *x = to;

    if (strcmp(name, "row") == 0)
        row_end(x, e);
    else if (strcmp(name, "c") == 0)
        cell_end(x, e);
    else if (strcmp(name, "rPh") == 0)
        x->in_phonetic = false;
    else
        x->in_value = false;
}

bool xlsx_open(struct arena *a, struct str bytes, struct xlsx **out, struct err *e)
{
    struct xlsx *x = NEW(a, struct xlsx);

    *out = x;
    x->value.arena = x->text.arena = a;
    return book_open(a, bytes, &x->book, e) &&
           book_sheet(x->book, (struct part_reader){on_start, on_end, on_text, x}, &x->part, e);
}

bool xlsx_next(struct xlsx *x, struct cells *row, struct err *e)
{
    if (!part_run(x->part, e))
        return false;
    *row = (struct cells){x->cell, x->n, x->line};
    return true;
}
