/*
 * attachment.h - files that somebody gave with a matter: a résumé, a contract. Name and bytes are
 * sealed under a key of the file's own; the ledger has its type, length and digest, and whether who
 * gave it agreed. Only those who have a step of the matter open it, and each time is a look
 * (look.h). It is erased, key and bytes, when its time is over or when who gave it takes it back;
 * the ledger keeps that.
 */
#ifndef ATTACHMENT_H
#define ATTACHMENT_H

#include "civic/matter.h"
#include "form/document.h"

/* Stores it before the matter acts; `value` becomes what its field says: {file: id, type, bytes,
 * digest, agreed}. */
void attachment_put(struct desk *k, const struct document *doc, bool agreed, struct val *value);

/* Ties those that the fields of an action (empty: of the opening) name to the matter, and says
 * until when they are kept. */
void attachment_claim(struct desk *k, const struct matter *m, struct str action,
                      const struct val *fields);

/* What the ledger keeps of the bytes. */
struct str attachment_digest(struct arena *a, struct str bytes);

/* One in clear, recorded. NOT_FOUND also for who may not know of the matter; DENIED to who has no
 * step of it; CONFLICT: erased. */
bool attachment_open(struct desk *k, int64_t id, struct document *out, struct err *e) MUST_USE;

/* Erased at once, by who gave it: by receipt (k->actor->report) or signed in. */
bool attachment_withdraw(struct desk *k, int64_t id, struct err *e) MUST_USE;

/* Of a matter, oldest first: {id, title, type, bytes, given_at, until_at: "" if for good,
 * erased_at: "" or when, name: only to who gave it, may_open, may_withdraw}. */
void attachments_view(struct desk *k, const struct matter *m, struct val *list);

/* Erases those whose time is over, `most` at once; how many. */
int attachment_expire(struct desk *k, int most);

#endif
