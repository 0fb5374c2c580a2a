/*
 * seat.h - who should attend a gathering, and who is there.
 *
 * A seat is one place on the roll: of a person who holds a post, of an entry of a roll (a
 * household), or of somebody who signed up. The roll is written when the gathering is called and
 * is not changed after. Presence is taken by the phone (the six digits shown in the room), by the
 * clerk's roll call, or through a proxy; counts stand in the gathering's row and follow.
 *
 * Somebody without a login acts by the code of their seat, "37-K7QPM2XH": number and a keyed hash,
 * which is stored nowhere.
 */
#ifndef SEAT_H
#define SEAT_H

#include "civic/gathering.h"

struct seat {
    int64_t gathering_id, n;
    struct str part; /* member, attendee, contestant, judge */
    int64_t person_id, unit_id, roll_entry_id;
    struct str name;
    int64_t area;     /* 0.01 m², of owners */
    struct str state; /* "" expected, present, excused, waiting, left */
    struct str way;   /* how presence was taken: code, roll, proxy */
    int64_t at;
    int64_t proxy_n; /* the seat that stands for it; 0: none */
};

/* Writes the roll of a gathering that is being called; how many. */
int64_t seats_freeze(struct desk *k, const struct gathering *g);
/* The frozen roll as a hash of who stands where on it, told with the call. */
struct str seats_digest(struct desk *k, int64_t gathering);
/* How many would be on it now. */
int64_t seats_expected(struct desk *k, const struct gathering *g);
/* One more, while the gathering is a draft (or when somebody signs up): its n. Not recorded. */
int64_t seat_put(struct desk *k, const struct gathering *g, const struct seat *s);

bool seat_load(struct desk *k, int64_t gathering, int64_t n, struct seat *out,
               struct err *e) MUST_USE;
/* The actor's own seat in it; false if there is none. */
bool seat_own(struct desk *k, int64_t gathering, struct seat *out);
struct str seat_code(struct desk *k, int64_t gathering, int64_t n);
bool seat_by_code(struct desk *k, int64_t gathering, struct str typed, struct seat *out,
                  struct err *e) MUST_USE;

/* The address of a person's own calendar, "PERSON-SECRET", and back; 0: it is none. */
struct str feed_of_person(struct desk *k, int64_t person);
int64_t person_of_feed(struct desk *k, struct str code);

/* What is shown in the room now, changing every ten minutes; the one before still holds. */
struct str room_code(struct desk *k, const struct gathering *g);
bool room_code_is(struct desk *k, const struct gathering *g, struct str typed);

/* "I am here": by login, by the seat's own code, or by the name on the roll; with the room's code.
 * Where anybody may come, one without a seat gets one (out->n); where people sign up, a guest says
 * first that they had not (`fresh`), so that nobody is counted twice. Refused: INVALID (code, name,
 * seat), CONFLICT (not open), NOT_FOUND. Twice is once. */
struct seat_here {
    int64_t gathering;
    struct str room, name, seat; /* seat: its code; name: where there is neither login nor code */
    bool fresh;
};
bool seat_sign_in(struct desk *k, const struct seat_here *here, struct seat *out,
                  struct err *e) MUST_USE;

/* The clerk's roll call: present, excused or expected again ("") of these seats. */
struct seat_mark {
    int64_t gathering, seen;
    const int64_t *n;
    size_t count;
    struct str state, reason;
};
bool seat_mark(struct desk *k, const struct seat_mark *mark, struct err *e) MUST_USE;

/* `to` stands for `n`; to 0: nobody any more. By who runs it, or by the seat's own holder. */
bool seat_proxy(struct desk *k, int64_t gathering, int64_t n, int64_t to, struct err *e) MUST_USE;

/* Somebody who wants to come. Waiting where it is full; who signs off makes room for the first who
 * waits. A guest is kept as 李** and their seat's code; by that code they take again the seat that
 * they had left. Twice is once. */
struct seat_wish {
    int64_t gathering;
    struct str name, seat; /* of a guest: one of them */
};
bool seat_sign_up(struct desk *k, const struct seat_wish *wish, struct seat *out,
                  struct err *e) MUST_USE;
bool seat_sign_off(struct desk *k, const struct seat *s, struct err *e) MUST_USE;

/* Everybody on it who has a login, and the outbox: kind called, moved, cancelled, place (one who
 * waited has one now). */
void seats_tell(struct desk *k, const struct gathering *g, struct str kind);

/* Every gathering, its seats, papers, sheets, marks and ranking, against its events: {subject, seq,
 * what} where they differ. */
void gatherings_verify(struct desk *k, struct val *faults);

/* Rows {n, part, name, unit, state, way, at, proxy_n, proxy_name, code} from n on; `state` empty:
 * all, words: in the name. code only for who runs it. */
struct seat_filter {
    struct str state, words;
    int64_t after, most;
    bool codes;
};
void seats_view(struct desk *k, const struct gathering *g, const struct seat_filter *f,
                struct val *rows);

#define SEAT_COLUMNS                                                                         \
    "s.gathering_id, s.n, s.part, s.person_id, s.unit_id, s.roll_entry_id, s.name, s.area, " \
    "s.state, s.way, s.at, s.proxy_n"
void seat_read_row(const struct rows *r, struct seat *s);

#endif
