/* Entries of rolls as screens show them: masked, with what became of them. */
#include "civic/facts.h"
#include "civic/roll.h"
#include "val/json.h"

#define CONTENT_MAX 20000

#define ROW                                                                                   \
    "SELECT e.id, e.kind, e.state, e.unit_id, e.label, e.name_sealed, e.phone_sealed, "       \
    "e.review_at, e.to_at, e.asked, n.name, e.roll, e.active_at FROM roll_entry e LEFT JOIN " \
    "person n ON n.district = $1 AND n.id = e.keeper_id "

STMT(rows_of_roll,
     ROW "WHERE e.district = $1 AND e.roll = $2 AND e.unit_path >= $3 AND e.unit_path < $4 AND "
         "e.to_at = 0 AND ($5 = '' OR e.kind = $5) AND ($6 = '' OR e.state = $6) AND e.id > $7 "
         "ORDER BY e.unit_path, e.id LIMIT $8");
STMT(rows_ended,
     ROW "WHERE e.district = $1 AND e.roll = $2 AND e.unit_path >= $3 AND e.unit_path < $4 AND "
         "e.to_at > 0 AND e.state = $5 AND e.id > $6 ORDER BY e.unit_path, e.id LIMIT $7");
STMT(rows_to_review,
     ROW "WHERE e.district = $1 AND e.roll = $2 AND e.unit_path >= $3 AND e.unit_path < $4 AND "
         "e.to_at = 0 AND e.review_at > 0 AND e.review_at <= $5 ORDER BY e.unit_path, e.review_at "
         "LIMIT $6");
STMT(rows_asked,
     ROW "WHERE e.district = $1 AND e.roll = $2 AND e.unit_path >= $3 AND e.unit_path < $4 AND "
         "e.asked <> '' ORDER BY e.unit_path, e.id LIMIT $5");
STMT(rows_own, ROW "WHERE e.district = $1 AND e.person_id = $2 AND e.person_id > 0");
STMT(rows_in_charge,
     ROW "WHERE e.district = $1 AND e.keeper_id = $2 AND e.keeper_id > 0 AND e.to_at = 0 AND "
         "e.review_at > 0 AND e.review_at <= $3 ORDER BY e.review_at LIMIT 100");
STMT(reviews_of_roll,
     "SELECT min(unit_id), count(*), count(CASE WHEN review_at <= $6 THEN 1 END) FROM roll_entry "
     "WHERE district = $1 AND roll = $2 AND unit_path >= $3 AND unit_path < $4 AND to_at = 0 AND "
     "review_at > 0 AND review_at <= $5 AND keeper_id <> $7 AND (keeper_id = 0 OR review_at <= $6) "
     "GROUP BY unit_path ORDER BY unit_path");
STMT(kinds_of_roll, "SELECT kind, count(*) FROM roll_entry WHERE district = $1 AND roll = $2 AND "
                    "unit_path >= $3 AND unit_path < $4 AND to_at = 0 GROUP BY kind");
STMT(count_of_roll,
     "SELECT count(*), count(CASE WHEN active_at = 0 THEN 1 END), count(CASE WHEN review_at > 0 "
     "AND review_at <= $5 THEN 1 END), count(CASE WHEN asked <> '' THEN 1 END) FROM roll_entry "
     "WHERE district = $1 AND roll = $2 AND unit_path >= $3 AND unit_path < $4 AND to_at = 0");
STMT(entry_ledger,
     "SELECT v.at, v.kind, v.content, n.name FROM event v LEFT JOIN person n ON n.district = $1 "
     "AND n.id = v.who WHERE v.district = $1 AND v.subject = $2 ORDER BY v.seq");
STMT(view_person, "SELECT name FROM person WHERE district = $1 AND id = $2");

/* ---- rows ------------------------------------------------------------------- */

static struct str title_of(struct desk *k, const struct title *t, struct str otherwise)
{
    return t ? desk_title(k, t) : otherwise;
}

static struct str kind_title(struct desk *k, const struct roll *def, struct str kind)
{
    const struct roll_kind *of = roll_kind_find(def, kind);

    return of ? desk_title(k, &of->title) : kind;
}

