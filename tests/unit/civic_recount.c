/* A pack gains a figure: old matters are counted for it, and nobody sees it half counted. */
#include "civic/job.h"
#include "civic/recount.h"
#include "civic_fixture.h"

#include <string.h>

#define MATTERS 290 /* more than two batches, the last too long to be added up with its group */

struct running {
    const char *name;
    int64_t did;
};

static bool run_job(struct desk *k, void *arg, struct err *e)
{
    struct running *r = arg;

    LIST_EACH (jobs, struct job, it) {
        if (strcmp((*it)->name, r->name) == 0)
            r->did = (*it)->run(k->db, k->d, k->a, k->now, e);
    }
    return e->kind == ERR_NONE;
}

static int64_t runs(struct town *t, const char *name)
{
    struct running r = {name, -1};

    cr_assert(writes(t, run_job, &r), "%s", t->e.text);
    cr_assert(r.did >= 0, "there is no job %s", name);
    return r.did;
}

/* The town's pack with one figure more, or with one that counts otherwise. */
static struct pack *pack_with(struct town *t, const char *id, const char *channel)
{
    struct pack *p = NEW(t->k.a, struct pack);
    struct figure *all = NEW_ARRAY(t->k.a, struct figure, (size_t)t->k.d->pack->figures + 1);
    struct condition *where = NEW(t->k.a, struct condition);
    struct str *of = NEW(t->k.a, struct str);

    *p = *t->k.d->pack;
    *of = str_of(channel);
    *where = (struct condition){.fact = S("channel"), .of = of, .ofs = 1};
    if (p->figures)
        memcpy(all, p->figure, (size_t)p->figures * sizeof(*all));
    all[p->figures++] = (struct figure){.id = str_of(id),
                                        .kind = FIGURE_COUNT,
                                        .at = FIGURE_AT_OPENED,
                                        .noun = S("matters"),
                                        .where = where,
                                        .wheres = 1};
    p->figure = all;
    return p;
}

STMT(put_aside, "SELECT count(*) FROM uncounted");
STMT(entries_by_code, "SELECT count(*) FROM entry WHERE figure = 'by_code'");

static bool may_be_seen(struct town *t)
{
    struct err e = {0};

    return figures_counted(&t->k, &e);
}

TEST_IN_DISTRICT(recount, a_new_figure_counts_the_old_matters_and_is_not_seen_before)
{
    int64_t first = opened(t, "第一件");

    for (int i = 1; i < MATTERS; i++)
        (void)opened(t, "路灯不亮");
    (void)runs(t, "recount_begin");
    cr_expect(may_be_seen(t) && recount_is_done(&t->k), "the same figures need no counting");
    t->k.d->pack = pack_with(t, "by_code", "qr");
    cr_expect_not(recount_is_done(&t->k));
    (void)runs(t, "recount_begin");
    cr_expect_not(may_be_seen(t));
    cr_assert_eq(runs(t, "recount"), 100);
    cr_expect_eq(fixture_int(t->f, &entries_by_code), 100);
    cr_expect_not(may_be_seen(t), "it is half counted");
    (void)runs(t, "recount_begin"); /* stopped, and started again */
    cr_assert(acts(t, "li", first, "call", -1, "reason=超出能力"), "%s", t->e.text);
    cr_assert_eq(runs(t, "recount"), 100);
    cr_assert_eq(runs(t, "recount"), 0);
    cr_expect(may_be_seen(t) && recount_is_done(&t->k));
    cr_expect_eq(fixture_int(t->f, &entries_by_code), MATTERS);
    cr_expect_eq(fixture_int(t->f, &put_aside), 0, "what may be seen has been added up");
    clean(t);
}

TEST_IN_DISTRICT(recount, a_figure_that_counts_otherwise_loses_what_it_had)
{
    const struct pack *before = t->k.d->pack;

    t->k.d->pack = pack_with(t, "by_code", "qr");
    (void)opened(t, "路灯不亮");
    cr_expect_eq(fixture_int(t->f, &entries_by_code), 1);
    t->k.d->pack = before;
    t->k.d->pack = pack_with(t, "by_code", "phone");
    (void)runs(t, "recount_begin");
    (void)runs(t, "recount");
    cr_expect_eq(fixture_int(t->f, &entries_by_code), 0);
    clean(t);
}

TEST_IN_DISTRICT(recount, a_server_with_another_pack_leaves_it_alone)
{
    const struct pack *old = t->k.d->pack;

    for (int i = 0; i < 3; i++)
        (void)opened(t, "路灯不亮");
    t->k.d->pack = pack_with(t, "by_code", "qr");
    (void)runs(t, "recount_begin");
    t->k.d->pack = old;
    (void)runs(t, "recount");
    cr_expect_not(may_be_seen(t), "only who knows the figures can count them");
}
