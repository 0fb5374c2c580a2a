#include "geo/areas.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define METRES_A_DEGREE 111195.08 /* of latitude, on the sphere of geo_distance_m */

struct areas_geos {
    GEOSContextHandle_t handle;
    struct arena *arena;
};

/* What GEOS gives, unless its memory is out. */
static void *given(void *p)
{
    if (!p)
        die("GEOS is out of memory");
    return p;
}

static void close_geos(void *arg)
{
    struct areas_geos *g = arg;

    GEOS_finish_r(g->handle);
}

struct areas_geos *areas_geos_new(struct arena *scratch)
{
    struct areas_geos *g = NEW(scratch, struct areas_geos);

    g->handle = given(GEOS_init_r());
    g->arena = scratch;
    arena_defer(scratch, close_geos, g);
    return g;
}

static GEOSGeometry *ring_of(struct areas_geos *g, const struct areas *as, const struct ring *r)
{
    const double *xy = &as->point[r->first].lon;
    GEOSCoordSequence *points =
        given(GEOSCoordSeq_copyFromBuffer_r(g->handle, xy, (unsigned)r->n, 0, 0));

    return given(GEOSGeom_createLinearRing_r(g->handle, points));
}

static GEOSGeometry *polygon_of(struct areas_geos *g, const struct areas *as,
                                const struct ring *ring, size_t rings)
{
    GEOSGeometry **holes = NEW_ARRAY(g->arena, GEOSGeometry *, rings);
    GEOSGeometry *shell = ring_of(g, as, ring);

    for (size_t i = 1; i < rings; i++)
        holes[i - 1] = ring_of(g, as, &ring[i]);
    return given(GEOSGeom_createPolygon_r(g->handle, shell, holes, (unsigned)rings - 1));
}

/* The area as GEOS has it; the caller destroys it. Rings are closed and long enough by then. */
static GEOSGeometry *geometry_of(struct areas_geos *g, const struct areas *as,
                                 const struct area *one)
{
    GEOSGeometry **part = NEW_ARRAY(g->arena, GEOSGeometry *, one->rings);
    const struct ring *ring = &as->ring[one->ring];
    unsigned parts = 0;
    for (size_t from = 0, to; from < one->rings; from = to) {
        for (to = from + 1; to < one->rings && !ring[to].outer;)
            to++;
        part[parts++] = polygon_of(g, as, &ring[from], to - from);
    }
    return given(GEOSGeom_createCollection_r(g->handle, GEOS_MULTIPOLYGON, part, parts));
}

const char *areas_geos_fault(struct areas_geos *g, const struct areas *as, const struct area *one)
{
    GEOSGeometry *whole = geometry_of(g, as, one);
    const char *why = NULL;

    if (GEOSisValid_r(g->handle, whole) != 1) {
        char *reason = given(GEOSisValidReason_r(g->handle, whole));

        why = str_copy(g->arena, str_of(reason)).p;
        GEOSFree_r(g->handle, reason);
    }
    GEOSGeom_destroy_r(g->handle, whole);
    return why;
}

struct shapes {
    struct areas_geos *g;
    GEOSGeometry **of;
    size_t n;
};

static void destroy_shapes(void *arg)
{
    struct shapes *s = arg;

    for (size_t i = 0; i < s->n; i++)
        GEOSGeom_destroy_r(s->g->handle, s->of[i]);
}

static struct shapes *shapes_of(struct arena *scratch, const struct areas *as)
{
    struct shapes *s = NEW(scratch, struct shapes);

    s->g = areas_geos_new(scratch);
    s->of = NEW_ARRAY(scratch, GEOSGeometry *, as->n + 1);
    arena_defer(scratch, destroy_shapes, s);
    for (; s->n < as->n; s->n++)
        s->of[s->n] = geometry_of(s->g, as, &as->area[s->n]);
    return s;
}

/* Square metres, by the width of a degree at that latitude: right to a thousandth in a city. */
static double square_metres(struct areas_geos *g, const GEOSGeometry *shape, double lat)
{
    double degrees = 0;

    (void)GEOSArea_r(g->handle, shape, &degrees);
    return degrees * METRES_A_DEGREE * METRES_A_DEGREE * cos(lat * 3.14159265358979323846 / 180);
}

static bool latitudes_meet(const struct area *a, const struct area *b)
{
    return a->least.lat < b->most.lat && b->least.lat < a->most.lat;
}

static int by_west(const void *a, const void *b)
{
    const struct area *const *x = a, *const *y = b;

    return ((*x)->least.lon > (*y)->least.lon) - ((*x)->least.lon < (*y)->least.lon);
}

