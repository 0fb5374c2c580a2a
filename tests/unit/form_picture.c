#include "form/picture.h"
#include "form/picture_head.h"

#include <criterion/criterion.h>

#include <gd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARENA_MAX ((size_t)1 << 30)

/* picture_take() starts this very program with the argument "picture": be the child then. */
__attribute__((constructor)) static void be_the_child(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "picture") == 0)
        _exit(picture_child());
}

enum { RED = 0xe00000, GREEN = 0x00c000, BLUE = 0x0000e0, WHITE = 0xffffff };

/* Four quarters: red green / blue white. */
static gdImagePtr quarters(int w, int h)
{
    gdImagePtr i = gdImageCreateTrueColor(w, h);

    gdImageFilledRectangle(i, 0, 0, w / 2 - 1, h / 2 - 1, RED);
    gdImageFilledRectangle(i, w / 2, 0, w - 1, h / 2 - 1, GREEN);
    gdImageFilledRectangle(i, 0, h / 2, w / 2 - 1, h - 1, BLUE);
    gdImageFilledRectangle(i, w / 2, h / 2, w - 1, h - 1, WHITE);
    return i;
}

static struct str keep(struct arena *a, void *bytes, const int *n)
{
    struct str s;

    cr_assert(bytes != NULL);
    s = str_copy(a, (struct str){bytes, (size_t)*n});
    gdFree(bytes);
    return s;
}

static struct str jpeg(struct arena *a, int w, int h, const char *orientation)
{
    gdImagePtr i = quarters(w, h);
    struct buf b = {.arena = a};
    struct str plain;
    int n;

    plain = keep(a, gdImageJpegPtr(i, &n, 95), &n);
    gdImageDestroy(i);
    if (!orientation)
        return plain;
    buf_put(&b, (struct str){plain.p, 2});
    buf_put(&b, S("\xff\xe1\0\x22"
                  "Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"));
    buf_put(&b, (struct str){orientation, 1});
    buf_put(&b, S("\0\0\0\0\0\0"));
    buf_put(&b, (struct str){plain.p + 2, plain.n - 2});
    return buf_str(&b);
}

/* Which of the four colours a pixel is nearest to. */
static char colour(gdImagePtr i, int x, int y)
{
    int c = gdImageGetPixel(i, x, y), r = gdTrueColorGetRed(c), g = gdTrueColorGetGreen(c);
    int b = gdTrueColorGetBlue(c);

    return r > 128 ? g > 128 && b > 128 ? 'W' : 'R' : g > 128 ? 'G' : b > 128 ? 'B' : '?';
}

static void corners(struct str bytes, char out[5])
{
    gdImagePtr i = gdImageCreateFromJpegPtr((int)bytes.n, (void *)(uintptr_t)bytes.p);
    int w, h;

    cr_assert(i != NULL);
    w = gdImageSX(i), h = gdImageSY(i);
    out[0] = colour(i, w / 8, h / 8);
    out[1] = colour(i, w - 1 - w / 8, h / 8);
    out[2] = colour(i, w / 8, h - 1 - h / 8);
    out[3] = colour(i, w - 1 - w / 8, h - 1 - h / 8);
    out[4] = '\0';
    gdImageDestroy(i);
}

