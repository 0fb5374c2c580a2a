/* Which questions a test asks, and in which order a seat sees them. Pure. */
#include "civic/paper.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define LOT_BYTES 32

struct lot {
    unsigned char hash[LOT_BYTES];
    size_t at;
};

static void lot_of(struct lot *out, const unsigned char seed[32], struct str text)
{
    crypto_generichash(out->hash, LOT_BYTES, (const unsigned char *)text.p, text.n, seed, 32);
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const struct lot *)a)->hash, ((const struct lot *)b)->hash, LOT_BYTES);
}

size_t paper_lots(struct arena *a, const unsigned char seed[32], const struct question *bank,
                  size_t n, const int draw[PAPER_KINDS], const struct question **out)
{
    struct lot *lot = NEW_ARRAY(a, struct lot, n + 1);
    size_t drawn = 0;

    for (int kind = 0; kind < PAPER_KINDS; kind++) {
        size_t m = 0;

        for (size_t i = 0; i < n; i++) {
            if ((int)bank[i].kind != kind)
                continue;
            lot[m].at = i;
            lot_of(&lot[m++], seed,
                   str_format(a, "draw\n%s\n%.*s\n%.*s", question_kinds[kind],
                              STR_ARG(bank[i].text), STR_ARG(bank[i].options)));
        }
        qsort(lot, m, sizeof(*lot), by_hash);
        for (size_t i = 0; i < m && i < (size_t)draw[kind]; i++)
            out[drawn++] = &bank[lot[i].at];
    }
    return drawn;
}

void paper_order(const unsigned char seed[32], int64_t seat, size_t n, int *order)
{
    struct lot lot[PAPER_QUESTIONS_MAX];
    char text[64];

    for (size_t i = 0; i < n && i < PAPER_QUESTIONS_MAX; i++) {
        int len = snprintf(text, sizeof(text), "seat\n%lld\n%zu", (long long)seat, i + 1);

        lot[i].at = i + 1;
        lot_of(&lot[i], seed, (struct str){text, (size_t)len});
    }
    qsort(lot, n, sizeof(*lot), by_hash);
    for (size_t i = 0; i < n; i++)
        order[i] = (int)lot[i].at;
}

bool paper_seed(const struct paper_drawn *p, unsigned char seed[32])
{
    size_t n;

    return sodium_hex2bin(seed, 32, p->seed.p, p->seed.n, NULL, &n, NULL) == 0 && n == 32;
}
