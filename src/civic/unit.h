/*
 * unit.h - the tree of units: district, streets, communities, grids, departments, teams …
 *
 * The tree is read whole at boot (a large district has some ten thousand units) and looked up in
 * memory. A path is the codes from the district down, "140214/140214001/140214001002/": the units
 * below are a range of paths, in memory as in SQL.
 */
#ifndef UNIT_H
#define UNIT_H

#include "civic/facts.h"
#include "pack/stock.h" /* path_holds() */

struct unit {
    int64_t id, parent_id, serves_id;
    struct str code, kind, path, name, place;
    int64_t depth;
    int64_t lon, lat;   /* millionths of a degree; 0,0: unknown */
    struct hours hours; /* n 0: the district's */
    int64_t from_at;
    const struct val *facts; /* NULL: none */
};

struct units;

struct units *units_load(struct db *db, struct arena *a, int64_t district);
size_t units_count(const struct units *us);
const struct unit *units_at(const struct units *us, size_t i); /* in order of path */

const struct unit *unit_by_id(const struct units *us, int64_t id); /* or NULL */
const struct unit *unit_by_code(const struct units *us, struct str code);
const struct unit *unit_by_path(const struct units *us, struct str path);
const struct unit *
unit_root(const struct units *us); /* the district itself; NULL if there is none */

/* The unit itself or the nearest one above it of this kind, or NULL. Towns (乡镇) count as streets.
 */
const struct unit *unit_above(const struct units *us, const struct unit *u, struct str kind);
/*
 * The unit of this kind that belongs to u (a village's party branch, a grid's community), or NULL.
 * In this order: u or the nearest above; the unit that u or one above serves, or one above that;
 * the only one that serves u, or the nearest above that one serves; the only one below u; the only
 * one directly below a unit above, but for the district, whose own are everybody's. Of several none
 * is taken: nobody could say why just that.
 */
const struct unit *unit_own(const struct units *us, const struct unit *u, struct str kind);

/* Children in order of code; NULL-ended array in `a`. kind empty: all. */
const struct unit **units_below(struct arena *a, const struct units *us, const struct unit *u,
                                struct str kind);

/* As the engine sees it; NULL if there is none. Lives in the desk's arena. */
const struct proc_unit *unit_for_proc(const struct desk *k, int64_t id);

/* Where a path's subtree ends, for range scans: path >= p AND path < path_end(p). */
struct str path_end(struct arena *a, struct str path);

/* A unit to be written; parent by code (empty: the root). */
struct unit_new {
    struct str code, kind, parent_code, name, place, hours;
    struct str serves_code; /* of the unit that it works for; empty: none */
    int64_t lon, lat;
    int64_t from_at;         /* since when there is such a unit; 0: now */
    const struct val *facts; /* NULL: nothing is said of it */
};

/*
 * Writes unit and event. Refused: INVALID (code, kind, name, parent, hours, facts),
 * CONFLICT (the code is there with another kind or parent). Of one that is there, facts and whom it
 * serves are brought in line with what is said; *added is false if that changed nothing. The tree
 * in memory is the caller's to load again.
 */
bool unit_add(struct desk *k, const struct unit_new *u, bool *added, struct err *e) MUST_USE;

/* What is known of a unit of this kind. */
struct facts_ask unit_asks(const struct desk *k, struct str kind);

/*
 * Facts, and as "serves" the code of the unit that it works for ("": none any more); what is not
 * said stays. One event. Refused: as facts_take(), DENIED without units.manage there.
 */
bool unit_change(struct desk *k, struct str code, const struct val *said, bool *changed,
                 struct err *e) MUST_USE;

#endif
