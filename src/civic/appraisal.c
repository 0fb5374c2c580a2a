/* A round from its opening to its publication. */
#include "civic/appraisal.h"

#include "base/utf8.h"
#include "civic/recount.h"
#include "val/json.h"

#include <string.h>

#define TEXT_MAX    1000
#define FORMULA_MAX 100000

#define APPRAISAL_COLUMNS                                                                      \
    "id, kind, def_hash, rule, unit_id, unit_path, period, from_at, to_at, state, opened_at, " \
    "shown_at, appeal_until, closes_at, published_at, seq, head"

STMT(appraisal_get, "SELECT " APPRAISAL_COLUMNS " FROM appraisal WHERE district = $1 AND id = $2");
STMT(appraisal_insert,
     "INSERT INTO appraisal (district, id, kind, def_hash, rule, unit_id, unit_path, period, "
     "from_at, to_at, state, opened_at, seq, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
     "$10, $11, $12, $13, $14)");
STMT(appraisal_update,
     "UPDATE appraisal SET state = $3, shown_at = $4, appeal_until = $5, closes_at = $6, "
     "published_at = $7, seq = $8, head = $9 WHERE district = $1 AND id = $2");
STMT(appraisal_same,
     "SELECT id FROM appraisal WHERE district = $1 AND unit_path = $2 AND kind = $3 "
     "AND period = $4 AND state <> 'dropped'");
STMT(appraisal_open_appeals, "SELECT n FROM appraisal_appeal WHERE district = $1 AND appraisal_id "
                             "= $2 AND answered_at = 0 LIMIT 1");

bool appraisal_in(const struct appraisal *x, const char *state)
{
    return str_eq(x->state, str_of(state));
}

/* ---- rows --------------------------------------------------------------- */

static void rule_of(struct desk *k, struct appraisal *x)
{
    struct val *v, *faults = val_list(k->a);
    struct err e = {0};

    if (!json_read(k->a, x->formula, FORMULA_MAX, &v, &e) ||
        !appraisal_rule(k->a, NULL, v, &x->rule, faults))
        x->rule = (struct score_rule){.most = SCORE_FULL, .pass = -1};
}

static void read_row(struct desk *k, const struct rows *r, struct appraisal *x)
{
    struct str head = row_str(r, 16);

    *x = (struct appraisal){.id = row_int(r, 0),
                            .kind = row_str(r, 1),
                            .def_hash = row_str(r, 2),
                            .formula = row_str(r, 3),
                            .unit_id = row_int(r, 4),
                            .unit_path = row_str(r, 5),
                            .period = row_str(r, 6),
                            .from_at = row_int(r, 7),
                            .to_at = row_int(r, 8),
                            .state = row_str(r, 9),
                            .opened_at = row_int(r, 10),
                            .shown_at = row_int(r, 11),
                            .appeal_until = row_int(r, 12),
                            .closes_at = row_int(r, 13),
                            .published_at = row_int(r, 14)};
    x->head.seq = row_int(r, 15);
    if (head.n == sizeof(x->head.hash))
        memcpy(x->head.hash, head.p, head.n);
    x->def = pack_appraisal(k->d->pack, x->kind);
    rule_of(k, x);
}

void appraisal_save(struct desk *k, struct appraisal *x, struct str kind, struct val *content)
{
    struct str head = {(const char *)x->head.hash, sizeof(x->head.hash)};
    struct event ev = {.subject = x->id,
                       .at = k->now,
                       .who = k->actor->person,
                       .noun = S("appraisal"),
                       .kind = kind,
                       .content = content,
                       .as_unit = x->unit_id};

    (void)ledger_append(k->db, k->d, k->a, &ev, &x->head);
    if (x->fresh)
        db_run(k->db, appraisal_insert, ARG(k->d->code), ARG(x->id), ARG(x->kind), ARG(x->def_hash),
               ARG(x->formula), ARG(x->unit_id), ARG(x->unit_path), ARG(x->period), ARG(x->from_at),
               ARG(x->to_at), ARG(x->state), ARG(x->opened_at), ARG(x->head.seq), arg_blob(head));
    else
        db_run(k->db, appraisal_update, ARG(k->d->code), ARG(x->id), ARG(x->state),
               ARG(x->shown_at), ARG(x->appeal_until), ARG(x->closes_at), ARG(x->published_at),
               ARG(x->head.seq), arg_blob(head));
    x->fresh = false;
}

