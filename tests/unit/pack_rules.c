/* What else a pack may say, told as cases: tests/packs/rules.yaml and the files beside it. */
#include "base/file.h"
#include "unit/pack_fixture.h"
#include "val/json.h"

#include <criterion/criterion.h>
#include <string.h>

static struct pack *rules(struct arena *a)
{
    struct memory_pack files = {0};
    struct val *faults = val_list(a);
    struct err e = {0};
    struct pack *p;

    cr_assert(file_read(a, "tests/packs/rules.yaml", 1 << 20, &files.yaml, &e), "%s", e.text);
    if (!memory_pack_read(a, &files, &p, faults)) {
        const struct val *f = &faults->first->val;

        cr_assert_fail("line %lld: %.*s", (long long)val_get(f, S("line"))->integer,
                       STR_ARG(val_get(f, S("what"))->str));
    }
    return p;
}

static void expect_all(const struct val *results)
{
    cr_assert(results->first);
    for (const struct item *it = results->first; it; it = it->next) {
        struct str name = val_get(&it->val, S("case"))->str;
        struct str what = val_get(&it->val, S("what"))->str;

        cr_expect(val_get(&it->val, S("ok"))->boolean, "%.*s: %.*s", STR_ARG(name), STR_ARG(what));
    }
}

static void run_file(const char *name)
{
    struct arena a;
    struct err e = {0};
    struct val *results;
    struct str text;

    arena_init(&a, (size_t)512 << 20);
    results = val_list(&a);
    cr_assert(file_read(&a, name, 1 << 20, &text, &e), "%s", e.text);
    (void)!pack_cases(&a, rules(&a), str_of(name), text, results);
    expect_all(results);
    arena_reset(&a);
}

Test(pack_rules, units_work_jointly_and_are_checked_twice)
{
    run_file("tests/packs/joint.test.yaml");
}

Test(pack_rules, what_a_step_asks_every_month_falls_due_by_itself)
{
    run_file("tests/packs/monthly.test.yaml");
}

Test(pack_rules, a_village_votes_claims_checks_and_gives_stars)
{
    run_file("tests/packs/village.test.yaml");
}

Test(pack_rules, every_unit_at_work_has_a_ladder_of_its_own)
{
    run_file("tests/packs/ladder.test.yaml");
}

Test(pack_rules, nothing_is_promised_beyond_the_years_that_the_calendar_knows)
{
    run_file("tests/packs/promise.test.yaml");
    run_file("tests/packs/year_end.test.yaml");
}

/* ---- cases that say something else than what comes of it ---- */

#define OPENED "events:\n- {at: \"2026-05-11 09:00\", who: shu, does: open}\n"
#define SHU    "posts: {shu: secretary of C1}\n"
#define PUBLIC                                                             \
    "mechanism: year_end\nposts: {zhao: dispatcher of S1}\nevents:\n"      \
    "- {at: \"2026-12-29 09:00\", who: zhao, does: open, grade: urgent}\n" \
    "- {at: \"2026-12-30 09:00\", who: zhao, does: call}\n"

static const struct {
    const char *text, *what; /* empty: it is as it says */
} told[] = {
    {"case: x\n" SHU OPENED "gives: {step: asked}\n", ""},
    {"case: x\nevents:\n- {at: \"2026-05-11 09:00\", does: open}\ngives: {step: asked}\n", ""},
    {"case: x\nevents:\n- {at: \"2026-05-11 09:00\", who: shu}\ngives: {step: asked}\n",
     "line 3: an event needs at, who and does"},
    {"case: x\nevents:\n- {at: \"2026-05-11 09:00\", who: shu, does: [open]}\ngives: {round: 1}\n",
     "line 3: an event needs at, who and does"},
    {"case: x\nevents:\n- {at: \"2026-05-11 09:00\", who: [shu], does: open}\ngives: {round: 1}\n",
     "line 3: an event needs at, who and does"},
    {"case: x\nevents:\n- {at: noon, who: shu, does: open}\ngives: {round: 1}\n",
     "line 3: an event needs at, who and does"},
    {"case: x\n" SHU OPENED "gives: {step: open}\n", "step: wanted “open”, got “asked”"},
    {"case: x\n" SHU OPENED "gives: {round: 7}\n", "round: wanted “7”, got “1”"},
    {"case: x\n" SHU OPENED "gives: {may: {shu: [claim]}}\n", "shu: wanted “claim”"},
    {"case: x\n" SHU OPENED "gives: {colour: red}\n", "unknown key 'colour'"},
    {"case: x\n" SHU OPENED "- {at: \"2026-05-11 09:01\", who: shu, does: claim, refused: denied}\n"
     "gives: {step: asked}\n",
     "line 5: claim was refused (conflict): This has moved on"},
    {"case: x\n" PUBLIC "- {at: \"2027-01-05 09:00\", who: zhao, does: bundle}\n"
     "gives: {step: ended}\n",
     "The calendar does not know the holidays of the year 2027 yet."},
    {"case: x\n" PUBLIC "at: \"2027-01-05 09:00\"\ngives: {step: public}\n",
     "The calendar does not know the holidays of the year 2027 yet."},
    {"case: x\nmechanism: ladder\nposts: {zhao: dispatcher of S1}\nevents:\n"
     "- {at: \"2026-05-11 09:00\", who: zhao, does: open}\n"
     "- {at: \"2026-05-11 09:01\", who: zhao, does: share, lead: a, joint: [b, c, d, e, f, g, h]}\n"
     "- {at: \"2026-06-30 09:00\", who: zhao, does: bundle}\ngives: {step: ended}\n",
     "Much has fallen due here meanwhile."},
    {"case: [\n", "did not find expected"},
};

