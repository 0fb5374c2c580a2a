/* Papers: what a survey asks, or how a test is drawn, timed and passed. */
#include "pack/read.h"

#include "pack/paper.h"

static const char *const kinds[PAPER_KINDS] = {"single", "multi", "judge", "text", "number"};

static void draw_read(struct pack_reader *r, const struct val *v, struct paper *out)
{
    const struct val *draw = take(v, "draw");

    if (!draw || !take_map(r, draw, "draw"))
        return;
    take_keys(r, draw, "draw", "single multi judge text number");
    for (int i = 0; i < PAPER_KINDS; i++) {
        if (take(draw, kinds[i]))
            out->draw[i] = (int)take_int(r, draw, kinds[i], 0, PAPER_QUESTIONS_MAX);
        out->draws += out->draw[i];
    }
    if (out->draws > PAPER_QUESTIONS_MAX)
        FAULT(r, draw->line, "draw: at most %d questions; nobody answers more",
              PAPER_QUESTIONS_MAX);
}

static void survey_check(struct pack_reader *r, const struct val *v, const struct paper *p)
{
    for (int i = 0; i < p->asks; i++) {
        const struct field *f = &p->ask[i];

        if (f->kind != FIELD_CHOICE && f->kind != FIELD_YES_NO && f->kind != FIELD_TEXT &&
            f->kind != FIELD_NUMBER)
            FAULT(r, v->line, "paper: %.*s: a survey asks choice, yes_no, text and number",
                  STR_ARG(f->name));
    }
    for (int i = 0; i < p->bys; i++) {
        if (!val_get(r->roles, p->by[i]))
            FAULT(r, v->line, "there is no role '%.*s'", STR_ARG(p->by[i]));
    }
    if (p->draws || take(v, "minutes") || take(v, "pass") || take(v, "bank"))
        FAULT(r, v->line, "paper: it is a survey ('ask') or a test ('draw'), not both");
}

const struct paper *paper_read(struct pack_reader *r, const struct val *v)
{
    struct paper *out = NEW(r->a, struct paper);

    if (!v || !take_map(r, v, "paper"))
        return NULL;
    take_keys(r, v, "paper", "ask by bank draw minutes pass closed keyed");
    out->ask = ask_read(r, v, "ask", &out->asks);
    out->by = take_words(r, v, "by", &out->bys);
    out->bank = take_text(r, v, "bank");
    if (take(v, "minutes"))
        out->minutes = take_int(r, v, "minutes", 1, 1440);
    if (take(v, "pass"))
        out->pass = take_int(r, v, "pass", 1, 100);
    out->closed = take_bool(r, v, "closed", false);
    out->twice = str_eq(take_word(r, v, "keyed"), S("twice"));
    if (take(v, "keyed") && !out->twice)
        FAULT(r, v->line, "paper: 'keyed' is twice, or left out");
    draw_read(r, v, out);
    if (out->asks)
        survey_check(r, v, out);
    else if (!out->draws)
        FAULT(r, v->line, "paper: 'ask' must list fields, or 'draw' say how many questions");
    return out;
}
