/*
 * scan.h - takes JSON (RFC 8259) apart from front to back, for json.c and geo/, without building
 * anything. Bounded by the text itself and by SCAN_DEPTH_MAX.
 *
 * Every function that returns false has refused (INVALID, with the line) unless it says otherwise.
 */
#ifndef SCAN_H
#define SCAN_H

#include "base/err.h"
#include "base/str.h"

#define SCAN_DEPTH_MAX 16

struct scan {
    const char *at, *end;
    int line, depth;
    struct arena *arena; /* for texts */
    struct err *e;
};

/* The whole text is checked to be UTF-8 without NUL here; a byte order mark is passed over. */
bool scan_open(struct scan *s, struct arena *a, struct str text, struct err *e) MUST_USE;

/* The first byte of what comes next: { [ " - 0-9 t f n, or something wrong, or 0 at the end. */
char scan_peek(struct scan *s);

/* Steps into the object or list that must come next: c is '{' or '['. */
bool scan_enter(struct scan *s, char c) MUST_USE;

/* Is there one more member or item before the end? n counts them and starts at 0. At the end, and
 * after a fault (see e->kind), false. */
bool scan_more(struct scan *s, char close, size_t *n);

bool scan_key(struct scan *s, struct str *key) MUST_USE; /* and the colon after it */
bool scan_text(struct scan *s, struct str *out) MUST_USE;
bool scan_number(struct scan *s, struct str *digits) MUST_USE; /* as written */
bool scan_word(struct scan *s, struct str *word) MUST_USE;     /* true, false, null */
bool scan_skip(struct scan *s) MUST_USE;                       /* any one value */
bool scan_close(struct scan *s) MUST_USE;                      /* nothing may follow */

#endif
