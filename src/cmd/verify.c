#include "civic/replay.h"
#include "civic/tally.h"
#include "civic/verifier.h"
#include "cmd/data.h"

#include <stdio.h>

struct found {
    struct desk *k;
    struct val *ledger, *rows, *entries, *counters;
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
        verify_all(f->k, f->rows);
    }
    f->compared = entries_check(f->k, f->entries);
    tally_check(f->k, f->counters);
    return true;
}

/* Rows say of which noun they are. */
static void print_faults(const struct val *list, struct str what)
{
    for (const struct item *it = list->first; it; it = it->next)
        (void)printf("%.*s: subject %lld, event %lld: %.*s\n",
                     STR_ARG(val_get(&it->val, S("noun")) ? val_text(&it->val, "noun") : what),
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
    f.entries = val_list(k.a);
    f.counters = val_list(k.a);
    if (!db_read(k.db, look, &f, &e))
        return cmd_refused(&e);
    clean = !f.ledger->first && !f.rows->first && !f.entries->first && !f.counters->first;
    if (args->json) {
        cmd_print_json(k.a, report(&f, clean));
        return clean ? EXIT_OK : EXIT_FAILED;
    }
    print_faults(f.ledger, S("ledger"));
    print_faults(f.rows, S("matter"));
    print_entries(k.a, f.entries);
    print_counters(f.counters);
    if (!f.compared)
        (void)printf("entries: not compared, since a server has not counted all matters with the "
                     "figures of this pack yet\n");
    if (clean)
        (void)printf("clean: %lld matters are what the ledger says\n", (long long)f.matters);
    return clean ? EXIT_OK : EXIT_FAILED;
}
