#include "geo/areas.h"

#include <assert.h>
#include <stdio.h>

size_t areas_count(const struct areas *as)
{
    return as->n;
}

int areas_line(const struct areas *as, size_t i)
{
    assert(i < as->n);
    return as->area[i].line;
}

struct str areas_key(const struct areas *as, size_t i)
{
    assert(i < as->n);
    return as->area[i].key;
}

static void put_ring(struct buf *b, const struct areas *as, const struct ring *r)
{
    buf_put(b, S("["));
    for (size_t i = 0; i < r->n; i++) {
        struct point p = as->point[r->first + i];
        char text[64];
        int n = snprintf(text, sizeof(text), "%s[%.7f,%.7f]", i ? "," : "", p.lon, p.lat);

        buf_put(b, (struct str){text, (size_t)n});
    }
    buf_put(b, S("]"));
}

struct str areas_geojson(struct arena *a, const struct areas *as, size_t i)
{
    const struct area *one = &as->area[i];
    struct buf b = {.arena = a};

    assert(i < as->n);
    buf_put(&b, S("{\"type\":\"MultiPolygon\",\"coordinates\":["));
    for (size_t j = 0; j < one->rings; j++) {
        const struct ring *r = &as->ring[one->ring + j];

        if (j)
            buf_put(&b, r->outer ? S("],") : S(","));
        if (r->outer)
            buf_put(&b, S("["));
        put_ring(&b, as, r);
    }
    buf_put(&b, S("]]}"));
    return buf_str(&b);
}
