/* Surveys at the door and tests against the clock: nothing is counted that was not answered in
 * time, by who has a seat. */
#include "civic/import.h"
#include "civic/paper.h"

#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct
try {
    const char *kind, *starts, *answer, *state, *request;
    int64_t id, n;
    struct val *answers, *differ;
    struct gathering g;
    struct seat seat;
    struct sheet sheet;
};

static void refresh(struct desk *k, struct try *t)
{
    struct err e = {0};

    cr_assert(gathering_load(k, t->id, &t->g, &e));
}

static bool call(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;
    struct gathering_new n = {.kind = str_of(t->kind), .title = S("测试"), .place = S("")};

    cr_assert(when_parse(str_of(t->starts), &n.starts_at));
    if (!gathering_prepare(k, &n, &t->g, e))
        return false;
    t->id = t->g.id;
    return gathering_call(k, t->id, 0, e);
}

static bool begin(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    refresh(k, t);
    return sheet_begin(k, &t->g, &t->seat, &t->sheet, e);
}

static bool answer(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    refresh(k, t);
    return sheet_answer(k, &t->g, &t->seat, t->n, str_of(t->answer), e);
}

static bool hand_in(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    refresh(k, t);
    return sheet_hand_in(k, &t->g, &t->seat, t->answers, &t->sheet, e);
}

static bool tick(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    ((struct try *)arg)->n = sheet_tick(k, 100);
    return true;
}

static bool close_it(struct desk *k, void *arg, struct err *e)
{
    return gathering_close(k, ((struct try *)arg)->id, 0, -1, val_map(k->a), e);
}

static bool key_in(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    refresh(k, t);
    t->differ = val_list(k->a);
    return sheet_key(k, &t->g, &t->seat, t->answers, t->differ, e);
}

static bool ask(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;
    struct asked what = {.state = str_of(t->state),
                         .way = k->actor->person ? S("door") : S("self"),
                         .request = str_of(t->request),
                         .answers = t->answers};

    refresh(k, t);
    return sheet_ask(k, &t->g, &t->seat, &what, e);
}

static void at(struct town *t, const char *when)
{
    cr_assert(when_parse(str_of(when), &t->k.now));
}

static void take_in(struct town *t, const char *noun, struct str csv, int64_t rejected)
{
    struct import_job job = {.noun = str_of(noun), .bytes = csv};
    struct import_report report;
    const struct actor *was = t->k.actor;

    t->e = (struct err){0};
    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, 0).actor;
    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.rejected, rejected);
    t->k.actor = was;
}

/* B is right everywhere, and AC, and wrong; number i is worth 1 mark. */
static void bank(struct town *t)
{
    struct buf b = {.arena = t->k.a};

    buf_put(&b, S("bank,kind,text,a,b,c,answer\n"));
    for (int i = 0; i < 30; i++)
        buf_put(&b, str_format(t->k.a, "应知应会,single,单选第%d题,甲,乙,丙,B\n", i));
    for (int i = 0; i < 8; i++)
        buf_put(&b, str_format(t->k.a, "应知应会,multi,多选第%d题,甲,乙,丙,C A\n", i));
    for (int i = 0; i < 8; i++)
        buf_put(&b, str_format(t->k.a, "应知应会,judge,判断第%d题,,,,wrong\n", i));
    take_in(t, "questions", buf_str(&b), 0);
}

static void seat_of(struct town *t, struct try *x, const char *name)
{
    for (int64_t n = 1; seat_load(&t->k, x->id, n, &x->seat, &t->e); n++) {
        if (str_eq(x->seat.name, str_of(name)))
            return;
    }
    cr_assert(false, "%s has no seat", name);
}

