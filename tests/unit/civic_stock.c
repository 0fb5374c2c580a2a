/*
 * What districts published about their organisations: districts that hold exactly those
 * organisations, people and buildings, taken in from spreadsheets as they would be; each number
 * comes out, and behind it lie as many records.
 */
#include "civic/figure.h"

#include "civic/district.h"
#include "civic/gathering.h"
#include "civic/import.h"
#include "civic/recount.h"
#include "civic/tally.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1793586600000) /* 2026-11-02 10:30 in Shanghai */

struct town {
    struct arena a;
    struct desk k;
    struct buf units, people;
    char folder[64];
};

static void town_open(struct town *t, const char *pack, int64_t code)
{
    struct place_of_data where = {.dir = t->folder};
    struct district *d;
    struct err e = {0};
    struct db *db;

    memset(t, 0, sizeof(*t));
    arena_init(&t->a, (size_t)1 << 30);
    (void)snprintf(t->folder, sizeof(t->folder), "/tmp/yingshao-stock-XXXXXX");
    cr_assert(mkdtemp(t->folder));
    cr_assert(district_init(&t->a, &where, code, str_of(pack), NOW - 400 * DAY_MS, &e), "%s",
              e.text);
    cr_assert(district_load(&t->a, &where, code, &db, &d, &e), "%s", e.text);
    t->k = district_desk(d, db, &t->a, NOW);
    t->units = t->people = (struct buf){.arena = &t->a};
}

static void town_close(struct town *t)
{
    char command[128];

    arena_reset(&t->a);
    (void)snprintf(command, sizeof(command), "rm -r %s", t->folder);
    cr_expect(system(command) == 0);
}

/* n units of a kind; parent has a %d where each has its own; facts: what stands in further columns.
 */
static void put_units(struct town *t, int n, const char *kind, const char *prefix,
                      const char *parent, const char *facts)
{
    for (int i = 1; i <= n; i++) {
        buf_put(&t->units, str_format(&t->a, "%s%d,%s%d,%s,", prefix, i, prefix, i, kind));
        buf_put(&t->units, str_of(parent));
        if (parent[strlen(parent) - 1] == '-') /* its own: s-1, s-2 … */
            buf_put(&t->units, str_format(&t->a, "%d", i));
        buf_put(&t->units, str_format(&t->a, ",%s\n", facts));
    }
}

static void put_people(struct town *t, int n, const char *role, const char *unit, const char *facts)
{
    for (int i = 1; i <= n; i++) {
        buf_put(&t->people, str_format(&t->a, "%s %s%d,%s", role, unit, i, unit));
        if (unit[strlen(unit) - 1] == '-')
            buf_put(&t->people, str_format(&t->a, "%d", i));
        buf_put(&t->people, str_format(&t->a, ",%s,%s\n", role, facts));
    }
}

static void take_in(struct town *t, const char *noun, struct str header, const struct buf *rows)
{
    struct import_job job = {
        .noun = str_of(noun),
        .bytes = str_format(&t->a, "%.*s\n%.*s", STR_ARG(header), (int)rows->n, rows->p)};
    struct import_report report;
    struct err e = {0};

    cr_assert(import_run(&t->k, &job, &report, &e), "%s", e.text);
    cr_assert_eq(report.rejected, 0, "%lld rows of %s are refused", (long long)report.rejected,
                 noun);
    district_refresh(t->k.a, t->k.db, t->k.d);
}

