/* Using a classifier: reading, writing, suggesting. Training is in train.c, reasons in reasons.c.
 */
#include "base/utf8.h"
#include "text/model.h"

#include <math.h>
#include <string.h>

struct str classifier_write(struct arena *a, const struct classifier *c)
{
    return str_copy(a, c->bytes);
}

static bool is_sound(const struct classifier *c)
{
    const struct model_head *h = c->head;
    size_t buckets = (size_t)1 << h->bucket_bits;
    uint32_t from = 0;

    if (h->checksum != model_checksum(c->bytes) || !isfinite(h->slope) || h->slope <= 0 ||
        c->bucket[0] != 0 || c->bucket[buckets] != h->n_features)
        return false;
    for (size_t i = 0; i < buckets; i++) {
        if (c->bucket[i] > c->bucket[i + 1])
            return false;
    }
    for (size_t i = 0; i < (size_t)h->n_features + h->n_labels; i++) { /* scale, then step */
        if (!(c->scale[i] >= 0) || !(c->scale[i] < 1e6F))
            return false;
    }
    for (size_t i = 0; i < h->n_labels; i++) {
        if (c->label_end[i] <= from || c->label_end[i] > h->label_bytes ||
            !utf8_valid(model_label(c, i)))
            return false;
        from = c->label_end[i];
    }
    return from == h->label_bytes;
}

bool classifier_read(struct arena *a, struct str bytes, struct classifier **out, struct err *e)
{
    struct classifier *c = NEW(a, struct classifier);

    if ((uintptr_t)bytes.p % _Alignof(struct model_head)) {
        uint64_t *aligned = NEW_ARRAY(a, uint64_t, bytes.n / 8 + 1);

        memcpy(aligned, bytes.p, bytes.n);
        bytes.p = (const char *)aligned;
    }
    if (!model_view(bytes, c) || !is_sound(c))
        return refuse(e, ERR_INVALID, "model",
                      "This is no classifier of ours, or it is damaged; train it again.");
    *out = c;
    return true;
}

size_t classifier_suggest(const struct classifier *c, struct str title, struct str body,
                          struct suggestion *out, size_t most)
{
    double share[LABELS_MAX];
    size_t labels = c->head->n_labels, n = 0, n_terms;
    struct arena scratch;
    struct term *terms;

    arena_init(&scratch, (size_t)64 << 20);
    n_terms = model_terms(&scratch, c, title, body, &terms);
    model_scores(c, terms, n_terms, share);
    arena_reset(&scratch);
    model_softmax(share, labels, c->head->slope);
    while (n < most && n < labels) {
        size_t best = 0;

        for (size_t i = 1; i < labels; i++)
            best = share[i] > share[best] ? i : best;
        out[n++] = (struct suggestion){model_label(c, best), share[best]};
        share[best] = -1;
    }
    return n;
}
