#include "geo/geo.h"

#include <criterion/criterion.h>
#include <math.h>

Test(geo, a_datum_has_three_names)
{
    enum datum d = DATUM_GCJ02;

    cr_expect(datum_parse(S("wgs84"), &d) && d == DATUM_WGS84);
    cr_expect(datum_parse(S("gcj02"), &d) && d == DATUM_GCJ02);
    cr_expect(datum_parse(S("cgcs2000"), &d) && d == DATUM_WGS84);
    cr_expect(!datum_parse(S("bd09"), &d));
    cr_expect(!datum_parse(S(""), &d));
}

/* 116.404, 39.915 is the example that the published converters all give. */
Test(geo, gcj02_is_as_published)
{
    struct point p = gcj02_from_wgs84((struct point){116.404, 39.915});

    cr_expect_float_eq(p.lon, 116.41024449916938, 1e-9);
    cr_expect_float_eq(p.lat, 39.91640428150164, 1e-9);
}

Test(geo, the_way_back_from_gcj02_is_exact_to_a_centimetre)
{
    double worst = 0;

    for (double lon = 73; lon < 137; lon += 0.37) {
        for (double lat = 1; lat < 55; lat += 0.41) {
            struct point p = {lon, lat}, back = wgs84_from_gcj02(gcj02_from_wgs84(p));

            worst = fmax(worst, fmax(fabs(back.lon - lon), fabs(back.lat - lat)));
        }
    }
    cr_expect_lt(worst, 1e-7, "%g", worst);
}

Test(geo, outside_china_nothing_is_shifted)
{
    static const struct point away[] = {{-73.9, 40.7}, {72, 30}, {138, 30}, {100, 0.5}, {100, 56}};

    for (size_t i = 0; i < COUNT(away); i++) {
        struct point there = gcj02_from_wgs84(away[i]), back = wgs84_from_gcj02(away[i]);

        cr_expect(there.lon == away[i].lon && there.lat == away[i].lat);
        cr_expect(back.lon == away[i].lon && back.lat == away[i].lat);
    }
}

Test(geo, distances_are_in_metres)
{
    struct point a = {116, 40}, north = {116, 41}, east = {117, 40}, far = {-64, -40};

    cr_expect_float_eq(geo_distance_m(a, a), 0, 1e-9);
    cr_expect_float_eq(geo_distance_m(a, north), 111195, 1);
    cr_expect_float_eq(geo_distance_m(a, east), 85180, 10);
    cr_expect_float_eq(geo_distance_m(a, far), 20015115, 10, "the other side of the world");
}
