/*
 * json.h - reads JSON into a value tree, bounded, with a scanner of our own (scan.h): jansson keeps
 * neither the digits of a number nor the line of a value.
 *
 * Refused, with line: anything past `most` bytes (TOO_LARGE), nesting past 16, a key twice in one
 * object, more than 1,024 keys in one object, a NUL in a text, text that is no UTF-8. Numbers:
 * integers of up to 18 digits become VAL_INT, others keep their digits as VAL_STR.
 */
#ifndef JSON_H
#define JSON_H

#include "base/err.h"
#include "val/val.h"

bool json_read(struct arena *a, struct str text, size_t most, struct val **out,
               struct err *e) MUST_USE;
/* What we wrote ourselves: the map, or an empty one if it is none. */
struct val *json_map(struct arena *a, struct str text, size_t most);

#endif
