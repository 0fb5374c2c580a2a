#include "people_fixture.h"

#include "civic/district.h"
#include "civic/figure.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void town_open(struct town_of *t, const char *pack, int64_t code)
{
    struct place_of_data where = {.dir = t->folder};
    struct district *d;
    struct err e = {0};
    struct db *db;

    memset(t, 0, sizeof(*t));
    arena_init(&t->a, (size_t)1 << 30);
    (void)snprintf(t->folder, sizeof(t->folder), "/tmp/yingshao-people-XXXXXX");
    cr_assert(mkdtemp(t->folder));
    cr_assert(district_init(&t->a, &where, code, str_of(pack), NOW - 2500 * DAY_MS, &e), "%s",
              e.text);
    cr_assert(district_load(&t->a, &where, code, &db, &d, &e), "%s", e.text);
    t->k = district_desk(d, db, &t->a, NOW);
    t->rows = (struct buf){.arena = &t->a};
}

void town_close(struct town_of *t)
{
    char command[128];

    arena_reset(&t->a);
    (void)snprintf(command, sizeof(command), "rm -r %s", t->folder);
    cr_expect(system(command) == 0);
}

struct import_report try_in(struct town_of *t, const char *noun, const char *header,
                            struct str rows)
{
    struct import_job job = {.noun = str_of(noun),
                             .bytes = str_format(&t->a, "%s\n%.*s", header, STR_ARG(rows))};
    struct import_report report;
    struct err e = {0};

    cr_assert(import_run(&t->k, &job, &report, &e), "%s", e.text);
    district_refresh(t->k.a, t->k.db, t->k.d);
    return report;
}

void sheet_in(struct town_of *t, const char *noun, const char *header, struct str rows)
{
    struct import_report report = try_in(t, noun, header, rows);

    cr_assert_eq(report.rejected, 0, "%.*s",
                 STR_ARG(val_text(&report.errors->first->val, "reason")));
    t->rows = (struct buf){.arena = &t->a};
}

static int64_t records(struct town_of *t, const struct figure *f, const struct period *p)
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

void expect(struct town_of *t, const char *id, const char *period, int64_t n)
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

void people_put(struct town_of *t, int n, const char *name, const char *rest)
{
    for (int i = 1; i <= n; i++)
        buf_put(&t->rows, str_format(&t->a, "%s%d,%s\n", name, i, rest));
}
