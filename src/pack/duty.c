/* Duties: what falls due again and again out of an entry, a bond or a unit. */
#include "pack/duty.h"

#include "cal/rhythm.h"
#include "pack/read.h"

#include <string.h>

#define DUTIES_MAX 12

/* A word of `whos`, or a post in the source's own unit of a kind. */
static void who_of(struct pack_reader *r, const struct val *v, const char *whos,
                   struct duty_def *out)
{
    const struct val *who = take(v, "who");
    struct val plain;
    const char *own;

    if (!word_of(who).n) {
        FAULT(r, v->line, "duty %.*s: 'who' must say whose it is: %s%s'ROLE of KIND'",
              STR_ARG(out->name), whos, *whos ? " or " : "");
        return;
    }
    if (in_words(who->str, whos)) {
        out->who = who->str;
        return;
    }
    plain = *who;
    own = memmem(who->str.p, who->str.n, " of own ", 8);
    out->own = own != NULL;
    if (own) {
        size_t n = (size_t)(own + 4 - who->str.p);

        plain.str = str_format(r->a, "%.*s%.*s", (int)n, who->str.p, (int)(who->str.n - n - 4),
                               who->str.p + n + 4);
    }
    out->body = body_read(r, &plain);
    if (out->body.roll.n || out->body.every)
        FAULT(r, who->line, "duty %.*s: it is one post's: 'ROLE of KIND' or 'ROLE of own KIND'",
              STR_ARG(out->name));
}

static void times_read(struct pack_reader *r, const struct val *v, struct duty_def *out)
{
    out->every = take(v, "every") ? take_text(r, v, "every") : S("");
    if (!in_words(out->every, rhythm_words))
        FAULT(r, v->line, "duty %.*s: every must be one of %s", STR_ARG(out->name), rhythm_words);
    if (take(v, "within"))
        out->within = limit_read(r, take(v, "within"));
    if (take(v, "grace"))
        out->grace = limit_read(r, take(v, "grace"));
}

/* What is noted is read by whoever sees the source: nothing personal, and nothing that only a
 * matter can hold. */
static void fields_check(struct pack_reader *r, const struct duty_def *d)
{
    for (int i = 0; i < d->asks; i++) {
        const struct field *f = &d->ask[i];

        if (f->personal)
            FAULT(r, f->line, "field %.*s: a duty's note is never personal", STR_ARG(f->name));
        if (f->kind == FIELD_FILE || f->kind == FIELD_PERSON || f->kind == FIELD_LINES ||
            f->kind == FIELD_PLACE || f->kind == FIELD_CATEGORY || f->kind == FIELD_LIST ||
            f->kind == FIELD_UNIT)
            FAULT(r, f->line,
                  "field %.*s: a duty asks for text, choice, number, date, yes_no, money or "
                  "pictures",
                  STR_ARG(f->name));
    }
}

static void duty_read(struct pack_reader *r, const struct val *v, const char *whos,
                      struct duty_def *out)
{
    *out = (struct duty_def){.line = v->line};
    if (!take_map(r, v, "a duty"))
        return;
    take_keys(r, v, "duty", "name title every who within grace ask raises");
    out->name = take_word(r, v, "name");
    if (!out->name.n || memchr(out->name.p, '/', out->name.n))
        FAULT(r, v->line, "a duty needs a name of letters, digits and _");
    out->title = take_title(r, v, out->name);
    times_read(r, v, out);
    who_of(r, v, whos, out);
    out->ask = ask_read(r, v, "ask", &out->asks);
    fields_check(r, out);
    out->raise = take_words(r, v, "raises", &out->raises);
    for (int i = 0; i < out->raises; i++) {
        if (!val_get(r->mechanism, out->raise[i]))
            FAULT(r, v->line, "there is no mechanism '%.*s'", STR_ARG(out->raise[i]));
    }
}

const struct duty_def *duties_read(struct pack_reader *r, const struct val *map, const char *whos,
                                   int *n)
{
    const struct val *v = take(map, "duties");
    struct duty_def *out = NEW_ARRAY(r->a, struct duty_def, (size_t)val_count(v) + 1);

    *n = 0;
    if (v && v->kind != VAL_LIST)
        FAULT(r, v->line, "duties must be a list");
    if (v && val_count(v) > DUTIES_MAX)
        FAULT(r, v->line, "duties: at most %d; nobody does more", DUTIES_MAX);
    for (const struct item *it = list_of(v); it; it = it->next) {
        duty_read(r, &it->val, whos, &out[*n]);
        for (int i = 0; i < *n; i++) {
            if (str_eq(out[i].name, out[*n].name))
                FAULT(r, it->val.line, "there are two duties '%.*s'", STR_ARG(out[i].name));
        }
        (*n)++;
    }
    return out;
}

/* ---- when ---------------------------------------------------------------- */

