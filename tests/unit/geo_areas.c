#include "geo/geo.h"

#include "base/file.h"

#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena arena;

static void init(void)
{
    arena_init(&arena, (size_t)2 << 30);
}

static void clean(void)
{
    arena_reset(&arena);
}

static struct area_report report;

static bool read_text(struct str text, const char *key, struct areas **as, struct err *e)
{
    *e = (struct err){0};
    if (!areas_read(&arena, text, str_of(key), DATUM_WGS84, &report, e))
        return false;
    *as = report.areas;
    return true;
}

#define FEATURE(key, type, coordinates)                                           \
    "{\"type\":\"Feature\",\"properties\":{\"x\":[1,{\"k\":2}],\"k\":" key "},\n" \
    "\"geometry\":{\"coordinates\":" coordinates ",\"type\":\"" type "\"}}"
#define COLLECTION(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"

/* b: a square with a hole, in which c lies; a: its neighbour to the east, and an island. */
static const char three[] = COLLECTION(
    FEATURE("\"b\"", "Polygon", "[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,3],[3,3],[3,1],[1,1]]]") "," FEATURE(
        "\"a\"", "MultiPolygon",
        "[[[[4,0,9],[8,0,9],[8,4,9],[4,4,9],[4,0,9]]],[[[10,0],[11,0],[11,1],[10,0]]]]") "," FEATURE("12",
                                                                                                     "Polygon",
                                                                                                     "[[[1,1],[3,1],[3,3],[1,3],[1,1]]]"));

static const char *key_at(const struct areas *as, double lon, double lat)
{
    int i = areas_find(as, (struct point){lon, lat});

    return i < 0 ? "" : str_copy(&arena, areas_key(as, (size_t)i)).p;
}

Test(geo, a_point_finds_its_area, .init = init, .fini = clean)
{
    static const struct {
        double lon, lat;
        const char *key;
    } at[] = {
        {0.5, 0.5, "b"},  {3.5, 2, "b"},   {2, 2, "12"},      {5, 2, "a"},  {10.7, 0.5, "a"},
        {9, 2, ""},       {10.2, 0.8, ""}, {-1, 2, ""},       {2, 5, ""},   {4, 2, "a"},
        {4, 0, "a"},      {4, 4, "a"},     {0, 0, "b"},       {1, 2, "12"}, {8, 4, "a"},
        {11, 1, "a"},     {11.01, 1, ""},  {0, 2, "b"},       {2, 4, "b"},  {2, 4.0000001, ""},
        {10.5, 0.5, "a"}, {NAN, 2, ""},    {2, INFINITY, ""}, {1, 1, "12"},
    };
    struct areas *as;
    struct err e;

    cr_assert(read_text(str_of(three), "k", &as, &e), "%s", e.text);
    cr_assert_eq(areas_count(as), 3);
    cr_expect_eq(report.accepted, 3);
    cr_expect_null(report.faults->first);
    for (size_t i = 0; i < COUNT(at); i++)
        cr_expect_str_eq(key_at(as, at[i].lon, at[i].lat), at[i].key, "%g %g", at[i].lon,
                         at[i].lat);
    cr_expect_str_eq(str_copy(&arena, areas_geojson(&arena, as, 0)).p,
                     "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[1.0000000,1.0000000],"
                     "[3.0000000,1.0000000],[3.0000000,3.0000000],[1.0000000,3.0000000],"
                     "[1.0000000,1.0000000]]]]}");
}

Test(geo, what_is_written_is_read_back_the_same, .init = init, .fini = clean)
{
    struct buf b = {.arena = &arena};
    struct areas *as, *again;
    struct err e;

    cr_assert(read_text(str_of(three), "k", &as, &e));
    for (size_t i = 0; i < areas_count(as); i++) {
        buf_put(&b, i ? S(",") : S("{\"features\":["));
        buf_put(&b, S("{\"properties\":{\"k\":\""));
        buf_put(&b, areas_key(as, i));
        buf_put(&b, S("\"},\"geometry\":"));
        buf_put(&b, areas_geojson(&arena, as, i));
        buf_put(&b, S("}"));
    }
    buf_put(&b, S("]}"));
    cr_assert(read_text(buf_str(&b), "k", &again, &e), "%s", e.text);
    cr_assert_eq(areas_count(again), areas_count(as));
    for (size_t i = 0; i < areas_count(as); i++)
        cr_expect(str_eq(areas_geojson(&arena, as, i), areas_geojson(&arena, again, i)));
}

