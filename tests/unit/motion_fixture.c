#include "motion_fixture.h"

struct motion_ref ref_of(const struct try *x)
{
    return (struct motion_ref){x->gathering, x->n ? x->n : 1, x->seen};
}

bool prepare(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;
    struct gathering_new n = {.kind = str_of(x->kind),
                              .title = S("讨论修路"),
                              .place = S("村部"),
                              .starts_at = k->now + 4 * DAY_MS};
    struct gathering g;
    bool ok = gathering_prepare(k, &n, &g, e);

    x->gathering = ok ? g.id : 0;
    return ok;
}

bool bring(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;

    return motion_bring(k, x->gathering, x->matter, x->merged, e);
}

bool put(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;

    return motion_put(k, x->gathering, x->seen, str_of(x->word), e);
}

bool call(struct desk *k, void *arg, struct err *e)
{
    return gathering_call(k, ((struct try *)arg)->gathering, 0, e);
}

bool begin(struct desk *k, void *arg, struct err *e)
{
    return gathering_open(k, ((struct try *)arg)->gathering, 0, e);
}

bool mark(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;
    struct seat_mark m = {.gathering = x->gathering,
                          .n = &x->seat,
                          .count = 1,
                          .state = S("present"),
                          .reason = S("")};

    return seat_mark(k, &m, e);
}

bool open_vote(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_open(k, &ref, str_of(((struct try *)arg)->word), e);
}

bool shut_vote(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_shut(k, &ref, e);
}

bool vote(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;
    struct motion_ref ref = ref_of(x);

    return motion_vote(k, &ref, x->seat, x->own, str_of(x->word), e);
}

bool key(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_key(k, &ref, &((struct try *)arg)->batch, e);
}

bool decide(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_decide(k, &ref, NULL, e);
}

bool decide_hands(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_decide(k, &ref, &((struct try *)arg)->votes, e);
}

bool print(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;
    struct motion_ref ref = ref_of(x);

    return ballot_print(k, &ref, x->count, x->slip, e);
}

bool drawn(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;
    struct motion_ref ref = ref_of(x);

    return ballot_drawn(k, &ref, &x->seat, 1, e);
}

bool cast(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;

    return ballot_cast(k, x->slip[x->count].code, str_of(x->word), e);
}

/* ---- who -------------------------------------------------------------- */

void as_one(struct town *t, const char *who)
{
    static const char *const homes[][2] = {{"shu", BRANCH}, {"zu", GROUP}, {"chair", ESTATE}};
    const char *code = VILLAGE;
    struct actor *actor = NEW(t->k.a, struct actor);

    *actor = (struct actor){.name = S(""), .csrf = S("")};
    t->k.actor = actor;
    for (size_t i = 0; who && i < COUNT(homes); i++)
        code = strcmp(who, homes[i][0]) == 0 ? homes[i][1] : code;
    if (who)
        actor_load(&t->k, person_find(&t->k, str_of(who), unit_id(t, code)), actor);
    cr_assert(!who || actor->person, "nobody is called %s", who);
}

void goes(struct town *t, const char *who, run_fn *run, struct try *x)
{
    as_one(t, who);
    cr_assert(writes(t, run, x), "%s", t->e.text);
}

void fails(struct town *t, const char *who, run_fn *run, struct try *x, const char *words)
{
    as_one(t, who);
    cr_assert(!writes(t, run, x), "was not refused: %s", words);
    cr_assert(strstr(t->e.text, words), "'%s' does not say '%s'", t->e.text, words);
}

void take_in(struct town *t, const char *noun, const char *csv)
{
    struct import_job job = {.noun = str_of(noun), .bytes = str_of(csv)};
    struct import_report report;

    t->e = (struct err){0};
    as(t, NULL);
    t->k = district_desk(t->k.d, t->k.db, t->k.a, t->k.now);
    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.rejected, 0, "%s are wrong", noun);
    district_refresh(t->k.a, t->k.db, t->k.d);
}

int64_t proposal(struct town *t)
{
    struct val *fields = val_map(t->k.a);
    struct matter_new n = {.mechanism = S("four_deliberations"),
                           .title = S("硬化村道"),
                           .body = S("三百米村道硬化，预算八万六"),
                           .channel = S("visit"),
                           .fields = fields,
                           .unit_id = unit_id(t, VILLAGE),
                           .without_report = true};
    struct matter_receipt receipt;

    set_str(fields, "origin", S("members"));
    as_one(t, "shu");
    cr_assert(opens(t, &n, &receipt), "%s (%s)", t->e.text, t->e.field);
    return receipt.id;
}

void step_is(struct town *t, int64_t matter, const char *step)
{
    struct matter m;

    load(t, matter, &m);
    cr_assert(str_eq(m.step, str_of(step)), "it is in %.*s, not %s", STR_ARG(m.step), step);
}

/* A meeting of that kind with `present` of its seats there; the vote is not opened. */
struct try meeting(struct town *t, const char *who, const char *kind, int64_t matter,
                   int64_t present)
{
    struct try x = {.kind = kind, .matter = matter, .word = "要不要修路"};

    goes(t, who, prepare, &x);
    goes(t, who, matter ? bring : put, &x);
    goes(t, who, call, &x);
    t->k.now += 4 * DAY_MS;
    goes(t, who, begin, &x);
    for (x.seat = 1; x.seat <= present; x.seat++)
        goes(t, who, mark, &x);
    x.seat = 0;
    return x;
}

struct motion motion_now(struct town *t, const struct try *x)
{
    struct motion m;
    struct err e = {0};

    cr_assert(motion_load(&t->k, x->gathering, x->n ? x->n : 1, &m, &e), "%s", e.text);
    return m;
}

bool stand_for(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;

    return seat_proxy(k, x->gathering, x->seat, x->own, e);
}

void village(struct town *t)
{
    take_in(t, "units", units_csv);
    take_in(t, "people", people_csv);
}
