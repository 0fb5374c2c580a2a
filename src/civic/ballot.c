/* Secret ballots: slips, and what was chosen with them. Nothing here writes who or when. */
#include "civic/ballot.h"

#include "civic/keys.h"
#include "civic/seat.h"

#include <sodium.h>
#include <string.h>

#define HASH_BYTES 32
#define SLIPS_MAX  20000
#define TRIES_MAX  1000
#define NUMBERS    1000000 /* six digits */

STMT(ballot_insert, "INSERT INTO ballot (district, hash, motion_id) VALUES ($1, $2, $3) ON "
                    "CONFLICT (district, hash) DO NOTHING");
STMT(ballot_get, "SELECT motion_id, choice FROM ballot WHERE district = $1 AND hash = $2");
STMT(ballot_choose, "UPDATE ballot SET choice = $3 WHERE district = $1 AND hash = $2 AND choice = "
                    "''");
STMT(ballot_all, "SELECT hash, choice FROM ballot WHERE district = $1 AND motion_id = $2 ORDER BY "
                 "hash");
STMT(ballot_forget, "DELETE FROM ballot WHERE district = $1 AND motion_id = $2");
STMT(ballot_again, "INSERT INTO ballot (district, hash, motion_id, choice) VALUES ($1, $2, $3, "
                   "$4)");
STMT(ballot_slips, "UPDATE motion SET slips = $3 WHERE district = $1 AND id = $2");
STMT(draw_mark, "INSERT INTO vote (district, motion_id, seat_n, choice) VALUES ($1, $2, $3, "
                "'slip') ON CONFLICT (district, motion_id, seat_n) DO NOTHING");
STMT(draw_count, "SELECT count(*) FROM vote WHERE district = $1 AND motion_id = $2");
STMT(draw_for, "SELECT n FROM seat WHERE district = $1 AND gathering_id = $2 AND proxy_n = $3");

static struct str hash_of(struct desk *k, struct str code)
{
    return keyed_hash(k, "ballot", code, HASH_BYTES);
}

/* Public after the count, so it says nothing of the code. */
static struct str number_of(struct arena *a, struct str hash)
{
    uint32_t n = 0;

    for (size_t i = 0; i < 4; i++)
        n = n << 8 | (unsigned char)hash.p[i];
    return str_format(a, "%06u", n % NUMBERS);
}

static bool is_ballot(const struct motion *m, struct err *e)
{
    return str_eq(m->method, S("ballot")) ||
           refuse(e, ERR_CONFLICT, NULL, "This is voted on in another way.");
}

/* ---- printing --------------------------------------------------------- */

static int by_number(const void *x, const void *y)
{
    return memcmp(((const struct slip *)x)->number.p, ((const struct slip *)y)->number.p, 6);
}

/* One bit for each number: true the first time. */
static bool take_number(unsigned char *taken, struct str number)
{
    int64_t n = 0;
    unsigned bit;

    (void)str_int(number, &n);
    bit = 1u << (n & 7);
    if (taken[n >> 3] & bit)
        return false;
    taken[n >> 3] |= (unsigned char)bit;
    return true;
}

/* Which numbers slips have, so that no two on the list are the same. */
static unsigned char *numbers_of(struct desk *k, const struct motion *m)
{
    struct rows r = db_query(k->db, k->a, ballot_all, ARG(k->d->code), ARG(m->id));
    unsigned char *taken = NEW_ARRAY(k->a, unsigned char, NUMBERS / 8);

    while (rows_next(&r))
        (void)take_number(taken, number_of(k->a, row_str(&r, 0)));
    return taken;
}

static bool make_slip(struct desk *k, const struct motion *m, unsigned char *taken,
                      struct slip *out)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        struct str code = receipt_new(k->a), hash = hash_of(k, code);
        struct str number = number_of(k->a, hash);

        if (!take_number(taken, number))
            continue;
        *out = (struct slip){code, number};
        return db_run(k->db, ballot_insert, ARG(k->d->code), arg_blob(hash), ARG(m->id));
    }
    return false;
}