Test(paper, the_draw_is_a_function_of_seed_and_bank_and_each_seat_has_its_order)
{
    static const struct question list[] = {
        {.id = 1, .text = {"一", 3}, .options = {"a\nb", 3}, .kind = ASK_SINGLE},
        {.id = 2, .text = {"二", 3}, .options = {"a\nb", 3}, .kind = ASK_SINGLE},
        {.id = 3, .text = {"三", 3}, .options = {"", 0}, .kind = ASK_JUDGE},
        {.id = 4, .text = {"四", 3}, .options = {"a\nb", 3}, .kind = ASK_SINGLE},
    };
    static const int draw[PAPER_KINDS] = {3, 0, 1, 0, 0};
    unsigned char seed[32] = {1, 2, 3};
    const struct question *out[4];
    struct arena a;
    int order[5], others[5], sum = 0;

    arena_init(&a, 1 << 20);
    cr_assert_eq(paper_lots(&a, seed, list, 4, draw, out), 4);
    /* As anybody computes it: in Python blake2b("draw\nsingle\n一\na\nb", key=seed,
     * digest_size=32). */
    cr_assert_eq(out[0]->id, 1);
    cr_assert_eq(out[1]->id, 4);
    cr_assert_eq(out[2]->id, 2);
    cr_assert_eq(out[3]->id, 3, "kinds in their order");
    paper_order(seed, 1, 5, order);
    paper_order(seed, 2, 5, others);
    for (int i = 0; i < 5; i++)
        sum += order[i];
    cr_assert_eq(sum, 15, "each question once");
    cr_assert(memcmp(order, others, sizeof(order)) != 0);
    arena_reset(&a);
}

static const struct harm test_harms[] = {
    {"UPDATE sheet SET mark = mark + 1 WHERE mark > 0", "was told"},
    {"UPDATE sheet SET answers = '{\"1\":\"B\"}'", "are not those that were sent"},
    {"UPDATE sheet SET handed_at = handed_at + 1", "began or handed in"},
    {"UPDATE sheet SET due_at = due_at + 60000", "began or handed in"},
    {"UPDATE sheet SET state = 'begun'", "was asked is not"},
    {"UPDATE sheet SET id = id + 1", "was added beside its events"},
    {"DELETE FROM sheet WHERE mark > 1", "of \"sat\", and counted again"},
    {"UPDATE gathering SET numbers = '{\"sat\":2,\"passed\":2}'", "of \"passed\""},
    {"UPDATE paper SET seed = hash", "the seed of its paper"},
    {"UPDATE paper SET full_mark = 31", "the full mark"},
    {"UPDATE paper SET bank = 'x'", "that its seed draws"},
    {"DELETE FROM paper", "the paper that was drawn is gone"},
    {"UPDATE paper_question SET question_id = (SELECT min(q.id) FROM question q WHERE NOT EXISTS "
     "(SELECT 1 FROM paper_question p WHERE p.question_id = q.id)) WHERE n = 1",
     "that its seed draws"},
    {"DELETE FROM paper_question WHERE n = 30", "that its seed draws"},
    {"UPDATE question SET answer = 'A'", "a question is not as it was written"},
    {"UPDATE question SET answer = 'A'", "its answers are worth"},
    {"UPDATE question SET mark = 2", "the full mark"},
    {"UPDATE question SET to_at = 1", "until when a question holds"},
};

