/*
 * Figures against numbers that a district published, and against the records behind them. A fresh
 * district is made by the program itself; facts are counted by the same function that matters are.
 */
#include "civic/figure.h"

#include "civic/district.h"
#include "civic/tally.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1793586600000) /* 2026-11-02 10:30 in Shanghai */

struct town {
    struct arena a;
    struct desk k;
    struct actor actor;
    struct holding post;
    struct role role;
    char folder[64];
};

static const struct str all_rights[] = {
    {"matter.read", 11}, {"figures.read", 12}, {"matter.open", 11}, {"matter.key", 10}};

static void town_open(struct town *t)
{
    struct place_of_data where = {.dir = t->folder};
    struct district *d;
    struct err e = {0};
    struct db *db;

    memset(t, 0, sizeof(*t));
    arena_init(&t->a, (size_t)512 << 20);
    (void)snprintf(t->folder, sizeof(t->folder), "/tmp/yingshao-figure-XXXXXX");
    cr_assert(mkdtemp(t->folder));
    cr_assert(district_init(&t->a, &where, 140214, S("yungang"), NOW - DAY_MS, &e), "%s", e.text);
    cr_assert(district_load(&t->a, &where, 140214, &db, &d, &e), "%s", e.text);
    t->k = district_desk(d, db, &t->a, NOW);
    t->role = (struct role){.name = S("all"), .right = all_rights, .rights = COUNT(all_rights)};
    t->post = (struct holding){.unit = unit_root(d->units)->id,
                               .role = S("all"),
                               .path = unit_root(d->units)->path,
                               .def = &t->role};
    t->actor = (struct actor){.name = S(""), .csrf = S(""), .post = &t->post, .posts = 1};
    t->k.actor = &t->actor;
}

static void town_close(struct town *t)
{
    char command[128];

    arena_reset(&t->a);
    (void)snprintf(command, sizeof(command), "rm -r %s", t->folder);
    cr_expect(system(command) == 0);
}

static void work(struct town *t, bool (*run)(struct db *db, void *arg, struct err *e))
{
    struct db_hooks hooks = tally_hooks(t->k.d);
    struct err e = {0};

    cr_assert(db_write(t->k.db, run, t, &hooks, &e), "%s", e.text);
}

static struct period month(struct town *t, const char *text)
{
    struct period p;
    struct err e = {0};

    cr_assert(period_parse(&t->k, str_of(text), &p, &e), "%s", e.text);
    return p;
}

static struct figure_value value(struct town *t, const char *id, const char *period)
{
    struct period p = month(t, period);
    struct figure_value v;
    const struct figure *f = pack_figure(t->k.d->pack, str_of(id));
    const struct unit *u = unit_root(t->k.d->units);

    cr_assert(f, "%s", id);
    figure_read(&t->k, f, u, &p, S(""), &v);
    return v;
}

/* ---- the published numbers ---------------------------------------------- */

#define DUE INT64_C(1791957600000) /* 2026-10-14 14:00 in Shanghai */

static void count_one(struct town *t, int64_t ended_at, bool paused)
{
    struct matter *m = NEW(&t->a, struct matter);
    const struct unit *u = unit_root(t->k.d->units);

    *m = (struct matter){.id = id_next(t->k.d->ids, NOW),
                         .mechanism = S("suggestion"),
                         .channel = S("order_12345"),
                         .subject = S(""),
                         .grade = S(""),
                         .outcome = ended_at ? S("solved") : S(""),
                         .unit_id = u->id,
                         .unit_path = u->path,
                         .reported_at = DUE - 5 * DAY_MS,
                         .opened_at = DUE - 5 * DAY_MS,
                         .due_at = DUE,
                         .ended_at = ended_at,
                         .fresh = true};
    m->state.pauses = paused;
    tally_matter(&t->k, m);
}

/* 996 fell due; 24 stood still; of the 972 others 911 ended, 737 of them in time. */
static bool tianmen(struct db *db, void *arg, struct err *e)
{
    struct town *t = arg;

    (void)db;
    (void)e;
    for (int i = 0; i < 996; i++)
        count_one(t, i < 737 ? DUE - HOUR_MS : i < 911 ? DUE + DAY_MS : 0, i >= 972);
    return true;
}

Test(civic_figure, tianmens_rates_come_out_as_published)
{
    struct figure_value v;
    struct town t;

    town_open(&t);
    work(&t, tianmen);
    cr_expect(value(&t, "received", "2026-10").n == 996);
    cr_expect(value(&t, "should_have_ended", "2026-10").n == 972);
    v = value(&t, "ended_rate", "2026-10");
    cr_expect(v.over == 911 && v.under == 972);
    cr_expect(str_eq(figure_text(&t.a, &v), S("93.72%")));
    v = value(&t, "on_time_rate", "2026-10");
    cr_expect(v.over == 737 && v.under == 972);
    cr_expect(str_eq(figure_text(&t.a, &v), S("75.82%")));
    v = value(&t, "on_time_rate", "2026-09");
    cr_expect(v.empty && str_eq(figure_text(&t.a, &v), S("-")), "nothing is not 0 %%");
    cr_expect(value(&t, "should_have_ended", "2026-10-14").n == 972, "by day");
    cr_expect(value(&t, "should_have_ended", "2026-Q4").n == 972, "by quarter");
    town_close(&t);
}

