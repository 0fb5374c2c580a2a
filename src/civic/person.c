#include "civic/person.h"

#include "base/utf8.h"
#include "civic/district.h"

#include <string.h>

#define POSTS_MAX 64 /* of one person at one time */

#define ALSO_SHOWN 100 /* of more people in one unit their other posts are not looked up */

STMT(person_insert, "INSERT INTO person (district, id, name, phone_sealed, at) VALUES ($1, $2, $3, "
                    "$4, $5)");
STMT(person_get, "SELECT name FROM person WHERE district = $1 AND id = $2");
STMT(person_in_unit, "SELECT p.person_id FROM post p JOIN person n ON n.district = $1 AND n.id = "
                     "p.person_id WHERE p.district = $1 AND p.unit_id = $2 AND n.name = $3 AND "
                     "(p.to_at = 0 OR p.to_at > $4)");
STMT(person_sealed,
     "SELECT n.phone_sealed FROM post p JOIN person n ON n.district = $1 AND n.id = p.person_id "
     "WHERE p.district = $1 AND p.person_id = $2 AND p.unit_id = $3 AND (p.to_at = 0 OR p.to_at > "
     "$4) LIMIT 1");
STMT(post_same, "SELECT id, to_at, facts FROM post WHERE district = $1 AND person_id = $2 AND "
                "unit_id = $3 AND role = $4 AND (to_at = 0 OR to_at > $5)");
