/* What a pack may say about numbers. */
#include "unit/pack_faults.h"

#define HEAD "mechanism: m\ntitle: {zh: 试, en: M}\nlate: [{after: 0, do: remind}]\n"
#define STEP \
    "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of street\n    within: 1 day\n"
#define T "title: {zh: 项, en: X}, "

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
};

Test(pack_numbers, a_fault_about_numbers_is_named)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_fault(NULL, str_of(rows[i].yaml), rows[i].what);
}
