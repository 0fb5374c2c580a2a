/* What comes out of a round's inputs: now, a year later, and under another formula. */
#include "civic/appraisal.h"
#include "civic/verifier.h"

#include "val/json.h"
#include "val/yaml.h"

#include <sodium.h>

#define CONTENT_MAX 4000000

STMT(appraised_result, "UPDATE appraised SET points = $4, stars = $5, rank = $6, passed = $7, why "
                       "= $8 WHERE district = $1 AND appraisal_id = $2 AND n = $3");
STMT(appraisals_after, "SELECT id FROM appraisal WHERE district = $1 AND id > $2 AND state = "
                       "'published' ORDER BY id LIMIT $3");
STMT(appraisal_publication, "SELECT content FROM event WHERE district = $1 AND subject = $2 AND "
                            "kind = 'publish' ORDER BY seq DESC LIMIT 1");

/* ---- reckoning ---------------------------------------------------------------- */

static bool item_find(const struct score_rule *rule, struct str name, int *item)
{
    *item = SCORE_VOLUME_ITEM;
    if (str_eq(name, S("least")))
        return true;
    for (int i = 0; i < rule->items; i++) {
        if (str_eq(rule->item[i].name, name)) {
            *item = i;
            return true;
        }
    }
    return false;
}

struct stored { /* inputs, in order of subjects */
    const struct appraisal_input *in;
    size_t count, at;
    struct score_input *score; /* of one subject */
};

/* Those of subject n that hold, as the rule knows them. */
static int holding(struct stored *st, const struct score_rule *rule, int64_t n)
{
    int out = 0;

    while (st->at < st->count && st->in[st->at].n < n)
        st->at++;
    for (; st->at < st->count && st->in[st->at].n == n; st->at++) {
        struct score_input *one = &st->score[out];

        if (input_is_replaced(st->in, st->count, st->at) ||
            !item_find(rule, st->in[st->at].item, &one->item))
            continue;
        one->value = st->in[st->at].value;
        out++;
    }
    return out;
}

static struct stored stored_of(struct desk *k, int64_t id, int64_t n)
{
    struct stored st = {0};

    st.in = appraisal_inputs(k, id, n, &st.count);
    st.score = NEW_ARRAY(k->a, struct score_input, st.count + 1);
    return st;
}

static void rank_all(struct desk *k, struct appraised *subject, int n)
{
    struct score_result *result = NEW_ARRAY(k->a, struct score_result, (size_t)n + 1);
    struct str *class = NEW_ARRAY(k->a, struct str, (size_t)n + 1);

    for (int i = 0; i < n; i++) {
        result[i] = subject[i].result;
        class[i] = subject[i].class;
    }
    score_ranks(result, class, n);
    for (int i = 0; i < n; i++)
        subject[i].result = result[i];
}

void appraisal_reckon(struct desk *k, int64_t id, const struct score_rule *rule,
                      struct appraised *subject, int n)
{
    struct stored st = stored_of(k, id, 0);
    struct score_part part[SCORE_ITEMS_MAX];

    for (int i = 0; i < n; i++) {
        int inputs = holding(&st, rule, subject[i].n);

        subject[i].result = score_reckon(rule, st.score, inputs, part);
    }
    rank_all(k, subject, n);
}

struct score_result appraisal_parts(struct desk *k, const struct appraisal *x, int64_t n,
                                    struct score_part part[SCORE_ITEMS_MAX])
{
    struct stored st = stored_of(k, x->id, n);
    int inputs = holding(&st, &x->rule, n);

    return score_reckon(&x->rule, st.score, inputs, part);
}

