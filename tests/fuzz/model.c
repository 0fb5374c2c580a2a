/* Bytes as a classifier, as they are and sealed with a fitting checksum: read or refused, and what
 * was read can be asked. */
#include "text/model.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct arena *a, struct str bytes)
{
    struct suggestion best[3];
    struct classifier *c;
    struct err e = {0};
    size_t n;

    if (!classifier_read(a, bytes, &c, &e))
        return;
    n = classifier_suggest(c, S("夜间噪音扰民"), S("搅拌站 a1"), best, 3);
    if (n)
        classifier_reasons(a, c, S("夜间噪音扰民"), S("噪音"), best[0].label, val_list(a));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};
    struct model_head head;
    struct arena a;

    arena_init(&a, (size_t)256 << 20);
    ask(&a, bytes);
    if (size >= sizeof(head)) {
        char *copy = (char *)NEW_ARRAY(&a, uint64_t, size / 8 + 1);

        memcpy(copy, data, size);
        memcpy(&head, data, sizeof(head));
        memcpy(head.magic, MODEL_MAGIC, sizeof(head.magic));
        head.size = size;
        memcpy(copy, &head, sizeof(head));
        head.checksum = model_checksum((struct str){copy, size});
        memcpy(copy, &head, sizeof(head));
        ask(&a, (struct str){copy, size});
    }
    arena_reset(&a);
    return 0;
}
