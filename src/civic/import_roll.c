/* Rolls out of spreadsheets: a household or a person a row. */
#include "civic/import_noun.h"
#include "civic/person.h"
#include "civic/roll.h"

/* By its name or by what screens call it; the only one of households where the row says nothing. */
static struct str roll_named(const struct desk *k, struct str s)
{
    const struct pack *p = k->d->pack;
    struct str usual = S("");
    int n = 0;

    for (int i = 0; i < p->rolls; i++) {
        if (import_is_called(s, p->roll[i].name, &p->roll[i].title))
            return p->roll[i].name;
        if (str_eq(p->roll[i].of, S("household")) && !n++)
            usual = p->roll[i].name;
    }
    return s.n || n > 1 ? s : usual;
}

static struct str kind_named(const struct desk *k, struct str roll, struct str s)
{
    const struct roll *def = pack_roll(k->d->pack, roll);

    for (int i = 0; def && i < def->kinds; i++) {
        if (import_is_called(s, def->kind[i].name, &def->kind[i].title))
            return def->kind[i].name;
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

static int asks_of_rolls(const struct pack *p, int which, struct facts_ask *out)
{
    int n = 0;

    for (int i = 0; i < p->rolls; i++) {
        if (n++ == which)
            *out = (struct facts_ask){p->roll[i].part.ask, p->roll[i].part.asks};
        for (int j = 0; j < p->roll[i].kinds; j++) {
            if (n++ == which)
                *out =
                    (struct facts_ask){p->roll[i].kind[j].part.ask, p->roll[i].kind[j].part.asks};
        }
    }
    return n;
}

/* Whoever holds a post there, where the row names a unit. */
static bool find_person(struct desk *k, struct str code, struct str name, const char *field,
                        int64_t *person, struct err *e)
{
    const struct unit *u = code.n ? unit_by_code(k->d->units, code) : NULL;

    if (!code.n || !name.n)
        return true;
    *person = u ? person_find(k, name, u->id) : 0;
    return *person ||
           refuse(e, ERR_INVALID, field, "Nobody called %.*s holds a post there.", STR_ARG(name));
}

IMPORT_NOUN(put_roll_entry, .name = "rolls", .right = "roll.manage", .asks = asks_of_rolls,
            .field = IMPORT_FIELDS(NEED("unit"), MAY("building"), MAY("label"), MAY("name"),
                                   MAY("phone"), MAY("area"), MAY("people"), MAY("roll"),
                                   MAY("kind"), MAY("about"), MAY("known_in"), MAY("keeper")))
{
    const struct str *v = row->value;
    struct roll_new n = {.roll = roll_named(k, v[7]),
                         .unit = unit_by_code(k->d->units, v[0]),
                         .building = v[1],
                         .label = v[2].n ? label_of(k, v[1], v[2]) : S(""),
                         .name = v[3],
                         .phone = v[4],
                         .said = row->facts};
    const struct unit *about = v[9].n ? unit_by_code(k->d->units, v[9]) : NULL;
    bool added;

    if (!n.unit)
        return refuse(e, ERR_INVALID, "unit", "There is no unit with the code %.*s.",
                      STR_ARG(v[0]));
    n.kind = kind_named(k, n.roll, v[8]);
    n.about = about ? about->id : 0;
    if (!import_digits(v[4], "phone", e) ||
        !find_person(k, v[10], v[3], "known_in", &n.person, e) ||
        !find_person(k, v[0], v[11], "keeper", &n.keeper, e))
        return false;
    if (v[5].n && !hundredths_read(v[5], &n.area))
        return refuse(e, ERR_INVALID, "area", "This is not an area in square metres.");
    if (v[6].n && !str_int(v[6], &n.people))
        return refuse(e, ERR_INVALID, "people", "This is not a number of people.");
    if (!roll_add(k, &n, NULL, &added, e))
        return false;
    *skipped = !added;
    return true;
}
