/* What becomes of an entry on a roll: pure, so that cases can tell it and verify can replay it. */
#include "pack/pack.h"

/* ---- looking up ------------------------------------------------------------- */

const struct roll_kind *roll_kind_find(const struct roll *def, struct str name)
{
    for (int i = 0; i < def->kinds; i++) {
        if (str_eq(def->kind[i].name, name))
            return &def->kind[i];
    }
    return NULL;
}

int roll_state_find(const struct roll *def, struct str name)
{
    for (int i = 0; i < def->states; i++) {
        if (str_eq(def->state[i].name, name))
            return i;
    }
    return ROLL_ENDED;
}

const struct roll_action *roll_action_find(const struct roll *def, int state, struct str name)
{
    for (int i = 0; state >= 0 && i < def->state[state].actions; i++) {
        if (str_eq(def->state[state].action[i].name, name))
            return &def->state[state].action[i];
    }
    return NULL;
}

const struct title *roll_word_title(const struct roll *def, struct str name)
{
    int state = roll_state_find(def, name);

    for (int i = 0; state < 0 && i < def->outcomes; i++) {
        if (str_eq(def->outcome[i].name, name))
            return &def->outcome[i].title;
    }
    return state < 0 ? NULL : &def->state[state].title;
}

struct str roll_gives(const struct roll *def, struct str kind)
{
    const struct roll_kind *k = roll_kind_find(def, kind);

    return k && k->part.gives.n ? k->part.gives : def->part.gives;
}

const struct roll_part *roll_source(const struct pack *p, int i)
{
    for (int n = 0; n < p->rolls; n++) {
        int kinds = p->roll[n].kinds;

        if (i < (kinds ? kinds : 1))
            return kinds ? &p->roll[n].kind[i].part : &p->roll[n].part;
        i -= kinds ? kinds : 1;
    }
    return NULL;
}

static bool asked_in(const struct roll_part *part, struct str field)
{
    for (int i = 0; i < part->asks; i++) {
        if (str_eq(part->ask[i].name, field))
            return true;
    }
    return false;
}

bool roll_asks(const struct roll *def, struct str field)
{
    bool is = asked_in(&def->part, field);

    for (int i = 0; i < def->kinds; i++)
        is = is || asked_in(&def->kind[i].part, field);
    return is;
}

bool roll_kept_in(const struct roll *def, struct str unit_kind)
{
    return str_among(unit_kind, def->in, def->ins);
}

bool roll_keep_check(const struct roll *def, struct str unit_kind, struct err *e)
{
    return roll_kept_in(def, unit_kind) ||
           refuse(e, ERR_INVALID, "unit", "A unit of this kind keeps no such roll.");
}

struct facts_ask roll_facts(struct arena *a, const struct roll *def, struct str kind)
{
    const struct roll_kind *of = roll_kind_find(def, kind);
    struct field *all =
        NEW_ARRAY(a, struct field, (size_t)(def->part.asks + (of ? of->part.asks : 0)) + 1);
    int n = 0;

    for (int i = 0; i < def->part.asks; i++)
        all[n++] = def->part.ask[i];
    for (int i = 0; of && i < of->part.asks; i++)
        all[n++] = of->part.ask[i];
    return (struct facts_ask){all, n};
}

/* ---- ages --------------------------------------------------------------------- */

/* Completed years: who was born on 29 February is a year older on 1 March. */
static int age_on(int32_t born_day, int64_t at)
{
    struct civil born = civil_of(day_start_ms(born_day)), now = civil_of(at);
    bool before = now.month < born.month || (now.month == born.month && now.day < born.day);

    return now.year - born.year - before;
}

static bool age_fits(const struct ages *rule, int age, struct err *e)
{
    return !rule->given || (age >= rule->least && age <= rule->most) ||
           refuse(e, ERR_INVALID, "birth_date", "The age of %d does not fit the rule: %.*s.", age,
                  STR_ARG(rule->text));
}