TEST_IN_DISTRICT(paper, a_test_is_sat_once_marked_at_once_and_ended_by_its_clock)
{
    struct try x = {.kind = "knowledge_test", .starts = "2026-03-03 09:00"};
    struct paper_drawn p;

    as(t, "zhao");
    cr_assert_not(writes(t, call, &x), "an empty bank has nothing to draw");
    cr_assert_eq(t->e.kind, ERR_CONFLICT);
    bank(t);
    cr_assert(writes(t, call, &x), "%s", t->e.text);
    refresh(&t->k, &x);
    cr_assert_eq(x.g.should_attend, 2);
    cr_assert(paper_load(&t->k, x.id, &p, &t->e));
    cr_assert_eq(p.n, 30);
    cr_assert_eq(p.full_mark, 30);

    seat_of(t, &x, "li");
    cr_assert_not(writes(t, begin, &x), "before the beginning");
    cr_assert_eq(t->e.kind, ERR_CONFLICT);
    at(t, "2026-03-03 09:10");
    x.n = 1, x.answer = "B";
    cr_assert_not(writes(t, answer, &x), "before it was opened");
    cr_assert(writes(t, begin, &x), "%s", t->e.text);
    cr_assert_eq(x.sheet.due_at, t->k.now + 60 * MINUTE_MS);
    for (x.n = 1; x.n <= 20; x.n++)
        cr_assert(writes(t, answer, &x), "%s", t->e.text);
    x.n = 20, x.answer = "A";
    cr_assert(writes(t, answer, &x), "another answer takes its place");
    x.n = 1, x.answer = "D";
    cr_assert_not(writes(t, answer, &x), "there is no D");
    cr_assert_eq(t->e.kind, ERR_INVALID);
    x.n = 31, x.answer = "B";
    cr_assert_not(writes(t, answer, &x), "there is no question 31");
    x.n = 21, x.answer = "a c";
    cr_assert(writes(t, answer, &x));
    x.n = 22, x.answer = "A";
    cr_assert(writes(t, answer, &x), "half of what is right is no mark");
    cr_assert(writes(t, begin, &x), "opening it again is no new beginning");

    /* The other one opens it as well, and the server is off when both end. */
    seat_of(t, &x, "wang");
    at(t, "2026-03-03 09:30");
    cr_assert(writes(t, begin, &x));
    x.answers = val_map(t->k.a);
    set_str(x.answers, "26", S("wrong"));
    cr_assert(writes(t, hand_in, &x), "%s", t->e.text);
    cr_assert_eq(x.sheet.mark, 1);
    cr_assert_not(writes(t, begin, &x), "nobody sits it twice");
    at(t, "2026-03-03 15:00");
    seat_of(t, &x, "li");
    x.n = 23, x.answer = "B";
    cr_assert_not(writes(t, answer, &x), "after its end");
    cr_assert(writes(t, tick, &x));
    cr_assert_eq(x.n, 1);
    cr_assert(sheet_find(&t->k, x.id, x.seat.n, &x.sheet));
    cr_assert_eq(x.sheet.handed_at, x.sheet.begun_at + 60 * MINUTE_MS, "at its exact end");
    cr_assert_eq(x.sheet.mark, 20, "19 of single choice and one of several");

    as(t, "zhao");
    cr_assert(writes(t, close_it, &x), "%s", t->e.text);
    refresh(&t->k, &x);
    cr_assert_eq(val_int(x.g.numbers, "sat"), 2);
    cr_assert_eq(val_int(x.g.numbers, "passed"), 1);
    names_harm(t, test_harms, COUNT(test_harms));
}

TEST_IN_DISTRICT(paper, what_is_open_at_the_close_is_handed_in_then)
{
    struct try x = {.kind = "knowledge_test", .starts = "2026-03-03 09:00"};

    as(t, "zhao");
    bank(t);
    cr_assert(writes(t, call, &x), "%s", t->e.text);
    seat_of(t, &x, "wang");
    at(t, "2026-03-03 09:30");
    cr_assert(writes(t, begin, &x));
    x.n = 1, x.answer = "B";
    cr_assert(writes(t, answer, &x));
    at(t, "2026-03-03 09:40");
    cr_assert(writes(t, close_it, &x), "%s", t->e.text);
    cr_assert(sheet_find(&t->k, x.id, x.seat.n, &x.sheet));
    cr_assert_eq(x.sheet.handed_at, t->k.now);
    cr_assert_eq(x.sheet.mark, 1);
    x.n = 2;
    cr_assert_not(writes(t, answer, &x), "after the close");
    seat_of(t, &x, "li");
    cr_assert_not(writes(t, begin, &x), "after the close");
    clean(t);
}

TEST_IN_DISTRICT(paper, a_paper_sheet_is_keyed_in_by_who_holds_the_test_and_by_nobody_else)
{
    struct try x = {.kind = "knowledge_test", .starts = "2026-03-03 09:00"};

    as(t, "zhao");
    bank(t);
    cr_assert(writes(t, call, &x), "%s", t->e.text);
    seat_of(t, &x, "wang");
    x.answers = val_map(t->k.a);
    set_str(x.answers, "1", S("b"));
    cr_assert_not(writes(t, key_in, &x), "before the beginning");
    at(t, "2026-03-03 14:00");
    as(t, "wang");
    cr_assert_not(writes(t, key_in, &x));
    cr_assert_eq(t->e.kind, ERR_DENIED);
    as(t, "zhao");
    cr_assert(writes(t, key_in, &x), "%s", t->e.text);
    cr_assert(sheet_find(&t->k, x.id, x.seat.n, &x.sheet));
    cr_assert_eq(x.sheet.mark, 1);
    cr_assert(str_eq(x.sheet.way, S("paper")));
    cr_assert_not(writes(t, key_in, &x), "once");
    clean(t);
}

static struct val *yes(struct town *t, const char *pile, const char *wish)
{
    struct val *v = val_map(t->k.a);

