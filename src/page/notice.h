/* notice.h - what somebody was told, as the inbox shows it. */
#ifndef PAGE_NOTICE_H
#define PAGE_NOTICE_H

#include "page/show.h"

/* Sets notices (rows of notices_list() with {kind_title; told: a moment}) and newest (the id up to
 * which they are seen); where the next page begins, 0: there is none. part/notices. */
int64_t notices_show(struct req *q, struct desk *k);

#endif
