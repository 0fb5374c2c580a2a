/* What people serve in matters: theirs, and a figure of the unit that had the order, with its
 * records. */
#include "civic/service.h"

#include "civic/roll.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>

struct registering {
    struct roll_new n;
    int64_t id;
};

static bool run_register(struct desk *k, void *arg, struct err *e)
{
    struct registering *r = arg;
    bool added;

    return roll_add(k, &r->n, &r->id, &added, e);
}

static bool run_accept(struct desk *k, void *arg, struct err *e)
{
    struct registering *r = arg;

    return roll_do(k, &(struct roll_step){.id = r->id, .what = S("accept")}, e);
}

/* wang registers in the community of li. */
static void registered(struct town *t)
{
    struct registering r = {.n = {.roll = S("double_registration"), .self = true}};
    struct val *said = val_map(t->k.a);

    set_str(said, "skills", S("电工"));
    r.n.said = said;
    r.n.unit = unit_by_code(t->k.d->units, S("140214001001"));
    as(t, "wang");
    cr_assert(writes(t, run_register, &r), "%s", t->e.text);
    as(t, "li");
    cr_assert(writes(t, run_accept, &r), "%s", t->e.text);
}

static int64_t ordered(struct town *t)
{
    struct matter_new n = {.mechanism = S("order"),
                           .title = S("换水龙头"),
                           .body = S("水龙头漏水"),
                           .channel = S("office"),
                           .unit_id = unit_id(t, "140214001001")};
    struct matter_receipt receipt;

    as(t, "li");
    cr_assert(opens(t, &n, &receipt), "%s (%s)", t->e.text, t->e.field);
    return receipt.id;
}

static int64_t minutes_of(struct town *t, const char *figure, const char *unit, const char *period)
{
    const struct figure *f = pack_figure(t->k.d->pack, str_of(figure));
    struct figure_value v;
    struct period p;

    cr_assert(f && period_parse(&t->k, str_of(period), &p, &t->e), "%s", figure);
    figure_read(&t->k, f, unit_by_code(t->k.d->units, str_of(unit)), &p, S(""), &v);
    return v.n;
}

TEST_IN_DISTRICT(service, counts_for_who_served_and_for_the_unit_that_had_the_order)
{
    struct val *rows = val_list(t->k.a), *own = val_list(t->k.a);
    struct figure_query ask = {.f = pack_figure(t->k.d->pack, S("service_hours")),
                               .subject = S("")};
    struct period p;
    int64_t id, wang;

    registered(t);
    id = ordered(t);
    cr_assert(acts(t, "li", id, "offer", -1, "unit=@140214001001"), "%s", t->e.text);
    cr_assert(acts(t, "wang", id, "claim", -1, ""), "%s", t->e.text);
    wang = t->k.actor->person;
    cr_expect_not(acts(t, "wang", id, "done", -1, "done_text=换好了 photo_after=# served=2000"));
    cr_expect_str_eq(t->e.field, "served");
    cr_expect_eq(service_minutes(&t->k, wang), 0);
    cr_assert(acts(t, "wang", id, "done", -1, "done_text=换好了 photo_after=# served=90"), "%s",
              t->e.text);
    cr_expect_eq(service_minutes(&t->k, wang), 90);
    service_of(&t->k, wang, 10, own);
    cr_expect_eq(val_int(&own->first->val, "matter_id"), id);
    cr_expect_eq(minutes_of(t, "service_hours", "140214001001", "2026-03"), 90);
    cr_expect_eq(minutes_of(t, "service_hours", "140214", "2026"), 90);
    cr_expect_eq(minutes_of(t, "service_times", "140214001", "2026"), 1);
    cr_expect_eq(minutes_of(t, "service_hours", "140214002", "2026"), 0);
    cr_expect_eq(minutes_of(t, "service_hours", "140214001001", "2026-02"), 0);
    cr_assert(period_parse(&t->k, S("2026"), &p, &t->e));
    ask.p = &p;
    ask.u = unit_by_code(t->k.d->units, S("140214001001"));
    as(t, "li");
    cr_assert(figure_records(&t->k, &ask, rows, &t->e), "%s", t->e.text);
    cr_assert(rows->first && !rows->first->next);
    cr_expect_eq(val_int(&rows->first->val, "value"), 90);
    cr_expect_eq(val_int(&rows->first->val, "matter_id"), id);
    as(t, "far");
    cr_expect_not(figure_records(&t->k, &ask, rows, &t->e));
    cr_expect_eq(t->e.kind, ERR_DENIED);
}

TEST_IN_DISTRICT(service, hours_that_were_changed_beside_the_ledger_are_named)
{
    static const struct harm harms[] = {
        {"UPDATE service SET minutes = 900", "hours of service are not what the ledger says"},
        {"UPDATE service SET unit_id = unit_id + 1", "hours of service are not what"},
        {"UPDATE service SET unit_path = '/'", "hours of service are not what"},
        {"UPDATE service SET mechanism = 'bench'", "hours of service are not what"},
        {"UPDATE service SET person_id = person_id + 1", "that the ledger does not know of"},
        {"DELETE FROM service", "the ledger has hours of service that are not there"},
        {"INSERT INTO service SELECT district, person_id, matter_id, at + 1, minutes, mechanism, "
         "unit_id, unit_path FROM service",
         "that the ledger does not know of"},
        {"INSERT INTO service SELECT district, person_id, matter_id + 1, at, minutes, mechanism, "
         "unit_id, unit_path FROM service",
         "in a matter that is not there"},
    };
    int64_t id;

    registered(t);
    id = ordered(t);
    cr_assert(acts(t, "li", id, "offer", -1, "unit=@140214001001"), "%s", t->e.text);
    cr_assert(acts(t, "wang", id, "claim", -1, ""), "%s", t->e.text);
    cr_assert(acts(t, "wang", id, "done", -1, "done_text=换好了 photo_after=# served=90"), "%s",
              t->e.text);
    clean(t);
    names_harm(t, harms, COUNT(harms));
}
