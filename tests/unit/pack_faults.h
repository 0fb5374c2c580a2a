/* pack_faults.h - a pack that must be refused, and the sentence that must come of it. */
#ifndef PACK_FAULTS_H
#define PACK_FAULTS_H

#include "unit/pack_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

/* meta: its pack.yaml; NULL: the usual one, on top of base. */
static inline void expect_fault(const char *meta, struct str yaml, const char *what)
{
    struct memory_pack files = {.meta = meta ? str_of(meta) : S(""), .yaml = yaml};
    struct arena a;
    struct val *faults;
    struct pack *p;
    bool found = false;

    arena_init(&a, (size_t)256 << 20);
    faults = val_list(&a);
    cr_expect(!memory_pack_read(&a, &files, &p, faults), "%s was accepted", what);
    for (const struct item *it = faults->first; it; it = it->next) {
        struct str s = val_get(&it->val, S("what"))->str;

        found = found || memmem(s.p, s.n, what, strlen(what));
    }
    cr_expect(found, "no “%s”", what);
    arena_reset(&a);
}

#endif
