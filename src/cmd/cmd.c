#include "cmd/cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)8 << 30)

struct option_given {
    const struct option_def *def;
    const char *value;
    struct option_given *next;
};

const char *option_nth(const struct cmd_args *args, const char *name, int i)
{
    for (const struct option_given *g = args->given; g; g = g->next) {
        if (strcmp(g->def->name, name) == 0 && i-- == 0)
            return g->value ? g->value : "";
    }
    return NULL;
}

const char *option_get(const struct cmd_args *args, const char *name)
{
    return option_nth(args, name, 0);
}

bool option_has(const struct cmd_args *args, const char *name)
{
    return option_get(args, name) != NULL;
}

int cmd_refused(const struct err *e)
{
    (void)fprintf(stderr, "yingshao: %s\n", e->text);
    return EXIT_FAILED;
}

int cmd_say(const struct cmd_args *args, int code, const char *format, ...)
{
    va_list list;

    (void)fprintf(stderr, "yingshao %s: ", args->command->name);
    va_start(list, format);
    (void)vfprintf(stderr, format, list);
    va_end(list);
    (void)fputs("\n", stderr);
    return code;
}

void cmd_print_json(struct arena *a, const struct val *v)
{
    struct buf b = {.arena = a};

    json_write(&b, v);
    buf_put(&b, S("\n"));
    (void)fwrite(b.p, 1, b.n, stdout);
}

static int compare_names(const void *a, const void *b)
{
    const struct command *const *x = a, *const *y = b;

    return strcmp((*x)->name, (*y)->name);
}

/* Is this a command of the group, "pack" of "pack list"? Of the group "", every command is. */
static bool in_group(const struct command *c, const char *group)
{
    size_t n = strlen(group);

    return n == 0 || (strncmp(c->name, group, n) == 0 && c->name[n] == ' ');
}

static bool is_group(const char *word)
{
    LIST_EACH (commands, struct command, it) {
        if (*word && in_group(*it, word))
            return true;
    }
    return false;
}

static int print_commands(const char *group, FILE *to)
{
    const struct command *all[128];
    size_t n = 0;

    LIST_EACH (commands, struct command, it) {
        if (n < COUNT(all) && in_group(*it, group))
            all[n++] = *it;
    }
    qsort(all, n, sizeof(*all), compare_names);
    (void)fprintf(to, "usage: yingshao %s%sCOMMAND [OPTION…]\n\n", group, *group ? " " : "");
    for (size_t i = 0; i < n; i++)
        (void)fprintf(to, "  %-16s %s\n", all[i]->name, all[i]->help);
    (void)fprintf(to, "\nyingshao COMMAND --help says more.\n");
    return to == stdout ? EXIT_OK : EXIT_USAGE;
}

static const struct option_def json_option = {.name = "json", .help = "print JSON"};

static void print_option(const struct option_def *o, FILE *to)
{
    char left[48];

    (void)snprintf(left, sizeof(left), "--%s %s", o->name, o->value ? o->value : "");
    (void)fprintf(to, "  %-28s %s%s%s\n", left, o->help, o->need ? " (needed)" : "",
                  o->many ? " (as often as need be)" : "");
}

static int print_help(const struct command *c, FILE *to)
{
    (void)fprintf(to, "usage: yingshao %s\n%s\n", c->usage, c->help);
    for (size_t i = 0; i < c->n_options; i++)
        print_option(&c->options[i], to);
    if (!c->no_json)
        print_option(&json_option, to);
    return to == stdout ? EXIT_OK : EXIT_USAGE;
}

static int usage(const struct command *c, const char *what, const char *which)
{
    (void)fprintf(stderr, "yingshao %s: %s%s\n", c->name, what, which);
    return print_help(c, stderr);
}

/* The command whose one or two words stand at argv[1]; *words says how many. */
static const struct command *find(int argc, char **argv, int *words)
{
    const struct command *found = NULL;

    *words = 0;
    LIST_EACH (commands, struct command, it) {
        const char *blank = strchr((*it)->name, ' ');
        size_t n = blank ? (size_t)(blank - (*it)->name) : strlen((*it)->name);

        if (strlen(argv[1]) != n || strncmp(argv[1], (*it)->name, n) != 0)
            continue;
        if (blank && (argc < 3 || strcmp(argv[2], blank + 1) != 0))
            continue;
        if (blank || !found) {
            found = *it;
            *words = blank ? 2 : 1;
        }
    }
    return found;
}

