#include "cmd/data.h"

#include <stdio.h>

COMMAND(cmd_init, .name = "init", .usage = "init --data DIR --district 140214 --pack yungang",
        .help = "make a new district: folder, keys, database",
        .options = OPTIONS(DATA_OPTIONS, {"pack", "NAME", "the district's pack", false, true}))
{
    struct place_of_data where = cmd_place(args);
    const char *given = option_get(args, "district");
    struct err e = {0};
    int64_t code = 0;

    if (!given || !str_int(str_of(given), &code)) {
        (void)fprintf(stderr, "yingshao init: say the district's six digits with --district\n");
        return EXIT_USAGE;
    }
    if (!district_init(args->a, &where, code, str_of(option_get(args, "pack")), when_now(), &e)) {
        (void)cmd_refused(&e);
        return e.kind == ERR_CONFLICT ? EXIT_FAILED : EXIT_CONFIG;
    }
    if (args->json)
        (void)printf("{\"district\":%lld,\"data\":\"%s\"}\n", (long long)code, where.dir);
    else
        (void)printf("District %lld is ready in %s.\n", (long long)code, where.dir);
    return EXIT_OK;
}
