/* What is done to entries of rolls: added, moved through their states, confirmed, ended. */
#include "base/utf8.h"
#include "civic/bond.h"
#include "civic/district.h"
#include "civic/duty.h"
#include "civic/job.h"
#include "civic/person.h"
#include "civic/roll.h"

#define AREA_MAX    100000000 /* 0.01 m²: a square kilometre */
#define PEOPLE_MAX  1000
#define EXPIRE_MOST 100

STMT(entry_same_label, "SELECT id FROM roll_entry WHERE district = $1 AND roll = $2 AND unit_path "
                       "= $3 AND label = $4 AND label <> '' AND to_at = 0");
STMT(entry_same_person, "SELECT unit_id, kind FROM roll_entry WHERE district = $1 AND roll = $2 "
                        "AND same = $3 AND same IS NOT NULL AND to_at = 0 ORDER BY unit_path");
/* Whom the district knows is on a roll once, also under another name than before. */
STMT(entry_known, "SELECT unit_id, kind FROM roll_entry WHERE district = $1 AND person_id = $2 AND "
                  "person_id > 0 AND roll = $3 AND to_at = 0");
STMT(entry_run_out, "SELECT id FROM roll_entry WHERE district = $1 AND to_at = 0 AND until_at > 0 "
                    "AND until_at <= $2 ORDER BY until_at LIMIT $3");
STMT(entry_person, "SELECT name FROM person WHERE district = $1 AND id = $2");

/* ---- what follows from being active ------------------------------------------- */

static void give_post(struct desk *k, struct roll_entry *e)
{
    struct post_new p = {.person = e->person_id,
                         .unit = e->unit_id,
                         .role = roll_gives(e->def, e->now.kind),
                         .until_at = e->now.until_at};

    if (p.role.n && p.person)
        e->post_id = post_bring(k, &p);
}

static void take_post(struct desk *k, struct roll_entry *e)
{
    if (e->post_id)
        post_take_back(k, e->post_id);
    e->post_id = 0;
}

static bool is_active(const struct roll_entry *e)
{
    return e->now.active_at && e->now.state != ROLL_ENDED;
}

/* After the entry moved: its post, its duties and its bonds follow. */
static void follow(struct desk *k, struct roll_entry *e, bool was)
{
    bool is = is_active(e);

    if (was != is)
        bonds_entry_moved(k, e->id);
    if (was && !is) {
        take_post(k, e);
        e->duty_at = 0;
        duties_stop(k, e->id);
        e->asked = e->now.state == ROLL_ENDED ? S("") : e->asked;
    } else if (is && !was) {
        give_post(k, e);
        e->duty_at = k->now;
    }
}

void roll_leave(struct desk *k, struct roll_entry *e, struct str outcome)
{
    bool was = is_active(e);
    struct err none = {0};

    if (!roll_stop(e->def, &e->now, outcome, k->now, &none))
        e->now.outcome = outcome;
    follow(k, e, was);
}

/* ---- adding ------------------------------------------------------------------- */

static bool may_add(struct desk *k, const struct roll *def, const struct roll_new *n, struct err *e)
{
    struct str path = n->unit->path;

    if (n->self && (def->join & JOIN_SELF) && k->actor->person)
        return true;
    if (!n->self && (def->join & JOIN_DIRECT) && roll_keeps(k, def, path))
        return true;
    return (!n->self && roll_recommends(k, def, path)) ||
           refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
}

static bool check_household(const struct roll_new *n, struct err *e)
{
    if (!n->label.n || utf8_count(n->label) > 60 || utf8_count(n->building) > 30)
        return refuse(e, ERR_INVALID, "label",
                      "Please say which one it is, in at most %d characters.", 60);
    if (n->area < 0 || n->area > AREA_MAX)
        return refuse(e, ERR_INVALID, "area", "This is not an area in square metres.");
    return (n->people >= 0 && n->people <= PEOPLE_MAX) ||
           refuse(e, ERR_INVALID, "people", "This is not a number of people.");
}

static bool check_new(struct desk *k, const struct roll *def, const struct roll_new *n,
                      struct err *e)
{
    if (!def)
        return refuse(e, ERR_INVALID, "roll", "There is no roll called %.*s.", STR_ARG(n->roll));
    if (!n->unit)
        return refuse(e, ERR_INVALID, "unit", "There is no such unit.");
    if (!roll_keep_check(def, n->unit->kind, e))
        return false;
    if (str_eq(def->of, S("household")) && !check_household(n, e))
        return false;
    if (str_eq(def->of, S("unit")) && !unit_by_id(k->d->units, n->about))
        return refuse(e, ERR_INVALID, "about", "Please say which unit it is.");
    return may_add(k, def, n, e);
}

