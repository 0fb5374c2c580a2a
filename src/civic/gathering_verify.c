/* Who is said to have been there, against the seats. */
#include "civic/seat.h"

#define AT_ONCE 100
#define MEMORY  ((size_t)64 << 20)

STMT(verify_gatherings, "SELECT g.id, g.seq, g.present, (SELECT count(*) FROM seat s LEFT JOIN "
                        "seat p ON p.district = $1 AND p.gathering_id = g.id AND p.n = s.proxy_n "
                        "AND s.proxy_n > 0 WHERE s.district = $1 AND s.gathering_id = g.id AND "
                        "(s.state = 'present' OR p.state = 'present')) FROM gathering g WHERE "
                        "g.district = $1 AND g.id > $2 ORDER BY g.id LIMIT $3");

void gatherings_verify(struct desk *k, struct val *faults)
{
    struct arena memory;
    int64_t last = 0;
    int n;

    arena_init(&memory, MEMORY);
    do {
        struct rows r =
            db_query(k->db, &memory, verify_gatherings, ARG(k->d->code), ARG(last), ARG(AT_ONCE));

        for (n = 0; rows_next(&r); n++) {
            last = row_int(&r, 0);
            if (row_int(&r, 2) != row_int(&r, 3)) {
                struct val *v = add_map(faults);

                set_int(v, "subject", last);
                set_int(v, "seq", row_int(&r, 1));
                set_str(v, "what", S("who was present, counted again, is another number"));
            }
        }
        arena_reset(&memory);
    } while (n == AT_ONCE);
}
