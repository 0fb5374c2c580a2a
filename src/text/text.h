/*
 * text.h - Chinese text: tokens, likeness, classes, hot topics, masking. Pure; no dictionary.
 *
 * Text is valid UTF-8. Normal form: NFKC-like folding of full-width letters and digits to ASCII,
 * lower case, blanks and punctuation to one separator. Tokens are character bigrams of each run of
 * Chinese characters (a single character stands alone), and whole words of letters and digits.
 */
#ifndef TEXT_H
#define TEXT_H

#include "base/err.h"
#include "val/val.h"

struct str text_normal(struct arena *a, struct str s);

/* Calls see() for each token of s in order, with repetition. */
void text_tokens(struct str s, void (*see)(void *arg, struct str token), void *arg);

/* The tokens for the search index, blank-separated; and a person's words as the index wants them:
 * every token must occur. A recheck with text_contains() follows, as bigrams forget order. A query
 * has no single Chinese characters, as the index cannot find them within a run: if it is empty and
 * the words are not, look at the newest with text_contains() alone. */
struct str text_index(struct arena *a, struct str s);
struct str text_query(struct arena *a, struct str words);
bool text_contains(struct str s, struct str words); /* every word, after folding; true for none */

/* Phone, ID and plate numbers as 138****2046, 3201**********1012, 晋B***12; the rest as it is. */
struct str text_mask(struct arena *a, struct str s);
/* A person's name as 张**: the family name says how to address somebody. */
struct str text_mask_name(struct arena *a, struct str name);
bool text_has_personal(struct str s);

/*
 * Likeness. A sketch is 64 minhashes of a text's token set; likeness is the share of equal ones,
 * 0 to 1. dup_score weighs words, metres and hours together (numbers and reasons in README.md).
 */
struct sketch {
    uint32_t h[64];
};
void sketch_of(struct str s, struct sketch *out);
double sketch_likeness(const struct sketch *a, const struct sketch *b);
/* metres < 0: place unknown. */
double dup_score(double likeness, double metres, double hours);

/*
 * A classifier: linear, over character 1- and 2-grams (and what else measures better), trained by
 * LIBLINEAR. A model is bytes: the same on every machine, loadable without copying.
 */
struct classifier;

struct labelled {
    struct str label, title, body;
};

/* Refused: fewer than two labels, a row without one, more than 256 labels or 200,000 rows. The same
 * rows give the same bytes. Draws from rand(), so train in one thread at a time. */
bool classifier_train(struct arena *a, const struct labelled *rows, size_t n,
                      struct classifier **out, struct err *e) MUST_USE;
struct str classifier_write(struct arena *a, const struct classifier *c);
bool classifier_read(struct arena *a, struct str bytes, struct classifier **out,
                     struct err *e) MUST_USE;

struct suggestion {
    struct str label;
    double confidence; /* 0 to 1, calibrated: of those with 0.8 about 80 in 100 are right */
};

/* The best `most` labels, best first. Thread-safe. It only ever suggests. */
size_t classifier_suggest(const struct classifier *c, struct str title, struct str body,
                          struct suggestion *out, size_t most);

/* The words of this text that spoke most for the label: list of {word, weight_permille}. */
void classifier_reasons(struct arena *a, const struct classifier *c, struct str title,
                        struct str body, struct str label, struct val *list);

/*
 * Hot topics: clusters of messages that are alike in words and near in place or time.
 */
struct message {
    int64_t id, at_ms;
    struct str title, body, place;
    double lon, lat; /* 0,0: unknown */
    int64_t weight;  /* likes and the like, at least 1 */
};

/* A list of {rank, title, heat, n, place, from_ms, to_ms, words, ids: […]}, hottest first. */
void text_topics(struct arena *a, const struct message *m, size_t n, size_t most, struct val *list);

#endif
