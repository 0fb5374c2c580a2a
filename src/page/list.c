/* Matters by filter: on the page, and as a table to take along. */
#include "civic/list.h"

#include "form/xlsx.h"
#include "page/show.h"

#define EXPORT_MAX  5000
#define EXPORT_SCAN (EXPORT_MAX / LIST_ROWS * 4) /* pages that may be looked through */

#define FILTER_PARAMS                                                                      \
    PARAMS({"words", PARAM_TEXT, .max = 100}, {"stage", PARAM_TEXT, .max = 20},            \
           {"subject", PARAM_TEXT, .max = 80}, {"unit", PARAM_ID},                         \
           {"channel", PARAM_TEXT, .max = 40}, {"grade", PARAM_TEXT, .max = 40},           \
           {"mechanism", PARAM_TEXT, .max = 40}, {"from", PARAM_WHEN}, {"to", PARAM_WHEN}, \
           {"how", PARAM_TEXT, .max = 6}, {"late", PARAM_TEXT, .max = 5},                  \
           {"supervised", PARAM_TEXT, .max = 5}, {"open", PARAM_TEXT, .max = 5},           \
           {"mine", PARAM_TEXT, .max = 5}, {"before", PARAM_INT})

/* Where the person may read most, if nothing else was asked for. */
static int64_t widest_unit(const struct req *q)
{
    const struct unit *best = NULL;

    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct holding *h = &q->actor->post[i];
        const struct unit *u = unit_by_id(q->district->units, h->unit);

        if (u && h->def && role_has(h->def, S("matter.read")) && (!best || u->depth < best->depth))
            best = u;
    }
    return best ? best->id : 0;
}

static const char *const hows[] = {[LIST_DOING] = "doing", [LIST_HANDED] = "handed"};

static enum list_how read_how(struct str name)
{
    for (size_t i = LIST_DOING; i < COUNT(hows); i++) {
        if (str_eq(name, str_of(hows[i])))
            return (enum list_how)i;
    }
    return LIST_LIES;
}

static void read_filter(const struct req *q, struct list_filter *f)
{
    *f = (struct list_filter){.unit_id = param_int(q, "unit"),
                              .how = read_how(param_str(q, "how")),
                              .stage = param_str(q, "stage"),
                              .subject = param_str(q, "subject"),
                              .channel = param_str(q, "channel"),
                              .grade = param_str(q, "grade"),
                              .mechanism = param_str(q, "mechanism"),
                              .late = param_str(q, "late").n > 0,
                              .supervised = param_str(q, "supervised").n > 0,
                              .open = param_str(q, "open").n > 0,
                              .mine = param_str(q, "mine").n > 0,
                              .from_ms = param_int(q, "from"),
                              .to_ms = param_int(q, "to") ? param_int(q, "to") + DAY_MS : 0,
                              .words = param_str(q, "words"),
                              .before = param_int(q, "before")};
    if (!f->unit_id && (f->how || !f->mine)) /* mine is mine wherever it lies */
        f->unit_id = widest_unit(q);
}

/* ---- the choices ------------------------------------------------------ */

static void put_stages(struct req *q, struct str chosen)
{
    static const char *const stages[] = {"new",    "assigned", "doing", "check",
                                         "rating", "paused",   "ended"};
    struct val *list = set_list(q->view, "stages");

    for (size_t i = 0; i < COUNT(stages); i++) {
        struct str key = str_format(q->a, "list.stage_%s", stages[i]);

        show_choice(list, str_of(stages[i]), req_text(q, key.p), str_eq(str_of(stages[i]), chosen));
    }
}

static void put_hows(struct req *q, enum list_how chosen)
{
    struct val *list = set_list(q->view, "hows");

    for (size_t i = LIST_DOING; i < COUNT(hows); i++)
        show_choice(list, str_of(hows[i]), req_text(q, str_format(q->a, "list.how_%s", hows[i]).p),
                    i == chosen);
}

static bool is_listed(const struct val *list, struct str name)
{
    for (const struct item *it = list->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "name"), name))
            return true;
    }
    return false;
}

