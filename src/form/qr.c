#include "form/qr.h"

#include <assert.h>
#include <errno.h>
#include <qrencode.h>
#include <string.h>

#define QUIET 4 /* modules of white around, as the standard demands */

static void put_int(struct buf *b, const char *before, int n)
{
    buf_put(b, str_of(before));
    buf_int(b, n);
}

/* One rectangle for every run of dark modules in a row. */
static void put_path(struct buf *b, const QRcode *code)
{
    for (int y = 0; y < code->width; y++) {
        const unsigned char *row = code->data + (ptrdiff_t)y * code->width;

        for (int x = 0; x < code->width; x++) {
            int from = x;

            while (x < code->width && (row[x] & 1))
                x++;
            if (x == from)
                continue;
            put_int(b, "M", from + QUIET);
            put_int(b, " ", y + QUIET);
            put_int(b, "h", x - from);
            put_int(b, "v1h-", x - from);
            buf_put(b, S("z"));
        }
    }
}

struct str qr_svg(struct arena *a, struct str text, int module)
{
    struct buf b = {.arena = a};
    QRcode *code;
    int side;

    assert(module > 0 && text.n > 0);
    code = QRcode_encodeString8bit(str_copy(a, text).p, 0, QR_ECLEVEL_M);
    if (!code) {
        assert(errno != ERANGE); /* longer than 2,000 bytes, the contract's bound */
        die("qr: %s", strerror(errno));
    }
    side = code->width + 2 * QUIET;
    put_int(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", side * module);
    put_int(&b, "\" height=\"", side * module);
    put_int(&b, "\" viewBox=\"0 0 ", side);
    put_int(&b, " ", side);
    buf_put(&b, S("\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h"));
    buf_int(&b, side);
    put_int(&b, "v", side);
    buf_put(&b, S("H0z\"/><path d=\""));
    put_path(&b, code);
    buf_put(&b, S("\"/></svg>"));
    QRcode_free(code);
    return buf_str(&b);
}
