/*
 * ledger.h - what writing and verifying the ledger share; for the rest of the program see civic.h.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "civic/desk.h"

#define HASH_BYTES       32
#define SEAL_EVENTS_MAX  1000
#define SEAL_PRINT_BYTES 4 /* of each event's hash, after the seal's root */

struct event_row { /* as stored */
    int64_t id, subject, seq, at, who, as_unit;
    struct str noun, kind, content;
    unsigned char hash[HASH_BYTES];
};

/* A row of id, subject, seq, at, who, as_unit, noun, kind, content, hash, in this order. */
struct event_row event_read(const struct rows *r);

void event_hash(int64_t district, const struct event_row *ev,
                const unsigned char before[HASH_BYTES], unsigned char out[HASH_BYTES]);

struct seal_row {
    int64_t id, after, upto, events, at;
    unsigned char root[HASH_BYTES];
    struct str prints; /* SEAL_PRINT_BYTES each */
    struct str signature;
};

/* The events of one subject in order: {seq, at, kind, hash, before}, hashes as 12 hex digits; true
 * if each holds together with the one before. */
bool ledger_chain(struct desk *k, int64_t subject, struct val *list);
/* The last seal: {at, root}; false if there is none. */
bool ledger_last_seal(struct desk *k, struct val *out);

/* What is signed: district, after, upto, events, root and its prints, at. */
struct str seal_message(struct arena *a, int64_t district, const struct seal_row *seal);

#endif
