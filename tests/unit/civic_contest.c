/* A contest from the list of contestants to the final ranking: three secretaries, five judges. */
#include "civic/job.h"
#include "contest_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TEST_IN_DISTRICT(contest, who_takes_part_is_settled_while_it_is_a_draft)
{
    struct show c = drafted_show(t);

    show_fails(&c, "zhao", show_enter, STEP(.person = show_person(t, "s1")),
               "takes part in this contest already");
    show_fails(&c, "zhao", show_enter, STEP(.person = show_person(t, "s9")),
               "no post that may compete here");
    show_fails(&c, "zhao", show_enter, STEP(.person = show_person(t, "li")),
               "no post that may compete here");
    show_fails(&c, "zhao", show_enter, STEP(0), "who competes");
    show_fails(&c, "zhao", show_name_judge, STEP(.person = show_person(t, "s9")),
               "no post that may judge");
    show_fails(&c, "zhao", show_name_judge, STEP(.person = show_person(t, "j1")), "already");
    show_fails(&c, "zhao", show_name_judge, STEP(.person = 77), "Choose a person");
    show_fails(&c, "j1", show_enter, STEP(.person = show_person(t, "s1")), "held by somebody else");
    show_fails(&c, "zhao", show_on, STEP(.n = 1), "not at that point");
    show_goes(&c, "zhao", show_call, STEP(0));
    show_fails(&c, "zhao", show_enter, STEP(.person = show_person(t, "s1")),
               "settled with the notice");
    clean(t);
}

TEST_IN_DISTRICT(contest, a_judge_marks_who_is_on_and_may_change_it_until_it_is_closed)
{
    struct show c = opened_show(t);

    show_fails(&c, "j1", show_mark, STEP(.n = 1, .marks = "industry=19"), "not on yet");
    show_goes(&c, "zhao", show_on, STEP(.n = 1));
    show_fails(&c, "zhao", show_on, STEP(.n = 2), "Close the contestant who is on first");
    show_fails(&c, "j1", show_mark, STEP(.n = 1, .marks = "industry=20.01"), "from 0 to 20");
    show_fails(&c, "j1", show_mark, STEP(.n = 1, .marks = "industry=-1"), "from 0 to 20");
    show_fails(&c, "j1", show_mark, STEP(.n = 1, .marks = "industry=19.555"), "two decimals");
    show_fails(&c, "j1", show_mark, STEP(.n = 2, .marks = "industry=19"), "not on yet");
    show_fails(&c, "j1", show_mark, STEP(.n = 9, .marks = "industry=19"), "no such contestant");
    show_fails(&c, "zhao", show_mark, STEP(.n = 1, .marks = "industry=19"),
               "no judge of this contest");
    show_fails(&c, "s1", show_mark, STEP(.n = 1, .marks = "industry=19"),
               "no judge of this contest");
    show_fails(&c, "j5", show_mark, STEP(.n = 1, .marks = "industry=19"), "conflict of interest");
    show_gives(&c, "j1", 1, "18");
    show_gives(&c, "j1", 1, "19");
    show_gives(&c, "j1", 1, "19"); /* the same again is nothing new */
    show_gives(&c, "j2", 1, "18");
    show_gives(&c, "j3", 1, "17.5");
    show_fails(&c, "j4", show_recuse, STEP(.n = 1), "say why");
    show_goes(&c, "j4", show_recuse, STEP(.n = 1, .reason = "亲属"));
    show_fails(&c, "j4", show_mark, STEP(.n = 1, .marks = "industry=19"), "conflict of interest");
    show_fails(&c, "zhao", show_recuse,
               STEP(.n = 1, .judge_n = 7, .reason = "亲属", .as_clerk = true), "already");
    show_fails(&c, "zhao", show_recuse,
               STEP(.n = 1, .judge_n = 2, .reason = "亲属", .as_clerk = true), "no judge");
    show_fails(&c, "j1", show_shut, STEP(.n = 1), "held by somebody else");
    show_goes(&c, "zhao", show_shut, STEP(.n = 1));
    show_fails(&c, "j1", show_mark, STEP(.n = 1, .marks = "industry=20"), "are closed");
    show_fails(&c, "j1", show_recuse, STEP(.n = 1, .reason = "亲属"), "are closed");
    show_fails(&c, "zhao", show_shut, STEP(.n = 1), "are closed");
    show_fails(&c, "zhao", show_on, STEP(.n = 1), "closed already");
    cr_assert_eq(entrant_now(&c, 0).marks, 3);
    cr_assert_eq(entrant_now(&c, 0).points, 9083); /* (95 + 90 + 87.5) / 3 */
    clean(t);
}

