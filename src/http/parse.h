/*
 * parse.h - what a request says, taken apart: percent code, forms, uploads, cookies, Accept.
 *
 * Ours and therefore fuzzed (tests/fuzz/http.c). Everything is bounded, and every text that comes
 * out is valid UTF-8 without NUL, except the bytes of uploads. Views point into the input or the
 * arena.
 */
#ifndef PARSE_H
#define PARSE_H

#include "http/page.h"

#define FIELDS_MAX     500
#define FILES_MAX      20
#define FIELD_NAME_MAX 100

struct sent { /* what was sent under one name, once */
    struct str name;
    struct val val; /* VAL_STR; from JSON any kind */
    struct sent *next;
};

struct form {
    struct arena *a;
    struct sent *first, *last;
    size_t fields;
    struct upload *files, *last_file;
    size_t n_files;
};

/* False if a % is not followed by two hex digits, or what comes out is no valid text. */
bool percent_decode(struct arena *a, struct str s, bool plus_is_blank, struct str *out) MUST_USE;
void percent_encode(struct buf *b, struct str s); /* all but letters, digits and -._~/ */

/* Each adds to the form. Refused: INVALID (malformed), TOO_LARGE (too many fields or files). */
bool form_query(struct form *f, struct str query, struct err *e) MUST_USE;
bool form_multipart(struct form *f, struct str boundary, struct str body, struct err *e) MUST_USE;
bool form_json(struct form *f, struct str body, struct err *e) MUST_USE;
/* The one of the three that Content-Type names; a body of another type is refused. */
bool form_body(struct form *f, struct str content_type, struct str body, struct err *e) MUST_USE;
const struct sent *form_find(const struct form *f, struct str name); /* or NULL */

struct str cookie_get(struct str header, struct str name); /* "" if there is none */
bool accept_json(struct str accept); /* JSON is named before (or without) HTML */
struct str
accept_lang(struct str header); /* "zh" or "en", whichever is wanted more; "zh" if neither */
/* The value of a parameter of a header ("form-data; name=x; filename=\"y\""), "" if absent. */
struct str header_param(struct arena *a, struct str header, struct str name);
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);

#endif
