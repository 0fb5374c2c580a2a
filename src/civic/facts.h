/*
 * facts.h - facts of units, posts, entries … (pack/facts.h) as they are kept, checked and shown:
 * one map, kept as JSON.
 */
#ifndef FACTS_H
#define FACTS_H

#include "civic/desk.h"
#include "pack/facts.h"

/* NULL if nothing was ever said. */
const struct val *facts_read(struct arena *a, struct str json);
struct str facts_write(struct arena *a, const struct val *facts);

/* Is all there that must be filled in, and as it should be? got may be NULL. Refused: INVALID, the
 * field's name. */
bool facts_check(struct desk *k, struct facts_ask ask, const struct val *got,
                 struct err *e) MUST_USE;

/* Rows {name, title, value} of those that are known, in words, in the order in which they are
 * asked; without what is personal, and without pictures. */
void facts_view(const struct desk *k, struct facts_ask ask, const struct val *facts,
                struct val *rows);

#endif
