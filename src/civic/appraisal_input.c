/* Who is appraised, and what judges, checkers and figures say of them. */
#include "civic/appraisal.h"

#include "civic/person.h"

#include <string.h>

STMT(appraised_insert, "INSERT INTO appraised (district, appraisal_id, n, subject_id, person_id, "
                       "unit_id, unit_path, name, class) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                       "$9)");
STMT(
    freeze_posts,
    "SELECT p.id, p.person_id, n.name, u.id, p.facts FROM unit u JOIN post p ON p.district = $1 AND "
    "p.unit_id = u.id AND p.role = $4 AND p.from_at <= $5 AND (p.to_at = 0 OR p.to_at > $5) JOIN "
    "person n ON n.district = $1 AND n.id = p.person_id WHERE u.district = $1 AND u.path >= $2 AND "
    "u.path < $3 AND u.to_at = 0 ORDER BY u.path, n.name, p.id LIMIT 2000");
STMT(
    freeze_entries,
    "SELECT e.id, e.person_id, e.label, e.unit_id, e.about_unit_id, n.name, e.name_sealed FROM "
    "roll_entry e LEFT JOIN person n ON n.district = $1 AND n.id = e.person_id AND e.person_id > 0 "
    "WHERE e.district = $1 AND e.roll = $4 AND e.unit_path >= $2 AND e.unit_path < $3 AND "
    "e.active_at > 0 AND e.active_at <= $5 AND (e.to_at = 0 OR e.to_at > $5) ORDER BY "
    "e.unit_path, e.id LIMIT 2000");
STMT(freeze_bonds,
     "SELECT b.id, b.one_person_id, b.other_person_id, b.one_unit_id, b.other_unit_id, b.unit_id, "
     "o.name, t.name FROM bond b LEFT JOIN person o ON o.district = $1 AND o.id = b.one_person_id "
     "AND b.one_person_id > 0 LEFT JOIN person t ON t.district = $1 AND t.id = b.other_person_id "
     "AND b.other_person_id > 0 WHERE b.district = $1 AND b.unit_path >= $2 AND b.unit_path < $3 "
     "AND b.kind = $4 AND b.from_at < $6 AND (b.ended_at = 0 OR b.ended_at >= $5) AND b.state IN "
     "('active', 'closing', 'ended') ORDER BY b.unit_path, b.id LIMIT 2000");
STMT(appraised_get, "SELECT n, subject_id, person_id, unit_id, unit_path, name, class, points, "
                    "stars, rank, passed, why FROM appraised WHERE district = $1 AND appraisal_id "
                    "= $2 AND ($3 = 0 OR n = $3) ORDER BY n");
STMT(inputs_get, "SELECT n, item, by_id, instance, value, over, under, word, at FROM "
                 "appraisal_input WHERE district = $1 AND appraisal_id = $2 AND ($3 = 0 OR n = $3) "
                 "ORDER BY n, item, by_id, instance");
STMT(input_put, "INSERT INTO appraisal_input (district, appraisal_id, n, item, by_id, value, word, "
                "at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (district, appraisal_id, "
                "n, item, by_id, instance) DO UPDATE SET value = $6, word = $7, at = $8");
STMT(appraisals_open, "SELECT id FROM appraisal WHERE district = $1 AND state = 'open' ORDER BY id "
                      "DESC LIMIT 50");

/* ---- who is appraised ------------------------------------------------------- */

static bool has_kind(const struct appraisal_def *def, const struct unit *u)
{
    return !def->ins || str_among(u->kind, def->in, def->ins);
}

static void freeze(struct desk *k, const struct appraisal *x, struct appraised *s,
                   const struct val *post_facts, int *n)
{
    const struct unit *u = unit_by_id(k->d->units, s->unit_id);
    struct str class = x->def->class;

    if (!u || !has_kind(x->def, u) || *n == APPRAISED_MAX)
        return;
    if (str_eq(class, S("unit_kind")))
        s->class = u->kind;
    else if (class.n)
        s->class = post_facts && facts_word(k->a, post_facts, class).n
                       ? facts_word(k->a, post_facts, class)
                       : facts_word(k->a, u->facts, class);
    db_run(k->db, appraised_insert, ARG(k->d->code), ARG(x->id), ARG(++*n), ARG(s->subject_id),
           ARG(s->person_id), ARG(u->id), ARG(u->path), ARG(s->name), ARG(s->class));
}

