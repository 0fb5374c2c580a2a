#include "text/model.h"

#include "text/chars.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define TEXT_MAX     60000 /* bytes of title and of body that count */
#define TITLE_WEIGHT 0.5
#define AHEAD        8 /* grams: the vocabulary is larger than the cache, so it is asked for early */

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "models are little-endian");

struct str grams_text(struct str s)
{
    if (s.n > TEXT_MAX) {
        s.n = TEXT_MAX;
        while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
            s.n--;
    }
    return s;
}

size_t grams_of(struct str s, uint64_t *out)
{
    uint64_t before = 0;
    size_t n = 0;

    while (s.n) {
        uint32_t c = ' ';

        if (char_next(&s, &c) == CHAR_BREAK) {
            before = 0;
            continue;
        }
        out[n++] = c;
        if (before)
            out[n++] = before << 21 | c;
        before = c;
    }
    return n;
}

uint64_t gram_hash(uint64_t key)
{
    key = (key ^ key >> 33) * 0xff51afd7ed558ccdULL;
    key = (key ^ key >> 33) * 0xc4ceb9fe1a85ec53ULL;
    return key ^ key >> 33;
}

size_t model_size(const struct model_head *h)
{
    size_t buckets = ((size_t)1 << h->bucket_bits) + 1, features = h->n_features;

    return sizeof(*h) + features * (sizeof(uint64_t) + sizeof(float)) +
           h->n_labels * (sizeof(float) + sizeof(uint32_t)) + buckets * sizeof(uint32_t) +
           features * h->n_labels * sizeof(int16_t) + h->label_bytes;
}

bool model_view(struct str bytes, struct classifier *c)
{
    const struct model_head *h = (const void *)bytes.p;

    if (bytes.n < sizeof(*h) || (uintptr_t)bytes.p % _Alignof(struct model_head) ||
        memcmp(h->magic, MODEL_MAGIC, sizeof(h->magic)) != 0 || h->n_labels < 2 ||
        h->n_labels > LABELS_MAX || h->n_features < 1 || h->n_features > FEATURES_MAX ||
        h->bucket_bits > 20 || h->label_bytes > LABELS_MAX * LABEL_MAX || h->size != bytes.n ||
        model_size(h) != bytes.n)
        return false;
    c->head = h;
    c->bytes = bytes;
    c->key = (const void *)(h + 1);
    c->scale = (const void *)(c->key + h->n_features);
    c->step = c->scale + h->n_features;
    c->bucket = (const void *)(c->step + h->n_labels);
    c->label_end = c->bucket + ((size_t)1 << h->bucket_bits) + 1;
    c->weight = (const void *)(c->label_end + h->n_labels);
    c->label_text = (const void *)(c->weight + (size_t)h->n_features * h->n_labels);
    return true;
}

uint64_t model_checksum(struct str bytes)
{
    size_t from = offsetof(struct model_head, checksum) + sizeof(uint64_t);
    uint64_t h = 0x9e3779b97f4a7c15ULL;

    for (size_t i = from; i < bytes.n; i += 8) {
        uint64_t word = 0;

        memcpy(&word, bytes.p + i, bytes.n - i < 8 ? bytes.n - i : 8);
        h = (h ^ word) * 0xff51afd7ed558ccdULL;
        h ^= h >> 29;
    }
    return h;
}

struct str model_label(const struct classifier *c, size_t i)
{
    uint32_t from = i ? c->label_end[i - 1] : 0;

    return (struct str){c->label_text + from, c->label_end[i] - from};
}

static uint64_t bucket_of(const struct classifier *c, uint64_t key)
{
    return gram_hash(key) >> 32 & (((uint64_t)1 << c->head->bucket_bits) - 1);
}

uint32_t model_find(const struct classifier *c, uint64_t key)
{
    uint64_t b = bucket_of(c, key);

    for (uint32_t i = c->bucket[b]; i < c->bucket[b + 1]; i++) {
        if (c->key[i] == key)
            return i;
    }
    return c->head->n_features;
}

struct term_table {
    struct term *term;
    size_t n;
    uint32_t *slot; /* 1 + index into term, or 0 */
    uint64_t mask;
};

