/* Votes with a name: by roll, and on paper in batches that two people key. */
#include "civic/motion.h"
#include "civic/seat.h"

#define BATCHES_MAX 1000

STMT(vote_insert, "INSERT INTO vote (district, motion_id, seat_n, choice) VALUES ($1, $2, $3, $4) "
                  "ON CONFLICT (district, motion_id, seat_n) DO NOTHING");
STMT(
    vote_count,
    "SELECT v.choice, count(*), " WHOLE(
        "s.area") " FROM vote v JOIN seat s ON "
                  "s.district = $1 AND s.gathering_id = $3 AND s.n = v.seat_n WHERE v.district = $1 "
                  "AND v.motion_id = $2 GROUP BY v.choice");
STMT(ballot_count, "SELECT choice, count(*) FROM ballot WHERE district = $1 AND motion_id = $2 "
                   "GROUP BY choice");
STMT(keying_of, "SELECT person_id FROM keying WHERE district = $1 AND motion_id = $2 AND batch = "
                "$3 ORDER BY person_id LIMIT 3");
STMT(keying_put,
     "INSERT INTO keying (district, motion_id, batch, person_id, in_favour, against, abstain, "
     "invalid, area_in_favour) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (district, "
     "motion_id, batch, person_id) DO UPDATE SET in_favour = excluded.in_favour, against = "
     "excluded.against, abstain = excluded.abstain, invalid = excluded.invalid, area_in_favour = "
     "excluded.area_in_favour");
STMT(keying_all, "SELECT y.batch, coalesce(p.name, ''), y.in_favour, y.against, y.abstain, "
                 "y.invalid, y.area_in_favour FROM keying y LEFT JOIN person p ON p.district = $1 "
                 "AND p.id = y.person_id WHERE y.district = $1 AND y.motion_id = $2 ORDER BY "
                 "y.batch, y.person_id");
STMT(
    keying_count,
    "SELECT " WHOLE("in_favour") ", " WHOLE("against") ", " WHOLE("abstain") ", " WHOLE(
        "invalid") ", " WHOLE("area_in_favour") " FROM keying WHERE district = $1 AND motion_id = $2");

/* ---- by roll ---------------------------------------------------------- */

static bool is_choice(struct str choice, struct err *e)
{
    return str_eq(choice, S("favour")) || str_eq(choice, S("against")) ||
           str_eq(choice, S("abstain")) ||
           refuse(e, ERR_INVALID, "choice", "Say in favour, against or abstain.");
}

/* Present, or represented by one who is. */
static bool is_there(struct desk *k, const struct seat *s, struct err *e)
{
    struct seat other;

    if (str_eq(s->state, S("present")))
        return true;
    if (s->proxy_n && seat_load(k, s->gathering_id, s->proxy_n, &other, e) &&
        str_eq(other.state, S("present")))
        return true;
    return refuse(e, ERR_CONFLICT, "seat", "Only who is present or represented can vote.");
}

/* The seat that the actor sits on: by its code, or by the login; 0: none. */
static int64_t actors_seat(struct desk *k, int64_t gathering, int64_t own)
{
    struct seat s;

    if (own)
        return own;
    return seat_own(k, gathering, &s) ? s.n : 0;
}

static bool may_vote(struct desk *k, const struct gathering *g, const struct seat *s, int64_t own,
                     struct err *e)
{
    if (own && (own == s->n || own == s->proxy_n))
        return true;
    if (gathering_runs(k, g))
        return true;
    return refuse(e, ERR_DENIED, NULL,
                  own ? "You can vote for yourself and for whom you stand for only."
                      : "You are not on the roll of this gathering.");
}

static bool vote_check(const struct gathering *g, const struct motion *m, struct err *e)
{
    if (str_eq(m->state, S("decided")) || gathering_in(g, "closed"))
        return refuse(e, ERR_CONFLICT, NULL, "This has been voted on and decided.");
    if (!str_eq(m->state, S("open")))
        return refuse(e, ERR_CONFLICT, NULL, "The vote on this has not been opened.");
    return str_eq(m->method, S("roll")) ||
           refuse(e, ERR_CONFLICT, NULL, "This is voted on in another way.");
}

bool motion_vote(struct desk *k, const struct motion_ref *ref, int64_t seat, int64_t own,
                 struct str choice, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct motion m;
    struct seat s;

    if (!gathering_load(k, ref->gathering, g, e) || !motion_load(k, g->id, ref->n, &m, e) ||
        !vote_check(g, &m, e) || !is_choice(choice, e))
        return false;
    own = actors_seat(k, g->id, own);
    if (!seat)
        seat = own;
    if (!seat)
        return refuse(e, ERR_DENIED, NULL, "You are not on the roll of this gathering.");
    if (!seat_load(k, g->id, seat, &s, e) || !may_vote(k, g, &s, own, e) || !is_there(k, &s, e))
        return false;
    if (!db_run(k->db, vote_insert, ARG(k->d->code), ARG(m.id), ARG(s.n), ARG(choice)))
        return refuse(e, ERR_CONFLICT, NULL, "This seat has voted already.");
    set_int(c, "seat", s.n);
    set_str(c, "choice", choice);
    motion_event(k, g, &m, "vote", c);
    return true;
}

/* ---- on paper --------------------------------------------------------- */

static bool batch_check(const struct gathering *g, const struct batch *b, struct err *e)
{
    struct votes v = {.should_attend = g->should_attend,
                      .present = g->present,
                      .in_favour = b->in_favour,
                      .against = b->against,
                      .abstain = b->abstain,
                      .invalid = b->invalid,
                      .area_in_favour = b->area_in_favour};

    if (b->n < 1 || b->n > BATCHES_MAX)
        return refuse(e, ERR_INVALID, "batch", "Batches are numbered from 1 to %d.", BATCHES_MAX);
    return votes_check(&v, false, e);
}

