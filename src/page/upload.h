/*
 * upload.h - what a form brings as files: photos, which are decoded and made small, and papers,
 * which are kept as they are. A paper of field NAME comes as `file.NAME`, what is agreed to as
 * `agreed.NAME`; everything else that is uploaded is a photo.
 */
#ifndef UPLOAD_H
#define UPLOAD_H

#include "civic/matter.h"
#include "http/page.h"

/* .prepare_files: looks at what was uploaded, before the queue. */
bool uploads_take(struct req *q);

/* Stores the photos of one form field (NULL: all) and adds their ids. */
void photos_put(struct req *q, const char *field, struct str kind, struct val *ids);
/* Stores the paper of a field and sets what it says; nothing if none came. */
void paper_put(struct req *q, struct str field, struct val *fields);

/* `files` for part/files, and files_any: attachments_view() with {type, size: texts; at, until,
 * erased: {iso, text} or false; withdraw_at}. `withdraw`: path before and after the id. */
void files_show(struct req *q, const struct matter *m, const char *withdraw);

#endif
