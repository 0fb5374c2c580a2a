/* One broken mechanism per rule, and the line and sentence that must come of it. */
#include "unit/pack_faults.h"

#define HEAD "mechanism: m\ntitle: {zh: 试, en: M}\nlate: [{after: 0, do: remind}]\n"
#define STEP "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of street\n"

#define NO_LATE  "mechanism: m\ntitle: {zh: 试, en: M}\n"
#define HEAD_DOC "---\n" HEAD
#define DAY      "    within: 1 day\n"
#define SOLVE    "    actions: {solve: {end: solved}}\n"
#define DISPLAY                                                                  \
    "steps:\n  a:\n    title: {zh: 甲, en: A}\n    kind: notice\n    days: 3\n" \
    "    then: {end: solved}\n"
#define CHECK_B \
    "  b:\n    title: {zh: 乙, en: B}\n    kind: check\n    who: dispatcher of street\n" DAY
#define T         "title: {zh: 项, en: X}\n"
#define TT        "title: {zh: 项, en: X}, "
#define RUNG      "{after: 0, do: remind}, "
#define MEANS     "    carried: {end: solved}\n    lost: {end: declined}\n"
#define LONG_WORD "a234567890123456789012345678901234567890123456789012345678901234x"
#define PARTS_B   "  b:\n    title: {zh: 乙, en: B}\n    kind: parts\n    then: {end: solved}\n"
#define PART_X                                                                     \
    "{x: {title: {zh: 丙, en: X}, who: liaison of part, within: 1 day, actions: " \
    "{done: {to: ended}}}}\n"
#define ASKS10 "note, note, note, note, note, note, note, note, note, note"
#define ASKS31 ASKS10 ", " ASKS10 ", " ASKS10 ", note"

