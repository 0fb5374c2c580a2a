/* text evaluate, train, classify: the classifier from the command line. */
#include "text/text.h"
#include "base/file.h"
#include "cmd/cmd.h"
#include "cmd/model.h"
#include "cmd/text_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LABELS_MAX 256
#define MODEL_MAX  ((size_t)1 << 30)
#define BANDS      10

struct data {
    struct labelled *row;
    size_t n;
};

/* label first, then title, then what is the body. */
static bool data_read(struct cmd_args *args, const char *path, struct data *out, struct err *e)
{
    const char *label = option_get(args, "label"), *text = option_get(args, "text");
    struct arena *a = args->a;
    const char *names;
    struct rows r;

    label = label ? label : "label";
    names = str_format(a, "%s,%s", label, text ? text : "title,detail").p;
    if (!rows_read(a, path, names, &r, e))
        return false;
    if (!text && !r.has[2] && !rows_read(a, path, str_format(a, "%s,title,body", label).p, &r, e))
        return false;
    if (!r.has[0] || text) {
        if (!rows_need(&r, path, names, e))
            return false;
    } else if (!r.has[1] && !r.has[2]) {
        return refuse(e, ERR_INVALID, "text", "%s has none of the text columns.", path);
    }
    *out = (struct data){NEW_ARRAY(a, struct labelled, r.n), r.n};
    for (size_t i = 0; i < r.n; i++) {
        out->row[i].label = rows_cell(&r, i, 0);
        out->row[i].title = rows_cell(&r, i, 1);
        out->row[i].body = r.n_columns > 2 ? rows_rest(a, &r, i, 2) : S("");
    }
    return true;
}

struct tally {
    struct str name[LABELS_MAX];
    size_t n_labels, n, right;
    size_t *count; /* true × suggested */
    struct {
        size_t n, right;
        double confidence;
    } band[BANDS];
    double seconds;
};

static size_t label_index(struct tally *t, struct str label)
{
    size_t i = 0;

    while (i < t->n_labels && !str_eq(t->name[i], label))
        i++;
    if (i == LABELS_MAX)
        return LABELS_MAX - 1;
    if (i == t->n_labels)
        t->name[t->n_labels++] = label;
    return i;
}

static double now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test(struct tally *t, struct arena *a, const struct classifier *c,
                 const struct labelled *row, size_t n)
{
    struct suggestion *best = NEW_ARRAY(a, struct suggestion, n);
    double from = now_s();

    for (size_t i = 0; i < n; i++)
        (void)classifier_suggest(c, row[i].title, row[i].body, &best[i], 1);
    t->seconds += now_s() - from;
    for (size_t i = 0; i < n; i++) {
        size_t is = label_index(t, row[i].label), said = label_index(t, best[i].label);
        size_t band = (size_t)(best[i].confidence * BANDS);

        band = band < BANDS ? band : BANDS - 1;
        t->count[is * LABELS_MAX + said]++;
        t->n++;
        t->right += is == said;
        t->band[band].n++;
        t->band[band].right += is == said;
        t->band[band].confidence += best[i].confidence;
    }
}

static bool test_folds(struct tally *t, struct arena *a, const struct data *d, size_t folds,
                       struct err *e)
{
    struct labelled *seen = NEW_ARRAY(a, struct labelled, d->n);
    struct labelled *held = NEW_ARRAY(a, struct labelled, d->n);

    for (size_t fold = 0; fold < folds; fold++) {
        size_t n_seen = 0, n_held = 0, of_label[LABELS_MAX] = {0};
        struct classifier *c;

        for (size_t i = 0; i < d->n; i++) {
            if (of_label[label_index(t, d->row[i].label)]++ % folds == fold)
                held[n_held++] = d->row[i];
            else
                seen[n_seen++] = d->row[i];
        }
        if (!classifier_train(a, seen, n_seen, &c, e))
            return false;
        test(t, a, c, held, n_held);
    }
    return true;
}

struct rates {
    double precision, recall, f1;
    size_t n;
};

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static struct rates rates_of(const struct tally *t, size_t label)
{
    size_t both = t->count[label * LABELS_MAX + label], is = 0, said = 0;

    for (size_t i = 0; i < t->n_labels; i++) {
        is += t->count[label * LABELS_MAX + i];
        said += t->count[i * LABELS_MAX + label];
    }
    return (struct rates){share(both, said), share(both, is), share(2 * both, is + said), is};
}

static double macro_f1(const struct tally *t)
{
    double sum = 0;

    for (size_t i = 0; i < t->n_labels; i++)
        sum += rates_of(t, i).f1;
    return t->n_labels ? sum / (double)t->n_labels : 0;
}

static double per_second(const struct tally *t)
{
    return t->seconds > 0 ? (double)t->n / t->seconds : 0;
}

