/* Half a year of a district's life. Nothing here knows a mechanism: who has a turn looks at what is
 * offered to them and does one of it, as often and as fast as demo.yaml says. */
#include "civic/area.h"
#include "civic/list.h"
#include "civic/person.h"
#include "civic/report.h"
#include "civic/tally.h"
#include "cmd/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_A_GROUP 200
#define DUTIES_EVERY  (7 * DAY_MS)
#define STEP_MEMORY   ((size_t)64 << 20)

struct due { /* something to be done at a moment: a matter to be opened (id 0) or worked on */
    int64_t at, id;
};

struct life {
    struct demo *d;
    struct due *heap;
    size_t n, room;
    int64_t until, ticked, duties; /* when time was last looked at, and duties were */
    struct arena step;
    const struct unit **grid;
    size_t grids;
    struct actor who; /* who acts in this step */
    int64_t opened, acted, refused;
};

/* ---- what comes next ------------------------------------------------------ */

static void heap_push(struct life *l, struct due x)
{
    size_t i = l->n++;

    if (l->n > l->room)
        die("the demo has more to do than was thought");
    for (; i && l->heap[(i - 1) / 2].at > x.at; i = (i - 1) / 2)
        l->heap[i] = l->heap[(i - 1) / 2];
    l->heap[i] = x;
}

static struct due heap_pop(struct life *l)
{
    struct due top = l->heap[0], x = l->heap[--l->n];
    size_t i = 0;

    for (size_t c = 1; c < l->n; i = c, c = 2 * i + 1) {
        if (c + 1 < l->n && l->heap[c + 1].at < l->heap[c].at)
            c++;
        if (x.at <= l->heap[c].at)
            break;
        l->heap[i] = l->heap[c];
    }
    l->heap[i] = x;
    return top;
}

/* So many working minutes later, sooner or later than usual, and sometimes much later. */
static int64_t later(struct life *l, int64_t at, int64_t minutes)
{
    struct limit limit = {.unit = LIMIT_WORKING_MINUTES};
    struct term t = {.start_ms = at, .hours = &l->d->k->d->pack->hours};
    struct err e = {0};
    int64_t due;

    minutes = minutes / 4 + demo_dice(l->d, minutes * 3 / 2 + 1);
    if (demo_dice(l->d, 100) < demo_int(l->d->plan, "late_in_100", 9))
        minutes *= 4;
    limit.n = (int32_t)(minutes < 1 ? 1 : minutes);
    t.limit = limit;
    if (!cal_deadline(l->d->k->d->calendar, &t, &due, &e))
        return at + minutes * MINUTE_MS;
    return due + demo_dice(l->d, MINUTE_MS);
}

/* For who writes a demo: what was refused, and why. */
static void talk(struct str what, struct str about, const struct err *e)
{
    if (getenv("YINGSHAO_DEMO_TALK"))
        (void)fprintf(stderr, "%.*s of %.*s: %s (%s)\n", STR_ARG(what), STR_ARG(about), e->text,
                      e->field ? e->field : "");
}

/* ---- opening -------------------------------------------------------------- */

/* A name drawn with the weights of a map {name: weight} or {name: {weight}}. */
static struct str weighted(struct demo *d, const struct val *map)
{
    int64_t all = 0, at;

    for (const struct item *it = map->first; it; it = it->next)
        all += it->val.integer;
    at = demo_dice(d, all);
    for (const struct item *it = map->first; it; it = it->next) {
        at -= it->val.integer;
        if (at < 0)
            return it->key;
    }
    return map->first->key;
}

/* Somewhere in the grid: its schematic area is a rectangle. */
static void place_of(struct life *l, const struct unit *grid, struct matter_new *n)
{
    struct box box;

    n->unit_id = grid->id;
    if (!area_box(l->d->k, grid->id, &box))
        return;
    n->lon =
        (int64_t)((box.west + (box.east - box.west) * (double)demo_dice(l->d, 1000) / 1000) * 1e6);
    n->lat =
        (int64_t)((box.south + (box.north - box.south) * (double)demo_dice(l->d, 1000) / 1000) *
                  1e6);
}

/* Some are marked 关键小事, by the community, as often as demo.yaml says for their mechanism. */
static void mark_key(struct life *l, struct desk *k, const struct unit *community, int64_t id)
{
    struct matter *m = NEW(&l->step, struct matter);
    struct err e = {0};

    if (!matter_load(k, id, m, &e) ||
        demo_dice(l->d, 100) >=
            demo_int(demo_get(l->d, "key"), str_copy(&l->step, m->mechanism).p, 0))
        return;
    actor_load(k, demo_holder(k, community->id, S("dispatcher")), &l->who);
    if (!matter_mark_key(k, id, true, &e))
        talk(S("key"), m->mechanism, &e);
}

