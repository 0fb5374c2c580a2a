/* The seats of a gathering against its events: who is on the roll, who was there, who waited. */
#include "civic/verify.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define HASH_BYTES 32

STMT(seat_all, "SELECT " SEAT_COLUMNS " FROM seat s WHERE s.district = $1 AND s.gathering_id = $2 "
               "ORDER BY s.n");

/* ---- the roll as it was frozen ---------------------------------------------- */

static void digest_seat(crypto_generichash_state *state, const struct seat *s)
{
    char line[128];
    int n = snprintf(line, sizeof(line), "%lld\n%lld\n%lld\n%lld\n%lld\n", (long long)s->n,
                     (long long)s->person_id, (long long)s->unit_id, (long long)s->roll_entry_id,
                     (long long)s->area);

    (void)crypto_generichash_update(state, (const unsigned char *)line, (unsigned long long)n);
    (void)crypto_generichash_update(state, (const unsigned char *)s->name.p, s->name.n);
}

static struct str digest_end(struct desk *k, crypto_generichash_state *state)
{
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];

    (void)crypto_generichash_final(state, hash, sizeof(hash));
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    return str_copy(k->a, str_of(hex));
}

static bool is_member(const struct seat *s)
{
    return str_eq(s->part, S("member"));
}

struct str seats_digest(struct desk *k, int64_t gathering)
{
    struct rows r = db_query(k->db, k->a, seat_all, ARG(k->d->code), ARG(gathering));
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    while (rows_next(&r)) {
        struct seat s;

        seat_read_row(&r, &s);
        if (is_member(&s))
            digest_seat(&state, &s);
    }
    return digest_end(k, &state);
}

/* ---- what the events add up to ------------------------------------------------ */

struct seat_told {
    struct seat row;          /* as stored; n 0: there is none */
    struct str state, way;    /* as told */
    int64_t at, proxy_n, seq; /* seq of the last event about it */
    bool named;               /* an event brought it; the roll's are there from the call on */
};

struct seats_told {
    struct seat_told *seat; /* by n, from 1 */
    int64_t n;
};

static void take_row(struct desk *k, struct seats_told *all, const struct seat *s, size_t *room)
{
    if ((size_t)s->n >= *room) {
        size_t more = (size_t)s->n + 1 > 2 * *room ? (size_t)s->n + 1 : 2 * *room;
        struct seat_told *seat = NEW_ARRAY(k->a, struct seat_told, more);

        if (*room)
            memcpy(seat, all->seat, *room * sizeof(*seat));
        all->seat = seat;
        *room = more;
    }
    all->seat[s->n].row = *s;
    all->n = s->n;
}

#define SEAT_MAX 10000000

struct seats_told *seats_told(struct checking *c)
{
    struct desk *k = c->k;
    struct seats_told *all = NEW(k->a, struct seats_told);
    struct rows r = db_query(k->db, k->a, seat_all, ARG(k->d->code), ARG(c->g->id));
    size_t room = 0;

    while (rows_next(&r)) {
        struct seat s;

        seat_read_row(&r, &s);
        if (s.n < 1 || s.n > SEAT_MAX)
            wrong(c, 0, "place %lld was added beside its events", (long long)s.n);
        else
            take_row(k, all, &s, &room);
    }
    return all;
}

static struct seat_told *seat_of(struct checking *c, struct seats_told *all, const struct told *t,
                                 int64_t n)
{
    if (n < 1 || n > all->n || !all->seat[n].row.n) {
        wrong(c, t->seq, "place %lld, which its events name, is gone", (long long)n);
        return NULL;
    }
    all->seat[n].seq = t->seq;
    return &all->seat[n];
}

static void put(struct seat_told *s, const struct told *t, const char *state, const char *way)
{
    s->state = str_of(state);
    s->way = str_of(way);
    s->at = t->at;
}

static void hear_marks(struct checking *c, struct seats_told *all, const struct told *t)
{
    const struct val *list = val_get(t->content, S("n"));

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        struct seat_told *s = seat_of(c, all, t, it->val.integer);

        if (!s)
            continue;
        put(s, t, "", "roll");
        s->state = val_text(t->content, "state");
    }
}

