/* Notes about cadres at work: about whom, who writes and who reads. */
#include "pack/read.h"

#include "pack/evidence.h"

static void kind_read(struct pack_reader *r, const struct item *it, struct evidence_kind *out)
{
    const struct val *v = &it->val, *purpose = take(v, "purpose");

    *out = (struct evidence_kind){.name = it->key, .line = v->line};
    take_keys(r, v, "evidence", "evidence extends title purpose about write read");
    out->title = take_title(r, v, it->key);
    if (purpose)
        out->purpose = read_title(r, purpose, it->key);
    else
        FAULT(r, v->line, "evidence %.*s: 'purpose' must say what the notes are for",
              STR_ARG(it->key));
    out->about = take_words(r, v, "about", &out->abouts);
    for (int i = 0; i < out->abouts; i++) {
        if (!val_get(r->roles, out->about[i]))
            FAULT(r, take(v, "about")->line, "there is no role '%.*s'", STR_ARG(out->about[i]));
    }
    out->write = bodies_read(r, v, "write", &out->writes);
    out->read = bodies_read(r, v, "read", &out->reads);
    if (!out->abouts || !out->writes || !out->reads)
        FAULT(r, v->line,
              "evidence %.*s: 'about', 'write' and 'read' must say about whom, who writes and who "
              "reads",
              STR_ARG(it->key));
}

void evidence_read(struct pack_reader *r)
{
    struct evidence_kind *all =
        NEW_ARRAY(r->a, struct evidence_kind, (size_t)val_count(r->evidence) + 1);

    for (const struct item *it = r->evidence->first; it; it = it->next)
        kind_read(r, it, &all[r->pack->evidences++]);
    r->pack->evidence = all;
}

const struct evidence_kind *pack_evidence(const struct pack *p, struct str name)
{
    for (int i = 0; i < p->evidences; i++) {
        if (str_eq(p->evidence[i].name, name))
            return &p->evidence[i];
    }
    return NULL;
}
