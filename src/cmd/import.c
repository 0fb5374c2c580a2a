#include "civic/import.h"
#include "base/file.h"
#include "cmd/data.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX  ((size_t)4 << 30)
#define SHOWN_MAX 50
/* A command has the machine to itself for a while: 512 MB spare the disk most random pages. */
#define BULK_CACHE "PRAGMA cache_size = -524288"

static void progress(void *arg, int64_t rows)
{
    (void)arg;
    (void)fprintf(stderr, "\r%lld rows", (long long)rows);
}

/* "title=留言主题" into field and column; false if it is no such pair. */
static bool take_map(const struct cmd_args *args, struct import_job *job)
{
    struct import_map *map;
    const char *given;
    size_t n = 0;

    while (option_nth(args, "map", (int)n))
        n++;
    map = NEW_ARRAY(args->a, struct import_map, n + 1);
    for (size_t i = 0; i < n; i++) {
        given = option_nth(args, "map", (int)i);
        map[i].column = str_cut(str_of(given), '=', &map[i].field);
        if (!map[i].column.n || !map[i].field.n)
            return false;
    }
    job->map = map;
    job->maps = n;
    return true;
}

static void print_report(const struct import_report *r, bool dry_run)
{
    int shown = 0;

    (void)printf("%s%lld accepted, %lld rejected, %lld skipped (there already)\n",
                 dry_run ? "Only tried: " : "", (long long)r->accepted, (long long)r->rejected,
                 (long long)r->skipped);
    for (const struct item *it = r->errors->first; it; it = it->next) {
        const struct val *v = &it->val;

        if (shown++ == SHOWN_MAX) {
            (void)printf("  … --json lists all of them\n");
            break;
        }
        if (val_get(v, S("m2")))
            (void)printf("  areas %.*s and %.*s overlap by %lld m2\n", STR_ARG(val_text(v, "a")),
                         STR_ARG(val_text(v, "b")), (long long)val_int(v, "m2"));
        else
            (void)printf("  line %lld, %.*s \"%.*s\": %.*s\n", (long long)val_int(v, "line"),
                         STR_ARG(val_text(v, "column")), STR_ARG(val_text(v, "value")),
                         STR_ARG(val_text(v, "reason")));
    }
}

static int end(const struct cmd_args *args, const struct import_report *r, bool dry_run)
{
    struct val *v = val_map(args->a), *list;

    if (!args->json) {
        print_report(r, dry_run);
        return r->rejected ? EXIT_REJECTED : EXIT_OK;
    }
    set_int(v, "accepted", r->accepted);
    set_int(v, "rejected", r->rejected);
    set_int(v, "skipped", r->skipped);
    list = set_list(v, "errors");
    for (const struct item *it = r->errors->first; it; it = it->next) {
        struct val *one = add_map(list);

        for (const struct item *f = it->val.first; f; f = f->next) {
            if (!str_eq(f->key, S("message")) && !str_eq(f->key, S("arg1")) &&
                !str_eq(f->key, S("arg2")))
                set_val(one, f->key, f->val);
        }
    }
    cmd_print_json(args->a, v);
    return r->rejected ? EXIT_REJECTED : EXIT_OK;
}

COMMAND(
    cmd_import, .name = "import",
    .usage = "import units|people|areas|matters|calendar FILE --data DIR [--map FIELD=COLUMN …]",
    .help = "take a spreadsheet (csv, xlsx) or polygons (GeoJSON) in", .least = 2, .most = 2,
    .options = OPTIONS(DATA_OPTIONS,
                       {"map", "FIELD=COLUMN", "which column holds a field", true, false},
                       {"channel", "NAME", "of matters without one", false, false},
                       {"datum", "NAME", "wgs84 (usual), cgcs2000 or gcj02", false, false},
                       {"key", "PROPERTY", "of areas: the unit's code (usual: code)", false, false},
                       {"dry-run", NULL, "say what would happen, change nothing", false, false}))
{
    struct import_job job = {.noun = str_of(args->rest[0]), .dry_run = option_has(args, "dry-run")};
    const char *datum = option_get(args, "datum"), *key = option_get(args, "key");
    struct import_report report;
    struct err e = {0};
    struct desk k;
    int code;
    bool ok;

    if (!take_map(args, &job) || (datum && !datum_parse(str_of(datum), &job.datum))) {
        (void)fprintf(stderr, "yingshao import: write --map FIELD=COLUMN, --datum gcj02\n");
        return EXIT_USAGE;
    }
    if ((code = cmd_desk(args, &k)) != EXIT_OK)
        return code;
    if (!file_map(args->a, args->rest[1], FILE_MAX, &job.bytes, &e))
        return cmd_refused(&e);
    job.channel = str_of(option_get(args, "channel"));
    job.key = key ? str_of(key) : S("code");
    job.progress = isatty(STDERR_FILENO) ? progress : NULL;
    if (!db_is_postgres(k.db) && !db_script(k.db, BULK_CACHE, &e))
        return cmd_refused(&e);
    if (str_eq(job.noun, S("areas")))
        ok = import_areas(&k, &job, &report, &e);
    else
        ok = import_run(&k, &job, &report, &e);
    if (!ok) {
        (void)cmd_refused(&e);
        return e.field && strcmp(e.field, "noun") == 0 ? EXIT_USAGE : EXIT_FAILED;
    }
    return end(args, &report, job.dry_run);
}
