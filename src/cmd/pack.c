#include "pack/pack.h"
#include "base/file.h"
#include "cmd/cmd.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MOST  ((size_t)1 << 20)
#define FILES_MOST 1000

/* A folder on the disk: DIR/pack.yaml is the pack, its parents stand beside it or in the program.
 */
struct folder {
    struct arena *a;
    struct str parent;
};

static bool folder_read(void *arg, struct str path, struct str *text)
{
    struct folder *f = arg;
    struct str full = str_format(f->a, "%.*s/%.*s", STR_ARG(f->parent), STR_ARG(path));
    struct err e = {0};

    return file_read(f->a, full.p, FILE_MOST, text, &e) || pack_embedded.read(NULL, path, text);
}

static bool ends_with(struct str s, struct str end)
{
    return s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

static int compare(const void *a, const void *b)
{
    const struct str *x = a, *y = b;

    return strcmp(x->p, y->p);
}

/* The pack's files, or its cases, as PREFIX/name; false if there is no such folder. */
static bool list_folder(struct arena *a, const char *folder, struct str prefix, bool cases,
                        struct str **path, size_t *n)
{
    DIR *dir = opendir(folder);
    struct dirent *it;

    if (!dir)
        return false;
    *n = 0;
    *path = NEW_ARRAY(a, struct str, FILES_MOST);
    while ((it = readdir(dir)) && *n < FILES_MOST) {
        struct str name = str_of(it->d_name);

        if (ends_with(name, S(".yaml")) && ends_with(name, S(".test.yaml")) == cases)
            (*path)[(*n)++] = str_format(a, "%.*s/%s", STR_ARG(prefix), it->d_name);
    }
    (void)closedir(dir);
    qsort(*path, *n, sizeof(**path), compare);
    return true;
}

static bool folder_list(void *arg, struct str pack, struct arena *a, struct str **path, size_t *n)
{
    struct folder *f = arg;
    struct str folder = str_format(f->a, "%.*s/%.*s", STR_ARG(f->parent), STR_ARG(pack));

    return list_folder(a, folder.p, pack, false, path, n) ||
           pack_embedded.list(NULL, pack, a, path, n);
}

/* NAME is a pack in the program; with a slash, or a dot, it is a folder. */
static bool read_pack(struct cmd_args *args, const char *which, struct pack **p, struct val *faults)
{
    struct folder *f = NEW(args->a, struct folder);
    const char *slash;
    char path[PATH_MAX];
    struct pack_source from = {folder_read, folder_list, f};
    struct str full;

    if (!strchr(which, '/') && which[0] != '.')
        return pack_read(args->a, &pack_embedded, str_of(which), p, faults);
    full = str_copy(args->a, str_of(realpath(which, path) ? path : which));
    slash = strrchr(full.p, '/');
    f->a = args->a;
    f->parent = slash ? (struct str){full.p, (size_t)(slash - full.p)} : S(".");
    return pack_read(args->a, &from, slash ? str_of(slash + 1) : full, p, faults);
}

static bool walk_all(struct cmd_args *args, const struct pack *p, struct val *faults)
{
    bool ok = true;

    for (int i = 0; i < p->procs; i++) {
        struct arena scratch;
        struct val *found;

        arena_init(&scratch, (size_t)1 << 30);
        found = val_list(&scratch);
        ok = proc_walk(&scratch, &p->proc[i], found) && ok;
        for (const struct item *it = found->first; it; it = it->next) {
            struct val *f = add_map(faults);

            set_str(f, "file", p->proc[i].file);
            set_int(f, "line", val_get(&it->val, S("line"))->integer);
            set_str(f, "what", str_copy(args->a, val_get(&it->val, S("what"))->str));
        }
        arena_reset(&scratch);
    }
    return ok;
}

static void print_faults(const struct val *faults, FILE *to)
{
    for (const struct item *it = faults->first; it; it = it->next)
        (void)fprintf(to, "%.*s:%lld: %.*s\n", STR_ARG(val_get(&it->val, S("file"))->str),
                      (long long)val_get(&it->val, S("line"))->integer,
                      STR_ARG(val_get(&it->val, S("what"))->str));
}

COMMAND(cmd_pack_check, .name = "pack check", .usage = "pack check [NAME|DIR] [--json]",
        .help = "reads a pack, walks its procedures and says every fault as file:line: reason",
        .least = 0, .most = 1)
{
    struct val *faults = val_list(args->a);
    struct pack *p;
    bool ok = read_pack(args, args->n_rest ? args->rest[0] : "base", &p, faults) &&
              walk_all(args, p, faults);

    if (args->json)
        cmd_print_json(args->a, faults);
    else
        print_faults(faults, stdout);
    if (ok && !args->json)
        (void)printf("%.*s: %d procedures, %d roles, %d subjects, %d figures: no fault\n",
                     STR_ARG(p->name), p->procs, p->roles, p->subjects, p->figures);
    return ok ? EXIT_OK : EXIT_FAILED;
}

COMMAND(cmd_pack_list, .name = "pack list", .usage = "pack list [NAME|DIR] [--json]",
        .help = "the procedures of a pack", .least = 0, .most = 1)
{
    struct val *faults = val_list(args->a), *out = val_list(args->a);
    struct pack *p;

    if (!read_pack(args, args->n_rest ? args->rest[0] : "base", &p, faults)) {
        print_faults(faults, stderr);
        return EXIT_FAILED;
    }
    for (int i = 0; i < p->procs; i++) {
        struct val *one = add_map(out);

        set_str(one, "mechanism", p->proc[i].mechanism);
        set_str(one, "zh", p->proc[i].title.zh);
        set_str(one, "en", p->proc[i].title.en);
        set_str(one, "file", p->proc[i].file);
        set_str(one, "hash", p->proc[i].hash);
        if (!args->json)
            (void)printf("%-20.*s %.*s\n", STR_ARG(p->proc[i].mechanism),
                         STR_ARG(p->proc[i].title.zh));
    }
    if (args->json)
        cmd_print_json(args->a, out);
    return EXIT_OK;
}

static void print_shown(const struct cmd_args *args, const struct proc *def, struct str out)
{
    struct val *top = val_map(args->a);

    set_str(top, "mechanism", def->mechanism);
    set_str(top, "zh", def->title.zh);
    set_str(top, "en", def->title.en);
    set_str(top, option_has(args, "svg") ? "svg" : "text", out);
    cmd_print_json(args->a, top);
}

COMMAND(cmd_pack_show, .name = "pack show",
        .usage = "pack show PROCEDURE [--pack NAME|DIR] [--svg|--text|--json] [--lang zh|en]",
        .help = "a procedure as text or as a picture",
        .options = OPTIONS({.name = "pack", .value = "NAME|DIR", .help = "which pack (base)"},
                           {.name = "svg", .help = "a picture"},
                           {.name = "text", .help = "text, as if nothing was said"},
                           {.name = "lang", .value = "LANG", .help = "zh or en (zh)"}),
        .least = 1, .most = 1)
{
    struct val *faults = val_list(args->a);
    const char *lang = option_get(args, "lang"), *name = option_get(args, "pack");
    const struct proc *def;
    struct pack *p;
    struct str out;

    if (lang && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
        return cmd_say(args, EXIT_USAGE, "--lang is zh or en, not %s", lang);
    if (!read_pack(args, name ? name : "base", &p, faults)) {
        print_faults(faults, stderr);
        return EXIT_FAILED;
    }
    def = pack_proc(p, str_of(args->rest[0]));
    if (!def)
        return cmd_say(args, EXIT_FAILED, "there is no procedure '%s' in the pack %.*s",
                       args->rest[0], STR_ARG(p->name));
    out = option_has(args, "svg") ? pack_show_svg(args->a, def, str_of(lang ? lang : "zh"))
                                  : pack_show_text(args->a, def, str_of(lang ? lang : "zh"));
    if (args->json)
        print_shown(args, def, out);
    else
        (void)fwrite(out.p, 1, out.n, stdout);
    return EXIT_OK;
}

/* Adds a result for each case of a file. */
static bool run_cases(struct cmd_args *args, const struct pack *p, struct str path,
                      struct val *results)
{
    struct err e = {0};
    struct str text;

    if (file_read(args->a, path.p, FILE_MOST, &text, &e))
        return pack_cases(args->a, p, path, text, results);
    (void)cmd_refused(&e);
    return false;
}

static void print_results(const struct val *results)
{
    for (const struct item *it = results->first; it; it = it->next) {
        struct str name = val_text(&it->val, "case"), what = val_text(&it->val, "what");

        if (val_get(&it->val, S("ok"))->boolean)
            (void)printf("ok      %.*s\n", STR_ARG(name));
        else
            (void)printf("FAILED  %.*s:%lld: %.*s%s%.*s\n", STR_ARG(val_text(&it->val, "file")),
                         (long long)val_int(&it->val, "line"), STR_ARG(name), name.n ? ": " : "",
                         STR_ARG(what));
    }
}

COMMAND(cmd_pack_test, .name = "pack test", .usage = "pack test DIR [--json]",
        .help = "runs the cases (*.test.yaml) of a pack's folder, and names what has none",
        .least = 1, .most = 1)
{
    struct val *faults = val_list(args->a), *results = val_list(args->a);
    const char *dir = args->rest[0];
    struct pack *p;
    struct str *path;
    size_t n;
    bool ok = true;

    if (!list_folder(args->a, dir, str_of(dir), true, &path, &n))
        return cmd_say(args, EXIT_FAILED, "there is no folder %s", dir);
    if (!read_pack(args, dir[0] == '/' ? dir : str_format(args->a, "./%s", dir).p, &p, faults)) {
        print_faults(faults, stderr);
        return EXIT_FAILED;
    }
    if (n == 0)
        return cmd_say(args, EXIT_FAILED, "there are no cases (*.test.yaml) in %s", dir);
    for (size_t i = 0; i < n; i++)
        ok = run_cases(args, p, path[i], results) && ok;
    ok = pack_tested(args->a, p, results) && ok;
    if (args->json)
        cmd_print_json(args->a, results);
    else
        print_results(results);
    return ok ? EXIT_OK : EXIT_FAILED;
}
