/*
 * desk.h - where one piece of work is done: which connection, which district, whose hands, when.
 *
 * Every function of civic/ that reads or writes takes it first. Writing ones run inside db_group();
 * what they return lives in `a`.
 */
#ifndef DESK_H
#define DESK_H

#include "civic/civic.h"

struct desk {
    struct db *db;
    struct district *d;
    struct arena *a;
    const struct actor *actor; /* who acts; person 0 and no posts for a guest or the clock */
    int64_t now;               /* ms */
    struct str lang;           /* zh or en: of names that come from packs; empty is zh */
};

/* A pack's name in the desk's language. */
static inline struct str desk_title(const struct desk *k, const struct title *t)
{
    return str_eq(k->lang, S("en")) ? t->en : t->zh;
}

#endif
