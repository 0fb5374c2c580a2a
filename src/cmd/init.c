#include "cmd/data.h"

#include <stdio.h>

COMMAND(cmd_init, .name = "init", .usage = "init --data DIR --district 140214 --pack yungang",
        .help = "make a new district: folder, keys, database",
        .options = OPTIONS(PLACE_OPTIONS, {"district", "CODE", "its six digits", false, true},
                           {"pack", "NAME", "the way of working: base, yungang …", false, true}))
{
    struct place_of_data where = cmd_place(args);
    struct val *out = val_map(args->a);
    struct err e = {0};
    int64_t code = 0;

    if (!cmd_district(args, &code, &e)) {
        (void)cmd_refused(&e);
        return EXIT_USAGE;
    }
    if (!district_init(args->a, &where, code, str_of(option_get(args, "pack")), when_now(), &e)) {
        (void)cmd_refused(&e);
        return e.kind == ERR_CONFLICT ? EXIT_FAILED : EXIT_CONFIG;
    }
    if (args->json) {
        set_int(out, "district", code);
        set_str(out, "data", str_of(where.dir));
        cmd_print_json(args->a, out);
    } else {
        (void)printf("District %lld is ready in %s.\n", (long long)code, where.dir);
    }
    return EXIT_OK;
}