Test(geo, an_area_that_cannot_be_used_is_a_fault, .init = init, .fini = clean)
{
#define GOOD "[[[0,0],[1,0],[1,1],[0,0]]]"
    static const struct {
        const char *feature, *what;
    } faults[] = {
        {FEATURE("null", "Polygon", GOOD), "no_key"},
        {FEATURE("\"\"", "Polygon", GOOD), "no_key"},
        {"{\"properties\":null,\"geometry\":null}", "no_key"},
        {"{\"properties\":{\"k\":1},\"geometry\":null}", "no_geometry"},
        {"{\"properties\":{\"k\":1},\"geometry\":7}", "no_geometry"},
        {FEATURE("1", "Point", "[1,2]"), "not_a_polygon"},
        {FEATURE("1", "LineString", "[[1,2],[2,3]]"), "not_a_polygon"},
        {"{\"properties\":{\"k\":1},\"geometry\":{\"type\":\"Polygon\"}}", "empty"},
        {FEATURE("1", "Polygon", "[]"), "empty"},
        {FEATURE("1", "Polygon", "7"), "empty"},
        {FEATURE("1", "Polygon", "[1,2]"), "empty"},
        {FEATURE("1", "Polygon", "[[1,2],[2,2],[2,3],[1,2]]"), "bad_coordinates"},
        {FEATURE("1", "MultiPolygon", GOOD), "bad_coordinates"},
        {FEATURE("1", "Polygon", "[" GOOD "]"), "bad_coordinates"},
        {FEATURE("1", "Polygon", "[[[0,0],[1,0],[1,1],[0,0]],[]]"), "bad_coordinates"},
        {FEATURE("1", "Polygon", "[[[0,0],[1,0],[1,1],[[0,0]]]]"), "bad_coordinates"},
        {FEATURE("1", "Polygon", "[[[0,0],[1],[1,1],[0,0]]]"), "bad_coordinates"},
        {FEATURE("1", "Polygon", "[[[0,0],[1,0],[0,0]]]"), "too_few_points"},
        {FEATURE("1", "Polygon", "[[[0,0],[1,0],[1,1],[0,1]]]"), "open_ring"},
        {FEATURE("1", "Polygon", "[[[0,0],[1,0],[1,1],[1,0]]]"), "open_ring"},
        {FEATURE("1", "Polygon", "[[[0,0],[500000,0],[1,1],[0,0]]]"), "not_degrees"},
        {FEATURE("1", "Polygon", "[[[0,0],[1e999,0],[1,1],[0,0]]]"), "not_degrees"},
        {FEATURE("1", "Polygon", "[[[0,0],[1,91],[1,1],[0,0]]]"), "not_degrees"},
        {FEATURE("1", "Polygon", "[[[0,0],[2,2],[2,0],[0,2],[0,0]]]"), "crosses_itself"},
        {FEATURE("1", "Polygon", "[[[0,0],[0,0],[0,0],[0,0]]]"), "crosses_itself"},
    };

    for (size_t i = 0; i < COUNT(faults); i++) {
        struct areas *as;
        struct err e;
        struct str text = str_format(&arena, "{\"features\":[\n%s,\n%s]}", faults[i].feature,
                                     FEATURE("\"good\"", "Polygon", GOOD));
        const struct val *fault;

        cr_assert(read_text(text, "k", &as, &e), "%zu: %s", i, e.text);
        cr_assert(report.faults->first, "%zu %s", i, faults[i].what);
        fault = &report.faults->first->val;
        cr_expect(str_eq(val_get(fault, S("what"))->str, str_of(faults[i].what)), "%zu: %.*s", i,
                  STR_ARG(val_get(fault, S("what"))->str));
        cr_expect_eq(val_get(fault, S("line"))->integer, 2);
        cr_expect_eq(areas_count(as), 1);
        cr_expect_str_eq(key_at(as, 0.9, 0.5), "good");
    }
}

