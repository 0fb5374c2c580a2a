/* What can be given, so many of it: kept, taken by matters and given back, on both databases. */
#include "civic/resource.h"
#include "civic/roll.h"
#include "civic_fixture.h"

#include <string.h>

STMT(
    test_held_notices,
    "SELECT count(*), max(at) FROM notice WHERE district = $1 AND kind = $2 AND matter_id = $3 AND "
    "person_id = $4 AND unit_id = $5");

static void must(struct town *t, bool ok)
{
    cr_assert(ok, "%s (field %s)", t->e.text, t->e.field ? t->e.field : "-");
}

static void refused(struct town *t, bool ok, enum err_kind kind, const char *words)
{
    cr_assert(!ok, "it was done, and should have been refused: %s", words);
    cr_expect(t->e.kind == kind && strstr(t->e.text, words), "%s", t->e.text);
}

/* ---- people --------------------------------------------------------------- */

static bool run_recognise(struct desk *k, void *arg, struct err *e)
{
    const struct roll_new *n = arg;
    bool added;

    return roll_add(k, n, NULL, &added, e);
}

/* Somebody of the first street who is recognised as talent of that tier. */
static int64_t talent(struct town *t, const char *name, const char *tier)
{
    int64_t id = somebody(t, name, "rider", "140214-e");
    struct roll_new n = {.roll = S("talent_card"),
                         .kind = str_of(tier),
                         .unit = unit_by_id(t->k.d->units, unit_id(t, "140214001")),
                         .person = id};

    as_somebody(t, somebody(t, "认定", "organiser", "140214001"));
    must(t, writes(t, run_recognise, &n));
    return id;
}

/* ---- resources -------------------------------------------------------------- */

struct trial {
    struct resource_new n;
    struct resource_act act;
    struct resource r;
    bool (*does)(struct desk *k, const struct resource_act *act, struct err *e);
};

static bool run_add(struct desk *k, void *arg, struct err *e)
{
    struct trial *x = arg;

    return resource_add(k, &x->n, &x->r, e);
}

static bool run_act(struct desk *k, void *arg, struct err *e)
{
    struct trial *x = arg;

    return x->does(k, &x->act, e);
}

static bool adds(struct town *t, struct trial *x, const char *kind, int64_t capacity)
{
    x->n = (struct resource_new){
        .kind = str_of(kind), .title = S("幸福人才公寓"), .capacity = capacity};
    if (!writes(t, run_add, x))
        return false;
    x->act = (struct resource_act){.id = x->r.id, .title = x->r.title, .capacity = capacity};
    return true;
}

static bool does(struct town *t, struct trial *x,
                 bool (*act)(struct desk *k, const struct resource_act *act, struct err *e))
{
    x->does = act;
    return writes(t, run_act, x);
}

static int64_t free_of(struct town *t, int64_t id)
{
    struct resource r;
    struct err e = {0};

    cr_assert(resource_load(&t->k, id, &r, &e), "%s", e.text);
    return r.capacity - r.taken;
}

static int64_t kept(struct town *t, const char *kind, int64_t capacity)
{
    struct trial x = {0};

    as_somebody(t, somebody(t, "管理", "organiser", "140214"));
    must(t, adds(t, &x, kind, capacity));
    return x.r.id;
}

/* ---- matters ---------------------------------------------------------------- */

static bool applies(struct town *t, int64_t who, int64_t resource, int64_t *id)
{
    struct val *fields = val_map(t->k.a);
    struct matter_new n = {.mechanism = S("talent_benefit"),
                           .channel = S("office"),
                           .body = S("刚到本地工作"),
                           .unit_id = unit_id(t, "140214001"),
                           .without_report = true,
                           .fields = fields};
    struct matter_receipt out = {0};

    set_int(fields, "benefit", resource);
    as_somebody(t, who);
    if (!opens(t, &n, &out))
        return false;
    *id = out.id;
    return true;
}

static int64_t applied(struct town *t, int64_t who, int64_t resource)
{
    int64_t id = 0;

    must(t, applies(t, who, resource, &id));
    return id;
}

static bool run_matter(struct desk *k, void *arg, struct err *e)
{
    return matter_act(k, arg, e);
}

static struct matter_act grants(struct town *t, int64_t matter)
{
    struct val *fields = val_map(t->k.a);

