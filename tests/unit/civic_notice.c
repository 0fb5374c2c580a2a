/* What somebody was told is theirs to read: as a person and by the posts they hold now. */
#include "civic/notice.h"
#include "civic_fixture.h"

#include <string.h>

struct telling {
    struct told_to to;
    struct told_what what;
    int times;
};

static bool run_tell(struct desk *k, void *arg, struct err *e)
{
    const struct telling *x = arg;

    (void)e;
    for (int i = 0; i < x->times; i++)
        notice_tell(k, &x->to, &x->what);
    return true;
}

static void tells(struct town *t, const char *unit, const char *role, int64_t matter, int times)
{
    struct telling x = {
        {.unit_id = unit_id(t, unit), .role = str_of(role)}, {matter, S("remind"), S("")}, times};

    cr_assert(writes(t, run_tell, &x));
}

static bool run_see(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    notices_seen(k, *(int64_t *)arg);
    return true;
}

static struct val *page(struct town *t, const char *who, int64_t before, int64_t *next)
{
    struct val *rows = val_list(t->k.a);

    as(t, who);
    (void)notices_list(&t->k, before, rows, next);
    return rows;
}

static int lines(const struct val *rows)
{
    int n = 0;

    for (const struct item *it = rows->first; it; it = it->next)
        n++;
    return n;
}

TEST_IN_DISTRICT(notice, is_read_by_who_holds_the_post_and_by_nobody_else)
{
    int64_t id = opened(t, "路灯不亮"), next;
    struct val *rows;

    tells(t, "140214001001", "dispatcher", id, 1);
    tells(t, "140214001001", "", id, 1);
    rows = page(t, "li", 0, &next);
    cr_assert_eq(lines(rows), 2);
    cr_expect(str_eq(val_text(&rows->first->val, "title"), S("路灯不亮")));
    cr_expect(str_eq(val_text(&rows->first->val, "at"),
                     str_format(t->k.a, "/matters/%lld", (long long)id)));
    cr_expect_eq(lines(page(t, "min", 0, &next)), 1, "of the same unit, in another role");
    cr_expect_eq(lines(page(t, "wang", 0, &next)), 0);
    cr_expect_eq(lines(page(t, "zhao", 0, &next)), 0);
    cr_expect_eq(lines(page(t, NULL, 0, &next)), 0, "a guest");
}

TEST_IN_DISTRICT(notice, of_what_one_may_not_know_is_left_out)
{
    int64_t id = opened(t, "路灯不亮"), next;
    const struct unit *u;

    as(t, "far");
    u = unit_by_id(t->k.d->units, t->k.actor->post[0].unit);
    tells(t, u->code.p, "grid_worker", id, 1);
    tells(t, u->code.p, "grid_worker", 404, 1);
    cr_expect_eq(lines(page(t, "far", 0, &next)), 0);
    cr_expect_eq(notices_new(&t->k), 2);
    id = notices_list(&t->k, 0, val_list(t->k.a), &next);
    cr_assert(writes(t, run_see, &id));
    cr_expect_eq(notices_new(&t->k), 0, "what is left out can be seen off");
}

TEST_IN_DISTRICT(notice, is_new_until_it_was_seen)
{
    int64_t id = opened(t, "路灯不亮"), next;
    struct val *rows;
    int64_t until;

    tells(t, "140214001001", "dispatcher", id, 3);
    rows = page(t, "li", 0, &next);
    cr_expect_eq(notices_new(&t->k), 3);
    until = val_int(&rows->first->next->val, "id"); /* the second; the newest stays */
    cr_assert(writes(t, run_see, &until));
    cr_expect_eq(notices_new(&t->k), 1);
    rows = page(t, "li", 0, &next);
    cr_expect(val_get(&rows->first->val, S("fresh"))->boolean);
    cr_expect(!val_get(&rows->first->next->val, S("fresh"))->boolean);
    until = 1; /* an old page, sent later */
    cr_assert(writes(t, run_see, &until));
    cr_expect_eq(notices_new(&t->k), 1);
    as(t, "min");
    cr_expect_eq(notices_new(&t->k), 0);
}

TEST_IN_DISTRICT(notice, pages_show_each_once_newest_first)
{
    int64_t id = opened(t, "路灯不亮"), next = 0, last = INT64_MAX;
    int seen = 0, pages = 0;

    tells(t, "140214001001", "dispatcher", id, 2 * NOTICES_SHOWN);
    tells(t, "140214001001", "", id, 3);
    do {
        struct val *rows = page(t, "li", next, &next);

        for (struct item *it = rows->first; it; it = it->next, seen++) {
            cr_assert_lt(val_int(&it->val, "id"), last);
            last = val_int(&it->val, "id");
        }
        pages++;
    } while (next && pages < 9);
    cr_expect_eq(seen, 2 * NOTICES_SHOWN + 3);
    cr_expect_eq(pages, 3);
}
