#include "cmd/cmd.h"

#include "base/file.h"
#include "base/when.h"
#include "form/csv.h"
#include "geo/geo.h"
#include "val/val.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)200 << 20)
#define LEAST_M2       100 /* smaller overlaps and holes are drawing, not meaning */

static bool read_areas(struct cmd_args *args, enum datum datum, struct area_report *report,
                       struct err *e)
{
    struct str text;

    return file_read(args->a, option_get(args, "areas"), FILE_BYTES_MAX, &text, e) &&
           areas_read(args->a, text, str_of(option_get(args, "key")), datum, report, e);
}

static bool read_datum(struct cmd_args *args, enum datum *out)
{
    const char *given = option_get(args, "datum");

    *out = DATUM_WGS84;
    return !given || datum_parse(str_of(given), out);
}

static int bad_datum(void)
{
    (void)fprintf(stderr, "yingshao: --datum is wgs84, cgcs2000 or gcj02\n");
    return EXIT_USAGE;
}

static bool read_degrees(struct str s, double *out)
{
    char text[64], *end;

    if (s.n == 0 || s.n >= sizeof(text))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    *out = strtod(text, &end);
    return *end == '\0' && isfinite(*out);
}

struct point_columns {
    int id, lon, lat;
};

static bool read_columns(struct sheet *sheet, struct point_columns *col, struct err *e)
{
    struct cells header;

    if (!sheet_next(sheet, &header, e))
        return e->kind != ERR_NONE ? false : refuse(e, ERR_INVALID, NULL, "There are no points.");
    *col = (struct point_columns){cells_find(&header, S("id")), cells_find(&header, S("lon")),
                                  cells_find(&header, S("lat"))};
    return (col->id >= 0 && col->lon >= 0 && col->lat >= 0) ||
           refuse(e, ERR_INVALID, NULL, "The first line of the points names id, lon and lat.");
}

static struct str cell_at(const struct cells *row, int column)
{
    return (size_t)column < row->n ? row->cell[column] : S("");
}

/* For other programs: no byte order mark, quoted only where it must be. */
static void put_cell(struct buf *out, struct str cell, struct str end)
{
    bool quote = false;

    for (size_t i = 0; i < cell.n; i++)
        quote = quote || strchr(",\"\r\n", cell.p[i]);
    if (quote)
        buf_put(out, S("\""));
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '"')
            buf_put(out, S("\""));
        buf_put(out, (struct str){cell.p + i, 1});
    }
    if (quote)
        buf_put(out, S("\""));
    buf_put(out, end);
}

/* Not a number where the row has no place. */
static struct point point_of(const struct point_columns *col, const struct cells *row,
                             enum datum datum)
{
    struct point p;

    if (!read_degrees(cell_at(row, col->lon), &p.lon) ||
        !read_degrees(cell_at(row, col->lat), &p.lat))
        return (struct point){NAN, NAN};
    return datum == DATUM_GCJ02 ? wgs84_from_gcj02(p) : p;
}

static void put_row(const struct areas *as, struct str id, struct point p, struct buf *out)
{
    int i = areas_find(as, p);

    put_cell(out, id, S(","));
    put_cell(out, i < 0 ? S("") : areas_key(as, (size_t)i), S("\n"));
}

/* Finds all points over and over for about a second, and says on stderr how fast that was. */
static void measure(const struct areas *as, const struct buf *points)
{
    const struct point *p = (const struct point *)(const void *)points->p;
    size_t n = points->n / sizeof(*p), found = 0, asked = 0;
    int64_t from_ms = when_now(), ms = 0;

    for (; n && ms < 1000; ms = when_now() - from_ms) {
        for (size_t i = 0; i < n; i++)
            found += areas_find(as, p[i]) >= 0;
        asked += n;
    }
    (void)fprintf(stderr, "points %zu, asked %zu, found %zu, ms %lld, points/s %.0f\n", n, asked,
                  found, (long long)ms, ms ? (double)asked * 1000 / (double)ms : 0);
}