static const struct {
    const char *yaml;
    int line;
    const char *what;
} rows[] = {
    {HEAD STEP "    within: 1 day\n    actions: {solve: {to: b}}\n", 9, "there is no step 'b'"},
    {HEAD STEP "    actions: {solve: {end: solved}}\n", 6, "'within' is missing"},
    {HEAD STEP "    within: soon\n    actions: {solve: {end: solved}}\n", 8, "limit"},
    {HEAD STEP "    within: 1 day\n", 6, "nothing can be done here"},
    {HEAD STEP "    within: 1 day\n    actions: {solve: {to: a}}\n", 6, "no end can be reached"},
    {HEAD STEP "    within: 1 day\n    wihtin: 1 day\n    actions: {solve: {end: solved}}\n", 9,
     "unknown key 'wihtin'"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: king of street\n    within: 1 day\n"
          "    actions: {solve: {end: solved}}\n",
     7, "there is no role 'king'"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: grid_worker of street\n"
          "    within: 1 day\n    actions: {solve: {end: solved}}\n",
     7, "no grid_worker is held in a street"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲}\n    who: dispatcher of street\n    within: 1 day\n"
          "    actions: {solve: {end: solved}}\n",
     6, "in zh and in en"},
    {HEAD STEP "    within: 1 day\n    actions: {solve: {end: solved, ask: [nothing]}}\n", 9,
     "there is no field 'nothing'"},
    {"figure: f\ntitle: {zh: 数, en: F}\ncount: matters\nat: opened_at\nwhere: {mechanism: none}\n",
     5, "there is no mechanism 'none'"},
    {"figure: f\ntitle: {zh: 数, en: F}\nratio: {over: received, under: nothing}\n", 3,
     "must name two figures"},
    {"figure: f\n---\nfigure: f\n", 3, "is defined twice"},
    {"a: 1\na: 2\n", 2, "this key is here already"},
    {"nonsense: {}\n", 1, "unknown key 'nonsense'"},
    {HEAD STEP "    within: 1 day\n    actions: {solve: {end: solved}, solve: {end: solved}}\n", 9,
     "this key is here already"},
    {HEAD STEP DAY "    actions: {withdraw: {end: withdrawn}}\n"
                   "anytime: {withdraw: {who: reporter, during: [a], end: withdrawn}}\n",
     10, "is there twice in step a"},
    {HEAD STEP DAY "    actions: {solve: {to: b}}\n" CHECK_B "    fail: {to: back}\n"
                   "    then: {end: solved}\n",
     11, "a check needs 'not: solver'"},
    {HEAD STEP DAY "    actions: {solve: {to: b}}\n" CHECK_B "    not: solver\n"
                   "    then: {end: solved}\n",
     11, "'fail' must say where it goes back to"},
    {HEAD STEP DAY SOLVE "  b:\n    title: {zh: 乙, en: B}\n    who: reporter\n" DAY SOLVE, 11,
     "step b cannot be reached"},
    {HEAD STEP DAY "    late: [{after: 0, do: supervise community}]\n" SOLVE, 9,
     "do is remind, supervise street or supervise district"},
    {HEAD STEP DAY "    late: [{do: remind}]\n" SOLVE, 9, "'after' is missing"},
    {HEAD STEP DAY "    late: soon\n" SOLVE, 9, "must be a list of {after, do}"},
    {NO_LATE STEP DAY SOLVE, 5, "'late' is missing"},
    {"mechanism: m\ntitle: {zh: 试, en: M}\nextends: n\n---\nmechanism: n\n"
     "title: {zh: 试, en: N}\nextends: m\n",
     3, "in a circle"},
    {"mechanism: m\ntitle: {zh: 试, en: M}\nextends: nothing\n", 3, "nothing of that name"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of moon\n" DAY SOLVE, 7,
     "there is no place or kind of unit 'moon'"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: street\n" DAY SOLVE, 7,
     "must be 'ROLE of PLACE'"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, right: matter.fly}}\n", 9,
     "there is no right 'matter.fly'"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, right: area.manage}}\n"
                   "---\nroles: {admin: {rights: []}}\n",
     9, "no role has the right area.manage"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {lead: 1, joint: 3-1}}}\n", 9,
     "joint is a number or a range"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {lead: 2}}}\n", 9, "lead is 1, or 0-1"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {of: [moon]}}}\n", 9,
     "there is no kind of unit 'moon'"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {suggest: dice}}}\n", 9,
     "suggest can only be duty_list"},
    {HEAD STEP DAY
     "    actions: {assign: {to: b}}\n  b:\n    title: {zh: 乙, en: B}\n"
     "    kind: parts\n    then: {end: solved}\n    part: {x: {title: {zh: 丙, en: X}, "
     "who: liaison of part, within: 1 day, actions: {done: {to: ended}}}}\n",
     9, "'parts' is missing"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, ask: [" ASKS31 "]}}\n", 9,
     "at most 30 fields"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, ask: [note, note]}}\n", 9,
     "field note is asked twice"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, ask: [{name: q, kind: riddle}]}}\n", 9,
     "kind must be one of text"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, ask: [{name: note, suggest: true}]}}\n", 9,
     "only a category can be suggested"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, ask: [{name: note, personal: true, "
                   "public: true}]}}\n",
     9, "what is personal cannot be public"},
    {HEAD STEP DAY "    actions: {solve: {end: finished}}\n", 9, "outcome finished"},
    {HEAD STEP DAY "    actions: {improvise: {end: solved}}\n", 9,
     "improvise: the title is needed in zh and in en"},
    {HEAD STEP DAY "    actions: {pass: {end: solved}}\n", 9, "cannot be the name of an action"},
    {HEAD STEP DAY "    actions: {solve: {}}\n", 9, "leads nowhere"},
    {HEAD STEP DAY "    actions: {solve: {to: b}}\n" CHECK_B "    not: solver\n"
                   "    fail: {to: back}\n    then: {to: back}\n",
     17, "only 'fail' of a check can send 'back'"},
    {HEAD STEP DAY "    kind: notice\n    days: 3\n    then: stay\n", 11,
     "only an action can 'stay'"},
    {HEAD STEP DAY "    kind: check\n    not: solver\n    fail: {to: back}\n"
                   "    then: {end: solved}\n",
     6, "a matter cannot begin with a check or with parts"},
    {HEAD "start: {phone: b}\n" STEP DAY "    actions: {solve: {to: b}}\n" CHECK_B
          "    not: solver\n    fail: {to: back}\n    then: {end: solved}\n",
     12, "a matter cannot begin with a check or with parts"},
    {HEAD STEP DAY "    actions: {solve: {to: back}}\n", 9,
     "only 'fail' of a check can send 'back'"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, beyond: a}}\n", 9, "'beyond' needs 'times'"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, during: [a]}}\n", 9, "'during' belongs"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, assign: true}}\n", 9,
     "'assign' needs the field unit"},
    {HEAD STEP DAY
     "    actions: {solve: {end: solved, assign: true, ask: [{name: unit, need: false, "
     "of: [department]}]}}\n",
     9, "'assign' needs the field unit"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, assign: true, ask: [{name: unit, kind: "
                   "number, need: true}]}}\n",
     9, "'assign' needs the field unit"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, assign: true, ask: [{name: unit, need: "
                   "[phone], of: [department]}]}}\n",
     9, "'assign' needs the field unit"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, binds: true}}\n", 9,
     "'binds' belongs to the actions of a part"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, propose: peace}}\n", 9,
     "propose can only be duty_list"},
    {HEAD STEP "    within: {fast: 1 day}\n" SOLVE, 8, "there is no grade 'fast'"},
    {HEAD "grades: [urgent, normal]\n" STEP "    within: {urgent: 1 day}\n" SOLVE, 9,
     "the time limit for grade normal is missing"},
    {HEAD STEP DAY "    kind: dance\n" SOLVE, 6, "kind must be act, parts, claim"},
    {HEAD STEP DAY "    extend: {times: 1}\n" SOLVE, 9, "'who' may extend it is missing"},
    {HEAD STEP DAY "    extend: {times: 1, who: reporter, before_due: false}\n" SOLVE, 9,
     "before it has run out"},
    {HEAD STEP DAY SOLVE "anytime: {withdraw: {who: reporter, end: withdrawn}}\n", 10,
     "'during' must list"},
    {HEAD STEP DAY SOLVE "anytime: {withdraw: {who: reporter, during: [z], end: withdrawn}}\n", 10,
     "there is no step 'z'"},
    {HEAD STEP DAY SOLVE "start: {pigeon: a}\n", 10, "there is no channel 'pigeon'"},
    {HEAD STEP DAY "    kind: meet\n    quorum: most\n    carried: {end: solved}\n"
                   "    lost: {end: declined}\n",
     10, "is written like '2/3 of should_attend'"},
    {HEAD STEP DAY "    kind: claim\n    by: lot\n    then: {end: solved}\n"
                   "    unclaimed: {end: lapsed}\n",
     6, "by can only be first"},
    {HEAD STEP DAY "    kind: claim\n    then: {end: solved}\n", 6, "'unclaimed' is missing"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    kind: notice\n    then: {end: solved}\n",
     6, "'days' is missing"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    kind: notice\n    days: 3\n"
          "    then: {end: solved}\n    actions: {solve: {end: solved}}\n",
     10, "nobody may do it"},
    {HEAD DISPLAY "    objection: {upheld: {end: declined}, who: reporter}\n", 6,
     "'answer_within' is missing"},
    {NO_LATE DISPLAY
     "    objection: {answer_within: 1 day, upheld: {end: declined}, who: reporter}\n",
     5, "nothing happens when an answer is late"},
    {HEAD DISPLAY "    objection: {answer_within: 1 day, upheld: {end: declined}}\n", 6,
     "'who' answers objections is missing"},
    {HEAD DISPLAY "    objection: {answer_within: 1 day, who: reporter}\n", 6,
     "'upheld' is missing"},
    {HEAD DISPLAY "    objection: {answer_within: 1 day, who: reporter, upheld: stay}\n", 10,
     "only an action can 'stay'"},
    {HEAD DISPLAY "    objection: {answer_within: 1 day, who: reporter, upheld: z}\n", 10,
     "there is no step 'z'"},
    {HEAD DISPLAY "    objection: by letter\n", 10, "objection must be a map"},
    {HEAD DISPLAY "    objection: {by: letter}\n", 10, "objection: unknown key 'by'"},
    {HEAD DISPLAY "    show: [cost]\n", 6, "'cost' is shown, but nobody is asked for it"},
    {HEAD "ask: [{name: note, personal: true}]\n" DISPLAY "    show: [note]\n", 7,
     "'note' is personal and cannot be shown to everybody"},
    {HEAD STEP DAY "    kind: check\n    all_of: [reporter]\n    not: solver\n    fail: a\n"
                   "    then: {end: solved}\n",
     10, "a list of 2 to 8 checkers"},
    {HEAD STEP DAY "    kind: rate\n    then: {end: solved}\n", 6, "a rating must ask something"},
    {HEAD STEP DAY "    kind: rate\n    ask: [stars]\n    then: {end: solved}\n"
                   "    unsolved: {to: a}\n",
     12, "unsolved needs 'to' and 'times'"},
    {HEAD, 1, "has no steps"},
    {"mechanism: a b\n", 1, "must be a word"},
    {"roles: {king: {title: {zh: 王, en: King}, of: [castle], rights: [all]}}\n", 1,
     "there is no kind of unit 'castle'"},
    {"roles: {king: {title: {zh: 王, en: King}, rights: []}}\n", 1, "'of' must name"},
    {"roles: {king: {title: {zh: 王, en: King}, of: [street], rights: [all]}}\n", 1,
     "there is no right 'all'"},
    {"unit_kinds: {moon: {title: {zh: 月, en: Moon}, under: [sun]}}\n", 1,
     "there is no kind of unit 'sun'"},
    {"subjects: {x: {title: {zh: 项, en: X}, mechanism: none}}\n", 1,
     "there is no mechanism 'none'"},
    {"subjects: {x: {title: {zh: 项, en: X}, icon: a bell}}\n", 1, "icon: 'a bell' is not a word"},
    {"channels: {x: {title: {zh: 渠, en: X}, mechanism: none}}\n", 1,
     "there is no mechanism 'none'"},
    {"settings: {mechanism: none}\n", 1, "no such mechanism to start by default"},
    {"settings: {unit_tails: [1]}\n", 1, "unit_tails must be a list of texts"},
    {"settings: {import: {columns: {title: 标题}}}\n", 1, "title must be a list of texts"},
    {"calendar: {}\nhours: always\n", 2, "Hours of work"},
    {"words: {pass: remove}\n", 0, "the words must have 'pass'"},
    {"words: {bundled: remove}\n" HEAD_DOC STEP DAY SOLVE, 3, "outcome bundled"},
    {"- 1\n", 1, "a document must be a map"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, ask: [{name: q, title: {zh: 问, en: Q}, "
                   "kind: choice, of: [nothing]}]}}\n",
     9, "nothing: the title is needed in zh and in en"},
    {HEAD STEP DAY "    actions: {solve: {end: solved, ask: [{name: q, title: {zh: 问, en: Q}, "
                   "kind: category, tree: moon}]}}\n",
     9, "there is no tree 'moon'"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: a! of street\n" DAY SOLVE, 7,
     "must be 'ROLE of PLACE'"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of a!\n" DAY SOLVE, 7,
     "must be 'ROLE of PLACE'"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n" DAY SOLVE, 6, "'who' is missing"},
    {HEAD "steps:\n  ended:\n    title: {zh: 甲, en: A}\n    who: reporter\n" DAY SOLVE, 6,
     "'ended' cannot be the name of a step"},
    {HEAD "steps:\n  a b:\n    title: {zh: 甲, en: A}\n    who: reporter\n" DAY SOLVE, 6,
     "'a b' cannot be the name of a step"},
    {HEAD "steps: {}\n", 1, "has no steps"},
    {HEAD "anytime: {withdraw: {who: reporter, during: [a], end: withdrawn}}\n", 1, "has no steps"},
    {"mechanism: m\nextends: m\n", 2, "in a circle"},
    {"mechanism: m\nextends: [m]\n", 2, "nothing of that name"},
    {HEAD "grades: [urgent, urgent, urgent, urgent, urgent, urgent, urgent, urgent, normal]\n", 4,
     "at most 8 grades"},
    {HEAD STEP DAY "    actions: {\"a b\": {end: solved, title: {zh: 甲, en: A}}}\n", 9,
     "'a b' cannot be the name of an action"},
    {HEAD STEP DAY "    late: [{after: 0, do: remind street}]\n" SOLVE, 9,
     "do is remind, supervise street or supervise district"},
    {HEAD STEP DAY "    late: [" RUNG RUNG RUNG RUNG RUNG RUNG RUNG RUNG RUNG RUNG RUNG "]\n" SOLVE,
     9, "of at most 10"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {joint: 41}}}\n", 9,
     "joint is a number or a range"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {joint: 1-x}}}\n", 9,
     "joint is a number or a range"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {joint: 1-41}}}\n", 9,
     "joint is a number or a range"},
    {HEAD STEP DAY
     "    actions: {solve: {to: b}}\n  b:\n    title: {zh: 乙, en: B}\n    kind: check\n"
     "    not: solver\n" DAY
     "    all_of: [dispatcher of street, dispatcher of district]\n    fail: {to: back}\n"
     "    then: {end: solved}\n    actions: {answer: {end: answered}}\n",
     18, "action answer: nobody may do it"},
    {HEAD STEP DAY "    actions: {solve: {to: b}}\n" CHECK_B "    not: solver\n"
                   "    all_of: [reporter, reporter, reporter, reporter, reporter, reporter, "
                   "reporter, reporter, reporter]\n    fail: {to: back}\n    then: {end: solved}\n",
     16, "a list of 2 to 8 checkers"},
    {HEAD STEP DAY "    kind: meet\n    quorum: 1/2 of people\n" MEANS, 10, "is written like"},
    {HEAD STEP DAY "    kind: meet\n" MEANS, 6, "'gathering' must name"},
    {HEAD STEP DAY "    kind: meet\n" MEANS, 6, "'pass' must say how many"},
    {HEAD STEP DAY "    kind: meet\n    quorum: 1/2 of present\n" MEANS, 6,
     "quorum is a share of should_attend"},
    {HEAD STEP DAY "    kind: meet\n    weigh: gold\n" MEANS, 6, "weigh can only be area"},
    {HEAD STEP DAY "    kind: meet\n    merge_with: a\n" MEANS, 6, "merge_with needs when"},
    {HEAD STEP DAY "    kind: meet\n    quorum: 3/2 of present\n" MEANS, 10, "is written like"},
    {HEAD STEP DAY "    kind: meet\n    quorum: 0/2 of present\n" MEANS, 10, "is written like"},
    {HEAD STEP DAY "    kind: rate\n    ask: [stars, word]\n    then: {end: solved}\n"
                   "    unsolved: {to: a, times: 1, low: {stars: 2, word: 1}}\n",
     12, "low is {FIELD"},
    {HEAD STEP "    kind: notice\n    days: 0\n    then: {end: solved}\n", 9, "from 1 to 365"},
    {HEAD STEP "    kind: notice\n    days: 366\n    then: {end: solved}\n", 9, "from 1 to 365"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {}}}\n" PARTS_B "    part: {}\n", 11,
     "'part' must list the steps"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {}}}\n" PARTS_B, 11,
     "'part' must list the steps"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {}}}\n" PARTS_B
                   "    part: {x: {title: {zh: 丙, en: X}, kind: notice, days: 1, then: ended}}\n",
     14, "the steps of a part are all of kind act"},
    {HEAD STEP DAY "    actions: {assign: {to: b, parts: {}}, offer: {to: c, parts: {}}}\n" PARTS_B
                   "    part: " PART_X "  c:\n    title: {zh: 丁, en: C}\n    kind: parts\n"
                   "    then: {end: solved}\n    part: " PART_X,
     16, "at most one step with parts"},
    {"mechanism: a~b\n", 1, "must be a word"},
    {"mechanism: " LONG_WORD "\n", 1, "must be a word"},
    {"subjects: {\"a b\": {title: {zh: 项, en: X}}}\n", 1, "must be a word, not 'a b'"},
    {"subjects: {a: {" TT "under: {b: {" TT "under: {c: {" TT "under: {d: {" TT "under: {e: "
     "{title: {zh: 项, en: X}}}}}}}}}}}\n",
     1, "at most four levels deep"},
    {"settings: {unit_tails: [\"\"]}\n", 1, "unit_tails must be a list of texts"},
    {"figure: f\n" T "ratio: {over: received, under: received}\n---\nfigure: g\n" T
     "ratio: {over: f, under: received}\n",
     5, "over two counts, not over a ratio"},
    {"figure: f\n" T "ratio: {over: received, under: received}\n---\nfigure: g\n" T
     "ratio: {over: received, under: f}\n",
     5, "over two counts, not over a ratio"},
    {"figure: f\ntitle: {zh: 数, en: F}\ncount: stars\nat: opened_at\n", 1,
     "count must be matters, parts, ratings, gatherings, units, posts, people, entries, bonds, booths, duties or service"},
    {"figure: f\n" T "count: units\nwhere: {kind: castle}\n", 4, "there is no kind 'castle'"},
    {"figure: f\n" T "count: units\nwhere: {has: king}\n", 4, "there is no has 'king'"},
    {"figure: f\n" T "count: units\nwhere: {party_form: loose}\n", 4,
     "there is no party_form 'loose'"},
    {"figure: f\n" T "count: units\nwhere: {shops: many}\n", 4, "a number or a range"},
    {"figure: f\n" T "count: units\nat: opened_at\n", 1, "'at' must be one of began_at"},
    {"figure: f\n" T "sum: honour_level\nof: units\n", 1, "no number 'honour_level' to add up"},
    {"figure: f\n" T "count: gatherings\nat: started_at\nwhere: {kind: feast}\n", 5,
     "there is no kind 'feast'"},
    {"figure: f\n" T "values: [received]\n", 1, "values must name 2 to 6 figures"},
    {"figure: f\n" T "values: [received, nothing]\n", 1, "there is no figure 'nothing'"},
    {"figure: f\n" T "values: [received, on_time_rate]\n", 1, "values are counts or sums"},
    {"unit_kinds: {shop: {title: {zh: 店, en: Shop}, ask: [photos]}}\n", 1,
     "a fact is a number, choice, text or date"},
    {"unit_kinds: {shop: {title: {zh: 店, en: Shop}, ask: [{name: kind, title: {zh: 类, en: K}, "
     "kind: text}]}}\n",
     1, "a fact cannot be called kind"},
    {"figure: f\ntitle: {zh: 数, en: F}\ncount: matters\nat: rated_at\n", 1, "'at' must be one of"},
    {"figure: f\ntitle: {zh: 数, en: F}\ncount: matters\nat: opened_at\nwhere: {colour: red}\n", 5,
     "have no fact 'colour'"},
    {"figure: f\ntitle: {zh: 数, en: F}\nsum: weight\nof: matters\nat: opened_at\n", 1,
     "there is no number 'weight'"},
};

