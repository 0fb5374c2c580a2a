/*
 * decode.h - the bytes of a text file as UTF-8, a window at a time, whatever they were.
 *
 * UTF-8 is found out by looking at all of it and is not copied: its window is the file. GB18030 and
 * UTF-16 (which Excel calls "Unicode text") go through a buffer that grows with the longest row
 * only. GB18030 needs the C library's converter module: see README.md on locked-in processes.
 */
#ifndef DECODE_H
#define DECODE_H

#include "base/err.h"
#include "base/str.h"

enum encoding { ENCODING_UTF8, ENCODING_GB18030, ENCODING_UTF16LE, ENCODING_UTF16BE };

struct decode {
    struct arena *a;
    struct str window; /* valid UTF-8 without NUL, not yet used */
    bool bad;          /* after the window stands what is no text */
    struct str rest;   /* not yet decoded */
    enum encoding encoding;
    void *converter; /* iconv_t */
    char *buf;
    size_t bytes_max; /* of buf */
};

/* bytes must outlive d; the converter closes with the arena. */
void decode_begin(struct decode *d, struct arena *a, struct str bytes);

/* Adds to the window what fits, and may move it. False if nothing was added. */
bool decode_more(struct decode *d) MUST_USE;

/* Whether the window holds all that is left of the text. */
bool decode_ends(const struct decode *d);

#endif
