/*
 * areas.h - how a set of areas is held. Only geo/ includes it.
 *
 * Points of all areas stand in one array, rings and areas are ranges of it. Areas are sorted by
 * key, so that the first found is the one with the lower key.
 */
#ifndef AREAS_H
#define AREAS_H

#include "geo/geo.h"

struct ring {
    size_t first, n; /* points; the last is the first again */
    bool outer;      /* begins a polygon; those after it are its holes */
};

/* An edge, the lower end first, so that two areas that share it compute the same numbers. */
struct edge {
    double x1, y1, x2, y2;
};

struct area {
    struct str key;
    int line;
    size_t ring, rings;
    struct point least, most; /* its box */
    /* Edges by strips of latitude: those of strip i are at[strip[i] … strip[i + 1]). */
    struct edge *edge;
    uint32_t *strip, *at;
    size_t edges, strips;
};

/* An area that a cell of the grid touches (or, all_in, lies in). */
struct cell_area {
    uint32_t area, next; /* next: index + 1 in the list, 0 at the end */
    bool all_in;
};

struct areas {
    struct arena *arena;
    struct point *point;
    struct ring *ring;
    struct area *area;
    size_t n;
    struct point least, per_degree; /* the grid's corner, cells a degree */
    int columns, rows;
    uint32_t *cell; /* index + 1 into in_cell, 0 if empty */
    struct cell_area *in_cell;
};

/* Fills edges, strips and grid once everything else is there. */
void areas_index(struct areas *as);

/* NULL if the area is valid, else why not; lives in arena a. */
struct areas_geos;
struct areas_geos *areas_geos_new(struct arena *scratch);
const char *areas_geos_fault(struct areas_geos *g, const struct areas *as, const struct area *one);

#endif