static bool read_yaml(struct arena *a, const char *yaml, struct pack **p, struct val *faults)
{
    struct memory_pack files = {.yaml = str_of(yaml)};

    return memory_pack_read(a, &files, p, faults);
}

static bool has_fault(const struct val *faults, int line, const char *what)
{
    for (const struct item *it = faults->first; it; it = it->next) {
        struct str s = val_get(&it->val, S("what"))->str;

        if (val_get(&it->val, S("line"))->integer == line &&
            (!line || str_eq(val_get(&it->val, S("file"))->str, S("t/x.yaml"))) &&
            memmem(s.p, s.n, what, strlen(what)))
            return true;
    }
    return false;
}

Test(pack_check, every_fault_is_named_with_its_file_and_line)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a;
        struct val *faults;
        struct pack *p;

        arena_init(&a, (size_t)256 << 20);
        faults = val_list(&a);
        cr_expect(!read_yaml(&a, rows[i].yaml, &p, faults), "row %zu was accepted", i);
        if (!has_fault(faults, rows[i].line, rows[i].what)) {
            struct buf b = {.arena = &a};

            json_write(&b, faults);
            cr_expect(false, "row %zu: no “%s” in line %d: %.*s", i, rows[i].what, rows[i].line,
                      STR_ARG(buf_str(&b)));
        }
        arena_reset(&a);
    }
}

