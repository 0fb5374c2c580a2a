/* What becomes of a bond: pure, so that cases can tell it. */
#include "base/utf8.h"
#include "pack/pack.h"
#include "pack/read.h"

#define EARLIEST_MS (400 * DAY_MS) /* from today, either way */

/* ---- who may stand there ------------------------------------------------ */

static bool fits(const struct bond_side *s, const struct bond_stander *who)
{
    bool held = !s->roles && who->roles;

    switch (s->of) {
    case SIDE_PERSON:
        for (int i = 0; i < who->roles; i++)
            held = held || str_among(who->role[i], s->role, s->roles);
        return who->party.person_id && held;
    case SIDE_UNIT: return who->party.unit_id && str_among(who->kind, s->kind, s->kinds);
    case SIDE_ENTRY: break;
    }
    return who->party.entry_id && str_eq(who->roll, s->roll) &&
           (!s->roll_kinds || str_among(who->kind, s->roll_kind, s->roll_kinds));
}

static bool fits_check(const struct bond_env *env, int side, const struct bond_stander *who,
                       struct err *e)
{
    const struct bond_side *s = &env->def->side[side];
    const char *name = str_copy(env->arena, s->name).p;

    if (!fits(s, who))
        return refuse(e, ERR_INVALID, name, "Nobody who may stand here was chosen: %.*s.",
                      STR_ARG(who->title));
    return s->of != SIDE_ENTRY || who->active ||
           refuse(e, ERR_CONFLICT, name,
                  "The entry of %.*s on the roll is not in force, so nobody can be tied to it.",
                  STR_ARG(who->name));
}

static bool same_party(const struct party *a, const struct party *b)
{
    return (a->person_id && a->person_id == b->person_id) ||
           (a->unit_id && a->unit_id == b->unit_id) || (a->entry_id && a->entry_id == b->entry_id);
}

/* Stands this side in as many bonds of the kind as it may, or in one that excludes it? */
static bool free_check(const struct bond_env *env, int side, const struct bond_stander *who,
                       const struct bond_now *now, int64_t id, struct err *e)
{
    const struct bond_side *s = &env->def->side[side];
    const char *name = str_copy(env->arena, s->name).p;
    int same = 0;

    for (int i = 0; i < who->ties; i++) {
        const struct bond_tie *t = &who->tie[i];

        if (t->id == id || t->from_at >= now->until_at || now->from_at >= t->until_at)
            continue;
        same += str_eq(t->kind, env->def->name) && t->side == side;
        if (!who->party.unit_id && str_among(t->kind, env->def->excludes, env->def->exclude))
            return refuse(e, ERR_CONFLICT, name, "%.*s stands elsewhere in that time, until %.*s.",
                          STR_ARG(who->name), STR_ARG(when_minute(env->arena, t->until_at)));
    }
    return !s->most || same < s->most ||
           refuse(e, ERR_CONFLICT, name,
                  "%.*s has %d of these in that time, and no more are allowed.", STR_ARG(who->name),
                  same);
}

bool bond_sides_check(const struct bond_env *env, const struct bond_stander who[2],
                      const struct bond_now *now, int64_t id, struct err *e)
{
    if (!fits_check(env, 0, &who[0], e) || !fits_check(env, 1, &who[1], e))
        return false;
    if (same_party(&who[0].party, &who[1].party))
        return refuse(e, ERR_CONFLICT, str_copy(env->arena, env->def->side[1].name).p,
                      "Nobody can be tied with themselves.");
    return free_check(env, 0, &who[0], now, id, e) && free_check(env, 1, &who[1], now, id, e);
}

/* ---- from when, until when ------------------------------------------------- */

static bool term_check(const struct bond_env *env, const struct bond_now *now, int64_t at,
                       struct err *e)
{
    int64_t last = stretch_end(now->from_at, env->def->term);

    if (now->from_at < at - EARLIEST_MS || now->from_at > at + EARLIEST_MS)
        return refuse(e, ERR_INVALID, "from", "The beginning is too far from today.");
    if (now->until_at <= now->from_at)
        return refuse(e, ERR_INVALID, "until", "It must end after it begins.");
    return now->until_at <= last ||
           refuse(e, ERR_INVALID, "until", "It may last until %.*s at most.",
                  STR_ARG(when_minute(env->arena, last)));
}

bool bond_begin(const struct bond_env *env, struct bond_now *now, int64_t at, struct err *e)
{
    struct bond_now next = {.state = S("proposed"), .outcome = S("")};

    next.from_at = now->from_at ? now->from_at : at;
    next.until_at = now->until_at ? now->until_at : stretch_end(next.from_at, env->def->term);
    if (!term_check(env, &next, at, e))
        return false;
    *now = next;
    return true;
}

/* ---- what is done, and whose it is ------------------------------------------- */

static const struct doable {
    const char *name, *states; /* in one of these */
    bool reason;
} doables[] = {
    {"approve", "proposed", false},      {"decline", "proposed", true}, {"plan", "active", false},
    {"assess", "active closing", false}, {"stop", "active", true},
};
static const struct doable noting = {"note", "active closing", false};

static const struct doable *doable_find(struct str does)
{
    for (size_t i = 0; i < COUNT(doables); i++) {
        if (str_eq(does, str_of(doables[i].name)))
            return &doables[i];
    }
    return &noting;
}

const struct bond_note *bond_note_find(const struct bond_kind *def, struct str name)
{
    for (int i = 0; i < def->notes; i++) {
        if (str_eq(def->note[i].name, name))
            return &def->note[i];
    }
    return NULL;
}

