#include "page/upload.h"

#include "civic/attachment.h"
#include "civic/picture.h"
#include "page/show.h"

#include <string.h>

#define PAPER S("file.")

struct sent {
    struct str field; /* of a paper without its prefix */
    bool paper;
    struct picture picture;
    struct document document;
    struct sent *next;
};

static bool is_paper(struct str field)
{
    return field.n > PAPER.n && memcmp(field.p, PAPER.p, PAPER.n) == 0;
}

static bool take_one(struct req *q, const struct upload *u, struct sent *s)
{
    s->field = u->field;
    s->paper = is_paper(u->field);
    if (!s->paper)
        return picture_take(q->a, u->bytes, &s->picture, &q->err);
    s->field = (struct str){u->field.p + PAPER.n, u->field.n - PAPER.n};
    return document_take(q->a, u->name, u->bytes, &s->document, &q->err);
}

bool uploads_take(struct req *q)
{
    struct sent *first = NULL, **end = &first;

    for (const struct upload *u = q->files; u; u = u->next) {
        struct sent *s;

        if (!u->bytes.n && !is_paper(u->field)) /* a file field that was left empty */
            continue;
        s = NEW(q->a, struct sent);
        if (!take_one(q, u, s)) {
            q->err.field = str_copy(q->a, s->field).p;
            return false;
        }
        *end = s;
        end = &s->next;
    }
    q->prepared = first;
    return true;
}

void photos_put(struct req *q, const char *field, struct str kind, struct val *ids)
{
    struct desk k = req_desk(q);

    for (const struct sent *s = q->prepared; s; s = s->next) {
        if (s->paper || (field && !str_eq(s->field, str_of(field))))
            continue;
        add_val(ids, (struct val){.kind = VAL_INT, .integer = picture_put(&k, kind, &s->picture)});
    }
}

void paper_put(struct req *q, struct str field, struct val *fields)
{
    const struct val *rest = param_val(q, "rest");
    struct str key = str_format(q->a, "agreed.%.*s", STR_ARG(field));
    bool agreed = rest && str_eq(val_text(rest, key.p), S("yes"));
    struct desk k = req_desk(q);

    for (const struct sent *s = q->prepared; s; s = s->next) {
        if (!s->paper || !str_eq(s->field, field))
            continue;
        attachment_put(&k, &s->document, agreed, set_map(fields, str_copy(q->a, field).p));
        return;
    }
}

/* ---- showing ------------------------------------------------------------ */

static struct str size_text(struct arena *a, int64_t bytes)
{
    return bytes < 1024 * 1024 ? str_format(a, "%lld KB", (long long)(bytes + 1023) / 1024)
                               : str_format(a, "%lld.%lld MB", (long long)(bytes >> 20),
                                            (long long)((bytes & 0xfffff) * 10 >> 20));
}

void files_show(struct req *q, const struct matter *m, const char *withdraw)
{
    struct val *list = set_list(q->view, "files");
    struct desk k = req_desk(q);

    attachments_view(&k, m, list);
    for (struct item *it = list->first; it; it = it->next) {
        struct val *v = &it->val;
        int64_t id = show_member(v, "id")->integer;
        struct val *type = show_member(v, "type");

        show_moment_of(q, v, "at", val_text(v, "given_at"));
        show_moment_of(q, v, "until", val_text(v, "until_at"));
        show_moment_of(q, v, "erased", val_text(v, "erased_at"));
        type->str = req_text(q, str_format(q->a, "file.type_%.*s", STR_ARG(type->str)).p);
        set_str(v, "size", size_text(q->a, show_member(v, "bytes")->integer));
        set_str(v, "withdraw_at", str_format(q->a, "%s/%lld/withdraw", withdraw, (long long)id));
    }
    set_bool(q->view, "files_any", list->first != NULL);
}
