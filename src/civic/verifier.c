#include "civic/verifier.h"

void verify_all(struct desk *k, struct val *faults)
{
    LIST_EACH (verifiers, struct verifier, it) {
        struct val *found = val_list(k->a);

        (*it)->run(k, found);
        for (struct item *one = found->first; one; one = one->next) {
            set_str(&one->val, "noun", str_of((*it)->noun));
            add_val(faults, one->val);
        }
    }
}
