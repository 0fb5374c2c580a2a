/* Who may stand on a side of a bond, how often, and what they are called. */
#include "civic/bond.h"

#include "civic/district.h"

#define POSTS_MAX 200  /* of one person */
#define TIES_MAX  2000 /* of one party, looked at for one more */

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
STMT(party_entry, "SELECT roll, kind, person_id, name_sealed, label, state, to_at FROM roll_entry "
                  "WHERE district = $1 AND id = $2");

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

/* ---- who is to stand there ---------------------------------------------- */

static void put_person(struct desk *k, struct bond_stander *who)
{
    struct rows r =
        db_query(k->db, k->a, party_posts, ARG(k->d->code), ARG(who->party.person_id), ARG(k->now));
    struct str *role = NEW_ARRAY(k->a, struct str, POSTS_MAX);

    while (rows_next(&r)) {
        if (who->roles < POSTS_MAX)
            role[who->roles++] = row_str(&r, 0);
    }
    who->role = role;
}

/* What the roll says of the person stands in the bond, whatever was sent. */
static void put_entry(struct desk *k, struct bond_stander *who)
{
    struct rows r = db_query(k->db, k->a, party_entry, ARG(k->d->code), ARG(who->party.entry_id));
    const struct roll *def;
    int state;

    if (!rows_next(&r))
        return;
    who->roll = row_str(&r, 0);
    who->kind = row_str(&r, 1);
    who->party.person_id = row_int(&r, 2);
    def = pack_roll(k->d->pack, who->roll);
    state = def && !row_int(&r, 6) ? roll_state_find(def, row_str(&r, 5)) : ROLL_ENDED;
    who->active = state != ROLL_ENDED && def->state[state].active;
    rows_end(&r);
}

bool parties_count(struct desk *k, const struct bond *b)
{
    for (int i = 0; i < 2; i++) {
        struct bond_stander who = {.party = b->side[i]};

        if (b->def->side[i].of == SIDE_ENTRY) {
            put_entry(k, &who);
            if (!who.active)
                return false;
        }
    }
    return true;
}

static void put_unit(struct desk *k, struct bond_stander *who)
{
    const struct unit *u = unit_by_id(k->d->units, who->party.unit_id);

    who->kind = u ? u->kind : S("");
}

/* ---- in what they stand ---------------------------------------------------- */

static void put_ties(struct desk *k, struct bond_stander *who)
{
    const struct party *p = &who->party;
    const struct stmt *st = p->unit_id     ? &ties_of_unit
                            : p->person_id ? &ties_of_person
                                           : &ties_of_entry;
    int64_t id = p->unit_id ? p->unit_id : p->person_id ? p->person_id : p->entry_id;
    struct rows r = db_query(k->db, k->a, *st, ARG(k->d->code), ARG(id));
    struct bond_tie *tie = NEW_ARRAY(k->a, struct bond_tie, TIES_MAX);

    while (rows_next(&r)) {
        if (who->ties < TIES_MAX)
            tie[who->ties++] = (struct bond_tie){.id = row_int(&r, 0),
                                                 .kind = row_str(&r, 1),
                                                 .side = (int)row_int(&r, 2),
                                                 .from_at = row_int(&r, 3),
                                                 .until_at = row_int(&r, 4)};
    }
    who->tie = tie;
}

/* Only what the side is of is looked at, whatever else was sent. */
static void stander(struct desk *k, const struct bond_side *s, struct party *p,
                    struct bond_stander *who)
{
    *who = (struct bond_stander){.title = desk_title(k, &s->title)};
    switch (s->of) {
    case SIDE_PERSON:
        who->party.person_id = p->person_id;
        put_person(k, who);
        break;
    case SIDE_UNIT:
        who->party.unit_id = p->unit_id;
        put_unit(k, who);
        break;
    case SIDE_ENTRY:
        who->party.entry_id = p->entry_id;
        put_entry(k, who);
        break;
    }
    who->name = party_name(k, &who->party);
    put_ties(k, who);
    *p = who->party;
}

bool parties_check(struct desk *k, struct bond *b, struct err *e)
{
    const struct bond_env env = {b->def, k->d->calendar, k->a};
    struct bond_stander who[2];

    for (int i = 0; i < 2; i++)
        stander(k, &b->def->side[i], &b->side[i], &who[i]);
    return bond_sides_check(&env, who, &b->now, b->id, e);
}
