#include "pack/read.h"

#include "base/embed.h"

#include <string.h>

static bool embedded_read(void *arg, struct str path, struct str *text)
{
    const struct embedded *it;
    char name[200];

    (void)arg;
    if (path.n > 150)
        return false;
    memcpy(name, "packs/", 6);
    memcpy(name + 6, path.p, path.n);
    it = embed_get((struct str){name, path.n + 6});
    if (it)
        *text = (struct str){it->bytes, it->n};
    return it != NULL;
}

static bool embedded_list(void *arg, struct str pack, struct arena *a, struct str **path, size_t *n)
{
    struct str prefix = str_format(a, "packs/%.*s/", STR_ARG(pack));
    const struct embedded *it = NULL;
    size_t k = 0;

    (void)arg;
    *n = 0;
    while ((it = embed_next(it, prefix)))
        (*n)++;
    *path = NEW_ARRAY(a, struct str, *n + 1);
    while ((it = embed_next(it, prefix)))
        (*path)[k++] = str_of(it->name + 6);
    return *n > 0;
}

const struct pack_source pack_embedded = {embedded_read, embedded_list, NULL};

bool pack_read(struct arena *a, const struct pack_source *from, struct str name, struct pack **out,
               struct val *faults)
{
    return pack_read_upon(a, from, NULL, name, out, faults);
}

bool pack_read_upon(struct arena *a, const struct pack_source *from, const struct pack_base *base,
                    struct str name, struct pack **out, struct val *faults)
{
    struct pack_reader r = {.a = a, .from = from, .base = base, .faults = faults};

    *out = NEW(a, struct pack);
    r.pack = *out;
    r.pack->name = str_copy(a, name);
    pack_load(&r, name);
    if (r.n_faults)
        return false;
    r.pack->hash = pack_merged_hash(&r);
    basics_read(&r);
    rolls_read(&r);
    resources_read(&r);
    mechanisms_read(&r);
    gatherings_read(&r);
    bonds_read(&r);
    figures_read(&r);
    appraisals_read(&r);
    evidence_read(&r);
    bonds_check(&r);
    resources_check(&r);
    for (int i = 0; i < r.pack->procs && !r.n_faults; i++)
        proc_check(&r, &r.pack->proc[i]);
    return r.n_faults == 0;
}

const struct proc *pack_proc(const struct pack *p, struct str mechanism)
{
    for (int i = 0; i < p->procs; i++) {
        if (str_eq(p->proc[i].mechanism, mechanism))
            return &p->proc[i];
    }
    return NULL;
}

const struct role *pack_role(const struct pack *p, struct str name)
{
    for (int i = 0; i < p->roles; i++) {
        if (str_eq(p->role[i].name, name))
            return &p->role[i];
    }
    return NULL;
}

const struct unit_kind *pack_unit_kind(const struct pack *p, struct str name)
{
    for (int i = 0; i < p->unit_kinds; i++) {
        if (str_eq(p->unit_kind[i].name, name))
            return &p->unit_kind[i];
    }
    return NULL;
}

const struct subject *pack_subject(const struct pack *p, struct str name)
{
    for (int i = 0; i < p->subjects; i++) {
        if (str_eq(p->subject[i].name, name))
            return &p->subject[i];
    }
    return NULL;
}

bool condition_names(const struct condition *c, struct str word)
{
    return str_among(word, c->of, c->ofs);
}

bool figure_has_entries(const struct figure *f)
{
    return (f->kind == FIGURE_COUNT || f->kind == FIGURE_SUM) && !f->stock;
}

const struct figure *pack_figure(const struct pack *p, struct str id)
{
    for (int i = 0; i < p->figures; i++) {
        if (str_eq(p->figure[i].id, id))
            return &p->figure[i];
    }
    return NULL;
}

const struct gathering_kind *pack_gathering(const struct pack *p, struct str name)
{
    for (int i = 0; i < p->gatherings; i++) {
        if (str_eq(p->gathering[i].name, name))
            return &p->gathering[i];
    }
    return NULL;
}

const struct roll *pack_roll(const struct pack *p, struct str name)
{
    for (int i = 0; i < p->rolls; i++) {
        if (str_eq(p->roll[i].name, name))
            return &p->roll[i];
    }
    return NULL;
}

bool role_held_in(const struct role *r, struct str unit_kind)
{
    return str_among(unit_kind, r->of, r->ofs);
}

bool role_check(const struct pack *p, struct str role, struct str unit_kind, struct err *e)
{
    const struct role *def = pack_role(p, role);

    if (!def)
        return refuse(e, ERR_INVALID, "role", "There is no role called %.*s.", STR_ARG(role));
    return role_held_in(def, unit_kind) ||
           refuse(e, ERR_INVALID, "role", "There is no %.*s in a unit of this kind.",
                  STR_ARG(role));
}

const struct unit_kind *pack_cards_of(const struct pack *p, struct str unit_kind)
{
    const struct unit_kind *kind = pack_unit_kind(p, unit_kind);

    return kind && kind->cards ? kind : pack_unit_kind(p, S("district"));
}

static bool lies_under(const struct unit_kind *kind, struct str parent)
{
    return str_among(parent, kind->under, kind->unders) || (!kind->unders && !parent.n);
}

bool unit_kind_check(const struct pack *p, struct str kind, struct str parent, struct err *e)
{
    const struct unit_kind *def = pack_unit_kind(p, kind);

    if (!def)
        return refuse(e, ERR_INVALID, "kind", "There is no kind of unit called %.*s.",
                      STR_ARG(kind));
    if (def->unders && !parent.n)
        return refuse(e, ERR_INVALID, "parent", "The unit above is missing.");
    return lies_under(def, parent) ||
           refuse(e, ERR_INVALID, "parent",
                  "A unit of this kind does not lie under one of that kind.");
}

bool role_has(const struct role *r, struct str right)
{
    return str_among(right, r->right, r->rights);
}