Test(pack_rules, a_case_that_says_something_else_than_what_comes_of_it_is_told_what)
{
    struct arena a;
    const struct pack *p;

    arena_init(&a, (size_t)512 << 20);
    p = rules(&a);
    for (size_t i = 0; i < COUNT(told); i++) {
        struct val *results = val_list(&a);
        bool ok = pack_cases(&a, p, S("village.test.yaml"), str_of(told[i].text), results);
        struct str what = val_get(&results->first->val, S("what"))->str;

        cr_expect(ok == !*told[i].what, "%zu: %.*s", i, STR_ARG(what));
        cr_expect(memmem(what.p ? what.p : "", what.n, told[i].what, strlen(told[i].what)),
                  "%zu: %.*s", i, STR_ARG(what));
    }
    arena_reset(&a);
}

Test(pack_rules, one_case_that_fails_fails_them_all)
{
    static const char text[] = "case: x\n" SHU OPENED "gives: {step: open}\n---\n"
                               "case: y\n" SHU OPENED "gives: {step: asked}\n";
    struct arena a;
    struct val *results;

    arena_init(&a, (size_t)512 << 20);
    results = val_list(&a);
    cr_expect(!pack_cases(&a, rules(&a), S("village.test.yaml"), str_of(text), results));
    cr_expect(val_get(&results->first->next->val, S("ok"))->boolean);
    arena_reset(&a);
}

Test(pack_rules, without_a_calendar_no_case_is_believed)
{
    struct memory_pack files = {.yaml = S("calendar: {\"2026\": {moons: []}}\n")};
    struct arena a;
    struct val *results;
    struct pack *p;
    struct str what;

    arena_init(&a, (size_t)512 << 20);
    results = val_list(&a);
    cr_assert(memory_pack_read(&a, &files, &p, val_list(&a)));
    cr_expect(!pack_cases(&a, p, S("whistle.test.yaml"), str_of(told[0].text), results));
    what = val_get(&results->first->val, S("what"))->str;
    cr_expect(memmem(what.p, what.n, "moons", 5), "%.*s", STR_ARG(what));
    arena_reset(&a);
}

/* ---- as text and as a picture ---- */

#define LONG_TITLE                                                                           \
    "mechanism: long\ntitle: {zh: 长, en: Long}\ngrades: [urgent, normal]\n"                \
    "late: [{after: 0, do: remind}]\nsteps:\n"                                               \
    "  a:\n    title: {zh: 甲, en: "                                                        \
    "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaftsamt " \
    "and another one that is long enough to be broken after a blank and then some more}\n"   \
    "    who: reporter\n    within: {urgent: 2 hours, normal: 2 days}\n"                     \
    "    actions:\n      solve: {end: solved, times: 1, beyond: {end: declined}}\n"