/* Any grid; but more often one where the demo accounts are at home, so that they find work. */
static const struct unit *any_grid(struct life *l)
{
    const struct val *busy = demo_get(l->d, "busy");
    const struct unit *home = unit_by_code(l->d->k->d->units, val_text(busy, "unit"));
    const struct unit **grids;
    int64_t n = 0;

    if (!home || demo_dice(l->d, 100) >= demo_int(busy, "in_100", 0))
        return l->grid[demo_dice(l->d, (int64_t)l->grids)];
    grids = units_below(&l->step, l->d->k->d->units, home, S("grid"));
    while (grids[n])
        n++;
    return n ? grids[demo_dice(l->d, n)] : l->grid[0];
}

static void open_one(struct life *l, struct desk *k)
{
    const struct item *subject = demo_pick(l->d, demo_get(l->d, "messages"));
    const struct item *message = demo_pick(l->d, &subject->val);
    const struct unit *grid = any_grid(l);
    const struct unit *community = unit_above(k->d->units, grid, S("community"));
    struct matter_new n = {.channel = weighted(l->d, demo_get(l->d, "channels")),
                           .subject = subject->key,
                           .title = message->val.first->val.str,
                           .body = message->val.first->next->val.str,
                           .place = grid->name};
    bool own = str_eq(n.channel, S("grid")), guest = str_eq(n.channel, S("qr"));
    struct matter_receipt receipt;
    struct err e = {0};
    int64_t photo;

    l->who = (struct actor){.name = S(""), .csrf = S("")};
    place_of(l, grid, &n);
    if (!guest)
        actor_load(k, demo_holder(k, own ? grid->id : community->id, S("")), &l->who);
    k->actor = &l->who;
    if (own || guest || str_eq(n.channel, S("courier"))) {
        photo = demo_photo(l->d, k, S("before"));
        n.picture = &photo;
        n.pictures = 1;
    }
    if (!own) {
        n.name = demo_name(l->d, &l->step);
        n.phone = demo_phone(l->d, &l->step, 138);
    }
    if (!matter_open(k, &n, &receipt, &e)) {
        talk(n.channel, n.subject, &e);
        l->refused++;
        return;
    }
    l->opened++;
    mark_key(l, k, community, receipt.id);
    heap_push(l, (struct due){later(l, k->now, 30), receipt.id});
}

/* ---- acting ---------------------------------------------------------------- */

static const struct val *plan_of(struct life *l, struct str action)
{
    const struct val *v = val_get(demo_get(l->d, "actions"), action);

    return v ? v : demo_get(l->d, "usual");
}

static int64_t weight_of(struct life *l, const struct val *offer)
{
    if (!str_eq(val_get(offer, S("kind"))->str, S("act")))
        return 0; /* extensions, pauses and excuses are left to people */
    return demo_int(plan_of(l, val_get(offer, S("name"))->str), "weight", 0);
}

static const struct val *choose(struct life *l, const struct val *offers)
{
    int64_t all = 0, at;

    for (const struct item *it = offers->first; it; it = it->next)
        all += weight_of(l, &it->val);
    if (!all)
        return NULL;
    at = demo_dice(l->d, all);
    for (const struct item *it = offers->first; it; it = it->next) {
        at -= weight_of(l, &it->val);
        if (at < 0)
            return &it->val;
    }
    return NULL;
}

static bool act_as(struct life *l, struct desk *k, struct matter *m, const struct proc_turn *turn)
{
    struct val *offers = val_list(&l->step);
    const struct val *offer;
    struct err e = {0};

    actor_load(k, turn->person ? turn->person : demo_holder(k, turn->unit, turn->role), &l->who);
    k->actor = &l->who;
    matter_offers(k, m, offers);
    offer = choose(l, offers);
    if (!offer)
        return false;
    if (!demo_do(l->d, k, m, &(struct demo_deed){offer, NULL}, &e)) {
        talk(val_text(offer, "name"), m->mechanism, &e);
        l->refused++;
        return false;
    }
    l->acted++;
    return true;
}

static void rate(struct life *l, struct desk *k, struct matter *m)
{
    struct report r;
    struct err e = {0};
    bool bad = demo_dice(l->d, 100) < demo_int(l->d->plan, "unsolved_in_100", 6);
    struct rating answer = {.contacted = S("yes"),
                            .solved = bad ? S("no") : S("yes"),
                            .satisfied = bad                  ? S("no")
                                         : demo_dice(l->d, 3) ? S("very")
                                                              : S("mostly"),
                            .stars = bad ? 2 : 4 + demo_dice(l->d, 2),
                            .word = S("")};

    if (demo_dice(l->d, 100) >= demo_int(l->d->plan, "answers_in_100", 70) ||
        !report_first(k, m->id, &r))
        return;
    if (demo_dice(l->d, 3) == 0)
        answer.word = demo_pick(l->d, val_get(demo_get(l->d, "texts"), S("word")))->val.str;
    if (report_rate(k, &r, &answer, &e)) {
        l->acted++;
    } else {
        talk(S("rate"), m->mechanism, &e);
        l->refused++;
    }
}