/* ---- who may -------------------------------------------------------------- */

bool post_is_of(const struct desk *k, const struct holding *h, const struct body *body, int n,
                const struct unit *of)
{
    const struct unit *u = unit_by_id(k->d->units, h->unit);

    for (int i = 0; u && of && i < n; i++) {
        const struct unit *own = body[i].every ? u : unit_own(k->d->units, of, body[i].kind);

        if (str_eq(body[i].role, h->role) && str_eq(body[i].kind, u->kind) && own &&
            own->id == u->id)
            return true;
    }
    return false;
}

bool appraisal_opener(const struct desk *k, const struct appraisal_def *def,
                      const struct holding *h)
{
    const struct unit *u = unit_by_id(k->d->units, h->unit);

    for (int i = 0; u && def && i < def->whos; i++) {
        if (str_eq(def->who[i].role, h->role) && str_eq(def->who[i].kind, u->kind))
            return true;
    }
    return false;
}

bool appraisal_runs(const struct desk *k, const struct appraisal *x)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        if (k->actor->post[i].unit == x->unit_id && appraisal_opener(k, x->def, &k->actor->post[i]))
            return true;
    }
    return false;
}

bool appraisal_load(struct desk *k, int64_t id, struct appraisal *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, appraisal_get, ARG(k->d->code), ARG(id));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such appraisal.");
    read_row(k, &r, out);
    rows_end(&r);
    return true;
}

static bool is_one_of(struct str state, const char *states)
{
    struct str rest = str_of(states), one;

    while (rest.n) {
        rest = str_cut(rest, ' ', &one);
        if (str_eq(one, state))
            return true;
    }
    return false;
}

bool appraisal_take(struct desk *k, int64_t id, int64_t seen, const char *states,
                    struct appraisal *x, struct err *e)
{
    if (!appraisal_load(k, id, x, e))
        return false;
    if (!appraisal_runs(k, x))
        return refuse(e, ERR_DENIED, NULL, "This appraisal is held by somebody else.");
    if (seen && seen != x->head.seq)
        return refuse(e, ERR_CONFLICT, NULL,
                      "Somebody was faster: the appraisal has changed. Please look again.");
    if (appraisal_in(x, "published"))
        return refuse(e, ERR_CONFLICT, NULL, "This appraisal has been published already.");
    if (appraisal_in(x, "dropped"))
        return refuse(e, ERR_CONFLICT, NULL, "This appraisal was given up.");
    return is_one_of(x->state, states) ||
           refuse(e, ERR_CONFLICT, NULL,
                  "This appraisal is not at that point. Please look at where it is now.");
}

bool appraisal_text_check(struct str *text, const char *field, struct err *e)
{
    *text = str_trim(*text);
    if (!text->n)
        return refuse(e, ERR_INVALID, field, "Please say why.");
    return utf8_count(*text) <= TEXT_MAX ||
           refuse(e, ERR_INVALID, field, "The text may have at most %d characters.", TEXT_MAX);
}

/* ---- opening ---------------------------------------------------------------- */

static const struct unit *unit_to_open(struct desk *k, const struct appraisal_def *def,
                                       int64_t unit_id)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];

        if ((!unit_id || h->unit == unit_id) && appraisal_opener(k, def, h))
            return unit_by_id(k->d->units, h->unit);
    }
    return NULL;
}