    set_str(v, "has_car", S("no"));
    set_str(v, "need_pile", str_of(pile));
    set_str(v, "wish", str_of(wish));
    return v;
}

static const struct harm survey_harms[] = {
    {"UPDATE sheet SET state = 'refused'", "was asked is not"},
    {"UPDATE sheet SET visits = visits + 1", "was asked is not"},
    {"UPDATE sheet SET answers = '{\"need_pile\":\"no\"}'", "are not those that were sent"},
    {"UPDATE gathering SET numbers = '{\"asked\":3,\"refused\":1}'", "of \"asked\""},
    {"UPDATE gathering SET numbers = '{\"asked\":2,\"refused\":0}'", "of \"refused\""},
    {"DELETE FROM sheet WHERE state = 'refused'", "of \"refused\""},
};

TEST_IN_DISTRICT(paper, every_household_is_asked_and_coverage_and_counts_say_what_was_said)
{
    struct try x = {.kind = "household_survey",
                    .starts = "2026-03-03 09:00",
                    .state = "asked",
                    .request = "r1"};
    struct val *list = val_list(t->k.a), *counts = val_list(t->k.a);
    struct paper_counts of = {.building = S(""), .least = 2};

    take_in(
        t, "rolls",
        S("unit,building,label,name,phone\n140214001001,1栋,101,张三,\n140214001001,1栋,102,,\n140214001001,2栋,101,,\n"),
        0);
    as(t, "li");
    cr_assert(writes(t, call, &x), "%s", t->e.text);
    refresh(&t->k, &x);
    cr_assert_eq(x.g.should_attend, 3);
    seat_of(t, &x, "1栋101");
    as(t, "wang");
    x.answers = yes(t, "yes", "装在车棚");
    cr_assert_not(writes(t, ask, &x), "before it begins");
    at(t, "2026-03-03 09:10");
    as(t, "far");
    cr_assert_not(writes(t, ask, &x), "a grid worker of elsewhere");
    cr_assert_eq(t->e.kind, ERR_DENIED);
    as(t, "wang");
    x.answers = yes(t, "perhaps", "");
    cr_assert_not(writes(t, ask, &x), "not what is offered");
    cr_assert_eq(t->e.kind, ERR_INVALID);
    x.state = "away", x.answers = NULL;
    cr_assert(writes(t, ask, &x), "%s", t->e.text);
    cr_assert(writes(t, ask, &x), "sent again");
    x.state = "asked", x.request = "r2", x.answers = yes(t, "yes", "装在车棚");
    cr_assert(writes(t, ask, &x), "%s", t->e.text);
    cr_assert(sheet_find(&t->k, x.id, x.seat.n, &x.sheet));
    cr_assert_eq(x.sheet.visits, 2, "the same request is one visit");
    seat_of(t, &x, "1栋102");
    as(t, NULL);
    x.request = "r3", x.answers = yes(t, "no", "");
    cr_assert(writes(t, ask, &x), "%s", t->e.text);
    as(t, "wang");
    x.request = "r4";
    cr_assert_not(writes(t, ask, &x), "they have answered themselves");
    seat_of(t, &x, "2栋101");
    x.state = "refused", x.request = "r5", x.answers = NULL;
    cr_assert(writes(t, ask, &x), "%s", t->e.text);

    of.row = paper_rows(&t->k, &x.g, &of.n);
    paper_coverage(&t->k, of.row, of.n, list);
    cr_assert_eq(val_int(&list->first->val, "percent"), 100);
    cr_assert_eq(val_int(&list->last->val, "asked"), 2);
    cr_assert_eq(val_int(&list->last->val, "percent"), 66);
    paper_count(&t->k, x.g.def->paper, &of, counts);
    cr_assert_eq(val_int(&counts->first->next->val, "n"), 2);
    cr_assert_eq(val_int(&val_get(&counts->first->next->val, S("of"))->first->val, "n"), 1);
    counts = val_list(t->k.a);
    of.building = S("2栋");
    paper_count(&t->k, x.g.def->paper, &of, counts);
    cr_assert(val_get(&counts->first->val, S("few"))->boolean, "too few to be told");
    as(t, "li");
    cr_assert(writes(t, close_it, &x), "%s", t->e.text);
    refresh(&t->k, &x);
    cr_assert_eq(val_int(x.g.numbers, "asked"), 2);
    names_harm(t, survey_harms, COUNT(survey_harms));
}
