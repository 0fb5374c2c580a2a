/* Any bytes as a paper: what it is said to be can be named, and comes back by its name. */
#include "form/document.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str bytes = {(const char *)data, n};
    enum document_type type = document_sniff(bytes);
    struct document d;
    struct err e = {0};
    struct arena a;

    assert(document_type_find(document_type_name(type)) == type);
    arena_init(&a, (size_t)1 << 24);
    if (document_take(&a, bytes, bytes, &d, &e))
        assert(d.type == type && d.name.n > 0 && d.name.n <= 4 * DOCUMENT_NAME_MAX);
    else
        assert(e.kind && (type == DOCUMENT_NONE || n == 0));
    arena_reset(&a);
    return 0;
}
