/* Polygons from GeoJSON into units: keyed by the units' codes, with what is wrong about them. */
#include "civic/area.h"
#include "civic/import.h"
#include "civic/tally.h"

struct putting {
    struct desk *k;
    const struct areas *areas;
    struct import_report *out;
    bool schematic;
};

static void reject(struct putting *p, size_t i, const char *why)
{
    struct val *v = add_map(p->out->errors);

    set_int(v, "line", (int64_t)i + 1);
    set_str(v, "column", S("key"));
    set_str(v, "value", areas_key(p->areas, i));
    set_str(v, "reason", str_of(why));
    p->out->rejected++;
}

static bool put_all(struct db *db, void *arg, struct err *e)
{
    struct putting *p = arg;
    struct desk k = *p->k;

    (void)e;
    k.db = db;
    for (size_t i = 0; i < areas_count(p->areas); i++) {
        const struct unit *u = unit_by_code(k.d->units, areas_key(p->areas, i));

        if (u) {
            area_put(&k, u->id, areas_geojson(k.a, p->areas, i), p->schematic);
            p->out->accepted++;
        } else {
            reject(p, i, "There is no unit with this code.");
        }
    }
    return true;
}

bool import_areas(struct desk *k, const struct import_job *job, struct import_report *out,
                  struct err *e)
{
    struct area_report report = {.faults = val_list(k->a)};
    struct putting p = {.k = k, .out = out};
    struct db_hooks hooks = tally_hooks(k->d);

    *out = (struct import_report){.errors = val_list(k->a)};
    if (!areas_read(k->a, job->bytes, job->key, job->datum, &report, e))
        return false;
    for (const struct item *it = report.faults->first; it; it = it->next) {
        add_val(out->errors, it->val);
        out->rejected++;
    }
    p.areas = report.areas;
    if (!areas_overlaps(p.areas, 100, out->errors, e))
        return false;
    if (job->dry_run) {
        out->accepted = (int64_t)areas_count(p.areas);
        return true;
    }
    return db_write(k->db, put_all, &p, &hooks, e);
}
