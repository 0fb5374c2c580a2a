#include "civic/appraisal.h"
#include "civic/duty.h"
#include "civic/motion.h"
#include "civic/replay.h"
#include "civic/seat.h"
#include "civic/tally.h"
#include "cmd/data.h"

#include <stdio.h>

struct found {
    struct desk *k;
    struct val *ledger, *rows, *votes, *appraisals, *duties, *entries, *counters;
    bool compared; /* the entries with the facts */
    int64_t matters;
};

static bool look(struct db *db, void *arg, struct err *e)
{
    struct found *f = arg;

    (void)e;
    f->k->db = db;
    (void)ledger_verify(db, f->k->d, f->k->a, f->ledger);
    if (!f->ledger->first) { /* a broken ledger says nothing about rows */
        f->matters = replay_all(f->k, f->rows);
        motions_verify(f->k, f->votes);
        gatherings_verify(f->k, f->votes);
        appraisals_verify(f->k, f->appraisals);
        duties_verify(f->k, f->duties);
    }
    f->compared = entries_check(f->k, f->entries);
    tally_check(f->k, f->counters);
    return true;
}

static void print_faults(const struct val *list, const char *what)
{
    for (const struct item *it = list->first; it; it = it->next)
        (void)printf("%s: subject %lld, event %lld: %.*s\n", what,
                     (long long)val_int(&it->val, "subject"), (long long)val_int(&it->val, "seq"),
                     STR_ARG(val_text(&it->val, "what")));
}

static void print_entries(struct arena *a, const struct val *list)
{
    for (const struct item *it = list->first; it; it = it->next)
        (void)printf("entry: matter %lld, %.*s at %.*s, %lld: %.*s\n",
                     (long long)val_int(&it->val, "subject"), STR_ARG(val_text(&it->val, "figure")),
                     STR_ARG(when_text(a, val_int(&it->val, "at"))),
                     (long long)val_int(&it->val, "n"), STR_ARG(val_text(&it->val, "what")));
}

static void print_counters(const struct val *list)
{
    for (const struct item *it = list->first; it; it = it->next)
        (void)printf("counter: %.*s of unit %lld in %lld%s%.*s is %lld and should be %lld\n",
                     STR_ARG(val_text(&it->val, "figure")), (long long)val_int(&it->val, "unit"),
                     (long long)val_int(&it->val, "period"),
                     val_text(&it->val, "subject").n ? ", " : "",
                     STR_ARG(val_text(&it->val, "subject")), (long long)val_int(&it->val, "is"),
                     (long long)val_int(&it->val, "should"));
}

static struct val *report(struct found *f, bool clean)
{
    struct val *v = val_map(f->k->a);

    set_bool(v, "clean", clean);
    set_int(v, "matters", f->matters);
    set_val(v, S("ledger"), *f->ledger);
    set_val(v, S("rows"), *f->rows);
    set_val(v, S("votes"), *f->votes);
    set_val(v, S("appraisals"), *f->appraisals);
    set_val(v, S("duties"), *f->duties);
    set_bool(v, "entries_compared", f->compared);
    set_val(v, S("entries"), *f->entries);
    set_val(v, S("counters"), *f->counters);
    return v;
}

COMMAND(cmd_verify, .name = "verify", .usage = "verify --data DIR",
        .help = "check the ledger, and every row and counter against it",
        .options = OPTIONS(DATA_OPTIONS))
{
    struct desk k;
    struct err e = {0};
    struct found f = {.k = &k};
    int code = cmd_desk(args, &k);
    bool clean;

    if (code != EXIT_OK)
        return code;
    f.ledger = val_list(k.a);
    f.rows = val_list(k.a);
    f.votes = val_list(k.a);
    f.appraisals = val_list(k.a);
    f.duties = val_list(k.a);
    f.entries = val_list(k.a);
    f.counters = val_list(k.a);
    if (!db_read(k.db, look, &f, &e))
        return cmd_refused(&e);
    clean = !f.ledger->first && !f.rows->first && !f.votes->first && !f.appraisals->first &&
            !f.duties->first && !f.entries->first && !f.counters->first;
    if (args->json) {
        cmd_print_json(k.a, report(&f, clean));
        return clean ? EXIT_OK : EXIT_FAILED;
    }
    print_faults(f.ledger, "ledger");
    print_faults(f.rows, "matter");
    print_faults(f.votes, "gathering");
    print_faults(f.appraisals, "appraisal");
    print_faults(f.duties, "duty");
    print_entries(k.a, f.entries);
    print_counters(f.counters);
    if (!f.compared)
        (void)printf("entries: not compared, since a server has not counted all matters with the "
                     "figures of this pack yet\n");
    if (clean)
        (void)printf("clean: %lld matters are what the ledger says\n", (long long)f.matters);
    return clean ? EXIT_OK : EXIT_FAILED;
}
