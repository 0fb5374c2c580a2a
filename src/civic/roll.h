/*
 * roll.h - who is kept count of by name beside those who hold posts: households, members by kind,
 * talents.
 *
 * The pack says which rolls there are, of what, and what becomes of an entry (pack/roll.h); a unit
 * keeps its entries. Every change is an event of the entry's own ledger and says how the entry is
 * then, so that verify can make the row again. What is personal is sealed under the entry's id: it
 * is shown masked, in clear one by one with a reason (roll_reveal), and gone for ever once the
 * entry is erased.
 */
#ifndef ROLL_H
#define ROLL_H

#include "civic/look.h"
#include "civic/unit.h"

struct roll_entry {
    int64_t id, unit_id, person_id, about_unit_id, keeper_id, post_id;
    int64_t area, people, born; /* area in 0.01 m²; born: the year */
    int64_t from_at, duty_at;
    struct roll_now now; /* kind, state, moments */
    struct str roll, unit_path, building, label, same;
    struct str name_sealed, phone_sealed, personal_sealed;
    struct str asked, asked_sealed; /* correction, erasure: what who is on it asks for */
    const struct val *fields;       /* not personal; NULL: none */
    const struct roll *def;         /* NULL: the pack has no such roll any more */
    int64_t seq;
    bool fresh;
};

/* ---- who may --------------------------------------------------------------- */

bool roll_keeps(const struct desk *k, const struct roll *def, struct str path);
bool roll_recommends(const struct desk *k, const struct roll *def, struct str path);
/* May the actor see this entry at all? Who is on it may, too. */
bool roll_visible(const struct desk *k, const struct roll_entry *e);
bool roll_is_self(const struct desk *k, const struct roll_entry *e);

/* ---- reading --------------------------------------------------------------- */

bool roll_entry_load(struct desk *k, int64_t id, struct roll_entry *out, struct err *e) MUST_USE;
/* … as NOT_FOUND unless it is visible; CONFLICT if seen is not 0 and not its seq. */
bool roll_entry_take(struct desk *k, int64_t id, int64_t seen, struct roll_entry *out,
                     struct err *e) MUST_USE;
void roll_save(struct desk *k, struct roll_entry *e, struct str kind, struct val *content);
/* Ends it with this outcome, if it has not ended, or puts the outcome in place of the other; what
 * follows from being active ends with it. The caller saves. */
void roll_leave(struct desk *k, struct roll_entry *e, struct str outcome);
/* What figures count of it: choices and numbers; words that somebody typed are left out. */
struct val *roll_countable(struct desk *k, const struct roll_entry *e);

/* ---- writing --------------------------------------------------------------- */

struct roll_new {
    struct str roll, kind;
    const struct unit *unit;
    int64_t person, about, keeper;           /* ids, 0: none */
    bool self;                               /* the actor joins */
    struct str building, label, name, phone; /* name, phone: in clear */
    int64_t area, people;
    const struct val *said; /* what the pack asks, personal fields in clear; NULL: nothing */
};
/* The same again in the same unit is no change: *added false. Refused: INVALID (roll, unit, label,
 * area, people, kind, name, phone, what is asked), CONFLICT (on the roll already, elsewhere or as
 * another kind), DENIED. *id may be NULL. */
bool roll_add(struct desk *k, const struct roll_new *n, int64_t *id, bool *added,
              struct err *e) MUST_USE;

struct roll_step { /* what is done to an entry; seen: its seq, 0: whatever it is */
    int64_t id, seen;
    struct str what; /* an action, or a kind */
    const struct val *said;
};
/* An action of its state. Refused: INVALID (what it asks), CONFLICT, DENIED, NOT_FOUND; so below.
 */
bool roll_do(struct desk *k, const struct roll_step *s, struct err *e) MUST_USE;
bool roll_set_kind(struct desk *k, const struct roll_step *s, struct err *e) MUST_USE;
/* person 0: nobody is in charge any more. */
bool roll_set_keeper(struct desk *k, const struct roll_step *s, int64_t person,
                     struct err *e) MUST_USE;
/* It still holds: by who keeps the roll, or is in charge of the entry. */
bool roll_confirm_it(struct desk *k, const struct roll_step *s, struct err *e) MUST_USE;
/* said: name, phone and what is asked; what is not said stays. */
bool roll_change(struct desk *k, const struct roll_step *s, struct err *e) MUST_USE;
/* It holds no longer from now on. Refused also: INVALID (reason). */
bool roll_end(struct desk *k, int64_t id, struct str reason, struct err *e) MUST_USE;
/* Ends what has run out, at its own time; how many. */
int roll_expire(struct desk *k, int most);

/* ---- lists ----------------------------------------------------------------- */