static void put_row(struct desk *k, const struct roll *def, const struct rows *r, struct val *v)
{
    int64_t id = row_int(r, 0), review = row_int(r, 7);
    const struct unit *u = unit_by_id(k->d->units, row_int(r, 3));
    const struct roll_entry e = {.id = id};

    set_int(v, "id", id);
    set_str(v, "kind", row_str(r, 1));
    set_str(v, "kind_title", kind_title(k, def, row_str(r, 1)));
    set_str(v, "state", row_str(r, 2));
    set_str(v, "state_title", title_of(k, roll_word_title(def, row_str(r, 2)), row_str(r, 2)));
    set_str(v, "unit", u ? u->name : S(""));
    set_int(v, "unit_id", row_int(r, 3));
    set_str(v, "label", row_str(r, 4));
    set_str(v, "name", personal_mask(k->a, S("name"), roll_opened(k, &e, row_str(r, 5))));
    set_str(v, "phone", personal_mask(k->a, S("phone"), roll_opened(k, &e, row_str(r, 6))));
    set_str(v, "keeper", row_str(r, 10));
    set_str(v, "review", review ? day_text(k->a, day_of(review)) : S(""));
    set_bool(v, "stale", review && review <= k->now);
    set_bool(v, "ended", row_int(r, 8) > 0);
    set_bool(v, "active", row_int(r, 12) > 0 && !row_int(r, 8));
    set_str(v, "ask", row_str(r, 9));
}

static bool is_outcome(const struct roll *def, struct str word)
{
    return word.n && roll_state_find(def, word) == ROLL_ENDED;
}

/* The furthest moment of review_at that is asked for today. */
static int64_t asked_until(const struct desk *k, const struct roll *def)
{
    return k->now + def->ahead * DAY_MS;
}

static struct rows find_rows(struct desk *k, const struct roll_filter *f)
{
    struct str end = path_end(k->a, f->unit_path), roll = f->def->name;
    int64_t most = f->most + 1;

    if (f->review)
        return db_query(k->db, k->a, rows_to_review, ARG(k->d->code), ARG(roll), ARG(f->unit_path),
                        ARG(end), ARG(asked_until(k, f->def)), ARG(most));
    if (f->asked)
        return db_query(k->db, k->a, rows_asked, ARG(k->d->code), ARG(roll), ARG(f->unit_path),
                        ARG(end), ARG(most));
    if (is_outcome(f->def, f->state))
        return db_query(k->db, k->a, rows_ended, ARG(k->d->code), ARG(roll), ARG(f->unit_path),
                        ARG(end), ARG(f->state), ARG(f->after), ARG(most));
    return db_query(k->db, k->a, rows_of_roll, ARG(k->d->code), ARG(roll), ARG(f->unit_path),
                    ARG(end), ARG(f->kind), ARG(f->state), ARG(f->after), ARG(most));
}

bool roll_rows(struct desk *k, const struct roll_filter *f, struct val *rows)
{
    struct rows r = find_rows(k, f);
    int64_t n = 0;

    while (rows_next(&r)) {
        if (n++ == f->most) {
            rows_end(&r);
            return false;
        }
        put_row(k, f->def, &r, add_map(rows));
    }
    return true;
}

void roll_own(struct desk *k, struct val *rows)
{
    struct rows r = db_query(k->db, k->a, rows_own, ARG(k->d->code), ARG(k->actor->person));

    while (rows_next(&r)) {
        const struct roll *def = pack_roll(k->d->pack, row_str(&r, 11));
        struct val *v = def ? add_map(rows) : NULL;

        if (!v)
            continue;
        put_row(k, def, &r, v);
        set_str(v, "roll_title", desk_title(k, &def->title));
    }
}

int64_t roll_in_charge(struct desk *k, struct val *rows)
{
    int64_t n = 0;
    struct rows r = db_query(k->db, k->a, rows_in_charge, ARG(k->d->code), ARG(k->actor->person),
                             ARG(k->now + 400 * DAY_MS));

    while (rows_next(&r)) {
        const struct roll *def = pack_roll(k->d->pack, row_str(&r, 11));
        struct val *v;

        if (!def || row_int(&r, 7) > asked_until(k, def))
            continue;
        n++;
        if (!rows)
            continue;
        v = add_map(rows);
        put_row(k, def, &r, v);
        set_str(v, "roll_title", desk_title(k, &def->title));
    }
    return n;
}

/* Of one roll in the subtree of one of the actor's posts. */
static int64_t reviews_below(struct desk *k, const struct roll *def, struct str path,
                             struct val *rows)
{
    struct rows r = db_query(k->db, k->a, reviews_of_roll, ARG(k->d->code), ARG(def->name),
                             ARG(path), ARG(path_end(k->a, path)), ARG(asked_until(k, def)),
                             ARG(k->now), ARG(k->actor->person));
    int64_t n = 0;

