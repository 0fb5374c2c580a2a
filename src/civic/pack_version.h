/*
 * pack_version.h - packs that were in use, kept file by file.
 *
 * A matter that has begun goes on under the version of the definition it began with, also when the
 * pack has changed three times since. So every pack that a district ran under is kept as the files
 * that were read, and read again at boot.
 */
#ifndef PACK_VERSION_H
#define PACK_VERSION_H

#include "civic/desk.h"

/* pack_read, and every file that it read: a map path → text. */
bool pack_read_recorded(struct arena *a, const struct pack_source *from, struct str name,
                        struct pack **out, struct val **files, struct val *faults) MUST_USE;

/* Keep the district's pack, if it is not kept already. */
void pack_version_keep(struct desk *k, const struct val *files);

/* All that were kept and are not today's, into d->old; one that cannot be read any more is told on
 * stderr and left out, rather than keeping the whole district from starting. */
void pack_versions_load(struct arena *a, struct db *db, struct district *d);

#endif
