#include "form/xlsx_book.h"

#include "base/utf8.h"
#include "form/cell.h"

#include <stdlib.h>
#include <string.h>

#define SHARED_BYTES_MAX ((size_t)128 * 1024 * 1024)
#define BLOCK            4096
#define BLOCKS_MAX       2048
#define FORMATS_MAX      4096
#define STYLES_MAX       65536
#define LINKS_MAX        1000 /* relationships, sheets */
#define LINK_BYTES_MAX   1024

/* A relationship: what a part of some type or some id is called. */
struct link {
    struct str id, type, target;
    struct link *next;
};

struct book {
    struct arena *a;
    struct package *package;
    struct link *links; /* those of the .rels part read last */
    struct link **links_end;
    size_t links_n, sheets_n;
    struct str folder; /* of the workbook part, with its slash */
    struct str sheet;  /* the first sheet's id */
    bool sheet_hidden, from_1904;

    struct str *shared[BLOCKS_MAX];
    size_t shared_n, shared_bytes;
    bool in_text, in_phonetic;
    struct buf text;

    bool in_styles; /* cellXfs */
    struct {
        int64_t id;
        unsigned char kind;
    } format[FORMATS_MAX];
    size_t formats;
    unsigned char *style; /* enum number_kind of each */
    size_t styles;
};

static void nothing(void *to, const char *name, struct err *e)
{
    (void)to, (void)name, (void)e;
}

/* Reads a part from end to end; one that is not there has nothing to say. */
static bool read_part(struct book *b, struct str name, struct part_reader reader, struct err *e)
{
    struct part *part;

    if (!part_open(b->package, name, reader, &part, e))
        return false;
    return !part || part_run(part, e) || e->kind == ERR_NONE;
}

static bool ends(struct str s, struct str with)
{
    return s.n >= with.n && memcmp(s.p + s.n - with.n, with.p, with.n) == 0;
}

static void rels_start(void *to, const char *name, const char **attributes, struct err *e)
{
    struct book *b = to;
    struct link *l;

    if (strcmp(name, "Relationship") != 0)
        return;
    if (++b->links_n > LINKS_MAX || part_attribute(attributes, "Id").n > LINK_BYTES_MAX ||
        part_attribute(attributes, "Type").n > LINK_BYTES_MAX ||
        part_attribute(attributes, "Target").n > LINK_BYTES_MAX) {
        package_damaged(e);
        return;
    }
    l = NEW(b->a, struct link);
    l->id = str_copy(b->a, part_attribute(attributes, "Id"));
    l->type = str_copy(b->a, part_attribute(attributes, "Type"));
    l->target = str_copy(b->a, part_attribute(attributes, "Target"));
    *b->links_end = l;
    b->links_end = &l->next;
}

static bool read_links(struct book *b, struct str name, struct err *e)
{
    b->links = NULL;
    b->links_end = &b->links;
    b->links_n = 0;
    return read_part(b, name, (struct part_reader){rels_start, nothing, NULL, b}, e);
}

/* The part's name by type, and by id unless that is "". Empty if there is none. */
static struct str find_link(struct book *b, struct str type, struct str id)
{
    for (struct link *l = b->links; l; l = l->next) {
        if (!ends(l->type, type) || (id.n && !str_eq(l->id, id)) || l->target.n == 0)
            continue;
        if (l->target.p[0] == '/')
            return (struct str){l->target.p + 1, l->target.n - 1};
        return str_format(b->a, "%.*s%.*s", STR_ARG(b->folder), STR_ARG(l->target));
    }
    return S("");
}

