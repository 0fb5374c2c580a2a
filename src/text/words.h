/*
 * words.h - readable words out of weighted character pairs. Inside text/ only.
 */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include "base/str.h"

/* One visible character of a text; what it weighs alone, and with the next in one pair. */
struct place {
    uint32_t c;
    bool joined; /* to the next */
    double alone, pair;
};

/* Adds the characters of the text, weightless; out has room for text.n more. Returns the new n. */
size_t places_add(struct place *out, size_t n, struct str text);

/* Takes the heaviest word: the pair of most weight, and its neighbours while they have a third of
 * it, eight characters at most. Its pairs weigh nothing afterwards. Empty if no pair weighs. */
struct str places_take(struct arena *a, struct place *p, size_t n, double *weight);

#endif
