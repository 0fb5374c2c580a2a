/* A contest from the list of contestants to the final ranking: three secretaries, five judges. */
#include "civic/contest.h"

#include "civic/import.h"
#include "civic/person.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char units_csv[] = "code,name,kind,parent\n"
                                "140214001002,三社区居委会,community,140214001\n"
                                "140214001003,四社区居委会,community,140214001\n";
static const char people_csv[] = "name,unit,role,phone\n"
                                 "s1,140214001001,secretary,\n"
                                 "s2,140214001002,secretary,\n"
                                 "s3,140214001003,secretary,\n"
                                 "s9,140214002001,secretary,\n" /* of another street */
                                 "j1,140214,judge,\n"
                                 "j2,140214-a,judge,\n"
                                 "j3,140214-b,judge,\n"
                                 "j4,140214001,judge,\n"
                                 "j5,140214002,judge,\n"
                                 "du,140214,supervisor,\n"
                                 "boss,140214,admin,\n"
                                 "org,140214,organiser,\n";

struct show { /* the contest that is tried */
    struct town *t;
    int64_t id, s[3], j[5]; /* seats */
};

struct turn { /* one thing that somebody tries */
    int64_t id, n, person, judge_n;
    const char *reason, *marks; /* "industry=19 talent=18.5" */
    bool upheld, as_clerk;
    struct gathering g;
};

static void take_in(struct town *t, const char *noun, const char *csv)
{
    struct import_job job = {.noun = str_of(noun), .bytes = str_of(csv)};
    struct import_report report;

    as(t, NULL);
    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.rejected, 0, "%s", noun);
    district_refresh(t->k.a, t->k.db, t->k.d);
}

static int64_t person(struct town *t, const char *who)
{
    static const char *const home[][2] = {
        {"s1", "140214001001"}, {"s2", "140214001002"}, {"s3", "140214001003"},
        {"s9", "140214002001"}, {"j1", "140214"},       {"j2", "140214-a"},
        {"j3", "140214-b"},     {"j4", "140214001"},    {"j5", "140214002"},
        {"du", "140214"},       {"boss", "140214"},     {"zhao", "140214001"},
        {"org", "140214"},      {"li", "140214001001"},
    };

    for (size_t i = 0; i < COUNT(home); i++) {
        if (strcmp(home[i][0], who) == 0)
            return person_find(&t->k, str_of(who), unit_id(t, home[i][1]));
    }
    cr_assert(false, "nobody is called %s", who);
    return 0;
}

static void act_as(struct town *t, const char *who)
{
    struct actor *actor = NEW(t->k.a, struct actor);

    actor_load(&t->k, person(t, who), actor);
    t->k.actor = actor;
}

static struct val *marks_of(struct desk *k, const char *text, const char *prefix)
{
    struct val *map = val_map(k->a);
    struct str rest = str_of(text ? text : "");

    while (rest.n) {
        struct str one, name;

        rest = str_cut(rest, ' ', &one);
        one = str_cut(one, '=', &name);
        set_val(map, str_format(k->a, "%s%.*s", prefix, STR_ARG(name)),
                (struct val){.kind = VAL_STR, .str = one});
    }
    return map;
}

static struct seat own_seat(struct desk *k, int64_t id)
{
    struct seat own = {0};
    struct err e = {0};

    cr_assert(contest_seat(k, id, S(""), &own, &e));
    return own;
}

static struct str text(const char *s)
{
    return s ? str_of(s) : S("");
}

static bool prepare(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct gathering_new n = {
        .kind = S("secretaries_contest"), .title = S("一季度擂台比武"), .place = S("礼堂")};

    cr_assert(when_parse(S("2026-03-04 09:00"), &n.starts_at));
    return gathering_prepare(k, &n, &s->g, e);
}

static bool enter(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return contest_enter(k, s->id,
                         &(struct entering){.person_id = s->person, .title = text(s->reason)}, e);
}

