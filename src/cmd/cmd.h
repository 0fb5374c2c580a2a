/*
 * cmd.h - the subcommands. One file each, one COMMAND() beside its function; no list to edit.
 *
 * Exit codes are a contract: 0 ok, 1 failed, 2 usage, 3 rows rejected, 4 configuration.
 */
#ifndef CMD_H
#define CMD_H

#include "base/err.h"
#include "base/str.h"
#include "val/val.h"

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_REJECTED, EXIT_CONFIG };

/* An option of a command: --name VALUE, or --name alone if value is NULL. Repeated where many. */
struct option_def {
    const char *name, *value, *help;
    bool many, need;
};

struct cmd_args {
    struct arena *a;
    const struct command *command;
    char **rest; /* what is no option, in order */
    int n_rest;
    struct option_given *given;
    bool json;
};

struct command {
    const char *name;  /* "cal deadline", "import" */
    const char *usage; /* "import units|people|areas|matters|calendar FILE" */
    const char *help;  /* one line */
    const struct option_def *options;
    size_t n_options;
    int least, most; /* of what is no option */
    bool no_json;    /* it prints nothing that a program would read */
    int (*run)(struct cmd_args *args);
};

#define OPTIONS(...)                          \
    (const struct option_def[]){__VA_ARGS__}, \
        .n_options = COUNT(((const struct option_def[]){__VA_ARGS__}))

#define COMMAND(fn, ...)                                                 \
    static int fn(struct cmd_args *args);                                \
    static const struct command fn##_command = {.run = fn, __VA_ARGS__}; \
    LIST_ADD(commands, struct command, fn##_command);                    \
    static int fn(struct cmd_args *args)

LIST_DECLARE(commands, struct command);

/* NULL if it was not given; the default is the caller's. */
const char *option_get(const struct cmd_args *args, const char *name);
bool option_has(const struct cmd_args *args, const char *name);
/* The i-th value of an option that may be given many times, or NULL. */
const char *option_nth(const struct cmd_args *args, const char *name, int i);

/* Prints "yingshao: <sentence>" to stderr and returns the exit code for this refusal. */
int cmd_refused(const struct err *e);

/* "yingshao COMMAND: <sentence>" to stderr; returns code. For what only a command can get wrong. */
int cmd_say(const struct cmd_args *args, int code, const char *format, ...) PRINTF_LIKE(3, 4);

/* A val tree as JSON and a line end. */
void cmd_print_json(struct arena *a, const struct val *v);

int cmd_main(int argc, char **argv);

#endif
