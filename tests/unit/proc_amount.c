/* Money and lines of money, as people write them. */
#include "proc/amount.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct val text_of(const char *s)
{
    return (struct val){.kind = VAL_STR, .str = str_of(s)};
}

Test(amount, is_read_to_the_fen_with_or_without_commas_and_refused_otherwise)
{
    static const struct {
        const char *text;
        enum amount is;
        int64_t fen;
    } table[] = {
        {"12345", AMOUNT_OK, 1234500},
        {"12,345.6", AMOUNT_OK, 1234560},
        {"12345.67", AMOUNT_OK, 1234567},
        {"0.01", AMOUNT_OK, 1},
        {"1,234,567", AMOUNT_OK, 123456700},
        {"-5", AMOUNT_NEGATIVE, 0},
        {"12,34", AMOUNT_WRONG, 0},
        {",123", AMOUNT_WRONG, 0},
        {"1234,567", AMOUNT_WRONG, 0},
        {"1,2345", AMOUNT_WRONG, 0},
        {"1.234", AMOUNT_WRONG, 0},
        {"1.", AMOUNT_WRONG, 0},
        {"1.2x", AMOUNT_WRONG, 0},
        {"", AMOUNT_WRONG, 0},
        {"-", AMOUNT_WRONG, 0},
        {"abc", AMOUNT_WRONG, 0},
        {"1a", AMOUNT_WRONG, 0},
        {"99999999999999999999", AMOUNT_TOO_LARGE, 0},
        {"100000000000", AMOUNT_TOO_LARGE, 0},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct val v = text_of(table[i].text);
        int64_t fen = -1;
        enum amount is = amount_read(&v, &fen);

        cr_expect(is == table[i].is || (table[i].is != AMOUNT_OK && is != AMOUNT_OK), "%s: %d",
                  table[i].text, (int)is);
        if (table[i].is == AMOUNT_OK)
            cr_expect(fen == table[i].fen, "%s: %lld", table[i].text, (long long)fen);
    }
}

Test(amount, of_another_kind_than_text_or_number_is_none)
{
    struct val list = {.kind = VAL_LIST}, whole = {.kind = VAL_INT, .integer = 7},
               less = {.kind = VAL_INT, .integer = -7},
               much = {.kind = VAL_INT, .integer = INT64_C(999999999999)};
    int64_t fen;

    cr_expect(amount_read(&list, &fen) != AMOUNT_OK);
    cr_expect(amount_read(&whole, &fen) == AMOUNT_OK && fen == 700);
    cr_expect(amount_read(&less, &fen) == AMOUNT_NEGATIVE);
    cr_expect(amount_read(&much, &fen) == AMOUNT_TOO_LARGE);
}

Test(lines, have_a_name_and_an_amount_each_and_the_first_that_has_not_is_told)
{
    static const struct {
        const char *text;
        int n;
    } table[] = {
        {"菜店 12,345.60", 1}, {"a 1\nb 2", 2}, {"a 1\n\nb 2\n", 2}, {"a:1", 1},
        {"a\t1", 1},           {"a", -1},       {"1", -1},           {"a 1\nb", -2},
        {"a -1", -1},          {"", -1},        {"\n\n", -1},
    };
    struct line line[LINES_MAX];
    char many[LINES_MAX * 8];
    struct val v;

    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        int n;

        v = text_of(table[i].text);
        n = lines_read(&v, line);
        cr_expect(n == table[i].n, "'%s': %d", table[i].text, n);
    }
    many[0] = '\0';
    for (int i = 0; i <= LINES_MAX; i++)
        strcat(many, "a 1\n");
    v = text_of(many);
    cr_expect(lines_read(&v, line) == LINES_MAX + 1);
}

Test(lines, of_a_list_are_maps_of_text_and_money)
{
    struct arena a;
    struct line line[LINES_MAX];
    struct val *list, *one;

    arena_init(&a, (size_t)1 << 24);
    list = val_list(&a);
    one = add_map(list);
    set_str(one, "text", S("步道"));
    set_str(one, "money", S("35,000.50"));
    cr_expect(lines_read(list, line) == 1 && line[0].fen == 3500050);
    one = add_map(list);
    set_str(one, "text", S("无"));
    cr_expect(lines_read(list, line) == -2);
    set_str(one, "money", S("x"));
    cr_expect(lines_read(list, line) == -2);
    list = val_list(&a);
    add_val(list, (struct val){.kind = VAL_INT, .integer = 3});
    cr_expect(lines_read(list, line) == -1);
    list = val_list(&a);
    one = add_map(list);
    set_int(one, "text", 3);
    set_int(one, "money", 3);
    cr_expect(lines_read(list, line) == -1);
    list = val_list(&a);
    for (int i = 0; i <= LINES_MAX; i++) {
        one = add_map(list);
        set_str(one, "text", S("a"));
        set_int(one, "money", 1);
    }
    cr_expect(lines_read(list, line) == LINES_MAX + 1);
    arena_reset(&a);
}