Test(form_picture, each_orientation_is_turned_upright_and_the_metadata_is_gone)
{
    static const char *want[] = {"RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "BRWG", "WGBR", "GWRB"};

    for (int o = 1; o <= 8; o++) {
        struct arena a;
        struct err e = {0};
        struct picture p;
        char way = (char)o, got[5];

        arena_init(&a, ARENA_MAX);
        cr_assert(picture_take(&a, jpeg(&a, 64, 32, &way), &p, &e), "%s", e.text);
        corners(p.jpeg, got);
        cr_expect_str_eq(got, want[o - 1], "orientation %d: %s", o, got);
        corners(p.thumb, got);
        cr_expect_str_eq(got, want[o - 1], "thumb %d: %s", o, got);
        cr_expect(p.width == (o < 5 ? 64 : 32) && p.height == (o < 5 ? 32 : 64));
        cr_expect(!memmem(p.jpeg.p, p.jpeg.n, "Exif", 4) &&
                  !memmem(p.thumb.p, p.thumb.n, "Exif", 4));
        arena_reset(&a);
    }
}

Test(form_picture, every_type_comes_out_as_jpeg_within_its_bounds)
{
    gdImagePtr large = quarters(3000, 1000), clear = gdImageCreateTrueColor(64, 64);
    struct arena a;
    struct err e = {0};
    struct picture p;
    char got[5];
    int n;

    arena_init(&a, ARENA_MAX);
    const struct {
        enum picture_type type;
        struct str bytes;
    } types[] = {
        {PICTURE_JPEG, keep(&a, gdImageJpegPtr(large, &n, 90), &n)},
        {PICTURE_PNG, keep(&a, gdImagePngPtr(large, &n), &n)},
        {PICTURE_GIF, keep(&a, gdImageGifPtr(large, &n), &n)},
        {PICTURE_WEBP, keep(&a, gdImageWebpPtr(large, &n), &n)},
        {PICTURE_WEBP, keep(&a, gdImageWebpPtrEx(large, &n, gdWebpLossless), &n)},
    };
    for (size_t i = 0; i < COUNT(types); i++) {
        struct picture_head head;

        cr_expect(picture_sniff(types[i].bytes) == types[i].type);
        cr_expect(picture_head_read(types[i].bytes, &head) && head.width == 3000 &&
                  head.height == 1000);
        cr_assert(picture_take(&a, types[i].bytes, &p, &e), "%zu: %s", i, e.text);
        cr_expect(p.width == 1600 && p.height == 533);
        corners(p.jpeg, got);
        cr_expect_str_eq(got, "RGBW");
        cr_expect(picture_head_read(p.thumb, &head) && head.width == 320 && head.height == 106);
    }
    gdImageAlphaBlending(clear, 0);
    gdImageSaveAlpha(clear, 1);
    gdImageFilledRectangle(clear, 0, 0, 63, 63, gdTrueColorAlpha(0, 0, 0, gdAlphaTransparent));
    cr_assert(picture_take(&a, keep(&a, gdImagePngPtr(clear, &n), &n), &p, &e));
    corners(p.jpeg, got);
    cr_expect_str_eq(got, "WWWW", "transparent is white, not black");
    gdImageDestroy(large);
    gdImageDestroy(clear);
    arena_reset(&a);
}

#define PNG(size) "\x89PNG\r\n\x1a\n\0\0\0\rIHDR" size "\x08\2\0\0\0"
#define DAMAGED   "The picture is damaged or incomplete; take or save it again."
#define PIXELS    " pixels; at most 12000 a side and 64 million in all can be read."

Test(form_picture, what_cannot_be_taken_is_refused_in_a_sentence)
{
    struct arena a;
    struct str good;
    char *noise;

    arena_init(&a, ARENA_MAX);
    good = jpeg(&a, 400, 300, NULL);
    noise = NEW_ARRAY(&a, char, PICTURE_BYTES_MAX + 1);
    memcpy(noise, good.p, good.n);
    const struct {
        struct str bytes;
        enum err_kind kind;
        const char *text;
    } bad[] = {
        {S(""), ERR_INVALID, "This is no picture that can be read; send JPEG, PNG, WebP or GIF."},
        {S("<svg onload=alert(1)>"), ERR_INVALID,
         "This is no picture that can be read; send JPEG, PNG, WebP or GIF."},
        {S("\0\0\0\x18"
           "ftypheic\0\0\0\0mif1heic"),
         ERR_INVALID,
         "HEIC pictures cannot be read; on the iPhone choose Settings, Camera, Formats, Most "
         "Compatible, or send it as JPEG."},
        {{noise, PICTURE_BYTES_MAX + 1},
         ERR_TOO_LARGE,
         "The picture is larger than 12 MB; send a smaller one."},
        {S(PNG("\0\0\x4e\x20\0\0\0\x01")), ERR_TOO_LARGE, "The picture has 20000 x 1" PIXELS},
        {S(PNG("\0\0\x2e\xe0\0\0\x2e\xe0")), ERR_TOO_LARGE, "The picture has 12000 x 12000" PIXELS},
        {S(PNG("\0\0\0\x10\0\0\0\x10")), ERR_INVALID, DAMAGED},
        {S(PNG("\0\0\0\0\0\0\0\x10")), ERR_INVALID, DAMAGED},
        {S("GIF89a\x01\0\x01\0\0\0\0!\xf9\4\0\0\0\0\0,\0\0\0\0\xff\xff\xff\xff\0"), ERR_TOO_LARGE,
         "The picture has 65535 x 65535" PIXELS},
        {S("\xff\xd8\xff\xe0\0\1"), ERR_INVALID, DAMAGED},
        {{good.p, good.n / 2}, ERR_INVALID, DAMAGED},
        {{good.p, good.n - 2}, ERR_INVALID, DAMAGED},
        {{good.p, 100}, ERR_INVALID, DAMAGED},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct err e = {0};
        struct picture p;

        cr_expect(!picture_take(&a, bad[i].bytes, &p, &e) && e.kind == bad[i].kind, "%zu", i);
        cr_expect_str_eq(e.text, bad[i].text, "%zu: %s", i, e.text);
    }
    arena_reset(&a);
}

Test(form_picture, an_orientation_is_read_within_its_bounds)
{
    static const struct {
        struct str exif;
        int want;
    } blocks[] = {
        {S("MM\0\x2a\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0"), 6},
        {S("II\x2a\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x08\0\0\0"), 8},
        {S("II\x2a\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x09\0\0\0"), 1},
        {S("II\x2a\0\x08\0\0\0\1\0\x12\1\4\0\1\0\0\0\x08\0\0\0"), 1},
        {S("II\x2a\0\x08\0\0\0\xff\xff\x11\1\3\0\1\0\0\0\3\0\0\0"), 1},
        {S("II\x2a\0\xff\xff\xff\xff\1\0\x12\1\3\0\1\0\0\0\x08\0\0\0"), 1},
        {S("II\x2a\0\x16\0\0\0\1\0\x12\1\3\0\1\0\0\0\x08\0\0\0"), 1},
        {S("II\x2a\0"), 1},
        {S("JJ"), 1},
        {S(""), 1},
    };

    for (size_t i = 0; i < COUNT(blocks); i++)
        cr_expect(picture_orientation(blocks[i].exif) == blocks[i].want, "%zu", i);
}