static void workbook_start(void *to, const char *name, const char **attributes, struct err *e)
{
    struct book *b = to;

    if (strcmp(name, "workbookPr") == 0) {
        struct str date = part_attribute(attributes, "date1904");

        b->from_1904 = str_eq(date, S("1")) || str_eq(date, S("true"));
    } else if (strcmp(name, "sheet") == 0) {
        struct str state = part_attribute(attributes, "state");
        bool hidden = ends(state, S("idden"));            /* hidden, veryHidden */
        struct str id = part_attribute(attributes, "id"); /* r:id */

        if (++b->sheets_n > LINKS_MAX)
            package_damaged(e);
        else if (find_link(b, S("/worksheet"), id).n == 0 ||
                 (b->sheet.n && (hidden || !b->sheet_hidden)))
            return;
        b->sheet = str_copy(b->a, id);
        b->sheet_hidden = hidden;
    }
}

void book_text_put(struct buf *out, struct str v)
{
    while (v.n) {
        const char *at = memmem(v.p, v.n, "_x", 2);
        size_t before = at ? (size_t)(at - v.p) : v.n;
        char hex[5] = "", utf8[4], *end = hex;
        uint32_t c = 0;

        buf_put(out, (struct str){v.p, before});
        v.p += before, v.n -= before;
        if (v.n >= 7 && v.p[6] == '_') {
            memcpy(hex, v.p + 2, 4);
            c = (uint32_t)strtoul(hex, &end, 16);
        }
        if (end == hex + 4 && strspn(hex, "0123456789abcdefABCDEF") == 4 && c &&
            (c < 0xd800 || c > 0xdfff)) {
            buf_put(out, (struct str){utf8, utf8_put(utf8, c)});
            v.p += 7, v.n -= 7;
        } else if (v.n) {
            buf_put(out, (struct str){v.p, 1});
            v.p++, v.n--;
        }
    }
}

static void shared_start(void *to, const char *name, const char **attributes, struct err *e)
{
    struct book *b = to;

    (void)attributes, (void)e;
    if (strcmp(name, "si") == 0)
        b->text.n = 0;
    else if (strcmp(name, "rPh") == 0)
        b->in_phonetic = true;
    b->in_text = strcmp(name, "t") == 0 && !b->in_phonetic;
}

static bool shared_too_many(struct err *e)
{
    return refuse(e, ERR_TOO_LARGE, NULL,
                  "The workbook holds more than %d MB of different texts; split it or save it as "
                  "CSV.",
                  (int)(SHARED_BYTES_MAX >> 20));
}

static void shared_text(void *to, struct str text, struct err *e)
{
    struct book *b = to;

    if (!b->in_text)
        return;
    if (b->text.n + text.n > (size_t)CELL_MAX * 8)
        (void)refuse(e, ERR_TOO_LARGE, NULL, "A cell of the workbook is longer than %d characters.",
                     CELL_MAX);
    else
        buf_put(&b->text, text);
}

static void shared_end(void *to, const char *name, struct err *e)
{
    struct book *b = to;
    struct buf plain = {.arena = b->a};
    struct str text = buf_str(&b->text);
    size_t block = b->shared_n / BLOCK;

    b->in_text = false;
    if (strcmp(name, "rPh") == 0)
        b->in_phonetic = false;
    if (strcmp(name, "si") != 0)
        return;
    b->shared_bytes += text.n + 1 + sizeof(struct str);
    if (b->shared_bytes > SHARED_BYTES_MAX || block >= BLOCKS_MAX) {
        shared_too_many(e);
        return;
    }
    if (!b->shared[block])
        b->shared[block] = NEW_ARRAY(b->a, struct str, BLOCK);
    if (text.n && memmem(text.p, text.n, "_x", 2)) {
        book_text_put(&plain, text);
        b->shared_bytes += plain.cap;
        text = buf_str(&plain);
    } else {
        text = str_copy(b->a, text);
    }
    b->shared[block][b->shared_n++ % BLOCK] = text;
}

