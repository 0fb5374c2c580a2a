/*
 * engine.h - what the files of proc/ share; nobody outside includes it.
 *
 * `struct work` is one event on its way: a copy of the state that is thrown away on a refusal.
 */
#ifndef PROC_ENGINE_H
#define PROC_ENGINE_H

#include "proc/proc.h"

struct work {
    const struct proc_env *env;
    const struct proc *def;
    struct proc_state *s; /* the copy */
    const struct proc_event *ev;
    struct proc_effects *out;
    int64_t at_ms;
    struct err *e;
    const struct parts_spec *parts; /* of the action that is being done, NULL: it opens none */
    bool upheld;                    /* an objection sends the decision back */
    bool enough;                    /* support it, and it goes on */
};

/* who.c */
int64_t who_unit(const struct proc_env *env, const struct proc_state *s, const struct who *w,
                 int part);
/* The post by which the actor is one of `w` or its alternatives; NULL unit and role for the
 * reporter and the like. */
bool who_is(const struct proc_env *env, const struct proc_state *s, const struct who *w, int part,
            struct proc_post *by);
bool who_given(const struct who *w);
bool solver_is(const struct proc_state *s, int64_t person);
bool solver_add(struct work *w, int64_t unit) MUST_USE;

/* field.c */
bool fields_check(const struct proc_env *env, const struct val *got, const struct field *field,
                  int fields, struct str channel, struct err *e) MUST_USE;
/* … and then: what they say in numbers is kept, and the day that a step is to end by. */
bool numbers_take(struct work *w, const struct field *field, int fields) MUST_USE;
const struct val *field_get(const struct val *got, const struct field *f); /* NULL if empty */
bool unit_of_kind(const struct proc_env *env, int64_t unit, const struct choice *kinds, int n);
int64_t field_number(const struct val *v); /* an integer, also if it was typed; INT64_MIN if not */

/* clock.c */
bool clock_start(struct work *w, int step, int part, int part_step,
                 const struct limits *within) MUST_USE;
void clock_stop(struct work *w, int step, int part);
bool clock_start_objection(struct work *w, const struct step *st, int objection) MUST_USE;
struct proc_clock *clock_running(struct proc_state *s, int step, int part);
bool clocks_recompute(struct work *w, bool regraded) MUST_USE;
bool clock_due(const struct proc_env *env, const struct proc_state *s, const struct proc_clock *c,
               int64_t *due_ms, struct err *e) MUST_USE;
bool is_paused(const struct proc_state *s);

struct due { /* what time itself brings next */
    int64_t at_ms;
    int clock;
    const struct rung *rung; /* NULL: the step's own end by time */
};
bool due_next(const struct proc_env *env, const struct proc_state *s, struct due *out);
/* The step that a clock runs for; NULL for the matter as a whole. */
const struct step *clock_step(const struct proc *def, const struct proc_clock *c);

/* move.c */
struct proc_effect *effect_add(struct work *w, enum effect_kind kind, int part);
bool move_to(struct work *w, struct target to) MUST_USE;
bool move_part(struct work *w, int part, struct target to) MUST_USE;
void part_close(struct work *w, int part, struct str outcome);
bool part_begin(struct work *w, int64_t unit, bool lead, int returns) MUST_USE;
bool parts_settle(struct work *w) MUST_USE; /* of a step with parts: goes on if none is open */
bool reopen(struct work *w, const struct step *st) MUST_USE;

/* act.c */
const struct step *step_now(const struct proc *def, const struct proc_state *s);
const struct step *part_step_now(const struct proc *def, const struct proc_state *s, int part);
const struct action *action_find(const struct step *st, struct str name);
bool moved_on(struct work *w) MUST_USE; /* always refuses */
/* May the actor do it now, and by which post? Without fields; used for offers, too. */
bool action_may(struct work *w, const struct step *st, const struct action *act, int part,
                struct proc_post *by) MUST_USE;
int grade_named(const struct work *w); /* by the event; -1 if it names none of the pack's */
bool check_may(struct work *w, const struct step *st, int *gate) MUST_USE;
bool act_apply(struct work *w) MUST_USE;

/* The clock of one period, with its due moment. */
bool clock_start_period(struct work *w, int step, int64_t due_ms) MUST_USE;

/* period.c */
bool period_begin(struct work *w, int step) MUST_USE;
bool period_renew(struct work *w) MUST_USE;
int64_t period_over_ms(const struct step *st, const struct proc_clock *c);
bool period_roll(struct work *w, int clock) MUST_USE;
void period_stop(struct work *w);
bool period_resume(struct work *w, const struct pause *p) MUST_USE;

/* objection.c */
bool object_apply(struct work *w) MUST_USE;
/* May the actor answer the objections of this step? */
bool answers(const struct proc_env *env, const struct proc_state *s, const struct step *st);
bool answer_apply(struct work *w, const struct step *st, bool upheld) MUST_USE;
int objections_open(const struct proc_state *s);
void objections_stop(struct work *w);

/* support.c */
bool support_apply(struct work *w) MUST_USE;

/* tick.c */
bool tick_one(struct work *w, const struct due *d) MUST_USE;

#endif