Test(geo, each_fault_of_an_area_is_told_in_a_sentence_of_its_own, .init = init, .fini = clean)
{
    static const struct {
        const char *what, *field, *sentence;
    } told[] = {
        {"no_key", "key", "lacks the property"},
        {"key_twice", "key", "has the same key"},
        {"no_geometry", "geometry", "has no geometry"},
        {"not_a_polygon", "geometry", "neither a Polygon nor a MultiPolygon"},
        {"empty", "geometry", "has no points"},
        {"bad_coordinates", "geometry", "no lists of numbers"},
        {"too_few_points", "geometry", "at least four points"},
        {"open_ring", "geometry", "ends where it began"},
        {"not_degrees", "geometry", "no degrees"},
        {"crosses_itself", "geometry", "crosses itself: Self-intersection[1 1]"},
    };

    for (size_t i = 0; i < COUNT(told); i++) {
        struct val *fault = val_map(&arena);
        struct err e = {0};

        set_str(fault, "what", str_of(told[i].what));
        set_str(fault, "with", S("Self-intersection[1 1]"));
        cr_expect(!areas_fault(fault, &e) && e.kind == ERR_INVALID);
        cr_expect_str_eq(e.field, told[i].field, "%s", told[i].what);
        cr_expect(strstr(e.text, told[i].sentence), "%s: %s", told[i].what, e.text);
    }
}

/* A comb with its teeth up: points at the height of a level edge, but beside it, and on its slanted
 * ones; one corner stands twice in the file. */
Test(geo, a_point_beside_a_level_edge_is_not_on_it, .init = init, .fini = clean)
{
    static const char comb[] = COLLECTION(FEATURE(
        "\"k\"", "Polygon",
        "[[[0,0],[0,0],[9,0],[9,5],[7,5],[6,2],[5,2],[4,5],[3,5],[2,2],[1,2],[0,5],[0,0]]]"));
    static const struct {
        double lon, lat;
        int area;
    } at[] = {{5.5, 2, 0},   {1.5, 2, 0},    {8, 2, 0},   {0.1, 2, 0},  {3.5, 2, 0},
              {8, 5, 0},     {6, 5, -1},     {2, 5, -1},  {3.5, 5, 0},  {6.5, 3.5, 0},
              {4.5, 3.5, 0}, {5.5, 3.5, -1}, {0, 2.5, 0}, {1.5, 3, -1}, {5.5, 2.1, -1}};
    struct areas *as;
    struct err e;

    cr_assert(read_text(str_of(comb), "k", &as, &e), "%s", e.text);
    cr_assert_eq(areas_count(as), 1);
    for (size_t i = 0; i < COUNT(at); i++)
        cr_expect_eq(areas_find(as, (struct point){at[i].lon, at[i].lat}), at[i].area, "%g %g",
                     at[i].lon, at[i].lat);
}

Test(geo, keys_are_numbers_or_texts_and_sorted_as_bytes, .init = init, .fini = clean)
{
    static const char *const in_file[] = {"100", "1", "10", "-5", "true", "{\"k\":9}", "1000", "7"};
    static const char *const keys[] = {"-5", "1", "10", "100", "1000", "7"};
    struct buf b = {.arena = &arena};
    struct areas *as;
    struct err e;

    for (int i = 0; i < (int)COUNT(in_file); i++)
        buf_put(&b, str_format(&arena,
                               "%s{\"properties\":{\"k\":%s},\"geometry\":{\"type\":\"Polygon\","
                               "\"type\":7,\"coordinates\":[[[%d,%d],[%d,0],[%d,1],[%d,%d]]]}}",
                               i ? "," : "{\"features\":[", in_file[i], 2 * i, -i, 2 * i + 1,
                               2 * i + 1, 2 * i, -i));
    buf_put(&b, S("]}"));
    cr_assert(read_text(buf_str(&b), "k", &as, &e), "%s", e.text);
    cr_assert_eq(areas_count(as), COUNT(keys));
    for (size_t i = 0; i < COUNT(keys); i++)
        cr_expect(str_eq(areas_key(as, i), str_of(keys[i])), "%zu: %.*s", i,
                  STR_ARG(areas_key(as, i)));
    cr_assert(report.faults->first && report.faults->first->next);
    cr_expect_null(report.faults->first->next->next);
}

