/*
 * amount.h - money, exactly: whole fen in an int64_t, in yuan where people write and read it.
 *
 * A line is a name with its amount ("Paving 12,345.60"); a field of kind lines has some of them.
 */
#ifndef PROC_AMOUNT_H
#define PROC_AMOUNT_H

#include "val/val.h"

#define AMOUNT_MAX ((int64_t)9999999999999) /* fen: 99,999,999,999.99 */
#define LINES_MAX  50

enum amount { AMOUNT_OK, AMOUNT_WRONG, AMOUNT_NEGATIVE, AMOUNT_TOO_LARGE };

/* "12345", "12,345.6", "12345.60"; a number in JSON or YAML is whole yuan. */
enum amount amount_read(const struct val *v, int64_t *fen);
struct str amount_text(struct arena *a, int64_t fen); /* "12,345.60" */

struct line {
    struct str text;
    int64_t fen;
};

/* A text with a line each, the amount last, or a list of {text, money}. How many; -n if the n-th is
 * wrong, LINES_MAX + 1 if they are more. */
int lines_read(const struct val *v, struct line line[LINES_MAX]);

#endif
