/* Polygons from GeoJSON into units: keyed by the units' codes, with what is wrong about them. */
#include "civic/area.h"
#include "civic/import_noun.h"

#define LEAST_M2 100 /* smaller overlaps are drawing, not meaning */

static void put_one(struct desk *k, const struct areas *areas, size_t i, struct import_fault *f,
                    struct import_report *out)
{
    const struct unit *u = unit_by_code(k->d->units, areas_key(areas, i));
    struct str shape = areas_geojson(k->a, areas, i);
    struct err why = {0};

    f->line = areas_line(areas, i);
    f->value = areas_key(areas, i);
    if (!u) {
        (void)refuse(&why, ERR_NOT_FOUND, "key", "There is no unit with the code %.*s.",
                     STR_ARG(f->value));
        import_reject(k, out, f, &why);
    } else if (!desk_may(k, S("area.manage"), u->path, &why)) {
        import_reject(k, out, f, &why);
    } else if (area_is(k, u->id, shape)) {
        out->skipped++;
    } else {
        area_put(k, u->id, shape, false);
        out->accepted++;
    }
}

bool import_areas(struct desk *k, const struct import_job *job, struct import_report *out,
                  struct err *e)
{
    struct import_fault f = {.column = job->key.n ? job->key : S("code")};
    struct area_report report;

    if (!areas_read(k->a, job->bytes, f.column, job->datum, &report, e))
        return false;
    for (const struct item *it = report.faults->first; it; it = it->next) {
        struct err why = {0};

        (void)areas_fault(&it->val, &why);
        f.line = val_int(&it->val, "line");
        f.value = val_text(&it->val, "key");
        import_reject(k, out, &f, &why);
    }
    for (size_t i = 0; i < areas_count(report.areas); i++)
        put_one(k, report.areas, i, &f, out);
    out->overlaps = val_list(k->a);
    return areas_overlaps(report.areas, LEAST_M2, out->overlaps, e);
}
