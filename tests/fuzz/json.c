/* Whatever JSON is read is written as JSON that reads as the same again. */
#include "val/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct err e = {0};
    struct val *v, *again;

    arena_init(&a, (size_t)1 << 30);
    if (json_read(&a, (struct str){(const char *)data, n}, (size_t)1 << 20, &v, &e)) {
        struct buf one = {.arena = &a}, two = {.arena = &a};

        json_write(&one, v);
        if (!json_read(&a, buf_str(&one), (size_t)8 << 20, &again, &e))
            abort();
        json_write(&two, again);
        if (!str_eq(buf_str(&one), buf_str(&two)))
            abort();
    } else if (e.kind == ERR_NONE) {
        abort();
    }
    arena_reset(&a);
    return 0;
}
