/*
 * show.h - what civic/ tells, made into the shapes that templates share (templates/README.md):
 * moments, deadlines, rows of matters, timelines, choices. Texts come in the person's language.
 */
#ifndef SHOW_H
#define SHOW_H

#include "civic/list.h"
#include "http/page.h"

/* {iso, text}, short ("11-18 07:42", with the year if it is not this one) or long ("2026年11月18日
 * 星期三 07:42"). 0 is false. */
void show_moment(const struct req *q, struct val *map, const char *key, int64_t at);
void show_moment_long(const struct req *q, struct val *map, const char *key, int64_t at);
/* The same from what civic/ wrote with when_minute(); "" is false. */
void show_moment_of(const struct req *q, struct val *map, const char *key, struct str minute);
/* "3 working days" as the calendar writes it, in words of the person's language. */
struct str show_limit_words(const struct req *q, struct str limit);
struct str show_day(const struct req *q, int64_t at);   /* 11月18日 星期三 */
struct str show_month(const struct req *q, int64_t at); /* its year and month */

/* A member of a view that is being made; NULL if it is not there. */
struct val *show_member(struct val *map, const char *key);

/* Adds text and moment to what deadline_view() gave; part/sla. */
void show_due(const struct req *q, struct val *due);

/* Adds to lists of matter_row_view(): flag, moment, due.text; part/rows. */
void show_rows(const struct req *q, struct val *rows);
/* pager {first, next}: `path` with this query (without its `before`) and the next key. 0: none. */
void show_pager(struct req *q, struct str path, int64_t next);
/* path?query without one of its keys, as it stands in an address. */
struct str show_query_without(const struct req *q, struct str path, const char *key);

/* Adds fold to each row: how many there are from it on, where so many are shown; else "". Is
 * anything to be folded away? */
bool show_fold(const struct req *q, struct val *list, int shown);
/* Adds fold, moment, title and text to timeline_view(); reported_in, ended to parts_view(). */
void show_timeline(struct req *q, struct val *list);
void show_parts(const struct req *q, struct val *parts);

/* Adds near, when, state, at to search_duplicates(). */
void show_similar(struct req *q, struct val *list);

/* A list of {name, title, on} for choices. */
struct val *show_choice(struct val *list, struct str name, struct str title, bool on);
/* Subjects as choices: all of them, indented by level, or those at the top with an icon. */
void show_subjects(struct req *q, struct val *view, struct str chosen);
void show_subject_tiles(struct req *q, struct val *view, struct str chosen);
void show_channels(struct req *q, struct val *view, struct str chosen);
/* The units of the actor's posts, as far as there are not too many; grounds: only those on which
 * something can lie, so no departments. */
void show_units(struct req *q, struct val *view, int64_t chosen);
void show_grounds(struct req *q, struct val *view, int64_t chosen);

/* "86%" of 0 to 1. */
struct str show_percent(const struct req *q, double share);

/* A path of ours as it stands on paper: below setting public_url, else as the browser called us. */
struct str show_address(struct req *q, struct str path);

/* A fresh key for a form, so that a second click is the same. */
void show_request_key(struct req *q);

/* "113.080000" or an integer of millionths, as millionths; 0 if it is neither. */
int64_t show_degrees(const struct val *v);

#endif
