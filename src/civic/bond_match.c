/* Who could stand on a side of a bond, and whom the program would propose. */
#include "civic/bond.h"

#include "civic/list.h"
#include "proc/match.h"

#define CANDIDATES_MAX 2000
#define PROPOSALS      5

STMT(
    candidate_posts,
    "SELECT p.person_id, n.name, p.unit_id, p.facts FROM unit u JOIN post p ON p.district = $1 AND "
    "p.unit_id = u.id AND p.role = $4 AND p.from_at <= $5 AND (p.to_at = 0 OR p.to_at > $5) JOIN "
    "person n ON n.district = $1 AND n.id = p.person_id WHERE u.district = $1 AND u.path >= $2 AND "
    "u.path < $3 ORDER BY u.path, p.id");
STMT(
    candidate_entries,
    "SELECT id, person_id, unit_id, fields, kind, name_sealed, label FROM roll_entry WHERE district = $1 AND "
    "unit_path >= $2 AND unit_path < $3 AND roll = $4 AND to_at = 0 AND active_at > 0 ORDER BY "
    "unit_path, id LIMIT $5");
STMT(bonds_held,
     "SELECT one_person_id, one_unit_id, one_entry_id, other_person_id, other_unit_id, "
     "other_entry_id FROM bond WHERE district = $1 AND unit_path >= $2 AND unit_path < $3 AND kind "
     "= $4 AND state IN ('proposed', 'active')");

struct pool {
    struct desk *k;
    const struct bond_kind *def;
    const struct unit *root;
    int side;
    struct candidate *one;
    int n;
};

static int64_t key_of(const struct party *p)
{
    return p->entry_id ? p->entry_id : p->unit_id ? p->unit_id : p->person_id;
}

static struct str field_of(const struct bond_kind *def, int side)
{
    if (!def->match.given)
        return S("");
    return side == def->match.of ? def->match.wish : def->match.with;
}

static void put(struct pool *pool, struct party party, struct str name, int64_t unit_id,
                const struct val *facts)
{
    const struct unit *u = unit_by_id(pool->k->d->units, unit_id);
    const struct unit *near = u && pool->def->match.near.n
                                  ? unit_above(pool->k->d->units, u, pool->def->match.near)
                                  : NULL;
    struct candidate *c = &pool->one[pool->n];

    for (int i = 0; i < pool->n; i++) {
        if (key_of(&pool->one[i].party) == key_of(&party))
            return;
    }
    if (pool->n == CANDIDATES_MAX)
        return;
    *c = (struct candidate){.party = party, .name = name, .unit = u ? u->name : S("")};
    c->match.id = key_of(&party);
    c->match.near = near ? near->id : 0;
    c->match.most = pool->def->side[pool->side].most;
    c->match.words =
        match_words(facts_word(pool->k->a, facts, field_of(pool->def, pool->side)), c->match.word);
    pool->n++;
}

static void put_holders(struct pool *pool, struct str role)
{
    struct desk *k = pool->k;
    struct rows r = db_query(k->db, k->a, candidate_posts, ARG(k->d->code), ARG(pool->root->path),
                             ARG(path_end(k->a, pool->root->path)), ARG(role), ARG(k->now));

    while (rows_next(&r))
        put(pool, (struct party){.person_id = row_int(&r, 0)}, row_str(&r, 1), row_int(&r, 2),
            facts_read(k->a, row_str(&r, 3)));
}

/* Any post will do. */
static void put_everybody(struct pool *pool)
{
    const struct pack *p = pool->k->d->pack;

    for (int i = 0; i < p->roles; i++)
        put_holders(pool, p->role[i].name);
}

static void put_units(struct pool *pool, const struct bond_side *s)
{
    const struct units *us = pool->k->d->units;

    for (size_t i = 0; i < units_count(us); i++) {
        const struct unit *u = units_at(us, i);

        if (path_holds(pool->root->path, u->path) && str_among(u->kind, s->kind, s->kinds))
            put(pool, (struct party){.unit_id = u->id}, u->name, u->id, u->facts);
    }
}

