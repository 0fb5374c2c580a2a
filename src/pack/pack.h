/*
 * pack.h - a district's pack: YAML → definitions. Pure; the files come from the program (embedded)
 * or from a folder that the command read.
 *
 * The YAML files of packs/NAME on top of its parent (`extends: base` in pack.yaml), one mechanism a
 * file; a file may hold several documents (---). A pack with a fault is refused whole: pack_read()
 * leaves every fault in the list, with file:line, and the one in use stays.
 */
#ifndef PACK_H
#define PACK_H

#include "pack/bond.h"
#include "pack/resource.h"
#include "pack/roll.h"
#include "proc/proc.h"
#include "val/val.h"

/*
 * Rights are a closed set; roles name the ones they bring, for the subtree of the unit in which the
 * post is held:
 *
 * - matter.open: take in a request for somebody; matter.read: see the matters of the subtree
 * - matter.bundle: merge duplicates; matter.key: mark a key small matter 关键小事
 * - matter.place: say where a matter lies; matter.whistle: call the street's departments
 * - matter.import: import spreadsheets of matters
 * - figures.read: figures and dashboards; supervise: see and press what is late 督办
 * - personal.reveal: see a personal field in clear (each look is recorded)
 * - look.list: list who looked at personal fields
 * - duty_list.confirm: confirm entries of the duty list 权责清单
 * - users.manage, units.manage, area.manage, calendar.manage: people and posts, units, areas, days
 * - evidence: the pages of notes about cadres at work; who writes and reads which, the pack says
 * - roll.manage: rolls such as that of households; question.manage: question banks
 * - verify: run and read the ledger's verification
 *
 * Acting on a matter needs no right of its own: a step's `who` gives it.
 */
extern const char *const pack_rights; /* blank-separated */

struct role {
    struct str name;
    struct title title;
    const struct str *right;
    int rights;
    const struct str *of; /* unit kinds in which a post of this role may be held */
    int ofs;
    const struct field *ask; /* what is known of a post beside who and where: pack/facts.h */
    int asks;
    int line;
};

struct unit_kind {
    struct str name;
    struct title title;
    const struct str *under; /* kinds that may be its parent */
    int unders;
    const struct field *ask; /* what is known of such a unit: pack/facts.h */
    int asks;
    const struct str *figure; /* shown on the page of such a unit */
    int figures;
    const struct duty_def *duty; /* what falls due in each such unit */
    int duties;
    const struct str *card; /* first on its dashboard; none: those of the district */
    int cards;
    int line;
};

struct subject { /* a category; subjects form a tree by name: "environment/garbage" */
    struct str name;
    struct title title;
    int depth;
    struct str mechanism; /* which procedure an opening with it starts; empty: the default */
    struct str words;     /* hints for people and the first routing, blank-separated */
    struct str icon;      /* a symbol of assets/icons.svg, without its "i-"; empty: the usual one */
    int line;
};

/* A figure: which facts count, when, and as how much. Ratios and figures of several values
 * ("50/40") name others. */
enum figure_kind { FIGURE_COUNT, FIGURE_SUM, FIGURE_RATIO, FIGURE_VALUES };
enum figure_at {
    FIGURE_AT_OPENED,
    FIGURE_AT_ENDED,
    FIGURE_AT_DUE,
    FIGURE_AT_RATED,
    FIGURE_AT_STARTED,
    FIGURE_AT_BEGAN,
    FIGURE_AT_DONE,
    FIGURE_AT_END /* of the period: what there is then */
};
#define FIGURE_VALUES_MAX 6
#define CARDS_MAX         12

struct range { /* both ends are in it */
    int64_t from, to;
};

struct condition { /* all must hold; `of` any: mechanism, channel, outcome, grade, key, subject, …
                    */
    struct str fact;
    bool not ;
    const struct str *of;
    int ofs;
    const struct range *range; /* of a fact that is a number, one for each of `of`; else NULL */
    int line;
};

struct figure {
    struct str id, file;
    struct title title, unit, note; /* note: 口径, what is counted and what not */
    enum figure_kind kind;
    enum figure_at at;
    struct str noun; /* matters, parts, ratings, gatherings, units, posts, people, entries */
    bool stock;      /* counted when it is read, out of what there is: units, posts, people … */
    struct str distinct; /* of a stock: how many different values of this fact; empty: how many */
    int since;           /* FIGURE_AT_BEGAN: from this year on; 0: in the period */
    struct str sum;      /* FIGURE_SUM: which number */
    bool money;          /* … and it is money, in fen */
    bool now;            /* how things stand: whatever the period, all of them count */
    bool alert;          /* somebody should look if it is not 0 */
    const struct condition *where;
    int wheres;
    struct str over, under; /* FIGURE_RATIO: ids */
    const struct str *of;   /* FIGURE_VALUES: ids, in the order in which they are shown */
    int ofs;
    int index;
    int line;
};

