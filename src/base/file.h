/*
 * file.h - whole files, bounded.
 */
#ifndef FILE_H
#define FILE_H

#include "base/err.h"
#include "base/str.h"

/* Reads at most `most` bytes; refused (NOT_FOUND, TOO_LARGE, INVALID) if that cannot be. "-" is
 * stdin. */
bool file_read(struct arena *a, const char *path, size_t most, struct str *out,
               struct err *e) MUST_USE;

/* The same without reading it into memory: the file itself, as long as the arena. It must not
 * change meanwhile. */
bool file_map(struct arena *a, const char *path, size_t most, struct str *out,
              struct err *e) MUST_USE;

/* Writes beside, syncs, renames: the file is the old one or the new one, never half. */
bool file_write(const char *path, struct str bytes, int mode, struct err *e) MUST_USE;

#endif
