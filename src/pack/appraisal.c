/* Appraisals: the formula, and who has a hand in it. */
#include "pack/read.h"

#include "pack/appraisal.h"

#define RESERVED "least" /* how a round stores the volume */

/* "60" or "92.5", as hundredths. */
static int64_t take_hundredths(struct pack_reader *r, const struct val *map, const char *key,
                               int64_t most)
{
    const struct val *v = take(map, key);
    int64_t n = 0;

    if (!v)
        return 0;
    if (v->kind == VAL_INT && v->integer >= 0 && v->integer <= most / 100)
        return v->integer * 100;
    if (v->kind != VAL_STR || !rank_read(v->str, &n) || n > most)
        FAULT(r, v->line, "%s must be a number from 0 to %lld, with at most two decimals", key,
              (long long)(most / 100));
    return n;
}

/* ---- items ------------------------------------------------------------- */

static const char *const kinds[] = {[SCORE_FIGURE] = "figure",
                                    [SCORE_MARKS] = "marks",
                                    [SCORE_CHECK] = "check",
                                    [SCORE_BONUS] = "bonus",
                                    [SCORE_DEDUCT] = "deduct"};

static bool kind_read(struct pack_reader *r, const struct val *v, struct score_item *out)
{
    int said = 0;

    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (!take(v, kinds[i]))
            continue;
        out->kind = (enum score_kind)i;
        said++;
    }
    if (said != 1)
        FAULT(r, v->line, "item %.*s: it is one of figure, marks, check, bonus or deduct",
              STR_ARG(out->name));
    return said == 1;
}

static void figure_item(struct pack_reader *r, const struct val *v, struct score_item *out)
{
    out->figure = take_word(r, v, "figure");
    if (r->pack && !pack_figure(r->pack, out->figure))
        FAULT(r, v->line, "item %.*s: there is no figure '%.*s'", STR_ARG(out->name),
              STR_ARG(out->figure));
    else if (r->pack && pack_figure(r->pack, out->figure)->kind == FIGURE_VALUES)
        FAULT(r, v->line, "item %.*s: a figure of several values gives no points",
              STR_ARG(out->name));
    out->zero_at = take_hundredths(r, v, "zero_at", SCORE_VALUE_MAX);
    out->full_at = take_hundredths(r, v, "full_at", SCORE_VALUE_MAX);
    if (!take(v, "zero_at") || !take(v, "full_at") || out->zero_at == out->full_at)
        FAULT(r, v->line,
              "item %.*s: 'zero_at' and 'full_at' must say where points begin and where they are "
              "full",
              STR_ARG(out->name));
}

static void marks_item(struct pack_reader *r, const struct val *v, struct score_item *out)
{
    const struct val *marks = take(v, "marks");

    out->marks = (struct rank_rule){.decimals = 2, .least = 1};
    if (!take_map(r, marks, "marks"))
        return;
    take_keys(r, marks, "marks", "from least drop");
    if (take(marks, "least"))
        out->marks.least = (int)take_int(r, marks, "least", 1, RANK_JUDGES_MAX);
    drop_read(r, marks, &out->marks);
}

/* The title of a figure is that of its item, where nothing else is said. */
static struct title item_title(struct pack_reader *r, const struct val *v,
                               const struct score_item *it)
{
    const struct figure *f = r->pack && it->figure.n ? pack_figure(r->pack, it->figure) : NULL;

    return f && !take(v, "title") ? f->title : take_title(r, v, it->name);
}

static void item_read(struct pack_reader *r, const struct val *v, struct score_item *out)
{
    const char *weight;

    if (!take_map(r, v, "an item"))
        return;
    take_keys(r, v, "score",
              "name title figure marks check bonus deduct weight zero_at full_at points most");
    out->name = take_word(r, v, "name");
    if (!out->name.n || str_eq(out->name, S(RESERVED)))
        FAULT(r, v->line, "score: an item needs a name, and not '" RESERVED "'");
    if (!kind_read(r, v, out))
        return;
    weight = out->kind == SCORE_CHECK                                ? "points"
             : out->kind == SCORE_BONUS || out->kind == SCORE_DEDUCT ? "most"
                                                                     : "weight";
    if (!take(v, weight))
        FAULT(r, v->line, "item %.*s: '%s' must say how many points it has", STR_ARG(out->name),
              weight);
    out->weight = take_int(r, v, weight, 1, SCORE_FULL);
    if (out->kind == SCORE_FIGURE)
        figure_item(r, v, out);
    else if (out->kind == SCORE_MARKS)
        marks_item(r, v, out);
    out->title = item_title(r, v, out);
}

