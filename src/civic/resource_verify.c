/* Every resource once more: what its ledger says, in order, must give its row and who holds it. */
#include "civic/resource.h"
#include "civic/verifier.h"

#include "val/json.h"

#define CONTENT_BYTES ((size_t)1 << 20)

STMT(verify_resources,
     "SELECT id FROM resource WHERE district = $1 AND id > $2 ORDER BY id LIMIT $3");
STMT(verify_resource_events, "SELECT seq, kind, at, content FROM event WHERE district = $1 AND "
                             "subject = $2 ORDER BY seq");
STMT(verify_allotments, "SELECT matter_id, from_at, until_at, ended_at FROM allotment WHERE "
                        "district = $1 AND resource_id = $2 ORDER BY matter_id");

struct held {
    int64_t matter, from, until, ended;
    struct held *next;
};

struct told { /* by the ledger so far */
    struct resource r;
    const struct val *fields;
    struct held *first;
};

/* In the order of matters. */
static struct held *held_of(struct desk *k, struct told *t, int64_t matter)
{
    struct held **at = &t->first, *new;

    while (*at && (*at)->matter < matter)
        at = &(*at)->next;
    if (*at && (*at)->matter == matter)
        return *at;
    new = NEW(k->a, struct held);
    *new = (struct held){.matter = matter, .next = *at};
    return *at = new;
}

static void says(struct told *t, const struct val *c)
{
    t->r.title = val_text(c, "title");
    t->r.capacity = val_int(c, "capacity");
    t->fields = val_get(c, S("fields"));
}

static void apply(struct desk *k, struct told *t, struct str kind, int64_t at, const struct val *c)
{
    struct held *h = val_int(c, "matter") ? held_of(k, t, val_int(c, "matter")) : NULL;

    if (str_eq(kind, S("add"))) {
        t->r.kind = val_text(c, "kind");
        t->r.unit_id = val_int(c, "unit");
        t->r.from_at = at;
        says(t, c);
    } else if (str_eq(kind, S("change"))) {
        says(t, c);
    } else if (str_eq(kind, S("end"))) {
        t->r.ended_at = at;
    } else if (h && str_eq(kind, S("take"))) {
        *h = (struct held){h->matter, at, val_int(c, "until"), 0, h->next};
        t->r.taken++;
    } else if (h) {
        h->ended = str_eq(kind, S("expire")) ? val_int(c, "until") : at;
        t->r.taken--;
    }
}

static bool same(struct desk *k, const struct told *t, const struct resource *b)
{
    const struct resource *a = &t->r;

    return str_eq(a->kind, b->kind) && str_eq(a->title, b->title) && a->unit_id == b->unit_id &&
           a->capacity == b->capacity && a->taken == b->taken && a->from_at == b->from_at &&
           a->ended_at == b->ended_at && a->head.seq == b->head.seq &&
           str_eq(facts_write(k->a, t->fields), facts_write(k->a, b->fields));
}

static bool holders_same(struct desk *k, const struct told *t, int64_t id)
{
    struct rows r = db_query(k->db, k->a, verify_allotments, ARG(k->d->code), ARG(id));
    const struct held *h = t->first;

    for (; rows_next(&r); h = h->next) {
        if (!h || h->matter != row_int(&r, 0) || h->from != row_int(&r, 1) ||
            h->until != row_int(&r, 2) || h->ended != row_int(&r, 3)) {
            rows_end(&r);
            return false;
        }
    }
    return !h;
}

static void verify_one(struct desk *k, int64_t id, void *faults)
{
    struct told t = {.r = {.kind = S(""), .title = S("")}};
    struct resource *row = NEW(k->a, struct resource);
    struct err none = {0};
    struct rows r;

    if (!resource_load(k, id, row, &none))
        return;
    r = db_query(k->db, k->a, verify_resource_events, ARG(k->d->code), ARG(id));
    while (rows_next(&r)) {
        t.r.head.seq = row_int(&r, 0);
        apply(k, &t, row_str(&r, 1), row_int(&r, 2), json_map(k->a, row_str(&r, 3), CONTENT_BYTES));
    }
    if (!t.r.head.seq)
        verify_fault(faults, id, 0, S("a resource that the ledger does not know of"));
    else if (!same(k, &t, row))
        verify_fault(faults, id, t.r.head.seq, S("a resource is not what the ledger says"));
    else if (!holders_same(k, &t, id))
        verify_fault(faults, id, t.r.head.seq,
                     S("who holds a resource is not what the ledger says"));
}

void resources_verify(struct desk *k, struct val *faults)
{
    verify_each(k, &verify_resources, verify_one, faults);
}

VERIFIER(resources_verify, "resource");
