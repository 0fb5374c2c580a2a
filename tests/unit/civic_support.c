/* Who supports a topic on display: each number once, sealed, on the page or on paper, until it is
 * enough. */
#include "civic/disclosure.h"
#include "civic/support.h"
#include "civic_fixture.h"

#include <stdio.h>
#include <string.h>

STMT(test_supporters, "SELECT name_sealed, phone_sealed FROM supporter WHERE district = $1");
STMT(test_strike, "DELETE FROM supporter WHERE district = $1 AND by_id > 0");
STMT(test_ids, "SELECT id FROM supporter WHERE district = $1 ORDER BY id");
STMT(test_unstrike, "UPDATE supporter SET struck_at = 0 WHERE district = $1");
STMT(test_looks, "SELECT count(*) FROM look WHERE matter_id > 0 AND field = 'phone'");
STMT(test_support_events, "SELECT content FROM event WHERE district = $1 AND kind = 'support'");

/* A resident's topic that the community has put on display; its display. */
static struct disclosure topic(struct town *t)
{
    struct matter_new n = {.mechanism = S("topic"),
                           .title = S("楼前种树"),
                           .body = S("希望在楼前种树"),
                           .channel = S("qr"),
                           .unit_id = unit_id(t, "140214001001-01")};
    struct matter_receipt receipt;
    struct disclosure d;

    as(t, NULL);
    cr_assert(opens(t, &n, &receipt), "%s (%s)", t->e.text, t->e.field);
    cr_assert(acts(t, "li", receipt.id, "accept", -1, ""), "%s", t->e.text);
    cr_assert_eq(disclosure_of(&t->k, receipt.id, &d, 1), 1);
    return d;
}

static bool run_add(struct desk *k, void *n, struct err *e)
{
    return support_add(k, n, e);
}

static bool supports(struct town *t, const struct disclosure *d, const char *name,
                     const char *phone)
{
    struct support_new n = {d->id, str_of(name), str_of(phone)};

    as(t, NULL);
    return writes(t, run_add, &n);
}

static bool run_paper(struct desk *k, void *n, struct err *e)
{
    return support_paper(k, n, e);
}

static bool signs(struct town *t, const char *who, const struct disclosure *d, const char *list,
                  const char *reason)
{
    struct paper_new n = {d->matter_id, str_of(list), str_of(reason), val_map(t->k.a)};

    as(t, who);
    return writes(t, run_paper, &n);
}

static void refused(struct town *t, bool done, enum err_kind kind, const char *field)
{
    cr_assert_not(done);
    cr_assert_eq(t->e.kind, kind, "%s", t->e.text);
    cr_assert_str_eq(t->e.field ? t->e.field : "", field, "%s", t->e.text);
}

static int64_t supporters(struct town *t, const struct disclosure *d)
{
    struct matter *m = NEW(t->k.a, struct matter);

    load(t, d->matter_id, m);
    return m->state.supporters;
}

TEST_IN_DISTRICT(support, each_number_counts_once_and_is_kept_sealed)
{
    struct disclosure d = topic(t);
    struct rows r;

    cr_assert(supports(t, &d, "赵大妈", "138 0000 0001"), "%s", t->e.text);
    refused(t, supports(t, &d, "赵某", "+86 13800000001"), ERR_CONFLICT, "phone");
    refused(t, supports(t, &d, "", "13800000002"), ERR_INVALID, "name");
    refused(t, supports(t, &d, "钱先生", "0352-7654321"), ERR_INVALID, "phone");
    refused(t, supports(t, &d, "钱先生", ""), ERR_INVALID, "phone");
    cr_assert(supports(t, &d, "钱先生", "13800000002"), "%s", t->e.text);
    cr_assert_eq(supporters(t, &d), 2);
    r = db_query(t->k.db, t->k.a, test_supporters, ARG(t->k.d->code));
    while (rows_next(&r)) {
        cr_assert_null(memmem(row_str(&r, 0).p, row_str(&r, 0).n, "赵大妈", strlen("赵大妈")));
        cr_assert_null(memmem(row_str(&r, 1).p, row_str(&r, 1).n, "1380000000", 10));
    }
    r = db_query(t->k.db, t->k.a, test_support_events, ARG(t->k.d->code));
    while (rows_next(&r))
        cr_assert_null(memmem(row_str(&r, 0).p, row_str(&r, 0).n, "1380000000", 10));
    clean(t);
}

TEST_IN_DISTRICT(support, a_paper_counts_whom_the_page_has_not)
{
    struct disclosure d = topic(t);
    struct matter *m = NEW(t->k.a, struct matter);
    char phone[32];

    cr_assert(supports(t, &d, "赵大妈", "13800000001"), "%s", t->e.text);
    refused(t, signs(t, "li", &d, "赵大妈 13800000001\n", "院里签的"), ERR_CONFLICT, "list");
    refused(t, signs(t, "li", &d, "钱先生 13800000002\n孙\n", "院里签的"), ERR_INVALID, "list");
    refused(t, signs(t, "li", &d, "钱先生 13800000002", ""), ERR_INVALID, "reason");
    refused(t, signs(t, "li", &d, "", "院里签的"), ERR_INVALID, "list");
    refused(t, signs(t, "wang", &d, "钱先生 13800000002", "院里签的"), ERR_DENIED, "");
    refused(t, signs(t, "far", &d, "钱先生 13800000002", "院里签的"), ERR_NOT_FOUND, "");
    cr_assert_eq(supporters(t, &d), 1, "what was refused counts nobody");
    cr_assert(signs(t, "li", &d,
                    "钱先生 13800000002\n赵大妈 13800000001\n钱 13800000002\n孙 0352-7654321",
                    "院里签的"),
              "%s", t->e.text);
    cr_assert_eq(supporters(t, &d), 3);
    for (int i = 3; i < 10; i++) {
        (void)snprintf(phone, sizeof(phone), "1380000010%d", i);
        cr_assert(supports(t, &d, "居民", phone), "%s", t->e.text);
    }
    load(t, d.matter_id, m);
    cr_assert(str_eq(m->step, S("scheduled")), "enough is enough");
    refused(t, supports(t, &d, "居民", "13800000999"), ERR_CONFLICT, "");
    refused(t, signs(t, "li", &d, "居民 13800000999", "院里签的"), ERR_DENIED, "");
    clean(t);
}

