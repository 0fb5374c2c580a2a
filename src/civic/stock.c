#include "civic/stock.h"

#include "civic/bond_figure.h"
#include "civic/booth_figure.h"
#include "civic/duty_figure.h"
#include "civic/person.h"
#include "civic/roll.h"
#include "civic/service.h"
#include "pack/stock.h"

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

struct stock {
    struct desk *k;
    const struct figure *f;
    const struct unit *u;
    struct stock_span span;
    struct stock_thing *thing;
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
    return (struct stock){
        .k = k, .f = f, .u = u, .span = stock_span(f, p->from_ms, p->to_ms, k->now)};
}

static void add(struct stock *s, const struct stock_thing *it)
{
    if (s->n == s->room) {
        struct stock_thing *more =
            NEW_ARRAY(s->k->a, struct stock_thing, s->room = s->room ? s->room * 2 : 64);

        if (s->n)
            memcpy(more, s->thing, s->n * sizeof(*more));
        s->thing = more;
    }
    s->thing[s->n++] = *it;
}

/* ---- posts -------------------------------------------------------------- */

static bool fits(const struct stock *s, const struct stock_thing *it)
{
    return stock_holds(s->k->a, s->f, it);
}

static void posts_of_role(struct stock *s, const struct role *role,
                          bool (*fit)(const struct stock *s, const struct stock_thing *it))
{
    const struct posts *all = s->k->d->posts;

    for (const struct post *p = first_post(all, role, s->u);
         p < all->post + all->n && p->role == role && path_holds(s->u->path, p->unit->path); p++) {
        struct stock_thing it = {.id = p->id,
                                 .unit = p->unit->id,
                                 .person = p->person,
                                 .from_at = p->from_at,
                                 .born = p->born,
                                 .unit_kind = p->unit->kind,
                                 .path = p->unit->path,
                                 .role = role,
                                 .facts = p->facts};

        if (!stock_post_held(&s->span, p->from_at, p->to_at) || !fit(s, &it) ||
            (s->met && s->met[p->who]))
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
        if (stock_allows(s->f, "role", p->role[i].name))
            posts_of_role(s, &p->role[i], fits);
    }
}

/* Whoever holds several of these posts is one of them. */
static void collect_people(struct stock *s)
{
    s->met = NEW_ARRAY(s->k->a, bool, s->k->d->posts->people + 1);
    collect_posts(s);
}

/* ---- units -------------------------------------------------------------- */

static bool any_post(const struct stock *s, const struct stock_thing *it)
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

    out.span.from = 0;
    out.span.held = out.span.upto - 1;
    out.thing = NULL;
    out.n = out.room = 0;
    for (int i = 0; i < p->roles; i++) {
        if (condition_names(c, p->role[i].name))
            posts_of_role(&out, &p->role[i], any_post);
    }
    return out;
}

static void collect_units(struct stock *s)
{
    const struct units *us = s->k->d->units;

    for (size_t i = 0; i < units_count(us); i++) {
        const struct unit *u = units_at(us, i);
        struct stock_thing it = {.id = u->id,
                                 .unit = u->id,
                                 .from_at = u->from_at,
                                 .unit_kind = u->kind,
                                 .path = u->path,
                                 .facts = u->facts};

        if (path_holds(s->u->path, u->path) && stock_began(&s->span, u->from_at) && fits(s, &it))
            add(s, &it);
    }
    for (int i = 0; i < s->f->wheres; i++) {
        const struct condition *has = &s->f->where[i];
        struct stock of;

        if (!str_eq(has->fact, S("has")))
            continue;
        of = holders(s, has);
        s->n = stock_having(has, s->thing, s->n, of.thing, of.n);
    }
}

/* ---- entries of rolls ----------------------------------------------------- */

static void entries_of_roll(struct stock *s, const struct roll *roll)
{
    struct desk *k = s->k;
    struct rows r = db_query(k->db, k->a, stock_entries, ARG(k->d->code), ARG(s->u->path),
                             ARG(path_end(k->a, s->u->path)), ARG(roll->name), ARG(s->span.upto),
                             ARG(s->span.held));

    while (rows_next(&r)) {
        const struct stock_entry when = {
            .from_at = row_int(&r, 6), .active_at = row_int(&r, 7), .review_at = row_int(&r, 8)};
        const struct unit *u = unit_by_id(k->d->units, row_int(&r, 1));
        struct stock_thing it = {.id = row_int(&r, 0),
                                 .unit = row_int(&r, 1),
                                 .born = row_int(&r, 4),
                                 .roll = roll,
                                 .kind = row_str(&r, 2),
                                 .state = row_str(&r, 3),
                                 .facts = facts_read(k->a, row_str(&r, 5))};

        if (!u || !stock_entry_counts(s->f, &s->span, &when, &it.from_at))
            continue;
        it.unit_kind = u->kind;
        it.path = u->path;
        if (fits(s, &it))
            add(s, &it);
    }
}

