#include "civic/import.h"

#include "base/utf8.h"
#include "civic/import_noun.h"
#include "civic/tally.h"

#include <string.h>

#define TITLES_MAX 3
/* A batch is a commit: its rows, a second or so, in one write to each page that they share. */
#define BATCH        10000
#define BATCH_MEMORY ((size_t)1 << 30)

struct column {
    const struct import_field *field;
    int at; /* in the file; -1: not there */
    struct str name;
};

struct run {
    struct desk *k;
    const struct import_job *job;
    const struct import_noun *noun;
    const struct import_field *field; /* the noun's, and the pack's facts behind them */
    size_t n_fields;
    struct column *column; /* of each */
    struct import_report *out;
    struct arena batch, one; /* of a batch; of the row at hand */
    bool inside;             /* of the caller's job */
};

/* ---- columns ------------------------------------------------------------ */

/* What other programs call a field is the pack's to say: settings, import, columns. */
static const struct val *aliases(const struct desk *k, const char *field)
{
    const struct val *v = k->d->pack->setting ? val_get(k->d->pack->setting, S("import")) : NULL;

    v = v ? val_get(v, S("columns")) : NULL;
    return v ? val_get(v, str_of(field)) : NULL;
}

static int find_titled(const struct cells *header, const struct title *title, struct str *name)
{
    int at = cells_find(header, *name = title->zh);

    return at >= 0 ? at : cells_find(header, *name = title->en);
}

static int find_aliases(const struct desk *k, const struct cells *header,
                        const struct import_field *field, struct str *name)
{
    const struct val *names = aliases(k, field->name);
    int at = cells_find(header, *name = str_of(field->name));

    if (at < 0 && field->title)
        at = find_titled(header, field->title, name);

    for (const struct item *it = names ? names->first : NULL; it && at < 0; it = it->next) {
        at = cells_find(header, it->val.str);
        if (at >= 0)
            *name = str_copy(k->a, it->val.str);
    }
    return at;
}

int import_column(const struct desk *k, const struct import_peek *p,
                  const struct import_field *field)
{
    struct cells header = {.cell = p->header, .n = p->columns};
    struct str name;

    return find_aliases(k, &header, field, &name);
}

static bool has_field(const struct import_field *field, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(str_of(field[i].name), name))
            return true;
    }
    return false;
}

const struct import_field *import_fields(const struct desk *k, struct str noun, size_t *n)
{
    const struct import_noun *it = import_noun_find(noun);
    struct import_field *field;
    struct facts_ask ask;

    *n = it ? it->n_fields : 0;
    if (!it || !it->asks)
        return it ? it->field : NULL;
    field = NEW_ARRAY(k->a, struct import_field, IMPORT_FIELDS_MAX);
    memcpy(field, it->field, *n * sizeof(*field));
    for (int which = 0; which < it->asks(k->d->pack, which, &ask); which++) {
        for (int i = 0; i < ask.n && *n < IMPORT_FIELDS_MAX; i++) {
            if (!has_field(field, *n, ask.field[i].name))
                field[(*n)++] = (struct import_field){.name = ask.field[i].name.p,
                                                      .title = &ask.field[i].title};
        }
    }
    return field;
}

const char *import_right(struct str noun)
{
    const struct import_noun *it = import_noun_find(noun);

    if (it)
        return it->right;
    return str_eq(noun, S("areas")) ? "area.manage" : NULL;
}

/* ---- the header ---------------------------------------------------------- */

static size_t filled(const struct cells *row)
{
    size_t n = 0;

    for (size_t i = 0; i < row->n; i++)
        n += row->cell[i].n > 0;
    return n;
}

static bool names_a_column(const struct desk *k, const struct import_job *job,
                           const struct cells *row)
{
    size_t n;
    const struct import_field *field = import_fields(k, job->noun, &n);
    struct str name;
    bool any = !field;

    for (size_t i = 0; i < n; i++)
        any = any || find_aliases(k, row, &field[i], &name) >= 0;
    for (size_t i = 0; i < job->maps; i++)
        any = any || cells_find(row, job->map[i].column) >= 0;
    return any;
}

static bool first_row(struct arena *a, struct str bytes, struct sheet **s, struct cells *row,
                      struct err *e)
{
    if (!sheet_open(a, bytes, s, e))
        return false;
    return sheet_next(*s, row, e) ||
           (e->kind ? false : refuse(e, ERR_INVALID, "file", "The file is empty."));
}

bool import_open(const struct desk *k, const struct import_job *job, struct sheet **s,
                 struct cells *header, struct err *e)
{
    if (!first_row(k->a, job->bytes, s, header, e))
        return false;
    for (int i = 0; i < TITLES_MAX; i++) {
        if (filled(header) > 1 || names_a_column(k, job, header))
            return true;
        if (!sheet_next(*s, header, e))
            break;
    }
    return filled(header) > 1 || (!e->kind && first_row(k->a, job->bytes, s, header, e));
}

