/* A round as pages tell it: the formula, the list, one subject's sheet with every number's source.
 */
#include "civic/appraisal.h"

#define LIST_MAX "200"

STMT(appraisals_all,
     "SELECT id, kind, unit_id, period, state, opened_at, published_at FROM appraisal WHERE "
     "district = $1 ORDER BY id DESC LIMIT " LIST_MAX);
STMT(appraisals_of_person,
     "SELECT a.id, s.n, a.kind, a.period, a.state, s.points, s.stars, s.passed FROM appraised s "
     "JOIN appraisal a ON a.district = $1 AND a.id = s.appraisal_id AND a.state IN ('shown', "
     "'published') WHERE s.district = $1 AND s.person_id = $2 AND s.person_id > 0 ORDER BY "
     "s.appraisal_id DESC, s.n LIMIT 50");
STMT(giver_name, "SELECT name FROM person WHERE district = $1 AND id = $2");

void set_unless_0(struct val *map, const char *key, int64_t n)
{
    if (n)
        set_int(map, key, n);
    else
        set_bool(map, key, false);
}

static struct str unit_name(struct desk *k, int64_t id)
{
    const struct unit *u = unit_by_id(k->d->units, id);

    return u ? u->name : S("");
}

static struct str day_or_none(struct desk *k, int64_t at)
{
    return at ? day_text(k->a, day_of(at)) : S("");
}

static struct str minute_or_none(struct desk *k, int64_t at)
{
    return at ? when_minute(k->a, at) : S("");
}

/* ---- the formula ------------------------------------------------------------- */

static void put_item(struct desk *k, const struct score_item *it, struct val *v)
{
    set_str(v, "name", it->name);
    set_str(v, "title", desk_title(k, &it->title));
    set_int(v, "weight", it->weight);
    set_bool(v, "is_figure", it->kind == SCORE_FIGURE);
    set_bool(v, "is_marks", it->kind == SCORE_MARKS);
    set_bool(v, "is_check", it->kind == SCORE_CHECK);
    set_bool(v, "is_bonus", it->kind == SCORE_BONUS);
    set_bool(v, "is_deduct", it->kind == SCORE_DEDUCT);
    set_str(v, "figure", it->figure);
    set_str(v, "zero_at", rank_text(k->a, it->zero_at, 0));
    set_str(v, "full_at", rank_text(k->a, it->full_at, 0));
    set_int(v, "least", it->marks.least);
    set_bool(v, "drops", it->marks.highest + it->marks.lowest > 0);
    set_int(v, "highest", it->marks.highest);
    set_int(v, "lowest", it->marks.lowest);
}

static void put_stars(struct desk *k, const struct score_rule *rule, struct val *view)
{
    struct val *list = set_list(view, "stars_at");

    for (int i = 0; i < rule->stars; i++) {
        struct val *v = add_map(list);

        set_str(v, "at", rank_text(k->a, rule->star[i].at, 0));
        set_unless_0(v, "stars", rule->star[i].stars);
    }
    set_bool(view, "has_stars", rule->stars > 0);
}

static void put_instances(struct desk *k, const struct appraisal *x, struct val *view)
{
    struct val *list = set_list(view, "instances");

    for (int i = 0; x->def && i < x->def->appeals; i++) {
        const struct appraisal_appeal *a = &x->def->appeal[i];
        const struct role *role = a->tos ? pack_role(k->d->pack, a->to[0].role) : NULL;
        struct val *v = add_map(list);

        set_int(v, "instance", i + 1);
        set_str(v, "within", limit_text(k->a, a->within));
        set_str(v, "answer", limit_text(k->a, a->answer));
        set_str(v, "to", role ? desk_title(k, &role->title) : S(""));
    }
}

void appraisal_formula_view(struct desk *k, const struct appraisal *x, struct val *view)
{
    const struct score_rule *rule = &x->rule;
    const struct figure *volume = pack_figure(k->d->pack, rule->volume);
    struct val *items = set_list(view, "formula");

    for (int i = 0; i < rule->items; i++)
        put_item(k, &rule->item[i], add_map(items));
    put_stars(k, rule, view);
    set_str(view, "pass", rule->pass < 0 ? S("") : rank_text(k->a, rule->pass, 0));
    set_int(view, "most", rule->most);
    set_int(view, "decimals", rule->decimals);
    set_str(view, "volume", volume ? desk_title(k, &volume->title) : rule->volume);
    set_str(view, "volume_least", rank_text(k->a, rule->least, 0));
    put_instances(k, x, view);
}

