/*
 * duty_tell.h - who is told of duties: a day before one is due whose it is, and once it was missed
 * who supervises nearest above its unit.
 */
#ifndef DUTY_TELL_H
#define DUTY_TELL_H

#include "civic/duty.h"

/* The next piece; how many were looked at, 0: nobody is left to be told. Duties must have been made
 * before (duties_make): each is told once, in the order in which they are due. */
int64_t duties_tell(struct desk *k);

#endif