void appraisal_keep_results(struct desk *k, const struct appraisal *x, struct val *list)
{
    int n;
    struct appraised *s = appraisal_subjects(k, x->id, &n);

    appraisal_reckon(k, x->id, &x->rule, s, n);
    for (int i = 0; i < n; i++) {
        const struct score_result *r = &s[i].result;
        struct val *v = add_map(list);

        db_run(k->db, appraised_result, ARG(k->d->code), ARG(x->id), ARG(s[i].n), ARG(r->points),
               ARG(r->stars), ARG(r->rank), ARG(r->passed), ARG(score_why_word(r->why)));
        set_int(v, "n", s[i].n);
        set_int(v, "points", r->points);
        set_int(v, "stars", r->stars);
        set_int(v, "rank", r->rank);
    }
}

/* Money is in fen already; a count is a whole number. */
struct appraisal_input appraisal_figure(struct desk *k, const struct appraisal *x,
                                        const struct appraised *s, struct str figure)
{
    const struct figure *f = pack_figure(k->d->pack, figure);
    const struct unit *u = unit_by_id(k->d->units, s->unit_id);
    struct appraisal_input out = {.n = s->n, .value = -1};
    struct figure_value v;
    struct period p;
    struct err e = {0};

    if (!f || !u || !period_parse(k, x->period, &p, &e))
        return out;
    figure_read(k, f, u, &p, S(""), &v);
    if (v.is_ratio) {
        out.value = score_share(v.over, v.under);
        out.over = v.over;
        out.under = v.under;
    } else {
        out.value = v.n < 0                       ? 0
                    : v.is_money                  ? v.n
                    : v.n > SCORE_VALUE_MAX / 100 ? SCORE_VALUE_MAX
                                                  : v.n * 100;
    }
    return out;
}

/* ---- another formula --------------------------------------------------------------- */

static const struct score_item *same_item(const struct score_rule *rule,
                                          const struct score_item *it)
{
    int at;

    if (!item_find(rule, it->name, &at) || at < 0 || rule->item[at].kind != it->kind ||
        !str_eq(rule->item[at].figure, it->figure))
        return NULL;
    return &rule->item[at];
}

/* Of each item: was it read for the round, or must a figure be read now? */
struct trial {
    const struct appraisal *x;
    const struct score_rule *rule;
    bool fresh[SCORE_ITEMS_MAX], fresh_volume;
};

static bool trial_begin(struct trial *t, struct err *e)
{
    for (int i = 0; i < t->rule->items; i++) {
        const struct score_item *it = &t->rule->item[i];

        t->fresh[i] = !same_item(&t->x->rule, it);
        if (t->fresh[i] && it->kind != SCORE_FIGURE && it->kind != SCORE_BONUS &&
            it->kind != SCORE_DEDUCT)
            return refuse(e, ERR_INVALID, "formula",
                          "The round has no inputs for the item %.*s: only figures can be read "
                          "afterwards.",
                          STR_ARG(it->name));
    }
    t->fresh_volume = t->rule->volume.n && !str_eq(t->rule->volume, t->x->rule.volume);
    return true;
}

static int try_inputs(struct desk *k, const struct trial *t, const struct appraised *s,
                      struct stored *st)
{
    int n = holding(st, t->rule, s->n), kept = 0;

    for (int i = 0; i < n; i++) {
        int item = st->score[i].item;

        if (item < 0 ? !t->fresh_volume : !t->fresh[item])
            st->score[kept++] = st->score[i];
    }
    for (int i = 0; i < t->rule->items; i++) {
        if (t->fresh[i] && t->rule->item[i].kind == SCORE_FIGURE)
            st->score[kept++] = (struct score_input){
                i, appraisal_figure(k, t->x, s, t->rule->item[i].figure).value};
    }
    if (t->fresh_volume)
        st->score[kept++] = (struct score_input){
            SCORE_VOLUME_ITEM, appraisal_figure(k, t->x, s, t->rule->volume).value};
    return kept;
}

static void put_result(struct desk *k, struct val *v, const char *prefix,
                       const struct score_result *r, int decimals)
{
    set_str(v, str_format(k->a, "%spoints", prefix).p,
            r->points < 0 ? S("") : rank_text(k->a, r->points, decimals));
    set_unless_0(v, str_format(k->a, "%sstars", prefix).p, r->stars);
    set_unless_0(v, str_format(k->a, "%srank", prefix).p, r->rank);
}

