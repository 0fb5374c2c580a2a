#include "geo/geo.h"

#include <math.h>

#define RADIAN         (3.14159265358979323846 / 180)
#define EARTH_RADIUS_M 6371008.8

/* The ellipsoid that GCJ-02 is computed on (Krassovsky 1940). */
#define AXIS_M       6378245.0
#define ECCENTRICITY 0.00669342162296594323 /* squared */

bool datum_parse(struct str s, enum datum *out)
{
    if (str_eq(s, S("wgs84")) || str_eq(s, S("cgcs2000")))
        *out = DATUM_WGS84;
    else if (str_eq(s, S("gcj02")))
        *out = DATUM_GCJ02;
    else
        return false;
    return true;
}

/* Outside this box around China the maps are not shifted. */
static bool is_shifted(struct point p)
{
    return p.lon > 72.004 && p.lon < 137.8347 && p.lat > 0.8293 && p.lat < 55.8271;
}

static double waves(double a, double b, double c, double x)
{
    return (20 * sin(a * x) + 40 * sin(b * x)) * 2 / 3 + c;
}

/* The published polynomials of the shift, in metres; x and y count from 105° E, 35° N. */
static struct point shift_m(double x, double y)
{
    const double pi = 180 * RADIAN;
    double common = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3;
    double root = sqrt(fabs(x));

    return (struct point){
        .lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common +
               waves(pi, pi / 3, (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3, x),
        .lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common +
               waves(pi, pi / 3, (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3, y),
    };
}

struct point gcj02_from_wgs84(struct point p)
{
    struct point m;
    double s, magic;

    if (!is_shifted(p))
        return p;
    m = shift_m(p.lon - 105, p.lat - 35);
    s = sin(p.lat * RADIAN);
    magic = 1 - ECCENTRICITY * s * s;
    return (struct point){
        .lon = p.lon + m.lon / (AXIS_M / sqrt(magic) * cos(p.lat * RADIAN) * RADIAN),
        .lat = p.lat + m.lat / (AXIS_M * (1 - ECCENTRICITY) / (magic * sqrt(magic)) * RADIAN),
    };
}

struct point wgs84_from_gcj02(struct point p)
{
    struct point guess = p;

    if (!is_shifted(p))
        return p;
    /* The shift changes slowly, so each round gains about three digits. */
    for (int i = 0; i < 10; i++) {
        struct point there = gcj02_from_wgs84(guess);
        double lon = p.lon - there.lon, lat = p.lat - there.lat;

        guess.lon += lon;
        guess.lat += lat;
        if (fabs(lon) < 1e-10 && fabs(lat) < 1e-10)
            break;
    }
    return guess;
}

double geo_distance_m(struct point a, struct point b)
{
    double lat = sin((b.lat - a.lat) * RADIAN / 2), lon = sin((b.lon - a.lon) * RADIAN / 2);
    double h = lat * lat + cos(a.lat * RADIAN) * cos(b.lat * RADIAN) * lon * lon;

    return 2 * EARTH_RADIUS_M * asin(sqrt(fmin(h, 1)));
}
