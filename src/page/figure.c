/* Figures: what they are, and the records that each of them counts. */
#include "page/scope.h"
#include "page/show.h"

#include "form/csv.h"

#define CSV_RECORDS 20000

static struct str path_of(const struct scope *s, const struct figure *f, const char *tail)
{
    return str_format(s->k.a, "/figures/%.*s%s", STR_ARG(f->id), tail);
}

static struct str bare_value(struct arena *a, const struct figure_value *v)
{
    return v->is_ratio && !v->empty ? ratio_percent(a, v->over, v->under) : figure_text(a, v);
}

static void put_of(struct req *q, const struct scope *s, const char *key)
{
    struct val *v = set_map(q->view, key);

    set_int(v, "id", s->unit->id);
    set_str(v, "code", s->unit->code);
    set_str(v, "name", s->unit->name);
    set_str(q->view, "period", scope_period(q, &s->period));
}

/* What the pack says of it; a share without a word of its own is one figure by another. */
static struct str note_of(const struct scope *s, const struct figure *f)
{
    const struct figure *over = pack_figure(s->k.d->pack, f->over);
    const struct figure *under = pack_figure(s->k.d->pack, f->under);
    struct str note = desk_title(&s->k, &f->note);

    return note.n || !over || !under
               ? note
               : str_format(s->k.a, "%.*s ÷ %.*s", STR_ARG(desk_title(&s->k, &over->title)),
                            STR_ARG(desk_title(&s->k, &under->title)));
}

/* ---- the list ------------------------------------------------------------- */

static void put_units(struct req *q, const struct scope *s)
{
    struct val *list = set_list(q->view, "units");

    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct unit *u = unit_by_id(s->k.d->units, q->actor->post[i].unit);
        struct val *v = u ? add_map(list) : NULL;

        if (!v)
            continue;
        set_str(v, "name", u->code);
        set_str(v, "title", u->name);
        set_bool(v, "on", u == s->unit);
    }
}

static void put_values(struct val *v, const struct figure_value *value)
{
    struct val *list = set_list(v, "values");

    for (int i = 0; i < value->values; i++)
        (void)add_val(list, (struct val){.kind = VAL_INT, .integer = value->value[i].n});
    if (!value->is_ratio)
        set_int(v, "n", value->n);
}

PAGE(figure_list, .at = "GET /figures", .template = "figure/list", .who = WHO_STAFF,
     .right = "figures.read", .params = PARAMS(SCOPE_PARAMS), .nav = "part.nav_figures",
     .nav_at = 60)
{
    const struct pack *p = q->district->pack;
    struct val *list;
    struct scope s;

    if (!scope_read(q, "figures.read", &s))
        return false;
    put_of(q, &s, "unit");
    scope_periods(q, &s, S("/figures"));
    put_units(q, &s);
    list = set_list(q->view, "figures");
    for (int i = 0; i < p->figures; i++) {
        const struct figure *f = &p->figure[i];
        struct val *v = add_map(list);
        struct figure_value value;

        figure_read(&s.k, f, s.unit, &s.period, S(""), &value);
        set_str(v, "id", f->id);
        set_str(v, "title", desk_title(&s.k, &f->title));
        set_str(v, "value", bare_value(q->a, &value));
        set_str(v, "unit", desk_title(&s.k, &f->unit));
        set_str(v, "note", note_of(&s, f));
        set_str(v, "at", scope_link(&s, path_of(&s, f, "")));
        put_values(v, &value);
        if (value.is_ratio) {
            set_int(v, "over", value.over);
            set_int(v, "under", value.under);
        }
    }
    return true;
}

/* ---- one figure ----------------------------------------------------------- */

static bool find(struct req *q, struct scope *s, const struct figure **f)
{
    struct str id = param_str(q, "id");

    if (!scope_read(q, "figures.read", s))
        return false;
    *f = pack_figure(s->k.d->pack, id);
    return *f ||
           refuse(&q->err, ERR_NOT_FOUND, "figure", "There is no figure called %.*s.", STR_ARG(id));
}

