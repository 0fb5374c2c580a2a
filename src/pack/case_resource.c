/* What a case says of resources: {resources: {NAME: {kind, capacity, taken, ended, by}}, entries:
 * {PERSON: KIND of the roll}}. A matter takes and gives back as civic/resource.c lets it. */
#include "pack/case.h"

#define FIRST_ID 2000

void case_resources_read(struct case_run *c, const struct val *v)
{
    for (const struct item *it = map_of(take(v, "resources")); it; it = it->next) {
        const struct val *ended = take(&it->val, "ended"), *most = take(&it->val, "capacity");

        if (c->resources == CASE_RESOURCES)
            return;
        c->resource[c->resources++] = (struct case_resource){
            .name = it->key,
            .def = pack_resource(c->pack, word_of(take(&it->val, "kind"))),
            .now = {.capacity = most && most->kind == VAL_INT ? most->integer : 1,
                    .taken = val_int(&it->val, "taken"),
                    .ended = ended && ended->kind == VAL_BOOL && ended->boolean,
                    .tier = word_of(take(&it->val, "by"))}};
    }
    c->entries = take(v, "entries");
}

static const struct field *resource_field(const struct case_run *c, struct str name)
{
    int at = c->env.def ? proc_number_find(c->env.def, name) : -1;
    const struct field *f = at < 0 ? NULL : c->env.def->number[at];

    return f && f->kind == FIELD_RESOURCE ? f : NULL;
}

static bool is_of(const struct case_resource *r, const struct field *f)
{
    return r->def && resource_fits(f, r->def->name);
}

int64_t case_resource(const struct case_run *c, struct str field, struct str name)
{
    for (int i = 0; resource_field(c, field) && i < c->resources; i++) {
        if (str_eq(c->resource[i].name, name))
            return FIRST_ID + i;
    }
    return 0;
}

/* Where the case says nothing of resources, there is as much as anybody wants. */
int64_t case_some_resource(struct case_run *c, const struct field *f)
{
    for (int i = 0; i < c->resources; i++) {
        if (is_of(&c->resource[i], f))
            return FIRST_ID + i;
    }
    if (c->resources == CASE_RESOURCES)
        return 0;
    c->resource[c->resources] = (struct case_resource){.name = f->of[0].name,
                                                       .def = pack_resource(c->pack, f->of[0].name),
                                                       .now = {.capacity = RESOURCE_MOST}};
    return FIRST_ID + c->resources++;
}

static struct case_resource *found(struct case_run *c, int64_t id)
{
    return id >= FIRST_ID && id < FIRST_ID + c->resources ? &c->resource[id - FIRST_ID] : NULL;
}

/* Is it one, and for whoever opened the matter? */
static bool may_have(struct case_run *c, const struct case_resource *r, struct err *e)
{
    const struct str *kind = NULL;
    struct str of = S("");

    for (int i = 0; i < c->people; i++) {
        const struct val *entry = c->entries && c->person[i].id == c->opener
                                      ? val_get(c->entries, c->person[i].name)
                                      : NULL;

        if (!entry)
            continue;
        of = word_of(entry);
        kind = &of;
    }
    if (r->now.ended)
        return resource_free_check(&r->now, e);
    return resource_is_for(c->a, r->def, &r->now, kind, true, e);
}

static bool named(struct case_run *c, const struct val *fields, struct err *e)
{
    for (const struct item *it = fields->first; it; it = it->next) {
        const struct field *f = resource_field(c, it->key);
        const struct case_resource *r = f ? found(c, proc_field_number(&it->val)) : NULL;

        if (f && (!r || !is_of(r, f)))
            return refuse(e, ERR_INVALID, f->name.p, "Choose one of what is offered.");
        if (r && !may_have(c, r, e))
            return false;
    }
    return true;
}

static void give_back(struct case_run *c)
{
    for (int i = 0; i < c->resources; i++) {
        c->resource[i].now.taken -= c->resource[i].held;
        c->resource[i].held = false;
    }
}

static bool take_one(struct case_run *c, int64_t id, struct err *e)
{
    struct case_resource *r = found(c, id);

    if (!r || !may_have(c, r, e))
        return r ? false : refuse(e, ERR_INVALID, NULL, "Choose one of what is offered.");
    if (r->held)
        return refuse(e, ERR_CONFLICT, NULL, "This matter holds one of it already.");
    if (!resource_free_check(&r->now, e))
        return false;
    r->held = true;
    r->now.taken++;
    return true;
}

bool case_resources_do(struct case_run *c, const struct val *fields,
                       const struct proc_effects *effects, struct err *e)
{
    if (!named(c, fields, e))
        return false;
    for (int i = 0; i < effects->n; i++) {
        const struct proc_effect *f = &effects->effect[i];

        if (f->kind == EFFECT_GIVE_BACK)
            give_back(c);
        if (f->kind == EFFECT_TAKE && !take_one(c, f->resource, e))
            return false;
    }
    return true;
}

struct str case_held(struct case_run *c)
{
    struct buf b = {.arena = c->a};

    for (int i = 0; i < c->resources; i++) {
        if (c->resource[i].held)
            case_join(&b, c->resource[i].name);
    }
    return buf_str(&b);
}
