/*
 * replay.h - a matter's row is what its events add up to: add them up again and compare.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "civic/matter.h"

/*
 * Every matter, its events put through the engine again. Faults: {subject, seq, what}: the state, a
 * column derived from it, or the words differ from what the ledger says. How many matters were
 * looked at.
 */
int64_t replay_all(struct desk *k, struct val *faults);

#endif
