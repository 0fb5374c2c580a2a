/* What a gathering votes on: each way of voting, what is refused, and that a count can be proved.
 */
#include "civic/ballot.h"
#include "civic/import.h"
#include "civic/person.h"
#include "civic/seat.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define VILLAGE "140214001201"
#define BRANCH  "140214001201-b"
#define GROUP   "140214001201-z"
#define ESTATE  "140214001-q"

static const char units_csv[] = "code,name,kind,parent\n" VILLAGE ",东村,village,140214001\n" BRANCH
                                ",东村党支部,party_branch," VILLAGE "\n";
static const char people_csv[] = "name,unit,role\n"
                                 "shu," BRANCH ",secretary\n"
                                 "zhang," VILLAGE ",head\n"
                                 "one," VILLAGE ",representative\n"
                                 "two," VILLAGE ",representative\n"
                                 "three," VILLAGE ",representative\n";

/* A group of four households, one of them twice as big as another; an estate of three owners. */
static const char group_csv[] = "code,name,kind,parent\n" GROUP ",第一组,village_group," VILLAGE
                                "\n" ESTATE ",东苑,estate,140214001001\n";
static const char keepers_csv[] =
    "name,unit,role\nzu," GROUP ",group_head\nchair," ESTATE ",owners_chair\n";
static const char rolls_csv[] = "roll,unit,label,name,area,people\n"
                                "households," GROUP ",1号,赵大,,3\n"
                                "households," GROUP ",2号,钱二,,4\n"
                                "households," GROUP ",3号,孙三,,2\n"
                                "households," GROUP ",4号,李四,,5\n"
                                "households," ESTATE ",1栋101,周一,50.5,3\n"
                                "households," ESTATE ",1栋102,吴二,50.5,3\n"
                                "households," ESTATE ",1栋103,郑三,240,3\n";

struct
try {
    int64_t gathering, matter, n, seat, own, seen, count;
    const char *kind, *word; /* a method, a choice, a code, a text */
    bool merged;
    struct votes votes;
    struct batch batch;
    struct slip slip[10];
};

typedef bool run_fn(struct desk *k, void *arg, struct err *e);

static struct motion_ref ref_of(const struct try *x)
{
    return (struct motion_ref){x->gathering, x->n ? x->n : 1, x->seen};
}

static bool prepare(struct desk *k, void *arg, struct err *e)
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

static bool bring(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;

    return motion_bring(k, x->gathering, x->matter, x->merged, e);
}

static bool put(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;

    return motion_put(k, x->gathering, x->seen, str_of(x->word), e);
}

static bool call(struct desk *k, void *arg, struct err *e)
{
    return gathering_call(k, ((struct try *)arg)->gathering, 0, e);
}

static bool begin(struct desk *k, void *arg, struct err *e)
{
    return gathering_open(k, ((struct try *)arg)->gathering, 0, e);
}

static bool mark(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;
    struct seat_mark m = {.gathering = x->gathering,
                          .n = &x->seat,
                          .count = 1,
                          .state = S("present"),
                          .reason = S("")};

    return seat_mark(k, &m, e);
}

static bool open_vote(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_open(k, &ref, str_of(((struct try *)arg)->word), e);
}

static bool shut_vote(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_shut(k, &ref, e);
}

static bool vote(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;
    struct motion_ref ref = ref_of(x);

    return motion_vote(k, &ref, x->seat, x->own, str_of(x->word), e);
}

static bool key(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_key(k, &ref, &((struct try *)arg)->batch, e);
}

static bool decide(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_decide(k, &ref, NULL, e);
}

static bool decide_hands(struct desk *k, void *arg, struct err *e)
{
    struct motion_ref ref = ref_of(arg);

    return motion_decide(k, &ref, &((struct try *)arg)->votes, e);
}

static bool print(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;
    struct motion_ref ref = ref_of(x);

    return ballot_print(k, &ref, x->count, x->slip, e);
}

static bool drawn(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;
    struct motion_ref ref = ref_of(x);

    return ballot_drawn(k, &ref, &x->seat, 1, e);
}

static bool cast(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;

    return ballot_cast(k, x->slip[x->count].code, str_of(x->word), e);
}

/* ---- who -------------------------------------------------------------- */

static void as_one(struct town *t, const char *who)
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

static void goes(struct town *t, const char *who, run_fn *run, struct try *x)
{
    as_one(t, who);
    cr_assert(writes(t, run, x), "%s", t->e.text);
}

static void fails(struct town *t, const char *who, run_fn *run, struct try *x, const char *words)
{
    as_one(t, who);
    cr_assert(!writes(t, run, x), "was not refused: %s", words);
    cr_assert(strstr(t->e.text, words), "'%s' does not say '%s'", t->e.text, words);
}

