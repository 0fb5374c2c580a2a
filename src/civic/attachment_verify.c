/* Every file once more: what its matter's ledger says of it must give its row, and what is kept
 * must be what was given. */
#include "civic/attachment.h"
#include "civic/verifier.h"

#include "val/json.h"

#define MEMORY        ((size_t)256 << 20)
#define CONTENT_BYTES ((size_t)1 << 20)

STMT(
    verify_attachments,
    "SELECT id, matter_id, field, type, bytes, sealed, expires_at, erased_at FROM attachment WHERE "
    "district = $1 AND id > $2 AND matter_id > 0 ORDER BY id LIMIT 1");
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

/* One at a time: they are large. */
static int64_t check_next(struct desk *k, int64_t after, struct val *faults)
{
    struct rows r = db_query(k->db, k->a, verify_attachments, ARG(k->d->code), ARG(after));
    int64_t id = rows_next(&r) ? row_int(&r, 0) : 0;
    const char *what = id ? wrong(k, &r) : NULL;

    rows_end(&r);
    if (what) {
        struct val *v = add_map(faults);

        set_int(v, "subject", id);
        set_int(v, "seq", 0);
        set_str(v, "what", str_of(what));
    }
    return id;
}

static void attachments_verify(struct desk *k, struct val *faults)
{
    struct desk own = *k;
    struct arena one;
    int64_t last = 0;

    arena_init(&one, MEMORY);
    own.a = &one;
    while ((last = check_next(&own, last, faults)) > 0)
        arena_reset(&one);
    arena_reset(&one);
}
VERIFIER(attachments_verify, "attachment");
