#include "civic/duty.h"

#include "base/utf8.h"
#include "cal/rhythm.h"
#include "civic/bond.h"
#include "civic/list.h"
#include "civic/picture.h"
#include "civic/roll.h"

#define OF_SOURCE  50
#define NOTE_BYTES 20000
#define REASON_MAX 500
#define KEY        "district = $1 AND source_id = $2 AND name = $3 AND from_at = $4"

STMT(duties_moot, "UPDATE duty SET state = 'moot' WHERE district = $1 AND source_id = $2 AND "
                  "state = '' AND due_at > $3");
STMT(duty_get, "SELECT " DUTY_COLUMNS " FROM duty d WHERE d.district = $1 AND d.source_id = $2 AND "
               "d.name = $3 AND d.from_at = $4");
/* Of two at once one finds it to be done, the other does not. */
STMT(duty_do, "UPDATE duty SET state = $5, done_at = $6, by_id = $7, note = $8, matter_id = $9 "
              "WHERE " KEY " AND state = ''");
STMT(duties_by_source, "SELECT " DUTY_COLUMNS " FROM duty d WHERE d.district = $1 AND "
                       "d.source_id = $2 ORDER BY d.from_at DESC, d.name LIMIT $3");
STMT(duty_raised, "INSERT INTO link (district, from_id, to_id, kind, at) VALUES ($1, $2, $3, "
                  "'raised', $4)");
STMT(duty_raised_by,
     "SELECT " DUTY_COLUMNS " FROM link l CROSS JOIN duty d WHERE l.district = $1 AND "
     "l.to_id = $2 AND l.kind = 'raised' AND d.district = $1 AND d.source_id = "
     "l.from_id AND d.matter_id = l.to_id");
STMT(person_called, "SELECT name FROM person WHERE district = $1 AND id = $2");
/* Of the sources only entries keep the end of their ledger. */
STMT(entry_head,
     "UPDATE roll_entry SET seq = (SELECT max(e.seq) FROM event e WHERE e.district = $1 "
     "AND e.subject = $2) WHERE district = $1 AND id = $2");

void duties_stop(struct desk *k, int64_t source_id)
{
    db_run(k->db, duties_moot, ARG(k->d->code), ARG(source_id), ARG(k->now));
}

/* ---- reading -------------------------------------------------------------- */

void duty_read_row(const struct desk *k, const struct rows *r, struct duty *out)
{
    *out = (struct duty){.key = {row_int(r, 0), row_int(r, 2), row_str(r, 1)},
                         .noun = row_str(r, 3),
                         .kind = row_str(r, 4),
                         .unit_id = row_int(r, 5),
                         .unit_path = row_str(r, 6),
                         .person_id = row_int(r, 7),
                         .role_unit_id = row_int(r, 8),
                         .role = row_str(r, 9),
                         .due_at = row_int(r, 10),
                         .shut_at = row_int(r, 11),
                         .state = row_str(r, 12),
                         .done_at = row_int(r, 13),
                         .by_id = row_int(r, 14),
                         .note = row_str(r, 15),
                         .matter_id = row_int(r, 16)};
    out->def = pack_duty(k->d->pack, out->noun, out->kind, out->key.name);
}

bool duty_load(struct desk *k, const struct duty_key *key, struct duty *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, duty_get, ARG(k->d->code), ARG(key->source_id),
                             ARG(key->name), ARG(key->from_at));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such duty.");
    duty_read_row(k, &r, out);
    rows_end(&r);
    return true;
}

static struct str person_called_by(struct desk *k, int64_t id)
{
    struct rows r;
    struct str name;

    if (!id)
        return S("");
    r = db_query(k->db, k->a, person_called, ARG(k->d->code), ARG(id));
    name = rows_next(&r) ? row_str(&r, 0) : S("");
    rows_end(&r);
    return name;
}

/* ---- who may -------------------------------------------------------------- */