/* ---- lists --------------------------------------------------------------------- */

static void put_kind(struct desk *k, struct str kind, struct val *v)
{
    const struct appraisal_def *def = pack_appraisal(k->d->pack, kind);

    set_str(v, "kind", kind);
    set_str(v, "kind_title", def ? desk_title(k, &def->title) : kind);
}

void appraisal_list(struct desk *k, struct val *rows)
{
    struct rows r = db_query(k->db, k->a, appraisals_all, ARG(k->d->code));

    while (rows_next(&r)) {
        struct appraisal x = {.unit_id = row_int(&r, 2),
                              .def = pack_appraisal(k->d->pack, row_str(&r, 1)),
                              .state = row_str(&r, 4)};
        struct val *v;

        if (appraisal_in(&x, "dropped") && !appraisal_runs(k, &x))
            continue;
        v = add_map(rows);
        set_int(v, "id", row_int(&r, 0));
        put_kind(k, row_str(&r, 1), v);
        set_str(v, "unit", unit_name(k, x.unit_id));
        set_str(v, "period", row_str(&r, 3));
        set_str(v, "state", x.state);
        set_str(v, "opened_on", day_or_none(k, row_int(&r, 5)));
        set_str(v, "published_on", day_or_none(k, row_int(&r, 6)));
    }
}

void appraisal_of_person(struct desk *k, int64_t person, struct val *rows)
{
    struct rows r = db_query(k->db, k->a, appraisals_of_person, ARG(k->d->code), ARG(person));

    while (rows_next(&r)) {
        struct val *v = add_map(rows);
        int64_t points = row_int(&r, 5);

        set_int(v, "id", row_int(&r, 0));
        set_int(v, "n", row_int(&r, 1));
        put_kind(k, row_str(&r, 2), v);
        set_str(v, "period", row_str(&r, 3));
        set_bool(v, "published", str_eq(row_str(&r, 4), S("published")));
        set_bool(v, "has_points", points >= 0);
        set_str(v, "points", points < 0 ? S("") : rank_text(k->a, points, 0));
        set_unless_0(v, "stars", row_int(&r, 6));
        set_bool(v, "passed", row_int(&r, 7) != 0);
    }
}

/* ---- who sees what ---------------------------------------------------------------- */

/* The instance that the actor answers: of those that are there, or of those still open; 0: none. */
static int answers_one(struct desk *k, const struct appraisal *x, const struct appraised *s,
                       const struct appraisal_appeal_row *had, int n, bool open)
{
    for (int i = 0; i < n; i++) {
        if (had[i].n == s->n && !(open && had[i].answered_at) &&
            appraisal_answers(k, x, s, had[i].instance))
            return (int)had[i].instance;
    }
    return 0;
}

static bool results_known(const struct appraisal *x)
{
    return appraisal_in(x, "shown") || appraisal_in(x, "published");
}

bool appraisal_sees(struct desk *k, const struct appraisal *x, const struct appraised *s)
{
    int n;
    const struct appraisal_appeal_row *had;

    if (appraisal_runs(k, x) || (results_known(x) && appraisal_is_own(k, x, s)))
        return true;
    if (!results_known(x))
        return false;
    had = appraisal_appeals(k, x->id, s->n, &n);
    return answers_one(k, x, s, had, n, false) > 0;
}

/* How much of a row: nothing, name and stars, or everything. */
enum shown { SHOWN_NOTHING, SHOWN_STARS, SHOWN_ALL };

static enum shown row_shown(struct desk *k, const struct appraisal *x, const struct appraised *s)
{
    if (appraisal_sees(k, x, s))
        return SHOWN_ALL;
    if (!appraisal_in(x, "published") || !x->def || x->def->shows == SHOWS_OWN)
        return SHOWN_NOTHING;
    return x->def->shows == SHOWS_POINTS ? SHOWN_ALL : SHOWN_STARS;
}