static bool locate_all(struct cmd_args *args, enum datum datum, struct buf *out, struct err *e)
{
    struct buf points = {.arena = args->a};
    struct point_columns col;
    struct area_report report;
    struct sheet *sheet;
    struct cells row;
    struct str text;

    if (!read_areas(args, datum, &report, e) ||
        !file_read(args->a, "-", FILE_BYTES_MAX, &text, e) ||
        !sheet_open(args->a, text, &sheet, e) || !read_columns(sheet, &col, e))
        return false;
    buf_put(out, S("id,key\n"));
    while (sheet_next(sheet, &row, e)) {
        struct point p = point_of(&col, &row, datum);

        put_row(report.areas, cell_at(&row, col.id), p, out);
        if (option_has(args, "measure"))
            buf_put(&points, (struct str){(const char *)&p, sizeof(p)});
    }
    if (e->kind == ERR_NONE && option_has(args, "measure"))
        measure(report.areas, &points);
    return e->kind == ERR_NONE;
}

#define AREA_OPTIONS                                                                      \
    {.name = "areas", .value = "FILE", .help = "GeoJSON, polygons", .need = true},        \
        {.name = "key", .value = "PROPERTY", .help = "what names an area", .need = true}, \
    {                                                                                     \
        .name = "datum", .value = "DATUM", .help = "of areas and points: wgs84, gcj02"    \
    }

COMMAND(cmd_area_locate, .name = "area locate",
        .usage = "area locate --areas FILE --key PROPERTY [--datum gcj02] < points.csv",
        .help = "which area holds each point (id,lon,lat on stdin)",
        .options = OPTIONS(AREA_OPTIONS, {.name = "measure", .help = "say on stderr how fast"}))
{
    struct buf out = {.arena = args->a};
    struct err e = {0};
    enum datum datum;

    if (!read_datum(args, &datum))
        return bad_datum();
    if (!locate_all(args, datum, &out, &e))
        return cmd_refused(&e);
    (void)fwrite(out.p, 1, out.n, stdout);
    return EXIT_OK;
}

static bool check_all(struct cmd_args *args, enum datum datum, struct val *top, struct err *e)
{
    struct area_report report;

    if (!read_areas(args, datum, &report, e))
        return false;
    set_int(top, "accepted", (int64_t)report.accepted);
    set_val(top, S("faults"), *report.faults);
    return areas_overlaps(report.areas, LEAST_M2, set_list(top, "overlaps"), e) &&
           areas_holes(report.areas, LEAST_M2, set_list(top, "holes"), e);
}

static struct str text_of(const struct val *map, const char *key)
{
    return val_get(map, str_of(key))->str;
}

static long long number_of(const struct val *map, const char *key)
{
    return val_get(map, str_of(key))->integer;
}

static void print_check(const struct val *top)
{
    (void)printf("%lld areas\n", number_of(top, "accepted"));
    for (const struct item *it = val_get(top, S("faults"))->first; it; it = it->next)
        (void)printf("fault\tline %lld\t%.*s\t%.*s\t%.*s\n", number_of(&it->val, "line"),
                     STR_ARG(text_of(&it->val, "key")), STR_ARG(text_of(&it->val, "what")),
                     STR_ARG(text_of(&it->val, "with")));
    for (const struct item *it = val_get(top, S("overlaps"))->first; it; it = it->next)
        (void)printf("overlap\t%.*s\t%.*s\t%lld m2\n", STR_ARG(text_of(&it->val, "a")),
                     STR_ARG(text_of(&it->val, "b")), number_of(&it->val, "m2"));
    for (const struct item *it = val_get(top, S("holes"))->first; it; it = it->next)
        (void)printf("hole\t%.*s\t%.*s\t%lld m2\n", STR_ARG(text_of(&it->val, "lon")),
                     STR_ARG(text_of(&it->val, "lat")), number_of(&it->val, "m2"));
}

COMMAND(cmd_area_check, .name = "area check",
        .usage = "area check --areas FILE --key PROPERTY [--datum gcj02] [--json]",
        .help = "faults, overlaps and holes of areas", .options = OPTIONS(AREA_OPTIONS))
{
    struct val *top = val_map(args->a);
    struct buf out = {.arena = args->a};
    struct err e = {0};
    enum datum datum;

    if (!read_datum(args, &datum))
        return bad_datum();
    if (!check_all(args, datum, top, &e))
        return cmd_refused(&e);
    if (!args->json) {
        print_check(top);
    } else {
        json_write(&out, top);
        (void)printf("%.*s\n", STR_ARG(buf_str(&out)));
    }
    return val_get(top, S("faults"))->first ? EXIT_REJECTED : EXIT_OK;
}
