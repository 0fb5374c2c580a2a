#include "civic/stock.h"

#include "civic/bond_figure.h"
#include "civic/duty_figure.h"
#include "civic/person.h"
#include "civic/roll.h"

#include <stdlib.h>
#include <string.h>

STMT(stock_posts,
     "SELECT p.id, p.person_id, p.unit_id, p.from_at, p.to_at, p.role, p.facts, n.born "
     "FROM post p JOIN person n ON n.district = $1 AND n.id = p.person_id WHERE "
     "p.district = $1 ORDER BY p.id");
STMT(stock_entries,
     "SELECT id, unit_id, kind, state, born, fields, from_at, active_at, review_at FROM roll_entry "
     "WHERE district = $1 AND roll = $4 AND unit_path >= $2 AND unit_path < $3 AND from_at < $5 "
     "AND (to_at = 0 OR to_at > $6) ORDER BY unit_path, id");
STMT(stock_person, "SELECT name FROM person WHERE district = $1 AND id = $2");

struct thing { /* a unit, a post in it, or an entry of a roll of it */
    const struct unit *unit;
    const struct role *role; /* NULL: no post */
    const struct roll *roll; /* NULL: no entry */
    int64_t id, person, from_at, born;
    struct str kind, state;
    const struct val *facts;
};

struct stock {
    struct desk *k;
    const struct figure *f;
    const struct unit *u;
    int64_t from, upto, held; /* began from … before …, and still held at `held` */
    struct thing *thing;
    size_t n, room;
    bool *met; /* of people: by post.who; NULL: each post counts */
};

/* ---- in memory ------------------------------------------------------------ */

struct post {
    int64_t id, person, from_at, to_at;
    const struct unit *unit;
    const struct role *role;
    const struct val *facts;
    int64_t born; /* the year; 0: not known */
    size_t who;   /* people are numbered from 0 */
};

struct posts {
    struct post *post; /* by role, path of the unit, id */
    size_t n, people;
};

static int by_person(const void *a, const void *b)
{
    const struct post *x = a, *y = b;

    return (x->person > y->person) - (x->person < y->person);
}

