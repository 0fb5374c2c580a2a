/*
 * roll.h - who is kept count of by name beside those who hold posts: households, owners.
 *
 * The pack says which rolls there are (roll: households), a unit keeps its entries. An entry is
 * never changed: it ends, and another begins, so that a roll can be read as it was on any day. Who
 * represents a household is sealed; everybody who may see the list sees it masked.
 */
#ifndef ROLL_H
#define ROLL_H

#include "civic/look.h"
#include "civic/unit.h"

struct roll_entry {
    int64_t id, unit_id, person_id, area, people; /* area in 0.01 m² */
    struct str roll, unit_path, building, label;
    struct str name_sealed, phone_sealed;
};

/* The entries of a unit's subtree that hold at k->now, in order of units and as they were taken in.
 * One more than `most` is never read. */
struct roll_entry *roll_read(struct desk *k, struct str roll, struct str unit_path, size_t most,
                             size_t *n);

struct roll_new {
    struct str roll;
    const struct unit *unit;
    struct str building, label, name, phone; /* name, phone: in clear */
    int64_t area, people;
};
/* The same label in the same unit again is no change: *added false. Refused: INVALID (roll, unit,
 * label, area, people), DENIED without roll.manage there. */
bool roll_add(struct desk *k, const struct roll_new *n, bool *added, struct err *e) MUST_USE;
/* It holds no longer from now on. Refused: NOT_FOUND, INVALID (reason), DENIED. */
bool roll_end(struct desk *k, int64_t id, struct str reason, struct err *e) MUST_USE;

bool roll_entry_load(struct desk *k, int64_t id, struct roll_entry *out, struct err *e) MUST_USE;
/* Of the unit's subtree: buildings as {building, n, people}, and what stands on the roll. */
void roll_buildings(struct desk *k, struct str roll, struct str unit_path, struct val *list);
/* Of one building of the subtree: {id, label, unit_id, name, phone (masked), people, area: "89.56"
 * or ""}. */
void roll_list(struct desk *k, const struct roll_entry *of, struct val *list);

/* name or phone in clear, with the reason why; right personal.reveal there. Leaves its trace. */
bool roll_reveal(struct desk *k, const struct reveal *ask, struct str *plain,
                 struct err *e) MUST_USE;

/* "89.56" or "90" as hundredths, within 12 digits; false if it is neither. */
bool hundredths_read(struct str s, int64_t *out);
struct str hundredths_text(struct arena *a, int64_t n);
struct str area_text(struct arena *a, int64_t n); /* "89.56 m²" */

#endif
