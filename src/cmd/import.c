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
        (void)printf("  line %lld, %.*s \"%.*s\": %.*s\n", (long long)val_int(v, "line"),
                     STR_ARG(val_text(v, "column")), STR_ARG(val_text(v, "value")),
                     STR_ARG(val_text(v, "reason")));
    }
    for (const struct item *it = r->overlaps ? r->overlaps->first : NULL; it; it = it->next)
        (void)printf("  areas %.*s and %.*s overlap by %lld m2\n", STR_ARG(val_text(&it->val, "a")),
                     STR_ARG(val_text(&it->val, "b")), (long long)val_int(&it->val, "m2"));
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
    if (r->overlaps)
        set_val(v, S("overlaps"), *r->overlaps);
    cmd_print_json(args->a, v);
    return r->rejected ? EXIT_REJECTED : EXIT_OK;
}

/* Words of the command line that are none, as against faults of the file. */
static bool is_usage(const struct err *e)
{
    return e->field && (strcmp(e->field, "noun") == 0 || strcmp(e->field, "field") == 0);
}

COMMAND(
    cmd_import, .name = "import",
    .usage =
        "import units|people|areas|rolls|questions|matters|calendar FILE --data DIR [--map FIELD=COLUMN …]",
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

    if (!take_map(args, &job))
        return cmd_say(args, EXIT_USAGE, "write --map FIELD=COLUMN, as in --map title=subject");
    if (datum && !datum_parse(str_of(datum), &job.datum))
        return cmd_say(args, EXIT_USAGE, "--datum is wgs84, cgcs2000 or gcj02, not %s", datum);
    if ((code = cmd_desk(args, &k)) != EXIT_OK)
        return code;
    job.channel = str_of(option_get(args, "channel"));
    if (!file_map(args->a, args->rest[1], FILE_MAX, &job.bytes, &e))
        return cmd_refused(&e);
    job.key = str_of(key);
    job.progress = isatty(STDERR_FILENO) ? progress : NULL;
    if (!db_is_postgres(k.db) && !db_script(k.db, BULK_CACHE, &e))
        return cmd_refused(&e);
    if (import_run(&k, &job, &report, &e))
        return end(args, &report, job.dry_run);
    if (report.accepted + report.skipped + report.rejected) /* a fault far down a long file */
        (void)end(args, &report, job.dry_run);
    (void)cmd_refused(&e);
    return is_usage(&e) ? EXIT_USAGE : EXIT_FAILED;
}
