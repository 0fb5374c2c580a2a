/* Whom the program proposes, and why. */
#include "proc/match.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct match_party party(int64_t id, const char *words, int64_t near, int load, int most)
{
    struct match_party p = {.id = id, .near = near, .load = load, .most = most};

    p.words = match_words(str_of(words), p.word);
    return p;
}

Test(match, words_are_parted_by_blanks_commas_and_chinese_marks_and_taken_once)
{
    struct str word[MATCH_WORDS_MAX];

    cr_assert(match_words(S("养老、法律，调解；养老 法律　文艺"), word) == 4);
    cr_assert(str_eq(word[2], S("调解")) && str_eq(word[3], S("文艺")));
    cr_assert(match_words(S("a, b;c"), word) == 3);
    cr_assert(match_words(S(""), word) == 0);
    cr_assert(match_words(S("、， "), word) == 0);
    cr_assert(match_words(S("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22"), word) ==
              MATCH_WORDS_MAX);
}

Test(match, who_answers_more_wishes_comes_first_then_who_is_near_then_who_has_less)
{
    struct match_party who = party(1, "养老 法律", 7, 0, 0);
    struct match_party of[] = {
        party(10, "法律", 0, 0, 3), party(11, "养老 法律", 0, 2, 3), party(12, "法律", 7, 0, 3),
        party(13, "文艺", 0, 0, 3), party(14, "养老 法律", 0, 3, 3), party(15, "文艺", 7, 1, 3),
    };
    struct match out[5];
    int n = match_best(&who, of, 6, out, 5);

    cr_assert(n == 4, "%d", n);
    cr_expect(out[0].id == 11 && out[0].answers == 2 && out[0].points == 18);
    cr_expect(out[1].id == 12 && out[1].near && out[1].points == 15);
    cr_expect(out[2].id == 10);
    cr_expect(out[3].id == 15 && !out[3].answers && out[3].near);
    cr_expect(str_eq(out[0].answered[1], S("法律")));
}

Test(match, only_the_best_are_kept_and_nobody_is_proposed_to_themselves)
{
    struct match_party who = party(3, "a", 0, 0, 0);
    struct match_party of[40];
    struct match out[3];

    for (int i = 0; i < 40; i++)
        of[i] = party(i, "a", 0, i % 7, 0);
    cr_assert(match_best(&who, of, 40, out, 3) == 3);
    cr_expect(out[0].id == 0 && out[1].id == 7 && out[2].id == 14);
    cr_assert(match_best(&who, of, 0, out, 3) == 0);
}
