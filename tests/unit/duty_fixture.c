#include "duty_fixture.h"

#include <criterion/criterion.h>

STMT(test_rows, "SELECT count(*) FROM duty WHERE district = $1 AND (state = $2 OR $3 = 1)");

void streets_have(struct town *t, const struct duty_def *def, int n)
{
    struct pack *p = NEW(t->k.a, struct pack);
    struct unit_kind *kind = NEW_ARRAY(t->k.a, struct unit_kind, (size_t)t->k.d->pack->unit_kinds);

    *p = *t->k.d->pack;
    for (int i = 0; i < p->unit_kinds; i++) {
        kind[i] = p->unit_kind[i];
        kind[i].duties = 0; /* those of the pack itself are tested in a browser */
        if (!str_eq(kind[i].name, S("street")))
            continue;
        kind[i].duty = def;
        kind[i].duties = n;
    }
    p->unit_kind = kind;
    t->k.d->pack = p;
}

static bool run_make(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    *(int64_t *)arg = duties_make(k);
    return true;
}

static void make_all(struct town *t)
{
    int64_t n = 1;

    for (int i = 0; n && i < 10000; i++)
        cr_assert(writes(t, run_make, &n));
}

void duties_begin(struct town *t)
{
    as(t, NULL);
    make_all(t);
    cr_assert_eq(rows_in(t, NULL), 0);
}

int64_t rows_in(struct town *t, const char *state)
{
    struct rows r = db_query(t->k.db, t->k.a, test_rows, ARG(t->k.d->code),
                             ARG(str_of(state ? state : "")), ARG(state ? 0 : 1));
    int64_t n = rows_next(&r) ? row_int(&r, 0) : -1;

    rows_end(&r);
    return n;
}

int64_t made_at(struct town *t, const char *when)
{
    int64_t before = rows_in(t, NULL);

    cr_assert(when_parse(str_of(when), &t->k.now));
    make_all(t);
    return rows_in(t, NULL) - before;
}

struct duty_key key_of(struct town *t, const char *name, const char *day)
{
    struct duty_key key = {.source_id = unit_id(t, "140214001"), .name = str_of(name)};

    cr_assert(when_parse(str_of(day), &key.from_at));
    return key;
}

void duty_is(struct town *t, const struct duty_key *key, const char *due, const char *shut)
{
    struct duty d;

    t->e = (struct err){0};
    cr_assert(duty_load(&t->k, key, &d, &t->e), "there is none of %s",
              day_text(t->k.a, day_of(key->from_at)).p);
    cr_expect_str_eq(when_text(t->k.a, d.due_at).p, due);
    cr_expect_str_eq(when_text(t->k.a, d.shut_at).p, shut);
}
