/* Whoever changes what a figure counts, without the ledger knowing, is found. */
#include "civic/recount.h"
#include "civic/tally.h"
#include "civic_fixture.h"

static bool named(const struct val *faults, int64_t subject, const char *figure, const char *what)
{
    for (const struct item *it = faults->first; it; it = it->next) {
        if (val_int(&it->val, "subject") == subject &&
            str_eq(val_text(&it->val, "figure"), str_of(figure)) &&
            str_eq(val_text(&it->val, "what"), str_of(what)))
            return true;
    }
    return false;
}

static int checked(struct town *t, struct val **faults)
{
    int n = 0;

    *faults = val_list(t->k.a);
    cr_assert(entries_check(&t->k, *faults));
    for (const struct item *it = (*faults)->first; it; it = it->next)
        n++;
    return n;
}

/* The id goes where @ stands. */
static void does(struct town *t, const char *sql, int64_t id)
{
    struct str head, tail = str_cut(str_of(sql), '@', &head);
    struct str all =
        str_format(t->k.a, "%.*s%lld%.*s", STR_ARG(head), (long long)id, STR_ARG(tail));

    cr_assert(db_script(t->k.db, all.p, &t->e), "%s", t->e.text);
}

TEST_IN_DISTRICT(entries, that_were_deleted_changed_or_added_are_named)
{
    int64_t first = opened(t, "路灯不亮"), second = opened(t, "井盖松动");
    struct val *faults;

    cr_assert(acts(t, "li", first, "call", -1, "reason=超出能力"), "%s", t->e.text);
    cr_assert_eq(checked(t, &faults), 0);
    does(t, "DELETE FROM entry WHERE figure = 'received' AND subject_id = @", first);
    cr_expect_eq(checked(t, &faults), 1);
    cr_expect(named(faults, first, "received", "missing"));
    does(t, "UPDATE entry SET value = 2 WHERE figure = 'received' AND subject_id = @", second);
    cr_expect_eq(checked(t, &faults), 2);
    cr_expect(named(faults, second, "received", "changed"));
    does(t,
         "INSERT INTO entry (district, figure, unit_path, at, subject_id, n, subject, value) "
         "VALUES (140214, 'ended', '140214/', 5, @, 0, '', 1)",
         first);
    cr_expect_eq(checked(t, &faults), 2 + 1, "as many entries as facts hide no added one");
    cr_expect(named(faults, first, "ended", "added"));
    does(t, "UPDATE matter SET counts = '' WHERE id = @", second);
    (void)checked(t, &faults);
    cr_expect(named(faults, second, "", "the matter lists other entries"));
}

TEST_IN_DISTRICT(entries, of_a_matter_that_is_not_there_are_named)
{
    struct val *faults;

    (void)opened(t, "路灯不亮");
    does(t,
         "INSERT INTO entry (district, figure, unit_path, at, subject_id, n, subject, value) "
         "VALUES (140214, 'received', '140214/', 5, @, 0, '', 1)",
         4711);
    cr_expect_eq(checked(t, &faults), 1);
    cr_expect(named(faults, 4711, "received", "added"));
}
