/*
 * recount.h - the figures of old matters, after the pack has changed what is counted.
 *
 * What a matter counts for is written when the matter is. So a server that starts with a pack whose
 * figures are others than those that were counted goes through all matters once more: beside its
 * work, some at a time, each with all its figures in one transaction, and after a stop from where
 * it was. A figure would be wrong until the last matter is done, and nobody could see it; so until
 * then figures are refused instead of shown. Everything else goes on meanwhile.
 */
#ifndef RECOUNT_H
#define RECOUNT_H

#include "civic/desk.h"

/* Refused (BUSY, with how many are done) while matters are being counted again. */
bool figures_counted(struct desk *k, struct err *e) MUST_USE;

/* All matters there are are counted as the pack says; for a new district. */
void recount_done(struct desk *k);
/* Are they? Nobody has counted yet if a server has not started with this pack. */
bool recount_is_done(struct desk *k);

#endif
