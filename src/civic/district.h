/*
 * district.h - one district, loaded whole: pack, calendar, units, areas, keys, model.
 */
#ifndef DISTRICT_H
#define DISTRICT_H

#include "civic/unit.h"

/* Where a district's files and database are: --data DIR, or --database URL with DIR for the keys.
 */
struct place_of_data {
    const char *dir;      /* holds yingshao.db, keys, search.db */
    const char *database; /* NULL: DIR/yingshao.db */
};

/* Makes folder, keys, schema, the district's row and root unit. CONFLICT if there is one already.
 */
bool district_init(struct arena *a, const struct place_of_data *where, int64_t code,
                   struct str pack, int64_t now, struct err *e) MUST_USE;

/*
 * Opens the database (db_open, migrated) and loads everything. code 0: the only district there.
 * Refused (CONFIG-like INVALID) with the reason: no data, a pack with faults, keys missing.
 */
bool district_load(struct arena *a, const struct place_of_data *where, int64_t code, struct db **db,
                   struct district **out, struct err *e) MUST_USE;

/* Further connections of the same place, for readers. */
bool district_connect(struct arena *a, const struct place_of_data *where, struct db **db,
                      struct err *e) MUST_USE;

/* Units, posts, areas, model and calendar again, into the same district (commands only). */
void district_refresh(struct arena *a, struct db *db, struct district *d);

/*
 * What is held in memory has a generation in the database: whoever changes units, areas, posts,
 * logins, calendar or model raises it in the same transaction (district_raise), whichever process
 * it is. A server looks once a second whether it is still the one it has read.
 */
void district_raise(struct desk *k);

/*
 * The district as the data say now, in an arena of its own; *out NULL while they are those that
 * `was` was read from. It shares with `was` what lives as long as the process: pack, keys, ids,
 * tally, search. Refused if the data cannot be read; `was` goes on then.
 */
bool district_renew(const struct district *was, struct db *db, struct district **out,
                    struct err *e) MUST_USE;
/* Gives a renewed district back; one from district_load() lives as long as its arena. */
void district_drop(struct district *d);

/* A desk for the program itself: commands, jobs. */
struct desk district_desk(struct district *d, struct db *db, struct arena *a, int64_t now);

/* May who sits at the desk do this to what lies at path? The program itself may do everything. */
bool desk_may(const struct desk *k, struct str right, struct str path, struct err *e) MUST_USE;

struct str setting_get(struct desk *k, struct str name); /* empty if not set */
void setting_put(struct desk *k, struct str name, struct str value);

/* The classifier of the district's subjects. Within a write. */
void district_put_model(struct desk *k, struct str bytes);

#endif
