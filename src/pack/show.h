/* show.h - the words of a procedure for people: its text, its picture and its page say the same. */
#ifndef PACK_SHOW_H
#define PACK_SHOW_H

#include "pack/pack.h"

struct show {
    struct arena *a;
    const struct proc *def;
    bool english;
};

struct way { /* out of a step */
    struct str name;
    struct target to;
};

#define WAYS_MAX 80
int ways_of(const struct show *s, const struct step *st, struct way way[WAYS_MAX]);

struct str show_title(const struct show *s, struct title t);
/* Who acts in a step; of gates all that must pass it. */
struct str show_step_who(const struct show *s, const struct step *st);
struct str show_who(const struct show *s, const struct who *who);
struct str show_limit(const struct show *s, struct limit l);
struct str show_limits(const struct show *s, const struct limits *l);
/* Where it leads: among `steps`, with their number, or the outcome. */
struct str show_target(const struct show *s, const struct step *steps, struct target t);

#endif
