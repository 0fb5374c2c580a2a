#include "civic/disclosure.h"

#include "civic/list.h"

#define SHOWN_AT_ONCE 50
#define OF_ONE_MATTER 200

#define DISCLOSURE_COLUMNS                                                                      \
    "d.id, d.matter_id, d.seq, d.round, d.unit_id, d.from_at, d.until_at, d.ended_at, d.step, " \
    "d.unit_path, d.outcome"

STMT(disclosure_insert,
     "INSERT INTO disclosure (district, id, matter_id, seq, step, round, unit_id, unit_path, "
     "from_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
STMT(disclosure_until, "UPDATE disclosure SET until_at = $3 WHERE district = $1 AND matter_id = $2 "
                       "AND ended_at = 0");
STMT(disclosure_by_id,
     "SELECT " DISCLOSURE_COLUMNS " FROM disclosure d WHERE d.district = $1 AND d.id = $2");
STMT(disclosure_by_matter, "SELECT " DISCLOSURE_COLUMNS " FROM disclosure d WHERE d.district = $1 "
                           "AND d.matter_id = $2 ORDER BY d.id LIMIT $3");
STMT(disclosure_up, "SELECT " DISCLOSURE_COLUMNS
                    " FROM disclosure d WHERE d.district = $1 AND d.id < $2 AND d.unit_path >= $3 "
                    "AND d.unit_path < $4 AND d.ended_at = 0 ORDER BY d.id DESC LIMIT 50");
STMT(disclosure_past, "SELECT " DISCLOSURE_COLUMNS
                      " FROM disclosure d WHERE d.district = $1 AND d.id < $2 AND d.unit_path >= "
                      "$3 AND d.unit_path < $4 AND d.ended_at > 0 ORDER BY d.id DESC LIMIT 50");

static void read_row(const struct rows *r, struct disclosure *out)
{
    *out = (struct disclosure){.id = row_int(r, 0),
                               .matter_id = row_int(r, 1),
                               .seq = row_int(r, 2),
                               .round = row_int(r, 3),
                               .unit_id = row_int(r, 4),
                               .from_at = row_int(r, 5),
                               .until_at = row_int(r, 6),
                               .ended_at = row_int(r, 7),
                               .step = row_str(r, 8),
                               .unit_path = row_str(r, 9),
                               .outcome = row_str(r, 10)};
}

bool disclosure_load(struct desk *k, int64_t id, struct disclosure *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, disclosure_by_id, ARG(k->d->code), ARG(id));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is nothing on display here.");
    read_row(&r, out);
    rows_end(&r);
    return true;
}

size_t disclosure_list(struct desk *k, const struct disclosure_filter *f, struct disclosure out[50])
{
    int64_t before = f->before ? f->before : INT64_MAX;
    struct str end = path_end(k->a, f->unit_path);
    struct rows r = f->ended ? db_query(k->db, k->a, disclosure_past, ARG(k->d->code), ARG(before),
                                        ARG(f->unit_path), ARG(end))
                             : db_query(k->db, k->a, disclosure_up, ARG(k->d->code), ARG(before),
                                        ARG(f->unit_path), ARG(end));
    size_t n = 0;

    while (n < SHOWN_AT_ONCE && rows_next(&r))
        read_row(&r, &out[n++]);
    rows_end(&r);
    return n;
}

size_t disclosure_of(struct desk *k, int64_t matter_id, struct disclosure *out, size_t most)
{
    struct rows r = db_query(k->db, k->a, disclosure_by_matter, ARG(k->d->code), ARG(matter_id),
                             ARG((int64_t)most));
    size_t n = 0;

    while (n < most && rows_next(&r))
        read_row(&r, &out[n++]);
    rows_end(&r);
    return n;
}

/* ---- what the engine did ------------------------------------------------ */

/* When the days of the step run out; of one that has been left again in the same breath, its end.
 */
static int64_t until_of(const struct matter *m, int step, int64_t from)
{
    int64_t due = from;

    for (int i = 0; i < m->state.clocks; i++) {
        const struct proc_clock *c = &m->state.clock[i];

        if (c->step == step && c->part < 0 && !c->objection && c->started_ms == from)
            due = c->due_ms;
    }
    return due;
}

void disclosure_begin(struct desk *k, const struct matter *m, const struct proc_effect *f)
{
    db_run(k->db, disclosure_insert, ARG(k->d->code), ARG(id_next(k->d->ids, k->now)), ARG(m->id),
           ARG(m->head.seq), ARG(m->def->step[f->step].name), ARG(f->round), ARG(m->unit_id),
           ARG(m->unit_path), ARG(f->at_ms), ARG(until_of(m, f->step, f->at_ms)));
}

