/*
 * pack_version.h - packs that were in use, kept file by file.
 *
 * A matter that has begun goes on under the version of the definition it began with, also when the
 * pack has changed a hundred times since. So every pack that a district ran under is kept as the
 * files that were read, and read again when a matter asks for it. What was read is kept, and shared
 * by all threads.
 */
#ifndef PACK_VERSION_H
#define PACK_VERSION_H

#include "civic/desk.h"

/* pack_read, and every file that it read: a map path → text. */
bool pack_read_recorded(struct arena *a, const struct pack_source *from, struct str name,
                        struct pack **out, struct val **files, struct val *faults) MUST_USE;

/* Keep the district's pack, if it is not kept already. */
void pack_version_keep(struct desk *k, const struct val *files);

struct pack_versions *pack_versions_new(struct arena *boot);

/* By the pack's hash. NULL if it was never kept, or cannot be read any more (it is told on stderr,
 * once): better than keeping the whole district from starting. */
const struct pack *pack_version_read(struct desk *k, struct str hash);

/* The definition with this hash, of the newest version that has it; NULL as above. */
const struct proc *pack_version_definition(struct desk *k, struct str mechanism, struct str hash);

#endif
