/*
 * routing.h - where something belongs: which procedure, which unit, whose duty.
 */
#ifndef ROUTING_H
#define ROUTING_H

#include "civic/matter.h"

/* The procedure an opening starts: as asked, as its subject says, as its channel says
 * (setting intake.<channel>), else the pack's usual (setting intake.usual). Never NULL. */
const struct proc *routing_mechanism(const struct district *d, const struct matter_new *n);

/* The unit where it lies: the grid that holds its point, else the unit given, else the unit whose
 * name stands in its place or title, else the district. Never NULL. */
const struct unit *routing_unit(const struct district *d, const struct matter_new *n);

/* What everybody leaves off an official name (居委会, 办事处 …) is the pack's to say. */
struct str unit_spoken_name(const struct district *d, struct str name);

/*
 * 权责清单, the duty list: subject × area → unit. Confirmed entries route; the narrowest area and
 * the narrowest subject win. 0 if none is confirmed.
 */
int64_t duty_list_unit(struct desk *k, struct str subject, struct str area_path);
/* A verdict or a person proposes; nothing is routed by it until somebody confirms it. */
void duty_list_propose(struct desk *k, struct str subject, int64_t area_unit, int64_t unit,
                       int64_t matter_id);
/* Right duty_list.confirm in the area. A confirmed entry ends the older one of the same subject and
 * area. */
bool duty_list_confirm(struct desk *k, int64_t id, struct err *e) MUST_USE;
/* All that is proposed, by the district's own authority: for a first setting up. */
void duty_list_confirm_all(struct desk *k);
bool duty_list_drop(struct desk *k, int64_t id, struct err *e) MUST_USE;
/* Rows {id, subject, subject_title, area, unit, number, matter_id, proposed_at, confirmed_at,
 * confirmed_by}. */
void duty_list_all(struct desk *k, struct val *confirmed, struct val *proposed);

#endif
