#include "sheets.h"

#include <criterion/criterion.h>

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct str convert(struct arena *a, const char *to, struct str utf8)
{
    iconv_t cd = iconv_open(to, "UTF-8");
    size_t room = utf8.n * 4 + 16, left = room, n = utf8.n;
    char *out = NEW_ARRAY(a, char, room), *at = out;
    char *in = NEW_ARRAY(a, char, utf8.n + 1);

    memcpy(in, utf8.p, utf8.n);
    cr_assert(cd != (iconv_t)-1);
    cr_assert(iconv(cd, &in, &n, &at, &left) != (size_t)-1);
    iconv_close(cd);
    return (struct str){out, room - left};
}

#define NO_TEXT " holds what is no text; save the file as CSV UTF-8 or .xlsx and try again."
#define STRAY   ": a quote \" stands where none may be; double it, or quote the whole cell."

static const struct {
    const char *what;
    struct str bytes;
    const char *rows;
} cases[] = {
    {"plain", S("a,b\n1,2\n"), "1:a|b;2:1|2;"},
    {"no last line break", S("a,b\n1,2"), "1:a|b;2:1|2;"},
    {"CRLF", S("a,b\r\n1,2\r\n"), "1:a|b;2:1|2;"},
    {"lone CR", S("a,b\r1,2\r3,4"), "1:a|b;2:1|2;3:3|4;"},
    {"BOM", S("\xef\xbb\xbf编号,标题\n1,漏水\n"), "1:编号|标题;2:1|漏水;"},
    {"beyond the basic plane", S("姓名\n𠮷田𪚥\n䶮\n"), "1:姓名;2:𠮷田𪚥;3:䶮;"},
    {"a tie goes to the comma", S("a;b,c\n1,5;2\n"), "1:a;b|c;2:1|5;2;"},
    {"semicolon wins", S("a;b;c\n1,5;2;3\n"), "1:a|b|c;2:1,5|2|3;"},
    {"tab", S("a\tb\n1,5\t2\n"), "1:a|b;2:1,5|2;"},
    {"separator in quotes does not count", S("\"x,y,z\";b\n1;2\n"), "1:x,y,z|b;2:1|2;"},
    {"one column", S("a\nb\n"), "1:a;2:b;"},
    {"quotes", S("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n"), "1:a|b;2:x, y|say \"hi\";"},
    {"empty quotes", S("a,b\n\"\",\"\"\"\"\n"), "1:a|b;2:|\";"},
    {"embedded line breaks", S("a,b\n\"1\n2\r\n3\r4\",x\n5,6\n"), "1:a|b;2:1\n2\r\n3\r4|x;6:5|6;"},
    {"several unquoted in a row", S("a,b,c\n\"\"\"1\",\"2\"\"\",\"3\"\n"), "1:a|b|c;2:\"1|2\"|3;"},
    {"last quoted cell without line break", S("a\n\"b\""), "1:a;2:b;"},
    {"empty cells", S("a,b,c\n,,x\n1,,\n"), "1:a|b|c;2:||x;3:1||;"},
    {"empty rows are skipped", S("\n\r\na,b\n\n,,\n \t\n1,2\n\n"), "3:a|b;7:1|2;"},
    {"trimmed", S("a\n  x y　\n\xc2\xa0z\n\" q \"\n"), "1:a;2:x y;3:z;4:q;"},
    {"ragged rows", S("a,b\n1\n1,2,3\n"), "1:a|b;2:1;3:1|2|3;"},
    {"stray quote", S("a,b\n1,2\n3,x\"y\n"), "1:a|b;2:1|2;!Line 3" STRAY},
    {"text after a quote", S("a,b\n\"1\n\"x,2\n"), "1:a|b;!Line 3" STRAY},
    {"open quote", S("a,b\n1,2\n\"x,2\n3,4\n"),
     "1:a|b;2:1|2;!Line 3: a quote \" is opened and never closed."},
    {"NUL", S("a,b\n1,2\n3,\0\n"), "1:a|b;2:1|2;!Line 3" NO_TEXT},
    {"cut within a character", S("编号\n一二三四五\n\xe6\xbc"),
     "1:编号;2:一二三四五;!Line 3" NO_TEXT},
    {"bad byte in long UTF-8", S("编号\n一二三四五六七八\n九\xff十\n"),
     "1:编号;2:一二三四五六七八;!Line 3" NO_TEXT},
    {"neither UTF-8 nor GB18030", S("a\nb\n\xff\xff\n"), "1:a;2:b;!Line 3" NO_TEXT},
    {"overlong and surrogate", S("一二三四五六七八九十\n\xc0\xaf\n"),
     "1:一二三四五六七八九十;!Line 2" NO_TEXT},
    {"empty", S(""), "!The file is empty."},
    {"BOM only", S("\xef\xbb\xbf"), ""},
    {"old workbook", S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..."),
     "!This is an old .xls workbook, or one with a password; save it as .xlsx without a password "
     "and try again."},
    {"UTF-16 cut within a unit", S("\xff\xfe\x61\0\x0a\0\x62"), "1:a;!Line 2" NO_TEXT},
    {"UTF-16 with a lone surrogate", S("\xff\xfe\x61\0\x0a\0\x00\xd8\x62\0"),
     "1:a;!Line 2" NO_TEXT},
};

