/* Bonds of the demo: made by whoever the plan says before its life begins, so that what falls
 * due of them is done, or missed, like everything else. */
#include "civic/bond.h"
#include "civic/person.h"
#include "civic/tally.h"
#include "cmd/demo.h"

struct tying { /* one line of the plan's `bonds`, in one unit */
    struct demo *d;
    const struct val *plan;
    const struct bond_kind *def;
    const struct unit *unit;
};

/* Whoever holds a role there; or the unit of that code. */
static struct party side_of_plan(struct desk *k, const struct tying *t, int side)
{
    struct str word = val_text(t->plan, t->def->side[side].name.p);
    const struct unit *u = unit_by_code(k->d->units, word);

    if (u)
        return (struct party){.unit_id = u->id};
    return (struct party){.person_id = demo_holder(k, t->unit->id, word)};
}

/* By the person of the first side that is one. */
static bool write_plan(const struct tying *t, struct desk *k, const struct bond *b, struct err *e)
{
    const struct val *fields = val_get(t->plan, S("plan"));
    int64_t person = b->side[0].person_id ? b->side[0].person_id : b->side[1].person_id;
    struct bond_act act = {.id = b->id, .does = S("plan"), .reason = S(""), .fields = fields};
    struct actor who = {0};

    if (!fields || !person)
        return true;
    actor_load(k, person, &who);
    k->actor = &who;
    return bond_do(k, &act, e);
}

static bool tie(struct db *db, void *arg, struct err *e)
{
    const struct tying *t = arg;
    struct desk k = *t->d->k;
    struct bond b;
    struct bond_new n = {.kind = t->def->name, .unit_id = t->unit->id};
    struct actor keeper;

    k.db = db;
    for (int i = 0; i < 2; i++) {
        n.side[i] = side_of_plan(&k, t, i);
        if (!n.side[i].person_id && !n.side[i].unit_id)
            return true;
    }
    demo_act_as(&k, t->unit->id, val_text(t->plan, "by"), &keeper);
    return bond_make(&k, &n, &b, e) && write_plan(t, &k, &b, e);
}

static bool is_meant(const struct unit *u, const struct val *plan)
{
    return str_eq(u->kind, val_text(plan, "of")) || str_eq(u->code, val_text(plan, "unit"));
}

bool demo_bonds(struct demo *d, struct err *e)
{
    const struct units *us = d->k->d->units;
    const struct val *list = val_get(d->plan, S("bonds"));
    struct db_hooks hooks = tally_hooks(d->k->d);

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        struct tying t = {d, &it->val, pack_bond(d->k->d->pack, val_text(&it->val, "kind")), NULL};

        for (size_t i = 0; t.def && i < units_count(us); i++) {
            t.unit = units_at(us, i);
            if (is_meant(t.unit, t.plan) && !db_write(d->k->db, tie, &t, &hooks, e))
                return false;
        }
    }
    return true;
}
