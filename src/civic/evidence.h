/*
 * evidence.h - what an inspection saw of a cadre at work, tied to a matter or project.
 *
 * The text is sealed under the note's own id. The pack names about whom, who writes and who reads;
 * nobody else can see that there is any, who is written about included, whatever posts they hold.
 * Notes stand in no search, list of matters, export or figure. Every read of a text needs a reason
 * and is a look and an event of the note.
 */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "civic/matter.h"
#include "pack/evidence.h"

struct evidence_new {
    struct str kind, body, number; /* number: of the matter */
    int64_t post_id;               /* whose: a post that the kind is about */
};
/* Refused: INVALID (no such kind, matter or post; no text), DENIED. */
bool evidence_add(struct desk *k, const struct evidence_new *n, int64_t *id,
                  struct err *e) MUST_USE;

/* Has the actor any business here at all: a post that writes or reads some kind? */
bool evidence_any(const struct desk *k);
/* Kinds that the actor writes: {name, title, purpose}. */
void evidence_kinds(struct desk *k, struct val *list);
/* About whom the actor may write: {post_id, name, role, unit}, `words` in name or unit; 200 at
 * most. */
void evidence_people(struct desk *k, struct str kind, struct str words, struct val *list);

/* {id, kind_title, name, unit, number, title, matter_id, by, at} that the actor may read or has
 * written, newest first, from before id `before` (0: all); 50 at most. matter, person: 0 any. */
struct evidence_filter {
    int64_t matter, person, before;
};
void evidence_list(struct desk *k, const struct evidence_filter *f, struct val *rows);

/* The text in clear, recorded. NOT_FOUND also for who may not know of it. INVALID (reason). `looks`
 * gets {who, at, reason} of everybody who read it, newest first. */
bool evidence_open(struct desk *k, int64_t id, struct str reason, struct str *body,
                   struct val *looks, struct err *e) MUST_USE;

#endif
