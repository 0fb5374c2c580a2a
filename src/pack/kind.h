/*
 * kind.h - what a kind of gathering lets happen, as far as its definition and a clock decide it.
 * Pure: civic/ holds the real gatherings by it, cases those of a .test.yaml.
 *
 * Refusals are INVALID, naming the field, or CONFLICT.
 */
#ifndef PACK_KIND_H
#define PACK_KIND_H

#include "pack/contest.h"
#include "pack/paper.h"

/* Is this post one of those? Whether its unit is the right one is the caller's to say. */
bool bodies_name(const struct body *body, int n, struct str role, struct str unit_kind);

/* Where there is a roll or a notice, people must be able to learn of it beforehand; what was open
 * to all may be written down afterwards. */
bool kind_needs_notice(const struct gathering_kind *def);
/* What is open to all, or has a paper, needs nobody who opens it: it begins when it was to. */
bool kind_opens_itself(const struct gathering_kind *def);

/* The first moment at which it may begin if it is called at `from_ms`: N days of notice are N times
 * 24 hours; working time is the calendar's. */
int64_t kind_earliest(const struct gathering_kind *def, const struct calendar *cal,
                      int64_t from_ms);
bool kind_notice_check(struct arena *a, int64_t starts_ms, int64_t earliest_ms,
                       struct err *e) MUST_USE;
/* From when on it can be opened: an hour before its start, and not before its notice has run. */
int64_t kind_doors(const struct gathering_kind *def, const struct calendar *cal, int64_t called_ms,
                   int64_t starts_ms);

/* way: ATTEND_CODE or ATTEND_ROLL. */
bool kind_takes_check(const struct gathering_kind *def, unsigned way, struct err *e) MUST_USE;
/* Heads are counted where there is no roll; the two are never added. heads -1: not given. */
bool kind_heads_check(const struct gathering_kind *def, int64_t heads, struct err *e) MUST_USE;
/* stands: for how many others this seat stands already. */
bool kind_proxy_check(const struct gathering_kind *def, int64_t stands, struct err *e) MUST_USE;

/* hands, roll, ballot, paper; by_area: what is owned counts as well. */
bool kind_method_check(const struct gathering_kind *def, struct str method, bool by_area,
                       struct err *e) MUST_USE;

/* ---- contests ------------------------------------------------------------ */

/* Why a judge does not mark a contestant: "self", "unit"; NULL: they may. */
const char *contest_conflict(const struct contest *c, bool self, bool own_unit);

/* ---- surveys and tests ---------------------------------------------------- */

/* In full per cent, rounded down; 0 of nothing. */
int64_t whole_percent(int64_t part, int64_t whole);

/* Are there enough questions of each kind? */
bool paper_bank_check(const struct paper *p, struct str bank, const int there[PAPER_KINDS],
                      struct err *e) MUST_USE;
/* Until when somebody who opens the test now may answer. */
int64_t paper_due(const struct paper *p, int64_t begun_ms, int64_t ends_ms);
bool paper_passed(const struct paper *p, int64_t mark, int64_t full_mark);
/* Who holds this role may ask at the door. */
bool paper_asked_by(const struct paper *p, struct str role);
/* What was answered to one question of a survey; NULL or empty: nothing. */
bool paper_answer_check(const struct field *f, const struct val *v, struct err *e) MUST_USE;

#endif
