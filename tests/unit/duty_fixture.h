/* duty_fixture.h - a district whose streets have duties, as a test says them. */
#ifndef DUTY_FIXTURE_H
#define DUTY_FIXTURE_H

#include "civic/duty.h"
#include "unit/civic_fixture.h"

#define RAISED "suggestion"

/* The pack of this town, in which each street has these duties. */
void streets_have(struct town *t, const struct duty_def *def, int n);
/* Nothing is made of what began before now. */
void duties_begin(struct town *t);
/* The clock goes on to a moment, and everything that has begun by then is made; how many rows. */
int64_t made_at(struct town *t, const char *when);
/* How many rows there are whose state is this; NULL: all. */
int64_t rows_in(struct town *t, const char *state);
/* Of the town's first street, the span that begins on this day. */
struct duty_key key_of(struct town *t, const char *name, const char *day);
void duty_is(struct town *t, const struct duty_key *key, const char *due, const char *shut);

#endif