static void items_read(struct pack_reader *r, const struct val *v, struct score_rule *out)
{
    const struct val *of = take(v, "score");
    struct score_item *item = NEW_ARRAY(r->a, struct score_item, (size_t)val_count(of) + 1);
    int64_t full = 0;

    for (const struct item *it = list_of(of); it; it = it->next) {
        struct score_item *one = &item[out->items];

        item_read(r, &it->val, one);
        for (int i = 0; i < out->items; i++) {
            if (str_eq(item[i].name, one->name))
                FAULT(r, it->val.line, "item %.*s is there twice", STR_ARG(one->name));
        }
        full += one->kind != SCORE_BONUS && one->kind != SCORE_DEDUCT ? one->weight : 0;
        out->items++;
    }
    out->item = item;
    if (out->items < 1 || out->items > SCORE_ITEMS_MAX)
        FAULT(r, of ? of->line : v->line, "score: there are 1 to %d items", SCORE_ITEMS_MAX);
    else if (full != SCORE_FULL)
        FAULT(r, of->line, "score: weights and points add up to %lld; together they must be %d",
              (long long)full, SCORE_FULL);
}

/* ---- stars, pass, volume ------------------------------------------------- */

static void stars_read(struct pack_reader *r, const struct val *v, struct score_rule *out)
{
    const struct val *of = take(v, "stars");

    for (const struct item *it = list_of(of); it; it = it->next) {
        struct score_star *star = &out->star[out->stars];

        if (out->stars == SCORE_STARS_MAX) {
            FAULT(r, it->val.line, "stars: there are at most %d", SCORE_STARS_MAX);
            return;
        }
        if (!take_map(r, &it->val, "stars"))
            return;
        take_keys(r, &it->val, "stars", "at stars");
        star->at = take_hundredths(r, &it->val, "at", out->most * 100);
        star->stars = (int)take_int(r, &it->val, "stars", 1, SCORE_STARS_MAX);
        if (!take(&it->val, "at") || !star->stars ||
            (out->stars && (star->at >= star[-1].at || star->stars >= star[-1].stars)))
            FAULT(r, it->val.line,
                  "stars: each line has fewer stars from fewer points (at, stars)");
        out->stars++;
    }
    if (of && of->kind != VAL_LIST)
        FAULT(r, of->line, "stars must be a list of {at, stars}");
}

static void volume_read(struct pack_reader *r, const struct val *v, struct score_rule *out)
{
    const struct val *least = take(v, "least");

    if (!least || !take_map(r, least, "least"))
        return;
    take_keys(r, least, "least", "figure value");
    out->volume = take_word(r, least, "figure");
    out->least = take_hundredths(r, least, "value", SCORE_VALUE_MAX);
    if (!out->volume.n || !take(least, "value"))
        FAULT(r, least->line, "least: 'figure' and 'value' must say how much there must be");
    else if (r->pack && !pack_figure(r->pack, out->volume))
        FAULT(r, least->line, "least: there is no figure '%.*s'", STR_ARG(out->volume));
}

static void rule_read(struct pack_reader *r, const struct val *v, struct score_rule *out)
{
    *out = (struct score_rule){.most = SCORE_FULL, .pass = -1, .decimals = 2};
    items_read(r, v, out);
    if (take(v, "most"))
        out->most = take_int(r, v, "most", SCORE_FULL, 2 * SCORE_FULL);
    if (take(v, "decimals"))
        out->decimals = (int)take_int(r, v, "decimals", 0, 2);
    if (take(v, "pass"))
        out->pass = take_hundredths(r, v, "pass", out->most * 100);
    stars_read(r, v, out);
    volume_read(r, v, out);
}

bool appraisal_rule(struct arena *a, const struct pack *p, const struct val *v,
                    struct score_rule *out, struct val *faults)
{
    struct pack *all = NEW(a, struct pack);
    struct pack_reader r = {.a = a, .faults = faults, .words = val_map(a)};

    if (p) {
        *all = *p;
        r.pack = all;
    }
    *out = (struct score_rule){0};
    if (take_map(&r, v, "the formula"))
        rule_read(&r, v, out);
    else
        FAULT(&r, v ? v->line : 0, "the formula must be a map with 'score'");
    return r.n_faults == 0;
}

