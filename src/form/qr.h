/* qr.h - a QR code as SVG, through libqrencode. */
#ifndef QR_H
#define QR_H

#include "base/str.h"

/* The text (1 to 2,000 bytes, UTF-8) as an <svg> element, error correction M, one path on white;
 * module is its pixels, quiet zone 4. */
struct str qr_svg(struct arena *a, struct str text, int module);

#endif