bool ballot_print(struct desk *k, const struct motion_ref *ref, int64_t count, struct slip *out,
                  struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a);
    unsigned char *taken;
    struct motion m;

    if (!motion_take(k, ref, "open", g, &m, e) || !is_ballot(&m, e))
        return false;
    if (count < 1 || count > SLIPS_MAX)
        return refuse(e, ERR_INVALID, "count", "Please say how many slips are needed.");
    if (m.slips + count > g->present)
        return refuse(e, ERR_INVALID, "count",
                      "There can be no more slips than people present: %lld, of which %lld are "
                      "printed.",
                      (long long)g->present, (long long)m.slips);
    taken = numbers_of(k, &m);
    for (int64_t i = 0; i < count; i++) {
        if (!make_slip(k, &m, taken, &out[i]))
            return refuse(e, ERR_BUSY, NULL, "No more slips can be made. Please try again.");
    }
    qsort(out, (size_t)count, sizeof(*out), by_number); /* in no order of their making */
    m.slips += count;
    db_run(k->db, ballot_slips, ARG(k->d->code), ARG(m.id), ARG(m.slips));
    set_int(c, "slips", count);
    motion_event(k, g, &m, "slips", c);
    return true;
}

/* ---- drawing ---------------------------------------------------------- */

static bool mark(struct desk *k, const struct motion *m, int64_t seat, struct err *e)
{
    return db_run(k->db, draw_mark, ARG(k->d->code), ARG(m->id), ARG(seat)) ||
           refuse(e, ERR_CONFLICT, "seat", "Seat %lld has drawn its slip already.",
                  (long long)seat);
}

static bool draw(struct desk *k, const struct motion *m, int64_t seat, struct err *e)
{
    struct rows r;
    struct seat s;
    int64_t others[16];
    int n = 0;

    if (!seat_load(k, m->gathering_id, seat, &s, e))
        return false;
    if (!str_eq(s.state, S("present")))
        return refuse(e, ERR_CONFLICT, "seat", "Only who is present draws a slip.");
    r = db_query(k->db, k->a, draw_for, ARG(k->d->code), ARG(m->gathering_id), ARG(seat));
    while (rows_next(&r)) {
        if (n < (int)COUNT(others))
            others[n++] = row_int(&r, 0);
    }
    if (!mark(k, m, seat, e))
        return false;
    while (n-- > 0) {
        if (!mark(k, m, others[n], e))
            return false;
    }
    return true;
}

bool ballot_drawn(struct desk *k, const struct motion_ref *ref, const int64_t *seat, size_t n,
                  struct err *e)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *c = val_map(k->a), *list = set_list(c, "seats");
    struct motion m;

    if (!motion_take(k, ref, "open", g, &m, e) || !is_ballot(&m, e))
        return false;
    if (!n)
        return refuse(e, ERR_INVALID, "n", "Please choose who.");
    for (size_t i = 0; i < n; i++) {
        if (!draw(k, &m, seat[i], e))
            return false;
        add_val(list, (struct val){.kind = VAL_INT, .integer = seat[i]});
    }
    if (rows_int(db_query(k->db, k->a, draw_count, ARG(k->d->code), ARG(m.id))) > m.slips)
        return refuse(e, ERR_CONFLICT, NULL, "More would have drawn than slips were printed.");
    motion_event(k, g, &m, "drawn", c);
    return true;
}

/* ---- voting ----------------------------------------------------------- */

bool ballot_by_code(struct desk *k, struct str typed, struct ballot *out, struct err *e)
{
    struct str code;
    struct rows r;
    int64_t motion;

    if (!receipt_read(k->a, typed, &code))
        return refuse(e, ERR_NOT_FOUND, "code",
                      "This is not the code of a slip; please compare it with your slip.");
    *out = (struct ballot){.hash = hash_of(k, code)};
    r = db_query(k->db, k->a, ballot_get, ARG(k->d->code), arg_blob(out->hash));
    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, "code", "There is no slip with this code.");
    motion = row_int(&r, 0);
    out->choice = row_str(&r, 1);
    rows_end(&r);
    out->number = number_of(k->a, out->hash);
    return motion_by_id(k, motion, &out->motion, e);
}

