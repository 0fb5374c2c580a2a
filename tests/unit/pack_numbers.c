/* What a pack may say about numbers and days, and in words of its own. */
#include "unit/pack_faults.h"

#define HEAD "mechanism: m\ntitle: {zh: 试, en: M}\nlate: [{after: 0, do: remind}]\n"
#define STEP \
    "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of street\n    within: 1 day\n"
#define T "title: {zh: 项, en: X}, "
#define F "title: {zh: 数, en: F}\n"

static const struct {
    const char *yaml, *what;
} rows[] = {
    {"figure: f\ntitle: {zh: 数, en: F}\nsum: nothing\nof: matters\nat: opened_at\n",
     "there is no number 'nothing'"},
    {"figure: f\ntitle: {zh: 数, en: F}\nsum: round\nof: parts\nat: opened_at\n",
     "there is no number 'round'"},
    {HEAD STEP "    actions: {solve: {end: solved, ask: [{name: reason, adds: true}]}}\n",
     "only a number, money or lines can add up"},
    {HEAD "ask: [{name: n, " T "kind: number}]\n" STEP
          "    actions: {solve: {end: solved, ask: [{name: n, " T "kind: money}]}}\n",
     "not as the same kind of number"},
    {HEAD STEP "    every: month\n    actions: {solve: {end: solved}}\n",
     "'every' needs an action with 'renews: true'"},
    {HEAD STEP "    every: day\n    actions: {solve: {end: solved}}\n",
     "every is week, month or quarter"},
    {HEAD STEP "    actions: {call: {to: stay, renews: true}, solve: {end: solved}}\n",
     "an action renews, but 'every' is missing"},
    {HEAD STEP "    every: week\n    actions: {solve: {end: solved, renews: true}}\n",
     "what renews must 'stay'"},
    {HEAD STEP "    every: week\n    kind: claim\n    unclaimed: {end: lapsed}\n"
               "    then: {end: solved}\n",
     "only a step of kind act has 'every'"},
    {"mechanism: m\ntitle: {zh: 试, en: M}\n" STEP
     "    every: week\n    actions: {call: {to: stay, renews: true}, solve: {end: solved}}\n",
     "'late' is missing"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of street\n"
          "    within: {by: ends_on}\n    actions: {solve: {end: solved}}\n",
     "no date 'ends_on' is asked for"},
    {HEAD "window: {from: \"02-30\", to: \"03-31\"}\n" STEP "    actions: {solve: {end: solved}}\n",
     "window: from is a day of the year"},
    {HEAD "window: {from: \"1-1\", to: \"03-31\"}\n" STEP "    actions: {solve: {end: solved}}\n",
     "window: from is a day of the year"},
    {HEAD "closes: [done]\n" STEP "    actions: {solve: {end: solved}}\n",
     "it never ends as 'done'"},
    {HEAD "opens: king of street\n" STEP "    actions: {solve: {end: solved}}\n",
     "there is no role 'king'"},
    {HEAD "ask: [{name: a, " T "kind: date, need: true}, {name: b, " T "kind: date, need: true}]\n"
          "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of street\n"
          "    within: {by: a}\n    actions: {solve: {to: b}}\n"
          "  b:\n    title: {zh: 乙, en: B}\n    who: dispatcher of street\n"
          "    within: {by: b}\n    actions: {solve: {end: solved}}\n",
     "one field for the whole mechanism"},
    {HEAD "ask: [{name: a, " T "kind: date, need: true}]\n"
          "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of street\n"
          "    within: {by: a}\n    extend: {times: 1, who: dispatcher of street}\n"
          "    actions: {solve: {end: solved}}\n",
     "'by' how much is missing"},
    {HEAD STEP "    actions: {solve: {end: solved, ask: [{name: n, " T "kind: text, min: 3}]}}\n",
     "only a number or money has a 'min'"},
    {HEAD STEP "    actions: {solve: {end: solved, ask: [{name: n, " T
               "kind: number, min: 3, max: 2}]}}\n",
     "'min' is more than 'max'"},
    {"gathering: g\nextends: nothing\n", "there is nothing of that name"},
    {"gathering: g\nextends: g\n", "in a circle"},
    {"figure: f\n" F "ratio: {over: ended, under: received}\nnow: true\n", "'now' is for counts"},
    {"figure: f\n" F "count: people\nnow: true\n", "'now' is for counts"},
    {"unit_kinds: {shop: {title: {zh: 店, en: Shop}, cards: [nothing]}}\n",
     "there is no figure 'nothing'"},
    {"unit_kinds: {shop: {title: {zh: 店, en: Shop}, cards: [open, open, open, open, open, open, "
     "open, open, open, open, open, open, open]}}\n",
     "more than 12 cards"},
    {HEAD "words: {take: {zh: 拿, en: Take}}\n" STEP "    actions: {solve: {end: solved}}\n",
     "the language has no word 'take' of its own"},
    {HEAD "words: {claim: {zh: 拿}}\n" STEP "    actions: {solve: {end: solved}}\n",
     "claim: the title is needed in zh and in en"},
    {HEAD "words: [claim]\n" STEP "    actions: {solve: {end: solved}}\n", "words"},
};

Test(pack_numbers, a_fault_about_numbers_or_days_is_named)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_fault(NULL, str_of(rows[i].yaml), rows[i].what);
}

Test(pack_numbers,
     a_mechanism_has_its_own_word_for_what_the_language_brings_and_the_others_keep_theirs)
{
    struct arena a;
    struct pack *p;

    arena_init(&a, (size_t)256 << 20);
    cr_assert(pack_read(&a, &pack_embedded, S("base"), &p, val_list(&a)));
    cr_expect(str_eq(proc_word(pack_proc(p, S("need")), S("claim")).zh, S("认领")));
    cr_expect(str_eq(proc_word(pack_proc(p, S("need")), S("pass")).zh, S("核查通过")));
    cr_expect(str_eq(proc_word(pack_proc(p, S("order")), S("claim")).zh, S("接单")));
    arena_reset(&a);
}