static void print_json_labels(struct arena *a, const struct tally *t)
{
    for (size_t i = 0; i < t->n_labels; i++) {
        struct rates r = rates_of(t, i);
        struct buf b = {.arena = a};

        buf_json(&b, t->name[i]);
        (void)printf("%s{\"label\":%.*s,\"n\":%zu,\"precision\":%.4f,\"recall\":%.4f,\"f1\":%.4f}",
                     i ? "," : "", STR_ARG(buf_str(&b)), r.n, r.precision, r.recall, r.f1);
    }
}

static void print_json(struct arena *a, const struct tally *t)
{
    (void)printf("{\"n\":%zu,\"accuracy\":%.4f,\"macro_f1\":%.4f,\"messages_per_second\":%.0f,"
                 "\"labels\":[",
                 t->n, share(t->right, t->n), macro_f1(t), per_second(t));
    print_json_labels(a, t);
    (void)printf("],\"confusion\":[");
    for (size_t i = 0; i < t->n_labels; i++) {
        (void)printf(i ? ",[" : "[");
        for (size_t j = 0; j < t->n_labels; j++)
            (void)printf(j ? ",%zu" : "%zu", t->count[i * LABELS_MAX + j]);
        (void)printf("]");
    }
    (void)printf("],\"reliability\":[");
    for (size_t i = 0, some = 0; i < BANDS; i++) {
        size_t n = t->band[i].n;

        if (n)
            (void)printf("%s{\"n\":%zu,\"confidence\":%.3f,\"right\":%.3f}", some++ ? "," : "", n,
                         t->band[i].confidence / (double)n, share(t->band[i].right, n));
    }
    (void)printf("]}\n");
}

static void print_text(const struct tally *t)
{
    (void)printf("accuracy             %.4f  (%zu of %zu)\nmacro F1             %.4f\n"
                 "messages per second  %.0f  (one core)\n\n"
                 "precision  recall  F1      n      label\n",
                 share(t->right, t->n), t->right, t->n, macro_f1(t), per_second(t));
    for (size_t i = 0; i < t->n_labels; i++) {
        struct rates r = rates_of(t, i);

        (void)printf("%.4f     %.4f  %.4f  %5zu  %.*s\n", r.precision, r.recall, r.f1, r.n,
                     STR_ARG(t->name[i]));
    }
    (void)printf("\nconfusion: a row for each true label, a column for each suggested one\n");
    for (size_t i = 0; i < t->n_labels; i++) {
        for (size_t j = 0; j < t->n_labels; j++)
            (void)printf("%6zu", t->count[i * LABELS_MAX + j]);
        (void)printf("  %.*s\n", STR_ARG(t->name[i]));
    }
    (void)printf("\nreliability: how often suggestions of this confidence were right\n"
                 "    n  confidence  right\n");
    for (size_t i = 0; i < BANDS; i++) {
        size_t n = t->band[i].n;

        if (n)
            (void)printf("%5zu  %.3f       %.3f\n", n, t->band[i].confidence / (double)n,
                         share(t->band[i].right, n));
    }
}

#define TEXT_OPTIONS                                                                   \
    {.name = "label", .value = "COLUMN", .help = "the column with the label (label)"}, \
    {                                                                                  \
        .name = "text", .value = "COLUMN,…",                                           \
        .help = "the title's column, then the body's (title,detail or title,body)"     \
    }

COMMAND(
    cmd_text_evaluate, .name = "text evaluate",
    .usage = "text evaluate --train FILE (--test FILE | --folds N) [--label COLUMN] "
             "[--text COLUMN,COLUMN] [--json]",
    .help = "how well a classifier does that is trained from labelled messages",
    .options = OPTIONS({.name = "train", .value = "FILE", .help = "labelled", .need = true},
                       {.name = "test", .value = "FILE", .help = "labelled, not trained on"},
                       {.name = "folds", .value = "N", .help = "hold out each Nth part in turn"},
                       TEXT_OPTIONS))
{
    const char *test_path = option_get(args, "test"), *folds = option_get(args, "folds");
    long n_folds = folds ? strtol(folds, NULL, 10) : 0;
    struct tally *t = NEW(args->a, struct tally);
    struct classifier *c;
    struct data seen, held;
    struct err e = {0};

    if (!test_path == !folds || (folds && (n_folds < 2 || n_folds > 100)))
        return cmd_say(args, EXIT_USAGE, "give either --test FILE or --folds N (2 to 100)");
    t->count = NEW_ARRAY(args->a, size_t, (size_t)LABELS_MAX * LABELS_MAX);
    if (!data_read(args, option_get(args, "train"), &seen, &e))
        return cmd_refused(&e);
    if (folds) {
        if (!test_folds(t, args->a, &seen, (size_t)n_folds, &e))
            return cmd_refused(&e);
    } else {
        if (!data_read(args, test_path, &held, &e) ||
            !classifier_train(args->a, seen.row, seen.n, &c, &e))
            return cmd_refused(&e);
        test(t, args->a, c, held.row, held.n);
    }
    if (args->json)
        print_json(args->a, t);
    else
        print_text(t);
    return EXIT_OK;
}

