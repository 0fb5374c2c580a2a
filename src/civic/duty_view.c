#include "civic/duty_view.h"

#include "civic/bond.h"
#include "civic/list.h"
#include "civic/roll.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_MS (400 * DAY_MS) /* nothing can be done so long after it was due */
#define ROW_SCAN   20000
#define ALL_TIME   ((int64_t)1 << 62)
#define LIVE                                                                                      \
    " FROM duty d WHERE d.district = $1 AND d.person_id = $2 AND d.role_unit_id = $3 AND d.role " \
    "= $4 AND d.state = '' AND d.due_at > $5 "

STMT(duties_live, "SELECT " DUTY_COLUMNS LIVE "AND d.from_at <= $6 AND d.shut_at >= $6 ORDER BY "
                  "d.due_at LIMIT $7");
/* Counting stops at a thousand: "999+" says enough. */
STMT(duties_live_count,
     "SELECT count(*), coalesce(sum(CASE WHEN l.due_at < $6 THEN 1 ELSE 0 END), 0) FROM (SELECT "
     "d.due_at" LIVE "AND d.from_at <= $6 AND d.shut_at >= $6 LIMIT 1000) AS l");
STMT(duties_open,
     "SELECT " DUTY_COLUMNS " FROM duty d WHERE d.district = $1 AND d.unit_path >= $2 AND "
     "d.unit_path < $3 AND d.state = '' AND d.due_at >= $4 AND d.due_at < $5 AND d.from_at <= $11 "
     "AND (d.unit_path, d.source_id, d.name, d.from_at) > ($6, $7, $8, $9) ORDER BY d.unit_path, "
     "d.source_id, d.name, d.from_at LIMIT $10");
STMT(duties_done,
     "SELECT " DUTY_COLUMNS " FROM duty d WHERE d.district = $1 AND d.done_at > 0 AND d.done_at >= "
     "$2 AND d.done_at < $3 AND (d.done_at, d.source_id, d.name, d.from_at) < ($4, $5, $6, $7) "
     "ORDER BY d.done_at DESC, d.source_id DESC, d.name DESC, d.from_at DESC LIMIT $8");

/* ---- one's own ------------------------------------------------------------ */

struct whose {
    int64_t person_id, unit_id;
    struct str role;
};

/* The person, and each post once. */
static struct whose whose_at(const struct desk *k, size_t i)
{
    if (i == 0)
        return (struct whose){.person_id = k->actor->person, .role = S("")};
    return (struct whose){.unit_id = k->actor->post[i - 1].unit,
                          .role = k->actor->post[i - 1].role};
}

static bool posts_repeat(const struct desk *k, size_t i)
{
    for (size_t n = 1; n < i; n++) {
        if (k->actor->post[n - 1].unit == k->actor->post[i - 1].unit &&
            str_eq(k->actor->post[n - 1].role, k->actor->post[i - 1].role))
            return true;
    }
    return false;
}

static int by_due(const void *a, const void *b)
{
    const struct duty *x = a, *y = b;

    if (x->due_at != y->due_at)
        return x->due_at < y->due_at ? -1 : 1;
    return (x->key.source_id > y->key.source_id) - (x->key.source_id < y->key.source_id);
}

static size_t read_live(struct desk *k, const struct whose *w, struct duty *out, size_t n)
{
    struct rows r =
        db_query(k->db, k->a, duties_live, ARG(k->d->code), ARG(w->person_id), ARG(w->unit_id),
                 ARG(w->role), ARG(k->now - LONGEST_MS), ARG(k->now), ARG(DUTIES_MINE));

    while (rows_next(&r))
        duty_read_row(k, &r, &out[n++]);
    return n;
}

void duties_mine(struct desk *k, struct val *rows)
{
    size_t whose = k->actor->posts + 1, n = 0;
    struct duty *d = NEW_ARRAY(k->a, struct duty, whose * DUTIES_MINE);

    for (size_t i = k->actor->person ? 0 : 1; i < whose; i++) {
        struct whose w = whose_at(k, i);

        if (!posts_repeat(k, i))
            n = read_live(k, &w, d, n);
    }
    if (n)
        qsort(d, n, sizeof(*d), by_due);
    for (size_t i = 0; i < n && i < DUTIES_MINE; i++)
        duty_row_view(k, &d[i], add_map(rows));
}

static bool about_entry(struct desk *k, int64_t id, struct val *row)
{
    struct roll_entry e;
    struct err none = {0};
    struct str name;

    if (!roll_entry_take(k, id, 0, &e, &none))
        return false;
    name = e.label.n ? e.label : roll_opened(k, &e, e.name_sealed);
    set_str(row, "about", e.label.n ? name : personal_mask(k->a, S("name"), name));
    set_str(row, "about_at", str_format(k->a, "/entries/%lld", (long long)id));
    return true;
}

static bool about_bond(struct desk *k, int64_t id, struct val *row)
{
    struct bond *b = NEW(k->a, struct bond);
    struct val *full = val_map(k->a);
    struct err none = {0};

    if (!bond_load(k, id, b, &none) || !bond_visible(k, b))
        return false;
    bond_row_view(k, b, full);
    set_str(row, "about",
            str_format(k->a, "%.*s — %.*s", STR_ARG(val_text(full, "one")),
                       STR_ARG(val_text(full, "other"))));
    set_str(row, "about_at", str_format(k->a, "/bonds/%lld", (long long)id));
    return true;
}

void duties_about(struct desk *k, struct val *rows)
{
    for (struct item *it = rows->first; it; it = it->next) {
        struct str noun = val_text(&it->val, "noun");
        int64_t id = val_int(&it->val, "source_id");

        if ((str_eq(noun, S("roll_entry")) && about_entry(k, id, &it->val)) ||
            (str_eq(noun, S("bond")) && about_bond(k, id, &it->val)))
            continue;
        set_str(&it->val, "about", S(""));
        set_str(&it->val, "about_at", S(""));
    }
}

