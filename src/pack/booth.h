/*
 * booth.h - what a kind of gathering adds if units book booths at it: a fair.
 *
 * Lives in the pack's arena and never changes; docs/pack-author.md tells the language.
 */
#ifndef PACK_BOOTH_H
#define PACK_BOOTH_H

#include "pack/gathering.h"
#include "proc/proc.h"

struct booths {
    const struct body *who; /* whose post books for its own unit, which must be of that kind */
    int whos;
    int most;                /* how many there are */
    const struct proc *asks; /* by which visitors apply to a unit there; NULL: by none */
    const struct str *count; /* what becomes of that: its actions and outcomes, as they are shown */
    int counts;
};

/* Has it, if it has become so (`name`: an outcome, or an action that was done)? */
bool booths_counts(const struct proc_state *s, const struct proc *def, struct str name);
/* Title of that; false: the mechanism knows no such action or outcome. */
bool booths_title(const struct proc *def, struct str name, struct title *out);

#endif
