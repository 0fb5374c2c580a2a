/* What falls due by itself: deadlines, and the seal over the ledger. */
#include "civic/district.h"
#include "civic/job.h"
#include "civic/matter.h"

#define TICKS_AT_ONCE 100

/* Before the first request too: whatever fell due while the server was off, at its own time. */
JOB(deadlines, .every_ms = SECOND_MS, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return matter_tick(&k, TICKS_AT_ONCE);
}

JOB(sealing, .every_ms = 10 * MINUTE_MS, .at_stop = true)
{
    (void)e;
    (void)ledger_seal(db, d, a, now);
    return 0;
}