/* Of those who wait, who has waited longest. */
static int64_t first_waiting(const struct seats_told *all)
{
    int64_t first = 0;

    for (int64_t n = 1; n <= all->n; n++) {
        const struct seat_told *s = &all->seat[n];

        if (str_eq(s->state, S("waiting")) && (!first || s->at < all->seat[first].at))
            first = n;
    }
    return first;
}

static void hear_sign_up(struct checking *c, struct seat_told *s, const struct told *t)
{
    const struct val *waits = val_get(t->content, S("waiting"));

    put(s, t, waits && waits->boolean ? "waiting" : "", "");
    s->named = true;
    if (s->row.person_id != t->who)
        wrong(c, t->seq, "place %lld is not of whoever signed up", (long long)s->row.n);
}

static void hear_entered(struct checking *c, struct seat_told *s, const struct told *t)
{
    s->named = true;
    if (!str_eq(s->row.part, t->kind) || !str_eq(s->row.name, val_text(t->content, "name")) ||
        s->row.person_id != val_int(t->content, "person") ||
        s->row.unit_id != val_int(t->content, "unit"))
        wrong(c, t->seq, "place %lld is not of whoever was entered", (long long)s->row.n);
}

static void hear_one(struct checking *c, struct seats_told *all, struct seat_told *s,
                     const struct told *t)
{
    if (told_is(t, "sign")) {
        put(s, t, "present", "code");
        s->named = true;
    } else if (told_is(t, "proxy")) {
        s->proxy_n = val_int(t->content, "to");
    } else if (told_is(t, "sign_up")) {
        hear_sign_up(c, s, t);
    } else if (told_is(t, "sign_off")) {
        put(s, t, "left", "");
    } else if (told_is(t, "promote")) {
        if (first_waiting(all) != s->row.n)
            wrong(c, t->seq, "a place was given to somebody who had not waited longest");
        put(s, t, "", "");
    } else {
        hear_entered(c, s, t);
    }
}

void seats_hear(struct checking *c, struct seats_told *all, const struct told *t)
{
    static const char *const of_one[] = {"sign",    "proxy",      "sign_up", "sign_off",
                                         "promote", "contestant", "judge"};

    if (told_is(t, "mark"))
        hear_marks(c, all, t);
    for (size_t i = 0; i < COUNT(of_one); i++) {
        struct seat_told *s =
            told_is(t, of_one[i]) ? seat_of(c, all, t, val_int(t->content, "n")) : NULL;

        if (s)
            hear_one(c, all, s, t);
    }
}

/* ---- compared ----------------------------------------------------------------- */

static bool is_there(const struct seats_told *all, const struct seat *s)
{
    const struct seat *by = s->proxy_n > 0 && s->proxy_n <= all->n ? &all->seat[s->proxy_n].row : s;

    return str_eq(s->state, S("present")) || str_eq(by->state, S("present"));
}

static void compare_one(struct checking *c, const struct seat_told *s)
{
    const struct seat *row = &s->row;

    if (!s->named && !is_member(row))
        wrong(c, s->seq, "place %lld was added beside its events", (long long)row->n);
    else if (!str_eq(s->state, row->state) || !str_eq(s->way, row->way) || s->at != row->at)
        wrong(c, s->seq, "whether place %lld was there, and how, is not what its events say",
              (long long)row->n);
    else if (s->proxy_n != row->proxy_n)
        wrong(c, s->seq, "who stands for place %lld is not what its events say", (long long)row->n);
}

static struct str digest_of(struct desk *k, const struct seats_told *all)
{
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    for (int64_t n = 1; n <= all->n; n++) {
        if (all->seat[n].row.n && is_member(&all->seat[n].row))
            digest_seat(&state, &all->seat[n].row);
    }
    return digest_end(k, &state);
}

void seats_compare(struct checking *c, const struct seats_told *all, struct str roll)
{
    int64_t present = 0;

    for (int64_t n = 1; n <= all->n; n++) {
        const struct seat_told *s = &all->seat[n];

        if (!s->row.n) {
            wrong(c, s->seq, "place %lld is gone", (long long)n);
            continue;
        }
        compare_one(c, s);
        present += is_there(all, &s->row);
    }
    if (present != c->g->present)
        wrong(c, c->g->head.seq, "who was present, counted again, is another number");
    if (roll.n && !str_eq(roll, digest_of(c->k, all)))
        wrong(c, 0, "who stands on the roll is not who stood there when it was called");
}