/* Whose it is; 0: there is nothing of that name. Where there is no plan, everybody may hear that.
 */
static unsigned by(const struct bond_kind *def, struct str does)
{
    const struct bond_note *note;

    if (str_eq(does, S("plan")))
        return def->plan.given ? def->plan.by : BY_KEEPER | BY_ONE | BY_OTHER;
    if (doable_find(does) != &noting)
        return BY_KEEPER;
    note = bond_note_find(def, does);
    return note ? note->by : 0;
}

bool bond_may(const struct bond_kind *def, struct str does, unsigned as, struct err *e)
{
    unsigned whose = by(def, does);

    if (!whose)
        return refuse(e, ERR_INVALID, "note", "There is no note called %.*s.", STR_ARG(does));
    return (whose & as) || refuse(e, ERR_DENIED, NULL, "This is not yours to do.");
}

const struct field *bond_asked(const struct bond_kind *def, struct str does, int *n)
{
    const struct bond_note *note = bond_note_find(def, does);

    *n = 0;
    if (in_words(does, "make propose")) {
        *n = def->asks;
        return def->ask;
    }
    if (str_eq(does, S("plan"))) {
        *n = def->plan.asks;
        return def->plan.ask;
    }
    if (str_eq(does, S("assess"))) {
        *n = def->ends;
        return def->end;
    }
    *n = note ? note->asks : 0;
    return note ? note->ask : NULL;
}

bool bond_wants_reason(struct str does)
{
    return doable_find(does)->reason;
}

bool bond_is(const struct bond_now *now, const char *states)
{
    return in_words(now->state, states);
}

static void end(struct bond_now *now, const char *state, const char *outcome, int64_t at)
{
    now->state = str_of(state);
    now->outcome = str_of(outcome);
    now->ended_at = at;
}

static bool can(const struct bond_kind *def, const struct bond_now *now, const struct bond_doing *d,
                struct err *e)
{
    const struct doable *does = doable_find(d->does);

    if (!bond_is(now, does->states))
        return refuse(e, ERR_CONFLICT, NULL,
                      "The bond is not at that point. Please look at where it is now.");
    if (str_eq(d->does, S("plan")) && !def->plan.asks)
        return refuse(e, ERR_INVALID, NULL, "Bonds of this kind have no plan.");
    if (str_eq(d->does, S("assess")) && !def->ends)
        return refuse(e, ERR_INVALID, NULL, "Bonds of this kind are not assessed.");
    return !does->reason || utf8_count(str_trim(d->reason)) >= 2 ||
           refuse(e, ERR_INVALID, "reason", "Please say why.");
}

bool bond_step(const struct bond_env *env, struct bond_now *now, const struct bond_doing *d,
               struct err *e)
{
    if (!can(env->def, now, d, e))
        return false;
    if (str_eq(d->does, S("approve")))
        now->state = S("active");
    else if (str_eq(d->does, S("decline")))
        end(now, "declined", "declined", d->at);
    else if (str_eq(d->does, S("plan")))
        now->plan_at = d->at;
    else if (str_eq(d->does, S("assess")))
        end(now, "ended", "assessed", now->ended_at ? now->ended_at : d->at);
    else if (str_eq(d->does, S("stop")))
        end(now, env->def->ends ? "closing" : "ended", "early", d->at);
    else
        (void)bond_touched(env->def, now, d->does, d->at);
    return true;
}

bool bond_touched(const struct bond_kind *def, struct bond_now *now, struct str name, int64_t at)
{
    bool contact = str_among(name, def->contact, def->contacts);

    now->contact_at = contact ? at : now->contact_at;
    return contact;
}

/* ---- by itself ---------------------------------------------------------------- */

bool bond_tick(const struct bond_kind *def, struct bond_now *now, int64_t at)
{
    if (!bond_is(now, "active") || now->until_at > at)
        return false;
    end(now, def && def->ends ? "closing" : "ended", "term", now->until_at);
    return true;
}

static int64_t plan_due(const struct bond_env *env, const struct bond_now *now)
{
    struct term t = {.start_ms = now->from_at, .limit = env->def->plan.within};
    struct err e = {0};
    int64_t due;

    if (!env->def->plan.given || now->plan_at || !t.limit.n)
        return 0;
    return cal_deadline(env->calendar, &t, &due, &e) ? due : now->from_at + t.limit.n * DAY_MS;
}

static int64_t contact_due(const struct bond_env *env, const struct bond_now *now)
{
    int64_t last = now->contact_at > now->from_at ? now->contact_at : now->from_at;

    return env->def->alarm_days ? last + env->def->alarm_days * DAY_MS : 0;
}

struct str bond_wrong(const struct bond_env *env, const struct bond_now *now, int64_t at)
{
    int64_t plan, contact;

    if (bond_is(now, "proposed"))
        return S("undecided");
    if (bond_is(now, "closing"))
        return S("unassessed");
    if (!bond_is(now, "active"))
        return S("");
    plan = plan_due(env, now);
    contact = contact_due(env, now);
    if (contact && contact <= at)
        return S("no_contact");
    return plan && plan <= at ? S("plan_missing") : S("");
}

int64_t bond_wrong_next(const struct bond_env *env, const struct bond_now *now, int64_t at)
{
    int64_t plan, contact;

    if (!bond_is(now, "active"))
        return 0;
    plan = plan_due(env, now);
    contact = contact_due(env, now);
    plan = plan > at ? plan : 0;
    contact = contact > at ? contact : 0;
    return !plan || (contact && contact < plan) ? contact : plan;
}
