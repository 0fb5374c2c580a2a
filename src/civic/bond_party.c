/* Who may stand on a side of a bond, how often, and what they are called. */
#include "civic/bond.h"

#include "civic/district.h"

#define TIES_MAX 2000 /* of one party, looked at for one more */

#define TIE(side)                                                                                \
    "SELECT b.id, b.kind, " side " AS side, b.from_at, b.until_at FROM bond b WHERE b.district " \
    "= $1 AND b.state IN ('proposed', 'active') AND "

STMT(ties_of_person, TIE("0") "b.one_person_id = $2 AND b.one_person_id > 0 UNION ALL " TIE(
                         "1") "b.other_person_id = $2 AND b.other_person_id > 0");
STMT(ties_of_unit, TIE("0") "b.one_unit_id = $2 AND b.one_unit_id > 0 UNION ALL " TIE(
                       "1") "b.other_unit_id = $2 AND b.other_unit_id > 0");
STMT(ties_of_entry, TIE("0") "b.one_entry_id = $2 AND b.one_entry_id > 0 UNION ALL " TIE(
                        "1") "b.other_entry_id = $2 AND b.other_entry_id > 0");
STMT(party_person, "SELECT name FROM person WHERE district = $1 AND id = $2");
STMT(party_posts, "SELECT role FROM post WHERE district = $1 AND person_id = $2 AND from_at <= $3 "
                  "AND (to_at = 0 OR to_at > $3)");
STMT(party_entry, "SELECT roll, kind, person_id, name_sealed, label FROM roll_entry WHERE district "
                  "= $1 AND id = $2 AND to_at = 0");

/* ---- names -------------------------------------------------------------- */

static struct str person_name(struct desk *k, int64_t id)
{
    struct rows r = db_query(k->db, k->a, party_person, ARG(k->d->code), ARG(id));
    struct str name = rows_next(&r) ? row_str(&r, 0) : S("");

    rows_end(&r);
    return name;
}

static struct str entry_name(struct desk *k, int64_t id)
{
    struct rows r = db_query(k->db, k->a, party_entry, ARG(k->d->code), ARG(id));
    struct str sealed, label;

    if (!rows_next(&r))
        return S("");
    sealed = row_str(&r, 3);
    label = row_str(&r, 4);
    rows_end(&r);
    if (!sealed.n)
        return label;
    return text_mask_name(k->a, unseal_text(k->db, k->d, k->a, id, sealed));
}

struct str party_name(struct desk *k, const struct party *p)
{
    const struct unit *u = p->unit_id ? unit_by_id(k->d->units, p->unit_id) : NULL;

    if (u)
        return u->name;
    return p->person_id  ? person_name(k, p->person_id)
           : p->entry_id ? entry_name(k, p->entry_id)
                         : S("");
}

struct party party_of(const struct bond_side *s, int64_t id)
{
    switch (s->of) {
    case SIDE_PERSON: return (struct party){.person_id = id};
    case SIDE_UNIT: return (struct party){.unit_id = id};
    case SIDE_ENTRY: break;
    }
    return (struct party){.entry_id = id};
}

/* ---- who may stand there ------------------------------------------------ */

static bool listed(const struct str *word, int n, struct str s)
{
    for (int i = 0; i < n; i++) {
        if (str_eq(word[i], s))
            return true;
    }
    return false;
}

static bool person_fits(struct desk *k, const struct bond_side *s, int64_t person)
{
    struct rows r = db_query(k->db, k->a, party_posts, ARG(k->d->code), ARG(person), ARG(k->now));
    bool fits = false;

    while (rows_next(&r))
        fits = fits || !s->roles || listed(s->role, s->roles, row_str(&r, 0));
    return fits;
}

/* What the roll says of the person stands in the bond, whatever was sent. */
static bool entry_fits(struct desk *k, const struct bond_side *s, struct party *p)
{
    struct rows r = db_query(k->db, k->a, party_entry, ARG(k->d->code), ARG(p->entry_id));
    bool fits = rows_next(&r) && str_eq(row_str(&r, 0), s->roll) &&
                (!s->roll_kinds || listed(s->roll_kind, s->roll_kinds, row_str(&r, 1)));

    p->person_id = fits ? row_int(&r, 2) : 0;
    rows_end(&r);
    return fits;
}