    set_str(fields, "answer_text", S("已批准"));
    return (struct matter_act){
        .id = matter, .kind = PROC_ACT, .action = S("grant"), .part = -1, .fields = fields};
}

static bool granted(struct town *t, int64_t by, int64_t matter)
{
    struct matter_act act = grants(t, matter);

    as_somebody(t, by);
    return writes(t, run_matter, &act);
}

struct effect_on {
    int64_t matter;
    struct proc_effects effects;
};

static bool run_effects(struct desk *k, void *arg, struct err *e)
{
    struct effect_on *x = arg;
    struct matter m;

    return matter_load(k, x->matter, &m, e) && resources_carry_out(k, &m, &x->effects, e);
}

/* What follows from an action that takes or gives back. */
static bool follows(struct town *t, int64_t matter, enum effect_kind kind, int64_t resource)
{
    struct effect_on x = {.matter = matter, .effects = {.n = 1}};

    x.effects.effect[0] = (struct proc_effect){.kind = kind, .resource = resource};
    return writes(t, run_effects, &x);
}

static bool run_tick(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    *(int64_t *)arg = resources_tick(k);
    return true;
}

static int64_t ended_by_time(struct town *t)
{
    int64_t n = 0;

    must(t, writes(t, run_tick, &n));
    return n;
}

static const char *until_of(struct town *t, int64_t matter)
{
    struct val *list = val_list(t->k.a);

    matter_holds(&t->k, matter, list);
    cr_assert(list->first, "nothing is held");
    return str_copy(t->k.a, val_text(&list->first->val, "until")).p;
}

/* ---- keeping ---------------------------------------------------------------- */

TEST_IN_DISTRICT(resource, how_many_there_are_is_bounded_from_both_sides)
{
    static const int64_t impossible[] = {0, -1, INT64_MIN, RESOURCE_MOST + 1, INT64_MAX};
    struct trial x = {0};

    as_somebody(t, somebody(t, "组织", "organiser", "140214001"));
    for (size_t i = 0; i < COUNT(impossible); i++) {
        refused(t, adds(t, &x, "talent_flat", impossible[i]), ERR_INVALID, "of it");
        cr_expect_str_eq(t->e.field, "capacity");
    }
    must(t, adds(t, &x, "talent_flat", 2));
    for (size_t i = 0; i < COUNT(impossible); i++) {
        x.act.capacity = impossible[i];
        refused(t, does(t, &x, resource_change), ERR_INVALID, "of it");
    }
    x.act.capacity = RESOURCE_MOST;
    must(t, does(t, &x, resource_change));
    cr_expect_eq(free_of(t, x.r.id), RESOURCE_MOST);
    clean(t);
}

TEST_IN_DISTRICT(resource, it_cannot_become_fewer_than_are_held)
{
    struct trial x = {0};
    int64_t one = talent(t, "王博士", "a"), two = talent(t, "李博士", "b");
    int64_t zu = somebody(t, "组织", "organiser", "140214001");

    as_somebody(t, zu);
    must(t, adds(t, &x, "talent_flat", 3));
    must(t, granted(t, zu, applied(t, one, x.r.id)));
    must(t, granted(t, zu, applied(t, two, x.r.id)));
    as_somebody(t, zu);
    x.act.capacity = 1;
    refused(t, does(t, &x, resource_change), ERR_INVALID, "2 of it are held now");
    x.act.capacity = 2;
    must(t, does(t, &x, resource_change));
    cr_expect_eq(free_of(t, x.r.id), 0);
    clean(t);
}

