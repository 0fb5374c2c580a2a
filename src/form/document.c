#include "form/document.h"

#include "base/utf8.h"
#include "form/picture.h"

#include <string.h>

/* ---- a zip's directory -------------------------------------------------- */

#define END_BYTES   22 /* of its last record, without the comment */
#define ENTRY_BYTES 46
#define COMMENT_MAX 65535

static uint32_t little(struct str s, size_t at, size_t n)
{
    uint32_t x = 0;

    while (n-- > 0)
        x = x << 8 | (at + n < s.n ? (unsigned char)s.p[at + n] : 0);
    return x;
}

static bool has(struct str s, size_t at, struct str what)
{
    return at <= s.n && s.n - at >= what.n && memcmp(s.p + at, what.p, what.n) == 0;
}

/* Where the last record begins; s.n if there is none. */
static size_t zip_end(struct str s)
{
    size_t least = s.n > END_BYTES + COMMENT_MAX ? s.n - END_BYTES - COMMENT_MAX : 0;

    for (size_t at = s.n < END_BYTES ? 0 : s.n - END_BYTES + 1; at-- > least;) {
        if (has(s, at, S("PK\5\6")))
            return at;
    }
    return s.n;
}

static bool is_docx(struct str s)
{
    size_t end = zip_end(s), at = little(s, end + 16, 4);
    bool types = false, text = false;

    for (uint32_t left = little(s, end + 10, 2); left && has(s, at, S("PK\1\2")); left--) {
        size_t n = little(s, at + 28, 2);
        struct str name = {s.p + at + ENTRY_BYTES, n};

        if (at + ENTRY_BYTES + n > s.n)
            return false;
        if (n >= 14 && memcmp(name.p + n - 14, "vbaProject.bin", 14) == 0)
            return false; /* it would run on who opens it */
        types = types || str_eq(name, S("[Content_Types].xml"));
        text = text || str_eq(name, S("word/document.xml"));
        at += ENTRY_BYTES + n + little(s, at + 30, 2) + little(s, at + 32, 2);
    }
    return types && text;
}

/* ---- what it is --------------------------------------------------------- */

static const struct {
    struct str name, mime;
} types[] = {
    [DOCUMENT_NONE] = {{"", 0}, {"application/octet-stream", 24}},
    [DOCUMENT_PDF] = {{"pdf", 3}, {"application/pdf", 15}},
    [DOCUMENT_DOCX] = {{"docx", 4},
                       {"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                        71}},
    [DOCUMENT_JPEG] = {{"jpeg", 4}, {"image/jpeg", 10}},
    [DOCUMENT_PNG] = {{"png", 3}, {"image/png", 9}},
};

struct str document_type_name(enum document_type type)
{
    return types[type].name;
}

struct str document_mime(enum document_type type)
{
    return types[type].mime;
}

enum document_type document_type_find(struct str name)
{
    for (size_t i = 1; i < COUNT(types); i++) {
        if (str_eq(types[i].name, name))
            return (enum document_type)i;
    }
    return DOCUMENT_NONE;
}

enum document_type document_sniff(struct str bytes)
{
    enum picture_type picture = picture_sniff(bytes);

    if (has(bytes, 0, S("%PDF-")))
        return DOCUMENT_PDF;
    if (picture == PICTURE_JPEG)
        return DOCUMENT_JPEG;
    if (picture == PICTURE_PNG)
        return DOCUMENT_PNG;
    return has(bytes, 0, S("PK\3\4")) && is_docx(bytes) ? DOCUMENT_DOCX : DOCUMENT_NONE;
}

static struct str plain_name(struct arena *a, struct str sent)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < sent.n; i++) {
        if ((unsigned char)sent.p[i] >= ' ' && sent.p[i] != 127)
            buf_put(&b, (struct str){sent.p + i, 1});
    }
    return utf8_cut(str_trim(buf_str(&b)), DOCUMENT_NAME_MAX);
}

bool document_take(struct arena *a, struct str name, struct str bytes, struct document *out,
                   struct err *e)
{
    if (!bytes.n)
        return refuse(e, ERR_INVALID, NULL, "The file is empty.");
    if (bytes.n > DOCUMENT_BYTES_MAX)
        return refuse(e, ERR_TOO_LARGE, NULL, "The file is larger than %d MB; send a smaller one.",
                      (int)(DOCUMENT_BYTES_MAX >> 20));
    *out = (struct document){document_sniff(bytes), plain_name(a, name), bytes};
    if (out->type == DOCUMENT_NONE)
        return refuse(e, ERR_INVALID, NULL,
                      "This file is none that can be taken; send PDF, DOCX, JPEG or PNG.");
    if (!out->name.n)
        out->name = str_format(a, "file.%.*s", STR_ARG(types[out->type].name));
    return true;
}