/* The grades of all procedures, each once. */
static void put_grades(struct req *q, struct str chosen)
{
    const struct pack *p = q->district->pack;
    struct val *list = set_list(q->view, "grades");
    struct desk k = req_desk(q);

    for (int i = 0; i < p->procs; i++) {
        for (int g = 0; g < p->proc[i].grades; g++) {
            const struct choice *c = &p->proc[i].grade[g];

            if (!is_listed(list, c->name))
                show_choice(list, c->name, desk_title(&k, &c->title), str_eq(c->name, chosen));
        }
    }
}

static void put_mechanisms(struct req *q, struct str chosen)
{
    const struct pack *p = q->district->pack;
    struct val *list = set_list(q->view, "mechanisms");
    struct desk k = req_desk(q);

    for (int i = 0; i < p->procs; i++)
        show_choice(list, p->proc[i].mechanism, desk_title(&k, &p->proc[i].title),
                    str_eq(p->proc[i].mechanism, chosen));
}

static struct str chosen_title(const struct val *view, const char *list)
{
    const struct val *of = val_get(view, str_of(list));

    for (const struct item *it = of->first; it; it = it->next) {
        if (val_get(&it->val, S("on"))->boolean)
            return val_text(&it->val, "title");
    }
    return S("");
}

static void put_condition(struct req *q, struct val *list, const char *param, struct str text)
{
    struct val *v;

    if (!text.n)
        return;
    v = add_map(list);
    set_str(v, "text", text);
    set_str(v, "off", show_query_without(q, S("/matters"), param));
}

static struct str day_or_none(const struct req *q, const char *param)
{
    int64_t at = param_int(q, param);

    return at ? day_text(q->a, day_of(at)) : S("");
}

static void put_conditions(struct req *q, const struct list_filter *f)
{
    struct val *list = set_list(q->view, "conditions");

    put_condition(q, list, "words", f->words);
    put_condition(q, list, "stage", chosen_title(q->view, "stages"));
    put_condition(q, list, "subject", chosen_title(q->view, "subjects"));
    if (param_int(q, "unit"))
        put_condition(q, list, "unit", chosen_title(q->view, "units"));
    put_condition(q, list, "how", chosen_title(q->view, "hows"));
    put_condition(q, list, "channel", chosen_title(q->view, "channels"));
    put_condition(q, list, "grade", chosen_title(q->view, "grades"));
    put_condition(q, list, "mechanism", chosen_title(q->view, "mechanisms"));
    if (f->mine)
        put_condition(q, list, "mine", req_text(q, "matter.mine"));
    put_condition(q, list, "from", day_or_none(q, "from"));
    put_condition(q, list, "to", day_or_none(q, "to"));
    if (f->late)
        put_condition(q, list, "late", req_text(q, "matter.late"));
    if (f->supervised)
        put_condition(q, list, "supervised", req_text(q, "matter.supervised"));
}

static void put_filter(struct req *q, const struct list_filter *f)
{
    set_str(q->view, "words", f->words);
    set_str(q->view, "from", day_or_none(q, "from"));
    set_str(q->view, "to", day_or_none(q, "to"));
    set_str(q->view, "order", S("newest"));
    set_bool(q->view, "mine", f->mine);
    put_mechanisms(q, f->mechanism);
    set_bool(q->view, "late", f->late);
    set_bool(q->view, "supervised", f->supervised);
    put_stages(q, f->stage);
    put_hows(q, f->how);
    show_subjects(q, q->view, f->subject);
    show_channels(q, q->view, f->channel);
    put_grades(q, f->grade);
    show_units(q, q->view, f->unit_id);
    put_conditions(q, f);
    set_str(q->view, "export_csv", show_query_without(q, S("/matters.csv"), "before"));
    set_str(q->view, "export_xlsx", show_query_without(q, S("/matters.xlsx"), "before"));
}