TEST_IN_DISTRICT(contest, marks_become_ranks_and_too_few_become_none)
{
    struct show c = closed_show(t);
    struct gathering g;

    cr_assert_eq(entrant_now(&c, 0).points, 9083);
    cr_assert_eq(entrant_now(&c, 0).rank, 1);
    cr_assert_eq(entrant_now(&c, 1).points, -1);
    cr_assert_eq(entrant_now(&c, 1).rank, 0);
    cr_assert_eq(entrant_now(&c, 2).points, 8000);
    cr_assert_eq(entrant_now(&c, 2).rank, 2);
    cr_assert(entrant_now(&c, 2).marks == 5 && entrant_now(&c, 2).kept == 3);
    cr_assert(gathering_load(&t->k, c.id, &g, &t->e));
    cr_assert_eq(val_int(g.numbers, "contestants"), 3);
    show_fails(&c, "j1", show_mark, STEP(.n = 3, .marks = "industry=20"), "closed");
    clean(t);
}

/* The job of that name, as the writer runs it: until nothing is left. */
static bool time_passes(struct desk *k, void *arg, struct err *e)
{
    (void)arg;
    LIST_EACH (jobs, struct job, it) {
        if (strcmp((*it)->name, "contests_end") != 0)
            continue;
        cr_assert((*it)->at_boot, "what fell due while the server was off comes first");
        while ((*it)->run(k->db, k->d, k->a, k->now, e))
            ;
    }
    return e->kind == ERR_NONE;
}

/* At this minute; NULL: now. When it became final, or 0. */
static int64_t final_at(struct show *c, const char *when)
{
    if (when)
        cr_assert(when_parse(str_of(when), &c->t->k.now));
    as(c->t, NULL);
    cr_assert(writes(c->t, time_passes, NULL), "%s", c->t->e.text);
    return contest_state(&c->t->k, c->id).final_at;
}

static int64_t moment(const char *when)
{
    int64_t ms;

    cr_assert(when_parse(str_of(when), &ms));
    return ms;
}

STMT(finals, "SELECT count(*) FROM event WHERE kind = 'final'");

static const struct harm harms[] = {
    {"UPDATE entrant SET points = 9999 WHERE n = 2", "contestant 2 are not what the marks come to"},
    {"UPDATE entrant SET rank = 1", "are not what the marks come to"},
    {"UPDATE entrant SET rank = 1", "not the one that was published"},
    {"UPDATE entrant SET marks = 9", "are not what the marks come to"},
    {"UPDATE entrant SET state = 'withdrawn' WHERE n = 2", "what contestant 2 showed"},
    {"UPDATE entrant SET title = 'x' WHERE n = 3", "what contestant 3 showed"},
    {"DELETE FROM entrant WHERE n = 2", "1 of its contestants are gone"},
    {"INSERT INTO entrant (district, gathering_id, n, title) SELECT district, gathering_id, 4, 'x' "
     "FROM entrant WHERE n = 1",
     "contestant 4 was added"},
    {"UPDATE mark SET value = 2000 WHERE n = 3 AND judge_n = 5 AND item = 'talent'",
     "the mark for \"talent\" of place 3 by place 5 is not what"},
    {"UPDATE mark SET value = 2000 WHERE n = 3 AND judge_n = 5 AND item = 'talent'",
     "contestant 3 are not what the marks come to"},
    {"UPDATE mark SET at = at + 1", "is not what its event says"},
    {"DELETE FROM mark WHERE n = 1 AND judge_n = 4 AND item = 'culture'",
     "the mark for \"culture\" of place 1 by place 4 is gone"},
    {"UPDATE mark SET judge_n = 8 WHERE n = 1 AND judge_n = 4", "was added beside its events"},
    {"DELETE FROM recusal", "that place 8 does not mark place 1 is gone"},
    {"UPDATE recusal SET why = 'said'", "is not what its event says"},
    {"INSERT INTO recusal (district, gathering_id, n, judge_n, why, at) SELECT district, "
     "gathering_id, 3, 5, 'unit', at FROM recusal",
     "that place 5 does not mark place 3 was added"},
    {"UPDATE appeal SET reason = 'x'", "the appeal of contestant 3"},
    {"UPDATE appeal SET answer = 'x'", "the appeal of contestant 3"},
    {"DELETE FROM appeal", "1 of its appeals are gone"},
    {"UPDATE contest SET final_at = 0", "since when it is final"},
    {"UPDATE contest SET appeal_until = appeal_until - 1", "since when it is final"},
    {"UPDATE contest SET on_n = 1", "who is on"},
    {"UPDATE gathering SET numbers = '{\"contestants\":2}'", "how many competed"},
    {"UPDATE seat SET person_id = 7 WHERE n = 4", "place 4 is not of whoever was entered"},
    {"UPDATE seat SET part = 'contestant' WHERE n = 4", "place 4 is not of whoever was entered"},
};

