#include "geo/areas.h"

#include "val/scan.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX    ((size_t)200 << 20)
#define FEATURES_MAX 100000
#define POINTS_MAX   5000000
#define NUMBER_MAX   63

enum shape { SHAPE_NONE, SHAPE_POLYGON, SHAPE_MULTI, SHAPE_OTHER };

/* How deep lists nest around the numbers; a shape is told by it. */
enum { LEVEL_WRONG = -2, LEVEL_ODD, LEVEL_POINT, LEVEL_RING, LEVEL_POLYGON, LEVEL_MULTI };

struct reader {
    struct scan scan;
    struct areas *as;
    struct area_report *report;
    struct areas_geos *geos;
    struct str key_property;
    enum datum datum;
    size_t points, points_room, rings, rings_room, area_room, features;
    /* the feature being read */
    struct str key;
    int line, level;
    enum shape shape;
    bool has_features;
};

/* Room for one more; the array may move. */
static void *room_for(struct arena *a, void *old, size_t n, size_t *room, size_t size)
{
    char *wider;

    if (n < *room)
        return old;
    *room = *room ? *room * 2 : 64;
    wider = arena_alloc(a, *room, size, 16);
    if (n)
        memcpy(wider, old, n * size);
    return wider;
}

static void fault(struct reader *r, const char *what, struct str with)
{
    struct val *f = add_map(r->report->faults);

    set_str(f, "key", str_copy(r->report->faults->arena, r->key));
    set_int(f, "line", r->line);
    set_str(f, "what", str_of(what));
    set_str(f, "with", str_copy(r->report->faults->arena, with));
}

static bool read_number(struct reader *r, double *out)
{
    char digits[NUMBER_MAX + 1];
    struct str s;

    if (!scan_number(&r->scan, &s))
        return false;
    if (s.n > NUMBER_MAX)
        return refuse(r->scan.e, ERR_INVALID, NULL, "Line %d: this number is too long.",
                      r->scan.line);
    memcpy(digits, s.p, s.n);
    digits[s.n] = '\0';
    *out = strtod(digits, NULL);
    return true;
}

/* The numbers of one point, its bracket open already. Height and more are left out. */
static bool read_point(struct reader *r)
{
    struct areas *as = r->as;
    double at[2] = {0, 0}, more;
    size_t n = 0;

    while (scan_more(&r->scan, ']', &n)) {
        if (!read_number(r, n <= 2 ? &at[n - 1] : &more))
            return false;
    }
    if (r->scan.e->kind != ERR_NONE)
        return false;
    if (n < 2)
        r->level = LEVEL_ODD;
    if (r->points == POINTS_MAX)
        return refuse(r->scan.e, ERR_TOO_LARGE, NULL, "The file has more than %d points.",
                      POINTS_MAX);
    as->point = room_for(as->arena, as->point, r->points, &r->points_room, sizeof(*as->point));
    as->point[r->points++] = (struct point){at[0], at[1]};
    return true;
}

static void end_ring(struct reader *r, size_t first)
{
    struct areas *as = r->as;

    as->ring = room_for(as->arena, as->ring, r->rings, &r->rings_room, sizeof(*as->ring));
    as->ring[r->rings++] = (struct ring){.first = first, .n = r->points - first};
}

/* A list of lists … of points, taken into the arrays. Its level, or LEVEL_WRONG once refused. */
static int read_level(struct reader *r)
{
    size_t first = r->points, ring = r->rings, n = 0;
    int inner = LEVEL_ODD;
    char c;

    if (!scan_enter(&r->scan, '['))
        return LEVEL_WRONG;
    c = scan_peek(&r->scan);
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_point(r) ? LEVEL_POINT : LEVEL_WRONG;
    while (scan_more(&r->scan, ']', &n)) {
        int level = read_level(r);

        if (level == LEVEL_WRONG)
            return LEVEL_WRONG;
        if (n > 1 && level != inner)
            r->level = LEVEL_ODD;
        inner = level;
    }
    if (r->scan.e->kind != ERR_NONE)
        return LEVEL_WRONG;
    if (inner == LEVEL_POINT)
        end_ring(r, first);
    if (inner == LEVEL_RING)
        r->as->ring[ring].outer = true;
    return inner == LEVEL_ODD ? LEVEL_ODD : inner + 1;
}

static bool read_coordinates(struct reader *r)
{
    int level;

    if (r->level != LEVEL_POINT)
        return refuse(r->scan.e, ERR_INVALID, NULL, "Line %d: the name %.*s is here already.",
                      r->scan.line, STR_ARG(S("coordinates")));
    r->level = LEVEL_MULTI + 1; /* read_level only ever makes it odd */
    level = read_level(r);
    if (r->level != LEVEL_ODD)
        r->level = level;
    return level != LEVEL_WRONG;
}

