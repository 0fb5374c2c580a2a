/*
 * data.h - what commands that work on a district share: its options, and opening it.
 */
#ifndef CMD_DATA_H
#define CMD_DATA_H

#include "civic/desk.h"
#include "civic/district.h"
#include "cmd/cmd.h"

#define PLACE_OPTIONS                                                                     \
    {"data", "DIR", "the folder with the district's data (yingshao-data)", false, false}, \
    {                                                                                     \
        "database", "URL", "postgresql://… in place of DIR/yingshao.db", false, false     \
    }
#define DATA_OPTIONS                                                                \
    PLACE_OPTIONS,                                                                  \
    {                                                                               \
        "district", "CODE", "which district, where there are several", false, false \
    }

/* --data (default: YINGSHAO_DATA, else yingshao-data), --database. */
struct place_of_data cmd_place(const struct cmd_args *args);

/* --district: 0 if it was not given. Refused if it has not six digits. */
bool cmd_district(const struct cmd_args *args, int64_t *code, struct err *e) MUST_USE;

/* Opens the district and fills the desk, acting as the program itself. EXIT_OK, or the exit code
 * with the reason printed. */
int cmd_desk(const struct cmd_args *args, struct desk *k);

#endif