bool duty_is_mine(const struct desk *k, const struct duty *d)
{
    if (d->person_id)
        return d->person_id == k->actor->person;
    for (size_t i = 0; i < k->actor->posts; i++) {
        if (k->actor->post[i].unit == d->role_unit_id && str_eq(k->actor->post[i].role, d->role))
            return true;
    }
    return false;
}

bool duty_may_excuse(const struct desk *k, const struct duty *d)
{
    return !duty_is_mine(k, d) && actor_may(k->actor, S("supervise"), d->unit_path);
}

/* Who sees an entry of a roll, themselves on it or keeping it, sees what is done about it. */
static bool entry_seen(struct desk *k, const struct duty *d)
{
    struct roll_entry entry;
    struct err none = {0};

    return str_eq(d->noun, S("roll_entry")) &&
           roll_entry_take(k, d->key.source_id, 0, &entry, &none);
}

bool duty_visible(struct desk *k, const struct duty *d)
{
    return duty_is_mine(k, d) || (d->by_id && d->by_id == k->actor->person) ||
           actor_may(k->actor, S("supervise"), d->unit_path) ||
           actor_may(k->actor, S("matter.read"), d->unit_path) || entry_seen(k, d);
}

static struct duty_now now_of(const struct duty *d)
{
    return (struct duty_now){d->state, d->key.from_at, d->due_at, d->shut_at, d->done_at};
}

struct str duty_state(const struct desk *k, const struct duty *d)
{
    struct duty_now now = now_of(d);

    return duty_stands(&now, k->now);
}

static bool is_open(const struct desk *k, const struct duty *d, struct err *e)
{
    struct duty_now now = now_of(d);

    return duty_open(&now, k->now, e);
}

/* ---- writing -------------------------------------------------------------- */

/* What is noted of it, by somebody, now. */
struct noted {
    struct str state, note;
    int64_t matter_id;
};

static bool write_row(struct desk *k, const struct duty *d, const struct noted *n, struct err *e)
{
    int64_t changed = db_run(k->db, duty_do, ARG(k->d->code), ARG(d->key.source_id),
                             ARG(d->key.name), ARG(d->key.from_at), ARG(n->state), ARG(k->now),
                             ARG(k->actor->person), ARG(n->note), ARG(n->matter_id));

    return changed == 1 ||
           refuse(e, ERR_CONFLICT, NULL, "Somebody was faster. Please look at it again.");
}

static void record(struct desk *k, const struct duty *d, struct str kind, struct val *content)
{
    struct event ev = {.subject = d->key.source_id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = d->noun,
                       .kind = kind,
                       .content = content,
                       .as_unit = d->role_unit_id};

    set_str(content, "duty", d->key.name);
    set_int(content, "from", d->key.from_at);
    (void)ledger_append(k->db, k->d, k->a, &ev, NULL);
    if (str_eq(d->noun, S("roll_entry")))
        db_run(k->db, entry_head, ARG(k->d->code), ARG(d->key.source_id));
}

/* A need heard on a visit: its place is the source's unit, whoever did the visit follows it. */
static bool raise_matter(struct desk *k, const struct duty *d, const struct duty_act *act,
                         int64_t *id, struct err *e)
{
    struct matter_receipt out;
    struct matter_new n = {.mechanism = act->raise,
                           .title = act->title,
                           .body = act->body,
                           .channel = S("office"),
                           .unit_id = d->unit_id,
                           .without_report = true};

    if (!str_among(act->raise, d->def->raise, d->def->raises))
        return refuse(e, ERR_INVALID, "raise", "This cannot be raised here.");
    if (!str_trim(act->title).n)
        return refuse(e, ERR_INVALID, "title", "Please say what it is about.");
    if (!matter_open(k, &n, &out, e))
        return false;
    *id = out.id;
    db_run(k->db, duty_raised, ARG(k->d->code), ARG(d->key.source_id), ARG(out.id), ARG(k->now));
    return true;
}

