/* Who takes part in a contest: entered and named while it is a draft. */
#include "civic/contest.h"
#include "civic/motion.h"

#include "base/utf8.h"
#include "civic/person.h"

#define NAME_MAX  100
#define TITLE_MAX 100

STMT(entrant_insert, "INSERT INTO entrant (district, gathering_id, n, title, matter_id) VALUES "
                     "($1, $2, $3, $4, $5)");
STMT(entrant_twice, "SELECT s.n FROM seat s LEFT JOIN entrant e ON e.district = $1 AND "
                    "e.gathering_id = $2 AND e.n = s.n WHERE s.district = $1 AND s.gathering_id = "
                    "$2 AND ((s.person_id = $3 AND s.person_id > 0) OR (e.matter_id = $4 AND "
                    "e.matter_id > 0) OR (s.part = 'contestant' AND s.person_id = 0 AND "
                    "e.matter_id = 0 AND s.name = $5 AND s.unit_id = $6)) LIMIT 1");
STMT(
    contest_holders,
    "SELECT p.person_id, n.name, u.id, u.name FROM unit u JOIN post p ON p.district = $1 AND "
    "p.unit_id = u.id AND p.role = $4 AND p.from_at <= $5 AND (p.to_at = 0 OR p.to_at > $5) JOIN "
    "person n ON n.district = $1 AND n.id = p.person_id WHERE u.district = $1 AND u.path >= $2 AND "
    "u.path < $3 AND u.kind = $6 AND NOT EXISTS (SELECT 1 FROM seat s WHERE s.district = $1 AND "
    "s.gathering_id = $7 AND s.person_id = p.person_id AND s.person_id > 0) ORDER BY u.path, "
    "n.name LIMIT 500");

static bool draft_take(struct desk *k, int64_t gathering, struct gathering *g, struct err *e)
{
    if (!contest_load(k, gathering, NULL, g, e) || !gathering_take(k, gathering, 0, "", g, e))
        return false;
    return gathering_in(g, "draft") ||
           refuse(e, ERR_CONFLICT, NULL,
                  "Who takes part was settled with the notice and cannot be changed any more.");
}

/* Name and unit of a person: of their post within the gathering's unit, or of their first. */
static bool person_of(struct desk *k, const struct gathering *g, int64_t person, struct seat *s,
                      struct err *e)
{
    struct actor who;
    int64_t within = 0;

    actor_load(k, person, &who);
    if (!who.name.n)
        return refuse(e, ERR_INVALID, "person", "Choose a person.");
    for (size_t i = 0; i < who.posts && !within; i++) {
        if (path_holds(g->unit_path, who.post[i].path))
            within = who.post[i].unit;
    }
    s->person_id = person;
    s->name = who.name;
    if (!s->unit_id)
        s->unit_id = within ? within : who.posts ? who.post[0].unit : 0;
    return true;
}

static bool is_new(struct desk *k, const struct gathering *g, const struct seat *s,
                   int64_t matter_id, struct err *e)
{
    struct rows r = db_query(k->db, k->a, entrant_twice, ARG(k->d->code), ARG(g->id),
                             ARG(s->person_id), ARG(matter_id), ARG(s->name), ARG(s->unit_id));
    bool there = rows_next(&r);

    rows_end(&r);
    return !there || refuse(e, ERR_CONFLICT, NULL, "%.*s takes part in this contest already.",
                            STR_ARG(s->name));
}

static void record_seat(struct desk *k, struct gathering *g, struct str kind, const struct seat *s,
                        const struct entering *entry)
{
    struct val *c = val_map(k->a);

    set_int(c, "n", s->n);
    set_str(c, "name", s->name);
    set_int(c, "person", s->person_id);
    set_int(c, "unit", s->unit_id);
    if (entry) {
        set_str(c, "title", str_trim(entry->title));
        set_int(c, "matter", entry->matter_id);
    }
    gathering_save(k, g, kind, c);
}

static bool entry_seat(struct desk *k, const struct gathering *g, const struct entering *entry,
                       struct seat *s, struct err *e)
{
    const struct unit *u = unit_by_id(k->d->units, entry->unit_id);
    struct matter *m = NEW(k->a, struct matter);

    *s = (struct seat){.gathering_id = g->id, .part = S("contestant")};
    if (entry->unit_id && !u)
        return refuse(e, ERR_INVALID, "unit", "There is no such unit.");
    s->unit_id = entry->unit_id;
    if (entry->person_id && !person_of(k, g, entry->person_id, s, e))
        return false;
    if (str_trim(entry->name).n)
        s->name = str_trim(entry->name);
    else if (!s->name.n && u)
        s->name = u->name;
    else if (!s->name.n && entry->matter_id && matter_load(k, entry->matter_id, m, e))
        s->name = utf8_cut(m->title, NAME_MAX);
    if (!s->name.n)
        return refuse(e, ERR_INVALID, "name", "Please say who competes.");
    if (utf8_count(s->name) > NAME_MAX)
        return refuse(e, ERR_INVALID, "name", "The name may have at most %d characters.", NAME_MAX);
    return utf8_count(str_trim(entry->title)) <= TITLE_MAX ||
           refuse(e, ERR_INVALID, "title", "The title may have at most %d characters.", TITLE_MAX);
}

