/* Every entry of a roll against the last event of its ledger, which says how it is. */
#include "civic/roll.h"
#include "civic/verifier.h"
#include "val/json.h"

#define AT_ONCE     100
#define CONTENT_MAX 20000
#define MEMORY      ((size_t)64 << 20)

/* Duties stand in the same ledger and change nothing of the entry: they have no "is". Its end is
 * the entry's all the same. */
STMT(verify_entries,
     "SELECT e.id, e.seq, e.state, e.kind, e.active_at, e.to_at, e.review_at, e.until_at, "
     "e.keeper_id, e.born, e.fields, (SELECT max(t.seq) FROM event t "
     "WHERE t.district = $1 AND t.subject = e.id), v.content FROM roll_entry e LEFT JOIN event v "
     "ON v.district = $1 AND v.subject = e.id AND v.seq = (SELECT max(l.seq) FROM event l WHERE "
     "l.district = $1 AND l.subject = e.id AND l.content LIKE '%\"is\":{%') WHERE e.district = $1 "
     "AND e.id > $2 ORDER BY e.id LIMIT $3");

static bool same_fields(struct arena *a, const struct val *said, struct str row)
{
    const struct val *is = facts_read(a, row);

    for (const struct item *it = said->first; it; it = it->next) {
        if (!str_eq(facts_word(a, said, it->key), facts_word(a, is, it->key)))
            return false;
    }
    return true;
}

static bool same(struct arena *a, const struct rows *r, const struct val *is)
{
    static const char *const names[] = {"active", "to", "review", "until", "keeper", "born"};
    const struct val *fields = val_get(is, S("fields"));

    if (!str_eq(facts_word(a, is, S("state")), row_str(r, 2)) ||
        !str_eq(facts_word(a, is, S("kind")), row_str(r, 3)))
        return false;
    for (int i = 0; i < (int)COUNT(names); i++) {
        if (facts_number(is, str_of(names[i])) != row_int(r, 4 + i))
            return false;
    }
    return fields && same_fields(a, fields, row_str(r, 10));
}

static const char *wrong(struct arena *a, const struct rows *r)
{
    struct val *content = NULL;
    struct err none = {0};
    const struct val *is;

    if (row_int(r, 1) != row_int(r, 11))
        return "the entry's ledger is longer or shorter than the entry says";
    if (!json_read(a, row_str(r, 12), CONTENT_MAX, &content, &none))
        return "the entry's last event cannot be read";
    is = val_get(content, S("is"));
    return is && same(a, r, is) ? NULL : "the entry is not as its ledger says";
}

void rolls_verify(struct desk *k, struct val *faults)
{
    struct arena memory;
    int64_t last = 0;
    int n;

    arena_init(&memory, MEMORY);
    do {
        struct rows r =
            db_query(k->db, &memory, verify_entries, ARG(k->d->code), ARG(last), ARG(AT_ONCE));

        for (n = 0; rows_next(&r); n++) {
            const char *what = wrong(&memory, &r);

            last = row_int(&r, 0);
            if (what)
                verify_fault(faults, last, row_int(&r, 1), str_of(what));
        }
        arena_reset(&memory);
    } while (n == AT_ONCE);
}

VERIFIER(rolls_verify, "roll");