static void seal_personal(struct desk *k, struct roll_entry *e, const struct val *personal)
{
    e->personal_sealed = seal_text(k->db, k->d, k->a, e->id, facts_write(k->a, personal));
}

/* What is known of it, checked and put where it belongs: in clear, or sealed. */
static bool take_facts(struct desk *k, struct roll_entry *e, const struct val *said,
                       struct err *err)
{
    struct facts_ask ask = roll_facts(k->a, e->def, e->now.kind);
    const struct val *personal = facts_read(k->a, roll_opened(k, e, e->personal_sealed));
    struct val *was = val_map(k->a), *open = val_map(k->a), *closed = val_map(k->a);
    struct val *who = val_map(k->a);
    struct facts_change facts;
    struct identity id;

    for (int i = 0; i < ask.n; i++) {
        const struct field *f = &ask.field[i];
        const struct val *from = f->personal ? personal : e->fields;
        const struct val *v = from ? val_get(from, f->name) : NULL;

        if (v)
            set_val(was, f->name, *v);
    }
    if (!facts_take(k->a, ask, was, said, &facts, err))
        return false;
    for (int i = 0; i < ask.n; i++) {
        const struct field *f = &ask.field[i];
        const struct val *v = val_get(facts.all, f->name);

        if (f->need && !v)
            return refuse(err, ERR_INVALID, f->name.p, "This must be filled in.");
        if (v)
            set_val(f->personal ? closed : open, f->name, *v);
    }
    for (const struct item *it = closed->first; it; it = it->next)
        set_val(who, it->key, it->val);
    set_str(who, "name", roll_opened(k, e, e->name_sealed));
    set_str(who, "phone", roll_opened(k, e, e->phone_sealed));
    if (!identity_of(k, who, unit_by_id(k->d->units, e->unit_id), &id, err) ||
        !roll_age(e->def, e->now.kind, id.born_day, e->from_at, err))
        return false;
    e->same = str_eq(e->def->of, S("person")) ? id.same : S("");
    e->born = id.born_day == INT32_MIN ? 0 : civil_of(day_start_ms(id.born_day)).year;
    e->fields = open;
    seal_personal(k, e, closed);
    return true;
}

static bool take_name(struct desk *k, struct roll_entry *e, struct str name, struct str phone,
                      struct err *err)
{
    name = str_trim(name);
    if (str_eq(e->def->of, S("person")) && (!name.n || utf8_count(name) > 30))
        return refuse(err, ERR_INVALID, "name", "A person needs a name of at most 30 characters.");
    if (utf8_count(name) > 60 || utf8_count(phone) > 30)
        return refuse(err, ERR_INVALID, utf8_count(name) > 60 ? "name" : "phone",
                      "This takes at most %lld characters.",
                      (long long)(utf8_count(name) > 60 ? 60 : 30));
    e->name_sealed = seal_text(k->db, k->d, k->a, e->id, name);
    e->phone_sealed = seal_text(k->db, k->d, k->a, e->id, str_trim(phone));
    return true;
}

static struct str person_name(struct desk *k, int64_t person)
{
    struct rows r = db_query(k->db, k->a, entry_person, ARG(k->d->code), ARG(person));
    struct str name = rows_next(&r) ? row_str(&r, 0) : S("");

    rows_end(&r);
    return name;
}

/* On the roll already? *again: just the same; elsewhere or as another kind it is refused. */
static bool check_there(struct rows *r, struct desk *k, const struct roll_entry *e, bool *again,
                        struct err *err)
{
    const struct unit *u;

    if (!rows_next(r))
        return true;
    u = unit_by_id(k->d->units, row_int(r, 0));
    *again = row_int(r, 0) == e->unit_id && str_eq(row_str(r, 1), e->now.kind);
    rows_end(r);
    return *again ||
           refuse(err, ERR_CONFLICT, "name", "This person is on this roll already, in %.*s.",
                  u ? (int)u->name.n : 0, u ? u->name.p : "");
}

static bool check_double(struct desk *k, const struct roll_entry *e, bool *again, struct err *err)
{
    struct rows r =
        db_query(k->db, k->a, entry_known, ARG(k->d->code), ARG(e->person_id), ARG(e->roll));

    *again = false;
    if (!check_there(&r, k, e, again, err) || *again)
        return *again;
    if (e->same.n) {
        r = db_query(k->db, k->a, entry_same_person, ARG(k->d->code), ARG(e->roll),
                     arg_blob(e->same));
        if (!check_there(&r, k, e, again, err) || *again)
            return *again;
    }
    r = db_query(k->db, k->a, entry_same_label, ARG(k->d->code), ARG(e->roll), ARG(e->unit_path),
                 ARG(e->label));
    *again = rows_next(&r);
    rows_end(&r);
    return true;
}