static int find_column(const struct run *r, const struct cells *header, struct column *c)
{
    for (size_t i = 0; i < r->job->maps; i++) {
        if (str_eq(r->job->map[i].field, str_of(c->field->name))) {
            c->name = r->job->map[i].column;
            return c->name.n ? cells_find(header, c->name) : -1;
        }
    }
    return find_aliases(r->k, header, c->field, &c->name);
}

static bool is_mapped(const struct run *r, const char *field)
{
    for (size_t i = 0; i < r->job->maps; i++) {
        if (str_eq(r->job->map[i].field, str_of(field)))
            return true;
    }
    return false;
}

static bool find_columns(struct run *r, const struct cells *header, struct err *e)
{
    bool any = false;

    r->column = NEW_ARRAY(r->k->a, struct column, r->n_fields);
    for (size_t i = 0; i < r->n_fields; i++) {
        struct column *c = &r->column[i];

        c->field = &r->field[i];
        c->at = find_column(r, header, c);
        if (c->at < 0 && (c->field->need || (c->name.n && is_mapped(r, c->field->name))))
            return refuse(e, ERR_INVALID, "map", "The file has no column %.*s.", STR_ARG(c->name));
        any = any || (c->at >= 0 && c->field->any_of);
    }
    return any || !r->noun->needs_any ||
           refuse(e, ERR_INVALID, "map", "The file has none of the columns %s.",
                  r->noun->needs_any);
}

static bool check_map(const struct run *r, struct err *e)
{
    for (size_t i = 0; i < r->job->maps; i++) {
        struct str field = r->job->map[i].field;

        if (!has_field(r->field, r->n_fields, field))
            return refuse(e, ERR_INVALID, "field", "There is no field called %.*s.",
                          STR_ARG(field));
        for (size_t before = 0; before < i; before++) {
            if (str_eq(field, r->job->map[before].field))
                return refuse(e, ERR_INVALID, "field", "The field %.*s is given two columns.",
                              STR_ARG(field));
        }
    }
    return true;
}

/* ---- rows --------------------------------------------------------------- */

struct row {
    struct run *r;
    struct import_row in;
    struct err e;
    bool skipped;
};

static const struct column *column_of(const struct run *r, const char *field)
{
    for (size_t i = 0; field && i < r->n_fields; i++) {
        if (strcmp(r->column[i].field->name, field) == 0)
            return &r->column[i];
    }
    return NULL;
}

static void take_row(struct run *r, const struct cells *cells, struct row *row)
{
    struct str *value = NEW_ARRAY(&r->batch, struct str, r->n_fields);
    struct val *facts = r->n_fields > r->noun->n_fields ? val_map(&r->batch) : NULL;

    for (size_t i = 0; i < r->n_fields; i++) {
        int at = r->column[i].at;

        value[i] = at >= 0 && (size_t)at < cells->n ? str_copy(&r->batch, cells->cell[at]) : S("");
        if (i >= r->noun->n_fields && value[i].n)
            set_str(facts, r->field[i].name, value[i]);
    }
    *row = (struct row){.r = r,
                        .in = {.value = value, .facts = facts, .line = cells->line, .job = r->job}};
}

static bool run_row(struct db *db, void *arg, struct err *e)
{
    struct row *row = arg;
    struct desk k = *row->r->k;

    k.db = db;
    k.a = &row->r->one;
    arena_clear(k.a); /* the same warm memory for every row */
    row->skipped = false;
    return row->r->noun->put(&k, &row->in, &row->skipped, e);
}

void import_reject(struct desk *k, struct import_report *out, const struct import_fault *f,
                   const struct err *why)
{
    struct val *v;

    if (out->rejected++ >= IMPORT_ERRORS_MAX)
        return;
    v = add_map(out->errors);
    set_int(v, "line", f->line);
    set_str(v, "column", str_copy(k->a, f->column));
    set_str(v, "value", str_copy(k->a, utf8_cut(f->value, 80)));
    set_str(v, "reason", str_copy(k->a, str_of(why->text)));
    set_str(v, "message", str_of(why->message));
    for (int i = 0; i < 2; i++)
        set_str(v, i ? "arg2" : "arg1", str_copy(k->a, str_of(why->arg[i])));
}

static void reject_row(struct run *r, const struct row *row)
{
    const struct column *c = column_of(r, row->e.field);
    struct import_fault f = {.line = row->in.line, .column = str_of(row->e.field)};

    if (c) {
        f.column = c->name;
        f.value = row->in.value[c - r->column];
    }
    import_reject(r->k, r->out, &f, &row->e);
}

static void count_row(struct run *r, struct row *row, bool done)
{
    if (row->skipped)
        r->out->skipped++;
    else if (done)
        r->out->accepted++;
    else
        reject_row(r, row);
}

