#include "form/xlsx.h"
#include "form/xlsx_number.h"
#include "sheets.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct part {
    const char *name;
    struct str text;
};

/* A package of these parts, in memory. */
static struct str pack(struct arena *a, const struct part *part, size_t n)
{
    zip_error_t error;
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(to, ZIP_TRUNCATE, &error);
    zip_stat_t st;
    char *bytes;

    cr_assert(zip != NULL);
    zip_source_keep(to);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *from = zip_source_buffer(zip, part[i].text.p, part[i].text.n, 0);

        if (part[i].name)
            cr_assert(zip_file_add(zip, part[i].name, from, ZIP_FL_ENC_UTF_8) >= 0);
    }
    cr_assert(zip_close(zip) == 0);
    cr_assert(zip_source_open(to) == 0 && zip_source_stat(to, &st) == 0);
    bytes = NEW_ARRAY(a, char, st.size);
    cr_assert(zip_source_read(to, bytes, st.size) == (zip_int64_t)st.size);
    zip_source_close(to);
    zip_source_free(to);
    return (struct str){bytes, st.size};
}

#define R                  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define RELS(x)            "<Relationships xmlns=\"p\">" x "</Relationships>"
#define LINK(id, type, to) "<Relationship Id=\"" id "\" Type=\"" R "/" type "\" Target=\"" to "\"/>"
#define ROOT_RELS          RELS(LINK("rId1", "officeDocument", "xl/workbook.xml"))
#define BOOK_RELS                                                   \
    RELS(LINK("rId1", "worksheet", "worksheets/sheet1.xml")         \
             LINK("rId2", "worksheet", "/xl/worksheets/sheet2.xml") \
                 LINK("rId3", "styles", "styles.xml")               \
                     LINK("rId4", "sharedStrings", "sharedStrings.xml"))
#define BOOK                                                                \
    "<workbook xmlns=\"m\" xmlns:r=\"" R "\"><sheets>"                      \
    "<sheet name=\"字典\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/>" \
    "<sheet name=\"名册\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
#define STYLES                                                                                 \
    "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m"          \
    "&quot;月&quot;d&quot;日&quot;\"/><numFmt numFmtId=\"165\" "                             \
    "formatCode=\"yyyy-mm-dd hh:mm:ss\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/>"        \
    "</cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/>" \
    "<xf numFmtId=\"22\"/><xf numFmtId=\"20\"/><xf numFmtId=\"49\"/></cellXfs></styleSheet>"
#define SHARED                                                                                    \
    "<sst><si><t>编号</t></si><si><r><t>水</t></r><r><t>管</t></r><rPh><t>shuiguan</t></rPh>" \
    "</si><si><t/></si><si><t>𠮷_x000A_b_x005F_x0041__xD800_</t></si></sst>"

static struct str book(struct arena *a, const char *rows)
{
    struct str sheet = str_format(
        a, "<?xml version=\"1.0\"?><worksheet><sheetData>%s</sheetData></worksheet>", rows);
    const struct part parts[] = {
        {"_rels/.rels", S(ROOT_RELS)},
        {"xl/workbook.xml", S(BOOK)},
        {"xl/_rels/workbook.xml.rels", S(BOOK_RELS)},
        {"xl/styles.xml", S(STYLES)},
        {"xl/sharedStrings.xml", S(SHARED)},
        {"xl/worksheets/sheet1.xml", sheet},
        {"xl/worksheets/sheet2.xml", S("<worksheet/>")},
    };

    return pack(a, parts, COUNT(parts));
}

#define DAMAGED "!The workbook is damaged; open it, save it again as .xlsx and try once more."