static struct str class_title(struct desk *k, const struct appraisal *x, struct str class)
{
    const struct unit_kind *kind = pack_unit_kind(k->d->pack, class);

    return x->def && str_eq(x->def->class, S("unit_kind")) && kind ? desk_title(k, &kind->title)
                                                                   : class;
}

static void put_subject(struct desk *k, const struct appraisal *x, const struct appraised *s,
                        enum shown how, struct val *v)
{
    const struct score_result *r = &s->result;
    bool reckoned = !appraisal_in(x, "open"), all = how == SHOWN_ALL;
    bool points = reckoned && all && r->points >= 0;

    set_int(v, "n", s->n);
    set_str(v, "name", s->name);
    set_str(v, "unit", unit_name(k, s->unit_id));
    set_str(v, "class", class_title(k, x, s->class));
    set_str(v, "points", points ? rank_text(k->a, r->points, x->rule.decimals) : S(""));
    set_unless_0(v, "rank", points ? r->rank : 0);
    set_unless_0(v, "stars", reckoned ? r->stars : 0);
    set_bool(v, "passed", reckoned && r->passed);
    set_bool(v, "failed", reckoned && x->rule.pass >= 0 && r->points >= 0 && !r->passed);
    set_str(v, "why", reckoned && r->points < 0 ? score_why_word(r->why) : S(""));
    set_bool(v, "none", reckoned && r->points < 0);
    set_bool(v, "own", appraisal_is_own(k, x, s));
    set_bool(v, "sheet", appraisal_sees(k, x, s));
}

/* How many gave something to the next subject, while it is open; inputs are in order of subjects,
 * and of an item's givers each stands there once. */
static int64_t givers_of(const struct appraisal_input *in, size_t count, size_t *at, int64_t n)
{
    int64_t givers = 0;
    size_t first;

    while (*at < count && in[*at].n < n)
        ++*at;
    for (first = *at; *at < count && in[*at].n == n; ++*at) {
        bool seen = !in[*at].by_id;

        for (size_t j = first; !seen && j < *at; j++)
            seen = in[j].by_id == in[*at].by_id;
        givers += !seen;
    }
    return givers;
}

static void put_subjects(struct desk *k, const struct appraisal *x, bool runs, struct val *view)
{
    int n, appeals;
    const struct appraised *s = appraisal_subjects(k, x->id, &n);
    const struct appraisal_appeal_row *had = appraisal_appeals(k, x->id, 0, &appeals);
    struct val *list = set_list(view, "subjects");
    size_t count = 0, at = 0;
    const struct appraisal_input *in =
        runs && appraisal_in(x, "open") ? appraisal_inputs(k, x->id, 0, &count) : NULL;

    for (int i = 0; i < n; i++) {
        enum shown how = row_shown(k, x, &s[i]);
        struct val *v;

        if (how == SHOWN_NOTHING)
            continue;
        v = add_map(list);
        put_subject(k, x, &s[i], how, v);
        set_unless_0(v, "givers", givers_of(in, count, &at, s[i].n));
        set_bool(v, "to_answer", answers_one(k, x, &s[i], had, appeals, true) > 0);
    }
    set_int(view, "subjects_n", n);
    set_bool(view, "subjects_any", list->first != NULL);
    set_unless_0(view, "appeals_n", runs ? appeals : 0);
}

static void put_states(const struct appraisal *x, struct val *view)
{
    static const char *const states[][2] = {{"open", "is_open"},
                                            {"draft", "is_draft"},
                                            {"shown", "is_shown"},
                                            {"published", "is_published"},
                                            {"dropped", "is_dropped"}};

    for (size_t i = 0; i < COUNT(states); i++)
        set_bool(view, states[i][1], appraisal_in(x, states[i][0]));
}