static void collect_entries(struct stock *s)
{
    const struct pack *p = s->k->d->pack;

    for (int i = 0; i < p->rolls; i++) {
        if (stock_allows(s->f, "roll", p->roll[i].name))
            entries_of_roll(s, &p->roll[i]);
    }
}

/* ---- reading ------------------------------------------------------------ */

static const struct {
    const char *noun;
    void (*collect)(struct stock *s);
} nouns[] = {{"units", collect_units},
             {"posts", collect_posts},
             {"people", collect_people},
             {"entries", collect_entries}};

/* Nouns that are counted out of their own tables. */
static const struct elsewhere {
    const char *noun;
    int64_t (*count)(struct desk *k, const struct figure *f, const struct unit *u,
                     const struct period *p);
    void (*records)(struct desk *k, const struct figure *f, struct figure_query *ask,
                    struct val *rows);
} elsewheres[] = {{"duties", duties_count, duties_records},
                  {"bonds", bonds_count, bonds_records},
                  {"service", service_count, service_records},
                  {"booths", booths_count, booths_records}};

static const struct elsewhere *elsewhere(const struct figure *f)
{
    for (size_t i = 0; i < COUNT(elsewheres); i++) {
        if (str_eq(f->noun, str_of(elsewheres[i].noun)))
            return &elsewheres[i];
    }
    return NULL;
}

static void collect(struct stock *s)
{
    for (size_t i = 0; i < COUNT(nouns); i++) {
        if (str_eq(s->f->noun, str_of(nouns[i].noun)))
            nouns[i].collect(s);
    }
    if (s->f->distinct.n)
        s->n = stock_distinct(s->k->a, s->f->distinct, s->thing, s->n);
}

int64_t stock_count(struct desk *k, const struct figure *f, const struct unit *u,
                    const struct period *p)
{
    const struct elsewhere *other = elsewhere(f);
    struct stock s;

    if (other)
        return other->count(k, f, u, p);
    s = stock_of(k, f, u, p);
    collect(&s);
    return stock_total(f, s.thing, s.n);
}

static struct str person_name(struct desk *k, int64_t id)
{
    struct rows r = db_query(k->db, k->a, stock_person, ARG(k->d->code), ARG(id));
    struct str name = rows_next(&r) ? row_str(&r, 0) : S("");

    rows_end(&r);
    return name;
}

static void put_thing(struct desk *k, const struct figure *f, const struct stock_thing *it,
                      struct val *row)
{
    const struct unit *u = unit_by_id(k->d->units, it->unit);
    const struct unit *up = unit_by_id(k->d->units, u->parent_id);
    const struct unit_kind *kind = pack_unit_kind(k->d->pack, it->unit_kind);
    const struct title *title = it->role ? &it->role->title : kind ? &kind->title : NULL;
    bool is_unit = !it->role && !it->roll;

    if (it->roll) {
        const struct roll_kind *of = roll_kind_find(it->roll, it->kind);

        title = of ? &of->title : &it->roll->title;
    }
    set_int(row, "id", it->id);
    set_str(row, "number", u->code);
    set_str(row, "title",
            it->roll   ? desk_title(k, &it->roll->title)
            : it->role ? person_name(k, it->person)
                       : u->name);
    set_str(row, "step_title", title ? desk_title(k, title) : S(""));
    set_str(row, "unit", !is_unit ? u->name : up ? up->name : S(""));
    set_int(row, "unit_id", u->id);
    set_str(row, "opened_at", when_minute(k->a, it->from_at));
    facts_view(k,
               it->roll   ? roll_facts(k->a, it->roll, it->kind)
               : it->role ? post_asks(it->role)
                          : unit_asks(k, it->unit_kind),
               it->facts, set_list(row, "facts"));
    if (f->kind == FIGURE_SUM)
        set_int(row, "value", facts_number(it->facts, f->sum));
}

/* A sum is not made of those that add nothing. */
static bool counts(const struct figure *f, const struct stock_thing *it)
{
    return f->kind == FIGURE_COUNT || facts_number(it->facts, f->sum) != 0;
}

void stock_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                   struct val *rows)
{
    const struct elsewhere *other = elsewhere(f);
    struct figure_page page = figure_page_of(ask, rows);
    struct stock s;

    if (other) {
        other->records(k, f, ask, rows);
        return;
    }
    s = stock_of(k, f, ask->u, ask->p);
    collect(&s);
    for (size_t i = 0; i < s.n && !figure_page_full(&page); i++) {
        struct val *row = counts(f, &s.thing[i]) ? figure_page_next(&page) : NULL;

        if (row)
            put_thing(k, f, &s.thing[i], row);
    }
    figure_page_end(&page, ask);
}
