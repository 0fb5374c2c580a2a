#include "form/decode.h"

#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#define WINDOW_BYTES ((size_t)256 * 1024)
#define LOOK_BYTES   ((size_t)1024 * 1024) /* how far past a fault the guess looks */

/* Eight bytes at once: true if all are ASCII and none is NUL. */
static bool plain_eight(const char *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof(w));
    return (((w - 0x0101010101010101U) | w) & 0x8080808080808080U) == 0;
}

/* The length of the well-formed character at p, or 0. */
static size_t character(const char *z, size_t n)
{
    const unsigned char *p = (const unsigned char *)z;
    size_t len = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

    /* Nearly all Chinese: no special case of the standard begins with these. */
    if (n >= 3 && p[0] > 0xe0 && p[0] < 0xed)
        return (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 ? 3 : 0;
    return len <= n && utf8_valid((struct str){z, len}) ? len : 0;
}

/* How many bytes from the start are valid; *wide counts the characters beyond ASCII. */
static size_t valid_prefix(struct str s, size_t *wide)
{
    size_t i = 0;

    while (i < s.n) {
        size_t len;

        if (s.n - i >= 8 && plain_eight(s.p + i)) {
            i += 8;
            continue;
        }
        len = character(s.p + i, s.n - i);
        if (len == 0)
            break;
        *wide += len > 1;
        i += len;
    }
    return i;
}

/* The file is not valid UTF-8. Is it damaged UTF-8, or another encoding? In GB18030 text hardly one
 * pair in eight looks like UTF-8, so a handful of characters tells. */
static bool damaged_utf8(struct str after, size_t wide)
{
    size_t bad = 0;

    if (after.n > LOOK_BYTES)
        after.n = LOOK_BYTES;
    while (after.n) {
        size_t n;

        after.p++, after.n--, bad++;
        n = valid_prefix(after, &wide);
        after.p += n, after.n -= n;
    }
    return wide > 2 * bad;
}

static void close_converter(void *cd)
{
    iconv_close((iconv_t)cd);
}

static bool starts(struct str s, const char *with, size_t n)
{
    return s.n >= n && memcmp(s.p, with, n) == 0;
}

static void begin_utf8(struct decode *d, struct str bytes, size_t valid)
{
    d->encoding = ENCODING_UTF8;
    d->window = (struct str){bytes.p, valid};
    d->bad = valid < bytes.n;
}

static void begin_gb18030(struct decode *d)
{
    iconv_t cd = iconv_open("UTF-8", "GB18030"); /* NOLINT: an iconv_t is a number or a pointer */

    if (cd == (iconv_t)-1) /* NOLINT */
        die("no converter for GB18030: %s", strerror(errno));
    arena_defer(d->a, close_converter, cd);
    d->converter = cd;
    d->encoding = ENCODING_GB18030;
}

void decode_begin(struct decode *d, struct arena *a, struct str bytes)
{
    size_t wide = 0, valid;
    bool more;

    *d = (struct decode){.a = a, .rest = bytes, .window = S("")};
    if (starts(bytes, "\xff\xfe", 2) || starts(bytes, "\xfe\xff", 2)) {
        d->encoding = bytes.p[0] == '\xff' ? ENCODING_UTF16LE : ENCODING_UTF16BE;
        d->rest = (struct str){bytes.p + 2, bytes.n - 2};
    } else if (starts(bytes, "\xef\xbb\xbf", 3)) {
        bytes = (struct str){bytes.p + 3, bytes.n - 3};
        begin_utf8(d, bytes, valid_prefix(bytes, &wide));
        return;
    } else {
        valid = valid_prefix(bytes, &wide);
        if (valid == bytes.n ||
            damaged_utf8((struct str){bytes.p + valid, bytes.n - valid}, wide)) {
            begin_utf8(d, bytes, valid);
            return;
        }
        begin_gb18030(d);
    }
    d->bytes_max = WINDOW_BYTES;
    d->buf = NEW_ARRAY(a, char, d->bytes_max);
    d->window = (struct str){d->buf, 0};
    more = decode_more(d);
    (void)more;
}

/* The unit at p as a code point; surrogates in pairs. Returns the bytes it took, or 0. */
static size_t utf16(const struct decode *d, uint32_t *c)
{
    const unsigned char *p = (const unsigned char *)d->rest.p;
    int hi = d->encoding == ENCODING_UTF16BE ? 0 : 1, lo = 1 - hi;
    uint32_t second;

    if (d->rest.n < 2)
        return 0;
    *c = (uint32_t)p[hi] << 8 | p[lo];
    if (*c < 0xd800 || *c > 0xdfff)
        return 2;
    if (*c > 0xdbff || d->rest.n < 4)
        return 0;
    second = (uint32_t)p[2 + hi] << 8 | p[2 + lo];
    if (second < 0xdc00 || second > 0xdfff)
        return 0;
    *c = 0x10000 + ((*c - 0xd800) << 10) + (second - 0xdc00);
    return 4;
}

static size_t fill_utf16(struct decode *d, char *to, size_t room)
{
    size_t n = 0;

    while (room - n >= 4 && d->rest.n && !d->bad) {
        uint32_t c;
        size_t took = utf16(d, &c);

        d->bad = took == 0;
        if (took)
            n += utf8_put(to + n, c);
        d->rest.p += took;
        d->rest.n -= took;
    }
    return n;
}

static size_t fill_gb18030(struct decode *d, char *to, size_t room)
{
    char *in = NULL, *out = to;
    size_t left = room;

    memcpy(&in, &d->rest.p, sizeof(in)); /* iconv() takes char ** and writes nothing there */
    if (iconv((iconv_t)d->converter, &in, &d->rest.n, &out, &left) == (size_t)-1)
        d->bad = errno != E2BIG;
    d->rest.p = in;
    return room - left;
}

bool decode_more(struct decode *d)
{
    size_t kept = d->window.n, n;
    const char *nul;

    if (decode_ends(d))
        return false;
    if (kept > d->bytes_max / 2) {
        char *larger = NEW_ARRAY(d->a, char, d->bytes_max * 2);

        memcpy(larger, d->window.p, kept);
        d->buf = larger;
        d->bytes_max *= 2;
    } else {
        memmove(d->buf, d->window.p, kept);
    }
    n = d->encoding == ENCODING_GB18030 ? fill_gb18030(d, d->buf + kept, d->bytes_max - kept)
                                        : fill_utf16(d, d->buf + kept, d->bytes_max - kept);
    nul = n ? memchr(d->buf + kept, '\0', n) : NULL;
    if (nul) {
        n = (size_t)(nul - d->buf) - kept;
        d->bad = true;
    }
    d->window = (struct str){d->buf, kept + n};
    return n > 0;
}

bool decode_ends(const struct decode *d)
{
    return d->encoding == ENCODING_UTF8 || d->bad || d->rest.n == 0;
}
