/* Booths of a fair: booked, left, and where people apply. */
#include "civic/attachment.h"
#include "civic/booth.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

struct going {
    int64_t gathering, unit, n, job;
};

static bool hold(struct desk *k, void *arg, struct err *e)
{
    struct going *s = arg;
    struct gathering *g = NEW(k->a, struct gathering);
    struct val *fields = val_map(k->a);
    struct gathering_new n = {.kind = S("campus_fair"),
                              .title = S("西安校园招聘会"),
                              .unit_id = unit_root(k->d->units)->id,
                              .starts_at = k->now + 7 * DAY_MS,
                              .fields = fields};

    set_str(fields, "city", S("xian"));
    if (!gathering_prepare(k, &n, g, e))
        return false;
    s->gathering = g->id;
    return true;
}

static bool book(struct desk *k, void *arg, struct err *e)
{
    struct going *s = arg;

    return booth_book(k, s->gathering, s->unit, &s->n, e);
}

static bool leave(struct desk *k, void *arg, struct err *e)
{
    const struct going *s = arg;

    return booth_leave(k, s->gathering, s->unit, e);
}

static bool apply(struct desk *k, void *arg, struct err *e)
{
    const struct going *s = arg;
    const struct document doc = {DOCUMENT_PDF, S("a.pdf"), S("%PDF-1.4")};
    struct val *fields = val_map(k->a);
    struct matter_receipt receipt;
    struct matter_new n = {.mechanism = S("job_application"),
                           .title = S("焊工"),
                           .channel = S("qr"),
                           .unit_id = s->unit,
                           .gathering_id = s->gathering,
                           .fields = fields};

    set_int(fields, "job", s->job);
    attachment_put(k, &doc, true, set_map(fields, "resume"));
    ((struct going *)arg)->n = 0;
    if (!matter_open(k, &n, &receipt, e))
        return false;
    ((struct going *)arg)->n = receipt.id;
    return true;
}

/* Only an organiser of the district calls one: the arbiter's unit and a post of that role. */
static int64_t fair(struct town *t)
{
    const struct holding *old;
    struct actor *zu = NEW(t->k.a, struct actor);
    struct holding *post = NEW(t->k.a, struct holding);
    struct going s = {0};

    as(t, "gao");
    old = &t->k.actor->post[0];
    *post = *old;
    post->role = S("organiser");
    post->def = pack_role(t->k.d->pack, post->role);
    *zu = *t->k.actor;
    zu->post = post;
    zu->posts = 1;
    t->k.actor = zu;
    cr_assert(writes(t, hold, &s), "%s", t->e.text);
    return s.gathering;
}

static void refused(struct town *t, bool (*run)(struct desk *, void *, struct err *),
                    struct going s, const char *words)
{
    cr_assert_not(writes(t, run, &s), "%s", words);
    cr_assert(strstr(t->e.text, words), "'%s' does not say '%s'", t->e.text, words);
}

TEST_IN_DISTRICT(booth, is_booked_by_the_firm_itself_and_left_again)
{
    struct going e = {fair(t), unit_id(t, "140214-e"), 0, 0};
    struct going f = {e.gathering, unit_id(t, "140214-f"), 0, 0};
    struct going a = {e.gathering, unit_id(t, "140214-a"), 0, 0};

    as(t, "shang");
    cr_assert(writes(t, book, &e), "%s", t->e.text);
    cr_assert_eq(e.n, 1);
    refused(t, book, e, "has booth 1 already");
    refused(t, book, f, "The unit itself books");
    refused(t, book, a, "for such a unit");
    as(t, "pu");
    cr_assert(writes(t, book, &f), "%s", t->e.text);
    cr_assert_eq(f.n, 2);
    refused(t, leave, e, "The unit itself books");
    as(t, "shang");
    cr_assert(writes(t, leave, &e), "%s", t->e.text);
    refused(t, leave, e, "has no booth here");
    cr_assert(writes(t, book, &e), "%s", t->e.text);
    cr_assert_eq(e.n, 1, "the gap is filled first");
    clean(t);
}