Test(geo, what_is_too_large_is_refused, .init = init, .fini = clean)
{
    struct buf b = {.arena = &arena};
    struct areas *as;
    struct err e;

    cr_expect(!read_text((struct str){"{}", (size_t)201 << 20}, "k", &as, &e));
    cr_expect_eq(e.kind, ERR_TOO_LARGE);
    buf_put(&b, S("{\"features\":[{}"));
    for (int i = 0; i < 100000; i++)
        buf_put(&b, S(",{}"));
    buf_put(&b, S("]}"));
    cr_expect(!read_text(buf_str(&b), "k", &as, &e));
    cr_expect_eq(e.kind, ERR_TOO_LARGE);
}

struct walker {
    const struct areas *as;
    int offset, found, overlaps;
};

/* Looking up does not touch GEOS, and each search for overlaps and holes opens GEOS for itself. */
static void *walk_areas(void *arg)
{
    struct walker *w = arg;
    struct arena own;
    struct err e = {0};

    arena_init(&own, (size_t)1 << 28);
    for (int i = 0; i < 20000; i++) {
        struct point p = {(i * 7 + w->offset) % 120 / 10.0, i % 50 / 10.0};

        w->found += areas_find(w->as, p) >= 0;
    }
    for (int i = 0; i < 20; i++) {
        struct val *list = val_list(&own);

        w->overlaps += areas_overlaps(w->as, 1, list, &e) && areas_holes(w->as, 1, list, &e) &&
                       list->first == NULL;
        (void)areas_geojson(&own, w->as, 0);
    }
    arena_reset(&own);
    return NULL;
}

Test(geo, four_threads_read_the_same_areas, .init = init, .fini = clean)
{
    struct walker w[4];
    pthread_t thread[4];
    struct areas *as;
    struct err e;

    cr_assert(read_text(str_of(three), "k", &as, &e), "%s", e.text);
    for (int i = 0; i < 4; i++) {
        w[i] = (struct walker){.as = as, .offset = i * 120};
        cr_assert_eq(pthread_create(&thread[i], NULL, walk_areas, &w[i]), 0);
    }
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_join(thread[i], NULL), 0);
    cr_expect_gt(w[0].found, 5000);
    for (int i = 0; i < 4; i++) {
        cr_expect_eq(w[i].found, w[0].found);
        cr_expect_eq(w[i].overlaps, 20);
    }
}

Test(geo, of_two_areas_with_one_key_the_first_stays, .init = init, .fini = clean)
{
    static const char text[] =
        COLLECTION(FEATURE("7", "Polygon", "[[[0,0],[1,0],[1,1],[0,0]]]") ",\n" FEATURE(
            "\"7\"", "Polygon",
            "[[[5,0],[6,0],[6,1],[5,0]]]") ",\n" FEATURE("\"70\"", "Polygon",
                                                         "[[[8,0],[9,0],[9,1],[8,0]]]"));
    struct areas *as;
    struct err e;

    cr_assert(read_text(str_of(text), "k", &as, &e));
    cr_expect_eq(areas_count(as), 2);
    cr_expect_str_eq(key_at(as, 0.9, 0.5), "7");
    cr_expect_str_eq(key_at(as, 5.9, 0.5), "");
    cr_expect(str_eq(val_get(&report.faults->first->val, S("what"))->str, S("key_twice")));
}

