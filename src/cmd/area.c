#include "cmd/cmd.h"

#include "base/file.h"
#include "form/csv.h"
#include "geo/geo.h"
#include "val/val.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)200 << 20)
#define LEAST_M2       100 /* smaller overlaps and holes are drawing, not meaning */

static bool read_areas(struct cmd_args *args, enum datum datum, struct areas **as,
                       struct area_report *report, struct err *e)
{
    struct str text;

    return file_read(args->a, option_get(args, "areas"), FILE_BYTES_MAX, &text, e) &&
           areas_read(args->a, text, str_of(option_get(args, "key")), datum, as, report, e);
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

/* The key is empty where no area holds the point, and where it has no place at all. */
static void locate(const struct areas *as, const struct point_columns *col, const struct cells *row,
                   enum datum datum, struct buf *out)
{
    struct str key = S("");
    struct point p;
    int i = -1;

    if (read_degrees(cell_at(row, col->lon), &p.lon) &&
        read_degrees(cell_at(row, col->lat), &p.lat))
        i = areas_find(as, datum == DATUM_GCJ02 ? wgs84_from_gcj02(p) : p);
    if (i >= 0)
        key = areas_key(as, (size_t)i);
    put_cell(out, cell_at(row, col->id), S(","));
    put_cell(out, key, S("\n"));
}

static bool locate_all(struct cmd_args *args, enum datum datum, struct buf *out, struct err *e)
{
    struct point_columns col;
    struct area_report report;
    struct areas *as;
    struct sheet *sheet;
    struct cells row;
    struct str text;

    if (!read_areas(args, datum, &as, &report, e) ||
        !file_read(args->a, "-", FILE_BYTES_MAX, &text, e) ||
        !sheet_open(args->a, text, &sheet, e) || !read_columns(sheet, &col, e))
        return false;
    buf_put(out, S("id,key\n"));
    while (sheet_next(sheet, &row, e))
        locate(as, &col, &row, datum, out);
    return e->kind == ERR_NONE;
}

#define AREA_OPTIONS                                                                          \
    OPTIONS({.name = "areas", .value = "FILE", .help = "GeoJSON, polygons", .need = true},    \
            {.name = "key", .value = "PROPERTY", .help = "what names an area", .need = true}, \
            {.name = "datum", .value = "DATUM", .help = "of areas and points: wgs84, gcj02"})

COMMAND(cmd_area_locate, .name = "area locate",
        .usage = "area locate --areas FILE --key PROPERTY [--datum gcj02] < points.csv",
        .help = "which area holds each point (id,lon,lat on stdin)", .options = AREA_OPTIONS)
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
    struct areas *as;

    if (!read_areas(args, datum, &as, &report, e))
        return false;
    set_int(top, "accepted", (int64_t)report.accepted);
    set_val(top, S("faults"), *report.faults);
    return areas_overlaps(as, LEAST_M2, set_list(top, "overlaps"), e) &&
           areas_holes(as, LEAST_M2, set_list(top, "holes"), e);
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
        .help = "faults, overlaps and holes of areas", .options = AREA_OPTIONS)
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
