/* What the demo has to give: kept by whoever the plan says, since so many days before. */
#include "civic/resource.h"
#include "civic/tally.h"
#include "cmd/demo.h"

struct giving {
    struct demo *d;
    const struct val *plan;
    int64_t now;
};

static bool add(struct db *db, void *arg, struct err *e)
{
    const struct giving *g = arg;
    struct desk k = *g->d->k;
    const struct unit *u = unit_by_code(k.d->units, val_text(g->plan, "unit"));
    struct resource *r = NEW(k.a, struct resource);
    struct resource_new n = {.kind = val_text(g->plan, "kind"),
                             .title = val_text(g->plan, "title"),
                             .capacity = demo_int(g->plan, "capacity", 1),
                             .fields = val_get(g->plan, S("fields"))};

    if (!u || !pack_resource(k.d->pack, n.kind))
        return true;
    k.db = db;
    k.now = demo_since(g->d, g->now - demo_int(g->plan, "days", 1) * DAY_MS);
    n.unit_id = u->id;
    demo_act_as(&k, u->id, val_text(g->plan, "by"), NEW(k.a, struct actor));
    return resource_add(&k, &n, r, e);
}

bool demo_resources(struct demo *d, int64_t now, struct err *e)
{
    const struct val *list = val_get(d->plan, S("resources"));
    struct db_hooks hooks = tally_hooks(d->k->d);

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        struct giving g = {d, &it->val, now};

        if (!db_write(d->k->db, add, &g, &hooks, e))
            return false;
    }
    return true;
}
