/* What was on display, what was said against it and how it was answered: changed beside the
 * ledger, verify says so. */
#include "civic/disclosure.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>

static const struct harm harms[] = {
    {"UPDATE objection SET body = 'x' WHERE n = 1", "the words of an objection"},
    {"UPDATE objection SET outcome = 'upheld' WHERE n = 1", "an objection, or its answer"},
    {"UPDATE objection SET answer = 'x' WHERE n = 1", "an objection, or its answer"},
    {"UPDATE objection SET answered_at = answered_at + 1 WHERE n = 1", "an objection, or its"},
    {"UPDATE objection SET at = at + 1 WHERE n = 2", "an objection, or its answer"},
    {"UPDATE objection SET due_at = due_at + 1 WHERE n = 2", "an objection, or its answer"},
    {"UPDATE objection SET outcome = 'moot' WHERE n = 2", "an objection, or its answer"},
    {"DELETE FROM objection WHERE n = 2", "the words of an objection"},
    {"UPDATE objection SET n = 3 WHERE n = 2", "an objection, or its answer"},
    {"UPDATE disclosure SET from_at = from_at - 1", "what was on display"},
    {"UPDATE disclosure SET until_at = until_at - 1", "what was on display"},
    {"UPDATE disclosure SET step = 'x'", "what was on display"},
    {"UPDATE disclosure SET round = 2", "what was on display"},
    {"UPDATE disclosure SET ended_at = until_at, outcome = 'done'", "what was on display"},
    {"DELETE FROM disclosure", "what was on display"},
};

static bool object(struct desk *k, void *arg, struct err *e)
{
    struct objection_new n = {.disclosure_id = *(int64_t *)arg,
                              .body = S("单价偏高"),
                              .name = S("王小二"),
                              .phone = S("13712345678"),
                              .request_key = S("")};
    struct str code;

    return objection_add(k, &n, &code, e);
}

TEST_IN_DISTRICT(objection, what_was_changed_beside_the_ledger_is_named)
{
    struct matter_new n = {.mechanism = S("open_affairs"),
                           .body = S("请公开车棚改造的账目"),
                           .channel = S("office"),
                           .unit_id = unit_id(t, "140214001001")};
    struct matter_receipt receipt;
    struct disclosure d;

    as(t, "li");
    cr_assert(opens(t, &n, &receipt), "%s (%s)", t->e.text, t->e.field);
    cr_assert(acts(t, "li", receipt.id, "publish", -1, "account=车棚一处 amount=52000"), "%s",
              t->e.text);
    cr_assert_eq(disclosure_of(&t->k, receipt.id, &d, 1), 1);
    as(t, NULL);
    cr_assert(writes(t, object, &d.id), "%s", t->e.text);
    t->k.now += HOUR_MS;
    cr_assert(writes(t, object, &d.id), "%s", t->e.text);
    cr_assert(acts(t, "li", receipt.id, "dismiss", -1, "objection=1 answer=取最低价"), "%s",
              t->e.text);
    names_harm(t, harms, COUNT(harms));
}
