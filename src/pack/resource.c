/* Resources: what can be given, so many of it, to whom, for how long. */
#include "pack/resource.h"

#include "pack/read.h"

/* ---- reading ---------------------------------------------------------------- */

static const struct field *asked(const struct resource_kind *def, struct str name)
{
    for (int i = 0; i < def->asks; i++) {
        if (str_eq(def->ask[i].name, name))
            return &def->ask[i];
    }
    return NULL;
}

static bool only_names(const struct resource_kind *def, struct str kind)
{
    for (int i = 0; i < def->only.kinds; i++) {
        if (str_eq(def->only.kind[i], kind))
            return true;
    }
    return def->only.kinds == 0;
}

/* Of each choice somebody must be able to have one. */
static void by_check(struct pack_reader *r, const struct val *v, const struct resource_kind *out)
{
    const struct field *by = asked(out, out->only.by);

    if (!by || by->kind != FIELD_CHOICE) {
        FAULT(r, v->line, "for: 'by' must name a choice of its 'ask'");
        return;
    }
    for (int i = 0; i < by->ofs; i++) {
        if (!roll_kind_find(out->only.roll, by->of[i].name) || !only_names(out, by->of[i].name))
            FAULT(r, by->line, "for: by: '%.*s' is none of the kinds that may have one",
                  STR_ARG(by->of[i].name));
    }
}

/* for: {roll: talents, kinds: [a, b], by: tier} */
static void only_read(struct pack_reader *r, const struct val *v, struct resource_kind *out)
{
    const struct val *only = take(v, "for");

    if (!only || !take_map(r, only, "for"))
        return;
    take_keys(r, only, "for", "roll kinds by");
    out->only.roll = pack_roll(r->pack, take_word(r, only, "roll"));
    if (!out->only.roll) {
        FAULT(r, only->line, "for: there is no roll '%.*s'", STR_ARG(take_word(r, only, "roll")));
        return;
    }
    if (!str_eq(out->only.roll->of, S("person")))
        FAULT(r, only->line, "for: only a person opens a matter: the roll must be 'of: person'");
    out->only.kind = take_words(r, only, "kinds", &out->only.kinds);
    for (int i = 0; i < out->only.kinds; i++) {
        if (!roll_kind_find(out->only.roll, out->only.kind[i]))
            FAULT(r, only->line, "for: the roll has no kind '%.*s'", STR_ARG(out->only.kind[i]));
    }
    out->only.by = take_word(r, only, "by");
    if (out->only.by.n)
        by_check(r, only, out);
}

static void ask_check(struct pack_reader *r, const struct resource_kind *out)
{
    for (int i = 0; i < out->asks; i++) {
        if (out->ask[i].personal || out->ask[i].kind == FIELD_PICTURES ||
            out->ask[i].kind == FIELD_FILE)
            FAULT(r, out->ask[i].line,
                  "field %.*s: of a resource nothing is personal, and there are no pictures",
                  STR_ARG(out->ask[i].name));
    }
}

#define REMIND_DAYS 30 /* where the pack says nothing */

static void remind_read(struct pack_reader *r, const struct val *v, struct resource_kind *out)
{
    const struct val *remind = take(v, "remind");
    struct stretch s = {0};
    struct err e = {0};

    out->remind_days = REMIND_DAYS;
    if (!remind)
        return;
    if (!stretch_parse(word_of(remind), &s, &e) || s.unit != STRETCH_DAYS)
        FAULT(r, remind->line, "remind: write it in days, like '45 days'");
    else if (!out->holds.n || stretch_end(0, s) >= stretch_end(0, out->holds))
        FAULT(r, remind->line, "remind: it must be shorter than what 'holds' says");
    out->remind_days = s.n;
}

static void kind_read(struct pack_reader *r, const struct item *it, struct resource_kind *out)
{
    const struct val *v = &it->val, *holds = take(v, "holds");
    struct err e = {0};

    *out = (struct resource_kind){.name = it->key, .hash = pack_hash(r->a, v), .line = v->line};
    take_keys(r, v, "resource",
              "resource extends title icon unit in who ask capacity public for holds remind apply");
    out->title = take_title(r, v, it->key);
    out->icon = take(v, "icon") ? take_word(r, v, "icon") : S("key");
    out->unit = read_title(r, take(v, "unit"), it->key);
    out->in = take_words(r, v, "in", &out->ins);
    out->who = bodies_read(r, v, "who", &out->whos);
    out->ask = ask_read(r, v, "ask", &out->asks);
    out->most = take(v, "capacity") ? take_int(r, v, "capacity", 1, RESOURCE_MOST) : RESOURCE_MOST;
    out->is_public = take_bool(r, v, "public", false);
    out->apply = take_word(r, v, "apply");
    only_read(r, v, out);
    ask_check(r, out);
    if (holds && !stretch_parse(word_of(holds), &out->holds, &e))
        FAULT(r, holds->line, "%s", e.text);
    remind_read(r, v, out);
    for (int i = 0; i < out->ins; i++) {
        if (!val_get(r->unit_kinds, out->in[i]))
            FAULT(r, v->line, "there is no kind of unit '%.*s'", STR_ARG(out->in[i]));
    }
    if (!take(v, "unit"))
        FAULT(r, v->line, "resource %.*s: 'unit' must say what is counted", STR_ARG(it->key));
    if (!out->ins)
        FAULT(r, v->line, "resource %.*s: 'in' must say which kinds of units keep it",
              STR_ARG(it->key));
    if (!out->whos)
        FAULT(r, v->line, "resource %.*s: 'who' must say whose it is to give", STR_ARG(it->key));
}

