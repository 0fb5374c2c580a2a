/*
 * model.h - how a classifier lies in its bytes, and how a text becomes a vector. Inside text/ only.
 *
 * A model is one block: little-endian, 8-byte aligned, used where it lies. Its vocabulary is a hash
 * table: bucket b holds the keys bucket[b] to bucket[b + 1]. A text's vector is the tf-idf vector
 * of title and body together, length 1, plus TITLE_WEIGHT times that of the title alone, at
 * length 1.
 */
#ifndef TEXT_MODEL_H
#define TEXT_MODEL_H

#include "text/text.h"

#define LABELS_MAX   256
#define FEATURES_MAX (1U << 20)
#define LABEL_MAX    120 /* bytes */
#define MODEL_MAGIC  "yscls\1\r\n"

struct model_head {
    char magic[8];
    uint64_t size, checksum; /* the checksum is of all that follows it */
    uint32_t n_labels, n_features, bucket_bits, label_bytes;
    double slope; /* of the softmax over the scores */
};

/* In the order in which they follow the head. */
struct classifier {
    const struct model_head *head;
    const uint64_t *key;       /* n_features */
    const float *scale;        /* n_features: idf and how much a gram tells of the label */
    const float *step;         /* n_labels: what 1 of a weight is worth */
    const uint32_t *bucket;    /* 2^bucket_bits + 1 */
    const uint32_t *label_end; /* n_labels: where each ends in label_text */
    const int16_t *weight;     /* n_features × n_labels */
    const char *label_text;    /* label_bytes */
    struct str bytes;
};

/* What the head says, as pointers; false if it does not add up to bytes.n. */
bool model_view(struct str bytes, struct classifier *c);
size_t model_size(const struct model_head *h);
uint64_t model_checksum(struct str bytes);
struct str model_label(const struct classifier *c, size_t i);

/* 1- and 2-grams of the visible characters, none across a break. out has room for 2 a character. */
size_t grams_of(struct str s, uint64_t *out);
/* The text that counts: the first so many bytes. */
struct str grams_text(struct str s);
uint64_t gram_hash(uint64_t key);

struct term {
    uint32_t feature, in_title, in_all;
    float value;
};
/* The features that stand in this text, each once, with its value in the vector. */
size_t model_terms(struct arena *a, const struct classifier *c, struct str title, struct str body,
                   struct term **out);
/* The score of each label, n_labels of them. */
void model_scores(const struct classifier *c, const struct term *t, size_t n, double *out);
/* Scores to shares of 1. */
void model_softmax(double *score, size_t n, double slope);
/* The feature of this gram, or n_features. */
uint32_t model_find(const struct classifier *c, uint64_t key);

#endif
