/* Cases of gatherings: every doing and refusal of the language, told as cases in tests/packs, and
 * what is said of a case that is wrong itself. */
#include "base/file.h"
#include "unit/pack_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static struct arena arena;

static struct pack *kinds(void)
{
    struct memory_pack files = {0};
    struct val *faults;
    struct err e = {0};
    struct pack *p;

    arena_init(&arena, (size_t)512 << 20);
    faults = val_list(&arena);
    cr_assert(file_read(&arena, "tests/packs/meet.yaml", 1 << 20, &files.yaml, &e), "%s", e.text);
    cr_assert(memory_pack_read(&arena, &files, &p, faults), "%s",
              faults->first ? val_text(&faults->first->val, "what").p : "");
    return p;
}

Test(pack_meet, a_gathering_runs_as_its_kind_says_and_refuses_what_it_must)
{
    const struct pack *p = kinds();
    struct val *results = val_list(&arena);
    struct err e = {0};
    struct str text;

    cr_assert(file_read(&arena, "tests/packs/meet.test.yaml", 1 << 20, &text, &e));
    (void)!pack_cases(&arena, p, S("meet.test.yaml"), text, results);
    cr_assert(results->first);
    for (const struct item *it = results->first; it; it = it->next)
        cr_expect(val_get(&it->val, S("ok"))->boolean, "line %lld: %.*s: %.*s",
                  (long long)val_int(&it->val, "line"), STR_ARG(val_text(&it->val, "case")),
                  STR_ARG(val_text(&it->val, "what")));
    arena_reset(&arena);
}

#define RACE "case: x\ngathering: race\nposts: {li: dispatcher of C1}\n"
#define CALL "- {at: \"2026-05-11 09:00\", who: li, does: call, starts: \"2026-05-11 10:00\""

static const struct {
    const char *text, *what;
} told[] = {
    {"- x\n", "a case must be a map"},
    {"gathering: race\ngives: {state: draft}\n", "a case begins with its name"},
    {"case: x\ngathering: rice\ngives: {state: draft}\n", "there is no gathering rice"},
    {"case: x\ngathering: race\n", "gives is missing"},
    {"case: x\ngathering: race\nwhen: now\ngives: {state: draft}\n", "line 3: unknown key 'when'"},
    {RACE "events: [soon]\ngives: {state: draft}\n", "line 4: an event needs at, who and does"},
    {RACE "events:\n- {at: noon, who: li, does: call}\ngives: {state: draft}\n",
     "line 5: an event needs at, who and does"},
    {RACE "events:\n- {at: \"2026-05-11 09:00\", who: li, does: dance}\ngives: {state: draft}\n",
     "line 5: an event needs at, who and does; “dance” is nothing that is done at a gathering"},
    {RACE "events:\n" CALL ", topic: x}\ngives: {state: called}\n", "line 5: unknown key 'topic'"},
    {RACE "events:\n" CALL ", refused: denied}\ngives: {state: called}\n",
     "line 5: call should have been refused"},
    {RACE "events:\n- {at: \"2026-05-11 09:00\", who: wu, does: call}\ngives: {state: called}\n",
     "line 5: call was refused (denied): Your posts do not allow you to call this."},
    {RACE "events:\n- {at: \"2026-05-11 09:00\", who: li, does: call}\ngives: {state: called}\n",
     "line 5: call was refused (invalid starts_at): Please say when it begins."},
    {RACE "events:\n" CALL "}\ngives: {state: open}\n", "state: wanted “open”, got “called”"},
    {RACE "events:\n" CALL "}\ngives: {present: 3}\n", "present: wanted “3”, got “0”"},
    {RACE "events:\n" CALL "}\ngives: {marks: []}\n", "line 6: gives: unknown key 'marks'"},
    {RACE "events:\n" CALL "}\nat: never\ngives: {state: called}\n", "at: is not a time"},
    {RACE "events:\n" CALL "}\nat: [1]\ngives: {state: called}\n", "at: is not a time"},
    {"case: x\ngathering: poll\ngives: {sat: 0}\n", "gives: unknown key 'sat'"},
    {"case: x\ngathering: quiz\ngives: {asked: 0}\n", "gives: unknown key 'asked'"},
    {"case: x\ngathering: forum\ngives: {coverage: 0}\n", "gives: unknown key 'coverage'"},
    {"case: x\ngathering: poll\ngives: {ranking: []}\n", "gives: unknown key 'ranking'"},
};

Test(pack_meet, a_case_of_a_gathering_that_is_wrong_is_told_what_and_where)
{
    const struct pack *p = kinds();

    for (size_t i = 0; i < COUNT(told); i++) {
        struct val *results = val_list(&arena);
        struct str what;

        cr_expect(!pack_cases(&arena, p, S("t/x.test.yaml"), str_of(told[i].text), results),
                  "row %zu", i);
        what = val_text(&results->first->val, "what");
        cr_expect(strstr(str_copy(&arena, what).p, told[i].what), "row %zu: %.*s", i,
                  STR_ARG(what));
    }
    arena_reset(&arena);
}

static bool named(const struct val *results, const char *what)
{
    for (const struct item *it = results->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "what"), str_of(what)) &&
            str_eq(val_text(&it->val, "file"), S("t/x.yaml")) && val_int(&it->val, "line") > 0)
            return true;
    }
    return false;
}

Test(pack_meet, what_has_no_case_of_its_own_is_named_with_file_and_line)
{
    const struct pack *p = kinds();
    struct val *results = val_list(&arena);

    (void)!pack_cases(&arena, p, S("t/x.test.yaml"),
                      S("case: x\ngathering: forum\ngives: {state: draft}\n"), results);
    cr_expect(!pack_tested(&arena, p, results));
    cr_expect(named(results, "no case of gathering forum refuses anything"));
    cr_expect(named(results, "gathering handover has no case"));
    for (const struct item *it = results->first; it; it = it->next)
        cr_expect(!strstr(val_text(&it->val, "what").p, "mechanism"),
                  "what the parent brings is the parent's to test");
    arena_reset(&arena);
}

/* Limits of a case: so many people and no more. */
static struct str crowd(const char *does, const char *key, int n)
{
    struct buf b = {.arena = &arena};

    buf_put(&b, S("case: x\ngathering: race\nposts:\n  li: dispatcher of C1\n"));
    for (int i = 0; i < 30; i++)
        buf_put(&b, str_format(&arena, "  p%d: secretary of C1\n", i));
    buf_put(&b, S("events:\n"));
    for (int i = 0; i <= n; i++)
        buf_put(&b,
                str_format(&arena, "- {at: \"2026-05-11 09:00\", who: li, does: %s, %s: p%d%s}\n",
                           does, key, i, i == n ? ", refused: invalid" : ""));
    buf_put(&b, S("gives: {state: draft}\n"));
    return buf_str(&b);
}

Test(pack_meet, a_case_has_room_for_forty_contestants_and_twenty_judges)
{
    const struct pack *p = kinds();
    struct val *results = val_list(&arena);

    cr_expect(pack_cases(&arena, p, S("x"), crowd("enter", "contestant", 40), results), "%s",
              val_text(&results->first->val, "what").p);
    cr_expect(pack_cases(&arena, p, S("x"), crowd("name", "judge", 20), results), "%s",
              val_text(&results->last->val, "what").p);
    arena_reset(&arena);
}
