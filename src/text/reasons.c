/* Which words of a text spoke for a label: neighbouring grams that did, put together again. */
#include "text/model.h"
#include "text/words.h"

#define REASONS_MAX 6

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

static void hear(struct speech *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct place *p = &s->place[i];

        p->alone = spoke(s, p->c);
        p->pair = p->joined ? spoke(s, (uint64_t)p->c << 21 | s->place[i + 1].c) : 0;
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
        double weight = 0;
        struct str word = places_take(a, s->place, s->n, &weight);
        struct val *it;

        if (word.n == 0)
            return;
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
    s.n = places_add(s.place, 0, grams_text(title));
    s.n = places_add(s.place, s.n, grams_text(body));
    hear(&s);
    name_words(a, &s, list);
}
