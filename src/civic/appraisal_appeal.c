/* Appeals against a result that was shown, in two instances, each in its time. */
#include "civic/appraisal.h"
#include "civic/district.h"
#include "civic/job.h"

#define AT_ONCE     50
#define APPEALS_ALL (APPRAISED_MAX * APPEALS_MAX)

STMT(appraisal_appeal_insert,
     "INSERT INTO appraisal_appeal (district, appraisal_id, n, instance, reason, by_id, at, "
     "due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING");
STMT(appraisal_appeals_get,
     "SELECT n, instance, reason, by_id, at, due_at, answer, upheld, answered_at, until_at FROM "
     "appraisal_appeal WHERE district = $1 AND appraisal_id = $2 AND ($3 = 0 OR n = $3) ORDER BY "
     "n, instance");
STMT(appraisal_appeal_answer,
     "UPDATE appraisal_appeal SET answer = $5, upheld = $6, answered_by = $7, answered_at = $8, "
     "until_at = $9 WHERE district = $1 AND appraisal_id = $2 AND n = $3 AND instance = $4");
STMT(input_correct, "INSERT INTO appraisal_input (district, appraisal_id, n, item, by_id, "
                    "instance, value, word, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
STMT(appraisals_closing, "SELECT id FROM appraisal WHERE district = $1 AND closes_at > 0 AND "
                         "closes_at < $2 ORDER BY closes_at, id LIMIT $3");

struct appraisal_appeal_row *appraisal_appeals(struct desk *k, int64_t id, int64_t n, int *count)
{
    int room = n ? APPEALS_MAX : APPEALS_ALL;
    struct appraisal_appeal_row *out = NEW_ARRAY(k->a, struct appraisal_appeal_row, (size_t)room);
    struct rows r = db_query(k->db, k->a, appraisal_appeals_get, ARG(k->d->code), ARG(id), ARG(n));

    *count = 0;
    while (rows_next(&r)) {
        if (*count == room)
            continue;
        out[(*count)++] = (struct appraisal_appeal_row){.n = row_int(&r, 0),
                                                        .instance = row_int(&r, 1),
                                                        .reason = row_str(&r, 2),
                                                        .by_id = row_int(&r, 3),
                                                        .at = row_int(&r, 4),
                                                        .due_at = row_int(&r, 5),
                                                        .answer = row_str(&r, 6),
                                                        .upheld = row_int(&r, 7) != 0,
                                                        .answered_at = row_int(&r, 8),
                                                        .until_at = row_int(&r, 9)};
    }
    return out;
}

/* ---- appealing -------------------------------------------------------------- */

/* A person on a roll whom the program knows from nowhere else. */
static bool is_stranger(const struct desk *k, const struct appraisal *x, const struct appraised *s)
{
    const struct roll *roll =
        x->def && x->def->of == OF_ROLL ? pack_roll(k->d->pack, x->def->what) : NULL;

    return !s->person_id && roll && str_eq(roll->of, S("person"));
}

bool appraisal_is_own(const struct desk *k, const struct appraisal *x, const struct appraised *s)
{
    if (s->person_id || is_stranger(k, x, s))
        return s->person_id && k->actor->person == s->person_id;
    for (size_t i = 0; i < k->actor->posts; i++) { /* a unit speaks through who works in it */
        if (k->actor->post[i].unit == s->unit_id)
            return true;
    }
    return false;
}

int appraisal_may_appeal(struct desk *k, const struct appraisal *x, const struct appraised *s,
                         int64_t *until)
{
    int n, next = 1;
    const struct appraisal_appeal_row *had;

    *until = x->appeal_until;
    if (!appraisal_in(x, "shown") || !x->def || !x->def->appeals || !appraisal_is_own(k, x, s))
        return 0;
    had = appraisal_appeals(k, x->id, s->n, &n);
    if (n) {
        next = (int)had[n - 1].instance + 1;
        *until = had[n - 1].until_at;
    }
    return next <= x->def->appeals && *until >= k->now ? next : 0;
}

static bool next_instance(struct desk *k, const struct appraisal *x, const struct appraised *s,
                          int *instance, struct err *e)
{
    int64_t until;
    int n;
    const struct appraisal_appeal_row *had = appraisal_appeals(k, x->id, s->n, &n);

    if (!appraisal_is_own(k, x, s))
        return refuse(e, ERR_DENIED, NULL, "Only who is appraised can appeal.");
    if (!appraisal_in(x, "shown") || !x->def || !x->def->appeals)
        return refuse(e, ERR_CONFLICT, NULL, "No appeals are taken now.");
    *instance = appraisal_may_appeal(k, x, s, &until);
    if (*instance)
        return true;
    if (n && (!had[n - 1].answered_at || had[n - 1].instance >= x->def->appeals || !until))
        return refuse(e, ERR_CONFLICT, NULL,
                      had[n - 1].answered_at
                          ? "This appeal has been answered for good; there is no further one."
                          : "You have appealed already; the answer is still to come.");
    return refuse(e, ERR_CONFLICT, NULL, "Appeals were taken until %.*s; it is too late now.",
                  STR_ARG(when_minute(k->a, until)));
}

static bool due_of(struct desk *k, struct limit limit, int64_t *due, struct err *e)
{
    struct term t = {.start_ms = k->now, .limit = limit};

    return cal_deadline(k->d->calendar, &t, due, e);
}

bool appraisal_appeal(struct desk *k, int64_t id, int64_t n, struct str reason, struct err *e)
{
    struct appraisal *x = NEW(k->a, struct appraisal);
    struct val *c = val_map(k->a);
    struct appraised s;
    int instance;
    int64_t due;

    if (!appraisal_load(k, id, x, e) || !appraisal_subject(k, id, n, &s, e) ||
        !next_instance(k, x, &s, &instance, e) || !appraisal_text_check(&reason, "reason", e) ||
        !due_of(k, x->def->appeal[instance - 1].answer, &due, e))
        return false;
    db_run(k->db, appraisal_appeal_insert, ARG(k->d->code), ARG(id), ARG(n), ARG(instance),
           ARG(reason), ARG(k->actor->person), ARG(k->now), ARG(due));
    set_int(c, "n", n);
    set_int(c, "instance", instance);
    set_str(c, "reason", reason);
    set_int(c, "due_at", due);
    appraisal_save(k, x, S("appeal"), c);
    return true;
}

/* ---- answering --------------------------------------------------------------- */

static bool gave(struct desk *k, const struct appraisal *x, int64_t n)
{
    size_t count;
    const struct appraisal_input *in = appraisal_inputs(k, x->id, n, &count);

    for (size_t i = 0; i < count; i++) {
        if (in[i].by_id && in[i].by_id == k->actor->person)
            return true;
    }
    return false;
}

bool appraisal_answers(struct desk *k, const struct appraisal *x, const struct appraised *s,
                       int64_t instance)
{
    const struct unit *of = unit_by_id(k->d->units, s->unit_id);
    bool named = false;

    if (!x->def || instance < 1 || instance > x->def->appeals || appraisal_is_own(k, x, s))
        return false;
    for (size_t i = 0; i < k->actor->posts; i++)
        named = named || post_is_of(k, &k->actor->post[i], x->def->appeal[instance - 1].to,
                                    x->def->appeal[instance - 1].tos, of);
    return named && !gave(k, x, s->n);
}

static const struct score_item *item_named(const struct appraisal *x, struct str name)
{
    for (int i = 0; i < x->rule.items; i++) {
        if (str_eq(x->rule.item[i].name, name))
            return &x->rule.item[i];
    }
    return NULL;
}

static bool corrected_read(const struct score_item *it, struct str typed, const char *field,
                           int64_t *value, struct err *e)
{
    if (it->kind == SCORE_CHECK && (str_eq(typed, S("yes")) || str_eq(typed, S("no")))) {
        *value = str_eq(typed, S("yes")) ? 100 : 0;
        return true;
    }
    if (!rank_read(typed, value))
        *value = -1;
    if (it->kind == SCORE_FIGURE)
        return *value >= 0 || refuse(e, ERR_INVALID, field,
                                     "A corrected value is a number with at most two decimals.");
    return score_value_check(it, *value, field, e);
}

/* A further input beside the one that was wrong; that stays as it was. */
static bool correct_one(struct desk *k, const struct appraisal *x,
                        const struct appraisal_input *was, const struct appraisal_answer *a,
                        struct val *changed, struct err *e)
{
    const struct score_item *it = item_named(x, was->item);
    struct str key = str_format(k->a, "%lld_%.*s", (long long)was->by_id, STR_ARG(was->item));
    const struct val *typed = a->corrected ? val_get(a->corrected, key) : NULL;
    struct val *v;
    int64_t value;

    if (!it || !typed || typed->kind != VAL_STR || !str_trim(typed->str).n)
        return true;
    if (!corrected_read(it, str_trim(typed->str), key.p, &value, e))
        return false;
    if (value == was->value)
        return true;
    db_run(k->db, input_correct, ARG(k->d->code), ARG(x->id), ARG(a->n), ARG(was->item),
           ARG(was->by_id), ARG(a->instance), ARG(value), ARG(str_trim(a->text)), ARG(k->now));
    v = add_map(changed);
    set_str(v, "item", was->item);
    set_int(v, "by", was->by_id);
    set_int(v, "value", value);
    set_int(v, "was", was->value);
    return true;
}

static bool correct_all(struct desk *k, const struct appraisal *x, const struct appraisal_answer *a,
                        struct val *changed, struct err *e)
{
    size_t count;
    const struct appraisal_input *in = appraisal_inputs(k, x->id, a->n, &count);

    for (size_t i = 0; a->upheld && i < count; i++) {
        if (!input_is_replaced(in, count, i) && !correct_one(k, x, &in[i], a, changed, e))
            return false;
    }
    return !a->upheld || changed->first ||
           refuse(e, ERR_INVALID, NULL, "Where an appeal is upheld, an input is corrected.");
}

static bool answerable(struct desk *k, const struct appraisal *x, const struct appraised *s,
                       const struct appraisal_answer *a, struct err *e)
{
    int n;
    const struct appraisal_appeal_row *had = appraisal_appeals(k, x->id, s->n, &n);

    if (!appraisal_answers(k, x, s, a->instance))
        return refuse(e, ERR_DENIED, NULL,
                      "This appeal is answered by somebody else: nobody answers for themselves or "
                      "for a mark that they gave.");
    for (int i = 0; i < n; i++) {
        if (had[i].instance == a->instance)
            return (!had[i].answered_at && appraisal_in(x, "shown")) ||
                   refuse(e, ERR_CONFLICT, NULL, "This appeal has been answered.");
    }
    return refuse(e, ERR_NOT_FOUND, NULL, "There is no such appeal.");
}

/* Who is dismissed may go on to the next instance, for as long as that allows. */
static bool open_next(struct desk *k, struct appraisal *x, const struct appraisal_answer *a,
                      int64_t *until, struct err *e)
{
    *until = 0;
    if (a->upheld || a->instance >= x->def->appeals)
        return true;
    if (!due_of(k, x->def->appeal[a->instance].within, until, e))
        return false;
    if (*until > x->closes_at)
        x->closes_at = *until;
    return true;
}

bool appraisal_answer(struct desk *k, int64_t id, const struct appraisal_answer *a, struct err *e)
{
    struct appraisal *x = NEW(k->a, struct appraisal);
    struct val *c = val_map(k->a), *changed = val_list(k->a);
    struct str text = a->text;
    struct appraised s;
    int64_t until;

    if (!appraisal_load(k, id, x, e) || !appraisal_subject(k, id, a->n, &s, e) ||
        !answerable(k, x, &s, a, e) || !appraisal_text_check(&text, "text", e) ||
        !correct_all(k, x, a, changed, e) || !open_next(k, x, a, &until, e))
        return false;
    db_run(k->db, appraisal_appeal_answer, ARG(k->d->code), ARG(id), ARG(a->n), ARG(a->instance),
           ARG(text), ARG(a->upheld), ARG(k->actor->person), ARG(k->now), ARG(until));
    set_int(c, "n", a->n);
    set_int(c, "instance", a->instance);
    set_bool(c, "upheld", a->upheld);
    set_str(c, "text", text);
    if (a->upheld) {
        set_val(c, S("inputs"), *changed);
        appraisal_keep_results(k, x, set_list(c, "results"));
    } else {
        set_int(c, "until_at", until);
    }
    appraisal_save(k, x, S("answer"), c);
    return true;
}

/* ---- the time is over ------------------------------------------------------------ */

/* Also after downtime: with the moment at which it was over, once. */
JOB(appraisals_close, .every_ms = MINUTE_MS, .at_boot = true)
{
    struct desk k = district_desk(d, db, a, now);
    struct rows r = db_query(db, a, appraisals_closing, ARG(d->code), ARG(now), ARG(AT_ONCE));
    int64_t id[AT_ONCE];
    int n = rows_ints(&r, id, AT_ONCE);

    for (int i = 0; i < n; i++) {
        struct appraisal *x = NEW(a, struct appraisal);
        struct val *c = val_map(a);

        if (!appraisal_load(&k, id[i], x, e))
            return 0;
        set_int(c, "was_over_at", x->closes_at);
        x->closes_at = 0;
        appraisal_save(&k, x, S("closed"), c);
    }
    return n;
}