/* When the clock of the step that it is in runs out; 0: none runs. */
static int64_t step_due_of(const struct proc_state *s)
{
    for (int i = 0; i < s->clocks; i++) {
        const struct proc_clock *c = &s->clock[i];

        if (c->step >= 0 && c->step == s->step && c->part < 0 && !c->objection && !c->stopped_ms)
            return c->due_ms;
    }
    return 0;
}

void disclosure_keep(struct desk *k, const struct matter *m)
{
    int64_t due = step_due_of(&m->state);

    if (due)
        db_run(k->db, disclosure_until, ARG(k->d->code), ARG(m->id), ARG(due));
}

/* ---- compared with the ledger ------------------------------------------- */

static void line_begin(struct buf *b, int64_t from, struct str step, int64_t round)
{
    buf_put(b, S(" "));
    buf_int(b, from);
    buf_put(b, step);
    buf_int(b, round);
}

static void line_end(struct buf *b, int64_t ended, struct str outcome)
{
    buf_put(b, S(" "));
    buf_int(b, ended);
    buf_put(b, outcome);
}

void disclosure_line_put(struct buf *b, const struct proc *def, const struct proc_effect *f)
{
    if (f->kind == EFFECT_PUBLISH)
        line_begin(b, f->at_ms, def->step[f->step].name, f->round);
    else if (f->kind == EFFECT_TAKE_DOWN)
        line_end(b, f->at_ms, f->outcome);
}

struct str disclosure_line(struct desk *k, int64_t matter_id)
{
    struct disclosure *d = NEW_ARRAY(k->a, struct disclosure, OF_ONE_MATTER);
    size_t n = disclosure_of(k, matter_id, d, OF_ONE_MATTER);
    struct buf b = {.arena = k->a};

    for (size_t i = 0; i < n; i++) {
        line_begin(&b, d[i].from_at, d[i].step, d[i].round);
        if (d[i].ended_at)
            line_end(&b, d[i].ended_at, d[i].outcome);
    }
    return buf_str(&b);
}

bool disclosure_until_holds(struct desk *k, const struct matter *m)
{
    struct disclosure *d = NEW_ARRAY(k->a, struct disclosure, OF_ONE_MATTER);
    size_t n = disclosure_of(k, m->id, d, OF_ONE_MATTER);
    int64_t due = step_due_of(&m->state);
    bool holds = true;

    for (size_t i = 0; i < n; i++)
        holds = holds && (d[i].ended_at || !due || d[i].until_at == due);
    return holds;
}

/* ---- what is shown ------------------------------------------------------ */

bool disclosure_view(struct desk *k, const struct disclosure *d, struct val *v)
{
    struct matter *m = NEW(k->a, struct matter);
    const struct unit *u = unit_by_id(k->d->units, d->unit_id);
    const struct step *st;
    struct err e = {0};
    int at;

    if (!matter_load(k, d->matter_id, m, &e))
        return false;
    at = proc_step_find(m->def, d->step);
    st = at >= 0 ? &m->def->step[at] : NULL;
    set_str(v, "title", text_mask(k->a, m->title));
    set_str(v, "procedure", desk_title(k, &m->def->title));
    set_str(v, "step_title", st ? desk_title(k, &st->title) : d->step);
    set_str(v, "unit", u ? u->name : S(""));
    set_bool(v, "takes", st && st->objection.given && !d->ended_at);
    set_bool(v, "asks_support", st && st->support.least);
    set_int(v, SUPPORTERS, m->state.supporters);
    set_int(v, "least", st ? st->support.least : 0);
    shown_view(k, m, &(struct show_fields){st ? st->show : NULL, st ? st->shows : 0, d->seq},
               set_list(v, "fields"), set_list(v, "pictures"));
    return true;
}

bool disclosure_shows(struct desk *k, const struct matter *m, int64_t picture)
{
    struct disclosure *d = NEW_ARRAY(k->a, struct disclosure, OF_ONE_MATTER);
    size_t n = disclosure_of(k, m->id, d, OF_ONE_MATTER);

    for (size_t i = 0; i < n; i++) {
        int at = proc_step_find(m->def, d[i].step);
        struct val *pictures = val_list(k->a);

        if (at < 0)
            continue;
        shown_view(k, m,
                   &(struct show_fields){m->def->step[at].show, m->def->step[at].shows, d[i].seq},
                   val_list(k->a), pictures);
        for (const struct item *it = pictures->first; it; it = it->next) {
            if (it->val.kind == VAL_INT && it->val.integer == picture)
                return true;
        }
    }
    return false;
}
