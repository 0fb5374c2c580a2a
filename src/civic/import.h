/*
 * import.h - spreadsheets of units, people, matters and days, and polygons, into the district.
 *
 * Every row is accepted, rejected (with line, column, value and reason) or skipped because it is
 * there already; the three add up to the file's rows. Rows go in batches, each one transaction: a
 * run that is broken off can be run again and skips what it had done.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "civic/district.h"
#include "form/csv.h"

#define IMPORT_ERRORS_MAX 10000 /* kept in the report; all are counted */

struct import_map { /* --map FIELD=COLUMN */
    struct str field, column;
};

struct import_job {
    struct str noun; /* units, people, areas (GeoJSON), rolls, questions, matters, calendar */
    struct str bytes;
    const struct import_map *map;
    size_t maps;
    struct str channel; /* of matters without a column for it; empty: order_12345 */
    enum datum datum;
    struct str key; /* of areas: the property that holds the unit's code; empty: code */
    bool dry_run;
    void (*progress)(void *arg, int64_t rows); /* every 10,000 rows; may be NULL */
    void *arg;
};

struct import_report {
    int64_t accepted, rejected, skipped;
    struct val *errors;   /* list of {line, column, value, reason} */
    struct val *overlaps; /* of areas that were taken: list of {a, b, m2}; else NULL */
};

/*
 * Refused as a whole: no such noun (field "noun"), a field that is none or has two columns
 * ("field"), not a spreadsheet, a needed column that is not there (names it); what was taken before
 * a fault in the file stands in the report. A dry run does everything in one transaction and takes
 * it back. k->db must not be inside a transaction. The reasons are in English; the caller
 * translates.
 */
bool import_run(struct desk *k, const struct import_job *job, struct import_report *out,
                struct err *e) MUST_USE;

/* The same within the caller's job: each row is a piece of it (db_try). For what a page is sent. */
bool import_run_inside(struct desk *k, const struct import_job *job, struct import_report *out,
                       struct err *e) MUST_USE;

/* What a row may say. NULL for areas and for what is no noun. */
struct import_field {
    const char *name;
    bool need;                 /* the column must be there */
    bool any_of;               /* one of these must be there */
    const struct title *title; /* of a fact that the pack asks for (pack/facts.h); else NULL */
};
#define IMPORT_FIELDS_MAX 60
const struct import_field *import_fields(const struct desk *k, struct str noun, size_t *n);

/* The right that a person needs who does this: somewhere, to begin at all, and where each row
 * belongs, or the row is rejected. NULL if there is no such noun. */
const char *import_right(struct str noun);

/* What a sheet has, before anything is run. Refused as import_run() does, and TOO_LARGE past
 * rows_max. */
struct import_peek {
    const struct str *header;
    size_t columns;
    int64_t rows;
    struct val *sample; /* list of {cells: [text]}, the first few */
};
bool import_peek(const struct desk *k, struct str noun, struct str bytes, int64_t rows_max,
                 struct import_peek *out, struct err *e) MUST_USE;
/* Which column of a header a field is, as import_run() finds it; -1: none. */
int import_column(const struct desk *k, const struct import_peek *p,
                  const struct import_field *field);

/* A file between two requests of the person who sent it, sealed; for a day at most, then it is
 * deleted and the key that it was sealed with destroyed. */
int64_t import_keep(struct desk *k, struct str bytes);
bool import_kept(struct desk *k, int64_t id, struct str part, struct str *text,
                 struct err *e) MUST_USE;
void import_keep_part(struct desk *k, int64_t id, struct str part, struct str text);

#endif
