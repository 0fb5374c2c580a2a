/* case.h - one case while it runs; shared by the files of cases only. */
#ifndef PACK_CASE_H
#define PACK_CASE_H

#include "pack/read.h"
#include "val/yaml.h"

#define CASE_UNITS     40
#define CASE_PEOPLE    40
#define CASE_POSTS     8
#define CASE_EFFECTS   1000
#define CASE_RESOURCES 20

struct case_person {
    struct str name;
    int64_t id;
    struct proc_post post[CASE_POSTS];
    int posts;
};

struct case_resource {
    struct str name;
    const struct resource_kind *def; /* NULL: the pack has no such kind */
    struct resource_now now;
    bool held; /* by the matter */
};

struct case_run {
    struct arena *a;
    const struct pack *pack;
    const struct val *units;
    struct val *nothing;
    struct proc_env env;
    struct proc_state state;
    struct str unit_name[CASE_UNITS];
    struct proc_unit unit[CASE_UNITS];
    int n_units;
    struct case_person person[CASE_PEOPLE];
    int people;
    int64_t focus; /* whose `own` unit is asked for: it comes first of its kind; 0: the case's */
    struct case_resource resource[CASE_RESOURCES];
    int resources;
    const struct val *entries; /* who stands on the roll of a resource, as which kind */
    int64_t opener, now_ms;
    bool own; /* the opener reported in their own name */
    struct proc_effect effect[CASE_EFFECTS];
    int n_effects;
    struct buf log;
};

int64_t case_unit(struct case_run *c, struct str name);
struct str case_unit_name(const struct case_run *c, int64_t id);
struct case_person *case_person(struct case_run *c, struct str name);
void case_actor(struct case_run *c, struct str who);
bool case_ticks(struct case_run *c, int64_t until_ms, struct err *e) MUST_USE;
bool case_apply(struct case_run *c, const struct proc_event *ev, struct err *e) MUST_USE;

/* case_event.c: one event of the case; what says what went wrong. */
bool case_event(struct case_run *c, const struct val *v, bool eager, struct str *what) MUST_USE;
/* What is needed and was not said gets something plausible. */
void case_fill(struct case_run *c, struct val *fields, const struct field *f, int n);
/* What the pack asks, as an event says it; filled where it is silent, unless it says fill: no. */
struct val *case_fields(struct case_run *c, const struct val *event, const struct field *f, int n);
bool case_asks(const struct field *f, int n, struct str key);
/* Was it done, or refused, as the event says? */
bool case_judge(struct case_run *c, const struct val *v, bool done, const struct err *e,
                struct str *what) MUST_USE;
/* … of whatever `does` names. */
bool case_refused(struct case_run *c, const struct val *v, struct str does, bool done,
                  const struct err *e, struct str *what) MUST_USE;
/* case_town.c: of units, posts and entries, and the figures over them; "" if it comes out so. */
struct str case_town(struct arena *a, const struct pack *p, const struct val *v);
/* Is it a figure that a town's case can tell? */
bool case_counts(const struct pack *p, const struct figure *f);
/* case_names.c: names and pictures that the pack gives; "" if they are so. */
struct str case_names(struct arena *a, const struct pack *p, const struct val *v);
/* case_resource.c */
void case_resources_read(struct case_run *c, const struct val *v);
/* The one that is called so in a field that takes resources; 0: there is none. */
int64_t case_resource(const struct case_run *c, struct str field, struct str name);
int64_t case_some_resource(struct case_run *c, const struct field *f);
/* What was named, and what follows. Refused: then some of it may be done. */
bool case_resources_do(struct case_run *c, const struct val *fields,
                       const struct proc_effects *effects, struct err *e) MUST_USE;
struct str case_held(struct case_run *c);
/* case_appraisal.c: of figures, marks and checks; "" if it comes out as the case says. */
struct str case_appraisal(struct arena *a, const struct pack *p, const struct val *v);
/* case_roll.c: a whole case of a roll; what went otherwise, or "". */
struct str case_roll(struct case_run *c, const struct val *v);
/* case_bond.c: likewise of a bond. */
struct str case_bond(struct case_run *c, const struct val *v);
/* cases.c: one result, false unless `what` is "". */
bool case_result(struct val *results, const struct val *v, struct str file, struct str what);
/* case_gives.c */
bool case_gives(struct case_run *c, const struct val *gives, struct str *what) MUST_USE;
void case_join(struct buf *b, struct str s); /* "one; two" */
bool case_fits(struct case_run *c, struct str key, const struct val *want, struct str got,
               struct str *what) MUST_USE;
/* case_meet.c: a gathering, from its call to its end. */
bool case_meet(struct case_run *c, const struct gathering_kind *def, const struct val *v,
               struct str *what) MUST_USE;

#endif
