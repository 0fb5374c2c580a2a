#include "civic/request.h"

#include "civic/job.h"

#include <sodium.h>

#define KEPT_MS       (7 * DAY_MS)
#define SWEPT_AT_ONCE 1000

STMT(request_put, "INSERT INTO request_key (district, key, answer, at) VALUES ($1, $2, $3, $4) ON "
                  "CONFLICT DO NOTHING");
STMT(request_get, "SELECT answer FROM request_key WHERE district = $1 AND key = $2");
STMT(request_sweep, "DELETE FROM request_key WHERE district = $1 AND key IN (SELECT key FROM "
                    "request_key WHERE district = $1 AND at < $2 ORDER BY at LIMIT $3)");

/* One and the same request: the key, who sent it, and what they said. A key that two programs both
 * thought of must not hand out the receipt of a stranger. */
static struct str request_id(struct desk *k, const struct matter_new *n)
{
    const struct str field[] = {n->request_key, n->title, n->body, n->place, n->name, n->phone};
    int64_t number[] = {k->actor->person, n->lon, n->lat};
    crypto_generichash_state s;
    unsigned char hash[16];
    char hex[2 * sizeof(hash) + 1];

    (void)crypto_generichash_init(&s, NULL, 0, sizeof(hash));
    (void)crypto_generichash_update(&s, (const unsigned char *)number, sizeof(number));
    for (size_t i = 0; i < COUNT(field); i++) {
        uint64_t length = field[i].n;

        (void)crypto_generichash_update(&s, (const unsigned char *)&length, sizeof(length));
        (void)crypto_generichash_update(&s, (const unsigned char *)field[i].p, field[i].n);
    }
    (void)crypto_generichash_final(&s, hash, sizeof(hash));
    return str_format(k->a, "request/%s", sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash)));
}

bool request_before(struct desk *k, const struct matter_new *n, struct matter_receipt *out)
{
    struct rows r;
    struct str answer, part;

    *out = (struct matter_receipt){.number = S(""), .code = S("")};
    if (!n->request_key.n)
        return false;
    r = db_query(k->db, k->a, request_get, ARG(k->d->code), ARG(request_id(k, n)));
    if (rows_next(&r)) {
        answer = str_cut(row_str(&r, 0), ' ', &out->number);
        out->code = str_cut(answer, ' ', &part);
        out->again = str_int(part, &out->id);
    }
    rows_end(&r);
    return out->again;
}

void request_done(struct desk *k, const struct matter_new *n, const struct matter_receipt *out)
{
    struct str answer;

    if (!n->request_key.n)
        return;
    answer = str_format(k->a, "%.*s %lld %.*s", STR_ARG(out->number), (long long)out->id,
                        STR_ARG(out->code));
    db_run(k->db, request_put, ARG(k->d->code), ARG(request_id(k, n)), ARG(answer), ARG(k->now));
}

/* Receipt codes stand in it, which are nowhere else: not longer than somebody may try again. */
JOB(request_sweeping, .every_ms = HOUR_MS)
{
    (void)a;
    (void)e;
    return db_run(db, request_sweep, ARG(d->code), ARG(now - KEPT_MS), ARG(SWEPT_AT_ONCE));
}