static const struct {
    const char *what, *rows, *want;
} sheets[] = {
    {"shared texts",
     "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
     "<c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c></row>",
     "1:编号|水管||𠮷\nb_x0041__xD800_;"},
    {"inline texts",
     "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><r><t>一</t></r><r><t> 二 </t></r>"
     "<rPh><t>x</t></rPh></is></c></row>",
     "1:一 二;"},
    {"numbers",
     "<row><c><v>12</v></c><c><v>12.300000000000001</v></c><c><v>1.3800138E10</v></c>"
     "<c><v>-0.5</v></c><c><v>0.85</v></c></row>",
     "1:12|12.3|13800138000|-0.5|0.85;"},
    {"an ID number that became a number",
     "<row><c><v>3.2010219620230099E+17</v></c><c><v>320102196202301017</v></c></row>",
     "1:3.20102196202301E+17|320102196202301017;"},
    {"a number longer than any",
     "<row><c><v>"
     "1.0000000000000000000000000000000000000000000000000000000000000000000000000000001"
     "</v></c></row>",
     "1:1.0000000000000000000000000000000000000000000000000000000000000000000000000000001;"},
    {"booleans, errors, formulas",
     "<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\">"
     "<v>#N/A</v></c><c><f>A1+1</f><v>7</v></c><c t=\"str\"><f>B1</f><v>好</v></c></row>",
     "1:TRUE|FALSE|#N/A|7|好;"},
    {"dates by style only",
     "<row><c s=\"1\"><v>46347</v></c><c s=\"2\"><v>46347.395833333336</v></c>"
     "<c s=\"3\"><v>46347</v></c><c s=\"4\"><v>0.5</v></c><c><v>46347</v></c>"
     "<c s=\"5\"><v>46347</v></c><c s=\"99\"><v>46347</v></c></row>",
     "1:2026-11-21|2026-11-21 09:30:00|2026-11-21 00:00:00|12:00:00|46347|46347|46347;"},
    {"dates at the edges",
     "<row><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>61</v>"
     "</c><c s=\"1\"><v>-1</v></c><c s=\"1\"><v>1e300</v></c><c s=\"1\"><v>x</v></c></row>",
     "1:1900-01-01|1900-02-28|1900-03-01|-1|1E+300|x;"},
    {"ISO dates",
     "<row><c t=\"d\"><v>2026-11-21T09:30:00.000</v></c><c t=\"d\"><v>2026-11-21</v></c>"
     "</row>",
     "1:2026-11-21 09:30:00|2026-11-21;"},
    {"gaps and empty rows",
     "<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"D3\" s=\"1\"/></row>"
     "<row r=\"4\"><c r=\"A4\"/></row><row r=\"5\"/><row r=\"900\"><c r=\"AA900\"><v>2</v></c></row>",
     "3:|1;900:||||||||||||||||||||||||||2;"},
    {"styled blanks far out", "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row>",
     "1:1;"},
    {"a prefix", "<x:row r=\"1\"><x:c r=\"A1\"><x:v>1</x:v></x:c></x:row>", "1:1;"},
    {"no rows", "", ""},
    {"columns", "<row r=\"2\"><c r=\"IW2\"><v>1</v></c></row>",
     "!Line 2 has more than 256 columns."},
    {"the last column", "<row r=\"2\"><c r=\"IV2\" t=\"s\"><v>9</v></c></row>", DAMAGED},
    {"rows go back", "<row r=\"2\"><c><v>1</v></c></row><row r=\"1\"><c><v>1</v></c></row>",
     "2:1;" DAMAGED},
    {"columns go back", "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c></row>",
     DAMAGED},
    {"a cell in no row", "<c r=\"A1\"><v>1</v></c>", DAMAGED},
    {"a strange reference", "<row><c r=\"1A\"><v>1</v></c></row>", DAMAGED},
    {"a strange index", "<row><c t=\"s\"><v>-1</v></c></row>", DAMAGED},
    {"XML that breaks off", "<row><c t=\"s\"></row>", DAMAGED},
    {"depth",
     "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
     "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
     "<a><a><a><a><a>",
     DAMAGED},
};

Test(form_xlsx, cells_come_out_as_people_see_them)
{
    for (size_t i = 0; i < COUNT(sheets); i++) {
        struct arena a;
        struct str got;

        arena_init(&a, ARENA_MAX);
        got = dump(&a, book(&a, sheets[i].rows));
        cr_expect_str_eq(got.p, sheets[i].want, "%s: %s", sheets[i].what, got.p);
        arena_reset(&a);
    }
}

Test(form_xlsx, a_number_format_tells_dates_from_numbers)
{
    static const struct {
        const char *code;
        enum number_kind kind;
    } codes[] = {
        {"General", NUMBER_PLAIN},
        {"0.00", NUMBER_PLAIN},
        {"#,##0;[Red]-#,##0", NUMBER_PLAIN},
        {"\"day\"0", NUMBER_PLAIN},
        {"0\\d", NUMBER_PLAIN},
        {"[h]:mm", NUMBER_PLAIN},
        {"@", NUMBER_PLAIN},
        {"", NUMBER_PLAIN},
        {"\"open", NUMBER_PLAIN},
        {"[", NUMBER_PLAIN},
        {"0\\", NUMBER_PLAIN},
        {"yyyy\\-mm\\-dd", NUMBER_DATE},
        {"[$-804]yyyy\"年\"m\"月\"d\"日\";@", NUMBER_DATE},
        {"mm/yy", NUMBER_DATE},
        {"yyyy/m/d h:mm", NUMBER_DATE_TIME},
        {"h:mm AM/PM", NUMBER_TIME},
    };

    for (size_t i = 0; i < COUNT(codes); i++)
        cr_expect(number_kind_of(str_of(codes[i].code)) == codes[i].kind, "%s", codes[i].code);
}

static struct str fill(struct arena *a, const char *head, const char *each, size_t n,
                       const char *tail)
{
    size_t from = strlen(head), one = strlen(each);
    char *p = NEW_ARRAY(a, char, from + one * n + strlen(tail) + 1);

    memcpy(p, head, from);
    for (size_t i = 0; i < n; i++)
        memcpy(p + from + i * one, each, one);
    strcpy(p + from + one * n, tail);
    return (struct str){p, from + one * n + strlen(tail)};
}

#define SHEET_HEAD "<worksheet><sheetData><row r=\"1\"><c><v>1</v></c></row>"
#define SHEET_TAIL "</sheetData></worksheet>"

