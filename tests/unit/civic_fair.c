/*
 * Fairs, pairs of schools and firms, visits and salons: what two districts published about winning
 * people over comes out of districts in which exactly that happened, with as many records behind.
 */
#include "civic/figure.h"

#include "civic/bond.h"
#include "civic/booth.h"
#include "civic/district.h"
#include "civic/duty.h"
#include "civic/import.h"
#include "civic/recount.h"
#include "civic/tally.h"
#include "civic/verifier.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1793586600000) /* 2026-11-02 10:30 in Shanghai */

STMT(people_listed, "SELECT id FROM person WHERE district = $1 AND name LIKE '专员%' ORDER BY id");
STMT(visits_due,
     "SELECT source_id, name, from_at, person_id FROM duty WHERE district = $1 AND kind "
     "= 'specialist_firm' AND from_at <= $2 ORDER BY source_id");

struct site {
    struct arena a;
    struct desk k;
    struct buf rows;
    char folder[64];
};

static void take_in(struct site *t, const char *noun, const char *header)
{
    struct import_job job = {.noun = str_of(noun),
                             .bytes =
                                 str_format(&t->a, "%s\n%.*s", header, STR_ARG(buf_str(&t->rows)))};
    struct import_report report;
    struct desk k = district_desk(t->k.d, t->k.db, &t->a, NOW);
    struct err e = {0};

    cr_assert(import_run(&k, &job, &report, &e), "%s", e.text);
    cr_assert_eq(report.rejected, 0, "%.*s",
                 STR_ARG(val_text(&report.errors->first->val, "reason")));
    district_refresh(t->k.a, t->k.db, t->k.d);
    t->rows = (struct buf){.arena = &t->a};
}

static void put(struct site *t, int n, const char *row)
{
    for (int i = 1; i <= n; i++) {
        struct str number = str_format(&t->a, "%d", i), rest = str_of(row), head;

        while (rest.n) { /* each # is the number */
            rest = str_cut(rest, '#', &head);
            buf_put(&t->rows, head);
            if (rest.n)
                buf_put(&t->rows, number);
        }
        buf_put(&t->rows, S("\n"));
    }
}

/* Who calls fairs and ties bonds: the organiser of the district. */
static void as_organiser(struct site *t)
{
    const struct unit *root = unit_root(t->k.d->units);
    struct holding *post = NEW(&t->a, struct holding);
    struct actor *who = NEW(&t->a, struct actor);

    *post = (struct holding){.unit = root->id,
                             .role = S("organiser"),
                             .path = root->path,
                             .def = pack_role(t->k.d->pack, S("organiser"))};
    *who = (struct actor){.person = 1, .name = S(""), .csrf = S(""), .post = post, .posts = 1};
    t->k.actor = who;
}

static void place_open(struct site *t, const char *pack, int64_t code, int firms)
{
    struct place_of_data where = {.dir = t->folder};
    struct district *d;
    struct err e = {0};
    struct db *db;

    memset(t, 0, sizeof(*t));
    arena_init(&t->a, (size_t)1 << 30);
    (void)snprintf(t->folder, sizeof(t->folder), "/tmp/yingshao-fair-XXXXXX");
    cr_assert(mkdtemp(t->folder));
    cr_assert(district_init(&t->a, &where, code, str_of(pack), NOW - 400 * DAY_MS, &e), "%s",
              e.text);
    cr_assert(district_load(&t->a, &where, code, &db, &d, &e), "%s", e.text);
    t->k = district_desk(d, db, &t->a, NOW);
    t->rows = (struct buf){.arena = &t->a};
    put(t, 1, str_format(&t->a, "s#,一街,street,%lld", (long long)code).p);
    put(t, firms, "e#,企业#,enterprise,s1");
    take_in(t, "units", "code,name,kind,parent");
    as_organiser(t);
}

static void place_close(struct site *t)
{
    struct val *faults = val_list(&t->a);
    char command[128];

    verify_all(&t->k, faults);
    cr_expect(!faults->first, "%.*s",
              STR_ARG(faults->first ? val_text(&faults->first->val, "what") : S("")));
    arena_reset(&t->a);
    (void)snprintf(command, sizeof(command), "rm -r %s", t->folder);
    cr_expect(system(command) == 0);
}