/* What a search for overlaps carries along. */
struct search {
    struct shapes *shapes;
    const struct areas *areas;
    double least_m2;
    struct val *list;
    struct err *e;
};

static bool compare_two(struct search *s, const struct area *a, const struct area *b)
{
    struct areas_geos *g = s->shapes->g;
    GEOSGeometry *both = GEOSIntersection_r(g->handle, s->shapes->of[a - s->areas->area],
                                            s->shapes->of[b - s->areas->area]);
    double m2;

    if (!both)
        return refuse(s->e, ERR_INVALID, NULL, "The areas %.*s and %.*s cannot be compared.",
                      STR_ARG(a->key), STR_ARG(b->key));
    m2 = square_metres(g, both, a->least.lat);
    GEOSGeom_destroy_r(g->handle, both);
    if (m2 > s->least_m2) {
        struct val *found = add_map(s->list);

        set_str(found, "a", a->key);
        set_str(found, "b", b->key);
        set_int(found, "m2", llround(m2));
    }
    return true;
}

/* From west to east: whoever begins before this one ends may meet it. */
static bool compare_all(struct search *s, struct arena *scratch)
{
    size_t n = s->areas->n;
    const struct area **west = NEW_ARRAY(scratch, const struct area *, n + 1);

    for (size_t i = 0; i < n; i++)
        west[i] = &s->areas->area[i];
    qsort(west, n, sizeof(*west), by_west);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n && west[j]->least.lon < west[i]->most.lon; j++) {
            bool in_order = west[i] < west[j];

            if (latitudes_meet(west[i], west[j]) &&
                !compare_two(s, west[in_order ? i : j], west[in_order ? j : i]))
                return false;
        }
    }
    return true;
}

bool areas_overlaps(const struct areas *as, double least_m2, struct val *list, struct err *e)
{
    struct search s = {.areas = as, .least_m2 = least_m2, .list = list, .e = e};
    struct arena scratch;
    bool ok;

    arena_init(&scratch, (size_t)4 << 30);
    s.shapes = shapes_of(&scratch, as);
    ok = compare_all(&s, &scratch);
    arena_reset(&scratch);
    return ok;
}

static void put_hole(struct areas_geos *g, const GEOSGeometry *ring, double least_m2,
                     struct val *list)
{
    GEOSGeometry *shape =
        given(GEOSGeom_createPolygon_r(g->handle, GEOSGeom_clone_r(g->handle, ring), NULL, 0));
    GEOSGeometry *inside = given(GEOSPointOnSurface_r(g->handle, shape));
    double lon = 0, lat = 0, m2;

    (void)GEOSGeomGetX_r(g->handle, inside, &lon);
    (void)GEOSGeomGetY_r(g->handle, inside, &lat);
    m2 = square_metres(g, shape, lat);
    if (m2 > least_m2) {
        struct val *found = add_map(list);

        set_str(found, "lon", str_format(list->arena, "%.6f", lon));
        set_str(found, "lat", str_format(list->arena, "%.6f", lat));
        set_int(found, "m2", llround(m2));
    }
    GEOSGeom_destroy_r(g->handle, inside);
    GEOSGeom_destroy_r(g->handle, shape);
}

static void put_holes(struct areas_geos *g, const GEOSGeometry *all, double least_m2,
                      struct val *list)
{
    for (int i = 0; i < GEOSGetNumGeometries_r(g->handle, all); i++) {
        const GEOSGeometry *part = GEOSGetGeometryN_r(g->handle, all, i);
        int holes = GEOSGetNumInteriorRings_r(g->handle, part);

        for (int j = 0; j < holes; j++)
            put_hole(g, GEOSGetInteriorRingN_r(g->handle, part, j), least_m2, list);
    }
}

bool areas_holes(const struct areas *as, double least_m2, struct val *list, struct err *e)
{
    struct arena scratch;
    struct shapes *s;
    GEOSGeometry *together, *all;

    arena_init(&scratch, (size_t)4 << 30);
    s = shapes_of(&scratch, as);
    together = given(
        GEOSGeom_createCollection_r(s->g->handle, GEOS_GEOMETRYCOLLECTION, s->of, (unsigned)s->n));
    s->n = 0; /* the collection owns them now */
    all = GEOSUnaryUnion_r(s->g->handle, together);
    if (all)
        put_holes(s->g, all, least_m2, list);
    GEOSGeom_destroy_r(s->g->handle, all);
    GEOSGeom_destroy_r(s->g->handle, together);
    arena_reset(&scratch);
    return all || refuse(e, ERR_INVALID, NULL, "The areas cannot be joined into one.");
}