static bool run_strike(struct desk *k, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    db_run(k->db, test_strike, ARG(k->d->code));
    return true;
}

TEST_IN_DISTRICT(support, who_is_gone_from_the_table_is_missed_by_verify)
{
    struct disclosure d = topic(t);

    cr_assert(signs(t, "li", &d, "钱先生 13800000002", "院里签的"), "%s", t->e.text);
    cr_assert_eq(faults(t), 0);
    cr_assert(writes(t, run_strike, NULL));
    cr_assert_eq(faults(t), 1);
}

static bool run_unstrike(struct desk *k, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    db_run(k->db, test_unstrike, ARG(k->d->code));
    return true;
}

static bool run_support_strike(struct desk *k, void *n, struct err *e)
{
    return support_strike(k, n, e);
}

static bool strikes(struct town *t, const char *who, const struct strike *n)
{
    struct strike copy = *n;

    as(t, who);
    return writes(t, run_support_strike, &copy);
}

static int64_t first_id(struct town *t)
{
    struct rows r = db_query(t->k.db, t->k.a, test_ids, ARG(t->k.d->code));
    int64_t id = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return id;
}

TEST_IN_DISTRICT(support, who_should_not_count_is_struck_out_with_a_reason_and_does_not_count_again)
{
    struct disclosure d = topic(t);
    struct strike n = {.matter_id = d.matter_id, .reason = S("不是本社区居民")};

    cr_assert(supports(t, &d, "赵大妈", "13800000001"), "%s", t->e.text);
    cr_assert(supports(t, &d, "钱先生", "13800000002"), "%s", t->e.text);
    n.id = first_id(t);
    refused(t, strikes(t, "wang", &n), ERR_DENIED, "");
    refused(t, strikes(t, "far", &n), ERR_NOT_FOUND, "");
    n.reason = S("");
    refused(t, strikes(t, "li", &n), ERR_INVALID, "reason");
    n.reason = S("不是本社区居民");
    n.id += 1000000;
    refused(t, strikes(t, "li", &n), ERR_NOT_FOUND, "");
    cr_assert_eq(supporters(t, &d), 2, "what was refused strikes nobody");
    n.id = first_id(t);
    cr_assert(strikes(t, "li", &n), "%s", t->e.text);
    cr_assert_eq(supporters(t, &d), 1);
    refused(t, strikes(t, "li", &n), ERR_CONFLICT, "");
    refused(t, supports(t, &d, "赵大妈", "13800000001"), ERR_CONFLICT, "phone");
    refused(t, signs(t, "li", &d, "赵大妈 13800000001", "院里签的"), ERR_CONFLICT, "list");
    cr_assert(supports(t, &d, "孙", "13800000003"), "%s", t->e.text);
    cr_assert_eq(supporters(t, &d), 2);
    cr_assert_eq(faults(t), 0, "the count is that of the events");
    cr_assert(writes(t, run_unstrike, NULL));
    cr_assert_eq(faults(t), 1, "who was put back by hand is seen");
}

static bool run_support_reveal(struct desk *k, void *arg, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct reveal *ask = arg;
    struct str plain;

    return matter_load(k, ask->id, m, e) &&
           support_reveal(k, m, &(struct reveal){ask[1].id, ask->field, ask->reason}, &plain, e) &&
           str_eq(plain, S("13800000001"));
}

TEST_IN_DISTRICT(support, who_looks_at_a_supporter_says_why_and_it_stands_in_the_ledger)
{
    struct disclosure d = topic(t);
    struct reveal ask[2] = {{d.matter_id, S("phone"), S("核实是否本社区居民")}, {0}};
    struct matter *m = NEW(t->k.a, struct matter);
    struct val *list = val_list(t->k.a);

    cr_assert(supports(t, &d, "赵大妈", "13800000001"), "%s", t->e.text);
    ask[1].id = first_id(t);
    as(t, "wang");
    refused(t, writes(t, run_support_reveal, ask), ERR_DENIED, "");
    as(t, "li");
    ask->reason = S(" ");
    refused(t, writes(t, run_support_reveal, ask), ERR_INVALID, "reason");
    ask->reason = S("核实是否本社区居民");
    ask->field = S("body");
    refused(t, writes(t, run_support_reveal, ask), ERR_INVALID, "field");
    ask->field = S("phone");
    cr_assert_eq(fixture_int(t->f, &test_looks), 0, "what was refused was no look");
    cr_assert(writes(t, run_support_reveal, ask), "%s", t->e.text);
    cr_assert_eq(fixture_int(t->f, &test_looks), 1);
    load(t, d.matter_id, m);
    cr_assert_eq(support_list(&t->k, m, 0, list), 0);
    cr_expect(str_eq(val_text(&list->first->val, "name"), S("赵**")) &&
                  str_eq(val_text(&list->first->val, "phone"), S("138****0001")),
              "a list shows them masked: %.*s %.*s", STR_ARG(val_text(&list->first->val, "name")),
              STR_ARG(val_text(&list->first->val, "phone")));
    clean(t);
}
