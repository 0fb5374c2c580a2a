/* Rolls: who is kept count of by name, beside the posts that people hold. */
#include "pack/read.h"

static void roll_read(struct pack_reader *r, const struct item *it, struct roll *out)
{
    const struct val *v = &it->val, *purpose = take(v, "purpose");

    *out = (struct roll){.name = it->key, .line = v->line};
    take_keys(r, v, "roll", "roll title of purpose in extends");
    out->title = take_title(r, v, it->key);
    out->of = take_word(r, v, "of");
    if (!in_words(out->of, "household person unit"))
        FAULT(r, v->line, "roll %.*s: 'of' must be household, person or unit", STR_ARG(it->key));
    if (purpose)
        out->purpose = read_title(r, purpose, it->key);
    else
        FAULT(r, v->line, "roll %.*s: 'purpose' must say what the names are kept for",
              STR_ARG(it->key));
    out->in = take_words(r, v, "in", &out->ins);
    if (!out->ins)
        FAULT(r, v->line, "roll %.*s: 'in' must name the kinds of units that keep it",
              STR_ARG(it->key));
    for (int i = 0; i < out->ins; i++) {
        if (!val_get(r->unit_kinds, out->in[i]))
            FAULT(r, v->line, "there is no kind of unit '%.*s'", STR_ARG(out->in[i]));
    }
}

void rolls_read(struct pack_reader *r)
{
    struct roll *roll = NEW_ARRAY(r->a, struct roll, (size_t)val_count(r->roll) + 1);
    struct pack *p = r->pack;

    for (const struct item *it = r->roll->first; it; it = it->next)
        roll_read(r, it, &roll[p->rolls++]);
    p->roll = roll;
}