static int freeze_all_posts(struct desk *k, const struct appraisal *x, int64_t at)
{
    struct rows r = db_query(k->db, k->a, freeze_posts, ARG(k->d->code), ARG(x->unit_path),
                             ARG(path_end(k->a, x->unit_path)), ARG(x->def->what), ARG(at));
    int n = 0;

    while (rows_next(&r)) {
        struct appraised s = {.subject_id = row_int(&r, 0),
                              .person_id = row_int(&r, 1),
                              .name = row_str(&r, 2),
                              .unit_id = row_int(&r, 3)};

        freeze(k, x, &s, facts_read(k->a, row_str(&r, 4)), &n);
    }
    return n;
}

static int freeze_all_units(struct desk *k, const struct appraisal *x)
{
    int n = 0;

    for (size_t i = 0; i < units_count(k->d->units); i++) {
        const struct unit *u = units_at(k->d->units, i);
        struct appraised s = {.subject_id = u->id, .name = u->name, .unit_id = u->id};

        if (str_eq(u->kind, x->def->what) && path_holds(x->unit_path, u->path))
            freeze(k, x, &s, NULL, &n);
    }
    return n;
}

/* Who is nowhere but on the roll keeps the name there: a round knows it masked. */
static struct str entry_name(struct desk *k, const struct rows *r, const struct unit *about)
{
    if (row_str(r, 5).n)
        return row_str(r, 5);
    if (about)
        return about->name;
    if (row_str(r, 2).n || !row_str(r, 6).n)
        return row_str(r, 2);
    return text_mask_name(k->a, unseal_text(k->db, k->d, k->a, row_int(r, 0), row_str(r, 6)));
}

static int freeze_all_entries(struct desk *k, const struct appraisal *x, int64_t at)
{
    struct rows r = db_query(k->db, k->a, freeze_entries, ARG(k->d->code), ARG(x->unit_path),
                             ARG(path_end(k->a, x->unit_path)), ARG(x->def->what), ARG(at));
    int n = 0;

    while (rows_next(&r)) {
        const struct unit *about = unit_by_id(k->d->units, row_int(&r, 4));
        struct appraised s = {.subject_id = row_int(&r, 0),
                              .person_id = row_int(&r, 1),
                              .name = entry_name(k, &r, about),
                              .unit_id = about ? about->id : row_int(&r, 3)};

        freeze(k, x, &s, NULL, &n);
    }
    return n;
}

static struct str side_name(struct desk *k, int64_t unit, struct str person)
{
    const struct unit *u = unit_by_id(k->d->units, unit);

    return person.n ? person : u ? u->name : S("");
}

/* Of a bond the second side is appraised: the cadre, the village; or the person, where the other
 * side is an office. A unit that is appraised is the one meant; a person's is who keeps the bond.
 */
static int freeze_all_bonds(struct desk *k, const struct appraisal *x)
{
    struct rows r = db_query(k->db, k->a, freeze_bonds, ARG(k->d->code), ARG(x->unit_path),
                             ARG(path_end(k->a, x->unit_path)), ARG(x->def->what), ARG(x->from_at),
                             ARG(x->to_at));
    int n = 0;

    while (rows_next(&r)) {
        struct str one = side_name(k, row_int(&r, 3), row_str(&r, 6));
        struct str other = side_name(k, row_int(&r, 4), row_str(&r, 7));
        bool has_other = row_int(&r, 2) > 0;
        struct appraised s = {.subject_id = row_int(&r, 0),
                              .person_id = has_other ? row_int(&r, 2) : row_int(&r, 1),
                              .unit_id = row_int(&r, 5)};

        if (!s.person_id && row_int(&r, 4))
            s.unit_id = row_int(&r, 4);
        s.name = one.n && other.n ? str_format(k->a, "%.*s – %.*s", STR_ARG(one), STR_ARG(other))
                                  : (one.n ? one : other);
        freeze(k, x, &s, NULL, &n);
    }
    return n;
}