TEST_IN_DISTRICT(resource, only_its_keeper_adds_changes_and_ends_it)
{
    struct trial x = {0};
    int64_t zu = somebody(t, "组织", "organiser", "140214001");
    int64_t other = somebody(t, "邻街", "organiser", "140214002");

    as(t, "zhao");
    refused(t, adds(t, &x, "talent_flat", 3), ERR_DENIED, "do not allow you to keep");
    as_somebody(t, zu);
    refused(t, adds(t, &x, "castle", 3), ERR_INVALID, "no kind of resource");
    must(t, adds(t, &x, "talent_flat", 3));
    as_somebody(t, other);
    refused(t, does(t, &x, resource_change), ERR_DENIED, "not yours");
    refused(t, does(t, &x, resource_end), ERR_DENIED, "not yours");
    as_somebody(t, zu);
    refused(t, does(t, &x, resource_end), ERR_INVALID, "say why");
    x.act.title = S(" ");
    refused(t, does(t, &x, resource_change), ERR_INVALID, "say what it is");
    x.act.reason = S("楼栋拆除");
    x.act.seen = x.r.head.seq + 1;
    refused(t, does(t, &x, resource_end), ERR_CONFLICT, "faster");
    x.act.seen = x.r.head.seq;
    must(t, does(t, &x, resource_end));
    x.act.seen = 0;
    refused(t, does(t, &x, resource_end), ERR_CONFLICT, "not given any more");
    x.act.title = S("又来");
    refused(t, does(t, &x, resource_change), ERR_CONFLICT, "not given any more");
    clean(t);
}

/* ---- giving ----------------------------------------------------------------- */

TEST_IN_DISTRICT(resource, who_may_have_it_is_said_where_somebody_else_asks)
{
    int64_t flat = kept(t, "talent_flat", 3), card = kept(t, "talent_pass", 3), id = 0;
    int64_t e = talent(t, "工匠", "e"), nobody = somebody(t, "路人", "talent", "140214001");

    refused(t, applies(t, e, flat, &id), ERR_DENIED, "only for: A 类 / B 类 / C 类 / D 类");
    refused(t, applies(t, nobody, card, &id), ERR_DENIED, "on the roll 人才认定名册");
    refused(t, applies(t, e, 4711, &id), ERR_INVALID, "what is offered");
    must(t, applies(t, e, card, &id));
    clean(t);
}

TEST_IN_DISTRICT(resource, one_that_has_ended_is_not_given)
{
    struct trial x = {0};
    int64_t zu = somebody(t, "组织", "organiser", "140214001"), wang = talent(t, "王博士", "a");
    int64_t before, id = 0;

    as_somebody(t, zu);
    must(t, adds(t, &x, "talent_flat", 3));
    before = applied(t, wang, x.r.id);
    as_somebody(t, zu);
    x.act.reason = S("楼栋拆除");
    must(t, does(t, &x, resource_end));
    refused(t, applies(t, wang, x.r.id, &id), ERR_CONFLICT, "not given any more");
    refused(t, granted(t, zu, before), ERR_CONFLICT, "not given any more");
    clean(t);
}

TEST_IN_DISTRICT(resource, none_is_given_beyond_the_last_and_the_matter_stays_where_it_was)
{
    int64_t flat = kept(t, "talent_flat", 1), zu = somebody(t, "组织", "organiser", "140214001");
    int64_t first = applied(t, talent(t, "王博士", "a"), flat);
    int64_t second = applied(t, talent(t, "李博士", "b"), flat);
    struct matter m;

    must(t, granted(t, zu, first));
    refused(t, granted(t, zu, second), ERR_CONFLICT, "None of it is left: all 1");
    load(t, second, &m);
    cr_expect(str_eq(m.step, S("review")) && m.head.seq == 1);
    load(t, first, &m);
    cr_expect(str_eq(m.outcome, S("granted")));
    cr_expect_str_eq(until_of(t, first), "2029-03-02");
    clean(t);
}

TEST_IN_DISTRICT(resource, what_is_given_back_can_be_taken_again)
{
    int64_t job = kept(t, "talent_pass", 1);
    int64_t one = applied(t, talent(t, "王博士", "a"), job);
    int64_t two = applied(t, talent(t, "李博士", "b"), job);

    must(t, follows(t, one, EFFECT_TAKE, job));
    refused(t, follows(t, one, EFFECT_TAKE, job), ERR_CONFLICT, "None of it is left");
    refused(t, follows(t, two, EFFECT_TAKE, job), ERR_CONFLICT, "None of it is left");
    must(t, follows(t, one, EFFECT_GIVE_BACK, 0));
    must(t, follows(t, one, EFFECT_GIVE_BACK, 0)); /* holds nothing: nothing follows */
    cr_expect_eq(free_of(t, job), 1);
    must(t, follows(t, two, EFFECT_TAKE, job));
    must(t, follows(t, two, EFFECT_GIVE_BACK, 0));
    must(t, follows(t, two, EFFECT_TAKE, job));
    cr_expect_eq(free_of(t, job), 0);
    clean(t);
}

