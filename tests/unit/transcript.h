/*
 * transcript.h - what walks through tests/transcripts share: the browser of whoever walks, and how
 * it asks.
 */
#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include "civic/district.h"
#include "db_fixture.h"
#include "http/call.h"

#define KEPT_MAX 50
#define BOUNDARY "yingshao-walk"

struct walk {
    struct fixture f;
    struct arena boot;
    struct place_of_data where;
    struct db *db, *reader;
    struct app app;
    struct db_hooks hooks;
    char keys[64], clock[80];
    const char *file;
    int line;
    struct str cookie, address;
    bool as_json, in_english; /* how the next request is made */
    int browsers;
    struct call *last;
    struct {
        struct str name, value;
    } kept[KEPT_MAX];
    size_t n_kept;
};

void walk_wrong(const struct walk *w, const char *what, struct str text);

/* Take a word, "in quotes" or not. */
struct str walk_take(struct str *rest);
/* {name} → what was kept. */
struct str walk_fill_in(struct walk *w, struct str text);
void walk_keep(struct walk *w, struct str name, struct str value);

/* rest: /path name=value …; the answer is w->last. */
void walk_request(struct walk *w, struct str method, struct str rest);

#endif
