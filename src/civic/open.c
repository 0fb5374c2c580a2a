/* Opening a matter: from what somebody sent to a row, its first event and a receipt. */
#include "base/utf8.h"
#include "civic/attachment.h"
#include "civic/booth.h"
#include "civic/matter.h"
#include "civic/method.h"
#include "civic/picture.h"
#include "civic/report.h"
#include "civic/request.h"
#include "civic/resource.h"
#include "civic/routing.h"
#include "civic/tally.h"

#include <sodium.h>
#include <string.h>

#define TITLE_MAX 60
#define BODY_MAX  8000

STMT(foreign_put, "INSERT INTO foreign_number (district, channel, number, matter_id) VALUES ($1, "
                  "$2, $3, $4) ON CONFLICT DO NOTHING");
STMT(foreign_get, "SELECT matter_id FROM foreign_number WHERE district = $1 AND channel = $2 AND "
                  "number = $3");

static bool check_lengths(const struct matter_new *n, struct err *e)
{
    if (!str_trim(n->title).n && !str_trim(n->body).n)
        return refuse(e, ERR_INVALID, "body", "Please say what it is about.");
    if (utf8_count(n->title) > TITLE_MAX)
        return refuse(e, ERR_INVALID, "title", "The title may have at most %d characters.",
                      TITLE_MAX);
    if (utf8_count(n->body) > BODY_MAX)
        return refuse(e, ERR_INVALID, "body", "The text may have at most %d characters.", BODY_MAX);
    if (utf8_count(n->place) > 100)
        return refuse(e, ERR_INVALID, "place", "The place may have at most %d characters.", 100);
    if (utf8_count(n->name) > 30)
        return refuse(e, ERR_INVALID, "name", "The name may have at most %d characters.", 30);
    return true;
}

bool phone_check(struct str phone, struct err *e)
{
    size_t digits = 0;

    for (size_t i = 0; i < phone.n; i++) {
        if (phone.p[i] >= '0' && phone.p[i] <= '9')
            digits++;
        else if (!memchr("+- ", phone.p[i], 3))
            digits = 100;
    }
    return !phone.n || (digits >= 5 && digits <= 20) ||
           refuse(e, ERR_INVALID, "phone", "The phone number should be 5 to 20 digits.");
}

static bool check_names(const struct desk *k, const struct matter_new *n, struct err *e)
{
    bool known = false;

    if (n->subject.n && !pack_subject(k->d->pack, n->subject))
        return refuse(e, ERR_INVALID, "subject", "There is no subject called %.*s.",
                      STR_ARG(n->subject));
    for (int i = 0; i < k->d->pack->channels; i++)
        known = known || str_eq(k->d->pack->channel[i].name, n->channel);
    if (!known)
        return refuse(e, ERR_INVALID, "channel", "There is no channel called %.*s.",
                      STR_ARG(n->channel));
    if (n->reported_at > k->now + DAY_MS)
        return refuse(e, ERR_INVALID, "reported_at", "The time of the report is in the future.");
    return phone_check(n->phone, e);
}

static struct str title_of(const struct matter_new *n)
{
    struct str title = str_trim(n->title), line;

    if (title.n)
        return title;
    (void)str_cut(str_trim(n->body), '\n', &line);
    return utf8_cut(line, 30);
}

/* A refusal that names the matter which has this number already. */
static bool claim_number(struct desk *k, const struct matter_new *n, struct matter_receipt *out,
                         struct err *e)
{
    struct rows r;

    if (!n->number.n)
        return true;
    if (n->number.n > 64)
        return refuse(e, ERR_INVALID, "number", "The number may have at most %d characters.", 64);
    if (db_run(k->db, foreign_put, ARG(k->d->code), ARG(n->channel), ARG(n->number), ARG(out->id)))
        return true;
    r = db_query(k->db, k->a, foreign_get, ARG(k->d->code), ARG(n->channel), ARG(n->number));
    if (rows_next(&r))
        out->id = row_int(&r, 0);
    rows_end(&r);
    out->again = true;
    return refuse(e, ERR_CONFLICT, "number", "The number %.*s is there already.",
                  STR_ARG(n->number));
}

static struct str next_number(struct desk *k)
{
    return str_format(k->a, "%lld-%lld-%06lld", (long long)k->d->code,
                      (long long)period_day(k->now), (long long)tally_number(k));
}

/* What the ledger keeps of the words: enough to see a change, nothing to be erased later. */
static struct str digest(struct arena *a, struct str title, struct str body)
{
    unsigned char hash[16];
    char hex[2 * sizeof(hash) + 1];
    crypto_generichash_state s;

    crypto_generichash_init(&s, NULL, 0, sizeof(hash));
    crypto_generichash_update(&s, (const unsigned char *)title.p, title.n);
    crypto_generichash_update(&s, (const unsigned char *)"\n", 1);
    crypto_generichash_update(&s, (const unsigned char *)body.p, body.n);
    crypto_generichash_final(&s, hash, sizeof(hash));
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    return str_copy(a, str_of(hex));
}

struct str matter_digest(struct arena *a, const struct matter *m)
{
    return digest(a, m->title, m->body);
}

