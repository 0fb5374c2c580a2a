/* Rolls out of spreadsheets: a household a row. */
#include "civic/import_noun.h"
#include "civic/roll.h"

/* By its name or by what screens call it; the only one there is where the row says nothing. */
static struct str roll_named(const struct desk *k, struct str s)
{
    const struct pack *p = k->d->pack;

    if (!s.n && p->rolls == 1)
        return p->roll[0].name;
    for (int i = 0; i < p->rolls; i++) {
        if (import_is_called(s, p->roll[i].name, &p->roll[i].title))
            return p->roll[i].name;
    }
    return s;
}

/* 2单元201 in 3栋 is 3栋2单元201. */
static struct str label_of(struct desk *k, struct str building, struct str label)
{
    bool said = label.n >= building.n && memcmp(label.p, building.p, building.n) == 0;

    return said || !building.n ? label
                               : str_format(k->a, "%.*s%.*s", STR_ARG(building), STR_ARG(label));
}

IMPORT_NOUN(put_roll_entry, .name = "rolls", .right = "roll.manage",
            .field = IMPORT_FIELDS(NEED("unit"), MAY("building"), NEED("label"), MAY("name"),
                                   MAY("phone"), MAY("area"), MAY("people"), MAY("roll")))
{
    const struct str *v = row->value;
    struct roll_new n = {.roll = roll_named(k, v[7]),
                         .unit = unit_by_code(k->d->units, v[0]),
                         .building = v[1],
                         .label = v[2].n ? label_of(k, v[1], v[2]) : S(""),
                         .name = v[3],
                         .phone = v[4]};
    bool added;

    if (!n.unit)
        return refuse(e, ERR_INVALID, "unit", "There is no unit with the code %.*s.",
                      STR_ARG(v[0]));
    if (!import_digits(v[4], "phone", e))
        return false;
    if (v[5].n && !hundredths_read(v[5], &n.area))
        return refuse(e, ERR_INVALID, "area", "This is not an area in square metres.");
    if (v[6].n && !str_int(v[6], &n.people))
        return refuse(e, ERR_INVALID, "people", "This is not a number of people.");
    if (!roll_add(k, &n, &added, e))
        return false;
    *skipped = !added;
    return true;
}
