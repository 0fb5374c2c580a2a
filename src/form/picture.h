/*
 * picture.h - photos from phones: type by content, size limits, turned upright, re-encoded and so
 * stripped of EXIF. Decoding happens in a child process with limits on time and memory.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include "base/err.h"
#include "base/str.h"

#define PICTURE_BYTES_MAX ((size_t)12 * 1024 * 1024)
#define PICTURE_SIDE_MAX  12000 /* pixels of what may come in */

enum picture_type { PICTURE_NONE, PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP, PICTURE_GIF };
enum picture_type picture_sniff(struct str bytes);

struct picture {
    struct str jpeg;  /* at most 1600 pixels a side, quality 82 */
    struct str thumb; /* at most 320 */
    int width, height;
};

/* Refused (INVALID, TOO_LARGE) in one sentence a person can act upon. */
bool picture_take(struct arena *a, struct str bytes, struct picture *out, struct err *e) MUST_USE;

#endif