static bool read_geometry(struct reader *r)
{
    struct scan *s = &r->scan;
    struct str name, type;
    size_t n = 0;

    if (scan_peek(s) != '{')
        return scan_skip(s);
    if (r->shape != SHAPE_NONE)
        return refuse(s->e, ERR_INVALID, NULL, "Line %d: the name %.*s is here already.", s->line,
                      STR_ARG(S("geometry")));
    r->shape = SHAPE_OTHER;
    if (!scan_enter(s, '{'))
        return false;
    while (scan_more(s, '}', &n)) {
        if (!scan_key(s, &name))
            return false;
        if (str_eq(name, S("coordinates")) && scan_peek(s) == '[') {
            if (!read_coordinates(r))
                return false;
        } else if (str_eq(name, S("type")) && scan_peek(s) == '"') {
            if (!scan_text(s, &type))
                return false;
            r->shape = str_eq(type, S("Polygon"))        ? SHAPE_POLYGON
                       : str_eq(type, S("MultiPolygon")) ? SHAPE_MULTI
                                                         : SHAPE_OTHER;
        } else if (!scan_skip(s)) {
            return false;
        }
    }
    return s->e->kind == ERR_NONE;
}

static bool read_properties(struct reader *r)
{
    struct scan *s = &r->scan;
    struct str name;
    size_t n = 0;
    char c;

    if (scan_peek(s) != '{')
        return scan_skip(s);
    if (!scan_enter(s, '{'))
        return false;
    while (scan_more(s, '}', &n)) {
        bool ok;

        if (!scan_key(s, &name))
            return false;
        c = scan_peek(s);
        if (!str_eq(name, r->key_property) || (c != '"' && c != '-' && (c < '0' || c > '9')))
            ok = scan_skip(s);
        else
            ok = c == '"' ? scan_text(s, &r->key) : scan_number(s, &r->key);
        if (!ok)
            return false;
    }
    return s->e->kind == ERR_NONE;
}

/* The first thing wrong with the rings from `ring` on, or NULL. */
static const char *rings_fault(const struct reader *r, size_t ring)
{
    for (; ring < r->rings; ring++) {
        const struct ring *one = &r->as->ring[ring];
        const struct point *p = &r->as->point[one->first];

        if (one->n < 4)
            return "too_few_points";
        if (p[0].lon != p[one->n - 1].lon || p[0].lat != p[one->n - 1].lat)
            return "open_ring";
        for (size_t i = 0; i < one->n; i++) {
            if (!(fabs(p[i].lon) <= 180 && fabs(p[i].lat) <= 90))
                return "not_degrees";
        }
    }
    return NULL;
}

static const char *feature_fault(const struct reader *r, size_t ring)
{
    if (!r->key.n)
        return "no_key";
    if (r->shape == SHAPE_NONE)
        return "no_geometry";
    if (r->shape == SHAPE_OTHER)
        return "not_a_polygon";
    if (r->rings == ring)
        return "empty";
    if (r->level != (r->shape == SHAPE_POLYGON ? LEVEL_POLYGON : LEVEL_MULTI))
        return "bad_coordinates";
    return rings_fault(r, ring);
}

static void measure(const struct areas *as, struct area *one)
{
    one->least = one->most = as->point[as->ring[one->ring].first];
    for (size_t i = 0; i < one->rings; i++) {
        const struct ring *r = &as->ring[one->ring + i];

        for (size_t j = 0; j < r->n; j++) {
            struct point p = as->point[r->first + j];

            one->least = (struct point){fmin(one->least.lon, p.lon), fmin(one->least.lat, p.lat)};
            one->most = (struct point){fmax(one->most.lon, p.lon), fmax(one->most.lat, p.lat)};
        }
    }
}

/* Keeps the feature that has been read, or says what is wrong with it and takes it back. */
static void end_feature(struct reader *r, size_t point, size_t ring)
{
    struct areas *as = r->as;
    const char *what = feature_fault(r, ring), *why = NULL;

    if (!what) {
        struct area one = {.key = r->key, .line = r->line, .ring = ring, .rings = r->rings - ring};

        for (size_t i = point; r->datum == DATUM_GCJ02 && i < r->points; i++)
            as->point[i] = wgs84_from_gcj02(as->point[i]);
        measure(as, &one);
        why = areas_geos_fault(r->geos, as, &one);
        if (!why) {
            as->area = room_for(as->arena, as->area, as->n, &r->area_room, sizeof(*as->area));
            as->area[as->n++] = one;
            return;
        }
        what = "crosses_itself";
    }
    fault(r, what, str_of(why));
    r->points = point;
    r->rings = ring;
}

