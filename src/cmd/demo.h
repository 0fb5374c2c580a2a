/*
 * demo.h - a district to look at: land and people (demo_land.c), rolls and bonds (demo_rolls.c,
 * demo_bond.c), then half a year of its life (demo_life.c) and what came of it, through the same
 * functions as the pages use.
 */
#ifndef DEMO_H
#define DEMO_H

#include "civic/matter.h"
#include "civic/picture.h"
#include "cmd/data.h"
#include "val/val.h"

struct demo {
    struct desk *k;          /* its now: when people took their posts, the day before the life */
    const struct val *plan;  /* demo/CODE/demo.yaml */
    uint64_t dice;           /* seeded: the same district every time */
    struct picture photo[3]; /* before, after, else; drawn when first wanted */
};

/* 0 to n - 1. */
int64_t demo_dice(struct demo *d, int64_t n);
const struct val *demo_get(const struct demo *d, const char *key);
int64_t demo_int(const struct val *map, const char *key, int64_t usual);
/* The i-th of a list (or map), modulo its length. */
const struct item *demo_pick(struct demo *d, const struct val *list);
struct str demo_name(struct demo *d, struct arena *a);
struct str demo_phone(struct demo *d, struct arena *a, int prefix);

/* Units, grids with schematic polygons, departments with their duty lists, people, logins. */
bool demo_land(struct demo *d, struct err *e) MUST_USE;

/* Who is on rolls, as the plan's `rolls` says. */
bool demo_rolls(struct demo *d, struct err *e) MUST_USE;
/* Who is tied to whom, as the plan's `bonds` says: {kind, unit or of (every unit of a kind), by, a
 * role there or a unit's code for each side, plan}. */
bool demo_bonds(struct demo *d, struct err *e) MUST_USE;
/* What has fallen due by now is made, and most of it done by whoever it is of; again and again on
 * the way (demo_life.c). Within a transaction. */
void demo_duties(struct demo *d, struct desk *k);

/* So many days before `now`; prints how many matters and actions they had. */
bool demo_life(struct demo *d, int64_t now, int64_t days, struct err *e) MUST_USE;

/* Those of the plan's `appraisals`, after the life. */
bool demo_appraisals(struct demo *d, int64_t now, struct err *e) MUST_USE;

/* The plan's `resources`: {kind, unit, by, days, title, capacity, fields}. */
bool demo_resources(struct demo *d, int64_t now, struct err *e) MUST_USE;

/* The plan's `gatherings`; at fairs with who has a booth and who applies. After the resources. */
bool demo_gatherings(struct demo *d, int64_t now, struct err *e) MUST_USE;

/* A made-up photo of this kind ("before"), stored: its id. Within a transaction. */
int64_t demo_photo(struct demo *d, struct desk *k, struct str kind);
/* k->actor does one of the actions that matter_offers() gave, with made-up answers; says: those
 * that are not made up, {field: value, of a date the days until then}, may be NULL. */
struct demo_deed {
    const struct val *offer, *says;
};
bool demo_do(struct demo *d, struct desk *k, const struct matter *m, const struct demo_deed *deed,
             struct err *e) MUST_USE;

/* At that moment, or as soon as somebody can act. */
int64_t demo_since(const struct demo *d, int64_t at);
/* The first who holds this role (empty: any post) in this unit; 0: nobody. */
int64_t demo_holder(struct desk *k, int64_t unit, struct str role);
/* The first who holds this role in this unit acts from now on; nobody if there is none. */
void demo_act_as(struct desk *k, int64_t unit, struct str role, struct actor *who);

#endif
