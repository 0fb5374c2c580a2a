/* The nouns that spreadsheets bring: units, people, matters, days. */
#include "civic/import_noun.h"

#include "base/utf8.h"
#include "civic/district.h"
#include "civic/matter.h"
#include "civic/person.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

STMT(day_put,
     "INSERT INTO calendar_day (district, day, at, works, name) VALUES ($1, $2, $3, $4, $5) "
     "ON CONFLICT (district, day, at) DO UPDATE SET works = excluded.works, name = "
     "excluded.name");
STMT(day_known, "SELECT works, name FROM calendar_day WHERE district = $1 AND day = $2 ORDER BY at "
                "DESC LIMIT 1");
STMT(unit_id_of, "SELECT id FROM unit WHERE district = $1 AND code = $2");

const struct import_noun *import_noun_find(struct str name)
{
    LIST_EACH (import_nouns, struct import_noun, it) {
        if (str_eq(name, str_of((*it)->name)))
            return *it;
    }
    return NULL;
}

/* ---- cells -------------------------------------------------------------- */

/* A spreadsheet turns long numbers into 3.4E+17, and the digits are gone. Its sign tells it from a
 * number such as 812514e7. */
static bool is_ruined(struct str s)
{
    size_t e = 0, i = 0;

    while (e < s.n && ((s.p[e] >= '0' && s.p[e] <= '9') || s.p[e] == '.' || s.p[e] == ','))
        e++;
    for (i = e + 2; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
    }
    return e > 0 && i == s.n && i > e + 2 && (s.p[e] == 'E' || s.p[e] == 'e') &&
           (s.p[e + 1] == '+' || s.p[e + 1] == '-');
}

bool import_digits(struct str s, const char *field, struct err *e)
{
    return !is_ruined(s) ||
           refuse(e, ERR_INVALID, field,
                  "A spreadsheet has turned this number into %.*s and lost digits; format the "
                  "column as text and enter it again.",
                  STR_ARG(s));
}

static bool degrees(struct str s, double most, const char *field, int64_t *out, struct err *e)
{
    char text[32], *end;
    double x;

    *out = 0;
    if (!s.n)
        return true;
    if (s.n >= sizeof(text))
        return refuse(e, ERR_INVALID, field, "This is not a number of degrees.");
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    x = strtod(text, &end);
    if (*end || !(x >= -most && x <= most))
        return refuse(e, ERR_INVALID, field, "This is not a number of degrees.");
    *out = (int64_t)(x * 1e6 + (x < 0 ? -0.5 : 0.5));
    return true;
}

static bool position(const struct import_row *row, const struct str *lon, const struct str *lat,
                     int64_t out[2], struct err *e)
{
    struct point p;

    if (!degrees(*lon, 180, "lon", &out[0], e) || !degrees(*lat, 90, "lat", &out[1], e))
        return false;
    if (lon->n && !lat->n)
        return refuse(e, ERR_INVALID, "lat", "A position needs both longitude and latitude.");
    if (lat->n && !lon->n)
        return refuse(e, ERR_INVALID, "lon", "A position needs both longitude and latitude.");
    if (lon->n && row->job->datum == DATUM_GCJ02) {
        p = wgs84_from_gcj02((struct point){(double)out[0] / 1e6, (double)out[1] / 1e6});
        out[0] = (int64_t)(p.lon * 1e6);
        out[1] = (int64_t)(p.lat * 1e6);
    }
    return true;
}

/* ---- units -------------------------------------------------------------- */

bool import_is_called(struct str s, struct str name, const struct title *title)
{
    return str_eq(s, name) || str_eq(s, title->zh) || str_eq(s, title->en);
}

/* Kinds, roles, channels and subjects by their names or by what screens call them; the text itself
 * where there is none. */
static struct str kind_named(const struct desk *k, struct str s)
{
    for (int i = 0; i < k->d->pack->unit_kinds; i++) {
        if (import_is_called(s, k->d->pack->unit_kind[i].name, &k->d->pack->unit_kind[i].title))
            return k->d->pack->unit_kind[i].name;
    }
    return s;
}

static struct str role_named(const struct desk *k, struct str s)
{
    for (int i = 0; i < k->d->pack->roles; i++) {
        if (import_is_called(s, k->d->pack->role[i].name, &k->d->pack->role[i].title))
            return k->d->pack->role[i].name;
    }
    return s;
}

static bool day(struct str s, const char *field, int64_t *out, struct err *e)
{
    *out = 0;
    return !s.n || when_parse(s, out) ||
           refuse(e, ERR_INVALID, field, "This is not a date such as 2026-11-21.");
}

static int asks_of_kinds(const struct pack *p, int which, struct facts_ask *out)
{
    if (which < p->unit_kinds)
        *out = (struct facts_ask){p->unit_kind[which].ask, p->unit_kind[which].asks};
    return p->unit_kinds;
}

