/*
 * evidence.h - notes about cadres at work (evidence: NAME): about whom, who writes and who reads.
 *
 * Lives in the pack's arena and never changes; docs/pack-author.md tells the language.
 */
#ifndef PACK_EVIDENCE_H
#define PACK_EVIDENCE_H

#include "pack/gathering.h"

struct pack;

struct evidence_kind {
    struct str name;
    struct title title, purpose;
    const struct str *about; /* roles: who holds one may be written about, and nobody else */
    int abouts;
    const struct body *write, *read; /* as seen from the unit of who is written about */
    int writes, reads;
    int line;
};

const struct evidence_kind *pack_evidence(const struct pack *p, struct str name);

#endif