static bool length_check(const struct appraisal_def *def, const struct period *p, struct err *e)
{
    if (str_eq(def->period, S("year")))
        return p->kind == PERIOD_YEAR ||
               refuse(e, ERR_INVALID, "period", "This appraisal is about a whole year.");
    if (str_eq(def->period, S("quarter")))
        return p->kind == PERIOD_QUARTER ||
               refuse(e, ERR_INVALID, "period", "This appraisal is about a whole quarter.");
    return p->kind == PERIOD_MONTH ||
           refuse(e, ERR_INVALID, "period", "This appraisal is about a whole month.");
}

static bool period_read(struct desk *k, const struct appraisal_def *def, struct str said,
                        struct period *p, struct err *e)
{
    if (!str_trim(said).n)
        return refuse(e, ERR_INVALID, "period", "Please say which period it is about.");
    return period_parse(k, said, p, e) && length_check(def, p, e) &&
           (p->from_ms <= k->now ||
            refuse(e, ERR_INVALID, "period", "This period has not begun yet."));
}

static bool is_first(struct desk *k, const struct appraisal *x, struct err *e)
{
    struct rows r = db_query(k->db, k->a, appraisal_same, ARG(k->d->code), ARG(x->unit_path),
                             ARG(x->kind), ARG(x->period));
    bool there = rows_next(&r);

    rows_end(&r);
    return !there || refuse(e, ERR_CONFLICT, "period",
                            "There is an appraisal of this kind for this period already.");
}

bool appraisal_open(struct desk *k, const struct appraisal_new *n, struct appraisal *out,
                    struct err *e)
{
    const struct appraisal_def *def = pack_appraisal(k->d->pack, n->kind);
    struct val *c = val_map(k->a);
    const struct unit *u;
    struct period p;
    int subjects;

    if (!def)
        return refuse(e, ERR_INVALID, "kind", "There is no such kind of appraisal.");
    u = unit_to_open(k, def, n->unit_id);
    if (!u)
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (!period_read(k, def, n->period, &p, e))
        return false;
    *out = (struct appraisal){.id = id_next(k->d->ids, k->now),
                              .kind = def->name,
                              .def_hash = def->hash,
                              .formula = def->formula,
                              .unit_id = u->id,
                              .unit_path = u->path,
                              .period = p.text,
                              .from_at = p.from_ms,
                              .to_at = p.to_ms,
                              .state = S("open"),
                              .opened_at = k->now,
                              .def = def,
                              .rule = def->rule,
                              .fresh = true};
    if (!is_first(k, out, e))
        return false;
    subjects = appraisal_freeze(k, out);
    if (!subjects)
        return refuse(e, ERR_INVALID, "unit", "There is nobody here who would be appraised.");
    set_str(c, "kind", out->kind);
    set_str(c, "period", out->period);
    set_str(c, "formula", out->formula);
    set_int(c, "subjects", subjects);
    appraisal_save(k, out, S("open"), c);
    return true;
}

/* ---- on to the end ------------------------------------------------------------ */

STMT(input_figure, "INSERT INTO appraisal_input (district, appraisal_id, n, item, by_id, value, "
                   "over, under, at) VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8) ON CONFLICT "
                   "(district, appraisal_id, n, item, by_id, instance) DO UPDATE SET value = $5, "
                   "over = $6, under = $7, at = $8");

static void keep_figure(struct desk *k, const struct appraisal *x, const struct appraised *s,
                        struct str item, struct str figure)
{
    struct appraisal_input in = appraisal_figure(k, x, s, figure);

    db_run(k->db, input_figure, ARG(k->d->code), ARG(x->id), ARG(s->n), ARG(item), ARG(in.value),
           ARG(in.over), ARG(in.under), ARG(k->now));
}

static void keep_figures(struct desk *k, const struct appraisal *x)
{
    const struct score_rule *rule = &x->rule;
    int n;
    const struct appraised *s = appraisal_subjects(k, x->id, &n);

    for (int i = 0; i < n; i++) {
        for (int j = 0; j < rule->items; j++) {
            if (rule->item[j].kind == SCORE_FIGURE)
                keep_figure(k, x, &s[i], rule->item[j].name, rule->item[j].figure);
        }
        if (rule->volume.n)
            keep_figure(k, x, &s[i], S("least"), rule->volume);
    }
}

