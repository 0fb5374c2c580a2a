/* Every resource once more: what its ledger says, in order, must give its row and who holds it. */
#include "civic/resource.h"
#include "civic/verifier.h"

#include "val/json.h"

#define AT_ONCE       100
#define MEMORY        ((size_t)256 << 20)
#define CONTENT_BYTES ((size_t)1 << 20)

STMT(verify_resources, "SELECT " RESOURCE_COLUMNS " FROM resource r WHERE r.district = $1 AND r.id "
                       "> $2 ORDER BY r.id LIMIT $3");
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

static void fault(struct val *faults, const struct resource *r, int64_t seq, const char *what)
{
    struct val *v = add_map(faults);

    set_int(v, "subject", r->id);
    set_int(v, "seq", seq);
    set_str(v, "what", str_of(what));
}

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

static void verify_one(struct desk *k, const struct resource *row, struct val *faults)
{
    struct rows r = db_query(k->db, k->a, verify_resource_events, ARG(k->d->code), ARG(row->id));
    struct told t = {.r = {.kind = S(""), .title = S("")}};

    while (rows_next(&r)) {
        t.r.head.seq = row_int(&r, 0);
        apply(k, &t, row_str(&r, 1), row_int(&r, 2), json_map(k->a, row_str(&r, 3), CONTENT_BYTES));
    }
    if (!t.r.head.seq)
        fault(faults, row, 0, "a resource that the ledger does not know of");
    else if (!same(k, &t, row))
        fault(faults, row, t.r.head.seq, "a resource is not what the ledger says");
    else if (!holders_same(k, &t, row->id))
        fault(faults, row, t.r.head.seq, "who holds a resource is not what the ledger says");
}

/* Pages of them, each in memory of its own. */
void resources_verify(struct desk *k, struct val *faults)
{
    struct arena page;
    struct desk own = *k;
    int64_t last = 0;

    arena_init(&page, MEMORY);
    own.a = &page;
    for (int n = AT_ONCE; n == AT_ONCE;) {
        struct rows rows =
            db_query(own.db, own.a, verify_resources, ARG(own.d->code), ARG(last), ARG(AT_ONCE));
        struct resource *r = NEW_ARRAY(own.a, struct resource, AT_ONCE);

        for (n = 0; n < AT_ONCE && rows_next(&rows); n++)
            resource_read_row(&own, &rows, &r[n]);
        rows_end(&rows);
        for (int i = 0; i < n; i++)
            verify_one(&own, &r[i], faults);
        last = n ? r[n - 1].id : last;
        arena_reset(&page);
    }
}

VERIFIER(resources_verify, "resource");
