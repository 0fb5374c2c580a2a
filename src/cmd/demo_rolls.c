/* Rolls of the demo: who is on them, taken in by who keeps or recommends, and what falls due of
 * them done in time most often. Nothing here knows a mechanism but by its name in demo.yaml. */
#include "civic/duty_view.h"
#include "civic/person.h"
#include "civic/roll.h"
#include "cmd/demo.h"

struct taking { /* one line of the plan's `rolls` */
    struct demo *d;
    const struct val *plan;
    const struct roll *def;
    int64_t n; /* how many it has taken in */
};

typedef bool may_fn(const struct desk *k, const struct roll *def, struct str path);

/* The first in the unit or above it who may. */
static bool act_as(struct desk *k, const struct roll *def, const struct unit *at, may_fn *may)
{
    struct actor *who = NEW(k->a, struct actor);

    for (const struct unit *u = at; u; u = unit_by_id(k->d->units, u->parent_id)) {
        struct val *list = val_list(k->a);

        posts_of_unit(k, u->id, list);
        for (const struct item *it = list->first; it; it = it->next) {
            *who = (struct actor){0};
            actor_load(k, val_int(&it->val, "person_id"), who);
            k->actor = who;
            if (may(k, def, at->path))
                return true;
        }
    }
    return false;
}

static bool may_add(const struct desk *k, const struct roll *def, struct str path)
{
    return ((def->join & JOIN_DIRECT) && roll_keeps(k, def, path)) || roll_recommends(k, def, path);
}

static struct str kind_of(const struct taking *t)
{
    const struct val *kinds = val_get(t->plan, S("kinds"));
    const struct item *it = kinds ? kinds->first : NULL;
    int64_t n = 0;

    for (const struct item *i = it; i; i = i->next)
        n++;
    for (n = n ? t->n % n : 0; n; n--)
        it = it->next;
    return it ? it->val.str : S("");
}

/* As far as an entry of this kind is asked for it. */
static struct val *says_of(struct taking *t, struct desk *k, struct str kind)
{
    const struct val *says = val_get(t->plan, S("says"));
    int64_t from = demo_int(t->plan, "born_from", 1970), to = demo_int(t->plan, "born_to", 2000);
    struct facts_ask ask = roll_facts(k->a, t->def, kind);
    struct val *out = val_map(k->a);

    for (int i = 0; i < ask.n; i++) {
        const struct val *some = says ? val_get(says, ask.field[i].name) : NULL;

        if (str_eq(ask.field[i].name, S("birth_date")))
            set_str(out, "birth_date",
                    str_format(k->a, "%lld-%02lld-%02lld",
                               (long long)from + (long long)demo_dice(t->d, to - from + 1),
                               (long long)demo_dice(t->d, 12) + 1,
                               (long long)demo_dice(t->d, 28) + 1));
        else if (some)
            set_val(out, ask.field[i].name, demo_pick(t->d, some)->val);
    }
    return out;
}

/* What follows from where it begins: approved, accepted, if the plan names it. */
static bool go_on(struct taking *t, struct desk *k, const struct unit *u, int64_t id, struct err *e)
{
    struct roll_step s = {.id = id, .what = val_text(t->plan, "does")};

    return !s.what.n || !act_as(k, t->def, u, roll_keeps) || roll_do(k, &s, e);
}

/* One more of this unit: person, who is known there already, or somebody else (0). */
static bool take_in(struct taking *t, const struct unit *u, int64_t person, struct err *e)
{
    struct desk k = *t->d->k;
    struct roll_new n = {.roll = t->def->name, .kind = kind_of(t), .unit = u, .person = person};
    struct actor self = {0};
    int64_t id = 0;
    bool added;

    n.said = says_of(t, &k, n.kind);
    if (val_text(t->plan, "keeper").n)
        n.keeper = demo_holder(&k, u->id, val_text(t->plan, "keeper"));
    if (person && !(t->def->join & JOIN_DIRECT)) {
        actor_load(&k, person, &self);
        k.actor = &self;
        n.self = true;
    } else if (!act_as(&k, t->def, u, may_add)) {
        return true;
    }
    if (!person) {
        n.name = demo_name(t->d, k.a);
        n.phone = demo_phone(t->d, k.a, 137);
    }
    t->n++;
    if (!roll_add(&k, &n, &id, &added, e)) {
        bool there = person && e->kind == ERR_CONFLICT; /* from another line of the plan */

        *e = there ? (struct err){0} : *e;
        return there;
    }
    return !added || go_on(t, &k, u, id, e);
}