static struct roll_entry begin(struct desk *k, const struct roll *def, const struct roll_new *n)
{
    const struct unit *about = unit_by_id(k->d->units, n->about);

    return (struct roll_entry){.id = id_next(k->d->ids, k->now),
                               .roll = def->name,
                               .def = def,
                               .unit_id = n->unit->id,
                               .unit_path = n->unit->path,
                               .building = n->building,
                               .label = about ? about->name : n->label,
                               .person_id = n->self ? k->actor->person : n->person,
                               .about_unit_id = n->about,
                               .keeper_id = n->keeper,
                               .area = n->area,
                               .people = n->people,
                               .from_at = k->now,
                               .fresh = true};
}

static struct val *content_of(struct desk *k, const struct roll_entry *e)
{
    struct val *c = val_map(k->a);

    set_str(c, "roll", e->roll);
    set_int(c, "unit", e->unit_id);
    if (e->label.n)
        set_str(c, "label", e->label);
    if (e->building.n)
        set_str(c, "building", e->building);
    if (e->area)
        set_int(c, "area", e->area);
    if (e->people)
        set_int(c, "people", e->people);
    return c;
}

bool roll_add(struct desk *k, const struct roll_new *n, int64_t *id, bool *added, struct err *err)
{
    const struct roll *def = pack_roll(k->d->pack, n->roll);
    struct roll_entry e;
    struct str name;
    bool again;

    *added = false;
    if (!check_new(k, def, n, err))
        return false;
    e = begin(k, def, n);
    name = e.person_id ? person_name(k, e.person_id) : n->name;
    if (!roll_begin(def, n->kind, k->now, &e.now, err) || !take_name(k, &e, name, n->phone, err) ||
        !take_facts(k, &e, n->said, err) || !check_double(k, &e, &again, err))
        return false;
    if (again) {
        seal_erase(k->db, k->d, e.id); /* the key that was made for nothing */
        return true;
    }
    follow(k, &e, false);
    roll_save(k, &e, S("add"), content_of(k, &e));
    if (id)
        *id = e.id;
    *added = true;
    return true;
}

/* ---- acting -------------------------------------------------------------------- */

static bool take_kept(struct desk *k, const struct roll_step *s, struct roll_entry *e,
                      struct err *err)
{
    return roll_entry_take(k, s->id, s->seen, e, err) &&
           (roll_keeps(k, e->def, e->unit_path) ||
            refuse(err, ERR_DENIED, NULL, "Your posts do not allow this."));
}

static bool is_offered(struct desk *k, const struct roll_entry *e, struct str name)
{
    const struct roll_state *st = e->now.state >= 0 ? &e->def->state[e->now.state] : NULL;
    const struct roll_action **list =
        NEW_ARRAY(k->a, const struct roll_action *, (size_t)(st ? st->actions : 0) + 1);
    int n;

    roll_offers(k, e, list, &n);
    for (int i = 0; i < n; i++) {
        if (str_eq(list[i]->name, name))
            return true;
    }
    return false;
}

/* What an action asks is kept with it, in the ledger. */
static bool asked_of(struct desk *k, const struct roll_action *a, const struct val *said,
                     struct val *content, struct err *e)
{
    struct facts_change facts;

    if (!facts_take(k->a, (struct facts_ask){a->ask, a->asks}, NULL, said, &facts, e))
        return false;
    for (int i = 0; i < a->asks; i++) {
        const struct val *v = val_get(facts.all, a->ask[i].name);

        if (!v && a->ask[i].need)
            return refuse(e, ERR_INVALID, a->ask[i].name.p, "This must be filled in.");
        if (v)
            set_val(content, a->ask[i].name, *v);
    }
    return true;
}

bool roll_do(struct desk *k, const struct roll_step *s, struct err *err)
{
    struct val *c = val_map(k->a);
    const struct roll_action *a;
    struct roll_entry e;
    bool was;

    if (!roll_entry_take(k, s->id, s->seen, &e, err))
        return false;
    was = is_active(&e);
    a = roll_action_find(e.def, e.now.state, s->what);
    if (a && !is_offered(k, &e, s->what))
        return refuse(err, ERR_DENIED, NULL, "Your posts do not allow this.");
    if ((a && !asked_of(k, a, s->said, c, err)) || !roll_act(e.def, &e.now, s->what, k->now, err))
        return false;
    follow(k, &e, was);
    set_str(c, "action", s->what);
    roll_save(k, &e, S("do"), c);
    return true;
}