    while (rows_next(&r)) {
        const struct unit *u = unit_by_id(k->d->units, row_int(&r, 0));
        struct val *v = rows ? add_map(rows) : NULL;

        n += row_int(&r, 1);
        if (!v)
            continue;
        set_str(v, "roll", def->name);
        set_str(v, "roll_title", desk_title(k, &def->title));
        set_str(v, "unit", u ? u->name : S(""));
        set_int(v, "unit_id", row_int(&r, 0));
        set_int(v, "n", row_int(&r, 1));
        set_int(v, "stale", row_int(&r, 2));
    }
    return n;
}

/* Is what lies below this post looked at by another of the actor's already? */
static bool post_is_within(const struct desk *k, size_t i, const struct roll *def)
{
    for (size_t n = 0; n < k->actor->posts; n++) {
        struct str path = k->actor->post[n].path, own = k->actor->post[i].path;

        if (n != i && path_holds(path, own) && roll_keeps(k, def, path) &&
            (path.n < own.n || n < i))
            return true;
    }
    return false;
}

int64_t roll_reviews(struct desk *k, struct val *rows)
{
    const struct pack *p = k->d->pack;
    int64_t n = 0;

    for (int i = 0; i < p->rolls; i++) {
        for (size_t j = 0; p->roll[i].review.n && j < k->actor->posts; j++) {
            struct str path = k->actor->post[j].path;

            if (roll_keeps(k, &p->roll[i], path) && !post_is_within(k, j, &p->roll[i]))
                n += reviews_below(k, &p->roll[i], path, rows);
        }
    }
    return n;
}

void roll_kinds(struct desk *k, const struct roll *def, struct str unit_path, struct val *list)
{
    struct rows r = db_query(k->db, k->a, kinds_of_roll, ARG(k->d->code), ARG(def->name),
                             ARG(unit_path), ARG(path_end(k->a, unit_path)));
    struct val *counts = val_map(k->a);

    while (rows_next(&r))
        set_val(counts, row_str(&r, 0), (struct val){.kind = VAL_INT, .integer = row_int(&r, 1)});
    for (int i = 0; i < def->kinds; i++) {
        const struct val *n = val_get(counts, def->kind[i].name);
        struct val *v = n ? add_map(list) : NULL;

        if (!v)
            continue;
        set_str(v, "name", def->kind[i].name);
        set_str(v, "title", desk_title(k, &def->kind[i].title));
        set_int(v, "n", n->integer);
    }
}

void roll_count(struct desk *k, const struct roll *def, struct str unit_path,
                struct roll_count *out)
{
    struct rows r =
        db_query(k->db, k->a, count_of_roll, ARG(k->d->code), ARG(def->name), ARG(unit_path),
                 ARG(path_end(k->a, unit_path)), ARG(asked_until(k, def)));

    *out = (struct roll_count){0};
    if (rows_next(&r))
        *out = (struct roll_count){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), row_int(&r, 3)};
    rows_end(&r);
}

/* ---- one -------------------------------------------------------------------- */

static struct str name_of_person(struct desk *k, int64_t id)
{
    struct rows r = db_query(k->db, k->a, view_person, ARG(k->d->code), ARG(id));
    struct str name = rows_next(&r) ? row_str(&r, 0) : S("");

    rows_end(&r);
    return name;
}

static void put_sealed(struct desk *k, const struct roll_entry *e, const struct field *f,
                       struct str plain, struct val *list)
{
    struct val *v = add_map(list);

    set_str(v, "name", f->name);
    set_str(v, "title", desk_title(k, &f->title));
    set_str(v, "value", roll_is_self(k, e) ? plain : personal_mask(k->a, f->name, plain));
    set_bool(v, "there", plain.n > 0);
}

/* Titles of name and phone are the page's words. */
static void put_personal(struct desk *k, const struct roll_entry *e, struct val *list)
{
    static const struct field name = {.name = {"name", 4}}, phone = {.name = {"phone", 5}};
    struct facts_ask ask = roll_facts(k->a, e->def, e->now.kind);
    const struct val *all = facts_read(k->a, roll_opened(k, e, e->personal_sealed));

    put_sealed(k, e, &name, roll_opened(k, e, e->name_sealed), list);
    put_sealed(k, e, &phone, roll_opened(k, e, e->phone_sealed), list);
    for (int i = 0; i < ask.n; i++) {
        if (ask.field[i].personal)
            put_sealed(k, e, &ask.field[i], facts_word(k->a, all, ask.field[i].name), list);
    }
}

