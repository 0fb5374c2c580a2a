/*
 * document.h - papers that people give with a matter: PDF, Word, photos of paper. They are kept as
 * they came and never shown in a page; what they are is told by their bytes, whatever their name
 * says.
 */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "base/err.h"
#include "base/str.h"

#define DOCUMENT_BYTES_MAX ((size_t)5 * 1024 * 1024)
#define DOCUMENT_NAME_MAX  100 /* characters */

enum document_type { DOCUMENT_NONE, DOCUMENT_PDF, DOCUMENT_DOCX, DOCUMENT_JPEG, DOCUMENT_PNG };

/* DOCX: a zip whose directory has a Word text and no macros. */
enum document_type document_sniff(struct str bytes);

struct document {
    enum document_type type;
    struct str name, bytes; /* name: without control characters, cut to its bound */
};

/* Refused in one sentence: empty, too large (TOO_LARGE), of another type (INVALID). */
bool document_take(struct arena *a, struct str name, struct str bytes, struct document *out,
                   struct err *e) MUST_USE;

/* "pdf", and back; "application/pdf". */
struct str document_type_name(enum document_type type);
enum document_type document_type_find(struct str name);
struct str document_mime(enum document_type type);

#endif