Test(geo, what_is_no_geojson_is_refused, .init = init, .fini = clean)
{
    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        "{\"features\":{}}",
        "{\"features\":[1]}",
        "{\"features\":[{}]",
        "{\"features\":[{}]} x",
        "{\"features\":[{\"geometry\":{}, \"geometry\":{}}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[[[1,2]]],\"coordinates\":[]}}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[[[[[[[[[[[[[[[[[1,2]]]]]]]]]]]]]]]]]}}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[1,\"2\"]}}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[1,2}}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[[1,2],}}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[[1,2] [1,2]]}}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[\"x\"]}}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[[true]]}}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[[-1]}}]}",
        "{\"features\":[{\"properties\":{\"k\":+1}}]}",
        "{\"features\":[{\"geometry\":{\"type\":\"\\x\"}}]}",
        "{\"features\":[{\"geometry\":{x",
        "{\"features\":[{\"geometry\":{\"a\":x}}]}",
        "{\"features\":[{\"properties\":{x",
        "{\"features\":[{\"properties\":{\"k\":01}}]}",
        "{\"features\":[{\"properties\":{\"k\":1 2}}]}",
        "{\"features\":[{x",
        "{x",
        "{\"a\":x}",
        "{\"features\":[{\"properties\":x}]}",
        "{\"features\":[{\"geometry\":x}]}",
        "{\"features\":[{\"a\":1 2}]}",
        "{\"features\":[{\"geometry\":{\"coordinates\":[1."
        "0000000000000000000000000000000000000000000000000000000000000000000,2]}}]}",
        "{\"features\":[\xff]}"};

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct areas *as;
        struct err e;

        cr_expect(!read_text(str_of(wrong[i]), "k", &as, &e), "%s", wrong[i]);
        cr_expect_neq(e.kind, ERR_NONE);
    }
}

Test(geo, no_areas_hold_nothing, .init = init, .fini = clean)
{
    struct val *overlaps, *holes;
    struct areas *as;
    struct err e;

    overlaps = val_list(&arena);
    holes = val_list(&arena);
    cr_assert(read_text(S("{\"features\":[],\"features\":0}"), "k", &as, &e), "%s", e.text);
    cr_expect_eq(areas_find(as, (struct point){0, 0}), -1);
    cr_expect(areas_overlaps(as, 0, overlaps, &e) && !overlaps->first);
    cr_expect(areas_holes(as, 0, holes, &e) && !holes->first);
}

Test(geo, overlaps_and_holes_are_found_with_their_size, .init = init, .fini = clean)
{
    static const char text[] = COLLECTION(
        FEATURE("\"ring\"", "Polygon", "[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,3],[3,3],[3,1],[1,1]]]") "," FEATURE(
            "\"half\"", "Polygon",
            "[[[1,1],[2,1],[2,3],[1,3],[1,1]]]") "," FEATURE("\"east\"", "Polygon",
                                                             "[[[3.99,0],[5,0],[5,1],[3.99,1],[3.99,0]]]") "," FEATURE("\"away\"",
                                                                                                                       "Polygon",
                                                                                                                       "[[[0,10],[5,10],[5,11],[0,10]]]"));
    struct val *overlaps = val_list(&arena), *holes = val_list(&arena), *none = val_list(&arena);
    const struct val *one;
    struct areas *as;
    struct err e;

    cr_assert(read_text(str_of(text), "k", &as, &e));
    cr_assert(areas_overlaps(as, 1, overlaps, &e) && areas_holes(as, 1, holes, &e));
    cr_assert(overlaps->first && !overlaps->first->next, "one overlap; a shared border is none");
    one = &overlaps->first->val;
    cr_expect(str_eq(val_get(one, S("a"))->str, S("east")));
    cr_expect(str_eq(val_get(one, S("b"))->str, S("ring")));
    cr_expect_float_eq((double)val_get(one, S("m2"))->integer, 0.01 * 111195 * 111195, 1e5);
    cr_assert(holes->first && !holes->first->next);
    one = &holes->first->val;
    cr_expect_float_eq((double)val_get(one, S("m2"))->integer, 2.0 * 111195 * 111195, 3e7);
    cr_expect_float_eq(atof(val_get(one, S("lon"))->str.p), 2.5, 0.5);
    cr_expect(areas_overlaps(as, 1e12, none, &e) && areas_holes(as, 1e12, none, &e));
    cr_expect_null(none->first);
}