Test(pack_check, every_procedure_of_the_base_pack_can_be_walked_without_a_fault)
{
    struct arena a;
    struct val *faults;
    struct pack *p;

    arena_init(&a, (size_t)1 << 30);
    faults = val_list(&a);
    cr_assert(pack_read(&a, &pack_embedded, S("base"), &p, faults));
    cr_expect(proc_walk(&a, pack_proc(p, S("whistle")), faults));
    cr_expect(proc_walk(&a, pack_proc(p, S("order")), faults));
    cr_expect(proc_walk(&a, pack_proc(p, S("suggestion")), faults));
    cr_expect(proc_walk(&a, pack_proc(p, S("mediation")), faults));
    arena_reset(&a);
}

/* What only trying out finds: each planted fault and the sentence that names it. */
static const struct {
    const char *yaml, *what; /* NULL: nothing is wrong */
} walks[] = {
    {HEAD STEP DAY SOLVE, NULL},
    {KINDS_YAML, NULL},
    {HEAD "checked: true\n" STEP DAY SOLVE, "step a: ends as solved without a passed check"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: liaison of part\n" DAY SOLVE,
     "step a: a dead end: nobody can leave it"},
    {HEAD STEP DAY "    actions: {call: {to: b, times: 1}}\n  b:\n    title: {zh: 乙, en: B}\n"
                   "    who: reporter\n" DAY "    actions: {back: {to: a}, solve: {end: solved}}\n",
     "step a: a dead end: nobody can leave it"},
    {HEAD STEP DAY
     "    actions: {assign: {to: b, parts: {}}}\n  b:\n    title: {zh: 乙, en: B}\n"
     "    kind: parts\n    then: c\n    part: {x: {title: {zh: 丙, en: X}, who: liaison of part, "
     "within: 1 day, actions: {return: {to: ended, outcome: stopped}}}}\n"
     "  c:\n    title: {zh: 丁, en: C}\n    kind: check\n    who: holder\n    not: solver\n" DAY
     "    fail: {to: back}\n    then: {end: solved}\n",
     "step c: a dead end: nobody can leave it"},
    {HEAD
     "steps:\n  a:\n    title: {zh: 甲, en: A}\n    kind: notice\n    days: 1\n    then: c\n"
     "  c:\n    title: {zh: 丁, en: C}\n    kind: check\n    who: dispatcher of street\n"
     "    not: solver\n" DAY "    fail: {to: b}\n    then: {end: solved}\n"
     "  b:\n    title: {zh: 乙, en: B}\n    who: dispatcher of street\n" DAY
     "    actions: {call: {to: b, times: 1, title: {zh: 叫, en: Call}}, solve: {to: c, times: 1}}\n",
     "step b: a dead end: nobody can leave it"},
    {HEAD STEP "    within: 1 day\n    kind: claim\n    then: b\n    unclaimed: c\n" PARTS_B
               "    part: " PART_X "  c:\n    title: {zh: 丁, en: C}\n    who: reporter\n" DAY
               "    actions: {assign: {to: b, parts: {}}}\n",
     "step a: claim is offered and then refused: There is no part"},
    {HEAD "within: 100000 working days\n" STEP DAY SOLVE, "cannot be opened: The calendar"},
    {HEAD STEP DAY "    actions: {call: {to: b}, back: {to: c}}\n  b:\n    title: {zh: 乙, en: B}\n"
                   "    who: liaison of part\n" DAY SOLVE
                   "  c:\n    title: {zh: 丁, en: C}\n    who: liaison of part\n" DAY SOLVE,
     "step c: a dead end: nobody can leave it"},
    {HEAD "steps:\n  a:\n    title: {zh: 甲, en: A}\n    kind: claim\n"
          "    who: liaison of team or liaison of department\n" DAY "    unclaimed: {end: lapsed}\n"
          "    then: b\n  b:\n    title: {zh: 乙, en: B}\n    who: liaison of joint\n" DAY SOLVE,
     "step b: a dead end: nobody can leave it"},
};