int appraisal_freeze(struct desk *k, const struct appraisal *x)
{
    int64_t at = k->now < x->to_at ? k->now : x->to_at - 1;

    switch (x->def->of) {
    case OF_POST: return freeze_all_posts(k, x, at);
    case OF_UNIT: return freeze_all_units(k, x);
    case OF_ROLL: return freeze_all_entries(k, x, at);
    case OF_BOND: return freeze_all_bonds(k, x);
    }
    return 0;
}

static enum score_why why_of(struct str word)
{
    for (int i = SCORE_FINE; i <= SCORE_NO_CHECK; i++) {
        if (str_eq(word, score_why_word((enum score_why)i)))
            return (enum score_why)i;
    }
    return SCORE_FINE;
}

static struct appraised *read_subjects(struct desk *k, int64_t id, int64_t n, int *count)
{
    struct rows r = db_query(k->db, k->a, appraised_get, ARG(k->d->code), ARG(id), ARG(n));
    struct appraised *out = NEW_ARRAY(k->a, struct appraised, n ? 1 : APPRAISED_MAX);

    *count = 0;
    while (rows_next(&r)) {
        if (*count == (n ? 1 : APPRAISED_MAX))
            continue;
        out[(*count)++] = (struct appraised){.n = row_int(&r, 0),
                                             .subject_id = row_int(&r, 1),
                                             .person_id = row_int(&r, 2),
                                             .unit_id = row_int(&r, 3),
                                             .unit_path = row_str(&r, 4),
                                             .name = row_str(&r, 5),
                                             .class = row_str(&r, 6),
                                             .result = {.points = row_int(&r, 7),
                                                        .stars = (int)row_int(&r, 8),
                                                        .rank = (int)row_int(&r, 9),
                                                        .passed = row_int(&r, 10) != 0,
                                                        .why = why_of(row_str(&r, 11))}};
    }
    return out;
}

struct appraised *appraisal_subjects(struct desk *k, int64_t id, int *n)
{
    return read_subjects(k, id, 0, n);
}

bool appraisal_subject(struct desk *k, int64_t id, int64_t n, struct appraised *out, struct err *e)
{
    int count = 0;
    struct appraised *s = n > 0 ? read_subjects(k, id, n, &count) : NULL;

    if (!count)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is nobody of this number in it.");
    *out = *s;
    return true;
}

/* ---- what was said ------------------------------------------------------------ */

struct appraisal_input *appraisal_inputs(struct desk *k, int64_t id, int64_t n, size_t *count)
{
    struct rows r = db_query(k->db, k->a, inputs_get, ARG(k->d->code), ARG(id), ARG(n));
    struct appraisal_input *out = NULL;
    size_t room = 0;

    *count = 0;
    while (rows_next(&r)) {
        if (*count == room) {
            struct appraisal_input *more =
                NEW_ARRAY(k->a, struct appraisal_input, room = room ? room * 2 : 256);

            if (*count)
                memcpy(more, out, *count * sizeof(*more));
            out = more;
        }
        out[(*count)++] = (struct appraisal_input){.n = row_int(&r, 0),
                                                   .item = row_str(&r, 1),
                                                   .by_id = row_int(&r, 2),
                                                   .instance = row_int(&r, 3),
                                                   .value = row_int(&r, 4),
                                                   .over = row_int(&r, 5),
                                                   .under = row_int(&r, 6),
                                                   .word = row_str(&r, 7),
                                                   .at = row_int(&r, 8)};
    }
    return out;
}

bool input_is_replaced(const struct appraisal_input *in, size_t count, size_t i)
{
    return i + 1 < count && in[i + 1].n == in[i].n && in[i + 1].by_id == in[i].by_id &&
           str_eq(in[i + 1].item, in[i].item);
}

