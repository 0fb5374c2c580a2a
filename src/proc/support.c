/* Support for what is on display: anybody gives it once, and enough of it moves the matter on. */
#include "proc/engine.h"

static int64_t total(const struct work *w)
{
    const struct val *v = val_get(w->ev->fields, S(SUPPORTERS));

    return v ? field_number(v) : INT64_MIN;
}

/* One for themselves; whoever has the step may bring in a paper that several have signed, or strike
 * out one who should not count, and says why. */
static bool may_add(struct work *w, const struct step *st, int64_t more)
{
    struct proc_post by;

    if (!val_get(w->ev->fields, field_reason.name))
        return more == 1 ||
               refuse(w->e, ERR_INVALID, SUPPORTERS, "Everybody supports it for themselves.");
    if (!w->env->actor.person || !who_is(w->env, w->s, &st->who, -1, &by))
        return refuse(w->e, ERR_DENIED, NULL, "This is not yours to do.");
    if (more != -1 && (more < 1 || more > SUPPORTERS_AT_ONCE))
        return refuse(w->e, ERR_INVALID, SUPPORTERS, "One paper can bring in 1 to %d people.",
                      SUPPORTERS_AT_ONCE);
    return fields_check(w->env, w->ev->fields, &field_reason, 1, S(""), w->e);
}

bool support_apply(struct work *w)
{
    const struct step *st = step_now(w->def, w->s);

    if (!st || !st->support.least)
        return refuse(w->e, ERR_CONFLICT, NULL, "No support is asked for here any more.");
    if (!clock_running(w->s, w->s->step, -1))
        return refuse(w->e, ERR_CONFLICT, NULL, "The days for it are over.");
    if (!may_add(w, st, total(w) - w->s->supporters))
        return false;
    w->s->supporters = (int)total(w);
    if (w->s->supporters < st->support.least)
        return true;
    w->enough = true;
    return move_to(w, st->support.then);
}
