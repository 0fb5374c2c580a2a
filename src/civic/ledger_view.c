/* One subject's chain, checked and shown. */
#include "civic/ledger.h"

#include <sodium.h>
#include <string.h>

STMT(chain_events,
     "SELECT id, subject, seq, at, who, as_unit, noun, kind, content, hash FROM event "
     "WHERE district = $1 AND subject = $2 ORDER BY seq");
STMT(seal_last, "SELECT at, root FROM seal WHERE district = $1 ORDER BY id DESC LIMIT 1");

static struct str short_hex(struct arena *a, const unsigned char *hash)
{
    char hex[13];

    sodium_bin2hex(hex, sizeof(hex), hash, 6);
    return str_copy(a, str_of(hex));
}

bool ledger_chain(struct desk *k, int64_t subject, struct val *list)
{
    struct rows r = db_query(k->db, k->a, chain_events, ARG(k->d->code), ARG(subject));
    unsigned char before[HASH_BYTES] = {0}, own[HASH_BYTES];
    bool whole = true;
    int64_t seq = 0;

    while (rows_next(&r)) {
        struct event_row ev;
        struct val *v = add_map(list);

        ev = event_read(&r);
        event_hash(k->d->code, &ev, before, own);
        whole = whole && ev.seq == ++seq && memcmp(own, ev.hash, HASH_BYTES) == 0;
        set_int(v, "seq", ev.seq);
        set_int(v, "at", ev.at);
        set_str(v, "kind", ev.kind);
        set_str(v, "hash", short_hex(k->a, ev.hash));
        set_str(v, "before", short_hex(k->a, before));
        memcpy(before, ev.hash, HASH_BYTES);
    }
    return whole;
}

bool ledger_last_seal(struct desk *k, struct val *out)
{
    struct rows r = db_query(k->db, k->a, seal_last, ARG(k->d->code));
    bool found = rows_next(&r);

    if (found) {
        struct str root = row_str(&r, 1);

        set_int(out, "at", row_int(&r, 0));
        set_str(out, "root",
                root.n == HASH_BYTES ? short_hex(k->a, (const unsigned char *)root.p) : S(""));
    }
    rows_end(&r);
    return found;
}