Test(form_csv, rows_come_out_with_their_lines_or_are_refused_with_their_line)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena a;
        struct str got;

        arena_init(&a, ARENA_MAX);
        got = dump(&a, cases[i].bytes);
        cr_expect_str_eq(got.p, cases[i].rows, "%s: got %s", cases[i].what, got.p);
        arena_reset(&a);
    }
}

Test(form_csv, any_encoding_gives_the_same_rows)
{
    static const char *encodings[] = {"GB18030", "UTF-16", "UTF-8"};
    struct arena a;
    struct buf b = {.arena = &a};
    struct str want;

    arena_init(&a, ARENA_MAX);
    buf_put(&b, S("编号,姓名,说明\r\n"));
    for (int i = 0; i < 30000; i++) { /* more than a window of the decoder */
        buf_int(&b, i);
        buf_put(&b, S(",𠮷㛃䶮é,\"水管\n漏了\"\"三\"\"天\"\r\n"));
    }
    want = dump(&a, buf_str(&b));
    cr_assert(strstr(want.p, "60000:29999|𠮷㛃䶮é|水管\n漏了\"三\"天;") != NULL);
    for (size_t i = 0; i < COUNT(encodings); i++) {
        struct str got = dump(&a, convert(&a, encodings[i], buf_str(&b)));

        cr_expect(str_eq(got, want), "%s", encodings[i]);
    }
    cr_expect(str_eq(dump(&a, S("\xfe\xff\x4e\x00\0,\0x\0\n\0\x31\0,\xd8\x42\xdf\xb7")),
                     S("1:一|x;2:1|𠮷;")));
    arena_reset(&a);
}

static struct str repeat(struct arena *a, struct str head, struct str each, size_t n)
{
    struct buf b = {.arena = a};

    buf_put(&b, head);
    for (size_t i = 0; i < n; i++)
        buf_put(&b, each);
    return buf_str(&b);
}

Test(form_csv, bounds_hold_and_one_less_passes)
{
    static const struct {
        const char *each;
        size_t n;
        const char *refused;
    } bounds[] = {
        {",", 255, NULL},
        {",", 256, "!Line 2 has more than 256 columns."},
        {"汉", 32768, NULL},
        {"汉", 32769,
         "!Line 2, column 1: a cell is longer than 32768 characters; is a quote \" missing?"},
        {"𠮷", 32768, NULL},
        {"汉", 300000,
         "!Line 2, column 1: a cell is longer than 32768 characters; is a quote \" missing?"},
    };

    for (size_t i = 0; i < COUNT(bounds); i++) {
        for (int gb = 0; gb < 2; gb++) {
            struct arena a;
            struct str file, got;

            arena_init(&a, ARENA_MAX);
            file = repeat(&a, S("一,二\n"), str_of(bounds[i].each), bounds[i].n);
            got = dump(&a, gb ? convert(&a, "GB18030", file) : file);
            if (bounds[i].refused)
                cr_expect(strstr(got.p, bounds[i].refused), "case %zu: %.300s", i, got.p);
            else
                cr_expect(!strchr(got.p, '!'), "case %zu", i);
            arena_reset(&a);
        }
    }
}

