/*
 * request.h - a request that may come twice (a phone without network, a double click) is done once
 * and answered alike.
 *
 * The form brings a key of its own, or the program that sends it does. It is the same request only
 * if it comes from the same person with the same words: under the same key but changed, it is new.
 * What was handed out is kept for a week.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "civic/matter.h"

/* Was this request done before? Then the number, id and code that were handed out, again true. An
 * empty key is always a new request. */
bool request_before(struct desk *k, const struct matter_new *n, struct matter_receipt *out);
/* It is done, in the same transaction. */
void request_done(struct desk *k, const struct matter_new *n, const struct matter_receipt *out);

#endif
