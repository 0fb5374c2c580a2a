/*
 * Training a classifier: which grams, how heavy, and the lines that part the labels.
 *
 * What was tried, and why it is as it is, stands in README.md. LIBLINEAR draws from rand(): it is
 * seeded here, so that the same rows give the same bytes; two trainings at once would disturb each
 * other, so only the writer trains.
 */
#include "base/utf8.h"
#include "text/model.h"

#include <linear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX   200000
#define SCRATCH    ((size_t)8 << 30)
#define ROWS_LEAST 2   /* a gram that stands in one text only teaches nothing */
#define TOLD       8.0 /* how much heavier a gram is that stands with one label only */
#define DOUBT      4.0 /* texts without the gram that each label is given first */
#define COST       1.0
#define FOLDS      3

/* The rows that one training uses. */
struct set {
    const struct labelled *row;
    const uint32_t *label;
    const uint32_t *at; /* n indexes into row and label */
    size_t n, n_labels;
    const struct str *name;
};

/* A growing hash table of the grams seen, with how many texts have each. */
struct grams {
    struct arena *a;
    struct gram {
        uint64_t key;
        uint32_t texts, last; /* 1 + the last text that had it */
    } * slot;
    size_t n, mask;
};

static struct gram *gram_at(struct gram *slot, size_t mask, uint64_t key)
{
    size_t i = gram_hash(key) & mask;

    while (slot[i].key && slot[i].key != key)
        i = (i + 1) & mask;
    return &slot[i];
}

static void grow(struct grams *g)
{
    size_t mask = g->mask * 2 + 1;
    struct gram *slot = NEW_ARRAY(g->a, struct gram, mask + 1);

    for (size_t i = 0; i <= g->mask; i++) {
        if (g->slot[i].key)
            *gram_at(slot, mask, g->slot[i].key) = g->slot[i];
    }
    g->slot = slot;
    g->mask = mask;
}

static void see_gram(struct grams *g, uint64_t key, uint32_t text)
{
    struct gram *it = gram_at(g->slot, g->mask, key);

    if (it->last == text)
        return;
    if (!it->key) {
        it->key = key;
        g->n++;
    }
    it->texts++;
    it->last = text;
    if (g->n * 2 > g->mask)
        grow(g);
}

static void see_text(struct grams *g, struct str s, uint32_t text)
{
    struct arena scratch;
    uint64_t *gram;
    size_t n;

    s = grams_text(s);
    arena_init(&scratch, SCRATCH);
    gram = NEW_ARRAY(&scratch, uint64_t, 2 * utf8_count(s) + 1);
    n = grams_of(s, gram);
    for (size_t i = 0; i < n; i++)
        see_gram(g, gram[i], text);
    arena_reset(&scratch);
}

static int compare_grams(const void *x, const void *y)
{
    const struct gram *a = x, *b = y;
    uint64_t i = gram_hash(a->key) >> 32, j = gram_hash(b->key) >> 32;

    return i != j ? (i > j) - (i < j) : (a->key > b->key) - (a->key < b->key);
}

static int compare_texts(const void *x, const void *y)
{
    const struct gram *a = x, *b = y;

    return a->texts != b->texts ? (a->texts < b->texts) - (a->texts > b->texts)
                                : compare_grams(x, y);
}

/* The grams of the set that are worth a feature, most frequent first; returns how many. */
static size_t choose_grams(struct arena *a, const struct set *set, struct gram **out)
{
    struct grams g = {.a = a, .mask = (1 << 16) - 1};
    size_t n = 0;

    g.slot = NEW_ARRAY(a, struct gram, g.mask + 1);
    for (size_t i = 0; i < set->n; i++) {
        see_text(&g, set->row[set->at[i]].title, (uint32_t)i + 1);
        see_text(&g, set->row[set->at[i]].body, (uint32_t)i + 1);
    }
    for (size_t i = 0; i <= g.mask; i++) {
        if (g.slot[i].texts >= ROWS_LEAST)
            g.slot[n++] = g.slot[i];
    }
    qsort(g.slot, n, sizeof(*g.slot), compare_texts);
    *out = g.slot;
    return n < FEATURES_MAX ? n : FEATURES_MAX;
}

