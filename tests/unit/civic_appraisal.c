/* Stars of three secretaries, from the opening through marks, figures, two instances of appeal and
 * publication to the check a year later. */
#include "civic/appraisal.h"

#include "civic/import.h"
#include "civic/job.h"
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
                                 "j1,140214,judge,\n"
                                 "j2,140214-a,judge,\n"
                                 "j3,140214-b,judge,\n"
                                 "j4,140214001,judge,\n"
                                 "du,140214,supervisor,\n"
                                 "ost,140214001,organiser,\n"
                                 "org,140214,organiser,\n"
                                 "org2,140214,organiser,\n";
/* Of 2025: in time and should have ended; solved and rated. The third community has too little. */
static const struct {
    const char *unit, *figure;
    int n;
} counted[] = {
    {"140214001001", "ended_in_time", 38}, {"140214001001", "should_have_ended", 40},
    {"140214001001", "solved", 27},        {"140214001001", "rated", 30},
    {"140214001002", "ended_in_time", 31}, {"140214001002", "should_have_ended", 40},
    {"140214001002", "solved", 21},        {"140214001002", "rated", 30},
    {"140214001003", "ended_in_time", 19}, {"140214001003", "should_have_ended", 19},
    {"140214001003", "solved", 9},         {"140214001003", "rated", 9},
};

struct turn { /* one thing that somebody tries */
    int64_t id, n, seen;
    const char *a, *b; /* "panel=90 report=yes"; a reason, a text */
    bool upheld;
    int instance;
    struct appraisal x;
};

