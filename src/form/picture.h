/*
 * picture.h - photos from phones: type by content, size limits, turned upright, re-encoded and so
 * stripped of EXIF. Decoding happens in a child process with limits on time and memory.
 *
 * The child is this very program (/proc/self/exe) with the one argument "picture", since decoding
 * after a mere fork() is not safe among threads: whatever calls picture_take() must, started so,
 * call picture_child() and exit with what it returns (cmd/picture.c; in unit tests a constructor).
 */
#ifndef PICTURE_H
#define PICTURE_H

#include "base/err.h"
#include "base/str.h"

#define PICTURE_BYTES_MAX  ((size_t)12 * 1024 * 1024)
#define PICTURE_SIDE_MAX   12000 /* pixels of what may come in */
#define PICTURE_PIXELS_MAX (64 * 1000 * 1000)
#define PICTURE_TAKE_MS    10000 /* how long the child may take */

enum picture_type { PICTURE_NONE, PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP, PICTURE_GIF };
enum picture_type picture_sniff(struct str bytes);

struct picture {
    struct str jpeg;  /* at most 1600 pixels a side, quality 82 */
    struct str thumb; /* at most 320 */
    int width, height;
};

/* Refused (INVALID, TOO_LARGE) in one sentence a person can act upon. Blocks up to ten seconds; one
 * at a time may need 1 GB: the caller bounds how many run at once. */
bool picture_take(struct arena *a, struct str bytes, struct picture *out, struct err *e) MUST_USE;

/* The child's side: a picture from stdin; to stdout the two as struct picture_reply and bytes.
 * Gives up all rights first. Returns the exit code. */
int picture_child(void);

struct picture_reply {
    uint32_t jpeg, thumb; /* bytes */
    uint32_t width, height;
};

#endif
