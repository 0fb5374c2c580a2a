/* Every bond once more: what its ledger says, in order, must give its row. */
#include "civic/bond.h"
#include "civic/verifier.h"

#include "val/json.h"

#include <string.h>

#define CONTENT_BYTES ((size_t)1 << 20)

STMT(verify_bonds, "SELECT id FROM bond WHERE district = $1 AND id > $2 ORDER BY id LIMIT $3");
STMT(verify_bond_events, "SELECT seq, kind, at, content FROM event WHERE district = $1 AND subject "
                         "= $2 ORDER BY seq");

struct told { /* by the ledger so far */
    struct bond b;
    int64_t seq;
};

static struct party party_told(const struct val *content, const char *name)
{
    const struct val *v = val_get(content, str_of(name));

    return (struct party){v ? val_int(v, "person") : 0, v ? val_int(v, "unit") : 0,
                          v ? val_int(v, "entry") : 0};
}

static void begins(struct told *t, const struct val *c, struct str state)
{
    t->b.kind = val_text(c, "kind");
    t->b.side[0] = party_told(c, "one");
    t->b.side[1] = party_told(c, "other");
    t->b.now.from_at = val_int(c, "from");
    t->b.now.until_at = val_int(c, "until");
    t->b.now.state = state;
}

/* Whether it waits for an assessment then is the pack's; the row is believed in that. */
static void over(struct told *t, const struct bond *row, const char *outcome, int64_t at)
{
    bool waits = str_eq(row->now.state, S("closing")) || str_eq(row->now.outcome, S("assessed"));

    t->b.now.state = waits ? S("closing") : S("ended");
    t->b.now.outcome = str_of(outcome);
    t->b.now.ended_at = at;
}

static void apply(struct told *t, const struct bond *row, struct str kind, int64_t at,
                  const struct val *c)
{
    if (str_eq(kind, S("make"))) {
        begins(t, c, S("active"));
    } else if (str_eq(kind, S("propose"))) {
        begins(t, c, S("proposed"));
    } else if (str_eq(kind, S("approve"))) {
        t->b.now.state = S("active");
    } else if (str_eq(kind, S("decline"))) {
        t->b.now.state = t->b.now.outcome = S("declined");
        t->b.now.ended_at = at;
    } else if (str_eq(kind, S("plan"))) {
        t->b.now.plan_at = at;
    } else if (str_eq(kind, S("term"))) {
        over(t, row, "term", t->b.now.until_at);
    } else if (str_eq(kind, S("stop"))) {
        over(t, row, "early", at);
    } else if (str_eq(kind, S("assess"))) {
        t->b.now.state = S("ended");
        t->b.now.outcome = S("assessed");
        t->b.now.ended_at = t->b.now.ended_at ? t->b.now.ended_at : at;
    }
}

static bool same(const struct bond *a, const struct bond *b)
{
    return str_eq(a->kind, b->kind) && memcmp(a->side, b->side, sizeof(a->side)) == 0 &&
           a->now.from_at == b->now.from_at && a->now.until_at == b->now.until_at &&
           a->now.plan_at == b->now.plan_at && a->now.ended_at == b->now.ended_at &&
           str_eq(a->now.state, b->now.state) && str_eq(a->now.outcome, b->now.outcome);
}

static void verify_one(struct desk *k, int64_t id, void *faults)
{
    struct bond *b = NEW(k->a, struct bond);
    struct err none = {0};
    struct rows r;
    struct told t = {.b = {.kind = S(""), .now = {.state = S(""), .outcome = S("")}}};

    if (!bond_load(k, id, b, &none))
        return;
    r = db_query(k->db, k->a, verify_bond_events, ARG(k->d->code), ARG(id));
    while (rows_next(&r)) {
        struct val *c = NULL;
        struct err e = {0};

        t.seq = row_int(&r, 0);
        if (json_read(k->a, row_str(&r, 3), CONTENT_BYTES, &c, &e))
            apply(&t, b, row_str(&r, 1), row_int(&r, 2), c);
    }
    if (!t.seq)
        verify_fault(faults, id, 0, S("a bond that the ledger does not know of"));
    else if (!same(&t.b, b))
        verify_fault(faults, id, t.seq, S("a bond is not what the ledger says"));
}

void bonds_verify(struct desk *k, struct val *faults)
{
    verify_each(k, &verify_bonds, verify_one, faults);
}

VERIFIER(bonds_verify, "bond");
