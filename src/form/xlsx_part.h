/*
 * xlsx_part.h - the parts of an .xlsx package, parsed as XML within bounds.
 *
 * Refused: what is no zip or cut short, encrypted or unusual packing, 400 MB unpacked (as declared
 * and as it comes), more than 200 bytes out of one, a part that stands there twice, DOCTYPE, depth
 * over 64, a single tag over 1 MB, more than 10,000 parts.
 */
#ifndef XLSX_PART_H
#define XLSX_PART_H

#include "base/err.h"
#include "base/str.h"

struct package;
struct part;

/* What a part's reader is told; names come without their prefix. A callback that refuses fills e
 * and the parse ends; one that calls part_pause() is the last before part_run() returns. */
struct part_reader {
    void (*start)(void *to, const char *name, const char **attributes, struct err *e);
    void (*end)(void *to, const char *name, struct err *e);
    void (*text)(void *to, struct str text, struct err *e); /* may come in pieces, or be NULL */
    void *to;
};

/* bytes must outlive the package; it closes with the arena. */
bool package_open(struct arena *a, struct str bytes, struct package **out, struct err *e) MUST_USE;

/* *out is NULL if there is no such part. Names as in the package, whatever the case. */
bool part_open(struct package *p, struct str name, struct part_reader reader, struct part **out,
               struct err *e) MUST_USE;

/* Runs to the end (false, e->kind 0), to a pause (true) or a fault (false). */
bool part_run(struct part *part, struct err *e) MUST_USE;
void part_pause(struct part *part);

/* The value of an attribute, name without prefix; "" if it is not there. */
struct str part_attribute(const char **attributes, const char *name);

/* The sentence for what is broken in any way. */
bool package_damaged(struct err *e);

#endif