/* How long until somebody looks at it next. */
static int64_t next_look(struct life *l, struct desk *k, const struct matter *m)
{
    struct proc_turn turn[TURNS_MAX];
    struct proc_env env;
    int n;

    matter_env(k, m, &env);
    n = proc_turns(&env, &m->state, turn);
    if (n && !turn[0].role.n)
        return demo_int(plan_of(l, S("rate")), "minutes", 1400);
    return demo_int(plan_of(l, m->state.parts && n ? S("done") : S("usual")), "minutes", 120) / 3;
}

static void work_on(struct life *l, struct desk *k, int64_t id)
{
    struct matter *m = NEW(&l->step, struct matter);
    struct proc_turn turn[TURNS_MAX];
    struct proc_env env;
    struct err e = {0};
    const struct proc_turn *t;
    int n;

    if (!matter_load(k, id, m, &e) || m->ended_at || m->bundle_id)
        return;
    matter_env(k, m, &env);
    n = proc_turns(&env, &m->state, turn);
    if (!n)
        return;
    t = &turn[demo_dice(l->d, n)];
    if (!t->role.n && !t->person) {
        rate(l, k, m);
        return; /* whoever does not answer now does not answer */
    }
    (void)act_as(l, k, m, t);
    if (matter_load(k, id, m, &e) && !m->ended_at)
        heap_push(l, (struct due){later(l, k->now, next_look(l, k, m)), id});
}

/* ---- living --------------------------------------------------------------- */

static bool live_some(struct db *db, void *arg, struct err *e)
{
    struct life *l = arg;

    (void)e;
    for (int i = 0; i < STEPS_A_GROUP && l->n && l->heap[0].at < l->until; i++) {
        struct due x = heap_pop(l);
        struct desk k = district_desk(l->d->k->d, db, &l->step, x.at);

        arena_reset(&l->step);
        if (x.at - l->ticked > 30 * MINUTE_MS) {
            while (matter_tick(&k, 100) == 100) {
            }
            l->ticked = x.at;
        }
        if (x.at - l->duties > DUTIES_EVERY) {
            demo_duties(l->d, &k);
            l->duties = x.at;
        }
        if (x.id)
            work_on(l, &k, x.id);
        else
            open_one(l, &k);
    }
    return true;
}

/* The moments at which matters come in: more by day, fewer on free days. */
static void plan_days(struct life *l, int64_t now, int64_t days, int64_t per_day)
{
    int32_t today = day_of(now);

    for (int32_t day = today - (int32_t)days; day <= today; day++) {
        int64_t n = calendar_works(l->d->k->d->calendar, day) ? per_day : per_day / 2;

        n = n * 3 / 4 + demo_dice(l->d, n / 2 + 1);
        while (n--)
            heap_push(l, (struct due){
                             day_start_ms(day) + 7 * HOUR_MS + demo_dice(l->d, 13 * HOUR_MS), 0});
    }
}

static void find_grids(struct life *l)
{
    const struct units *us = l->d->k->d->units;

    l->grid = NEW_ARRAY(l->d->k->a, const struct unit *, units_count(us));
    for (size_t i = 0; i < units_count(us); i++) {
        if (str_eq(units_at(us, i)->kind, S("grid")))
            l->grid[l->grids++] = units_at(us, i);
    }
}

bool demo_life(struct demo *d, int64_t now, int64_t days, struct err *e)
{
    int64_t per_day = demo_int(d->plan, "per_day", 20);
    struct db_hooks hooks = tally_hooks(d->k->d);
    struct life *l = NEW(d->k->a, struct life);

    l->d = d;
    l->until = now;
    l->room = (size_t)(days + 2) * (size_t)per_day * 4;
    l->heap = NEW_ARRAY(d->k->a, struct due, l->room);
    arena_init(&l->step, STEP_MEMORY);
    find_grids(l);
    plan_days(l, now, days, per_day);
    while (l->n && l->heap[0].at < now) {
        if (!db_write(d->k->db, live_some, l, &hooks, e))
            return false;
        db_checkpoint(d->k->db);
    }
    arena_reset(&l->step);
    (void)printf("%lld matters, %lld actions; the rules refused %lld more\n", (long long)l->opened,
                 (long long)l->acted, (long long)l->refused);
    return true;
}
