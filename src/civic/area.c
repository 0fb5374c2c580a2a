#include "civic/area.h"

#include "civic/district.h"
#include "val/json.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BOX_WIDTH       1000.0
#define DRAWINGS_MEMORY ((size_t)64 << 20)

STMT(area_all, "SELECT unit_id, geojson FROM area WHERE district = $1 ORDER BY unit_id");
STMT(area_one, "SELECT geojson, schematic FROM area WHERE district = $1 AND unit_id = $2");
STMT(area_upsert,
     "INSERT INTO area (district, unit_id, geojson, schematic, at) VALUES ($1, $2, $3, "
     "$4, $5) ON CONFLICT (district, unit_id) DO UPDATE SET geojson = "
     "excluded.geojson, schematic = excluded.schematic, at = excluded.at");

/* Maps, each drawn when it is first looked at: areas, as units, are those of the start. */
struct drawings {
    pthread_mutex_t lock;
    struct arena a;
    const struct val **of; /* by the place of the unit above; NULL: not yet */
};

static void drop_drawings(void *arg)
{
    struct drawings *g = arg;

    arena_reset(&g->a);
    (void)pthread_mutex_destroy(&g->lock);
}

static struct drawings *new_drawings(struct arena *a, const struct units *us)
{
    struct drawings *g = NEW(a, struct drawings);

    (void)pthread_mutex_init(&g->lock, NULL);
    arena_init(&g->a, DRAWINGS_MEMORY);
    g->of = NEW_ARRAY(a, const struct val *, units_count(us) + 1);
    arena_defer(a, drop_drawings, g);
    return g;
}

/* One FeatureCollection of all grids, each keyed by its unit id, for geo/ to index. */
void areas_load(struct arena *a, struct db *db, struct district *d)
{
    struct arena scratch;
    struct buf b = {.arena = &scratch};
    struct area_report report = {.faults = NULL};
    struct rows r;
    struct err e = {0};
    int64_t *unit;
    int n = 0;

    arena_init(&scratch, (size_t)1 << 30);
    report.faults = val_list(&scratch);
    buf_put(&b, S("{\"type\":\"FeatureCollection\",\"features\":["));
    r = db_query(db, &scratch, area_all, ARG(d->code));
    while (rows_next(&r)) {
        const struct unit *u = unit_by_id(d->units, row_int(&r, 0));

        if (!u || !str_eq(u->kind, S("grid")))
            continue;
        buf_put(&b, n++ ? S(",{\"type\":\"Feature\",\"properties\":{\"unit\":\"")
                        : S("{\"type\":\"Feature\",\"properties\":{\"unit\":\""));
        buf_int(&b, u->id);
        buf_put(&b, S("\"},\"geometry\":"));
        buf_put(&b, row_str(&r, 1));
        buf_put(&b, S("}"));
    }
    buf_put(&b, S("]}"));
    d->areas = NULL;
    if (n && areas_read(a, buf_str(&b), S("unit"), DATUM_WGS84, &report, &e))
        d->areas = report.areas;
    unit = NEW_ARRAY(a, int64_t, d->areas ? areas_count(d->areas) : 1);
    for (size_t i = 0; d->areas && i < areas_count(d->areas); i++)
        (void)str_int(areas_key(d->areas, i), &unit[i]);
    d->area_unit = unit;
    d->drawings = new_drawings(a, d->units);
    arena_reset(&scratch);
}

void area_put(struct desk *k, int64_t unit, struct str geojson, bool schematic)
{
    struct val *c = val_map(k->a);

    db_run(k->db, area_upsert, ARG(k->d->code), ARG(unit), ARG(geojson), ARG(schematic),
           ARG(k->now));
    set_int(c, "bytes", (int64_t)geojson.n);
    set_bool(c, "schematic", schematic);
    (void)ledger_append(k->db, k->d, k->a,
                        &(struct event){.subject = unit,
                                        .at = k->now,
                                        .who = k->actor->person,
                                        .noun = S("unit"),
                                        .kind = S("area"),
                                        .content = c},
                        NULL);
    district_raise(k);
}

bool area_is(struct desk *k, int64_t unit, struct str geojson)
{
    struct rows r = db_query(k->db, k->a, area_one, ARG(k->d->code), ARG(unit));
    bool same = rows_next(&r) && str_eq(row_str(&r, 0), geojson);

    rows_end(&r);
    return same;
}

/* ---- maps --------------------------------------------------------------- */

/* A number of GeoJSON, which json_read leaves as digits unless it is whole. */
static double number_of(const struct val *v)
{
    return v->kind == VAL_INT   ? (double)v->integer
           : v->kind == VAL_STR ? strtod(v->str.p, NULL)
                                : 0;
}

static bool point_of(const struct val *v, struct point *p)
{
    if (v->kind != VAL_LIST || !v->first || !v->first->next || v->first->val.kind == VAL_LIST)
        return false; /* a list of lists is a ring, or more */
    *p = (struct point){number_of(&v->first->val), number_of(&v->first->next->val)};
    return true;
}

/* Calls see() for each ring below v, however deep (Polygon, MultiPolygon). */
static void each_ring(const struct val *v, void (*see)(void *arg, const struct val *ring),
                      void *arg)
{
    struct point p;

    if (v->kind != VAL_LIST || !v->first)
        return;
    if (point_of(&v->first->val, &p)) {
        see(arg, v);
        return;
    }
    for (const struct item *it = v->first; it; it = it->next)
        each_ring(&it->val, see, arg);
}

