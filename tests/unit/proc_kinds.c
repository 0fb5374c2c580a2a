/* Steps of the kinds that the shipped packs do not use yet: a meeting, a notice, a claim by
 * anybody, a check with several gates, and a rating by mark; told as cases. */
#include "base/file.h"
#include "unit/mutate.h"
#include "unit/pack_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define POSTS                                                                                   \
    "mechanism: deliberation\n"                                                                 \
    "posts: {shu: secretary of C1, shu2: secretary of C1, li: dispatcher of C1, "               \
    "zhao: dispatcher of S1, qu: dispatcher of D1, both: [secretary of C1, dispatcher of S1], " \
    "gong: liaison of parks, wang: liaison of B1}\n"                                            \
    "events:\n"                                                                                 \
    "  - {at: \"2026-05-11 09:00\", who: li, does: open, channel: phone, body: 修路}\n"
#define CARRIED                                                                              \
    "  - {at: \"2026-05-12 09:00\", who: shu, does: carried, should_attend: 9, present: 6, " \
    "in_favour: 4}\n"
#define CLAIMED "  - {at: \"2026-05-20 09:00\", who: gong, does: claim}\n"
#define DONE    "  - {at: \"2026-05-20 10:00\", who: gong, does: done}\n"
#define PASSED                                               \
    "  - {at: \"2026-05-21 09:00\", who: shu, does: pass}\n" \
    "  - {at: \"2026-05-21 10:00\", who: zhao, does: pass}\n"