/* Two people; who has keyed it may correct their own. */
static bool may_key(struct desk *k, const struct motion *m, int64_t batch, struct err *e)
{
    struct rows r = db_query(k->db, k->a, keying_of, ARG(k->d->code), ARG(m->id), ARG(batch));
    int others = 0;

    while (rows_next(&r))
        others += row_int(&r, 0) != k->actor->person;
    return others < 2 || refuse(e, ERR_CONFLICT, "batch", "Two people have keyed this batch.");
}

static bool is_teller(struct desk *k, const struct gathering *g, struct err *e)
{
    struct seat own;

    return gathering_runs(k, g) || seat_own(k, g->id, &own) ||
           refuse(e, ERR_DENIED, NULL, "Paper ballots are keyed by who runs it or is on its roll.");
}

bool motion_key(struct desk *k, const struct motion_ref *ref, const struct batch *b, struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    struct motion m;

    if (!gathering_load(k, ref->gathering, g, e) || !motion_load(k, g->id, ref->n, &m, e) ||
        !is_teller(k, g, e))
        return false;
    if (str_eq(m.state, S("decided")))
        return refuse(e, ERR_CONFLICT, NULL, "This has been voted on and decided.");
    if (!str_eq(m.state, S("open")) || !str_eq(m.method, S("paper")))
        return refuse(e, ERR_CONFLICT, NULL, "This is voted on in another way.");
    if (!batch_check(g, b, e) || !may_key(k, &m, b->n, e))
        return false;
    db_run(k->db, keying_put, ARG(k->d->code), ARG(m.id), ARG(b->n), ARG(k->actor->person),
           ARG(b->in_favour), ARG(b->against), ARG(b->abstain), ARG(b->invalid),
           ARG(b->area_in_favour));
    set_int(c, "batch", b->n);
    set_int(c, "in_favour", b->in_favour);
    set_int(c, "against", b->against);
    set_int(c, "abstain", b->abstain);
    set_int(c, "invalid", b->invalid);
    set_int(c, "area_in_favour", b->area_in_favour);
    motion_event(k, g, &m, "key", c);
    return true;
}

static struct val *put_keying(struct val *row, const char *which, const struct rows *r)
{
    static const char *const names[] = {"in_favour", "against", "abstain", "invalid",
                                        "area_in_favour"};
    struct val *v = set_map(row, which);

    set_str(v, "name", row_str(r, 1));
    for (int i = 0; i < (int)COUNT(names); i++)
        set_int(v, names[i], row_int(r, 2 + i));
    return v;
}

static bool alike(const struct val *one, const struct val *two)
{
    for (const struct item *it = one->first; it; it = it->next) {
        const struct val *other = val_get(two, it->key);

        if (it->val.kind == VAL_INT && it->val.integer != other->integer)
            return false;
    }
    return true;
}

int64_t motion_batches(struct desk *k, const struct motion *m, struct val *rows)
{
    struct rows r = db_query(k->db, k->a, keying_all, ARG(k->d->code), ARG(m->id));
    struct val *row = NULL;
    const struct val *first = NULL;
    int64_t unequal = 0, batch = 0;

    while (rows_next(&r)) {
        if (row && row_int(&r, 0) == batch) {
            bool equal = alike(first, put_keying(row, "second", &r));

            set_bool(row, "equal", equal);
            unequal -= equal;
            row = NULL;
            continue;
        }
        if (row)
            set_bool(row, "equal", false);
        batch = row_int(&r, 0);
        row = add_map(rows);
        set_int(row, "batch", batch);
        first = put_keying(row, "first", &r);
        unequal++;
    }
    if (row)
        set_bool(row, "equal", false);
    return unequal;
}

/* ---- counting --------------------------------------------------------- */

static void add(struct votes *v, struct str choice, int64_t n, int64_t area)
{
    if (str_eq(choice, S("favour"))) {
        v->in_favour += n;
        v->area_in_favour += area;
    } else if (str_eq(choice, S("against"))) {
        v->against += n;
    } else if (str_eq(choice, S("abstain"))) {
        v->abstain += n;
    }
}

/* Both keyings are the same when it is counted, so each is half of the sum. */
static void count_paper(struct desk *k, const struct motion *m, struct votes *out)
{
    struct rows r = db_query(k->db, k->a, keying_count, ARG(k->d->code), ARG(m->id));

    if (rows_next(&r)) {
        out->in_favour = row_int(&r, 0) / 2;
        out->against = row_int(&r, 1) / 2;
        out->abstain = row_int(&r, 2) / 2;
        out->invalid = row_int(&r, 3) / 2;
        out->area_in_favour = row_int(&r, 4) / 2;
    }
    rows_end(&r);
}

void motion_count(struct desk *k, const struct motion *m, struct votes *out)
{
    bool ballot = str_eq(m->method, S("ballot"));
    struct rows r;

    if (str_eq(m->method, S("paper"))) {
        count_paper(k, m, out);
        return;
    }
    r = ballot
            ? db_query(k->db, k->a, ballot_count, ARG(k->d->code), ARG(m->id))
            : db_query(k->db, k->a, vote_count, ARG(k->d->code), ARG(m->id), ARG(m->gathering_id));
    while (rows_next(&r))
        add(out, row_str(&r, 0), row_int(&r, 1), ballot ? 0 : row_int(&r, 2));
}
