/* Notes about cadres at work: written, listed and read by named posts only. */
#include "civic/evidence.h"

#include "base/utf8.h"
#include "civic/appraisal.h"
#include "civic/look.h"
#include "civic/person.h"
#include "val/json.h"

#define BODY_MAX    4000
#define PEOPLE_MAX  200
#define ROWS        50
#define CONTENT_MAX 100000

#define COLUMNS                                                                                \
    "e.id, e.kind, e.person_id, e.unit_id, e.unit_path, e.matter_id, e.body_sealed, e.by_id, " \
    "e.at, p.name, w.name, m.number, m.title"
#define TABLES                                                                                  \
    " FROM evidence e LEFT JOIN person p ON p.district = $1 AND p.id = e.person_id LEFT JOIN "  \
    "person w ON w.district = $1 AND w.id = e.by_id LEFT JOIN matter m ON m.district = $1 AND " \
    "m.id = e.matter_id WHERE e.district = $1 AND "

STMT(evidence_insert,
     "INSERT INTO evidence (district, id, kind, person_id, unit_id, unit_path, matter_id, "
     "body_sealed, by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
STMT(evidence_get, "SELECT " COLUMNS TABLES "e.id = $2");
STMT(evidence_all, "SELECT " COLUMNS TABLES "e.id < $2 ORDER BY e.id DESC LIMIT $3");
STMT(evidence_of_matter,
     "SELECT " COLUMNS TABLES "e.matter_id = $4 AND e.id < $2 ORDER BY e.id DESC LIMIT $3");
STMT(evidence_of_person,
     "SELECT " COLUMNS TABLES "e.person_id = $4 AND e.id < $2 ORDER BY e.id DESC LIMIT $3");
STMT(evidence_matter, "SELECT id FROM matter WHERE district = $1 AND number = $2");
STMT(evidence_post, "SELECT p.id, p.person_id, n.name, p.role, p.unit_id FROM post p JOIN person n "
                    "ON n.district = $1 AND n.id = p.person_id WHERE p.district = $1 AND p.id = $2 "
                    "AND p.from_at <= $3 AND (p.to_at = 0 OR p.to_at > $3)");
STMT(evidence_looks, "SELECT n.name, e.at, e.content FROM event e LEFT JOIN person n ON n.district "
                     "= $1 AND n.id = e.who WHERE e.district = $1 AND e.subject = $2 AND e.kind = "
                     "'look' ORDER BY e.seq DESC LIMIT 100");

struct note {
    int64_t id, person_id, unit_id, matter_id, by_id, at;
    struct str kind, unit_path, sealed, name, by, number, title;
};

static struct note note_read(const struct rows *r)
{
    return (struct note){.id = row_int(r, 0),
                         .kind = row_str(r, 1),
                         .person_id = row_int(r, 2),
                         .unit_id = row_int(r, 3),
                         .unit_path = row_str(r, 4),
                         .matter_id = row_int(r, 5),
                         .sealed = row_str(r, 6),
                         .by_id = row_int(r, 7),
                         .at = row_int(r, 8),
                         .name = row_str(r, 9),
                         .by = row_str(r, 10),
                         .number = row_str(r, 11),
                         .title = row_str(r, 12)};
}

/* ---- who may ------------------------------------------------------------------ */

static bool holds_one(const struct desk *k, const struct body *body, int n, int64_t unit)
{
    const struct unit *of = unit_by_id(k->d->units, unit);

    for (size_t i = 0; i < k->actor->posts; i++) {
        if (post_is_of(k, &k->actor->post[i], body, n, of))
            return true;
    }
    return false;
}

static bool may_read(const struct desk *k, const struct note *n)
{
    const struct evidence_kind *kind = pack_evidence(k->d->pack, n->kind);

    if (!k->actor->person || n->person_id == k->actor->person)
        return false;
    return n->by_id == k->actor->person ||
           (kind && holds_one(k, kind->read, kind->reads, n->unit_id));
}

/* Of any unit: whether there is a page at all. */
static bool named_in(const struct desk *k, const struct body *body, int n)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];

        if (post_is_of(k, h, body, n, unit_by_id(k->d->units, h->unit)))
            return true;
    }
    return false;
}

bool evidence_any(const struct desk *k)
{
    const struct pack *p = k->d->pack;

    for (int i = 0; i < p->evidences; i++) {
        if (named_in(k, p->evidence[i].write, p->evidence[i].writes) ||
            named_in(k, p->evidence[i].read, p->evidence[i].reads))
            return true;
    }
    return false;
}