static void fill(struct desk *k, const struct matter_new *n, struct matter *m)
{
    *m = (struct matter){.id = id_next(k->d->ids, k->now),
                         .title = title_of(n),
                         .body = str_trim(n->body),
                         .channel = n->channel,
                         .subject = n->subject,
                         .place = str_trim(n->place),
                         .lon = n->lon,
                         .lat = n->lat,
                         .opener_id = k->actor->person,
                         .reported_at = n->reported_at ? n->reported_at : k->now,
                         .opened_at = k->now,
                         .fresh = true};
    m->def = routing_mechanism(k->d, n);
    m->mechanism = m->def->mechanism;
    m->def_hash = m->def->hash;
    m->unit_id = routing_unit(k->d, n)->id;
    m->contacted = m->solved = m->satisfied = m->outcome = S("");
    proc_state_init(&m->state);
}

/* What the mechanism asks for at the opening, from what was sent. */
static struct val *opening_fields(struct desk *k, const struct matter_new *n,
                                  const struct matter *m)
{
    struct val *f = val_map(k->a), *place;

    set_str(f, "channel", m->channel);
    set_str(f, "title", m->title);
    set_str(f, "body", m->body.n ? m->body : m->title);
    if (m->subject.n)
        set_str(f, "category", m->subject);
    if (n->grade.n)
        set_str(f, "grade", n->grade);
    place = set_map(f, "place");
    set_int(place, "unit", m->unit_id);
    set_int(place, "lon", m->lon);
    set_int(place, "lat", m->lat);
    set_str(place, "text", m->place);
    if (n->pictures) {
        struct val *list = set_list(f, "photos");

        for (size_t i = 0; i < n->pictures; i++)
            add_val(list, (struct val){.kind = VAL_INT, .integer = n->picture[i]});
    }
    for (const struct item *it = n->fields ? n->fields->first : NULL; it; it = it->next) {
        if (!val_get(f, it->key))
            set_val(f, it->key, it->val);
    }
    return f;
}

static struct val *opening_content(struct desk *k, const struct matter *m, const struct val *fields)
{
    struct val *c = val_map(k->a), *f;

    set_str(c, "mechanism", m->mechanism);
    set_str(c, "def", m->def_hash);
    set_str(c, "number", m->number);
    set_str(c, "channel", m->channel);
    set_str(c, "subject", m->subject);
    set_int(c, "unit", m->unit_id);
    set_int(c, "lon", m->lon);
    set_int(c, "lat", m->lat);
    set_int(c, "reported_at", m->reported_at);
    set_str(c, "words", digest(k->a, m->title, m->body));
    f = set_map(c, "fields");
    for (const struct item *it = fields->first; it; it = it->next) {
        if (!str_eq(it->key, S("title")) && !str_eq(it->key, S("body")) &&
            !str_eq(it->key, S("place")))
            set_val(f, it->key, it->val);
    }
    matter_put_actor(k, m, c);
    return c;
}

/* The unit that hands it to another; 0 where it stays in a unit in which the actor has a post. */
static int64_t handing_unit(const struct desk *k, const struct matter_new *n, const struct unit *at)
{
    const struct unit *from = unit_by_id(k->d->units, n->from_unit_id);
    int64_t unit = 0;

    if (from)
        return path_holds(from->path, at->path) ? 0 : from->id;
    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];

        if (path_holds(h->path, at->path))
            return 0;
        if (!unit && h->def && role_has(h->def, S("matter.open")))
            unit = h->unit;
    }
    return unit;
}

static void open_write(struct desk *k, const struct matter_new *n, struct matter *m,
                       const struct val *fields)
{
    const struct unit *at = unit_by_id(k->d->units, m->unit_id);
    int64_t from = at ? handing_unit(k, n, at) : 0;
    struct val *content;

    m->number = next_number(k);
    for (size_t i = 0; i < n->pictures; i++)
        picture_claim(k, n->picture[i], m->id);
    attachment_claim(k, m, S(""), fields);
    content = opening_content(k, m, fields);
    if (n->gathering_id) {
        booth_applied(k, n->gathering_id, m->id);
        set_int(content, "gathering", n->gathering_id);
    }
    if (from)
        set_int(content, "from", from);
    matter_save(k, m, S("open"), content);
    matter_concerns(k, from, S("handed"), m);
}

bool matter_open(struct desk *k, const struct matter_new *n, struct matter_receipt *out,
                 struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct proc_effects *effects = NEW(k->a, struct proc_effects);
    struct proc_env env;
    struct proc_event ev = {.kind = PROC_OPEN, .at_ms = k->now, .part = -1, .action = S("")};
    const struct val *fields;
    const struct unit *at;

    if (request_before(k, n, out))
        return true;
    if (!check_lengths(n, e) || !check_names(k, n, e))
        return false;
    fill(k, n, m);
    at = unit_by_id(k->d->units, m->unit_id);
    if (at && !method_check(k, m->mechanism, at->path, e))
        return false;
    if (n->gathering_id && !booth_takes(k, n->gathering_id, m->def, m->unit_id, e))
        return false;
    out->id = m->id;
    if (!claim_number(k, n, out, e))
        return false;
    ev.fields = fields = opening_fields(k, n, m);
    matter_env(k, m, &env);
    if (!proc_apply(&env, &m->state, &ev, effects, e) ||
        !resources_named(k, m, (struct facts_ask){m->def->field, m->def->fields}, fields, e))
        return false;
    open_write(k, n, m, fields);
    matter_carry_out(k, m, effects);
    if (!n->without_report)
        out->report_id = report_add(k, m->id, n->name, n->phone, &out->code);
    out->number = m->number;
    out->title = m->title;
    out->unit_id = m->first_unit_id ? m->first_unit_id : m->unit_id;
    out->due_at = m->due_at;
    request_done(k, n, out);
    return true;
}