struct ending {
    const struct calendar *calendar;
    const struct hours *hours;
    struct limit limit;
    int64_t from_ms, otherwise;
};

static int64_t end_of(const struct ending *n)
{
    const struct term t = {.start_ms = n->from_ms, .limit = n->limit, .hours = n->hours};
    struct err e = {0};
    int64_t due;

    return n->limit.n && cal_deadline(n->calendar, &t, &due, &e) ? due : n->otherwise;
}

struct duty_term duty_term(const struct calendar *c, const struct hours *h,
                           const struct duty_def *def, const struct span *in)
{
    int64_t last = in->to_ms - SECOND_MS;
    /* The day on which a limit starts never counts, and the first day of the span does. */
    const struct ending due = {c, h, def->within, in->from_ms - SECOND_MS, last};
    struct ending shut = {c, h, def->grace, end_of(&due), last};

    if (shut.from_ms > last)
        shut.otherwise = shut.from_ms;
    return (struct duty_term){shut.from_ms, end_of(&shut)};
}

bool duty_begun(const struct duty_reach *r, const struct span *in)
{
    return in->from_ms >= r->since && in->from_ms <= r->at && (!r->until || in->from_ms < r->until);
}

struct str duty_stands(const struct duty_now *d, int64_t at)
{
    if (str_eq(d->state, S("done")))
        return d->done_ms > d->due_ms ? S("late") : S("done");
    if (d->state.n)
        return d->state;
    if (at > d->shut_ms)
        return S("shut");
    return at > d->due_ms ? S("missed") : S("open");
}

bool duty_open(const struct duty_now *d, int64_t at, struct err *e)
{
    if (str_eq(d->state, S("done")))
        return refuse(e, ERR_CONFLICT, NULL, "This has been done already.");
    if (str_eq(d->state, S("excused")))
        return refuse(e, ERR_CONFLICT, NULL, "This has been excused.");
    if (d->state.n)
        return refuse(e, ERR_CONFLICT, NULL, "This is not asked for any more.");
    if (at < d->from_ms)
        return refuse(e, ERR_CONFLICT, NULL, "This has not begun yet.");
    return at <= d->shut_ms ||
           refuse(e, ERR_CONFLICT, NULL, "The time for this is over: it was missed.");
}

/* ---- of a pack ---------------------------------------------------------- */

struct duty_kind pack_duty_nth(const struct pack *p, int n)
{
    const struct roll_part *part;

    for (int i = 0; i < p->unit_kinds; n -= p->unit_kind[i++].duties) {
        const struct unit_kind *u = &p->unit_kind[i];

        if (n < u->duties)
            return (struct duty_kind){S("unit"), u->name, &u->duty[n]};
    }
    for (int i = 0; i < p->bonds; n -= p->bond[i++].duties) {
        const struct bond_kind *b = &p->bond[i];

        if (n < b->duties)
            return (struct duty_kind){S("bond"), b->name, &b->duty[n]};
    }
    for (int i = 0; (part = roll_source(p, i)); i++, n -= part->duties) {
        if (n < part->duties)
            return (struct duty_kind){S("roll_entry"), part->source, &part->duty[n]};
    }
    return (struct duty_kind){.noun = S(""), .kind = S("")};
}

const struct duty_kind *pack_duties(struct arena *a, const struct pack *p, int *n)
{
    struct duty_kind *out;

    for (*n = 0; pack_duty_nth(p, *n).def;)
        (*n)++;
    out = NEW_ARRAY(a, struct duty_kind, (size_t)*n + 1);
    for (int i = 0; i < *n; i++)
        out[i] = pack_duty_nth(p, i);
    return out;
}

static const struct duty_def *entry_duties(const struct pack *p, struct str kind, int *n)
{
    const struct roll_part *part;

    *n = 0;
    for (int i = 0; (part = roll_source(p, i)); i++) {
        if (str_eq(part->source, kind)) {
            *n = part->duties;
            return part->duty;
        }
    }
    return NULL;
}

const struct duty_def *pack_source_duties(const struct pack *p, struct str noun, struct str kind,
                                          int *n)
{
    const struct unit_kind *u = str_eq(noun, S("unit")) ? pack_unit_kind(p, kind) : NULL;
    const struct bond_kind *b = str_eq(noun, S("bond")) ? pack_bond(p, kind) : NULL;

    if (str_eq(noun, S("roll_entry")))
        return entry_duties(p, kind, n);
    *n = u ? u->duties : b ? b->duties : 0;
    return u ? u->duty : b ? b->duty : NULL;
}

const struct duty_def *pack_duty(const struct pack *p, struct str noun, struct str kind,
                                 struct str name)
{
    int n;
    const struct duty_def *def = pack_source_duties(p, noun, kind, &n);

    for (int i = 0; i < n; i++) {
        if (str_eq(def[i].name, name))
            return &def[i];
    }
    return NULL;
}