struct duty_counts duties_mine_count(struct desk *k)
{
    struct duty_counts out = {0};

    for (size_t i = k->actor->person ? 0 : 1; i <= k->actor->posts; i++) {
        struct whose w = whose_at(k, i);
        struct rows r;

        if (posts_repeat(k, i))
            continue;
        r = db_query(k->db, k->a, duties_live_count, ARG(k->d->code), ARG(w.person_id),
                     ARG(w.unit_id), ARG(w.role), ARG(k->now - LONGEST_MS), ARG(k->now));
        if (rows_next(&r)) {
            out.open += row_int(&r, 0);
            out.missed += row_int(&r, 1);
        }
        rows_end(&r);
    }
    return out;
}

/* ---- below ---------------------------------------------------------------- */

static bool is_kind(const struct duty_filter *f, const struct duty *d)
{
    struct str roll;

    (void)str_cut(d->kind, '/', &roll);
    return (!f->kind.n || str_eq(f->kind, d->kind) || str_eq(f->kind, roll)) &&
           (!f->name.n || str_eq(f->name, d->key.name));
}

static bool is_asked(const struct desk *k, const struct duty_filter *f, const struct duty *d)
{
    struct str state = duty_state(k, d);

    if (str_eq(f->state, S("missed")))
        return is_kind(f, d);
    return is_kind(f, d) && str_eq(f->state, state) && path_holds(f->unit->path, d->unit_path);
}

/* "UNIT.AT.SOURCE.FROM.NAME": the last row of the page before; all but the name are numbers. */
struct place_in {
    int64_t unit_id, at, source_id, from_at;
    struct str name;
};

static bool place_read(struct str s, struct place_in *out)
{
    int64_t *const to[] = {&out->unit_id, &out->at, &out->source_id, &out->from_at};
    struct str part;

    for (size_t i = 0; i < COUNT(to); i++) {
        s = str_cut(s, '.', &part);
        if (!str_int(part, to[i]))
            return false;
    }
    out->name = s;
    return s.n > 0;
}

static struct str place_of(struct desk *k, const struct duty *d, int64_t at)
{
    return str_format(k->a, "%lld.%lld.%lld.%lld.%.*s", (long long)d->unit_id, (long long)at,
                      (long long)d->key.source_id, (long long)d->key.from_at, STR_ARG(d->key.name));
}

static struct rows query_open(struct desk *k, const struct duty_filter *f,
                              const struct place_in *after)
{
    bool missed = str_eq(f->state, S("missed"));
    const struct unit *u = unit_by_id(k->d->units, after->unit_id);
    int64_t from = f->from_ms, to = f->to_ms ? f->to_ms : ALL_TIME;

    if (missed && to > k->now)
        to = k->now;
    if (!missed && from < k->now)
        from = k->now;
    return db_query(k->db, k->a, duties_open, ARG(k->d->code), ARG(f->unit->path),
                    ARG(path_end(k->a, f->unit->path)), ARG(from), ARG(to),
                    ARG(u ? u->path : S("")), ARG(after->source_id), ARG(after->name),
                    ARG(after->from_at), ARG(ROW_SCAN + 1), ARG(k->now));
}

static struct rows query_done(struct desk *k, const struct duty_filter *f,
                              const struct place_in *before)
{
    return db_query(k->db, k->a, duties_done, ARG(k->d->code), ARG(f->from_ms),
                    ARG(f->to_ms ? f->to_ms : ALL_TIME), ARG(before->at ? before->at : ALL_TIME),
                    ARG(before->source_id), ARG(before->name), ARG(before->from_at),
                    ARG(ROW_SCAN + 1));
}

static bool check(struct desk *k, const struct duty_filter *f, struct place_in *at, struct err *e)
{
    if (!f->unit)
        return refuse(e, ERR_NOT_FOUND, "unit", "There is no such unit.");
    if (!actor_may(k->actor, S("supervise"), f->unit->path) &&
        !actor_may(k->actor, S("matter.read"), f->unit->path))
        return refuse(e, ERR_DENIED, NULL, "You may not look at this unit's duties.");
    return !f->before.n || place_read(f->before, at) ||
           refuse(e, ERR_INVALID, "before", "This is not where a page begins.");
}

static bool in_done(struct str state)
{
    return str_eq(state, S("done")) || str_eq(state, S("late")) || str_eq(state, S("excused"));
}

bool duties_below(struct desk *k, const struct duty_filter *f, struct val *rows, struct str *before,
                  struct err *e)
{
    bool live = str_eq(f->state, S("open")) || str_eq(f->state, S("missed")), more = false;
    struct duty *d = NEW_ARRAY(k->a, struct duty, (size_t)f->most + 1), last;
    struct place_in at = {.name = S("")};
    int64_t n = 0, looked = 0;
    struct rows r;

    *before = S("");
    if (!live && !in_done(f->state))
        return refuse(e, ERR_INVALID, "state",
                      "A duty is open, missed, done, late or excused; nothing else.");
    if (!check(k, f, &at, e))
        return false;
    for (r = live ? query_open(k, f, &at) : query_done(k, f, &at); !more && rows_next(&r);) {
        more = n == f->most || looked++ == ROW_SCAN;
        if (more)
            break;
        duty_read_row(k, &r, &last);
        d[n] = last;
        n += is_asked(k, f, &last);
    }
    rows_end(&r);
    if (more)
        *before = place_of(k, &last, live ? last.due_at : last.done_at);
    for (int64_t i = 0; i < n; i++)
        duty_row_view(k, &d[i], add_map(rows));
    return true;
}