/* j5 works where s1 is secretary as well. */
static bool second_post(struct desk *k, void *arg, struct err *e)
{
    struct town *t = ((struct show *)arg)->t;

    struct post_new p = {
        .person = person(t, "j5"), .unit = unit_id(t, "140214001001"), .role = S("liaison")};

    return post_give(k, &p, NULL, e);
}

static bool name_judge(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return contest_name_judge(k, s->id, s->person, e);
}

static bool call(struct desk *k, void *arg, struct err *e)
{
    return gathering_call(k, ((struct turn *)arg)->id, 0, e);
}

static bool open_it(struct desk *k, void *arg, struct err *e)
{
    return gathering_open(k, ((struct turn *)arg)->id, 0, e);
}

static bool close_it(struct desk *k, void *arg, struct err *e)
{
    return gathering_close(k, ((struct turn *)arg)->id, 0, -1, val_map(k->a), e);
}

static bool on(struct desk *k, void *arg, struct err *e)
{
    return contest_on(k, ((struct turn *)arg)->id, ((struct turn *)arg)->n, e);
}

static bool shut(struct desk *k, void *arg, struct err *e)
{
    return contest_shut(k, ((struct turn *)arg)->id, ((struct turn *)arg)->n, e);
}

static bool leave(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return contest_withdraw(k, s->id, s->n, text(s->reason), e);
}

static bool mark(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct seat own = own_seat(k, s->id);

    return contest_mark(k, s->id, &own, s->n, marks_of(k, s->marks, "item_"), e);
}

static bool recuse(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct seat own = own_seat(k, s->id);
    struct recusal r = {s->judge_n, s->n, text(s->reason)};

    return contest_recuse(k, s->id, s->as_clerk ? NULL : &own, &r, e);
}

static bool appeal(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct seat own = own_seat(k, s->id);

    return contest_appeal(k, s->id, &own, text(s->reason), e);
}

static bool answer(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct appeal_answer a = {s->n, s->upheld, text(s->reason), marks_of(k, s->marks, "")};

    return contest_answer(k, s->id, &a, e);
}

static bool make_final(struct desk *k, void *arg, struct err *e)
{
    return contest_make_final(k, ((struct turn *)arg)->id, e);
}

typedef bool tried(struct desk *, void *, struct err *);

static void goes(struct show *c, const char *who, tried *run, struct turn s)
{
    s.id = c->id;
    act_as(c->t, who);
    cr_assert(writes(c->t, run, &s), "%s: %s", who, c->t->e.text);
}

/* Refused with words that hold these. */
static void fails(struct show *c, const char *who, tried *run, struct turn s, const char *words)
{
    s.id = c->id;
    act_as(c->t, who);
    cr_assert(!writes(c->t, run, &s), "was not refused: %s", words);
    cr_assert(strstr(c->t->e.text, words), "'%s' does not say '%s'", c->t->e.text, words);
}

#define STEP(...) ((struct turn){__VA_ARGS__})

static const char *const secretaries[] = {"s1", "s2", "s3"};
static const char *const judges[] = {"j1", "j2", "j3", "j4", "j5"};

/* A draft with three contestants (seats 1 to 3) and five judges (4 to 8). */
static struct show drafted(struct town *t)
{
    struct show c = {.t = t};
    struct turn s = {0};

    take_in(t, "units", units_csv);
    take_in(t, "people", people_csv);
    act_as(t, "boss");
    cr_assert(writes(t, second_post, &c), "%s", t->e.text);
    act_as(t, "zhao");
    cr_assert(writes(t, prepare, &s), "%s", t->e.text);
    c.id = s.g.id;
    for (int i = 0; i < 3; i++)
        goes(&c, "zhao", enter, STEP(.person = person(t, secretaries[i]), .reason = "我的一年"));
    for (int i = 0; i < 5; i++)
        goes(&c, "zhao", name_judge, STEP(.person = person(t, judges[i])));
    for (int i = 0; i < 5; i++)
        c.j[i] = 4 + i;
    for (int i = 0; i < 3; i++)
        c.s[i] = 1 + i;
    return c;
}

static struct show opened_show(struct town *t)
{
    struct show c = drafted(t);

