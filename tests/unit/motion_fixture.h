/*
 * motion_fixture.h - a village that decides: who tries what, and what is expected of it.
 */
#ifndef MOTION_FIXTURE_H
#define MOTION_FIXTURE_H

#include "civic/ballot.h"
#include "civic/import.h"
#include "civic/person.h"
#include "civic/seat.h"
#include "civic_fixture.h"
#include <criterion/criterion.h>
#include <string.h>

#define VILLAGE "140214001201"
#define BRANCH  "140214001201-b"
#define GROUP   "140214001201-z"
#define ESTATE  "140214001-q"

static const char units_csv[] = "code,name,kind,parent\n" VILLAGE ",东村,village,140214001\n" BRANCH
                                ",东村党支部,party_branch," VILLAGE "\n";
static const char people_csv[] = "name,unit,role\n"
                                 "shu," BRANCH ",secretary\n"
                                 "zhang," VILLAGE ",head\n"
                                 "one," VILLAGE ",representative\n"
                                 "two," VILLAGE ",representative\n"
                                 "three," VILLAGE ",representative\n";
/* A group of four households, one of them twice as big as another; an estate of three owners. */
static const char group_csv[] = "code,name,kind,parent\n" GROUP ",第一组,village_group," VILLAGE
                                "\n" ESTATE ",东苑,estate,140214001001\n";
static const char keepers_csv[] =
    "name,unit,role\nzu," GROUP ",group_head\nchair," ESTATE ",owners_chair\n";
static const char rolls_csv[] = "roll,unit,label,name,area,people\n"
                                "households," GROUP ",1号,赵大,,3\n"
                                "households," GROUP ",2号,钱二,,4\n"
                                "households," GROUP ",3号,孙三,,2\n"
                                "households," GROUP ",4号,李四,,5\n"
                                "households," ESTATE ",1栋101,周一,50.5,3\n"
                                "households," ESTATE ",1栋102,吴二,50.5,3\n"
                                "households," ESTATE ",1栋103,郑三,240,3\n";

struct
try {
    int64_t gathering, matter, n, seat, own, seen, count;
    const char *kind, *word; /* a method, a choice, a code, a text */
    bool merged;
    struct votes votes;
    struct batch batch;
    struct slip slip[10];
};

typedef bool run_fn(struct desk *k, void *arg, struct err *e);

struct motion_ref ref_of(const struct try *x);
bool prepare(struct desk *k, void *arg, struct err *e);
bool bring(struct desk *k, void *arg, struct err *e);
bool put(struct desk *k, void *arg, struct err *e);
bool call(struct desk *k, void *arg, struct err *e);
bool begin(struct desk *k, void *arg, struct err *e);
bool mark(struct desk *k, void *arg, struct err *e);
bool open_vote(struct desk *k, void *arg, struct err *e);
bool shut_vote(struct desk *k, void *arg, struct err *e);
bool vote(struct desk *k, void *arg, struct err *e);
bool key(struct desk *k, void *arg, struct err *e);
bool decide(struct desk *k, void *arg, struct err *e);
bool decide_hands(struct desk *k, void *arg, struct err *e);
bool print(struct desk *k, void *arg, struct err *e);
bool drawn(struct desk *k, void *arg, struct err *e);
bool cast(struct desk *k, void *arg, struct err *e);
void as_one(struct town *t, const char *who);
void goes(struct town *t, const char *who, run_fn *run, struct try *x);
void fails(struct town *t, const char *who, run_fn *run, struct try *x, const char *words);
void take_in(struct town *t, const char *noun, const char *csv);
int64_t proposal(struct town *t);
void step_is(struct town *t, int64_t matter, const char *step);
struct try meeting(struct town *t, const char *who, const char *kind, int64_t matter,
                   int64_t present);
struct motion motion_now(struct town *t, const struct try *x);
bool stand_for(struct desk *k, void *arg, struct err *e);
void village(struct town *t);

#endif