/* Of the unit's subtree: buildings as {building, n, people}. */
void roll_buildings(struct desk *k, struct str roll, struct str unit_path, struct val *list);
/* Of one building of the subtree: {id, label, unit_id, name, phone (masked), people, area: "89.56"
 * or ""}. */
void roll_list(struct desk *k, const struct roll_entry *of, struct val *list);

struct roll_filter {
    const struct roll *def;
    struct str unit_path, kind, state; /* empty: all that have not ended */
    bool review;                       /* only those that are to be confirmed again */
    bool asked;                        /* only those that somebody asks something of */
    int64_t after, most;
};
/* Rows {id, name, phone (masked; name "" if erased), label, kind, kind_title, state, state_title,
 * unit, unit_id, keeper, review (a day), stale, ask: correction, erasure or ""}; false if there are
 * more than `most`. */
bool roll_rows(struct desk *k, const struct roll_filter *f, struct val *rows);
/* Rows {name, title, n} of kinds, in the pack's order, as far as somebody is one. */
void roll_kinds(struct desk *k, const struct roll *def, struct str unit_path, struct val *list);
struct roll_count {
    int64_t n, waiting, review, asked; /* on it; not active; to be confirmed again; asked for */
};
void roll_count(struct desk *k, const struct roll *def, struct str unit_path,
                struct roll_count *out);
/* The actor's own entries, as roll_rows(), with roll_title and at. */
void roll_own(struct desk *k, struct val *rows);
/* Those that the actor is in charge of and that are to be confirmed again, 100 at most; how many.
 * rows NULL: they are only counted. */
int64_t roll_in_charge(struct desk *k, struct val *rows);
/* Of the rolls that the actor keeps: what nobody is in charge of and is to be confirmed again, and
 * what is past its day under another. Rows {roll, roll_title, unit, unit_id, n, stale}; how many
 * entries. rows NULL: they are only counted. */
int64_t roll_reviews(struct desk *k, struct val *rows);

/* One entry: as a row, with {seen, roll, roll_title, purpose, way, erased, keeper_id, since,
 * active_since, to_review, until, ask_words, fields: [{name, title, value}], sealed: [{name, title
 * ("" of name and phone), value: masked but for who it is, there: bool}]}. */
void roll_entry_view(struct desk *k, const struct roll_entry *e, struct val *v);
/* Its ledger {at, kind, who, field, what, reason, state_title, kind_title}, oldest first. */
void roll_entry_events(struct desk *k, const struct roll_entry *e, struct val *list);
/* The actions that this actor may take now: as many as its state has at most. */
void roll_offers(struct desk *k, const struct roll_entry *e, const struct roll_action **list,
                 int *n);

/* ---- what is personal -------------------------------------------------------- */

/* name, phone or a personal field in clear, with the reason why; right personal.reveal there, or
 * who keeps the roll. Leaves its trace. Who is on it sees their own without. */
bool roll_reveal(struct desk *k, const struct reveal *ask, struct str *plain,
                 struct err *e) MUST_USE;
/* Who is on it asks for a correction or for erasure; once at a time. */
bool roll_ask(struct desk *k, const struct roll_step *s, struct str words, struct err *e) MUST_USE;
/* The keeper's answer; what: yes or no. Yes to an erasure erases it. */
bool roll_answer(struct desk *k, const struct roll_step *s, struct str words,
                 struct err *e) MUST_USE;
/* Destroys the keys of the entry, and of the person unless they still hold a post or stand on
 * another roll. Counts and year of birth stay. */
bool roll_erase(struct desk *k, const struct roll_step *s, struct str reason,
                struct err *e) MUST_USE;
struct str roll_opened(struct desk *k, const struct roll_entry *e, struct str sealed);

/* Every row against its ledger: adds {subject, seq, what}. */
void rolls_verify(struct desk *k, struct val *faults);

/* ---- who somebody is: roll_person.c -------------------------------------------- */

struct identity {
    int32_t born_day; /* INT32_MIN: not known */
    struct str same;  /* a keyed hash */
};
/* Refused: INVALID (phone, id_number, birth_date). fields: name, phone, id_number, birth_date in
 * clear, as far as they are known. */
bool identity_of(struct desk *k, const struct val *fields, const struct unit *u,
                 struct identity *out, struct err *e) MUST_USE;
/* As screens show it: 张**, 138****2046, 1990-**-**. */
struct str personal_mask(struct arena *a, struct str field, struct str plain);

/* "89.56" or "90" as hundredths, within 12 digits; false if it is neither. */
bool hundredths_read(struct str s, int64_t *out);
struct str hundredths_text(struct arena *a, int64_t n);
struct str area_text(struct arena *a, int64_t n); /* "89.56 m²" */

#endif
