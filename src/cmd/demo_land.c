#include "base/embed.h"
#include "civic/area.h"
#include "civic/import.h"
#include "civic/person.h"
#include "civic/routing.h"
#include "civic/session.h"
#include "civic/tally.h"
#include "cmd/demo.h"

/* ---- units and rolls ----------------------------------------------------- */

/* units.csv, rolls.csv */
static bool import_sheet(struct demo *d, const char *noun, struct err *e)
{
    struct str name = str_format(d->k->a, "demo/%lld/%s.csv", (long long)d->k->d->code, noun);
    const struct embedded *file = embed_get(name);
    struct import_job job = {.noun = str_of(noun), .bytes = {file->bytes, file->n}};
    struct import_report report;

    if (!import_run(d->k, &job, &report, e))
        return false;
    return !report.rejected || refuse(e, ERR_INVALID, "file", "%s.csv has faults.", noun);
}

static const struct val *departments(const struct demo *d)
{
    const struct val *s = d->k->d->pack->setting;

    return s ? val_get(s, S("departments")) : NULL;
}

/* Each {code, kind, name, under}; without `under`, the district's own. */
static bool add_listed(struct demo *d, const struct val *list, struct err *e)
{
    bool added;

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        struct str under = val_text(&it->val, "under");
        struct unit_new u = {.code = val_text(&it->val, "code"),
                             .kind = val_text(&it->val, "kind"),
                             .name = val_text(&it->val, "name"),
                             .parent_code = under.n ? under : unit_root(d->k->d->units)->code};

        if (!unit_add(d->k, &u, &added, e))
            return false;
    }
    return true;
}

static bool add_departments(struct demo *d, struct err *e)
{
    return add_listed(d, departments(d), e);
}

/* "第{n}网格" of the unit above, with its number. */
static struct str name_below(struct demo *d, const struct unit *u, struct str plan, int64_t n)
{
    struct str tail, head;

    tail = str_cut(plan, '{', &head);
    if (!tail.n)
        return str_format(d->k->a, "%.*s%.*s", STR_ARG(u->name), STR_ARG(plan));
    return str_format(d->k->a, "%.*s%.*s%lld%.*s", STR_ARG(u->name), STR_ARG(head), (long long)n,
                      (int)tail.n - 2, tail.p + 2);
}

static bool add_below(struct demo *d, const struct unit *u, const struct val *plan, struct err *e)
{
    for (int64_t n = 1; n <= demo_int(plan, "n", 1); n++) {
        struct unit_new below = {.kind = val_text(plan, "kind"), .parent_code = u->code};
        bool added;

        below.code = str_format(d->k->a, "%.*s-%.*s%02lld", STR_ARG(u->code),
                                STR_ARG(val_text(plan, "code")), (long long)n);
        below.name = name_below(d, u, val_text(plan, "name"), n);
        if (!unit_add(d->k, &below, &added, e))
            return false;
    }
    return true;
}

static bool add_grids(struct demo *d, struct err *e)
{
    const struct units *us = d->k->d->units;

    for (const struct item *it = demo_get(d, "below")->first; it; it = it->next) {
        for (size_t i = 0; i < units_count(us); i++) {
            if (str_eq(units_at(us, i)->kind, val_text(&it->val, "of")) &&
                !add_below(d, units_at(us, i), &it->val, e))
                return false;
        }
    }
    return true;
}

/* ---- polygons: rectangles within rectangles, in proportion to what lies in them ------------ */

struct rect {
    double west, south, east, north;
};

static int64_t leaves(const struct units *us, const struct unit *u)
{
    int64_t n = 0;

    for (size_t i = 0; i < units_count(us); i++) {
        const struct unit *it = units_at(us, i);

        if (str_eq(it->kind, S("grid")) && path_holds(u->path, it->path))
            n++;
    }
    return n ? n : 1;
}

