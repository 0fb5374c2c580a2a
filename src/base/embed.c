#include "base/embed.h"

#include <string.h>

extern const struct embedded embedded_files[]; /* written by tools/embed */

static bool starts(const char *name, struct str prefix)
{
    return strncmp(name, prefix.p, prefix.n) == 0;
}

const struct embedded *embed_next(const struct embedded *it, struct str prefix)
{
    for (it = it ? it + 1 : embedded_files; it->name; it++) {
        if (starts(it->name, prefix))
            return it;
    }
    return NULL;
}

const struct embedded *embed_get(struct str name)
{
    const struct embedded *it = NULL;

    while ((it = embed_next(it, name))) {
        if (strlen(it->name) == name.n)
            return it;
    }
    return NULL;
}