    goes(&c, "zhao", call, STEP(0));
    cr_assert(when_parse(S("2026-03-04 09:00"), &t->k.now));
    goes(&c, "zhao", open_it, STEP(0));
    return c;
}

/* The same mark for all five items. */
static void gives(struct show *c, const char *who, int64_t n, const char *each)
{
    char marks[160];

    (void)snprintf(marks, sizeof(marks),
                   "industry=%s talent=%s culture=%s ecology=%s organisation=%s", each, each, each,
                   each, each);
    goes(c, who, mark, STEP(.n = n, .marks = marks));
}

static struct entrant now(struct show *c, int i)
{
    struct gathering g;
    struct err e = {0};
    int n;

    cr_assert(gathering_load(&c->t->k, c->id, &g, &e));
    return contest_entrants(&c->t->k, &g, &n)[i];
}

TEST_IN_DISTRICT(contest, who_takes_part_is_settled_while_it_is_a_draft)
{
    struct show c = drafted(t);

    fails(&c, "zhao", enter, STEP(.person = person(t, "s1")), "takes part in this contest already");
    fails(&c, "zhao", enter, STEP(.person = person(t, "s9")), "no post that may compete here");
    fails(&c, "zhao", enter, STEP(.person = person(t, "li")), "no post that may compete here");
    fails(&c, "zhao", enter, STEP(0), "who competes");
    fails(&c, "zhao", name_judge, STEP(.person = person(t, "s9")), "no post that may judge");
    fails(&c, "zhao", name_judge, STEP(.person = person(t, "j1")), "already");
    fails(&c, "zhao", name_judge, STEP(.person = 77), "Choose a person");
    fails(&c, "j1", enter, STEP(.person = person(t, "s1")), "held by somebody else");
    fails(&c, "zhao", on, STEP(.n = 1), "not at that point");
    goes(&c, "zhao", call, STEP(0));
    fails(&c, "zhao", enter, STEP(.person = person(t, "s1")), "settled with the notice");
    clean(t);
}

TEST_IN_DISTRICT(contest, a_judge_marks_who_is_on_and_may_change_it_until_it_is_closed)
{
    struct show c = opened_show(t);

    fails(&c, "j1", mark, STEP(.n = 1, .marks = "industry=19"), "not on yet");
    goes(&c, "zhao", on, STEP(.n = 1));
    fails(&c, "zhao", on, STEP(.n = 2), "Close the contestant who is on first");
    fails(&c, "j1", mark, STEP(.n = 1, .marks = "industry=20.01"), "from 0 to 20");
    fails(&c, "j1", mark, STEP(.n = 1, .marks = "industry=-1"), "from 0 to 20");
    fails(&c, "j1", mark, STEP(.n = 1, .marks = "industry=19.555"), "two decimals");
    fails(&c, "j1", mark, STEP(.n = 2, .marks = "industry=19"), "not on yet");
    fails(&c, "j1", mark, STEP(.n = 9, .marks = "industry=19"), "no such contestant");
    fails(&c, "zhao", mark, STEP(.n = 1, .marks = "industry=19"), "no judge of this contest");
    fails(&c, "s1", mark, STEP(.n = 1, .marks = "industry=19"), "no judge of this contest");
    fails(&c, "j5", mark, STEP(.n = 1, .marks = "industry=19"), "conflict of interest");
    gives(&c, "j1", 1, "18");
    gives(&c, "j1", 1, "19");
    gives(&c, "j1", 1, "19"); /* the same again is nothing new */
    gives(&c, "j2", 1, "18");
    gives(&c, "j3", 1, "17.5");
    fails(&c, "j4", recuse, STEP(.n = 1), "say why");
    goes(&c, "j4", recuse, STEP(.n = 1, .reason = "亲属"));
    fails(&c, "j4", mark, STEP(.n = 1, .marks = "industry=19"), "conflict of interest");
    fails(&c, "zhao", recuse, STEP(.n = 1, .judge_n = 7, .reason = "亲属", .as_clerk = true),
          "already");
    fails(&c, "zhao", recuse, STEP(.n = 1, .judge_n = 2, .reason = "亲属", .as_clerk = true),
          "no judge");
    fails(&c, "j1", shut, STEP(.n = 1), "held by somebody else");
    goes(&c, "zhao", shut, STEP(.n = 1));
    fails(&c, "j1", mark, STEP(.n = 1, .marks = "industry=20"), "are closed");
    fails(&c, "j1", recuse, STEP(.n = 1, .reason = "亲属"), "are closed");
    fails(&c, "zhao", shut, STEP(.n = 1), "are closed");
    fails(&c, "zhao", on, STEP(.n = 1), "closed already");
    cr_assert_eq(now(&c, 0).marks, 3);
    cr_assert_eq(now(&c, 0).points, 9083); /* (95 + 90 + 87.5) / 3 */
    clean(t);
}