static void count_term(struct term_table *t, uint32_t feature, bool title)
{
    uint64_t i = gram_hash(feature) & t->mask;
    struct term *it;

    while (t->slot[i] && t->term[t->slot[i] - 1].feature != feature)
        i = (i + 1) & t->mask;
    if (!t->slot[i]) {
        t->term[t->n++].feature = feature;
        t->slot[i] = (uint32_t)t->n;
    }
    it = &t->term[t->slot[i] - 1];
    it->in_all++;
    it->in_title += title;
}

/* How much more a gram says when it stands there again: less each time. */
static double damped(uint32_t count)
{
    static const double small[] = {0, 1, 1.6931471805599454, 2.09861228866811, 2.386294361119891};

    return count < COUNT(small) ? small[count] : 1 + log(count);
}

static void weigh(const struct classifier *c, struct term *t, size_t n)
{
    double title = 0, all = 0, both = 0;

    for (size_t i = 0; i < n; i++) {
        double scale = (double)c->scale[t[i].feature];
        double x = damped(t[i].in_all) * scale, y = damped(t[i].in_title) * scale;

        all += x * x;
        title += y * y;
    }
    all = all > 0 ? 1 / sqrt(all) : 0;
    title = title > 0 ? TITLE_WEIGHT / sqrt(title) : 0;
    for (size_t i = 0; i < n; i++) {
        double value = (damped(t[i].in_all) * all + damped(t[i].in_title) * title) *
                       (double)c->scale[t[i].feature];

        t[i].value = (float)value;
        both += value * value;
    }
    both = both > 0 ? 1 / sqrt(both) : 0;
    for (size_t i = 0; i < n; i++)
        t[i].value = (float)((double)t[i].value * both);
}

static void count_terms(const struct classifier *c, struct term_table *t, const uint64_t *gram,
                        size_t n, bool title)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t feature;

        if (i + 2 * AHEAD < n)
            __builtin_prefetch(&c->bucket[bucket_of(c, gram[i + 2 * AHEAD])]);
        if (i + AHEAD < n)
            __builtin_prefetch(&c->key[c->bucket[bucket_of(c, gram[i + AHEAD])]]);
        feature = model_find(c, gram[i]);
        if (feature == c->head->n_features)
            continue;
        __builtin_prefetch(&c->scale[feature]);
        __builtin_prefetch(&c->weight[(size_t)feature * c->head->n_labels]);
        count_term(t, feature, title);
    }
}

size_t model_terms(struct arena *a, const struct classifier *c, struct str title, struct str body,
                   struct term **out)
{
    struct term_table t = {.mask = 63};
    size_t n_title, n_body;
    uint64_t *gram;

    title = grams_text(title);
    body = grams_text(body);
    gram = NEW_ARRAY(a, uint64_t, 2 * (utf8_count(title) + utf8_count(body)) + 1);
    n_title = grams_of(title, gram);
    n_body = grams_of(body, gram + n_title);
    while (t.mask < 2 * (n_title + n_body))
        t.mask = t.mask * 2 + 1;
    t.slot = NEW_ARRAY(a, uint32_t, t.mask + 1);
    t.term = NEW_ARRAY(a, struct term, n_title + n_body + 1);
    count_terms(c, &t, gram, n_title, true);
    count_terms(c, &t, gram + n_title, n_body, false);
    weigh(c, t.term, t.n);
    *out = t.term;
    return t.n;
}

void model_scores(const struct classifier *c, const struct term *t, size_t n, double *out)
{
    size_t labels = c->head->n_labels;

    memset(out, 0, labels * sizeof(*out));
    for (size_t i = 0; i < n; i++) {
        const int16_t *w = c->weight + (size_t)t[i].feature * labels;

        for (size_t k = 0; k < labels; k++)
            out[k] += (double)t[i].value * w[k];
    }
    for (size_t k = 0; k < labels; k++)
        out[k] *= (double)c->step[k];
}

void model_softmax(double *score, size_t n, double slope)
{
    double top = score[0], sum = 0;

    for (size_t i = 1; i < n; i++)
        top = score[i] > top ? score[i] : top;
    for (size_t i = 0; i < n; i++)
        sum += score[i] = exp((score[i] - top) * slope);
    for (size_t i = 0; i < n; i++)
        score[i] /= sum;
}