/* Kept in a district: labels become its subjects as far as they are known; others stay. */
static int train_for(const struct cmd_args *args, struct model_home **home, struct data *d)
{
    int code = model_open(args, home);

    for (size_t i = 0; code == EXIT_OK && i < d->n; i++)
        d->row[i].label = model_subject(*home, d->row[i].label);
    return code;
}

COMMAND(cmd_text_train, .name = "text train",
        .usage = "text train FILE (--data DIR | --out MODEL) [--label COLUMN] "
                 "[--text COLUMN,COLUMN]",
        .help = "train a classifier from labelled messages", .most = 1,
        .options = OPTIONS({.name = "train", .value = "FILE", .help = "the same as FILE"},
                           {.name = "out", .value = "MODEL", .help = "written to a file"},
                           {.name = "data", .value = "DIR", .help = "kept in this district"},
                           {.name = "database", .value = "URL", .help = "as elsewhere"},
                           {.name = "district", .value = "CODE", .help = "which one"},
                           TEXT_OPTIONS))
{
    const char *from = args->n_rest ? args->rest[0] : option_get(args, "train"),
               *out = option_get(args, "out");
    bool in_district = option_has(args, "data") || option_has(args, "database");
    struct model_home *home = NULL;
    struct classifier *c;
    struct str bytes;
    struct data d;
    struct err e = {0};
    int code = EXIT_OK;

    if (!from)
        return cmd_say(args, EXIT_USAGE, "say which FILE has the labelled messages");
    if (!out && !in_district)
        return cmd_say(args, EXIT_USAGE,
                       "say where the classifier is kept: --data DIR or --out MODEL");
    if (!data_read(args, from, &d, &e))
        return cmd_refused(&e);
    if (in_district)
        code = train_for(args, &home, &d);
    if (code != EXIT_OK)
        return code;
    if (!classifier_train(args->a, d.row, d.n, &c, &e))
        return cmd_refused(&e);
    bytes = classifier_write(args->a, c);
    if ((out && !file_write(out, bytes, 0644, &e)) || (home && !model_store(home, bytes, &e)))
        return cmd_refused(&e);
    (void)printf(args->json ? "{\"rows\":%zu,\"bytes\":%zu}\n" : "%zu rows, %zu bytes\n", d.n,
                 bytes.n);
    return EXIT_OK;
}

static void print_suggestion(struct arena *a, const struct classifier *c, struct str title,
                             struct str body, bool json)
{
    struct val *it = val_map(a), *reasons = set_list(it, "reasons");
    struct suggestion best;

    (void)classifier_suggest(c, title, body, &best, 1);
    set_str(it, "title", title);
    set_str(it, "label", best.label);
    set_int(it, "confidence_permille", (int64_t)(best.confidence * 1000 + 0.5));
    classifier_reasons(a, c, title, body, best.label, reasons);
    if (json) {
        cmd_print_json(a, it);
        return;
    }
    (void)printf("%.2f  %.*s  %.*s  [", best.confidence, STR_ARG(best.label), STR_ARG(title));
    for (const struct item *r = reasons->first; r; r = r->next)
        (void)printf("%.*s%s", STR_ARG(val_text(&r->val, "word")), r->next ? " " : "");
    (void)printf("]\n");
}

COMMAND(
    cmd_text_classify, .name = "text classify",
    .usage = "text classify FILE --model MODEL [--text COLUMN,COLUMN] [--json]",
    .help = "suggest a label for each message, with the words that decided (--json: an object a "
            "line)",
    .options = OPTIONS({.name = "model", .value = "MODEL", .help = "from text train", .need = true},
                       {.name = "text",
                        .value = "COLUMN,…",
                        .help = "the title's column, then the body's (title,detail)"}),
    .least = 1, .most = 1)
{
    const char *text = option_get(args, "text");
    struct classifier *c;
    struct str bytes;
    struct rows r;
    struct err e = {0};

    if (!file_read(args->a, option_get(args, "model"), MODEL_MAX, &bytes, &e) ||
        !classifier_read(args->a, bytes, &c, &e) ||
        !rows_read(args->a, args->rest[0], text ? text : "title,detail", &r, &e) ||
        (text && !rows_need(&r, args->rest[0], text, &e)))
        return cmd_refused(&e);
    if (!r.has[0] && !r.has[1])
        return cmd_say(args, EXIT_FAILED, "%s has none of the text columns", args->rest[0]);
    for (size_t i = 0; i < r.n; i++) {
        struct arena scratch;

        arena_init(&scratch, (size_t)1 << 30);
        print_suggestion(&scratch, c, rows_cell(&r, i, 0),
                         r.n_columns > 1 ? rows_rest(&scratch, &r, i, 1) : S(""), args->json);
        arena_reset(&scratch);
    }
    return EXIT_OK;
}
