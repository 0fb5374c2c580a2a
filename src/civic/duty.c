#include "civic/duty.h"

STMT(duties_moot, "UPDATE duty SET state = 'moot' WHERE district = $1 AND source_id = $2 AND "
                  "state = '' AND due_at > $3");

void duties_stop(struct desk *k, int64_t source_id)
{
    db_run(k->db, duties_moot, ARG(k->d->code), ARG(source_id), ARG(k->now));
}
