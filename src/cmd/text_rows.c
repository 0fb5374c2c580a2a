#include "cmd/text_rows.h"

#include "base/file.h"
#include "form/csv.h"

#define FILE_MAX ((size_t)200 << 20)

static bool find_columns(const struct cells *header, const char *names, int *at, struct rows *out,
                         struct err *e)
{
    struct str rest = str_of(names);

    while (rest.n) {
        struct str name;

        rest = str_cut(rest, ',', &name);
        if (out->n_columns == ROWS_COLUMNS_MAX)
            return refuse(e, ERR_INVALID, "text", "At most %d columns can be asked for.",
                          ROWS_COLUMNS_MAX);
        at[out->n_columns] = cells_find(header, name);
        out->has[out->n_columns] = at[out->n_columns] >= 0;
        out->n_columns++;
    }
    return true;
}

struct page {
    struct arena *a;
    struct str *cell;
    size_t n, cap;
};

static void put_cell(struct page *p, struct str cell)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 1024;
        struct str *more = NEW_ARRAY(p->a, struct str, cap);

        for (size_t i = 0; i < p->n; i++)
            more[i] = p->cell[i];
        p->cell = more;
        p->cap = cap;
    }
    p->cell[p->n++] = str_copy(p->a, cell);
}

bool rows_read(struct arena *a, const char *path, const char *names, struct rows *out,
               struct err *e)
{
    struct page page = {.a = a};
    int at[ROWS_COLUMNS_MAX];
    struct cells row;
    struct sheet *sheet;
    struct str bytes;

    *out = (struct rows){0};
    if (!file_read(a, path, FILE_MAX, &bytes, e) || !sheet_open(a, bytes, &sheet, e))
        return false;
    if (!sheet_next(sheet, &row, e))
        return e->kind ? false : refuse(e, ERR_INVALID, NULL, "%s has no rows.", path);
    if (!find_columns(&row, names, at, out, e))
        return false;
    while (sheet_next(sheet, &row, e)) {
        for (size_t i = 0; i < out->n_columns; i++)
            put_cell(&page, at[i] >= 0 && (size_t)at[i] < row.n ? row.cell[at[i]] : S(""));
        out->n++;
    }
    out->cell = page.cell;
    if (e->kind)
        return false;
    return out->n || refuse(e, ERR_INVALID, NULL, "%s has no rows.", path);
}

bool rows_need(const struct rows *r, const char *path, const char *names, struct err *e)
{
    struct str rest = str_of(names), name;

    for (size_t i = 0; i < r->n_columns; i++) {
        rest = str_cut(rest, ',', &name);
        if (!r->has[i])
            return refuse(e, ERR_INVALID, "text", "%s has no column '%.*s'.", path, STR_ARG(name));
    }
    return true;
}

struct str rows_cell(const struct rows *r, size_t row, size_t column)
{
    return r->cell[row * r->n_columns + column];
}

struct str rows_rest(struct arena *a, const struct rows *r, size_t row, size_t from)
{
    struct buf b = {.arena = a};

    if (from + 1 == r->n_columns)
        return rows_cell(r, row, from);
    for (size_t i = from; i < r->n_columns; i++) {
        buf_put(&b, rows_cell(r, row, i));
        buf_put(&b, S("\n"));
    }
    return buf_str(&b);
}