static void put_head(struct desk *k, const struct appraisal *x, struct val *view)
{
    set_int(view, "id", x->id);
    put_kind(k, x->kind, view);
    set_str(view, "purpose", x->def ? desk_title(k, &x->def->purpose) : S(""));
    set_str(view, "unit", unit_name(k, x->unit_id));
    set_str(view, "period", x->period);
    set_str(view, "state", x->state);
    put_states(x, view);
    set_str(view, "opened_on", day_or_none(k, x->opened_at));
    set_str(view, "shown_on", day_or_none(k, x->shown_at));
    set_str(view, "published_on", day_or_none(k, x->published_at));
    set_str(view, "ends_on", day_or_none(k, x->to_at - 1));
    set_str(view, "appeal_until", minute_or_none(k, x->appeal_until));
    set_str(view, "closes_at", minute_or_none(k, x->closes_at));
    set_bool(view, "time_over",
             appraisal_in(x, "shown") && (!x->closes_at || x->closes_at < k->now));
    set_bool(view, "period_over", k->now >= x->to_at);
    set_int(view, "seq", x->head.seq);
}

void appraisal_view(struct desk *k, const struct appraisal *x, struct val *view)
{
    bool runs = appraisal_runs(k, x);

    put_head(k, x, view);
    set_bool(view, "runs", runs);
    appraisal_formula_view(k, x, view);
    put_subjects(k, x, runs, view);
}

/* ---- one sheet ------------------------------------------------------------------------ */

static struct str name_of(struct desk *k, int64_t person)
{
    struct rows r = db_query(k->db, k->a, giver_name, ARG(k->d->code), ARG(person));
    struct str name = S("");

    if (rows_next(&r)) {
        name = row_str(&r, 0);
        rows_end(&r);
    }
    return name;
}

/* "(93.72 − 60) ÷ (95 − 60) × 30"; nothing more than is there, nothing less than nothing. */
static struct str figure_work(struct desk *k, const struct score_item *it, int64_t value)
{
    struct str is = rank_text(k->a, value, 0), zero = rank_text(k->a, it->zero_at, 0);
    struct str full = rank_text(k->a, it->full_at, 0);
    bool less = it->zero_at > it->full_at;
    bool none = less ? value >= it->zero_at : value <= it->zero_at;
    bool all = less ? value <= it->full_at : value >= it->full_at;

    if (none || all)
        return str_format(k->a, "%.*s %s %.*s", STR_ARG(is), all == less ? "≤" : "≥",
                          STR_ARG(all ? full : zero));
    return less ? str_format(k->a, "(%.*s − %.*s) ÷ (%.*s − %.*s) × %lld", STR_ARG(zero),
                             STR_ARG(is), STR_ARG(zero), STR_ARG(full), (long long)it->weight)
                : str_format(k->a, "(%.*s − %.*s) ÷ (%.*s − %.*s) × %lld", STR_ARG(is),
                             STR_ARG(zero), STR_ARG(full), STR_ARG(zero), (long long)it->weight);
}

static struct str work_of(struct desk *k, const struct score_item *it,
                          const struct score_part *part)
{
    if (!part->known)
        return S("");
    switch (it->kind) {
    case SCORE_FIGURE: return figure_work(k, it, part->value);
    case SCORE_MARKS:
        return str_format(k->a, "%.*s ÷ %d = %.*s; × %lld%%",
                          STR_ARG(rank_text(k->a, part->mean.sum, 2)), part->mean.kept,
                          STR_ARG(rank_text(k->a, part->mean.points, 2)), (long long)it->weight);
    case SCORE_CHECK:
    case SCORE_BONUS:
    case SCORE_DEDUCT: break;
    }
    return S("");
}

struct sheet {
    const struct appraisal *x;
    const struct appraised *s;
    const struct appraisal_input *in;
    size_t count;
    bool names;
};

static void put_input(struct desk *k, const struct sheet *sh, const struct score_item *it, size_t i,
                      struct val *list)
{
    const struct appraisal_input *in = &sh->in[i];
    bool corrected = in->instance > 0, check = it->kind == SCORE_CHECK;
    struct val *v = add_map(list);

