#include "proc/match.h"

#include <string.h>

#define ANSWER_POINTS 10
#define NEAR_POINTS   5

/* How many bytes of a separator stand here: ASCII, or one of 、，；and the wide blank. */
static size_t separator(const char *p, size_t n)
{
    static const char *const wide[] = {"、", "，", "；", "　", "。"};

    if (strchr(" ,;/\t\r\n", *p))
        return 1;
    for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
        if (n >= 3 && memcmp(p, wide[i], 3) == 0)
            return 3;
    }
    return 0;
}

int match_words(struct str text, struct str word[MATCH_WORDS_MAX])
{
    size_t from = 0;
    int n = 0;

    for (size_t i = 0; i <= text.n && n < MATCH_WORDS_MAX;) {
        size_t gap = i < text.n ? separator(text.p + i, text.n - i) : 1;
        struct str one = {text.p + from, i - from};

        if (!gap) {
            i++;
            continue;
        }
        if (one.n && !str_among(one, word, n))
            word[n++] = one;
        from = i += gap;
    }
    return n;
}

static struct match weigh(const struct match_party *who, const struct match_party *c)
{
    struct match m = {.id = c->id, .load = c->load, .near = who->near && who->near == c->near};

    for (int i = 0; i < who->words; i++) {
        if (str_among(who->word[i], c->word, c->words))
            m.answered[m.answers++] = who->word[i];
    }
    m.points = m.answers * ANSWER_POINTS + (m.near ? NEAR_POINTS : 0) - m.load;
    return m;
}

static bool is_better(const struct match *a, const struct match *b)
{
    if (a->points != b->points)
        return a->points > b->points;
    return a->load != b->load ? a->load < b->load : a->id < b->id;
}

int match_best(const struct match_party *who, const struct match_party *candidate, int n,
               struct match *out, int most)
{
    int kept = 0;

    for (int i = 0; i < n; i++) {
        const struct match_party *c = &candidate[i];
        struct match m = weigh(who, c);
        int at = kept;

        if ((c->most && c->load >= c->most) || (!m.answers && !m.near) || c->id == who->id)
            continue;
        while (at > 0 && is_better(&m, &out[at - 1]))
            at--;
        if (at == most)
            continue;
        kept += kept < most;
        memmove(&out[at + 1], &out[at], (size_t)(kept - 1 - at) * sizeof(*out));
        out[at] = m;
    }
    return kept;
}