static uint32_t dice(uint64_t *seed, uint32_t sides)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*seed >> 33) % sides;
}

/* A star around lon, lat: n points at random distances. */
static void put_star(struct buf *b, uint64_t *seed, double lon, double lat, int n, struct point *p)
{
    for (int i = 0; i <= n; i++) {
        double turn = 2 * 3.14159265358979 * i / n, far = 0.2 + dice(seed, 800) / 1000.0;
        struct str s;

        p[i] = i == n ? p[0] : (struct point){lon + far * cos(turn), lat + far * sin(turn)};
        s = str_format(&arena, "%s[%.17g,%.17g]", i ? "," : "", p[i].lon, p[i].lat);
        buf_put(b, s);
    }
}

/* The plain way, point by point. */
static bool holds(const struct point *p, int n, struct point at)
{
    bool in = false;

    for (int i = 0; i < n; i++) {
        const struct point *a = &p[i], *b = &p[i + 1];

        if ((a->lat > at.lat) != (b->lat > at.lat) &&
            at.lon < a->lon + (at.lat - a->lat) * (b->lon - a->lon) / (b->lat - a->lat))
            in = !in;
    }
    return in;
}

Test(geo, the_index_agrees_with_the_plain_way, .init = init, .fini = clean)
{
    static struct point star[9][400];
    struct buf b = {.arena = &arena};
    uint64_t seed = 7;
    struct areas *as;
    struct err e;
    int n[9];

    buf_put(&b, S("{\"features\":["));
    for (int i = 0; i < 9; i++) {
        n[i] = 3 + (int)dice(&seed, 380);
        buf_put(&b, str_format(&arena,
                               "%s{\"properties\":{\"k\":%d},\"geometry\":{\"type\":\"Polygon\","
                               "\"coordinates\":[[",
                               i ? "," : "", i));
        put_star(&b, &seed, 100 + i % 3 * 1.1, 30 + i / 3 * 1.1, n[i], star[i]);
        buf_put(&b, S("]]}}"));
    }
    buf_put(&b, S("]}"));
    cr_assert(read_text(buf_str(&b), "k", &as, &e), "%s", e.text);
    cr_assert_eq(areas_count(as), 9);
    for (int i = 0; i < 20000; i++) {
        struct point at = {98.5 + dice(&seed, 500000) / 1e5, 28.5 + dice(&seed, 500000) / 1e5};
        int plain = -1;

        for (int j = 8; j >= 0; j--)
            plain = holds(star[j], n[j], at) ? j : plain;
        cr_assert_eq(areas_find(as, at), plain, "%.17g %.17g", at.lon, at.lat);
    }
}

