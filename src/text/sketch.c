#include "text/text.h"

#include <math.h>
#include <string.h>

#define HASHES COUNT(((struct sketch *)NULL)->h)

/* FNV-1a, then the finaliser of SplitMix64, so that neighbours part. */
static uint64_t hash(struct str s)
{
    uint64_t h = 0xcbf29ce484222325ULL;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3ULL;
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9ULL;
    h = (h ^ h >> 27) * 0x94d049bb133111ebULL;
    return h ^ h >> 31;
}

/*
 * One permutation hashing: the upper bits choose one of 64 bins, the lower ones compete in it. One
 * hash a token instead of 64, and as exact (Li, Owen, Zhang: One Permutation Hashing, 2012).
 */
static void see(void *arg, struct str token)
{
    struct sketch *s = arg;
    uint64_t h = hash(token);
    uint32_t *bin = &s->h[h >> 58], low = (uint32_t)h;

    if (low < *bin)
        *bin = low;
}

/* A bin that no token fell into borrows from another, chosen by a fixed sequence, so that short
 * texts can be compared too (Shrivastava: Optimal Densification, 2017). */
static void fill_empty(struct sketch *s)
{
    struct sketch from = *s;

    for (uint64_t i = 0; i < HASHES; i++) {
        uint64_t at = i, x = i;

        while (from.h[at] == UINT32_MAX) {
            x = x * 6364136223846793005ULL + 1442695040888963407ULL;
            at = x >> 58;
        }
        s->h[i] = from.h[at];
    }
}

static bool is_empty(const struct sketch *s)
{
    for (size_t i = 0; i < HASHES; i++) {
        if (s->h[i] != UINT32_MAX)
            return false;
    }
    return true;
}

void sketch_of(struct str s, struct sketch *out)
{
    memset(out, 0xff, sizeof(*out));
    text_tokens(s, see, out);
    if (!is_empty(out))
        fill_empty(out);
}

double sketch_likeness(const struct sketch *a, const struct sketch *b)
{
    size_t same = 0, all = HASHES;

    for (size_t i = 0; i < HASHES; i++)
        same += a->h[i] == b->h[i] && a->h[i] != UINT32_MAX;
    return (double)same / (double)all;
}

/*
 * The odds that two messages mean one matter, as a share. Each constant is a step in log-odds,
 * set by hand (README.md).
 */
double dup_score(double likeness, double metres, double hours)
{
    double odds = 14 * (likeness - 0.36);

    if (likeness <= 0)
        return 0;
    if (metres >= 0)
        odds += fmax(2 - 1.5 * log2(1 + metres / 100), -4);
    odds += fmax(0.5 - 0.4 * log2(1 + fabs(hours) / 24), -1.5);
    return 1 / (1 + exp(-odds));
}