static struct str day_or_none(struct desk *k, int64_t at)
{
    return at ? day_text(k->a, day_of(at)) : S("");
}

void roll_entry_view(struct desk *k, const struct roll_entry *e, struct val *v)
{
    const struct roll_kind *kind = roll_kind_find(e->def, e->now.kind);
    const struct unit *u = unit_by_id(k->d->units, e->unit_id);
    struct str state = e->now.state >= 0 ? e->def->state[e->now.state].name : e->now.outcome;

    set_int(v, "id", e->id);
    set_int(v, "seen", e->seq);
    set_str(v, "roll", e->roll);
    set_str(v, "roll_title", desk_title(k, &e->def->title));
    set_str(v, "purpose", desk_title(k, &e->def->purpose));
    set_str(v, "kind", e->now.kind);
    set_str(v, "kind_title", kind ? desk_title(k, &kind->title) : S(""));
    set_str(v, "way", kind && kind->way.zh.n ? desk_title(k, &kind->way) : S(""));
    set_str(v, "state", state);
    set_str(v, "state_title", title_of(k, roll_word_title(e->def, state), state));
    set_bool(v, "active", e->now.active_at && e->now.state != ROLL_ENDED);
    set_bool(v, "ended", e->now.state == ROLL_ENDED);
    set_bool(v, "erased", str_eq(e->now.outcome, S("erased")));
    set_str(v, "label", e->label);
    set_str(v, "unit", u ? u->name : S(""));
    set_int(v, "unit_id", e->unit_id);
    set_str(v, "keeper", e->keeper_id ? name_of_person(k, e->keeper_id) : S(""));
    set_int(v, "keeper_id", e->keeper_id);
    set_str(v, "since", day_or_none(k, e->from_at));
    set_str(v, "active_since", day_or_none(k, e->now.active_at));
    set_str(v, "review", day_or_none(k, e->now.review_at));
    set_bool(v, "to_review", e->now.review_at && roll_review_from(e->def, &e->now) <= k->now);
    set_bool(v, "stale", e->now.review_at && e->now.review_at <= k->now);
    set_str(v, "until", day_or_none(k, e->now.until_at));
    set_str(v, "ask", e->asked);
    set_str(v, "ask_words", roll_opened(k, e, e->asked_sealed));
    facts_view(k, roll_facts(k->a, e->def, e->now.kind), e->fields, set_list(v, "fields"));
    put_personal(k, e, set_list(v, "sealed"));
}

/* ---- its ledger --------------------------------------------------------------- */

static struct str said_in(struct desk *k, const struct roll *def, const struct val *content)
{
    struct str reason = val_text(content, "reason"), action = val_text(content, "action");

    for (int i = 0; !reason.n && action.n && i < def->states; i++) {
        const struct roll_action *a = roll_action_find(def, i, action);

        for (int n = 0; a && !reason.n && n < a->asks; n++)
            reason = facts_word(k->a, content, a->ask[n].name);
    }
    return reason;
}

void roll_entry_events(struct desk *k, const struct roll_entry *e, struct val *list)
{
    struct rows r = db_query(k->db, k->a, entry_ledger, ARG(k->d->code), ARG(e->id));

    while (rows_next(&r)) {
        struct val *v = add_map(list), *content = NULL;
        const struct val *is;
        struct err none = {0};

        if (!json_read(k->a, row_str(&r, 2), CONTENT_MAX, &content, &none))
            content = NULL;
        is = content ? val_get(content, S("is")) : NULL;
        set_str(v, "at", when_minute(k->a, row_int(&r, 0)));
        set_str(v, "kind", row_str(&r, 1));
        set_str(v, "who", row_str(&r, 3));
        set_str(v, "field", val_text(content, "field"));
        set_str(v, "what", val_text(content, "what"));
        set_str(v, "reason", said_in(k, e->def, content));
        set_str(v, "state_title",
                title_of(k, roll_word_title(e->def, val_text(is, "state")), S("")));
        set_str(v, "kind_title", kind_title(k, e->def, val_text(is, "kind")));
    }
}