/* A model being built may be written to. */
#define OWN(type, p) ((type *)without_const(p))

static void put_keys(struct classifier *c, struct gram *gram, size_t n)
{
    uint32_t *bucket = OWN(uint32_t, c->bucket);
    uint64_t mask = ((uint64_t)1 << c->head->bucket_bits) - 1;
    uint32_t *next;
    struct arena scratch;

    arena_init(&scratch, SCRATCH);
    next = NEW_ARRAY(&scratch, uint32_t, mask + 1);
    for (size_t i = 0; i < n; i++)
        bucket[(gram_hash(gram[i].key) >> 32 & mask) + 1]++;
    for (size_t b = 0; b <= mask; b++) {
        bucket[b + 1] += bucket[b];
        next[b] = bucket[b];
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t at = next[gram_hash(gram[i].key) >> 32 & mask]++;

        OWN(uint64_t, c->key)[at] = gram[i].key;
        OWN(float, c->scale)[at] = (float)gram[i].texts; /* see put_scales() */
    }
    arena_reset(&scratch);
}

static struct classifier *lay_out(struct arena *a, const struct set *set, struct gram *gram,
                                  size_t n)
{
    struct classifier *c = NEW(a, struct classifier);
    struct model_head h = {.n_features = (uint32_t)n, .n_labels = (uint32_t)set->n_labels};
    struct model_head *head;
    uint32_t end = 0;

    memcpy(h.magic, MODEL_MAGIC, sizeof(h.magic));
    while (((size_t)1 << h.bucket_bits) < n && h.bucket_bits < 20)
        h.bucket_bits++;
    for (size_t i = 0; i < set->n_labels; i++)
        h.label_bytes += (uint32_t)set->name[i].n;
    h.size = model_size(&h);
    h.slope = 4;
    head = (void *)NEW_ARRAY(a, uint64_t, h.size / 8 + 1);
    *head = h;
    (void)model_view((struct str){(const char *)head, h.size}, c);
    for (size_t i = 0; i < set->n_labels; i++) {
        memcpy(OWN(char, c->label_text) + end, set->name[i].p, set->name[i].n);
        end += (uint32_t)set->name[i].n;
        OWN(uint32_t, c->label_end)[i] = end;
    }
    put_keys(c, gram, n);
    return c;
}

/* From 0, evenly spread, to 1, one label only: by the entropy of the label given the gram,
 * with labels taken as equally frequent. */
static double told(const struct set *set, const double *rows, const uint32_t *with)
{
    double share[LABELS_MAX], sum = 0, entropy = 0;

    for (size_t k = 0; k < set->n_labels; k++) {
        share[k] = (with[k] + DOUBT * rows[k] / (double)set->n) / (rows[k] + DOUBT);
        sum += share[k];
    }
    for (size_t k = 0; k < set->n_labels; k++) {
        double p = share[k] / sum;

        entropy -= p > 0 ? p * log(p) : 0;
    }
    return 1 - entropy / log((double)set->n_labels);
}

static void put_scales(const struct classifier *c, const struct set *set)
{
    size_t labels = set->n_labels;
    struct arena scratch;
    double *rows;
    uint32_t *with;

    arena_init(&scratch, SCRATCH);
    rows = NEW_ARRAY(&scratch, double, labels);
    with = NEW_ARRAY(&scratch, uint32_t, labels * c->head->n_features);
    for (size_t i = 0; i < set->n; i++) {
        const struct labelled *row = &set->row[set->at[i]];
        uint32_t label = set->label[set->at[i]];
        struct arena text;
        struct term *t;
        size_t n;

        arena_init(&text, SCRATCH);
        n = model_terms(&text, c, row->title, row->body, &t);
        rows[label]++;
        for (size_t j = 0; j < n; j++)
            with[t[j].feature * labels + label]++;
        arena_reset(&text);
    }
    for (size_t f = 0; f < c->head->n_features; f++) {
        double texts = (double)c->scale[f];
        double idf = log((1 + (double)set->n) / (1 + texts)) + 1;

        OWN(float, c->scale)[f] = (float)(idf * (1 + TOLD * told(set, rows, with + f * labels)));
    }
    arena_reset(&scratch);
}