Test(pack_check, what_is_planted_is_found_by_walking_and_named)
{
    for (size_t i = 0; i < COUNT(walks); i++) {
        struct arena a;
        struct val *faults;
        struct pack *p;
        struct buf b;
        bool found = false, clean;

        arena_init(&a, (size_t)1 << 30);
        faults = val_list(&a);
        if (!read_yaml(&a, walks[i].yaml, &p, faults)) {
            b = (struct buf){.arena = &a};
            json_write(&b, faults);
            cr_expect(false, "walk %zu: %.*s", i, STR_ARG(buf_str(&b)));
            arena_reset(&a);
            continue;
        }
        for (int k = 0; k < p->procs; k++) {
            if (str_eq(p->proc[k].file, S("t/x.yaml")))
                found = !proc_walk(&a, &p->proc[k], faults) || found;
        }
        clean = !walks[i].what;
        b = (struct buf){.arena = &a};
        json_write(&b, faults);
        cr_expect(found == !clean, "walk %zu: %.*s", i, STR_ARG(buf_str(&b)));
        if (!clean)
            cr_expect(memmem(b.p, b.n, walks[i].what, strlen(walks[i].what)), "walk %zu: %.*s", i,
                      STR_ARG(buf_str(&b)));
        arena_reset(&a);
    }
}

