#include "pack/pack.h"
#include "cmd/cmd.h"

#include <stdio.h>

static void print_faults(const struct val *faults)
{
    for (const struct item *it = faults->first; it; it = it->next)
        (void)printf("%.*s:%lld: %.*s\n", STR_ARG(val_get(&it->val, S("file"))->str),
                     (long long)val_get(&it->val, S("line"))->integer,
                     STR_ARG(val_get(&it->val, S("what"))->str));
}

COMMAND(cmd_pack_check, .name = "pack check", .usage = "pack check [NAME|DIR] [--json]",
        .help = "reads a pack and says every fault as file:line: reason", .least = 0, .most = 1)
{
    struct str name = args->n_rest ? str_of(args->rest[0]) : S("base");
    struct val *faults = val_list(args->a);
    struct pack *p;
    bool ok = pack_read(args->a, &pack_embedded, name, &p, faults);

    print_faults(faults);
    return ok ? EXIT_OK : EXIT_FAILED;
}
