#include "civic/verifier.h"

#define AT_ONCE 200
#define MEMORY  ((size_t)512 << 20) /* of one */

void verify_fault(struct val *faults, int64_t subject, int64_t seq, struct str what)
{
    struct val *v = add_map(faults);

    set_int(v, "subject", subject);
    set_int(v, "seq", seq);
    set_str(v, "what", str_copy(faults->arena, what));
}

void verify_each(struct desk *k, const struct stmt *ids,
                 void (*one)(struct desk *k, int64_t id, void *arg), void *arg)
{
    struct arena memory;
    struct desk own = *k;
    int64_t id[AT_ONCE], last = 0;
    int n;

    arena_init(&memory, MEMORY);
    own.a = &memory;
    do {
        struct rows r = db_query(k->db, &memory, *ids, ARG(k->d->code), ARG(last), ARG(AT_ONCE));

        n = rows_ints(&r, id, AT_ONCE);
        for (int i = 0; i < n; i++) {
            arena_clear(&memory);
            one(&own, last = id[i], arg);
        }
    } while (n == AT_ONCE);
    arena_reset(&memory);
}

void verify_all(struct desk *k, struct val *faults)
{
    LIST_EACH (verifiers, struct verifier, it) {
        struct val *found = val_list(k->a);

        (*it)->run(k, found);
        for (struct item *one = found->first; one; one = one->next) {
            set_str(&one->val, "noun", str_of((*it)->noun));
            add_val(faults, one->val);
        }
    }
}
