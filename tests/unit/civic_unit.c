/* Which unit belongs to which. */
#include "civic/unit.h"

#include "civic/import.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static const char more_csv[] = "code,name,kind,parent,serves\n"
                               "dw1,东街党委,party_committee,140214001,\n"
                               "zb1,一社区党支部,party_branch,dw1,140214001001\n"
                               "140214001003,三社区居委会,community,140214001,\n"
                               "zb3,三社区党支部,party_branch,140214001003,\n"
                               "140214001003-01,三社区第1网格,grid,140214001003,\n"
                               "140214001004,四社区居委会,community,140214001,\n"
                               "zb4a,四社区一支部,party_branch,140214001004,\n"
                               "zb4b,四社区二支部,party_branch,140214001004,\n"
                               "140214001004-01,四社区第1网格,grid,140214001004,\n"
                               "lh,东街联合体,alliance,140214,140214001\n"
                               "140214001005,五社区居委会,community,140214001,\n";

static void take_units(struct town *t, const char *csv)
{
    struct import_job job = {.noun = S("units"), .bytes = str_of(csv)};
    struct import_report report;

    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.rejected, 0, "%lld rows are refused", (long long)report.rejected);
    district_refresh(t->k.a, t->k.db, t->k.d);
}

TEST_IN_DISTRICT(unit, a_unit_has_its_own_of_another_kind)
{
    static const struct {
        const char *of, *kind, *own, *why;
    } cases[] = {
        {"zb3", "party_branch", "zb3", "itself"},
        {"140214001003-01", "street", "140214001", "the nearest above"},
        {"zb1", "community", "140214001001", "the one that it serves"},
        {"zb1", "street", "140214001", "above comes before serving"},
        {"lh", "street", "140214001", "the one that it serves, at the top of the tree"},
        {"140214001001", "party_branch", "zb1", "the one that serves it"},
        {"140214001001-01", "party_branch", "zb1", "the one that serves a unit above it"},
        {"140214001003", "party_branch", "zb3", "the only one below"},
        {"140214001003-01", "party_branch", "zb3", "the only one directly below a unit above"},
        {"140214001001-01", "party_committee", "dw1", "two above"},
        {"140214001004", "party_branch", NULL, "two below: nobody knows which"},
        {"140214001004-01", "party_branch", NULL, "two below a unit above"},
        {"140214001005", "party_branch", NULL, "a neighbour's is not its own"},
        {"140214002001", "enterprise", NULL, "there is none"},
    };

    take_units(t, more_csv);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct units *us = t->k.d->units;
        const struct unit *own =
            unit_own(us, unit_by_code(us, str_of(cases[i].of)), str_of(cases[i].kind));

        cr_expect(cases[i].own ? own && str_eq(own->code, str_of(cases[i].own)) : !own,
                  "%s of %s (%s) is %.*s", cases[i].kind, cases[i].of, cases[i].why,
                  own ? (int)own->code.n : 4, own ? own->code.p : "none");
    }
}
