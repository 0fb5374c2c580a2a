#include "civic/appraisal.h"
#include "base/file.h"
#include "cmd/data.h"

#include <stdio.h>

struct tried {
    struct desk *k;
    int64_t id;
    struct str formula;
    struct val *view;
};

static bool try_it(struct db *db, void *arg, struct err *e)
{
    struct tried *t = arg;
    struct appraisal *x = NEW(t->k->a, struct appraisal);
    struct score_rule rule;

    t->k->db = db;
    return appraisal_load(t->k, t->id, x, e) && appraisal_formula(t->k, x, t->formula, &rule, e) &&
           appraisal_try(t->k, x, &rule, t->view, e);
}

static void print_side(const struct val *v, const char *points, const char *stars)
{
    struct str p = val_text(v, points);

    (void)printf("  %8.*s %lld*", p.n ? (int)p.n : 1, p.n ? p.p : "-",
                 (long long)val_int(v, stars));
}

static void print_trial(const struct val *view)
{
    for (const struct item *it = val_get(view, S("rows"))->first; it; it = it->next) {
        bool other = !val_is_empty(val_get(&it->val, S("other")));

        print_side(&it->val, "was_points", "was_stars");
        print_side(&it->val, "points", "stars");
        (void)printf("  %s %.*s, %.*s\n", other ? "!" : " ", STR_ARG(val_text(&it->val, "name")),
                     STR_ARG(val_text(&it->val, "unit")));
    }
    (void)printf("%lld of %lld would have other points or ranks, %lld other stars\n",
                 (long long)val_int(view, "changed"), (long long)val_int(view, "n"),
                 (long long)val_int(view, "stars_changed"));
}

COMMAND(cmd_appraisal_try, .name = "appraisal try",
        .usage = "appraisal try ID [--formula FILE.yaml] --data DIR",
        .help = "another formula over a round's inputs; nothing is kept", .least = 1, .most = 1,
        .options = OPTIONS(DATA_OPTIONS,
                           {"formula", "FILE", "usual: as the pack says today", false, false}))
{
    const char *file = option_get(args, "formula");
    struct err e = {0};
    struct tried t = {0};
    struct desk k;
    int code = cmd_desk(args, &k);

    if (code != EXIT_OK)
        return code;
    t.k = &k;
    t.view = val_map(k.a);
    if (!str_int(str_of(args->rest[0]), &t.id))
        return cmd_say(args, EXIT_USAGE, "%s is no round", args->rest[0]);
    if (file && !file_read(k.a, file, 1000000, &t.formula, &e))
        return cmd_refused(&e);
    if (!db_read(k.db, try_it, &t, &e))
        return cmd_refused(&e);
    if (args->json)
        cmd_print_json(k.a, t.view);
    else
        print_trial(t.view);
    return EXIT_OK;
}
