#include "geo/areas.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_A_POINT 8
#define CELLS_MAX     ((size_t)4 << 20)
#define WORK_MAX      ((double)(32 << 20)) /* cells touched while building: a hostile file's bound */
#define STRIPS_MAX    65536

static size_t strip_of(const struct area *one, double y)
{
    double height = one->most.lat - one->least.lat;
    double at = (y - one->least.lat) / height * (double)one->strips;

    assert(height > 0 && at >= 0); /* an area that is none was a fault, and y is within its box */
    return at >= (double)one->strips ? one->strips - 1 : (size_t)at;
}

/* Even-odd along a ray to the west; a point on an edge is inside. */
static bool area_holds(const struct area *one, struct point p)
{
    size_t strip;
    bool inside = false;

    if (p.lat < one->least.lat || p.lat > one->most.lat || p.lon < one->least.lon ||
        p.lon > one->most.lon)
        return false;
    strip = strip_of(one, p.lat);
    for (uint32_t i = one->strip[strip]; i < one->strip[strip + 1]; i++) {
        const struct edge *e = &one->edge[one->at[i]];
        double cross;

        if (p.lat < e->y1 || p.lat > e->y2)
            continue;
        cross = (e->x2 - e->x1) * (p.lat - e->y1) - (p.lon - e->x1) * (e->y2 - e->y1);
        if (cross == 0 && (e->y1 < e->y2 || (p.lon >= e->x1 && p.lon <= e->x2)))
            return true;
        if (p.lat < e->y2 && cross < 0)
            inside = !inside;
    }
    return inside;
}

static struct edge edge_of(struct point a, struct point b)
{
    if (a.lat < b.lat || (a.lat == b.lat && a.lon < b.lon))
        return (struct edge){a.lon, a.lat, b.lon, b.lat};
    return (struct edge){b.lon, b.lat, a.lon, a.lat};
}

static void take_edges(const struct areas *as, struct area *one)
{
    size_t most = 0;

    for (size_t i = 0; i < one->rings; i++)
        most += as->ring[one->ring + i].n;
    one->edge = NEW_ARRAY(as->arena, struct edge, most);
    for (size_t i = 0; i < one->rings; i++) {
        const struct ring *r = &as->ring[one->ring + i];
        const struct point *p = &as->point[r->first];

        for (size_t j = 1; j < r->n; j++) {
            if (p[j].lon != p[j - 1].lon || p[j].lat != p[j - 1].lat)
                one->edge[one->edges++] = edge_of(p[j - 1], p[j]);
        }
    }
}

static size_t strip_entries(const struct area *one)
{
    size_t n = 0;

    for (size_t i = 0; i < one->edges; i++)
        n += strip_of(one, one->edge[i].y2) - strip_of(one, one->edge[i].y1) + 1;
    return n;
}

/* As many strips as keep the lists short without repeating long edges too often. */
static void make_strips(const struct areas *as, struct area *one)
{
    size_t entries;

    one->strips = one->edges < STRIPS_MAX ? one->edges : STRIPS_MAX;
    while ((entries = strip_entries(one)) > 4 * one->edges) /* with one strip they are as many */
        one->strips /= 2;
    one->strip = NEW_ARRAY(as->arena, uint32_t, one->strips + 2);
    one->at = NEW_ARRAY(as->arena, uint32_t, entries);
    /* Counting sort: strip[s + 2] counts, then strip[s + 1] is where the next of s goes. */
    for (size_t i = 0; i < one->edges; i++) {
        for (size_t s = strip_of(one, one->edge[i].y1); s <= strip_of(one, one->edge[i].y2); s++)
            one->strip[s + 2]++;
    }
    for (size_t s = 2; s <= one->strips + 1; s++)
        one->strip[s] += one->strip[s - 1];
    for (size_t i = 0; i < one->edges; i++) {
        for (size_t s = strip_of(one, one->edge[i].y1); s <= strip_of(one, one->edge[i].y2); s++)
            one->at[one->strip[s + 1]++] = (uint32_t)i;
    }
}

static int clamp(double at, int n)
{
    return at < 0 ? 0 : at >= n ? n - 1 : (int)at;
}

static int column_of(const struct areas *as, double lon)
{
    return clamp((lon - as->least.lon) * as->per_degree.lon, as->columns);
}

static int row_of(const struct areas *as, double lat)
{
    return clamp((lat - as->least.lat) * as->per_degree.lat, as->rows);
}

/* The part of the grid that an area's box covers, and what of it the border touches. */
struct patch {
    int column, row, columns, rows;
    uint8_t *border;
};

static struct patch patch_of(const struct areas *as, const struct area *one)
{
    struct patch at = {column_of(as, one->least.lon), row_of(as, one->least.lat), 0, 0, NULL};

    at.columns = column_of(as, one->most.lon) - at.column + 1;
    at.rows = row_of(as, one->most.lat) - at.row + 1;
    return at;
}

/* Marks the cells that an edge touches, row by row, a hair too many rather than one too few. */
static void mark_edge(const struct areas *as, struct patch *at, const struct edge *e)
{
    double hair_y = 1e-6 / as->per_degree.lat, hair_x = 1e-6 / as->per_degree.lon;
    double slope = e->y2 > e->y1 ? (e->x2 - e->x1) / (e->y2 - e->y1) : 0;
    int last = row_of(as, e->y2 + hair_y);

    for (int row = row_of(as, e->y1 - hair_y); row <= last; row++) {
        double low = as->least.lat + row / as->per_degree.lat - hair_y;
        double high = low + 1 / as->per_degree.lat + 2 * hair_y;
        double a = low > e->y1 ? e->x1 + (low - e->y1) * slope : e->x1;
        double b = high < e->y2 ? e->x1 + (high - e->y1) * slope : e->x2;
        int from = column_of(as, fmin(a, b) - hair_x), to = column_of(as, fmax(a, b) + hair_x);

        for (int column = from; column <= to; column++) {
            int x = column - at->column, y = row - at->row;

            if (x >= 0 && y >= 0 && x < at->columns && y < at->rows)
                at->border[(size_t)y * (size_t)at->columns + (size_t)x] = 1;
        }
    }
}

