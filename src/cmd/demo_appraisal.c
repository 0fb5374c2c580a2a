/* Appraisals of the demo: one of the last quarter that was published, one of this year for which
 * marks are being given. Nothing here knows a mechanism but by its name in demo.yaml. */
#include "civic/appraisal.h"
#include "civic/person.h"
#include "civic/tally.h"
#include "cmd/demo.h"

#include <stdio.h>

struct round {
    struct demo *d;
    const struct val *plan; /* {kind, who, unit, mark_least, mark_most} */
    int64_t now;
    bool finish;
};

/* People who only judge, where the plan wants some. */
static bool add_judges(struct round *r, struct desk *k, struct err *e)
{
    const struct val *units = val_get(r->plan, S("judges"));

    for (const struct item *it = units ? units->first : NULL; it; it = it->next) {
        const struct unit *u = unit_by_code(k->d->units, it->val.str);
        int64_t person;

        if (!u)
            continue;
        if (!person_add(k, demo_name(r->d, k->a), S(""), &person, e) ||
            !post_give(k, &(struct post_new){person, u->id, S("judge"), 0, 0, NULL}, NULL, e))
            return false;
    }
    return true;
}

/* Of each item that this person may give, a number of the plan's range; a check is yes. */
static bool give_all(struct round *r, struct desk *k, const struct appraisal *x,
                     const struct appraised *s, struct err *e)
{
    int64_t least = demo_int(r->plan, "mark_least", 70), most = demo_int(r->plan, "mark_most", 98);
    struct val *typed = val_map(k->a);

    for (int i = 0; i < x->rule.items; i++) {
        const struct score_item *it = &x->rule.item[i];
        struct err no = {0};
        struct str key = str_format(k->a, "item_%.*s", STR_ARG(it->name));
        int64_t mark = least + demo_dice(r->d, most - least + 1);

        if (it->kind == SCORE_CHECK && appraisal_may_give(k, x, s, i, &no))
            set_str(typed, key.p, S("yes"));
        else if (it->kind == SCORE_MARKS && appraisal_may_give(k, x, s, i, &no))
            set_str(typed, key.p, str_format(k->a, "%lld", (long long)mark));
    }
    return !typed->first || appraisal_give(k, x->id, s->n, typed, e);
}

/* Everybody in a post of the plan's `gives`, as [ROLE, KIND]. */
static bool give_from(struct round *r, struct desk *k, const struct appraisal *x, struct err *e)
{
    int n;
    const struct appraised *s = appraisal_subjects(k, x->id, &n);
    const struct val *gives = val_get(r->plan, S("gives"));
    int64_t givers = 0, limit = demo_int(r->plan, "givers", 6);

    for (size_t i = 0; i < units_count(k->d->units) && givers < limit; i++) {
        const struct unit *u = units_at(k->d->units, i);
        struct actor *who = NEW(k->a, struct actor);

        if (!str_eq(u->kind, val_text(gives, "kind")))
            continue;
        demo_act_as(k, u->id, val_text(gives, "role"), who);
        if (!who->person)
            continue;
        givers++;
        for (int j = 0; j < n; j++) {
            if (!give_all(r, k, x, &s[j], e))
                return false;
        }
    }
    return true;
}

static struct str period_of(struct round *r, struct desk *k, struct str length)
{
    struct civil c = civil_of(r->now - 20 * DAY_MS); /* it must be over when it is reckoned */
    int quarter = (c.month - 1) / 3;

    if (str_eq(length, S("year")))
        return str_format(k->a, "%04d", c.year);
    return quarter ? str_format(k->a, "%04d-Q%d", c.year, quarter)
                   : str_format(k->a, "%04d-Q4", c.year - 1);
}

/* Published the day before, if the time of appeal is over by then: in a short life it is not. */
static bool finish(struct round *r, struct desk *k, struct appraisal *x, struct err *e)
{
    if (!appraisal_draft(k, x->id, 0, e) || !appraisal_show(k, x->id, 0, e) ||
        !appraisal_load(k, x->id, x, e))
        return false;
    k->now = r->now - DAY_MS;
    return k->now <= x->closes_at || appraisal_publish(k, x->id, 0, e);
}

static bool hold(struct db *db, void *arg, struct err *e)
{
    struct round *r = arg;
    struct desk k = *r->d->k;
    struct actor *runs = NEW(k.a, struct actor);
    struct appraisal *x = NEW(k.a, struct appraisal);
    const struct appraisal_def *def = pack_appraisal(k.d->pack, val_text(r->plan, "kind"));
    const struct unit *root = unit_root(k.d->units);
    struct appraisal_new n = {.kind = val_text(r->plan, "kind")};

    k.db = db;
    k.now = demo_since(r->d, r->now - 14 * DAY_MS);
    if (!def)
        return true;
    if (!add_judges(r, &k, e))
        return false;
    demo_act_as(&k, root->id, val_text(r->plan, "by"), runs);
    n.period = period_of(r, &k, def->period);
    k.actor = runs;
    if (!appraisal_open(&k, &n, x, e) || !give_from(r, &k, x, e))
        return false;
    k.actor = runs;
    return !r->finish || finish(r, &k, x, e);
}

bool demo_appraisals(struct demo *d, int64_t now, struct err *e)
{
    const struct val *list = val_get(d->plan, S("appraisals"));
    struct db_hooks hooks = tally_hooks(d->k->d);

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        struct round r = {d, &it->val, now, !val_is_empty(val_get(&it->val, S("publish")))};
        struct db *db = d->k->db;

        if (!db_write(db, hold, &r, &hooks, e))
            return false;
        d->k->db = db;
    }
    return true;
}
