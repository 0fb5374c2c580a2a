/* What a step opens to all units of a kind: who sees it, what of it, and who gets it. */
#include "civic/list.h"
#include "civic/person.h"
#include "civic_fixture.h"

#include <stdio.h>
#include <string.h>

/* A need of the community, put on the list by its dispatcher. */
static int64_t need(struct town *t, const char *title)
{
    struct matter_new n = {.mechanism = S("need"),
                           .title = str_of(title),
                           .body = S("社区老人没有活动的地方"),
                           .channel = S("office"),
                           .unit_id = unit_id(t, "140214001001")};
    struct matter_receipt receipt;

    as(t, "li");
    cr_assert(opens(t, &n, &receipt), "%s (%s)", t->e.text, t->e.field);
    return receipt.id;
}

static int open_to(struct town *t, const char *who)
{
    struct val *rows = val_list(t->k.a), *counts = val_map(t->k.a);
    int64_t next;
    int n = 0;

    as(t, who);
    inbox_list(&t->k, INBOX_OPEN, 0, rows, &next);
    inbox_counts(&t->k, counts);
    for (const struct item *it = rows->first; it; it = it->next)
        n++;
    cr_assert_eq(val_get(counts, S("open"))->integer, n, "the count is of what is listed");
    return n;
}

static bool claimable(struct town *t, const char *who, int64_t id)
{
    struct matter *m = NEW(t->k.a, struct matter);

    load(t, id, m);
    as(t, who);
    cr_assert_not(matter_visible(&t->k, m), "to claim is not to see all of it");
    return matter_claimable(&t->k, m);
}

TEST_IN_DISTRICT(claim, what_any_enterprise_may_take_stands_in_the_list_of_each)
{
    int64_t id = need(t, "缺一间活动室");

    cr_assert_eq(open_to(t, "shang"), 1);
    cr_assert_eq(open_to(t, "pu"), 1, "any in the district, as the pack says");
    cr_assert_eq(open_to(t, "sun"), 1, "departments, too: all whom the step names");
    cr_assert(claimable(t, "pu", id));
    cr_assert(acts(t, "pu", id, "claim", -1, ""), "%s", t->e.text);
    cr_assert_eq(open_to(t, "shang"), 0);
    cr_assert_eq(open_to(t, "sun"), 0);
    cr_assert(acts(t, "pu", id, "give_back", -1, "reason=场地已租"), "%s", t->e.text);
    cr_assert_eq(open_to(t, "shang"), 1, "what is given back is open again");
    clean(t);
}

TEST_IN_DISTRICT(claim, who_is_of_another_kind_or_role_sees_nothing)
{
    static const char *const others[] = {"far", "wang", "zhao", "gao", NULL};
    int64_t id = need(t, "缺一间活动室");

    for (size_t i = 0; i < COUNT(others); i++)
        cr_assert_eq(open_to(t, others[i]), 0, "%s", others[i] ? others[i] : "a guest");
    cr_assert_not(acts(t, "far", id, "claim", -1, ""));
    cr_assert_eq(t->e.kind, ERR_NOT_FOUND);
    cr_assert_not(acts(t, "shang", opened(t, "路灯不亮"), "claim", -1, ""));
    cr_assert_eq(t->e.kind, ERR_NOT_FOUND, "what is not for claiming is not there for them");
}

TEST_IN_DISTRICT(claim, of_two_at_once_one_gets_it_and_the_other_is_told)
{
    struct matter *m = NEW(t->k.a, struct matter);
    int64_t id = need(t, "缺一间活动室");

    cr_assert(acts(t, "shang", id, "claim", -1, ""), "%s", t->e.text);
    cr_assert_not(acts(t, "pu", id, "claim", -1, ""));
    cr_assert_eq(t->e.kind, ERR_CONFLICT);
    cr_assert(strncmp(t->e.text, "This cannot be claimed any more", 31) == 0, "%s", t->e.text);
    cr_assert_not(acts(t, "far", id, "claim", -1, ""));
    cr_assert_eq(t->e.kind, ERR_NOT_FOUND, "only those who might have had it are told");
    load(t, id, m);
    cr_assert_eq(m->state.holder_unit, unit_id(t, "140214-e"));
    as(t, "shang");
    cr_assert(matter_visible(&t->k, m), "who has it sees it");
    clean(t);
}

static bool run_end(struct desk *k, void *post, struct err *e)
{
    static const struct str right = {"users.manage", 12};
    static const struct role may = {.right = &right, .rights = 1};
    struct holding held = {.def = &may, .path = unit_root(k->d->units)->path};
    struct actor admin = {.person = 1, .post = &held, .posts = 1};

    k->actor = &admin;
    return post_end(k, *(int64_t *)post, e);
}

TEST_IN_DISTRICT(claim, with_the_post_goes_the_list)
{
    struct actor gone = {.name = S(""), .csrf = S("")};
    struct matter *m = NEW(t->k.a, struct matter);
    struct val *rows = val_list(t->k.a);
    int64_t id = need(t, "缺一间活动室"), post, next;

    as(t, "shang");
    post = t->k.actor->post[0].id;
    cr_assert(writes(t, run_end, &post), "%s", t->e.text);
    t->k.now += 1000;
    actor_load(&t->k, t->k.actor->person, &gone);
    t->k.actor = &gone;
    inbox_list(&t->k, INBOX_OPEN, 0, rows, &next);
    cr_assert_null(rows->first);
    load(t, id, m);
    cr_assert_not(matter_claimable(&t->k, m));
    cr_assert_not(matter_hidden(&t->k, m, &t->e));
    cr_assert_eq(t->e.kind, ERR_NOT_FOUND);
}

TEST_IN_DISTRICT(claim, the_list_goes_on_page_by_page)
{
    struct val *rows = val_list(t->k.a), *more = val_list(t->k.a);
    int64_t next, last;
    char title[32];

    for (int i = 0; i < LIST_ROWS + 3; i++) {
        (void)snprintf(title, sizeof(title), "需求 %d", i);
        (void)need(t, title);
    }
    as(t, "shang");
    inbox_list(&t->k, INBOX_OPEN, 0, rows, &next);
    cr_assert(next);
    inbox_list(&t->k, INBOX_OPEN, next, more, &last);
    cr_assert_eq(last, 0);
    cr_assert(str_eq(val_get(&rows->first->val, S("title"))->str, S("需求 22")), "newest first");
    cr_assert(str_eq(val_get(&more->first->val, S("title"))->str, S("需求 2")));
    cr_assert(str_eq(val_get(&more->last->val, S("title"))->str, S("需求 0")));
}