    set_str(v, "who", sh->names && in->by_id ? name_of(k, in->by_id) : S(""));
    set_bool(v, "program", !in->by_id);
    set_str(v, "value", in->value < 0 || check ? S("") : rank_text(k->a, in->value, 0));
    set_bool(v, "yes", check && in->value > 0);
    set_bool(v, "no", check && in->value == 0);
    set_str(v, "word", in->word);
    set_bool(v, "corrected", corrected);
    set_int(v, "instance", in->instance);
    set_bool(v, "replaced", input_is_replaced(sh->in, sh->count, i));
    set_str(v, "key",
            sh->names ? str_format(k->a, "%lld_%.*s", (long long)in->by_id, STR_ARG(in->item))
                      : S(""));
}

static struct str records_of(struct desk *k, const struct sheet *sh, struct str figure)
{
    const struct unit *u = unit_by_id(k->d->units, sh->s->unit_id);

    return figure.n && u && pack_figure(k->d->pack, figure)
               ? str_format(k->a, "/figures/%.*s?unit=%.*s&period=%.*s", STR_ARG(figure),
                            STR_ARG(u->code), STR_ARG(sh->x->period))
               : S("");
}

static void put_part(struct desk *k, const struct sheet *sh, int item,
                     const struct score_part *part, struct val *v)
{
    const struct score_item *it = &sh->x->rule.item[item];
    struct val *inputs;
    int64_t over = 0, under = 0;

    put_item(k, it, v);
    inputs = set_list(v, "inputs");
    for (size_t i = 0; i < sh->count; i++) {
        if (!str_eq(sh->in[i].item, it->name))
            continue;
        put_input(k, sh, it, i, inputs);
        over = sh->in[i].over;
        under = sh->in[i].under;
    }
    set_bool(v, "known", part->known || it->kind == SCORE_BONUS || it->kind == SCORE_DEDUCT);
    set_str(v, "value",
            part->known && it->kind != SCORE_CHECK ? rank_text(k->a, part->value, 0) : S(""));
    set_str(v, "points",
            part->points < 0 ? str_format(k->a, "−%.*s", STR_ARG(rank_text(k->a, -part->points, 2)))
                             : rank_text(k->a, part->points, 2));
    set_str(v, "work", work_of(k, it, part));
    set_bool(v, "is_share", under > 0);
    set_int(v, "over", over);
    set_int(v, "under", under);
    set_str(v, "records", records_of(k, sh, it->figure));
}

/* "28.90 + 30.00 + 32.20 − 2.00 = 96.1" */
static struct str sum_text(struct desk *k, const struct appraisal *x, const struct score_result *r,
                           const struct score_part *part)
{
    struct buf b = {.arena = k->a};
    bool first = true;

    if (r->points < 0)
        return S("");
    for (int i = 0; i < x->rule.items; i++) {
        int64_t p = part[i].points;

        if (!p && (x->rule.item[i].kind == SCORE_BONUS || x->rule.item[i].kind == SCORE_DEDUCT))
            continue;
        buf_put(&b, p < 0 ? S(" − ") : first ? S("") : S(" + "));
        buf_put(&b, rank_text(k->a, p < 0 ? -p : p, 2));
        first = false;
    }
    buf_put(&b, S(" = "));
    buf_put(&b, rank_text(k->a, r->points, x->rule.decimals));
    return buf_str(&b);
}

static void put_volume(struct desk *k, const struct sheet *sh, struct val *view)
{
    int64_t value = 0;

    for (size_t i = 0; i < sh->count; i++) {
        if (str_eq(sh->in[i].item, S("least")))
            value = sh->in[i].value;
    }
    set_str(view, "volume_is", rank_text(k->a, value < 0 ? 0 : value, 0));
    set_str(view, "volume_records", records_of(k, sh, sh->x->rule.volume));
}