static void take_in(struct town *t, const char *noun, const char *csv)
{
    struct import_job job = {.noun = str_of(noun), .bytes = str_of(csv)};
    struct import_report report;

    as(t, NULL);
    t->k = district_desk(t->k.d, t->k.db, t->k.a, t->k.now);
    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.rejected, 0, "%s are wrong", noun);
    district_refresh(t->k.a, t->k.db, t->k.d);
}

static int64_t proposal(struct town *t)
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

static void step_is(struct town *t, int64_t matter, const char *step)
{
    struct matter m;

    load(t, matter, &m);
    cr_assert(str_eq(m.step, str_of(step)), "it is in %.*s, not %s", STR_ARG(m.step), step);
}

/* A meeting of that kind with `present` of its seats there; the vote is not opened. */
static struct try meeting(struct town *t, const char *who, const char *kind, int64_t matter,
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

static struct motion motion_now(struct town *t, const struct try *x)
{
    struct motion m;
    struct err e = {0};

    cr_assert(motion_load(&t->k, x->gathering, x->n ? x->n : 1, &m, &e), "%s", e.text);
    return m;
}

static bool stand_for(struct desk *k, void *arg, struct err *e)
{
    struct try *x = arg;

    return seat_proxy(k, x->gathering, x->seat, x->own, e);
}

static void village(struct town *t)
{
    take_in(t, "units", units_csv);
    take_in(t, "people", people_csv);
}

/* ---- the tests -------------------------------------------------------- */

TEST_IN_DISTRICT(motion, hands_are_counted_and_the_matter_moves_on_with_the_counts)
{
    int64_t matter;
    struct try x, other;

    village(t);
    matter = proposal(t);
    cr_assert(!acts(t, "zhao", matter, "carried", -1, "present=1 should_attend=1 in_favour=1"));
    as_one(t, "shu");
    {
        struct matter_act act = {.id = matter,
                                 .kind = PROC_ACT,
                                 .action = S("carried"),
                                 .part = -1,
                                 .fields = val_map(t->k.a)};
        cr_assert(!matter_act(&t->k, &act, &t->e));
        cr_assert(strstr(t->e.text, "A gathering decides this"), "%s", t->e.text);
    }
    x = meeting(t, "shu", "branch_committee", matter, 1);
    other = (struct try){.kind = "branch_committee", .matter = matter};
    goes(t, "shu", prepare, &other);
    fails(t, "shu", bring, &other, "lies before a gathering already");
    x.word = "shouting";
    fails(t, "shu", open_vote, &x, "does not vote in that way");
    x.word = "hands";
    fails(t, "zhang", open_vote, &x, "held by somebody else");
    goes(t, "shu", open_vote, &x);
    goes(t, "shu", shut_vote, &x);
    goes(t, "shu", open_vote, &x);
    fails(t, "shu", open_vote, &x, "has begun already");
    fails(t, "shu", decide, &x, "count who is in favour");
    x.votes = (struct votes){.in_favour = -1};
    fails(t, "shu", decide_hands, &x, "not negative");
    x.votes = (struct votes){.in_favour = 2};
    fails(t, "shu", decide_hands, &x, "more votes than people");
    x.votes = (struct votes){.in_favour = 1};
    x.seen = 1;
    fails(t, "shu", decide_hands, &x, "faster");
    x.seen = 0;
    goes(t, "shu", decide_hands, &x);
    step_is(t, matter, "discussed");
    fails(t, "shu", decide_hands, &x, "voted on and decided");
    clean(t);
}

TEST_IN_DISTRICT(motion, without_quorum_nothing_is_decided_and_the_step_stays)
{
    struct try x;
    struct motion m;

    village(t);
    x = meeting(t, "zhang", "representatives_meeting", 0, 1);
    x.word = "roll";
    goes(t, "zhang", open_vote, &x);
    x.word = "favour";
    x.seat = 1;
    goes(t, "zhang", vote, &x);
    fails(t, "zhang", vote, &x, "has voted already");
    x.seat = 2;
    fails(t, "zhang", vote, &x, "present or represented");
    x.seat = 0;
    fails(t, "shu", vote, &x, "not on the roll");
    fails(t, "shu", decide, &x, "held by somebody else");
    goes(t, "zhang", decide, &x);
    m = motion_now(t, &x);
    cr_assert(str_eq(m.outcome, S("no_quorum")));
    cr_assert_eq(m.votes.should_attend, 3);
    fails(t, "one", vote, &x, "voted on and decided");
    clean(t);
}

TEST_IN_DISTRICT(motion, a_roll_is_voted_once_a_seat_and_only_for_oneself)
{
    struct try x;

    village(t);
    x = meeting(t, "zhang", "representatives_meeting", 0, 3);
    x.word = "favour";
    fails(t, "one", vote, &x, "not been opened");
    x.word = "roll";
    goes(t, "zhang", open_vote, &x);
    x.word = "perhaps";
    fails(t, "one", vote, &x, "in favour, against or abstain");
    x.word = "favour";
    goes(t, "one", vote, &x);
    fails(t, "one", vote, &x, "has voted already");
    x.seat = 2;
    x.own = 1;
    fails(t, NULL, vote, &x, "for yourself and for whom you stand");
    x.own = 2;
    goes(t, NULL, vote, &x);
    fails(t, "zhang", shut_vote, &x, "must be counted");
    goes(t, "zhang", decide, &x);
    cr_assert(str_eq(motion_now(t, &x).outcome, S("carried")));
    cr_assert_eq(motion_now(t, &x).votes.in_favour, 2);
    clean(t);
    cr_assert(db_script(t->k.db, "UPDATE vote SET choice = 'against'", &t->e));
    {
        struct val *found = val_list(t->k.a);

        motions_verify(&t->k, found);
        cr_assert(found->first, "changed votes are seen");
    }
}

TEST_IN_DISTRICT(motion, a_slip_votes_once_and_stands_in_the_public_list)
{
    struct try x;
    struct motion m;
    struct ballot b;
    struct val *rows = val_list(t->k.a);

    village(t);
    x = meeting(t, "zhang", "representatives_meeting", 0, 3);
    x.word = "ballot";
    goes(t, "zhang", open_vote, &x);
    x.count = 4;
    fails(t, "zhang", print, &x, "no more slips than people");
    x.count = 0;
    fails(t, "zhang", print, &x, "how many slips");
    x.count = 3;
    goes(t, "zhang", print, &x);
    x.seat = 1;
    goes(t, "zhang", drawn, &x);
    fails(t, "zhang", drawn, &x, "drawn its slip already");
    x.word = "favour";
    for (x.count = 0; x.count < 2; x.count++)
        goes(t, NULL, cast, &x);
    x.count = 1;
    x.word = "against";
    fails(t, NULL, cast, &x, "used already");
    x.count = 2;
    x.word = "maybe";
    fails(t, NULL, cast, &x, "in favour, against or abstain");
    x.word = "against";
    goes(t, NULL, cast, &x);
    m = motion_now(t, &x);
    ballot_list(&t->k, &m, rows);
    cr_assert(!rows->first, "nothing is told before the count");
    goes(t, "zhang", decide, &x);
    m = motion_now(t, &x);
    cr_assert_eq(m.votes.in_favour, 2);
    cr_assert_eq(m.votes.against, 1);
    cr_assert(str_eq(m.outcome, S("carried")));
    ballot_list(&t->k, &m, rows);
    cr_assert(ballot_by_code(&t->k, x.slip[0].code, &b, &t->e));
    cr_assert(str_eq(b.number, x.slip[0].number) && str_eq(b.choice, S("favour")));
    cr_assert(val_text(&rows->first->val, "number").n == 6);
    fails(t, NULL, cast, &x, "voted on and decided");
    clean(t);
    cr_assert(db_script(t->k.db, "UPDATE ballot SET choice = 'favour'", &t->e));
    rows = val_list(t->k.a);
    motions_verify(&t->k, rows);
    cr_assert(rows->first, "changed ballots are seen");
}

TEST_IN_DISTRICT(motion, paper_is_keyed_by_two_people_who_must_agree)
{
    struct try x;
    struct motion m;

    village(t);
    x = meeting(t, "zhang", "representatives_meeting", 0, 3);
    x.word = "paper";
    goes(t, "zhang", open_vote, &x);
    x.batch = (struct batch){.n = 1, .in_favour = 4};
    fails(t, "zhang", key, &x, "more votes than people");
    x.batch = (struct batch){.n = 1, .in_favour = 2, .invalid = 1};
    goes(t, "zhang", key, &x);
    fails(t, "zhang", decide, &x, "not alike yet");
    x.batch = (struct batch){.n = 1, .in_favour = 2, .against = 1};
    goes(t, "one", key, &x);
    fails(t, "two", key, &x, "Two people have keyed");
    fails(t, "shu", key, &x, "on its roll");
    fails(t, "zhang", decide, &x, "not alike yet");
    goes(t, "zhang", key, &x);
    goes(t, "zhang", decide, &x);
    m = motion_now(t, &x);
    cr_assert_eq(m.votes.against, 1);
    cr_assert(str_eq(m.outcome, S("carried")));
    fails(t, "one", key, &x, "voted on and decided");
    clean(t);
}

/* ---- electorates of households, proxies, area -------------------------- */

static void households(struct town *t)
{
    village(t);
    take_in(t, "units", group_csv);
    take_in(t, "people", keepers_csv);
    take_in(t, "rolls", rolls_csv);
}

static int64_t opened_by(struct town *t, const char *who, const char *mechanism, const char *at)
{
    struct val *fields = val_map(t->k.a);
    struct matter_new n = {.mechanism = str_of(mechanism),
                           .title = S("鱼塘续包"),
                           .body = S("三年，每年两万"),
                           .channel = S("visit"),
                           .fields = fields,
                           .unit_id = unit_id(t, at),
                           .without_report = true};
    struct matter_receipt receipt;

    as_one(t, who);
    cr_assert(opens(t, &n, &receipt), "%s (%s)", t->e.text, t->e.field);
    return receipt.id;
}

static void votes_of(struct town *t, const char *clerk, struct try *x, const char *choices)
{
    x->own = 0;
    for (x->seat = 1; choices[x->seat - 1]; x->seat++) {
        char c = choices[x->seat - 1];

        x->word = c == 'f' ? "favour" : c == 'a' ? "against" : "abstain";
        if (c != '-')
            goes(t, clerk, vote, x);
    }
    x->seat = 0;
}

TEST_IN_DISTRICT(motion, households_of_a_roll_vote_and_one_stands_for_another)
{
    struct try x;
    struct motion m;

    households(t);
    x = meeting(t, "zu", "households_meeting", 0, 2);
    x.seat = 3;
    x.own = 3;
    fails(t, "zu", stand_for, &x, "stand for themselves");
    x.own = 1;
    fails(t, NULL, stand_for, &x, "clerk or the person");
    goes(t, "zu", stand_for, &x);
    x.seat = 4;
    fails(t, "zu", stand_for, &x, "stand for 1 others only");
    x.own = 3;
    fails(t, "zu", stand_for, &x, "represented cannot stand");
    x.seat = x.own = 0;
    x.word = "roll";
    goes(t, "zu", open_vote, &x);
    x.word = "favour";
    x.seat = 3;
    x.own = 2;
    fails(t, NULL, vote, &x, "whom you stand for");
    x.own = 1;
    goes(t, NULL, vote, &x);
    fails(t, NULL, vote, &x, "has voted already");
    fails(t, "zu", vote, &x, "has voted already");
    x.seat = 1;
    goes(t, NULL, vote, &x);
    x.seat = 4;
    x.own = 0;
    fails(t, "zu", vote, &x, "present or represented");
    x.seat = 5;
    fails(t, "zu", vote, &x, "no such place on the roll");
    x.seat = 0;
    goes(t, "zu", decide, &x);
    m = motion_now(t, &x);
    cr_assert_eq(m.votes.should_attend, 4);
    cr_assert_eq(m.votes.present, 3); /* two, and one through another */
    cr_assert_eq(m.votes.in_favour, 2);
    cr_assert(str_eq(m.outcome, S("carried")));
    x.seat = 2;
    fails(t, "zu", vote, &x, "voted on and decided");
    clean(t);
}

TEST_IN_DISTRICT(motion, a_majority_of_owners_without_the_majority_of_area_is_lost)
{
    struct try x;
    struct motion m;
    int64_t matter;

    households(t);
    matter = opened_by(t, "chair", "owners_decide", ESTATE);
    x = (struct try){.kind = "owners_meeting", .matter = matter};
    t->k.now += 1;
    as_one(t, "chair");
    {
        struct gathering_new n = {.kind = S("owners_meeting"),
                                  .title = S("业主大会"),
                                  .place = S("东苑"),
                                  .starts_at = t->k.now + 16 * DAY_MS};
        struct gathering g;

        cr_assert(gathering_prepare(&t->k, &n, &g, &t->e), "%s", t->e.text);
        x.gathering = g.id;
    }
    goes(t, "chair", bring, &x);
    goes(t, "chair", call, &x);
    t->k.now += 16 * DAY_MS;
    goes(t, "chair", begin, &x);
    for (x.seat = 1; x.seat <= 3; x.seat++)
        goes(t, "chair", mark, &x);
    x.seat = 0;
    x.word = "hands";
    fails(t, "chair", open_vote, &x, "does not vote in that way");
    x.word = "roll";
    goes(t, "chair", open_vote, &x);
    votes_of(t, "chair", &x, "ffa");
    goes(t, "chair", decide, &x);
    m = motion_now(t, &x);
    cr_assert_eq(m.votes.in_favour, 2);
    cr_assert_eq(m.votes.area_should, 34100);
    cr_assert_eq(m.votes.area_in_favour, 10100);
    cr_assert(str_eq(m.outcome, S("lost")));
    clean(t);
}
