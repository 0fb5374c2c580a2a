/* What falls due by itself: deadlines, and the seal over the ledger. */
#include "civic/district.h"
#include "civic/job.h"
#include "civic/picture.h"
#include "civic/search.h"

#define TICKS_AT_ONCE   100
#define INDEXED_AT_ONCE 500

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
    return ledger_seal(db, d, a, now) == SEALS_AT_ONCE;
}

/* Photos that were sent and never claimed: a form that was left in the middle. */
JOB(picture_sweeping, .every_ms = HOUR_MS)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    (void)picture_sweep(&k);
    return 0;
}

/* Reads the database and writes the index's own file. */
JOB(search_indexing, .every_ms = SECOND_MS, .beside = true)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return search_index(&k, INDEXED_AT_ONCE);
}