static void put_appeals(struct desk *k, const struct sheet *sh, struct val *view)
{
    struct val *list = set_list(view, "appeals");
    int64_t until;
    int n;
    const struct appraisal_appeal_row *had = appraisal_appeals(k, sh->x->id, sh->s->n, &n);

    for (int i = 0; i < n; i++) {
        struct val *v = add_map(list);

        set_int(v, "instance", had[i].instance);
        set_str(v, "reason", had[i].reason);
        set_str(v, "at", when_minute(k->a, had[i].at));
        set_str(v, "due_at", when_minute(k->a, had[i].due_at));
        set_bool(v, "answered", had[i].answered_at > 0);
        set_str(v, "answered_at", minute_or_none(k, had[i].answered_at));
        set_str(v, "answer", had[i].answer);
        set_bool(v, "upheld", had[i].upheld);
        set_bool(v, "late", !had[i].answered_at && had[i].due_at < k->now);
    }
    set_bool(view, "appeals_any", n > 0);
    set_unless_0(view, "may_appeal", appraisal_may_appeal(k, sh->x, sh->s, &until));
    set_str(view, "may_until", minute_or_none(k, until));
    set_unless_0(view, "may_answer",
                 appraisal_in(sh->x, "shown") ? answers_one(k, sh->x, sh->s, had, n, true) : 0);
}

void appraisal_sheet(struct desk *k, const struct appraisal *x, const struct appraised *s,
                     struct val *view)
{
    struct sheet sh = {.x = x, .s = s};
    struct score_part part[SCORE_ITEMS_MAX];
    struct score_result r = appraisal_parts(k, x, s->n, part);
    struct val *items;

    sh.in = appraisal_inputs(k, x->id, s->n, &sh.count);
    sh.names = !appraisal_is_own(k, x, s);
    put_head(k, x, view);
    set_bool(view, "runs", appraisal_runs(k, x));
    appraisal_formula_view(k, x, view);
    put_subject(k, x, s, SHOWN_ALL, set_map(view, "subject"));
    items = set_list(view, "items");
    for (int i = 0; i < x->rule.items; i++)
        put_part(k, &sh, i, &part[i], add_map(items));
    set_str(view, "sum", appraisal_in(x, "open") ? S("") : sum_text(k, x, &r, part));
    put_volume(k, &sh, view);
    put_appeals(k, &sh, view);
}

/* ---- the judge's page -------------------------------------------------------------------- */

static const struct appraisal_input *own_input(const struct desk *k,
                                               const struct appraisal_input *in, size_t count,
                                               int64_t n, struct str item)
{
    for (size_t i = 0; i < count; i++) {
        if (in[i].n == n && in[i].by_id == k->actor->person && str_eq(in[i].item, item))
            return &in[i];
    }
    return NULL;
}

static void put_asked(struct desk *k, const struct score_item *it,
                      const struct appraisal_input *own, struct val *v)
{
    bool check = it->kind == SCORE_CHECK;

    put_item(k, it, v);
    set_int(v, "most", it->kind == SCORE_MARKS ? 100 : it->weight);
    set_bool(v, "asks_why", it->kind == SCORE_BONUS || it->kind == SCORE_DEDUCT);
    set_str(v, "value", own && !check ? rank_text(k->a, own->value, 0) : S(""));
    set_bool(v, "yes", own && check && own->value > 0);
    set_bool(v, "no", own && check && own->value == 0);
    set_str(v, "word", own ? own->word : S(""));
    set_bool(v, "given", own != NULL);
}

void appraisal_judge_view(struct desk *k, const struct appraisal *x, struct val *view)
{
    struct val *list;
    size_t count;
    int n;
    const struct appraised *s = appraisal_subjects(k, x->id, &n);
    const struct appraisal_input *in = appraisal_inputs(k, x->id, 0, &count);

    put_head(k, x, view);
    appraisal_formula_view(k, x, view);
    list = set_list(view, "subjects");
    for (int i = 0; i < n; i++) {
        struct val *v = val_map(k->a), *items = set_list(v, "items");
        bool done = false;

        for (int j = 0; j < x->rule.items; j++) {
            const struct score_item *it = &x->rule.item[j];
            const struct appraisal_input *own = own_input(k, in, count, s[i].n, it->name);
            struct err e = {0};

            if (it->kind == SCORE_FIGURE || !appraisal_may_give(k, x, &s[i], j, &e))
                continue;
            put_asked(k, it, own, add_map(items));
            done = done || own;
        }
        set_int(v, "n", s[i].n);
        set_str(v, "name", s[i].name);
        set_str(v, "unit", unit_name(k, s[i].unit_id));
        set_bool(v, "done", done);
        if (items->first)
            add_val(list, *v);
    }
    set_bool(view, "any", list->first != NULL);
}
