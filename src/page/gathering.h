/*
 * gathering.h - what the pages of gatherings share.
 */
#ifndef PAGE_GATHERING_H
#define PAGE_GATHERING_H

#include "civic/seat.h"
#include "page/show.h"

/* By the parameter `id`; NOT_FOUND also for who may not know of it. */
bool gathering_get(struct req *q, struct gathering *g);
/* "/gatherings/123/roll" */
struct str gathering_at(const struct req *q, int64_t id, const char *below);
/* How far it is, as part/chip has it for matters. */
struct str gathering_chip(struct str state);
/* To q->view or another map: id, seen, title, kind, kind_title, icon, unit, unit_at, place, online,
 * state, chip, is {draft, called, open, closed, cancelled}, starts, ends, called_on, should_attend,
 * present, heads, attendance, asked: list of {title, text}; pictures, pictures_any. */
void gathering_facts(struct req *q, const struct gathering *g);
void gathering_put_facts(struct req *q, const struct gathering *g, struct val *to);

#endif
