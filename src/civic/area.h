/*
 * area.h - where units lie: their polygons, read from GeoJSON, and drawn as maps.
 */
#ifndef AREA_H
#define AREA_H

#include "civic/unit.h"

/* All areas of grids into d->areas and d->area_unit; of other units they are for maps only. What is
 * put later is seen after the next load. */
void areas_load(struct arena *a, struct db *db, struct district *d);

/* One unit's polygon, as GeoJSON geometry in WGS84. Writes event; replaces an older one. */
void area_put(struct desk *k, int64_t unit, struct str geojson, bool schematic);

/* Is this its polygon already? */
bool area_is(struct desk *k, int64_t unit, struct str geojson);

/* The smallest box around a unit's area, in degrees; false if it has none. */
struct box {
    double west, south, east, north;
};
bool area_box(struct desk *k, int64_t unit, struct box *out);

/* Units below u as SVG paths in a box of 1000 wide: {width, height, schematic, areas: [{unit_id,
 * d, x, y}]}. Drawn once, and the district's; NULL if nothing below it has an area. */
const struct val *area_map(struct desk *k, const struct unit *u);

#endif
