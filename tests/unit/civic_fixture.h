/*
 * civic_fixture.h - a small district to test the nouns on, on both databases, with a clock that
 * stands.
 *
 *   TEST_IN_DISTRICT(matter, a_whistle_goes_to_its_end)
 *   {
 *       int64_t id = opened(t, "路灯不亮");
 *       cr_assert(acts(t, "li", id, "call", -1, "reason=超出能力"));
 *   }
 */
#ifndef CIVIC_FIXTURE_H
#define CIVIC_FIXTURE_H

#include "civic/district.h"
#include "civic/matter.h"
#include "db_fixture.h"

/* 140214001 街 → 140214001001 社区 → -01 网格; departments 140214-a, 140214-b. Who is who: wang
 * (grid worker), li (community dispatcher), zhao (street dispatcher), sun (liaison of a), qian
 * (liaison of b), gao (arbiter of the district), shang
 * and pu (liaisons of the enterprises e, of this street, and f, of another), min (residents' watch
 * of the community), far (grid worker of another street). */
struct town {
    struct fixture *f;
    struct desk k;
    struct db_hooks hooks;
    struct err e; /* of the last thing that was tried */
};

/* Monday 2026-03-02 09:00 in Shanghai, unless the test moves t->k.now. */
void in_district(void (*test)(struct town *t));

#define TEST_IN_DISTRICT(suite, name)                \
    static void suite##_##name##_in(struct town *t); \
    Test(suite, name)                                \
    {                                                \
        in_district(suite##_##name##_in);            \
    }                                                \
    static void suite##_##name##_in(struct town *t)

void as(struct town *t, const char *who); /* NULL: a guest */
/* Somebody new with that post. */
int64_t somebody(struct town *t, const char *name, const char *role, const char *unit);
void as_somebody(struct town *t, int64_t id);
int64_t unit_id(struct town *t, const char *code);

/* Opens as a guest in wang's grid, with a phone number; refusals fail the test. */
int64_t opened(struct town *t, const char *body);
bool opens(struct town *t, const struct matter_new *n, struct matter_receipt *out);

/* "name=value name=@unit-code name=#" (# is a picture's id in a list, @code a unit's id). */
bool acts(struct town *t, const char *who, int64_t id, const char *action, int part,
          const char *fields);
void load(struct town *t, int64_t id, struct matter *m);
int ticks(struct town *t); /* until nothing is due; how many matters */

/* A job with so many places that this person's firm offers: its resource. Who acts stays. */
int64_t job_of(struct town *t, const char *who, int64_t places);

/* Inside one db_group job. */
bool writes(struct town *t, bool (*run)(struct desk *k, void *arg, struct err *e), void *arg);

/* The same district at a server of its own: connection, memory (to be reset), ids, counters; who
 * acts is who acts in t. writer: 1 to 63, another one for each. */
struct town_beside {
    struct town t;
    struct district d;
    struct id_maker ids;
    struct arena memory;
};
void town_beside(const struct town *t, unsigned writer, struct town_beside *out);

/* One of two who write at the same moment, each at a server of their own. */
struct rival {
    struct town_beside of; /* set by town_beside(); its t.e: what they were told */
    bool (*run)(struct desk *k, void *arg, struct err *e);
    void *arg;
    bool done;
};
/* Fails the test unless one of them did it and the other did not. */
void rivals_write(struct rival two[2]);

/* ledger, rows and counters agree: fails the test with the first fault if not. */
void clean(struct town *t);
/* How many faults replay finds. */
int faults(struct town *t);

/* Somebody changes rows beside the program: verify says so in these words, of each alone. */
struct harm {
    const char *sql, *words;
};
void names_harm(struct town *t, const struct harm *harm, size_t n);

#endif