bool roll_age(const struct roll *def, struct str kind, int32_t born_day, int64_t at, struct err *e)
{
    const struct roll_kind *k = roll_kind_find(def, kind);
    bool rule = def->part.age.given || (k && k->part.age.given);

    if (!rule && born_day == INT32_MIN)
        return true;
    if (born_day == INT32_MIN)
        return refuse(e, ERR_INVALID, "birth_date", "Please give the date of birth.");
    if (born_day > day_of(at))
        return refuse(e, ERR_INVALID, "birth_date", "This date of birth is still to come.");
    return age_fits(&def->part.age, age_on(born_day, at), e) &&
           (!k || age_fits(&k->part.age, age_on(born_day, at), e));
}

/* ---- moving ------------------------------------------------------------------- */

static void enter(const struct roll *def, struct roll_now *now, int state, int64_t at)
{
    bool was = now->active_at != 0;

    now->state = state;
    if (!def->state[state].active) {
        now->active_at = now->review_at = now->until_at = 0;
        return;
    }
    if (was)
        return;
    now->active_at = at;
    now->review_at = def->review.n ? stretch_end(at, def->review) : 0;
    now->until_at = def->term.n ? stretch_end(at, def->term) : 0;
}

static bool kind_ok(const struct roll *def, struct str kind, struct err *e)
{
    if (!def->kinds && !kind.n)
        return true;
    if (!kind.n)
        return refuse(e, ERR_INVALID, "kind", "Please say which kind it is.");
    return roll_kind_find(def, kind) ||
           refuse(e, ERR_INVALID, "kind", "This roll has no kind called %.*s.", STR_ARG(kind));
}

static bool stands(const struct roll_now *now, int64_t at, struct err *e)
{
    if (now->state == ROLL_ENDED)
        return refuse(e, ERR_CONFLICT, NULL, "This entry has ended.");
    return !now->until_at || at < now->until_at ||
           refuse(e, ERR_CONFLICT, NULL, "This entry has expired.");
}

bool roll_begin(const struct roll *def, struct str kind, int64_t at, struct roll_now *out,
                struct err *e)
{
    if (!kind_ok(def, kind, e))
        return false;
    *out = (struct roll_now){.kind = kind};
    enter(def, out, 0, at);
    return true;
}

static void end(struct roll_now *now, struct str outcome, int64_t at)
{
    now->state = ROLL_ENDED;
    now->outcome = outcome;
    now->to_at = at;
    now->review_at = now->until_at = 0;
}

bool roll_act(const struct roll *def, struct roll_now *now, struct str action, int64_t at,
              struct err *e)
{
    const struct roll_action *a = roll_action_find(def, now->state, action);

    if (!stands(now, at, e))
        return false;
    if (!a)
        return refuse(e, ERR_CONFLICT, "action",
                      "This cannot be done with the entry as it is now.");
    if (a->to == ROLL_ENDED)
        end(now, a->outcome, at);
    else
        enter(def, now, a->to, at);
    return true;
}

bool roll_to_kind(const struct roll *def, struct roll_now *now, struct str kind, int64_t at,
                  struct err *e)
{
    if (!stands(now, at, e) || !kind_ok(def, kind, e))
        return false;
    if (str_eq(kind, now->kind))
        return refuse(e, ERR_CONFLICT, "kind", "It is of this kind already.");
    now->kind = kind;
    return true;
}

int64_t roll_review_from(const struct roll *def, const struct roll_now *now)
{
    return now->review_at ? now->review_at - def->ahead * DAY_MS : 0;
}

bool roll_confirm(const struct roll *def, struct roll_now *now, int64_t at, struct err *e)
{
    if (!stands(now, at, e))
        return false;
    if (!def->review.n || !now->active_at)
        return refuse(e, ERR_CONFLICT, NULL, "There is nothing to be confirmed here.");
    now->review_at = stretch_end(at, def->review);
    return true;
}

bool roll_stop(const struct roll *def, struct roll_now *now, struct str outcome, int64_t at,
               struct err *e)
{
    (void)def;
    if (now->state == ROLL_ENDED)
        return refuse(e, ERR_CONFLICT, NULL, "This entry has ended.");
    end(now, outcome, at);
    return true;
}

bool roll_tick(const struct roll *def, struct roll_now *now, int64_t at)
{
    (void)def;
    if (now->state == ROLL_ENDED || !now->until_at || now->until_at > at)
        return false;
    end(now, S("expired"), now->until_at);
    return true;
}
