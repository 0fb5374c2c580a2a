/*
 * keys.h - the district's key file: without it the sealed content is lost, and with it everything
 * can be read. It is made once by `init`, readable by its owner only, kept apart from backups.
 */
#ifndef KEYS_H
#define KEYS_H

#include "civic/desk.h"

/* Refused if the file is absent, damaged (INVALID) or readable by others (DENIED). */
bool keys_load(struct arena *a, const char *file, struct keys *out, struct err *e) MUST_USE;

/* New random keys, written with mode 0600. Refused (CONFLICT) if the file exists: overwriting it
 * would destroy what the old keys sealed. */
bool keys_create(struct arena *a, const char *file, struct keys *out, struct err *e) MUST_USE;

/* n bytes (16 to 64, or fewer of them) that only who has the key file can make: for codes of which
 * nothing is stored. `what` keeps one use from being taken for another. */
struct str keyed_hash(struct desk *k, const char *what, struct str s, size_t n);

#endif
