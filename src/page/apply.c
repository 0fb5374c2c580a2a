/* What anybody may open: its questions as a form for everybody, with a receipt at the end. */
#include "civic/booth.h"
#include "civic/resource.h"
#include "page/matter.h"

static bool find(struct req *q, const struct proc **def)
{
    *def = pack_proc(q->district->pack, param_str(q, "name"));
    return (*def && proc_public(*def)) ||
           refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
}

/* The unit that keeps the resource which is applied for; NULL: none is named. */
static const struct unit *keeper_of(struct req *q, const struct proc *def)
{
    const struct val *rest = param_val(q, "rest");
    struct desk k = req_desk(q);

    for (int i = 0; i < def->fields; i++) {
        struct resource *r = NEW(q->a, struct resource);
        struct err none = {0};
        int64_t id;

        if (def->field[i].kind == FIELD_RESOURCE &&
            str_int(val_text(rest, str_copy(q->a, def->field[i].name).p), &id) &&
            resource_load(&k, id, r, &none))
            return unit_by_id(q->district->units, r->unit_id);
    }
    return NULL;
}

/* Whoever keeps what is applied for; else the unit of the form. */
static const struct unit *unit_of(struct req *q, const struct proc *def)
{
    const struct unit *keeper = keeper_of(q, def);

    return keeper ? keeper : unit_by_code(q->district->units, param_str(q, "at"));
}

/* Where it is handed in: a unit, and a fair perhaps. */
static void put_where(struct req *q, const struct unit *u)
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct desk k = req_desk(q);
    int64_t fair = param_number(q, "gathering");
    struct err none = {0};
    bool known = fair && gathering_load(&k, fair, g, &none) && g->def && g->def->is_public;

    set_str(q->view, "unit", u ? u->name : S(""));
    set_str(q->view, "at", u ? u->code : S(""));
    set_str(q->view, "fair", known ? g->title : S(""));
    set_str(q->view, "gathering", known ? str_format(q->a, "%lld", (long long)fair) : S(""));
}

static bool form(struct req *q)
{
    const struct proc *def;
    const struct unit *u;
    struct desk k = req_desk(q);

    if (!find(q, &def))
        return false;
    u = unit_of(q, def);
    show_request_key(q);
    put_where(q, u);
    set_str(q->view, "title", desk_title(&k, &def->title));
    set_str(q->view, "send_at", str_format(q->a, "/apply/%.*s", STR_ARG(def->mechanism)));
    fields_show_of(q, (struct facts_ask){def->field, def->fields}, u, set_list(q->view, "fields"));
    return true;
}

PAGE(apply_form, .at = "GET /apply/{name}", .template = "report/apply", .who = WHO_ANYONE,
     .params = PARAMS({"name", PARAM_TEXT, .max = 40}, {"at", PARAM_TEXT, .max = 60},
                      {"gathering", PARAM_INT}, {"who", PARAM_TEXT, .max = 30},
                      {"phone", PARAM_TEXT, .max = 20}, {"rest", PARAM_REST}))
{
    return form(q);
}

PAGE(apply_send, .at = "POST /apply/{name}", .template = "report/apply", .who = WHO_ANYONE,
     .no_csrf = true,
     .params = PARAMS({"name", PARAM_TEXT, .max = 40}, {"at", PARAM_TEXT, .max = 60},
                      {"gathering", PARAM_INT}, {"who", PARAM_TEXT, .max = 30},
                      {"phone", PARAM_TEXT, .max = 20}, {"photos", PARAM_FILES, .max = 12},
                      {"rest", PARAM_REST}),
     .prepare_files = uploads_take, .again = form)
{
    struct desk k = req_desk(q);
    struct matter_receipt receipt;
    const struct unit *u;
    const struct proc *def;
    struct matter_new n;

    if (!find(q, &def))
        return false;
    u = unit_of(q, def);
    begun_new(q, def, &n);
    n.channel = q->as_json ? S("api") : S("qr");
    n.unit_id = u ? u->id : 0;
    n.gathering_id = param_int(q, "gathering");
    n.name = param_str(q, "who");
    n.phone = param_str(q, "phone");
    n.without_report = false;
    if (!n.title.n)
        n.title = u ? str_format(q->a, "%.*s · %.*s", STR_ARG(desk_title(&k, &def->title)),
                                 STR_ARG(u->name))
                    : desk_title(&k, &def->title);
    if (!matter_open(&k, &n, &receipt, &q->err))
        return false;
    remember_reporter(q, &receipt);
    return show_receipt(q, &receipt, false);
}
