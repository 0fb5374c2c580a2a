#include "proc/engine.h"

bool who_given(const struct who *w)
{
    return w->place != PLACE_NONE;
}

static int64_t lead_unit(const struct proc_state *s)
{
    for (int i = s->parts; i-- > 0;) {
        if (s->part[i].lead && !s->part[i].excused)
            return s->part[i].unit;
    }
    return 0;
}

int64_t who_unit(const struct proc_env *env, const struct proc_state *s, const struct who *w,
                 int part)
{
    switch (w->place) {
    case PLACE_GRID: return env->places.grid;
    case PLACE_COMMUNITY: return env->places.community;
    case PLACE_STREET: return env->places.street;
    case PLACE_DISTRICT: return env->places.district;
    case PLACE_LEAD: return lead_unit(s);
    case PLACE_JOINT:
    case PLACE_PART: return part >= 0 ? s->part[part].unit : 0;
    case PLACE_HOLDER: return s->holder_unit;
    case PLACE_OWN: return env->places.own(env->places.arg, w->kind);
    case PLACE_NONE:
    case PLACE_OPENER:
    case PLACE_REPORTER:
    case PLACE_KIND: return 0;
    }
    return 0;
}

static bool post_fits(const struct proc_env *env, const struct proc_state *s, const struct who *w,
                      int part, const struct proc_post *post)
{
    const struct proc_unit *u;

    if (!str_eq(post->role, w->role))
        return false;
    if (w->place != PLACE_KIND)
        return post->unit != 0 && post->unit == who_unit(env, s, w, part);
    u = env->places.unit(env->places.arg, post->unit);
    return u && str_eq(u->kind, w->kind);
}

static bool one_is(const struct proc_env *env, const struct proc_state *s, const struct who *w,
                   int part, struct proc_post *by)
{
    *by = (struct proc_post){0};
    if (w->place == PLACE_REPORTER)
        return env->actor.reporter;
    if (w->place == PLACE_OPENER)
        return env->actor.opener;
    if (w->place == PLACE_HOLDER && w->role.n == 0 && s->holder_person) {
        *by = (struct proc_post){s->holder_role, s->holder_unit};
        return env->actor.person == s->holder_person;
    }
    for (size_t i = 0; i < env->actor.posts; i++) {
        if (post_fits(env, s, w, part, &env->actor.post[i])) {
            *by = env->actor.post[i];
            return true;
        }
    }
    return false;
}

bool who_is(const struct proc_env *env, const struct proc_state *s, const struct who *w, int part,
            struct proc_post *by)
{
    for (; w; w = w->other) {
        if (who_given(w) && one_is(env, s, w, part, by))
            return true;
    }
    return false;
}

bool proc_public(const struct proc *def)
{
    for (const struct who *w = &def->opens; w; w = w->other) {
        if (w->place == PLACE_REPORTER)
            return true;
    }
    return false;
}

static bool who_owns(const struct who *w, struct str kind)
{
    for (; w; w = w->other) {
        if (w->place == PLACE_OWN && str_eq(w->kind, kind))
            return true;
    }
    return false;
}

static bool any_owns(const struct who *w, int n, struct str kind)
{
    for (int i = 0; i < n; i++) {
        if (who_owns(&w[i], kind))
            return true;
    }
    return false;
}

static bool step_owns(const struct step *st, struct str kind)
{
    if (who_owns(&st->who, kind) || who_owns(&st->pause, kind) || who_owns(&st->release, kind) ||
        who_owns(&st->extend.who, kind) || who_owns(&st->objection.who, kind) ||
        any_owns(st->all_of, st->checkers, kind) || any_owns(st->holds, st->posts, kind))
        return true;
    for (int i = 0; i < st->actions; i++) {
        if (who_owns(st->action[i].who, kind))
            return true;
    }
    return false;
}

bool proc_owns(const struct proc *def, struct str kind)
{
    for (int i = 0; i < def->steps; i++) {
        const struct step *st = &def->step[i];

        if (step_owns(st, kind))
            return true;
        for (int j = 0; j < st->parts; j++) {
            if (step_owns(&st->part[j], kind))
                return true;
        }
    }
    return false;
}

static bool step_takes(const struct proc_env *env, const struct proc_state *s,
                       const struct step *st, int part)
{
    struct proc_post by;

    if (who_is(env, s, &st->who, part, &by))
        return true;
    for (int i = 0; i < st->checkers; i++) {
        if (who_is(env, s, &st->all_of[i], part, &by))
            return true;
    }
    for (int i = 0; i < st->actions; i++) {
        if (who_is(env, s, st->action[i].who, part, &by))
            return true;
    }
    return false;
}

bool proc_takes_part(const struct proc_env *env, const struct proc_state *s)
{
    const struct proc *def = env->def;

    for (int i = 0; i < def->steps; i++) {
        const struct step *st = &def->step[i];

        if (step_takes(env, s, st, -1))
            return true;
        for (int j = 0; j < st->parts * s->parts; j++) {
            if (step_takes(env, s, &st->part[j / s->parts], j % s->parts))
                return true;
        }
    }
    return false;
}

bool solver_is(const struct proc_state *s, int64_t person)
{
    for (int i = 0; i < s->solvers; i++) {
        if (s->solver[i] == person)
            return true;
    }
    return false;
}

bool solver_add(struct work *w, int64_t unit)
{
    int64_t person = w->env->actor.person;

    if (person == 0 || solver_is(w->s, person))
        return true;
    if (w->s->solvers == SOLVERS_MAX)
        return refuse(w->e, ERR_CONFLICT, NULL,
                      "Too many people have worked on this matter; let one of them go on.");
    w->s->solver_unit[w->s->solvers] = unit;
    w->s->solver[w->s->solvers++] = person;
    return true;
}