static int64_t records(struct town *t, const struct figure *f, const struct period *p)
{
    static const struct str rights[] = {{"figures.read", 12}};
    const struct unit *root = unit_root(t->k.d->units);
    struct role role = {.name = S("all"), .right = rights, .rights = 1};
    struct holding post = {.unit = root->id, .role = role.name, .path = root->path, .def = &role};
    struct actor actor = {.name = S(""), .csrf = S(""), .post = &post, .posts = 1};
    struct figure_query ask = {.f = f, .u = root, .p = p, .subject = S(""), .most = 700};
    struct desk k = t->k;
    struct err e = {0};
    int64_t n = 0;

    k.actor = &actor;
    do {
        struct val *rows = val_list(&t->a);

        cr_assert(figure_records(&k, &ask, rows, &e), "%s", e.text);
        for (const struct item *it = rows->first; it; it = it->next)
            n += f->kind == FIGURE_SUM ? val_int(&it->val, "value") : 1;
    } while (ask.before);
    return n;
}

static void expect(struct town *t, const char *id, const char *period, const char *text)
{
    const struct figure *f = pack_figure(t->k.d->pack, str_of(id));
    struct figure_value v;
    struct err e = {0};
    struct period p;

    cr_assert(f && period_parse(&t->k, str_of(period), &p, &e), "%s", id);
    figure_read(&t->k, f, unit_root(t->k.d->units), &p, S(""), &v);
    cr_expect(str_eq(figure_text(&t->a, &v), str_of(text)), "%s of %s is %.*s and not %s", id,
              period, STR_ARG(figure_text(&t->a, &v)), text);
    if (f->kind != FIGURE_VALUES) {
        cr_expect_eq(records(t, f, &p), v.is_ratio ? v.under : v.n, "records behind %s", id);
        return;
    }
    for (int i = 0; i < f->ofs; i++)
        cr_expect_eq(records(t, pack_figure(t->k.d->pack, f->of[i]), &p), v.value[i].n,
                     "records behind value %d of %s", i, id);
}

#define UNIT_COLUMNS                                                                               \
    S("code,name,kind,parent,party_sort,party_form,quarter_sort,quarter_honour,station_sort,from," \
      "shops,floor_area,parking,buildings,households,residents")

Test(civic_stock, daxiangs_organisations_come_out_as_published)
{
    static const char *const numbers[][2] = {
        {"D-1", "460"},         {"D-2", "11,000"}, {"D-4", "72"},  {"D-14", "18"},
        {"D-15", "38"},         {"D-16", "11"},    {"D-17", "30"}, {"D-18", "36"},
        {"D-19", "8/28"},       {"D-20", "5/31"},  {"D-21", "36"}, {"D-22", "6"},
        {"coverage", "78.57%"},
    };
    struct town t;

    town_open(&t, "daxiang", 430503);
    put_units(&t, 14, "street", "s-", "430503", "");
    put_units(&t, 11, "party_committee", "sc-", "s-", "two_new");
    put_units(&t, 30, "community", "c-", "s-1", "");
    put_units(&t, 30, "party_branch", "cb-", "c-", "two_new");
    put_units(&t, 38, "quarter", "q-", "c-1", ",,,perfect");
    put_units(&t, 9, "quarter", "p-", "c-2", "");
    put_units(&t, 5, "party_branch", "qa-", "q-", "quarter,ordinary,old");
    put_units(&t, 3, "party_branch", "qb-", "q-", "quarter,functional,old");
    put_units(&t, 28, "party_branch", "qc-", "q-", "quarter,functional,commercial");
    put_units(&t, 36, "station", "qs-", "q-", ",,,,quarter");
    put_units(&t, 6, "station", "cs-", "s-2", ",,,,courier");
    put_units(&t, 18, "party_branch", "rb-", "sc-1", "retired");
    put_units(&t, 365, "party_branch", "vb-", "sc-2", "village");
    take_in(&t, "units", UNIT_COLUMNS, &t.units);
    for (int i = 0; i < 36; i++)
        put_people(&t, 300, "member", str_format(&t.a, "vb-%d", i + 1).p, "");
    put_people(&t, 200, "member", "rb-1", "");
    put_people(&t, 72, "lecturer", "430503", "");
    put_people(&t, 1, "secretary", "vb-1", "");
    take_in(&t, "people", S("name,unit,role"), &t.people);
    for (size_t i = 0; i < COUNT(numbers); i++)
        expect(&t, numbers[i][0], "2026-11", numbers[i][1]);
    expect(&t, "D-14", "2026-10", "0");
    town_close(&t);
}