static bool counters_right(struct town *t)
{
    struct val *faults = val_list(&t->a);

    tally_check(&t->k, faults);
    return !faults->first;
}

Test(civic_figure, a_burst_is_added_up_later_and_by_whoever_comes_next)
{
    struct err e = {0};
    struct town t;

    town_open(&t);
    work(&t, tianmen);
    work(&t, tianmen); /* within the same second: put aside */
    cr_expect(value(&t, "received", "2026-10").n == 996);
    cr_expect(counters_right(&t), "what is put aside is known to be missing");
    t.k.d->tally = tally_new(&t.a); /* another process, after a crash of the first */
    cr_assert(tally_settle(t.k.db, t.k.d, &e), "%s", e.text);
    cr_expect(value(&t, "received", "2026-10").n == 2 * 996);
    cr_expect(value(&t, "ended_rate", "2026-10").over == 2 * 911);
    cr_assert(tally_settle(t.k.db, t.k.d, &e), "%s", e.text);
    cr_expect(value(&t, "received", "2026-10").n == 2 * 996, "once");
    cr_expect(counters_right(&t));
    town_close(&t);
}

/* ---- records behind a figure ---------------------------------------------- */

#define SUGGESTIONS 45
#define CLUES       7

static bool open_them(struct db *db, void *arg, struct err *e)
{
    struct town *t = arg;

    (void)db;
    for (int i = 0; i < SUGGESTIONS + CLUES; i++) {
        bool clue = i >= SUGGESTIONS;
        struct matter_new n = {.title =
                                   str_format(&t->a, "%s%d", clue ? "井盖松动" : "增设座椅", i),
                               .body = S("请看看"),
                               .mechanism = S("suggestion"),
                               .channel = clue ? S("courier") : S("visit"),
                               .place = S("口泉路"),
                               .lon = 113080000,
                               .lat = 40080000,
                               .unit_id = unit_root(t->k.d->units)->id,
                               .without_report = true};
        struct matter_receipt r;

        if (!matter_open(&t->k, &n, &r, e))
            return false;
    }
    return true;
}

/* Follows every page; each row once. */
static int drill(struct town *t, const char *id, const char *title)
{
    struct period p = month(t, "2026-11");
    struct figure_query ask = {.f = pack_figure(t->k.d->pack, str_of(id)),
                               .u = unit_root(t->k.d->units),
                               .p = &p,
                               .subject = S("")};
    struct val *rows = val_list(&t->a);
    struct err e = {0};
    int n = 0;

    do
        cr_assert(figure_records(&t->k, &ask, rows, &e), "%s", e.text);
    while (ask.before);
    for (const struct item *it = rows->first; it; it = it->next, n++) {
        struct str is = val_get(&it->val, S("title"))->str;

        cr_expect(is.n > strlen(title) && memcmp(is.p, title, strlen(title)) == 0, "%.*s",
                  STR_ARG(is));
        for (const struct item *other = it->next; other; other = other->next)
            cr_expect(val_get(&it->val, S("id"))->integer !=
                      val_get(&other->val, S("id"))->integer);
    }
    return n;
}

Test(civic_figure, what_comes_in_is_counted_and_the_drill_lists_exactly_that)
{
    struct town t;

    town_open(&t);
    work(&t, open_them);
    cr_expect_eq(value(&t, "H-3", "2026-11").n, SUGGESTIONS + CLUES);
    cr_expect_eq(drill(&t, "H-3", ""), SUGGESTIONS + CLUES);
    cr_expect_eq(value(&t, "H-9", "2026-11").n, CLUES);
    cr_expect_eq(drill(&t, "H-9", "井盖松动"), CLUES);
    cr_expect_eq(value(&t, "H-4", "2026-11").n, 0);
    cr_expect_eq(drill(&t, "H-4", ""), 0);
    town_close(&t);
}

/* ---- key small matters ------------------------------------------------------ */

static bool key_ones(struct db *db, void *arg, struct err *e)
{
    static const struct {
        const char *outcome;
        bool key;
    } cases[] = {
        {"solved", true}, {"solved", true}, {"solved", false}, {"refused", true}, {"", true}};
    struct town *t = arg;

    (void)db;
    (void)e;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct unit *u = unit_root(t->k.d->units);
        struct matter *m = NEW(&t->a, struct matter);

        *m = (struct matter){.id = id_next(t->k.d->ids, NOW),
                             .mechanism = S("suggestion"),
                             .channel = S("visit"),
                             .subject = S(""),
                             .outcome = str_of(cases[i].outcome),
                             .key_matter = cases[i].key,
                             .unit_path = u->path,
                             .reported_at = NOW - DAY_MS,
                             .ended_at = cases[i].outcome[0] ? NOW : 0,
                             .fresh = true};
        tally_matter(&t->k, m);
    }
    return true;
}

Test(civic_figure, only_key_small_matters_that_were_solved_count_as_such)
{
    struct town t;

    town_open(&t);
    work(&t, key_ones);
    cr_expect_eq(value(&t, "H-4", "2026-11").n, 2);
    cr_expect_eq(value(&t, "H-3", "2026-11").n, 5);
    town_close(&t);
}
