/* people_fixture.h - a district of its own with exactly the people of a test, and its figures. */
#ifndef PEOPLE_FIXTURE_H
#define PEOPLE_FIXTURE_H

#include "civic/district.h"
#include "civic/import.h"

#define NOW INT64_C(1793586600000) /* 2026-11-02 10:30 in Shanghai */

struct town_of {
    struct arena a;
    struct desk k;
    struct buf rows; /* of the sheet that is being written */
    char folder[64];
};

void town_open(struct town_of *t, const char *pack, int64_t code);
void town_close(struct town_of *t);

/* name1,rest … nameN,rest into t->rows. */
void people_put(struct town_of *t, int n, const char *name, const char *rest);
struct import_report try_in(struct town_of *t, const char *noun, const char *header,
                            struct str rows);
/* … of which no row may be rejected; t->rows is empty then. */
void sheet_in(struct town_of *t, const char *noun, const char *header, struct str rows);

/* The figure of that period is n, and as many records stand behind it. */
void expect(struct town_of *t, const char *id, const char *period, int64_t n);

#endif