Test(civic_stock, pengjiangs_posts_and_communities_count_when_they_begin)
{
    struct town t;

    town_open(&t, "pengjiang", 440703);
    put_units(&t, 1, "street", "s-", "440703", "");
    put_units(&t, 10, "community", "new-", "s-1", ",,,,,2026-10-08");
    put_units(&t, 15, "community", "old-", "s-1", ",,,,,2019-05-01");
    put_units(&t, 13, "building", "b-", "old-", "");
    put_units(&t, 1, "building", "second-", "old-1", "");
    take_in(&t, "units", UNIT_COLUMNS, &t.units);
    put_people(&t, 20, "rotating_cadre", "s-1", "2026-10-15,2027-04-15");
    put_people(&t, 3, "rotating_cadre", "old-1", "2026-11-01,2027-05-01");
    put_people(&t, 12, "volunteer_head", "b-", "");
    put_people(&t, 1, "volunteer_head", "second-1", "");
    put_people(&t, 1, "building_head", "b-13", "");
    take_in(&t, "people", S("name,unit,role,from,until"), &t.people);
    expect(&t, "P-1", "2026-10", "20");
    expect(&t, "P-1", "2026-Q4", "23");
    expect(&t, "P-3", "2026", "10");
    expect(&t, "P-3", "2026-09", "0");
    expect(&t, "P-4", "2026-11", "12");
    town_close(&t);
}

Test(civic_stock, a_market_and_a_quarter_have_the_numbers_that_were_published)
{
    struct town t;

    town_open(&t, "baohe", 340111);
    put_units(&t, 1, "street", "s-", "340111", "");
    put_units(&t, 1, "market", "m-", "s-1", ",,,,,,100,5200,300");
    take_in(&t, "units", UNIT_COLUMNS, &t.units);
    expect(&t, "A-5", "2026-11", "100/5,200/300");
    town_close(&t);
    town_open(&t, "shushan", 340104);
    put_units(&t, 1, "street", "s-", "340104", "");
    put_units(&t, 1, "community", "c-", "s-1", "");
    put_units(&t, 1, "quarter", "q-", "c-1", ",,,,,,,,,10,346,1038");
    put_units(&t, 1, "quarter", "unknown-", "c-1", "");
    take_in(&t, "units", UNIT_COLUMNS, &t.units);
    expect(&t, "A-7", "2026-11", "10");
    expect(&t, "A-8", "2026-11", "346");
    expect(&t, "A-9", "2026-11", "1,038");
    town_close(&t);
}

Test(civic_stock, an_alliance_has_its_couriers_riders_and_branches)
{
    struct town t;

    town_open(&t, "yaohai", 340102);
    put_units(&t, 1, "alliance", "lm-", "340102", "");
    put_units(&t, 5, "party_branch", "zb-", "lm-1", "trade");
    put_units(&t, 1, "party_branch", "other-", "lm-1", "organ");
    take_in(&t, "units", UNIT_COLUMNS, &t.units);
    put_people(&t, 736, "courier", "lm-1", "");
    put_people(&t, 1060, "rider", "lm-1", "");
    take_in(&t, "people", S("name,unit,role"), &t.people);
    expect(&t, "A-10", "2026-11", "736/1,060/5");
    town_close(&t);
}

/* ---- gatherings ----------------------------------------------------------- */

#define LECTURES 1900
#define HEARERS  340000

struct series {
    struct town *t;
    int n, online;
    int64_t hearers;
    const char *state;
    const char *kind;   /* NULL: lectures */
    const char *number; /* what else it counted, as many as hearers; NULL: heads */
};

