/* Objections against the events of their matter: when each was made, and how it was answered. */
#include "civic/disclosure.h"

#include <string.h>

STMT(verify_objections,
     "SELECT o.n, o.at, o.due_at, o.answered_at, o.outcome, o.answer FROM disclosure d JOIN "
     "objection o ON o.district = $1 AND o.disclosure_id = d.id WHERE d.district = $1 AND "
     "d.matter_id = $2 ORDER BY d.id, o.n");

struct objection_told {
    int64_t at, due_at, answered_at;
    struct str outcome, answer;
};

static void add(struct desk *k, struct objections_told *all, const struct matter *m)
{
    const struct proc_clock *c = proc_objection(&m->state, m->state.objections);

    if (all->n == all->room) {
        struct objection_told *more =
            NEW_ARRAY(k->a, struct objection_told, (size_t)(all->room = 2 * all->room + 8));

        if (all->n)
            memcpy(more, all->one, (size_t)all->n * sizeof(*more));
        all->one = more;
    }
    all->one[all->n++] = (struct objection_told){
        .at = k->now, .due_at = c ? c->due_ms : k->now, .outcome = S(""), .answer = S("")};
}

void objections_hear(struct desk *k, struct objections_told *all, const struct matter *m,
                     const struct matter_act *act, int answered)
{
    bool upheld = str_eq(act->action, S("uphold"));

    if (act->kind == PROC_OBJECT)
        add(k, all, m);
    if (answered < 1 || answered > all->n || all->one[answered - 1].outcome.n)
        return;
    all->one[answered - 1].outcome = upheld ? S("upheld") : S("dismissed");
    all->one[answered - 1].answer = str_trim(val_text(act->fields, upheld ? "reason" : "answer"));
    all->one[answered - 1].answered_at = k->now;
}

void objections_moot(struct objections_told *all, const struct proc_effects *effects)
{
    for (int i = 0; i < effects->n; i++) {
        for (int j = 0; effects->effect[i].kind == EFFECT_TAKE_DOWN && j < all->n; j++) {
            if (all->one[j].outcome.n)
                continue;
            all->one[j].outcome = S("moot");
            all->one[j].answered_at = effects->effect[i].at_ms;
        }
    }
}

static bool holds(const struct objection_told *o, const struct rows *r)
{
    return o->at == row_int(r, 1) && o->due_at == row_int(r, 2) &&
           o->answered_at == row_int(r, 3) && str_eq(o->outcome, row_str(r, 4)) &&
           str_eq(o->answer, row_str(r, 5));
}

bool objections_hold(struct desk *k, const struct objections_told *all, int64_t matter_id)
{
    struct rows r = db_query(k->db, k->a, verify_objections, ARG(k->d->code), ARG(matter_id));
    bool all_hold = true;
    int n = 0;

    for (; rows_next(&r); n++)
        all_hold = all_hold && n < all->n && row_int(&r, 0) == n + 1 && holds(&all->one[n], &r);
    return all_hold && n == all->n;
}
