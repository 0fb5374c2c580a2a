#include "text/words.h"

#include "text/chars.h"

#define WORD_CHARS 8

size_t places_add(struct place *out, size_t n, struct str text)
{
    size_t from = n;

    while (text.n) {
        uint32_t c = ' ';

        if (char_next(&text, &c) != CHAR_BREAK)
            out[n++] = (struct place){.c = c, .joined = true};
        else if (n > from)
            out[n - 1].joined = false;
    }
    if (n > from)
        out[n - 1].joined = false;
    return n;
}

/* A word that was taken is not taken again, nor a part of it, nor what overlaps it. */
static void silence(struct place *p, size_t n, const struct place *word, size_t chars)
{
    uint32_t c[WORD_CHARS];

    for (size_t k = 0; k < chars; k++)
        c[k] = word[k].c;
    for (size_t k = 0; k + 1 < chars; k++) {
        for (size_t i = 0; i + 1 < n; i++) {
            if (p[i].c != c[k] || p[i + 1].c != c[k + 1])
                continue;
            p[i].pair = p[i + 1].pair = 0;
            if (i)
                p[i - 1].pair = 0;
        }
    }
}

struct str places_take(struct arena *a, struct place *p, size_t n, double *weight)
{
    struct buf b = {.arena = a};
    size_t best = 0, from, to;
    double least;

    for (size_t i = 1; i < n; i++)
        best = p[i].pair > p[best].pair ? i : best;
    if (n == 0 || p[best].pair <= 0)
        return S("");
    from = best;
    to = best + 1;
    least = p[best].pair / 3;
    *weight = p[best].pair + p[best].alone + p[to].alone;
    for (; to - from + 1 < WORD_CHARS && p[to].pair > least; to++)
        *weight += p[to].pair + p[to + 1].alone;
    for (; from && to - from + 1 < WORD_CHARS && p[from - 1].pair > least; from--)
        *weight += p[from - 1].pair + p[from - 1].alone;
    for (size_t i = from; i <= to; i++) {
        char bytes[4];

        buf_put(&b, (struct str){bytes, utf8_put(bytes, p[i].c)});
    }
    silence(p, n, p + from, to - from + 1);
    return buf_str(&b);
}