/* Lectures of 2024, one after the other; the hearers as evenly as they go. */
static bool hold(struct db *db, void *arg, struct err *e)
{
    struct series *s = arg;
    struct desk k = s->t->k;
    const struct unit *u = unit_root(k.d->units);

    k.db = db;
    (void)e;
    for (int i = 0; i < s->n; i++) {
        int64_t came = s->hearers / s->n + (i < s->hearers % s->n);
        struct gathering *g = NEW(&s->t->a, struct gathering);
        int64_t at = day_start_ms(day_from(2024, 1, 1)) + i * 4 * HOUR_MS;

        *g = (struct gathering){.id = id_next(k.d->ids, NOW),
                                .kind = str_of(s->kind ? s->kind : "lecture"),
                                .def_hash = S(""),
                                .title = S("宣讲"),
                                .place = S(""),
                                .online = i < s->online,
                                .fields = val_map(&s->t->a),
                                .numbers = val_map(&s->t->a),
                                .unit_id = u->id,
                                .unit_path = u->path,
                                .state = str_of(s->state),
                                .starts_at = at,
                                .ends_at = at + HOUR_MS,
                                .opened_at = at,
                                .closed_at = at + HOUR_MS,
                                .heads = s->number ? 0 : came,
                                .counts = S(""),
                                .fresh = true};
        if (s->number)
            set_int(g->numbers, s->number, came);
        gathering_save(&k, g, S("close"), val_map(&s->t->a));
    }
    return true;
}

static void held(struct town *t, struct series s)
{
    struct db_hooks hooks = tally_hooks(t->k.d);
    struct err e = {0};

    s.t = t;
    cr_assert(db_write(t->k.db, hold, &s, &hooks, &e), "%s", e.text);
}

static void expect_sound(struct town *t)
{
    struct val *faults = val_list(&t->a);

    tally_check(&t->k, faults);
    cr_expect(entries_check(&t->k, faults) && !faults->first, "entries or counters are wrong");
}

Test(civic_stock, a_year_of_lectures_is_counted_in_lectures_and_hearers)
{
    struct town t;

    town_open(&t, "yaohai", 340102);
    held(&t, (struct series){.n = LECTURES, .hearers = HEARERS, .state = "closed"});
    held(&t, (struct series){.n = 7, .hearers = 700, .state = "cancelled"});
    expect(&t, "H-1", "2024", "1,900");
    expect(&t, "H-2", "2024", "340,000");
    expect(&t, "H-1", "2025", "0");
    expect_sound(&t);
    town_close(&t);
}

Test(civic_stock, eleven_secretaries_competed_in_one_contest)
{
    struct town t;

    town_open(&t, "daxiang", 430503);
    held(&t, (struct series){.n = 1,
                             .state = "closed",
                             .kind = "secretaries_contest",
                             .hearers = 11,
                             .number = "contestants"});
    held(&t, (struct series){.n = 1,
                             .state = "open",
                             .kind = "secretaries_contest",
                             .hearers = 5,
                             .number = "contestants"});
    held(&t, (struct series){.n = 1, .state = "closed", .hearers = 3, .number = "contestants"});
    expect(&t, "D-13", "2024", "11");
    expect_sound(&t);
    town_close(&t);
}

Test(civic_stock, lectures_on_site_and_online_are_one_figure_of_two_values)
{
    struct town t;

    town_open(&t, "daxiang", 430503);
    held(&t, (struct series){.n = 170, .online = 20, .hearers = 170, .state = "closed"});
    expect(&t, "D-6", "2024", "150/20");
    expect_sound(&t);
    town_close(&t);
}