static const struct option_def *find_option(const struct command *c, const char *name, size_t n)
{
    for (size_t i = 0; i < c->n_options; i++) {
        if (strlen(c->options[i].name) == n && strncmp(c->options[i].name, name, n) == 0)
            return &c->options[i];
    }
    return !c->no_json && n == 4 && strncmp(name, "json", 4) == 0 ? &json_option : NULL;
}

/* One word that starts with --. Returns how many words it took, 0 if it is wrong (*why says how).
 */
static int take_option(struct cmd_args *args, char **word, int left, const char **why)
{
    const char *name = word[0] + 2, *equals = strchr(name, '=');
    size_t n = equals ? (size_t)(equals - name) : strlen(name);
    const struct option_def *def = find_option(args->command, name, n);
    struct option_given *g, **end = &args->given;

    *why = !def                                        ? "there is no such option: "
           : equals && !def->value                     ? "this option takes no value: "
           : !equals && def->value && left < 2         ? "the value of this option is missing: "
           : !def->many && option_has(args, def->name) ? "this option is given twice: "
                                                       : NULL;
    if (*why)
        return 0;
    g = NEW(args->a, struct option_given);
    g->def = def;
    g->value = equals ? equals + 1 : def->value ? word[1] : NULL;
    while (*end)
        end = &(*end)->next;
    *end = g;
    args->json = args->json || strcmp(def->name, "json") == 0;
    return def->value && !equals ? 2 : 1;
}

static int run(const struct command *c, struct cmd_args *args, int argc, char **argv)
{
    const char *why;

    for (int i = 0, took; i < argc; i += took) {
        took = 1;
        if (strcmp(argv[i], "--help") == 0)
            return print_help(c, stdout);
        if (strncmp(argv[i], "--", 2) != 0 || argv[i][2] == '\0')
            args->rest[args->n_rest++] = argv[i];
        else if ((took = take_option(args, argv + i, argc - i, &why)) == 0)
            return usage(c, why, argv[i]);
    }
    if (args->n_rest < c->least)
        return usage(c, "something is missing; this is how it is written", "");
    if (args->n_rest > c->most)
        return usage(c, "this is one word too many: ", args->rest[c->most]);
    for (size_t i = 0; i < c->n_options; i++) {
        if (c->options[i].need && !option_has(args, c->options[i].name))
            return usage(c, "this option is needed: --", c->options[i].name);
    }
    return c->run(args);
}

/* What stands there in place of a command: a wish for help, a group's first word, or a mistake. */
static int no_command(int argc, char **argv)
{
    const char *group = argc >= 2 && is_group(argv[1]) ? argv[1] : "";
    int at = *group ? 2 : 1;

    if (argc > at && (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "help") == 0))
        return print_commands(group, stdout);
    if (argc > at)
        (void)fprintf(stderr, "yingshao%s%s: there is no command '%s'\n", *group ? " " : "", group,
                      argv[at]);
    return print_commands(group, stderr);
}

int cmd_main(int argc, char **argv)
{
    static char help[] = "--help";
    struct arena a;
    struct cmd_args args = {.a = &a};
    const struct command *c;
    int words, code;

    if (argc > 2 && strcmp(argv[1], "help") == 0) { /* help COMMAND is COMMAND --help */
        memmove(argv + 1, argv + 2, (size_t)(argc - 2) * sizeof(*argv));
        argv[argc - 1] = help;
    }
    c = argc < 2 ? NULL : find(argc, argv, &words);
    if (!c)
        return no_command(argc, argv);
    arena_init(&a, ARENA_MAX);
    args.command = c;
    args.rest = NEW_ARRAY(&a, char *, (size_t)argc);
    code = run(c, &args, argc - 1 - words, argv + 1 + words);
    arena_reset(&a);
    return code;
}