/* ---- writing -------------------------------------------------------------------- */

static int64_t matter_of(struct desk *k, struct str number)
{
    struct rows r = db_query(k->db, k->a, evidence_matter, ARG(k->d->code), ARG(number));
    struct matter *m = NEW(k->a, struct matter);
    struct err e = {0};
    int64_t id = 0;

    if (rows_next(&r)) {
        id = row_int(&r, 0);
        rows_end(&r);
    }
    return id && matter_load(k, id, m, &e) && matter_visible(k, m) ? id : 0;
}

struct written_of { /* the post that is written about */
    int64_t person, unit;
    struct str name, role;
};

static bool post_of(struct desk *k, const struct evidence_kind *kind, int64_t post,
                    struct written_of *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, evidence_post, ARG(k->d->code), ARG(post), ARG(k->now));
    bool there = rows_next(&r);

    if (there) {
        *out = (struct written_of){row_int(&r, 1), row_int(&r, 4), row_str(&r, 2), row_str(&r, 3)};
        rows_end(&r);
    }
    if (!there || !str_among(out->role, kind->about, kind->abouts))
        return refuse(e, ERR_INVALID, "post", "These notes are not about this person.");
    if (out->person == k->actor->person)
        return refuse(e, ERR_INVALID, "post", "Nobody writes about themselves.");
    return holds_one(k, kind->write, kind->writes, out->unit) ||
           refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
}

static bool body_check(struct str body, struct err *e)
{
    if (!body.n)
        return refuse(e, ERR_INVALID, "body", "Please write what was seen.");
    return utf8_count(body) <= BODY_MAX ||
           refuse(e, ERR_INVALID, "body", "The text may have at most %d characters.", BODY_MAX);
}

static void record(struct desk *k, int64_t id, const char *kind, const struct val *content)
{
    struct event ev = {.subject = id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = S("evidence"),
                       .kind = str_of(kind),
                       .content = content};

    (void)ledger_append(k->db, k->d, k->a, &ev, NULL);
}

bool evidence_add(struct desk *k, const struct evidence_new *n, int64_t *id, struct err *e)
{
    const struct evidence_kind *kind = pack_evidence(k->d->pack, n->kind);
    struct str body = str_trim(n->body);
    struct val *c = val_map(k->a);
    const struct unit *u;
    struct written_of of;
    int64_t matter;

    if (!kind)
        return refuse(e, ERR_INVALID, "kind", "There are no such notes.");
    if (!post_of(k, kind, n->post_id, &of, e) || !body_check(body, e))
        return false;
    u = unit_by_id(k->d->units, of.unit);
    matter = matter_of(k, str_trim(n->number));
    if (!matter || !u)
        return refuse(e, ERR_INVALID, "number",
                      "A note belongs to a matter or project: there is none of this number.");
    *id = id_next(k->d->ids, k->now);
    db_run(k->db, evidence_insert, ARG(k->d->code), ARG(*id), ARG(kind->name), ARG(of.person),
           ARG(u->id), ARG(u->path), ARG(matter), ARG(seal_text(k->db, k->d, k->a, *id, body)),
           ARG(k->actor->person), ARG(k->now));
    set_str(c, "kind", kind->name);
    set_int(c, "person", of.person);
    set_int(c, "matter", matter);
    record(k, *id, "note", c);
    return true;
}

void evidence_kinds(struct desk *k, struct val *list)
{
    const struct pack *p = k->d->pack;

    for (int i = 0; i < p->evidences; i++) {
        struct val *v;

        if (!named_in(k, p->evidence[i].write, p->evidence[i].writes))
            continue;
        v = add_map(list);
        set_str(v, "name", p->evidence[i].name);
        set_str(v, "title", desk_title(k, &p->evidence[i].title));
        set_str(v, "purpose", desk_title(k, &p->evidence[i].purpose));
    }
}

static void put_people(struct desk *k, const struct unit *u, const struct evidence_kind *kind,
                       struct str words, struct val *list, int *left)
{
    struct val *posts = val_list(k->a);