STMT(post_insert,
     "INSERT INTO post (district, id, person_id, unit_id, role, from_at, to_at, facts) "
     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
STMT(post_describe, "UPDATE post SET to_at = $3, facts = $4 WHERE district = $1 AND id = $2");
STMT(post_get, "SELECT person_id, unit_id, role FROM post WHERE district = $1 AND id = $2 AND "
               "(to_at = 0 OR to_at > $3)");
STMT(post_close, "UPDATE post SET to_at = $3 WHERE district = $1 AND id = $2");
STMT(post_of_person, "SELECT id, unit_id, role FROM post WHERE district = $1 AND person_id = $2 "
                     "AND from_at <= $3 AND (to_at = 0 OR to_at > $3) ORDER BY id");
STMT(post_of_unit,
     "SELECT p.id, p.person_id, n.name, p.role, p.from_at, p.to_at, p.facts, n.phone_sealed FROM "
     "post p JOIN person n ON n.district = $1 AND n.id = p.person_id WHERE "
     "p.district = $1 AND p.unit_id = $2 AND (p.to_at = 0 OR p.to_at > $3) ORDER BY "
     "p.role, p.id");

STMT(person_born, "SELECT born FROM person WHERE district = $1 AND id = $2");
STMT(person_set_born_st, "UPDATE person SET born = $3 WHERE district = $1 AND id = $2");
STMT(person_holds, "SELECT id FROM post WHERE district = $1 AND person_id = $2 AND (to_at = 0 OR "
                   "to_at > $3)");
STMT(person_blank,
     "UPDATE person SET name = '', phone_sealed = '' WHERE district = $1 AND id = $2");
STMT(person_seats, "UPDATE seat SET name = '' WHERE district = $1 AND person_id = $2");
STMT(person_appraised,
     "UPDATE appraised SET name = '' WHERE district = $1 AND person_id = $2 AND person_id > 0");
STMT(person_logins, "DELETE FROM login WHERE district = $1 AND person_id = $2");
STMT(person_sessions, "DELETE FROM session WHERE district = $1 AND person_id = $2");

static void record(struct desk *k, int64_t subject, struct str noun, struct str kind,
                   const struct val *content)
{
    struct event ev = {.subject = subject,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = noun,
                       .kind = kind,
                       .content = content};

    (void)ledger_append(k->db, k->d, k->a, &ev, NULL);
}

bool person_add(struct desk *k, struct str name, struct str phone, int64_t *id, struct err *e)
{
    struct str sealed = S("");
    struct val *c = val_map(k->a);

    name = str_trim(name);
    if (!name.n || utf8_count(name) > 30)
        return refuse(e, ERR_INVALID, "name", "A person needs a name of at most 30 characters.");
    *id = id_next(k->d->ids, k->now);
    if (phone.n)
        sealed = seal_text(k->db, k->d, k->a, *id, phone);
    db_run(k->db, person_insert, ARG(k->d->code), ARG(*id), ARG(name), ARG(sealed), ARG(k->now));
    set_bool(c, "phone", phone.n > 0);
    record(k, *id, S("person"), S("add"), c);
    return true;
}

struct facts_ask post_asks(const struct role *r)
{
    return r ? (struct facts_ask){r->ask, r->asks} : (struct facts_ask){0};
}

static bool check_post(struct desk *k, const struct post_new *p, struct err *e)
{
    const struct unit *u = unit_by_id(k->d->units, p->unit);

    if (!u)
        return refuse(e, ERR_INVALID, "unit", "There is no such unit.");
    if (!desk_may(k, S("users.manage"), u->path, e) || !role_check(k->d->pack, p->role, u->kind, e))
        return false;
    if (p->from_at > k->now)
        return refuse(e, ERR_INVALID, "from", "This day is still to come.");
    return !p->until_at || p->until_at > k->now ||
           refuse(e, ERR_INVALID, "until", "This day is past.");
}

static int64_t add_post(struct desk *k, const struct post_new *p, const struct val *facts)
{
    int64_t id = id_next(k->d->ids, k->now);
    struct val *c = val_map(k->a);

    db_run(k->db, post_insert, ARG(k->d->code), ARG(id), ARG(p->person), ARG(p->unit), ARG(p->role),
           ARG(p->from_at ? p->from_at : k->now), ARG(p->until_at), ARG(facts_write(k->a, facts)));
    set_int(c, "person", p->person);
    set_int(c, "unit", p->unit);
    set_str(c, "role", p->role);
    if (p->until_at)
        set_int(c, "until", p->until_at);
    if (facts && facts->first)
        set_val(c, S("facts"), *facts);
    record(k, id, S("post"), S("give"), c);
    district_raise(k);
    return id;
}

static void change_post(struct desk *k, int64_t id, int64_t until, const struct facts_change *facts)
{
    struct val *c = val_map(k->a);

    db_run(k->db, post_describe, ARG(k->d->code), ARG(id), ARG(until),
           ARG(facts_write(k->a, facts->all)));
    set_int(c, "until", until);
    set_val(c, S("facts"), *facts->changed);
    record(k, id, S("post"), S("change"), c);
    district_raise(k);
}

bool post_give(struct desk *k, const struct post_new *p, bool *changed, struct err *e)
{
    const struct role *def = pack_role(k->d->pack, p->role);
    int64_t id, until;
    const struct val *was;
    struct facts_change facts;
    struct rows r;
    bool other;

    if (!check_post(k, p, e))
        return false;
    r = db_query(k->db, k->a, post_same, ARG(k->d->code), ARG(p->person), ARG(p->unit),
                 ARG(p->role), ARG(k->now));
    id = rows_next(&r) ? row_int(&r, 0) : 0;
    until = id ? row_int(&r, 1) : 0;
    was = id ? facts_read(k->a, row_str(&r, 2)) : NULL;
    rows_end(&r);
    if (!facts_take(k->a, post_asks(def), was, p->facts, &facts, e))
        return false;
    other = !id || facts.changed->first || (p->until_at && p->until_at != until);
    if (!id)
        (void)add_post(k, p, facts.all);
    else if (other)
        change_post(k, id, p->until_at ? p->until_at : until, &facts);
    if (changed)
        *changed = other;
    return true;
}

bool post_end(struct desk *k, int64_t post, struct err *e)
{
    struct rows r = db_query(k->db, k->a, post_get, ARG(k->d->code), ARG(post), ARG(k->now));
    const struct unit *u;

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such post.");
    u = unit_by_id(k->d->units, row_int(&r, 1));
    rows_end(&r);
    if (!u || !actor_may(k->actor, S("users.manage"), u->path))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    post_take_back(k, post);
    return true;
}

void post_take_back(struct desk *k, int64_t post)
{
    db_run(k->db, post_close, ARG(k->d->code), ARG(post), ARG(k->now));
    record(k, post, S("post"), S("end"), val_map(k->a));
    district_raise(k);
}

int64_t post_bring(struct desk *k, const struct post_new *p)
{
    struct rows r = db_query(k->db, k->a, post_same, ARG(k->d->code), ARG(p->person), ARG(p->unit),
                             ARG(p->role), ARG(k->now));
    bool held = rows_next(&r);

    rows_end(&r);
    return held ? 0 : add_post(k, p, NULL);
}

bool person_set_born(struct desk *k, int64_t person, int64_t born, struct err *e)
{
    struct val *c = val_map(k->a);
    struct rows r = db_query(k->db, k->a, person_born, ARG(k->d->code), ARG(person));
    bool same = rows_next(&r) && row_int(&r, 0) == born;

    rows_end(&r);
    if (born < 1900 || born > civil_of(k->now).year)
        return refuse(e, ERR_INVALID, "born", "This is not a year of birth.");
    if (same)
        return true;
    db_run(k->db, person_set_born_st, ARG(k->d->code), ARG(person), ARG(born));
    set_int(c, "born", born);
    record(k, person, S("person"), S("change"), c);
    district_raise(k);
    return true;
}

bool person_erase(struct desk *k, int64_t person)
{
    struct rows r = db_query(k->db, k->a, person_holds, ARG(k->d->code), ARG(person), ARG(k->now));
    bool holds = rows_next(&r);

    rows_end(&r);
    if (holds)
        return false;
    db_run(k->db, person_blank, ARG(k->d->code), ARG(person));
    db_run(k->db, person_seats, ARG(k->d->code), ARG(person));
    db_run(k->db, person_appraised, ARG(k->d->code), ARG(person));
    db_run(k->db, person_logins, ARG(k->d->code), ARG(person));
    db_run(k->db, person_sessions, ARG(k->d->code), ARG(person));
    seal_erase(k->db, k->d, person);
    record(k, person, S("person"), S("erase"), val_map(k->a));
    district_raise(k);
    return true;
}

int64_t person_find(struct desk *k, struct str name, int64_t unit)
{
    struct rows r =
        db_query(k->db, k->a, person_in_unit, ARG(k->d->code), ARG(unit), ARG(name), ARG(k->now));
    int64_t id = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return id;
}

void actor_load(struct desk *k, int64_t person, struct actor *out)
{
    struct holding *post = NEW_ARRAY(k->a, struct holding, POSTS_MAX);
    struct rows r = db_query(k->db, k->a, person_get, ARG(k->d->code), ARG(person));

    *out = (struct actor){.name = S(""), .csrf = S(""), .post = post};
    if (!rows_next(&r))
        return;
    out->person = person;
    out->name = row_str(&r, 0);
    rows_end(&r);
    r = db_query(k->db, k->a, post_of_person, ARG(k->d->code), ARG(person), ARG(k->now));
    while (rows_next(&r)) {
        const struct unit *u = unit_by_id(k->d->units, row_int(&r, 1));

        if (u && out->posts < POSTS_MAX)
            post[out->posts++] = (struct holding){row_int(&r, 0), u->id, row_str(&r, 2), u->path,
                                                  pack_role(k->d->pack, row_str(&r, 2))};
    }
}

/* A seat in a joint committee does not end the post for which somebody was given it. */
static void put_also(struct desk *k, int64_t unit, bool asked, struct val *post)
{
    struct val *list = set_list(post, "also");
    struct rows r;

    if (!asked)
        return;
    r = db_query(k->db, k->a, post_of_person, ARG(k->d->code),
                 ARG(val_get(post, S("person_id"))->integer), ARG(k->now));
    while (rows_next(&r)) {
        const struct unit *u = unit_by_id(k->d->units, row_int(&r, 1));
        const struct role *def = pack_role(k->d->pack, row_str(&r, 2));
        struct val *v = u && u->id != unit ? add_map(list) : NULL;

        if (!v)
            continue;
        set_str(v, "role_title", def ? desk_title(k, &def->title) : row_str(&r, 2));
        set_str(v, "unit", u->name);
    }
}

void posts_of_unit(struct desk *k, int64_t unit, struct val *list)
{
    int n = 0;
    struct rows r = db_query(k->db, k->a, post_of_unit, ARG(k->d->code), ARG(unit), ARG(k->now));

    while (rows_next(&r)) {
        const struct role *def = pack_role(k->d->pack, row_str(&r, 3));
        struct val *v = add_map(list);

        set_int(v, "id", row_int(&r, 0));
        set_int(v, "person_id", row_int(&r, 1));
        set_str(v, "name", row_str(&r, 2));
        set_bool(v, "has_phone", row_str(&r, 7).n > 0);
        set_str(v, "role", row_str(&r, 3));
        set_str(v, "role_title", def ? desk_title(k, &def->title) : row_str(&r, 3));
        set_str(v, "from", when_minute(k->a, row_int(&r, 4)));
        set_str(v, "until", row_int(&r, 5) ? when_minute(k->a, row_int(&r, 5)) : S(""));
        facts_view(k, post_asks(def), facts_read(k->a, row_str(&r, 6)), set_list(v, "facts"));
    }
    for (struct item *it = list->first; it; it = it->next, n++)
        put_also(k, unit, n < ALSO_SHOWN, &it->val);
}

bool person_reveal(struct desk *k, const struct unit *u, const struct reveal *ask,
                   struct str *plain, struct err *e)
{
    struct val *c = val_map(k->a);
    struct rows r;

    if (!desk_may(k, S("personal.reveal"), u->path, e) || !reveal_check(ask, e))
        return false;
    if (!str_eq(ask->field, S("phone")))
        return refuse(e, ERR_INVALID, "field", "There is no such field.");
    r = db_query(k->db, k->a, person_sealed, ARG(k->d->code), ARG(ask->id), ARG(u->id),
                 ARG(k->now));
    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "Nobody of this number holds a post here.");
    *plain = row_str(&r, 0).n ? unseal_text(k->db, k->d, k->a, ask->id, row_str(&r, 0)) : S("");
    rows_end(&r);
    look_put(k, &(struct look){.unit_path = u->path,
                               .person = ask->id,
                               .field = ask->field,
                               .reason = str_trim(ask->reason)});
    set_int(c, "unit", u->id);
    set_str(c, "field", ask->field);
    set_str(c, "reason", str_trim(ask->reason));
    record(k, ask->id, S("person"), S("look"), c);
    return true;
}
