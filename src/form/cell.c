#include "form/cell.h"

#include "base/utf8.h"
#include "form/csv.h"

#include <string.h>

/* One blank less at the front or the back: ASCII, no-break, ideographic, zero-width no-break. */
static size_t blank_first(struct str s)
{
    unsigned char c = (unsigned char)s.p[0];

    if (c <= ' ')
        return 1;
    if (c == 0xc2 && memcmp(s.p, "\xc2\xa0", 2) == 0)
        return 2;
    if (c == 0xe3 && memcmp(s.p, "\xe3\x80\x80", 3) == 0)
        return 3;
    return c == 0xef && memcmp(s.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static size_t blank_last(struct str s)
{
    unsigned char c = (unsigned char)s.p[s.n - 1];

    if (c <= ' ')
        return 1;
    if (c == 0xa0 && s.n >= 2 && s.p[s.n - 2] == '\xc2')
        return 2;
    if (c == 0x80 && s.n >= 3 && memcmp(s.p + s.n - 3, "\xe3\x80\x80", 3) == 0)
        return 3;
    return c == 0xbf && s.n >= 3 && memcmp(s.p + s.n - 3, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

struct str cell_trim(struct str s)
{
    for (size_t n; s.n && (n = blank_first(s)) > 0;)
        s.p += n, s.n -= n;
    for (size_t n; s.n && (n = blank_last(s)) > 0;)
        s.n -= n;
    return s;
}

/* The next character of a column's name: narrow, lower case; blanks and the * of needed columns do
 * not count. 0 at the end. */
static uint32_t fold_next(struct str *s)
{
    while (s->n) {
        uint32_t c = utf8_next(s);

        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0;
        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        if (c > ' ' && c != '*' && c != 0xa0 && c != 0x3000 && c != 0xfeff)
            return c;
    }
    return 0;
}

static bool same_name(struct str a, struct str b)
{
    uint32_t x, y;

    do {
        x = fold_next(&a);
        y = fold_next(&b);
    } while (x == y && x);
    return x == y;
}

int cells_find(const struct cells *header, struct str name)
{
    for (size_t i = 0; i < header->n; i++) {
        if (header->cell[i].n && same_name(header->cell[i], name))
            return (int)i;
    }
    return -1;
}

void cell_refuse_row(int64_t line, struct err *e)
{
    (void)refuse(e, ERR_TOO_LARGE, NULL, "Line %lld holds more than %d MB.", (long long)line,
                 (int)(ROW_BYTES_MAX >> 20));
}

void cell_refuse_columns(int64_t line, struct err *e)
{
    (void)refuse(e, ERR_TOO_LARGE, NULL, "Line %lld has more than %d columns.", (long long)line,
                 COLUMNS_MAX);
}

void cell_refuse_long(int64_t line, size_t column, struct err *e)
{
    (void)refuse(e, ERR_TOO_LARGE, NULL,
                 "Line %lld, column %zu: a cell is longer than %d characters.", (long long)line,
                 column, CELL_MAX);
}
