/*
 * http_rig.h - a small district on SQLite with a few people, for the tests of http/.
 */
#ifndef HTTP_RIG_H
#define HTTP_RIG_H

#include "http/app.h"

#define RIG_NOW INT64_C(1777510800000) /* 2026-04-30 09:00 in Shanghai */

struct rig {
    struct arena boot;
    struct district district;
    struct app app;
    struct db *db, *reader;
    char folder[64], path[96];
};

void rig_open(struct rig *r);
void rig_close(struct rig *r);
/* A cookie header's value, "session=…", and its csrf, for a person made for it. */
struct str rig_session(struct rig *r, const char *name, struct str *csrf);
struct str rig_token(struct rig *r, const char *name);

#endif
