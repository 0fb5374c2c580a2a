/* Sealed fields are seen by who has a reason and the right, and who saw them is told. */
#include "civic/look.h"
#include "civic/person.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

STMT(person_looks, "SELECT count(*) FROM event WHERE noun = 'person' AND kind = 'look'");

struct ask {
    const char *unit, *person, *field, *reason;
    struct str plain;
};

static int64_t wang(struct desk *k)
{
    return person_find(k, S("wang"), unit_by_code(k->d->units, S("140214001001-01"))->id);
}

static bool reveal(struct desk *k, void *arg, struct err *e)
{
    struct ask *x = arg;
    struct reveal ask = {wang(k), str_of(x->field), str_of(x->reason)};

    return person_reveal(k, unit_by_code(k->d->units, str_of(x->unit)), &ask, &x->plain, e);
}

static void refused(struct town *t, const char *who, struct ask x, const char *words)
{
    as(t, who);
    cr_assert_not(writes(t, reveal, &x), "%s", words);
    cr_assert(strstr(t->e.text, words), "'%s' does not say '%s'", t->e.text, words);
}

TEST_IN_DISTRICT(look, at_the_number_of_who_holds_a_post_takes_right_and_reason_and_is_listed)
{
    struct ask x = {"140214001001-01", "wang", "phone", "通知开会", S("")};
    struct val *list = val_list(t->k.a);

    refused(t, "wang", x, "do not allow");
    refused(t, "far", x, "do not allow");
    refused(t, "zhao", (struct ask){x.unit, x.person, "phone", " ", S("")}, "say why");
    refused(t, "zhao", (struct ask){x.unit, x.person, "name", "通知开会", S("")}, "no such field");
    refused(t, "zhao", (struct ask){"140214001001", x.person, "phone", "通知开会", S("")},
            "holds a post here");
    cr_assert_eq(fixture_int(t->f, &person_looks), 0, "what was refused was no look");
    as(t, "zhao");
    cr_assert(writes(t, reveal, &x), "%s", t->e.text);
    cr_assert(str_eq(x.plain, S("13900000001")), "%.*s", STR_ARG(x.plain));
    cr_assert_eq(fixture_int(t->f, &person_looks), 1);
    look_list(&t->k, unit_by_code(t->k.d->units, S("140214001"))->path, 0, list);
    cr_assert(list->first && !list->first->next);
    cr_expect(str_eq(val_text(&list->first->val, "who"), S("zhao")));
    cr_expect(str_eq(val_text(&list->first->val, "number"), S("wang")));
    cr_expect(str_eq(val_text(&list->first->val, "reason"), S("通知开会")));
    clean(t);
}
