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

static void print_json(struct cmd_args *args, const struct val *v)
{
    struct buf b = {.arena = args->a};

    json_write(&b, v);
    (void)printf("%.*s\n", STR_ARG(buf_str(&b)));
}

static void print_faults(const struct val *faults)
{
    for (const struct item *it = faults->first; it; it = it->next)
        (void)printf("%.*s:%lld: %.*s\n", STR_ARG(val_get(&it->val, S("file"))->str),
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
        print_json(args, faults);
    else
        print_faults(faults);
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
        print_faults(faults);
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
        print_json(args, out);
    return EXIT_OK;
}

COMMAND(cmd_pack_show, .name = "pack show",
        .usage = "pack show PROCEDURE [--pack NAME|DIR] [--svg|--text] [--lang zh|en]",
        .help = "a procedure as a picture or as text",
        .options = OPTIONS({.name = "pack", .value = "NAME", .help = "which pack; base"},
                           {.name = "svg", .help = "a picture"}, {.name = "text", .help = "text"},
                           {.name = "lang", .value = "LANG", .help = "zh or en; zh"}),
        .least = 1, .most = 1)
{
    struct val *faults = val_list(args->a);
    const char *lang = option_get(args, "lang"), *name = option_get(args, "pack");
    const struct proc *def;
    struct pack *p;
    struct str out;

    if (!read_pack(args, name ? name : "base", &p, faults)) {
        print_faults(faults);
        return EXIT_FAILED;
    }
    def = pack_proc(p, str_of(args->rest[0]));
    if (!def) {
        (void)fprintf(stderr, "yingshao: there is no procedure '%s' in this pack\n", args->rest[0]);
        return EXIT_FAILED;
    }
    out = option_has(args, "svg") ? pack_show_svg(args->a, def, str_of(lang ? lang : "zh"))
                                  : pack_show_text(args->a, def, str_of(lang ? lang : "zh"));
    (void)fwrite(out.p, 1, out.n, stdout);
    return EXIT_OK;
}

static int run_cases(struct cmd_args *args, const struct pack *p, struct str path)
{
    struct val *results = val_list(args->a);
    struct err e = {0};
    struct str text;
    int failed = 0;

    if (!file_read(args->a, path.p, FILE_MOST, &text, &e)) {
        (void)cmd_refused(&e);
        return 1;
    }
    (void)!pack_cases(args->a, p, path, text, results);
    for (const struct item *it = results->first; it; it = it->next) {
        struct str name = val_get(&it->val, S("case"))->str;
        struct str what = val_get(&it->val, S("what"))->str;
        bool ok = val_get(&it->val, S("ok"))->boolean;

        failed += !ok;
        (void)printf("%s  %.*s%s%.*s\n", ok ? "ok    " : "FAILED", STR_ARG(name), ok ? "" : ": ",
                     STR_ARG(what));
    }
    return failed;
}

COMMAND(cmd_pack_test, .name = "pack test", .usage = "pack test DIR",
        .help = "runs the cases (*.test.yaml) of a pack's folder", .least = 1, .most = 1)
{
    struct val *faults = val_list(args->a);
    struct pack *p;
    struct str *path;
    size_t n;
    int failed = 0;
    struct str dir = str_format(args->a, "./%s", args->rest[0]);

    if (!read_pack(args, args->rest[0][0] == '/' ? args->rest[0] : dir.p, &p, faults)) {
        print_faults(faults);
        return EXIT_FAILED;
    }
    if (!list_folder(args->a, args->rest[0], str_of(args->rest[0]), true, &path, &n))
        return EXIT_FAILED;
    for (size_t i = 0; i < n; i++)
        failed += run_cases(args, p, path[i]);
    return failed ? EXIT_FAILED : EXIT_OK;
}
