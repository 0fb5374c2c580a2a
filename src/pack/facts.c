#include "pack/facts.h"

static const struct val *known(const struct val *facts, struct str name)
{
    return facts ? val_get(facts, name) : NULL;
}

struct str facts_word(struct arena *a, const struct val *facts, struct str name)
{
    return val_words(a, known(facts, name));
}

int64_t facts_number(const struct val *facts, struct str name)
{
    const struct val *v = known(facts, name);

    return v && v->kind == VAL_INT ? v->integer : 0;
}

/* ---- taking ------------------------------------------------------------- */

static const struct field *asked(struct facts_ask ask, struct str name)
{
    for (int i = 0; i < ask.n; i++) {
        if (str_eq(ask.field[i].name, name))
            return &ask.field[i];
    }
    return NULL;
}

/* By name, or by what screens call it. */
static struct str choice_named(const struct field *f, struct str s)
{
    for (int i = 0; i < f->ofs; i++) {
        const struct choice *c = &f->of[i];

        if (str_eq(s, c->name) || str_eq(s, c->title.zh) || str_eq(s, c->title.en))
            return c->name;
    }
    return s;
}

static struct val as_kept(const struct field *f, const struct val *v)
{
    if (f->kind == FIELD_NUMBER)
        return (struct val){.kind = VAL_INT, .integer = proc_field_number(v)};
    if (f->kind == FIELD_CHOICE)
        return (struct val){.kind = VAL_STR, .str = choice_named(f, v->str)};
    return *v;
}

static bool take_one(struct arena *a, const struct field *f, const struct val *v, struct val *out,
                     struct err *e)
{
    struct val *one = val_map(a);

    *out = *v;
    if (v->kind == VAL_STR)
        out->str = str_trim(v->str);
    if (out->kind == VAL_STR && !out->str.n)
        return true;
    if (out->kind != VAL_STR && out->kind != VAL_INT)
        return refuse(e, ERR_INVALID, f->name.p, "A text is expected here.");
    if (f->kind == FIELD_CHOICE)
        *out = as_kept(f, out);
    set_val(one, f->name, *out);
    if (!proc_field_check(one, f, e))
        return false;
    *out = as_kept(f, out);
    return true;
}

static bool same(const struct val *was, const struct val *is)
{
    if (!was || was->kind != is->kind)
        return !was && is->kind == VAL_STR && !is->str.n;
    return was->kind == VAL_INT ? was->integer == is->integer : str_eq(was->str, is->str);
}

bool facts_take(struct arena *a, struct facts_ask ask, const struct val *was,
                const struct val *said, struct facts_change *out, struct err *e)
{
    *out = (struct facts_change){val_map(a), val_map(a)};
    for (const struct item *it = said ? said->first : NULL; it; it = it->next) {
        const struct field *f = asked(ask, it->key);
        struct val v;

        if (!f)
            return refuse(e, ERR_INVALID, str_copy(a, it->key).p, "This is not asked here: %.*s.",
                          STR_ARG(it->key));
        if (!take_one(a, f, &it->val, &v, e))
            return false;
        if (!same(known(was, it->key), &v))
            set_val(out->changed, it->key, v);
    }
    for (int i = 0; i < ask.n; i++) {
        const struct val *v = val_get(out->changed, ask.field[i].name);

        v = v ? v : known(was, ask.field[i].name);
        if (v && !val_is_empty(v))
            set_val(out->all, ask.field[i].name, *v);
    }
    return true;
}

void facts_keep(struct val *into, struct facts_ask ask, const struct val *got)
{
    for (int i = 0; got && i < ask.n; i++) {
        const struct val *v = val_get(got, ask.field[i].name);

        if (v && !val_is_empty(v))
            set_val(into, ask.field[i].name, *v);
    }
}
