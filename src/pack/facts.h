/*
 * facts.h - what a pack asks of units (`ask` of their kind), of posts (`ask` of the role) and of
 * entries beside their rows: numbers, choices, dates, texts. One map; numbers are integers. Pure.
 */
#ifndef PACK_FACTS_H
#define PACK_FACTS_H

#include "proc/proc.h"

struct facts_ask { /* of a kind of unit, of a role, or of whatever else a pack asks something */
    const struct field *field;
    int n;
};

struct facts_change {
    struct val *all;     /* as they are now */
    struct val *changed; /* only those that are others; "" for one that was taken away */
};

/*
 * What somebody says of it over what was known. A choice may be said by its title too; "" takes a
 * fact away. was and said may be NULL. Refused (INVALID, the fact's name): one that is not asked, a
 * number below zero or that is none, a choice that is not offered.
 */
bool facts_take(struct arena *a, struct facts_ask ask, const struct val *was,
                const struct val *said, struct facts_change *out, struct err *e) MUST_USE;

/* What was asked, out of what somebody sent; an empty answer changes nothing. got may be NULL. */
void facts_keep(struct val *into, struct facts_ask ask, const struct val *got);

/* The text of one fact as conditions of figures compare it; "" if it is not known. facts may be
 * NULL. */
struct str facts_word(struct arena *a, const struct val *facts, struct str name);
/* A fact that is a number; 0 if it is not known. */
int64_t facts_number(const struct val *facts, struct str name);

#endif