/* As appraisal_rule() reads it: what decides, with every item's title. */
static struct str formula_of(struct pack_reader *r, const struct val *v,
                             const struct score_rule *rule)
{
    static const char *const keys[] = {"most", "decimals", "stars", "pass", "least"};
    struct val *out = val_map(r->a), *score = set_list(out, "score");
    struct buf b = {.arena = r->a};
    int n = 0;

    for (const struct item *it = list_of(take(v, "score")); it; it = it->next, n++) {
        struct val *one = add_map(score);

        for (const struct item *k = map_of(&it->val); k; k = k->next)
            set_val(one, k->key, k->val);
        if (!take(one, "title")) {
            struct val *title = set_map(one, "title");

            set_str(title, "zh", rule->item[n].title.zh);
            set_str(title, "en", rule->item[n].title.en);
        }
    }
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (take(v, keys[i]))
            set_val(out, str_of(keys[i]), *take(v, keys[i]));
    }
    json_write(&b, out);
    return buf_str(&b);
}

bool score_value_check(const struct score_item *it, int64_t value, const char *field, struct err *e)
{
    int64_t most = it->kind == SCORE_BONUS || it->kind == SCORE_DEDUCT ? it->weight : 100;

    if (it->kind == SCORE_CHECK && value != 0 && value != 100)
        return refuse(e, ERR_INVALID, field, "A check is answered with yes or no.");
    return (value >= 0 && value <= most * 100) ||
           refuse(e, ERR_INVALID, field,
                  "What is given here is a number from 0 to %lld, with at most two decimals.",
                  (long long)most);
}

/* ---- who has a hand in it -------------------------------------------------- */

/* "post secretary", "unit community", "roll talent", "bond rotation" */
static void of_read(struct pack_reader *r, const struct val *v, struct appraisal_def *out)
{
    static const char *const nouns[] = {
        [OF_POST] = "post", [OF_UNIT] = "unit", [OF_ROLL] = "roll", [OF_BOND] = "bond"};
    const struct val *const known[] = {
        [OF_POST] = r->roles, [OF_UNIT] = r->unit_kinds, [OF_ROLL] = r->roll, [OF_BOND] = r->bond};
    struct str noun;

    out->what = str_trim(str_cut(take_text(r, v, "of"), ' ', &noun));
    for (size_t i = 0; i < COUNT(nouns); i++) {
        if (!str_eq(noun, str_of(nouns[i])) || !out->what.n)
            continue;
        out->of = (enum appraisal_of)i;
        if (!val_get(known[i], out->what))
            FAULT(r, take(v, "of")->line, "of: there is no %s '%.*s'", nouns[i],
                  STR_ARG(out->what));
        return;
    }
    FAULT(r, v->line,
          "appraisal %.*s: 'of' must say who is appraised: post ROLE, unit KIND, roll NAME or "
          "bond NAME",
          STR_ARG(out->name));
}

static void in_read(struct pack_reader *r, const struct val *v, struct appraisal_def *out)
{
    out->in = take_words(r, v, "in", &out->ins);
    for (int i = 0; i < out->ins; i++) {
        if (!val_get(r->unit_kinds, out->in[i]))
            FAULT(r, take(v, "in")->line, "there is no kind of unit '%.*s'", STR_ARG(out->in[i]));
    }
}

static void from_read(struct pack_reader *r, const struct val *v, struct appraisal_def *out)
{
    int n = 0;

    for (const struct item *it = list_of(take(v, "score")); it && n < SCORE_ITEMS_MAX;
         it = it->next, n++) {
        const struct score_item *item = &out->rule.item[n];
        bool marks = item->kind == SCORE_MARKS;

        if (item->kind == SCORE_FIGURE)
            continue;
        out->from[n].body = bodies_read(r, marks ? take(&it->val, "marks") : &it->val,
                                        marks ? "from" : kinds[item->kind], &out->from[n].n);
        if (!out->from[n].n)
            FAULT(r, it->val.line, "item %.*s: it does not say who gives it", STR_ARG(item->name));
    }
}

