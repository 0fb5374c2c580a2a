/* Any bytes as a csv: rows or a refusal, every cell valid UTF-8 within its bounds, lines ascending.
 */
#include "form/csv.h"
#include "base/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct err e = {0};
    struct sheet *s;
    struct cells row;
    int64_t line = 0;

    if (n >= 2 && data[0] == 'P' && data[1] == 'K')
        return 0; /* xlsx.c has its own */
    arena_init(&a, (size_t)64 << 20);
    if (sheet_open(&a, (struct str){(const char *)data, n}, &s, &e)) {
        while (sheet_next(s, &row, &e)) {
            assert(row.line > line && row.n >= 1 && row.n <= 256);
            line = row.line;
            for (size_t i = 0; i < row.n; i++)
                assert(utf8_valid(row.cell[i]) && utf8_count(row.cell[i]) <= 32768);
        }
    }
    arena_reset(&a);
    return 0;
}