bool book_shared(const struct book *b, struct str v, struct str *text)
{
    size_t i = 0;

    v = str_trim(v);
    for (size_t k = 0; k < v.n; k++) {
        if (v.p[k] < '0' || v.p[k] > '9' || i > SHARED_BYTES_MAX)
            return false;
        i = i * 10 + (size_t)(v.p[k] - '0');
    }
    if (v.n == 0 || i >= b->shared_n)
        return false;
    *text = b->shared[i / BLOCK][i % BLOCK];
    return true;
}

static enum number_kind format_kind(const struct book *b, int64_t id)
{
    for (size_t i = 0; i < b->formats; i++) {
        if (b->format[i].id == id)
            return (enum number_kind)b->format[i].kind;
    }
    return number_kind_builtin(id);
}

static void styles_start(void *to, const char *name, const char **attributes, struct err *e)
{
    struct book *b = to;
    struct str id = part_attribute(attributes, "numFmtId");
    int64_t format = id.n ? strtoll(id.p, NULL, 10) : 0;

    (void)e;
    if (strcmp(name, "cellXfs") == 0) {
        b->in_styles = true;
    } else if (strcmp(name, "numFmt") == 0 && b->formats < FORMATS_MAX) {
        b->format[b->formats].id = format;
        b->format[b->formats++].kind =
            (unsigned char)number_kind_of(part_attribute(attributes, "formatCode"));
    } else if (strcmp(name, "xf") == 0 && b->in_styles && b->styles < STYLES_MAX) {
        if (!b->style)
            b->style = NEW_ARRAY(b->a, unsigned char, STYLES_MAX);
        b->style[b->styles++] = (unsigned char)format_kind(b, format);
    }
}

static void styles_end(void *to, const char *name, struct err *e)
{
    struct book *b = to;

    (void)e;
    if (strcmp(name, "cellXfs") == 0)
        b->in_styles = false;
}

enum number_kind book_style(const struct book *b, int64_t style)
{
    return style >= 0 && (size_t)style < b->styles ? (enum number_kind)b->style[style]
                                                   : NUMBER_PLAIN;
}

bool book_from_1904(const struct book *b)
{
    return b->from_1904;
}

/* xl/workbook.xml → xl/_rels/workbook.xml.rels */
static struct str links_of(struct book *b, struct str part)
{
    const char *slash = memrchr(part.p, '/', part.n);
    size_t folder = slash ? (size_t)(slash - part.p) + 1 : 0;

    b->folder = (struct str){part.p, folder};
    return str_format(b->a, "%.*s_rels/%.*s.rels", STR_ARG(b->folder), (int)(part.n - folder),
                      part.p + folder);
}

bool book_open(struct arena *a, struct str bytes, struct book **out, struct err *e)
{
    struct book *b = NEW(a, struct book);
    struct str workbook, part;

    *out = b;
    b->a = b->text.arena = a;
    b->folder = S("");
    if (!package_open(a, bytes, &b->package, e) || !read_links(b, S("_rels/.rels"), e))
        return false;
    workbook = find_link(b, S("/officeDocument"), S(""));
    if (workbook.n == 0)
        return refuse(e, ERR_INVALID, NULL,
                      "This is a zip file but no workbook; save it as .xlsx or CSV.");
    if (!read_links(b, links_of(b, workbook), e) ||
        !read_part(b, workbook, (struct part_reader){workbook_start, nothing, NULL, b}, e))
        return false;
    part = find_link(b, S("/styles"), S(""));
    if (!read_part(b, part, (struct part_reader){styles_start, styles_end, NULL, b}, e))
        return false;
    part = find_link(b, S("/sharedStrings"), S(""));
    return read_part(b, part, (struct part_reader){shared_start, shared_end, shared_text, b}, e);
}

bool book_sheet(struct book *b, struct part_reader reader, struct part **out, struct err *e)
{
    *out = NULL;
    if (b->sheet.n &&
        !part_open(b->package, find_link(b, S("/worksheet"), b->sheet), reader, out, e))
        return false;
    return *out || refuse(e, ERR_INVALID, NULL, "The workbook has no sheet with rows.");
}
