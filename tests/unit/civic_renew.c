/* A server takes up what another process changed: a fresh district beside the one in use. */
#include "civic/calendars.h"
#include "civic/import.h"
#include "civic/person.h"
#include "civic/routing.h"
#include "civic_fixture.h"

#include <string.h>

static struct district *renewed(struct town *t)
{
    struct district *now;

    cr_assert(district_renew(t->k.d, t->k.db, &now, &t->e), "%s", t->e.text);
    return now;
}

static void takes_in(struct town *t, const char *noun, const char *csv, int64_t accepted,
                     int64_t skipped)
{
    struct import_job job = {.noun = str_of(noun), .bytes = str_of(csv), .key = S("code")};
    struct import_report report;

    t->e = (struct err){0};
    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.accepted, accepted, "%s: %lld accepted", noun, (long long)report.accepted);
    cr_assert_eq(report.skipped, skipped, "%s: %lld skipped", noun, (long long)report.skipped);
    cr_assert_eq(report.rejected, 0);
}

static const char unit_csv[] = "code,name,kind,parent\n140214003,南街街道,street,140214\n";
static const char people_csv[] = "name,unit,role\nsong,140214001,dispatcher\n";
static const char days_csv[] = "date,is_workday,name\n2026-03-05,0,停工\n2026-03-07,1,调班\n";
static const char area_json[] =
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"code\":"
    "\"140214002001-01\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[113.1,40.0],[113.2,"
    "40.0],[113.2,40.1],[113.1,40.1],[113.1,40.0]]]}}]}";

TEST_IN_DISTRICT(renew, nothing_is_read_again_while_nothing_changed)
{
    cr_assert_null(renewed(t));
    (void)opened(t, "路灯不亮");
    cr_assert_null(renewed(t), "a matter is nothing that the district holds in memory");
}

TEST_IN_DISTRICT(renew, units_areas_days_and_posts_of_another_process_are_taken_up)
{
    struct point p = {113.15, 40.05};
    struct district *now;
    int32_t thursday;
    int64_t at;

    cr_assert(when_parse(S("2026-03-05"), &at));
    thursday = day_of(at);
    takes_in(t, "units", unit_csv, 1, 0);
    takes_in(t, "areas", area_json, 1, 0);
    takes_in(t, "calendar", days_csv, 2, 0);
    now = renewed(t);
    cr_assert(now && now != t->k.d);
    cr_expect_null(unit_by_code(t->k.d->units, S("140214003")), "what is in use never changes");
    cr_expect(unit_by_code(now->units, S("140214003")) != NULL);
    cr_expect_null(t->k.d->areas);
    cr_expect(now->areas && areas_find(now->areas, p) == 0);
    cr_expect(calendar_works(t->k.d->calendar, thursday));
    cr_expect_not(calendar_works(now->calendar, thursday));
    cr_expect(now->tally == t->k.d->tally && now->ids == t->k.d->ids, "these are the process's");
    t->k.d = now;
    cr_assert_null(renewed(t), "it is the newest");
    takes_in(t, "people", people_csv, 1, 0);
    cr_assert((t->k.d = renewed(t)) != NULL, "who signed in with which posts may be remembered");
    district_drop(now);
    (void)opened(t, "路灯又不亮");
    clean(t);
    district_drop(t->k.d);
}

TEST_IN_DISTRICT(renew, what_is_taken_in_twice_is_nothing_new)
{
    struct district *now;

    takes_in(t, "units", unit_csv, 1, 0);
    takes_in(t, "calendar", days_csv, 2, 0);
    t->k.d = renewed(t);
    t->k.now += DAY_MS;
    takes_in(t, "units", unit_csv, 0, 1);
    takes_in(t, "calendar", days_csv, 0, 2);
    cr_assert_null(renewed(t));
    takes_in(t, "calendar", "date,is_workday,name\n2026-03-05,1,停工\n2026-03-07,1,调班\n", 1, 1);
    now = renewed(t);
    cr_assert(now != NULL);
    district_drop(now);
    district_drop(t->k.d);
}

/* Units come in and matters in them, before this process has looked. */
TEST_IN_DISTRICT(renew, a_matter_in_a_unit_that_is_not_known_yet_goes_on_and_counts)
{
    struct matter_new n = {.body = S("路灯不亮"), .channel = S("qr"), .place = S("三号楼")};
    struct district *was = t->k.d;
    struct matter_receipt receipt;
    struct matter m;

    takes_in(t, "units", unit_csv, 1, 0);
    t->k.d = renewed(t);
    n.unit_id = unit_id(t, "140214003");
    as(t, NULL);
    cr_assert(opens(t, &n, &receipt), "%s", t->e.text);
    district_drop(t->k.d);
    t->k.d = was;
    t->k.now += 10 * DAY_MS;
    cr_assert(ticks(t) > 0, "nothing fell due");
    load(t, receipt.id, &m);
    cr_expect(m.late && str_eq(m.unit_path, S("140214/140214003/")));
    t->k.d = renewed(t);
    clean(t);
    district_drop(t->k.d);
}