static int asks_of_roles(const struct pack *p, int which, struct facts_ask *out)
{
    if (which < p->roles)
        *out = (struct facts_ask){p->role[which].ask, p->role[which].asks};
    return p->roles;
}

IMPORT_NOUN(put_unit, .name = "units", .right = "units.manage", .asks = asks_of_kinds,
            .field = IMPORT_FIELDS(NEED("code"), NEED("name"), MAY("kind"), MAY("parent"),
                                   MAY("place"), MAY("hours"), MAY("lon"), MAY("lat"),
                                   MAY("serves"), MAY("from")))
{
    const struct str *v = row->value;
    struct unit_new u = {.code = v[0],
                         .name = v[1],
                         .kind = kind_named(k, v[2]),
                         .parent_code = v[3],
                         .place = v[4],
                         .hours = v[5],
                         .serves_code = v[8],
                         .facts = row->facts};
    int64_t at[2];
    bool added;

    if (!import_digits(v[0], "code", e) || !position(row, &v[6], &v[7], at, e) ||
        !day(v[9], "from", &u.from_at, e))
        return false;
    u.lon = at[0];
    u.lat = at[1];
    if (!unit_add(k, &u, &added, e))
        return false;
    *skipped = !added;
    return true;
}

/* ---- people ------------------------------------------------------------- */

static int64_t unit_id_by_code(struct desk *k, struct str code)
{
    struct rows r = db_query(k->db, k->a, unit_id_of, ARG(k->d->code), ARG(code));
    int64_t id = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return id;
}

/* Who holds the post: one who holds another in the unit `known_in`, or in this one, or somebody
 * new. */
static bool find_person(struct desk *k, const struct import_row *row, int64_t unit, int64_t *person,
                        struct err *e)
{
    struct str name = row->value[0], known_in = row->value[6];

    *person = person_find(k, name, known_in.n ? unit_id_by_code(k, known_in) : unit);
    if (known_in.n && !*person)
        return refuse(e, ERR_INVALID, "known_in", "Nobody called %.*s holds a post there.",
                      STR_ARG(name));
    return *person || person_add(k, name, row->value[3], person, e);
}

IMPORT_NOUN(put_person, .name = "people", .right = "users.manage", .asks = asks_of_roles,
            .field = IMPORT_FIELDS(NEED("name"), NEED("unit"), NEED("role"), MAY("phone"),
                                   MAY("from"), MAY("until"), MAY("known_in"), MAY("born")))
{
    const struct str *v = row->value;
    struct post_new p = {.role = role_named(k, v[2]), .facts = row->facts};
    int64_t born = 0;
    bool changed;

    if (!import_digits(v[3], "phone", e) || !day(v[4], "from", &p.from_at, e) ||
        !day(v[5], "until", &p.until_at, e))
        return false;
    p.unit = unit_id_by_code(k, v[1]);
    if (!p.unit)
        return refuse(e, ERR_INVALID, "unit", "There is no unit with the code %.*s.",
                      STR_ARG(v[1]));
    if (v[7].n && !str_int(v[7], &born))
        return refuse(e, ERR_INVALID, "born", "This is not a year of birth.");
    if (!find_person(k, row, p.unit, &p.person, e) || !post_give(k, &p, &changed, e) ||
        (born && !person_set_born(k, p.person, born, e)))
        return false;
    *skipped = !changed;
    return true;
}

/* ---- days --------------------------------------------------------------- */

/* Is that what was taken in last for this day? */
static bool day_is(struct desk *k, int64_t day, int64_t works, struct str name)
{
    struct rows r = db_query(k->db, k->a, day_known, ARG(k->d->code), ARG(day));
    bool same = rows_next(&r) && row_int(&r, 0) == works && str_eq(row_str(&r, 1), name);

    rows_end(&r);
    return same;
}

IMPORT_NOUN(put_day, .name = "calendar", .right = "calendar.manage",
            .field = IMPORT_FIELDS(NEED("date"), NEED("is_workday"), MAY("name")))
{
    const struct str *v = row->value;
    struct str name = v[2];
    int64_t at, works;

    if (!when_parse(v[0], &at))
        return refuse(e, ERR_INVALID, "date", "This is not a date such as 2026-11-21.");
    if (!str_int(v[1], &works) || works < 0 || works > 1)
        return refuse(e, ERR_INVALID, "is_workday",
                      "Write 1 for a working day and 0 for a free one.");
    if (!desk_may(k, S("calendar.manage"), unit_root(k->d->units)->path, e))
        return false;
    *skipped = day_is(k, day_of(at), works, name);
    if (*skipped)
        return true;
    db_run(k->db, day_put, ARG(k->d->code), ARG((int64_t)day_of(at)), ARG(k->now), ARG(works),
           ARG(name));
    district_raise(k);
    return true;
}

/* ---- matters ------------------------------------------------------------ */