/* The units in which a body's posts are held: `every` reaches below `top`. */
static bool body_range(struct desk *k, const struct gathering *g, const struct body *b,
                       const struct unit *top, struct str range[2])
{
    const struct unit *u = unit_by_id(k->d->units, g->unit_id);

    u = b->every ? top : u ? unit_own(k->d->units, u, b->kind) : NULL;
    if (!u)
        return false;
    range[0] = u->path;
    range[1] = b->every ? path_end(k->a, u->path) : str_format(k->a, "%.*s ", STR_ARG(u->path));
    return true;
}

static bool post_is(struct desk *k, const struct gathering *g, const struct body *b,
                    const struct unit *top, const struct holding *post)
{
    const struct unit *u = unit_by_id(k->d->units, post->unit);
    struct str range[2];

    if (!u || !str_eq(b->role, post->role) || !str_eq(b->kind, u->kind) ||
        !body_range(k, g, b, top, range))
        return false;
    return b->every ? path_holds(range[0], u->path) : str_eq(range[0], u->path);
}

struct named { /* by which bodies, and how far `every` reaches */
    const struct body *body;
    int bodies;
    const struct unit *top;
};

static struct named judges_of(struct desk *k, const struct gathering *g)
{
    const struct contest *c = g->def->contest;

    return (struct named){c->judge, c->judges, unit_root(k->d->units)};
}

static struct named entrants_of(struct desk *k, const struct gathering *g)
{
    const struct contest *c = g->def->contest;

    return (struct named){c->entrant, c->entrants, unit_by_id(k->d->units, g->unit_id)};
}

static bool is_named(struct desk *k, const struct gathering *g, const struct named *by,
                     int64_t person)
{
    struct actor who;
    bool is = false;

    actor_load(k, person, &who);
    for (size_t i = 0; i < who.posts; i++) {
        for (int b = 0; b < by->bodies; b++)
            is = is || post_is(k, g, &by->body[b], by->top, &who.post[i]);
    }
    return is;
}

static void holders(struct desk *k, const struct gathering *g, const struct named *by,
                    struct val *list)
{
    for (int i = 0; i < by->bodies; i++) {
        const struct body *b = &by->body[i];
        struct str range[2];
        struct rows r;

        if (!body_range(k, g, b, by->top, range))
            continue;
        r = db_query(k->db, k->a, contest_holders, ARG(k->d->code), ARG(range[0]), ARG(range[1]),
                     ARG(b->role), ARG(k->now), ARG(b->kind), ARG(g->id));
        while (rows_next(&r)) {
            struct val *v = add_map(list);

            set_int(v, "person", row_int(&r, 0));
            set_str(v, "name", row_str(&r, 1));
            set_int(v, "unit_id", row_int(&r, 2));
            set_str(v, "unit", row_str(&r, 3));
        }
    }
}

void contest_may_judge(struct desk *k, const struct gathering *g, struct val *list)
{
    struct named by = judges_of(k, g);

    holders(k, g, &by, list);
}

void contest_may_compete(struct desk *k, const struct gathering *g, struct val *list)
{
    struct named by = entrants_of(k, g);

    holders(k, g, &by, list);
}

static bool may_judge(struct desk *k, const struct gathering *g, int64_t person, struct err *e)
{
    struct named by = judges_of(k, g);

    return is_named(k, g, &by, person) ||
           refuse(e, ERR_INVALID, "person", "This person holds no post that may judge here.");
}

static bool may_compete(struct desk *k, const struct gathering *g, const struct entering *entry,
                        struct err *e)
{
    struct named by = entrants_of(k, g);
    struct matter *m = NEW(k->a, struct matter);

    if (entry->matter_id) {
        if (!matter_load(k, entry->matter_id, m, e))
            return false;
        return (matter_visible(k, m) && motion_step(k, m, g, false)) ||
               refuse(e, ERR_CONFLICT, "matter", "This gathering does not decide that matter now.");
    }
    return !by.bodies || is_named(k, g, &by, entry->person_id) ||
           refuse(e, ERR_INVALID, "person", "This person holds no post that may compete here.");
}

bool contest_enter(struct desk *k, int64_t gathering, const struct entering *entry, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct seat s;

    if (!draft_take(k, gathering, g, e) || !entry_seat(k, g, entry, &s, e) ||
        !may_compete(k, g, entry, e) || !is_new(k, g, &s, entry->matter_id, e))
        return false;
    s.n = seat_put(k, g, &s);
    if (s.n > ENTRANTS_MAX)
        return refuse(e, ERR_INVALID, NULL, "A contest takes at most %d people.", ENTRANTS_MAX);
    db_run(k->db, entrant_insert, ARG(k->d->code), ARG(g->id), ARG(s.n),
           ARG(str_trim(entry->title)), ARG(entry->matter_id));
    record_seat(k, g, S("contestant"), &s, entry);
    return true;
}

bool contest_name_judge(struct desk *k, int64_t gathering, int64_t person, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct seat s = {.gathering_id = gathering, .part = S("judge")};
    int judges;

    if (!draft_take(k, gathering, g, e) || !person_of(k, g, person, &s, e) ||
        !may_judge(k, g, person, e) || !is_new(k, g, &s, 0, e))
        return false;
    (void)contest_marks(k, g, 0, &judges);
    if (judges >= RANK_JUDGES_MAX)
        return refuse(e, ERR_INVALID, NULL, "A contest takes at most %d people.", RANK_JUDGES_MAX);
    s.n = seat_put(k, g, &s);
    record_seat(k, g, S("judge"), &s, NULL);
    return true;
}
