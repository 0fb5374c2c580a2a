/* What time does by itself: a rung of a ladder, or the end of a step that ends by time. */
#include "proc/engine.h"

static int level_of(enum place place)
{
    return place == PLACE_DISTRICT ? 2 : 1;
}

static void fire(struct work *w, const struct due *d)
{
    struct proc_clock *c = &w->s->clock[d->clock];
    struct proc_effect *f;

    c->rungs++;
    f = effect_add(w, d->rung->what == RUNG_REMIND ? EFFECT_REMIND : EFFECT_SUPERVISE, c->part);
    f->step = c->step;
    f->place = d->rung->place;
    if (c->part < 0)
        f->unit = c->unit;
    if (d->rung->what == RUNG_SUPERVISE && w->s->supervised < level_of(d->rung->place))
        w->s->supervised = level_of(d->rung->place);
}

bool tick_one(struct work *w, const struct due *d)
{
    const struct step *st = clock_step(w->def, &w->s->clock[d->clock]);

    w->at_ms = d->at_ms > w->s->changed_ms ? d->at_ms : w->s->changed_ms;
    if (d->rung) {
        /* the moment at which it was due, also if a pause or a new grade has moved it into the
         * past */
        fire(w, d);
        return true;
    }
    if (w->s->clock[d->clock].period)
        return period_roll(w, d->clock);
    if (st->kind == STEP_NOTICE && objections_open(w->s)) { /* the last answer ends it */
        clock_stop(w, w->s->step, -1);
        return true;
    }
    return move_to(w, st->kind == STEP_CLAIM ? st->unclaimed : st->then);
}