Test(pack_rules, what_a_pack_may_say_can_be_shown_however_long_its_words_are)
{
    struct memory_pack files = {.yaml = S(LONG_TITLE)};
    struct arena a;
    struct pack *p;
    struct str text, svg;

    arena_init(&a, (size_t)512 << 20);
    cr_assert(memory_pack_read(&a, &files, &p, val_list(&a)));
    text = pack_show_text(&a, pack_proc(p, S("long")), S("en"));
    cr_expect(memmem(text.p, text.n, "Urgent 2 hours · Normal 2 days", 31), "%.*s", STR_ARG(text));
    svg = pack_show_svg(&a, pack_proc(p, S("long")), S("en"));
    cr_expect(memmem(svg.p, svg.n, ">Donaudampf", 11));
    cr_expect(!memmem(svg.p, svg.n, "long enough to be broken after a blank and then some", 52));
    p = rules(&a);
    text = pack_show_text(&a, pack_proc(p, S("joint")), S("en"));
    cr_expect(!memmem(text.p, text.n, "Not solved again", 16), "where it is never unsolved before");
    arena_reset(&a);
}

/* ---- what there is only so much of ---- */

static void run_text(const char *file, struct arena *a, const struct buf *text)
{
    struct val *results = val_list(a);

    (void)!pack_cases(a, rules(a), str_of(file), (struct str){text->p, text->n}, results);
    expect_all(results);
}

Test(pack_rules, a_matter_can_be_paused_and_resumed_thirty_two_times)
{
    struct arena a;
    struct buf b = {.arena = &a};

    arena_init(&a, (size_t)512 << 20);
    buf_put(&b,
            S("case: the clock stands often, but not for ever\nposts: {zhao: dispatcher of S1}\n"
              "gives: {step: desk, pauses: 32}\nevents:\n"
              "  - {at: \"2026-05-11 09:00\", who: zhao, does: open, channel: phone}\n"));
    for (int i = 1; i <= PAUSES_MAX; i++)
        buf_put(&b, str_format(&a,
                               "  - {at: \"2026-05-11 10:%02d:00\", who: zhao, does: pause}\n"
                               "  - {at: \"2026-05-11 10:%02d:30\", who: zhao, does: resume}\n",
                               i, i));
    buf_put(&b, S("  - {at: \"2026-05-11 11:00\", who: zhao, does: pause, refused: conflict}\n"));
    run_text("joint.test.yaml", &a, &b);
    arena_reset(&a);
}

/* Each round leaves two clocks behind, and each person a name: the clocks of long ago give way, the
 * names do not, since who solved it must not check it. */
Test(pack_rules, thirty_two_people_can_have_a_hand_in_a_matter_however_often_it_comes_back)
{
    struct arena a;
    struct buf b = {.arena = &a};

    arena_init(&a, (size_t)512 << 20);
    buf_put(&b, S("case: it comes back and back\nposts:\n  zhao: dispatcher of S1\n"
                  "  li: dispatcher of C1\n"));
    for (int i = 0; i <= SOLVERS_MAX; i++)
        buf_put(&b, str_format(&a, "  p%d: liaison of parks\n", i));
    buf_put(&b, S("gives: {step: held, due: [held by \"2026-05-12 23:59:59\"]}\nevents:\n"
                  "  - {at: \"2026-05-11 09:00\", who: zhao, does: open, channel: phone}\n"
                  "  - {at: \"2026-05-11 09:01\", who: zhao, does: give, unit: parks}\n"));
    for (int i = 0; i < SOLVERS_MAX; i++)
        buf_put(&b, str_format(&a,
                               "  - {at: \"2026-05-11 10:%02d:00\", who: p%d, does: done}\n"
                               "  - {at: \"2026-05-11 10:%02d:30\", who: li, does: fail}\n",
                               i, i, i));
    buf_put(&b, str_format(&a,
                           "  - {at: \"2026-05-11 11:00\", who: p%d, does: done, refused: "
                           "conflict}\n",
                           SOLVERS_MAX));
    run_text("joint.test.yaml", &a, &b);
    arena_reset(&a);
}

Test(pack_rules, forty_units_can_have_had_a_part_in_a_matter)
{
    struct arena a;
    struct buf b = {.arena = &a};

    arena_init(&a, (size_t)512 << 20);
    buf_put(&b, S("case: it is handed to and fro\nposts:\n  zhao: dispatcher of S1\n"
                  "  sun: [liaison of parks, liaison of roads]\ngives: {step: shared}\nevents:\n"
                  "  - {at: \"2026-05-11 09:00\", who: zhao, does: open, channel: phone}\n"
                  "  - {at: \"2026-05-11 09:01\", who: zhao, does: share, joint: [parks]}\n"));
    for (int i = 1; i <= PARTS_MAX; i++) {
        const char *from = i % 2 ? "parks" : "roads", *to = i % 2 ? "roads" : "parks";

        buf_put(&b, str_format(&a,
                               "  - {at: \"2026-05-11 10:%02d\", who: sun, does: move, part: %s, "
                               "unit: %s%s}\n",
                               i, from, to, i == PARTS_MAX ? ", refused: conflict" : ""));
    }
    run_text("joint.test.yaml", &a, &b);
    arena_reset(&a);
}

