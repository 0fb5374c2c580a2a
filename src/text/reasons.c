/* Which words of a text spoke for a label: neighbouring grams that did, put together again. */
#include "text/chars.h"
#include "text/model.h"

#include <string.h>

#define REASONS_MAX 6
#define WORD_CHARS  6

/* One visible character of the text, and what the pair that starts here says for the label. */
struct place {
    uint32_t c;
    bool joined; /* to the next */
    double alone, pair;
};

struct speech {
    const struct classifier *c;
    const float *value; /* of each feature in this text's vector */
    const struct term *term;
    size_t n_terms, label;
    struct place *place;
    size_t n;
};

/* What one occurrence of the gram adds to the label beyond what it adds to labels on average. */
static double spoke(const struct speech *s, uint64_t key)
{
    uint32_t feature = model_find(s->c, key);
    size_t labels = s->c->head->n_labels;
    const int16_t *w = s->c->weight + (size_t)feature * labels;
    double mean = 0;

    if (feature == s->c->head->n_features)
        return 0;
    for (size_t k = 0; k < labels; k++)
        mean += (double)w[k] * (double)s->c->step[k] / (double)labels;
    return (double)s->value[feature] * ((double)w[s->label] * (double)s->c->step[s->label] - mean);
}

static void add_places(struct speech *s, struct str text)
{
    text = grams_text(text);
    while (text.n) {
        struct place *before = s->n ? &s->place[s->n - 1] : NULL;
        uint32_t c = ' ';

        if (char_next(&text, &c) == CHAR_BREAK) {
            if (before)
                before->joined = false;
            continue;
        }
        s->place[s->n++] = (struct place){.c = c, .joined = true};
    }
    if (s->n)
        s->place[s->n - 1].joined = false;
}

static void hear(struct speech *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct place *p = &s->place[i];

        p->alone = spoke(s, p->c);
        p->pair = p->joined ? spoke(s, (uint64_t)p->c << 21 | s->place[i + 1].c) : 0;
    }
}

/* The word around the strongest pair at i: as long as its neighbours speak a third as loud. */
static struct str word_at(struct arena *a, const struct speech *s, size_t i, double *weight)
{
    size_t from = i, to = i + 1;
    double least = s->place[i].pair / 3;
    struct buf b = {.arena = a};
    char bytes[4];

    *weight = s->place[i].pair + s->place[i].alone + s->place[to].alone;
    while (to - from + 1 < WORD_CHARS && s->place[to].pair > least) {
        *weight += s->place[to].pair + s->place[to + 1].alone;
        to++;
    }
    while (from && to - from + 1 < WORD_CHARS && s->place[from - 1].pair > least) {
        from--;
        *weight += s->place[from].pair + s->place[from].alone;
    }
    for (size_t at = from; at <= to; at++)
        buf_put(&b, (struct str){bytes, utf8_put(bytes, s->place[at].c)});
    return buf_str(&b);
}

/* A word that was named is not named again, nor a part of it. */
static void silence(struct speech *s, struct str word)
{
    uint32_t c = utf8_next(&word);

    while (word.n) {
        uint32_t next = utf8_next(&word);

        for (size_t i = 0; i + 1 < s->n; i++) {
            if (s->place[i].c == c && s->place[i + 1].c == next)
                s->place[i].pair = 0;
        }
        c = next;
    }
}

static double all_for(const struct speech *s)
{
    double sum = 0;

    for (size_t i = 0; i < s->n_terms; i++) {
        double one = spoke(s, s->c->key[s->term[i].feature]);

        sum += one > 0 ? one : 0;
    }
    return sum;
}

static void name_words(struct arena *a, struct speech *s, struct val *list)
{
    double all = all_for(s);

    for (int named = 0; named < REASONS_MAX; named++) {
        double weight;
        struct str word;
        struct val *it;
        size_t best = 0;

        for (size_t i = 1; i < s->n; i++)
            best = s->place[i].pair > s->place[best].pair ? i : best;
        if (s->n == 0 || s->place[best].pair <= 0)
            return;
        word = word_at(a, s, best, &weight);
        silence(s, word);
        if (weight <= 0)
            continue;
        it = add_map(list);
        set_str(it, "word", word);
        set_int(it, "weight_permille", (int64_t)(weight / all * 1000 + 0.5));
    }
}

void classifier_reasons(struct arena *a, const struct classifier *c, struct str title,
                        struct str body, struct str label, struct val *list)
{
    struct speech s = {.c = c};
    struct term *terms;
    float *value;

    while (s.label < c->head->n_labels && !str_eq(model_label(c, s.label), label))
        s.label++;
    if (s.label == c->head->n_labels)
        return;
    s.n_terms = model_terms(a, c, title, body, &terms);
    s.term = terms;
    value = NEW_ARRAY(a, float, c->head->n_features);
    for (size_t i = 0; i < s.n_terms; i++)
        value[terms[i].feature] = terms[i].value;
    s.value = value;
    s.place = NEW_ARRAY(a, struct place, title.n + body.n + 1);
    add_places(&s, title);
    add_places(&s, body);
    hear(&s);
    name_words(a, &s, list);
}