/* ---- who gives ---------------------------------------------------------------- */

/* A post within the subject's unit, but not one that is over the whole round: that is everybody's.
 * Where a person is appraised for a bond, the unit only keeps it. */
static bool own_unit(const struct desk *k, const struct appraisal *x, const struct appraised *s)
{
    if (x->def && x->def->of == OF_BOND && s->person_id)
        return false;
    for (size_t i = 0; i < k->actor->posts; i++) {
        struct str path = k->actor->post[i].path;

        if (path_holds(s->unit_path, path) && !path_holds(path, x->unit_path))
            return true;
    }
    return false;
}

static bool gives_item(const struct desk *k, const struct appraisal *x, const struct appraised *s,
                       int item)
{
    const struct unit *of = unit_by_id(k->d->units, s->unit_id);

    for (int j = 0; x->def && j < x->def->rule.items; j++) {
        const struct appraisal_from *from = &x->def->from[j];

        if (!str_eq(x->def->rule.item[j].name, x->rule.item[item].name))
            continue;
        for (size_t i = 0; i < k->actor->posts; i++) {
            if (post_is_of(k, &k->actor->post[i], from->body, from->n, of))
                return true;
        }
    }
    return false;
}

bool appraisal_may_give(struct desk *k, const struct appraisal *x, const struct appraised *s,
                        int item, struct err *e)
{
    if (!gives_item(k, x, s, item))
        return refuse(e, ERR_DENIED, NULL, "What is asked here is given by somebody else.");
    if (s->person_id && s->person_id == k->actor->person)
        return refuse(e, ERR_DENIED, NULL, "Nobody gives marks to themselves.");
    return !own_unit(k, x, s) ||
           refuse(e, ERR_DENIED, NULL, "Nobody gives marks to their own unit.");
}

static struct str typed_of(struct desk *k, const struct val *typed, const char *prefix,
                           struct str item)
{
    const struct val *v =
        typed ? val_get(typed, str_format(k->a, "%s%.*s", prefix, STR_ARG(item))) : NULL;

    return str_trim(val_words(k->a, v));
}

static bool value_read(const struct score_item *it, struct str typed, const char *field,
                       int64_t *value, struct err *e)
{
    if (it->kind == SCORE_CHECK) {
        *value = str_eq(typed, S("yes")) ? 100 : str_eq(typed, S("no")) ? 0 : -1;
        return score_value_check(it, *value, field, e);
    }
    if (!rank_read(typed, value))
        *value = -1;
    return score_value_check(it, *value, field, e);
}

static bool reason_check(const struct score_item *it, struct str *word, const char *field,
                         struct err *e)
{
    bool need = it->kind == SCORE_BONUS || it->kind == SCORE_DEDUCT;

    return (!need && !word->n) || appraisal_text_check(word, field, e);
}

struct giving { /* one item that is being given */
    const struct appraisal *x;
    const struct appraised *s;
    const struct appraisal_input *had;
    size_t n_had;
};

static const struct appraisal_input *given_before(const struct desk *k, const struct giving *g,
                                                  struct str item)
{
    for (size_t i = 0; i < g->n_had; i++) {
        if (g->had[i].by_id == k->actor->person && str_eq(g->had[i].item, item))
            return &g->had[i];
    }
    return NULL;
}

static bool give_one(struct desk *k, const struct giving *g, int item, const struct val *typed,
                     struct val *changed, struct err *e)
{
    const struct score_item *it = &g->x->rule.item[item];
    struct str said = typed_of(k, typed, "item_", it->name);
    struct str word = typed_of(k, typed, "word_", it->name);
    const struct appraisal_input *was = given_before(k, g, it->name);
    int64_t value;
    struct val *v;