static int64_t records(struct site *t, const struct figure *f, const struct period *p)
{
    static const struct str rights[] = {{"figures.read", 12}};
    const struct unit *root = unit_root(t->k.d->units);
    struct role role = {.name = S("all"), .right = rights, .rights = 1};
    struct holding post = {.unit = root->id, .role = role.name, .path = root->path, .def = &role};
    struct actor actor = {.name = S(""), .csrf = S(""), .post = &post, .posts = 1};
    struct figure_query ask = {.f = f, .u = root, .p = p, .subject = S(""), .most = 700};
    struct val *rows = val_list(&t->a);
    struct desk k = t->k;
    struct err e = {0};
    int64_t n = 0;

    k.actor = &actor;
    cr_assert(figure_records(&k, &ask, rows, &e), "%s", e.text);
    for (const struct item *it = rows->first; it; it = it->next)
        n++;
    return n;
}

static void expect(struct site *t, const char *id, const char *period, int64_t n)
{
    const struct figure *f = pack_figure(t->k.d->pack, str_of(id));
    struct figure_value v;
    struct err e = {0};
    struct period p;

    cr_assert(f && period_parse(&t->k, str_of(period), &p, &e), "%s", id);
    figure_read(&t->k, f, unit_root(t->k.d->units), &p, S(""), &v);
    cr_expect_eq(v.n, n, "%s of %s is %lld and not %lld", id, period, (long long)v.n, (long long)n);
    cr_expect_eq(records(t, f, &p), n, "records behind %s", id);
}

/* ---- fairs ---------------------------------------------------------------- */

struct fair {
    struct site *t;
    const char *kind, *city; /* city NULL: none is asked for */
    int from, firms;         /* e<from> and so many after it have booths */
    bool shut;
};

static bool hold(struct db *db, void *arg, struct err *e)
{
    const struct fair *f = arg;
    struct desk k = f->t->k;
    struct gathering *g = NEW(k.a, struct gathering);
    struct val *fields = val_map(k.a);
    struct gathering_new n = {.kind = str_of(f->kind),
                              .title = S("活动"),
                              .unit_id = unit_root(k.d->units)->id,
                              .starts_at = k.now + HOUR_MS,
                              .fields = fields};
    int64_t number;

    k.db = db;
    set_str(fields, "city", str_of(f->city ? f->city : ""));
    set_str(fields, "topic", S("人才"));
    if (!gathering_prepare(&k, &n, g, e))
        return false;
    for (int i = f->from; i < f->from + f->firms; i++) {
        const struct unit *firm = unit_by_code(k.d->units, str_format(k.a, "e%d", i));

        if (!booth_book(&k, g->id, firm->id, &number, e))
            return false;
    }
    k.now += 2 * HOUR_MS;
    if (!f->shut)
        return true;
    return (!(g->def->attendance & ATTEND_CODE) || gathering_open(&k, g->id, 0, e)) &&
           gathering_close(&k, g->id, 0, g->def->attendance & ATTEND_COUNT ? 300 : -1, fields, e);
}

static void held(struct site *t, int n, struct fair f)
{
    struct db_hooks hooks = tally_hooks(t->k.d);

    f.t = t;
    f.shut = true;
    for (int i = 0; i < n; i++) {
        struct err e = {0};

        cr_assert(db_write(t->k.db, hold, &f, &hooks, &e), "%s", e.text);
    }
}

Test(civic_fair, a_year_of_fairs_is_counted_by_kind)
{
    struct fair called = {.kind = "campus_fair", .city = "here"};
    struct err e = {0};
    struct site t;

    place_open(&t, "yaohai", 340102, 3);
    held(&t, 11, (struct fair){.kind = "campus_fair", .city = "here", .from = 1, .firms = 3});
    held(&t, 2, (struct fair){.kind = "graduate_fair", .city = "here"});
    held(&t, 16, (struct fair){.kind = "city_fair", .city = "here", .from = 2, .firms = 1});
    called.t = &t;
    cr_assert(db_write(t.k.db, hold, &called, NULL, &e), "%s", e.text); /* not held yet */
    expect(&t, "H-6", "2026", 11);
    expect(&t, "H-7", "2026", 2);
    expect(&t, "H-8", "2026", 16);
    expect(&t, "H-6", "2025", 0);
    place_close(&t);
}