Test(geo, a_tiling_leaves_no_gap_and_no_double, .init = init, .fini = clean)
{
    struct buf b = {.arena = &arena};
    uint64_t seed = 3;
    struct areas *as;
    struct err e;
    static struct point corner[21][21];

    for (int x = 0; x < 21; x++) {
        for (int y = 0; y < 21; y++)
            corner[x][y] = (struct point){116 + x * 0.01 + (x % 20 ? dice(&seed, 1000) * 4e-6 : 0),
                                          39 + y * 0.01 + (y % 20 ? dice(&seed, 1000) * 4e-6 : 0)};
    }
    buf_put(&b, S("{\"features\":["));
    for (int i = 0; i < 400; i++) {
        int x = i % 20, y = i / 20;
        struct point p[] = {corner[x][y], corner[x + 1][y], corner[x + 1][y + 1], corner[x][y + 1]};

        buf_put(&b, str_format(&arena,
                               "%s{\"properties\":{\"k\":\"%03d\"},\"geometry\":{\"type\":"
                               "\"Polygon\",\"coordinates\":[[",
                               i ? "," : "", i));
        for (int j = 0; j < 5; j++)
            buf_put(&b, str_format(&arena, "%s[%.17g,%.17g]", j ? "," : "", p[j % 4].lon,
                                   p[j % 4].lat));
        buf_put(&b, S("]]}}"));
    }
    buf_put(&b, S("]}"));
    cr_assert(read_text(buf_str(&b), "k", &as, &e), "%s", e.text);
    cr_assert_eq(areas_count(as), 400);
    for (int i = 0; i < 100000; i++) {
        struct point p = {116 + dice(&seed, 2000001) * 1e-7, 39 + dice(&seed, 2000001) * 1e-7};

        cr_assert(areas_find(as, p) >= 0, "%.17g %.17g", p.lon, p.lat);
    }
    for (int x = 0; x < 21; x++) {
        for (int y = 0; y < 21; y++)
            cr_expect(areas_find(as, corner[x][y]) >= 0, "a corner belongs to somebody");
    }
}

Test(geo, a_hostile_file_does_not_make_the_index_large, .init = init, .fini = clean)
{
    struct buf b = {.arena = &arena};
    struct areas *as;
    struct err e;

    /* Combs whose teeth all go from bottom to top, one over the other. */
    buf_put(&b, S("{\"features\":["));
    for (int k = 0; k < 20; k++) {
        buf_put(&b, str_format(&arena,
                               "%s{\"properties\":{\"k\":%d},\"geometry\":{\"type\":\"Polygon\","
                               "\"coordinates\":[[[0,-1],",
                               k ? "," : "", k));
        for (int i = 0; i < 2000; i++)
            buf_put(&b, str_format(&arena, "[%.4f,%d],", i * 0.001, i % 2 ? 0 : 60));
        buf_put(&b, S("[2,-1],[0,-1]]]}}"));
    }
    buf_put(&b, S("]}"));
    cr_assert(read_text(buf_str(&b), "k", &as, &e), "%s", e.text);
    cr_assert_eq(areas_count(as), 20);
    cr_expect_eq(areas_find(as, (struct point){1, -0.5}), 0);
    cr_expect_eq(areas_find(as, (struct point){1, 59.99999}), 0);
    cr_expect_eq(areas_find(as, (struct point){1.0005, 59.99}), -1);
}

Test(geo, new_york_requests_fall_into_their_boards, .init = init, .fini = clean)
{
    static const char path[] = "../shared/data/areas/new_york_community_districts.geojson";
    struct areas *as;
    struct err e = {0};
    struct str text;

    if (access(path, R_OK) != 0)
        cr_skip_test("%s is not here", path);
    cr_assert(file_read(&arena, path, (size_t)8 << 20, &text, &e));
    cr_assert(read_text(text, "BoroCD", &as, &e), "%s", e.text);
    cr_expect_eq(areas_count(as), 71);
    cr_expect_null(report.faults->first);
    cr_expect_str_eq(key_at(as, -73.9857, 40.7484), "105", "the Empire State Building");
    cr_expect_str_eq(key_at(as, -73.9654, 40.7829), "164", "Central Park");
    cr_expect_str_eq(key_at(as, 116.4, 39.9), "");
}

Test(geo, areas_in_gcj02_are_converted_once, .init = init, .fini = clean)
{
    static const char text[] = COLLECTION(
        FEATURE("1", "Polygon", "[[[116.40,39.90],[116.41,39.90],[116.41,39.91],[116.40,39.90]]]"));
    struct point on_map = {116.409, 39.9005}, real = wgs84_from_gcj02(on_map);
    struct areas *as;
    struct err e = {0};

    cr_assert(areas_read(&arena, str_of(text), S("k"), DATUM_GCJ02, &report, &e));
    as = report.areas;
    cr_expect_eq(areas_find(as, real), 0);
    cr_expect_eq(areas_find(as, on_map), -1, "the shift is some 500 m");
}
