/* Every duty against the ledger of its source: what was done or excused, and by whom. */
#include "civic/duty.h"
#include "civic/verifier.h"

#include "val/json.h"

#define CONTENT_BYTES ((size_t)1 << 20)

STMT(verify_sources, "SELECT DISTINCT source_id FROM duty WHERE district = $1 AND source_id > $2 "
                     "ORDER BY source_id LIMIT $3");
STMT(verify_duties, "SELECT " DUTY_COLUMNS " FROM duty d WHERE d.district = $1 AND d.source_id = "
                    "$2 ORDER BY d.name, d.from_at");
STMT(verify_duty_events,
     "SELECT seq, at, who, kind, content FROM event WHERE district = $1 AND subject = $2 AND kind "
     "IN ('duty_done', 'duty_excused') ORDER BY seq");
STMT(verify_unit_life, "SELECT from_at, to_at FROM unit WHERE district = $1 AND id = $2");
STMT(verify_entry_life, "SELECT from_at, to_at FROM roll_entry WHERE district = $1 AND id = $2");
STMT(verify_bond_life, "SELECT from_at, ended_at FROM bond WHERE district = $1 AND id = $2");

struct noted { /* in the ledger */
    int64_t seq, at, who, from_at;
    struct str name, kind, note;
    bool found;
    struct noted *next;
};

struct checking {
    struct desk *k; /* memory of one source */
    struct val *faults;
    struct noted *noted;
};

/* As duty_done() and duty_excuse() keep it. */
static struct str note_of(struct arena *a, struct val *content, struct str kind)
{
    const struct val *fields = val_get(content, S("fields"));
    struct val *reason = val_map(a);

    if (str_eq(kind, S("duty_done")))
        return fields && fields->first ? json_text(a, fields) : S("");
    set_str(reason, "reason", val_text(content, "reason"));
    return json_text(a, reason);
}

static void read_noted(struct checking *c, int64_t source)
{
    struct desk *k = c->k;
    struct rows r = db_query(k->db, k->a, verify_duty_events, ARG(k->d->code), ARG(source));

    c->noted = NULL;
    while (rows_next(&r)) {
        struct noted *n = NEW(k->a, struct noted);
        struct val *content;
        struct err e = {0};

        if (!json_read(k->a, row_str(&r, 4), CONTENT_BYTES, &content, &e)) {
            verify_fault(c->faults, source, row_int(&r, 0), S("the event cannot be read"));
            continue;
        }
        *n = (struct noted){.seq = row_int(&r, 0),
                            .at = row_int(&r, 1),
                            .who = row_int(&r, 2),
                            .from_at = val_int(content, "from"),
                            .name = val_text(content, "duty"),
                            .kind = row_str(&r, 3),
                            .next = c->noted};
        n->note = note_of(k->a, content, n->kind);
        c->noted = n;
    }
}

static struct noted *noted_of(const struct checking *c, const struct duty *d)
{
    for (struct noted *n = c->noted; n; n = n->next) {
        if (!n->found && n->from_at == d->key.from_at && str_eq(n->name, d->key.name))
            return n;
    }
    return NULL;
}

static void check_one(struct checking *c, const struct duty *d)
{
    bool done = str_eq(d->state, S("done")), excused = str_eq(d->state, S("excused"));
    struct noted *n = noted_of(c, d);

    if (!n && (done || excused || d->done_at || d->by_id)) {
        verify_fault(c->faults, d->key.source_id, 0,
                     S("a duty was done or excused, and the ledger does not know"));
        return;
    }
    if (!n)
        return;
    n->found = true;
    if (n->at != d->done_at || n->who != d->by_id || !str_eq(n->note, d->note) ||
        !str_eq(n->kind, done      ? S("duty_done")
                         : excused ? S("duty_excused")
                                   : S("")))
        verify_fault(c->faults, d->key.source_id, n->seq, S("a duty is not what the ledger says"));
}

static const struct stmt *life_of(struct str noun)
{
    return str_eq(noun, S("unit"))   ? &verify_unit_life
           : str_eq(noun, S("bond")) ? &verify_bond_life
                                     : &verify_entry_life;
}

/* It belongs to the time in which its source was there. */
static void check_life(struct checking *c, const struct duty *first, int64_t oldest, int64_t newest)
{
    struct desk *k = c->k;
    const struct arg args[] = {ARG(k->d->code), ARG(first->key.source_id)};
    struct rows r = db_query_args(k->db, k->a, life_of(first->noun), args, COUNT(args));
    bool there = rows_next(&r);
    int64_t from = there ? row_int(&r, 0) : 0, to = there ? row_int(&r, 1) : 0;

    rows_end(&r);
    if (!there || oldest < from || (to && newest >= to))
        verify_fault(c->faults, first->key.source_id, 0,
                     S("a duty lies outside of the time of what it is of"));
}

static void check_source(struct desk *k, int64_t source, void *faults)
{
    struct checking one = {.k = k, .faults = faults}, *c = &one;
    struct rows r = db_query(k->db, k->a, verify_duties, ARG(k->d->code), ARG(source));
    struct duty d, first = {0};
    int64_t oldest = 0, newest = 0;

    read_noted(c, source);
    while (rows_next(&r)) {
        duty_read_row(k, &r, &d);
        check_one(c, &d);
        if (!first.key.source_id)
            first = d;
        oldest = !oldest || d.key.from_at < oldest ? d.key.from_at : oldest;
        newest = d.key.from_at > newest ? d.key.from_at : newest;
    }
    check_life(c, &first, oldest, newest);
    for (const struct noted *n = c->noted; n; n = n->next) {
        if (!n->found)
            verify_fault(c->faults, source, n->seq, S("the ledger has a duty that is not there"));
    }
}

void duties_verify(struct desk *k, struct val *faults)
{
    verify_each(k, &verify_sources, check_source, faults);
}

VERIFIER(duties_verify, "duty");
