/* What anybody says against a decision on display, and how it was answered. */
#include "base/utf8.h"
#include "civic/disclosure.h"
#include "civic/keys.h"
#include "civic/request.h"

#define BODY_MOST 1000
#define CODE_HASH 16

STMT(objection_insert,
     "INSERT INTO objection (district, id, disclosure_id, n, code_hash, body, name_sealed, "
     "phone_sealed, at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
STMT(objection_rows,
     "SELECT o.id, o.n, o.at, o.due_at, o.outcome, o.answer, o.answered_at, o.body, "
     "o.name_sealed, o.phone_sealed, o.disclosure_id FROM objection o WHERE "
     "o.district = $1 AND o.disclosure_id = $2 ORDER BY o.n");
STMT(objection_code,
     "SELECT o.id, o.n, o.at, o.due_at, o.outcome, o.answer, o.answered_at, o.body, "
     "o.name_sealed, o.phone_sealed, o.disclosure_id FROM objection o WHERE "
     "o.district = $1 AND o.code_hash = $2");
STMT(objection_by_id, "SELECT o.body FROM objection o WHERE o.district = $1 AND o.id = $2");
STMT(objection_sealed,
     "SELECT o.name_sealed, o.phone_sealed FROM objection o JOIN disclosure d ON d.district = $1 "
     "AND d.id = o.disclosure_id AND d.matter_id = $3 WHERE o.district = $1 AND o.id = $2");
STMT(objection_answered,
     "UPDATE objection SET outcome = $4, answer = $5, answered_at = $6 WHERE district = $1 AND n = "
     "$3 AND outcome = '' AND disclosure_id IN (SELECT d.id FROM disclosure d WHERE d.district = "
     "$1 AND d.matter_id = $2 AND d.ended_at = 0)");
STMT(objection_moot,
     "UPDATE objection SET outcome = 'moot', answered_at = $3 WHERE district = $1 AND outcome = '' "
     "AND disclosure_id IN (SELECT d.id FROM disclosure d WHERE d.district = $1 AND d.matter_id = "
     "$2 AND d.ended_at = 0)");
STMT(disclosure_ended, "UPDATE disclosure SET ended_at = $3, outcome = $4 WHERE district = $1 AND "
                       "matter_id = $2 AND ended_at = 0");

/* ---- objecting ---------------------------------------------------------- */

static struct str words_digest(struct desk *k, struct str body)
{
    return matter_digest(k->a, &(struct matter){.title = S(""), .body = body});
}

bool objection_words_hold(struct desk *k, const struct val *fields)
{
    struct rows r =
        db_query(k->db, k->a, objection_by_id, ARG(k->d->code), ARG(val_int(fields, "row")));
    bool there = rows_next(&r);
    struct str body = there ? row_str(&r, 0) : S("");

    rows_end(&r);
    return there && str_eq(words_digest(k, body), val_text(fields, "words"));
}

static bool check(const struct objection_new *n, struct err *e)
{
    if (!str_trim(n->body).n)
        return refuse(e, ERR_INVALID, "body", "Please say what you object to.");
    if (utf8_count(n->body) > BODY_MOST)
        return refuse(e, ERR_INVALID, "body", "The text may have at most %d characters.",
                      BODY_MOST);
    if (utf8_count(n->name) > 30)
        return refuse(e, ERR_INVALID, "name", "The name may have at most %d characters.", 30);
    return phone_check(n->phone, e);
}

static struct str sealed(struct desk *k, int64_t id, struct str text)
{
    return text.n ? seal_text(k->db, k->d, k->a, id, text) : S("");
}

static void insert(struct desk *k, const struct objection_new *n, const struct matter *m,
                   int64_t id, struct str *code)
{
    const struct proc_clock *c = proc_objection(&m->state, m->state.objections);

    *code = receipt_new(k->a);
    db_run(k->db, objection_insert, ARG(k->d->code), ARG(id), ARG(n->disclosure_id),
           ARG(m->state.objections), arg_blob(keyed_hash(k, "objection", *code, CODE_HASH)),
           ARG(str_trim(n->body)), ARG(sealed(k, id, n->name)), ARG(sealed(k, id, n->phone)),
           ARG(k->now), ARG(c ? c->due_ms : k->now));
}

bool objection_add(struct desk *k, const struct objection_new *n, struct str *code, struct err *e)
{
    struct matter_new same = {.title =
                                  str_format(k->a, "objection %lld", (long long)n->disclosure_id),
                              .body = n->body,
                              .name = n->name,
                              .phone = n->phone,
                              .request_key = n->request_key};
    struct matter *m = NEW(k->a, struct matter);
    struct matter_receipt before, done = {.number = S("-")};
    struct val *fields = val_map(k->a);
    struct matter_act act = {.kind = PROC_OBJECT, .part = -1, .action = S(""), .fields = fields};
    struct disclosure d;
    int64_t id;

    if (request_before(k, &same, &before)) {
        *code = before.code;
        return true;
    }
    if (!disclosure_load(k, n->disclosure_id, &d, e) || !check(n, e))
        return false;
    if (d.ended_at)
        return refuse(e, ERR_CONFLICT, NULL, "The days for objections are over.");
    id = id_next(k->d->ids, k->now);
    set_int(fields, "row", id);
    set_str(fields, "words", words_digest(k, str_trim(n->body)));
    if (!matter_load(k, d.matter_id, m, e) || !matter_act_on(k, m, &act, e))
        return false;
    insert(k, n, m, id, code);
    done.id = id;
    done.code = *code;
    request_done(k, &same, &done);
    return true;
}

/* ---- answering ---------------------------------------------------------- */

int objection_answered_by(const struct matter *m, const struct matter_act *act)
{
    const struct proc_state *s = &m->state;
    const struct val *v = val_get(act->fields, S("objection"));
    int64_t n = 0;

    if (act->kind != PROC_ACT || s->step < 0 || s->step >= m->def->steps ||
        !m->def->step[s->step].objection.given ||
        !(str_eq(act->action, S("dismiss")) || str_eq(act->action, S("uphold"))) || !v)
        return 0;
    if (v->kind == VAL_INT)
        n = v->integer;
    else if (v->kind == VAL_STR)
        (void)!str_int(str_trim(v->str), &n);
    return n > 0 && n <= s->objections ? (int)n : 0;
}

void objection_answer(struct desk *k, const struct matter *m, int n, const struct matter_act *act)
{
    bool upheld = str_eq(act->action, S("uphold"));

    db_run(k->db, objection_answered, ARG(k->d->code), ARG(m->id), ARG(n),
           ARG(upheld ? S("upheld") : S("dismissed")),
           ARG(str_trim(val_text(act->fields, upheld ? "reason" : "answer"))), ARG(k->now));
}

void disclosure_end(struct desk *k, const struct matter *m, const struct proc_effect *f)
{
    db_run(k->db, objection_moot, ARG(k->d->code), ARG(m->id), ARG(f->at_ms));
    db_run(k->db, disclosure_ended, ARG(k->d->code), ARG(m->id), ARG(f->at_ms), ARG(f->outcome));
}

/* ---- reading ------------------------------------------------------------ */

static struct str opened(struct desk *k, int64_t id, struct str sealed_text)
{
    return sealed_text.n ? unseal_text(k->db, k->d, k->a, id, sealed_text) : S("");
}

static void put_row(struct desk *k, const struct rows *r, bool for_public, struct val *v)
{
    struct str outcome = row_str(r, 4), body = row_str(r, 7);
    bool answered = str_eq(outcome, S("dismissed")) || str_eq(outcome, S("upheld"));

    set_int(v, "id", row_int(r, 0));
    set_int(v, "n", row_int(r, 1));
    set_str(v, "at", when_minute(k->a, row_int(r, 2)));
    set_str(v, "due_at", when_minute(k->a, row_int(r, 3)));
    set_bool(v, "late", !outcome.n && row_int(r, 3) <= k->now);
    set_str(v, "outcome", outcome);
    set_str(v, "answer", text_mask(k->a, row_str(r, 5)));
    set_str(v, "answered_at", row_int(r, 6) ? when_minute(k->a, row_int(r, 6)) : S(""));
    set_str(v, "body", for_public ? answered ? text_mask(k->a, body) : S("") : body);
    set_str(v, "name",
            for_public ? S("") : text_mask_name(k->a, opened(k, row_int(r, 0), row_str(r, 8))));
    set_str(v, "phone",
            for_public ? S("") : text_mask(k->a, opened(k, row_int(r, 0), row_str(r, 9))));
    set_bool(v, "has_phone", !for_public && row_str(r, 9).n > 0);
}

void objection_list(struct desk *k, const struct disclosure *d, bool for_public, struct val *list)
{
    struct rows r = db_query(k->db, k->a, objection_rows, ARG(k->d->code), ARG(d->id));

    while (rows_next(&r))
        put_row(k, &r, for_public, add_map(list));
}

bool objection_by_code(struct desk *k, struct str typed, struct disclosure *d, struct val *v,
                       struct err *e)
{
    struct str code;
    struct rows r;
    int64_t of;

    if (!receipt_read(k->a, typed, &code))
        return refuse(e, ERR_NOT_FOUND, "code",
                      "This is not a receipt code; please compare it with your receipt.");
    r = db_query(k->db, k->a, objection_code, ARG(k->d->code),
                 arg_blob(keyed_hash(k, "objection", code, CODE_HASH)));
    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, "code", "There is no objection with this receipt code.");
    put_row(k, &r, false, v);
    of = row_int(&r, 10);
    rows_end(&r);
    return disclosure_load(k, of, d, e);
}

/* ---- in clear ------------------------------------------------------------- */

bool objection_may_reveal(struct desk *k, const struct matter *m)
{
    struct proc_env env;

    matter_env(k, m, &env);
    return actor_may(k->actor, S("personal.reveal"), m->unit_path) ||
           proc_may_answer(&env, &m->state);
}

bool objection_reveal(struct desk *k, const struct matter *m, const struct reveal *ask,
                      struct str *plain, struct err *e)
{
    struct rows r;

    if (!objection_may_reveal(k, m))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (!reveal_check(ask, e))
        return false;
    r = db_query(k->db, k->a, objection_sealed, ARG(k->d->code), ARG(ask->id), ARG(m->id));
    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such objection.");
    *plain = opened(k, ask->id, row_str(&r, str_eq(ask->field, S("phone")) ? 1 : 0));
    rows_end(&r);
    look_record(k, m, "objection", ask);
    return true;
}