Test(civic_stock, what_other_gatherings_came_to_is_as_published)
{
    static const struct {
        const char *pack;
        int64_t code;
        struct series series;
        const char *figure, *text;
    } published[] = {
        {"daxiang",
         430503,
         {.kind = "knowledge_test", .n = 3, .hearers = 1500, .number = "sat"},
         "D-3",
         "1,500"},
        {"daxiang", 430503, {.kind = "training", .n = 15, .hearers = 900}, "D-5", "15"},
        {"daxiang", 430503, {.kind = "special_class", .n = 4, .hearers = 500}, "D-7", "4/500"},
        {"daxiang", 430503, {.kind = "cloud_class", .n = 5, .hearers = 8200}, "D-8", "5/8,200"},
        {"pengjiang", 440703, {.kind = "activity", .n = 20, .hearers = 600}, "P-2", "20"},
        {"daguan",
         340803,
         {.kind = "household_survey", .n = 1, .hearers = 504, .number = "asked"},
         "A-1",
         "504"},
        {"yaohai", 340102, {.kind = "exchange", .n = 15, .hearers = 300}, "A-11", "15"},
        {"yaohai", 340102, {.kind = "activity", .n = 20, .hearers = 700}, "A-14", "20"},
    };

    for (size_t i = 0; i < COUNT(published); i++) {
        struct series series = published[i].series;
        struct town t;

        series.state = "closed";
        town_open(&t, published[i].pack, published[i].code);
        held(&t, series);
        expect(&t, published[i].figure, "2024", published[i].text);
        expect_sound(&t);
        town_close(&t);
    }
}

/* ---- matters that ran to their end ----------------------------------------- */

struct deed {
    const char *role, *unit; /* NULL: time passes, `days` of them */
    const char *action;      /* rate: the reporter's answer */
    const char *fields;      /* "name=value name=value"; # is a picture */
    int days;
};

struct run {
    struct town *t;
    const char *mechanism, *channel, *fields;
    const struct deed *deed; /* until one without action and days */
    int64_t id;
};

static struct val *fields_of(struct arena *a, const char *text)
{
    struct val *v = val_map(a), *list;
    struct str rest = str_of(text ? text : ""), one, name;

    while (rest.n) {
        rest = str_cut(rest, ' ', &one);
        one = str_cut(one, '=', &name);
        if (str_eq(one, S("#"))) {
            list = val_list(a);
            add_val(list, (struct val){.kind = VAL_INT, .integer = 1});
            set_val(v, name, *list);
        } else {
            set_val(v, name, (struct val){.kind = VAL_STR, .str = one});
        }
    }
    return v;
}

/* Each deed is done by another person, who holds that post. */
static void act_as(struct desk *k, const struct deed *d, int n)
{
    const struct unit *u = unit_by_code(k->d->units, str_of(d->unit));
    struct holding *post = NEW(k->a, struct holding);
    struct actor *who = NEW(k->a, struct actor);

    *post = (struct holding){.unit = u->id,
                             .role = str_of(d->role),
                             .path = u->path,
                             .def = pack_role(k->d->pack, str_of(d->role))};
    *who =
        (struct actor){.person = 100 + n, .name = S(""), .csrf = S(""), .post = post, .posts = 1};
    k->actor = who;
}

static bool run_matter(struct db *db, void *arg, struct err *e)
{
    struct run *r = arg;
    struct desk k = r->t->k;
    struct matter_receipt receipt;
    struct matter_new n = {.mechanism = str_of(r->mechanism),
                           .channel = str_of(r->channel),
                           .title = S("一件事"),
                           .body = S("一件事"),
                           .unit_id = unit_by_code(k.d->units, S("c-1"))->id,
                           .fields = fields_of(k.a, r->fields)};

    k.db = db;
    act_as(&k, &(struct deed){.role = "dispatcher", .unit = "c-1"}, 0);
    if (!matter_open(&k, &n, &receipt, e))
        return false;
    for (int i = 0; r->deed[i].action || r->deed[i].days; i++) {
        const struct deed *d = &r->deed[i];
        struct matter_act act = {.id = receipt.id, .kind = PROC_ACT, .part = -1};

        k.now += MINUTE_MS + d->days * DAY_MS;
        (void)matter_tick(&k, 100);
        if (!d->action)
            continue;
        act_as(&k, d, i + 1);
        act.action = str_of(d->action);
        act.fields = fields_of(k.a, d->fields);
        if (!matter_act(&k, &act, e))
            return false;
    }
    return true;
}

