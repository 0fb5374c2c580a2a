/* Objections to what is on display: anybody makes them, each is answered within its own time. */
#include "proc/engine.h"

const struct proc_clock *proc_objection(const struct proc_state *s, int objection)
{
    for (int i = 0; i < s->clocks; i++) {
        if (s->clock[i].objection == objection && objection && !s->clock[i].stopped_ms)
            return &s->clock[i];
    }
    return NULL;
}

int objections_open(const struct proc_state *s)
{
    int n = 0;

    for (int i = 0; i < s->clocks; i++)
        n += s->clock[i].objection && !s->clock[i].stopped_ms;
    return n;
}

/* The decision has gone elsewhere: nobody waits for an answer here any more. */
void objections_stop(struct work *w)
{
    for (int i = 0; i < w->s->clocks; i++) {
        if (w->s->clock[i].objection && !w->s->clock[i].stopped_ms)
            w->s->clock[i].stopped_ms = w->at_ms;
    }
}

bool object_apply(struct work *w)
{
    const struct step *st = step_now(w->def, w->s);

    if (!st || !st->objection.given)
        return refuse(w->e, ERR_CONFLICT, NULL, "This is not on display; no objection is taken.");
    if (!clock_running(w->s, w->s->step, -1))
        return refuse(w->e, ERR_CONFLICT, NULL, "The days for objections are over.");
    if (objections_open(w->s) == OBJECTIONS_OPEN_MAX)
        return refuse(w->e, ERR_CONFLICT, NULL,
                      "%d objections wait for their answers here; please send yours again when "
                      "some are answered.",
                      OBJECTIONS_OPEN_MAX);
    return clock_start_objection(w, st, ++w->s->objections);
}

bool answers(const struct proc_env *env, const struct proc_state *s, const struct step *st)
{
    struct proc_post by;

    return who_is(env, s, &st->objection.who, -1, &by);
}

bool proc_may_answer(const struct proc_env *env, const struct proc_state *s)
{
    const struct step *st = step_now(env->def, s);

    return st && st->objection.given && answers(env, s, st);
}

/* Days that have run while an objection was open end with its answer. */
static bool settle(struct work *w, const struct step *st)
{
    if (objections_open(w->s) || clock_running(w->s, w->s->step, -1))
        return true;
    return move_to(w, st->then);
}

bool answer_apply(struct work *w, const struct step *st, bool upheld)
{
    const struct val *which = val_get(w->ev->fields, S("objection"));
    int64_t n = which ? field_number(which) : 0;
    const struct field *said = upheld ? &field_reason : &field_answer;

    if (!answers(w->env, w->s, st))
        return refuse(w->e, ERR_DENIED, NULL, "This is not yours to do.");
    if (n < 1 || n > w->s->objections || !proc_objection(w->s, (int)n))
        return refuse(w->e, ERR_INVALID, "objection",
                      "No objection with this number waits for an answer.");
    if (!fields_check(w->env, w->ev->fields, said, 1, S(""), w->e))
        return false;
    for (int i = 0; i < w->s->clocks; i++) {
        if (w->s->clock[i].objection == n)
            w->s->clock[i].stopped_ms = w->at_ms;
    }
    w->upheld = upheld;
    return upheld ? move_to(w, st->objection.upheld) : settle(w, st);
}