/* ---- what a case cannot tell: somebody comes who did not tick ---- */

struct desk {
    struct arena a;
    struct proc_env env;
    struct proc_state *s;
    struct proc_effects *out;
    struct proc_post post[2];
    struct err e;
};

static int64_t no_own(void *arg, struct str kind)
{
    (void)arg;
    (void)kind;
    return 0;
}

static const struct proc_unit *any_department(void *arg, int64_t id)
{
    static struct proc_unit u = {.kind = {"department", 10}};

    (void)arg;
    u.id = id;
    return id < 900 ? &u : NULL;
}

static void sit_down(struct desk *d, const char *mechanism)
{
    struct calendar *c;

    *d = (struct desk){.post = {{{"dispatcher", 10}, 3}, {{"liaison", 7}, 999}}};
    arena_init(&d->a, (size_t)512 << 20);
    c = calendar_new(&d->a);
    calendar_know(c, 2026);
    d->env = (struct proc_env){
        .def = pack_proc(rules(&d->a), str_of(mechanism)), .calendar = c, .arena = &d->a};
    d->env.places = (struct proc_places){1, 2, 3, 4, any_department, NULL, no_own};
    d->env.actor = (struct proc_actor){.person = 9, .post = d->post, .posts = 2};
    d->s = NEW(&d->a, struct proc_state);
    d->out = NEW(&d->a, struct proc_effects);
    proc_state_init(d->s);
}

static bool comes(struct desk *d, const char *at, enum proc_event_kind kind, const char *action,
                  const char *fields)
{
    struct proc_event ev = {.kind = kind, .action = str_of(action), .part = -1};
    struct val *v;

    d->e = (struct err){0};
    cr_assert(when_parse(str_of(at), &ev.at_ms));
    cr_assert(json_read(&d->a, str_of(fields), 1000, &v, &d->e), "%s", d->e.text);
    ev.fields = v;
    return proc_apply(&d->env, d->s, &ev, d->out, &d->e);
}

Test(pack_rules, what_fell_due_and_cannot_be_reckoned_stands_in_the_way_of_everything_else)
{
    struct desk d;
    struct str before;

    sit_down(&d, "year_end");
    cr_assert(comes(&d, "2026-12-29 09:00", PROC_OPEN, "", "{\"grade\":\"urgent\"}"));
    cr_assert(comes(&d, "2026-12-30 09:00", PROC_ACT, "call", "{}"));
    before = proc_state_write(&d.a, d.env.def, d.s);
    cr_expect(!comes(&d, "2027-01-05 09:00", PROC_BUNDLE, "", "{}"));
    cr_expect(d.e.kind == ERR_INVALID && strcmp(d.e.field, "calendar") == 0, "%s", d.e.text);
    cr_expect(str_eq(before, proc_state_write(&d.a, d.env.def, d.s)));
    arena_reset(&d.a);
}

Test(pack_rules, when_too_much_fell_due_at_once_it_is_worked_off_first)
{
    struct desk d;
    int64_t next;
    int ticks = 0;

    sit_down(&d, "ladder");
    cr_assert(comes(&d, "2026-05-11 09:00", PROC_OPEN, "", "{}"));
    cr_assert(comes(&d, "2026-05-11 09:01", PROC_ACT, "share",
                    "{\"lead\":20,\"joint\":[21,22,23,24,25,26,27]}"));
    cr_expect(!comes(&d, "2026-06-30 09:00", PROC_BUNDLE, "", "{}"));
    cr_expect(d.e.kind == ERR_BUSY, "%s", d.e.text);
    while ((next = proc_next_ms(&d.env, d.s))) {
        struct str at = when_text(&d.a, next);

        cr_assert(comes(&d, at.p, PROC_TICK, "", "{}"), "%s", d.e.text);
        ticks++;
    }
    cr_expect(ticks == 80, "%d", ticks);
    cr_expect(comes(&d, "2026-06-30 09:00", PROC_BUNDLE, "", "{}"), "%s", d.e.text);
    arena_reset(&d.a);
}

