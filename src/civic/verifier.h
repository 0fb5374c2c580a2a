/*
 * verifier.h - what `yingshao verify` looks at beside the ledger itself: nouns whose rows follow
 * from their events.
 *
 *   VERIFIER(bonds_verify, "bond");
 *
 * A verifier adds {subject, seq, what} for each row that is not what its ledger says; it reads in
 * pages, so that memory is bounded. Tests run all of them after everything they do.
 */
#ifndef VERIFIER_H
#define VERIFIER_H

#include "civic/desk.h"

struct verifier {
    const char *noun, *where;
    void (*run)(struct desk *k, struct val *faults);
};

#define VERIFIER(fn, what)                                         \
    static const struct verifier fn##_verifier = {what, HERE, fn}; \
    LIST_ADD(verifiers, struct verifier, fn##_verifier)

LIST_DECLARE(verifiers, struct verifier);

/* One more fault; `what` is kept with the faults. */
void verify_fault(struct val *faults, int64_t subject, int64_t seq, struct str what);
/* One after the other, each in memory of its own. ids: SELECT id … id > $2 ORDER BY id LIMIT $3, of
 * district $1. */
void verify_each(struct desk *k, const struct stmt *ids,
                 void (*one)(struct desk *k, int64_t id, void *arg), void *arg);

/* All of them; each fault also says its noun. */
void verify_all(struct desk *k, struct val *faults);

#endif
