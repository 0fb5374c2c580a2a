/* What a gathering votes on: each way of voting, what is refused, and that a count can be proved.
 */
#include "motion_fixture.h"

#include "civic/list.h"

/* What the newest event of a matter says on its page. */
static struct str last_said(struct town *t, int64_t matter)
{
    struct matter *m = NEW(t->k.a, struct matter);
    struct val *list = val_list(t->k.a);
    const struct val *field;

    cr_assert(matter_load(&t->k, matter, m, &t->e), "%s", t->e.text);
    timeline_view(&t->k, m, false, list);
    field = &val_get(&list->first->val, S("fields"))->first->val;
    return str_format(t->k.a, "%.*s: %.*s", STR_ARG(val_text(field, "title")),
                      STR_ARG(val_text(field, "text")));
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
    cr_assert(str_eq(last_said(t, matter),
                     S("支部委员会会议: 应到人数 1　实到人数 1　赞成 1　反对 0　弃权 0　废票 0")),
              "%.*s", STR_ARG(last_said(t, matter)));
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
    cr_assert_eq(m.votes.should_attend, 4); /* the head of the village with them */
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
TEST_IN_DISTRICT(motion, one_vote_decides_two_steps_where_one_person_holds_both_posts)
{
    struct gathering g;
    struct try x, apart;
    int64_t matter, expected;

    village(t);
    matter = proposal(t);
    apart = (struct try){.kind = "two_committees", .matter = matter, .merged = true};
    goes(t, "shu", prepare, &apart);
    fails(t, "shu", bring, &apart, "does not decide that matter now");
    take_in(t, "people", "name,unit,role,known_in\nshu," VILLAGE ",head," BRANCH "\n");
    x = apart;
    goes(t, "shu", bring, &x);
    cr_assert(gathering_load(&t->k, x.gathering, &g, &t->e));
    expected = seats_expected(&t->k, &g);
    goes(t, "shu", call, &x);
    cr_assert(gathering_load(&t->k, x.gathering, &g, &t->e));
    cr_assert_eq(g.should_attend, expected, "whoever holds two posts was expected twice");
    t->k.now += 4 * DAY_MS;
    goes(t, "shu", begin, &x);
    x.seat = 1;
    goes(t, "shu", mark, &x);
    x.seat = 2;
    goes(t, "shu", mark, &x);
    x.word = "hands";
    goes(t, "shu", open_vote, &x);
    x.votes = (struct votes){.in_favour = 2};
    goes(t, "shu", decide_hands, &x);
    cr_assert(motion_now(t, &x).merged);
    step_is(t, matter, "reviewed");
    clean(t);
}

TEST_IN_DISTRICT(motion, who_stands_for_another_draws_two_slips)
{
    struct try x;

    households(t);
    x = meeting(t, "zu", "households_meeting", 0, 2);
    x.seat = 3;
    x.own = 1;
    goes(t, "zu", stand_for, &x);
    x.seat = x.own = 0;
    x.word = "ballot";
    goes(t, "zu", open_vote, &x);
    x.count = 4;
    fails(t, "zu", print, &x, "no more slips than people");
    x.count = 2;
    goes(t, "zu", print, &x);
    x.seat = 1;
    goes(t, "zu", drawn, &x);
    x.seat = 3;
    fails(t, "zu", drawn, &x, "Only who is present draws");
    x.seat = 2;
    fails(t, "zu", drawn, &x, "More would have drawn");
    x.count = 1;
    goes(t, "zu", print, &x);
    x.seat = 2;
    goes(t, "zu", drawn, &x);
    clean(t);
}

TEST_IN_DISTRICT(motion, counts_that_cannot_be_true_are_refused)
{
    struct try x;

    village(t);
    x = meeting(t, "zhang", "representatives_meeting", 0, 3);
    x.word = "paper";
    goes(t, "zhang", open_vote, &x);
    x.batch = (struct batch){.n = 1, .in_favour = -1};
    fails(t, "zhang", key, &x, "not negative");
    x.batch = (struct batch){.n = 0, .in_favour = 1};
    fails(t, "zhang", key, &x, "numbered from 1");
    for (x.batch.n = 1; x.batch.n <= 2; x.batch.n++) {
        x.batch.in_favour = 2;
        goes(t, "zhang", key, &x);
        goes(t, "one", key, &x);
    }
    fails(t, "zhang", decide, &x, "more votes than people");
    clean(t);
}