Test(civic_fair, each_firm_that_went_to_a_city_is_counted_once)
{
    struct site t;

    place_open(&t, "pengjiang", 440703, 14);
    held(&t, 1, (struct fair){.kind = "campus_fair", .city = "xian", .from = 1, .firms = 8});
    held(&t, 1, (struct fair){.kind = "campus_fair", .city = "xian", .from = 5, .firms = 6});
    held(&t, 1, (struct fair){.kind = "campus_fair", .city = "wuhan", .from = 11, .firms = 4});
    expect(&t, "P-5", "2026", 10);
    expect(&t, "P-5", "2025", 0);
    place_close(&t);
}

/* ---- pairs and visits ------------------------------------------------------ */

static size_t ids(struct site *t, const struct stmt *st, int64_t *id, size_t most)
{
    struct rows r = db_query_args(t->k.db, &t->a, st, (struct arg[]){ARG(t->k.d->code)}, 1);
    size_t n = 0;

    while (n < most && rows_next(&r))
        id[n++] = row_int(&r, 0);
    rows_end(&r);
    return n;
}

static void tie(struct site *t, const char *kind, struct party one, int firm)
{
    const struct unit *u = unit_by_code(t->k.d->units, str_format(&t->a, "e%d", firm));
    struct bond_new n = {
        .kind = str_of(kind), .side = {one, {.unit_id = u->id}}, .from_at = NOW - 30 * DAY_MS};
    struct err e = {0};
    struct bond b;

    cr_assert(bond_make(&t->k, &n, &b, &e), "%s %s", e.text, e.field ? e.field : "");
}

Test(civic_fair, a_hundred_schools_are_paired_with_a_hundred_and_sixty_firms)
{
    int64_t school[100];
    struct site t;

    place_open(&t, "pengjiang", 440703, 170);
    put(&t, 100, "u#,院校#,campus,440703");
    take_in(&t, "units", "code,name,kind,parent");
    for (int i = 0; i < 100; i++)
        school[i] = unit_by_code(t.k.d->units, str_format(&t.a, "u%d", i + 1))->id;
    for (int i = 0; i < 160; i++)
        tie(&t, "campus_firm", (struct party){.unit_id = school[i % 100]}, i + 1);
    tie(&t, "campus_firm", (struct party){.unit_id = school[0]}, 2); /* both are there already */
    expect(&t, "paired_schools", "2026-11", 100);
    expect(&t, "paired_firms", "2026-11", 160);
    place_close(&t);
}

static void visit_all(struct site *t)
{
    struct rows r = db_query(t->k.db, &t->a, visits_due, ARG(t->k.d->code), ARG(t->k.now));
    struct val *note = val_map(&t->a);
    struct duty_act act = {.fields = note};
    struct desk k = t->k;

    set_str(note, "talk_note", S("了解用工需求"));
    while (rows_next(&r)) {
        struct actor who = {.person = row_int(&r, 3), .name = S(""), .csrf = S("")};
        struct err e = {0};
        int64_t matter;

        k.actor = &who;
        act.key = (struct duty_key){row_int(&r, 0), row_int(&r, 2), row_str(&r, 1)};
        cr_assert(duty_done(&k, &act, &matter, &e), "%s", e.text);
    }
}

Test(civic_fair, a_hundred_firms_were_visited_and_two_salons_held)
{
    int64_t specialist[5];
    struct site t;

    place_open(&t, "pengjiang", 440703, 100);
    put(&t, 5, "专员#,s1,specialist");
    take_in(&t, "people", "name,unit,role");
    cr_assert_eq(ids(&t, &people_listed, specialist, COUNT(specialist)), 5);
    for (int i = 0; i < 100; i++)
        tie(&t, "specialist_firm", (struct party){.person_id = specialist[i / 20]}, i + 1);
    t.k.now += 30 * DAY_MS; /* 2 December: the first whole month */
    while (duties_make(&t.k) > 0)
        ;
    visit_all(&t);
    held(&t, 2, (struct fair){.kind = "salon"});
    expect(&t, "salons", "2026", 2);
    expect(&t, "firms_visited", "2026-12", 100);
    place_close(&t);
}