static void put_figure(struct req *q, const struct scope *s, const struct figure *f,
                       const struct figure_value *v)
{
    set_str(q->view, "id", f->id);
    set_str(q->view, "title", desk_title(&s->k, &f->title));
    set_str(q->view, "value", bare_value(q->a, v));
    set_str(q->view, "unit", v->empty ? S("") : desk_title(&s->k, &f->unit));
}

static void put_term(struct req *q, const struct scope *s, const char *key, struct str id,
                     int64_t n)
{
    const struct figure *f = pack_figure(s->k.d->pack, id);
    struct val *v;

    if (!f) {
        set_bool(q->view, key, false);
        return;
    }
    v = set_map(q->view, key);
    set_str(v, "title", desk_title(&s->k, &f->title));
    set_str(v, "value", figure_text(q->a, &(struct figure_value){.n = n}));
    set_int(v, "n", n);
    set_str(v, "at", scope_link(s, path_of(s, f, "")));
}

/* Each value of a figure of several, with its own page. */
static void put_terms(struct req *q, const struct scope *s, const struct figure *f,
                      const struct figure_value *value)
{
    struct val *list = set_list(q->view, "terms");

    for (int i = 0; i < value->values; i++) {
        const struct figure *one = pack_figure(s->k.d->pack, f->of[i]);
        struct figure_value n = {.n = value->value[i].n, .is_money = value->value[i].is_money};
        struct val *v = add_map(list);

        set_str(v, "title", desk_title(&s->k, &one->title));
        set_str(v, "value", figure_text(q->a, &n));
        set_str(v, "unit", desk_title(&s->k, &one->unit));
        set_int(v, "n", n.n);
        set_str(v, "at", scope_link(s, path_of(s, one, "")));
        set_str(v, "records_at", scope_link(s, path_of(s, one, "/records")));
    }
    set_bool(q->view, "terms_any", list->first != NULL);
}

static struct str number_text(struct arena *a, int64_t n)
{
    return figure_text(a, &(struct figure_value){.n = n});
}

/* Rows of figure_by_…() as bars; `at` of each from its key. */
struct bars {
    struct req *q;
    const struct scope *s;
    const struct figure *f;
};

static int64_t value_of(const struct val *row)
{
    const struct val *n = val_get(row, S("n"));

    return n ? n->integer : 0;
}

static struct str at_unit(const struct bars *b, struct str key)
{
    const struct unit *u = unit_by_code(b->s->k.d->units, key);

    return scope_link_of(b->s, path_of(b->s, b->f, ""), u, b->s->period.text);
}

static struct str at_subject(const struct bars *b, struct str key)
{
    return str_format(b->q->a, "%.*s&subject=%.*s",
                      STR_ARG(scope_link(b->s, path_of(b->s, b->f, "/records"))), STR_ARG(key));
}

static struct str at_period(const struct bars *b, struct str key)
{
    return scope_link_of(b->s, path_of(b->s, b->f, ""), b->s->unit, key);
}

static void put_bars(const struct bars *b, const char *name, const struct val *rows,
                     struct str (*at)(const struct bars *b, struct str key))
{
    struct val *out = set_map(b->q->view, name), *list;
    int64_t most = b->f->kind == FIGURE_RATIO ? 10000 : 0, best = 0;

    set_bool(out, "any", rows->first != NULL);
    list = set_list(out, "bars");
    for (const struct item *it = rows->first; it; it = it->next)
        best = value_of(&it->val) > best ? value_of(&it->val) : best;
    for (const struct item *it = rows->first; it; it = it->next) {
        struct val *v = add_map(list);
        int64_t n = value_of(&it->val);

        set_str(v, "key", val_text(&it->val, "key"));
        set_str(v, "title", val_text(&it->val, "title"));
        set_str(v, "value", val_text(&it->val, "text"));
        set_str(v, "at", at(b, val_text(&it->val, "key")));
        set_int(v, "pct", scope_share(n, most ? most : best));
        set_bool(v, "top", n == best && n > 0 && !most);
    }
}

#define PERIODS_SHOWN 6

