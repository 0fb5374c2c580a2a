/* Entries of rolls: their rows, who may see and keep them, and the list of households. */
#include "civic/roll.h"

#include "civic/district.h"

#define COLUMNS                                                                                  \
    "id, roll, kind, state, unit_id, unit_path, building, label, person_id, about_unit_id, "     \
    "keeper_id, post_id, name_sealed, phone_sealed, personal_sealed, same, born, area, people, " \
    "fields, from_at, active_at, to_at, review_at, until_at, duty_at, asked, asked_sealed, seq"

STMT(entry_insert,
     "INSERT INTO roll_entry (district, " COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
     "$10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, "
     "$28, $29, $30)");
STMT(entry_update,
     "UPDATE roll_entry SET kind = $3, state = $4, building = $5, label = $6, person_id = $7, "
     "keeper_id = $8, post_id = $9, name_sealed = $10, phone_sealed = $11, personal_sealed = $12, "
     "same = $13, born = $14, fields = $15, active_at = $16, to_at = $17, review_at = $18, "
     "until_at = $19, duty_at = $20, asked = $21, asked_sealed = $22, seq = $23 WHERE "
     "district = $1 AND id = $2");
STMT(entry_get, "SELECT " COLUMNS " FROM roll_entry WHERE district = $1 AND id = $2");
STMT(entry_seq, "SELECT seq FROM event WHERE district = $1 AND subject = $2 ORDER BY seq DESC "
                "LIMIT 1");
STMT(entry_building,
     "SELECT " COLUMNS " FROM roll_entry WHERE district = $1 AND roll = $2 AND "
     "unit_path >= $3 AND unit_path < $4 AND building = $5 AND to_at = 0 ORDER BY unit_path, id");
STMT(
    entry_buildings,
    "SELECT building, count(*), " WHOLE(
        "people") ", min(id) AS first FROM roll_entry WHERE district = $1 "
                  "AND roll = $2 AND unit_path >= $3 AND unit_path < $4 AND to_at = 0 GROUP BY building ORDER "
                  "BY first");

/* ---- hundredths ----------------------------------------------------------- */

bool hundredths_read(struct str s, int64_t *out)
{
    struct str whole, rest = str_cut(s, '.', &whole);
    int64_t units, parts = 0;

    if (!whole.n || whole.n > 12 || rest.n > 2 || (!rest.n && whole.n != s.n) ||
        !str_int(whole, &units) || units < 0 || whole.p[0] == '-')
        return false;
    if (rest.n && (rest.p[0] == '-' || !str_int(rest, &parts)))
        return false;
    *out = units * 100 + (rest.n == 1 ? parts * 10 : parts);
    return true;
}

struct str hundredths_text(struct arena *a, int64_t n)
{
    if (n % 100 == 0)
        return str_format(a, "%lld", (long long)(n / 100));
    return str_format(a, n % 10 ? "%lld.%02d" : "%lld.%d", (long long)(n / 100),
                      (int)(n % 10 ? n % 100 : n % 100 / 10));
}

struct str area_text(struct arena *a, int64_t n)
{
    return str_format(a, "%.*s m²", STR_ARG(hundredths_text(a, n)));
}

/* ---- who may ---------------------------------------------------------------- */

static bool holds_one(const struct desk *k, const struct body *body, int n, struct str path)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];
        const struct unit *u = unit_by_id(k->d->units, h->unit);

        if (u && path_holds(h->path, path) && bodies_name(body, n, h->role, u->kind))
            return true;
    }
    return false;
}

/* The program itself may bring whatever a spreadsheet says. */
static bool is_program(const struct desk *k)
{
    struct err none = {0};

    return desk_may(k, S(""), S(""), &none);
}

bool roll_keeps(const struct desk *k, const struct roll *def, struct str path)
{
    if (is_program(k))
        return true;
    return def->whos ? holds_one(k, def->who, def->whos, path)
                     : actor_may(k->actor, S("roll.manage"), path);
}

bool roll_recommends(const struct desk *k, const struct roll *def, struct str path)
{
    return (def->join & JOIN_RECOMMEND) &&
           (is_program(k) || holds_one(k, def->recommend, def->recommends, path));
}

bool roll_is_self(const struct desk *k, const struct roll_entry *e)
{
    return k->actor->person && k->actor->person == e->person_id;
}