TEST_IN_DISTRICT(resource, a_matter_holds_one_of_each_at_most)
{
    int64_t job = kept(t, "talent_pass", 2), one = applied(t, talent(t, "王博士", "a"), job);

    must(t, follows(t, one, EFFECT_TAKE, job));
    refused(t, follows(t, one, EFFECT_TAKE, job), ERR_CONFLICT, "holds one of it already");
    clean(t);
}

TEST_IN_DISTRICT(resource, the_keeper_takes_it_back_with_a_reason)
{
    struct trial x = {0};
    int64_t zu = somebody(t, "组织", "organiser", "140214001"), id;

    as_somebody(t, zu);
    must(t, adds(t, &x, "talent_flat", 1));
    id = applied(t, talent(t, "王博士", "a"), x.r.id);
    must(t, granted(t, zu, id));
    as_somebody(t, zu);
    x.act.matter_id = id;
    refused(t, does(t, &x, resource_take_back), ERR_INVALID, "say why");
    x.act.reason = S("已调离本区");
    must(t, does(t, &x, resource_take_back));
    cr_expect_eq(free_of(t, x.r.id), 1);
    refused(t, does(t, &x, resource_take_back), ERR_CONFLICT, "holds none of it");
    clean(t);
}

TEST_IN_DISTRICT(resource, it_is_free_again_when_its_time_has_run_once)
{
    int64_t flat = kept(t, "talent_flat", 1), zu = somebody(t, "组织", "organiser", "140214001");
    int64_t id = applied(t, talent(t, "王博士", "a"), flat), from = t->k.now, until;

    must(t, granted(t, zu, id));
    until = stretch_end(from, (struct stretch){3, STRETCH_YEARS});
    t->k.now = until - 1;
    cr_expect_eq(ended_by_time(t), 0);
    t->k.now = until + 500 * DAY_MS; /* the program stood still */
    cr_expect_eq(ended_by_time(t), 1);
    cr_expect_eq(ended_by_time(t), 0);
    cr_expect_eq(free_of(t, flat), 1);
    cr_expect_str_eq(until_of(t, id), "2029-03-02");
    clean(t);
}

static bool run_tell(struct desk *k, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    while (resources_tick(k) + resources_tell(k) > 0)
        ;
    return true;
}

struct held_by {
    int64_t matter, person, unit;
};

/* The job runs at a moment; then who holds it and who keeps it have been told so often. */
static void told(struct town *t, int64_t now, const struct held_by *h, int soon, int over)
{
    static const char *const kinds[] = {"held_soon", "held_over"};
    const int times[] = {soon, over};

    t->k.now = now;
    must(t, writes(t, run_tell, NULL));
    for (int i = 0; i < 2; i++) {
        for (int of = 0; of < 2; of++) {
            struct rows r = db_query(t->k.db, t->k.a, test_held_notices, ARG(t->k.d->code),
                                     ARG(str_of(kinds[i])), ARG(h->matter), ARG(of ? 0 : h->person),
                                     ARG(of ? h->unit : 0));

            cr_assert(rows_next(&r));
            cr_expect_eq(row_int(&r, 0), times[i], "%s, %s: %lld", kinds[i],
                         of ? "who keeps it" : "who holds it", (long long)row_int(&r, 0));
            rows_end(&r);
        }
    }
}

TEST_IN_DISTRICT(resource, who_holds_what_runs_out_and_who_keeps_it_are_told_before_and_after)
{
    int64_t flat = kept(t, "talent_flat", 2), zu = somebody(t, "组织", "organiser", "140214001");
    struct held_by wang = {.person = talent(t, "王博士", "a"), .unit = unit_id(t, "140214")};
    struct held_by li = {.person = talent(t, "李博士", "b"), .unit = unit_id(t, "140214")};
    int64_t until;

    wang.matter = applied(t, wang.person, flat);
    must(t, granted(t, zu, wang.matter));
    until = stretch_end(t->k.now, (struct stretch){3, STRETCH_YEARS});
    told(t, until - 30 * DAY_MS - 1, &wang, 0, 0);
    told(t, until - 30 * DAY_MS, &wang, 1, 0);
    told(t, until - 30 * DAY_MS, &wang, 1, 0);
    told(t, until - 1, &wang, 1, 0);
    told(t, until, &wang, 1, 1);
    told(t, until + DAY_MS, &wang, 1, 1);
    /* Begun while the program stood still: told late, but told, and still once. */
    li.matter = applied(t, li.person, flat);
    must(t, granted(t, zu, li.matter));
    until = stretch_end(t->k.now, (struct stretch){3, STRETCH_YEARS});
    told(t, until - 2 * DAY_MS, &li, 1, 0);
    told(t, until + 90 * DAY_MS, &li, 1, 1);
    told(t, until + 91 * DAY_MS, &li, 1, 1);
    clean(t);
}

