/*
 * rhythm.h - the spans in which something falls due again and again. Pure.
 *
 * week begins on Monday, fortnight on every other Monday (counted from Monday 1970-01-05), month,
 * quarter and year as the calendar has them; all at 00:00 in Shanghai.
 */
#ifndef RHYTHM_H
#define RHYTHM_H

#include "base/when.h"

extern const char *const rhythm_words; /* blank-separated */

struct span {
    int64_t from_ms, to_ms; /* to is not in it */
};

/* The span that holds the moment; false if the word is none of them. */
bool rhythm_span(struct str word, int64_t at_ms, struct span *out);
/* The first span that begins at the moment or after it. */
bool rhythm_from(struct str word, int64_t at_ms, struct span *out);

#endif