bool roll_set_kind(struct desk *k, const struct roll_step *s, struct err *err)
{
    struct roll_entry e;

    if (!take_kept(k, s, &e, err) || !roll_to_kind(e.def, &e.now, s->what, k->now, err) ||
        !take_facts(k, &e, s->said, err))
        return false;
    if (is_active(&e)) {
        take_post(k, &e);
        give_post(k, &e);
        duties_stop(k, e.id);
        e.duty_at = k->now;
    }
    roll_save(k, &e, S("kind"), val_map(k->a));
    return true;
}

bool roll_set_keeper(struct desk *k, const struct roll_step *s, int64_t person, struct err *err)
{
    struct roll_entry e;

    if (!take_kept(k, s, &e, err))
        return false;
    if (e.now.state == ROLL_ENDED)
        return refuse(err, ERR_CONFLICT, NULL, "This entry has ended.");
    if (person && !person_name(k, person).n)
        return refuse(err, ERR_INVALID, "keeper", "There is no such person.");
    e.keeper_id = person;
    roll_save(k, &e, S("keeper"), val_map(k->a));
    return true;
}

bool roll_confirm_it(struct desk *k, const struct roll_step *s, struct err *err)
{
    struct roll_entry e;

    if (!roll_entry_take(k, s->id, s->seen, &e, err))
        return false;
    if (e.keeper_id != k->actor->person && !roll_keeps(k, e.def, e.unit_path))
        return refuse(err, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (!roll_confirm(e.def, &e.now, k->now, err))
        return false;
    roll_save(k, &e, S("confirm"), val_map(k->a));
    return true;
}

bool roll_change(struct desk *k, const struct roll_step *s, struct err *err)
{
    const struct val *name = s->said ? val_get(s->said, S("name")) : NULL;
    const struct val *phone = s->said ? val_get(s->said, S("phone")) : NULL;
    struct val *rest = val_map(k->a), *c = val_map(k->a), *names = set_list(c, "changed");
    struct roll_entry e;

    if (!take_kept(k, s, &e, err))
        return false;
    if (e.now.state == ROLL_ENDED)
        return refuse(err, ERR_CONFLICT, NULL, "This entry has ended.");
    if (!take_name(
            k, &e, name && name->kind == VAL_STR ? name->str : roll_opened(k, &e, e.name_sealed),
            phone && phone->kind == VAL_STR ? phone->str : roll_opened(k, &e, e.phone_sealed), err))
        return false;
    for (const struct item *it = s->said ? s->said->first : NULL; it; it = it->next) {
        if (&it->val != name && &it->val != phone)
            set_val(rest, it->key, it->val);
        add_val(names, (struct val){.kind = VAL_STR, .str = it->key});
    }
    if (!take_facts(k, &e, rest, err))
        return false;
    roll_save(k, &e, S("change"), c);
    return true;
}

bool roll_end(struct desk *k, int64_t id, struct str reason, struct err *err)
{
    struct roll_step s = {.id = id};
    struct val *c = val_map(k->a);
    struct roll_entry e;
    bool was;

    if (!roll_entry_load(k, id, &e, err))
        return false;
    if (!e.def || e.now.state == ROLL_ENDED)
        return refuse(err, ERR_NOT_FOUND, NULL, "There is no such entry on a roll.");
    was = is_active(&e);
    if (!take_kept(k, &s, &e, err))
        return false;
    reason = str_trim(reason);
    if (utf8_count(reason) < 2)
        return refuse(err, ERR_INVALID, "reason", "Please say why this entry ends.");
    if (!roll_stop(e.def, &e.now, S("ended"), k->now, err))
        return false;
    follow(k, &e, was);
    set_str(c, "reason", reason);
    roll_save(k, &e, S("end"), c);
    return true;
}

/* ---- time ---------------------------------------------------------------------- */

int roll_expire(struct desk *k, int most)
{
    struct rows r =
        db_query(k->db, k->a, entry_run_out, ARG(k->d->code), ARG(k->now), ARG((int64_t)most));
    int64_t *id = NEW_ARRAY(k->a, int64_t, (size_t)most + 1);
    int n = rows_ints(&r, id, most), done = 0;

    for (int i = 0; i < n; i++) {
        struct desk then = *k;
        struct roll_entry e;
        struct err err = {0};
        bool was;

        if (!roll_entry_load(k, id[i], &e, &err) || !e.def)
            continue;
        was = is_active(&e);
        then.now = e.now.until_at;
        if (roll_tick(e.def, &e.now, k->now)) {
            follow(&then, &e, was);
            roll_save(&then, &e, S("expire"), val_map(k->a));
            done++;
        }
    }
    return done;
}

JOB(rolls_expire, .every_ms = SECOND_MS, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return roll_expire(&k, EXPIRE_MOST);
}
