/*
 * import_noun.h - what a row of a spreadsheet may be. IMPORT_NOUN() registers one beside its
 * function.
 */
#ifndef IMPORT_NOUN_H
#define IMPORT_NOUN_H

#include "civic/facts.h"
#include "civic/import.h"

struct import_row {
    const struct str *value; /* by field, in the order of the noun's fields; "" if empty */
    const struct val *facts; /* {name: text} of what the pack asks for and the row says */
    int64_t line;
    const struct import_job *job;
};

struct import_noun {
    const char *name;
    const char *right; /* of those who may do this in the browser */
    const struct import_field *field;
    size_t n_fields;
    /* How many lists of facts the pack has for this noun, and each of them; NULL: none. */
    int (*asks)(const struct pack *p, int which, struct facts_ask *out);
    const char *needs_any; /* "title, body": for the sentence; NULL: nothing */
    /* Writes one row; *skipped if it is there already. A refusal's field names the column. */
    bool (*put)(struct desk *k, const struct import_row *row, bool *skipped, struct err *e);
};

#define IMPORT_NOUN(fn, ...)                                                                    \
    static bool fn(struct desk *k, const struct import_row *row, bool *skipped, struct err *e); \
    static const struct import_noun fn##_noun = {.put = fn, __VA_ARGS__};                       \
    LIST_ADD(import_nouns, struct import_noun, fn##_noun);                                      \
    static bool fn(struct desk *k, const struct import_row *row, bool *skipped, struct err *e)

#define NEED(field)                   \
    {                                 \
        .name = (field), .need = true \
    }
#define ONE_OF(field)                   \
    {                                   \
        .name = (field), .any_of = true \
    }
#define MAY(field)      \
    {                   \
        .name = (field) \
    }

#define IMPORT_FIELDS(...)                      \
    (const struct import_field[]){__VA_ARGS__}, \
        .n_fields = COUNT(((const struct import_field[]){__VA_ARGS__}))

LIST_DECLARE(import_nouns, struct import_noun);

struct import_fault {
    int64_t line;
    struct str column, value;
};
/* One rejected row into the report: {line, column, value, reason}, and message, arg1, arg2 for its
 * sentence in another language. */
void import_reject(struct desk *k, struct import_report *out, const struct import_fault *f,
                   const struct err *why);

/* Refused if a spreadsheet has turned a long number into 3.4E+17. */
bool import_digits(struct str s, const char *field, struct err *e) MUST_USE;
/* Is s the name or what screens call it? */
bool import_is_called(struct str s, struct str name, const struct title *title);
/* A channel by its name or by what screens call it; empty if there is none. */
struct str import_channel(const struct desk *k, struct str s);

/* Polygons from GeoJSON for units that are there, keyed by their codes; within a job. */
bool import_areas(struct desk *k, const struct import_job *job, struct import_report *out,
                  struct err *e) MUST_USE;

/* The sheet, and the row that names its columns: the first, but for titles above the table (one
 * cell that names no column, over a row of several). */
bool import_open(const struct desk *k, const struct import_job *job, struct sheet **s,
                 struct cells *header, struct err *e) MUST_USE;

const struct import_noun *import_noun_find(struct str name); /* or NULL */

#endif
