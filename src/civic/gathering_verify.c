/* Every gathering against its events: what it is, who was on it, what was asked and marked. */
#include "civic/verifier.h"
#include "civic/verify.h"

#include "val/json.h"

#include <stdarg.h>
#include <stdio.h>

#define FAULTS_MAX  1000
#define CONTENT_MAX ((size_t)1 << 20)

STMT(verify_gatherings,
     "SELECT id FROM gathering WHERE district = $1 AND id > $2 ORDER BY id LIMIT "
     "$3");
STMT(verify_told, "SELECT seq, at, who, kind, content FROM event WHERE district = $1 AND subject = "
                  "$2 ORDER BY seq");

void wrong(struct checking *c, int64_t seq, const char *format, ...)
{
    char text[400];
    va_list args;

    if (c->n++ >= FAULTS_MAX)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    verify_fault(c->faults, c->g->id, seq, str_of(text));
}

bool told_is(const struct told *t, const char *kind)
{
    return str_eq(t->kind, str_of(kind));
}

/* ---- its own row ---------------------------------------------------------- */

struct row_told {
    struct str state, title, place, fields, roll, paper;
    int64_t starts_at, ends_at, called_at, opened_at, closed_at, should_attend, heads, seq;
};

static void hear_notice(struct checking *c, struct row_told *r, const struct told *t)
{
    r->title = val_text(t->content, "title");
    r->place = val_text(t->content, "place");
    r->starts_at = val_int(t->content, "starts_at");
    r->ends_at = val_int(t->content, "ends_at");
    r->fields = json_text(c->k->a, val_get(t->content, S("fields")));
}

/* Without a roll to settle first it is called as soon as it is prepared. */
static bool is_called_at_once(const struct gathering_kind *def)
{
    return def && !def->bodies && !def->contest && !def->paper;
}

static void hear_call(struct row_told *r, const struct told *t)
{
    r->state = S("called");
    r->called_at = t->at;
    r->should_attend = val_int(t->content, "should_attend");
    r->roll = val_text(t->content, "roll");
    r->paper = val_text(t->content, "paper");
}

static void hear_close(struct checking *c, struct row_told *r, const struct told *t)
{
    if (str_eq(r->state, S("called")))
        r->opened_at = r->starts_at;
    r->state = S("closed");
    r->closed_at = t->at;
    r->heads = val_int(t->content, "heads");
    r->fields = json_text(c->k->a, val_get(t->content, S("fields")));
}

static void row_hear(struct checking *c, struct row_told *r, const struct told *t)
{
    r->seq = t->seq;
    if (told_is(t, "prepare") || told_is(t, "call") || told_is(t, "move"))
        hear_notice(c, r, t);
    if (told_is(t, "prepare")) {
        r->state = is_called_at_once(c->g->def) ? S("called") : S("draft");
        r->called_at = is_called_at_once(c->g->def) ? t->at : 0;
    } else if (told_is(t, "call")) {
        hear_call(r, t);
    } else if (told_is(t, "move") && str_eq(r->state, S("called"))) {
        r->called_at = t->at;
    } else if (told_is(t, "cancel")) {
        r->state = S("cancelled");
    } else if (told_is(t, "open")) {
        r->state = S("open");
        r->opened_at = t->at;
    } else if (told_is(t, "close")) {
        hear_close(c, r, t);
    }
}

static void row_compare(struct checking *c, const struct row_told *r)
{
    const struct gathering *g = c->g;

    if (g->def && (!str_eq(r->state, g->state) || r->called_at != g->called_at ||
                   r->opened_at != g->opened_at || r->closed_at != g->closed_at))
        wrong(c, r->seq, "where it stands, or since when, is not what its events say");
    if (!str_eq(r->title, g->title) || !str_eq(r->place, g->place) ||
        r->starts_at != g->starts_at || r->ends_at != g->ends_at)
        wrong(c, r->seq, "its title, time or place is not what was announced");
    if (!str_eq(r->fields, json_text(c->k->a, g->fields)))
        wrong(c, r->seq, "what was written down of it is not what was sent");
    if (r->should_attend != g->should_attend || r->heads != g->heads)
        wrong(c, r->seq, "how many should attend, or came, is not what its events say");
}

/* ---- the whole ------------------------------------------------------------ */

static void verify_one(struct checking *c)
{
    struct desk *k = c->k;
    struct row_told row = {.state = S(""), .title = S(""), .place = S(""), .fields = S("")};
    struct seats_told *seats = seats_told(c);
    struct contest_told *contest = contest_told(c);
    struct booths_told *booths = booths_told(c);
    struct rows r = db_query(k->db, k->a, verify_told, ARG(k->d->code), ARG(c->g->id));

    while (rows_next(&r)) {
        struct told t = {row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), row_str(&r, 3), NULL};
        struct val *content = NULL;
        struct err e = {0};

        if (!json_read(k->a, row_str(&r, 4), CONTENT_MAX, &content, &e)) {
            wrong(c, t.seq, "the event cannot be read");
            continue;
        }
        t.content = content;
        row_hear(c, &row, &t);
        seats_hear(c, seats, &t);
        if (contest)
            contest_hear(c, contest, &t);
        if (booths)
            booths_hear(c, booths, &t);
    }
    row_compare(c, &row);
    seats_compare(c, seats, row.roll);
    if (contest)
        contest_compare(c, contest);
    if (booths)
        booths_compare(c, booths);
    paper_verify(c, row.paper);
}

static void verify_id(struct desk *k, int64_t id, void *arg)
{
    struct checking *c = arg;
    struct err e = {0};

    c->k = k;
    c->g = NEW(k->a, struct gathering);
    if (gathering_load(k, id, c->g, &e))
        verify_one(c);
}

void gatherings_verify(struct desk *k, struct val *faults)
{
    struct checking c = {.faults = faults};
    struct desk own = *k;

    verify_each(k, &verify_gatherings, verify_id, &c);
    own.a = arena_within(k->a);
    c.k = &own;
    questions_verify(&c);
}

VERIFIER(gatherings_verify, "gathering");