/* ---- too much of something ---- */

/* `each` and its number and `tail`, n times. */
static struct str many(struct arena *a, const char *before, const char *each, const char *tail,
                       int n)
{
    struct buf b = {.arena = a};

    buf_put(&b, str_of(before));
    for (int i = 0; i < n; i++)
        buf_put(&b, str_format(a, "%s%d%s", each, i, tail));
    return buf_str(&b);
}

Test(pack_check, a_procedure_can_be_too_long_for_anybody)
{
    struct arena a;

    arena_init(&a, (size_t)64 << 20);
    expect_fault(NULL,
                 many(&a, HEAD "steps:\n", "  s",
                      ": {title: {zh: 甲, en: A}, kind: notice, days: 1, then: {end: solved}}\n",
                      65),
                 "1 to 64 steps are possible");
    expect_fault(
        NULL,
        many(&a, HEAD STEP DAY "    actions: {assign: {to: b, parts: {}}}\n" PARTS_B "    part:\n",
             "      x", ": {title: {zh: 丙, en: X}, who: liaison of part, within: 1 day}\n", 65),
        "more than 64 steps");
    expect_fault(NULL,
                 many(&a, HEAD STEP DAY "    actions:\n", "      a",
                      ": {title: {zh: 办, en: Do}, end: solved}\n", 65),
                 "at most 64 actions");
    expect_fault(NULL, many(&a, "# ", "a long comment ", " ", 1 << 16), "is longer than 1 MB");
    arena_reset(&a);
}