static void widen(void *arg, const struct val *ring)
{
    struct box *box = arg;

    for (const struct item *it = ring->first; it; it = it->next) {
        struct point p;

        if (!point_of(&it->val, &p))
            continue;
        box->west = fmin(box->west, p.lon);
        box->east = fmax(box->east, p.lon);
        box->south = fmin(box->south, p.lat);
        box->north = fmax(box->north, p.lat);
    }
}

struct drawing {
    struct box box;
    double scale, squeeze;
    struct arena *scratch;
    struct buf d;
    double x, y; /* of all points, for the label */
    int n;
};

static void draw(void *arg, const struct val *ring)
{
    struct drawing *g = arg;
    const char *how = "M";

    for (const struct item *it = ring->first; it; it = it->next) {
        struct point p;
        double x, y;

        if (!point_of(&it->val, &p))
            continue;
        x = (p.lon - g->box.west) * g->squeeze * g->scale;
        y = (g->box.north - p.lat) * g->scale;
        buf_put(&g->d, str_format(g->scratch, "%s%.1f %.1f", how, x, y));
        how = "L";
        if (!it->next)
            break; /* the first one again */
        g->x += x;
        g->y += y;
        g->n++;
    }
    buf_put(&g->d, S("Z"));
}

struct outline {
    const struct unit *unit;
    const struct val *coordinates;
    bool schematic;
};

static bool load_outline(struct desk *k, const struct unit *u, struct outline *out)
{
    struct rows r = db_query(k->db, k->a, area_one, ARG(k->d->code), ARG(u->id));
    struct val *v;
    struct err e = {0};
    bool ok = false;

    if (rows_next(&r) && json_read(k->a, row_str(&r, 0), (size_t)4 << 20, &v, &e)) {
        *out = (struct outline){u, val_get(v, S("coordinates")), row_int(&r, 1) != 0};
        ok = out->coordinates != NULL;
    }
    rows_end(&r);
    return ok;
}

bool area_box(struct desk *k, int64_t unit, struct box *out)
{
    const struct unit *u = unit_by_id(k->d->units, unit);
    struct outline o;

    *out = (struct box){400, 100, -400, -100};
    if (!u || !load_outline(k, u, &o))
        return false;
    each_ring(o.coordinates, widen, out);
    return out->east > out->west;
}

static void put_area(const struct outline *o, struct drawing *g, struct val *list)
{
    struct val *v = add_map(list);

    g->d = (struct buf){.arena = g->scratch};
    g->x = g->y = 0;
    g->n = 0;
    each_ring(o->coordinates, draw, g);
    set_int(v, "unit_id", o->unit->id);
    set_str(v, "d", str_copy(list->arena, buf_str(&g->d)));
    set_int(v, "x", g->n ? (int64_t)(g->x / g->n) : 0);
    set_int(v, "y", g->n ? (int64_t)(g->y / g->n) : 0);
}

/* An empty map if nothing can be drawn. */
static struct val *draw_map(struct arena *a, const struct outline *o, int n, struct drawing *g)
{
    struct val *map = val_map(a), *list;
    bool schematic = false;

    for (int i = 0; i < n; i++) {
        each_ring(o[i].coordinates, widen, &g->box);
        schematic = schematic || o[i].schematic;
    }
    if (!n || g->box.east <= g->box.west || g->box.north <= g->box.south)
        return map;
    g->squeeze = cos((g->box.north + g->box.south) / 2 * M_PI / 180);
    g->scale = BOX_WIDTH / ((g->box.east - g->box.west) * g->squeeze);
    set_int(map, "width", (int64_t)BOX_WIDTH);
    set_int(map, "height", (int64_t)ceil((g->box.north - g->box.south) * g->scale));
    set_bool(map, "schematic", schematic);
    list = set_list(map, "areas");
    for (int i = 0; i < n; i++)
        put_area(&o[i], g, list);
    return map;
}

/* The database may leave by longjmp, so it is asked before the lock is taken. */
static const struct val *draw_below(struct desk *k, const struct unit *u, const struct val **of)
{
    const struct unit **below = units_below(k->a, k->d->units, u, S(""));
    struct outline *o = NEW_ARRAY(k->a, struct outline, units_count(k->d->units) + 1);
    struct drawing g = {.box = {400, 100, -400, -100}, .scratch = k->a};
    struct drawings *all = k->d->drawings;
    int n = 0;

    for (; *below; below++)
        n += load_outline(k, *below, &o[n]);
    (void)pthread_mutex_lock(&all->lock);
    if (!*of)
        *of = draw_map(&all->a, o, n, &g);
    (void)pthread_mutex_unlock(&all->lock);
    return *of;
}

const struct val *area_map(struct desk *k, const struct unit *u)
{
    struct drawings *all = k->d->drawings;
    const struct val **of = &all->of[u - units_at(k->d->units, 0)], *map;

    (void)pthread_mutex_lock(&all->lock);
    map = *of;
    (void)pthread_mutex_unlock(&all->lock);
    if (!map)
        map = draw_below(k, u, of);
    return map->first ? map : NULL;
}