bool duty_done(struct desk *k, const struct duty_act *act, int64_t *matter_id, struct err *e)
{
    struct val *c = val_map(k->a), *kept = set_map(c, "fields");
    struct noted n = {.state = S("done")};
    struct facts_ask ask;
    struct duty d;

    if (!duty_load(k, &act->key, &d, e))
        return false;
    if (!duty_is_mine(k, &d))
        return refuse(e, ERR_DENIED, NULL, "This is somebody else's to do.");
    if (!is_open(k, &d, e))
        return false;
    if (!d.def)
        return refuse(e, ERR_CONFLICT, NULL, "This is not asked for any more.");
    ask = (struct facts_ask){d.def->ask, d.def->asks};
    if (!facts_check(k, ask, act->fields, e))
        return false;
    facts_keep(kept, ask, act->fields);
    if (act->raise.n && !raise_matter(k, &d, act, &n.matter_id, e))
        return false;
    pictures_claim(k, ask, kept, d.key.source_id);
    n.note = kept->first ? json_text(k->a, kept) : S("");
    if (!write_row(k, &d, &n, e))
        return false;
    if (n.matter_id)
        set_int(c, "matter", n.matter_id);
    record(k, &d, S("duty_done"), c);
    if (str_eq(d.noun, S("bond")))
        bond_contact(k, d.key.source_id, d.key.name);
    if (matter_id)
        *matter_id = n.matter_id;
    return true;
}

bool duty_excuse(struct desk *k, const struct duty_key *key, struct str reason, struct err *e)
{
    struct val *c = val_map(k->a);
    struct noted n = {.state = S("excused")};
    struct duty d;

    reason = str_trim(reason);
    if (!duty_load(k, key, &d, e))
        return false;
    if (!duty_may_excuse(k, &d))
        return refuse(e, ERR_DENIED, NULL, "Whoever supervises here may excuse this.");
    if (!is_open(k, &d, e))
        return false;
    if (utf8_count(reason) < 2 || utf8_count(reason) > REASON_MAX)
        return refuse(e, ERR_INVALID, "reason", "Please say why, in 2 to %d characters.",
                      REASON_MAX);
    set_str(c, "reason", reason);
    n.note = json_text(k->a, c);
    if (!write_row(k, &d, &n, e))
        return false;
    record(k, &d, S("duty_excused"), c);
    return true;
}

/* ---- showing -------------------------------------------------------------- */

static struct str kind_title(const struct desk *k, const struct duty *d)
{
    const struct unit_kind *u =
        str_eq(d->noun, S("unit")) ? pack_unit_kind(k->d->pack, d->kind) : NULL;
    const struct bond_kind *b = str_eq(d->noun, S("bond")) ? pack_bond(k->d->pack, d->kind) : NULL;
    const struct roll *r;
    struct str roll;

    (void)str_cut(d->kind, '/', &roll);
    r = str_eq(d->noun, S("roll_entry")) ? pack_roll(k->d->pack, roll) : NULL;
    if (u)
        return desk_title(k, &u->title);
    return b ? desk_title(k, &b->title) : r ? desk_title(k, &r->title) : d->kind;
}

static void put_whose(struct desk *k, const struct duty *d, struct val *row)
{
    const struct role *role = d->role.n ? pack_role(k->d->pack, d->role) : NULL;
    const struct unit *u = unit_by_id(k->d->units, d->role_unit_id);

    if (d->person_id)
        set_str(row, "who", person_called_by(k, d->person_id));
    else
        set_str(row, "who",
                str_format(k->a, "%.*s · %.*s", STR_ARG(u ? u->name : S("")),
                           STR_ARG(role ? desk_title(k, &role->title) : d->role)));
}