/* ---- pack.yaml ---- */

static const struct {
    const char *meta, *what;
} metas[] = {
    {"- 1\n", "pack.yaml must be a map"},
    {"# nothing\n", "pack.yaml must be a map"},
    {"pack: [\n", "did not find expected"},
    {"pack: other\ntitle: {zh: 测, en: T}\n", "pack must be the folder's name, 't'"},
    {"pack: t\nextends: t\ntitle: {zh: 测, en: T}\n", "extend each other in a circle"},
    {"pack: t\nextends: {base: 1}\ntitle: {zh: 测, en: T}\n", "extends must be a text"},
    {"pack: t\nextends: nothing\ntitle: {zh: 测, en: T}\n", "there is no such file"},
    {"pack: t\nextends: " LONG_WORD LONG_WORD LONG_WORD "\ntitle: {zh: 测, en: T}\n",
     "there is no such file"},
    {"pack: t\nextends: base\nprice: 3\n", "unknown key 'price'"},
};

Test(pack_check, what_a_pack_says_of_itself_is_checked_as_well)
{
    for (size_t i = 0; i < COUNT(metas); i++)
        expect_fault(metas[i].meta, S("# nothing\n"), metas[i].what);
}

static bool one_missing(struct arena *a, struct str **path, size_t *n)
{
    *path = NEW_ARRAY(a, struct str, 1);
    (*path)[0] = S("t/missing.yaml");
    *n = 1;
    return true;
}