static bool differs(const struct score_result *a, const struct score_result *b)
{
    return a->points != b->points || a->stars != b->stars || a->rank != b->rank ||
           a->passed != b->passed;
}

static void put_row(struct desk *k, const struct trial *t, const struct appraised *was,
                    const struct appraised *now, struct val *rows)
{
    const struct unit *u = unit_by_id(k->d->units, was->unit_id);
    struct val *v = add_map(rows);

    set_int(v, "n", was->n);
    set_str(v, "name", was->name);
    set_str(v, "unit", u ? u->name : S(""));
    set_str(v, "class", was->class);
    put_result(k, v, "was_", &was->result, t->x->rule.decimals);
    put_result(k, v, "", &now->result, t->rule->decimals);
    set_bool(v, "other", was->result.stars != now->result.stars);
}

/* Those with other stars first, then those with other points, each in order. */
static void put_trial(struct desk *k, const struct trial *t, const struct appraised *was,
                      const struct appraised *now, int n, struct val *view)
{
    struct val *rows = set_list(view, "rows");
    int64_t changed = 0, stars = 0;

    for (int pass = 0; pass < 3; pass++) {
        for (int i = 0; i < n; i++) {
            bool star = was[i].result.stars != now[i].result.stars;
            bool other = differs(&was[i].result, &now[i].result);

            if (pass != (star ? 0 : other ? 1 : 2))
                continue;
            stars += star;
            changed += other;
            put_row(k, t, &was[i], &now[i], rows);
        }
    }
    set_int(view, "changed", changed);
    set_int(view, "stars_changed", stars);
    set_int(view, "n", n);
}

bool appraisal_try(struct desk *k, const struct appraisal *x, const struct score_rule *rule,
                   struct val *view, struct err *e)
{
    struct trial t = {.x = x, .rule = rule};
    int n, same;
    const struct appraised *was = appraisal_subjects(k, x->id, &n);
    struct appraised *now = appraisal_subjects(k, x->id, &same);
    struct stored st = stored_of(k, x->id, 0);
    struct score_part part[SCORE_ITEMS_MAX];

    if (appraisal_in(x, "open") || appraisal_in(x, "dropped"))
        return refuse(e, ERR_CONFLICT, NULL, "A formula is tried on a round that was reckoned.");
    if (!trial_begin(&t, e))
        return false;
    st.score = NEW_ARRAY(k->a, struct score_input, st.count + SCORE_ITEMS_MAX + 2);
    for (int i = 0; i < n; i++) {
        int inputs = try_inputs(k, &t, &now[i], &st);

        now[i].result = score_reckon(rule, st.score, inputs, part);
    }
    rank_all(k, now, n);
    put_trial(k, &t, was, now, n, view);
    return true;
}

/* The document of this kind, or the only one. */
static const struct val *document_of(const struct val *docs, struct str kind)
{
    for (const struct item *it = docs->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "appraisal"), kind) || (it == docs->first && !it->next))
            return &it->val;
    }
    return NULL;
}

bool appraisal_formula(struct desk *k, const struct appraisal *x, struct str yaml,
                       struct score_rule *out, struct err *e)
{
    struct val *docs, *faults = val_list(k->a);
    const struct val *doc;

    if (!str_trim(yaml).n) {
        if (!x->def)
            return refuse(e, ERR_NOT_FOUND, "formula", "There is no such kind of appraisal.");
        *out = x->def->rule;
        return true;
    }
    if (!yaml_read_all(k->a, S("formula"), yaml, &docs, e))
        return false;
    doc = document_of(docs, x->kind);
    if (!doc)
        return refuse(e, ERR_INVALID, "formula", "The text has no appraisal called %.*s.",
                      STR_ARG(x->kind));
    if (appraisal_rule(k->a, k->d->pack, doc, out, faults))
        return true;
    return refuse(e, ERR_INVALID, "formula", "Line %lld: %.*s.",
                  (long long)val_int(&faults->first->val, "line"),
                  STR_ARG(val_text(&faults->first->val, "what")));
}

