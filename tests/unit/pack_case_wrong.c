/* Cases that say what cannot be: each is told so in words, and none runs as if nothing were wrong.
 */
#include "unit/pack_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define TOWN "case: c\ntown: {D1: district, S1: {kind: street, under: D1}}\n"
#define GIVE "gives: {D1: {firms: 0}}\n"
#define PAIR \
    "case: c\nbond: leader_talent\nposts: {zu: organiser of D1, ling: leader of D1}\nentries: {gao: {roll: talents, kind: local}}\n"
#define MAKE \
    "events: [{at: \"2026-05-11 09:00\", who: zu, does: make, leader: ling, talent: gao}]\n"
#define FAIR "case: c\nposts: {zu: organiser of D1}\nunits: {E1: enterprise}\n"
#define CALL \
    "events:\n  - {at: \"2026-03-02 09:00\", who: zu, does: call, starts: \"2026-03-20 09:00\"}\n"
#define BED "{kind: talent_flat}"
#define TEN(n)                                                                             \
    n "0: " BED ", " n "1: " BED ", " n "2: " BED ", " n "3: " BED ", " n "4: " BED ", " n \
      "5: " BED ", " n "6: " BED ", " n "7: " BED ", " n "8: " BED ", " n "9: " BED

static const struct {
    const char *yaml, *what;
} rows[] = {
    {"case: c\nnames: {mechanism moon: 月}\n", "wanted “月”, got “none”"},
    {"case: c\nnames: {gathering moon: 月}\n", "wanted “月”, got “none”"},
    {"case: c\nnames: {unit_kind moon: 月}\n", "wanted “月”, got “none”"},
    {"case: c\nnames: {role moon: 月}\n", "wanted “月”, got “none”"},
    {"case: c\nnames: {roll moon: 月}\n", "wanted “月”, got “none”"},
    {"case: c\nnames: {figure moon: 月}\n", "wanted “月”, got “none”"},
    {"case: c\nnames: {brand moon: 月}\n", "wanted “月”, got “none”"},
    {"case: c\nnames: {moon: 月}\n", "there is nothing called 'moon'"},
    {"case: c\nnames: {brand: 月}\n", "wanted “月”, got “应哨”"},
    {"case: c\nnames: 月\n", "names: there is none"},
    {"case: c\nnames: {role talent: {zh: 认定人才, icon: moon}}\n", "icon: wanted “moon”"},
    {"case: c\ntown: {S1: {kind: street, under: D9}}\n" GIVE, "under nothing that is there yet"},
    {"case: c\ntown: {S1: {kind: street, since: soon}}\n" GIVE, "since is not a time"},
    {"case: c\ntown: 月\n" GIVE, "there is no unit"},
    {TOWN "posts: {a: leader}\n" GIVE, "a post is ROLE of UNIT"},
    {TOWN "posts: {a: leader at D1}\n" GIVE, "a post is ROLE of UNIT"},
    {TOWN "posts: {a: {post: leader of D1, since: soon}}\n" GIVE, "since is not a time"},
    {TOWN "posts: {a: {post: leader of D1, until: soon}}\n" GIVE, "until is not a time"},
    {TOWN "entries: [{roll: moon, unit: D1}]\n" GIVE,
     "an entry names a roll of the pack and a unit"},
    {TOWN "entries: [{roll: talents, unit: D9}]\n" GIVE,
     "an entry names a roll of the pack and a unit"},
    {TOWN "entries: [{roll: talents, unit: D1, kind: local, since: soon}]\n" GIVE,
     "since is not a time"},
    {TOWN "entries: [{roll: talents, unit: D1, kind: local, does: [fly]}]\n" GIVE,
     "This cannot be done with the entry"},
    {TOWN "entries: [{roll: young_pool, unit: D1, birth_date: soon}]\n" GIVE, "keeps no such roll"},
    {TOWN "from: soon\n" GIVE, "from is not a time"},
    {TOWN "at: soon\n" GIVE, "at is not a time"},
    {TOWN "gives: {D9: {firms: 0}}\n", "there is no unit 'D9'"},
    {TOWN "gives: {D1: {moon: 0}}\n", "'moon' is none of cards"},
    {TOWN "gives: {D1: 0}\n", "what D1 gives must be a map"},
    {TOWN "gives: {D1: {firms: 1}}\n", "firms: wanted “1”, got “0”"},
    {TOWN "gives: {D1: {cards: [moon]}}\n", "cards: wanted “moon”"},
    {TOWN "gives: {S1: {posts: [moon], asks: []}}\n", "posts: wanted “moon”"},
    {PAIR
     "also: [{bond: moon, leader: ling, talent: li, from: \"2026-01-01\", until: \"2027-01-01\"}]\n" MAKE
     "gives: {state: active}\n",
     "also: each is"},
    {PAIR
     "also: [{bond: leader_talent, leader: ling, talent: li, from: soon, until: \"2027-01-01\"}]\n" MAKE
     "gives: {state: active}\n",
     "also: each is"},
    {PAIR
     "also: [{bond: leader_talent, leader: ling, talent: li, from: \"2026-01-01\", until: soon}]\n" MAKE
     "gives: {state: active}\n",
     "also: each is"},
    {PAIR MAKE "gives: {state: moon}\n", "state: wanted “moon”"},
    {PAIR
     "events: [{at: \"2026-05-11 09:00\", who: ling, does: contact}]\ngives: {state: active}\n",
     "not made yet"},
    {PAIR MAKE "gives: {moon: 1}\n", "'moon' is none of state"},
    {"case: c\nbond: moon\n" MAKE "gives: {state: active}\n", "there is no such bond"},
    {FAIR "gathering: salon\n" CALL
          "  - {at: \"2026-03-03 09:00\", who: zu, does: book, unit: E1}\ngives: {state: called}\n",
     "no booths at this gathering"},
    {FAIR "gathering: graduate_fair\n" CALL
          "  - {at: \"2026-03-03 09:00\", who: zu, does: book, unit: E9}\ngives: {state: called}\n",
     "No booth can be booked for such a unit"},
    {FAIR
     "gathering: graduate_fair\n" CALL
     "  - {at: \"2026-03-03 09:00\", who: zu, does: leave, unit: E1}\ngives: {state: called}\n",
     "has no booth here"},
    {FAIR "gathering: salon\n" CALL "gives: {booths: \"1 E1\"}\n", "unknown key 'booths'"},
    {"case: c\nmechanism: talent_benefit\nposts: {zu: talent of D1}\nentries: {zu: a}\nresources: {" TEN(
         "a") ", " TEN("b") ", " TEN("c") ", " TEN("d") ", " TEN("e") "}\nevents: [{at: \"2026-05-11 09:00\", who: zu, does: open, benefit: e9}]\ngives: {step: moon}\n",
     "Choose one of what is offered"},
    {"case: c\nmechanism: talent_benefit\nposts: {zu: talent of D1}\nresources: {a: {kind: moon}}\nevents: [{at: \"2026-05-11 09:00\", who: zu, does: open, benefit: a}]\ngives: {step: review}\n",
     "Choose one of what is offered"},
    {TOWN "posts: {a: 3}\n" GIVE, "a post is ROLE of UNIT"},
    {TOWN "entries: 3\n" GIVE, "entries must be a list"},
    {TOWN "gives: {D1: {asks: [moon]}}\n", "asks: wanted"},
    {TOWN "gives: {D1: {figures: [moon]}}\n", "figures: wanted"},
    {"case: c\nnames: {roll talents: {zh: 人才数据库, en: moon}}\n", "wanted “moon”"},
    {"case: c\nnames: {bond moon: 月}\n", "there is nothing called"},
    {"case: c\nbond: leader_talent\nposts: {zu: organiser of D1}\nentries: {gao: {roll: moon}}\n" MAKE
     "gives: {state: active}\n",
     "Nobody who may stand here"},
    {PAIR "events: [{at: soon, who: zu, does: make, leader: ling, talent: gao}]\ngives: {state: "
          "active}\n",
     "an event needs at and does"},
    {PAIR "events: [{at: \"2026-05-11 09:00\", who: zu, does: make, leader: nobody, talent: "
          "gao}]\ngives: {state: active}\n",
     "Nobody who may stand here"},
};

Test(pack_case_wrong, is_told_in_words)
{
    struct arena keep, a;
    struct pack *p;

    arena_init(&keep, (size_t)256 << 20);
    arena_init(&a, (size_t)64 << 20);
    cr_assert(pack_read(&keep, &pack_embedded, S("base"), &p, val_list(&keep)));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct val *results = val_list(&a);
        struct str what;

        cr_expect_not(pack_cases(&a, p, S("t.test.yaml"), str_of(rows[i].yaml), results), "row %zu",
                      i);
        what = results->first ? val_get(&results->first->val, S("what"))->str : S("");
        cr_expect(what.n && memmem(what.p, what.n, rows[i].what, strlen(rows[i].what)),
                  "row %zu: %.*s", i, STR_ARG(what));
        arena_reset(&a);
        arena_init(&a, (size_t)64 << 20);
    }
    arena_reset(&keep);
}
