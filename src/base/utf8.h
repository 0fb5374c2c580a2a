/*
 * utf8.h - text from outside is valid UTF-8 without NUL, or it is refused at the edge.
 *
 * After that edge every str that holds text is valid, and utf8_next() may be called on it.
 */
#ifndef UTF8_H
#define UTF8_H

#include "base/str.h"

/* Well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF) without NUL. */
bool utf8_valid(struct str s);

/* Take the first code point off a valid, non-empty s. */
uint32_t utf8_next(struct str *s);

/* How many code points a valid s has: what people count as characters. */
size_t utf8_count(struct str s);

/* The first n code points of a valid s. */
struct str utf8_cut(struct str s, size_t n);

/* Writes 1 to 4 bytes, returns how many. */
size_t utf8_put(char out[4], uint32_t c);

#endif