static bool kind_fits(const struct bond_side *s, struct str kind)
{
    return !s->roll_kinds || str_among(kind, s->roll_kind, s->roll_kinds);
}

static void put_entries(struct pool *pool, const struct bond_side *s)
{
    struct desk *k = pool->k;
    struct rows r =
        db_query(k->db, k->a, candidate_entries, ARG(k->d->code), ARG(pool->root->path),
                 ARG(path_end(k->a, pool->root->path)), ARG(s->roll), ARG(CANDIDATES_MAX));

    while (rows_next(&r)) {
        struct party p = {.entry_id = row_int(&r, 0), .person_id = row_int(&r, 1)};

        if (kind_fits(s, row_str(&r, 4)))
            put(pool, p, S(""), row_int(&r, 2), facts_read(k->a, row_str(&r, 3)));
    }
    for (int i = 0; i < pool->n; i++)
        pool->one[i].name = party_name(k, &pool->one[i].party);
}

/* How many bonds of the kind each has. */
static void put_loads(struct pool *pool)
{
    struct desk *k = pool->k;
    const struct unit *all = unit_root(k->d->units);
    struct rows r = db_query(k->db, k->a, bonds_held, ARG(k->d->code), ARG(all->path),
                             ARG(path_end(k->a, all->path)), ARG(pool->def->name));

    while (rows_next(&r)) {
        struct party p = {row_int(&r, 3 * pool->side), row_int(&r, 3 * pool->side + 1),
                          row_int(&r, 3 * pool->side + 2)};

        for (int i = 0; i < pool->n; i++)
            pool->one[i].match.load += key_of(&pool->one[i].party) == key_of(&p);
    }
}

struct candidate *bond_candidates(struct desk *k, const struct bond_kind *def, int side,
                                  const struct unit *root, int *n)
{
    const struct bond_side *s = &def->side[side];
    struct pool pool = {k, def, root, side, NEW_ARRAY(k->a, struct candidate, CANDIDATES_MAX), 0};

    switch (s->of) {
    case SIDE_PERSON:
        for (int i = 0; i < s->roles; i++)
            put_holders(&pool, s->role[i]);
        if (!s->roles)
            put_everybody(&pool);
        break;
    case SIDE_UNIT: put_units(&pool, s); break;
    case SIDE_ENTRY: put_entries(&pool, s); break;
    }
    put_loads(&pool);
    *n = pool.n;
    return pool.one;
}

static const struct candidate *found(const struct candidate *c, int n, int64_t id)
{
    for (int i = 0; i < n; i++) {
        if (c[i].match.id == id)
            return &c[i];
    }
    return NULL;
}

static void put_proposal(struct desk *k, const struct match *m, const struct candidate *c,
                         struct val *list)
{
    struct val *v = add_map(list);
    struct buf b = {.arena = k->a};

    for (int i = 0; i < m->answers; i++) {
        buf_put(&b, i ? S(", ") : S(""));
        buf_put(&b, m->answered[i]);
    }
    set_int(v, "id", m->id);
    set_str(v, "name", c->name);
    set_str(v, "unit", c->unit);
    set_str(v, "answered", buf_str(&b));
    set_bool(v, "near", m->near);
    set_int(v, "load", m->load);
    set_int(v, "most", c->match.most);
}

bool bond_proposals(struct desk *k, const struct bond_kind *def, const struct unit *root,
                    int64_t id, struct val *list)
{
    int n, m, of = def->match.of;
    const struct candidate *seeker, *all = bond_candidates(k, def, of, root, &n);
    struct match_party *party;
    struct match best[PROPOSALS + 1];

    seeker = def->match.given ? found(all, n, id) : NULL;
    if (!seeker)
        return false;
    all = bond_candidates(k, def, 1 - of, root, &n);
    party = NEW_ARRAY(k->a, struct match_party, (size_t)n + 1);
    for (int i = 0; i < n; i++)
        party[i] = all[i].match;
    m = match_best(&seeker->match, party, n, best, PROPOSALS);
    for (int i = 0; i < m; i++)
        put_proposal(k, &best[i], found(all, n, best[i].id), list);
    return true;
}