TEST_IN_DISTRICT(booth, is_where_people_apply_and_what_becomes_of_it_is_counted)
{
    struct going e = {fair(t), unit_id(t, "140214-e"), 0, 0};
    struct going f = {e.gathering, unit_id(t, "140214-f"), 0, 0};
    struct gathering *g = NEW(t->k.a, struct gathering);
    struct val *list = val_list(t->k.a), *sum = val_map(t->k.a);
    const struct val *one, *counts;
    struct err none = {0};
    int64_t matter, second;

    as(t, "shang");
    cr_assert(writes(t, book, &e), "%s", t->e.text);
    e.job = job_of(t, "shang", 1);
    f.job = job_of(t, "pu", 1);
    as(t, NULL);
    refused(t, apply, f, "has no booth at this fair");
    cr_assert(writes(t, apply, &e), "%s", t->e.text);
    cr_assert(writes(t, apply, &e), "%s", t->e.text);
    second = e.n;
    cr_assert(writes(t, apply, &e), "%s", t->e.text);
    matter = e.n;
    cr_assert(
        acts(t, "shang", matter, "invite", -1, "interview_day=2026-03-10 interview_place=门口"),
        "%s", t->e.text);
    cr_assert(acts(t, "shang", matter, "hire", -1, "terms=月薪六千"), "%s", t->e.text);
    cr_assert(acts(t, "shang", matter, "agree", -1, ""), "%s", t->e.text);
    cr_assert(
        acts(t, "shang", second, "invite", -1, "interview_day=2026-03-10 interview_place=门口"),
        "%s", t->e.text);
    cr_assert(acts(t, "shang", second, "hire", -1, "terms=月薪六千"), "%s", t->e.text);
    cr_assert_not(acts(t, "shang", second, "agree", -1, ""), "there was one place");
    cr_expect(strstr(t->e.text, "left"), "%s", t->e.text);
    cr_assert(gathering_load(&t->k, e.gathering, g, &none));
    booths_view(&t->k, g, list, sum);
    cr_assert(list->first && !list->first->next);
    one = &list->first->val;
    cr_expect_eq(val_int(one, "applied"), 3);
    counts = val_get(one, S("counts"));
    cr_expect_eq(val_int(&counts->first->val, "n"), 2, "interviews");
    cr_expect_eq(val_int(&counts->first->next->val, "n"), 2, "offers");
    cr_expect_eq(val_int(&counts->last->val, "n"), 1, "hired");
    cr_expect_eq(val_int(sum, "applied"), 3);
    cr_expect_eq(val_int(sum, "free"), 59);
    clean(t);
}

static bool close_it(struct desk *k, void *arg, struct err *e)
{
    const struct going *s = arg;
    struct val *fields = val_map(k->a);

    add_val(set_list(fields, "meeting_photos"), (struct val){.kind = VAL_INT, .integer = s->n});
    return gathering_close(k, s->gathering, 0, 300, fields, e);
}

TEST_IN_DISTRICT(booth, nothing_is_handed_in_at_a_fair_that_is_over)
{
    struct going e = {fair(t), unit_id(t, "140214-e"), 0, 0};
    const struct actor *organiser = t->k.actor;

    as(t, "shang");
    cr_assert(writes(t, book, &e), "%s", t->e.text);
    e.job = job_of(t, "shang", 1);
    t->k.now += 8 * DAY_MS;
    as(t, NULL);
    cr_assert(writes(t, apply, &e), "%s", t->e.text);
    t->k.actor = organiser;
    cr_assert(writes(t, close_it, &e), "%s (%s)", t->e.text, t->e.field);
    as(t, NULL);
    refused(t, apply, e, "fair is over");
    clean(t);
}

TEST_IN_DISTRICT(booth, that_was_changed_beside_the_program_is_named)
{
    static const struct harm harms[] = {
        {"UPDATE booth SET n = 7", "who has booth 7 is not what the events say"},
        {"DELETE FROM booth", "booth 1 was booked and is not there"},
        {"DELETE FROM link WHERE kind = 'applied'", "at which gathering it was handed in"},
    };
    struct going e = {fair(t), unit_id(t, "140214-e"), 0, 0};

    as(t, "shang");
    cr_assert(writes(t, book, &e), "%s", t->e.text);
    e.job = job_of(t, "shang", 1);
    as(t, NULL);
    cr_assert(writes(t, apply, &e), "%s", t->e.text);
    names_harm(t, harms, COUNT(harms));
}
