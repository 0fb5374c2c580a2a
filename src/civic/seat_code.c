/* Codes of which nothing is stored: of a seat, of the room now, of a person's calendar. */
#include "civic/keys.h"
#include "civic/seat.h"

#define WINDOW_MS  (10 * MINUTE_MS) /* of the code in the room */
#define CODE_BYTES 5

static struct str seat_secret(struct desk *k, int64_t gathering, int64_t n)
{
    struct str what = str_format(k->a, "%lld/%lld", (long long)gathering, (long long)n);

    return id_spell(k->a, keyed_hash(k, "seat", what, CODE_BYTES));
}

struct str seat_code(struct desk *k, int64_t gathering, int64_t n)
{
    return str_format(k->a, "%lld-%.*s", (long long)n, STR_ARG(seat_secret(k, gathering, n)));
}

/* As typed: blanks and small letters are forgiven. */
static struct str tidied(struct arena *a, struct str typed)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != ' ')
            buf_put(&b, (struct str){&c, 1});
    }
    return buf_str(&b);
}

bool seat_by_code(struct desk *k, int64_t gathering, struct str typed, struct seat *out,
                  struct err *e)
{
    struct str secret, number, code = tidied(k->a, typed);
    int64_t n;

    secret = str_cut(code, '-', &number);
    if (str_int(number, &n) && n > 0 && str_eq(secret, seat_secret(k, gathering, n)) &&
        seat_load(k, gathering, n, out, e))
        return true;
    return refuse(e, ERR_NOT_FOUND, "seat", "This is not the code of a place at this gathering.");
}

#define FEED_BYTES 20

struct str feed_of_person(struct desk *k, int64_t person)
{
    struct str id = str_format(k->a, "%lld", (long long)person);

    return str_format(k->a, "%.*s-%.*s", STR_ARG(id),
                      STR_ARG(id_spell(k->a, keyed_hash(k, "feed", id, FEED_BYTES))));
}

int64_t person_of_feed(struct desk *k, struct str code)
{
    struct str id;
    int64_t person;

    (void)str_cut(code, '-', &id);
    return str_int(id, &person) && str_eq(code, feed_of_person(k, person)) ? person : 0;
}

static struct str room_code_at(struct desk *k, const struct gathering *g, int64_t window)
{
    struct str what = str_format(k->a, "%lld/%lld", (long long)g->id, (long long)window);
    struct str hash = keyed_hash(k, "room", what, 8);
    uint32_t n = 0;

    for (size_t i = 0; i < 4; i++)
        n = n << 8 | (unsigned char)hash.p[i];
    return str_format(k->a, "%06u", n % 1000000);
}

struct str room_code(struct desk *k, const struct gathering *g)
{
    return room_code_at(k, g, k->now / WINDOW_MS);
}

bool room_code_is(struct desk *k, const struct gathering *g, struct str typed)
{
    struct str code = tidied(k->a, typed);

    return str_eq(code, room_code(k, g)) ||
           str_eq(code, room_code_at(k, g, k->now / WINDOW_MS - 1));
}
