/*
 * embed.h - the files that travel inside the program: schema, packs, templates, texts, assets.
 *
 * Names are as in the repository ("packs/base/whistle.yaml"), in byte order.
 */
#ifndef EMBED_H
#define EMBED_H

#include "base/err.h"
#include "base/str.h"

struct embedded {
    const char *name;
    const char *bytes; /* NUL-terminated after n */
    size_t n;
};

/* NULL if there is none. Lives as long as the program. */
const struct embedded *embed_get(struct str name);

/* The next file after `it` (NULL: the first) whose name starts with prefix, or NULL. */
const struct embedded *embed_next(const struct embedded *it, struct str prefix);

#endif