static struct point middle_of(const struct areas *as, int column, int row)
{
    return (struct point){as->least.lon + (column + 0.5) / as->per_degree.lon,
                          as->least.lat + (row + 0.5) / as->per_degree.lat};
}

static void put_in_cell(struct areas *as, size_t *n, int column, int row, size_t area, bool all_in)
{
    uint32_t *cell = &as->cell[(size_t)row * (size_t)as->columns + (size_t)column];

    as->in_cell[*n] = (struct cell_area){(uint32_t)area, *cell, all_in};
    *cell = (uint32_t)++ * n;
}

static void put_area(struct areas *as, size_t *n, size_t i, uint8_t *border)
{
    struct area *one = &as->area[i];
    struct patch at = patch_of(as, one);

    at.border = border;
    memset(border, 0, (size_t)at.columns * (size_t)at.rows);
    for (size_t j = 0; j < one->edges; j++)
        mark_edge(as, &at, &one->edge[j]);
    for (int y = 0; y < at.rows; y++) {
        bool inside = false, known = false;

        for (int x = 0; x < at.columns; x++) {
            int column = at.column + x, row = at.row + y;
            bool on_border = border[(size_t)y * (size_t)at.columns + (size_t)x];

            if (!on_border && !known)
                inside = area_holds(one, middle_of(as, column, row));
            known = !on_border;
            if (on_border || inside)
                put_in_cell(as, n, column, row, i, !on_border);
        }
    }
}

/* Cells that will be touched with this many columns and rows. */
static double work_of(const struct areas *as)
{
    double cells = 0;

    for (size_t i = 0; i < as->n; i++) {
        struct patch at = patch_of(as, &as->area[i]);

        cells += (double)at.columns * at.rows;
        for (size_t j = 0; j < as->area[i].edges; j++) {
            const struct edge *e = &as->area[i].edge[j];

            cells += row_of(as, e->y2) - row_of(as, e->y1) + 1;
            cells += abs(column_of(as, e->x2) - column_of(as, e->x1)) / 4.0;
        }
    }
    return cells;
}

static void set_grid(struct areas *as, struct point most, double side)
{
    double wide = most.lon - as->least.lon, high = most.lat - as->least.lat;

    as->columns = as->rows = side < 1 ? 1 : (int)side;
    assert(wide > 0 && high > 0);
    as->per_degree.lon = as->columns / wide;
    as->per_degree.lat = as->rows / high;
}

static void make_grid(struct areas *as, size_t points)
{
    struct point most = as->area[0].most;
    size_t cells = points * CELLS_A_POINT, largest = 1, entries = 0, n = 0;
    double side;
    uint8_t *border;

    as->least = as->area[0].least;
    for (size_t i = 0; i < as->n; i++) {
        as->least.lon = fmin(as->least.lon, as->area[i].least.lon);
        as->least.lat = fmin(as->least.lat, as->area[i].least.lat);
        most.lon = fmax(most.lon, as->area[i].most.lon);
        most.lat = fmax(most.lat, as->area[i].most.lat);
    }
    side = sqrt((double)(cells < CELLS_MAX ? cells : CELLS_MAX));
    set_grid(as, most, side);
    while (as->rows > 1 && work_of(as) > WORK_MAX)
        set_grid(as, most, side /= 2);
    for (size_t i = 0; i < as->n; i++) {
        struct patch at = patch_of(as, &as->area[i]);
        size_t covered = (size_t)at.columns * (size_t)at.rows;

        largest = covered > largest ? covered : largest;
        entries += covered;
    }
    as->cell = NEW_ARRAY(as->arena, uint32_t, (size_t)as->columns * (size_t)as->rows);
    as->in_cell = NEW_ARRAY(as->arena, struct cell_area, entries);
    border = NEW_ARRAY(as->arena, uint8_t, largest);
    /* Last area first: each goes to the head of its cells' lists, which thus begin with the
     * lowest key. */
    for (size_t i = as->n; i-- > 0;)
        put_area(as, &n, i, border);
}

void areas_index(struct areas *as)
{
    size_t points = 0;

    if (!as->n)
        return;
    for (size_t i = 0; i < as->n; i++) {
        take_edges(as, &as->area[i]);
        make_strips(as, &as->area[i]);
        points += as->area[i].edges;
    }
    make_grid(as, points);
}

int areas_find(const struct areas *as, struct point p)
{
    double x, y;

    if (!as->n)
        return -1;
    x = (p.lon - as->least.lon) * as->per_degree.lon;
    y = (p.lat - as->least.lat) * as->per_degree.lat;
    /* The far borders belong to the last cells. Not a number is nowhere. */
    if (!(x >= 0 && y >= 0 && x < as->columns + 1e-6 && y < as->rows + 1e-6))
        return -1;
    for (uint32_t i = as->cell[(size_t)clamp(y, as->rows) * (size_t)as->columns +
                               (size_t)clamp(x, as->columns)];
         i; i = as->in_cell[i - 1].next) {
        const struct cell_area *it = &as->in_cell[i - 1];

        if (it->all_in || area_holds(&as->area[it->area], p))
            return (int)it->area;
    }
    return -1;
}
