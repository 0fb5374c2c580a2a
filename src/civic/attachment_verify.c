/* Every file once more: what its matter's ledger says of it must give its row, and what is kept
 * must be what was given. */
#include "civic/attachment.h"
#include "civic/verifier.h"

#include "val/json.h"

#define CONTENT_BYTES ((size_t)1 << 20)

STMT(verify_attachments,
     "SELECT id FROM attachment WHERE district = $1 AND id > $2 AND matter_id > 0 "
     "ORDER BY id LIMIT $3");
STMT(verify_attachment, "SELECT id, matter_id, field, type, bytes, sealed, expires_at, erased_at "
                        "FROM attachment WHERE district = $1 AND id = $2");
STMT(verify_attachment_events,
     "SELECT kind, at, content FROM event WHERE district = $1 AND subject = $2 ORDER BY seq");

struct told {
    const struct val *given; /* the value of its field */
    int64_t erased_at;
};

static void hear(struct told *t, int64_t id, struct str field, const struct rows *r,
                 const struct val *content)
{
    const struct val *fields = val_get(content, S("fields"));
    const struct val *v = fields && fields->kind == VAL_MAP ? val_get(fields, field) : NULL;

    if (v && v->kind == VAL_MAP && val_int(v, "file") == id)
        t->given = v;
    if (str_eq(row_str(r, 0), S("erased")) && val_int(content, "file") == id)
        t->erased_at = row_int(r, 1);
}

static struct told told(struct desk *k, int64_t id, int64_t matter, struct str field)
{
    struct rows r = db_query(k->db, k->a, verify_attachment_events, ARG(k->d->code), ARG(matter));
    struct told t = {0};

    while (rows_next(&r)) {
        struct val *content;
        struct err e = {0};

        if (json_read(k->a, row_str(&r, 2), CONTENT_BYTES, &content, &e) &&
            content->kind == VAL_MAP)
            hear(&t, id, field, &r, content);
    }
    return t;
}

static const char *wrong(struct desk *k, const struct rows *r)
{
    struct told t = told(k, row_int(r, 0), row_int(r, 1), row_str(r, 2));
    struct str plain, sealed = row_str(r, 5);

    if (!t.given || !str_eq(val_text(t.given, "type"), row_str(r, 3)) ||
        val_int(t.given, "bytes") != row_int(r, 4))
        return "the file is not what the ledger says was given";
    if (t.erased_at != row_int(r, 7))
        return "when the file was erased is not what the ledger says";
    if (t.erased_at)
        return sealed.n ? "the file should be gone" : NULL;
    if (!unseal_bytes(k->db, k->d, k->a, row_int(r, 0), sealed, &plain) ||
        !str_eq(attachment_digest(k->a, plain), val_text(t.given, "digest")))
        return "what is kept is not the file that was given";
    return NULL;
}

static void verify_one(struct desk *k, int64_t id, void *faults)
{
    struct rows r = db_query(k->db, k->a, verify_attachment, ARG(k->d->code), ARG(id));
    const char *what = rows_next(&r) ? wrong(k, &r) : NULL;

    rows_end(&r);
    if (what)
        verify_fault(faults, id, 0, str_of(what));
}

static void attachments_verify(struct desk *k, struct val *faults)
{
    verify_each(k, &verify_attachments, verify_one, faults);
}
VERIFIER(attachments_verify, "attachment");
