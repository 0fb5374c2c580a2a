/* A spreadsheet before it is run: a look into it, and keeping it between two requests. */
#include "civic/import_noun.h"

#include "base/utf8.h"
#include "civic/job.h"

#include <string.h>

#define SAMPLE_ROWS 5
#define SAMPLE_CELL 60

STMT(kept_put, "INSERT INTO request_key (district, key, answer, at) VALUES ($1, $2, $3, $4) ON "
               "CONFLICT (district, key) DO UPDATE SET answer = excluded.answer");
STMT(kept_get, "SELECT answer FROM request_key WHERE district = $1 AND key = $2");
STMT(kept_drop, "DELETE FROM request_key WHERE district = $1 AND key >= $2 AND key < $3");
STMT(kept_old, "SELECT key FROM request_key WHERE district = $1 AND key >= 'import/' AND key < "
               "'import0' AND at < $2 ORDER BY at LIMIT 100");

/* ---- looking --------------------------------------------------------------- */

static void take_sample(struct arena *a, struct val *sample, const struct cells *row, size_t most)
{
    struct val *cells = set_list(add_map(sample), "cells");

    for (size_t i = 0; i < row->n && i < most; i++)
        add_val(cells, (struct val){.kind = VAL_STR,
                                    .str = str_copy(a, utf8_cut(row->cell[i], SAMPLE_CELL))});
}

static void take_header(struct arena *a, const struct cells *row, struct import_peek *out)
{
    struct str *header = NEW_ARRAY(a, struct str, row->n + 1);

    for (size_t i = 0; i < row->n; i++)
        header[i] = str_copy(a, row->cell[i]);
    out->header = header;
    out->columns = row->n;
}

bool import_peek(const struct desk *k, struct str noun, struct str bytes, int64_t rows_max,
                 struct import_peek *out, struct err *e)
{
    struct import_job job = {.noun = noun, .bytes = bytes};
    struct arena *a = k->a;
    struct sheet *s;
    struct cells row;

    *out = (struct import_peek){.sample = val_list(a)};
    if (!import_open(k, &job, &s, &row, e))
        return false;
    take_header(a, &row, out);
    while (sheet_next(s, &row, e)) {
        if (out->rows++ < SAMPLE_ROWS)
            take_sample(a, out->sample, &row, out->columns);
        if (out->rows > rows_max)
            return refuse(e, ERR_TOO_LARGE, "file",
                          "A file of more than %lld rows is imported with the command line: "
                          "yingshao import.",
                          (long long)rows_max);
    }
    return e->kind == ERR_NONE;
}

/* ---- keeping --------------------------------------------------------------- */

static struct str key_of(struct desk *k, int64_t id, struct str part)
{
    return str_format(k->a, "import/%lld/%lld/%.*s", (long long)k->actor->person, (long long)id,
                      STR_ARG(part));
}

void import_keep_part(struct desk *k, int64_t id, struct str part, struct str text)
{
    (void)db_run(k->db, kept_put, ARG(k->d->code), ARG(key_of(k, id, part)),
                 ARG(seal_text(k->db, k->d, k->a, id, text)), ARG(k->now));
}

int64_t import_keep(struct desk *k, struct str bytes)
{
    int64_t id = id_next(k->d->ids, k->now);

    import_keep_part(k, id, S("file"), bytes);
    return id;
}

bool import_kept(struct desk *k, int64_t id, struct str part, struct str *text, struct err *e)
{
    struct rows r = db_query(k->db, k->a, kept_get, ARG(k->d->code), ARG(key_of(k, id, part)));
    bool found = rows_next(&r);

    if (found)
        *text = unseal_text(k->db, k->d, k->a, id, row_str(&r, 0));
    rows_end(&r);
    return found || refuse(e, ERR_NOT_FOUND, "file",
                           "This file is no longer here. Please choose it once more.");
}

/* "import/PERSON/ID/": all parts of one file, and the key that they are sealed with. */
static void forget(struct desk *k, struct str prefix)
{
    struct str id = S(""), rest = prefix;
    int64_t subject;

    for (int i = 0; i < 3; i++)
        rest = str_cut(rest, '/', &id);
    (void)db_run(k->db, kept_drop, ARG(k->d->code), ARG(prefix),
                 ARG(str_format(k->a, "%.*s~", STR_ARG(prefix))));
    if (str_int(id, &subject))
        seal_erase(k->db, k->d, subject);
}

/* Whether it was imported or left lying: residents' phone numbers stand in it. */
JOB(import_sweep, .every_ms = HOUR_MS)
{
    struct desk k = {.db = db, .d = d, .a = a, .now = now};
    struct rows r = db_query(db, a, kept_old, ARG(d->code), ARG(now - DAY_MS));
    struct str key[100];
    int n = 0;

    (void)e;
    while (rows_next(&r))
        key[n++] = row_str(&r, 0);
    for (int i = 0; i < n; i++) {
        const char *last = memrchr(key[i].p, '/', key[i].n);

        forget(&k, (struct str){key[i].p, (size_t)(last - key[i].p) + 1});
    }
    return n;
}