/* s1: 90.83 of three; s2: too few; s3: five marks, two dropped: 80.00. */
static struct show closed_show(struct town *t)
{
    struct show c = opened_show(t);

    goes(&c, "zhao", on, STEP(.n = 1));
    gives(&c, "j1", 1, "19");
    gives(&c, "j2", 1, "18");
    gives(&c, "j3", 1, "17.5");
    goes(&c, "zhao", shut, STEP(.n = 1));
    goes(&c, "zhao", on, STEP(.n = 2));
    gives(&c, "j1", 2, "20");
    gives(&c, "j2", 2, "20");
    goes(&c, "j3", mark, STEP(.n = 2, .marks = "industry=20")); /* not all items: no mark */
    goes(&c, "zhao", shut, STEP(.n = 2));
    fails(&c, "zhao", close_it, STEP(0), "s3 is not closed yet");
    goes(&c, "zhao", on, STEP(.n = 3));
    gives(&c, "j1", 3, "20");
    gives(&c, "j2", 3, "15");
    gives(&c, "j3", 3, "16");
    gives(&c, "j4", 3, "17");
    gives(&c, "j5", 3, "2");
    goes(&c, "zhao", shut, STEP(.n = 3));
    goes(&c, "zhao", close_it, STEP(0));
    return c;
}

TEST_IN_DISTRICT(contest, marks_become_ranks_and_too_few_become_none)
{
    struct show c = closed_show(t);
    struct gathering g;

    cr_assert_eq(now(&c, 0).points, 9083);
    cr_assert_eq(now(&c, 0).rank, 1);
    cr_assert_eq(now(&c, 1).points, -1);
    cr_assert_eq(now(&c, 1).rank, 0);
    cr_assert_eq(now(&c, 2).points, 8000);
    cr_assert_eq(now(&c, 2).rank, 2);
    cr_assert(now(&c, 2).marks == 5 && now(&c, 2).kept == 3);
    cr_assert(gathering_load(&t->k, c.id, &g, &t->e));
    cr_assert_eq(val_int(g.numbers, "contestants"), 3);
    fails(&c, "j1", mark, STEP(.n = 3, .marks = "industry=20"), "closed");
    clean(t);
}

TEST_IN_DISTRICT(contest, an_appeal_is_taken_once_in_time_and_corrects_what_was_wrong)
{
    struct show c = closed_show(t);

    fails(&c, "j1", appeal, STEP(.reason = "不服"), "Only contestants");
    fails(&c, "s3", appeal, STEP(0), "say why");
    goes(&c, "s3", appeal, STEP(.reason = "五号评委录错了分"));
    fails(&c, "s3", appeal, STEP(.reason = "再来"), "once is possible");
    fails(&c, "zhao", make_final, STEP(0), "Appeals are taken until 2026-03-06 23:59");
    fails(&c, "zhao", answer, STEP(.n = 3, .reason = "查实"), "answered by somebody else");
    fails(&c, "du", answer, STEP(.n = 1, .reason = "查实"), "no such appeal");
    fails(&c, "du", answer, STEP(.n = 3), "say why");
    fails(&c, "du", answer, STEP(.n = 3, .upheld = true, .reason = "查实"), "a mark is corrected");
    fails(&c, "du", answer,
          STEP(.n = 3, .upheld = true, .reason = "查实", .marks = "8_industry=21"), "from 0 to 20");
    cr_assert(when_parse(S("2026-03-07 00:00"), &t->k.now));
    fails(&c, "s1", appeal, STEP(.reason = "不服"), "it is too late now");
    fails(&c, "zhao", make_final, STEP(0), "has not been answered");
    goes(&c, "du", answer,
         STEP(.n = 3, .upheld = true, .reason = "录入错误",
              .marks = "8_industry=20 8_talent=20 8_culture=20 8_ecology=20 8_organisation=20 "
                       "5_industry=20"));
    cr_assert_eq(now(&c, 2).points, 8833); /* 100, 100 → one of them and 80 go: (100+85+80)/3 */
    fails(&c, "du", answer, STEP(.n = 3, .reason = "查实"), "has been answered");
    fails(&c, "j1", make_final, STEP(0), "somebody else");
    goes(&c, "zhao", make_final, STEP(0));
    fails(&c, "zhao", make_final, STEP(0), "is final");
    fails(&c, "s1", appeal, STEP(.reason = "不服"), "is final");
    clean(t);
}