/* The period and those before it, newest first. */
static void rows_by_period(const struct bars *b, struct val *rows)
{
    struct period p = b->s->period;
    struct desk k = b->s->k;

    if (p.kind == PERIOD_SPAN)
        return;
    for (int i = 0; i < PERIODS_SHOWN; i++) {
        struct val *row = add_map(rows);
        struct figure_value v;

        figure_read(&k, b->f, b->s->unit, &p, S(""), &v);
        set_str(row, "key", p.text);
        set_str(row, "title", scope_period(b->q, &p));
        set_str(row, "text", figure_text(b->q->a, &v));
        set_int(row, "n", v.is_ratio ? (v.under ? v.over * 10000 / v.under : 0) : v.n);
        p = period_before(&k, &p);
    }
}

static void put_breakdown(const struct bars *b)
{
    struct desk k = b->s->k;
    struct val *units = val_list(b->q->a), *subjects = val_list(b->q->a),
               *periods = val_list(b->q->a);

    figure_by_unit(&k, b->f, b->s->unit, &b->s->period, units);
    figure_by_subject(&k, b->f, b->s->unit, &b->s->period, subjects);
    rows_by_period(b, periods);
    put_bars(b, "by_unit", units, at_unit);
    put_bars(b, "by_subject", subjects, at_subject);
    put_bars(b, "by_period", periods, at_period);
}

PAGE(figure_show, .at = "GET /figures/{id}", .template = "figure/show", .who = WHO_STAFF,
     .right = "figures.read", .params = PARAMS({"id", PARAM_TEXT, .max = 40}, SCOPE_PARAMS))
{
    const struct figure *f;
    struct figure_value v;
    struct bars b;
    struct scope s;

    if (!find(q, &s, &f))
        return false;
    b = (struct bars){q, &s, f};
    figure_read(&s.k, f, s.unit, &s.period, S(""), &v);
    put_of(q, &s, "of");
    put_figure(q, &s, f, &v);
    set_str(q->view, "note", note_of(&s, f));
    put_values(q->view, &v);
    put_terms(q, &s, f, &v);
    set_str(q->view, "formula",
            v.is_ratio ? str_format(q->a, "%.*s / %.*s", STR_ARG(number_text(q->a, v.over)),
                                    STR_ARG(number_text(q->a, v.under)))
                       : S(""));
    put_term(q, &s, "over", f->over, v.over);
    put_term(q, &s, "under", f->under, v.under);
    set_str(q->view, "records_at", v.values ? S("") : scope_link(&s, path_of(&s, f, "/records")));
    set_str(q->view, "records_n", number_text(q->a, v.is_ratio ? v.under : v.n));
    scope_periods(q, &s, path_of(&s, f, ""));
    put_breakdown(&b);
    return true;
}

/* ---- its records ------------------------------------------------------------ */

static struct figure_query query_of(struct req *q, const struct scope *s, const struct figure *f)
{
    return (struct figure_query){.f = f,
                                 .u = s->unit,
                                 .p = &s->period,
                                 .subject = param_str(q, "subject"),
                                 .before = param_int(q, "before"),
                                 .before_at = param_int(q, "at")};
}

static struct str with_subject(struct req *q, struct str link)
{
    struct str subject = param_str(q, "subject");

    return subject.n ? str_format(q->a, "%.*s&subject=%.*s", STR_ARG(link), STR_ARG(subject))
                     : link;
}

static void put_pager(struct req *q, struct str link, const struct figure_query *next)
{
    struct val *v = set_map(q->view, "pager");

    set_str(v, "first", param_int(q, "before") ? link : S(""));
    set_str(v, "next",
            next->before ? str_format(q->a, "%.*s&before=%lld&at=%lld", STR_ARG(link),
                                      (long long)next->before, (long long)next->before_at)
                         : S(""));
}

/* What its records are: of a ratio, those of its base. */
static bool has_things(const struct scope *s, const struct figure *f)
{
    return figure_has_things(f->kind == FIGURE_RATIO ? pack_figure(s->k.d->pack, f->under) : f);
}

static struct str thing_at(struct req *q, const struct val *row)
{
    if (val_get(row, S("matter_id")))
        return str_format(q->a, "/matters/%lld", (long long)val_int(row, "matter_id"));
    if (val_get(row, S("starts_at")))
        return str_format(q->a, "/gatherings/%lld", (long long)val_int(row, "id"));
    return str_format(q->a, "/units/%lld", (long long)val_int(row, "unit_id"));
}

