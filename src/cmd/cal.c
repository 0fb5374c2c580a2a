#include "cmd/cmd.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/when.h"
#include "cal/cal.h"
#include "val/yaml.h"

#include <stdio.h>
#include <string.h>

#define CALENDAR_BYTES_MAX ((size_t)16 << 20)
#define CALENDAR_EMBEDDED  "packs/base/calendar.yaml"

/* What --calendar names, or the one inside the program. */
static bool read_bytes(struct cmd_args *args, struct str *name, struct str *text, struct err *e)
{
    const char *path = option_get(args, "calendar");
    const struct embedded *inside;

    *name = str_of(path ? path : CALENDAR_EMBEDDED);
    if (path)
        return file_read(args->a, path, CALENDAR_BYTES_MAX, text, e);
    inside = embed_get(*name);
    if (!inside)
        return refuse(e, ERR_NOT_FOUND, "calendar", "%s is missing in the program.",
                      CALENDAR_EMBEDDED);
    *text = (struct str){inside->bytes, inside->n};
    return true;
}

static bool is_yaml(struct str name)
{
    return (name.n > 5 && memcmp(name.p + name.n - 5, ".yaml", 5) == 0) ||
           (name.n > 4 && memcmp(name.p + name.n - 4, ".yml", 4) == 0);
}

static bool read_calendar(struct cmd_args *args, struct calendar *c, struct hours *hours,
                          struct err *e)
{
    struct str name, text;
    const struct val *years, *usual;
    struct val *top;

    if (!read_bytes(args, &name, &text, e))
        return false;
    if (!is_yaml(name))
        return calendar_read_csv(c, text, e);
    if (!yaml_read(args->a, name, text, &top, e))
        return false;
    years = top->kind == VAL_MAP ? val_get(top, S("calendar")) : NULL;
    if (!years)
        return refuse(e, ERR_INVALID, "calendar", "%.*s has no entry `calendar`.", STR_ARG(name));
    usual = val_get(top, S("hours"));
    if (usual && usual->kind == VAL_STR && !hours_parse(usual->str, hours, e))
        return false;
    return calendar_read(c, years, e);
}

/* FROM/TO, or FROM/ for a pause that still stands. A '/' may be part of a date, so each is tried.
 */
static bool read_pause(struct str s, struct pause *out)
{
    for (size_t i = 0; i < s.n; i++) {
        struct str from = {s.p, i}, to = {s.p + i + 1, s.n - i - 1};

        *out = (struct pause){0};
        if (s.p[i] != '/' || !when_parse(from, &out->from_ms))
            continue;
        if (str_trim(to).n == 0 || when_parse(to, &out->to_ms))
            return true;
    }
    return false;
}

static bool read_pauses(struct cmd_args *args, struct term *t, struct err *e)
{
    struct pause *all;
    int n = 0;

    while (option_nth(args, "pause", n))
        n++;
    all = NEW_ARRAY(args->a, struct pause, (size_t)n + 1);
    for (int i = 0; i < n; i++) {
        const char *s = option_nth(args, "pause", i);

        if (!read_pause(str_of(s), &all[i]))
            return refuse(e, ERR_INVALID, "pause",
                          "%s is no pause: write it as 2024-01-05 09:00/2024-01-08 12:00.", s);
    }
    t->pause = all;
    t->pauses = (size_t)n;
    return true;
}

/* What was typed; wrong is a mistake of usage. */
static bool read_term(struct cmd_args *args, struct term *t, struct hours *own, struct err *e)
{
    const char *hours = option_get(args, "hours"), *from = option_get(args, "from");

    if (!when_parse(str_of(from), &t->start_ms))
        return refuse(e, ERR_INVALID, "from", "%s is no moment: write it as 2024-01-04 13:52:04.",
                      from);
    if (!limit_parse(str_of(option_get(args, "limit")), &t->limit, e) || !read_pauses(args, t, e))
        return false;
    if (hours && !hours_parse(str_of(hours), own, e))
        return false;
    t->hours = hours ? own : NULL;
    return true;
}

static void print_json(struct cmd_args *args, const struct term *t, int64_t due_ms,
                       const struct val *lines)
{
    struct val *top = val_map(args->a);

    set_str(top, "from", when_text(args->a, t->start_ms));
    set_str(top, "limit", limit_text(args->a, t->limit));
    set_str(top, "due", when_text(args->a, due_ms));
    set_val(top, S("lines"), *lines);
    cmd_print_json(args->a, top);
}

static void print_lines(const struct val *lines)
{
    for (const struct item *it = lines->first; it; it = it->next) {
        struct str zh = val_get(&it->val, S("zh"))->str, en = val_get(&it->val, S("en"))->str;

        (void)printf("%.*s\n    %.*s\n", STR_ARG(zh), STR_ARG(en));
    }
}

COMMAND(
    cmd_cal_deadline, .name = "cal deadline",
    .usage = "cal deadline --from MOMENT --limit LIMIT [--calendar FILE] [--pause FROM/TO …] "
             "[--hours HOURS] [--explain] [--json]",
    .help = "when a limit runs out, and why",
    .options = OPTIONS(
        {.name = "from", .value = "MOMENT", .help = "2024-01-04 13:52:04", .need = true},
        {.name = "limit", .value = "LIMIT", .help = "5 working days, 30 minutes …", .need = true},
        {.name = "calendar", .value = "FILE", .help = "yaml or csv, not the one inside"},
        {.name = "pause",
         .value = "FROM/TO",
         .help = "the clock stood (FROM/: still stands)",
         .many = true},
        {.name = "hours", .value = "HOURS", .help = "of work: 08:30-12:00 14:30-18:00"},
        {.name = "explain", .help = "show each stretch that counts or does not"}))
{
    struct calendar *c = calendar_new(args->a);
    struct val *lines = val_list(args->a);
    struct hours usual = {0}, own;
    struct term t = {0};
    struct err e = {0};
    int64_t due_ms;

    if (!read_term(args, &t, &own, &e)) {
        (void)cmd_refused(&e);
        return EXIT_USAGE;
    }
    if (!read_calendar(args, c, &usual, &e))
        return cmd_refused(&e);
    if (!t.hours && usual.n)
        t.hours = &usual;
    if (!cal_explain(c, &t, lines, &due_ms, &e))
        return cmd_refused(&e);
    if (args->json)
        print_json(args, &t, due_ms, lines);
    else if (option_has(args, "explain"))
        print_lines(lines);
    else
        (void)printf("%.*s\n", STR_ARG(when_text(args->a, due_ms)));
    return EXIT_OK;
}