static void appeal_read(struct pack_reader *r, const struct val *v, struct appraisal_def *out)
{
    for (const struct item *it = list_of(take(v, "appeal")); it; it = it->next) {
        struct appraisal_appeal *one = &out->appeal[out->appeals];

        if (out->appeals == APPEALS_MAX) {
            FAULT(r, it->val.line, "appeal: there are at most %d instances", APPEALS_MAX);
            return;
        }
        if (!take_map(r, &it->val, "appeal"))
            return;
        take_keys(r, &it->val, "appeal", "within answer_within to");
        if (take(&it->val, "within"))
            one->within = limit_read(r, take(&it->val, "within"));
        one->answer = take(&it->val, "answer_within")
                          ? limit_read(r, take(&it->val, "answer_within"))
                          : one->within;
        one->to = bodies_read(r, &it->val, "to", &one->tos);
        if (!one->within.n || !one->tos)
            FAULT(r, it->val.line, "appeal: 'within' and 'to' must say how long and who answers");
        out->appeals++;
    }
}

static void class_read(struct pack_reader *r, const struct val *v, struct appraisal_def *out)
{
    bool found;

    out->class = take_word(r, v, "class");
    found = !out->class.n || str_eq(out->class, S("unit_kind"));
    for (int i = 0; !found && i < r->pack->unit_kinds; i++) {
        for (int k = 0; k < r->pack->unit_kind[i].asks; k++)
            found = found || str_eq(r->pack->unit_kind[i].ask[k].name, out->class);
    }
    for (int i = 0; !found && i < r->pack->roles; i++) {
        for (int k = 0; k < r->pack->role[i].asks; k++)
            found = found || str_eq(r->pack->role[i].ask[k].name, out->class);
    }
    if (!found)
        FAULT(r, take(v, "class")->line,
              "class: no kind of unit and no role asks '%.*s' (or write unit_kind)",
              STR_ARG(out->class));
}

static enum appraisal_shows shows_read(struct pack_reader *r, const struct val *v)
{
    static const char *const names[] = {
        [SHOWS_STARS] = "stars", [SHOWS_POINTS] = "points", [SHOWS_OWN] = "own"};
    struct str said = take_word(r, v, "shows");

    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_eq(said, str_of(names[i])))
            return (enum appraisal_shows)i;
    }
    if (said.n)
        FAULT(r, take(v, "shows")->line, "shows must be stars, points or own");
    return SHOWS_STARS;
}

static void def_read(struct pack_reader *r, const struct item *it, struct appraisal_def *out)
{
    const struct val *v = &it->val, *purpose = take(v, "purpose");

    *out = (struct appraisal_def){.name = it->key, .hash = pack_hash(r->a, v), .line = v->line};
    take_keys(r, v, "appraisal",
              "appraisal extends title purpose of in period who score most decimals stars pass "
              "class least appeal shows public");
    out->title = take_title(r, v, it->key);
    if (purpose)
        out->purpose = read_title(r, purpose, it->key);
    else
        FAULT(r, v->line, "appraisal %.*s: 'purpose' must say what it is for", STR_ARG(it->key));
    of_read(r, v, out);
    in_read(r, v, out);
    out->period = take_word(r, v, "period");
    if (!in_words(out->period, "month quarter year"))
        FAULT(r, v->line, "appraisal %.*s: 'period' must be month, quarter or year",
              STR_ARG(it->key));
    out->who = bodies_read(r, v, "who", &out->whos);
    if (!out->whos)
        FAULT(r, v->line, "appraisal %.*s: 'who' must say who opens and publishes it",
              STR_ARG(it->key));
    rule_read(r, v, &out->rule);
    from_read(r, v, out);
    class_read(r, v, out);
    appeal_read(r, v, out);
    out->shows = shows_read(r, v);
    out->is_public = take_bool(r, v, "public", false);
    out->formula = formula_of(r, v, &out->rule);
}

void appraisals_read(struct pack_reader *r)
{
    struct appraisal_def *all =
        NEW_ARRAY(r->a, struct appraisal_def, (size_t)val_count(r->appraisal) + 1);

    for (const struct item *it = r->appraisal->first; it; it = it->next)
        def_read(r, it, &all[r->pack->appraisals++]);
    r->pack->appraisal = all;
}

const struct appraisal_def *pack_appraisal(const struct pack *p, struct str name)
{
    for (int i = 0; i < p->appraisals; i++) {
        if (str_eq(p->appraisal[i].name, name))
            return &p->appraisal[i];
    }
    return NULL;
}