bool appraisal_draft(struct desk *k, int64_t id, int64_t seen, struct err *e)
{
    struct appraisal *x = NEW(k->a, struct appraisal);
    struct val *c = val_map(k->a);

    if (!appraisal_take(k, id, seen, "open", x, e) || !figures_counted(k, e))
        return false;
    if (k->now < x->to_at)
        return refuse(e, ERR_CONFLICT, NULL,
                      "The period runs until %.*s; figures are read after that.",
                      STR_ARG(day_text(k->a, day_of(x->to_at - 1))));
    keep_figures(k, x);
    appraisal_keep_results(k, x, set_list(c, "results"));
    x->state = S("draft");
    appraisal_save(k, x, S("draft"), c);
    return true;
}

static bool with_reason(struct desk *k, struct appraisal *x, struct str reason, const char *state,
                        struct err *e)
{
    struct val *c = val_map(k->a);

    if (!appraisal_text_check(&reason, "reason", e))
        return false;
    set_str(c, "reason", reason);
    x->state = str_of(state);
    appraisal_save(k, x, str_eq(x->state, S("open")) ? S("reopen") : S("drop"), c);
    return true;
}

bool appraisal_reopen(struct desk *k, int64_t id, int64_t seen, struct str reason, struct err *e)
{
    struct appraisal *x = NEW(k->a, struct appraisal);

    return appraisal_take(k, id, seen, "draft", x, e) && with_reason(k, x, reason, "open", e);
}

bool appraisal_drop(struct desk *k, int64_t id, int64_t seen, struct str reason, struct err *e)
{
    struct appraisal *x = NEW(k->a, struct appraisal);

    if (!appraisal_take(k, id, seen, "open draft shown", x, e))
        return false;
    x->closes_at = 0;
    return with_reason(k, x, reason, "dropped", e);
}

bool appraisal_show(struct desk *k, int64_t id, int64_t seen, struct err *e)
{
    struct appraisal *x = NEW(k->a, struct appraisal);
    struct val *c = val_map(k->a);
    struct term t = {.start_ms = k->now};

    if (!appraisal_take(k, id, seen, "draft", x, e))
        return false;
    x->shown_at = k->now;
    x->state = S("shown");
    if (x->def->appeals) {
        t.limit = x->def->appeal[0].within;
        if (!cal_deadline(k->d->calendar, &t, &x->appeal_until, e))
            return false;
        x->closes_at = x->appeal_until;
    }
    set_int(c, "appeal_until", x->appeal_until);
    appraisal_save(k, x, S("show"), c);
    return true;
}

static bool all_answered(struct desk *k, const struct appraisal *x, struct err *e)
{
    struct rows r = db_query(k->db, k->a, appraisal_open_appeals, ARG(k->d->code), ARG(x->id));
    bool open = rows_next(&r);

    rows_end(&r);
    return !open || refuse(e, ERR_CONFLICT, NULL, "An appeal has not been answered yet.");
}

bool appraisal_publish(struct desk *k, int64_t id, int64_t seen, struct err *e)
{
    struct appraisal *x = NEW(k->a, struct appraisal);
    struct val *c = val_map(k->a);

    if (!appraisal_take(k, id, seen, "shown", x, e))
        return false;
    if (x->closes_at && k->now <= x->closes_at)
        return refuse(e, ERR_CONFLICT, NULL,
                      "Appeals are taken until %.*s; it is published after that.",
                      STR_ARG(when_minute(k->a, x->closes_at)));
    if (!all_answered(k, x, e))
        return false;
    x->state = S("published");
    x->closes_at = 0;
    x->published_at = k->now;
    set_str(c, "inputs", appraisal_inputs_hash(k, x->id));
    appraisal_keep_results(k, x, set_list(c, "results"));
    appraisal_save(k, x, S("publish"), c);
    return true;
}
