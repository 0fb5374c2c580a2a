/*
 * gathering.h - people meet, in person or online: meeting, lecture, class, test, survey, contest.
 *
 * It is prepared (draft: its roll may still be changed), called (the notice goes out and the roll
 * is frozen: 应到), opened, and closed; or cancelled. A kind without a body has no roll: it is
 * called as soon as it is prepared. Each change is an event of the gathering's own ledger; `seen`
 * is the seq of the last event that the person saw, 0: any; if it has moved on since, CONFLICT.
 *
 * Whoever holds a post that the kind names in `who`, in the gathering's unit, runs it.
 */
#ifndef GATHERING_H
#define GATHERING_H

#include "civic/unit.h"
#include "pack/kind.h"

struct gathering {
    int64_t id;
    struct str kind, def_hash, title, place;
    bool online;
    struct val *fields; /* what the pack asks, by name */
    int64_t unit_id;
    struct str unit_path;
    int64_t opener_id;
    struct str state; /* draft, called, open, closed, cancelled */
    int64_t prepared_at, called_at, starts_at, ends_at, opened_at, closed_at, changed_at;
    int64_t capacity;      /* of those who sign up; 0: no bound */
    int64_t should_attend; /* the frozen roll */
    int64_t present;       /* of the roll or of those who came with a code, proxies included */
    int64_t heads;         /* counted, where there is no roll; one of the two is always 0 */
    struct val *numbers;   /* what else it counted: contestants, sat, passed, asked */
    struct head head;
    struct str counts;                /* its entries, as tally.c lists them */
    const struct gathering_kind *def; /* today's; NULL if the pack has none of that name any more */
    bool fresh;                       /* not in the database yet */
};

/* present or heads: whichever way it was taken. */
int64_t gathering_attendance(const struct gathering *g);
bool gathering_in(const struct gathering *g, const char *state);

struct gathering_new {
    struct str kind, title, place;
    bool online;
    int64_t unit_id;            /* 0: the first of the actor's that may call one */
    int64_t starts_at, ends_at; /* ends 0: two hours later */
    int64_t capacity;
    const struct val *fields; /* may be NULL */
};

/* Refused: INVALID (no such kind, a field, a start in the past where notice is due), DENIED. */
bool gathering_prepare(struct desk *k, const struct gathering_new *n, struct gathering *out,
                       struct err *e) MUST_USE;

/* NOT_FOUND also for who may not know of it. */
bool gathering_load(struct desk *k, int64_t id, struct gathering *g, struct err *e) MUST_USE;
bool gathering_visible(struct desk *k, const struct gathering *g);
/* May the actor call, open and close it? */
bool gathering_runs(const struct desk *k, const struct gathering *g);
/* Does this post call gatherings of the kind, in its own unit? */
bool gathering_caller(const struct desk *k, const struct gathering_kind *def,
                      const struct holding *h);
/* gathering_load for who runs it, in the state that is asked ("": any) and as it was `seen`. */
bool gathering_take(struct desk *k, int64_t id, int64_t seen, const char *state,
                    struct gathering *g, struct err *e) MUST_USE;

/* The first moment at which it may begin if it is called now. */
int64_t gathering_earliest(struct desk *k, const struct gathering *g);

/* The notice: freezes the roll. Refused where the time until the start is too short. */
bool gathering_call(struct desk *k, int64_t id, int64_t seen, struct err *e) MUST_USE;
/* To another time or place; its notice time runs anew. Everybody on it is told. */
struct gathering_move {
    int64_t starts_at, ends_at; /* ends 0: as long as it was to last */
    struct str place, reason;   /* place empty: as it was */
};
bool gathering_move(struct desk *k, int64_t id, int64_t seen, const struct gathering_move *to,
                    struct err *e) MUST_USE;
bool gathering_cancel(struct desk *k, int64_t id, int64_t seen, struct str reason,
                      struct err *e) MUST_USE;
/* From an hour before its start, and not before its notice has run. */
bool gathering_open(struct desk *k, int64_t id, int64_t seen, struct err *e) MUST_USE;
/* heads: of a kind whose heads are counted; -1: not given. Fields: what the kind asks at the end.
 * Refused while a motion is being voted on. One that needs no opening is closed from `called`. */
bool gathering_close(struct desk *k, int64_t id, int64_t seen, int64_t heads,
                     const struct val *fields, struct err *e) MUST_USE;

/* Row, entries, and one event with it. For civic/ and what belongs to gatherings. */
void gathering_save(struct desk *k, struct gathering *g, struct str kind, struct val *content);

/*
 * Lists, by start, newest first; each row as gathering_row_view(): {id, kind, kind_title, icon,
 * title, unit, unit_id, place, online, state, starts_at, ends_at, day, hour, should_attend,
 * present, heads, attendance}. `next` and `next_at` are what to pass as before and before_at.
 */
struct gathering_filter {
    int64_t unit_id; /* subtree; 0: the whole district */
    struct str kind, state;
    int64_t from_ms, to_ms;    /* of the start; 0: any */
    int64_t before_at, before; /* 0: from the newest */
    bool is_public;            /* only those that everybody may see */
    int64_t most;              /* 0: LIST_ROWS */
};
void gathering_row_view(struct desk *k, const struct gathering *g, struct val *row);
/* How many entries were left out is not said; refused (DENIED) where the actor may not look. */
bool gathering_list(struct desk *k, struct gathering_filter *f, struct val *rows,
                    struct err *e) MUST_USE;
/* Those that the person has a seat in and that have not ended, soonest first. */
void gathering_mine(struct desk *k, struct val *rows);

/* What the actor has earned by being there, this year. */
int64_t gathering_credits(struct desk *k);

/* What falls due by rhythm: {kind, title, unit, unit_id, from, to} for each unit of the actor's
 * whose kind of gathering has not been held or called in this period; `most` at most. */
void gathering_due(struct desk *k, struct val *rows, int most);

/* The same of one unit, whoever asks, each with {missed: bool}: also what was missed, as it was not
 * held in the whole period before this one. */
void gathering_due_of(struct desk *k, const struct unit *u, struct val *rows);

/* What was recorded of it, newest first: {kind, at, who, reason}. */
void gathering_events(struct desk *k, const struct gathering *g, struct val *list);

#define GATHERING_COLUMNS                                                                      \
    "g.id, g.kind, g.def_hash, g.title, g.place, g.online, g.fields, g.unit_id, g.unit_path, " \
    "g.opener_id, g.state, g.prepared_at, g.called_at, g.starts_at, g.ends_at, g.opened_at, "  \
    "g.closed_at, g.changed_at, g.capacity, g.should_attend, g.present, g.heads, g.numbers, "  \
    "g.seq, g.head, g.counts"
#define GATHERING_COLUMN_COUNT 26
void gathering_read_row(struct desk *k, const struct rows *r, struct gathering *g);

#endif
