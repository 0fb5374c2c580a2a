#include "form/picture_head.h"

#include <string.h>

static bool has(struct str s, size_t at, struct str what)
{
    return s.n >= at + what.n && memcmp(s.p + at, what.p, what.n) == 0;
}

enum picture_type picture_sniff(struct str bytes)
{
    if (has(bytes, 0, S("\xff\xd8\xff")))
        return PICTURE_JPEG;
    if (has(bytes, 0, S("\x89PNG\r\n\x1a\n")))
        return PICTURE_PNG;
    if (has(bytes, 0, S("RIFF")) && has(bytes, 8, S("WEBP")))
        return PICTURE_WEBP;
    if (has(bytes, 0, S("GIF87a")) || has(bytes, 0, S("GIF89a")))
        return PICTURE_GIF;
    return PICTURE_NONE;
}

bool picture_is_heic(struct str bytes)
{
    static const char brands[][5] = {"heic", "heix", "heim", "heis",
                                     "hevc", "hevx", "mif1", "msf1"};

    if (picture_sniff(bytes) != PICTURE_NONE || !has(bytes, 4, S("ftyp")))
        return false;
    for (size_t i = 0; i < COUNT(brands); i++) {
        if (has(bytes, 8, str_of(brands[i])))
            return true;
    }
    return false;
}

/* n bytes at `at` as a number; 0 past the end. */
static uint32_t number(struct str s, size_t at, size_t n, bool big_endian)
{
    uint32_t x = 0;

    if (at > s.n || n > s.n - at)
        return 0;
    for (size_t i = 0; i < n; i++)
        x = x << 8 | (unsigned char)s.p[at + (big_endian ? i : n - 1 - i)];
    return x;
}

int picture_orientation(struct str exif)
{
    bool big = has(exif, 0, S("MM\0\x2a"));
    uint32_t entries, at;

    if (!big && !has(exif, 0, S("II\x2a\0")))
        return 1;
    at = number(exif, 4, 4, big);
    if (at < 8 || at > exif.n)
        return 1;
    entries = number(exif, at, 2, big);
    for (uint32_t i = 0; i < entries && exif.n - at >= 2 + 12 * ((size_t)i + 1); i++) {
        size_t entry = at + 2 + 12 * (size_t)i;
        uint32_t way = number(exif, entry + 8, 2, big);

        if (number(exif, entry, 2, big) == 0x0112) /* and a SHORT, one of it */
            return number(exif, entry + 2, 2, big) == 3 && way >= 1 && way <= 8 ? (int)way : 1;
    }
    return 1;
}

static bool is_frame(unsigned char marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool read_jpeg(struct str s, struct picture_head *head)
{
    size_t at = 2;

    while (at + 4 <= s.n) {
        unsigned char marker = (unsigned char)s.p[at + 1];
        struct str body;

        if (s.p[at] != '\xff')
            return false;
        if (marker == 0xff) { /* fill byte */
            at++;
            continue;
        }
        body.n = number(s, at + 2, 2, true);
        if (body.n < 2 || body.n > s.n - at - 2)
            return false;
        body = (struct str){s.p + at + 4, body.n - 2};
        at += 4 + body.n;
        if (marker == 0xe1 && has(body, 0, S("Exif\0\0")))
            head->orientation = picture_orientation((struct str){body.p + 6, body.n - 6});
        if (is_frame(marker)) {
            head->height = (int)number(body, 1, 2, true);
            head->width = (int)number(body, 3, 2, true);
        }
        if (marker == 0xda) {
            head->data = at;
            return head->width > 0 && head->height > 0;
        }
    }
    return false;
}

static void read_webp(struct str s, struct picture_head *head)
{
    if (has(s, 12, S("VP8 "))) {
        head->width = (int)(number(s, 26, 2, false) & 0x3fff);
        head->height = (int)(number(s, 28, 2, false) & 0x3fff);
    } else if (has(s, 12, S("VP8L")) && s.n >= 25) {
        uint32_t bits = number(s, 21, 4, false);

        head->width = (int)(bits & 0x3fff) + 1;
        head->height = (int)(bits >> 14 & 0x3fff) + 1;
    } else if (has(s, 12, S("VP8X")) && s.n >= 30) {
        head->width = (int)number(s, 24, 3, false) + 1;
        head->height = (int)number(s, 27, 3, false) + 1;
    }
}

/* A GIF's first frame may be larger than the screen it names; that one is what is decoded. */
static void read_gif(struct str s, struct picture_head *head)
{
    size_t at = 13, size;
    uint32_t flags = number(s, 10, 1, true);

    if (flags & 0x80)
        at += (size_t)3 << ((flags & 7) + 1);
    while (at + 10 <= s.n && s.p[at] == '!') { /* extensions: label, then blocks */
        for (at += 2; (size = number(s, at, 1, true)) > 0;)
            at += size + 1;
        at++;
    }
    if (at + 10 > s.n || s.p[at] != ',')
        return;
    head->width = (int)number(s, at + 5, 2, false);
    head->height = (int)number(s, at + 7, 2, false);
}

bool picture_head_read(struct str bytes, struct picture_head *head)
{
    *head = (struct picture_head){.type = picture_sniff(bytes), .orientation = 1};
    switch (head->type) {
    case PICTURE_JPEG: return read_jpeg(bytes, head);
    case PICTURE_PNG:
        if (has(bytes, 12, S("IHDR")) && number(bytes, 16, 1, true) < 0x80 &&
            number(bytes, 20, 1, true) < 0x80) {
            head->width = (int)number(bytes, 16, 4, true);
            head->height = (int)number(bytes, 20, 4, true);
        }
        break;
    case PICTURE_WEBP: read_webp(bytes, head); break;
    case PICTURE_GIF: read_gif(bytes, head); break;
    case PICTURE_NONE: break;
    }
    return head->width > 0 && head->height > 0;
}