bool ballot_cast(struct desk *k, struct str typed, struct str choice, struct err *e)
{
    struct ballot b;

    if (!ballot_by_code(k, typed, &b, e))
        return false;
    if (!str_eq(b.motion.state, S("open")))
        return refuse(e, ERR_CONFLICT, NULL, "This has been voted on and decided.");
    if (!str_eq(choice, S("favour")) && !str_eq(choice, S("against")) &&
        !str_eq(choice, S("abstain")))
        return refuse(e, ERR_INVALID, "choice", "Say in favour, against or abstain.");
    return db_run(k->db, ballot_choose, ARG(k->d->code), arg_blob(b.hash), ARG(choice)) ||
           refuse(e, ERR_CONFLICT, NULL, "This slip has been used already.");
}

/* ---- after the count -------------------------------------------------- */

struct entry {
    struct str number, choice;
};

static int entry_order(const void *x, const void *y)
{
    return memcmp(((const struct entry *)x)->number.p, ((const struct entry *)y)->number.p, 6);
}

void ballot_list(struct desk *k, const struct motion *m, struct val *rows)
{
    struct entry *all = NEW_ARRAY(k->a, struct entry, (size_t)m->slips + 1);
    struct rows r;
    int64_t n = 0;

    if (!str_eq(m->state, S("decided")))
        return;
    r = db_query(k->db, k->a, ballot_all, ARG(k->d->code), ARG(m->id));
    while (rows_next(&r)) {
        struct str choice = row_str(&r, 1);

        if (choice.n && n < m->slips)
            all[n++] = (struct entry){number_of(k->a, row_str(&r, 0)), choice};
    }
    qsort(all, (size_t)n, sizeof(*all), entry_order);
    for (int64_t i = 0; i < n; i++) {
        struct val *v = add_map(rows);

        set_str(v, "number", all[i].number);
        set_str(v, "choice", all[i].choice);
    }
}

struct str ballot_digest(struct desk *k, const struct motion *m)
{
    struct rows r = db_query(k->db, k->a, ballot_all, ARG(k->d->code), ARG(m->id));
    unsigned char hash[HASH_BYTES];
    crypto_generichash_state h;
    char hex[2 * HASH_BYTES + 1];

    crypto_generichash_init(&h, NULL, 0, HASH_BYTES);
    while (rows_next(&r)) {
        struct str one = row_str(&r, 0), choice = row_str(&r, 1);

        crypto_generichash_update(&h, (const unsigned char *)one.p, one.n);
        crypto_generichash_update(&h, (const unsigned char *)choice.p, choice.n);
        crypto_generichash_update(&h, (const unsigned char *)"", 1);
    }
    crypto_generichash_final(&h, hash, HASH_BYTES);
    sodium_bin2hex(hex, sizeof(hex), hash, HASH_BYTES);
    return str_copy(k->a, str_of(hex));
}

void ballot_settle(struct desk *k, const struct motion *m)
{
    struct entry *all = NEW_ARRAY(k->a, struct entry, (size_t)m->slips + 1);
    struct rows r = db_query(k->db, k->a, ballot_all, ARG(k->d->code), ARG(m->id));
    int64_t n = 0;

    while (rows_next(&r)) {
        if (n < m->slips)
            all[n++] = (struct entry){row_str(&r, 0), row_str(&r, 1)};
    }
    db_run(k->db, ballot_forget, ARG(k->d->code), ARG(m->id));
    for (int64_t i = 0; i < n; i++)
        db_run(k->db, ballot_again, ARG(k->d->code), arg_blob(all[i].number), ARG(m->id),
               ARG(all[i].choice));
}