    if (!said.n)
        return true;
    if (!appraisal_may_give(k, g->x, g->s, item, e) ||
        !value_read(it, said, str_format(k->a, "item_%.*s", STR_ARG(it->name)).p, &value, e) ||
        !reason_check(it, &word, str_format(k->a, "word_%.*s", STR_ARG(it->name)).p, e))
        return false;
    if (was && was->value == value && str_eq(was->word, word))
        return true;
    db_run(k->db, input_put, ARG(k->d->code), ARG(g->x->id), ARG(g->s->n), ARG(it->name),
           ARG(k->actor->person), ARG(value), ARG(word), ARG(k->now));
    v = add_map(changed);
    set_str(v, "item", it->name);
    set_int(v, "value", value);
    if (word.n)
        set_str(v, "word", word);
    if (was)
        set_int(v, "was", was->value);
    return true;
}

bool appraisal_give(struct desk *k, int64_t id, int64_t n, const struct val *typed, struct err *e)
{
    struct appraisal *x = NEW(k->a, struct appraisal);
    struct appraised s;
    struct giving g = {.x = x, .s = &s};
    struct val *c = val_map(k->a), *changed = val_list(k->a);

    if (!appraisal_load(k, id, x, e) || !appraisal_subject(k, id, n, &s, e))
        return false;
    g.had = appraisal_inputs(k, id, n, &g.n_had);
    if (!appraisal_in(x, "open"))
        return refuse(e, ERR_CONFLICT, NULL,
                      "This appraisal is no longer open; nothing is given to it any more.");
    for (int i = 0; i < x->rule.items; i++) {
        if (x->rule.item[i].kind != SCORE_FIGURE && !give_one(k, &g, i, typed, changed, e))
            return false;
    }
    if (!changed->first)
        return true; /* the same again */
    set_int(c, "n", n);
    set_val(c, S("inputs"), *changed);
    appraisal_save(k, x, S("inputs"), c);
    return true;
}

/* ---- what waits ---------------------------------------------------------------- */

static bool gave_any(const struct desk *k, const struct appraisal_input *in, size_t count,
                     int64_t n)
{
    for (size_t i = 0; i < count; i++) {
        if (in[i].n == n && in[i].by_id == k->actor->person)
            return true;
    }
    return false;
}

static bool gives_any(struct desk *k, const struct appraisal *x, const struct appraised *s)
{
    for (int i = 0; i < x->rule.items; i++) {
        struct err e = {0};

        if (x->rule.item[i].kind != SCORE_FIGURE && x->rule.item[i].kind != SCORE_BONUS &&
            x->rule.item[i].kind != SCORE_DEDUCT && appraisal_may_give(k, x, s, i, &e))
            return true;
    }
    return false;
}

static int64_t waiting_in(struct desk *k, const struct appraisal *x, struct val *rows, int *most)
{
    int64_t waits = 0, asked = 0;
    size_t count;
    int n;
    const struct appraised *s = appraisal_subjects(k, x->id, &n);
    const struct appraisal_input *in = appraisal_inputs(k, x->id, 0, &count);
    struct val *v;

    for (int i = 0; i < n; i++) {
        bool gives = gives_any(k, x, &s[i]);

        asked += gives;
        waits += gives && !gave_any(k, in, count, s[i].n);
    }
    if (!asked || *most <= 0)
        return 0;
    *most -= 1;
    v = add_map(rows);
    set_int(v, "id", x->id);
    set_str(v, "kind_title", x->def ? desk_title(k, &x->def->title) : x->kind);
    set_str(v, "period", x->period);
    set_int(v, "asked", asked);
    set_int(v, "waits", waits);
    return waits;
}

int64_t appraisal_to_give(struct desk *k, struct val *rows, int most)
{
    struct rows r = db_query(k->db, k->a, appraisals_open, ARG(k->d->code));
    int64_t id[50], waits = 0;
    int n = rows_ints(&r, id, (int)COUNT(id));

    for (int i = 0; i < n; i++) {
        struct appraisal *x = NEW(k->a, struct appraisal);
        struct err e = {0};

        if (appraisal_load(k, id[i], x, &e) && x->def)
            waits += waiting_in(k, x, rows, &most);
    }
    return waits;
}