static void put_rect(struct demo *d, const struct unit *u, struct rect r)
{
    struct str json = str_format(
        d->k->a,
        "{\"type\":\"Polygon\",\"coordinates\":[[[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],[%.6f,"
        "%.6f]]]}",
        r.west, r.south, r.east, r.south, r.east, r.north, r.west, r.north, r.west, r.south);

    area_put(d->k, u->id, json, true);
}

static void lay_out(struct demo *d, const struct unit **list, int n, struct rect r);

static void lay_out_one(struct demo *d, const struct unit *u, struct rect r)
{
    const struct unit **below = units_below(d->k->a, d->k->d->units, u, S("")), **kept = below;
    int n = 0;

    for (const struct unit **it = below; *it; it++) { /* a branch has no ground of its own */
        if (!str_eq((*it)->kind, S("party_branch")))
            *kept++ = *it;
    }
    *kept = NULL;
    put_rect(d, u, r);
    while (below[n])
        n++;
    if (n)
        lay_out(d, below, n, r);
}

/* Cut the longer side where half of the grids lie on each side. */
static void lay_out(struct demo *d, const struct unit **list, int n, struct rect r)
{
    const struct units *us = d->k->d->units;
    int64_t all = 0, left = 0;
    struct rect a = r, b = r;
    int cut = 0;

    if (n == 1) {
        lay_out_one(d, list[0], r);
        return;
    }
    for (int i = 0; i < n; i++)
        all += leaves(us, list[i]);
    while (cut < n - 1 && (cut == 0 || left * 2 < all))
        left += leaves(us, list[cut++]);
    if (r.east - r.west > (r.north - r.south) * 1.3) {
        a.east = b.west = r.west + (r.east - r.west) * (double)left / (double)all;
    } else {
        b.north = a.south = r.north - (r.north - r.south) * (double)left / (double)all;
    }
    lay_out(d, list, cut, a);
    lay_out(d, list + cut, n - cut, b);
}

static void add_areas(struct demo *d)
{
    const struct units *us = d->k->d->units;
    const struct unit **below = units_below(d->k->a, us, unit_root(us), S("street"));
    const struct val *box = demo_get(d, "box");
    struct rect r = {
        (double)demo_int(box, "west", 0) / 1e6, (double)demo_int(box, "south", 0) / 1e6,
        (double)demo_int(box, "east", 0) / 1e6, (double)demo_int(box, "north", 0) / 1e6};
    int n = 0;

    while (below[n])
        n++;
    lay_out(d, below, n, r);
}

/* ---- people ------------------------------------------------------------- */

static bool is_of_kind(const struct units *us, const struct unit *u, struct str kind)
{
    return str_eq(u->kind, kind) || unit_above(us, u, kind) == u;
}

/* Of a plan's {unit, role}; 0: nobody. */
static int64_t holder_of(struct demo *d, const struct val *plan)
{
    const struct unit *u = unit_by_code(d->k->d->units, val_text(plan, "unit"));

    return u ? demo_holder(d->k, u->id, val_text(plan, "role")) : 0;
}

/* For somebody new, or for who holds another post already. */
static bool add_post(struct demo *d, const struct unit *u, const struct val *plan, struct err *e)
{
    const struct val *of = val_get(plan, S("holder"));
    int64_t person = of ? holder_of(d, of) : 0;
    struct str phone;

    if (!person) {
        phone = demo_phone(d, d->k->a, 139);
        if (!person_add(d->k, demo_name(d, d->k->a), phone, &person, e))
            return false;
    }
    return post_give(d->k, &(struct post_new){person, u->id, val_text(plan, "role"), 0, 0, NULL},
                     NULL, e);
}

/* In one unit, or in all of a kind but one. */
static bool is_meant(const struct units *us, const struct unit *u, const struct val *plan)
{
    struct str code = val_text(plan, "unit");

    if (code.n)
        return str_eq(u->code, code);
    return is_of_kind(us, u, val_text(plan, "of")) && !str_eq(u->code, val_text(plan, "but"));
}