/* Units, posts and gatherings: where each has its page. */
static void show_things(struct req *q, struct val *rows)
{
    for (struct item *it = rows->first; it; it = it->next) {
        struct str since = val_text(&it->val, "opened_at");

        set_str(&it->val, "at", thing_at(q, &it->val));
        set_str(&it->val, "since", (struct str){since.p, since.n < 10 ? since.n : 10});
        if (!val_get(&it->val, S("value")))
            set_str(&it->val, "value", S(""));
    }
}

#define RECORD_PARAMS                                                                \
    {"id", PARAM_TEXT, .max = 40}, SCOPE_PARAMS, {"subject", PARAM_TEXT, .max = 80}, \
        {"before", PARAM_INT},                                                       \
    {                                                                                \
        "at", PARAM_INT                                                              \
    }

PAGE(figure_records_show, .at = "GET /figures/{id}/records", .template = "figure/records",
     .who = WHO_STAFF, .right = "figures.read", .params = PARAMS(RECORD_PARAMS))
{
    const struct figure *f;
    struct figure_query ask;
    struct figure_value v;
    struct scope s;
    struct val *rows;

    if (!find(q, &s, &f))
        return false;
    ask = query_of(q, &s, f);
    rows = set_list(q->view, "rows");
    if (!figure_records(&s.k, &ask, rows, &q->err))
        return false;
    figure_read(&s.k, f, s.unit, &s.period, ask.subject, &v);
    if (has_things(&s, f))
        show_things(q, rows);
    else
        show_rows(q, rows);
    set_bool(q->view, "things", has_things(&s, f));
    put_of(q, &s, "of");
    put_figure(q, &s, f, &v);
    put_values(q->view, &v);
    set_bool(q->view, "step_due", false);
    set_bool(q->view, "empty", !rows->first);
    set_str(q->view, "at", scope_link(&s, path_of(&s, f, "")));
    set_str(q->view, "export_csv", with_subject(q, scope_link(&s, path_of(&s, f, "/records.csv"))));
    put_pager(q, with_subject(q, scope_link(&s, path_of(&s, f, "/records"))), &ask);
    return true;
}

static const char *const csv_columns[] = {
    "number",        "title",       "place",       "unit",      "step_title", "subject_title",
    "channel_title", "grade_title", "reported_at", "opened_at", "ended_at"};

static void csv_rows(struct buf *out, const struct val *rows)
{
    for (const struct item *it = rows->first; it; it = it->next) {
        for (size_t i = 0; i < COUNT(csv_columns); i++)
            csv_put(out, val_text(&it->val, csv_columns[i]), i + 1 == COUNT(csv_columns));
    }
}

PAGE(figure_records_csv, .at = "GET /figures/{id}/records.csv", .who = WHO_STAFF,
     .right = "figures.read", .per_minute = 20, .params = PARAMS(RECORD_PARAMS))
{
    struct buf out = {.arena = q->a};
    const struct figure *f;
    struct figure_query ask;
    struct scope s;
    int64_t n = 0;

    if (!find(q, &s, &f))
        return false;
    ask = query_of(q, &s, f);
    ask.most = 1000;
    for (size_t i = 0; i < COUNT(csv_columns); i++)
        csv_put(&out, req_text(q, str_format(q->a, "page.csv_%s", csv_columns[i]).p),
                i + 1 == COUNT(csv_columns));
    s.k.a = arena_within(q->a);
    do {
        struct val *rows = val_list(s.k.a);

        if (!figure_records(&s.k, &ask, rows, &q->err))
            return false;
        csv_rows(&out, rows);
        n += ask.most;
        arena_clear(s.k.a);
    } while (ask.before && n < CSV_RECORDS);
    q->bytes = buf_str(&out);
    q->type = S("text/csv; charset=utf-8");
    q->file_name = str_format(q->a, "%.*s-%.*s-%.*s.csv", STR_ARG(f->id), STR_ARG(s.unit->code),
                              STR_ARG(s.period.text));
    return true;
}
