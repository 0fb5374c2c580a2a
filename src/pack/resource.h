/*
 * resource.h - a kind of thing that can be given, so many of it: flats, places at a school, jobs;
 * as a pack defines it: who keeps it, who may be given it, for how long.
 *
 * Lives in the pack's arena and never changes; docs/pack-author.md tells the language. What is left
 * of one, and whether it may be given, is decided here without a database: civic/ asks for the real
 * ones, cases for those of a .test.yaml. Refusals are INVALID, naming the field, DENIED or
 * CONFLICT.
 */
#ifndef PACK_RESOURCE_H
#define PACK_RESOURCE_H

#include "cal/stretch.h"
#include "proc/proc.h"

#define RESOURCE_MOST 1000000 /* of one; a kind may allow less */

struct body;
struct roll;

struct resource_kind {
    struct str name, hash, icon;
    struct title title, unit; /* unit: what is counted: flats, places */
    const struct str *in;     /* kinds of units that keep such ones */
    int ins;
    const struct body *who; /* whose post in that unit keeps them */
    int whos;
    const struct field *ask; /* what is known of one; what is public, everybody reads */
    int asks;
    int64_t most;   /* capacity of one at most */
    bool is_public; /* everybody may read which there are */
    struct {
        const struct roll *roll; /* NULL: anybody may have one */
        const struct str *kind;  /* of these of its kinds; 0: of any */
        int kinds;
        struct str by; /* a choice in ask that names one kind of the roll for which this one is;
                          empty, or not chosen: for all of them */
    } only;
    struct stretch holds; /* n 0: until it is given back */
    int remind_days;      /* so long before that is over who holds it and who keeps it are told */
    struct str apply;     /* the mechanism by which everybody may ask for one; empty: none */
    int line;
};

struct resource_now {
    int64_t capacity, taken;
    bool ended;
    struct str tier; /* what only.by says of it; empty: nothing */
};

/* Does the field take resources of this kind? */
bool resource_fits(const struct field *f, struct str kind);
/* What asks, when such a matter is opened, which one of these is wanted; NULL: nothing does. */
const struct field *resource_asked(const struct proc *def, struct str kind);

/* May it be so many? taken: how many of them are held. Refused: INVALID (capacity). */
bool resource_capacity_check(const struct resource_kind *def, int64_t capacity, int64_t taken,
                             struct err *e) MUST_USE;
/* Is it for one whose entry is of this kind? NULL: they are not on its roll. en: names in English.
 * Refused: DENIED, with who has it. */
bool resource_is_for(struct arena *a, const struct resource_kind *def,
                     const struct resource_now *now, const struct str *kind, bool en,
                     struct err *e) MUST_USE;
/* Is there one to be had? Refused: CONFLICT. */
bool resource_free_check(const struct resource_now *now, struct err *e) MUST_USE;
/* For whom it is, in words: "A / B"; empty: anybody. */
struct str resource_for_words(struct arena *a, const struct resource_kind *def, struct str tier,
                              bool en);

#endif
