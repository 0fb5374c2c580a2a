/*
 * read.h - what the files of pack/ share while they read one pack; nobody outside includes it.
 *
 * Faults are collected, not thrown: a reader notes one and goes on with something harmless, so that
 * an author sees all of them at once. Lines carry the file with them (file number in the high
 * bits), so that what a child pack overrides is blamed on the child.
 */
#ifndef PACK_READ_H
#define PACK_READ_H

#include "pack/duty.h"
#include "pack/pack.h"
#include "proc/rank.h"

#define FILES_MAX  400
#define LINE_BITS  20
#define LINE_MASK  ((1 << LINE_BITS) - 1)
#define FAULTS_MAX 200

struct pack_reader {
    struct arena *a;
    const struct pack_source *from;
    const struct pack_base *base; /* NULL: none is read already */
    struct val *faults;
    int n_faults;
    struct pack *pack;
    struct str file[FILES_MAX];
    int files;
    /* merged, by name, before they get their types */
    struct val *mechanism, *gathering, *figure, *appraisal, *evidence, *roll, *bond, *resource,
        *roles, *unit_kinds, *subjects, *channels, *fields, *words, *settings, *calendar, *meta;
    int actions;        /* counted through one mechanism */
    struct step *step;  /* of the mechanism, while they can still be changed */
    struct step ladder; /* whose `late` holds for steps that have none of their own */
    const struct val *grades;
    const struct proc *def;   /* the mechanism being read; NULL: none is */
    const struct val *source; /* … merged */
};

#define FAULT(r, line, ...) pack_fault(r, line, str_format((r)->a, __VA_ARGS__))
void pack_fault(struct pack_reader *r, int line, struct str what);

/* load.c: reads and merges all files of the pack and its parents. */
void pack_load(struct pack_reader *r, struct str name);
struct str bare_name(struct str name); /* "base/whistle": whistle */
struct val *merge(struct arena *a, const struct val *base, const struct val *over);
struct str pack_hash(struct arena *a, const struct val *v);
struct str pack_merged_hash(struct pack_reader *r); /* of everything that the pack says */

/* take.c: typed values out of maps; each notes a fault if it is not there or not so. */
bool take_map(struct pack_reader *r, const struct val *v, const char *what);
void take_keys(struct pack_reader *r, const struct val *map, const char *what, const char *keys);
struct str take_text(struct pack_reader *r, const struct val *map, const char *key);
struct str take_word(struct pack_reader *r, const struct val *map, const char *key);
int64_t take_int(struct pack_reader *r, const struct val *map, const char *key, int64_t least,
                 int64_t most);
bool take_bool(struct pack_reader *r, const struct val *map, const char *key, bool otherwise);
struct title take_title(struct pack_reader *r, const struct val *map, struct str name);
struct title read_title(struct pack_reader *r, const struct val *v, struct str name);
/* A list of words, or one word. */
const struct str *take_words(struct pack_reader *r, const struct val *map, const char *key, int *n);
/* … each the name of a figure. */
const struct str *take_figures(struct pack_reader *r, const struct val *v, const char *key, int *n);
/* `extends: whistle`, or base/whistle, one of `all`: the other one, and then what differs. */
const struct val *extended(struct pack_reader *r, const struct val *all, const struct val *v);
bool is_word(struct str s);
int val_count(const struct val *v);
/* What is in it, or the text; NULL, or empty, if it is something else or is not there. */
const struct item *list_of(const struct val *v);
const struct item *map_of(const struct val *v);
struct str word_of(const struct val *v);
bool in_words(struct str s, const char *words); /* "a b c" */
/* NULL if it is not there, or `map` is not a map. */
const struct val *take(const struct val *map, const char *key);

/* basics.c */
void basics_read(struct pack_reader *r);
/* What is asked of a unit, a post or an entry of a roll; personal: such fields are possible. */
const struct field *facts_ask_read(struct pack_reader *r, const struct val *v, bool personal,
                                   int *n);
/* roll.c */
void rolls_read(struct pack_reader *r);
/* bond.c */
void bonds_read(struct pack_reader *r);
void bonds_check(struct pack_reader *r); /* once the mechanisms are there */
/* resource.c; rolls are read before */
void resources_read(struct pack_reader *r);
void resources_check(struct pack_reader *r); /* once the mechanisms are there */
/* mechanism.c */
void mechanisms_read(struct pack_reader *r);
/* ask.c */
const struct field *ask_read(struct pack_reader *r, const struct val *map, const char *key, int *n);
bool field_is_number(const struct field *f);
struct limits limits_read(struct pack_reader *r, const struct val *v);
struct limit limit_read(struct pack_reader *r, const struct val *v);
struct who who_read(struct pack_reader *r, const struct val *v, const char *what);
/* step.c */
void ladder_read(struct pack_reader *r, const struct val *v, struct step *out);
/* part_steps: the map of a part's steps; NULL for steps of the mechanism itself */
void step_read(struct pack_reader *r, const struct val *v, struct str name, struct step *out,
               const struct val *part_steps);
/* action.c */
struct step_names { /* of the list that a target may name */
    const struct val *steps;
    bool in_part;
};
struct target target_read(struct pack_reader *r, const struct val *v, const struct step_names *in);
void action_read(struct pack_reader *r, const struct val *v, struct str name,
                 const struct step_names *in, struct action *out);
const struct action *actions_read(struct pack_reader *r, const struct val *map,
                                  const struct step_names *in, int *n);
/* step.c */
struct share share_read(struct pack_reader *r, const struct val *map, const char *key);
/* gathering.c */
void gatherings_read(struct pack_reader *r);
struct body body_read(struct pack_reader *r, const struct val *v);
/* "ROLE of KIND": one, or a list of them. */
const struct body *bodies_read(struct pack_reader *r, const struct val *v, const char *key, int *n);
/* duty.c: the list `duties` of a kind of entry, bond or unit. whos: the words that `who` may be
 * beside "ROLE of KIND", blank-separated: "self keeper", the names of a bond's sides, or "". */
const struct duty_def *duties_read(struct pack_reader *r, const struct val *map, const char *whos,
                                   int *n);
/* contest.c: how many of the highest and lowest marks are dropped */
void drop_read(struct pack_reader *r, const struct val *v, struct rank_rule *out);
/* booth.c, paper.c, contest.c; NULL if there is none */
const struct booths *booths_read(struct pack_reader *r, const struct val *v);
const struct paper *paper_read(struct pack_reader *r, const struct val *v);
const struct contest *contest_read(struct pack_reader *r, const struct val *v);
/* days.c */
void within_read(struct pack_reader *r, const struct val *v, struct step *out);
enum every every_read(struct pack_reader *r, const struct val *v, const struct step *st);
void day_read(struct pack_reader *r, struct proc *out); /* once its steps are read */
void window_read(struct pack_reader *r, const struct val *v, struct proc *out);
/* figure.c */
void figures_read(struct pack_reader *r);
/* appraisal.c; figures are read before */
void appraisals_read(struct pack_reader *r);
/* evidence.c */
void evidence_read(struct pack_reader *r);
/* check.c: what can be said of a procedure by looking at it. */
void proc_check(struct pack_reader *r, const struct proc *def);

#endif
