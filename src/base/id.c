#include "base/id.h"

#include "base/when.h"

#include <string.h>
#include <sys/random.h>

#define EPOCH_MS      1577836800000 /* 2020-01-01 UTC */
#define SEQUENCE_BITS 6
#define WRITER_BITS   6

int64_t id_next(struct id_maker *m, int64_t now_ms)
{
    if (now_ms > m->last_ms) {
        m->last_ms = now_ms;
        m->sequence = 0;
    } else if (++m->sequence == 1U << SEQUENCE_BITS) {
        m->last_ms++;
        m->sequence = 0;
    }
    return id_from(m->last_ms) | (int64_t)(m->writer << SEQUENCE_BITS) | (int64_t)m->sequence;
}

int64_t id_from(int64_t ms)
{
    return (ms - EPOCH_MS) * (1 << (SEQUENCE_BITS + WRITER_BITS));
}

int64_t id_ms(int64_t id)
{
    return (id >> (SEQUENCE_BITS + WRITER_BITS)) + EPOCH_MS;
}

static void random_bytes(unsigned char *to, size_t n)
{
    while (n) {
        ssize_t got = getrandom(to, n, 0);

        if (got <= 0)
            die("the kernel gives no random bytes");
        to += got;
        n -= (size_t)got;
    }
}

struct str id_spell(struct arena *a, struct str bytes)
{
    static const char digit[] = "abcdefghijkmnpqrstuvwxyz23456789";
    const unsigned char *p = (const unsigned char *)bytes.p;
    struct buf b = {.arena = a};

    for (size_t bit = 0; bit + 5 <= bytes.n * 8; bit += 5) {
        unsigned pair = (unsigned)p[bit / 8] << 8 | (bit / 8 + 1 < bytes.n ? p[bit / 8 + 1] : 0);

        buf_put(&b, (struct str){&digit[pair >> (11 - bit % 8) & 31], 1});
    }
    return buf_str(&b);
}

struct str id_secret(struct arena *a, size_t n)
{
    unsigned char *bytes = NEW_ARRAY(a, unsigned char, n);

    random_bytes(bytes, n);
    return id_spell(a, (struct str){(const char *)bytes, n});
}

/* ISO 7064 MOD 37-2: every single error and every swap of two characters is found. The alphabet has
 * no I, L, O, U, so that no character, also not the one of check, can be misread. */
static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
static const char digit_clear[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
#define BODY_CHARS 11

static int value_of(char c)
{
    const char *at = c ? strchr(alphabet, c) : NULL;

    return at ? (int)(at - alphabet) : -1;
}

static char check_of(const char *body)
{
    int p = 0;

    for (int i = 0; i < BODY_CHARS; i++)
        p = (p + value_of(body[i])) * 2 % 37;
    return alphabet[(38 - p) % 37];
}

/* Five bodies in 37 have a check character that is not clear, and are drawn again. */
struct str receipt_new(struct arena *a)
{
    unsigned char bytes[BODY_CHARS];
    char code[BODY_CHARS + 1];

    do {
        random_bytes(bytes, sizeof(bytes));
        for (int i = 0; i < BODY_CHARS; i++)
            code[i] = digit_clear[bytes[i] & 31];
        code[BODY_CHARS] = check_of(code);
    } while (!strchr(digit_clear, code[BODY_CHARS]));
    return str_format(a, "%.4s-%.4s-%.4s", code, code + 4, code + 8);
}

/* What a tired person may have meant. */
static char forgive(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return '0';
    if (c == 'I' || c == 'L')
        return '1';
    return c;
}

bool receipt_read(struct arena *a, struct str typed, struct str *code)
{
    char c[BODY_CHARS + 1];
    int n = 0;

    for (size_t i = 0; i < typed.n; i++) {
        char one = forgive(typed.p[i]);

        if (one == '-' || one == ' ')
            continue;
        if (n > BODY_CHARS || !one || !strchr(digit_clear, one))
            return false;
        c[n++] = one;
    }
    if (n != BODY_CHARS + 1 || check_of(c) != c[BODY_CHARS])
        return false;
    *code = str_format(a, "%.4s-%.4s-%.4s", c, c + 4, c + 8);
    return true;
}
