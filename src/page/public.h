/*
 * public.h - what the public pages of a unit share.
 */
#ifndef PAGE_PUBLIC_H
#define PAGE_PUBLIC_H

#include "page/show.h"

/* q->view: wider, wider_name of the unit above; list: {name, at} of the units below that have a
 * ground of their own; true if there are any. Their addresses are `path` and the unit's id. */
bool public_around(struct req *q, const struct unit *u, const char *path, struct val *list);

#endif
