/* Fairs: who books a booth, and what is counted of those who apply there. */
#include "pack/booth.h"

#include "pack/read.h"

#define BOOTHS_MAX 1000
#define TOLD_MAX   6

static const struct choice *find_outcome(const struct proc *def, struct str name)
{
    for (int i = 0; i < def->outcomes; i++) {
        if (str_eq(def->outcome[i].name, name))
            return &def->outcome[i];
    }
    return NULL;
}

static const struct action *find_action(const struct proc *def, struct str name)
{
    for (int i = 0; i < def->steps; i++) {
        for (int a = 0; a < def->step[i].actions; a++) {
            if (str_eq(def->step[i].action[a].name, name))
                return &def->step[i].action[a];
        }
    }
    return NULL;
}

bool booths_counts(const struct proc_state *s, const struct proc *def, struct str name)
{
    const struct action *done = find_action(def, name);

    return done ? s->count[done->index] > 0 : str_eq(s->outcome, name);
}

bool booths_title(const struct proc *def, struct str name, struct title *out)
{
    const struct action *done = find_action(def, name);
    const struct choice *end = find_outcome(def, name);

    if (done || end)
        *out = done ? done->title : end->title;
    return done || end;
}

static void counts_read(struct pack_reader *r, const struct val *v, struct booths *out)
{
    struct title title;

    out->count = take_words(r, v, "counts", &out->counts);
    if (out->counts > TOLD_MAX)
        FAULT(r, v->line, "booths: at most %d 'counts'", TOLD_MAX);
    for (int i = 0; i < out->counts; i++) {
        const struct action *done = out->asks ? find_action(out->asks, out->count[i]) : NULL;

        if (done && !done->times)
            FAULT(r, v->line, "booths: '%.*s' is only counted if it says 'times'",
                  STR_ARG(done->name));
        if (!out->asks || !booths_title(out->asks, out->count[i], &title))
            FAULT(r, v->line, "booths: what they ask has no action and no outcome '%.*s'",
                  STR_ARG(out->count[i]));
    }
}

const struct booths *booths_read(struct pack_reader *r, const struct val *v)
{
    struct booths *out;
    struct str asks;

    if (!v || !take_map(r, v, "booths"))
        return NULL;
    out = NEW(r->a, struct booths);
    *out = (struct booths){0};
    take_keys(r, v, "booths", "who most asks counts");
    out->who = bodies_read(r, v, "who", &out->whos);
    if (!out->whos)
        FAULT(r, v->line, "booths: 'who' must say whose they are to book: 'ROLE of KIND'");
    for (int i = 0; i < out->whos; i++) {
        if (out->who[i].every || out->who[i].roll.n)
            FAULT(r, v->line, "booths: a post books for its own unit: 'ROLE of KIND'");
    }
    out->most = (int)take_int(r, v, "most", 1, BOOTHS_MAX);
    if (!out->most)
        FAULT(r, v->line, "booths: 'most' must say how many there are");
    asks = take_word(r, v, "asks");
    out->asks = asks.n ? pack_proc(r->pack, asks) : NULL;
    if (asks.n && !out->asks)
        FAULT(r, v->line, "there is no mechanism '%.*s'", STR_ARG(asks));
    counts_read(r, v, out);
    return out;
}
