/*
 * A case of an appraisal: what each subject's figures, marks and checks say, and the points, stars
 * and ranks that must come out.
 *
 *   case: a community without matters gets no stars
 *   appraisal: secretary_stars
 *   inputs: {一社区: {on_time: 93.72, panel: [90, 92, 95], visited: yes, least: 40, class: old}}
 *   gives: {一社区: {points: 87.5, stars: 4, rank: 1, passed: yes}}
 */
#include "pack/case.h"

#include "pack/appraisal.h"

#define SUBJECTS_MAX 40
#define INPUTS_MAX   200

struct scored {
    struct arena *a;
    const struct score_rule *rule;
    struct str name[SUBJECTS_MAX], class[SUBJECTS_MAX];
    struct score_result result[SUBJECTS_MAX];
    int n;
};

static bool number_of(const struct val *v, int64_t *out)
{
    if (v->kind == VAL_INT && v->integer >= 0 && v->integer <= SCORE_VALUE_MAX / 100) {
        *out = v->integer * 100;
        return true;
    }
    return v->kind == VAL_STR && rank_read(v->str, out);
}

static int item_of(const struct score_rule *rule, struct str name)
{
    for (int i = 0; i < rule->items; i++) {
        if (str_eq(rule->item[i].name, name))
            return i;
    }
    return -1;
}

/* "93.72"; yes and no; "none" for a share of nothing. */
static struct str take_input(struct scored *s, const struct val *v, int item,
                             struct score_input *out)
{
    struct err e = {0};
    struct str word = word_of(v);

    *out = (struct score_input){.item = item};
    if (str_eq(word, S("yes")) || str_eq(word, S("no")))
        out->value = str_eq(word, S("yes")) ? 100 : 0;
    else if (str_eq(word, S("none")))
        out->value = -1;
    else if (!number_of(v, &out->value))
        return S("an input is a number, yes, no or none");
    if (item >= 0 && s->rule->item[item].kind != SCORE_FIGURE &&
        !score_value_check(&s->rule->item[item], out->value, NULL, &e))
        return str_copy(s->a, str_of(e.text));
    return S("");
}

static struct str take_inputs(struct scored *s, const struct item *it, struct score_input *in,
                              int *n)
{
    bool volume = str_eq(it->key, S("least"));
    int item = volume ? SCORE_VOLUME_ITEM : item_of(s->rule, it->key);
    struct str what = S("");

    if (!volume && item < 0)
        return str_format(s->a, "there is no item %.*s", STR_ARG(it->key));
    if (it->val.kind != VAL_LIST)
        return *n < INPUTS_MAX ? take_input(s, &it->val, item, &in[(*n)++])
                               : S("there are too many inputs");
    for (const struct item *k = it->val.first; k && !what.n; k = k->next)
        what = *n < INPUTS_MAX ? take_input(s, &k->val, item, &in[(*n)++])
                               : S("there are too many inputs");
    return what;
}

static struct str reckon(struct scored *s, const struct val *inputs)
{
    for (const struct item *it = map_of(inputs); it; it = it->next) {
        struct score_input *in = NEW_ARRAY(s->a, struct score_input, INPUTS_MAX);
        struct score_part part[SCORE_ITEMS_MAX];
        struct str what = S("");
        int n = 0;

        if (s->n == SUBJECTS_MAX)
            return S("there are too many subjects");
        s->name[s->n] = it->key;
        s->class[s->n] = S("");
        for (const struct item *k = map_of(&it->val); k && !what.n; k = k->next) {
            if (str_eq(k->key, S("class")))
                s->class[s->n] = word_of(&k->val);
            else
                what = take_inputs(s, k, in, &n);
        }
        if (what.n)
            return what;
        s->result[s->n++] = score_reckon(s->rule, in, n, part);
    }
    score_ranks(s->result, s->class, s->n);
    return s->n ? S("") : S("inputs are missing");
}

static struct str differs(struct scored *s, int i, const struct item *it)
{
    const struct score_result *r = &s->result[i];
    struct str is = S("none"), said = word_of(&it->val);

    if (it->val.kind == VAL_INT)
        said = str_format(s->a, "%lld", (long long)it->val.integer);
    else if (it->val.kind == VAL_BOOL)
        said = it->val.boolean ? S("yes") : S("no");
    if (str_eq(it->key, S("points")) && r->points >= 0)
        is = rank_text(s->a, r->points, s->rule->decimals);
    else if (str_eq(it->key, S("stars")) && r->stars)
        is = str_format(s->a, "%d", r->stars);
    else if (str_eq(it->key, S("rank")) && r->rank)
        is = str_format(s->a, "%d", r->rank);
    else if (str_eq(it->key, S("passed")))
        is = r->passed ? S("yes") : S("no");
    else if (str_eq(it->key, S("why")))
        is = score_why_word(r->why);
    else if (!in_words(it->key, "points stars rank"))
        return str_format(s->a, "gives: there is no '%.*s' of a subject", STR_ARG(it->key));
    return str_eq(is, said) ? S("")
                            : str_format(s->a, "%.*s of %.*s is %.*s, not %.*s", STR_ARG(it->key),
                                         STR_ARG(s->name[i]), STR_ARG(is), STR_ARG(said));
}

static struct str compare(struct scored *s, const struct val *gives)
{
    struct str what = S("");

    for (const struct item *it = map_of(gives); it && !what.n; it = it->next) {
        int at = -1;

        for (int i = 0; i < s->n; i++)
            at = str_eq(s->name[i], it->key) ? i : at;
        if (at < 0)
            return str_format(s->a, "gives: there are no inputs of %.*s", STR_ARG(it->key));
        for (const struct item *k = map_of(&it->val); k && !what.n; k = k->next)
            what = differs(s, at, k);
    }
    return what;
}

struct str case_appraisal(struct arena *a, const struct pack *p, const struct val *v)
{
    const struct appraisal_def *def = pack_appraisal(p, word_of(take(v, "appraisal")));
    struct scored *s = NEW(a, struct scored);
    const struct val *refused = take(v, "refused");
    struct str what;

    if (!def)
        return S("there is no such appraisal");
    if (!refused && !map_of(take(v, "gives")))
        return S("gives is missing");
    s->a = a;
    s->rule = &def->rule;
    what = reckon(s, take(v, "inputs"));
    if (refused)
        return str_eq(what, word_of(refused)) ? S("")
                                              : str_format(a, "refused is: %.*s", STR_ARG(what));
    return what.n ? what : compare(s, take(v, "gives"));
}