TEST_IN_DISTRICT(resource, what_ran_out_while_the_program_stood_still_is_not_about_to)
{
    int64_t flat = kept(t, "talent_flat", 1), zu = somebody(t, "组织", "organiser", "140214001");
    struct held_by wang = {.person = talent(t, "王博士", "a"), .unit = unit_id(t, "140214")};

    wang.matter = applied(t, wang.person, flat);
    must(t, granted(t, zu, wang.matter));
    told(t, stretch_end(t->k.now, (struct stretch){4, STRETCH_YEARS}), &wang, 0, 1);
    clean(t);
}

TEST_IN_DISTRICT(resource, what_holds_for_a_short_while_is_told_of_half_way)
{
    const struct resource_kind def = {.remind_days = 30};

    cr_expect_eq(resource_tell_at(&def, 0, 0), 0);
    cr_expect_eq(resource_tell_at(&def, DAY_MS, 11 * DAY_MS), 6 * DAY_MS);
    cr_expect_eq(resource_tell_at(&def, DAY_MS, 61 * DAY_MS), 31 * DAY_MS);
    cr_expect_eq(resource_tell_at(&def, DAY_MS, 91 * DAY_MS), 61 * DAY_MS);
    (void)t;
}

/* ---- two at once ------------------------------------------------------------ */

TEST_IN_DISTRICT(resource, of_two_who_grant_the_last_at_once_one_does)
{
    int64_t flat = kept(t, "talent_flat", 1), zu = somebody(t, "组织", "organiser", "140214001");
    int64_t matter[2] = {applied(t, talent(t, "王博士", "a"), flat),
                         applied(t, talent(t, "李博士", "b"), flat)};
    struct rival *d = NEW_ARRAY(t->k.a, struct rival, 2);
    struct matter_act act[2];

    as_somebody(t, zu);
    for (unsigned i = 0; i < 2; i++) {
        town_beside(t, i + 1, &d[i].of);
        act[i] = grants(t, matter[i]);
        d[i].run = run_matter;
        d[i].arg = &act[i];
    }
    rivals_write(d);
    for (int i = 0; i < 2; i++) {
        cr_expect(d[i].done || d[i].of.t.e.kind == ERR_CONFLICT, "%s", d[i].of.t.e.text);
        arena_reset(&d[i].of.memory);
    }
    cr_expect_eq(free_of(t, flat), 0);
    clean(t);
}

/* ---- verify ----------------------------------------------------------------- */

TEST_IN_DISTRICT(resource, verify_names_what_was_changed_beside_the_program)
{
    static const struct harm harm[] = {
        {"UPDATE resource SET capacity = capacity + 1", "a resource is not what"},
        {"UPDATE resource SET taken = 0", "a resource is not what"},
        {"UPDATE resource SET title = 'x'", "a resource is not what"},
        {"UPDATE resource SET fields = '{\"address\":\"x\"}'", "a resource is not what"},
        {"UPDATE resource SET ended_at = 7", "a resource is not what"},
        {"UPDATE allotment SET until_at = 7", "who holds a resource"},
        {"UPDATE allotment SET ended_at = 7", "who holds a resource"},
        {"DELETE FROM allotment", "who holds a resource"},
        {"DELETE FROM event WHERE noun = 'resource'", "ledger does not know of"},
    };
    int64_t flat = kept(t, "talent_flat", 2), zu = somebody(t, "组织", "organiser", "140214001");

    must(t, granted(t, zu, applied(t, talent(t, "王博士", "a"), flat)));
    names_harm(t, harm, COUNT(harm));
}
