/* Any valid text through everything that reads one: nothing crashes, and what must hold holds. */
#include "text/text.h"
#include "base/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void see(void *arg, struct str token)
{
    size_t *n = arg;

    if (token.n == 0 || !utf8_valid(token))
        abort();
    ++*n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size}, normal, masked;
    struct message m[2] = {{.id = 1, .title = s, .weight = 1}, {.id = 2, .body = s, .weight = 2}};
    struct sketch x, y;
    struct arena a;
    size_t n = 0;

    if (!utf8_valid(s))
        return 0;
    arena_init(&a, (size_t)256 << 20);
    normal = text_normal(&a, s);
    text_tokens(s, see, &n);
    masked = text_mask(&a, s);
    sketch_of(s, &x);
    sketch_of(normal, &y);
    if (!utf8_valid(normal) || normal.n > s.n || !str_eq(text_normal(&a, normal), normal) ||
        !utf8_valid(masked) || utf8_count(masked) != utf8_count(s) ||
        text_has_personal(s) == str_eq(masked, s) || !text_contains(s, s) ||
        sketch_likeness(&x, &y) != (n ? 1 : 0) || (text_index(&a, s).n > 0) != (n > 0))
        abort();
    (void)text_query(&a, s);
    text_topics(&a, m, 2, 2, val_list(&a));
    arena_reset(&a);
    return 0;
}