TEST_IN_DISTRICT(contest, who_withdraws_is_ranked_no_more)
{
    struct show c = opened_show(t);

    fails(&c, "zhao", leave, STEP(.n = 1), "say why");
    for (int i = 1; i <= 3; i++)
        goes(&c, "zhao", leave, STEP(.n = i, .reason = "请假"));
    fails(&c, "zhao", leave, STEP(.n = 1, .reason = "请假"), "closed already");
    fails(&c, "zhao", on, STEP(.n = 1), "closed already");
    fails(&c, "zhao", close_it, STEP(0), "Nobody has competed");
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

    return contest_enter(k, s->id,
                         &(struct entering){.matter_id = s->person, .name = S("阳光小区")}, e);
}

/* The review of one quarter by three judges who all give `each`. */
static struct matter reviewed(struct town *t, const char *each)
{
    struct show c = {.t = t};
    struct quarter q = {.t = t};
    struct turn s = {0};
    struct matter m;
    char marks[160];

    take_in(t, "units", units_csv);
    take_in(t, "people", people_csv);
    act_as(t, "s1");
    cr_assert(writes(t, apply_for, &q), "%s (%s)", t->e.text, t->e.field);
    act_as(t, "zhao");
    cr_assert(writes(t, accept_it, &q), "%s", t->e.text);
    act_as(t, "org");
    cr_assert(writes(t, review, &s), "%s", t->e.text);
    c.id = s.g.id;
    goes(&c, "org", enter_matter, STEP(.person = q.id));
    fails(&c, "org", enter_matter, STEP(.person = q.id), "already");
    for (int i = 0; i < 3; i++)
        goes(&c, "org", name_judge, STEP(.person = person(t, judges[i])));
    goes(&c, "org", call, STEP(0));
    cr_assert(when_parse(S("2026-03-04 09:00"), &t->k.now));
    goes(&c, "org", open_it, STEP(0));
    goes(&c, "org", on, STEP(.n = 1));
    (void)snprintf(marks, sizeof(marks), "leadership=%s together=%s lawful=%s culture=%s smart=%s",
                   each, each, each, each, each);
    for (int i = 0; i < 3; i++)
        goes(&c, judges[i], mark, STEP(.n = 1, .marks = marks));
    goes(&c, "org", shut, STEP(.n = 1));
    goes(&c, "org", close_it, STEP(0));
    load(t, q.id, &m);
    clean(t);
    return m;
}

TEST_IN_DISTRICT(contest, a_quarter_that_reaches_the_mark_is_granted_its_name)
{
    struct matter m = reviewed(t, "85");

    cr_assert(str_eq(m.outcome, S("granted")), "%.*s", STR_ARG(m.outcome));
}

TEST_IN_DISTRICT(contest, a_quarter_below_the_mark_goes_back_to_gather_evidence)
{
    struct matter m = reviewed(t, "79");

    cr_assert(!m.ended_at && str_eq(m.step, S("gathered")), "%.*s", STR_ARG(m.step));
}