static void end_batch_inside(struct run *r, struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct db_piece piece = {.run = run_row, .arg = &rows[i], .keep = true};
        struct tally_mark mark = tally_mark(r->k->d);
        bool done = db_try(r->k->db, &piece, &rows[i].e);

        if (!done)
            tally_back(r->k->d, &mark);
        count_row(r, &rows[i], done);
    }
    arena_reset(&r->batch);
}

static bool end_batch(struct run *r, struct row *rows, size_t n, struct err *e)
{
    struct db_hooks hooks = tally_hooks(r->k->d);
    struct db_job *job = NEW_ARRAY(&r->batch, struct db_job, n);
    struct db_job **list = NEW_ARRAY(&r->batch, struct db_job *, n);

    if (r->inside) {
        end_batch_inside(r, rows, n);
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        job[i] =
            (struct db_job){.run = run_row, .arg = &rows[i], .e = &rows[i].e, .repeatable = true};
        list[i] = &job[i];
    }
    db_group(r->k->db, list, n, &hooks);
    db_checkpoint(r->k->db);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].e.kind == ERR_BUSY)
            return refuse(e, ERR_BUSY, NULL, "%s", rows[i].e.text);
        count_row(r, &rows[i], job[i].done);
    }
    arena_reset(&r->batch);
    return true;
}

static bool run_rows(struct run *r, struct sheet *s, struct err *e)
{
    struct cells cells;
    struct row *rows = NULL;
    size_t n = 0;
    int64_t seen = 0;

    while (sheet_next(s, &cells, e)) {
        if (!n)
            rows = NEW_ARRAY(&r->batch, struct row, BATCH);
        take_row(r, &cells, &rows[n++]);
        if (n == BATCH) {
            if (!end_batch(r, rows, n, e))
                return false;
            n = 0;
        }
        if (++seen % 10000 == 0 && r->job->progress)
            r->job->progress(r->job->arg, seen);
    }
    if (e->kind)
        return false;
    return !n || end_batch(r, rows, n, e);
}

/* Reads the file from its first row: a job may be run twice. */
static bool through(struct run *r, struct err *e)
{
    struct cells header;
    struct sheet *s;
    bool ok;

    *r->out = (struct import_report){.errors = val_list(r->k->a)};
    if (!r->noun)
        return import_areas(r->k, r->job, r->out, e);
    if (!import_open(r->k, r->job, &s, &header, e) || !find_columns(r, &header, e))
        return false;
    arena_init(&r->batch, BATCH_MEMORY);
    arena_init(&r->one, BATCH_MEMORY);
    ok = run_rows(r, s, e);
    arena_reset(&r->batch);
    arena_reset(&r->one);
    return ok;
}

static bool through_inside(struct db *db, void *arg, struct err *e)
{
    (void)db;
    return through(arg, e);
}

/* All of it, and then all of it taken back: so a row finds what the rows before it brought. */
static bool only_tried(struct db *db, void *arg, struct err *e)
{
    struct run *r = arg;
    struct db_piece piece = {.run = through_inside, .arg = r};
    struct tally_mark mark = tally_mark(r->k->d);
    bool ok = db_try(db, &piece, e);

    tally_back(r->k->d, &mark);
    return ok;
}

static bool run(struct desk *k, const struct import_job *job, struct import_report *out,
                bool inside, struct err *e)
{
    struct run r = {
        .k = k, .job = job, .noun = import_noun_find(job->noun), .out = out, .inside = inside};
    struct db_hooks hooks = tally_hooks(k->d);

    *out = (struct import_report){.errors = val_list(k->a)};
    r.field = import_fields(k, job->noun, &r.n_fields);
    if (!r.noun && !str_eq(job->noun, S("areas")))
        return refuse(e, ERR_INVALID, "noun", "There is nothing called %.*s to import.",
                      STR_ARG(job->noun));
    if (job->channel.n && !import_channel(k, job->channel).n)
        return refuse(e, ERR_INVALID, "field", "There is no channel called %.*s.",
                      STR_ARG(job->channel));
    if (!check_map(&r, e))
        return false;
    if (!job->dry_run && (inside || r.noun)) /* rows by the batch, or in the caller's job */
        return through(&r, e);
    r.inside = true;
    if (inside)
        return only_tried(k->db, &r, e);
    return db_write(k->db, job->dry_run ? only_tried : through_inside, &r, &hooks, e);
}

bool import_run(struct desk *k, const struct import_job *job, struct import_report *out,
                struct err *e)
{
    return run(k, job, out, false, e) && tally_settle(k->db, k->d, e);
}

bool import_run_inside(struct desk *k, const struct import_job *job, struct import_report *out,
                       struct err *e)
{
    return run(k, job, out, true, e);
}