void resources_read(struct pack_reader *r)
{
    struct resource_kind *all =
        NEW_ARRAY(r->a, struct resource_kind, (size_t)val_count(r->resource) + 1);

    for (const struct item *it = r->resource->first; it; it = it->next)
        kind_read(r, it, &all[r->pack->resources++]);
    r->pack->resource = all;
}

bool resource_fits(const struct field *f, struct str kind)
{
    for (int i = 0; f->kind == FIELD_RESOURCE && i < f->ofs; i++) {
        if (str_eq(f->of[i].name, kind))
            return true;
    }
    return false;
}

const struct field *resource_asked(const struct proc *def, struct str kind)
{
    for (int i = 0; i < def->fields; i++) {
        if (resource_fits(&def->field[i], kind))
            return &def->field[i];
    }
    return NULL;
}

void resources_check(struct pack_reader *r)
{
    for (int i = 0; i < r->pack->resources; i++) {
        const struct resource_kind *def = &r->pack->resource[i];
        const struct proc *by = def->apply.n ? pack_proc(r->pack, def->apply) : NULL;

        if (def->apply.n && (!by || !proc_public(by) || !resource_asked(by, def->name)))
            FAULT(r, def->line,
                  "resource %.*s: 'apply' must name a mechanism that everybody opens and that asks "
                  "which one",
                  STR_ARG(def->name));
    }
}

const struct resource_kind *pack_resource(const struct pack *p, struct str name)
{
    for (int i = 0; i < p->resources; i++) {
        if (str_eq(p->resource[i].name, name))
            return &p->resource[i];
    }
    return NULL;
}

/* ---- what may be given ------------------------------------------------------- */

bool resource_capacity_check(const struct resource_kind *def, int64_t capacity, int64_t taken,
                             struct err *e)
{
    if (capacity < 1)
        return refuse(e, ERR_INVALID, "capacity", "There must be at least one of it.");
    if (capacity > def->most)
        return refuse(e, ERR_INVALID, "capacity", "There can be at most %lld of it.",
                      (long long)def->most);
    return capacity >= taken ||
           refuse(e, ERR_INVALID, "capacity",
                  "%lld of it are held now; it cannot be fewer than that.", (long long)taken);
}

static bool has_tier(const struct resource_kind *def, struct str tier, struct str kind)
{
    return tier.n ? str_eq(tier, kind) : only_names(def, kind);
}

struct str resource_for_words(struct arena *a, const struct resource_kind *def, struct str tier,
                              bool en)
{
    const struct roll *roll = def->only.roll;
    struct buf b = {.arena = a};

    if (!roll)
        return S("");
    for (int i = 0; i < roll->kinds; i++) {
        const struct roll_kind *k = &roll->kind[i];

        if (!has_tier(def, tier, k->name))
            continue;
        buf_put(&b, b.n ? S(" / ") : S(""));
        buf_put(&b, en ? k->title.en : k->title.zh);
    }
    return b.n ? buf_str(&b) : en ? roll->title.en : roll->title.zh;
}

bool resource_is_for(struct arena *a, const struct resource_kind *def,
                     const struct resource_now *now, const struct str *kind, bool en, struct err *e)
{
    const struct title *roll = def->only.roll ? &def->only.roll->title : NULL;

    if (!roll)
        return true;
    if (!kind)
        return refuse(e, ERR_DENIED, NULL, "This is only for those who are on the roll %.*s.",
                      STR_ARG(en ? roll->en : roll->zh));
    return has_tier(def, now->tier, *kind) ||
           refuse(e, ERR_DENIED, NULL, "This is only for: %.*s.",
                  STR_ARG(resource_for_words(a, def, now->tier, en)));
}

bool resource_free_check(const struct resource_now *now, struct err *e)
{
    if (now->ended)
        return refuse(e, ERR_CONFLICT, NULL, "This is not given any more.");
    return now->taken < now->capacity ||
           refuse(e, ERR_CONFLICT, NULL, "None of it is left: all %lld are held.",
                  (long long)now->capacity);
}