static bool acts_on(const struct desk *k, const struct roll_entry *e)
{
    int state = e->now.state;

    for (int i = 0; state >= 0 && i < e->def->state[state].actions; i++) {
        const struct roll_action *a = &e->def->state[state].action[i];

        if (a->whos && holds_one(k, a->who, a->whos, e->unit_path))
            return true;
    }
    return false;
}

bool roll_visible(const struct desk *k, const struct roll_entry *e)
{
    if (roll_is_self(k, e) || (k->actor->person && k->actor->person == e->keeper_id))
        return true;
    return e->def && (roll_keeps(k, e->def, e->unit_path) ||
                      roll_recommends(k, e->def, e->unit_path) || acts_on(k, e));
}

void roll_offers(struct desk *k, const struct roll_entry *e, const struct roll_action **list,
                 int *n)
{
    const struct roll_state *st = e->now.state >= 0 ? &e->def->state[e->now.state] : NULL;

    *n = 0;
    for (int i = 0; st && i < st->actions; i++) {
        const struct roll_action *a = &st->action[i];

        if (a->whos ? holds_one(k, a->who, a->whos, e->unit_path)
                    : roll_keeps(k, e->def, e->unit_path))
            list[(*n)++] = a;
    }
}

/* ---- rows ------------------------------------------------------------------- */

static void read_entry(struct desk *k, const struct rows *r, struct roll_entry *e)
{
    struct str state = row_str(r, 3);

    *e = (struct roll_entry){.id = row_int(r, 0),
                             .roll = row_str(r, 1),
                             .unit_id = row_int(r, 4),
                             .unit_path = row_str(r, 5),
                             .building = row_str(r, 6),
                             .label = row_str(r, 7),
                             .person_id = row_int(r, 8),
                             .about_unit_id = row_int(r, 9),
                             .keeper_id = row_int(r, 10),
                             .post_id = row_int(r, 11),
                             .name_sealed = row_str(r, 12),
                             .phone_sealed = row_str(r, 13),
                             .personal_sealed = row_str(r, 14),
                             .same = row_str(r, 15),
                             .born = row_int(r, 16),
                             .area = row_int(r, 17),
                             .people = row_int(r, 18),
                             .fields = facts_read(k->a, row_str(r, 19)),
                             .from_at = row_int(r, 20),
                             .duty_at = row_int(r, 25),
                             .asked = row_str(r, 26),
                             .asked_sealed = row_str(r, 27)};
    e->def = pack_roll(k->d->pack, e->roll);
    e->now = (struct roll_now){.kind = row_str(r, 2),
                               .active_at = row_int(r, 21),
                               .to_at = row_int(r, 22),
                               .review_at = row_int(r, 23),
                               .until_at = row_int(r, 24)};
    e->now.state = e->now.to_at || !e->def ? ROLL_ENDED : roll_state_find(e->def, state);
    if (e->now.state == ROLL_ENDED)
        e->now.outcome = state;
    e->seq = row_int(r, 28);
}

bool roll_entry_load(struct desk *k, int64_t id, struct roll_entry *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, entry_get, ARG(k->d->code), ARG(id));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such entry on a roll.");
    read_entry(k, &r, out);
    rows_end(&r);
    return true;
}

bool roll_entry_take(struct desk *k, int64_t id, int64_t seen, struct roll_entry *out,
                     struct err *e)
{
    if (!roll_entry_load(k, id, out, e))
        return false;
    if (!out->def || !roll_visible(k, out))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such entry on a roll.");
    return !seen || seen == out->seq ||
           refuse(e, ERR_CONFLICT, NULL,
                  "Somebody was faster: the entry has changed. Please look again.");
}

struct val *roll_countable(struct desk *k, const struct roll_entry *e)
{
    struct facts_ask ask = roll_facts(k->a, e->def, e->now.kind);
    struct val *out = val_map(k->a);

    for (int i = 0; e->fields && i < ask.n; i++) {
        const struct val *v = val_get(e->fields, ask.field[i].name);

        if (v && (ask.field[i].kind == FIELD_CHOICE || ask.field[i].kind == FIELD_NUMBER))
            set_val(out, ask.field[i].name, *v);
    }
    return out;
}

static struct str state_word(const struct roll_entry *e)
{
    return e->now.state >= 0 ? e->def->state[e->now.state].name : e->now.outcome;
}