static bool read_feature(struct reader *r)
{
    struct scan *s = &r->scan;
    size_t point = r->points, ring = r->rings, n = 0;
    struct str name;

    if (r->features++ == FEATURES_MAX)
        return refuse(s->e, ERR_TOO_LARGE, NULL, "The file has more than %d areas.", FEATURES_MAX);
    (void)scan_peek(s);
    r->line = s->line;
    r->key = S("");
    r->shape = SHAPE_NONE;
    r->level = LEVEL_POINT;
    if (!scan_enter(s, '{'))
        return false;
    while (scan_more(s, '}', &n)) {
        bool ok;

        if (!scan_key(s, &name))
            return false;
        ok = str_eq(name, S("geometry"))     ? read_geometry(r)
             : str_eq(name, S("properties")) ? read_properties(r)
                                             : scan_skip(s);
        if (!ok)
            return false;
    }
    if (s->e->kind != ERR_NONE)
        return false;
    end_feature(r, point, ring);
    return true;
}

static bool read_collection(struct reader *r)
{
    struct scan *s = &r->scan;
    size_t members = 0, n = 0;
    struct str name;

    if (!scan_enter(s, '{'))
        return false;
    while (scan_more(s, '}', &members)) {
        if (!scan_key(s, &name))
            return false;
        if (r->has_features || !str_eq(name, S("features"))) {
            if (!scan_skip(s))
                return false;
            continue;
        }
        r->has_features = true;
        if (!scan_enter(s, '['))
            return false;
        while (scan_more(s, ']', &n)) {
            if (!read_feature(r))
                return false;
        }
    }
    if (s->e->kind != ERR_NONE || !scan_close(s))
        return false;
    return r->has_features || refuse(s->e, ERR_INVALID, NULL,
                                     "This is no GeoJSON FeatureCollection: it has no features.");
}

static int compare_areas(const void *a, const void *b)
{
    const struct area *x = a, *y = b;
    size_t n = x->key.n < y->key.n ? x->key.n : y->key.n;
    int by_key = memcmp(x->key.p, y->key.p, n);

    if (by_key)
        return by_key;
    return x->key.n != y->key.n ? (x->key.n < y->key.n ? -1 : 1)
                                : (x->ring > y->ring) - (x->ring < y->ring);
}

/* Sorted by key; of those with the same key the first of the file stays. */
static void sort_areas(struct reader *r)
{
    struct areas *as = r->as;
    size_t kept = 0;

    if (as->n)
        qsort(as->area, as->n, sizeof(*as->area), compare_areas);
    for (size_t i = 0; i < as->n; i++) {
        if (kept && str_eq(as->area[kept - 1].key, as->area[i].key)) {
            r->key = as->area[i].key;
            r->line = as->area[i].line;
            fault(r, "key_twice", r->key);
            continue;
        }
        as->area[kept++] = as->area[i];
    }
    as->n = kept;
}

bool areas_read(struct arena *a, struct str geojson, struct str key_property, enum datum datum,
                struct area_report *report, struct err *e)
{
    struct arena scratch;
    struct reader r = {
        .as = NEW(a, struct areas), .report = report, .key_property = key_property, .datum = datum};
    bool ok;

    if (geojson.n > BYTES_MAX)
        return refuse(e, ERR_TOO_LARGE, NULL, "This is larger than %zu bytes.", BYTES_MAX);
    r.as->arena = a;
    *report = (struct area_report){.areas = r.as, .faults = val_list(a)};
    arena_init(&scratch, (size_t)1 << 30);
    r.geos = areas_geos_new(&scratch);
    ok = scan_open(&r.scan, a, geojson, e) && read_collection(&r);
    arena_reset(&scratch);
    if (!ok)
        return false;
    sort_areas(&r);
    report->accepted = r.as->n;
    areas_index(r.as);
    return true;
}

bool areas_fault(const struct val *fault, struct err *e)
{
    struct str what = val_text(fault, "what"), with = val_text(fault, "with");

    if (str_eq(what, S("no_key")))
        return refuse(e, ERR_INVALID, "key", "The area lacks the property that is its key.");
    if (str_eq(what, S("key_twice")))
        return refuse(e, ERR_INVALID, "key", "Another area has the same key.");
    if (str_eq(what, S("no_geometry")))
        return refuse(e, ERR_INVALID, "geometry", "The area has no geometry.");
    if (str_eq(what, S("not_a_polygon")))
        return refuse(e, ERR_INVALID, "geometry",
                      "The area is neither a Polygon nor a MultiPolygon.");
    if (str_eq(what, S("empty")))
        return refuse(e, ERR_INVALID, "geometry", "The area has no points.");
    if (str_eq(what, S("bad_coordinates")))
        return refuse(e, ERR_INVALID, "geometry", "The coordinates are no lists of numbers.");
    if (str_eq(what, S("too_few_points")))
        return refuse(e, ERR_INVALID, "geometry", "A ring of an area needs at least four points.");
    if (str_eq(what, S("open_ring")))
        return refuse(e, ERR_INVALID, "geometry", "A ring of an area ends where it began.");
    if (str_eq(what, S("not_degrees")))
        return refuse(e, ERR_INVALID, "geometry",
                      "The coordinates are no degrees of longitude and latitude.");
    return refuse(e, ERR_INVALID, "geometry", "The outline crosses itself: %.*s.", STR_ARG(with));
}
