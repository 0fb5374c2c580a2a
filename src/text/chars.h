/*
 * chars.h - which characters make words, and which are the same for a reader. Inside text/ only.
 */
#ifndef TEXT_CHARS_H
#define TEXT_CHARS_H

#include "base/utf8.h"

enum char_kind {
    CHAR_BREAK,  /* blanks, punctuation, emoji: what stands between words */
    CHAR_WORD,   /* letters and digits that are written with blanks between words */
    CHAR_HAN,    /* Chinese, kana, hangul: written without blanks */
    CHAR_NOTHING /* joiners and variation selectors: not seen, so not there */
};

/* Full-width to ASCII, upper to lower case (Latin, Greek, Cyrillic). */
uint32_t char_fold(uint32_t c);
/* Of a folded character. */
enum char_kind char_kind(uint32_t folded);

/* Takes the next visible character off s, folded. At the end of s: CHAR_BREAK. */
enum char_kind char_next(struct str *s, uint32_t *folded);

#endif
