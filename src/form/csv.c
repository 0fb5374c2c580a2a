#include "form/csv.h"

#include "base/utf8.h"
#include "form/cell.h"
#include "form/decode.h"
#include "form/xlsx.h"

#include <string.h>

#define FILE_BYTES_MAX ((size_t)4096 * 1024 * 1024)
#define ROWS_MAX       2000000

struct sheet {
    struct xlsx *xlsx; /* or NULL, and the rest is for csv */
    struct decode d;
    bool special[256]; /* what ends a plain cell, or may not stand in one */
    char separator;
    int64_t line; /* of the row to be read */
    size_t rows;
    struct str cell[COLUMNS_MAX];
    size_t n;
    bool quotes;     /* this row has quoted cells, so that it may hold line breaks */
    struct buf text; /* what had to be unquoted in this row */
};

enum took { TOOK_IT, TOOK_LACKS, TOOK_REFUSED };

/* Line breaks as people count lines: \n, \r\n and a lone \r are one each. */
static int64_t breaks(struct str s)
{
    int64_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n' || (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
    return n;
}

static enum took refuse_long(const struct sheet *s, struct err *e)
{
    (void)refuse(e, ERR_TOO_LARGE, NULL,
                 "Line %lld, column %zu: a cell is longer than %d characters; is a quote \" "
                 "missing?",
                 (long long)s->line, s->n + 1, CELL_MAX);
    return TOOK_REFUSED;
}

static enum took refuse_quote(const struct sheet *s, size_t at, struct err *e)
{
    (void)refuse(e, ERR_INVALID, NULL,
                 "Line %lld: a quote \" stands where none may be; double it, or quote the whole "
                 "cell.",
                 (long long)(s->line + breaks((struct str){s->d.window.p, at})));
    return TOOK_REFUSED;
}

static enum took cell_add(struct sheet *s, struct str cell, struct err *e)
{
    cell = cell_trim(cell);
    if (cell.n > CELL_MAX && utf8_count(cell) > CELL_MAX)
        return refuse_long(s, e);
    if (s->n == COLUMNS_MAX) {
        cell_refuse_columns(s->line, e);
        return TOOK_REFUSED;
    }
    s->cell[s->n++] = cell;
    return TOOK_IT;
}

static enum took plain_cell(struct sheet *s, size_t *at, struct err *e)
{
    const char *p = s->d.window.p;
    size_t i = *at, n = s->d.window.n;

    while (i < n && !s->special[(unsigned char)p[i]])
        i++;
    if (i - *at > (size_t)CELL_MAX * 4)
        return refuse_long(s, e);
    if (i == n && (s->d.bad || !decode_ends(&s->d)))
        return TOOK_LACKS;
    if (i < n && p[i] == '"')
        return refuse_quote(s, i, e);
    i -= *at;
    *at += i;
    return cell_add(s, (struct str){p + *at - i, i}, e);
}

/* After a closing quote. */
static bool cell_ends(const struct sheet *s, size_t at)
{
    char c = s->d.window.p[at];

    return c == s->separator || c == '\n' || c == '\r';
}

static enum took quoted_cell(struct sheet *s, size_t *at, struct err *e)
{
    struct str w = s->d.window, whole = {NULL, 0};
    bool whole_file = !s->d.bad && decode_ends(&s->d);
    size_t from = *at + 1, kept = s->text.n;
    const char *quote;

    s->quotes = true;
    for (;;) {
        quote = from < w.n ? memchr(w.p + from, '"', w.n - from) : NULL;
        if ((quote ? (size_t)(quote - w.p) : w.n) - *at > (size_t)CELL_MAX * 8)
            return refuse_long(s, e);
        if (!quote && whole_file) {
            (void)refuse(e, ERR_INVALID, NULL, "Line %lld: a quote \" is opened and never closed.",
                         (long long)(s->line + breaks((struct str){w.p, *at})));
            return TOOK_REFUSED;
        }
        if (!quote || (quote + 1 == w.p + w.n && !whole_file))
            return TOOK_LACKS;
        whole = (struct str){w.p + from, (size_t)(quote - w.p) - from};
        from += whole.n + 1;
        if (from >= w.n || w.p[from] != '"')
            break;
        whole.n++; /* "" stands for " */
        from++;
        buf_put(&s->text, whole);
    }
    if (from < w.n && !cell_ends(s, from))
        return refuse_quote(s, from - 1, e);
    if (s->text.n > kept) {
        buf_put(&s->text, whole);
        whole = (struct str){s->text.p + kept, s->text.n - kept};
    }
    *at = from;
    return cell_add(s, whole, e);
}

/* The row at the window's start; *used is its bytes with the line break. */
static enum took read_row(struct sheet *s, size_t *used, struct err *e)
{
    struct str w = s->d.window;
    bool more = s->d.bad || !decode_ends(&s->d);
    size_t at = 0;