/* The ledger is for ever: it gets no words of anybody's. */
static void put_is(struct desk *k, const struct roll_entry *e, struct val *content)
{
    struct val *is = set_map(content, "is");

    set_str(is, "state", state_word(e));
    set_str(is, "kind", e->now.kind);
    set_int(is, "active", e->now.active_at);
    set_int(is, "to", e->now.to_at);
    set_int(is, "review", e->now.review_at);
    set_int(is, "until", e->now.until_at);
    set_int(is, "keeper", e->keeper_id);
    set_int(is, "born", e->born);
    set_val(is, S("fields"), *roll_countable(k, e));
}

static int64_t last_seq(struct desk *k, int64_t id)
{
    struct rows r = db_query(k->db, k->a, entry_seq, ARG(k->d->code), ARG(id));
    int64_t seq = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return seq;
}

void roll_save(struct desk *k, struct roll_entry *e, struct str kind, struct val *content)
{
    struct event ev = {.subject = e->id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = S("roll_entry"),
                       .kind = kind,
                       .content = content,
                       .as_unit = e->unit_id};
    struct arg same = e->same.n ? arg_blob(e->same) : arg_null();
    const struct roll_now *now = &e->now;

    put_is(k, e, content);
    (void)ledger_append(k->db, k->d, k->a, &ev, NULL); /* duties stand in this ledger too */
    e->seq = last_seq(k, e->id);
    if (e->fresh)
        db_run(k->db, entry_insert, ARG(k->d->code), ARG(e->id), ARG(e->roll), ARG(now->kind),
               ARG(state_word(e)), ARG(e->unit_id), ARG(e->unit_path), ARG(e->building),
               ARG(e->label), ARG(e->person_id), ARG(e->about_unit_id), ARG(e->keeper_id),
               ARG(e->post_id), ARG(e->name_sealed), ARG(e->phone_sealed), ARG(e->personal_sealed),
               same, ARG(e->born), ARG(e->area), ARG(e->people), ARG(facts_write(k->a, e->fields)),
               ARG(e->from_at), ARG(now->active_at), ARG(now->to_at), ARG(now->review_at),
               ARG(now->until_at), ARG(e->duty_at), ARG(e->asked), ARG(e->asked_sealed),
               ARG(e->seq));
    else
        db_run(k->db, entry_update, ARG(k->d->code), ARG(e->id), ARG(now->kind), ARG(state_word(e)),
               ARG(e->building), ARG(e->label), ARG(e->person_id), ARG(e->keeper_id),
               ARG(e->post_id), ARG(e->name_sealed), ARG(e->phone_sealed), ARG(e->personal_sealed),
               same, ARG(e->born), ARG(facts_write(k->a, e->fields)), ARG(now->active_at),
               ARG(now->to_at), ARG(now->review_at), ARG(now->until_at), ARG(e->duty_at),
               ARG(e->asked), ARG(e->asked_sealed), ARG(e->seq));
    e->fresh = false;
}

/* ---- households ------------------------------------------------------------- */

struct str roll_opened(struct desk *k, const struct roll_entry *e, struct str sealed)
{
    return sealed.n ? unseal_text(k->db, k->d, k->a, e->id, sealed) : S("");
}

void roll_buildings(struct desk *k, struct str roll, struct str unit_path, struct val *list)
{
    struct rows r = db_query(k->db, k->a, entry_buildings, ARG(k->d->code), ARG(roll),
                             ARG(unit_path), ARG(path_end(k->a, unit_path)));

    while (rows_next(&r)) {
        struct val *v = add_map(list);

        set_str(v, "building", row_str(&r, 0));
        set_int(v, "n", row_int(&r, 1));
        set_int(v, "people", row_int(&r, 2));
    }
}

void roll_list(struct desk *k, const struct roll_entry *of, struct val *list)
{
    struct rows r =
        db_query(k->db, k->a, entry_building, ARG(k->d->code), ARG(of->roll), ARG(of->unit_path),
                 ARG(path_end(k->a, of->unit_path)), ARG(of->building));
    struct roll_entry one;

    while (rows_next(&r)) {
        struct val *v = add_map(list);

        read_entry(k, &r, &one);
        set_int(v, "id", one.id);
        set_str(v, "label", one.label);
        set_int(v, "unit_id", one.unit_id);
        set_str(v, "name", text_mask_name(k->a, roll_opened(k, &one, one.name_sealed)));
        set_str(v, "phone", text_mask(k->a, roll_opened(k, &one, one.phone_sealed)));
        set_int(v, "people", one.people);
        set_str(v, "area", one.area ? hundredths_text(k->a, one.area) : S(""));
    }
}