TEST_IN_DISTRICT(contest, an_appeal_is_taken_once_in_time_and_corrects_what_was_wrong)
{
    struct show c = closed_show(t);

    show_fails(&c, "j1", show_appeal, STEP(.reason = "不服"), "Only contestants");
    show_fails(&c, "s3", show_appeal, STEP(0), "say why");
    show_goes(&c, "s3", show_appeal, STEP(.reason = "五号评委录错了分"));
    show_fails(&c, "s3", show_appeal, STEP(.reason = "再来"), "once is possible");
    cr_assert_eq(final_at(&c, NULL), 0, "appeals are still taken");
    show_fails(&c, "zhao", show_answer, STEP(.n = 3, .reason = "查实"),
               "answered by somebody else");
    show_fails(&c, "du", show_answer, STEP(.n = 1, .reason = "查实"), "no such appeal");
    show_fails(&c, "du", show_answer, STEP(.n = 3), "say why");
    show_fails(&c, "du", show_answer, STEP(.n = 3, .upheld = true, .reason = "查实"),
               "a mark is corrected");
    show_fails(&c, "du", show_answer,
               STEP(.n = 3, .upheld = true, .reason = "查实", .marks = "8_industry=21"),
               "from 0 to 20");
    cr_assert(when_parse(S("2026-03-07 00:00"), &t->k.now));
    show_fails(&c, "s1", show_appeal, STEP(.reason = "不服"), "it is too late now");
    cr_assert_eq(final_at(&c, "2026-03-08 00:00"), 0, "an appeal is open");
    show_goes(&c, "du", show_answer,
              STEP(.n = 3, .upheld = true, .reason = "录入错误",
                   .marks = "8_industry=20 8_talent=20 8_culture=20 8_ecology=20 8_organisation=20 "
                            "5_industry=20"));
    cr_assert_eq(entrant_now(&c, 2).points,
                 8833); /* 100, 100 → one of them and 80 go: (100+85+80)/3 */
    show_fails(&c, "du", show_answer, STEP(.n = 3, .reason = "查实"), "has been answered");
    cr_assert_eq(final_at(&c, "2026-03-09 10:00"), moment("2026-03-08 00:00"),
                 "final since the last appeal was answered");
    show_fails(&c, "s1", show_appeal, STEP(.reason = "不服"), "is final");
    show_fails(&c, "du", show_answer, STEP(.n = 3, .reason = "查实"), "is final");
    names_harm(t, harms, COUNT(harms));
}

TEST_IN_DISTRICT(contest, is_final_once_its_time_is_over_also_if_nobody_was_there_to_see)
{
    struct show c = closed_show(t);
    int64_t due = contest_state(&t->k, c.id).appeal_until;

    cr_assert_eq(final_at(&c, NULL), 0);
    t->k.now = due;
    cr_assert_eq(final_at(&c, NULL), 0, "the last moment belongs to those who appeal");
    cr_assert_eq(final_at(&c, "2026-04-20 07:30"), due, "the server was off for weeks");
    cr_assert_eq(final_at(&c, "2026-04-21 07:30"), due);
    cr_assert_eq(fixture_int(t->f, &finals), 1);
    clean(t);
}

TEST_IN_DISTRICT(contest, who_withdraws_is_ranked_no_more)
{
    struct show c = opened_show(t);

    show_fails(&c, "zhao", show_leave, STEP(.n = 1), "say why");
    for (int i = 1; i <= 3; i++)
        show_goes(&c, "zhao", show_leave, STEP(.n = i, .reason = "请假"));
    show_fails(&c, "zhao", show_leave, STEP(.n = 1, .reason = "请假"), "closed already");
    show_fails(&c, "zhao", show_on, STEP(.n = 1), "closed already");
    show_fails(&c, "zhao", show_close_it, STEP(0), "Nobody has competed");
    clean(t);
}

/* ---- matters that compete ------------------------------------------------- */

struct quarter {
    struct town *t;
    int64_t id;
};

static void put_texts(struct val *f, const char *const *names)
{
    for (; *names; names++)
        set_str(f, *names, S("见附件"));
}