static int compare_nodes(const void *x, const void *y)
{
    const struct feature_node *a = x, *b = y;

    return (a->index > b->index) - (a->index < b->index);
}

static struct feature_node *nodes_of(struct arena *a, const struct classifier *c,
                                     const struct labelled *row)
{
    struct feature_node *node;
    struct arena text;
    struct term *t;
    size_t n;

    arena_init(&text, SCRATCH);
    n = model_terms(&text, c, row->title, row->body, &t);
    node = NEW_ARRAY(a, struct feature_node, n + 1);
    for (size_t i = 0; i < n; i++)
        node[i] = (struct feature_node){(int)t[i].feature + 1, (double)t[i].value};
    arena_reset(&text);
    qsort(node, n, sizeof(*node), compare_nodes);
    node[n].index = -1;
    return node;
}

static void quiet(const char *said)
{
    (void)said;
}

/* LIBLINEAR's weights to 16 bits, each label with a step of its own. */
static void put_weights(const struct classifier *c, const struct model *m)
{
    size_t columns = (size_t)m->nr_class;

    for (size_t j = 0; j < columns; j++) {
        size_t k = (size_t)m->label[j];
        double top = 0;

        for (size_t f = 0; f < c->head->n_features; f++)
            top = fmax(top, fabs(m->w[f * columns + j]));
        OWN(float, c->step)[k] = (float)(top / INT16_MAX);
        for (size_t f = 0; f < c->head->n_features && top > 0; f++)
            OWN(int16_t, c->weight)
        [f * c->head->n_labels + k] = (int16_t)lround(m->w[f * columns + j] / top * INT16_MAX);
    }
}

static void fit_weights(const struct classifier *c, const struct set *set)
{
    struct parameter how = {.solver_type = MCSVM_CS, .eps = 0.01, .C = COST};
    struct problem p = {.l = (int)set->n, .n = (int)c->head->n_features, .bias = -1};
    struct arena scratch;
    struct model *m;

    arena_init(&scratch, SCRATCH);
    p.x = NEW_ARRAY(&scratch, struct feature_node *, set->n);
    p.y = NEW_ARRAY(&scratch, double, set->n);
    for (size_t i = 0; i < set->n; i++) {
        p.x[i] = nodes_of(&scratch, c, &set->row[set->at[i]]);
        p.y[i] = set->label[set->at[i]];
    }
    set_print_string_function(quiet);
    srand(1); /* NOLINT: the same rows shall give the same bytes, see above */
    m = train(&p, &how);
    put_weights(c, m);
    free_and_destroy_model(&m);
    arena_reset(&scratch);
}

/* NULL if no gram stands in two texts. */
static struct classifier *fit(struct arena *a, const struct set *set)
{
    struct classifier *c = NULL;
    struct arena scratch;
    struct gram *gram;
    size_t n;

    arena_init(&scratch, SCRATCH);
    n = choose_grams(&scratch, set, &gram);
    if (n) {
        c = lay_out(a, set, gram, n);
        put_scales(c, set);
        fit_weights(c, set);
    }
    arena_reset(&scratch);
    return c;
}

/* Scores of rows that the model did not see, for the slope of the softmax. */
struct unseen {
    double *score; /* n × n_labels */
    uint32_t *label;
    size_t n;
};

static void score_unseen(const struct set *all, size_t fold, struct unseen *u)
{
    struct arena scratch;
    struct set seen = *all;
    uint32_t *at;
    struct classifier *c;

    arena_init(&scratch, SCRATCH);
    at = NEW_ARRAY(&scratch, uint32_t, all->n);
    seen.n = 0;
    for (size_t i = 0; i < all->n; i++) {
        if (i % FOLDS != fold)
            at[seen.n++] = all->at[i];
    }
    seen.at = at;
    c = fit(&scratch, &seen);
    for (size_t i = fold; c && i < all->n; i += FOLDS) {
        const struct labelled *row = &all->row[all->at[i]];
        struct term *t;
        size_t n = model_terms(&scratch, c, row->title, row->body, &t);

        model_scores(c, t, n, u->score + u->n * all->n_labels);
        u->label[u->n++] = all->label[all->at[i]];
    }
    arena_reset(&scratch);
}

