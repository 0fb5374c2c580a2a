#include "contest_fixture.h"

#include "civic/import.h"
#include "civic/person.h"

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

static void show_take_in(struct town *t, const char *noun, const char *csv)
{
    struct import_job job = {.noun = str_of(noun), .bytes = str_of(csv)};
    struct import_report report;

    as(t, NULL);
    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.rejected, 0, "%s", noun);
    district_refresh(t->k.a, t->k.db, t->k.d);
}

void show_people(struct town *t)
{
    show_take_in(t, "units", units_csv);
    show_take_in(t, "people", people_csv);
}

int64_t show_person(struct town *t, const char *who)
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

void show_as(struct town *t, const char *who)
{
    struct actor *actor = NEW(t->k.a, struct actor);

    actor_load(&t->k, show_person(t, who), actor);
    t->k.actor = actor;
}

static struct val *show_marks_of(struct desk *k, const char *text, const char *prefix)
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

static struct seat show_own_seat(struct desk *k, int64_t id)
{
    struct seat own = {0};
    struct err e = {0};

    cr_assert(contest_seat(k, id, S(""), &own, &e));
    return own;
}

static struct str show_text(const char *s)
{
    return s ? str_of(s) : S("");
}

static bool show_prepare(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct gathering_new n = {
        .kind = S("secretaries_contest"), .title = S("一季度擂台比武"), .place = S("礼堂")};

    cr_assert(when_parse(S("2026-03-04 09:00"), &n.starts_at));
    return gathering_prepare(k, &n, &s->g, e);
}

bool show_enter(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return contest_enter(
        k, s->id, &(struct entering){.person_id = s->person, .title = show_text(s->reason)}, e);
}

/* j5 works where s1 is secretary as well. */
static bool show_second_post(struct desk *k, void *arg, struct err *e)
{
    struct town *t = ((struct show *)arg)->t;

    struct post_new p = {
        .person = show_person(t, "j5"), .unit = unit_id(t, "140214001001"), .role = S("liaison")};

    return post_give(k, &p, NULL, e);
}

bool show_name_judge(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return contest_name_judge(k, s->id, s->person, e);
}

bool show_call(struct desk *k, void *arg, struct err *e)
{
    return gathering_call(k, ((struct turn *)arg)->id, 0, e);
}

bool show_open_it(struct desk *k, void *arg, struct err *e)
{
    return gathering_open(k, ((struct turn *)arg)->id, 0, e);
}

bool show_close_it(struct desk *k, void *arg, struct err *e)
{
    return gathering_close(k, ((struct turn *)arg)->id, 0, -1, val_map(k->a), e);
}

bool show_on(struct desk *k, void *arg, struct err *e)
{
    return contest_on(k, ((struct turn *)arg)->id, ((struct turn *)arg)->n, e);
}

bool show_shut(struct desk *k, void *arg, struct err *e)
{
    return contest_shut(k, ((struct turn *)arg)->id, ((struct turn *)arg)->n, e);
}

bool show_leave(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return contest_withdraw(k, s->id, s->n, show_text(s->reason), e);
}

bool show_mark(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct seat own = show_own_seat(k, s->id);

    return contest_mark(k, s->id, &own, s->n, show_marks_of(k, s->marks, "item_"), e);
}

bool show_recuse(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct seat own = show_own_seat(k, s->id);
    struct recusal r = {s->judge_n, s->n, show_text(s->reason)};

    return contest_recuse(k, s->id, s->as_clerk ? NULL : &own, &r, e);
}

bool show_appeal(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct seat own = show_own_seat(k, s->id);

    return contest_appeal(k, s->id, &own, show_text(s->reason), e);
}

bool show_answer(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct appeal_answer a = {s->n, s->upheld, show_text(s->reason),
                              show_marks_of(k, s->marks, "")};

    return contest_answer(k, s->id, &a, e);
}

void show_goes(struct show *c, const char *who, tried *run, struct turn s)
{
    s.id = c->id;
    show_as(c->t, who);
    cr_assert(writes(c->t, run, &s), "%s: %s", who, c->t->e.text);
}