/* A quarter's application, up to the review. */
static bool apply_for(struct desk *k, void *arg, struct err *e)
{
    static const char *const texts[] = {"politics_text", "together_text", "rules_text",
                                        "culture_text",  "smart_text",    NULL};
    struct quarter *q = arg;
    struct val *f = val_map(k->a), *handed = val_map(k->a), *photo = val_list(k->a);
    struct matter_receipt receipt;
    struct matter_new n = {.mechanism = S("quarter"),
                           .channel = S("office"),
                           .title = S("阳光小区"),
                           .body = S("创建情况"),
                           .unit_id = unit_id(q->t, "140214001001"),
                           .fields = f};
    struct matter_act act = {.kind = PROC_ACT, .action = S("hand_in"), .part = -1};

    set_int(f, "households", 420);
    put_texts(handed, texts);
    add_val(photo, (struct val){.kind = VAL_INT, .integer = 1});
    set_val(handed, S("photo_after"), *photo);
    if (!matter_open(k, &n, &receipt, e))
        return false;
    act.id = q->id = receipt.id;
    act.fields = handed;
    return matter_act(k, &act, e);
}

static bool accept_it(struct desk *k, void *arg, struct err *e)
{
    struct matter_act act = {.id = ((struct quarter *)arg)->id,
                             .kind = PROC_ACT,
                             .action = S("accept"),
                             .part = -1,
                             .fields = val_map(k->a)};

    return matter_act(k, &act, e);
}

static bool review(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct gathering_new n = {
        .kind = S("model_quarters_review"), .title = S("完美小区评审"), .place = S("礼堂")};

    cr_assert(when_parse(S("2026-03-04 09:00"), &n.starts_at));
    return gathering_prepare(k, &n, &s->g, e);
}

static bool enter_matter(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return contest_enter(k, s->id, &(struct entering){.matter_id = s->person}, e);
}

/* The review of one quarter by three judges who all give `each`. */
static struct matter reviewed(struct town *t, const char *each, struct show *show)
{
    struct show c = {.t = t};
    struct quarter q = {.t = t};
    struct turn s = {0};
    struct matter m;
    char marks[160];

    show_people(t);
    show_as(t, "s1");
    cr_assert(writes(t, apply_for, &q), "%s (%s)", t->e.text, t->e.field);
    show_as(t, "zhao");
    cr_assert(writes(t, accept_it, &q), "%s", t->e.text);
    show_as(t, "org");
    cr_assert(writes(t, review, &s), "%s", t->e.text);
    c.id = s.g.id;
    show_goes(&c, "org", enter_matter, STEP(.person = q.id));
    show_fails(&c, "org", enter_matter, STEP(.person = q.id), "already");
    for (int i = 0; i < 3; i++)
        show_goes(&c, "org", show_name_judge, STEP(.person = show_person(t, show_judges[i])));
    show_goes(&c, "org", show_call, STEP(0));
    cr_assert(when_parse(S("2026-03-04 09:00"), &t->k.now));
    show_goes(&c, "org", show_open_it, STEP(0));
    show_goes(&c, "org", show_on, STEP(.n = 1));
    (void)snprintf(marks, sizeof(marks), "leadership=%s together=%s lawful=%s culture=%s smart=%s",
                   each, each, each, each, each);
    for (int i = 0; i < 3; i++)
        show_goes(&c, show_judges[i], show_mark, STEP(.n = 1, .marks = marks));
    show_goes(&c, "org", show_shut, STEP(.n = 1));
    show_goes(&c, "org", show_close_it, STEP(0));
    load(t, q.id, &m);
    clean(t);
    if (show)
        *show = c;
    return m;
}

/* As if its pack let contestants appeal. */
static void with_appeals(struct town *t)
{
    const struct contest *c = pack_gathering(t->k.d->pack, S("model_quarters_review"))->contest;

    ((struct contest *)(uintptr_t)c)->appeal = (struct limit){2, LIMIT_WORKING_DAYS};
}

TEST_IN_DISTRICT(contest, a_matter_that_competed_hears_of_it_when_the_ranking_is_final_by_itself)
{
    struct show c;
    struct matter m;

    with_appeals(t);
    m = reviewed(t, "85", &c);
    cr_assert(!m.ended_at && str_eq(m.step, S("judged")), "%.*s", STR_ARG(m.step));
    cr_assert(final_at(&c, "2026-03-20 08:00") > 0);
    load(t, m.id, &m);
    cr_assert(str_eq(m.outcome, S("granted")), "%.*s", STR_ARG(m.step));
    cr_assert_eq(m.ended_at, contest_state(&t->k, c.id).final_at);
    clean(t);
}

TEST_IN_DISTRICT(contest, a_quarter_that_reaches_the_mark_is_granted_its_name)
{
    struct matter m = reviewed(t, "85", NULL);

    cr_assert(str_eq(m.outcome, S("granted")), "%.*s", STR_ARG(m.outcome));
}

TEST_IN_DISTRICT(contest, a_quarter_below_the_mark_goes_back_to_gather_evidence)
{
    struct matter m = reviewed(t, "79", NULL);

    cr_assert(!m.ended_at && str_eq(m.step, S("gathered")), "%.*s", STR_ARG(m.step));
}