Test(form_csv, memory_does_not_grow_with_the_rows)
{
    for (int gb = 0; gb < 2; gb++) {
        struct arena text, a;
        struct str file;
        struct sheet *s;
        struct cells row;
        struct err e = {0};
        size_t n = 0;

        arena_init(&text, ARENA_MAX);
        arena_init(&a, (size_t)2 << 20);
        file = repeat(&text, S("编号,说明\n"), S("1,\"水管\"\"漏\"\"水\"\n"), 200000);
        file = gb ? convert(&text, "GB18030", file) : file;
        cr_assert(sheet_open(&a, file, &s, &e));
        while (sheet_next(s, &row, &e))
            n++;
        cr_expect(e.kind == ERR_NONE && n == 200001);
        arena_reset(&a);
        arena_reset(&text);
    }
}

Test(form_csv, too_many_rows_are_refused)
{
    struct arena a;
    struct str got;
    struct sheet *s;
    struct cells row;
    struct err e = {0};

    arena_init(&a, ARENA_MAX);
    got = repeat(&a, S(""), S("1\n"), 2000001);
    cr_assert(sheet_open(&a, got, &s, &e));
    while (sheet_next(s, &row, &e))
        ;
    cr_expect(e.kind == ERR_TOO_LARGE && row.line == 2000001);
    arena_reset(&a);
}

Test(form_csv, what_is_written_is_guarded_and_reads_back)
{
    static const struct {
        const char *cell, *written;
    } puts[] = {
        {"漏水", "漏水"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "'=1+1"},
        {"+86", "'+86"},
        {"-1", "'-1"},
        {"@x", "'@x"},
        {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
        {"", ""},
    };
    struct arena a;
    struct buf b = {.arena = &a}, want = {.arena = &a};
    struct str got;

    arena_init(&a, ARENA_MAX);
    buf_put(&want, S("\xef\xbb\xbf"));
    for (size_t i = 0; i < COUNT(puts); i++) {
        csv_put(&b, str_of(puts[i].cell), i + 1 == COUNT(puts));
        buf_put(&want, str_of(puts[i].written));
        buf_put(&want, i + 1 == COUNT(puts) ? S("\r\n") : S(","));
    }
    cr_expect(str_eq(buf_str(&b), buf_str(&want)));
    got = dump(&a, buf_str(&b));
    cr_expect_str_eq(got.p, "1:漏水|a,b|say \"hi\"|two\nlines|'=1+1|'+86|'-1|'@x|"
                            "'=HYPERLINK(\"http://x\",\"y\")|;");
    arena_reset(&a);
}

Test(form_csv, a_column_is_found_by_its_folded_name)
{
    static const struct {
        const char *name;
        int at;
    } names[] = {
        {"编号", 0},         {"* 编号 ", 0},   {"reported_at", 1}, {"REPORTED_AT", 1},
        {"ｒeported_at", 1}, {"联系 电话", 2}, {"title", -1},      {"编", -1},
        {"编号码", -1},      {"", -1},
    };
    const struct str cell[] = {S("编号*"), S("Reported_At"), S("联系电话"), S("")};
    struct cells header = {cell, COUNT(cell), 1};

    for (size_t i = 0; i < COUNT(names); i++)
        cr_expect(cells_find(&header, str_of(names[i].name)) == names[i].at, "%s", names[i].name);
}