/* `arg`: how many files the folder is said to have; 1: one that is not there. */
static bool list_files(void *arg, struct str pack, struct arena *a, struct str **path, size_t *n)
{
    const int *files = arg;

    (void)pack;
    if (*files == 1)
        return one_missing(a, path, n);
    *n = (size_t)*files;
    *path = NEW_ARRAY(a, struct str, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*path)[i] = str_format(a, "t/%zu.yaml", i);
    return *files > 0;
}

static bool read_files(void *arg, struct str path, struct str *text)
{
    (void)arg;
    *text =
        str_eq(path, S("t/pack.yaml")) ? S("pack: t\ntitle: {zh: 测, en: T}\n") : S("# nothing\n");
    return !str_eq(path, S("t/missing.yaml"));
}

static bool folder_read(struct arena *a, int files, const char *what)
{
    const struct pack_source from = {read_files, list_files, &files};
    struct val *faults = val_list(a);
    struct pack *p;
    bool ok = pack_read(a, &from, S("t"), &p, faults);

    if (!ok) {
        struct str s = val_get(&faults->first->val, S("what"))->str;

        cr_expect(memmem(s.p, s.n, what, strlen(what)), "%.*s", STR_ARG(s));
    }
    return ok;
}

Test(pack_check, a_pack_is_a_folder_of_some_files)
{
    struct arena a;
    struct pack *p;

    arena_init(&a, (size_t)64 << 20);
    cr_expect(folder_read(&a, 0, ""), "pack.yaml alone is a pack, if an empty one");
    cr_expect(!folder_read(&a, 1, "there is no such file"));
    cr_expect(folder_read(&a, 399, ""));
    cr_expect(!folder_read(&a, 400, "more than 400 files"));
    cr_expect(!pack_read(&a, &pack_embedded, S("a b"), &p, val_list(&a)));
    cr_expect(!pack_read(&a, &pack_embedded, S("nothing"), &p, val_list(&a)));
    cr_expect(!pack_base_read(&a, &pack_embedded, S("nothing"), val_list(&a)));
    arena_reset(&a);
}

Test(pack_check, a_pack_may_have_a_brand_and_put_others_things_in_place_of_its_parents)
{
    struct memory_pack files = {
        .meta = S("pack: t\nextends: base\ntitle: {zh: 测, en: T}\nbrand: {zh: 应哨, en: Y}\n"),
        .yaml = S("figure: received\ntitle: {zh: 数, en: N}\ncount: parts\nat: opened_at\n"
                  "---\nmechanism: clue\nextends: whistle\ntitle: {zh: 线索, en: Clue}\n")};
    struct arena a;
    struct pack *p;
    const struct proc *clue;

    arena_init(&a, (size_t)256 << 20);
    cr_assert(memory_pack_read(&a, &files, &p, val_list(&a)));
    cr_expect(str_eq(p->brand.en, S("Y")) && str_eq(p->title.en, S("T")));
    cr_expect(str_eq(pack_figure(p, S("received"))->noun, S("parts")));
    cr_expect(pack_figure(p, S("received"))->wheres == 0, "nothing of the parent's is left");
    clue = pack_proc(p, S("clue"));
    cr_expect(clue && clue->steps == pack_proc(p, S("whistle"))->steps);
    cr_expect(!pack_role(p, S("king")) && !pack_figure(p, S("joy")) && !pack_proc(p, S("war")));
    cr_expect(!role_has(pack_role(p, S("member")), S("verify")));
    cr_expect(role_has(pack_role(p, S("admin")), S("verify")));
    cr_expect(!role_has(pack_role(p, S("leader")), S("verify")));
    arena_reset(&a);
}
