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
#define SAID_MAX       20
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

static int bad_datum(const struct cmd_args *args)
{
    return cmd_say(args, EXIT_USAGE, "--datum is wgs84, cgcs2000 or gcj02, not %s",
                   option_get(args, "datum"));
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

struct locating {
    struct cmd_args *args;
    enum datum datum;
    struct point_columns col;
    struct area_report report;
    struct buf csv, points;
    struct val *list;
    size_t wrong; /* areas and points that cannot be used */
};

static void say_wrong(struct locating *l, int64_t line, const char *what, struct str value)
{
    if (l->wrong++ < SAID_MAX)
        (void)cmd_say(l->args, 0, "line %lld: %s%.*s", (long long)line, what, STR_ARG(value));
}

/* Not a number where the row has no place: an empty one is nobody's fault. */
static struct point point_of(struct locating *l, const struct cells *row)
{
    struct str lon = cell_at(row, l->col.lon), lat = cell_at(row, l->col.lat);
    struct point p;

    if (read_degrees(lon, &p.lon) && read_degrees(lat, &p.lat))
        return l->datum == DATUM_GCJ02 ? wgs84_from_gcj02(p) : p;
    if (lon.n || lat.n)
        say_wrong(l, row->line, "lon and lat are no degrees: ",
                  str_format(l->args->a, "%.*s, %.*s", STR_ARG(lon), STR_ARG(lat)));
    return (struct point){NAN, NAN};
}

static void put_row(struct locating *l, struct str id, struct point p)
{
    int i = areas_find(l->report.areas, p);
    struct str key = i < 0 ? S("") : areas_key(l->report.areas, (size_t)i);
    struct val *one;

    if (!l->args->json) {
        put_cell(&l->csv, id, S(","));
        put_cell(&l->csv, key, S("\n"));
        return;
    }
    one = add_map(l->list);
    set_str(one, "id", str_copy(l->args->a, id));
    set_str(one, "key", key);
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

static bool open_areas(struct locating *l, struct err *e)
{
    if (!read_areas(l->args, l->datum, &l->report, e))
        return false;
    for (const struct item *it = l->report.faults->first; it; it = it->next) {
        struct err why = {0};

        (void)areas_fault(&it->val, &why);
        say_wrong(l, val_int(&it->val, "line"), why.text, S(""));
    }
    return l->report.accepted ||
           refuse(e, ERR_INVALID, "areas", "The file has no area that can be used.");
}

static bool locate_all(struct locating *l, struct err *e)
{
    struct arena *a = l->args->a;
    struct sheet *sheet;
    struct cells row;
    struct str text;

    if (!open_areas(l, e) || !file_read(a, "-", FILE_BYTES_MAX, &text, e) ||
        !sheet_open(a, text, &sheet, e) || !read_columns(sheet, &l->col, e))
        return false;
    buf_put(&l->csv, S("id,key\n"));
    while (sheet_next(sheet, &row, e)) {
        struct point p = point_of(l, &row);

        put_row(l, cell_at(&row, l->col.id), p);
        if (option_has(l->args, "measure"))
            buf_put(&l->points, (struct str){(const char *)&p, sizeof(p)});
    }
    if (e->kind == ERR_NONE && option_has(l->args, "measure"))
        measure(l->report.areas, &l->points);
    return e->kind == ERR_NONE;
}

#define AREA_OPTIONS                                                                      \
    {.name = "areas", .value = "FILE", .help = "GeoJSON, polygons", .need = true},        \
        {.name = "key", .value = "PROPERTY", .help = "what names an area", .need = true}, \
    {                                                                                     \
        .name = "datum", .value = "DATUM", .help = "of areas and points: wgs84, gcj02"    \
    }

COMMAND(cmd_area_locate, .name = "area locate",
        .usage = "area locate --areas FILE.geojson --key PROPERTY [--datum gcj02] [--json] "
                 "< points.csv",
        .help = "which area holds each point (id,lon,lat on standard input)",
        .options = OPTIONS(AREA_OPTIONS, {.name = "measure", .help = "say on stderr how fast"}))
{
    struct locating l = {.args = args,
                         .csv = {.arena = args->a},
                         .points = {.arena = args->a},
                         .list = val_list(args->a)};
    struct err e = {0};

    if (!read_datum(args, &l.datum))
        return bad_datum(args);
    if (!locate_all(&l, &e))
        return cmd_refused(&e);
    if (args->json)
        cmd_print_json(args->a, l.list);
    else
        (void)fwrite(l.csv.p, 1, l.csv.n, stdout);
    if (l.wrong > SAID_MAX)
        (void)cmd_say(args, 0, "… and %zu more", l.wrong - SAID_MAX);
    return l.wrong ? EXIT_REJECTED : EXIT_OK;
}

static bool check_all(struct cmd_args *args, enum datum datum, struct val *top, struct err *e)
{
    struct area_report report;

    if (!read_areas(args, datum, &report, e))
        return false;
    set_int(top, "accepted", (int64_t)report.accepted);
    for (struct item *it = report.faults->first; it; it = it->next) {
        struct err why = {0};

        (void)areas_fault(&it->val, &why);
        set_str(&it->val, "reason", str_copy(args->a, str_of(why.text)));
    }
    set_val(top, S("faults"), *report.faults);
    return areas_overlaps(report.areas, LEAST_M2, set_list(top, "overlaps"), e) &&
           areas_holes(report.areas, LEAST_M2, set_list(top, "holes"), e);
}

static void print_check(const struct val *top)
{
    (void)printf("%lld areas\n", (long long)val_int(top, "accepted"));
    for (const struct item *it = val_get(top, S("faults"))->first; it; it = it->next)
        (void)printf("fault\tline %lld\t%.*s\t%.*s\n", (long long)val_int(&it->val, "line"),
                     STR_ARG(val_text(&it->val, "key")), STR_ARG(val_text(&it->val, "reason")));
    for (const struct item *it = val_get(top, S("overlaps"))->first; it; it = it->next)
        (void)printf("overlap\t%.*s\t%.*s\t%lld m2\n", STR_ARG(val_text(&it->val, "a")),
                     STR_ARG(val_text(&it->val, "b")), (long long)val_int(&it->val, "m2"));
    for (const struct item *it = val_get(top, S("holes"))->first; it; it = it->next)
        (void)printf("hole\t%.*s\t%.*s\t%lld m2\n", STR_ARG(val_text(&it->val, "lon")),
                     STR_ARG(val_text(&it->val, "lat")), (long long)val_int(&it->val, "m2"));
}

COMMAND(cmd_area_check, .name = "area check",
        .usage = "area check --areas FILE.geojson --key PROPERTY [--datum gcj02] [--json]",
        .help = "faults, overlaps and holes of areas", .options = OPTIONS(AREA_OPTIONS))
{
    struct val *top = val_map(args->a);
    struct err e = {0};
    enum datum datum;

    if (!read_datum(args, &datum))
        return bad_datum(args);
    if (!check_all(args, datum, top, &e))
        return cmd_refused(&e);
    if (args->json)
        cmd_print_json(args->a, top);
    else
        print_check(top);
    return val_get(top, S("faults"))->first ? EXIT_REJECTED : EXIT_OK;
}