/* Who holds the plan's post in the unit or directly below it. */
static bool take_holders(struct taking *t, const struct unit *u, struct err *e)
{
    struct desk *k = t->d->k;

    for (size_t i = 0; i < units_count(k->d->units); i++) {
        const struct unit *below = units_at(k->d->units, i);
        struct val *list = val_list(k->a);

        if (below != u && below->parent_id != u->id)
            continue;
        posts_of_unit(k, below->id, list);
        for (const struct item *it = list->first; it; it = it->next) {
            if (str_eq(val_text(&it->val, "role"), val_text(t->plan, "holders")) &&
                !take_in(t, u, val_int(&it->val, "person_id"), e))
                return false;
        }
    }
    return true;
}

static bool is_meant(const struct desk *k, const struct unit *u, const struct val *plan)
{
    const struct unit *top = unit_by_code(k->d->units, val_text(plan, "below"));

    return str_eq(u->kind, val_text(plan, "of")) && (!top || path_holds(top->path, u->path)) &&
           !str_eq(u->code, val_text(plan, "but"));
}

static bool take_all(struct db *db, void *arg, struct err *e)
{
    struct demo *d = arg;
    const struct val *rolls = val_get(d->plan, S("rolls"));

    d->k->db = db;
    for (const struct item *it = rolls ? rolls->first : NULL; it; it = it->next) {
        struct taking t = {d, &it->val, pack_roll(d->k->d->pack, val_text(&it->val, "roll")), 0};

        for (size_t i = 0; t.def && i < units_count(d->k->d->units); i++) {
            const struct unit *u = units_at(d->k->d->units, i);

            if (!is_meant(d->k, u, t.plan))
                continue;
            if (val_text(t.plan, "holders").n && !take_holders(&t, u, e))
                return false;
            for (int64_t n = demo_int(t.plan, "n", 0); n > 0; n--) {
                if (!take_in(&t, u, 0, e))
                    return false;
            }
        }
    }
    return true;
}

bool demo_rolls(struct demo *d, struct err *e)
{
    struct db *db = d->k->db;
    bool ok = db_write(db, take_all, d, NULL, e);

    d->k->db = db;
    return ok;
}

/* ---- what falls due --------------------------------------------------------- */

static void do_one(struct demo *d, struct desk *k, const struct val *row)
{
    struct duty_act act = {
        .key = {val_int(row, "source_id"), val_int(row, "from_at"), val_text(row, "name")},
        .raise = S(""),
        .title = S(""),
        .body = S("")};
    struct val *fields = val_map(k->a);
    struct err none = {0};
    struct duty of;

    if (!duty_load(k, &act.key, &of, &none))
        return;
    for (int i = 0; of.def && i < of.def->asks; i++) {
        const struct field *f = &of.def->ask[i];
        const struct val *texts = val_get(demo_get(d, "duty_notes"), of.key.name);

        if (f->kind == FIELD_NUMBER) /* a mark out of a hundred, or households of a grid */
            set_int(fields, f->name.p, (f->max == 100 ? 75 : 8) + demo_dice(d, 20));
        else if (f->kind == FIELD_TEXT && texts)
            set_val(fields, f->name, demo_pick(d, texts)->val);
    }
    act.fields = fields;
    if (!duty_done(k, &act, NULL, &none))
        return; /* what asks for more stays as it is */
}

/* What this person finds to be done: most of it. */
static void do_some(struct demo *d, struct desk *k, int64_t person)
{
    int64_t in_100 = demo_int(d->plan, "duties_in_100", 70);
    struct val *rows = val_list(k->a);
    struct desk own = *k;
    struct actor who = {0};

    actor_load(k, person, &who);
    own.actor = &who;
    duties_mine(&own, rows);
    for (const struct item *it = rows->first; it; it = it->next) {
        if (demo_dice(d, 100) < in_100)
            do_one(d, &own, &it->val);
    }
}

void demo_duties(struct demo *d, struct desk *k)
{
    const struct units *us = k->d->units;
    struct desk some = *k;

    some.a = arena_within(k->a);
    while (duties_make(&some))
        arena_clear(some.a);
    for (size_t i = 0; i < units_count(us); i++) {
        struct val *posts = val_list(some.a);

        posts_of_unit(&some, units_at(us, i)->id, posts);
        for (const struct item *p = posts->first; p; p = p->next)
            do_some(d, &some, val_int(&p->val, "person_id"));
        arena_clear(some.a);
    }
}