PAGE(matter_lists, .at = "GET /matters", .template = "matter/list", .who = WHO_STAFF,
     .right = "matter.read", .nav = "part.nav_matters", .nav_at = 20, .tab = "part.matters_short",
     .params = FILTER_PARAMS)
{
    struct desk k = req_desk(q);
    struct val *rows = set_list(q->view, "rows");
    struct list_filter f;
    int64_t next;

    read_filter(q, &f);
    if (!matter_list(&k, &f, rows, &next, &q->err))
        return false;
    put_filter(q, &f);
    show_rows(q, rows);
    show_pager(q, S("/matters"), next);
    set_bool(q->view, "may_open", actor_may_somewhere(q->actor, S("matter.open")));
    set_bool(q->view, "step_due", false);
    set_bool(q->view, "empty", rows->first == NULL);
    set_str(q->view, "count", S(""));
    return true;
}

/* ---- tables ----------------------------------------------------------- */

static const char *const columns[] = {
    "number",     "title",         "channel_title", "subject_title",
    "unit",       "place",         "grade_title",   "mechanism_title",
    "step_title", "outcome_title", "reported_at",   "opened_at",
    "ended_at",   "late",          "supervised",    "key"};

static struct str cell_of(const struct req *q, const struct val *row, const char *column)
{
    const struct val *v = val_get(row, str_of(column));

    if (v && v->kind == VAL_BOOL)
        return v->boolean ? req_text(q, "offer.yes") : S("");
    return v && v->kind == VAL_STR ? v->str : S("");
}

/* Up to EXPORT_MAX rows, page by page, each given to `put`, which copies what it keeps. */
static bool each_row(struct req *q, void (*put)(void *arg, const struct str *cell), void *arg)
{
    struct req page = *q; /* whose memory is used again for every page */
    struct str cell[COUNT(columns)];
    struct list_filter f;
    int n = 0;

    read_filter(q, &f);
    page.a = arena_within(q->a);
    for (int pages = 0; pages < EXPORT_SCAN && n < EXPORT_MAX; pages++) {
        struct val *rows = val_list(page.a);
        struct desk k = req_desk(&page);

        if (!matter_list(&k, &f, rows, &f.before, &q->err))
            return false;
        show_rows(&page, rows);
        for (const struct item *it = rows->first; it && n < EXPORT_MAX; it = it->next, n++) {
            for (size_t c = 0; c < COUNT(columns); c++)
                cell[c] = cell_of(&page, &it->val, columns[c]);
            put(arg, cell);
        }
        if (!f.before)
            break;
        arena_clear(page.a);
    }
    return true;
}

static void headings(const struct req *q, struct str *cell)
{
    for (size_t c = 0; c < COUNT(columns); c++) {
        struct str key = str_format(q->a, "list.c_%s", columns[c]);

        cell[c] = req_text(q, key.p);
    }
}

static void put_csv(void *arg, const struct str *cell)
{
    for (size_t c = 0; c < COUNT(columns); c++)
        csv_put(arg, cell[c], c + 1 == COUNT(columns));
}

static void put_xlsx(void *arg, const struct str *cell)
{
    xlsx_row(arg, cell, COUNT(columns));
}

static struct str file_name(const struct req *q, const char *ending)
{
    struct str name = req_text(q, "matter.list"), day = day_text(q->a, day_of(q->now));

    return str_format(q->a, "%.*s-%.*s.%s", STR_ARG(name), STR_ARG(day), ending);
}

PAGE(matters_csv, .at = "GET /matters.csv", .who = WHO_STAFF, .right = "matter.read",
     .params = FILTER_PARAMS)
{
    struct buf b = {.arena = q->a};
    struct str cell[COUNT(columns)];

    headings(q, cell);
    put_csv(&b, cell);
    if (!each_row(q, put_csv, &b))
        return false;
    q->type = S("text/csv; charset=utf-8");
    q->bytes = buf_str(&b);
    q->file_name = file_name(q, "csv");
    return true;
}

PAGE(matters_xlsx, .at = "GET /matters.xlsx", .who = WHO_STAFF, .right = "matter.read",
     .params = FILTER_PARAMS)
{
    struct str cell[COUNT(columns)];
    struct xlsx_out *x;

    headings(q, cell);
    x = xlsx_begin(q->a, cell, NULL, COUNT(columns));
    if (!each_row(q, put_xlsx, x))
        return false;
    q->type = S("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    q->bytes = xlsx_end(x);
    q->file_name = file_name(q, "xlsx");
    return true;
}