static const char cases[] =
    "case: a meeting decides by its counts, and only with its quorum\n" POSTS
    "  - {at: \"2026-05-12 09:00\", who: li, does: carried, should_attend: 9, present: 9, "
    "in_favour: 9, refused: denied}\n"
    "  - {at: \"2026-05-12 09:00\", who: shu, does: carried, should_attend: 9, present: 5, "
    "in_favour: 5, refused: conflict}\n"
    "  - {at: \"2026-05-12 09:00\", who: shu, does: carried, should_attend: 9, present: 6, "
    "in_favour: 3, refused: in_favour}\n"
    "  - {at: \"2026-05-12 09:00\", who: shu, does: lost, should_attend: 9, present: 6, "
    "in_favour: 4, refused: in_favour}\n"
    "  - {at: \"2026-05-12 09:00\", who: shu, does: carried, should_attend: 5, present: 6, "
    "in_favour: 4, refused: present}\n"
    "  - {at: \"2026-05-12 09:00\", who: shu, does: carried, refused: should_attend}\n"
    "  - {at: \"2026-05-12 09:00\", who: shu, does: carried, should_attend: 9, present: 6, "
    "in_favour: 7, refused: in_favour}\n"
    "  - {at: \"2026-05-12 09:00\", who: shu, does: claim, refused: conflict}\n" CARRIED
    "gives: {step: public}\n---\n"
    "case: a motion that is lost ends\n" POSTS
    "  - {at: \"2026-05-12 09:00\", who: shu, does: lost, should_attend: 9, present: 6, "
    "in_favour: 3}\n"
    "  - {at: \"2026-05-12 10:00\", who: shu, does: lost, should_attend: 9, present: 6, "
    "in_favour: 3, refused: conflict}\n"
    "gives: {step: ended, outcome: declined}\n---\n"
    "case: an objection sends a notice back, twice at most\n" POSTS CARRIED
    "  - {at: \"2026-05-13 09:00\", who: zhao, does: object, refused: denied}\n"
    "  - {at: \"2026-05-13 09:00\", who: li, does: object}\n"
    "  - {at: \"2026-05-13 10:00\", who: shu, does: carried, should_attend: 9, present: 9, "
    "in_favour: 9}\n"
    "  - {at: \"2026-05-14 09:00\", who: li, does: object}\n"
    "  - {at: \"2026-05-14 10:00\", who: shu, does: carried, should_attend: 9, present: 9, "
    "in_favour: 9}\n"
    "  - {at: \"2026-05-15 09:00\", who: li, does: object, refused: conflict}\n"
    "gives: {step: public}\n---\n"
    "case: a notice goes on by itself, and what nobody claims lapses\n" POSTS CARRIED
    "  - {at: \"2026-05-20 00:00\", who: wang, does: claim, refused: denied}\n"
    "at: \"2026-05-25 12:00\"\n"
    "gives: {step: ended, outcome: lapsed}\n---\n"
    "case: who claimed it has it, may have it extended twice, and may give it back\n" POSTS CARRIED
        CLAIMED "  - {at: \"2026-05-20 09:01\", who: gong, does: claim, refused: conflict}\n"
    "  - {at: \"2026-05-20 09:02\", who: gong, does: extend, refused: denied}\n"
    "  - {at: \"2026-05-20 09:03\", who: zhao, does: extend}\n"
    "  - {at: \"2026-05-20 09:04\", who: zhao, does: extend}\n"
    "  - {at: \"2026-05-20 09:05\", who: zhao, does: extend, refused: conflict}\n"
    "  - {at: \"2026-05-20 09:06\", who: zhao, does: resume, refused: conflict}\n"
    "  - {at: \"2026-05-20 09:07\", who: gong, does: pause, refused: denied}\n"
    "  - {at: \"2026-05-20 09:08\", who: zhao, does: pause}\n"
    "  - {at: \"2026-05-20 09:09\", who: zhao, does: pause, refused: conflict}\n"
    "  - {at: \"2026-05-20 09:10\", who: gong, does: done, refused: conflict}\n"
    "  - {at: \"2026-05-20 09:11\", who: zhao, does: resume}\n"
    "  - {at: \"2026-05-20 09:12\", who: gong, does: give_back}\n"
    "gives: {step: open, pauses: 1}\n---\n"
    "case: every gate is passed by another person, and not by who solved it\n" POSTS CARRIED CLAIMED
        DONE "  - {at: \"2026-05-20 11:00\", who: gong, does: pass, refused: denied}\n"
    "  - {at: \"2026-05-20 11:00\", who: both, does: pass}\n"
    "  - {at: \"2026-05-20 12:00\", who: both, does: pass, refused: conflict}\n"
    "  - {at: \"2026-05-20 13:00\", who: shu2, does: pass, refused: conflict}\n"
    "  - {at: \"2026-05-20 14:00\", who: qu, does: pass}\n"
    "gives: {step: rated, checked: true}\n---\n"
    "case: a gate that fails sends it back to whoever did it\n" POSTS CARRIED CLAIMED DONE
    "  - {at: \"2026-05-20 11:00\", who: shu, does: pass}\n"
    "  - {at: \"2026-05-20 12:00\", who: zhao, does: fail, fill: no, refused: reason}\n"
    "  - {at: \"2026-05-20 12:00\", who: zhao, does: fail}\n"
    "gives: {step: doing, holder: gong, checked: false}\n---\n"
    "case: two stars count as not solved, once; the second time the district hears of it\n" POSTS
        CARRIED CLAIMED DONE PASSED
    "  - {at: \"2026-05-21 11:00\", who: gong, does: rate, stars: 5, refused: denied}\n"
    "  - {at: \"2026-05-21 11:00\", who: reporter, does: rate, stars: 2}\n"
    "  - {at: \"2026-05-21 12:00\", who: gong, does: claim}\n"
    "  - {at: \"2026-05-21 13:00\", who: gong, does: done}\n"
    "  - {at: \"2026-05-21 14:00\", who: shu, does: pass}\n"
    "  - {at: \"2026-05-21 15:00\", who: zhao, does: pass}\n"
    "  - {at: \"2026-05-21 16:00\", who: reporter, does: rate, stars: 5, solved: no}\n"
    "gives: {step: ended, outcome: unsolved, round: 2}\n---\n"
    "case: three stars are enough, and no answer is an end too\n" POSTS CARRIED CLAIMED DONE PASSED
    "at: \"2026-06-21 09:00\"\n"
    "gives: {step: ended, outcome: solved, rated: false}\n---\n"
    "case: a matter merged into another has ended\n" POSTS
    "  - {at: \"2026-05-12 09:00\", who: li, does: open, refused: conflict}\n"
    "  - {at: \"2026-05-12 09:00\", who: li, does: rate, refused: conflict}\n"
    "  - {at: \"2026-05-12 09:00\", who: li, does: release, part: parks, refused: conflict}\n"
    "  - {at: \"2026-05-12 09:00\", who: li, does: tick, refused: conflict}\n"
    "  - {at: \"2026-05-12 09:00\", who: li, does: bundle}\n"
    "  - {at: \"2026-05-12 09:01\", who: li, does: bundle, refused: conflict}\n"
    "  - {at: \"2026-05-12 09:01\", who: li, does: pause, refused: conflict}\n"
    "  - {at: \"2026-05-12 09:01\", who: li, does: resume, refused: conflict}\n"
    "  - {at: \"2026-05-12 09:01\", who: li, does: extend, refused: conflict}\n"
    "gives: {step: ended, outcome: bundled}\n";

