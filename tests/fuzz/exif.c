/* Any bytes as a picture's head and as an EXIF block. */
#include "form/picture_head.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str bytes = {(const char *)data, n};
    struct picture_head head;
    int way = picture_orientation(bytes);

    assert(way >= 1 && way <= 8);
    if (picture_head_read(bytes, &head)) {
        assert(head.type != PICTURE_NONE && head.width > 0 && head.height > 0);
        assert(head.orientation >= 1 && head.orientation <= 8 && head.data <= n);
    }
    assert(!picture_is_heic(bytes) || picture_sniff(bytes) == PICTURE_NONE);
    return 0;
}