struct channel { /* how a matter came in */
    struct str name;
    struct title title;
    struct str mechanism; /* which procedure an opening by it starts; empty: the subject's, or
                             setting `mechanism` */
    bool foreign_number;  /* it brings a number of its own, taken once */
};

struct pack {
    struct str name;
    struct title title, brand;
    struct str brand_icon; /* a symbol of assets/icons.svg; empty: the usual one */
    struct str hash; /* BLAKE2b of everything merged, in hex; empty if the files have a fault */
    const struct proc *proc;
    int procs;
    const struct role *role;
    int roles;
    const struct unit_kind *unit_kind;
    int unit_kinds;
    const struct subject *subject;
    int subjects;
    const struct figure *figure;
    int figures;
    const struct gathering_kind *gathering;
    int gatherings;
    const struct appraisal_def *appraisal; /* pack/appraisal.h */
    int appraisals;
    const struct evidence_kind *evidence; /* pack/evidence.h */
    int evidences;
    const struct channel *channel;
    int channels;
    const struct roll *roll;
    int rolls;
    const struct bond_kind *bond;
    int bonds;
    const struct resource_kind *resource;
    int resources;
    const struct val *calendar; /* years, for calendar_read() */
    struct hours hours;
    const struct val *setting; /* free map of settings */
};

/* Where pack files come from. NULL if there is no such file. */
struct pack_source {
    bool (*read)(void *arg, struct str path, struct str *text); /* "base/whistle.yaml" */
    bool (*list)(void *arg, struct str pack, struct arena *a, struct str **path,
                 size_t *n); /* sorted */
    void *arg;
};
extern const struct pack_source pack_embedded;

/*
 * Read, merge, check. False if there is any fault; faults is a list of {file, line, what}. What is
 * checked is listed in docs/pack-author.md and tested one by one.
 */
bool pack_read(struct arena *a, const struct pack_source *from, struct str name, struct pack **out,
               struct val *faults) MUST_USE;

/* A pack that others extend, read and merged once; its arena must outlive what is read upon it.
 * NULL if it has a fault. */
struct pack_base;
const struct pack_base *pack_base_read(struct arena *a, const struct pack_source *from,
                                       struct str name, struct val *faults);
/* base NULL: parents are read file by file, too; else a parent of that name is the one given. */
bool pack_read_upon(struct arena *a, const struct pack_source *from, const struct pack_base *base,
                    struct str name, struct pack **out, struct val *faults) MUST_USE;

const struct proc *pack_proc(const struct pack *p, struct str mechanism);
const struct role *pack_role(const struct pack *p, struct str name);
const struct unit_kind *pack_unit_kind(const struct pack *p, struct str name);
const struct subject *pack_subject(const struct pack *p, struct str name);
/* Is the word one of those that the condition names, whether it wants them or not? */
bool condition_names(const struct condition *c, struct str word);
bool figure_has_entries(const struct figure *f); /* it is counted when what it counts is written */
const struct figure *pack_figure(const struct pack *p, struct str id);
const struct gathering_kind *pack_gathering(const struct pack *p, struct str name);
const struct roll *pack_roll(const struct pack *p, struct str name);
const struct bond_kind *pack_bond(const struct pack *p, struct str name);
const struct resource_kind *pack_resource(const struct pack *p, struct str name);
bool role_has(const struct role *r, struct str right);
/* May somebody hold a post of this role in such a unit? Refused: INVALID (role). */
bool role_check(const struct pack *p, struct str role, struct str unit_kind,
                struct err *e) MUST_USE;
bool role_held_in(const struct role *r, struct str unit_kind); /* is there such a post there? */
/* The kind whose cards come first on the dashboard of such a unit: its own, or the district. */
const struct unit_kind *pack_cards_of(const struct pack *p, struct str unit_kind);
/* May a unit of this kind lie under one of kind `parent` (empty: under none)? Refused: INVALID
 * (kind, parent). */
bool unit_kind_check(const struct pack *p, struct str kind, struct str parent,
                     struct err *e) MUST_USE;

/* A procedure as a picture and as text. lang: "zh" or "en". */
struct str pack_show_svg(struct arena *a, const struct proc *def, struct str lang);
struct str pack_show_text(struct arena *a, const struct proc *def, struct str lang);

/* Walk every reachable abstract state: each step × parts' steps × counters. Faults as above: dead
 * end, a state that nobody can leave, an end reached without the check that the pack demands. */
bool proc_walk(struct arena *a, const struct proc *def, struct val *faults) MUST_USE;

/* The calendar that the pack brings; NULL, with the reason, if it cannot be read. */
struct calendar *pack_calendar(struct arena *a, const struct pack *p, struct err *e);

/* Run the cases of one .test.yaml; list of {case, of, file, line, ok, what, refuses}. */
bool pack_cases(struct arena *a, const struct pack *p, struct str file, struct str text,
                struct val *results) MUST_USE;
/* After all its files: adds a failure for each mechanism and kind of gathering of this pack (not of
 * its parents) that has no case, or none in which something is refused. */
bool pack_tested(struct arena *a, const struct pack *p, struct val *results) MUST_USE;

#endif
