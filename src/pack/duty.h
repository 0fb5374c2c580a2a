/*
 * duty.h - something that falls due again and again, as a pack defines it for the entries of a
 * roll's kind, for a bond or for a kind of unit.
 *
 * Lives in the pack's arena and never changes; docs/pack-author.md tells the language.
 */
#ifndef PACK_DUTY_H
#define PACK_DUTY_H

#include "cal/rhythm.h"
#include "pack/gathering.h"

struct duty_def {
    struct str name;
    struct title title;
    struct str every; /* rhythm_words of cal/rhythm.h */
    struct str who;   /* whose it is: self, keeper or a side's name; empty: body says */
    struct body body; /* "ROLE of KIND": who holds the role in the source's own unit of that kind */
    bool own; /* "… of own KIND": also one beside or below (unit_own()); else only above */
    struct limit within;     /* from the beginning of the span; n 0: the whole span */
    struct limit grace;      /* after that it can still be done, late; n 0: until the span ends */
    const struct field *ask; /* when it is done */
    int asks;
    const struct str *raise; /* mechanisms of which whoever does it may open a matter at once */
    int raises;
    int line;
};

/* When the duty of a span is due, and until when it can be done. Pure. A limit that runs into a
 * year whose holidays nobody has named yet ends with the span. */
struct duty_term {
    int64_t due_ms, shut_ms;
};
struct duty_term duty_term(const struct calendar *c, const struct hours *h,
                           const struct duty_def *def, const struct span *in);

/* Has a span begun by `at`, while what brings the duty was there: since..until, 0: without end? */
struct duty_reach {
    int64_t since, until, at;
};
bool duty_begun(const struct duty_reach *r, const struct span *in);

/* One of them, as it stands. state: "" to be done, done, excused, moot. */
struct duty_now {
    struct str state;
    int64_t from_ms, due_ms, shut_ms, done_ms;
};
/* By the clock: open, missed, shut, done, late, excused, moot. */
struct str duty_stands(const struct duty_now *d, int64_t at);
/* Can anything still be done about it? Refused: CONFLICT. */
bool duty_open(const struct duty_now *d, int64_t at, struct err *e) MUST_USE;

struct pack;

/* Of everything that brings duties in the pack, in its order. noun: unit, roll_entry, bond. kind:
 * of the unit, of the bond, or of the entry: ROLL, or ROLL/KIND. */
struct duty_kind {
    struct str noun, kind;
    const struct duty_def *def;
};
/* The n-th of them, def NULL past the last. */
struct duty_kind pack_duty_nth(const struct pack *p, int n);
const struct duty_kind *pack_duties(struct arena *a, const struct pack *p, int *n);
/* All that such a source brings; *n 0: nothing. */
const struct duty_def *pack_source_duties(const struct pack *p, struct str noun, struct str kind,
                                          int *n);
/* NULL if the pack has none of that name (any more). */
const struct duty_def *pack_duty(const struct pack *p, struct str noun, struct str kind,
                                 struct str name);

#endif