/* Refused with words that hold these. */
void show_fails(struct show *c, const char *who, tried *run, struct turn s, const char *words)
{
    s.id = c->id;
    show_as(c->t, who);
    cr_assert(!writes(c->t, run, &s), "was not refused: %s", words);
    cr_assert(strstr(c->t->e.text, words), "'%s' does not say '%s'", c->t->e.text, words);
}

static const char *const secretaries[] = {"s1", "s2", "s3"};
const char *const show_judges[] = {"j1", "j2", "j3", "j4", "j5"};

/* A draft with three contestants (seats 1 to 3) and five judges (4 to 8). */
struct show drafted_show(struct town *t)
{
    struct show c = {.t = t};
    struct turn s = {0};

    show_people(t);
    show_as(t, "boss");
    cr_assert(writes(t, show_second_post, &c), "%s", t->e.text);
    show_as(t, "zhao");
    cr_assert(writes(t, show_prepare, &s), "%s", t->e.text);
    c.id = s.g.id;
    for (int i = 0; i < 3; i++)
        show_goes(&c, "zhao", show_enter,
                  STEP(.person = show_person(t, secretaries[i]), .reason = "我的一年"));
    for (int i = 0; i < 5; i++)
        show_goes(&c, "zhao", show_name_judge, STEP(.person = show_person(t, show_judges[i])));
    for (int i = 0; i < 5; i++)
        c.j[i] = 4 + i;
    for (int i = 0; i < 3; i++)
        c.s[i] = 1 + i;
    return c;
}

struct show opened_show(struct town *t)
{
    struct show c = drafted_show(t);

    show_goes(&c, "zhao", show_call, STEP(0));
    cr_assert(when_parse(S("2026-03-04 09:00"), &t->k.now));
    show_goes(&c, "zhao", show_open_it, STEP(0));
    return c;
}

/* The same mark for all five items. */
void show_gives(struct show *c, const char *who, int64_t n, const char *each)
{
    char marks[160];

    (void)snprintf(marks, sizeof(marks),
                   "industry=%s talent=%s culture=%s ecology=%s organisation=%s", each, each, each,
                   each, each);
    show_goes(c, who, show_mark, STEP(.n = n, .marks = marks));
}

struct entrant entrant_now(struct show *c, int i)
{
    struct gathering g;
    struct err e = {0};
    int n;

    cr_assert(gathering_load(&c->t->k, c->id, &g, &e));
    return contest_entrants(&c->t->k, &g, &n)[i];
}

/* s1: 90.83 of three; s2: too few; s3: five marks, two dropped: 80.00. */
struct show closed_show(struct town *t)
{
    struct show c = opened_show(t);

    show_goes(&c, "zhao", show_on, STEP(.n = 1));
    show_gives(&c, "j1", 1, "19");
    show_gives(&c, "j2", 1, "18");
    show_gives(&c, "j3", 1, "17.5");
    show_goes(&c, "zhao", show_shut, STEP(.n = 1));
    show_goes(&c, "zhao", show_on, STEP(.n = 2));
    show_gives(&c, "j1", 2, "20");
    show_gives(&c, "j2", 2, "20");
    show_goes(&c, "j3", show_mark,
              STEP(.n = 2, .marks = "industry=20")); /* not all items: no mark */
    show_goes(&c, "zhao", show_shut, STEP(.n = 2));
    show_fails(&c, "zhao", show_close_it, STEP(0), "s3 is not closed yet");
    show_goes(&c, "zhao", show_on, STEP(.n = 3));
    show_gives(&c, "j1", 3, "20");
    show_gives(&c, "j2", 3, "15");
    show_gives(&c, "j3", 3, "16");
    show_gives(&c, "j4", 3, "17");
    show_gives(&c, "j5", 3, "2");
    show_goes(&c, "zhao", show_shut, STEP(.n = 3));
    show_goes(&c, "zhao", show_close_it, STEP(0));
    return c;
}
