#include "base/id.h"

#include <criterion/criterion.h>
#include <string.h>

static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* Twelve characters without hyphens, and back in the form in which they are shown. */
static void bare(struct str code, char out[13])
{
    int n = 0;

    for (size_t i = 0; i < code.n; i++) {
        if (code.p[i] != '-')
            out[n++] = code.p[i];
    }
    out[n] = '\0';
}

/* Letters that are forgiven read as something else, which is not an error of typing. */
static bool is_look_alike(char a, char b)
{
    return (strchr("0O", a) && strchr("0O", b)) || (strchr("1IL", a) && strchr("1IL", b));
}

Test(base, a_receipt_code_finds_every_single_error_and_every_swap)
{
    struct arena a;
    struct str back;
    char code[13], typed[13];
    int swaps = 0;

    arena_init(&a, 1 << 26);
    for (int round = 0; round < 2000; round++) {
        struct str shown = receipt_new(&a);

        bare(shown, code);
        cr_assert_eq(strlen(code), 12);
        cr_assert(receipt_read(&a, shown, &back) && str_eq(back, shown));
        for (int i = 0; i < 12; i++) {
            for (int j = 0; j < 36; j++) {
                memcpy(typed, code, 13);
                typed[i] = letters[j];
                if (letters[j] == code[i] || is_look_alike(letters[j], code[i]))
                    continue;
                cr_assert(!receipt_read(&a, str_of(typed), &back), "%s for %s", typed, code);
            }
        }
        for (int i = 0; i < 11; i++) {
            memcpy(typed, code, 13);
            typed[i] = code[i + 1];
            typed[i + 1] = code[i];
            if (typed[i] == code[i])
                continue;
            swaps++;
            cr_assert(!receipt_read(&a, str_of(typed), &back), "%s for %s", typed, code);
        }
    }
    cr_expect_gt(swaps, 15000);
    arena_reset(&a);
}

Test(base, a_receipt_code_is_forgiven_its_looks)
{
    struct arena a;
    struct str shown, back;
    char code[13], lower[40];
    int n = 0;

    arena_init(&a, 1 << 20);
    for (int round = 0; round < 100; round++) {
        shown = receipt_new(&a);
        bare(shown, code);
        n = 0;
        for (int i = 0; i < 12; i++) {
            char c = code[i];

            lower[n++] = c == '0'   ? 'o'
                         : c == '1' ? (round % 2 ? 'l' : 'I')
                         : c >= 'A' ? (char)(c + 32)
                                    : c;
            lower[n++] = ' ';
        }
        cr_expect(receipt_read(&a, (struct str){lower, (size_t)n}, &back));
        cr_expect(str_eq(back, shown));
    }
    cr_expect(!receipt_read(&a, S(""), &back));
    cr_expect(!receipt_read(&a, str_format(&a, "%s0", code), &back), "one too many");
    cr_expect(!receipt_read(&a, (struct str){code, 11}, &back), "one too few");
    cr_expect(receipt_read(&a, S("0000-0000-0001"), &back));
    cr_expect(!receipt_read(&a, S("0000-0000-0000"), &back));
    cr_expect(!receipt_read(&a, S("0000-0000-001*"), &back), "a check character that is not clear");
    cr_expect(!receipt_read(&a, S("0000-0000-00\xe4\xb8\xad"), &back));
    arena_reset(&a);
}

Test(base, ids_never_repeat_also_when_the_clock_goes_back)
{
    struct id_maker m = {.writer = 63}, other = {.writer = 0};
    int64_t now = 1800000000000, last = 0;

    for (int i = 0; i < 1000; i++) {
        int64_t id = id_next(&m, i < 300 ? now : now - 5000);

        cr_assert_gt(id, last);
        cr_assert_lt(id, (int64_t)1 << 53);
        last = id;
    }
    cr_expect_geq(id_ms(last), now);
    cr_expect_leq(id_ms(last), now + 20);
    cr_expect_eq(id_ms(id_next(&other, now)), now);
    cr_expect_neq(id_next(&m, now + 100), id_next(&other, now + 100));
}

Test(base, a_secret_has_five_bits_a_character)
{
    struct arena a;
    struct str one, two;

    arena_init(&a, 1 << 16);
    one = id_secret(&a, 20);
    two = id_secret(&a, 20);
    cr_expect_eq(one.n, 32);
    cr_expect(!str_eq(one, two));
    for (size_t i = 0; i < one.n; i++)
        cr_expect(strchr("abcdefghijkmnpqrstuvwxyz23456789", one.p[i]));
    arena_reset(&a);
}