/* How unlikely the true labels are, given this slope. */
static double loss(const struct unseen *u, size_t labels, double slope)
{
    double share[LABELS_MAX], sum = 0;

    for (size_t i = 0; i < u->n; i++) {
        memcpy(share, u->score + i * labels, labels * sizeof(*share));
        model_softmax(share, labels, slope);
        sum -= log(share[u->label[i]] + 1e-12);
    }
    return sum;
}

/* The loss is convex in the slope: thirds until it is narrow. */
static double fit_slope(const struct set *set)
{
    double low = 0.5, high = 30;
    struct unseen u = {0};
    struct arena scratch;

    arena_init(&scratch, SCRATCH);
    u.score = NEW_ARRAY(&scratch, double, set->n * set->n_labels);
    u.label = NEW_ARRAY(&scratch, uint32_t, set->n);
    for (size_t fold = 0; fold < FOLDS; fold++)
        score_unseen(set, fold, &u);
    for (int i = 0; i < 40 && u.n; i++) {
        double third = (high - low) / 3;

        if (loss(&u, set->n_labels, low + third) < loss(&u, set->n_labels, high - third))
            high -= third;
        else
            low += third;
    }
    arena_reset(&scratch);
    return (low + high) / 2;
}

static bool take_label(struct set *set, struct str *name, struct str label, uint32_t *out)
{
    for (*out = 0; *out < set->n_labels; ++*out) {
        if (str_eq(name[*out], label))
            return true;
    }
    if (set->n_labels == LABELS_MAX)
        return false;
    name[set->n_labels++] = label;
    return true;
}

static bool take_rows(struct arena *a, const struct labelled *rows, size_t n, struct set *set,
                      struct err *e)
{
    struct str *name = NEW_ARRAY(a, struct str, LABELS_MAX);
    uint32_t *label = NEW_ARRAY(a, uint32_t, n), *at = NEW_ARRAY(a, uint32_t, n);

    *set = (struct set){.row = rows, .label = label, .at = at, .name = name, .n = n};
    if (n > ROWS_MAX)
        return refuse(e, ERR_TOO_LARGE, "train",
                      "There are more than %d labelled rows; leave some out.", ROWS_MAX);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].label.n == 0 || rows[i].label.n > LABEL_MAX)
            return refuse(e, ERR_INVALID, "label",
                          "Row %zu has no label, or one longer than %d bytes.", i + 1, LABEL_MAX);
        if (!take_label(set, name, rows[i].label, &label[i]))
            return refuse(e, ERR_INVALID, "label", "There are more than %d different labels.",
                          LABELS_MAX);
        at[i] = (uint32_t)i;
    }
    if (set->n_labels < 2)
        return refuse(e, ERR_INVALID, "label",
                      "A classifier needs rows of at least two different labels.");
    return true;
}

/* An order that mixes neighbours, the same every time. */
static void mix(uint32_t *at, size_t n)
{
    uint64_t x = 20;

    for (size_t i = n; i > 1; i--) {
        size_t j;
        uint32_t it = at[i - 1];

        x = x * 6364136223846793005ULL + 1442695040888963407ULL;
        j = (size_t)((x >> 33) % i);
        at[i - 1] = at[j];
        at[j] = it;
    }
}

bool classifier_train(struct arena *a, const struct labelled *rows, size_t n,
                      struct classifier **out, struct err *e)
{
    struct arena scratch;
    struct classifier *c = NULL;
    struct set set;
    bool ok;

    arena_init(&scratch, SCRATCH);
    ok = take_rows(&scratch, rows, n, &set, e);
    if (ok) {
        mix(OWN(uint32_t, set.at), n);
        c = fit(a, &set);
    }
    if (c) {
        struct model_head *head = OWN(struct model_head, c->head);

        head->slope = fit_slope(&set);
        head->checksum = model_checksum(c->bytes);
        *out = c;
    } else if (ok) {
        ok = refuse(e, ERR_INVALID, "train", "No two of these texts have a word in common.");
    }
    arena_reset(&scratch);
    return ok;
}