enum {
    M_NUMBER,
    M_TITLE,
    M_BODY,
    M_REPORTED_AT,
    M_CATEGORY,
    M_PLACE,
    M_LON,
    M_LAT,
    M_PHONE,
    M_CHANNEL,
    M_UNIT
};

struct str import_channel(const struct desk *k, struct str s)
{
    for (int i = 0; i < k->d->pack->channels; i++) {
        if (import_is_called(s, k->d->pack->channel[i].name, &k->d->pack->channel[i].title))
            return k->d->pack->channel[i].name;
    }
    return S("");
}

static struct str subject_named(const struct desk *k, struct str s)
{
    const struct subject *known = s.n ? pack_subject(k->d->pack, s) : NULL;

    for (int i = 0; s.n && !known && i < k->d->pack->subjects; i++) {
        if (import_is_called(s, k->d->pack->subject[i].name, &k->d->pack->subject[i].title))
            known = &k->d->pack->subject[i];
    }
    return known ? known->name : S("");
}

/* Long titles of other systems: the whole goes to the front of the body, so that nothing is lost.
 */
static void fit_title(struct desk *k, struct matter_new *n)
{
    if (utf8_count(n->title) <= 60)
        return;
    n->body = str_format(k->a, "%.*s\n%.*s", STR_ARG(n->title), STR_ARG(n->body));
    n->title = utf8_cut(n->title, 60);
}

/* Where the other system gave no number, the row itself is one: the same file again adds nothing.
 */
static struct str row_number(struct desk *k, const struct import_row *row)
{
    unsigned char hash[16];
    char hex[2 * sizeof(hash) + 1];
    crypto_generichash_state s;

    crypto_generichash_init(&s, NULL, 0, sizeof(hash));
    crypto_generichash_update(&s, (const unsigned char *)&row->line, sizeof(row->line));
    for (int i = M_TITLE; i <= M_REPORTED_AT; i++) {
        crypto_generichash_update(&s, (const unsigned char *)row->value[i].p, row->value[i].n);
        crypto_generichash_update(&s, (const unsigned char *)"", 1);
    }
    crypto_generichash_final(&s, hash, sizeof(hash));
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    return str_format(k->a, "row:%s", hex);
}

static bool take_cells(struct desk *k, const struct import_row *row, struct matter_new *n,
                       struct err *e)
{
    const struct str *v = row->value;
    const struct unit *u = v[M_UNIT].n ? unit_by_code(k->d->units, v[M_UNIT]) : NULL;
    int64_t at[2];

    if (!import_digits(v[M_NUMBER], "number", e) || !import_digits(v[M_PHONE], "phone", e) ||
        !position(row, &v[M_LON], &v[M_LAT], at, e))
        return false;
    if (v[M_UNIT].n && !u)
        return refuse(e, ERR_INVALID, "unit", "There is no unit with the code %.*s.",
                      STR_ARG(v[M_UNIT]));
    if (v[M_REPORTED_AT].n && !when_parse(v[M_REPORTED_AT], &n->reported_at))
        return refuse(e, ERR_INVALID, "reported_at",
                      "This is not a time such as 2026-11-21 09:30.");
    n->lon = at[0];
    n->lat = at[1];
    n->unit_id = u ? u->id : 0;
    n->channel = import_channel(k, v[M_CHANNEL].n ? v[M_CHANNEL] : row->job->channel);
    if (!n->channel.n && v[M_CHANNEL].n)
        return refuse(e, ERR_INVALID, "channel", "There is no channel called %.*s.",
                      STR_ARG(v[M_CHANNEL]));
    if (!n->channel.n)
        n->channel = S("order_12345");
    return true;
}

IMPORT_NOUN(put_matter, .name = "matters", .right = "matter.import", .needs_any = "title, body",
            .field = IMPORT_FIELDS(MAY("number"), ONE_OF("title"), ONE_OF("body"),
                                   MAY("reported_at"), MAY("category"), MAY("place"), MAY("lon"),
                                   MAY("lat"), MAY("phone"), MAY("channel"), MAY("unit")))
{
    const struct str *v = row->value;
    struct matter_new n = {.title = v[M_TITLE],
                           .body = v[M_BODY],
                           .place = utf8_cut(v[M_PLACE], 100),
                           .subject = subject_named(k, v[M_CATEGORY]),
                           .number = v[M_NUMBER],
                           .phone = v[M_PHONE]};
    struct matter_receipt receipt;
    struct val *fields = val_map(k->a);

    if (!take_cells(k, row, &n, e))
        return false;
    if (v[M_CATEGORY].n && !n.subject.n) /* kept as the other system said it */
        set_str(fields, "source_category", utf8_cut(v[M_CATEGORY], 60));
    n.fields = fields;
    n.without_report = !n.phone.n;
    if (!n.number.n)
        n.number = row_number(k, row);
    fit_title(k, &n);
    if (matter_open(k, &n, &receipt, e))
        return true;
    *skipped = receipt.again;
    return false;
}
