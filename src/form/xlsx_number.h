/*
 * xlsx_number.h - a spreadsheet's numbers as people see them, and its dates, which are numbers too.
 *
 * Source: ECMA-376 part 1, 18.8.30 (number formats, with the Chinese built-in ones), 18.17.4
 * (dates).
 */
#ifndef XLSX_NUMBER_H
#define XLSX_NUMBER_H

#include "base/str.h"

/* What a number format makes of a number. A time has no day; a duration ([h]:mm) is a number. */
enum number_kind { NUMBER_PLAIN, NUMBER_DATE, NUMBER_DATE_TIME, NUMBER_TIME };

enum number_kind number_kind_builtin(int64_t id);
enum number_kind number_kind_of(struct str code); /* "yyyy\"年\"m\"月\"d\"日\"", "0.00" */

/*
 * Adds the number that v spells. Plain: whole ones as digits, others with fifteen significant
 * digits as Excel shows them; so an 18-digit ID that became a number is 3.20102196202301E+17.
 * Dates: 2026-11-21, with the time 2026-11-21 09:30:00, alone 09:30:00; what no date can be stays
 * a number. What is no number is added as it is.
 */
void number_put(struct buf *out, struct str v, enum number_kind kind, bool from_1904);

#endif
