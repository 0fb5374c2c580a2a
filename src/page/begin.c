/* Opening a matter of a procedure that says who opens it: what it asks, as a form. */
#include "civic/matter.h"
#include "civic/method.h"
#include "page/matter.h"

/* Has the person a post of a role that may open it? Where, the engine says. */
static const struct holding *opening_post(const struct req *q, const struct proc *def)
{
    struct desk k = req_desk(q);

    for (const struct who *who = &def->opens; who; who = who->other) {
        for (size_t i = 0; who->place != PLACE_NONE && i < q->actor->posts; i++) {
            if (str_eq(q->actor->post[i].role, who->role) &&
                method_allowed(&k, def->mechanism, q->actor->post[i].path))
                return &q->actor->post[i];
        }
    }
    return NULL;
}

struct str begin_at(const struct req *q, const struct proc *def)
{
    if (!opening_post(q, def))
        return S("");
    return str_format(q->a, "/procedures/%.*s/new", STR_ARG(def->mechanism));
}

void begins_show(struct req *q, struct val *view)
{
    const struct pack *p = q->district->pack;
    struct val *list = set_list(view, "begins");
    struct desk k = req_desk(q);

    for (int i = 0; i < p->procs; i++) {
        struct str at = begin_at(q, &p->proc[i]);
        struct val *v = at.n ? add_map(list) : NULL;

        if (!v)
            continue;
        set_str(v, "title", desk_title(&k, &p->proc[i].title));
        set_str(v, "icon", p->proc[i].icon);
        set_str(v, "at", at);
        set_str(v, "list",
                str_format(q->a, "/matters?mechanism=%.*s&mine=1", STR_ARG(p->proc[i].mechanism)));
    }
    set_bool(view, "begins_any", list->first != NULL);
}

void begun_show(struct req *q, struct val *view)
{
    struct val *all = val_list(q->a), *list = set_list(view, "begun");
    struct list_filter f = {.mine = true};
    struct desk k = req_desk(q);
    int64_t next;

    if (!matter_list(&k, &f, all, &next, &q->err))
        return;
    show_rows(q, all);
    for (const struct item *it = all->first; it; it = it->next) {
        const struct proc *def = pack_proc(q->district->pack, val_text(&it->val, "mechanism"));

        if (def && begin_at(q, def).n)
            add_val(list, it->val);
    }
    set_bool(view, "begun_any", list->first != NULL);
}

static bool find(struct req *q, const struct proc **def)
{
    struct str name = param_str(q, "name");

    *def = pack_proc(q->district->pack, name);
    if (!*def)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no procedure called %.*s.",
                      STR_ARG(name));
    return opening_post(q, *def) || refuse(&q->err, ERR_DENIED, NULL, "This is not yours to do.");
}

static bool form(struct req *q)
{
    const struct proc *def;
    const struct val *rest = param_val(q, "rest");
    struct desk k = req_desk(q);
    int64_t unit = param_int(q, "unit");

    if (!find(q, &def))
        return false;
    show_request_key(q);
    show_grounds(q, q->view, unit ? unit : opening_post(q, def)->unit);
    fields_show(q, (struct facts_ask){def->field, def->fields}, "b", rest,
                set_list(q->view, "fields"));
    set_str(q->view, "title", desk_title(&k, &def->title));
    set_str(q->view, "icon", def->icon);
    set_str(q->view, "at", str_format(q->a, "/procedures/%.*s", STR_ARG(def->mechanism)));
    set_str(q->view, "window",
            def->window_from.n ? str_format(q->a, "%.*s – %.*s", STR_ARG(def->window_from),
                                            STR_ARG(def->window_to))
                               : S(""));
    return true;
}

PAGE(begin_form, .at = "GET /procedures/{name}/new", .template = "matter/begin", .who = WHO_STAFF,
     .params = PARAMS({"name", PARAM_TEXT, .max = 40}))
{
    return form(q);
}

static void take_pictures(struct req *q, const struct val *ids, struct matter_new *n)
{
    int64_t *id;

    for (const struct item *it = ids ? ids->first : NULL; it; it = it->next)
        n->pictures++;
    id = NEW_ARRAY(q->a, int64_t, n->pictures + 1);
    n->picture = id;
    for (const struct item *it = ids ? ids->first : NULL; it; it = it->next)
        *id++ = it->val.integer;
}

void begun_new(struct req *q, const struct proc *def, struct matter_new *n)
{
    struct val *f = fields_typed(q, def->field, def->fields);
    const struct val *place = val_get(f, S("place"));

    *n = (struct matter_new){.mechanism = def->mechanism,
                             .channel = S("office"),
                             .title = val_text(f, "title"),
                             .body = val_text(f, "body"),
                             .subject = val_text(f, "category"),
                             .grade = val_text(f, "grade"),
                             .unit_id = param_int(q, "unit"),
                             .fields = f,
                             .request_key = q->request_key,
                             .without_report = true}; /* who opens it follows it here */
    if (place) {
        n->place = val_text(place, "text");
        n->lon = show_degrees(val_get(place, S("lon")));
        n->lat = show_degrees(val_get(place, S("lat")));
    }
    take_pictures(q, val_get(f, S("photos")), n);
}

PAGE(begin, .at = "POST /procedures/{name}", .template = "matter/begin", .who = WHO_STAFF,
     .params = PARAMS({"name", PARAM_TEXT, .max = 40}, {"unit", PARAM_ID},
                      {"photos", PARAM_FILES, .max = 12}, {"rest", PARAM_REST}),
     .prepare_files = uploads_take, .again = form)
{
    struct desk k = req_desk(q);
    struct matter_receipt out;
    const struct proc *def;
    struct matter_new n;

    if (!find(q, &def))
        return false;
    if (!unit_by_id(q->district->units, param_int(q, "unit")))
        return refuse(&q->err, ERR_INVALID, "unit", "Please choose where it is.");
    begun_new(q, def, &n);
    if (!matter_open(&k, &n, &out, &q->err))
        return false;
    set_int(q->view, "id", out.id);
    set_str(q->view, "number", out.number);
    q->see_other = str_format(q->a, "/matters/%lld", (long long)out.id);
    return true;
}