Test(pack_rules, a_post_in_a_unit_that_is_no_more_or_in_none_gives_nothing)
{
    struct desk d;
    struct val *list;

    sit_down(&d, "village");
    list = val_list(&d.a);
    d.s->step = proc_step_find(d.env.def, S("open"));
    proc_offers(&d.env, d.s, 1778461200000, list);
    cr_expect(!list->first, "a liaison of a unit that is no more");
    d.post[1].unit = 20;
    proc_offers(&d.env, d.s, 1778461200000, list);
    cr_expect(list->first, "a liaison of a department");
    arena_reset(&d.a);
    sit_down(&d, "promise");
    d.post[0].unit = 0;
    cr_assert(comes(&d, "2026-05-11 09:00", PROC_OPEN, "", "{}"), "%s", d.e.text);
    cr_expect(!comes(&d, "2026-05-11 09:01", PROC_ACT, "call", "{}"));
    cr_expect(d.e.kind == ERR_DENIED);
    arena_reset(&d.a);
}

/* ---- a state that somebody wrote by hand ---- */

static struct str repeated(struct arena *a, const char *name, const char *one, int n)
{
    struct buf b = {.arena = a};

    buf_put(&b, str_format(a, "{\"step\":\"shared\",\"from\":\"desk\",\"%s\":[", name));
    for (int i = 0; i < n; i++)
        buf_put(&b, str_format(a, "%s%s", i ? "," : "", one));
    buf_put(&b, S("]}"));
    return buf_str(&b);
}

#define PART  "{\"unit\":20,\"round\":1,\"step\":\"work\",\"last\":\"work\"}"
#define CLOCK "{\"n\":3,\"unit\":3,\"started\":1778461200000,\"due\":1778561200000}"

static const struct {
    const char *name, *one;
    int n;
    bool taken;
} written[] = {
    {"parts", PART, PARTS_MAX, true},
    {"parts", PART, PARTS_MAX + 1, false},
    {"clocks", CLOCK, CLOCKS_MAX, true},
    {"clocks", CLOCK, CLOCKS_MAX + 1, false},
    {"pauses", "1", 2 * PAUSES_MAX + 2, true}, /* the first of them are read */
    {"counts", "2000000", 1, true},            /* and then there is none */
    {"counts", "-1", 1, true},
};

Test(pack_rules, a_written_state_holds_no_more_than_a_matter_can)
{
    struct desk d;

    sit_down(&d, "joint");
    for (size_t i = 0; i < COUNT(written); i++) {
        struct str json = repeated(&d.a, written[i].name, written[i].one, written[i].n);
        struct err e = {0};
        bool read = proc_state_read(&d.a, d.env.def, json, d.s, &e);

        cr_expect(read == written[i].taken, "%s: %d", written[i].name, written[i].n);
        if (read)
            cr_expect(d.s->count[0] == 0 && d.s->pauses <= PAUSES_MAX, "%s", written[i].name);
    }
    arena_reset(&d.a);
}

static bool reads(struct desk *d, const char *json)
{
    struct err e = {0};

    return proc_state_read(&d->a, d->env.def, str_of(json), d->s, &e);
}

Test(pack_rules, a_check_that_came_from_nowhere_is_not_believed)
{
    struct desk d;

    sit_down(&d, "joint");
    cr_expect(!reads(&d, "{\"step\":\"seen\"}"));
    cr_expect(reads(&d, "{\"step\":\"seen\",\"from\":\"desk\"}"));
    cr_expect(reads(&d, "{\"step\":\"ended\"}"));
    arena_reset(&d.a);
}

Test(pack_rules, a_matter_with_too_many_limits_at_once_is_refused_another)
{
    struct desk d;

    sit_down(&d, "joint");
    cr_assert(
        proc_state_read(&d.a, d.env.def, repeated(&d.a, "clocks", CLOCK, CLOCKS_MAX), d.s, &d.e));
    d.s->step = proc_step_find(d.env.def, S("desk"));
    cr_expect(!comes(&d, "2026-05-11 09:01", PROC_ACT, "give", "{\"unit\":20}"));
    cr_expect(d.e.kind == ERR_CONFLICT, "%s", d.e.text);
    arena_reset(&d.a);
}

Test(pack_rules, what_is_on_display_takes_objections_and_each_is_answered)
{
    run_file("tests/packs/disclosed.test.yaml");
}