Test(form_xlsx, bombs_and_broken_packages_are_refused)
{
    static const char doctype[] =
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
        "<worksheet><sheetData><row><c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>";
    struct arena a;
    struct str good, dense, tag, twice, text;

    arena_init(&a, (size_t)4 << 30);
    good = book(&a, "<row><c><v>1</v></c></row>");
    dense = fill(&a, SHEET_HEAD, "          ", 4 << 20, SHEET_TAIL);
    tag = fill(&a, SHEET_HEAD "<row a=\"", "0123456789", 200000, "\"/>" SHEET_TAIL);
    srand(1); /* so that it does not pack too well */
    for (size_t i = 100; i + 100 < tag.n; i++)
        memset((char *)(uintptr_t)tag.p + i, 'a' + rand() % 26, 1);
    text = fill(&a, SHEET_HEAD "<row r=\"2\"><c t=\"str\"><v>", "汉", 32769,
                "</v></c></row>" SHEET_TAIL);
    const struct {
        const char *what;
        struct str sheet;
        const char *want;
    } bad[] = {
        {"entities", str_of(doctype),
         "!The workbook declares a document type, which no spreadsheet program does; save it as CSV."},
        {"dense", dense,
         "!The workbook is packed as no spreadsheet program packs; save it as CSV."},
        {"a tag without end", tag, "1:1;" DAMAGED},
        {"a long cell", text, "1:1;!Line 2, column 1: a cell is longer than 32768 characters."},
        {"not XML", S("hello"), DAMAGED},
        {"nothing", S(""), DAMAGED},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        const struct part parts[] = {{"_rels/.rels", S(ROOT_RELS)},
                                     {"xl/workbook.xml", S(BOOK)},
                                     {"xl/_rels/workbook.xml.rels", S(BOOK_RELS)},
                                     {"XL\\worksheets\\Sheet1.xml", bad[i].sheet}};
        struct str got = dump(&a, pack(&a, parts, COUNT(parts)));

        cr_expect_str_eq(got.p, bad[i].want, "%s: %s", bad[i].what, got.p);
    }
    for (size_t cut = 4; cut < good.n; cut += good.n / 50)
        cr_expect_str_eq(dump(&a, (struct str){good.p, good.n - cut}).p, DAMAGED);
    twice = str_copy(&a, good);
    for (size_t i = 0; i + 24 < twice.n; i++) { /* sheet2 becomes a second sheet1 */
        if (memcmp(twice.p + i, "sheet2.xml", 10) == 0) {
            char one = '1';

            memcpy((char *)(uintptr_t)twice.p + i + 5, &one, 1);
        }
    }
    cr_expect_str_eq(dump(&a, twice).p, DAMAGED);
    const struct part no_book[] = {{"word/document.xml", S("<w/>")}};
    cr_expect_str_eq(dump(&a, pack(&a, no_book, 1)).p,
                     "!This is a zip file but no workbook; save it as .xlsx or CSV.");
    arena_reset(&a);
}

Test(form_xlsx, a_size_that_lies_is_found_out_as_it_unpacks)
{
    struct arena a;
    struct str bomb, lie;
    const char *got;

    arena_init(&a, (size_t)4 << 30);
    bomb = fill(&a, SHEET_HEAD, "                                                  ", 1 << 17,
                SHEET_TAIL);
    const struct part parts[] = {{"_rels/.rels", S(ROOT_RELS)},
                                 {"xl/workbook.xml", S(BOOK)},
                                 {"xl/_rels/workbook.xml.rels", S(BOOK_RELS)},
                                 {"xl/worksheets/sheet1.xml", bomb}};
    lie = str_copy(&a, pack(&a, parts, COUNT(parts)));
    for (size_t i = 0; i + 4 <= lie.n; i++) {
        uint32_t size;

        memcpy(&size, lie.p + i, 4);
        if (size == bomb.n) {
            size = 1000;
            memcpy((char *)(uintptr_t)lie.p + i, &size, 4);
        }
    }
    got = dump(&a, lie).p;
    cr_expect(strchr(got, '!') != NULL, "%s", got);
    arena_reset(&a);
}

Test(form_xlsx, what_is_written_reads_back)
{
    const struct str header[] = {S("姓名"), S("证件号"), S("说明")};
    const bool need[] = {true, true, false};
    const struct str rows[][3] = {
        {S("𠮷田"), S("320102196202301017"), S("a\nb <&> \"q\" _x0041_ \x01 z_x_x")},
        {S("=1+1"), S(""), S("-1")},
    };
    struct arena a;
    struct xlsx_out *x;
    struct str bytes;

    arena_init(&a, ARENA_MAX);
    x = xlsx_begin(&a, header, need, 3);
    for (size_t i = 0; i < COUNT(rows); i++)
        xlsx_row(x, rows[i], 3);
    bytes = xlsx_end(x);
    cr_expect_str_eq(dump(&a, bytes).p,
                     "1:姓名|证件号|说明;2:𠮷田|320102196202301017|a\nb <&> \"q\" "
                     "_x0041_ \x01 z_x_x;3:=1+1||-1;");
    (void)xlsx_begin(&a, header, NULL, 3); /* never ended: the arena closes it */
    arena_reset(&a);
}