Test(proc_kinds, meetings_notices_claims_gates_and_marks_keep_their_rules)
{
    struct memory_pack files = {.yaml = S(KINDS_YAML)};
    struct arena a;
    struct val *faults, *results;
    struct pack *p;
    int n = 0;

    arena_init(&a, (size_t)512 << 20);
    faults = val_list(&a);
    results = val_list(&a);
    cr_assert(memory_pack_read(&a, &files, &p, faults));
    (void)!pack_cases(&a, p, S("deliberation.test.yaml"), str_of(cases), results);
    for (const struct item *it = results->first; it; it = it->next, n++) {
        struct str name = val_get(&it->val, S("case"))->str;
        struct str what = val_get(&it->val, S("what"))->str;

        cr_expect(val_get(&it->val, S("ok"))->boolean, "%.*s: %.*s", STR_ARG(name), STR_ARG(what));
    }
    cr_expect(n == 10, "%d cases", n);
    arena_reset(&a);
}

/* One case with one value that is something else: it runs to its end and says so in words. */
static void run_mutated(const struct pack *p, const struct val *doc, int at, int which, int *failed)
{
    struct arena a;
    struct buf b;
    struct val one, *results;
    int n = 0;

    arena_init(&a, (size_t)64 << 20);
    b = (struct buf){.arena = &a};
    results = val_list(&a);
    one = mutated(&a, doc, at, which, &n);
    json_write(&b, &one);
    if (!pack_cases(&a, p, S("deliberation.test.yaml"), buf_str(&b), results)) {
        cr_expect(results->first && val_get(&results->first->val, S("what"))->str.n, "%.*s",
                  STR_ARG(buf_str(&b)));
        (*failed)++;
    }
    arena_reset(&a);
}

Test(proc_kinds, a_case_in_which_any_one_value_is_wrong_says_so_and_never_breaks)
{
    struct memory_pack files = {.yaml = S(KINDS_YAML)};
    struct arena a;
    struct err e = {0};
    struct val *docs;
    struct pack *p;
    int failed = 0, all = 0;

    arena_init(&a, (size_t)512 << 20);
    cr_assert(memory_pack_read(&a, &files, &p, val_list(&a)));
    cr_assert(yaml_read_all(&a, S("x"), str_of(cases), &docs, &e), "%s", e.text);
    for (const struct item *it = docs->first; it; it = it->next) {
        int n = values_in(&a, &it->val);

        for (int at = 0; at < n; at++) {
            for (int which = at % 7; which < MUTATIONS; which += 7, all++)
                run_mutated(p, &it->val, at, which, &failed);
        }
    }
    cr_expect(failed > all / 4 && failed < all, "%d of %d", failed, all);
    arena_reset(&a);
}

/* The example of docs/pack-author.md, read out of it: five lines make one more mode of 网格+. */
Test(proc_kinds, the_mode_in_the_authors_guide_loads_as_it_stands_there)
{
    static const char begin[] = "```yaml\n# packs/mine/modes.yaml\n";
    struct memory_pack files = {0};
    struct arena a;
    struct val *faults;
    struct pack *p;
    struct str text;
    const char *from, *to;
    struct err e = {0};
    const struct proc *def;

    arena_init(&a, (size_t)512 << 20);
    faults = val_list(&a);
    cr_assert(file_read(&a, "docs/pack-author.md", 1 << 20, &text, &e), "%s", e.text);
    from = memmem(text.p, text.n, begin, sizeof(begin) - 1);
    cr_assert(from, "the guide has lost its example");
    from += sizeof(begin) - 1;
    to = memmem(from, (size_t)(text.p + text.n - from), "```", 3);
    cr_assert(to);
    files.yaml = (struct str){from, (size_t)(to - from)};
    cr_assert(memory_pack_read(&a, &files, &p, faults));
    def = pack_proc(p, S("grid_flood"));
    cr_assert(def);
    cr_expect(def->step[0].within.grade[0].n == 5);
    cr_expect(def->steps == pack_proc(p, S("whistle"))->steps);
    cr_expect(proc_walk(&a, def, faults));
    arena_reset(&a);
}
