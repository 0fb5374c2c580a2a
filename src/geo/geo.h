/*
 * geo.h - areas and points. Pure.
 *
 * Stored coordinates are CGCS2000/WGS84 longitude and latitude in degrees (the two differ by less
 * than a metre); what comes in says its datum and is converted once. GCJ-02 is the shifted datum
 * of Chinese web maps (Amap, Tencent, WeChat).
 */
#ifndef GEO_H
#define GEO_H

#include "base/err.h"
#include "val/val.h"

struct point {
    double lon, lat;
};

enum datum { DATUM_WGS84, DATUM_GCJ02 };
bool datum_parse(struct str s, enum datum *out) MUST_USE; /* wgs84, cgcs2000, gcj02 */

struct point gcj02_from_wgs84(struct point p);
struct point wgs84_from_gcj02(struct point p); /* by iteration, to within 1e-7 degrees */
double geo_distance_m(struct point a, struct point b);

/* A set of areas, each with a key; built once, asked often and from many threads. */
struct areas;

struct area_report {
    struct areas *areas;
    size_t accepted;
    struct val *faults; /* list of {key, line, what, with}; geo/README.md lists what `what` says */
};

/*
 * Reads a GeoJSON FeatureCollection of Polygon and MultiPolygon; key_property names the property
 * that is the key. Bounded: bytes, features (100,000), points (5,000,000), depth. A feature that
 * cannot be used is a fault in the report, not a refusal.
 */
bool areas_read(struct arena *a, struct str geojson, struct str key_property, enum datum datum,
                struct area_report *report, struct err *e) MUST_USE;

/* The sentence for one of the report's faults, as a refusal; always false. */
bool areas_fault(const struct val *fault, struct err *e);

size_t areas_count(const struct areas *as);
struct str areas_key(const struct areas *as, size_t i);
int areas_line(const struct areas *as, size_t i); /* of the file that it was read from */
struct str areas_geojson(struct arena *a, const struct areas *as,
                         size_t i); /* its geometry, WGS84 */

/* The index of the area that holds p, or -1. On a shared border the area with the lower key. */
int areas_find(const struct areas *as, struct point p);

/* Overlaps larger than `least_m2` between areas, and holes: places that areas enclose on all sides
 * and none covers. Lists of {a, b, m2} and {lon, lat, m2}; m2 whole, lon and lat texts. */
bool areas_overlaps(const struct areas *as, double least_m2, struct val *list,
                    struct err *e) MUST_USE;
bool areas_holes(const struct areas *as, double least_m2, struct val *list, struct err *e) MUST_USE;

#endif
