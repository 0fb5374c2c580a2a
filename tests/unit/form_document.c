/* What may be given as a paper is told by its bytes. */
#include "form/document.h"

#include <criterion/criterion.h>
#include <string.h>

#define HEAD           "PK\3\4 local heads are not read "
#define NUL4           "\0\0\0\0"
#define NUL16          NUL4 NUL4 NUL4 NUL4
#define ENTRY(n, name) "PK\1\2" NUL16 NUL4 NUL4 n "\0" NUL16 name
#define END(n, from)   "PK\5\6" NUL4 n "\0" n "\0" NUL4 from "\0\0\0\0\0"
#define AT             "\36" /* bytes of HEAD */
#define BOTH           ENTRY("\23", "[Content_Types].xml") ENTRY("\21", "word/document.xml")

static struct arena a;

static void open_arena(void)
{
    arena_init(&a, (size_t)64 << 20);
}

static void close_arena(void)
{
    arena_reset(&a);
}

TestSuite(form_document, .init = open_arena, .fini = close_arena);

Test(form_document, its_bytes_say_what_it_is_whatever_its_name)
{
    static const struct {
        struct str bytes;
        enum document_type type;
    } cases[] = {
        {S("%PDF-1.4\n…"), DOCUMENT_PDF},
        {S(" %PDF-1.4"), DOCUMENT_NONE},
        {S("\xff\xd8\xff\xe0 JFIF"), DOCUMENT_JPEG},
        {S("\x89PNG\r\n\x1a\n"), DOCUMENT_PNG},
        {S("GIF89a"), DOCUMENT_NONE},
        {S("MZ\x90\0\3\0\0\0"), DOCUMENT_NONE},
        {S("<html><script>"), DOCUMENT_NONE},
        {S(HEAD BOTH END("\2", AT)), DOCUMENT_DOCX},
        {S(HEAD BOTH END("\2", AT) "a comment"), DOCUMENT_DOCX},
        {S(HEAD BOTH END("\1", AT)), DOCUMENT_NONE},
        {S(HEAD BOTH END("\2", "\37")), DOCUMENT_NONE},
        {S(HEAD BOTH END("\2", "\377")), DOCUMENT_NONE},
        {S(HEAD BOTH), DOCUMENT_NONE},
        {S(HEAD ENTRY("\23", "[Content_Types].xml") ENTRY("\17", "xl/workbook.xml") END("\2", AT)),
         DOCUMENT_NONE},
        {S(HEAD BOTH ENTRY("\23", "word/vbaProject.bin") END("\3", AT)), DOCUMENT_NONE},
        {S(HEAD ENTRY("\23", "[Content_Types].xml") ENTRY("\377", "word/document.xml")
               END("\2", AT)),
         DOCUMENT_NONE},
        {S("PK\3\4"), DOCUMENT_NONE},
        {S(""), DOCUMENT_NONE},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(document_sniff(cases[i].bytes), cases[i].type, "case %zu", i);
}

Test(form_document, what_cannot_be_taken_is_refused_in_a_sentence)
{
    const size_t n = (size_t)20 << 20;
    struct str big = {memset(NEW_ARRAY(&a, char, n), 'x', n), n};
    const struct {
        const char *name;
        struct str bytes;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {"简历.pdf", S("MZ\x90\0"), ERR_INVALID, "send PDF, DOCX, JPEG or PNG"},
        {"简历.pdf", S(""), ERR_INVALID, "is empty"},
        {"简历.pdf", big, ERR_TOO_LARGE, "larger than 5 MB"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct document d;
        struct err e = {0};

        cr_assert_not(document_take(&a, str_of(cases[i].name), cases[i].bytes, &d, &e));
        cr_expect_eq(e.kind, cases[i].kind);
        cr_expect(strstr(e.text, cases[i].words), "%s", e.text);
    }
}

Test(form_document, its_name_is_kept_within_bounds)
{
    char longer[301], kept[101];
    const struct {
        const char *sent, *name;
    } cases[] = {{"简历.pdf", "简历.pdf"},
                 {" a\r\nb\x7f.pdf", "ab.pdf"},
                 {"", "file.pdf"},
                 {"\n", "file.pdf"},
                 {longer, kept}};

    memset(longer, 'x', 300);
    memset(kept, 'x', 100);
    longer[300] = kept[100] = '\0';
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct document d;
        struct err e = {0};

        cr_assert(document_take(&a, str_of(cases[i].sent), S("%PDF-1.4"), &d, &e), "%s", e.text);
        cr_expect(str_eq(d.name, str_of(cases[i].name)), "%.*s", STR_ARG(d.name));
    }
}
