/*
 * keys.h - the district's key file: without it the sealed content is lost, and with it everything
 * can be read. It is made once by `init`, readable by its owner only, kept apart from backups.
 */
#ifndef KEYS_H
#define KEYS_H

#include "civic/civic.h"

/* Refused if the file is absent, damaged (INVALID) or readable by others (DENIED). */
bool keys_load(struct arena *a, const char *file, struct keys *out, struct err *e) MUST_USE;

/* New random keys, written with mode 0600. Refused (CONFLICT) if the file exists: overwriting it
 * would destroy what the old keys sealed. */
bool keys_create(struct arena *a, const char *file, struct keys *out, struct err *e) MUST_USE;

#endif