static void ran(struct town *t, int n, struct run r)
{
    struct db_hooks hooks = tally_hooks(t->k.d);
    struct err e = {0};

    r.t = t;
    for (int i = 0; i < n; i++)
        cr_assert(db_write(t->k.db, run_matter, &r, &hooks, &e), "%s: %s (%s)", r.mechanism, e.text,
                  e.field);
}

static void put_community(struct town *t, const char *district)
{
    put_units(t, 1, "street", "s-", district, "");
    put_units(t, 1, "community", "c-", "s-1", "");
    put_units(t, 1, "grid", "g-", "c-1", "");
    take_in(t, "units", UNIT_COLUMNS, &t->units);
}

Test(civic_stock, councils_requests_and_disputes_of_a_station_are_as_published)
{
    static const struct deed solved[] = {
        {"dispatcher", "c-1", "adopt", "", 0},
        {"dispatcher", "c-1", "done", "done_text=已修好 photo_after=#", 0},
        {"secretary", "c-1", "pass", "", 0},
        {.days = 8}, /* nobody answers: it ends as solved, and counts in no rating */
        {0}};
    static const struct deed settled[] = {
        {"mediator", "c-1", "accept", "", 0},
        {"mediator", "c-1", "agree", "agreement=各退一步 follow_up_on=2026-11-20", 0},
        {"mediator", "c-1", "kept", "", 0},
        {0}};
    struct town t;

    town_open(&t, "daguan", 340803);
    put_community(&t, "340803");
    held(&t, (struct series){.kind = "council", .n = 50, .hearers = 1000, .state = "closed"});
    ran(&t, 40, (struct run){.mechanism = "suggestion", .channel = "station", .deed = solved});
    ran(&t, 10, (struct run){.mechanism = "mediation", .channel = "visit", .deed = settled});
    expect(&t, "A-3a", "2024", "50");
    expect(&t, "A-3", "2024-01-01..2026-12-31", "50/40");
    expect(&t, "A-4", "2026-11", "10");
    expect_sound(&t);
    town_close(&t);
}

Test(civic_stock, what_councils_resolved_and_was_done_is_as_published)
{
    static const struct deed done[] = {{"dispatcher", "c-1", "done", "done_text=已完成", 0},
                                       {"dispatcher", "s-1", "pass", "", 0},
                                       {.days = 6},
                                       {0}};
    struct town t;

    town_open(&t, "shushan", 340104);
    put_community(&t, "340104");
    held(&t, (struct series){.kind = "council", .n = 40, .hearers = 900, .state = "closed"});
    ran(&t, 11,
        (struct run){
            .mechanism = "task", .channel = "meeting", .fields = "until=2026-11-30", .deed = done});
    expect(&t, "A-6", "2024-01-01..2026-12-31", "40/11");
    expect_sound(&t);
    town_close(&t);
}

STMT(test_gathering_wrong,
     "UPDATE entry SET value = value + 1 WHERE district = $1 AND figure = $2");

static bool spoil(struct db *db, void *arg, struct err *e)
{
    struct town *t = arg;

    (void)e;
    db_run(db, test_gathering_wrong, ARG(t->k.d->code), ARG(S("H-2")));
    return true;
}

Test(civic_stock, an_entry_of_a_gathering_that_was_changed_is_found)
{
    struct val *faults;
    struct err e = {0};
    struct town t;

    town_open(&t, "yaohai", 340102);
    held(&t, (struct series){.n = 3, .hearers = 30, .state = "closed"});
    cr_assert(db_write(t.k.db, spoil, &t, NULL, &e));
    faults = val_list(&t.a);
    cr_expect(entries_check(&t.k, faults) && faults->first);
    town_close(&t);
}