static bool add_people(struct demo *d, struct err *e)
{
    const struct units *us = d->k->d->units;

    for (const struct item *it = demo_get(d, "posts")->first; it; it = it->next) {
        for (size_t i = 0; i < units_count(us); i++) {
            for (int64_t n = demo_int(&it->val, "n", 1);
                 n > 0 && is_meant(us, units_at(us, i), &it->val); n--) {
                if (!add_post(d, units_at(us, i), &it->val, e))
                    return false;
            }
        }
    }
    return true;
}

static bool add_logins(struct demo *d, struct err *e)
{
    struct str hash;

    if (!password_hash(d->k->a, val_text(d->plan, "password"), &hash, e))
        return false;
    for (const struct item *it = demo_get(d, "logins")->first; it; it = it->next) {
        int64_t person = holder_of(d, &it->val);

        if (!person)
            return refuse(e, ERR_INVALID, "logins", "Nobody holds the post of the account %.*s.",
                          STR_ARG(val_text(&it->val, "login")));
        if (!login_set(d->k, val_text(&it->val, "login"), person, hash, e))
            return false;
    }
    return true;
}

/* What departments answer for, proposed and confirmed by the district itself. */
static bool add_duties(struct demo *d, struct err *e)
{
    const struct val *list = departments(d);
    const struct unit *root = unit_root(d->k->d->units);

    (void)e;
    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        const struct unit *u = unit_by_code(d->k->d->units, val_text(&it->val, "code"));
        const struct val *subjects = val_get(&it->val, S("subjects"));

        for (const struct item *s = subjects ? subjects->first : NULL; s && u; s = s->next)
            duty_list_propose(d->k, s->val.str, root->id, u->id, 0);
    }
    duty_list_confirm_all(d->k);
    return true;
}

/* ---- firms and schools ---------------------------------------------------- */

static bool add_outside(struct demo *d, struct err *e)
{
    return add_listed(d, demo_get(d, "outside"), e);
}

/* Who speaks for them, by dice of their own: who lives in the district stays who they are. */
static bool add_speakers(struct demo *d, struct err *e)
{
    struct demo own = *d;

    own.dice = ~d->dice;
    for (const struct item *it = demo_get(d, "outside")->first; it; it = it->next) {
        const struct unit *u = unit_by_code(d->k->d->units, val_text(&it->val, "code"));

        if (u && !add_post(&own, u, &it->val, e))
            return false;
    }
    return true;
}

/* ---- all of it ---------------------------------------------------------- */

struct part {
    struct demo *d;
    bool (*run)(struct demo *d, struct err *e);
};

static bool run_part(struct db *db, void *arg, struct err *e)
{
    struct part *p = arg;

    p->d->k->db = db;
    return p->run(p->d, e);
}

static bool write_part(struct demo *d, bool (*run)(struct demo *d, struct err *e), struct err *e)
{
    struct db_hooks hooks = tally_hooks(d->k->d);
    struct part p = {d, run};
    struct db *db = d->k->db;
    bool ok = db_write(db, run_part, &p, &hooks, e);

    d->k->db = db;
    d->k->d->units = units_load(db, d->k->a, d->k->d->code);
    return ok;
}

static bool draw(struct demo *d, struct err *e)
{
    (void)e;
    add_areas(d);
    return true;
}

bool demo_land(struct demo *d, struct err *e)
{
    if (!import_sheet(d, "units", e))
        return false;
    d->k->d->units = units_load(d->k->db, d->k->a, d->k->d->code);
    if (!import_sheet(d, "rolls", e))
        return false;
    return write_part(d, add_departments, e) && write_part(d, add_grids, e) &&
           write_part(d, draw, e) && write_part(d, add_people, e) && write_part(d, add_logins, e) &&
           write_part(d, add_duties, e) && write_part(d, add_outside, e) &&
           write_part(d, add_speakers, e);
}