    s->n = s->text.n = 0;
    s->quotes = false;
    for (;;) {
        enum took took =
            at < w.n && w.p[at] == '"' ? quoted_cell(s, &at, e) : plain_cell(s, &at, e);

        if (took != TOOK_IT)
            return took;
        if (at > ROW_BYTES_MAX) {
            cell_refuse_row(s->line, e);
            return TOOK_REFUSED;
        }
        if (at == w.n)
            break;
        if (w.p[at++] == s->separator)
            continue;
        if (w.p[at - 1] == '\n')
            break;
        if (at == w.n && more)
            return TOOK_LACKS;
        at += at < w.n && w.p[at] == '\n';
        break;
    }
    *used = at;
    return TOOK_IT;
}

static bool is_empty(const struct sheet *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->cell[i].n)
            return false;
    }
    return true;
}

/* The cells point into the window, so what a row used is dropped only when the next is asked. */
static bool csv_next(struct sheet *s, struct cells *row, struct err *e)
{
    for (;;) {
        size_t used = 0;
        enum took took;

        if (s->d.window.n == 0 && !decode_more(&s->d) && !s->d.bad)
            return false;
        took = read_row(s, &used, e);
        if (took == TOOK_LACKS && decode_more(&s->d))
            continue;
        if (took == TOOK_LACKS)
            return refuse(e, ERR_INVALID, NULL,
                          "Line %lld holds what is no text; save the file as CSV UTF-8 or .xlsx "
                          "and try again.",
                          (long long)(s->line + breaks(s->d.window)));
        if (took == TOOK_REFUSED)
            return false;
        *row = (struct cells){s->cell, s->n, s->line};
        s->line += s->quotes ? breaks((struct str){s->d.window.p, used}) : 1;
        s->d.window.p += used;
        s->d.window.n -= used;
        if (!is_empty(s))
            return true;
    }
}

/* The one that stands most often in the first line that is not empty, outside quotes. */
static char find_separator(struct str s)
{
    size_t comma = 0, semicolon = 0, tab = 0;
    bool quoted = false;

    while (s.n && (s.p[0] == '\n' || s.p[0] == '\r'))
        s.p++, s.n--;
    for (size_t i = 0; i < s.n && (quoted || (s.p[i] != '\n' && s.p[i] != '\r')); i++) {
        quoted ^= s.p[i] == '"';
        comma += !quoted && s.p[i] == ',';
        semicolon += !quoted && s.p[i] == ';';
        tab += !quoted && s.p[i] == '\t';
    }
    if (tab > comma && tab >= semicolon)
        return '\t';
    return semicolon > comma ? ';' : ',';
}

static void csv_open(struct arena *a, struct str bytes, struct sheet *s)
{
    decode_begin(&s->d, a, bytes);
    s->separator = find_separator(s->d.window);
    s->special['\n'] = s->special['\r'] = s->special['"'] = true;
    s->special[(unsigned char)s->separator] = true;
    s->text.arena = a;
}

bool sheet_open(struct arena *a, struct str bytes, struct sheet **out, struct err *e)
{
    struct sheet *s = NEW(a, struct sheet);

    s->line = 1;
    *out = s;
    if (bytes.n == 0)
        return refuse(e, ERR_INVALID, NULL, "The file is empty.");
    if (bytes.n > FILE_BYTES_MAX)
        return refuse(e, ERR_TOO_LARGE, NULL, "The file is larger than %d MB; split it.",
                      (int)(FILE_BYTES_MAX >> 20));
    if (bytes.n >= 8 && memcmp(bytes.p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
        return refuse(
            e, ERR_INVALID, NULL,
            "This is an old .xls workbook, or one with a password; save it as .xlsx without a "
            "password and try again.");
    if (bytes.n >= 4 && memcmp(bytes.p, "PK\3\4", 4) == 0)
        return xlsx_open(a, bytes, &s->xlsx, e);
    csv_open(a, bytes, s);
    return true;
}

bool sheet_next(struct sheet *s, struct cells *row, struct err *e)
{
    if (!(s->xlsx ? xlsx_next(s->xlsx, row, e) : csv_next(s, row, e)))
        return false;
    if (++s->rows > ROWS_MAX)
        return refuse(e, ERR_TOO_LARGE, NULL, "The file has more than %d rows; split it.",
                      ROWS_MAX);
    return true;
}

static bool has_special(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (strchr(",;\t\"\r\n", s.p[i]))
            return true;
    }
    return false;
}

void csv_put(struct buf *out, struct str cell, bool last)
{
    bool guard = cell.n && strchr("=+-@\t\r", cell.p[0]);
    bool quote = has_special(cell);

    if (out->cap == 0)
        buf_put(out, S("\xef\xbb\xbf"));
    if (quote)
        buf_put(out, S("\""));
    if (guard)
        buf_put(out, S("'"));
    while (quote && cell.n) {
        struct str head;
        bool found = memchr(cell.p, '"', cell.n) != NULL;

        cell = str_cut(cell, '"', &head);
        buf_put(out, head);
        buf_put(out, found ? S("\"\"") : S(""));
    }
    buf_put(out, quote ? S("\"") : cell);
    buf_put(out, last ? S("\r\n") : S(","));
}