static void put_note(struct desk *k, const struct duty *d, struct val *row)
{
    struct val *list = set_list(row, "note"), *photos = set_list(row, "photos");
    const struct val *note = facts_read(k->a, d->note);
    const struct val *reason = note ? val_get(note, S("reason")) : NULL;
    bool excused = str_eq(d->state, S("excused"));

    set_str(row, "reason", excused && reason ? reason->str : S(""));
    for (int i = 0; !excused && note && d->def && i < d->def->asks; i++) {
        const struct field *f = &d->def->ask[i];
        const struct val *got = val_get(note, f->name);
        struct val *v;

        if (!got)
            continue;
        if (f->kind == FIELD_PICTURES) {
            for (const struct item *it = got->first; it; it = it->next)
                add_val(photos, it->val);
            continue;
        }
        v = add_map(list);
        set_str(v, "name", f->name);
        set_str(v, "title", desk_title(k, &f->title));
        set_str(v, "text", text_mask(k->a, field_words(k, f, got)));
    }
}

void duty_row_view(struct desk *k, const struct duty *d, struct val *row)
{
    const struct unit *u = unit_by_id(k->d->units, d->unit_id);
    struct span in = {d->key.from_at, d->due_at + 1};

    if (d->def)
        (void)rhythm_span(d->def->every, d->key.from_at, &in);
    set_int(row, "source_id", d->key.source_id);
    set_str(row, "name", d->key.name);
    set_int(row, "from_at", d->key.from_at);
    set_str(row, "at",
            str_format(k->a, "/duties/%lld/%.*s/%lld", (long long)d->key.source_id,
                       STR_ARG(d->key.name), (long long)d->key.from_at));
    set_str(row, "title", d->def ? desk_title(k, &d->def->title) : d->key.name);
    set_str(row, "noun", d->noun);
    set_str(row, "kind", d->kind);
    set_str(row, "kind_title", kind_title(k, d));
    set_str(row, "unit", u ? u->name : S(""));
    set_int(row, "unit_id", d->unit_id);
    set_str(row, "from", day_text(k->a, day_of(in.from_ms)));
    set_str(row, "to", day_text(k->a, day_of(in.to_ms - 1)));
    set_str(row, "due_at", when_minute(k->a, d->due_at));
    set_str(row, "shut_at", when_minute(k->a, d->shut_at));
    set_str(row, "state", duty_state(k, d));
    put_whose(k, d, row);
    set_str(row, "done_at", d->done_at ? when_minute(k->a, d->done_at) : S(""));
    set_str(row, "by", person_called_by(k, d->by_id));
    put_note(k, d, row);
    set_int(row, "matter_id", d->matter_id);
}

/* The last so many, newest first. */
static int of_source(struct desk *k, int64_t source_id, struct duty **out)
{
    struct duty *d = NEW_ARRAY(k->a, struct duty, OF_SOURCE);
    struct rows r =
        db_query(k->db, k->a, duties_by_source, ARG(k->d->code), ARG(source_id), ARG(OF_SOURCE));
    int n = 0;

    while (rows_next(&r))
        duty_read_row(k, &r, &d[n++]);
    *out = d;
    return n;
}

void duties_of(struct desk *k, int64_t source_id, struct val *list)
{
    struct duty *d;
    int n = of_source(k, source_id, &d);

    for (int i = 0; i < n; i++)
        duty_row_view(k, &d[i], add_map(list));
}

static bool has_picture(struct desk *k, const struct duty *d, int64_t picture)
{
    struct val *row = val_map(k->a);

    put_note(k, d, row);
    for (const struct item *it = val_get(row, S("photos"))->first; it; it = it->next) {
        if (it->val.kind == VAL_INT && it->val.integer == picture)
            return true;
    }
    return false;
}

bool duty_shows(struct desk *k, int64_t source_id, int64_t picture)
{
    struct duty *d;
    int n = of_source(k, source_id, &d);

    for (int i = 0; i < n; i++) {
        if (duty_visible(k, &d[i]) && has_picture(k, &d[i], picture))
            return true;
    }
    return false;
}

bool duty_of_matter(struct desk *k, int64_t matter, struct duty *out)
{
    struct rows r = db_query(k->db, k->a, duty_raised_by, ARG(k->d->code), ARG(matter));
    bool there = rows_next(&r);

    if (there)
        duty_read_row(k, &r, out);
    rows_end(&r);
    return there;
}