    posts_of_unit(k, u->id, posts);
    for (const struct item *it = posts->first; it && *left > 0; it = it->next) {
        struct str name = val_text(&it->val, "name");
        struct val *v;

        if (!str_among(val_text(&it->val, "role"), kind->about, kind->abouts) ||
            val_int(&it->val, "person_id") == k->actor->person ||
            (words.n && !text_contains(name, words) && !text_contains(u->name, words)))
            continue;
        *left -= 1;
        v = add_map(list);
        set_int(v, "post_id", val_int(&it->val, "id"));
        set_str(v, "name", name);
        set_str(v, "role", val_text(&it->val, "role_title"));
        set_str(v, "unit", u->name);
    }
}

static bool held_there(const struct desk *k, const struct evidence_kind *kind, const struct unit *u)
{
    for (int i = 0; i < kind->abouts; i++) {
        const struct role *role = pack_role(k->d->pack, kind->about[i]);

        if (role && role_held_in(role, u->kind))
            return true;
    }
    return false;
}

void evidence_people(struct desk *k, struct str kind, struct str words, struct val *list)
{
    const struct evidence_kind *def = pack_evidence(k->d->pack, kind);
    int left = PEOPLE_MAX;

    for (size_t i = 0; def && left > 0 && i < units_count(k->d->units); i++) {
        const struct unit *u = units_at(k->d->units, i);

        if (held_there(k, def, u) && holds_one(k, def->write, def->writes, u->id))
            put_people(k, u, def, words, list, &left);
    }
}

/* ---- reading ---------------------------------------------------------------------- */

static void put_note(struct desk *k, const struct note *n, struct val *rows)
{
    const struct evidence_kind *kind = pack_evidence(k->d->pack, n->kind);
    const struct unit *u = unit_by_id(k->d->units, n->unit_id);
    struct val *v = add_map(rows);

    set_int(v, "id", n->id);
    set_str(v, "kind_title", kind ? desk_title(k, &kind->title) : n->kind);
    set_int(v, "person", n->person_id);
    set_str(v, "name", n->name);
    set_str(v, "unit", u ? u->name : S(""));
    set_int(v, "matter_id", n->matter_id);
    set_str(v, "number", n->number);
    set_str(v, "title", n->title);
    set_str(v, "by", n->by);
    set_str(v, "at", when_minute(k->a, n->at));
}

void evidence_list(struct desk *k, const struct evidence_filter *f, struct val *rows)
{
    const struct stmt *st = f->matter   ? &evidence_of_matter
                            : f->person ? &evidence_of_person
                                        : &evidence_all;
    struct arg arg[] = {ARG(k->d->code), ARG(f->before ? f->before : INT64_MAX), ARG(10 * ROWS),
                        ARG(f->matter ? f->matter : f->person)};
    struct rows r = db_query_args(k->db, k->a, st, arg, st == &evidence_all ? 3 : 4);
    int n = 0;

    while (rows_next(&r)) {
        struct note one = note_read(&r);

        if (n < ROWS && may_read(k, &one)) {
            put_note(k, &one, rows);
            n++;
        }
    }
}

static void put_looks(struct desk *k, int64_t id, struct val *looks)
{
    struct rows r = db_query(k->db, k->a, evidence_looks, ARG(k->d->code), ARG(id));

    while (rows_next(&r)) {
        struct val *v = add_map(looks), *content;
        struct err e = {0};

        set_str(v, "who", row_str(&r, 0));
        set_str(v, "at", when_minute(k->a, row_int(&r, 1)));
        set_str(v, "reason",
                json_read(k->a, row_str(&r, 2), CONTENT_MAX, &content, &e)
                    ? val_text(content, "reason")
                    : S(""));
    }
}

bool evidence_open(struct desk *k, int64_t id, struct str reason, struct str *body,
                   struct val *looks, struct err *e)
{
    struct rows r = db_query(k->db, k->a, evidence_get, ARG(k->d->code), ARG(id));
    struct note n = {0};
    struct val *c = val_map(k->a);

    if (rows_next(&r)) {
        n = note_read(&r);
        rows_end(&r);
    }
    if (!n.id || !may_read(k, &n))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such note.");
    if (!appraisal_text_check(&reason, "reason", e))
        return false;
    *body = unseal_text(k->db, k->d, k->a, id, n.sealed);
    set_str(c, "reason", reason);
    record(k, id, "look", c);
    look_put(k, &(struct look){.unit_path = n.unit_path,
                               .matter = n.matter_id,
                               .evidence = id,
                               .field = S("evidence"),
                               .reason = reason});
    put_looks(k, id, looks);
    return true;
}
