/*
 * id.h - 53-bit ids that the program makes itself: 41 bits of milliseconds since 2020, 6 bits of
 * writer, 6 bits of sequence. Ordered by time, safe in JavaScript, good as rowids.
 */
#ifndef ID_H
#define ID_H

#include "base/str.h"

/* One generator a writer; not shared between threads. */
struct id_maker {
    int64_t last_ms;
    unsigned writer, sequence;
};

/* Never gives the same id twice, also when the clock stands still or goes back (it then counts on
 * from the last millisecond). writer is 0 to 63. */
int64_t id_next(struct id_maker *m, int64_t now_ms);
int64_t id_ms(int64_t id);   /* when it was made */
int64_t id_from(int64_t ms); /* the smallest that can be made then */

/* Bytes as lower-case base32 without l, o, 0, 1; what is left over of the last five bits is not
 * said. */
struct str id_spell(struct arena *a, struct str bytes);
/* Unguessable: n bytes of the kernel's randomness, spelt so. */
struct str id_secret(struct arena *a, size_t n);

/*
 * Receipt codes: eleven random digits and letters of a set without look-alikes and one check
 * character of the same set (ISO 7064 MOD 37-2), shown as XXXX-XXXX-XXXX. receipt_read forgives
 * blanks, hyphens, lower case and O for 0, I and L for 1; false after any one wrong character and
 * after any swap of two neighbours.
 */
struct str receipt_new(struct arena *a);
bool receipt_read(struct arena *a, struct str typed, struct str *code) MUST_USE;

#endif
