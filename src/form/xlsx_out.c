#include "base/utf8.h"
#include "form/xlsx.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define ROW_LAST  1048575 /* from 0 */
#define TEXT_MAX  32767
#define WIDTH_MIN 12
#define WIDTH_MAX 40

struct xlsx_out {
    struct arena *a;
    int file; /* in memory */
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *text, *head, *head_need;
    const struct str *header;
    const bool *need;
    size_t n;
    lxw_row_t row;   /* the next */
    struct buf cell; /* a text with a NUL at its end */
};

static void check(lxw_error error)
{
    if (error != LXW_NO_ERROR)
        die("xlsx: %s", lxw_strerror(error));
}

static void close_out(void *arg)
{
    struct xlsx_out *x = arg;

    if (x->book)
        lxw_workbook_free(x->book);
    (void)close(x->file);
}

/* A text that looks like an escape of the format (_x0041_) gets its _ escaped. */
static void put_escaped(struct buf *out, struct str text)
{
    for (const char *at; text.n && (at = memmem(text.p, text.n, "_x", 2)) != NULL;) {
        size_t before = (size_t)(at - text.p);

        buf_put(out, (struct str){text.p, before});
        buf_put(out, S("_x005F_"));
        text.p += before + 1, text.n -= before + 1;
    }
    buf_put(out, text);
}

static void put(struct xlsx_out *x, size_t column, struct str text, lxw_format *format)
{
    lxw_error error;

    if (text.n == 0)
        return;
    if (text.n > TEXT_MAX)
        text = utf8_cut(text, TEXT_MAX);
    x->cell.n = 0;
    put_escaped(&x->cell, text);
    buf_put(&x->cell, (struct str){"", 1});
    error = worksheet_write_string(x->sheet, x->row, (lxw_col_t)column, x->cell.p, format);
    if (error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED) { /* escapes count, too */
        x->cell.n = 0;
        buf_put(&x->cell, utf8_cut(text, TEXT_MAX / 8));
        buf_put(&x->cell, (struct str){"", 1});
        error = worksheet_write_string(x->sheet, x->row, (lxw_col_t)column, x->cell.p, format);
    }
    check(error);
}

/* Chinese letters are two wide. */
static double width(struct str name)
{
    size_t wide = (name.n + utf8_count(name)) / 2 + 4;

    return wide < WIDTH_MIN ? WIDTH_MIN : wide > WIDTH_MAX ? WIDTH_MAX : (double)wide;
}

static void sheet_begin(struct xlsx_out *x)
{
    x->sheet = workbook_add_worksheet(x->book, NULL);
    if (!x->sheet)
        die("xlsx: no sheet could be added");
    x->row = 0;
    worksheet_freeze_panes(x->sheet, 1, 0);
    for (size_t i = 0; i < x->n; i++) {
        lxw_col_t at = (lxw_col_t)i;

        check(worksheet_set_column(x->sheet, at, at, width(x->header[i]), x->text));
        put(x, i, x->header[i], x->need && x->need[i] ? x->head_need : x->head);
    }
    x->row = 1;
}

struct xlsx_out *xlsx_begin(struct arena *a, const struct str *header, const bool *need, size_t n)
{
    struct xlsx_out *x = NEW(a, struct xlsx_out);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    char name[40];

    *x = (struct xlsx_out){.a = a, .header = header, .need = need, .n = n, .cell.arena = a};
    x->file = memfd_create("xlsx", MFD_CLOEXEC);
    if (x->file < 0)
        die("xlsx: no file in memory: %s", strerror(errno));
    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", x->file);
    x->book = workbook_new_opt(name, &options);
    if (!x->book)
        die("xlsx: no workbook");
    arena_defer(a, close_out, x);
    x->text = workbook_add_format(x->book);
    x->head = workbook_add_format(x->book);
    x->head_need = workbook_add_format(x->book);
    format_set_num_format(x->text, "@");
    format_set_bold(x->head);
    format_set_bold(x->head_need);
    format_set_font_color(x->head_need, LXW_COLOR_RED);
    sheet_begin(x);
    return x;
}

void xlsx_row(struct xlsx_out *x, const struct str *cell, size_t n)
{
    if (x->row > ROW_LAST)
        sheet_begin(x);
    for (size_t i = 0; i < n; i++)
        put(x, i, cell[i], x->text);
    x->row++;
}

struct str xlsx_end(struct xlsx_out *x)
{
    lxw_error error;
    struct stat st;
    char *bytes;
    size_t got = 0;

    if (x->row > 1 && x->n)
        check(worksheet_autofilter(x->sheet, 0, 0, x->row - 1, (lxw_col_t)(x->n - 1)));
    error = workbook_close(x->book);
    x->book = NULL;
    check(error);
    if (fstat(x->file, &st) != 0)
        die("xlsx: %s", strerror(errno));
    bytes = NEW_ARRAY(x->a, char, (size_t)st.st_size + 1);
    while (got < (size_t)st.st_size) {
        ssize_t n = pread(x->file, bytes + got, (size_t)st.st_size - got, (off_t)got);

        if (n <= 0)
            die("xlsx: %s", strerror(errno));
        got += (size_t)n;
    }
    return (struct str){bytes, got};
}
