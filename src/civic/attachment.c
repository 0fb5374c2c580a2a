#include "civic/attachment.h"

#include "civic/district.h"
#include "civic/job.h"
#include "civic/list.h"
#include "civic/look.h"
#include "civic/report.h"

#include <sodium.h>

#define EXPIRE_AT_ONCE 50

#define COLUMNS \
    "id, matter_id, action, field, type, bytes, name_sealed, by_person, at, expires_at, erased_at"

STMT(attachment_insert,
     "INSERT INTO attachment (district, id, type, bytes, name_sealed, sealed, by_person, at) "
     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
STMT(attachment_tie,
     "UPDATE attachment SET matter_id = $3, action = $4, field = $5, consent_at = $6, expires_at = "
     "$7 WHERE district = $1 AND id = $2 AND matter_id = 0");
STMT(attachment_get, "SELECT " COLUMNS " FROM attachment WHERE district = $1 AND id = $2");
STMT(attachment_bytes, "SELECT sealed FROM attachment WHERE district = $1 AND id = $2");
STMT(attachment_rows,
     "SELECT " COLUMNS " FROM attachment WHERE district = $1 AND matter_id = $2 ORDER BY id");
STMT(attachment_over, "SELECT id FROM attachment WHERE district = $1 AND expires_at > 0 AND "
                      "expires_at <= $2 AND erased_at = 0 ORDER BY expires_at LIMIT $3");
STMT(attachment_erase, "UPDATE attachment SET sealed = $3, name_sealed = '', erased_at = $4 WHERE "
                       "district = $1 AND id = $2");

struct attachment {
    int64_t id, matter_id, bytes, by_person, at, expires_at, erased_at;
    struct str action, field, type, name_sealed;
};

static void read_row(const struct rows *r, struct attachment *out)
{
    *out = (struct attachment){.id = row_int(r, 0),
                               .matter_id = row_int(r, 1),
                               .action = row_str(r, 2),
                               .field = row_str(r, 3),
                               .type = row_str(r, 4),
                               .bytes = row_int(r, 5),
                               .name_sealed = row_str(r, 6),
                               .by_person = row_int(r, 7),
                               .at = row_int(r, 8),
                               .expires_at = row_int(r, 9),
                               .erased_at = row_int(r, 10)};
}

/* ---- giving ------------------------------------------------------------- */

struct str attachment_digest(struct arena *a, struct str bytes)
{
    unsigned char hash[16];
    char hex[2 * sizeof(hash) + 1];

    crypto_generichash(hash, sizeof(hash), (const unsigned char *)bytes.p, bytes.n, NULL, 0);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    return str_copy(a, str_of(hex));
}

void attachment_put(struct desk *k, const struct document *doc, bool agreed, struct val *value)
{
    int64_t id = id_next(k->d->ids, k->now);
    struct str type = document_type_name(doc->type);

    db_run(k->db, attachment_insert, ARG(k->d->code), ARG(id), ARG(type),
           ARG((int64_t)doc->bytes.n), ARG(seal_text(k->db, k->d, k->a, id, doc->name)),
           arg_blob(seal_bytes(k->db, k->d, k->a, id, doc->bytes)), ARG(k->actor->person),
           ARG(k->now));
    set_int(value, "file", id);
    set_str(value, "type", type);
    set_int(value, "bytes", (int64_t)doc->bytes.n);
    set_str(value, "digest", attachment_digest(k->a, doc->bytes));
    set_bool(value, "agreed", agreed);
}

static void claim(struct desk *k, const struct matter *m, struct str action, const struct field *f,
                  int64_t id)
{
    int64_t consent_at = f->consent.zh.n ? k->now : 0;
    int64_t expires_at = f->keep.n ? stretch_end(k->now, f->keep) : 0;

    db_run(k->db, attachment_tie, ARG(k->d->code), ARG(id), ARG(m->id), ARG(action), ARG(f->name),
           ARG(consent_at), ARG(expires_at));
}

void attachment_claim(struct desk *k, const struct matter *m, struct str action,
                      const struct val *fields)
{
    for (const struct item *it = fields->first; it; it = it->next) {
        const struct field *f = it->val.kind == VAL_MAP ? matter_field(m, action, it->key) : NULL;

        if (f && f->kind == FIELD_FILE)
            claim(k, m, action, f, val_int(&it->val, "file"));
    }
}

/* ---- reading ------------------------------------------------------------ */

static bool load(struct desk *k, int64_t id, struct attachment *at, struct matter *m, struct err *e)
{
    struct rows r = db_query(k->db, k->a, attachment_get, ARG(k->d->code), ARG(id));
    bool there = rows_next(&r);

    if (there)
        read_row(&r, at);
    rows_end(&r);
    if (!there || !at->matter_id)
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such file.");
    return matter_load(k, at->matter_id, m, e);
}

static bool is_there(struct desk *k, const struct attachment *at, struct err *e)
{
    return !at->erased_at || refuse(e, ERR_CONFLICT, NULL, "This file was erased on %.*s.",
                                    STR_ARG(when_minute(k->a, at->erased_at)));
}

static bool may_open(struct desk *k, const struct matter *m)
{
    struct proc_env env;

    matter_env(k, m, &env);
    env.actor.opener = env.actor.reporter = false;
    return proc_takes_part(&env, &m->state);
}

/* What the look is for: the step in which the matter is. */
static struct str reason(const struct desk *k, const struct matter *m)
{
    struct str step = step_title(k, m->def, m->step);

    return step.n ? step : desk_title(k, &m->def->title);
}

bool attachment_open(struct desk *k, int64_t id, struct document *out, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct attachment at;
    struct rows r;
    bool opened;

    if (!load(k, id, &at, m, e))
        return false;
    if (!matter_visible(k, m))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such file.");
    if (!may_open(k, m))
        return refuse(e, ERR_DENIED, NULL, "Only those who act on this matter open its files.");
    if (!is_there(k, &at, e))
        return false;
    r = db_query(k->db, k->a, attachment_bytes, ARG(k->d->code), ARG(id));
    opened = rows_next(&r) && unseal_bytes(k->db, k->d, k->a, id, row_str(&r, 0), &out->bytes);
    rows_end(&r);
    if (!opened)
        die("the file %lld does not open", (long long)id);
    out->type = document_type_find(at.type);
    out->name = unseal_text(k->db, k->d, k->a, id, at.name_sealed);
    look_record(k, m, "file", &(struct reveal){id, S("file"), reason(k, m)});
    return true;
}

/* ---- erasing ------------------------------------------------------------ */

static void erase(struct desk *k, const struct attachment *at, struct matter *m, struct str why)
{
    struct val *c = val_map(k->a);

    db_run(k->db, attachment_erase, ARG(k->d->code), ARG(at->id), arg_blob(S("")), ARG(k->now));
    seal_erase(k->db, k->d, at->id);
    set_int(c, "file", at->id);
    set_str(c, "why", why);
    matter_put_actor(k, m, c);
    matter_save(k, m, S("erased"), c);
}

/* By receipt what came with the report; signed in what they gave themselves. */
static bool gave(struct desk *k, const struct attachment *at)
{
    struct report first;

    if (k->actor->person && k->actor->person == at->by_person)
        return true;
    return k->actor->report && (!at->action.n || !at->by_person) &&
           report_first(k, at->matter_id, &first) && first.id == k->actor->report;
}

bool attachment_withdraw(struct desk *k, int64_t id, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct attachment at;

    if (!load(k, id, &at, m, e))
        return false;
    if (!gave(k, &at))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such file.");
    if (!is_there(k, &at, e))
        return false;
    erase(k, &at, m, S("withdrawn"));
    return true;
}

int attachment_expire(struct desk *k, int most)
{
    struct rows r = db_query(k->db, k->a, attachment_over, ARG(k->d->code), ARG(k->now), ARG(most));
    int64_t *id = NEW_ARRAY(k->a, int64_t, (size_t)most);
    int n = rows_ints(&r, id, most);

    for (int i = 0; i < n; i++) {
        struct matter *m = NEW(k->a, struct matter);
        struct attachment at;
        struct err e = {0};

        if (!load(k, id[i], &at, m, &e))
            die("%s", e.text);
        erase(k, &at, m, S("expired"));
    }
    return n;
}

/* Also after a standstill: each is erased once, as soon as the program runs again. */
JOB(attachment_expiring, .every_ms = SECOND_MS, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return attachment_expire(&k, EXPIRE_AT_ONCE);
}

/* ---- showing ------------------------------------------------------------ */

void attachments_view(struct desk *k, const struct matter *m, struct val *list)
{
    struct rows r = db_query(k->db, k->a, attachment_rows, ARG(k->d->code), ARG(m->id));
    bool opens = k->actor->person && may_open(k, m);

    while (rows_next(&r)) {
        struct val *v = add_map(list);
        struct attachment at;
        const struct field *f;
        bool mine;

        read_row(&r, &at);
        f = matter_field(m, at.action, at.field);
        mine = gave(k, &at);
        set_int(v, "id", at.id);
        set_str(v, "title", f ? desk_title(k, &f->title) : at.field);
        set_str(v, "type", at.type);
        set_int(v, "bytes", at.bytes);
        set_str(v, "given_at", when_minute(k->a, at.at));
        set_str(v, "until_at", at.expires_at ? when_minute(k->a, at.expires_at) : S(""));
        set_str(v, "erased_at", at.erased_at ? when_minute(k->a, at.erased_at) : S(""));
        set_str(v, "name",
                mine && !at.erased_at ? unseal_text(k->db, k->d, k->a, at.id, at.name_sealed)
                                      : S(""));
        set_bool(v, "may_open", opens && !at.erased_at);
        set_bool(v, "may_withdraw", mine && !at.erased_at);
    }
}
