#include "civic/request.h"

#include "civic/job.h"

#define KEPT_MS       (7 * DAY_MS)
#define SWEPT_AT_ONCE 1000

STMT(request_put, "INSERT INTO request_key (district, key, answer, at) VALUES ($1, $2, $3, $4) ON "
                  "CONFLICT DO NOTHING");
STMT(request_get, "SELECT answer FROM request_key WHERE district = $1 AND key = $2");
STMT(request_sweep, "DELETE FROM request_key WHERE district = $1 AND key IN (SELECT key FROM "
                    "request_key WHERE district = $1 AND at < $2 ORDER BY at LIMIT $3)");

bool request_before(struct desk *k, struct str key, struct matter_receipt *out)
{
    struct rows r;
    struct str answer, part;

    *out = (struct matter_receipt){.number = S(""), .code = S("")};
    if (!key.n)
        return false;
    r = db_query(k->db, k->a, request_get, ARG(k->d->code), ARG(key));
    if (rows_next(&r)) {
        answer = str_cut(row_str(&r, 0), ' ', &out->number);
        out->code = str_cut(answer, ' ', &part);
        out->again = str_int(part, &out->id);
    }
    rows_end(&r);
    return out->again;
}

void request_done(struct desk *k, struct str key, const struct matter_receipt *out)
{
    struct str answer;

    if (!key.n)
        return;
    answer = str_format(k->a, "%.*s %lld %.*s", STR_ARG(out->number), (long long)out->id,
                        STR_ARG(out->code));
    db_run(k->db, request_put, ARG(k->d->code), ARG(key), ARG(answer), ARG(k->now));
}

/* Receipt codes stand in it, which are nowhere else: not longer than somebody may try again. */
JOB(request_sweeping, .every_ms = HOUR_MS)
{
    (void)a;
    (void)e;
    return db_run(db, request_sweep, ARG(d->code), ARG(now - KEPT_MS), ARG(SWEPT_AT_ONCE));
}
