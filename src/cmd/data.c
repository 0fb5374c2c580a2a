#include "cmd/data.h"

#include <stdlib.h>

struct place_of_data cmd_place(const struct cmd_args *args)
{
    const char *dir = option_get(args, "data"), *usual = getenv("YINGSHAO_DATA");

    return (struct place_of_data){.dir = dir     ? dir
                                         : usual ? usual
                                                 : "yingshao-data",
                                  .database = option_get(args, "database")};
}

bool cmd_district(const struct cmd_args *args, int64_t *code, struct err *e)
{
    const char *given = option_get(args, "district");

    *code = 0;
    return !given || (str_int(str_of(given), code) && *code > 99999 && *code < 1000000) ||
           refuse(e, ERR_INVALID, "district", "A district's code has six digits.");
}

int cmd_desk(const struct cmd_args *args, struct desk *k)
{
    struct place_of_data where = cmd_place(args);
    struct district *d;
    struct err e = {0};
    struct db *db;
    int64_t code;

    if (!cmd_district(args, &code, &e)) {
        (void)cmd_refused(&e);
        return EXIT_USAGE;
    }
    if (!district_load(args->a, &where, code, &db, &d, &e)) {
        (void)cmd_refused(&e);
        return EXIT_CONFIG;
    }
    *k = district_desk(d, db, args->a, when_now());
    return EXIT_OK;
}
