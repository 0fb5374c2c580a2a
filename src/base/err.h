/*
 * err.h - saying no.
 *
 * Three things can go wrong, and each has one answer:
 *
 *   the person asked for what may not be   refuse(), and the caller hears of it
 *   the machine failed                     die(), and nobody hears of it here
 *   the program is wrong                   assert(), likewise
 *
 * A function that may refuse returns bool, true for done, and takes the err
 * last. It is MUST_USE, so the compiler holds the caller to it. The first
 * refusal stands: callers pass it up as it is and do not reword it.
 *
 * The English sentence in the source is the sentence's name, as with gettext:
 * text/zh-CN.yaml has its Chinese under `refusals`, where {1}, {2} stand for
 * the first and second % of the English one. tools/texts fails on a sentence
 * without its Chinese.
 */
#ifndef ERR_H
#define ERR_H

#include "base/base.h"

enum err_kind {
    ERR_NONE,
    ERR_INVALID,   /* what was sent makes no sense; see err.field */
    ERR_DENIED,    /* this person may not do this */
    ERR_NOT_FOUND, /* no such thing, or none this person may know of */
    ERR_CONFLICT,  /* it changed meanwhile, or was done already */
    ERR_TOO_LARGE, /* a body, file or list past its bound */
    ERR_TOO_MANY,  /* too often in too short a time */
    ERR_BUSY,      /* try again in a moment: disk full, queue full */
    ERR_KIND_COUNT
};

#define ERR_ARGS_MAX 4

struct err {
    enum err_kind kind;
    const char *field;          /* form field at fault, or NULL; lives as long as what it names */
    const char *where;          /* file:line that refused, for the log only */
    const char *message;        /* the English format, which names the sentence */
    char arg[ERR_ARGS_MAX][80]; /* what its %s and %d stand for, in order; cut between characters */
    char text[240];             /* the sentence in English, filled in */
};

/* Always false, so that it reads: return refuse(e, ERR_DENIED, NULL, ...).
 * The format knows %s, %.*s, %d, %zu and %lld, and no flags or widths. */
#define refuse(e, kind, field, ...) (refuse_at(e, HERE, kind, field, __VA_ARGS__), false)
void refuse_at(struct err *e, const char *where, enum err_kind kind, const char *field,
               const char *fmt, ...) PRINTF_LIKE(5, 6);

#endif