static int64_t person(struct town *t, const char *who)
{
    static const char *const home[][2] = {
        {"s1", "140214001001"}, {"s2", "140214001002"}, {"s3", "140214001003"},
        {"j1", "140214"},       {"j2", "140214-a"},     {"j3", "140214-b"},
        {"j4", "140214001"},    {"du", "140214"},       {"ost", "140214001"},
        {"org", "140214"},      {"org2", "140214"},     {"li", "140214001001"},
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

static void take_in(struct town *t, const char *noun, const char *csv)
{
    struct import_job job = {.noun = str_of(noun), .bytes = str_of(csv)};
    struct import_report report;

    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
    t->e = (struct err){0};
    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.rejected, 0, "%s", noun);
    district_refresh(t->k.a, t->k.db, t->k.d);
}

static void at(struct town *t, const char *when)
{
    cr_assert(when_parse(str_of(when), &t->k.now));
}

static bool open_it(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return appraisal_open(
        k, &(struct appraisal_new){.kind = S("secretary_stars"), .period = str_of(s->a)}, &s->x, e);
}

static bool give(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct val *typed = val_map(k->a);
    struct str rest = str_of(s->a);

    while (rest.n) {
        struct str one, name;

        rest = str_cut(rest, ' ', &one);
        one = str_cut(one, '=', &name);
        set_val(typed, str_format(k->a, "item_%.*s", STR_ARG(name)),
                (struct val){.kind = VAL_STR, .str = one});
        if (s->b)
            set_val(typed, str_format(k->a, "word_%.*s", STR_ARG(name)),
                    (struct val){.kind = VAL_STR, .str = str_of(s->b)});
    }
    return appraisal_give(k, s->id, s->n, typed, e);
}

static bool to_draft(struct desk *k, void *arg, struct err *e)
{
    return appraisal_draft(k, ((struct turn *)arg)->id, ((struct turn *)arg)->seen, e);
}

static bool to_open(struct desk *k, void *arg, struct err *e)
{
    return appraisal_reopen(k, ((struct turn *)arg)->id, 0, str_of(((struct turn *)arg)->a), e);
}

static bool to_shown(struct desk *k, void *arg, struct err *e)
{
    return appraisal_show(k, ((struct turn *)arg)->id, 0, e);
}

static bool to_published(struct desk *k, void *arg, struct err *e)
{
    return appraisal_publish(k, ((struct turn *)arg)->id, ((struct turn *)arg)->seen, e);
}

static bool appeal(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;

    return appraisal_appeal(k, s->id, s->n, str_of(s->a), e);
}

static bool answer(struct desk *k, void *arg, struct err *e)
{
    struct turn *s = arg;
    struct val *corrected = val_map(k->a);
    struct str key, value = str_cut(str_of(s->b), '=', &key);

    if (key.n)
        set_val(corrected, key, (struct val){.kind = VAL_STR, .str = value});
    return appraisal_answer(k, s->id,
                            &(struct appraisal_answer){.n = s->n,
                                                       .instance = s->instance,
                                                       .upheld = s->upheld,
                                                       .text = str_of(s->a),
                                                       .corrected = corrected},
                            e);
}

typedef bool (*doing)(struct desk *k, void *arg, struct err *e);

static void does(struct town *t, const char *who, doing what, struct turn *s)
{
    act_as(t, who);
    cr_assert(writes(t, what, s), "%s is refused: %s", who, t->e.text);
}

static void refused(struct town *t, const char *who, doing what, struct turn *s, const char *why)
{
    act_as(t, who);
    cr_assert_not(writes(t, what, s), "%s may", who);
    cr_assert(strstr(t->e.text, why), "%s: %s", who, t->e.text);
}

static void gives(struct town *t, const char *who, int64_t id, int64_t n, const char *what)
{
    does(t, who, give, &(struct turn){.id = id, .n = n, .a = what});
}

static void count_up(struct town *t)
{
    for (size_t i = 0; i < COUNT(counted); i++) {
        struct str sql = str_format(
            t->k.a,
            "INSERT INTO counter (district, unit_id, figure, period, subject, value) VALUES "
            "(140214, %lld, '%s', 202506, '', %d)",
            (long long)unit_id(t, counted[i].unit), counted[i].figure, counted[i].n);

        cr_assert(db_script(t->k.db, sql.p, &t->e), "%s", t->e.text);
    }
}

/* The round of 2025 with every mark given. */
static int64_t marked(struct town *t)
{
    struct turn s = {.a = "2025"};
    static const char *const marks[] = {"panel=90", "panel=80", "panel=100"};

    at(t, "2025-12-01 09:00");
    take_in(t, "units", units_csv);
    take_in(t, "people", people_csv);
    count_up(t);
    does(t, "org", open_it, &s);
    for (int n = 0; n < 3; n++) {
        gives(t, "j1", s.x.id, n + 1, marks[n]);
        gives(t, "j2", s.x.id, n + 1, "panel=85.5");
        gives(t, "j3", s.x.id, n + 1, "panel=88");
        gives(t, "ost", s.x.id, n + 1, "report=yes");
    }
    return s.x.id;
}

static struct appraised subject(struct town *t, int64_t id, int64_t n)
{
    struct appraised out;

    cr_assert(appraisal_subject(&t->k, id, n, &out, &t->e));
    return out;
}

static int verify_faults(struct town *t)
{
    struct val *faults = val_list(t->k.a);
    int n = 0;

    appraisals_verify(&t->k, faults);
    for (const struct item *it = faults->first; it; it = it->next)
        n++;
    return n;
}

static int run_job(struct town *t)
{
    int did = 0;

    LIST_EACH (jobs, struct job, it) {
        if (strcmp((*it)->name, "appraisals_close") == 0)
            did += (int)(*it)->run(t->k.db, t->k.d, t->k.a, t->k.now, &t->e);
    }
    return did;
}

static bool run_jobs(struct desk *k, void *arg, struct err *e)
{
    (void)k;
    (void)e;
    *(int *)((void **)arg)[1] = run_job(((void **)arg)[0]);
    return true;
}

static int closes(struct town *t)
{
    int did = 0;
    void *arg[] = {t, &did};

    cr_assert(writes(t, run_jobs, arg));
    return did;
}

TEST_IN_DISTRICT(appraisal, figures_and_marks_become_points_stars_and_ranks)
{
    int64_t id = marked(t);
    struct turn s = {.id = id};
    struct appraised one, two, three;

    refused(t, "org", to_draft, &s, "The period runs until 2025-12-31");
    at(t, "2026-03-02 09:00");
    refused(t, "j1", to_draft, &s, "held by somebody else");
    does(t, "org", to_draft, &s);
    one = subject(t, id, 1);
    two = subject(t, id, 2);
    three = subject(t, id, 3);
    cr_assert(str_eq(one.name, S("s1")) && str_eq(one.class, S("community")));
    cr_assert_eq(one.result.points, 9570, "30 + 30 + 87.83 x 0.35 + 5 is %lld",
                 (long long)one.result.points);
    cr_assert_eq(one.result.stars, 5);
    cr_assert_eq(one.result.rank, 1);
    cr_assert_eq(two.result.points, 6460, "15 + 15 + 84.5 x 0.35 + 5 is %lld",
                 (long long)two.result.points);
    cr_assert_eq(two.result.rank, 2);
    cr_assert_eq(three.result.points, -1);
    cr_assert_eq(three.result.why, SCORE_NO_VOLUME);
    cr_assert_eq(three.result.rank, 0);
}

struct second {
    int64_t person, unit;
    const char *role;
};

static bool second_post(struct desk *k, void *arg, struct err *e)
{
    const struct second *s = arg;

    return post_give(
        k, &(struct post_new){.person = s->person, .unit = s->unit, .role = str_of(s->role)}, NULL,
        e);
}

static void second(struct town *t, const char *who, const char *unit, const char *role)
{
    struct second s = {person(t, who), unit_id(t, unit), role};

    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
    cr_assert(writes(t, second_post, &s), "%s", t->e.text);
}

TEST_IN_DISTRICT(appraisal, nobody_marks_themselves_their_own_unit_or_out_of_range)
{
    int64_t id = marked(t);
    static const struct {
        const char *who;
        int64_t n;
        const char *what, *word, *why;
    } row[] = {
        {"s1", 1, "panel=100", NULL, "to themselves"},
        {"li", 1, "panel=100", NULL, "given by somebody else"},
        {"j1", 1, "panel=100.01", NULL, "from 0 to 100"},
        {"j1", 1, "panel=-1", NULL, "from 0 to 100"},
        {"j1", 1, "panel=ninety", NULL, "from 0 to 100"},
        {"j1", 9, "panel=90", NULL, "nobody of this number"},
        {"j1", 1, "report=yes", NULL, "given by somebody else"},
        {"ost", 1, "report=maybe", NULL, "yes or no"},
        {"org", 1, "honour=3", NULL, "say why"},
        {"org", 1, "honour=6", "市级表彰", "from 0 to 5"},
        {"du", 1, "honour=3", "市级表彰", "given by somebody else"},
        {"du", 1, "fault=11", "通报", "from 0 to 10"},
    };

    second(t, "s1", "140214", "judge");
    for (size_t i = 0; i < COUNT(row); i++)
        refused(t, row[i].who, give,
                &(struct turn){.id = id, .n = row[i].n, .a = row[i].what, .b = row[i].word},
                row[i].why);
    gives(t, "s1", id, 2, "panel=70"); /* of another community */
    gives(t, "s1", id, 2, "panel=71");
}

TEST_IN_DISTRICT(appraisal, who_works_in_the_unit_does_not_mark_it)
{
    int64_t id = marked(t);

    second(t, "j2", "140214001001", "liaison");
    refused(t, "j2", give, &(struct turn){.id = id, .n = 1, .a = "panel=100"}, "their own unit");
    gives(t, "j2", id, 2, "panel=90");
}

TEST_IN_DISTRICT(appraisal, after_the_draft_marks_stand_unless_it_is_opened_again)
{
    int64_t id = marked(t);
    struct turn s = {.id = id, .n = 2, .a = "panel=99"};

    at(t, "2026-03-02 09:00");
    does(t, "org", to_draft, &(struct turn){.id = id});
    refused(t, "j1", give, &s, "no longer open");
    refused(t, "org", to_open, &(struct turn){.id = id, .a = ""}, "say why");
    does(t, "org", to_open, &(struct turn){.id = id, .a = "评委漏评"});
    does(t, "j1", give, &s);
    does(t, "org", to_draft, &(struct turn){.id = id});
    cr_assert_eq(subject(t, id, 2).result.points, 6680); /* (99 + 85.5 + 88) / 3 x 0.35 + 35 */
    does(t, "org", to_shown, &s);
    refused(t, "org", to_open, &(struct turn){.id = id, .a = "再改"}, "not at that point");
}

TEST_IN_DISTRICT(appraisal, an_appeal_goes_through_two_instances_each_in_its_time)
{
    int64_t id = marked(t);
    struct turn s = {.id = id, .n = 2, .a = "年度报告未计入"};
    struct turn first = {.id = id, .n = 2, .a = "经查属实，但不改变", .b = "", .instance = 1};
    struct turn second = first;
    char key[60];

    at(t, "2026-03-02 09:00");
    does(t, "org", to_draft, &(struct turn){.id = id});
    refused(t, "s2", appeal, &s, "No appeals are taken now");
    does(t, "org", to_shown, &s);
    refused(t, "s1", appeal, &s, "Only who is appraised");
    does(t, "s2", appeal, &s);
    refused(t, "s2", appeal, &s, "appealed already");
    refused(t, "s2", answer, &first, "answered by somebody else");
    refused(t, "du", answer, &first, "answered by somebody else"); /* of the second instance */
    refused(t, "ost", answer, &first, "or for a mark that they gave");
    refused(t, "org", to_published, &(struct turn){.id = id}, "Appeals are taken until 2026-03-09");
    at(t, "2026-03-10 09:00");
    refused(t, "s1", appeal, &(struct turn){.id = id, .n = 1, .a = "晚了"},
            "were taken until 2026-03-09 23:59");
    cr_assert_eq(closes(t), 1);
    cr_assert_eq(closes(t), 0, "once");
    refused(t, "org", to_published, &(struct turn){.id = id}, "has not been answered");

    /* the street's other organiser, who gave nothing */
    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
    take_in(t, "people", "name,unit,role,phone\nost2,140214001,organiser,\n");
    {
        struct actor *actor = NEW(t->k.a, struct actor);

        actor_load(&t->k, person_find(&t->k, S("ost2"), unit_id(t, "140214001")), actor);
        t->k.actor = actor;
        cr_assert(writes(t, answer, &first), "%s", t->e.text);
        cr_assert_not(writes(t, answer, &first), "twice");
    }
    second.a = "第二次申诉";
    does(t, "s2", appeal, &second);
    second = (struct turn){.id = id, .n = 2, .a = "评分笔误", .upheld = true, .instance = 2};
    second.b = "";
    refused(t, "du", answer, &second, "an input is corrected");
    (void)snprintf(key, sizeof(key), "%lld_panel=101", (long long)person(t, "j1"));
    second.b = key;
    refused(t, "du", answer, &second, "from 0 to 100");
    (void)snprintf(key, sizeof(key), "%lld_panel=95", (long long)person(t, "j1"));
    does(t, "du", answer, &second);
    cr_assert_eq(subject(t, id, 2).result.points, 6630); /* (95 + 85.5 + 88) / 3 x 0.35 + 35 */
    refused(t, "s2", appeal, &s, "answered for good");
    at(t, "2026-03-18 09:00");
    cr_assert_eq(closes(t), 1, "the second instance had its own time");
    does(t, "org", to_published, &(struct turn){.id = id});
    cr_assert_eq(verify_faults(t), 0);
}

static int64_t published(struct town *t)
{
    int64_t id = marked(t);

    at(t, "2026-03-02 09:00");
    does(t, "org", to_draft, &(struct turn){.id = id});
    does(t, "org", to_shown, &(struct turn){.id = id});
    at(t, "2026-03-10 09:00");
    (void)closes(t);
    does(t, "org", to_published, &(struct turn){.id = id});
    return id;
}

TEST_IN_DISTRICT(appraisal, of_two_who_publish_at_once_one_wins)
{
    int64_t id = marked(t);
    struct turn s = {.id = id};

    at(t, "2026-03-02 09:00");
    does(t, "org", to_draft, &s);
    does(t, "org", to_shown, &s);
    at(t, "2026-03-10 09:00");
    cr_assert(appraisal_load(&t->k, id, &s.x, &t->e));
    s.seen = s.x.head.seq;
    does(t, "org2", to_published, &s);
    refused(t, "org", to_published, &s, "Somebody was faster");
    s.seen = 0;
    refused(t, "org", to_published, &s, "published already");
}

TEST_IN_DISTRICT(appraisal, a_year_later_it_comes_out_the_same_and_what_was_changed_is_named)
{
    static const char *const tampering[][2] = {
        {"UPDATE appraised SET stars = 4 WHERE n = 1",
         "UPDATE appraised SET stars = 5 WHERE n = 1"},
        {"UPDATE appraised SET \"rank\" = 1 WHERE n = 2",
         "UPDATE appraised SET \"rank\" = 2 WHERE n = 2"},
        {"UPDATE appraisal_input SET value = 9900 WHERE n = 2 AND item = 'on_time'",
         "UPDATE appraisal_input SET value = 7750 WHERE n = 2 AND item = 'on_time'"},
        {"UPDATE appraisal_input SET by_id = 1 WHERE n = 2 AND item = 'report'", NULL},
    };

    (void)published(t);
    at(t, "2026-11-20 09:00");
    for (size_t i = 0; i < COUNT(tampering); i++) {
        cr_assert_eq(verify_faults(t), 0, "before %zu", i);
        cr_assert(db_script(t->k.db, tampering[i][0], &t->e), "%s", t->e.text);
        cr_assert_gt(verify_faults(t), 0, "%s", tampering[i][0]);
        cr_assert(!tampering[i][1] || db_script(t->k.db, tampering[i][1], &t->e), "%s", t->e.text);
    }
}

TEST_IN_DISTRICT(appraisal, another_formula_is_tried_and_nothing_is_kept)
{
    int64_t id = published(t);
    struct appraisal *x = NEW(t->k.a, struct appraisal);
    struct val *view = val_map(t->k.a);
    struct score_rule rule;
    static const char stricter[] =
        "appraisal: secretary_stars\ntitle: {zh: 星, en: S}\nscore:\n"
        "  - {name: on_time, figure: on_time_rate, weight: 65, zero_at: 90, full_at: 100}\n"
        "  - {name: panel, title: {zh: 评, en: P}, marks: {from: judge of district}, weight: 35}\n"
        "stars: [{at: 90, stars: 5}, {at: 0, stars: 1}]\n"
        "least: {figure: rated, value: 30}\n";

    act_as(t, "org");
    cr_assert(appraisal_load(&t->k, id, x, &t->e));
    cr_assert(appraisal_formula(&t->k, x, S(""), &rule, &t->e), "%s", t->e.text);
    cr_assert(appraisal_try(&t->k, x, &rule, view, &t->e), "%s", t->e.text);
    cr_assert_eq(val_int(view, "changed"), 0, "today's formula is the one it was published by");
    view = val_map(t->k.a);
    cr_assert(appraisal_formula(&t->k, x, str_of(stricter), &rule, &t->e), "%s", t->e.text);
    cr_assert(appraisal_try(&t->k, x, &rule, view, &t->e), "%s", t->e.text);
    cr_assert_eq(val_int(view, "stars_changed"), 2);
    cr_assert_eq(verify_faults(t), 0);
    cr_assert_not(
        appraisal_formula(&t->k, x, S("appraisal: secretary_stars\nscore: []\n"), &rule, &t->e));
    cr_assert(strstr(t->e.text, "1 to 20 items"), "%s", t->e.text);
    t->e = (struct err){0};
    rule.item = &(struct score_item){
        .name = S("new"), .kind = SCORE_CHECK, .weight = 100, .title = {S("x"), S("x")}};
    rule.items = 1;
    cr_assert_not(appraisal_try(&t->k, x, &rule, val_map(t->k.a), &t->e));
    cr_assert(strstr(t->e.text, "no inputs for the item new"), "%s", t->e.text);
}

TEST_IN_DISTRICT(appraisal, each_sees_their_own_sheet_and_others_what_the_pack_shows)
{
    int64_t id = marked(t);
    static const struct {
        const char *who;
        int drafted, shown, published; /* rows that they see */
    } row[] = {{"org", 3, 3, 3}, {"s1", 0, 1, 3}, {"li", 0, 0, 3}, {"j1", 0, 0, 3}};
    struct appraisal *x = NEW(t->k.a, struct appraisal);

    at(t, "2026-03-02 09:00");
    for (int step = 0; step < 3; step++) {
        static const doing to[] = {to_draft, to_shown, to_published};

        at(t, step < 2 ? "2026-03-02 09:00" : "2026-03-10 09:00");
        does(t, "org", to[step], &(struct turn){.id = id});
        for (size_t i = 0; i < COUNT(row); i++) {
            struct val *view = val_map(t->k.a);
            const int should[] = {row[i].drafted, row[i].shown, row[i].published};
            int n = 0;

            act_as(t, row[i].who);
            cr_assert(appraisal_load(&t->k, id, x, &t->e));
            appraisal_view(&t->k, x, view);
            for (const struct item *it = val_get(view, S("subjects"))->first; it; it = it->next)
                n++;
            cr_assert_eq(n, should[step], "%s at step %d sees %d", row[i].who, step, n);
        }
    }
    act_as(t, "li");
    {
        struct val *view = val_map(t->k.a);
        const struct item *it;

        appraisal_view(&t->k, x, view);
        it = val_get(view, S("subjects"))->first;
        cr_assert_eq(val_text(&it->val, "points").n, 0, "stars, not points");
        cr_assert_eq(val_int(&it->val, "stars"), 5);
    }
}

TEST_IN_DISTRICT(appraisal, a_round_is_opened_by_the_post_that_the_pack_names_for_a_whole_period)
{
    static const struct {
        const char *who, *period, *why;
    } row[] = {
        {"li", "2025", "do not allow"},
        {"ost", "2025", "do not allow"},
        {"org", "2025-Q4", "a whole year"},
        {"org", "2026", "not begun"},
        {"org", "", "which period"},
        {"org", "last year", "A period is written"},
        {"org", "2025", "for this period already"},
    };

    (void)marked(t);
    for (size_t i = 0; i < COUNT(row); i++)
        refused(t, row[i].who, open_it, &(struct turn){.a = row[i].period}, row[i].why);
}