/* ---- a year later -------------------------------------------------------------------- */

struct str appraisal_inputs_hash(struct desk *k, int64_t id)
{
    unsigned char hash[crypto_generichash_BYTES];
    char *hex = NEW_ARRAY(k->a, char, 2 * sizeof(hash) + 1);
    struct val *all = val_list(k->a);
    struct buf b = {.arena = k->a};
    size_t count;
    const struct appraisal_input *in = appraisal_inputs(k, id, 0, &count);

    for (size_t i = 0; i < count; i++) {
        struct val *v = add_map(all);

        set_int(v, "n", in[i].n);
        set_str(v, "item", in[i].item);
        set_int(v, "by", in[i].by_id);
        set_int(v, "instance", in[i].instance);
        set_int(v, "value", in[i].value);
    }
    json_write(&b, all);
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)b.p, b.n, NULL, 0);
    sodium_bin2hex(hex, 2 * sizeof(hash) + 1, hash, sizeof(hash));
    return str_of(hex);
}

static void check_subject(struct desk *k, const struct appraisal *x, const struct appraised *is,
                          const struct appraised *should, struct val *faults)
{
    if (differs(&is->result, &should->result))
        verify_fault(
            faults, x->id, x->head.seq,
            str_format(k->a,
                       "subject %lld has %lld points, %d stars, rank %d, and comes out as %lld, "
                       "%d, %d",
                       (long long)is->n, (long long)is->result.points, is->result.stars,
                       is->result.rank, (long long)should->result.points, should->result.stars,
                       should->result.rank));
}

static const struct item *told_in(const struct val *content)
{
    const struct val *list = val_get(content, S("results"));

    return list && list->kind == VAL_LIST ? list->first : NULL;
}

/* The results that were told when it was published, against the rows. */
static void check_told(struct desk *k, const struct appraisal *x, const struct appraised *s, int n,
                       struct val *faults)
{
    struct rows r = db_query(k->db, k->a, appraisal_publication, ARG(k->d->code), ARG(x->id));
    const struct item *it = NULL;
    struct val *content = NULL;
    struct err e = {0};
    int i = 0;

    if (rows_next(&r) && json_read(k->a, row_str(&r, 0), CONTENT_MAX, &content, &e))
        it = told_in(content);
    if (content)
        rows_end(&r);
    if (!content || !str_eq(val_text(content, "inputs"), appraisal_inputs_hash(k, x->id)))
        verify_fault(faults, x->id, x->head.seq,
                     S("its inputs are not those that it was published with"));
    for (; it && i < n; it = it->next, i++) {
        if (val_int(&it->val, "points") != s[i].result.points ||
            val_int(&it->val, "stars") != s[i].result.stars)
            verify_fault(faults, x->id, x->head.seq,
                         str_format(k->a, "subject %lld was published with another result",
                                    (long long)s[i].n));
    }
}

static void check_round(struct desk *k, int64_t id, void *faults)
{
    struct appraisal *x = NEW(k->a, struct appraisal);
    struct appraised *is, *should;
    struct err e = {0};
    int n, same;

    if (!appraisal_load(k, id, x, &e))
        return;
    is = appraisal_subjects(k, id, &n);
    should = appraisal_subjects(k, id, &same);
    appraisal_reckon(k, id, &x->rule, should, same);
    for (int i = 0; i < n; i++)
        check_subject(k, x, &is[i], &should[i], faults);
    check_told(k, x, is, n, faults);
}

void appraisals_verify(struct desk *k, struct val *faults)
{
    verify_each(k, &appraisals_after, check_round, faults);
}

VERIFIER(appraisals_verify, "appraisal");
