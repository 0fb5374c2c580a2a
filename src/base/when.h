/*
 * when.h - moments and days.
 *
 * A moment is int64_t milliseconds since 1970 UTC, named ..._ms or ..._at. A
 * day is int32_t days since 1970-01-01 on the Shanghai calendar. China has kept
 * UTC+8 without summer time since 1991, so local time is plain arithmetic.
 */
#ifndef WHEN_H
#define WHEN_H

#include "base/str.h"

#define SECOND_MS ((int64_t)1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

struct civil {
    int year, month, day; /* 2026, 1-12, 1-31 */
    int hour, minute, second;
};

int32_t day_of(int64_t at_ms);     /* the Shanghai day that holds the moment */
int64_t day_start_ms(int32_t day); /* its 00:00 in Shanghai */
int day_weekday(int32_t day);      /* 1 Monday … 7 Sunday */
int32_t day_from(int year, int month, int day);

struct civil civil_of(int64_t at_ms);    /* Shanghai wall time */
int64_t civil_ms(const struct civil *c); /* and back; fields in range */

/* "2026-11-21 09:30:00", "2026-11-21 09:30", "2026-11-21" (midnight), with '/' for '-' and 'T'
 * for the blank, one-digit months and hours allowed, as spreadsheets write them, or a letter of
 * Chinese after each number. Shanghai time, unless a Z or +08:00 follows. Years 1900 to 2199; days
 * that do not exist are refused. */
bool when_parse(struct str s, int64_t *at_ms) MUST_USE;

struct str when_text(struct arena *a, int64_t at_ms);   /* 2026-11-21 09:30:00 */
struct str when_minute(struct arena *a, int64_t at_ms); /* 2026-11-21 09:30 */
struct str day_text(struct arena *a, int32_t day);      /* 2026-11-21 */

/* The machine's clock. Only http/, cmd/ and jobs call it, once per request. */
int64_t when_now(void);
/* Milliseconds that only go forward, from no day in particular: for waiting, never for a record. */
int64_t when_steady(void);

#endif
