/*
 * civic.h - the nouns, and all SQL that writes. What every file here and every page shares.
 *
 * A district is one tenant as the program holds it in memory: pack, calendar, areas, keys, model.
 * It is loaded at boot (district_load) and never changed: once units, areas, calendar or model are
 * others in the database, another one is made beside it (district_renew) and takes its place
 * within a second, between requests (http/app.h). A pack is the program's: a new one is a restart.
 */
#ifndef CIVIC_H
#define CIVIC_H

#include "base/err.h"
#include "base/id.h"
#include "base/when.h"
#include "cal/cal.h"
#include "db/db.h"
#include "geo/geo.h"
#include "pack/pack.h"
#include "text/text.h"

struct keys {
    unsigned char seal[32];                         /* wraps the data keys of personal content */
    unsigned char sign_public[32], sign_secret[64]; /* heads of the ledger, Ed25519 */
    unsigned char code[32];                         /* keyed hash of receipt and rating codes */
};

struct district {
    int64_t code;       /* GB/T 2260, 140214; leads every key */
    int64_t generation; /* of what was read: civic/district.h */
    struct arena *own;  /* holds what was read; NULL: the process's own */
    int *holders;       /* how many requests and jobs work with it: http/app.c */
    struct str name;
    const struct pack *pack;
    struct pack_versions *versions; /* packs that were in use before: civic/pack_version.h */
    struct calendar *calendar;      /* as known today; as known before: civic/calendars.h */
    struct areas *areas;            /* of grids; NULL: none drawn */
    const int64_t *area_unit;       /* unit id by index in areas */
    struct drawings *drawings;      /* maps of them: civic/area.h */
    struct classifier *classifier;  /* NULL: not trained */
    struct units *units;            /* the tree in memory: civic/unit.h */
    const struct posts *posts;      /* who holds and held what: civic/stock.h */
    struct keys keys;
    struct id_maker *ids; /* the writer's */
    struct tally *tally;  /* counters of the running group */
    struct fts *search;   /* the search index, a file of its own; NULL: none */
};

struct holding { /* a post that is held now */
    int64_t id, unit;
    struct str role, path; /* of the unit */
    const struct role *def;
};

struct actor {
    int64_t person; /* 0: nobody signed in */
    struct str name;
    const struct holding *post;
    size_t posts;
    struct str csrf;
    bool by_token;  /* an API token: no CSRF */
    int64_t report; /* a resident who came by receipt code: their report */
};

/* Has the actor this right in a unit whose subtree holds path? */
bool actor_may(const struct actor *who, struct str right, struct str path);
/* … anywhere? Of several, with blanks between: any of them? */
bool actor_may_somewhere(const struct actor *who, struct str rights);

/*
 * The ledger. Appends one event to a subject (a matter, unit, person, post … by its id) inside the
 * running transaction. `content` becomes one line of JSON; its bytes are what is hashed:
 *   hash = BLAKE2b-256(previous hash ‖ district ‖ id ‖ subject ‖ seq ‖ at ‖ who ‖ as_unit
 *                      ‖ noun ‖ kind ‖ content)
 * integers as 8 bytes, big end first, texts after their length written the same way; the previous
 * hash of a first event is 32 zero bytes. Ids grow with every event, whatever its subject.
 * last may be NULL (it is then read); otherwise it holds the subject's seq and hash and is updated,
 * {0} for a new subject.
 */
struct head {
    int64_t seq;
    unsigned char hash[32];
};
struct event {
    int64_t subject, at, who;
    struct str noun, kind;     /* "matter", "open" */
    const struct val *content; /* a map */
    int64_t as_unit;           /* the unit in whose name, 0 */
};
int64_t ledger_append(struct db *db, struct district *d, struct arena *a, const struct event *ev,
                      struct head *last); /* the event's id */

/* At start: the ids of this run come after those of all events, also if the clock went back. */
void ledger_resume(struct db *db, struct district *d, struct arena *a);

/*
 * Seals the events since the last seal, up to 1,000 in a seal: count, root = BLAKE2b-256 over the
 * root before and the events' hashes in id order, Ed25519 signature. Beside its root a seal keeps
 * four bytes of each hash, to name what does not fit. Returns how many seals it made, SEALS_AT_ONCE
 * at most: if it is that many, there may be more to seal.
 */
#define SEALS_AT_ONCE 10
int ledger_seal(struct db *db, struct district *d, struct arena *a, int64_t now);

/*
 * Finds every changed, missing, added or reordered event, and every bad seal (what: "seal"); true
 * if there is none. list of {subject, seq, what, near}: near is the event's id, or, where only a
 * seal knows of an event that is gone (subject 0), the id of the event before its place; for a bad
 * seal, its id. Stops after 1,000 faults. Read in pages, so memory is bounded.
 * A tail cut off a subject is seen by matter.seq, for other subjects once it is sealed; events
 * after the last seal that were rewritten together with all that follow on their subject, and the
 * matter's head, cannot be told from true ones: seal often and keep seals elsewhere too.
 */
bool ledger_verify(struct db *db, struct district *d, struct arena *a, struct val *faults);

/*
 * Personal content: sealed with a key of its own per subject, which is itself sealed with the
 * district's; erase destroys that key, and the ledger's hashes stay what they were.
 */
struct str seal_text(struct db *db, struct district *d, struct arena *a, int64_t subject,
                     struct str plain);
/* Empty if the key was destroyed. Looking must be recorded by who calls (ledger kind "look"). */
struct str unseal_text(struct db *db, struct district *d, struct arena *a, int64_t subject,
                       struct str sealed);
/* The same for bytes, which are kept as bytes. false: the key was destroyed, or another sealed it.
 */
struct str seal_bytes(struct db *db, struct district *d, struct arena *a, int64_t subject,
                      struct str plain);
bool unseal_bytes(struct db *db, struct district *d, struct arena *a, int64_t subject,
                  struct str sealed, struct str *plain) MUST_USE;
/* Destroys the subject's key; what was sealed for it cannot be read again, ever. */
void seal_erase(struct db *db, struct district *d, int64_t subject);

#endif