static bool unit_fits(struct desk *k, const struct bond_side *s, int64_t unit)
{
    const struct unit *u = unit_by_id(k->d->units, unit);

    return u && listed(s->kind, s->kinds, u->kind);
}

static bool party_fits(struct desk *k, const struct bond_side *s, struct party *p)
{
    switch (s->of) {
    case SIDE_PERSON:
        *p = (struct party){.person_id = p->person_id};
        return p->person_id && person_fits(k, s, p->person_id);
    case SIDE_UNIT: *p = (struct party){.unit_id = p->unit_id}; return unit_fits(k, s, p->unit_id);
    case SIDE_ENTRY: *p = (struct party){.entry_id = p->entry_id}; return entry_fits(k, s, p);
    }
    return false;
}

/* ---- how often ---------------------------------------------------------- */

struct tie {
    int64_t id, from, until;
    struct str kind;
    int side;
};

static int ties_of(struct desk *k, const struct party *p, struct tie *out)
{
    const struct stmt *st = p->unit_id     ? &ties_of_unit
                            : p->person_id ? &ties_of_person
                                           : &ties_of_entry;
    int64_t id = p->unit_id ? p->unit_id : p->person_id ? p->person_id : p->entry_id;
    struct rows r = db_query(k->db, k->a, *st, ARG(k->d->code), ARG(id));
    int n = 0;

    while (rows_next(&r)) {
        if (n < TIES_MAX)
            out[n++] = (struct tie){row_int(&r, 0), row_int(&r, 3), row_int(&r, 4), row_str(&r, 1),
                                    (int)row_int(&r, 2)};
    }
    return n;
}

static bool overlaps(const struct tie *t, const struct bond *b)
{
    return t->id != b->id && t->from < b->until_at && b->from_at < t->until;
}

/* Stands this side in as many bonds of the kind as it may, or in one that excludes it? */
static bool free_check(struct desk *k, const struct bond *b, int side, struct err *e)
{
    struct tie *tie = NEW_ARRAY(k->a, struct tie, TIES_MAX);
    const struct bond_side *s = &b->def->side[side];
    int n = ties_of(k, &b->side[side], tie), same = 0;

    for (int i = 0; i < n; i++) {
        if (!overlaps(&tie[i], b))
            continue;
        same += str_eq(tie[i].kind, b->kind) && tie[i].side == side;
        if (!b->side[side].unit_id && listed(b->def->excludes, b->def->exclude, tie[i].kind))
            return refuse(e, ERR_CONFLICT, str_copy(k->a, s->name).p,
                          "%.*s stands elsewhere in that time, until %.*s.",
                          STR_ARG(party_name(k, &b->side[side])),
                          STR_ARG(when_minute(k->a, tie[i].until)));
    }
    if (s->most && same >= s->most)
        return refuse(e, ERR_CONFLICT, str_copy(k->a, s->name).p,
                      "%.*s has %d of these in that time, and no more are allowed.",
                      STR_ARG(party_name(k, &b->side[side])), same);
    return true;
}

static bool same_party(const struct party *a, const struct party *b)
{
    return (a->person_id && a->person_id == b->person_id) ||
           (a->unit_id && a->unit_id == b->unit_id) || (a->entry_id && a->entry_id == b->entry_id);
}

bool parties_check(struct desk *k, struct bond *b, struct err *e)
{
    for (int i = 0; i < 2; i++) {
        const struct bond_side *s = &b->def->side[i];

        if (!party_fits(k, s, &b->side[i]))
            return refuse(e, ERR_INVALID, str_copy(k->a, s->name).p,
                          "Nobody who may stand here was chosen: %.*s.",
                          STR_ARG(desk_title(k, &s->title)));
    }
    if (same_party(&b->side[0], &b->side[1]))
        return refuse(e, ERR_CONFLICT, str_copy(k->a, b->def->side[1].name).p,
                      "Nobody can be tied with themselves.");
    return free_check(k, b, 0, e) && free_check(k, b, 1, e);
}