static int compare_str(struct str a, struct str b)
{
    int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int by_place(const void *a, const void *b)
{
    const struct post *x = a, *y = b;
    int c;

    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    c = compare_str(x->unit->path, y->unit->path);
    return c ? c : (x->id > y->id) - (x->id < y->id);
}

static void read_post(struct arena *a, const struct district *d, const struct rows *r,
                      struct post *out)
{
    *out = (struct post){.id = row_int(r, 0),
                         .person = row_int(r, 1),
                         .unit = unit_by_id(d->units, row_int(r, 2)),
                         .from_at = row_int(r, 3),
                         .to_at = row_int(r, 4),
                         .role = pack_role(d->pack, row_str(r, 5)),
                         .facts = facts_read(a, row_str(r, 6)),
                         .born = row_int(r, 7)};
}

static void number_people(struct posts *all)
{
    qsort(all->post, all->n, sizeof(*all->post), by_person);
    for (size_t i = 0; i < all->n; i++) {
        all->people += !i || all->post[i].person != all->post[i - 1].person;
        all->post[i].who = all->people - 1;
    }
}

const struct posts *posts_load(struct db *db, struct arena *a, const struct district *d)
{
    struct posts *all = NEW(a, struct posts);
    struct rows r = db_query(db, a, stock_posts, ARG(d->code));
    size_t room = 0;

    while (rows_next(&r)) {
        if (all->n == room) {
            struct post *more = NEW_ARRAY(a, struct post, room = room ? room * 2 : 512);

            if (all->n)
                memcpy(more, all->post, all->n * sizeof(*more));
            all->post = more;
        }
        read_post(a, d, &r, &all->post[all->n]);
        all->n += all->post[all->n].unit && all->post[all->n].role;
    }
    if (all->n) {
        number_people(all);
        qsort(all->post, all->n, sizeof(*all->post), by_place);
    }
    return all;
}

/* The first of this role at or after this path. */
static const struct post *first_post(const struct posts *all, const struct role *role,
                                     const struct unit *at)
{
    struct post key = {.role = role, .unit = at, .id = INT64_MIN};
    size_t low = 0, high = all->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (by_place(&all->post[mid], &key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return all->post + low;
}

/* ---- collecting ----------------------------------------------------------- */

static struct stock stock_of(struct desk *k, const struct figure *f, const struct unit *u,
                             const struct period *p)
{
    int64_t end = p->to_ms <= k->now ? p->to_ms : k->now + 1;

    struct civil since = {.year = f->since, .month = 1, .day = 1};

    if (f->at == FIGURE_AT_BEGAN)
        return (struct stock){
            k, f, u, f->since ? civil_ms(&since) : p->from_ms, p->to_ms, 0, NULL, 0, 0, NULL};
    return (struct stock){k, f, u, 0, end, end - 1, NULL, 0, 0, NULL};
}

static void add(struct stock *s, const struct thing *it)
{
    if (s->n == s->room) {
        struct thing *more = NEW_ARRAY(s->k->a, struct thing, s->room = s->room ? s->room * 2 : 64);

        if (s->n)
            memcpy(more, s->thing, s->n * sizeof(*more));
        s->thing = more;
    }
    s->thing[s->n++] = *it;
}

/* Every condition of this fact; true if there is none. */
static bool allows(const struct figure *f, const char *fact, struct str word)
{
    for (int i = 0; i < f->wheres; i++) {
        if (str_eq(f->where[i].fact, str_of(fact)) &&
            condition_names(&f->where[i], word) == f->where[i].not )
            return false;
    }
    return true;
}

static struct str number_of(struct arena *a, int64_t n)
{
    return str_format(a, "%lld", (long long)n);
}

/* "" where it is not known. An age is that in the year in which the post or entry began. */
static struct str fact_of(struct arena *a, const struct thing *it, struct str fact)
{
    if (str_eq(fact, S("unit_kind")))
        return it->unit->kind;
    if (str_eq(fact, S("kind")))
        return it->roll ? it->kind : it->unit->kind;
    if (str_eq(fact, S("role")))
        return it->role ? it->role->name : S("");
    if (str_eq(fact, S("roll")))
        return it->roll ? it->roll->name : S("");
    if (str_eq(fact, S("state")))
        return it->state;
    if (str_eq(fact, S("born")))
        return it->born ? number_of(a, it->born) : S("");
    if (str_eq(fact, S("age")))
        return it->born ? number_of(a, civil_of(it->from_at).year - it->born) : S("");
    return facts_word(a, it->facts, fact);
}

static bool in_range(const struct condition *c, struct str word)
{
    int64_t n;

    for (int i = 0; i < c->ofs && str_int(word, &n); i++) {
        if (n >= c->range[i].from && n <= c->range[i].to)
            return true;
    }
    return false;
}

/* All conditions but `has`, which is not of the thing itself. */
static bool holds(const struct stock *s, const struct thing *it)
{
    for (int i = 0; i < s->f->wheres; i++) {
        const struct condition *c = &s->f->where[i];
        struct str word;

        if (str_eq(c->fact, S("has")))
            continue;
        word = fact_of(s->k->a, it, c->fact);
        if ((c->range ? in_range(c, word) : condition_names(c, word)) == c->not )
            return false;
    }
    return true;
}

/* ---- posts -------------------------------------------------------------- */

static bool held_then(const struct stock *s, const struct post *p)
{
    return p->from_at >= s->from && p->from_at < s->upto && (!p->to_at || p->to_at > s->held);
}

static void posts_of_role(struct stock *s, const struct role *role,
                          bool (*fits)(const struct stock *s, const struct thing *it))
{
    const struct posts *all = s->k->d->posts;

    for (const struct post *p = first_post(all, role, s->u);
         p < all->post + all->n && p->role == role && path_holds(s->u->path, p->unit->path); p++) {
        struct thing it = {.unit = p->unit,
                           .role = role,
                           .id = p->id,
                           .person = p->person,
                           .from_at = p->from_at,
                           .born = p->born,
                           .facts = p->facts};

        if (!held_then(s, p) || !fits(s, &it) || (s->met && s->met[p->who]))
            continue;
        if (s->met)
            s->met[p->who] = true;
        add(s, &it);
    }
}

static void collect_posts(struct stock *s)
{
    const struct pack *p = s->k->d->pack;

    for (int i = 0; i < p->roles; i++) {
        if (allows(s->f, "role", p->role[i].name))
            posts_of_role(s, &p->role[i], holds);
    }
}

/* Whoever holds several of these posts is one of them. */
static void collect_people(struct stock *s)
{
    s->met = NEW_ARRAY(s->k->a, bool, s->k->d->posts->people + 1);
    collect_posts(s);
}

/* ---- units -------------------------------------------------------------- */

static bool any_post(const struct stock *s, const struct thing *it)
{
    (void)s;
    (void)it;
    return true;
}

/* Who holds such a post below u at the end of the period. */
static struct stock holders(const struct stock *s, const struct condition *c)
{
    const struct pack *p = s->k->d->pack;
    struct stock out = *s;

    out.from = 0;
    out.held = out.upto - 1;
    out.thing = NULL;
    out.n = out.room = 0;
    for (int i = 0; i < p->roles; i++) {
        if (condition_names(c, p->role[i].name))
            posts_of_role(&out, &p->role[i], any_post);
    }
    return out;
}

static bool has_one(const struct stock *of, const struct unit *u)
{
    for (size_t i = 0; i < of->n; i++) {
        if (path_holds(u->path, of->thing[i].unit->path))
            return true;
    }
    return false;
}

/* Leaves those that have, or have not, somebody in such a post, themselves or below. */
static void keep_having(struct stock *s, const struct condition *c)
{
    struct stock of = holders(s, c);
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++) {
        if (has_one(&of, s->thing[i].unit) != c->not )
            s->thing[n++] = s->thing[i];
    }
    s->n = n;
}

static void collect_units(struct stock *s)
{
    const struct units *us = s->k->d->units;

    for (size_t i = 0; i < units_count(us); i++) {
        const struct unit *u = units_at(us, i);

        struct thing it = {.unit = u, .id = u->id, .from_at = u->from_at, .facts = u->facts};

        if (path_holds(s->u->path, u->path) && u->from_at >= s->from && u->from_at < s->upto &&
            holds(s, &it))
            add(s, &it);
    }
    for (int i = 0; i < s->f->wheres; i++) {
        if (str_eq(s->f->where[i].fact, S("has")))
            keep_having(s, &s->f->where[i]);
    }
}

/* ---- entries of rolls ----------------------------------------------------- */

static bool asks_state(const struct figure *f)
{
    for (int i = 0; i < f->wheres; i++) {
        if (str_eq(f->where[i].fact, S("state")))
            return true;
    }
    return false;
}

/* Those that are active, and were confirmed in time; of figures that ask for a state, all. */
static void entries_of_roll(struct stock *s, const struct roll *roll)
{
    bool all = asks_state(s->f);
    struct desk *k = s->k;
    struct rows r =
        db_query(k->db, k->a, stock_entries, ARG(k->d->code), ARG(s->u->path),
                 ARG(path_end(k->a, s->u->path)), ARG(roll->name), ARG(s->upto), ARG(s->held));

    while (rows_next(&r)) {
        int64_t active = row_int(&r, 7), review = row_int(&r, 8);
        struct thing it = {.unit = unit_by_id(k->d->units, row_int(&r, 1)),
                           .roll = roll,
                           .id = row_int(&r, 0),
                           .kind = row_str(&r, 2),
                           .state = row_str(&r, 3),
                           .born = row_int(&r, 4),
                           .facts = facts_read(k->a, row_str(&r, 5)),
                           .from_at = all ? row_int(&r, 6) : active};

        if (!all && (!active || (review && s->held && review <= s->held)))
            continue;
        if (it.unit && it.from_at >= s->from && it.from_at < s->upto && holds(s, &it))
            add(s, &it);
    }
}

static void collect_entries(struct stock *s)
{
    const struct pack *p = s->k->d->pack;

    for (int i = 0; i < p->rolls; i++) {
        if (allows(s->f, "roll", p->roll[i].name))
            entries_of_roll(s, &p->roll[i]);
    }
}

/* ---- reading ------------------------------------------------------------ */

/* Leaves one of each value; what is not known is none. */
static void keep_distinct(struct stock *s)
{
    struct str *seen = NEW_ARRAY(s->k->a, struct str, s->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++) {
        struct str word = fact_of(s->k->a, &s->thing[i], s->f->distinct);
        bool is_new = word.n > 0;

        for (size_t j = 0; j < n && is_new; j++)
            is_new = !str_eq(seen[j], word);
        if (is_new) {
            seen[n] = word;
            s->thing[n++] = s->thing[i];
        }
    }
    s->n = n;
}

static const struct {
    const char *noun;
    void (*collect)(struct stock *s);
} nouns[] = {{"units", collect_units},
             {"posts", collect_posts},
             {"people", collect_people},
             {"entries", collect_entries}};

static void collect(struct stock *s)
{
    for (size_t i = 0; i < COUNT(nouns); i++) {
        if (str_eq(s->f->noun, str_of(nouns[i].noun)))
            nouns[i].collect(s);
    }
    if (s->f->distinct.n)
        keep_distinct(s);
}

int64_t stock_count(struct desk *k, const struct figure *f, const struct unit *u,
                    const struct period *p)
{
    struct stock s = stock_of(k, f, u, p);
    int64_t sum = 0;

    if (str_eq(f->noun, S("duties")))
        return duties_count(k, f, u, p);
    if (str_eq(f->noun, S("bonds")))
        return bonds_count(k, f, u, p);
    collect(&s);
    if (f->kind == FIGURE_COUNT)
        return (int64_t)s.n;
    for (size_t i = 0; i < s.n; i++)
        sum += facts_number(s.thing[i].facts, f->sum);
    return sum;
}

static struct str person_name(struct desk *k, int64_t id)
{
    struct rows r = db_query(k->db, k->a, stock_person, ARG(k->d->code), ARG(id));
    struct str name = rows_next(&r) ? row_str(&r, 0) : S("");

    rows_end(&r);
    return name;
}

static void put_thing(struct desk *k, const struct figure *f, const struct thing *it,
                      struct val *row)
{
    const struct unit *up = unit_by_id(k->d->units, it->unit->parent_id);
    const struct unit_kind *kind = pack_unit_kind(k->d->pack, it->unit->kind);
    const struct title *title = it->role ? &it->role->title : kind ? &kind->title : NULL;
    bool is_unit = !it->role && !it->roll;

    if (it->roll) {
        const struct roll_kind *of = roll_kind_find(it->roll, it->kind);

        title = of ? &of->title : &it->roll->title;
    }
    set_int(row, "id", it->id);
    set_str(row, "number", it->unit->code);
    set_str(row, "title",
            it->roll   ? desk_title(k, &it->roll->title)
            : it->role ? person_name(k, it->person)
                       : it->unit->name);
    set_str(row, "step_title", title ? desk_title(k, title) : S(""));
    set_str(row, "unit", !is_unit ? it->unit->name : up ? up->name : S(""));
    set_int(row, "unit_id", it->unit->id);
    set_str(row, "opened_at", when_minute(k->a, it->from_at));
    facts_view(k,
               it->roll   ? roll_facts(k, it->roll, it->kind)
               : it->role ? post_asks(it->role)
                          : unit_asks(k, it->unit->kind),
               it->facts, set_list(row, "facts"));
    if (f->kind == FIGURE_SUM)
        set_int(row, "value", facts_number(it->facts, f->sum));
}

/* A sum is not made of those that add nothing. */
static bool counts(const struct figure *f, const struct thing *it)
{
    return f->kind == FIGURE_COUNT || facts_number(it->facts, f->sum) != 0;
}

void stock_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                   struct val *rows)
{
    struct stock s = stock_of(k, f, ask->u, ask->p);
    int64_t most = ask->most ? ask->most : LIST_ROWS, seen = 0, from = ask->before;

    if (str_eq(f->noun, S("duties"))) {
        duties_records(k, f, ask, rows);
        return;
    }
    if (str_eq(f->noun, S("bonds"))) {
        bonds_records(k, f, ask, rows);
        return;
    }
    collect(&s);
    ask->before = ask->before_at = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!counts(f, &s.thing[i]) || seen++ < from)
            continue;
        if (seen > from + most) {
            ask->before = from + most;
            return;
        }
        put_thing(k, f, &s.thing[i], add_map(rows));
    }
}
