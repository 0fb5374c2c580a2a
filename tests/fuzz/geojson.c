/* Areas that are accepted can be asked, written and compared. */
#include "geo/geo.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct area_report report;
    struct err e = {0};

    arena_init(&a, (size_t)1 << 30);
    if (areas_read(&a, (struct str){(const char *)data, n}, S("k"), (enum datum)(n % 2), &report,
                   &e)) {
        const struct areas *as = report.areas;
        struct val *list = val_list(&a);

        for (size_t i = 0; i < areas_count(as) && i < 8; i++)
            (void)areas_geojson(&a, as, i);
        for (int i = 0; i < 50; i++) {
            if (areas_find(as, (struct point){i % 10, i / 10.0}) >= (int)areas_count(as))
                abort();
        }
        (void)(areas_overlaps(as, 0, list, &e) && areas_holes(as, 0, list, &e));
    } else if (e.kind == ERR_NONE) {
        abort();
    }
    arena_reset(&a);
    return 0;
}
